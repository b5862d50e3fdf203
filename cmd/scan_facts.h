/* The facts of a scan: read beside the search for secrets, joined at the end, judged by the rules over facts. */
#ifndef NHISCAN_CMD_SCAN_FACTS_H
#define NHISCAN_CMD_SCAN_FACTS_H

#include "cmd/options.h"
#include "core/coverage.h"
#include "core/limits.h"
#include "rules/fact_findings.h"

struct scan_facts {
	const struct limits *limits;
	const struct fact_judge *judge; /* NULL before scan_facts_open() */
	unsigned threads;
	bool history;		    /* what was in force once is judged too */
	struct fact_set *sets;	    /* one a worker */
	struct arena *scratch;	    /* the same */
	const char *const *remotes; /* of the targets, or NULL: whose they are */
	size_t nremotes;
	struct fact_set all; /* after scan_facts_settle(): of all workers, sorted */
	fact_verdict_vec verdicts;
};

/* Compiles the rules over facts. `only` are the selectors that may name a rule which is off by itself. ERR_USAGE. */
int scan_facts_open(struct scan_facts *f, struct arena *a, const struct catalogue *c, const struct text_list *only,
	const struct limits *limits, unsigned threads, struct error *err);

/* Reads one document when it lies where configuration is in force: a working tree, a file, standard input, what is staged. */
void scan_facts_take(struct scan_facts *f, unsigned worker, const struct document *doc, struct coverage *cov);

/* Is it delivered for its facts alone, since its bytes come as a blob of history too? */
bool scan_facts_alone(const struct document *doc);

/* Joins, sorts, runs the engines and the rules; what could not be decided becomes notices. Without `cov` no rule is run. */
void scan_facts_settle(struct scan_facts *f, struct arena *a, int64_t now, struct coverage *cov);

/* Adds the findings, and sorts all of them. */
void scan_facts_tell(const struct scan_facts *f, const struct assembly *as, finding_vec *findings, uint64_t *withheld);

void scan_facts_close(struct scan_facts *f);

#endif
