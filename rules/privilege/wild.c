/* Patterns with `*` and `?`: matching, containment, intersection. What they are matched against is policy.c's and evaluate.c's. */
#include "rules/privilege/wild.h"

#include "core/memory.h"

#include <stdlib.h>

/* Cells of the table for one intersection: two patterns of 256 bytes. ARNs in policies are far shorter. */
#define MEET_MAX (1u << 16)

bool wild_is(struct slice p) {
	return p.n > 0 && (memchr(p.p, '*', p.n) || memchr(p.p, '?', p.n));
}

static uint8_t lower(uint8_t c) {
	return c >= 'A' && c <= 'Z' ? (uint8_t)(c | 32) : c;
}

enum mode { EXACT, NOCASE, PATTERN };

static bool fits(enum mode mode, uint8_t p, uint8_t t) {
	switch (mode) {
	case NOCASE:
		return p == '?' || lower(p) == lower(t);
	case PATTERN: /* `t` is of a pattern itself: its star is fitted by a star only */
		return t != '*' && (p == '?' || p == t);
	default:
		return p == '?' || p == t;
	}
}

/* Two pointers: on a mismatch the last star takes one byte more. */
static bool match(enum mode mode, struct slice p, struct slice t) {
	size_t i = 0, j = 0, star = SIZE_MAX, mark = 0;

	while (j < t.n) {
		if (i < p.n && p.p[i] == '*') {
			star = i++;
			mark = j;
		} else if (i < p.n && fits(mode, p.p[i], t.p[j])) {
			i++;
			j++;
		} else if (star != SIZE_MAX) {
			i = star + 1;
			j = ++mark;
		} else {
			return false;
		}
	}
	while (i < p.n && p.p[i] == '*')
		i++;
	return i == p.n;
}

bool wild_match(struct slice pattern, struct slice text) {
	return match(EXACT, pattern, text);
}

bool wild_match_nocase(struct slice pattern, struct slice text) {
	return match(NOCASE, pattern, text);
}

bool wild_covers(struct slice a, struct slice b) {
	return match(PATTERN, a, b);
}

static bool before_wildcards_agree(struct slice a, struct slice b) {
	for (size_t i = 0; i < a.n && i < b.n; i++) {
		if (a.p[i] == '*' || b.p[i] == '*')
			return true;
		if (a.p[i] != '?' && b.p[i] != '?' && a.p[i] != b.p[i])
			return false;
	}
	return true;
}

/* cell[i][j]: what is left of `a` from i and of `b` from j has a text in common. */
static void fill(struct slice a, struct slice b, uint8_t *cell) {
	size_t w = b.n + 1;

	for (size_t i = a.n + 1; i-- > 0;) {
		for (size_t j = b.n + 1; j-- > 0;) {
			bool sa = i < a.n && a.p[i] == '*', sb = j < b.n && b.p[j] == '*', r;

			if (i == a.n && j == b.n)
				r = true;
			else if (sa || sb)
				r = (sa && (cell[(i + 1) * w + j] || (j < b.n && cell[i * w + j + 1]))) ||
				    (sb && (cell[i * w + j + 1] || (i < a.n && cell[(i + 1) * w + j])));
			else
				r = i < a.n && j < b.n && (a.p[i] == b.p[j] || a.p[i] == '?' || b.p[j] == '?') &&
				    cell[(i + 1) * w + j + 1];
			cell[i * w + j] = r;
		}
	}
}

/* Walks one way through the cells, keeping stars where both have one. */
static void trace(struct slice a, struct slice b, const uint8_t *cell, struct buf *out) {
	size_t w = b.n + 1, i = 0, j = 0;

	while (i < a.n || j < b.n) {
		bool sa = i < a.n && a.p[i] == '*', sb = j < b.n && b.p[j] == '*';

		if (sa && sb) {
			buf_add_byte(out, '*');
			if (cell[(i + 1) * w + j])
				i++;
			else
				j++;
		} else if (sa) {
			if (j < b.n && cell[i * w + j + 1])
				buf_add_byte(out, b.p[j++]);
			else
				i++;
		} else if (sb) {
			if (i < a.n && cell[(i + 1) * w + j])
				buf_add_byte(out, a.p[i++]);
			else
				j++;
		} else {
			buf_add_byte(out, a.p[i] == '?' ? b.p[j] : a.p[i]);
			i++;
			j++;
		}
	}
}

bool wild_meet(struct slice a, struct slice b, struct buf *out) {
	uint8_t *cell;
	size_t cells;
	bool meet;

	if (!before_wildcards_agree(a, b))
		return false;
	if (wild_covers(a, b) || wild_covers(b, a)) {
		if (out)
			buf_add_slice(out, wild_covers(a, b) ? b : a);
		return true;
	}
	if (!wild_is(a) || !wild_is(b)) /* one text, which the other did not fit */
		return false;
	if (!checked_mul(a.n + 1, b.n + 1, &cells) || cells > MEET_MAX) {
		if (out)
			buf_add_slice(out, a);
		return true;
	}
	cell = mem_alloc(cells);
	fill(a, b, cell);
	meet = cell[0];
	if (meet && out)
		trace(a, b, cell, out);
	free(cell);
	return meet;
}

#define ARN_HEAD 5 /* parts before the resource: arn, partition, service, region, account */

/* The parts of an ARN pattern: the last is all that follows the account. False when a wildcard may stand for several of them. */
static bool arn_parts(struct slice pattern, struct slice part[ARN_HEAD + 1]) {
	size_t n = 0, from = 0;

	for (size_t i = 0; i < pattern.n && n < ARN_HEAD; i++) {
		if (pattern.p[i] != ':')
			continue;
		part[n++] = slice_sub(pattern, from, i);
		from = i + 1;
	}
	if (n < ARN_HEAD || !slice_eq(part[0], slice_str("arn")))
		return false;
	part[ARN_HEAD] = slice_sub(pattern, from, pattern.n);
	/* "arn:aws:lambda:*:function:f:live": what looks like an account is none, so the star before it stands for more than the region. AWS's own things are of
	 * an account of that name: "arn:aws:bedrock-agentcore:us-east-1:aws:browser/b-1". */
	for (size_t i = 0; !slice_eq(part[ARN_HEAD - 1], slice_str("aws")) && i < part[ARN_HEAD - 1].n; i++) {
		uint8_t c = part[ARN_HEAD - 1].p[i];

		if (!(c >= '0' && c <= '9') && c != '*' && c != '?')
			return false;
	}
	return true;
}

bool arn_meet(struct slice a, struct slice b, struct buf *out) {
	struct slice pa[ARN_HEAD + 1], pb[ARN_HEAD + 1];
	bool meet = true;

	if (!arn_parts(a, pa) || !arn_parts(b, pb))
		return wild_meet(a, b, out);
	for (size_t i = 0; i <= ARN_HEAD && meet; i++) {
		if (out && i)
			buf_add_byte(out, ':');
		meet = wild_meet(pa[i], pb[i], out);
	}
	return meet;
}

void wild_example(struct slice pattern, const char *filler, struct buf *out) {
	for (size_t i = 0; i < pattern.n; i++) {
		if (pattern.p[i] == '*')
			buf_add_str(out, filler);
		else
			buf_add_byte(out, pattern.p[i] == '?' ? 'x' : pattern.p[i]);
	}
}
