/* Interning of appraisals and the order of candidates. Matching is in match.c, judging in judge.c. */
#include "rules/candidate.h"

#include "core/buf.h"

#include <stdlib.h>

static void key_part(struct buf *b, const void *p, size_t n) {
	uint64_t len = n;

	buf_add(b, &len, sizeof(len));
	buf_add(b, p, n);
}

/* All that makes two appraisals the same, as bytes. Reasons are compared by code: their texts follow from value and code. */
static void appraisal_key(struct buf *b, const struct appraisal *a) {
	const struct judgement *j = &a->judgement;

	buf_add(b, &a->rule, sizeof(a->rule));
	key_part(b, a->value.p, a->value.n);
	key_part(b, a->name.p, a->name.n);
	key_part(b, a->layers, a->layers ? strlen(a->layers) : 0);
	key_part(b, a->excerpt.p, a->excerpt.n);
	buf_add(b, &a->excerpt_at, sizeof(a->excerpt_at));
	buf_add(b, &j->verdict, sizeof(j->verdict));
	buf_add(b, &j->confidence_shift, sizeof(j->confidence_shift));
	for (size_t i = 0; i < j->nreasons; i++)
		key_part(b, j->reasons[i].code, strlen(j->reasons[i].code));
	key_part(b, j->inline_mark, j->inline_mark ? strlen(j->inline_mark) : 0);
}

const struct appraisal *appraisal_intern(struct appraisal_set *set, const struct appraisal *a) {
	struct buf key = {0};
	struct map_entry *e;
	struct appraisal *copy;
	bool added;

	appraisal_key(&key, a);
	e = map_put(&set->byte_keys, buf_slice(&key), &added);
	buf_free(&key);
	if (!added)
		return e->value.ptr;
	copy = ARENA_NEW(&set->arena, struct appraisal);
	*copy = *a;
	copy->value = arena_copy(&set->arena, a->value);
	copy->name = arena_copy(&set->arena, a->name);
	copy->excerpt = arena_copy(&set->arena, a->excerpt);
	if (a->layers)
		copy->layers = arena_str(&set->arena, slice_str(a->layers));
	for (size_t i = 0; i < a->judgement.nreasons; i++)
		copy->judgement.reasons[i].text = arena_str(&set->arena, slice_str(a->judgement.reasons[i].text));
	if (a->judgement.inline_mark)
		copy->judgement.inline_mark = arena_str(&set->arena, slice_str(a->judgement.inline_mark));
	e->value.ptr = copy;
	return copy;
}

void appraisal_set_free(struct appraisal_set *set) {
	map_free(&set->byte_keys);
	arena_free(&set->arena);
}

int candidate_cmp(const void *pa, const void *pb) {
	const struct candidate *a = pa, *b = pb;
	int d;

	if (a->start != b->start)
		return a->start < b->start ? -1 : 1;
	if (a->end != b->end)
		return a->end < b->end ? -1 : 1;
	if (a->what->rule != b->what->rule)
		return a->what->rule < b->what->rule ? -1 : 1;
	d = slice_cmp(a->what->value, b->what->value);
	if (d)
		return d;
	return strcmp(a->what->layers ? a->what->layers : "", b->what->layers ? b->what->layers : "");
}

void candidates_settle(candidate_vec *v) {
	size_t kept = 0;

	if (v->n < 2)
		return;
	qsort(v->at, v->n, sizeof(*v->at), candidate_cmp);
	for (size_t i = 1; i < v->n; i++) {
		if (candidate_cmp(&v->at[kept], &v->at[i]) == 0)
			continue;
		v->at[++kept] = v->at[i];
	}
	v->n = kept + 1;
}
