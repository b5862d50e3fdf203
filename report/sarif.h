/* The parts of a SARIF 2.1.0 log, each in the file of its name, and what they share while one log is written.
 * Specification: OASIS SARIF 2.1.0 plus Errata 01 ("spec" below). */
#ifndef NHISCAN_REPORT_SARIF_H
#define NHISCAN_REPORT_SARIF_H

#include "core/buf.h"
#include "report/counts.h"
#include "report/json_value.h"
#include "report/uuid.h"

/* GitLab: message and descriptions over 1,024 characters lose the whole result. GitHub: ten tags of a rule are kept. */
#define SARIF_TEXT_MAX 1024
#define SARIF_TAGS_MAX 10
/* GitHub shows 100 locations of a result. */
#define SARIF_RELATED_MAX 100

enum sarif_taxonomy { TAXONOMY_NHI, TAXONOMY_CWE, TAXONOMY_COUNT };

/* One log being written. Guids are the same wherever a taxon is named: consumers join on them. */
struct sarif {
	const struct report *r;
	struct used_rules rules;
	struct uuid result_space;
	char taxonomy_guid[TAXONOMY_COUNT][UUID_TEXT];
	char nhi_guid[NHI_COUNT][UUID_TEXT];
	uint16_t *cwe; /* those of the rules, sorted */
	char (*cwe_guid)[UUID_TEXT];
	size_t ncwe;
	const char **codes; /* of notices, sorted: the notification descriptors */
	size_t ncodes;
};

/* sarif_taxonomies.c */
void sarif_taxonomies_take(struct sarif *s);
void sarif_taxonomies_free(struct sarif *s);
json_t *sarif_taxonomies(const struct sarif *s);
json_t *sarif_supported_taxonomies(const struct sarif *s);
/* References to the taxa of a rule: as result.taxa (plain) or as rule.relationships (kinds "superset"). */
json_t *sarif_taxa_of(const struct sarif *s, const struct rule *rule, bool relationships);

/* sarif_rules.c */
json_t *sarif_rule(const struct sarif *s, const struct rule *rule);
const char *sarif_level(enum severity severity);
const char *sarif_security_severity(enum severity severity); /* "9.5": a text, as GitHub reads it */
double sarif_rank(enum severity severity);
/* {"text": …}, a sentence: ends with a full stop, at most SARIF_TEXT_MAX characters. */
json_t *sarif_text(struct slice text);
json_t *sarif_text_str(const char *text);

/* sarif_location.c */
json_t *sarif_location(const struct report *r, const struct sighting *s);
void sarif_add_subject(struct buf *out, const struct report *r, const struct sighting *s); /* escaped for a message */

/* sarif_results.c */
json_t *sarif_result(const struct sarif *s, const struct finding *f);

/* sarif_run.c */
void sarif_codes_take(struct sarif *s);
json_t *sarif_notification_descriptors(const struct sarif *s);
json_t *sarif_invocation(const struct sarif *s);
json_t *sarif_provenance(const struct report *r); /* NULL when no target has a remote */
json_t *sarif_automation(const struct report *r);
json_t *sarif_base_ids(void);
json_t *sarif_run_properties(const struct report *r);

#endif
