/* What the steps of one file come to for the file as a whole: what it uses unpinned, whose texts its scripts are put together from, where it
 * leaves tokens. Said once for a file, with every place, since a file has many of them. */
#include "scanners/ci/github/github.h"

#include "core/vec.h"

#include <stdlib.h>

#define NAMES_MAX 50 /* distinct texts that one list names */

typedef VEC(const struct fact *) steps_vec;
typedef VEC(struct slice) names_vec;

struct sums {
	bool uploads; /* a step hands on what was built */
	steps_vec unpinned, put_in, tokens, caches;
	names_vec uses, texts;
};

static void note(names_vec *names, struct slice name) {
	for (size_t i = 0; i < names->n; i++)
		if (slice_eq(names->at[i], name))
			return;
	if (names->n < NAMES_MAX)
		VEC_PUSH(names, name);
}

static bool is_unpinned(const struct fact *step) {
	const struct slice pin = fact_text(step, "pin");

	return slice_eq(pin, slice_str("moving")) || slice_eq(pin, slice_str("version"));
}

/* May the token of the step's job do more than read the code that lies there anyway? An action's caller decides; it may. */
static bool token_matters(const struct fact *job) {
	const struct value *scopes = job ? fact_get(job, "write_scopes") : NULL;
	const struct slice from = job ? fact_text(job, "permissions_from") : (struct slice){0};

	return !from.n || slice_eq(from, slice_str("default")) || fact_true(job, "write_all") ||
	       (scopes && scopes->texts.n);
}

static void add_step(struct sums *s, const struct fact *step) {
	if (is_unpinned(step)) {
		VEC_PUSH(&s->unpinned, step);
		note(&s->uses, fact_text(step, "uses"));
	}
	if (fact_text(step, "chosen_text").n || fact_text(step, "computed_text").n) {
		const bool chosen = fact_text(step, "chosen_text").n;

		VEC_PUSH(&s->put_in, step);
		note(&s->texts, fact_text(step, chosen ? "chosen_text" : "computed_text"));
	}
	if (fact_true(step, "leaves_token") && token_matters(step->parent))
		VEC_PUSH(&s->tokens, step);
	s->uploads |= slice_eq(fact_text(step, "repository"), slice_str("actions/upload-artifact"));
	if (fact_text(step, "restores_cache").n)
		VEC_PUSH(&s->caches, step);
}

/* A release or a tag starts it. */
static bool is_for_releases(const struct node *on) {
	return node_text_is(on, "release") || node_member(on, "release") || node_at(on, "push.tags");
}

/* Branches that releases are made from start it. */
static bool is_of_release_branch(const struct node *on) {
	const struct node *branches = node_at(on, "push.branches");

	for (size_t i = 0; i < node_many(branches); i++)
		if (slice_find_nocase(node_text(node_many_item(branches, i)), slice_str("release")) >= 0)
			return true;
	return false;
}

void github_sum_up(struct github *g, const struct node *on) {
	struct fact_set *set = g->ci.set;
	struct sums s = {0};
	bool releases = on && is_for_releases(on);
	size_t from = set->all.n;

	while (from > 0 && set->all.at[from - 1] != g->pipeline)
		from--;
	for (size_t i = from; i < set->all.n; i++) {
		if (set->all.at[i]->kind == FACT_STEP)
			add_step(&s, set->all.at[i]);
		releases |= set->all.at[i]->kind == FACT_JOB && fact_true(set->all.at[i], "release");
	}
	releases |= s.uploads && is_of_release_branch(on);
	fact_set_bool(set, g->pipeline, "releases", releases, (struct span){0});
	fact_set_facts(set, g->pipeline, "unpinned", s.unpinned.at, s.unpinned.n);
	fact_set_texts(set, g->pipeline, "unpinned_uses", s.uses.at, s.uses.n, (struct span){0});
	fact_set_facts(set, g->pipeline, "put_in", s.put_in.at, s.put_in.n);
	fact_set_texts(set, g->pipeline, "put_in_texts", s.texts.at, s.texts.n, (struct span){0});
	fact_set_facts(set, g->pipeline, "token_steps", s.tokens.at, s.tokens.n);
	fact_set_facts(set, g->pipeline, "cache_steps", s.caches.at, s.caches.n);
	VEC_FREE(&s.unpinned);
	VEC_FREE(&s.put_in);
	VEC_FREE(&s.tokens);
	VEC_FREE(&s.caches);
	VEC_FREE(&s.uses);
	VEC_FREE(&s.texts);
}
