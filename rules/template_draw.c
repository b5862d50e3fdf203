/* Chance for case templates: a seeded generator, and drawing text that looks machine-made.
 * Not here: the template syntax (template.c), structured samples (template_key.c, template_pem.c). */
#include "rules/template_parts.h"

#include <math.h>

void chance_seed(struct chance *c, uint64_t seed) {
	for (int i = 0; i < 4; i++) {
		uint64_t z = seed += UINT64_C(0x9e3779b97f4a7c15);
		z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
		z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
		c->s[i] = z ^ z >> 31;
	}
}

static uint64_t rotl(uint64_t x, int k) {
	return x << k | x >> (64 - k);
}

uint64_t chance_next(struct chance *c) {
	uint64_t *s = c->s, result = rotl(s[1] * 5, 7) * 9, t = s[1] << 17;
	s[2] ^= s[0];
	s[3] ^= s[1];
	s[1] ^= s[2];
	s[0] ^= s[3];
	s[2] ^= t;
	s[3] = rotl(s[3], 45);
	return result;
}

size_t chance_below(struct chance *c, size_t n) {
	return (size_t)(chance_next(c) % n); /* the bias is far below what samples could show */
}

void chance_bytes(struct chance *c, uint8_t *out, size_t n) {
	for (size_t i = 0; i < n; i++)
		out[i] = (uint8_t)(chance_next(c) >> 32);
}

enum { CLASS_LOWER = 1, CLASS_UPPER = 2, CLASS_DIGIT = 4 };

static unsigned class_of(uint8_t ch) {
	if (ch >= 'a' && ch <= 'z')
		return CLASS_LOWER;
	if (ch >= 'A' && ch <= 'Z')
		return CLASS_UPPER;
	return ch >= '0' && ch <= '9' ? CLASS_DIGIT : 0;
}

static bool is_letter(uint8_t ch) {
	return (class_of(ch) & (CLASS_LOWER | CLASS_UPPER)) != 0;
}

static bool is_vowel(uint8_t ch) {
	return is_letter(ch) && strchr("aeiouy", ch | 0x20) != NULL;
}

/* Would `ch` behind the `n` characters at `p` make a run, a sequence or part of a word? */
static bool spoils(const uint8_t *p, size_t n, uint8_t ch) {
	if (n >= 2) {
		int step1 = p[n - 1] - p[n - 2], step2 = ch - p[n - 1];
		if (step1 == step2 && step1 >= -1 && step1 <= 1)
			return true;
	}
	if (n < 3 || !is_letter(ch))
		return false;
	bool vowel = is_vowel(ch);
	for (size_t i = n - 3; i < n; i++) {
		if (!is_letter(p[i]))
			return false;
		vowel = vowel || is_vowel(p[i]);
	}
	return vowel;
}

static double entropy_of(const uint8_t *p, size_t n) {
	size_t counts[256] = {0};
	double bits = 0;
	for (size_t i = 0; i < n; i++)
		counts[p[i]]++;
	for (size_t i = 0; i < 256; i++) {
		double share = (double)counts[i] / (double)n;
		if (counts[i])
			bits -= share * log2(share);
	}
	return bits;
}

/* Classes that a draw of `n` must show: those with four characters or more in the charset. */
static unsigned classes_wanted(struct slice chars, size_t n) {
	unsigned wanted = 0;
	size_t count[8] = {0};
	if (n < 8)
		return 0;
	for (size_t i = 0; i < chars.n; i++) {
		unsigned class = class_of(chars.p[i]);
		if (++count[class] >= 4)
			wanted |= class;
	}
	return wanted;
}

static bool is_strong(const uint8_t *p, size_t n, struct slice chars, unsigned wanted) {
	unsigned seen = 0;
	double most = log2((double)(n < chars.n ? n : chars.n));
	for (size_t i = 0; i < n; i++)
		seen |= class_of(p[i]);
	return (seen & wanted) == wanted && entropy_of(p, n) >= 0.85 * most;
}

void draw_text(struct buf *out, struct chance *c, struct slice chars, size_t n) {
	unsigned wanted = classes_wanted(chars, n);
	size_t start = out->n;
	if (chars.n == 0 || n == 0)
		return;
	buf_reserve(out, n);
	/* Both loops give up in the end: a charset such as "ab" has no strong text. */
	for (int attempt = 0; attempt < (n > 1024 ? 4 : 64); attempt++) {
		out->n = start;
		for (size_t i = 0; i < n; i++) {
			uint8_t ch = chars.p[chance_below(c, chars.n)];
			for (int retry = 0; retry < 64 && spoils(out->p + start, i, ch); retry++)
				ch = chars.p[chance_below(c, chars.n)];
			buf_add_byte(out, ch);
		}
		if (is_strong(out->p + start, n, chars, wanted))
			break;
	}
}

void draw_password(struct buf *out, struct chance *c, size_t n) {
	static const char letters[] = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789", marks[] = "!#%+*";
	size_t start = out->n;
	draw_text(out, c, slice_str(letters), n);
	if (n >= 3) /* inside, so that a boundary rule at the ends still holds */
		out->p[start + 1 + chance_below(c, n - 2)] = (uint8_t)marks[chance_below(c, sizeof(marks) - 1)];
}
