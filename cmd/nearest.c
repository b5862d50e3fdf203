/* Choosing the known word that an unknown one was probably meant to be.
 * The distance itself is core/text's. */
#include "cmd/nearest.h"

#include "core/text.h"

#include <string.h>

struct nearest nearest_to(const char *asked) {
	/* A third of the letters wrong is a slip; more is another word. Two are always forgiven from four letters on. */
	size_t n = strlen(asked);
	unsigned most = n < 4 ? 1 : n < 9 ? 2 : (unsigned)(n / 3);
	return (struct nearest){.asked = asked, .distance = most + 1};
}

void nearest_offer(struct nearest *n, const char *word) {
	size_t asked = strlen(n->asked), len = strlen(word);
	unsigned d = text_distance(n->asked, word);
	/* A word cut short or carried on ("--exclude-rule", "--finger") counts as one step away from a slip. */
	size_t both = asked < len ? asked : len;
	if (both >= 4 && strncmp(n->asked, word, both) == 0 && d > 1)
		d = 1;
	if (d < n->distance) {
		n->distance = d;
		n->word = word;
	}
}
