/* Any bytes as an RE2 pattern: what is taken compiles or is refused, and a match of bounded length holds one of the literals. */
#include "rules/re2.h"
#include "rules/regex.h"

#include "core/memory.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	struct arena a = {0};
	struct error err = {0};
	struct re2 t;
	size_t cut = size < 64 ? size : 64;
	struct slice pattern = slice_of(data, cut), text = slice_of(data + cut, size - cut);
	const struct regex *r = regex_of_re2(&a, pattern, &err);
	struct re2_request ask = {.use = RE2_WHOLE};
	bool held = false;

	if (r && regex_found(r, text) && re2_translate(&a, pattern, &ask, &t, &err) == 0 && t.literals.n) {
		for (size_t i = 0; i < t.literals.n; i++)
			held |= (t.literals.nocase ? slice_find_nocase(text, slice_str(t.literals.at[i]))
						   : slice_find(text, slice_str(t.literals.at[i]))) >= 0;
		if (!held)
			__builtin_trap();
	}
	arena_free(&a);
	return 0;
}
