/* Commands that mean something for identities, as data: script_table.c. */
#ifndef NHISCAN_SCANNERS_CI_SCRIPT_TABLE_H
#define NHISCAN_SCANNERS_CI_SCRIPT_TABLE_H

#include "scanners/ci/script.h"

struct script_command {
	const char *program;
	const char *words;  /* the words that follow, options between them passed over: "auth login" */
	const char *option; /* one of these must be there, separated by blanks; NULL: none is asked for */
	const char *unless; /* none of these may be there */
	enum script_trait trait;
	const char *detail;
};

/* Ends with a NULL program. */
extern const struct script_command script_commands[];

/* Variables that hold what a stranger wrote; NULL-terminated. Those of `script_untrusted_macros` are put into the text before a shell sees it. */
extern const char *const script_untrusted_variables[];
extern const char *const script_untrusted_macros[];

#endif
