/* Frameworks of others (OWASP, NIST, MITRE, CIS, …) as data, and how the NHI risks lead to their ids. Written in rules/frameworks,
 * built into the binary. A link says whether the framework's owner published it or it is our suggestion; the two are never merged. */
#ifndef NHISCAN_RULES_FRAMEWORK_H
#define NHISCAN_RULES_FRAMEWORK_H

#include "core/arena.h"
#include "core/error.h"

struct framework_entry {
	const char *id, *title;
};

struct framework_link {
	uint8_t nhi;	/* 0..9: NHI1..NHI10 */
	uint16_t entry; /* index */
	bool published;
};

struct framework {
	const char *id; /* "owasp-asi"; ids of entries are unique within it */
	const char *title, *edition, *publisher, *source;
	const char *note; /* or NULL */
	/* A benchmark of one vendor says something of rules whose ids start so; NULL-terminated; NULL: of all rules. */
	const char *const *only;
	const struct framework_entry *entries;
	size_t nentries;
	const struct framework_link *links; /* by risk, published ones first */
	size_t nlinks;
};

struct framework_list {
	const struct framework *at;
	size_t n;
};

/* Generated, ordered by id. */
extern const struct framework_list builtin_frameworks;

/* One framework of a YAML text. ERR_USAGE "FILE:LINE: reason": unknown or missing key, link to no entry. Everything lives in `a`. */
int framework_parse(struct arena *a, const char *file, struct slice yaml, struct framework *out, struct error *err);

bool framework_applies(const struct framework *f, const char *rule_id);
const struct framework *framework_find(const struct framework_list *l, const char *id);
/* NULL when there is none. */
const char *framework_title(const struct framework *f, const char *entry);

#endif
