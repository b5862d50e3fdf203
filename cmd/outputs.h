/* Where reports go: formats paired with files, and the writing of a file so that it is whole or not there. */
#ifndef NHISCAN_CMD_OUTPUTS_H
#define NHISCAN_CMD_OUTPUTS_H

#include "cmd/options.h"
#include "report/report.h"

struct output {
	const struct report_format *format;
	const char *file; /* borrowed; NULL is the standard output */
};

struct outputs {
	const struct output *at;
	size_t n;
};

/* Pairs --format and --output in order. Formats left over go to the standard output, which takes one; files left over tell
 * their format by their name. Nothing given: text to the standard output. The list lives in `a`. ERR_USAGE otherwise. */
int outputs_pair(struct arena *a, const struct text_list *formats, const struct text_list *files, struct outputs *out,
	struct error *err);

/* Looks, before a long scan, whether each file can be written later: its folder is there and writable, and the name is
 * free or a regular file (or a character device, such as /dev/null). A symbolic link is refused: reports are not written through
 * something that a scanned tree may have placed. ERR_USAGE. */
int outputs_check(const struct outputs *o, struct error *err);

/* Writes every report. A file is made beside its name with mode 0600, written, synced and renamed, so that a crash leaves the
 * old file or the new one, never half of one. `style` is for the standard output; files get no colour. A reader of the
 * standard output that goes away is no failure. Goes on after a
 * failure, so that one full disk does not cost the other reports; -1 and the first error then. */
int outputs_write(const struct outputs *o, const struct report *r, const struct report_style *style, struct error *err);

/* Does a report go to the standard output? */
bool outputs_use_stdout(const struct outputs *o);

#endif
