/* Fuzzes glob patterns, paths and ignore files: the first byte says how long the pattern is. */
#include "core/glob.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	if (size == 0)
		return 0;

	struct arena a = {0};
	struct slice rest = slice_of(data + 1, size - 1);
	struct slice pattern = slice_sub(rest, 0, data[0]), path = slice_sub(rest, data[0], rest.n);
	struct glob_list *l = glob_list_parse(&a, pattern);

	/* A path below an ignored folder is ignored. */
	if (path.n > 0 && glob_list_match(l, path, true) == GLOB_IGNORED) {
		char *below = arena_printf(&a, "%s/x", arena_str(&a, path));

		if (!memchr(path.p, 0, path.n) && glob_list_match(l, slice_str(below), false) != GLOB_IGNORED)
			abort();
	}
	glob_match(pattern, path);
	glob_list_match(glob_list_parse(&a, rest), path, data[0] & 1);
	arena_free(&a);
	return 0;
}
