/* `nhiscan diff BEFORE AFTER`: what the two files are decides what is compared. Each kind has a file of its own. */
#include "cmd/commands.h"
#include "cmd/exit.h"

#include <stdio.h>

/* Saved reports name their schema in their first member or, in JSON lines, their second. */
static bool is_report(const char *path) {
	char head[4096];
	FILE *in = fopen(path, "re");
	size_t n = in ? fread(head, 1, sizeof(head), in) : 0;

	if (in)
		fclose(in);
	return slice_find(slice_of(head, n), slice_str("\"nhiscan-report/")) >= 0;
}

int cmd_diff(const struct options *o) {
	bool first = is_report(o->operands.at[0]), second = is_report(o->operands.at[1]);
	struct error err = {0};

	if (first && second)
		return diff_reports(o);
	if (!first && !second)
		return diff_exports(o);
	error_set(&err, ERR_USAGE, "%s is no report that nhiscan saved as JSON or JSON lines, and the other one is",
		o->operands.at[first ? 1 : 0]);
	return exit_with_error(&err);
}
