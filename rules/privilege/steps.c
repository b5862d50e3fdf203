/* What is told of each principal: the paths it can take with the best target of each, whether that gains anything, and the edges worth cutting. */
#include "rules/privilege/closure.h"

#include <stdlib.h>

/* Of a set of targets so many are looked at for whether they hold more. */
#define LOOKED_AT 64

/* Targets of one path: where it leads surely and possibly. */
struct leads {
	uint64_t *proved, *maybe;
	const char *needs;
};

static bool leads_of(
	const struct privilege *p, const struct subject *s, const struct privilege_path *path, struct leads *out) {
	bool any = false;

	memset(out->proved, 0, p->node_words * sizeof(uint64_t));
	memset(out->maybe, 0, p->node_words * sizeof(uint64_t));
	out->needs = NULL;
	for (size_t i = 0; i < s->edges.n; i++) {
		if (s->edges.at[i]->path != path)
			continue;
		any = true;
		out->needs = s->edges.at[i]->needs;
		for (size_t w = 0; w < p->node_words; w++) {
			out->proved[w] |= s->edges.at[i]->proved[w];
			out->maybe[w] |= s->edges.at[i]->maybe[w];
		}
	}
	for (size_t i = 0; i < s->pairs.n; i++) {
		if (s->pairs.at[i].path != path)
			continue;
		any = true;
		bit_add(out->maybe, s->pairs.at[i].to);
		if (s->pairs.at[i].certainty == ANSWER_YES)
			bit_add(out->proved, s->pairs.at[i].to);
		else
			out->needs = s->pairs.at[i].needs;
	}
	return any;
}

/* How much is gained by becoming `t`: 2 administrator surely, 1 possibly, 0 more than it holds, -1 nothing. */
static int worth(const struct privilege *p, const struct subject *s, uint32_t t) {
	const struct subject *to = &p->subjects[t];

	if (to == s)
		return -1;
	if (to->result.reaches_admin != ANSWER_NO)
		return to->result.reaches_admin == ANSWER_YES ? 2 : 1;
	return subject_has_more(p, to, s) ? 0 : -1;
}

/* The best target: what is proved before what is possible among equals in worth. */
static uint32_t best_target(const struct privilege *p, const struct subject *s, const struct leads *l, int *gain) {
	uint32_t best = ADMIN;
	int most = -1, looked = 0;

	for (size_t w = 0; w < p->node_words; w++) {
		for (uint64_t bits = l->maybe[w]; bits && (most < 4 || looked < LOOKED_AT);
			bits &= bits - 1, looked++) {
			uint32_t t = (uint32_t)(w * 64 + (size_t)__builtin_ctzll(bits));
			bool admin = p->subjects[t].result.reaches_admin == ANSWER_YES;
			int v = looked < LOOKED_AT || admin ? worth(p, s, t) : -1;

			v = v < 0 ? -1 : v * 2 + (int)bit_has(l->proved, t);
			if (v > most) {
				most = v;
				best = t;
			}
		}
	}
	*gain = most;
	return best;
}

static void add_step(struct subject *s, const struct privilege_path *path, const struct aws_principal *to,
	enum answer a, const char *needs) {
	VEC_PUSH(&s->steps, ((struct privilege_step){s->p, to, path, a,
				    a == ANSWER_YES ? NULL
				    : needs	    ? needs
						    : "a condition that the exports do not decide"}));
}

static bool has_step(const struct subject *s, const struct privilege_path *path) {
	for (size_t i = 0; i < s->steps.n; i++)
		if (s->steps.at[i].path == path)
			return true;
	return false;
}

static void path_step(struct privilege *p, struct subject *s, const struct privilege_path *path, struct leads *l) {
	uint32_t to;
	int gain;

	if (!leads_of(p, s, path, l))
		return;
	if (path->how == WIDEN_USER || path->how == WIDEN_ROLE || path->how == WIDEN_GROUP ||
		path->how == WIDEN_POLICY) {
		/* Its own is a step already; somebody else's is only as good as the control over that one. */
		if (!has_step(s, path))
			add_step(s, path, NULL, ANSWER_MAYBE, "control of a principal that it can make administrator");
		return;
	}
	to = best_target(p, s, l, &gain);
	if (to != ADMIN && gain >= 0)
		add_step(s, path, p->subjects[to].p, bit_has(l->proved, to) ? ANSWER_YES : ANSWER_MAYBE, l->needs);
}

static const struct privilege_path *path_of(const char *action) {
	for (size_t i = 0; i < privilege_npaths; i++)
		if (strcmp(privilege_paths[i].actions[0], action) == 0 && !privilege_paths[i].actions[1])
			return &privilege_paths[i];
	return NULL;
}

/* Both halves of the path lead to one principal: it is made administrator and taken on. */
static void combined_step(
	struct privilege *p, struct subject *s, const struct privilege_path *path, struct leads *a, struct leads *b) {
	const struct privilege_path *x = path_of(path->actions[0]), *y = path_of(path->actions[1]);

	if (!x || !y || !leads_of(p, s, x, a) || !leads_of(p, s, y, b))
		return;
	for (size_t w = 0; w < p->node_words; w++) {
		a->proved[w] &= b->proved[w];
		a->maybe[w] &= b->maybe[w];
	}
	for (int sure = 1; sure >= 0; sure--) {
		for (uint32_t i = 0; i < p->n; i++) {
			if (i == s->p->index || !bit_has(sure ? a->proved : a->maybe, i) || has_step(s, path))
				continue;
			if (x->how != SET_TRUST && y->how != SET_TRUST && x->how != WIDEN_ROLE &&
				x->how != WIDEN_USER && x->how != WIDEN_POLICY && y->how != WIDEN_USER)
				continue;
			if (x->how == SET_TRUST && worth(p, s, i) < 0)
				continue;
			add_step(s, path, p->subjects[i].p, sure ? ANSWER_YES : ANSWER_MAYBE,
				a->needs ? a->needs : b->needs);
		}
	}
}

/* A role that it can take on loses its boundary. */
static void unbound_step(struct privilege *p, struct subject *s, const struct privilege_path *path, struct leads *l) {
	size_t drop = key_index("iam:DeleteRolePermissionsBoundary");

	if (!leads_of(p, s, path_of("sts:AssumeRole"), l))
		return;
	for (uint32_t i = 0; i < p->n; i++) {
		struct subject *t = &p->subjects[i], v;
		struct request r;
		enum answer a = bit_has(l->proved, i) ? ANSWER_YES : bit_has(l->maybe, i) ? ANSWER_MAYBE : ANSWER_NO;

		if (a == ANSWER_NO || t->boundary == BOUNDARY_NONE)
			continue;
		request_on(p, t->p, &r);
		a = answer_min(a, evaluate(p, s, p->key_action[drop], &r));
		if (a == ANSWER_NO)
			continue;
		subject_variant(p, t, NULL, true, &v);
		if (v.admin != ANSWER_NO)
			add_step(s, path, NULL, answer_min(a, v.admin), l->needs);
		else if (subject_has_more(p, &v, s))
			add_step(s, path, t->p, a, l->needs);
		subject_free(&v);
	}
}

static bool gains(const struct privilege_step *st, enum answer at_least) {
	return st->certainty >= at_least;
}

static int by_worth(const void *x, const void *y) {
	const struct privilege_step *a = x, *b = y;

	if (a->certainty != b->certainty)
		return a->certainty > b->certainty ? -1 : 1;
	if ((a->to == NULL) != (b->to == NULL))
		return a->to == NULL ? -1 : 1;
	return a->path < b->path ? -1 : a->path > b->path;
}

static void unbind(struct privilege *p, struct leads *l) {
	size_t drop = key_index("iam:DeleteRolePermissionsBoundary");

	for (size_t i = 0; i < p->n; i++) {
		struct subject *s = &p->subjects[i];

		if (s->p->kind == AWS_GROUP || s->admin == ANSWER_YES || !key_has(s->keys, drop))
			continue;
		for (size_t k = 0; k < privilege_npaths; k++)
			if (privilege_paths[k].how == DROP_ROLE_BOUNDARY)
				unbound_step(p, s, &privilege_paths[k], l);
	}
}

void steps_unbind(struct privilege *p) {
	struct leads l = {mem_alloc_n(p->node_words + 1, sizeof(uint64_t)),
		mem_alloc_n(p->node_words + 1, sizeof(uint64_t)), NULL};

	unbind(p, &l);
	free(l.proved);
	free(l.maybe);
}

static void escalation_of(struct subject *s) {
	s->result.escalates = s->admin == ANSWER_YES ? ANSWER_NO : s->result.reaches_admin;
	for (size_t i = 0; i < s->steps.n && s->admin != ANSWER_YES; i++)
		for (int a = ANSWER_MAYBE; a <= ANSWER_YES; a++)
			if (gains(&s->steps.at[i], (enum answer)a))
				s->result.escalates = answer_max(s->result.escalates, (enum answer)a);
	if (s->steps.n)
		qsort(s->steps.at, s->steps.n, sizeof(*s->steps.at), by_worth);
	s->result.steps = s->steps.at;
	s->result.nsteps = s->steps.n;
}

void steps_make(struct privilege *p) {
	size_t bytes = p->node_words + 1;
	struct leads a = {mem_alloc_n(bytes, sizeof(uint64_t)), mem_alloc_n(bytes, sizeof(uint64_t)), NULL},
		     b = {mem_alloc_n(bytes, sizeof(uint64_t)), mem_alloc_n(bytes, sizeof(uint64_t)), NULL};

	for (size_t i = 0; i < p->n; i++) {
		struct subject *s = &p->subjects[i];

		for (size_t k = 0; k < privilege_npaths && (s->edges.n || s->pairs.n); k++) {
			if (privilege_paths[k].how == COMBINED)
				combined_step(p, s, &privilege_paths[k], &a, &b);
			else
				path_step(p, s, &privilege_paths[k], &a);
		}
		escalation_of(s);
	}
	free(a.proved);
	free(a.maybe);
	free(b.proved);
	free(b.maybe);
}
