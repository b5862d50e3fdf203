/* The format "json": one document of nhiscan-report/1, findings streamed one a line, so that a diff shows them.
 * The objects themselves are in json_parts.c and json_finding.c. */
#include "report/formats.h"
#include "report/json_parts.h"

static json_t *head(const struct report *r) {
	json_t *o = value_object();
	struct counts counts;

	counts_take(&counts, r);
	value_put(o, "schema", value_text(REPORT_SCHEMA));
	value_put(o, "tool", json_part_tool(r));
	value_put(o, "run", json_part_run(r));
	value_put(o, "summary", json_part_summary(r, &counts));
	return o;
}

static json_t *tail(const struct report *r) {
	json_t *o = value_object();
	value_put(o, "coverage", json_part_coverage(r));
	return o;
}

static int write_findings(const struct report *r, FILE *out, struct error *err) {
	if (value_write_raw(out, "\"findings\":[", err))
		return -1;
	for (size_t i = 0; i < r->nfindings; i++)
		if (value_write_raw(out, i ? ",\n" : "\n", err) ||
			json_write_finding(out, r, &r->findings[i], NULL, err))
			return -1;
	return value_write_raw(out, "],\n", err);
}

static int write_rules(const struct report *r, FILE *out, struct error *err) {
	struct used_rules used;
	int rc = -1;

	used_rules_take(&used, r);
	if (value_write_raw(out, "\"rules\":[", err))
		goto out;
	for (size_t i = 0; i < used.n; i++)
		if (value_write_raw(out, i ? ",\n" : "\n", err) || value_write(out, json_part_rule(used.at[i]), err))
			goto out;
	rc = value_write_raw(out, "]", err);
out:
	used_rules_free(&used);
	return rc;
}

static int write_document(const struct report *r, const struct report_style *style, FILE *out, struct error *err) {
	(void)style;
	if (value_write_raw(out, "{", err) || value_write_members(out, head(r), err) || write_findings(r, out, err) ||
		value_write_members(out, tail(r), err) || write_rules(r, out, err) || value_write_raw(out, "}\n", err))
		return -1;
	return value_write_end(out, err);
}

const struct report_format report_json = {
	.name = "json",
	.media_type = "application/json",
	.help = "one JSON document, nhiscan-report(5)",
	.write = write_document,
};
