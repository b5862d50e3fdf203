/* Joins over agents, their tools and workloads. Names and values were read by scanners/agent; here it is only counted who has the same. */
#include "rules/fact_agents.h"

#include "core/buf.h"
#include "core/map.h"
#include "core/vec.h"

#include <stdlib.h>

#define NOWHERE ((struct span){0})

struct group {
	VEC(struct fact *) facts;
	struct map names, clients;
};

/* Facts of one target that have something in common. */
struct groups {
	struct map index;
	VEC(struct group) all;
};

/* Adds what a fact shares with those of its group; false when it is in none. */
typedef bool group_key(const struct fact *f, struct buf *key);
/* What a group's different names are counted of. */
typedef struct slice group_name(const struct fact *f);

static struct group *group_of(struct groups *g, struct slice key) {
	bool added;
	struct map_entry *e = map_put(&g->index, key, &added);

	if (added) {
		e->value.num = g->all.n;
		VEC_PUSH(&g->all, (struct group){.names = {0}});
	}
	return &g->all.at[e->value.num];
}

#define KIND(k) (1u << (k))

static struct groups gather(const struct fact_set *set, unsigned kinds, group_key *key_of, group_name *name_of) {
	struct groups groups = {0};
	struct buf key = {0};

	for (size_t i = 0; i < set->all.n; i++) {
		struct fact *f = set->all.at[i];
		struct group *g;

		if (!(kinds & KIND(f->kind)) || !f->source)
			continue;
		buf_clear(&key);
		if (!key_of(f, &key) || fact_true(f, "example")) /* examples share nothing with anything */
			continue;
		buf_printf(&key, " %u", f->source->target);
		g = group_of(&groups, buf_slice(&key));
		VEC_PUSH(&g->facts, f);
		map_put(&g->names, name_of(f), NULL);
		map_put(&g->clients, fact_text(f, "client"), NULL);
	}
	buf_free(&key);
	return groups;
}

static void groups_free(struct groups *g) {
	for (size_t i = 0; i < g->all.n; i++) {
		VEC_FREE(&g->all.at[i].facts);
		map_free(&g->all.at[i].names);
		map_free(&g->all.at[i].clients);
	}
	VEC_FREE(&g->all);
	map_free(&g->index);
}

static struct slice own_name(const struct fact *f) {
	return f->name;
}

static struct slice parent_name(const struct fact *f) {
	return f->parent ? f->parent->name : f->name;
}

static struct slice path_name(const struct fact *f) {
	return f->source->path;
}

/* The other facts of a group hang on its first. */
static void tell_first(struct fact_set *set, struct group *g, const char *others) {
	fact_set_bool(set, g->facts.at[0], "first_of_shared", true, g->facts.at[0]->span);
	fact_set_facts(set, g->facts.at[0], others, (const struct fact *const *)g->facts.at + 1, g->facts.n - 1);
}

/* A literal is the same by its value, a reference by the variable it names. */
static bool credential_key(const struct fact *f, struct buf *b) {
	const struct value *id;

	if (!fact_get(f, "agent_place"))
		return false;
	id = fact_get(f, "value_id");
	if (fact_true(f, "agent_literal") && id && !id->none) {
		buf_printf(b, "literal %.0f", id->number);
		return true;
	}
	buf_add_str(b, "reference ");
	buf_add_slice(b, fact_text(f, "reference"));
	return fact_text(f, "reference").n > 0;
}

static void join_credentials(struct fact_set *set) {
	struct groups groups = gather(set, KIND(FACT_CREDENTIAL), credential_key, parent_name);

	for (size_t i = 0; i < groups.all.n; i++) {
		struct group *g = &groups.all.at[i];

		for (size_t k = 0; k < g->facts.n; k++) {
			fact_set_number(set, g->facts.at[k], "servers", (double)g->names.n, NOWHERE);
			fact_set_number(set, g->facts.at[k], "clients", (double)g->clients.n, NOWHERE);
		}
		if (g->names.n > 1 && g->facts.n > 1)
			tell_first(set, g, "elsewhere");
	}
	for (size_t i = 0; i < set->all.n; i++)
		if (set->all.at[i]->kind == FACT_CREDENTIAL && fact_get(set->all.at[i], "value_id"))
			fact_set_none(set, set->all.at[i], "value_id", NOWHERE);
	groups_free(&groups);
}

/* A name that a pipeline takes from its store, too. */
static void join_pipelines(struct fact_set *set) {
	struct map names = {0};

	for (size_t i = 0; i < set->all.n; i++) {
		const struct fact *f = set->all.at[i];

		if (f->kind == FACT_CREDENTIAL && slice_eq(fact_text(f, "kind"), slice_str("secret")) && f->name.n)
			map_put(&names, f->name, NULL);
	}
	for (size_t i = 0; i < set->all.n; i++) {
		struct fact *f = set->all.at[i];

		if (f->kind == FACT_CREDENTIAL && fact_get(f, "agent_place"))
			fact_set_bool(set, f, "in_pipelines",
				fact_text(f, "reference").n && map_get(&names, fact_text(f, "reference")) != NULL,
				NOWHERE);
	}
	map_free(&names);
}

static bool account_key(const struct fact *f, struct buf *b) {
	buf_add_slice(b, fact_text(f, "namespace"));
	buf_add_byte(b, '/');
	buf_add_slice(b, fact_text(f, "service_account"));
	return fact_text(f, "workload").n && !fact_true(f, "default_account") && fact_text(f, "service_account").n;
}

/* Workloads that run as one account of one namespace. */
static void join_accounts(struct fact_set *set) {
	struct groups groups = gather(set, KIND(FACT_IDENTITY), account_key, own_name);

	for (size_t i = 0; i < groups.all.n; i++) {
		struct group *g = &groups.all.at[i];

		for (size_t k = 0; k < g->facts.n; k++)
			fact_set_number(set, g->facts.at[k], "sharers", (double)g->names.n, NOWHERE);
		if (g->names.n > 1)
			tell_first(set, g, "sharing");
	}
	groups_free(&groups);
}

static bool lists(const struct fact *f, const char *name, const char *text) {
	const struct value *v = fact_get(f, name);

	for (size_t i = 0; v && !v->none && i < v->texts.n; i++)
		if (slice_eq(v->texts.at[i], slice_str(text)))
			return true;
	return false;
}

static bool capability_key(const struct fact *f, struct buf *b) {
	const struct value *brings = fact_get(f, "brings");

	buf_add_slice(b, f->source->path);
	return !fact_true(f, "disabled") && brings && !brings->none;
}

/* Servers of one file that together read what is not public, read what strangers wrote, and send out: what strangers wrote can ask for the first
 * and send it by the third. Told of two servers or more; one that does it all by itself is what it is. */
static void join_capabilities(struct fact_set *set) {
	static const char *const parts[] = {"private", "strangers", "sends"};
	struct groups groups = gather(set, KIND(FACT_TOOL), capability_key, own_name);
	struct buf key = {0};

	for (size_t i = 0; i < groups.all.n; i++) {
		const struct group *g = &groups.all.at[i];
		const struct fact *who[3] = {NULL};
		bool unasked = false, several;

		for (size_t k = 0; k < g->facts.n; k++) {
			for (size_t p = 0; p < 3; p++)
				if (!who[p] && lists(g->facts.at[k], "brings", parts[p]))
					who[p] = g->facts.at[k];
			unasked |= fact_true(g->facts.at[k], "approves_all");
		}
		if (!who[0] || !who[1] || !who[2])
			continue;
		several = who[0] != who[1] || who[1] != who[2];
		buf_clear(&key);
		for (size_t p = 0; p < 3; p++) {
			buf_add_str(&key, p == 0 ? "" : p == 1 ? ", strangers' texts from " : ", a way out through ");
			buf_add_slice(&key, who[p]->name);
		}
		if (several) {
			fact_set_text(set, g->facts.at[0], "trifecta", buf_slice(&key), g->facts.at[0]->span);
			fact_set_bool(set, g->facts.at[0], "trifecta_unasked", unasked, NOWHERE);
		}
	}
	buf_free(&key);
	groups_free(&groups);
}

/* What a server runs or reaches. */
static struct slice launched(const struct fact *f) {
	struct slice what = fact_text(f, "package");

	if (!what.n)
		what = fact_text(f, "host");
	return what.n ? what : fact_text(f, "command");
}

/* A name has three scopes; a file that repeats it a thousand times is not compared with itself. */
#define SAME_NAME_MAX 8

static bool name_key(const struct fact *f, struct buf *b) {
	buf_add_slice(b, fact_text(f, "client"));
	buf_add_byte(b, ' ');
	buf_add_slice(b, f->name);
	return f->name.n && launched(f).n;
}

/* One name in two scopes of a client for two different things: which of them runs is a matter of precedence. */
static void join_names(struct fact_set *set) {
	struct groups groups = gather(set, KIND(FACT_TOOL), name_key, own_name);

	for (size_t i = 0; i < groups.all.n; i++) {
		const struct group *g = &groups.all.at[i];

		for (size_t k = 1; k < g->facts.n; k++)
			for (size_t n = 0; n < k && n < SAME_NAME_MAX; n++) {
				const struct fact *other = g->facts.at[n];
				struct fact *f = g->facts.at[k];

				if (!slice_eq(fact_text(other, "scope"), fact_text(f, "scope")) &&
					!slice_eq(launched(other), launched(f)))
					fact_set_text(set, f, "shadows", other->source->path, f->span);
			}
	}
	groups_free(&groups);
}

static bool memory_key(const struct fact *f, struct buf *b) {
	buf_add_slice(b, fact_text(f, "memory"));
	return fact_text(f, "memory").n > 0;
}

/* Agents of different files that remember in one place. */
static void join_memories(struct fact_set *set) {
	struct groups groups = gather(set, KIND(FACT_TOOL) | KIND(FACT_AGENT), memory_key, path_name);

	for (size_t i = 0; i < groups.all.n; i++) {
		const struct group *g = &groups.all.at[i];
		struct slice paths[20];
		size_t n = 0;

		for (size_t k = 0; k < g->facts.n && n < 20; k++)
			if (!n || !slice_eq(paths[n - 1], g->facts.at[k]->source->path))
				paths[n++] = g->facts.at[k]->source->path;
		if (g->names.n > 1)
			fact_set_texts(set, g->facts.at[0], "memory_shared_by", paths, n,
				fact_place(g->facts.at[0], "memory"));
	}
	groups_free(&groups);
}

/* A file of credentials lies in the repository, and none of the settings in it keeps an agent from it. */
static void join_unguarded(struct fact_set *set) {
	struct fact *settings = NULL;
	const struct fact *file = NULL;
	bool guarded = false;

	for (size_t i = 0; i <= set->all.n; i++) {
		struct fact *f = i < set->all.n ? set->all.at[i] : NULL;
		const struct fact *one = settings ? settings : file;

		if (one && (!f || (f->source && f->source->target != one->source->target))) {
			if (settings && file && !guarded)
				fact_set_text(set, settings, "unguarded_file", file->source->path, settings->span);
			settings = NULL;
			file = NULL;
			guarded = false;
		}
		if (!f || !f->source || (f->kind != FACT_TRUST && f->kind != FACT_AGENT) || fact_true(f, "example"))
			continue;
		if (!file && f->kind == FACT_TRUST && slice_eq(fact_text(f, "kind"), slice_str("credential-file")))
			file = f;
		if (f->kind != FACT_AGENT || !slice_eq(fact_text(f, "kind"), slice_str("settings")) ||
			!slice_eq(fact_text(f, "client"), slice_str("claude-code")))
			continue;
		guarded |= fact_true(f, "guards_credentials") || fact_true(f, "checks_tools");
		if (!settings && slice_find(f->source->path, slice_str(".claude/settings")) >= 0)
			settings = f;
	}
}

static bool is_tracked(const struct fact *f) {
	return f->source->place == PLACE_WORKTREE || f->source->place == PLACE_HEAD || f->source->place == PLACE_INDEX;
}

/* A framework's settings name a file of variables beside them, and that file is in the repository. */
static void join_environment_files(struct fact_set *set) {
	struct map files = {0};
	struct buf key = {0};

	for (size_t i = 0; i < set->all.n; i++) {
		const struct fact *f = set->all.at[i];

		if (f->kind != FACT_TRUST || !f->source || !is_tracked(f) ||
			!slice_eq(fact_text(f, "kind"), slice_str("credential-file")))
			continue;
		buf_clear(&key);
		buf_printf(&key, "%u ", f->source->target);
		buf_add_slice(&key, f->source->path);
		map_put(&files, buf_slice(&key), NULL);
	}
	for (size_t i = 0; i < set->all.n && files.n; i++) {
		struct fact *f = set->all.at[i];
		struct slice name = fact_text(f, "environment_file"), path = f->source ? f->source->path : name;

		if (f->kind != FACT_AGENT || !name.n)
			continue;
		if (slice_has_prefix(name, "./"))
			name = slice_sub(name, 2, name.n);
		while (path.n && path.p[path.n - 1] != '/')
			path.n--;
		buf_clear(&key);
		buf_printf(&key, "%u ", f->source->target);
		buf_add_slice(&key, path);
		buf_add_slice(&key, name);
		if (map_get(&files, buf_slice(&key)))
			fact_set_text(set, f, "environment_tracked", name, fact_place(f, "environment_file"));
	}
	buf_free(&key);
	map_free(&files);
}

static void run(struct fact_set *set, int64_t now) {
	(void)now;
	join_environment_files(set);
	join_capabilities(set);
	join_names(set);
	join_memories(set);
	join_unguarded(set);
	join_credentials(set);
	join_pipelines(set);
	join_accounts(set);
}

const struct fact_engine fact_agents = {"agents", run};
