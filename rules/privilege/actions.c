/* The table of AWS actions and the sets that patterns stand for. Statements and principals are elsewhere. */
#include "rules/privilege/actions.h"

#include "rules/privilege/table.h"
#include "rules/privilege/wild.h"

#include <stdlib.h>

static uint8_t lower(uint8_t c) {
	return c >= 'A' && c <= 'Z' ? (uint8_t)(c | 32) : c;
}

static struct slice lower_copy(struct arena *arena, struct slice s) {
	uint8_t *p = arena_alloc(arena, s.n);

	for (size_t i = 0; i < s.n; i++)
		p[i] = lower(s.p[i]);
	return slice_of(p, s.n);
}

static struct slice cut(struct slice *s, uint8_t at) {
	size_t i = 0;
	struct slice head;

	while (i < s->n && s->p[i] != at)
		i++;
	head = slice_sub(*s, 0, i);
	*s = slice_sub(*s, i + 1, s->n);
	return head;
}

static void add(struct actions *a, struct slice name, struct slice low, uint8_t level) {
	if (a->n == a->cap) {
		a->cap = a->cap ? a->cap * 2 : 1u << 15;
		a->names = mem_grow(a->names, a->cap, sizeof(*a->names));
		a->lower = mem_grow(a->lower, a->cap, sizeof(*a->lower));
		a->levels = mem_grow(a->levels, a->cap, 1);
	}
	a->names[a->n] = name;
	a->lower[a->n] = low;
	a->levels[a->n++] = level;
}

/* "service Name:l Name:l …" */
static void add_service(struct actions *a, struct slice line) {
	struct slice service = cut(&line, ' ');

	while (line.n) {
		struct slice word = cut(&line, ' '), name = cut(&word, ':');
		uint8_t *whole = arena_alloc(&a->arena, service.n + 1 + name.n);

		memcpy(whole, service.p, service.n);
		whole[service.n] = ':';
		memcpy(whole + service.n + 1, name.p, name.n);
		name = slice_of(whole, service.n + 1 + name.n);
		add(a, name, lower_copy(&a->arena, name), word.n ? word.p[0] : '?');
	}
}

void actions_load(struct actions *a) {
	struct slice text, date;

	memset(a, 0, sizeof(*a));
	text = table_inflate(table_actions, table_actions_size, &a->text);
	cut(&text, '\n'); /* where it comes from */
	date = cut(&text, '\n');
	memcpy(a->date, date.p, date.n < sizeof(a->date) ? date.n : sizeof(a->date) - 1);
	while (text.n)
		add_service(a, cut(&text, '\n'));
	a->known = a->n;
}

void actions_free(struct actions *a) {
	free(a->text);
	free(a->names);
	free(a->lower);
	free(a->levels);
	map_free(&a->extra);
	map_free(&a->patterns);
	map_free(&a->lists);
	arena_free(&a->arena);
	memset(a, 0, sizeof(*a));
}

/* The first name of the table not below `key`, looking at its first key.n bytes only when `prefix`. */
static uint32_t bound(const struct actions *a, struct slice key, bool beyond) {
	uint32_t lo = 0, hi = a->known;

	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;
		int c = slice_cmp(beyond ? slice_sub(a->lower[mid], 0, key.n) : a->lower[mid], key);

		if (c < 0 || (beyond && c == 0))
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

uint32_t action_find(const struct actions *a, struct slice name) {
	uint8_t text[256];
	struct slice low = slice_of(text, name.n);
	uint32_t i;
	const struct map_entry *e = NULL;

	if (name.n > sizeof(text))
		return ACTION_NONE;
	for (i = 0; i < name.n; i++)
		text[i] = lower(name.p[i]);
	i = bound(a, low, false);
	if (i >= a->known || !slice_eq(a->lower[i], low)) {
		e = map_get(&a->extra, low);
		i = e ? (uint32_t)e->value.num : ACTION_NONE;
	}
	return i;
}

void action_learn(struct actions *a, struct slice name) {
	const uint8_t *colon = name.n ? memchr(name.p, ':', name.n) : NULL;

	if (wild_is(name) || !colon || colon == name.p || colon + 1 == name.p + name.n || name.n > 256 ||
		action_find(a, name) != ACTION_NONE)
		return;
	name = arena_copy(&a->arena, name);
	map_put(&a->extra, lower_copy(&a->arena, name), NULL)->value.num = a->n;
	add(a, name, lower_copy(&a->arena, name), '?');
}

typedef VEC(struct action_range) range_list;

static void add_range(range_list *l, uint32_t from, uint32_t to) {
	if (l->n && l->at[l->n - 1].to == from)
		l->at[l->n - 1].to = to;
	else
		VEC_PUSH(l, ((struct action_range){from, to}));
}

static const struct action_set *keep(struct actions *a, const range_list *l) {
	struct action_set *s = ARENA_NEW(&a->arena, struct action_set);
	struct action_range *at = ARENA_NEW_N(&a->arena, struct action_range, l->n);

	if (l->n)
		memcpy(at, l->at, l->n * sizeof(*at));
	*s = (struct action_set){at, l->n};
	return s;
}

static void expand(struct actions *a, struct slice low, range_list *out) {
	size_t fixed = 0;
	uint32_t from, to;
	bool prefix;

	while (fixed < low.n && low.p[fixed] != '*' && low.p[fixed] != '?')
		fixed++;
	from = fixed ? bound(a, slice_sub(low, 0, fixed), false) : 0;
	to = fixed ? bound(a, slice_sub(low, 0, fixed), true) : a->known;
	prefix = fixed + 1 == low.n && low.p[fixed] == '*';
	if (prefix && from < to) {
		add_range(out, from, to);
	} else if (!prefix) {
		for (uint32_t i = from; i < to; i++)
			if (wild_match(low, a->lower[i]))
				add_range(out, i, i + 1);
	}
	for (uint32_t i = a->known; i < a->n; i++)
		if (wild_match(low, a->lower[i]))
			add_range(out, i, i + 1);
}

static const struct action_set *pattern_set(struct actions *a, struct slice pattern) {
	range_list l = {0};
	struct slice low = lower_copy(&a->arena, pattern);
	bool added;
	struct map_entry *e = map_put(&a->patterns, low, &added);

	if (added) {
		expand(a, low, &l);
		e->value.ptr = (void *)keep(a, &l);
		VEC_FREE(&l);
	}
	return e->value.ptr;
}

static int by_from(const void *x, const void *y) {
	const struct action_range *a = x, *b = y;

	return a->from < b->from ? -1 : a->from > b->from;
}

/* Sorts and joins what touches or overlaps. */
static void normalise(range_list *l) {
	size_t n = 0;

	if (l->n == 0)
		return;
	qsort(l->at, l->n, sizeof(*l->at), by_from);
	for (size_t i = 1; i < l->n; i++) {
		if (l->at[i].from > l->at[n].to)
			l->at[++n] = l->at[i];
		else if (l->at[i].to > l->at[n].to)
			l->at[n].to = l->at[i].to;
	}
	l->n = n + 1;
}

static void invert(const struct actions *a, range_list *l) {
	range_list out = {0};
	uint32_t at = 0;

	for (size_t i = 0; i < l->n; i++) {
		if (at < l->at[i].from)
			add_range(&out, at, l->at[i].from);
		at = l->at[i].to;
	}
	if (at < a->n)
		add_range(&out, at, a->n);
	VEC_FREE(l);
	l->at = out.at;
	l->n = out.n;
	l->cap = out.cap;
}

const struct action_set *action_set_of(struct actions *a, const struct slice *patterns, size_t n, bool inverted) {
	struct buf key = {0};
	range_list l = {0};
	struct map_entry *e;
	bool added;

	buf_add_byte(&key, inverted ? '-' : '+');
	for (size_t i = 0; i < n; i++) {
		buf_add_slice(&key, patterns[i]);
		buf_add_byte(&key, 0);
	}
	e = map_put(&a->lists, buf_slice(&key), &added);
	buf_free(&key);
	if (!added)
		return e->value.ptr;
	for (size_t i = 0; i < n; i++) {
		const struct action_set *s = pattern_set(a, patterns[i]);

		for (size_t k = 0; k < s->n; k++)
			VEC_PUSH(&l, s->at[k]);
	}
	normalise(&l);
	if (inverted)
		invert(a, &l);
	e->value.ptr = (void *)keep(a, &l);
	VEC_FREE(&l);
	return e->value.ptr;
}

bool action_set_has(const struct action_set *s, uint32_t action) {
	size_t lo = 0, hi = s->n;

	while (lo < hi) {
		size_t mid = (lo + hi) / 2;

		if (s->at[mid].to <= action)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < s->n && s->at[lo].from <= action;
}

static uint64_t mask(uint32_t from, uint32_t to) { /* bits [from, to) of one word */
	return (to - from == 64 ? ~UINT64_C(0) : ((UINT64_C(1) << (to - from)) - 1) << from);
}

void bits_add_set(uint64_t *bits, const struct action_set *s) {
	for (size_t i = 0; i < s->n; i++) {
		for (uint32_t at = s->at[i].from; at < s->at[i].to;) {
			uint32_t word = at / 64, end = (word + 1) * 64 < s->at[i].to ? (word + 1) * 64 : s->at[i].to;

			bits[word] |= mask(at % 64, end - word * 64);
			at = end;
		}
	}
}

size_t bits_count(const uint64_t *bits, size_t words) {
	size_t n = 0;

	for (size_t i = 0; i < words; i++)
		n += bits[i] ? (size_t)__builtin_popcountll(bits[i]) : 0; /* most words are empty */
	return n;
}
