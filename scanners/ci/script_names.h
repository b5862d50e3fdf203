/* The names of variables that a script uses or sets, each once. What a name tells is in names.h, which variables there are in script.c. */
#ifndef NHISCAN_SCANNERS_CI_SCRIPT_NAMES_H
#define NHISCAN_SCANNERS_CI_SCRIPT_NAMES_H

#include "core/map.h"
#include "core/vec.h"

struct script_name {
	struct slice text;
	bool is_set; /* by the script itself: no secret of the store */
};

/* Zeroed is empty. Texts are the script's, which must stay. */
struct script_names {
	VEC(struct script_name) few; /* compared one by one */
	struct map more;	     /* those beyond */
};

/* True when it was not known yet. A name that was set once stays so. */
bool script_names_add(struct script_names *names, struct slice text, bool is_set);
bool script_name_is_set(const struct script_names *names, struct slice text);
void script_names_free(struct script_names *names);

#endif
