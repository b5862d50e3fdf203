/* The format "baseline": the list that baseline.c reads. Entries keep what an earlier list said of them. */
#include "report/baseline.h"
#include "report/formats.h"
#include "report/sink.h"

#include "core/memory.h"

#include <stdlib.h>

static int by_id(const void *pa, const void *pb) {
	const struct finding *const *a = pa, *const *b = pb;
	int d = strcmp((*a)->rule->id, (*b)->rule->id);
	return d ? d : strcmp((*a)->secret_fingerprint, (*b)->secret_fingerprint);
}

static bool is_plain(const char *s) {
	for (; *s; s++)
		if (!((*s | 0x20) >= 'a' && (*s | 0x20) <= 'z') && !(*s >= '0' && *s <= '9') && !strchr("-_.#/:@", *s))
			return false;
	return true;
}

static void member(struct buf *b, const char *name, const char *value) {
	if (!value || !*value)
		return;
	if (is_plain(value)) {
		buf_printf(b, " %s=%s", name, value);
		return;
	}
	buf_printf(b, " %s=\"", name);
	for (; *value; value++) {
		if (*value == '"' || *value == '\\')
			buf_add_byte(b, '\\');
		/* A line stays one. */
		buf_add_byte(b, (uint8_t)*value < 0x20 || *value == 0x7f ? ' ' : (uint8_t)*value);
	}
	buf_add_byte(b, '"');
}

static void add_entry(struct buf *b, const struct finding *f) {
	const struct acceptance *a = f->accepted && strcmp(f->accepted->source, "baseline") == 0 ? f->accepted : NULL;
	char date[DATE_TEXT_MAX];

	buf_printf(b, "%s %s", f->rule->id, f->secret_fingerprint);
	if (a) {
		member(b, "reason", a->reason);
		member(b, "owner", a->owner);
		member(b, "ticket", a->ticket);
		if (a->expires.state == WHEN_AT) {
			date_format(a->expires.at - 1, date);
			buf_printf(b, " expires=%.10s", date);
		}
	}
	buf_add_byte(b, '\n');
}

/* What the target itself accepts, inline or in its configuration, is accepted without a list too, and stays out of it. */
static bool belongs(const struct finding *f) {
	return f->baseline != BASELINE_ABSENT &&
	       (!f->suppressed || (f->accepted && strcmp(f->accepted->source, "baseline") == 0));
}

static int write_list(const struct report *r, const struct report_style *style, FILE *out, struct error *err) {
	const struct finding **all = mem_alloc_n(r->nfindings + 1, sizeof(*all));
	struct sink s = {.out = out};
	size_t n = 0;

	(void)style;
	if (r->run->key_is_per_run) {
		free(all);
		return error_set(err, ERR_USAGE,
			"writing the report: a baseline needs fingerprints that stay the same: give "
			"--fingerprint-key-file");
	}
	for (size_t i = 0; i < r->nfindings; i++)
		if (belongs(&r->findings[i]))
			all[n++] = &r->findings[i];
	qsort(all, n, sizeof(*all), by_id);
	buf_printf(&s.b, "# " BASELINE_SCHEMA " key %s\n", r->run->key_id);
	for (size_t i = 0; i < n; i++) {
		if (i && by_id(&all[i - 1], &all[i]) == 0)
			continue;
		add_entry(&s.b, all[i]);
		sink_ease(&s);
	}
	free(all);
	return sink_finish(&s, err);
}

const struct report_format report_baseline = {
	.name = "baseline",
	.media_type = "text/plain",
	.help = "one sorted line a finding without place or time, for --baseline",
	.write = write_list,
};
