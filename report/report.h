/* What every report format is given, and the interface that each implements. One file a format, one line in registry.c. */
#ifndef NHISCAN_REPORT_REPORT_H
#define NHISCAN_REPORT_REPORT_H

#include "core/buf.h"
#include "core/coverage.h"
#include "core/error.h"
#include "rules/finding.h"

#include <stdio.h>

/* The project's page, for formats that want one. Reserved name (RFC 2606) until there is a page. */
#define REPORT_PROJECT_URI "https://nhiscan.example/"

struct report_ref {
	const char *name, *id; /* masked; hex */
};

struct report_target {
	const char *name;   /* masked, escaped nowhere yet */
	const char *kind;   /* "folder", "repository", "bare-repository", "file", "stdin" */
	const char *head;   /* commit hex or NULL */
	const char *branch; /* or NULL */
	const char *remote; /* URL of origin with credentials stripped, or NULL */
	const char *sha256; /* of a file that was named, or NULL */
	const char *
		prefix; /* masked; of a folder below the top of its repository: "src/", with which its paths begin; or NULL */
	const char *run;	       /* the id of the scan that read it, in a report joined from several; or NULL */
	const struct report_ref *refs; /* where history starts, sorted by name; perhaps not all */
	size_t nrefs, refs_total;
	uint64_t commits;	     /* of the history that was walked; 0: none was */
	bool is_shallow, is_partial; /* the clone leaves commits out, or objects */
};

/* Exports of identity systems that were read: what they tell of, and when they were made. */
struct report_exports {
	struct when as_of;	  /* the moment that ages are counted to */
	const char *as_of_source; /* how that is known; one clause */
	struct when generated;	  /* the newest time that an export carries about itself */
	const char *const *accounts;
	size_t naccounts;
	const struct report_export_kind {
		const char *name;
		uint64_t values;
	} * kinds; /* those that were read */
	size_t nkinds;
};

/* Of a build in Azure Pipelines; texts of printable ASCII without blanks. */
struct report_azure {
	const char *organisation, *project, *definition_id, *definition_name, *phase_id, *phase_name, *branch,
		*build_id;
};

struct report_run {
	const char *version;
	const char *const *arguments; /* of this run, masked */
	size_t narguments;
	const struct report_target *targets;
	size_t ntargets;
	int64_t started, ended; /* Unix seconds; equal to SOURCE_DATE_EPOCH when that is set */
	const char *key_id;	/* of the fingerprint key */
	bool key_is_per_run;
	const char *rules_digest;
	enum severity fail_on;
	bool fail_on_none;
	bool fail_on_new;		 /* only what the baseline does not know fails the gate */
	const char *baseline;		 /* the list of known findings that was compared with, or NULL */
	enum confidence gate_confidence; /* findings below do not fail the gate */
	enum confidence min_confidence;	 /* findings below are counted in `withheld`, not listed */
	uint64_t withheld;
	int exit_code;
	const char *exit_reason; /* "clean", "findings", "incomplete", "nothing-scanned" */
	bool interrupted;
	uint64_t max_results; /* of a SARIF log, the worst ones; 0: all */
	/* May be NULL in each case: */
	const struct report_exports *exports;
	const struct report_azure *azure;
	const char *run_id;	       /* a UUID of what was asked and when: the same on every host */
	const char *build;	       /* the commit that the program was built from */
	const char *program_sha256;    /* of the program that ran */
	const char *configuration;     /* files in force with their SHA-256, in one line */
	const char *oscal_plan;	       /* --oscal-ap */
	uint64_t rules_active;	       /* 0: those in `rules` of the report */
	const struct policy *policies; /* thresholds of their own, by name */
	size_t npolicies;
	const uint64_t
		*rules_of_nhi; /* active rules of each of the ten risks, where `rules` of the report are not all */
};

/* Who can become whom, as far as readers of exports understood. */
struct report_identity {
	const char *name; /* masked */
	bool is_admin, reaches_admin;
};

struct report_step {
	unsigned from, to; /* identities */
};

struct report_graph {
	const struct report_identity *identities;
	size_t nidentities;
	const struct report_step *steps; /* sorted */
	size_t nsteps;
};

/* One way of the catalogue by which an identity gains power, or one step of a chain. */
struct report_way {
	size_t method;	   /* of the methods */
	const char *from;  /* of a chain's step: masked, as all names here */
	const char *to;	   /* NULL: administrator of the account */
	bool proved;	   /* else it hangs on `needs` */
	const char *needs; /* what must be there, or what is done first; or NULL */
};

/* What one identity can do. The answers: "yes", "conditional", "no". */
struct report_power {
	const char *name, *kind, *account;
	const char *path, *pointer; /* where it stands, or NULL */
	const char *administrator, *reaches_administrator, *escalates;
	const struct report_way *ways, *chain; /* alive until the next one is asked for */
	size_t nways, nchain;
};

struct report_method {
	const char *id, *name;
	const char *const *actions; /* NULL-terminated */
};

/* Of every identity whose policies were read, one at a time, so that memory does not grow with their number. */
struct report_powers {
	size_t n;
	void (*get)(void *ctx, size_t i, struct report_power *out);
	void *ctx;
	const struct report_method *methods;
	size_t nmethods;
};

struct report {
	const struct report_run *run;
	const struct finding *findings; /* sorted by finding_cmp */
	size_t nfindings;
	const struct rule *const *rules; /* every rule that was active, sorted by id */
	size_t nrules;
	struct coverage *coverage;
	const struct report_graph *graph;   /* or NULL */
	const struct report_powers *powers; /* or NULL */
};

struct report_style {
	bool color;
	unsigned width; /* columns of the terminal, 0 = not a terminal */
};

struct report_format {
	const char *name;      /* "text", "json", "sarif", … */
	const char *extension; /* of its files, where that is not the name */
	const char *media_type;
	const char *help;   /* one clause for --help */
	bool tells_program; /* digests of the program and of configurations: worth reading the files for it */
	/* Writes the whole report. Untrusted text is made inert for the format. -1 on a write error. */
	int (*write)(const struct report *r, const struct report_style *style, FILE *out, struct error *err);
};

/* NULL-terminated. */
extern const struct report_format *const report_formats[];
const struct report_format *report_format_find(const char *name);

/* Where a finding is and what it shows, in one line made inert for a terminal, for lists of differences. */
void report_diff_line(struct buf *out, const struct report *r, const struct finding *f);

/* Does this finding count against the gate? */
bool report_counts(const struct report_run *run, const struct finding *f);

#endif
