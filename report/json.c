/* The format "json": one document of nhiscan-report/1, one finding a line, so that a diff shows them.
 * The objects themselves are in json_parts.c, json_finding.c and
 * json_identities.c. */
#include "report/formats.h"
#include "report/json_parts.h"

static void add_findings(struct emitter *e, const struct report *r) {
	emit_line(e);
	emit_open(e, "findings", '[');
	for (size_t i = 0; i < r->nfindings; i++) {
		emit_line(e);
		emit_open(e, NULL, '{');
		json_part_finding(e, r, &r->findings[i]);
		emit_close(e, '}');
	}
	emit_close(e, ']');
}

static void add_rules(struct emitter *e, const struct report *r) {
	struct used_rules used;

	used_rules_take(&used, r);
	emit_line(e);
	emit_open(e, "rules", '[');
	for (size_t i = 0; i < used.n; i++) {
		emit_line(e);
		emit_open(e, NULL, '{');
		json_part_rule(e, used.at[i]);
		emit_close(e, '}');
	}
	emit_close(e, ']');
	emit_line(e);
	json_part_frameworks(e, &used);
	used_rules_free(&used);
}

static int write_document(const struct report *r, const struct report_style *style, FILE *out, struct error *err) {
	struct emitter e = {.out = out};

	(void)style;
	emit_open(&e, NULL, '{');
	emit_text(&e, "schema", REPORT_SCHEMA);
	emit_line(&e);
	json_part_tool(&e, r);
	emit_line(&e);
	json_part_run(&e, r);
	emit_line(&e);
	emit_open(&e, "summary", '{');
	json_part_summary(&e, r);
	emit_close(&e, '}');
	add_findings(&e, r);
	emit_line(&e);
	emit_open(&e, "coverage", '{');
	json_part_coverage(&e, r);
	emit_close(&e, '}');
	add_rules(&e, r);
	if (r->powers)
		json_part_identities(&e, r->powers);
	emit_close(&e, '}');
	emit_end_line(&e);
	return emit_finish(&e, err);
}

const struct report_format report_json = {
	.name = "json",
	.media_type = "application/json",
	.help = "one JSON document, nhiscan-report(5)",
	.tells_program = true,
	.write = write_document,
};
