/* Inside the engine: the compiled catalogue and one thread's scratch. Only rules/engine.c, match.c, layer.c and their kin include this. */
#ifndef NHISCAN_RULES_COMPILED_H
#define NHISCAN_RULES_COMPILED_H

#define PCRE2_CODE_UNIT_WIDTH 8

#include "rules/engine.h"

#include <hs.h>
#include <pcre2.h>
#include <stdatomic.h>

/* A keyword as Vectorscan knows it, and the rules that name it. */
struct literal {
	struct slice text;
	bool nocase;
	bool opens_layer; /* a mark of encoded text, see layer.h, instead of a rule's keyword */
	VEC(uint32_t) rules;
};

struct engine {
	const struct catalogue *catalogue;
	const struct limits *limits;
	int64_t now;
	hs_database_t *literals_db; /* NULL when there are no keywords */
	VEC(struct literal) literals;
	size_t longest_literal;
	_Atomic(pcre2_code *) *patterns; /* one a rule, compiled by the first thread that needs it */
	_Atomic uint64_t patterns_compiled;
};

struct matcher {
	struct engine *engine;
	hs_scratch_t *scratch[8]; /* by nesting of layers: a scan inside a scan needs its own */
	size_t nscratch;
	pcre2_match_data *match_data;
	pcre2_match_context *match_context;
	pcre2_jit_stack *jit_stack;
	struct appraisal_set appraisals;
	struct engine_stats stats;
	/* of the call under way */
	unsigned limits_hit;
	uint64_t decoded_bytes;
	explain_fn *explain;
	void *explain_ctx;
};

/* One pass over one text: the document itself or a layer decoded from it. */
struct pass {
	struct matcher *m;
	struct slice bytes;
	struct slice path;
	unsigned depth;
	const char *layers;	     /* names of the layers around, or NULL */
	uint64_t outer_lo, outer_hi; /* for a layer: the encoded bytes in the document */
	uint64_t base;		     /* offset of the Vectorscan block in `bytes` */
	uint64_t layer_until;	     /* encoded tokens that start before this were decoded already */
	candidate_vec *out;
};

/* Runs keywords and patterns over a pass; then, below the depth limit, the layers inside it. */
void pass_run(struct pass *p);

/* The compiled pattern of a rule, compiling it on first use; NULL when it can't be (reported when rules are loaded). */
pcre2_code *engine_pattern(struct engine *e, uint32_t rule);

/* The names under which Vectorscan knows marks of encoded text (layer.c), NULL-terminated. */
extern const char *const layer_marks[];

/* Decodes and scans what is encoded around a mark at `at`, and all base64 runs of a pass. */
void layer_at_mark(struct pass *p, uint64_t at);
void layer_base64_runs(struct pass *p);

#endif
