/* Text of rule files made inert for terminals and logs. How that is done: report/text_style.h. */
#include "cmd/shown.h"

#include "report/text_style.h"

#include <stdio.h>
#include <string.h>

static bool is_harmless(const char *text) {
	for (const char *c = text; *c; c++)
		if (*c < ' ' || *c > '~')
			return false;
	return !strstr(text, "##") && strncmp(text, "::", 2) != 0;
}

void shown_add(struct buf *out, const char *text) {
	if (!text)
		return;
	if (is_harmless(text))
		buf_add_str(out, text);
	else
		inert_add(out, slice_str(text));
}

void shown_print(const char *text) {
	struct buf b = {0};

	shown_add(&b, text);
	fwrite(b.p, 1, b.n, stdout);
	buf_free(&b);
}
