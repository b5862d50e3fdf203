/* What follows from edges: who reaches administrator and by which shortest chain, first over what is proved, then over what is possible; groups of
 * principals that can all become one another; the edges whose removal cuts most chains. */
#include "rules/privilege/closure.h"

#include <stdlib.h>

#define NEEDS_CONTROL "control of a principal that it can make administrator"

static bool meets(const uint64_t *a, const uint64_t *b, size_t words) {
	for (size_t i = 0; i < words; i++)
		if (a[i] & b[i])
			return true;
	return false;
}

static uint32_t first_common(const uint64_t *a, const uint64_t *b, size_t words, uint32_t but) {
	for (size_t i = 0; i < words; i++) {
		uint64_t w = a[i] & b[i];

		if (but / 64 == i)
			w &= ~(UINT64_C(1) << (but % 64));
		if (w)
			return (uint32_t)(i * 64 + (size_t)__builtin_ctzll(w));
	}
	return ADMIN;
}

static const uint64_t *targets(const struct edge_set *e, enum answer at_least) {
	return at_least == ANSWER_YES ? e->proved : e->maybe;
}

static const char *needs_of(const struct edge_set *e, enum answer a) {
	return a != ANSWER_YES ? e->needs : e->after;
}

static bool is_excluded(const struct reaching *x, uint32_t from, uint32_t to) {
	return x->without && x->without_from == from && x->without_to == to;
}

/* A hop from `i` to administrator at once, or to somebody who reaches it already. */
static bool find_hop(const struct privilege *p, const struct reaching *x, uint32_t i, struct hop *out) {
	const struct subject *s = &p->subjects[i];

	for (size_t k = 0; k < s->steps.n; k++) {
		const struct privilege_step *st = &s->steps.at[k];

		if (!st->to && st->certainty >= x->at_least && !is_excluded(x, i, ADMIN)) {
			*out = (struct hop){st->path, ADMIN, st->certainty, st->needs};
			return true;
		}
	}
	for (size_t k = 0; k < s->pairs.n; k++) {
		const struct pair *pr = &s->pairs.at[k];

		if (!pr->widens && pr->certainty >= x->at_least && bit_has(x->reached, pr->to) &&
			!is_excluded(x, i, pr->to)) {
			*out = (struct hop){pr->path, pr->to, pr->certainty, pr->needs};
			return true;
		}
	}
	for (size_t k = 0; k < s->edges.n; k++) {
		struct edge_set *e = s->edges.at[k];
		uint32_t to;

		if (e->widens || (x->at_least == ANSWER_YES && !e->any_proved))
			continue;
		if (e->round != x->round) {
			e->round = x->round;
			e->met = first_common(targets(e, x->at_least), x->reached, p->node_words, ADMIN);
		}
		to = e->met;
		if (to != ADMIN && is_excluded(x, i, to))
			to = first_common(targets(e, x->at_least), x->reached, p->node_words, to);
		if (to != ADMIN) {
			enum answer a = bit_has(e->proved, to) ? ANSWER_YES : ANSWER_MAYBE;

			*out = (struct hop){e->path, to, a, needs_of(e, a)};
			return true;
		}
	}
	return false;
}

bool reach_round(struct privilege *p, struct reaching *x) {
	uint64_t *next = mem_alloc_n(p->node_words, sizeof(*next));
	bool any = false;

	x->round = ++p->round;
	memcpy(next, x->reached, p->node_words * sizeof(*next));
	for (uint32_t i = 0; i < p->n; i++) {
		struct hop hop;

		if (p->subjects[i].p->kind == AWS_GROUP || bit_has(x->reached, i) || !find_hop(p, x, i, &hop))
			continue;
		bit_add(next, i);
		x->hops[i] = hop;
		any = true;
	}
	memcpy(x->reached, next, p->node_words * sizeof(*next));
	free(next);
	return any;
}

/* Everybody that `from` can take on, itself too; `by` tells from whom and how. */
void reach_from(struct privilege *p, uint32_t from, enum answer at_least, uint64_t *seen, struct hop *by) {
	uint32_t *queue = p->queue;
	size_t head = 0, tail = 0;

	memset(seen, 0, p->node_words * sizeof(*seen));
	bit_add(seen, from);
	queue[tail++] = from;
	while (head < tail) {
		uint32_t i = queue[head++];
		const struct subject *s = &p->subjects[i];

		for (size_t k = 0; k < s->pairs.n; k++) {
			const struct pair *pr = &s->pairs.at[k];

			if (pr->widens || pr->certainty < at_least || bit_has(seen, pr->to))
				continue;
			bit_add(seen, pr->to);
			if (by)
				by[pr->to] = (struct hop){pr->path, i, pr->certainty, pr->needs};
			queue[tail++] = pr->to;
		}
		p->budget -= p->budget < s->edges.n * p->node_words ? p->budget : s->edges.n * p->node_words;
		for (size_t k = 0; k < s->edges.n; k++) {
			const struct edge_set *e = s->edges.at[k];
			const uint64_t *t = targets(e, at_least);

			bool none = e->widens || (at_least == ANSWER_YES && !e->any_proved);

			for (size_t w = 0; !none && w < p->node_words; w++) {
				for (uint64_t new = t[w] & ~seen[w]; new; new &= new - 1) {
					uint32_t to = (uint32_t)(w * 64 + (size_t)__builtin_ctzll(new));
					enum answer a = bit_has(e->proved, to) ? ANSWER_YES : ANSWER_MAYBE;

					bit_add(seen, to);
					if (by)
						by[to] = (struct hop){e->path, i, a, needs_of(e, a)};
					queue[tail++] = to;
				}
			}
		}
	}
}

static bool has_widening(const struct subject *s) {
	for (size_t k = 0; k < s->edges.n; k++)
		if (s->edges.at[k]->widens)
			return true;
	return false;
}

static size_t hops_between(uint32_t from, uint32_t to, const struct hop *by) {
	size_t n = 0;

	for (uint32_t i = to; i != from; i = by[i].to)
		n++;
	return n;
}

/* The steps from -> … -> to along `by`, into `out`. */
static size_t put_hops(
	const struct privilege *p, uint32_t from, uint32_t to, const struct hop *by, struct privilege_step *out) {
	size_t n = hops_between(from, to, by), at = n;

	for (uint32_t i = to; i != from; i = by[i].to)
		out[--at] = (struct privilege_step){
			p->subjects[by[i].to].p, p->subjects[i].p, by[i].path, by[i].certainty, by[i].needs};
	return n;
}

/* from -> … -> maker, which makes `to` administrator, whom `from` takes on (or is). */
static void keep_chain(struct privilege *p, struct reaching *x, uint32_t from, uint32_t maker, uint32_t to,
	const struct hop *by, const struct hop *made) {
	size_t n = hops_between(from, maker, by) + 1 + hops_between(from, to, by);
	struct privilege_step *steps = ARENA_NEW_N(&p->arena, struct privilege_step, n);

	n = put_hops(p, from, maker, by, steps);
	steps[n++] = (struct privilege_step){
		p->subjects[maker].p, p->subjects[to].p, made->path, made->certainty, made->needs};
	n += put_hops(p, from, to, by, steps + n);
	x->chains[from].at = steps;
	x->chains[from].n = n;
	bit_add(x->reached, from);
}

/* Somebody that `from` can take on makes somebody an administrator whom it can take on too. */
static bool widen_from(struct privilege *p, struct reaching *x, uint32_t from, uint64_t *seen, struct hop *by) {
	reach_from(p, from, x->at_least, seen, by);
	for (uint32_t i = 0; i < p->n; i++) {
		const struct subject *s = &p->subjects[i];

		if (!bit_has(seen, i))
			continue;
		for (size_t k = 0; k < s->edges.n; k++) {
			const struct edge_set *e = s->edges.at[k];
			uint32_t to = e->widens ? first_common(targets(e, x->at_least), seen, p->node_words, i) : ADMIN;
			struct hop last;

			if (to == ADMIN)
				continue;
			last.certainty = bit_has(e->proved, to) ? ANSWER_YES : ANSWER_MAYBE;
			last.path = e->path;
			last.needs = needs_of(e, last.certainty);
			keep_chain(p, x, from, i, to, by, &last);
			return true;
		}
	}
	return false;
}

static bool widen_round(struct privilege *p, struct reaching *x) {
	uint64_t *seen, *widening = mem_alloc_n(p->node_words, sizeof(*widening));
	struct hop *by;
	bool any = false, some = false;

	for (uint32_t i = 0; i < p->n; i++) {
		if (!bit_has(x->reached, i) && has_widening(&p->subjects[i])) {
			bit_add(widening, i);
			some = true;
		}
	}
	seen = mem_alloc_n(p->node_words, sizeof(*seen));
	by = mem_alloc_n(p->n, sizeof(*by));
	/* First those that do it themselves, then those that come to one who does. */
	for (int other = 0; other < 2 && some; other++) {
		for (uint32_t i = 0; i < p->n; i++) {
			if (bit_has(x->reached, i) || other == bit_has(widening, i) ||
				(!p->subjects[i].edges.n && !p->subjects[i].pairs.n))
				continue;
			if (p->budget == 0) {
				p->limits.walks = true;
				break;
			}
			reach_from(p, i, x->at_least, seen, NULL);
			if (meets(seen, widening, p->node_words))
				any |= widen_from(p, x, i, seen, by);
		}
	}
	free(seen);
	free(by);
	free(widening);
	return any;
}

/* Whoever can only make others administrators needs one of them. */
static void widen_alone(struct privilege *p, struct reaching *x) {
	for (uint32_t i = 0; i < p->n; i++) {
		struct subject *s = &p->subjects[i];

		for (size_t k = 0; k < s->edges.n && !bit_has(x->reached, i); k++) {
			struct privilege_step *step;

			if (!s->edges.at[k]->widens)
				continue;
			step = ARENA_NEW(&p->arena, struct privilege_step);
			*step = (struct privilege_step){s->p, NULL, s->edges.at[k]->path, ANSWER_MAYBE, NEEDS_CONTROL};
			x->chains[i].at = step;
			x->chains[i].n = 1;
			bit_add(x->reached, i);
		}
	}
}

static void keep_result(struct privilege *p, struct reaching *x, uint32_t i) {
	struct subject *s = &p->subjects[i];
	struct privilege_step *steps;
	size_t n = 0;
	uint32_t at;

	s->result.reaches_admin = x->at_least;
	for (at = i; at != ADMIN && !x->chains[at].n && x->hops[at].path; at = x->hops[at].to)
		n++;
	if (at != ADMIN)
		n += x->chains[at].n;
	steps = ARENA_NEW_N(&p->arena, struct privilege_step, n);
	n = 0;
	for (at = i; at != ADMIN && !x->chains[at].n && x->hops[at].path; at = x->hops[at].to) {
		const struct hop *h = &x->hops[at];

		steps[n++] = (struct privilege_step){p->subjects[at].p, h->to == ADMIN ? NULL : p->subjects[h->to].p,
			h->path, h->certainty, h->needs};
	}
	for (size_t k = 0; at != ADMIN && k < x->chains[at].n; k++)
		steps[n++] = x->chains[at].at[k];
	s->result.chain = steps;
	s->result.nchain = n;
}

void reaching_new(const struct privilege *p, struct reaching *x, enum answer at_least) {
	memset(x, 0, sizeof(*x));
	x->at_least = at_least;
	x->reached = mem_alloc_n(p->node_words + 1, sizeof(*x->reached));
	x->hops = mem_alloc_n(p->n + 1, sizeof(*x->hops));
	x->chains = mem_alloc_n(p->n + 1, sizeof(*x->chains));
	for (uint32_t i = 0; i < p->n; i++)
		if (p->subjects[i].admin >= at_least && p->subjects[i].p->kind != AWS_GROUP)
			bit_add(x->reached, i);
}

void reaching_free(struct reaching *x) {
	free(x->reached);
	free(x->hops);
	free(x->chains);
}

static void reach(struct privilege *p, enum answer at_least) {
	struct reaching x;
	bool more;

	reaching_new(p, &x, at_least);
	/* What is proved keeps its chain. */
	for (uint32_t i = 0; i < p->n; i++)
		if (p->subjects[i].result.reaches_admin == ANSWER_YES)
			bit_add(x.reached, i);
	do {
		while (reach_round(p, &x))
			;
		more = widen_round(p, &x);
	} while (more);
	if (at_least == ANSWER_MAYBE) {
		widen_alone(p, &x);
		while (reach_round(p, &x))
			;
	}
	/* Chains through what is proved go on along the proved chain. */
	for (uint32_t i = 0; i < p->n; i++) {
		if (p->subjects[i].result.reaches_admin == ANSWER_YES && at_least == ANSWER_MAYBE) {
			x.chains[i].at = p->subjects[i].result.chain;
			x.chains[i].n = p->subjects[i].result.nchain;
		}
	}
	for (uint32_t i = 0; i < p->n; i++)
		if (bit_has(x.reached, i) && p->subjects[i].result.reaches_admin != ANSWER_YES)
			keep_result(p, &x, i);
	reaching_free(&x);
}

/* Walks from single principals are given up after so many words of sets, a few seconds: their number times what each one sees has no other bound. */
#define BUDGET ((size_t)400 << 20)

static void keep_reached(struct privilege *p) {
	p->reach_yes = mem_alloc_n(p->node_words + 1, sizeof(uint64_t));
	p->reach_maybe = mem_alloc_n(p->node_words + 1, sizeof(uint64_t));
	for (uint32_t i = 0; i < p->n; i++) {
		if (p->subjects[i].result.reaches_admin == ANSWER_YES)
			bit_add(p->reach_yes, i);
		if (p->subjects[i].result.reaches_admin != ANSWER_NO)
			bit_add(p->reach_maybe, i);
	}
}

void closure_make(struct privilege *p) {
	for (size_t i = 0; i < p->n; i++) {
		struct subject *s = &p->subjects[i];

		s->result.principal = s->p;
		s->result.admin = s->admin;
		s->result.reaches_admin = s->admin == ANSWER_YES ? ANSWER_YES : ANSWER_NO;
	}
	p->budget = BUDGET;
	reach(p, ANSWER_YES);
	p->budget = BUDGET / 4;
	reach(p, ANSWER_MAYBE);
	keep_reached(p);
	circles_make(p);
}
