/* Any bytes as .gitleaks.toml, of the user and of a target: TOML, RE2 patterns, rules that must compile. */
#include "rules/gitleaks.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	for (int trust = 0; trust < 2; trust++) {
		struct arena a = {0};
		struct gitleaks g = {0};
		struct error err = {0};

		if (gitleaks_parse(&a, "f", slice_of(data, size), trust ? FILE_OF_USER : FILE_OF_TARGET, NULL, &g,
			    &err) != 0 &&
			(err.kind != ERR_USAGE || err.text[0] == 0))
			__builtin_trap();
		for (size_t i = 0; i < g.rules.n; i++)
			if (!g.rules.at[i].nkeywords || !g.rules.at[i].after)
				__builtin_trap();
		gitleaks_free(&g);
		arena_free(&a);
	}
	return 0;
}
