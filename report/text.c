/* The format "text", for people: findings grouped by what to do first, then totals and the gate.
 * Its parts are in the text_*.c files. Suppressed findings are counted, not listed. */
#include "report/text.h"

#include "report/formats.h"

static bool same_group(const struct finding *a, const struct finding *b) {
	return a->severity == b->severity && a->confidence == b->confidence;
}

static void add_heading(struct buf *out, const struct report *r, const struct report_style *style, size_t at) {
	const struct finding *first = &r->findings[at];
	struct buf line = {0};
	size_t n = 0;

	for (size_t i = at; i < r->nfindings && same_group(first, &r->findings[i]); i++)
		if (!r->findings[i].suppressed)
			n++;
	buf_printf(&line, "%s, confidence %s (%zu)", severity_name(first->severity), confidence_name(first->confidence),
		n);
	ink_add(out, style, INK_BOLD, buf_cstr(&line));
	buf_add_str(out, "\n\n");
	buf_free(&line);
}

static int flush_text(struct buf *b, FILE *out, struct error *err) {
	size_t n = b->n ? fwrite(b->p, 1, b->n, out) : 0;
	int rc = n == b->n ? 0 : error_errno(err, "writing the report");
	buf_clear(b);
	return rc;
}

static int write_text(const struct report *r, const struct report_style *style, FILE *out, struct error *err) {
	struct buf b = {0};
	const struct finding *last = NULL;
	int rc = -1;

	for (size_t i = 0; i < r->nfindings; i++) {
		const struct finding *f = &r->findings[i];
		if (f->suppressed)
			continue;
		if (!last || !same_group(last, f))
			add_heading(&b, r, style, i);
		last = f;
		text_finding(&b, r, style, f);
		buf_add_byte(&b, '\n');
		if (flush_text(&b, out, err))
			goto out;
	}
	text_summary(&b, r, style);
	if (flush_text(&b, out, err))
		goto out;
	rc = fflush(out) || ferror(out) ? error_errno(err, "writing the report") : 0;
out:
	buf_free(&b);
	return rc;
}

const struct report_format report_text = {
	.name = "text",
	.extension = "txt",
	.media_type = "text/plain",
	.help = "for people: what to do first, where, why and how",
	.write = write_text,
};
