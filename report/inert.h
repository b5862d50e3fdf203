/* Untrusted text made inert for each kind of reader: it stays on its line, holds no control, bidi or invisible character, and is taken for
 * nothing but text. All begin with text_escape(). */
#ifndef NHISCAN_REPORT_INERT_H
#define NHISCAN_REPORT_INERT_H

#include "core/buf.h"

/* XML 1.0 and HTML, in content and in quoted attributes. */
void inert_markup(struct buf *out, struct slice s);
void inert_markup_escaped(struct buf *out, struct slice s); /* of what text_escape() made already */

/* GitHub-flavoured Markdown, between <code> tags or in running text: all ASCII punctuation that could mean something becomes an entity, so that no
 * link, mention, table cell, tag or emphasis begins. */
void inert_markdown(struct buf *out, struct slice s);

/* One CSV cell with its quotes (RFC 4180). A cell that a spreadsheet would run as a formula gets an apostrophe in front. */
void inert_cell(struct buf *out, struct slice s);

/* The message of a GitHub workflow command, or one of its properties, which end at a comma or "::". */
void inert_command(struct buf *out, struct slice s, bool property);

#endif
