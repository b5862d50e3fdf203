/* Exit statuses, and the one way in which a command ends badly: one line on stderr, what to do, a status.
 * Documented in nhiscan(1), EXIT STATUS. Signals that end the program give 128 + their number. */
#ifndef NHISCAN_CMD_EXIT_H
#define NHISCAN_CMD_EXIT_H

#include "core/buf.h"
#include "core/error.h"

#include <stdbool.h>

enum exit_status {
	EXIT_CLEAN = 0,	     /* nothing at or above the threshold */
	EXIT_FINDINGS = 1,   /* findings that count */
	EXIT_USAGE = 2,	     /* command line, configuration or rule file wrong */
	EXIT_INCOMPLETE = 3, /* something could not be read or written, a limit was hit, or nothing was scanned */
};

/* Prints "nhiscan: TEXT" on stderr, made inert for a terminal, without what the built-in rules find in it and with everything
 * token-like covered, since errors quote arguments and file names. Returns EXIT_USAGE for ERR_USAGE, else EXIT_INCOMPLETE. */
int exit_with_error(const struct error *e);

/* Flushes stdout and says so when that fails: `status` if all was written, EXIT_INCOMPLETE otherwise. A reader that
 * went away (`nhiscan | head`) has had what it wanted and changes nothing. */
int exit_after_stdout(int status);

/* Is stdout a pipe whose reader went away? What could not be written to it then is no error. */
bool exit_reader_is_gone(void);

/* Appends `text` escaped for a terminal, with each run of token characters that looks drawn at random (16 with letters and
 * digits, 12 with letters of both cases and digits, longer with slashes) cut to its first four and "****". Errs on the side of
 * hiding. */
void exit_cover(struct buf *out, struct slice text);

#endif
