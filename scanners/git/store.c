/* Opens the folders, packs and indexes of a store, and finds objects in them. Reading objects is in reader.c. */
#include "scanners/git/store.h"

#include "core/memory.h"
#include "scanners/git/alternates.h"
#include "scanners/git/lookup.h"
#include "scanners/git/merge.h"
#include "scanners/git/packs.h"
#include "scanners/git/store_parts.h"

#include <openssl/evp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

/* Up to so many indexes are searched one after the other. */
#define FEW_PACKS 4

void store_problem(struct store *s, const char *fmt, ...) {
	char text[TROUBLE_TEXT_MAX];
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	VEC_PUSH(&s->problems, mem_str(text));
}

static int loose_order(const void *a, const void *b) {
	const struct loose_id *x = a, *y = b;
	int c = object_id_cmp(&x->id, &y->id);
	return c ? c : (x->folder > y->folder) - (x->folder < y->folder);
}

static void loose_sort(struct store *s) {
	size_t n = 0;
	if (s->loose.n)
		qsort(s->loose.at, s->loose.n, sizeof(*s->loose.at), loose_order);
	for (size_t i = 0; i < s->loose.n; i++)
		if (n == 0 || object_id_cmp(&s->loose.at[n - 1].id, &s->loose.at[i].id) != 0)
			s->loose.at[n++] = s->loose.at[i];
	s->loose.n = n;
}

struct store *store_open(const char *objects, const struct store_options *opt, struct error *err) {
	struct store *s = mem_alloc(sizeof(*s));
	if (opt)
		s->opt = *opt;
	if (!s->opt.id_bytes)
		s->opt.id_bytes = 20;
	if (!s->opt.max_object_bytes)
		s->opt.max_object_bytes = (uint64_t)1 << 30;
	if (s->opt.id_bytes != 20 && s->opt.id_bytes != 32) {
		error_set(err, ERR_FORMAT, "object ids of %u bytes are unknown", s->opt.id_bytes);
		goto fail;
	}
	if (alternates_open(s, objects, err) != 0)
		goto fail;
	/* Loose objects before packs: what a gc at the same time moves from one to the other is then seen twice, not never. */
	for (uint32_t i = 0; i < s->folders.n; i++) {
		struct error e = {0};
		if (loose_list(s->folders.at[i].path, s->opt.id_bytes, i, &s->loose, &e) != 0)
			store_problem(s, "%s", e.text);
	}
	loose_sort(s);
	packs_open(s);
	uint64_t first = 0;
	for (size_t i = 0; i < s->packs.n; i++) {
		s->packs.at[i].first = first;
		first += s->packs.at[i].idx.count;
	}
	return s;
fail:
	store_close(s);
	return NULL;
}

void store_close(struct store *s) {
	if (!s)
		return;
	lookup_free(s->lookup);
	packs_close(s);
	for (size_t i = 0; i < s->folders.n; i++)
		free(s->folders.at[i].path);
	for (size_t i = 0; i < s->problems.n; i++)
		free(s->problems.at[i]);
	VEC_FREE(&s->folders);
	VEC_FREE(&s->problems);
	VEC_FREE(&s->loose);
	free(s);
}

size_t store_problems(const struct store *s, const char *const **texts) {
	if (texts)
		*texts = (const char *const *)s->problems.at;
	return s->problems.n;
}

static bool loose_find(const struct store *s, const struct object_id *id, uint32_t *at) {
	size_t lo = 0, hi = s->loose.n;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		if (object_id_cmp(&s->loose.at[mid].id, id) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	*at = (uint32_t)lo;
	return lo < s->loose.n && object_id_cmp(&s->loose.at[lo].id, id) == 0;
}

void store_expect_many(struct store *s) {
	if (!s->lookup && s->packs.n > FEW_PACKS)
		s->lookup = lookup_new(s);
}

bool store_copy(const struct store *s, const struct object_id *id, unsigned nth, struct store_copy *out) {
	if (id->n != s->opt.id_bytes)
		return false;
	if (s->lookup && nth == 0)
		return lookup_find(s->lookup, s, id->id, out);
	out->is_loose = false;
	for (uint32_t i = 0; i < s->packs.n; i++) {
		out->at = i;
		if (idx_find(&s->packs.at[i].idx, id->id, &out->row) && nth-- == 0)
			return true;
	}
	out->is_loose = true;
	out->row = 0;
	return loose_find(s, id, &out->at) && nth == 0;
}

bool store_has(const struct store *s, const struct object_id *id) {
	struct store_copy c;
	return store_copy(s, id, 0, &c);
}

/* Rows of packs in order, then loose objects. */
static uint64_t loose_first(const struct store *s) {
	const struct store_pack *last = s->packs.n ? &s->packs.at[s->packs.n - 1] : NULL;
	return last ? last->first + last->idx.count : 0;
}

uint64_t store_numbers(const struct store *s) {
	return loose_first(s) + s->loose.n;
}

uint32_t store_number(const struct store *s, const uint8_t *id) {
	struct object_id o = {.n = s->opt.id_bytes};
	struct store_copy c;
	memcpy(o.id, id, o.n);
	if (!store_copy(s, &o, 0, &c))
		return NUMBER_NONE;
	uint64_t number = c.is_loose ? loose_first(s) + c.at : s->packs.at[c.at].first + c.row;
	return number < NUMBER_NONE ? (uint32_t)number : NUMBER_NONE;
}

struct object_id store_numbered(const struct store *s, uint32_t number) {
	struct object_id id = {.n = s->opt.id_bytes};
	uint64_t loose = loose_first(s);
	size_t lo = 0, hi = s->packs.n;
	if (number >= loose)
		return number - loose < s->loose.n ? s->loose.at[number - loose].id : (struct object_id){0};
	while (hi - lo > 1) { /* the last pack that begins at or before it; one without rows is never that */
		size_t mid = lo + (hi - lo) / 2;
		if (s->packs.at[mid].first <= number)
			lo = mid;
		else
			hi = mid;
	}
	memcpy(id.id, idx_id(&s->packs.at[lo].idx, (uint32_t)(number - s->packs.at[lo].first)), id.n);
	return id;
}

uint64_t store_count(const struct store *s) {
	struct merge m;
	struct merge_row r;
	uint64_t n = 0;
	merge_begin(&m, s);
	while (merge_next(&m, &r))
		n += !r.is_duplicate;
	merge_end(&m);
	return n;
}

void store_each(const struct store *s, bool (*fn)(void *ctx, const struct object_id *id), void *ctx) {
	struct merge m;
	struct merge_row r;
	bool more = true;
	merge_begin(&m, s);
	while (more && merge_next(&m, &r)) {
		if (r.is_duplicate)
			continue;
		struct object_id id = {.n = s->opt.id_bytes};
		memcpy(id.id, r.id, id.n);
		more = fn(ctx, &id);
	}
	merge_end(&m);
}

uint8_t store_id_bytes(const struct store *s) {
	return s->opt.id_bytes;
}

const char *store_pack_name(const struct store_pack *p) {
	const char *slash = strrchr(p->path, '/');
	return slash ? slash + 1 : p->path;
}

void store_state(const struct store *s, uint8_t out[STORE_STATE_BYTES]) {
	struct buf b = {0};
	unsigned n = STORE_STATE_BYTES;
	for (size_t i = 0; i < s->packs.n; i++) {
		struct slice p = s->packs.at[i].pack.bytes;
		uint64_t counts[2] = {p.n, s->packs.at[i].idx.count};
		buf_add(&b, counts, sizeof(counts));
		/* A pack ends with the checksum of all that is in it (gitformat-pack(5)). */
		if (p.n > s->opt.id_bytes)
			buf_add_slice(&b, slice_sub(p, p.n - s->opt.id_bytes, p.n));
	}
	for (size_t i = 0; i < s->loose.n; i++)
		buf_add(&b, s->loose.at[i].id.id, s->opt.id_bytes);
	if (EVP_Digest(b.p, b.n, out, &n, EVP_sha256(), NULL) != 1)
		memset(out, 0, STORE_STATE_BYTES);
	buf_free(&b);
}
