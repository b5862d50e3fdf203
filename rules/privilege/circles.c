/* Groups of principals that can all become one another: strongly connected components of what is proved (Kosaraju). Sets of targets are shared, so each
 * step takes whole words of those not yet seen. */
#include "rules/privilege/closure.h"

#include <stdlib.h>

/* Where a walk stands at one principal: pair, then set, then word of it. */
struct frame {
	uint32_t at;
	size_t pair, set, word;
};

struct walk {
	const struct privilege *p;
	uint64_t *unseen;
	struct frame *stack;
	size_t depth;
	uint32_t *order; /* principals as their walks end */
	size_t n;
};

static bool take(struct walk *w, uint32_t i) {
	if (!bit_has(w->unseen, i))
		return false;
	w->unseen[i / 64] &= ~(UINT64_C(1) << (i % 64));
	return true;
}

/* The next principal from here that nobody has seen; ADMIN: none. */
static uint32_t next(struct walk *w, struct frame *f) {
	const struct subject *s = &w->p->subjects[f->at];

	for (; f->pair < s->pairs.n; f->pair++)
		if (!s->pairs.at[f->pair].widens && s->pairs.at[f->pair].certainty == ANSWER_YES &&
			take(w, s->pairs.at[f->pair].to))
			return s->pairs.at[f->pair].to;
	for (; f->set < s->edges.n; f->set++, f->word = 0) {
		for (; !s->edges.at[f->set]->widens && s->edges.at[f->set]->any_proved && f->word < w->p->node_words;
			f->word++) {
			uint64_t v = s->edges.at[f->set]->proved[f->word] & w->unseen[f->word];

			if (v) {
				uint32_t i = (uint32_t)(f->word * 64 + (size_t)__builtin_ctzll(v));

				take(w, i);
				return i;
			}
		}
	}
	return ADMIN;
}

static void forward(struct walk *w, uint32_t root) {
	if (!take(w, root))
		return;
	w->stack[w->depth++] = (struct frame){.at = root};
	while (w->depth) {
		struct frame *f = &w->stack[w->depth - 1];
		uint32_t i = next(w, f);

		if (i != ADMIN) {
			w->stack[w->depth++] = (struct frame){.at = i};
		} else {
			w->order[w->n++] = f->at;
			w->depth--;
		}
	}
}

/* Who leads to each principal: sets by those that have them, pairs by their target. */
struct backward {
	VEC(struct edge_set *) sets;
	struct members {
		VEC(uint32_t) who;
	} * of_set, *of_pair;
};

static void backward_make(const struct privilege *p, struct backward *b) {
	struct map numbers = {0};

	b->of_pair = mem_alloc_n(p->n + 1, sizeof(*b->of_pair));
	b->of_set = mem_alloc_n(p->edge_sets.n + 1, sizeof(*b->of_set));
	for (uint32_t i = 0; i < p->n; i++) {
		const struct subject *s = &p->subjects[i];

		for (size_t k = 0; k < s->pairs.n; k++)
			if (!s->pairs.at[k].widens && s->pairs.at[k].certainty == ANSWER_YES)
				VEC_PUSH(&b->of_pair[s->pairs.at[k].to].who, i);
		for (size_t k = 0; k < s->edges.n; k++) {
			bool added;
			struct map_entry *e;

			if (s->edges.at[k]->widens || !s->edges.at[k]->any_proved)
				continue;
			e = map_put(&numbers, slice_of(&s->edges.at[k], sizeof(s->edges.at[k])), &added);
			if (added) {
				e->value.num = b->sets.n;
				VEC_PUSH(&b->sets, s->edges.at[k]);
			}
			VEC_PUSH(&b->of_set[e->value.num].who, i);
		}
	}
	map_free(&numbers);
}

static void backward_free(const struct privilege *p, struct backward *b) {
	for (size_t i = 0; i < p->n; i++)
		VEC_FREE(&b->of_pair[i].who);
	for (size_t i = 0; i < b->sets.n; i++)
		VEC_FREE(&b->of_set[i].who);
	free(b->of_pair);
	free(b->of_set);
	VEC_FREE(&b->sets);
}

static size_t push_all(struct walk *w, const struct members *m, uint32_t *queue, size_t n) {
	for (size_t i = 0; i < m->who.n; i++)
		if (take(w, m->who.at[i]))
			queue[n++] = m->who.at[i];
	return n;
}

/* Sets that still lead to somebody. */
struct left {
	uint32_t *at;
	size_t n;
};

/* All that lead to `root` and are not seen yet are its group. */
static size_t component(struct walk *w, const struct backward *b, struct left *left, uint32_t root, uint32_t *queue) {
	size_t head = 0, n = 0;

	queue[n++] = root;
	while (head < n) {
		uint32_t i = queue[head++];

		n = push_all(w, &b->of_pair[i], queue, n);
		for (size_t k = 0; k < left->n;) {
			uint32_t set = left->at[k];

			if (!bit_has(b->sets.at[set]->proved, i)) {
				k++;
				continue;
			}
			/* All that have the set are taken: it has nothing for anybody after. */
			left->at[k] = left->at[--left->n];
			n = push_all(w, &b->of_set[set], queue, n);
		}
	}
	return n;
}

void circles_make(struct privilege *p) {
	struct walk w = {.p = p};
	struct backward b = {0};
	uint32_t *queue = mem_alloc_n(p->n + 1, sizeof(*queue)), number = 0;
	struct left left = {0};

	w.unseen = mem_alloc_n(p->node_words + 1, sizeof(*w.unseen));
	w.stack = mem_alloc_n(p->n + 1, sizeof(*w.stack));
	w.order = mem_alloc_n(p->n + 1, sizeof(*w.order));
	memset(w.unseen, 0xff, p->node_words * sizeof(*w.unseen));
	if (p->n % 64)
		w.unseen[p->node_words - 1] = (UINT64_C(1) << (p->n % 64)) - 1;
	for (uint32_t i = 0; i < p->n; i++)
		if (p->subjects[i].edges.n || p->subjects[i].pairs.n)
			forward(&w, i);
	backward_make(p, &b);
	left.at = mem_alloc_n(b.sets.n + 1, sizeof(*left.at));
	for (; left.n < b.sets.n; left.n++)
		left.at[left.n] = (uint32_t)left.n;
	memset(w.unseen, 0, p->node_words * sizeof(*w.unseen));
	for (size_t i = 0; i < w.n; i++)
		bit_add(w.unseen, w.order[i]);
	for (size_t i = w.n; i-- > 0;) {
		size_t n = take(&w, w.order[i]) ? component(&w, &b, &left, w.order[i], queue) : 0;

		number += n > 1;
		for (size_t k = 0; n > 1 && k < n; k++)
			p->subjects[queue[k]].result.group = number;
	}
	backward_free(p, &b);
	free(left.at);
	free(w.unseen);
	free(w.stack);
	free(w.order);
	free(queue);
}
