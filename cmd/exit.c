/* How a command ends: error lines on stderr, flushing of stdout, exit statuses.
 * What a finding's evidence looks like when masked is the report's business, not this file's. */
#include "cmd/exit.h"

#include "core/text.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>

/* The shortest machine-made tokens in use have some 16 characters (a legacy AWS key id has 20). */
#define TOKEN_RUN_MIN 16
#define TOKEN_SHOWN   4

static bool is_token_char(uint8_t c) {
	return isalnum(c) || c == '_' || c == '-' || c == '+' || c == '=';
}

static bool mixes_letters_and_digits(struct slice run) {
	bool letter = false, digit = false;
	for (size_t i = 0; i < run.n; i++) {
		letter |= isalpha(run.p[i]) != 0;
		digit |= isdigit(run.p[i]) != 0;
	}
	return letter && digit;
}

void exit_cover(struct buf *out, struct slice text) {
	size_t at = 0;
	while (at < text.n) {
		size_t start = at;
		bool token = is_token_char(text.p[at]);
		while (token && start < text.n && text.p[start] == '-') /* the dashes of an option are not its name */
			buf_add_byte(out, text.p[start++]);
		at = start;
		while (at < text.n && is_token_char(text.p[at]) == token)
			at++;
		struct slice run = slice_sub(text, start, at);
		if (token && run.n >= TOKEN_RUN_MIN && mixes_letters_and_digits(run)) {
			buf_add_slice(out, slice_sub(run, 0, TOKEN_SHOWN));
			buf_add_str(out, "****");
		} else {
			text_escape(out, run);
		}
	}
}

int exit_with_error(const struct error *e) {
	struct buf line = {0};
	exit_cover(&line, slice_str(e->text));
	fprintf(stderr, "nhiscan: %s\n", buf_cstr(&line));
	buf_free(&line);
	return e->kind == ERR_USAGE ? EXIT_USAGE : EXIT_INCOMPLETE;
}

int exit_after_stdout(int status) {
	errno = 0;
	if (fflush(stdout) == 0 && !ferror(stdout))
		return status;
	if (errno == EPIPE)
		return status;
	struct error err = {0};
	error_errno(&err, "standard output");
	return exit_with_error(&err);
}
