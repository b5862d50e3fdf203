/* expand-template SEED TEMPLATE...: prints each template of rules/template.h expanded, the Nth with seed SEED + N, joined by
 * newlines. Makes the samples of the shell tests; not a test itself. */
#include "rules/template.h"

#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv) {
	struct buf out = {0};
	struct error err = {0};
	int rc = argc < 3;

	for (int i = 2; rc == 0 && i < argc; i++) {
		if (template_expand(&out, slice_str(argv[i]), strtoull(argv[1], NULL, 10) + (unsigned)i, &err) != 0) {
			fprintf(stderr, "%s\n", err.text);
			rc = 1;
		}
		buf_add_byte(&out, '\n');
	}
	if (rc == 0 && fwrite(out.p, 1, out.n, stdout) != out.n)
		rc = 1;
	buf_free(&out);
	return rc;
}
