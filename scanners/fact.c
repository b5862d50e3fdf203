/* Facts: making them, setting and asking attributes, finding attributes by name. Which attributes there are, attributes.c lists. */
#include "scanners/fact.h"
#include "core/text.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

const char *fact_kind_name(enum fact_kind k) {
	static const char *const names[FACT_KIND_COUNT] = {
		"identity", "credential", "grant", "trust", "pipeline", "job", "step", "agent", "tool"};

	return names[k];
}

const struct attribute *fact_attribute(enum fact_kind on, struct slice name) {
	for (size_t t = 0; fact_attributes[t]; t++)
		for (const struct attribute *a = fact_attributes[t]; a->name; a++)
			if (a->on == on && slice_eq(slice_str(a->name), name))
				return a;
	return NULL;
}

const struct attribute *fact_attribute_near(enum fact_kind on, struct slice name) {
	const struct attribute *best = NULL;
	char text[64];
	unsigned least;

	if (name.n == 0 || name.n >= sizeof(text) || memchr(name.p, 0, name.n))
		return NULL;
	memcpy(text, name.p, name.n);
	text[name.n] = '\0';
	least = (unsigned)name.n / 3 + 2;
	for (size_t t = 0; fact_attributes[t]; t++)
		for (const struct attribute *a = fact_attributes[t]; a->name; a++) {
			const unsigned d = a->on == on ? text_distance(text, a->name) : least;

			if (d < least) {
				least = d;
				best = a;
			}
		}
	return best;
}

bool fact_is_past(const struct fact *f) {
	switch (f->source ? f->source->place : PLACE_FILE) {
	case PLACE_HISTORY:
	case PLACE_MERGE:
	case PLACE_STASH:
	case PLACE_REFLOG:
	case PLACE_UNREACHABLE:
		return true;
	default:
		return false;
	}
}

void fact_limit_met(struct fact_set *set, const char *code, const char *where, const char *text) {
	for (size_t i = 0; i < set->nlimits; i++)
		if (strcmp(set->limits[i].code, code) == 0)
			return;
	if (set->nlimits < FACT_LIMITS_MAX)
		set->limits[set->nlimits++] = (struct fact_limit){code, where, text};
}

struct fact *fact_add(struct fact_set *set, enum fact_kind kind, const char *reader, const struct fact_source *source,
	struct span span) {
	struct fact *f = ARENA_NEW(&set->arena, struct fact);

	f->kind = kind;
	f->reader = reader;
	f->source = source;
	f->span = span;
	f->order = set->added++;
	VEC_PUSH(&set->all, f);
	return f;
}

void fact_rest_on(struct fact_set *set, struct fact *f, fact_fill *fill) {
	struct fact *rest;
	size_t i;

	for (i = 0; i < FACT_RESTS_MAX && set->rests[i].fill; i++) {
		if (set->rests[i].fill == fill && set->rests[i].on == f->rest) {
			f->rest = set->rests[i].fact;
			return;
		}
	}
	if (i == FACT_RESTS_MAX) { /* more sorts than are remembered: each for itself */
		fill(set, f);
		return;
	}
	rest = ARENA_NEW(&set->arena, struct fact);
	rest->kind = f->kind;
	rest->rest = f->rest;
	fill(set, rest);
	set->rests[i].fill = fill;
	set->rests[i].on = f->rest;
	set->rests[i].fact = rest;
	f->rest = rest;
}

static uint64_t bit_of(uint32_t key) {
	return (uint64_t)1 << (key >> 26);
}

#define VALUES_FIRST 8

/* In the first bytes of an array that is no longer used. */
struct fact_spare {
	struct fact_spare *next;
	uint32_t *keys;
};

/* 8, 16, 32, then half as much again: identities have some 40 values, and there are many of them. */
static size_t larger(size_t cap) {
	return cap < VALUES_FIRST ? VALUES_FIRST : cap < 32 ? cap * 2 : cap + cap / 2;
}

/* The list for arrays of that size; SIZE_MAX: they are not kept. */
static size_t spare_index(size_t cap) {
	size_t i = 0;

	for (size_t of = VALUES_FIRST; of < cap; of = larger(of))
		i++;
	return i < FACT_SPARE_SIZES ? i : SIZE_MAX;
}

static void grow(struct fact_set *set, struct fact *f) {
	const size_t cap = larger(f->values.cap), from = spare_index(cap), to = spare_index(f->values.cap);
	struct fact_spare *kept = from != SIZE_MAX ? set->spare[from] : NULL;
	struct fact_value *at = kept ? (struct fact_value *)kept : ARENA_NEW_N(&set->arena, struct fact_value, cap);
	uint32_t *keys = kept ? kept->keys : ARENA_NEW_N(&set->arena, uint32_t, cap);

	if (kept)
		set->spare[from] = kept->next;
	if (f->values.n) {
		memcpy(at, f->values.at, f->values.n * sizeof(*at));
		memcpy(keys, f->values.keys, f->values.n * sizeof(*keys));
	}
	if (f->values.cap && to != SIZE_MAX) {
		struct fact_spare *old = (struct fact_spare *)f->values.at;

		*old = (struct fact_spare){set->spare[to], f->values.keys};
		set->spare[to] = old;
	}
	f->values.at = at;
	f->values.keys = keys;
	f->values.cap = cap;
}

/* Names are looked up once for each set: a table of all attributes is long, and a workflow has thousands of values. */
static const struct attribute *declared(struct fact_set *set, enum fact_kind on, const char *name) {
	const size_t slot = (((uintptr_t)name >> 2) ^ ((size_t)on << 5)) % FACT_NAMES_RECENT;
	uint8_t key[80];
	size_t n;
	bool added;

	if (set->recent[slot].name == name && set->recent[slot].on == on &&
		strcmp(set->recent[slot].attribute->name, name) ==
			0) /* no literal: the place may hold another by now */
		return set->recent[slot].attribute;
	n = strlen(name);

	assert(n < sizeof(key));
	key[0] = (uint8_t)on;
	memcpy(key + 1, name, n);

	struct map_entry *e = map_put(&set->names, slice_of(key, n + 1), &added);

	if (added)
		e->value.ptr = (void *)(uintptr_t)fact_attribute(on, slice_str(name));
	if (e->value.ptr) {
		set->recent[slot].name = name;
		set->recent[slot].attribute = e->value.ptr;
		set->recent[slot].on = on;
	}
	return e->value.ptr;
}

static struct value *put(
	struct fact_set *set, struct fact *f, const char *name, enum value_type type, struct span span) {
	const struct attribute *a = declared(set, f->kind, name);

	if (!a || (type != VALUE_TYPE_COUNT && a->type != type)) {
		/* A reader and its table disagree: a mistake of ours that no input can cause. */
		fprintf(stderr, "nhiscan: attribute %s of a %s %s\n", name, fact_kind_name(f->kind),
			a ? "is of another type" : "is not declared");
		abort();
	}

	struct value v = {.type = a->type, .known = true, .span = span};

	const uint32_t key = fact_key(name);

	for (size_t i = 0; i < (f->values.seen & bit_of(key) ? f->values.n : 0); i++)
		if (f->values.keys[i] == key && f->values.at[i].attribute == a) {
			f->values.at[i].value = v;
			return &f->values.at[i].value;
		}
	if (f->values.n == f->values.cap)
		grow(set, f);
	f->values.seen |= bit_of(key);
	f->values.keys[f->values.n] = key;
	f->values.at[f->values.n] = (struct fact_value){a, v};
	return &f->values.at[f->values.n++].value;
}

void fact_set_bool(struct fact_set *set, struct fact *f, const char *name, bool v, struct span span) {
	put(set, f, name, VALUE_BOOL, span)->boolean = v;
}

void fact_set_number(struct fact_set *set, struct fact *f, const char *name, double v, struct span span) {
	put(set, f, name, VALUE_NUMBER, span)->number = v;
}

void fact_set_text(struct fact_set *set, struct fact *f, const char *name, struct slice v, struct span span) {
	put(set, f, name, VALUE_TEXT, span)->text = arena_copy(&set->arena, v);
}

void fact_set_texts(
	struct fact_set *set, struct fact *f, const char *name, const struct slice *v, size_t n, struct span span) {
	struct slice *copy = ARENA_NEW_N(&set->arena, struct slice, n);
	struct value *to = put(set, f, name, VALUE_TEXTS, span);

	for (size_t i = 0; i < n; i++)
		copy[i] = arena_copy(&set->arena, v[i]);
	to->texts.at = copy;
	to->texts.n = n;
}

void fact_set_when(struct fact_set *set, struct fact *f, const char *name, struct when v, struct span span) {
	struct value *to = put(set, f, name, VALUE_TIME, span);

	to->when = v;
	to->known = v.state != WHEN_UNKNOWN;
}

void fact_set_fact(struct fact_set *set, struct fact *f, const char *name, const struct fact *v) {
	put(set, f, name, VALUE_FACT, v->span)->fact = v;
}

void fact_set_facts(struct fact_set *set, struct fact *f, const char *name, const struct fact *const *v, size_t n) {
	const struct fact **copy = ARENA_NEW_N(&set->arena, const struct fact *, n);
	struct value *to = put(set, f, name, VALUE_FACTS, n ? v[0]->span : (struct span){0});

	if (n)
		memcpy(copy, v, n * sizeof(struct fact *));
	to->facts.at = copy;
	to->facts.n = n;
}

void fact_set_none(struct fact_set *set, struct fact *f, const char *name, struct span span) {
	put(set, f, name, VALUE_TYPE_COUNT, span)->none = true;
}

const struct value *fact_value(const struct fact *f, const struct attribute *a) {
	const uint32_t key = fact_key(a->name);

	for (; f; f = f->rest)
		for (size_t i = 0; i < (f->values.seen & bit_of(key) ? f->values.n : 0); i++)
			if (f->values.keys[i] == key && f->values.at[i].attribute == a)
				return f->values.at[i].value.known ? &f->values.at[i].value : NULL;
	return NULL;
}

const struct value *fact_get_by_key(const struct fact *f, const char *name, uint32_t key) {
	for (; f; f = f->rest)
		for (size_t i = 0; i < (f->values.seen & bit_of(key) ? f->values.n : 0); i++)
			if (f->values.keys[i] == key && strcmp(f->values.at[i].attribute->name, name) == 0)
				return f->values.at[i].value.known ? &f->values.at[i].value : NULL;
	return NULL;
}

bool fact_speaks(const struct fact *f, const struct attribute *a) {
	const uintptr_t at = (uintptr_t)a;
	uintptr_t from = 0, to = UINTPTR_MAX;

	/* The table that holds it begins nearest before it, and the next one behind it. */
	for (size_t t = 0; fact_attributes[t]; t++) {
		const uintptr_t start = (uintptr_t)fact_attributes[t];

		if (start <= at && start > from)
			from = start;
		else if (start > at && start < to)
			to = start;
	}
	for (; f; f = f->rest)
		for (size_t i = 0; i < f->values.n; i++)
			if ((uintptr_t)f->values.at[i].attribute >= from && (uintptr_t)f->values.at[i].attribute < to)
				return true;
	return false;
}

void fact_set_join(struct fact_set *to, struct fact_set *from) {
	VEC_RESERVE(&to->all, from->all.n);
	for (size_t i = 0; i < from->all.n; i++) {
		from->all.at[i]->order += to->added;
		VEC_PUSH(&to->all, from->all.at[i]);
	}
	to->added += from->added;
	arena_join(&to->arena, &from->arena);
	VEC_FREE(&from->all);
	map_free(&from->names);
	*from = (struct fact_set){0};
}

static int source_order(const struct fact_source *a, const struct fact_source *b) {
	if (a == b)
		return 0;
	if (!a || !b)
		return a ? 1 : -1;
	if (a->target != b->target)
		return a->target < b->target ? -1 : 1;

	const int around = source_order(a->container, b->container);

	if (around)
		return around;

	const int path = slice_cmp(a->path, b->path);

	if (path)
		return path;
	if (a->place != b->place)
		return a->place < b->place ? -1 : 1;
	if (a->authored.state == WHEN_AT && b->authored.state == WHEN_AT && a->authored.at != b->authored.at)
		return a->authored.at < b->authored.at ? -1 : 1;
	return memcmp(a->object.id, b->object.id, sizeof(a->object.id));
}

static int fact_order(const void *x, const void *y) {
	const struct fact *a = *(const struct fact *const *)x, *b = *(const struct fact *const *)y;
	const int source = source_order(a->source, b->source);

	if (source)
		return source;
	return a->order < b->order ? -1 : a->order > b->order;
}

/* Facts of one source that stand together, as readers leave them: [at, at + n). */
struct run {
	struct fact **at;
	size_t n;
};

static int run_order(const void *x, const void *y) {
	const struct run *a = x, *b = y;

	return fact_order(a->at, b->at);
}

/* Is the last fact of each run before the first of the next, and each run in order? Two runs of one source need not be. */
static bool is_sorted(const struct fact_set *set) {
	for (size_t i = 1; i < set->all.n; i++) {
		const struct fact *a = set->all.at[i - 1], *b = set->all.at[i];

		if (a->source == b->source ? a->order > b->order : fact_order(&set->all.at[i - 1], &set->all.at[i]) > 0)
			return false;
	}
	return true;
}

/* By runs, which are far fewer than facts; by facts when that was not enough. */
void fact_set_sort(struct fact_set *set) {
	VEC(struct run) runs = {0};
	VEC(struct fact *) sorted = {0};

	for (size_t i = 0; i < set->all.n; i++)
		if (i && set->all.at[i]->source == set->all.at[i - 1]->source)
			runs.at[runs.n - 1].n++;
		else
			VEC_PUSH(&runs, ((struct run){&set->all.at[i], 1}));
	if (runs.n > 1)
		qsort(runs.at, runs.n, sizeof(*runs.at), run_order);
	VEC_RESERVE(&sorted, set->all.n);
	for (size_t i = 0; i < runs.n; i++)
		for (size_t k = 0; k < runs.at[i].n; k++)
			VEC_PUSH(&sorted, runs.at[i].at[k]);
	VEC_FREE(&runs);
	VEC_FREE(&set->all);
	set->all.at = sorted.at;
	set->all.n = sorted.n;
	set->all.cap = sorted.cap;
	if (!is_sorted(set))
		qsort(set->all.at, set->all.n, sizeof(*set->all.at), fact_order);
}

void fact_set_free(struct fact_set *set) {
	VEC_FREE(&set->all);
	map_free(&set->names);
	arena_free(&set->arena);
	*set = (struct fact_set){0};
}
