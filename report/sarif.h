/* The parts of a SARIF 2.1.0 log, each in the file of its name, and what they share while one log is written.
 * Specification: OASIS SARIF 2.1.0 plus Errata 01 ("spec" below). */
#ifndef NHISCAN_REPORT_SARIF_H
#define NHISCAN_REPORT_SARIF_H

#include "core/buf.h"
#include "core/map.h"
#include "core/vec.h"
#include "report/counts.h"
#include "report/emit.h"
#include "report/uuid.h"

/* GitLab: message and descriptions over 1,024 characters lose the whole result. GitHub: ten tags of a rule are kept. */
#define SARIF_TEXT_MAX 1024
#define SARIF_TAGS_MAX 10
/* GitHub shows 100 locations of a result. */
#define SARIF_RELATED_MAX 100

enum sarif_taxonomy { TAXONOMY_NHI, TAXONOMY_CWE, TAXONOMY_COUNT };

/* An archive with findings in it, or a member with findings: a step of the way to one of its sightings. */
struct sarif_artifact {
	const struct sighting *sighting;
	unsigned step;
	ptrdiff_t parent;  /* or -1 */
	bool holds_others; /* it has a URI base */
};

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
	bool with_baseline; /* baselineState on all results or on none (spec 3.27.24) */
	bool *listed;	    /* of each finding; sarif_limits.c */
	size_t nlisted;
	bool too_large; /* some are left out for their bytes, not their number */
	VEC(struct sarif_artifact) artifacts;
	struct map steps;   /* to their index in artifacts */
	struct map anchors; /* how many results have the same rule, file and lines */
};

/* sarif_taxonomies.c */
void sarif_taxonomies_take(struct sarif *s);
void sarif_taxonomies_free(struct sarif *s);
void sarif_taxonomies(struct emitter *e, const struct sarif *s);
void sarif_supported_taxonomies(struct emitter *e, const struct sarif *s);
/* References to the taxa of a rule: as result.taxa (plain) or as rule.relationships (kinds "superset"). */
void sarif_taxa_of(struct emitter *e, const struct sarif *s, const struct rule *rule, bool relationships);

/* sarif_frameworks.c */
void sarif_frameworks(struct emitter *e, const struct sarif *s);		     /* taxonomies, behind the others */
void sarif_framework_links(struct emitter *e, const struct sarif *s, unsigned risk); /* of an NHI taxon that is open */

/* sarif_rules.c */
void sarif_rule(struct emitter *e, const struct sarif *s, const struct rule *rule);
const char *sarif_level(enum severity severity);
const char *sarif_security_severity(enum severity severity); /* "9.5": a text, as GitHub reads it */
const char *sarif_rank(enum severity severity);		     /* "95.0": a JSON number */
/* `key`: {"text": …}, a sentence: ends with a full stop, at most SARIF_TEXT_MAX characters. */
void sarif_text(struct emitter *e, const char *key, struct slice text);
void sarif_text_str(struct emitter *e, const char *key, const char *text);

/* sarif_location.c */
/* What stands before the path when several targets share one URI base: the target as it was named and a slash, or only
 * its last name when it was given as an absolute path, which is nobody's business. Nothing for a single target. */
void sarif_add_base(struct buf *out, const struct report_run *run, size_t target);
/* Members of a location that the caller has opened: the place itself, or for a result's first location, which must exist for its
 * consumers, the outermost archive that it lies in. */
void sarif_location(struct emitter *e, const struct sarif *s, const struct sighting *at);
void sarif_anchor(struct emitter *e, const struct sarif *s, const struct sighting *at);
void sarif_outer_uri(struct buf *uri, const struct report *r, const struct sighting *s);
void sarif_add_subject(struct buf *out, const struct report *r, const struct sighting *s); /* escaped for a message */

/* sarif_archives.c */
void sarif_archives_take(struct sarif *s);
void sarif_archives_free(struct sarif *s);
void sarif_artifacts(struct emitter *e, const struct sarif *s);
void sarif_archive_bases(struct emitter *e, const struct sarif *s);
/* The artifactLocation of the first `steps` of the way to `at`. */
void sarif_step_location(struct emitter *e, const struct sarif *s, const struct sighting *at, unsigned steps);

/* sarif_limits.c */
void sarif_listed_take(struct sarif *s);
void sarif_listed_free(struct sarif *s);
/* `write` writes the whole log; with nlisted == 0 all of it but the results. */
void sarif_listed_fit(struct sarif *s, void (*write)(struct emitter *e, const struct sarif *s));

/* sarif_collisions.c: among what is listed */
void sarif_collisions_take(struct sarif *s);
void sarif_collisions_free(struct sarif *s);
uint64_t sarif_collisions(
	const struct sarif *s, const struct finding *f); /* 1: no other has its rule, file and lines */

/* sarif_results.c */
void sarif_result(struct emitter *e, const struct sarif *s, const struct finding *f);

/* sarif_run.c */
void sarif_codes_take(struct sarif *s);
void sarif_codes_free(struct sarif *s);
void sarif_notification_descriptors(struct emitter *e, const struct sarif *s);
void sarif_invocation(struct emitter *e, const struct sarif *s);
void sarif_provenance(struct emitter *e, const struct report *r); /* nothing when no target has a remote */
void sarif_automation(struct emitter *e, const struct report *r);
void sarif_base_ids(struct emitter *e, const struct sarif *s);
void sarif_run_properties(struct emitter *e, const struct report *r);

#endif
