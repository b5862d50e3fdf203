/* The format "text", for people: findings by what to do first, in each stage by rule, so that a fix is told once; then totals, coverage, the gate and the next
 * command. Its parts are in the text_*.c files. Suppressed findings are counted, not listed. */
#include "report/text.h"

#include "report/formats.h"

enum stage { STAGE_FIRST, STAGE_THEN, STAGE_LOOK, STAGE_LITTLE, STAGE_COUNT };

static const struct {
	const char *name, *what;
} stages[STAGE_COUNT] = {
	[STAGE_FIRST] = {"Do first", "sure and severe"},
	[STAGE_THEN] = {"Then", "sure, less severe"},
	[STAGE_LOOK] = {"Look at", "likely, not sure: somebody who knows decides"},
	[STAGE_LITTLE] = {"Little to do", "expired, encrypted, published as an example, or mistyped"},
};

static enum stage stage_of(const struct finding *f) {
	switch (f->judgement.verdict) {
	case VERDICT_EXPIRED:
	case VERDICT_ENCRYPTED:
	case VERDICT_EXAMPLE:
	case VERDICT_BAD_CHECKSUM:
		return STAGE_LITTLE;
	default:
		break;
	}
	if (f->confidence < CONFIDENCE_HIGH)
		return STAGE_LOOK;
	return f->severity >= SEVERITY_HIGH ? STAGE_FIRST : STAGE_THEN;
}

/* Is finding `i` listed in this stage? */
static bool belongs(const struct report *r, size_t i, enum stage stage) {
	return !r->findings[i].suppressed && stage_of(&r->findings[i]) == stage;
}

static bool same_group(const struct finding *a, const struct finding *b) {
	return a->rule == b->rule && a->severity == b->severity && a->confidence == b->confidence;
}

static size_t count(const struct report *r, size_t from, enum stage stage, const struct finding *like) {
	size_t n = 0;

	for (size_t i = from; i < r->nfindings; i++) {
		/* Findings of one group stand together: severity, confidence and rule are what they are sorted by. */
		if (like && !same_group(like, &r->findings[i]))
			break;
		n += belongs(r, i, stage);
	}
	return n;
}

static void add_stage(struct buf *out, const struct report_style *style, enum stage stage, size_t n) {
	struct buf head = {0}, what = {0};

	buf_printf(&head, "%s: ", stages[stage].name);
	grouped_add(&head, n);
	buf_printf(&head, " finding%s", n == 1 ? "" : "s");
	buf_printf(&what, ", %s", stages[stage].what);
	ink_add(out, style, INK_BOLD, buf_cstr(&head));
	wrap_from(out, style, (unsigned)head.n, 2, buf_slice(&what));
	buf_add_str(out, "\n\n");
	buf_free(&head);
	buf_free(&what);
}

static int flush_text(struct buf *b, FILE *out, struct error *err) {
	size_t n = b->n ? fwrite(b->p, 1, b->n, out) : 0;
	int rc = n == b->n ? 0 : error_errno(err, "writing the report");
	buf_clear(b);
	return rc;
}

static int write_stage(const struct report *r, const struct report_style *style, enum stage stage, struct buf *b,
	FILE *out, struct error *err) {
	const struct finding *last = NULL;
	size_t n = count(r, 0, stage, NULL);

	if (n)
		add_stage(b, style, stage, n);
	for (size_t i = 0; n && i < r->nfindings; i++) {
		const struct finding *f = &r->findings[i];
		bool same = last && same_group(last, f);
		if (!belongs(r, i, stage))
			continue;
		if (!same)
			text_group(b, style, f, count(r, i, stage, f));
		text_finding(b, r, style, f, same ? last : NULL);
		buf_add_byte(b, '\n');
		last = f;
		n--;
		if (flush_text(b, out, err))
			return -1;
	}
	return 0;
}

static int write_text(const struct report *r, const struct report_style *style, FILE *out, struct error *err) {
	struct buf b = {0};
	int rc = -1;

	for (unsigned stage = 0; stage < STAGE_COUNT; stage++)
		if (write_stage(r, style, (enum stage)stage, &b, out, err))
			goto out;
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
