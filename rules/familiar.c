/* The tables of stretches that were looked through, two places for each key, and of matches that were judged. The newer displaces the older.
 * Which bytes are looked up, and what a keyword starts, is in keywords.c. */
#include "rules/familiar.h"

#include "core/memory.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <xxhash.h>

/* 64 bytes each: 8 MiB, for some 50 MB of text. Pages that are never needed are never taken. */
#define PLACES ((size_t)1 << 17)

/* Cuts are at line ends, of which one in four serves. With STRETCH_MIN that makes some 400 bytes from cut to cut in source code. */
#define CUT_BITS 2

/* 24 bytes each: less than a MiB. */
#define JUDGED_PLACES ((size_t)1 << 15)

struct judged {
	struct familiar_key key;
	const struct appraisal *what;
};

struct familiar {
	struct judged *judged;
	struct familiar_stretch *at;
	uint8_t secret[XXH3_SECRET_SIZE_MIN];
};

struct familiar *familiar_new(void) {
	struct familiar *f = mem_alloc(sizeof(*f));

	if (getrandom(f->secret, sizeof(f->secret), 0) != (ssize_t)sizeof(f->secret)) {
		free(f);
		return NULL;
	}
	f->at = mem_alloc_n(PLACES, sizeof(*f->at));
	f->judged = mem_alloc_n(JUDGED_PLACES, sizeof(*f->judged));
	return f;
}

void familiar_free(struct familiar *f) {
	if (!f)
		return;
	free(f->at);
	free(f->judged);
	free(f);
}

/* By the bytes behind the line end, so that equal texts are cut alike however they were reached. */
static bool is_cut(const uint8_t *behind) {
	uint64_t v;

	memcpy(&v, behind, sizeof(v));
	return v * 0x9e3779b97f4a7c15u >> (64 - CUT_BITS) == 0;
}

size_t familiar_cut(const uint8_t *p, size_t at, size_t hi) {
	size_t end = hi - at > STRETCH_MAX ? at + STRETCH_MAX : hi;
	const uint8_t *lf;

	for (size_t i = at + STRETCH_MIN; i + sizeof(uint64_t) < end; i = (size_t)(lf - p) + 1) {
		lf = memchr(p + i, '\n', end - sizeof(uint64_t) - i);
		if (!lf)
			break;
		if (is_cut(lf + 1))
			return (size_t)(lf - p) + 1;
	}
	return end;
}

struct familiar_key familiar_key(const struct familiar *f, struct slice bytes) {
	XXH128_hash_t h = XXH3_128bits_withSecret(bytes.p, bytes.n, f->secret, sizeof(f->secret));

	/* Never what an empty place holds. */
	return (struct familiar_key){(h.low64 | 0x100) & ~(uint64_t)0xff, h.high64};
}

static struct familiar_stretch *place_of(const struct familiar *f, struct familiar_key key) {
	return &f->at[key.b % PLACES & ~(size_t)1];
}

void familiar_expect(const struct familiar *f, struct familiar_key key) {
	const struct familiar_stretch *s = place_of(f, key);

	__builtin_prefetch(s);
	__builtin_prefetch(s + 1);
}

static bool has_key(const struct familiar_stretch *s, struct familiar_key key) {
	return (s->key.a & ~(uint64_t)0xff) == key.a && s->key.b == key.b;
}

const struct familiar_stretch *familiar_find(const struct familiar *f, struct familiar_key key) {
	const struct familiar_stretch *s = place_of(f, key);

	return has_key(s, key) ? s : has_key(s + 1, key) ? s + 1 : NULL;
}

void familiar_add(struct familiar *f, struct familiar_key key, const struct familiar_hit *hits, unsigned n) {
	struct familiar_stretch *s = place_of(f, key);

	if (!has_key(s, key))
		s[1] = s[0];
	s->key.a = key.a | n;
	s->key.b = key.b;
	if (n)
		memcpy(s->hits, hits, n * sizeof(*hits));
}

struct familiar_key familiar_match_key(const struct familiar *f, const struct familiar_match *m) {
	struct {
		struct familiar_key around;
		uint32_t rule, places[4], edges;
	} all = {familiar_key(f, m->around), m->rule, {m->match_start, m->match_end, m->start, m->end},
		(uint32_t)m->first << 1 | m->last};

	_Static_assert(sizeof(all) == sizeof(all.around) + sizeof(all.rule) + sizeof(all.places) + sizeof(all.edges),
		"no bytes between");
	return familiar_key(f, slice_of(&all, sizeof(all)));
}

bool familiar_judged(const struct familiar *f, struct familiar_key key, const struct appraisal **what) {
	const struct judged *j = &f->judged[key.b % JUDGED_PLACES];

	*what = j->what;
	return j->key.a == key.a && j->key.b == key.b;
}

void familiar_judge(struct familiar *f, struct familiar_key key, const struct appraisal *what) {
	f->judged[key.b % JUDGED_PLACES] = (struct judged){key, what};
}
