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

typedef VEC(struct group) group_vec;

static struct group *group_of(struct map *index, group_vec *groups, struct slice key) {
	bool added;
	struct map_entry *e = map_put(index, key, &added);

	if (added) {
		e->value.num = groups->n;
		VEC_PUSH(groups, (struct group){.names = {0}});
	}
	return &groups->at[e->value.num];
}

static void groups_free(struct map *index, group_vec *groups) {
	for (size_t i = 0; i < groups->n; i++) {
		VEC_FREE(&groups->at[i].facts);
		map_free(&groups->at[i].names);
		map_free(&groups->at[i].clients);
	}
	VEC_FREE(groups);
	map_free(index);
}

/* The other facts of a group hang on its first. */
static void tell_first(struct fact_set *set, struct group *g, const char *others) {
	fact_set_bool(set, g->facts.at[0], "first_of_shared", true, g->facts.at[0]->span);
	fact_set_facts(set, g->facts.at[0], others, (const struct fact *const *)g->facts.at + 1, g->facts.n - 1);
}

/* A literal is the same by its value, a reference by the variable it names. Examples share nothing with anything. */
static bool credential_key(const struct fact *f, struct buf *b) {
	const struct value *id = fact_get(f, "value_id");

	buf_clear(b);
	if (f->kind != FACT_CREDENTIAL || !fact_get(f, "agent_place") || fact_true(f, "example") || !f->source)
		return false;
	if (fact_true(f, "agent_literal") && id && !id->none)
		buf_printf(b, "%u literal %.0f", f->source->target, id->number);
	else if (fact_text(f, "reference").n) {
		buf_printf(b, "%u reference ", f->source->target);
		buf_add_slice(b, fact_text(f, "reference"));
	} else
		return false;
	return true;
}

static void join_credentials(struct fact_set *set) {
	struct map index = {0};
	group_vec groups = {0};
	struct buf key = {0};

	for (size_t i = 0; i < set->all.n; i++) {
		struct fact *f = set->all.at[i];
		struct group *g;

		if (!credential_key(f, &key))
			continue;
		g = group_of(&index, &groups, buf_slice(&key));
		VEC_PUSH(&g->facts, f);
		map_put(&g->names, f->parent ? f->parent->name : f->name, NULL);
		map_put(&g->clients, fact_text(f, "client"), NULL);
	}
	for (size_t i = 0; i < groups.n; i++) {
		struct group *g = &groups.at[i];

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
	buf_free(&key);
	groups_free(&index, &groups);
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

/* Workloads that run as one account of one namespace. */
static void join_accounts(struct fact_set *set) {
	struct map index = {0};
	group_vec groups = {0};
	struct buf key = {0};

	for (size_t i = 0; i < set->all.n; i++) {
		struct fact *f = set->all.at[i];

		if (f->kind != FACT_IDENTITY || !fact_text(f, "workload").n || fact_true(f, "example") ||
			fact_true(f, "default_account") || !fact_text(f, "service_account").n || !f->source)
			continue;
		buf_clear(&key);
		buf_printf(&key, "%u ", f->source->target);
		buf_add_slice(&key, fact_text(f, "namespace"));
		buf_add_byte(&key, '/');
		buf_add_slice(&key, fact_text(f, "service_account"));
		struct group *g = group_of(&index, &groups, buf_slice(&key));
		VEC_PUSH(&g->facts, f);
		map_put(&g->names, f->name, NULL);
	}
	for (size_t i = 0; i < groups.n; i++) {
		for (size_t k = 0; k < groups.at[i].facts.n; k++)
			fact_set_number(
				set, groups.at[i].facts.at[k], "sharers", (double)groups.at[i].names.n, NOWHERE);
		if (groups.at[i].names.n > 1)
			tell_first(set, &groups.at[i], "sharing");
	}
	buf_free(&key);
	groups_free(&index, &groups);
}

static bool lists(const struct fact *f, const char *name, const char *text) {
	const struct value *v = fact_get(f, name);

	for (size_t i = 0; v && !v->none && i < v->texts.n; i++)
		if (slice_eq(v->texts.at[i], slice_str(text)))
			return true;
	return false;
}

/* Servers of one file that together read what is not public, read what strangers wrote, and send out: what strangers wrote can ask for the first
 * and send it by the third. Told of two servers or more; one that does it all by itself is what it is. */
static void join_capabilities(struct fact_set *set) {
	static const char *const parts[] = {"private", "strangers", "sends"};
	struct map index = {0};
	group_vec groups = {0};
	struct buf key = {0};

	for (size_t i = 0; i < set->all.n; i++) {
		struct fact *f = set->all.at[i];
		struct group *g;

		if (f->kind != FACT_TOOL || !f->source || fact_true(f, "example") || fact_true(f, "disabled") ||
			!fact_get(f, "brings") || fact_get(f, "brings")->none)
			continue;
		buf_clear(&key);
		buf_printf(&key, "%u ", f->source->target);
		buf_add_slice(&key, f->source->path);
		g = group_of(&index, &groups, buf_slice(&key));
		VEC_PUSH(&g->facts, f);
	}
	for (size_t i = 0; i < groups.n; i++) {
		const struct group *g = &groups.at[i];
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
	groups_free(&index, &groups);
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

/* One name in two scopes of a client for two different things: which of them runs is a matter of precedence. */
static void join_names(struct fact_set *set) {
	struct map index = {0};
	group_vec groups = {0};
	struct buf key = {0};

	for (size_t i = 0; i < set->all.n; i++) {
		struct fact *f = set->all.at[i];
		struct group *g;

		if (f->kind != FACT_TOOL || !f->source || fact_true(f, "example") || !f->name.n || !launched(f).n)
			continue;
		buf_clear(&key);
		buf_printf(&key, "%u ", f->source->target);
		buf_add_slice(&key, fact_text(f, "client"));
		buf_add_byte(&key, ' ');
		buf_add_slice(&key, f->name);
		g = group_of(&index, &groups, buf_slice(&key));
		for (size_t k = 0; k < g->facts.n; k++)
			if (!slice_eq(fact_text(g->facts.at[k], "scope"), fact_text(f, "scope")) &&
				!slice_eq(launched(g->facts.at[k]), launched(f)))
				fact_set_text(set, f, "shadows", g->facts.at[k]->source->path, f->span);
		if (g->facts.n < SAME_NAME_MAX)
			VEC_PUSH(&g->facts, f);
	}
	buf_free(&key);
	groups_free(&index, &groups);
}

/* Agents of different files that remember in one place. */
static void join_memories(struct fact_set *set) {
	struct map index = {0};
	group_vec groups = {0};
	struct buf key = {0};

	for (size_t i = 0; i < set->all.n; i++) {
		struct fact *f = set->all.at[i];
		struct group *g;

		if ((f->kind != FACT_TOOL && f->kind != FACT_AGENT) || !f->source || fact_true(f, "example") ||
			!fact_text(f, "memory").n)
			continue;
		buf_clear(&key);
		buf_printf(&key, "%u ", f->source->target);
		buf_add_slice(&key, fact_text(f, "memory"));
		g = group_of(&index, &groups, buf_slice(&key));
		VEC_PUSH(&g->facts, f);
		map_put(&g->names, f->source->path, NULL);
	}
	for (size_t i = 0; i < groups.n; i++) {
		const struct group *g = &groups.at[i];
		struct slice paths[20];
		size_t n = 0;

		for (size_t k = 0; k < g->facts.n && n < 20; k++)
			if (!n || !slice_eq(paths[n - 1], g->facts.at[k]->source->path))
				paths[n++] = g->facts.at[k]->source->path;
		if (g->names.n > 1)
			fact_set_texts(set, g->facts.at[0], "memory_shared_by", paths, n,
				fact_place(g->facts.at[0], "memory"));
	}
	buf_free(&key);
	groups_free(&index, &groups);
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
		if (!f || !f->source || fact_true(f, "example"))
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

static void run(struct fact_set *set, int64_t now) {
	(void)now;
	join_capabilities(set);
	join_names(set);
	join_memories(set);
	join_unguarded(set);
	join_credentials(set);
	join_pipelines(set);
	join_accounts(set);
}

const struct fact_engine fact_agents = {"agents", run};
