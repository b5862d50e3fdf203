/* Writes JSON as a stream: no tree is built, so memory does not grow with a report and a hundred thousand findings take about
 * a second. Texts of any bytes become valid here, once, and the output is plain ASCII: no control, bidi or escape character
 * gets through in any format made of it. Commas are put by themselves; what is opened must be closed by the caller. */
#ifndef NHISCAN_REPORT_EMIT_H
#define NHISCAN_REPORT_EMIT_H

#include "core/buf.h"
#include "core/date.h"
#include "core/error.h"

#include <stdio.h>

struct emitter {
	FILE *out;	/* NULL: nothing is written, see emit_measured() */
	struct buf b;	/* not written yet */
	uint64_t given; /* bytes given out */
	uint8_t last;	/* last byte given out, 0 at the start: tells whether a comma is due */
	bool newline;	/* the next value begins a line */
	int failed;	/* errno of the first write that failed */
};

/* `key` is NULL for the elements of an array and for the document itself. Keys are constants of the program, plain ASCII. */
void emit_open(struct emitter *e, const char *key, char bracket); /* '{' or '[' */
void emit_close(struct emitter *e, char bracket);		  /* '}' or ']' */
void emit_text(
	struct emitter *e, const char *key, const char *s); /* NULL becomes null; invalid UTF-8 becomes \xHH text */
void emit_bytes(struct emitter *e, const char *key, struct slice s); /* the same for a slice */
void emit_number(struct emitter *e, const char *key, uint64_t n);
void emit_boolean(struct emitter *e, const char *key, bool v);
void emit_time(struct emitter *e, const char *key, int64_t t);	   /* RFC 3339 */
void emit_when(struct emitter *e, const char *key, struct when w); /* RFC 3339, "never", or null when not known */
void emit_base64(struct emitter *e, const char *key, struct slice s);
void emit_printf(struct emitter *e, const char *key, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
void emit_literal(struct emitter *e, const char *key, const char *json); /* JSON as it is */

void emit_line(struct emitter *e); /* a line break ahead of the next value, behind its comma */
/* Ends a document or a line of JSON lines: a line break, and no comma after it. */
void emit_end_line(struct emitter *e);

/* The number of bytes that an emitter without a file was given, which is freed. */
uint64_t emit_measured(struct emitter *e);

/* Writes the rest, frees, and says whether all went well. */
int emit_finish(struct emitter *e, struct error *err);

#endif
