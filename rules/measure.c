/* Measuring a value. What follows from the measures is decided in judge.c. */
#include "rules/measure.h"

#include "rules/charmodel.h"

#include <math.h>

enum { CLASS_LOWER, CLASS_UPPER, CLASS_DIGIT, CLASS_SYMBOL, CLASS_SPACE, CLASS_OTHER };

static int class_of(uint8_t c) {
	if (c >= 'a' && c <= 'z')
		return CLASS_LOWER;
	if (c >= 'A' && c <= 'Z')
		return CLASS_UPPER;
	if (c >= '0' && c <= '9')
		return CLASS_DIGIT;
	if (c == ' ' || c == '\t')
		return CLASS_SPACE;
	return c > 0x20 && c < 0x7f ? CLASS_SYMBOL : CLASS_OTHER;
}

static bool is_base64_char(uint8_t c) {
	return class_of(c) <= CLASS_DIGIT || c == '+' || c == '/' || c == '-' || c == '_';
}

static void count_classes(struct shape *h, struct slice s, size_t seen[256]) {
	size_t same = 1;
	bool hex_lower = false, hex_upper = false, hex = s.n > 0;
	size_t padded = s.n;

	while (padded > 0 && s.n - padded < 2 && s.p[padded - 1] == '=')
		padded--;
	h->all_base64 = s.n > 0;
	for (size_t i = 0; i < s.n; i++) {
		uint8_t c = s.p[i];
		int k = class_of(c), before = i ? class_of(s.p[i - 1]) : k;

		h->lower += k == CLASS_LOWER;
		h->upper += k == CLASS_UPPER;
		h->digit += k == CLASS_DIGIT;
		h->symbol += k == CLASS_SYMBOL;
		h->space += k == CLASS_SPACE;
		h->other += k == CLASS_OTHER;
		seen[c]++;
		same = i && s.p[i - 1] == c ? same + 1 : 1;
		h->longest_same = same > h->longest_same ? same : h->longest_same;
		h->steps += i && (uint8_t)(c - s.p[i - 1] + 1) <= 2;
		h->switches += (k == CLASS_DIGIT && before <= CLASS_UPPER) ||
			       (before == CLASS_DIGIT && k <= CLASS_UPPER) ||
			       (k == CLASS_UPPER && before == CLASS_LOWER);
		hex_lower |= k == CLASS_LOWER;
		hex_upper |= k == CLASS_UPPER;
		hex &= k == CLASS_DIGIT || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f');
		h->all_base64 &= i >= padded || is_base64_char(c);
	}
	h->all_hex = hex && !(hex_lower && hex_upper);
}

struct shape shape_of(struct slice s) {
	struct shape h = {.n = s.n};
	size_t seen[256] = {0};

	count_classes(&h, s, seen);
	for (size_t i = 0; i < s.n; i++) {
		double share = (double)seen[s.p[i]] / (double)s.n;

		if (!seen[s.p[i]])
			continue;
		seen[s.p[i]] = 0; /* counted */
		h.distinct++;
		h.entropy -= share * log2(share);
	}
	h.classes = (h.lower > 0) + (h.upper > 0) + (h.digit > 0) + (h.symbol > 0);
	h.word_bits = charmodel_bits(s);
	return h;
}

/* Is `s` one short piece again and again (period at most a third of it)? */
static bool is_periodic(struct slice s) {
	for (size_t period = 1; period <= s.n / 3 && period <= 16; period++) {
		size_t i = period;

		while (i < s.n && s.p[i] == s.p[i - period])
			i++;
		if (i == s.n)
			return true;
	}
	return false;
}

bool shape_is_sequence(const struct shape *h, struct slice s) {
	if (s.n < 4)
		return false;
	if (h->distinct <= 2 && s.n >= 6)
		return true;
	if (h->longest_same * 2 > s.n || h->longest_same >= 10)
		return true;
	return h->steps * 5 >= (s.n - 1) * 3 || is_periodic(s);
}

size_t bytes_counting_up(struct slice s) {
	size_t row = 1, all = 0;

	for (size_t i = 1; i <= s.n; i++) {
		if (i < s.n && s.p[i] == s.p[i - 1] + 1) {
			row++;
			continue;
		}
		all += row >= 6 ? row : 0;
		row = 1;
	}
	return all;
}

double shape_bits(const struct shape *h) {
	return h->entropy * (double)h->n;
}

bool shape_is_random(const struct shape *h) {
	size_t letters = h->lower + h->upper;

	if (h->n < 12 || h->space || h->other)
		return false;
	if (h->all_hex)
		return h->n >= 16 && h->digit >= h->n / 6 && letters >= h->n / 12 && h->entropy > 2.6;
	if (h->digit == 0 && h->n < 20)
		return h->word_bits > 6.0 && h->upper && h->lower;
	if (h->digit == 0)
		return h->word_bits > 5.6 && (h->upper == 0 || h->lower == 0 || h->switches >= 3);
	if (letters == 0)
		return false;
	/* Digits among letters: words with a year or an index have few switches and pronounceable letters. */
	return shape_bits(h) > 38 && (h->switches >= 3 || h->n >= 24) &&
	       (h->word_bits > 4.9 || h->switches * 4 >= h->n);
}

static bool is_hex(uint8_t c) {
	return class_of(c) == CLASS_DIGIT || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f');
}

bool slice_is_text(struct slice s) {
	for (size_t i = 0; i < s.n; i++)
		if (class_of(s.p[i]) == CLASS_OTHER && s.p[i] != '\n' && s.p[i] != '\r')
			return false;
	return s.n > 0;
}

bool slice_is_uuid(struct slice s) {
	if (s.n != 36)
		return false;
	for (size_t i = 0; i < 36; i++) {
		bool dash = i == 8 || i == 13 || i == 18 || i == 23;

		if (dash ? s.p[i] != '-' : !is_hex(s.p[i]))
			return false;
	}
	return true;
}

bool slice_is_number(struct slice s) {
	size_t digits = 0;

	if (s.n > 2 && s.p[0] == '0' && (s.p[1] | 0x20) == 'x') {
		for (size_t i = 2; i < s.n; i++)
			if (!is_hex(s.p[i]))
				return false;
		return s.n <= 18;
	}
	for (size_t i = 0; i < s.n; i++) {
		if (class_of(s.p[i]) == CLASS_DIGIT)
			digits++;
		else if (!s.p[i] || !strchr(".,_-+eExX ", s.p[i]))
			return false;
	}
	return digits > 0;
}

bool slice_is_version(struct slice s) {
	size_t i = s.n && (s.p[0] | 0x20) == 'v', dots = 0;

	if (i >= s.n || class_of(s.p[i]) != CLASS_DIGIT)
		return false;
	for (; i < s.n && (class_of(s.p[i]) == CLASS_DIGIT || s.p[i] == '.'); i++)
		dots += s.p[i] == '.';
	return dots >= 1 && (i == s.n || (dots >= 2 && (s.p[i] == '-' || s.p[i] == '+') && s.n < 40));
}

bool slice_is_date(struct slice s) {
	return s.n >= 10 && s.n <= 35 && s.p[4] == '-' && s.p[7] == '-' && slice_is_number(slice_sub(s, 0, 4)) &&
	       slice_is_number(slice_sub(s, 5, 7)) && class_of(s.p[8]) == CLASS_DIGIT;
}
