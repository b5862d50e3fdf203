/* `nhiscan hook`: the git hooks pre-commit, pre-push and pre-receive (githooks(5)), each as one scan of what it is about. */
#include "cmd/commands.h"
#include "cmd/exit.h"
#include "cmd/scan.h"
#include "core/buf.h"

#include <stdio.h>
#include <stdlib.h>

enum { LINE_PARTS = 4, REFS_MAX = 10000 };

static bool is_null_id(const char *id) {
	size_t n = strspn(id, "0");
	return id[n] == '\0' && (n == 40 || n == 64);
}

static bool is_id(const char *id) {
	size_t n = strspn(id, "0123456789abcdef");
	return id[n] == '\0' && (n == 40 || n == 64);
}

/* Findings fail a hook before trouble does: they are told in any case. */
static int worse(int a, int b) {
	static const int rank[] = {[EXIT_CLEAN] = 0, [EXIT_FINDINGS] = 3, [EXIT_USAGE] = 2, [EXIT_INCOMPLETE] = 1};
	return a > EXIT_INCOMPLETE || (b <= EXIT_INCOMPLETE && rank[a] >= rank[b]) ? a : b;
}

static int scan_range(const struct options *hook, const char *from, const char *to, const char *ref) {
	struct options one = *hook;
	struct buf range = {0};
	int status;

	buf_printf(&range, "%s..%s", from, to);
	one.range = buf_cstr(&range);
	one.no_worktree = true;
	one.only_new = true;
	one.hook_of = ref;
	status = cmd_scan(&one);
	buf_free(&range);
	return status;
}

/* Lines of pre-push: LOCAL-REF LOCAL-ID REMOTE-REF REMOTE-ID; of pre-receive: OLD-ID NEW-ID REF. */
static int scan_pushed(const struct options *hook, bool received) {
	struct error err = {0};
	char *line = NULL;
	size_t cap = 0, seen = 0;
	int status = EXIT_CLEAN;

	while (getline(&line, &cap, stdin) > 0 && seen++ < REFS_MAX) {
		char *rest = NULL, *part[LINE_PARTS] = {NULL};
		size_t n = 0;
		for (char *p = strtok_r(line, " \n", &rest); p && n < LINE_PARTS; p = strtok_r(NULL, " \n", &rest))
			part[n++] = p;
		const char *from = received ? part[0] : part[3], *to = part[1];
		if (n != (received ? 3U : 4U) || !is_id(from) || !is_id(to)) {
			error_set(&err, ERR_USAGE, "hook %s: line %zu of the standard input is not what git gives",
				hook->hook, seen);
			status = worse(status, exit_with_error(&err));
			continue;
		}
		if (is_null_id(to))
			fprintf(stderr, "nhiscan %s: a ref is deleted: nothing to read\n", hook->hook);
		else
			status = worse(status, scan_range(hook, from, to, part[2]));
	}
	if (seen == 0)
		fprintf(stderr, "nhiscan %s: no ref: nothing to read\n", hook->hook);
	if (seen > REFS_MAX) {
		error_set(&err, ERR_LIMIT, "hook %s: more than %d refs, the rest was not read", hook->hook, REFS_MAX);
		status = worse(status, exit_with_error(&err));
	}
	free(line);
	return status;
}

int cmd_hook(const struct options *o) {
	static const char *const here[] = {"."};
	static const char *const formats[] = {"oneline"};
	struct options hook = *o;

	hook.hook = o->operands.at[0];
	hook.operands = (struct text_list){
		here, 1}; /* git runs hooks at the top of the working tree, or in the bare repository */
	hook.quiet = true;
	if (hook.formats.n == 0)
		hook.formats = (struct text_list){formats, 1};
	if (strcmp(hook.hook, "pre-commit") == 0) {
		hook.staged = true;
		return cmd_scan(&hook);
	}
	if (strcmp(hook.hook, "pre-receive") != 0)
		return scan_pushed(&hook, false);
	/* git keeps what is received apart until the hook has agreed. */
	hook.quarantine = getenv("GIT_QUARANTINE_PATH");
	return scan_pushed(&hook, true);
}
