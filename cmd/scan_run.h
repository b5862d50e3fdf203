/* One scan under way: targets, the scanners that read them, and what the workers bring home. */
#ifndef NHISCAN_CMD_SCAN_RUN_H
#define NHISCAN_CMD_SCAN_RUN_H

#include "cmd/config.h"
#include "cmd/scan_exports.h"
#include "cmd/scan_facts.h"
#include "core/fingerprint.h"
#include "rules/assemble.h"
#include "rules/gitleaks.h"
#include "rules/remembered.h"
#include "scanners/archive/expand.h"
#include "scanners/scanner.h"

#include <pthread.h>

/* A target with the scanners that opened it. */
struct scan_target {
	struct target target;
	struct scan_scope scope;
	struct scan_env env;
	struct config *config; /* in force for this target, or NULL */
	const struct scan_target
		*history_of; /* an earlier one in the same repository, which reads its history for both; or NULL */
	struct {
		const struct scanner *scanner;
		void *session;
	} sessions[8];
	size_t nsessions;
};

/* How far a worker was ahead of its last document. */
struct harvest_mark {
	size_t n;
	uint64_t limited;
};

struct scan_run {
	const struct options *options;
	struct arena arena; /* lives as long as the report */
	struct limits limits;
	struct settings settings;
	struct catalogue catalogue;
	struct engine *engine;
	struct fingerprint_key *key;
	struct coverage *coverage;
	struct stop_flag stop;
	struct progress progress;
	struct document_sink sink;
	struct expander *expander;  /* between the scanners and the sink */
	unsigned threads, workers;  /* of scanners, and with those that help to open containers */
	struct harvest *harvests;   /* one a worker */
	struct harvest_mark *marks; /* the same */
	struct scan_target *targets;
	size_t ntargets;
	struct remembered *remembered; /* what earlier scans found, or NULL: see scan_remember.h */
	pthread_mutex_t remembering;   /* of that */
	uint8_t remembered_key[REMEMBERED_KEY_BYTES];
	const char *remembered_file, *remembered_context;
	int64_t started, now;
	bool facts_only;	     /* nobody asks for secrets or findings: set between opening and reading */
	struct gitleaks gitleaks;    /* of the command line and of the targets */
	struct accept *accept;	     /* lists of accepted findings */
	struct scan_facts facts;     /* what readers understood, and what rules say of it */
	struct scan_exports exports; /* of identity systems, among the targets */
	const struct exports
		*told_exports;	   /* those that reports tell of, or NULL: those of `exports` when there are any */
	VEC(struct harvested) all; /* of all workers, attributed */
};

/* Resolves targets and configuration, compiles rules. ERR_USAGE or ERR_IO. The run is closed by scan_run_close in any case. */
int scan_run_open(struct scan_run *run, const struct options *o, struct error *err);

/* Reads everything, then works out where objects of history come from. Trouble goes to the coverage; fails with ERR_USAGE when what
 * is to be read was named wrongly: an unknown revision, a range outside a repository. */
int scan_run_read(struct scan_run *run, struct error *err);

void scan_run_close(struct scan_run *run);

#endif
