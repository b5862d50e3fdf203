/* The secret engine: a catalogue compiled for matching, and what one thread needs to run it.
 *
 * One Vectorscan pass over all keywords proposes; for each hit, PCRE2 decides within a bounded window around it, and the
 * judges look at most JUDGE_CONTEXT bytes further. So a decision depends on bytes [lo, hi) of the candidate only, cost is
 * linear in the bytes, and results do not depend on the processor. */
#ifndef NHISCAN_RULES_ENGINE_H
#define NHISCAN_RULES_ENGINE_H

#include "core/coverage.h"
#include "core/error.h"
#include "core/limits.h"
#include "rules/candidate.h"
#include "scanners/document.h"

struct engine;
struct matcher;

/* Bytes on either side of a match that judging may look at, besides the window of the rule. */
#define JUDGE_CONTEXT 208

/* Compiles the keywords at once, patterns when first needed. `c`, `lim` must outlive the engine; `now` decides expiry.
 * Fails with ERR_USAGE when a keyword can't be compiled. Thread-safe to share. */
struct engine *engine_open(const struct catalogue *c, const struct limits *lim, int64_t now, struct error *err);
void engine_close(struct engine *e);
const struct catalogue *engine_catalogue(const struct engine *e);

/* Encoded text whose decoded start is_packed() says yes to is no text to be matched but something to be opened: it is set aside, see
 * matcher_carried(). `head` has PACKED_HEAD bytes or is all of it. Without this nothing is. Before the first matcher_scan(). */
#define PACKED_HEAD 1024
void engine_set_packed(struct engine *e, bool (*is_packed)(struct slice head));

/* Scratch memory and interned appraisals of one thread. */
struct matcher *matcher_open(struct engine *e, struct error *err);
void matcher_close(struct matcher *m);
const struct catalogue *matcher_catalogue(const struct matcher *m);

/* What is known of the document while it is matched. `path` may be empty: judgements by path are made later. */
struct match_input {
	struct slice bytes;
	struct slice path;
};

/* Appends the candidates of the document, settled (sorted, no doubles). Appraisals live as long as the matcher.
 * Returns a bit set of enum match_limit for limits that were hit. */
enum match_limit {
	MATCH_LIMIT_PATTERN = 1, /* a pattern ran into its step limit in some window */
	MATCH_LIMIT_MATCHES = 2, /* more candidates than max_matches_per_document */
	MATCH_LIMIT_DECODED = 4, /* decoded layers larger than max_decoded_bytes */
	MATCH_LIMIT_DEPTH = 8	 /* layers nested deeper than max_decode_depth */
};
unsigned matcher_scan(struct matcher *m, const struct match_input *in, candidate_vec *out);

/* Moves out what the document scanned last carries, in no order; lines are not counted. */
void matcher_carried(struct matcher *m, struct carried_list *out);

/* What is remembered of a matched text so that its versions need matching only where they are new. Immutable. */
struct matched_text;
void matched_text_free(struct matched_text *t);
const candidate_vec *matched_text_candidates(const struct matched_text *t);

/* Like matcher_scan(), whole when `v` is NULL; otherwise `v->base_state` is the struct matched_text of the base, and only the
 * inserted bytes and what stands close enough to them to be judged otherwise is matched: candidates in copied bytes are moved
 * along. The candidates are exactly those of matcher_scan(). Free with matched_text_free(). */
struct matched_text *matcher_scan_version(
	struct matcher *m, const struct match_input *in, const struct version *v, unsigned *limits_hit);

/* Called for every match of `rule` in `text`, judged or rejected: for `rules test` and `rules check`. */
struct explained {
	const struct rule *rule;
	struct slice value;
	uint64_t start, end;
	const char *layers;
	const struct judgement *judgement; /* rejected says whether it would be reported */
	enum confidence confidence;
	enum severity severity;
};
typedef void explain_fn(void *ctx, const struct explained *e);
void matcher_explain(struct matcher *m, const struct match_input *in, explain_fn *fn, void *ctx);

/* Counters for --stats, summed over calls. */
struct engine_stats {
	uint64_t bytes_matched, windows, matches, patterns_compiled, layers;
};
struct engine_stats matcher_stats(const struct matcher *m);

#endif
