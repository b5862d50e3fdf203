/* Any bytes as a rule file: loaded or refused with a line, never more. Loaded rules keep the loader's promises.
 * Not here: the checks and templates (wellformed.c). */
#include "rules/load.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	struct arena a = {0};
	struct error err = {0};
	rule_vec rules = {0};
	struct catalogue none = {0}, all;
	if (rules_parse(&a, "fuzz", slice_of(data, size), &rules, &err) != 0) {
		if (strncmp(err.text, "fuzz:", 5) != 0 || rules.n != 0)
			abort();
	} else {
		for (size_t i = 0; i < rules.n; i++) {
			if (!rules.at[i].id || rules.at[i].nkeywords == 0 || !rules.at[i].pattern)
				abort();
		}
		catalogue_merge(&a, &none, &rules, &all);
		if (all.n != rules.n)
			abort();
	}
	VEC_FREE(&rules);
	arena_free(&a);
	return 0;
}
