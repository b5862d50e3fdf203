/* Expands case templates for the accuracy harness: NUL-ended templates on the standard input, NUL-ended texts on the standard
 * output, each with a seed of its own. The templates are those of rules/template.h. */
#include "rules/template.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void read_all(struct buf *in, FILE *f) {
	uint8_t block[65536];
	size_t n;

	while ((n = fread(block, 1, sizeof(block), f)) > 0)
		buf_add(in, block, n);
}

int main(int argc, char **argv) {
	uint64_t seed = argc > 1 ? strtoull(argv[1], NULL, 10) : 1;
	struct buf in = {0}, out = {0};
	struct error err = {0};
	int rc = 0;

	read_all(&in, stdin);
	for (size_t at = 0; at < in.n && rc == 0; seed++) {
		const uint8_t *end = memchr(in.p + at, 0, in.n - at);
		size_t n = end ? (size_t)(end - in.p) - at : in.n - at;

		if (template_expand(&out, slice_of(in.p + at, n), seed, &err)) {
			fprintf(stderr, "expand: %.*s: %s\n", (int)n, (const char *)in.p + at, err.text);
			rc = 1;
		}
		buf_add_byte(&out, 0);
		at += n + 1;
	}
	if (rc == 0)
		fwrite(out.p, 1, out.n, stdout);
	buf_free(&in);
	buf_free(&out);
	return rc;
}
