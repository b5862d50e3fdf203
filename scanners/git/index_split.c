/* Joining the two parts of a split index. Both were parsed by index.c; files are index_file.c's. */
#include "scanners/git/index_split.h"

#include "core/memory.h"
#include "scanners/git/idx.h"

#include <stdlib.h>

#define WORD_BITS 64

struct bitmap {
	uint64_t *words;
	size_t nbits;
};

static bool bit_at(const struct bitmap *b, size_t i) {
	return b->words[i / WORD_BITS] >> (i % WORD_BITS) & 1;
}

static bool take32(struct slice *s, uint32_t *out) {
	if (s->n < 4)
		return false;
	*out = be32(s->p);
	*s = slice_sub(*s, 4, s->n);
	return true;
}

/* Words of one kind, and then words as they are: bit 0 says of what kind, 32 bits how many, 31 bits how many others follow. */
static bool take_run(struct slice *words, struct bitmap *b, size_t *at, size_t nwords) {
	uint64_t run = be64(words->p), same = run >> 1 & UINT32_MAX, others = run >> 33;
	*words = slice_sub(*words, 8, words->n);
	if (same > nwords - *at || others > nwords - *at - same || others > words->n / 8)
		return false;
	memset(b->words + *at, run & 1 ? 0xff : 0, same * sizeof(*b->words));
	*at += same;
	for (uint64_t i = 0; i < others; i++)
		b->words[(*at)++] = be64(words->p + 8 * i);
	*words = slice_sub(*words, 8 * others, words->n);
	return true;
}

/* An EWAH bitmap (gitformat-bitmap(5), appendix A): bits, words, the words, where the last run is. `b` has room for `entries` bits, and
 * none behind them may be set. */
static bool take_bitmap(struct slice *s, size_t entries, struct bitmap *b) {
	uint32_t nbits, n, last;
	size_t at = 0, nwords = entries / WORD_BITS + 1;
	*b = (struct bitmap){mem_alloc_n(nwords, sizeof(*b->words)), entries};
	if (s->n == 0)
		return true; /* both may be left out */
	if (!take32(s, &nbits) || nbits > entries || !take32(s, &n) || n > s->n / 8)
		return false;
	struct slice words = slice_sub(*s, 0, (size_t)n * 8);
	*s = slice_sub(*s, words.n, s->n);
	while (words.n)
		if (!take_run(&words, b, &at, nwords))
			return false;
	for (size_t i = entries; i < nwords * WORD_BITS; i++)
		if (bit_at(b, i))
			return false;
	return take32(s, &last);
}

static int entry_cmp(const struct index_entry *a, const struct index_entry *b) {
	int c = slice_cmp(a->path, b->path);
	return c ? c : (int)a->stage - (int)b->stage;
}

/* The shared entries that remain, with what replaces some of them; false: more or fewer are replaced than there is to replace them. */
static bool keep_shared(struct index *split, const struct index *shared, const struct bitmap *deleted,
	const struct bitmap *replaced, index_entries *kept) {
	size_t next = 0;
	VEC_RESERVE(kept, shared->entries.n);
	for (size_t i = 0; i < shared->entries.n; i++) {
		struct index_entry e = shared->entries.at[i];
		if (bit_at(replaced, i)) {
			if (next == split->entries.n || split->entries.at[next].path.n)
				return false;
			struct slice path = e.path;
			e = split->entries.at[next++];
			e.path = path;
		}
		if (!bit_at(deleted, i))
			VEC_PUSH(kept, e);
	}
	split->replacing = next;
	return true;
}

/* Both are sorted. An entry of the index stands for one of the same name in the shared part. */
static void merge_entries(const struct index *split, const index_entries *kept, index_entries *out) {
	size_t i = split->replacing, k = 0;
	VEC_RESERVE(out, kept->n + split->entries.n - i);
	while (i < split->entries.n || k < kept->n) {
		int c = i == split->entries.n ? 1 : k == kept->n ? -1 : entry_cmp(&split->entries.at[i], &kept->at[k]);
		VEC_PUSH(out, c <= 0 ? split->entries.at[i] : kept->at[k]);
		i += c <= 0;
		k += c >= 0;
	}
}

static bool is_sorted(const index_entries *v) {
	for (size_t i = 1; i < v->n; i++)
		if (entry_cmp(&v->at[i - 1], &v->at[i]) > 0)
			return false;
	return true;
}

int index_join(struct index *split, const struct index *shared, struct error *err) {
	struct bitmap deleted = {0}, replaced = {0};
	index_entries kept = {0}, all = {0};
	struct slice maps = split->link;
	int rc = -1;
	if (shared->shared_id)
		error_set(err, ERR_FORMAT, "the shared part of a split index is split itself");
	else if (!take_bitmap(&maps, shared->entries.n, &deleted) ||
		 !take_bitmap(&maps, shared->entries.n, &replaced) ||
		 !keep_shared(split, shared, &deleted, &replaced, &kept))
		error_set(err, ERR_FORMAT, "a split index and its shared part do not go together");
	else
		rc = 0;
	if (rc == 0) {
		merge_entries(split, &kept, &all);
		VEC_FREE(&split->entries);
		split->entries.at = all.at;
		split->entries.n = all.n;
		split->entries.cap = all.cap;
		all = (index_entries){0};
		rc = index_check(split, err);
	}
	if (rc == 0 && !is_sorted(&split->entries))
		rc = error_set(err, ERR_FORMAT, "entries of a split index are not sorted");
	VEC_FREE(&kept);
	VEC_FREE(&all);
	free(deleted.words);
	free(replaced.words);
	return rc;
}
