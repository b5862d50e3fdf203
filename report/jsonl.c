/* The format "jsonl": one record a line, of type meta, finding, coverage or summary. The summary is last, so that a report
 * that was cut off is recognised by its absence. The objects themselves are in json_parts.c and json_finding.c. */
#include "report/formats.h"
#include "report/json_parts.h"

static int write_record(FILE *out, const char *type, json_t *members, struct error *err) {
	json_t *o = value_object();
	value_put(o, "type", value_text(type));
	value_put_all(o, members);
	return value_write(out, o, err) || value_write_raw(out, "\n", err) ? -1 : 0;
}

static json_t *meta(const struct report *r) {
	json_t *o = value_object();
	value_put(o, "schema", value_text(REPORT_SCHEMA));
	value_put(o, "tool", json_part_tool(r));
	value_put(o, "run", json_part_run(r));
	return o;
}

static int write_lines(const struct report *r, const struct report_style *style, FILE *out, struct error *err) {
	struct counts counts;

	(void)style;
	counts_take(&counts, r);
	if (write_record(out, "meta", meta(r), err))
		return -1;
	for (size_t i = 0; i < r->nfindings; i++)
		if (json_write_finding(out, r, &r->findings[i], "finding", err) || value_write_raw(out, "\n", err))
			return -1;
	if (write_record(out, "coverage", json_part_coverage(r), err) ||
		write_record(out, "summary", json_part_summary(r, &counts), err))
		return -1;
	return value_write_end(out, err);
}

const struct report_format report_jsonl = {
	.name = "jsonl",
	.media_type = "application/jsonl",
	.help = "one JSON record a line, for pipelines; ends with a summary record",
	.write = write_lines,
};
