/* Names of variables: few of them in a list, the rest in a map. */
#include "scanners/ci/script_names.h"

#include <stdlib.h>

/* Most scripts have no more, and a map costs more than such a script. */
#define FEW 16

static struct script_name *find(const struct script_names *names, struct slice text) {
	for (size_t i = 0; i < names->few.n; i++)
		if (slice_eq(names->few.at[i].text, text))
			return &names->few.at[i];
	return NULL;
}

bool script_names_add(struct script_names *names, struct slice text, bool is_set) {
	struct script_name *known = find(names, text);
	bool added = false;

	if (known) {
		known->is_set |= is_set;
	} else if (names->few.n < FEW) {
		VEC_PUSH(&names->few, ((struct script_name){text, is_set}));
		added = true;
	} else {
		map_put(&names->more, text, &added)->value.num |= is_set;
	}
	return added;
}

bool script_name_is_set(const struct script_names *names, struct slice text) {
	const struct script_name *known = find(names, text);
	const struct map_entry *e = known ? NULL : map_get(&names->more, text);

	return known ? known->is_set : e && e->value.num;
}

void script_names_free(struct script_names *names) {
	VEC_FREE(&names->few);
	map_free(&names->more);
}
