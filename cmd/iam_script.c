/* The script of revocations: comments and commands to be read by a person. Nothing here runs anything. Names come from exports, that is from whoever
 * could name things in the account: only what IAM allows in names gets into a command, in quotes. */
#include "cmd/iam_text.h"

#include "core/text.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void comment(struct buf *b, const char *label, const char *s) {
	buf_printf(b, "# %s", label);
	text_escape(b, slice_str(s)); /* one line whatever is in it */
	buf_add_byte(b, '\n');
}

static void build(const struct iam_telling *t, struct buf *b) {
	const struct iam_answer *a = t->answer;
	char date[DATE_TEXT_MAX];

	date_format(t->exports->as_of, date);
	buf_printf(b,
		"#!/bin/sh\n"
		"# Written by nhiscan from exports as of %.10s. Read every line before you run it.\n"
		"# Each step is behind a check of the account, and asks nothing else. Keys are switched off, not "
		"deleted, and roles get a\n"
		"# policy that denies everything: both can be undone (--status Active, delete-role-policy). What is "
		"inactive already is deleted.\n"
		"set -eu\n"
		"account=$(aws sts get-caller-identity --query Account --output text)\n"
		"in_account() { [ \"$account\" = \"$1\" ]; }\n",
		date);
	for (size_t i = 0; i < a->nremovals; i++) {
		const struct iam_removal *r = &a->removals[i];

		buf_printf(b, "\n# %zu.\n", i + 1);
		comment(b, "", r->label);
		comment(b, "why: ", r->evidence);
		if (!r->command || !r->account || strspn(r->account, "0123456789") != 12)
			buf_add_str(b, "# no command: the key's id, the user or the account is not in the exports, or "
				       "a name holds "
				       "characters that IAM does not allow\n");
		else
			buf_printf(b, "if in_account %s; then\n\t%s\nfi\n", r->account, r->command);
	}
}

int iam_script_write(const struct iam_telling *t, const char *file, struct error *err) {
	int fd = open(file, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	struct buf b = {0};
	int rc = 0;

	if (fd < 0 && errno == EEXIST)
		return error_set(err, ERR_USAGE, "--emit-script: %s is there already; name a new file", file);
	if (fd < 0)
		return error_errno(err, "--emit-script: %s", file);
	build(t, &b);
	for (size_t at = 0; at < b.n && rc == 0;) {
		ssize_t n = write(fd, b.p + at, b.n - at);

		if (n < 0 && errno != EINTR)
			rc = error_errno(err, "--emit-script: %s", file);
		else if (n > 0)
			at += (size_t)n;
	}
	if (close(fd) < 0 && rc == 0)
		rc = error_errno(err, "--emit-script: %s", file);
	buf_free(&b);
	return rc;
}
