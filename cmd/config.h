/* `.nhiscan.yaml`: what a project says about its own scan. Format: nhiscan(1), CONFIGURATION FILE.
 * A file found in the target was written by whoever wrote the target. It may narrow what is read and mark findings as accepted, both
 * of which the report shows; it may not weaken the gate. Only a file named with --config may. */
#ifndef NHISCAN_CMD_CONFIG_H
#define NHISCAN_CMD_CONFIG_H

#include "cmd/limit_fields.h"
#include "cmd/options.h"
#include "core/glob.h"
#include "core/limits.h"
#include "rules/finding.h"

#define CONFIG_NAME ".nhiscan.yaml"

/* One accepted finding or kind of findings: they become `suppressed` with the reason and stay in the report. */
struct allow {
	const char *rule;	    /* id, or a glob over ids */
	const char *path;	    /* gitignore-style glob, or NULL: everywhere */
	const char *reason;	    /* never NULL */
	const char *owner, *ticket; /* or NULL */
	int64_t until;		    /* first second at which it holds no more; INT64_MAX: no end */
	unsigned line;		    /* where it is written */
	const struct glob_list *glob;
	bool *used; /* did it accept anything? */
};

/* A threshold for some paths, an environment for instance. */
struct config_policy {
	struct policy gate;
	const struct glob_list *glob;
	bool tells_severity, tells_confidence; /* otherwise the run's own holds */
};

/* Something the report must say about the configuration. For coverage_note(); never makes a scan incomplete. */
struct config_notice {
	const char *code;  /* "config-ignored", "config-narrows", "suppression-expired"; static */
	const char *where; /* FILE:LINE */
	const char *detail;
};

struct config {
	const char *file; /* as named in messages */
	struct text_list exclude;
	const struct glob_list *exclude_globs; /* of `exclude`, or NULL */
	struct text_list only, skip;
	struct option_severity fail_on;
	struct option_confidence gate_confidence, min_confidence;
	const char *fingerprint_key_file;	   /* only ever from --config */
	struct option_number limits[LIMIT_FIELDS]; /* by their rows */
	bool sets_limits;			   /* any of them */
	const struct allow *allow;
	size_t nallow;
	struct config_policy *policies;
	size_t npolicies;
	bool is_of_target; /* found in what is scanned: may not weaken anything */
	const struct config_notice *notices;
	size_t nnotices;
};

enum config_trust {
	CONFIG_OF_TARGET, /* found in what is scanned */
	CONFIG_OF_USER,	  /* named with --config */
};

/* Reads YAML text. `file` names it in messages. Everything lives in `a`; `now` decides what has expired. ERR_USAGE "FILE:LINE: reason":
 * not YAML, unknown field (with the nearest), wrong type, bad value, an allow entry without a reason. */
int config_parse(struct arena *a, const char *file, struct slice yaml, enum config_trust trust, int64_t now,
	struct config *out, struct error *err);

/* The same for a file, at most lim->max_rule_file_bytes long. A target's file is read only if it is a regular file, not through a link. */
int config_load(struct arena *a, const char *file, enum config_trust trust, int64_t now, const struct limits *lim,
	struct config *out, struct error *err);

/* The configuration file of the folder `target`: its path in `a`, or NULL when there is none. */
const char *config_find(struct arena *a, const char *target);

/* The entry that accepts a finding of `rule` at `path` (relative to the target) at time `now`, or NULL. The first in the file wins. */
const struct allow *config_allows(const struct config *c, const char *rule, struct slice path, int64_t now);

/* Does the entry name this rule? */
bool allow_names(const struct allow *a, const char *rule);

/* The first policy for `path`, or NULL: that of the run. */
const struct policy *config_policy(const struct config *c, struct slice path);

/* What is in force after command line, configuration and defaults, in that order of precedence. */
struct settings {
	struct text_list only, skip;
	enum severity fail_on;
	bool fail_on_none;
	enum confidence gate_confidence, min_confidence;
	const char *fingerprint_key_file;
};

/* `c` may be NULL. --only replaces the file's; --skip adds to it. Lists live in `a`. */
void config_settle(struct arena *a, const struct options *o, const struct config *c, struct settings *out);

/* What policies leave open becomes the run's, and a target's own are at least as strict as the run. Lowers the confidence that is listed to what they ask for. */
void config_settle_policies(struct config *c, const struct options *o, struct settings *s);

#endif
