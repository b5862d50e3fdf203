/* Comparing and searching borrowed bytes.
 * Building or owning bytes lives in buf.c and arena.c. */
#include "core/slice.h"

static uint8_t fold(uint8_t c) {
	return c >= 'A' && c <= 'Z' ? (uint8_t)(c + ('a' - 'A')) : c;
}

static bool eq_nocase(const uint8_t *a, const uint8_t *b, size_t n) {
	for (size_t i = 0; i < n; i++)
		if (fold(a[i]) != fold(b[i]))
			return false;
	return true;
}

bool slice_eq_nocase(struct slice a, struct slice b) {
	return a.n == b.n && eq_nocase(a.p, b.p, a.n);
}

bool slice_has_prefix(struct slice s, const char *prefix) {
	size_t n = strlen(prefix);

	return n == 0 || (s.n >= n && memcmp(s.p, prefix, n) == 0);
}

bool slice_has_suffix(struct slice s, const char *suffix) {
	size_t n = strlen(suffix);

	return n == 0 || (s.n >= n && memcmp(s.p + (s.n - n), suffix, n) == 0);
}

bool slice_has_suffix_nocase(struct slice s, const char *suffix) {
	size_t n = strlen(suffix);

	return n == 0 || (s.n >= n && eq_nocase(s.p + (s.n - n), (const uint8_t *)suffix, n));
}

ptrdiff_t slice_find(struct slice s, struct slice needle) {
	if (needle.n == 0)
		return 0;
	if (needle.n > s.n)
		return -1;

	const uint8_t *hit = memmem(s.p, s.n, needle.p, needle.n);

	return hit ? hit - s.p : -1;
}

ptrdiff_t slice_find_nocase(struct slice s, struct slice needle) {
	if (needle.n == 0)
		return 0;
	if (needle.n > s.n)
		return -1;

	uint8_t first = fold(needle.p[0]);

	for (size_t i = 0; i <= s.n - needle.n; i++)
		if (fold(s.p[i]) == first && eq_nocase(s.p + i, needle.p, needle.n))
			return (ptrdiff_t)i;
	return -1;
}

int slice_cmp(struct slice a, struct slice b) {
	size_t n = a.n < b.n ? a.n : b.n;
	int c = n ? memcmp(a.p, b.p, n) : 0;

	if (c != 0)
		return c;
	return a.n < b.n ? -1 : a.n > b.n;
}

static bool is_space(uint8_t c) {
	return c == ' ' || (c >= '\t' && c <= '\r');
}

struct slice slice_trim(struct slice s) {
	while (s.n > 0 && is_space(s.p[0])) {
		s.p++;
		s.n--;
	}
	while (s.n > 0 && is_space(s.p[s.n - 1]))
		s.n--;
	return s;
}

int slice_hex_byte(struct slice s, size_t at) {
	int high, low;

	if (at + 2 > s.n)
		return -1;
	high = hex_value(s.p[at]);
	low = hex_value(s.p[at + 1]);
	return high < 0 || low < 0 ? -1 : high << 4 | low;
}

bool slice_take_number(struct slice *s, uint32_t max, uint32_t *out) {
	uint64_t v = 0;
	size_t i = 0;

	for (; i < s->n && s->p[i] >= '0' && s->p[i] <= '9' && v <= max; i++)
		v = v * 10 + (uint64_t)(s->p[i] - '0');
	if (i == 0 || v > max)
		return false;
	*out = (uint32_t)v;
	*s = slice_sub(*s, i, s->n);
	return true;
}

struct slice slice_base_name(struct slice path) {
	const uint8_t *slash = path.n ? memrchr(path.p, '/', path.n) : NULL;

	return slash ? slice_sub(path, (size_t)(slash - path.p) + 1, path.n) : path;
}
