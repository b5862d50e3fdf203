/* Looking words up. The tables are in placeholder.c and naming.c. */
#include "rules/words.h"

static uint8_t fold(uint8_t c) {
	return c >= 'A' && c <= 'Z' ? c | 0x20 : c;
}

/* The length of the word that v begins with at `at`, or 0. */
static size_t word_at(const struct words *w, struct slice v, size_t at, bool to_end) {
	uint8_t first = fold(v.p[at]);
	const char *const *list = first < 128 ? w->by_first[first] : NULL;

	for (; list && *list; list++) {
		const char *word = *list;
		size_t i = 0;

		while (word[i] && at + i < v.n && fold(v.p[at + i]) == (uint8_t)word[i])
			i++;
		if (!word[i] && (!to_end || at + i == v.n))
			return i;
	}
	return 0;
}

bool words_within(const struct words *w, struct slice v) {
	for (size_t i = 0; i < v.n; i++)
		if (word_at(w, v, i, false))
			return true;
	return false;
}

bool words_begin(const struct words *w, struct slice v) {
	return v.n && word_at(w, v, 0, false);
}

bool words_equal(const struct words *w, struct slice v) {
	return v.n && word_at(w, v, 0, true);
}
