/* The format "jsonl": one record a line, of type meta, finding, rule, identity, method, coverage or summary. The summary is last, so that a report
 * that was cut off is recognised by its absence. The objects themselves are in json_parts.c and json_finding.c. */
#include "report/formats.h"
#include "report/json_parts.h"

static void open_record(struct emitter *e, const char *type) {
	emit_open(e, NULL, '{');
	emit_text(e, "type", type);
}

static void close_record(struct emitter *e) {
	emit_close(e, '}');
	emit_end_line(e);
}

static void add_identities(struct emitter *e, const struct report_powers *p) {
	for (size_t i = 0; i < p->n; i++) {
		open_record(e, "identity");
		json_part_identity(e, p, i);
		close_record(e);
	}
	for (size_t i = 0; i < p->nmethods; i++) {
		open_record(e, "method");
		json_part_method(e, &p->methods[i]);
		close_record(e);
	}
}

static int write_lines(const struct report *r, const struct report_style *style, FILE *out, struct error *err) {
	struct emitter e = {.out = out};
	struct used_rules used;

	(void)style;
	open_record(&e, "meta");
	emit_text(&e, "schema", REPORT_SCHEMA);
	json_part_tool(&e, r);
	json_part_run(&e, r);
	close_record(&e);
	for (size_t i = 0; i < r->nfindings; i++) {
		open_record(&e, "finding");
		json_part_finding(&e, r, &r->findings[i]);
		close_record(&e);
	}
	used_rules_take(&used, r);
	for (size_t i = 0; i < used.n; i++) {
		open_record(&e, "rule");
		json_part_rule(&e, used.at[i]);
		close_record(&e);
	}
	used_rules_free(&used);
	if (r->powers)
		add_identities(&e, r->powers);
	open_record(&e, "coverage");
	json_part_coverage(&e, r);
	close_record(&e);
	open_record(&e, "summary");
	json_part_summary(&e, r);
	close_record(&e);
	return emit_finish(&e, err);
}

const struct report_format report_jsonl = {
	.name = "jsonl",
	.media_type = "application/jsonl",
	.help = "one JSON record a line, for pipelines; ends with a summary record",
	.tells_program = true,
	.write = write_lines,
};
