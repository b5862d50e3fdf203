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

static void run(struct fact_set *set, int64_t now) {
	(void)now;
	join_credentials(set);
	join_pipelines(set);
	join_accounts(set);
}

const struct fact_engine fact_agents = {"agents", run};
