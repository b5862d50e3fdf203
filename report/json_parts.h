/* The objects of nhiscan-report/1, shared by the document (json.c) and the lines (jsonl.c).
 * Their meaning: nhiscan-report(5) and nhiscan-report.schema.json. Keys are never removed or renamed, only added. */
#ifndef NHISCAN_REPORT_JSON_PARTS_H
#define NHISCAN_REPORT_JSON_PARTS_H

#include "report/counts.h"
#include "report/json_value.h"

#define REPORT_SCHEMA "nhiscan-report/1"

json_t *json_part_tool(const struct report *r);
json_t *json_part_run(const struct report *r);
json_t *json_part_summary(const struct report *r, const struct counts *c);
json_t *json_part_coverage(const struct report *r);
json_t *json_part_rule(const struct rule *rule);

/* Ids of a rule as arrays of texts: "NHI2:2025", "CWE-798". */
json_t *json_part_nhi(const struct rule *rule);
json_t *json_part_cwe(const struct rule *rule);

/* Writes one finding, its sightings streamed. `type` is its first member ("finding"), or NULL for none. */
int json_write_finding(FILE *out, const struct report *r, const struct finding *f, const char *type, struct error *err);

#endif
