/* The objects of nhiscan-report/1, shared by the document (json.c) and the lines (jsonl.c).
 * Their meaning: nhiscan-report(5) and nhiscan-report.schema.json. Keys are never removed or renamed, only added. */
#ifndef NHISCAN_REPORT_JSON_PARTS_H
#define NHISCAN_REPORT_JSON_PARTS_H

#include "report/counts.h"
#include "report/emit.h"

#define REPORT_SCHEMA "nhiscan-report/1"

void json_part_tool(struct emitter *e, const struct report *r);
void json_part_run(struct emitter *e, const struct report *r);

/* The frameworks that the rules lead to, as an array. */
void json_part_frameworks(struct emitter *e, const struct used_rules *used);

/* Members of an object that the caller has opened and closes. */
void json_part_finding(struct emitter *e, const struct report *r, const struct finding *f);
void json_part_coverage(struct emitter *e, const struct report *r);
void json_part_summary(struct emitter *e, const struct report *r);
void json_part_rule(struct emitter *e, const struct rule *rule);

/* What identities can do: the members "identities" and "methods" of the document, and those of one element of each. */
void json_part_identities(struct emitter *e, const struct report_powers *p);
void json_part_identity(struct emitter *e, const struct report_powers *p, size_t i);
void json_part_method(struct emitter *e, const struct report_method *m);

/* The members "targets" and "coverage" as whole objects, for formats that carry them as properties: the population, reconciled. */
void json_part_scope(struct emitter *e, const struct report *r);

/* The image layer of a sighting, as an object. */
void json_part_layer(struct emitter *e, const char *key, const struct layer_note *l);

/* Ids of a rule as arrays of texts: "NHI2:2025", "CWE-798". */
void json_part_nhi(struct emitter *e, const struct rule *rule);
void json_part_cwe(struct emitter *e, const struct rule *rule);

#endif
