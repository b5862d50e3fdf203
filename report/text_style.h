/* How the text format looks: colours, columns, wrapping, and untrusted text made inert for terminals and for CI runners
 * that read commands from a log. What it says is in text.c and its sisters. */
#ifndef NHISCAN_REPORT_TEXT_STYLE_H
#define NHISCAN_REPORT_TEXT_STYLE_H

#include "core/buf.h"
#include "report/report.h"

enum ink { INK_NONE, INK_BOLD, INK_DIM, INK_INFO, INK_LOW, INK_MEDIUM, INK_HIGH, INK_CRITICAL };

enum ink ink_of(enum severity severity);
/* Appends trusted text in a colour, or plain when the style has none. */
void ink_add(struct buf *out, const struct report_style *style, enum ink ink, const char *text);

/* Appends untrusted bytes as one line: text_escape(), and "##name[" broken up, which Azure Pipelines, GitHub and TeamCity take
 * as a command anywhere in a line. "::" is a command only at a line's start: nothing untrusted may stand there. */
void inert_add(struct buf *out, struct slice s);
/* The same for text that is escaped for a terminal already. If `at` is not NULL, offset *at in `s` becomes its offset in `out`. */
void inert_add_escaped(struct buf *out, struct slice s, size_t *at);

/* Columns that UTF-8 text takes on a terminal: wide characters two, combining ones none. */
size_t text_columns(struct slice s);

/* Appends `text`, one line, that starts at column `indent` of the line being written; with style->width it is wrapped at
 * blanks, continued at the same column. Never starts a line with a word that a CI runner could take as a command. */
void wrap_add(struct buf *out, const struct report_style *style, unsigned indent, struct slice text);
/* The same for text that starts at column `start`. */
void wrap_from(struct buf *out, const struct report_style *style, unsigned start, unsigned indent, struct slice text);

/* A terminal of few columns: labels stand in the text instead of in a column of their own. */
bool style_is_narrow(const struct report_style *style);

/* "  label   text", wrapped: the label at column `at`, the text at column `indent`, or on narrow terminals right behind the label. The label is
 * never blank where the text is of others, see inert_add(). */
void labelled_add(struct buf *out, const struct report_style *style, unsigned at, unsigned indent, enum ink ink,
	const char *label, struct slice text);

void spaces_add(struct buf *out, size_t n);
/* 1234567 as "1,234,567". */
void grouped_add(struct buf *out, uint64_t n);

#endif
