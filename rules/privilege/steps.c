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

	for (size_t i = 0; i < s->edges.n && !any; i++)
		any = s->edges.at[i]->path == path;
	for (size_t i = 0; i < s->pairs.n && !any; i++)
		any = s->pairs.at[i].path == path;
	if (!any)
		return false;
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

/* The first target from `from` on; ADMIN: none. */
static uint32_t next_bit(const struct privilege *p, const uint64_t *bits, uint32_t from) {
	for (size_t w = from / 64; w < p->node_words; w++) {
		uint64_t v = bits[w];

		if (w == from / 64)
			v &= ~UINT64_C(0) << (from % 64);
		if (v)
			return (uint32_t)(w * 64 + (size_t)__builtin_ctzll(v));
	}
	return ADMIN;
}

static uint32_t common(const struct privilege *p, const uint64_t *a, const uint64_t *b, uint32_t but) {
	for (size_t w = 0; w < p->node_words; w++) {
		uint64_t v = a[w] & b[w];

		if (but / 64 == w)
			v &= ~(UINT64_C(1) << (but % 64));
		if (v)
			return (uint32_t)(w * 64 + (size_t)__builtin_ctzll(v));
	}
	return ADMIN;
}

/* The first of a few targets that holds more than `s` does. */
static uint32_t more_powerful(struct privilege *p, const struct subject *s, const uint64_t *bits) {
	int looked = 0;
	uint32_t i;

	for (i = next_bit(p, bits, 0); i != ADMIN && looked < LOOKED_AT; i = next_bit(p, bits, i + 1), looked++)
		if (&p->subjects[i] != s && subject_has_more(p, &p->subjects[i], s))
			return i;
	p->limits.targets += looked == LOOKED_AT && next_bit(p, bits, i) != ADMIN;
	return ADMIN;
}

/* The best target: who surely reaches administrator, then who possibly does, then who merely holds more; what is proved first among equals. */
static uint32_t best_target(struct privilege *p, const struct subject *s, const struct leads *l) {
	const uint64_t *const where[][2] = {{l->proved, p->reach_yes}, {l->maybe, p->reach_yes},
		{l->proved, p->reach_maybe}, {l->maybe, p->reach_maybe}};
	uint32_t to = ADMIN;

	for (size_t i = 0; i < 4 && to == ADMIN; i++)
		to = common(p, where[i][0], where[i][1], s->p->index);
	if (to == ADMIN)
		to = more_powerful(p, s, l->proved);
	return to == ADMIN ? more_powerful(p, s, l->maybe) : to;
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
	const char *needs;
	enum answer a;
	uint32_t to;

	if (!leads_of(p, s, path, l))
		return;
	if (path->how == WIDEN_USER || path->how == WIDEN_ROLE || path->how == WIDEN_GROUP ||
		path->how == WIDEN_POLICY) {
		/* Its own is a step already; somebody else's is only as good as the control over that one. */
		if (!has_step(s, path))
			add_step(s, path, NULL, ANSWER_MAYBE, "control of a principal that it can make administrator");
		return;
	}
	to = best_target(p, s, l);
	if (to == ADMIN)
		return;
	a = bit_has(l->proved, to) ? ANSWER_YES : ANSWER_MAYBE;
	needs = l->needs;
	/* Somebody who holds no more and may reach administrator only if something is there: neither does this one gain surely. */
	if (a == ANSWER_YES && !bit_has(p->reach_yes, to) && !subject_has_more(p, &p->subjects[to], s)) {
		a = ANSWER_MAYBE;
		needs = "what its next step needs";
	}
	add_step(s, path, p->subjects[to].p, a, needs);
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
		const uint64_t *both = sure ? a->proved : a->maybe;

		for (uint32_t i = next_bit(p, both, 0); i != ADMIN && !has_step(s, path);
			i = next_bit(p, both, i + 1)) {
			if (i == s->p->index)
				continue;
			if (x->how != SET_TRUST && y->how != SET_TRUST && x->how != WIDEN_ROLE &&
				x->how != WIDEN_USER && x->how != WIDEN_POLICY && y->how != WIDEN_USER)
				continue;
			if (x->how == SET_TRUST && !bit_has(p->reach_maybe, i) &&
				!subject_has_more(p, &p->subjects[i], s))
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
	for (uint32_t i = next_bit(p, l->maybe, 0); i != ADMIN; i = next_bit(p, l->maybe, i + 1)) {
		struct subject *t = &p->subjects[i], v;
		struct request r;
		enum answer a = bit_has(l->proved, i) ? ANSWER_YES : ANSWER_MAYBE;

		if (t->boundary == BOUNDARY_NONE)
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

/* Detours are looked for within so many words of sets, a tenth of a second. */
#define DETOURS ((size_t)64 << 20)

/* Somebody whom `s` can take on can take somebody on who holds more than `s`: told as the first step of that. */
static void gain_by_detour(
	struct privilege *p, struct subject *s, enum answer at_least, uint64_t *seen, struct hop *by) {
	const uint32_t from = s->p->index;

	reach_from(p, from, at_least, seen, by);
	for (uint32_t i = next_bit(p, seen, 0); i != ADMIN && p->budget; i = next_bit(p, seen, i + 1)) {
		uint32_t first = i;

		if (i == from || by[i].to == from) /* taken on at once: its own step tells */
			continue;
		p->budget -= p->budget < p->words ? p->budget : p->words;
		if (!subject_has_more(p, &p->subjects[i], s))
			continue;
		while (by[first].to != from)
			first = by[first].to;
		add_step(s, by[first].path, p->subjects[first].p, at_least,
			by[first].needs ? by[first].needs : "what its next step needs");
		return;
	}
}

/* Whoever gains nothing by one step may gain by several. */
static void gain_by_detours(struct privilege *p) {
	uint64_t *seen = mem_alloc_n(p->node_words + 1, sizeof(*seen));
	struct hop *by = mem_alloc_n(p->n + 1, sizeof(*by));
	const size_t budget = p->budget;

	p->budget = DETOURS;
	for (int a = ANSWER_YES; a >= ANSWER_MAYBE; a--)
		for (size_t i = 0; i < p->n; i++) {
			struct subject *s = &p->subjects[i];

			if (s->p->kind == AWS_GROUP || s->admin == ANSWER_YES ||
				s->result.escalates >= (enum answer)a || (!s->edges.n && !s->pairs.n))
				continue;
			if (p->budget == 0) {
				p->limits.targets++;
				break;
			}
			gain_by_detour(p, s, (enum answer)a, seen, by);
			escalation_of(s);
		}
	p->budget = budget;
	free(seen);
	free(by);
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
	gain_by_detours(p);
	free(a.proved);
	free(a.maybe);
	free(b.proved);
	free(b.maybe);
}
