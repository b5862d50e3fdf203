/* How a command ends: error lines on stderr, flushing of stdout, exit statuses.
 * What a finding's evidence looks like when masked is the report's business, not this file's. */
#include "cmd/exit.h"

#include "core/limits.h"
#include "core/text.h"
#include "report/text_style.h"
#include "rules/load.h"
#include "rules/mask.h"

#include <ctype.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <unistd.h>

/* The shortest machine-made tokens in use have some 16 characters (a legacy AWS key id has 20); generated passwords
 * some 12, then with letters of both cases and digits. */
#define TOKEN_RUN_MIN	 16
#define PASSWORD_RUN_MIN 12
/* Base64 may hold slashes, as paths do; random text of this length has its share of every class, paths do not. */
#define SLASHED_RUN_MIN 24
#define TOKEN_SHOWN	4

static bool is_token_char(uint8_t c) {
	return isalnum(c) || (c && strchr("_-+=!#%*$@^&~", c));
}

struct classes {
	size_t upper, lower, digits;
};

static struct classes classes_of(struct slice run) {
	struct classes c = {0};
	for (size_t i = 0; i < run.n; i++) {
		c.upper += isupper(run.p[i]) != 0;
		c.lower += islower(run.p[i]) != 0;
		c.digits += isdigit(run.p[i]) != 0;
	}
	return c;
}

/* service-config-2, release_notes_2024: words and a number, as files are named. What a machine drew mixes letters and digits in one piece. */
static bool is_numbered_words(struct slice run) {
	size_t words = 0, numbers = 0;

	for (size_t at = 0; at < run.n;) {
		size_t end = at;
		while (end < run.n && run.p[end] != '-' && run.p[end] != '_')
			end++;
		struct slice piece = slice_sub(run, at, end);
		struct classes c = classes_of(piece);
		bool number = c.digits == piece.n && piece.n <= 4;
		if (!number && (c.lower < 2 || c.lower != piece.n))
			return false;
		numbers += number;
		words += !number;
		at = end + 1;
	}
	return words >= 2 && numbers <= 1;
}

static bool is_token_like(struct slice run) {
	struct classes c = classes_of(run);
	if (is_numbered_words(run))
		return false;
	if (run.n >= TOKEN_RUN_MIN && c.upper + c.lower > 0 && c.digits > 0)
		return true;
	return run.n >= PASSWORD_RUN_MIN && c.upper > 0 && c.lower > 0 && c.digits > 0;
}

/* The end of a run of base64 with slashes that starts at `at`, or `at` when there is none. */
static size_t slashed_end(struct slice text, size_t at) {
	size_t end = at;
	while (end < text.n && (is_token_char(text.p[end]) || text.p[end] == '/'))
		end++;
	struct slice run = slice_sub(text, at, end);
	struct classes c = classes_of(run);
	bool random =
		run.n >= SLASHED_RUN_MIN && c.upper * 5 >= run.n && c.lower * 5 >= run.n && c.digits * 12 >= run.n;
	return random ? end : at;
}

static void cover(struct buf *out, struct slice text) {
	size_t at = 0;
	while (at < text.n) {
		size_t start = at;
		bool token = is_token_char(text.p[at]);
		while (token && start < text.n && text.p[start] == '-') /* the dashes of an option are not its name */
			buf_add_byte(out, text.p[start++]);
		at = token ? slashed_end(text, start) : start;
		bool covered = at > start;
		while (at < text.n && is_token_char(text.p[at]) == token)
			at++;
		struct slice run = slice_sub(text, start, at);
		if (covered || (token && is_token_like(run))) {
			buf_add_slice(out, slice_sub(run, 0, TOKEN_SHOWN));
			buf_add_str(out, "****");
		} else {
			text_escape(out, run);
		}
	}
}

void exit_cover(struct buf *out, struct slice text) {
	struct buf covered = {0};

	cover(&covered, text);
	inert_add_escaped(out, buf_slice(&covered), NULL);
	buf_free(&covered);
}

/* Takes out what the built-in rules know as a secret: shorter passwords after their name, for instance. */
static struct slice without_secrets(struct arena *a, struct slice text) {
	const struct limits lim = limits_default();
	struct engine *e = engine_open(&builtin_catalogue, &lim, date_now(), NULL);
	struct masker *m = e ? masker_open(e, NULL, 0, NULL) : NULL;
	struct slice kept = m ? arena_copy(a, masker_text(m, a, text)) : text;
	masker_close(m);
	engine_close(e);
	return kept;
}

int exit_with_error(const struct error *e) {
	struct arena a = {0};
	struct buf line = {0};
	exit_cover(&line, without_secrets(&a, slice_str(e->text)));
	fprintf(stderr, "nhiscan: %s\n", buf_cstr(&line));
	buf_free(&line);
	arena_free(&a);
	return e->kind == ERR_USAGE ? EXIT_USAGE : EXIT_INCOMPLETE;
}

/* A pipe or socket without a reader is in error (poll(2), POLLERR); a file never is. Asked of the system, since an errno may be
 * that of a write long before this. */
bool exit_reader_is_gone(void) {
	struct pollfd out = {.fd = STDOUT_FILENO, .events = POLLOUT};
	return poll(&out, 1, 0) == 1 && (out.revents & POLLERR);
}

int exit_after_stdout(int status) {
	errno = 0;
	if (fflush(stdout) == 0 && !ferror(stdout))
		return status;
	if (exit_reader_is_gone())
		return status;
	struct error err = {0};
	if (errno)
		error_errno(&err, "standard output");
	else
		error_set(&err, ERR_IO, "standard output: what was written before this did not all arrive");
	return exit_with_error(&err);
}
