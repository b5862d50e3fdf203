/* A finding: one secret, judged, with every place it was seen. What reports read. Everything is owned by the
 * result's arena. No field but the masked ones derives from the secret's own bytes. */
#ifndef NHISCAN_RULES_FINDING_H
#define NHISCAN_RULES_FINDING_H

#include "core/fingerprint.h"
#include "rules/framework.h"
#include "rules/rule.h"
#include "rules/verdict.h"
#include "scanners/document.h"

/* One line where the secret was seen: the first place on it. Many versions of a file are told by the lines of the one that is
 * shown (at HEAD, or else the earliest), each with `versions` of the file counted, the earliest first commit and the latest
 * last one. */
struct sighting {
	unsigned target;
	enum place place;
	struct slice
		path; /* already masked: no secret in a file name survives; any bytes but NUL; through containers with "!/" */
	const struct slice
		*steps;	 /* the parts of `path`, masked: the outermost container, what lies in it, and so on; or NULL */
	unsigned nsteps; /* 0: it lies in no container */
	const struct layer_note *layer; /* of the image it lies in, texts masked; or NULL */
	const char *layers;		/* "base64", "base64 > gzip", "utf-16le"; NULL when the text itself */
	unsigned line, column, end_line, end_column; /* 1-based; columns in bytes, end exclusive */
	uint64_t offset;			     /* byte offset in the document */
	const char *object;			     /* hex or NULL */
	const char *commit;			     /* the first that holds it; hex or NULL */
	struct when authored;			     /* of `commit` */
	const char *last_commit;		     /* the last that holds it; hex or NULL */
	struct when last_authored;
	struct when left_head; /* as in struct lifetime */
	int64_t days_exposed;  /* from `authored` until it left HEAD's history, or the scan; -1: not known */
	const char **refs;     /* that reach `commit`, masked */
	size_t nrefs, refs_total;
	const char *author; /* of `commit`, masked; NULL unless asked for */
	bool at_head;
	unsigned versions; /* distinct blobs */
	const char *
		excerpt; /* the line, cut to 200 bytes around the match, escaped for a terminal, every secret in it masked; or NULL */
	unsigned excerpt_at, excerpt_len; /* where the mask stands in `excerpt`, in bytes */
	const char *suppressed;		  /* why this place does not count, masked, or NULL */
};

/* Every file is listed, and of all further lines in them at most this many. */
#define FINDING_LINES_MAX 1000

/* Where a finding stands beside a list of known ones, a baseline. */
enum baseline_state { BASELINE_NONE, BASELINE_NEW, BASELINE_UNCHANGED, BASELINE_ABSENT, BASELINE_COUNT };
const char *baseline_name(enum baseline_state b); /* "new", …; NULL for BASELINE_NONE */

/* Who accepted a finding, why and until when, as far as the list that says so tells it. All texts are masked. */
struct acceptance {
	const char *source; /* "configuration", "baseline": static */
	const char *where;  /* FILE:LINE */
	const char *reason, *owner, *ticket;
	struct when expires; /* never: it has no end */
};

/* A threshold of its own for some paths or environments. */
struct policy {
	const char *name; /* of the environment, or the pattern */
	enum severity fail_on;
	bool fail_on_none;
	enum confidence confidence;
};

/* A change of the file of the first sighting that mends the finding: [offset, offset + length) becomes `text`. Columns in bytes, from 1. */
struct edit {
	unsigned line, column, end_line, end_column;
	uint64_t offset, length;
	const char *text;
};

struct finding {
	const struct rule *rule;
	enum severity severity;
	enum confidence confidence;
	struct judgement judgement;
	const char *masked;				/* "AKIA****************WXYZ" and the like; key ids whole */
	char secret_fingerprint[FINGERPRINT_HEX + 1];	/* same secret and rule, same value */
	char location_fingerprint[FINGERPRINT_HEX + 1]; /* rule, path and secret; no line, so that edits keep it */
	const struct sighting *sightings; /* sorted: worktree first, then HEAD, then history; path, line */
	size_t nsightings;
	size_t more_sightings;	/* further lines, beyond FINDING_LINES_MAX, that are not listed */
	const char *partner;	/* id of the rule whose finding raised this one, or NULL */
	const char *suppressed; /* why it does not count, when no sighting does; see finding_settle_suppression() */
	const struct acceptance *accepted; /* what is known of that, or NULL */
	const struct edit *edit;	   /* or NULL */
	const struct policy *policy;	   /* the strictest that holds for a place of it, or NULL: that of the run */
	enum baseline_state baseline;
};

/* A finding is suppressed when all its sightings are: their different reasons, joined, in `a`. */
void finding_settle_suppression(struct arena *a, struct finding *f, struct sighting *sightings);

/* The total order of every report: severity and confidence falling, rule id, path, line, column, fingerprint. */
int finding_cmp(const struct finding *a, const struct finding *b);

#endif
