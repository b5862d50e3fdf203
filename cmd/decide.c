/* From findings and coverage to an exit status; colours and width of the standard output. */
#include "cmd/decide.h"

#include "cmd/exit.h"

#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

void decide_exit(const struct report *r, bool exit_zero, struct report_run *run) {
	bool counts = false, incomplete = coverage_is_incomplete(r->coverage) || run->interrupted;

	for (size_t i = 0; i < r->nfindings; i++)
		counts |= report_counts(run, &r->findings[i]);
	if (counts && !(exit_zero && incomplete)) {
		run->exit_code = exit_zero ? EXIT_CLEAN : EXIT_FINDINGS;
		run->exit_reason = "findings";
	} else if (coverage_read_nothing(r->coverage)) {
		run->exit_code = EXIT_INCOMPLETE;
		run->exit_reason = "nothing-scanned";
	} else if (incomplete) {
		run->exit_code = EXIT_INCOMPLETE;
		run->exit_reason = "incomplete";
	} else {
		run->exit_code = EXIT_CLEAN;
		run->exit_reason = "clean";
	}
}

static int by_text(const void *a, const void *b) {
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

struct options decide_order(struct arena *a, const struct options *o) {
	const char **arguments = ARENA_NEW_N(a, const char *, o->arguments.n);
	const char **operands = ARENA_NEW_N(a, const char *, o->operands.n);
	struct options out = *o;
	size_t next = 0;

	if (o->operands.n) {
		memcpy(operands, o->operands.at, o->operands.n * sizeof(*operands));
		qsort(operands, o->operands.n, sizeof(*operands), by_text);
	}
	for (size_t i = 0; i < o->arguments.n; i++)
		arguments[i] = next < o->operands.n && o->arguments.at[i] == o->operands.at[next] ? operands[next++]
												  : o->arguments.at[i];
	out.arguments.at = arguments;
	out.operands.at = operands;
	return out;
}

struct report_style decide_style(const struct options *o) {
	struct report_style s = {0};
	struct winsize w;
	const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");

	if (!isatty(STDOUT_FILENO))
		return s;
	s.color = !o->no_color && !(no_color && *no_color) && !(term && strcmp(term, "dumb") == 0);
	s.width = ioctl(STDOUT_FILENO, TIOCGWINSZ, &w) == 0 && w.ws_col ? w.ws_col : 80;
	return s;
}
