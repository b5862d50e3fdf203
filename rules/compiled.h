/* Inside the engine: the compiled catalogue and one thread's scratch. Only rules/engine.c, match.c, layer.c and their kin include this. */
#ifndef NHISCAN_RULES_COMPILED_H
#define NHISCAN_RULES_COMPILED_H

#define PCRE2_CODE_UNIT_WIDTH 8

#include "core/buf.h"
#include "rules/engine.h"
#include "rules/familiar.h"
#include "rules/literals.h"
#include "rules/telling_prefix.h"
#include "rules/telling_service.h"

#include <hs.h>
#include <pcre2.h>
#include <stdatomic.h>

/* A keyword as Vectorscan knows it, and the rules that name it. */
struct literal {
	struct slice text;
	bool nocase;
	bool opens_layer; /* a mark of encoded text, see layer.h, instead of a rule's keyword */
	uint32_t reach_before,
		reach_after; /* bytes around the keyword's first one that its rules and their judges may look at */
	VEC(uint32_t) rules;
};

/* A pattern may look back this far beyond `before`; held when rules are loaded. */
#define LOOK_BEHIND_MAX 32

/* Where a keyword stands. Kept with a matched text, so that its versions need looking for keywords only where they are new. */
struct hit {
	uint32_t at;
	uint32_t literal; /* number, and HIT_FAR */
};

/* Set when its rules look further than HIT_NEAR bytes to a side, or when it is a mark of encoded text. */
#define HIT_FAR	 0x80000000u
#define HIT_NEAR 1024

typedef VEC(struct hit) hit_vec;

/* Larger texts are matched whole: a hit's place is 32 bits. */
#define VERSION_BYTES_MAX UINT32_MAX

struct engine {
	const struct catalogue *catalogue;
	const struct limits *limits;
	int64_t now;
	hs_database_t *literals_db[LITERALS_PARTS]; /* NULL when there are none of that length */
	VEC(struct literal) literals;
	VEC(uint32_t) line_literals; /* those that begin with a line break */
	size_t longest_literal;
	_Atomic(pcre2_code *) *patterns; /* one a rule, compiled by the first thread that needs it */
	_Atomic uint64_t patterns_compiled;
	struct telling_prefixes *prefixes;
	struct telling_services *services;
	bool (*is_packed)(struct slice head); /* or NULL */
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
	struct familiar *familiar; /* made when first needed */
	bool no_familiar;	   /* can't be made */
	/* of the call under way */
	unsigned limits_hit;
	uint64_t decoded_bytes;
	struct carried_list carried;
	VEC(uint64_t) have;	     /* blocks of the text at hand that are there */
	hit_vec fresh;		     /* keywords that are new in the version at hand */
	hit_vec met[LITERALS_PARTS]; /* of the stretches at hand */
	explain_fn *explain;
	void *explain_ctx;
};

/* Escaped text without a break, bytes [lo, hi). One that is not whole is too long to be decoded; it is cut around a mark. */
struct layer_token {
	uint64_t lo, hi;
	bool whole, done;
};

/* One pass over one text: the document itself or a layer decoded from it. */
struct pass {
	struct matcher *m;
	struct slice bytes;
	struct rope_view view; /* of `bytes`: what is looked at has to be asked for first. Layers are all there */
	struct slice path;
	unsigned depth;
	const char *layers;		 /* names of the layers around, or NULL */
	struct slice document;		 /* for a layer: the document around it */
	uint64_t outer_lo, outer_hi;	 /* for a layer: the encoded bytes in the document */
	unsigned stride;		 /* for a layer: as in struct encoded */
	uint64_t decided_lo, decided_hi; /* for a layer: the bytes that decide where it begins and ends */
	uint64_t base;			 /* offset of the Vectorscan block in `bytes` */
	struct layer_token tokens[3];	 /* by kind of escape: the one met last */
	candidate_vec *out;
	hit_vec *hits; /* keywords are noted here, or NULL */
};

/* What carry.c sets aside. */
bool carry_wants(const struct pass *p, struct slice head);	  /* decoded, its first PACKED_HEAD bytes or all */
bool carry_wants_gzip(const struct pass *p, struct slice packed); /* by what the gzip stream begins with */
/* `bytes` become the matcher's. */
void carry_add(struct pass *p, struct buf *bytes, uint64_t lo, uint64_t hi, const char *kind);

/* Runs keywords and patterns over a pass; then, below the depth limit, the layers inside it. */
void pass_run(struct pass *p);

/* Fills e->literals and e->literals_db. ERR_USAGE when a keyword can't be compiled. */
int engine_compile_literals(struct engine *e, struct error *err);

/* Scratch memory for a scan at this nesting; NULL when there is none. */
hs_scratch_t *matcher_scratch(struct matcher *m, unsigned depth);

/* Serializes one part of an engine's databases; free() the result. For the build. */
int engine_serialize(const struct engine *e, enum literal_part part, char **bytes, size_t *n);

/* The compiled pattern of a rule, compiling it on first use; NULL when it can't be (reported when rules are loaded). */
pcre2_code *engine_pattern(struct engine *e, uint32_t rule);

/* The names under which Vectorscan knows marks of encoded text (layer.c), NULL-terminated. */
extern const char *const layer_marks[];

/* No token that is decoded is longer: a page or a diagram in one line. */
#define LAYER_TOKEN_MAX ((uint64_t)4 << 20)

/* The escaped token around a mark; valid until the next call for the same kind of escape. */
const struct layer_token *layer_token(struct pass *p, uint64_t mark);

/* Decodes and scans what is encoded around a mark at `at`, and all base64 runs of a pass. */
void layer_at_mark(struct pass *p, uint64_t at);
/* Runs that hold a byte of [lo, hi); they may reach beyond. */
void layer_base64_runs(struct pass *p, uint64_t lo, uint64_t hi);
/* UTF-16 runs that begin in [lo, hi). */
void layer_wide_runs(struct pass *p, uint64_t lo, uint64_t hi);
/* Moves a place to the left until no such run goes across it, no further than `floor`. */
uint64_t layer_wide_edge_left(const struct pass *p, uint64_t floor, uint64_t at);

static inline uint8_t pass_byte(const struct pass *p, uint64_t at) {
	rope_view_need_byte(&p->view, at);
	return p->bytes.p[at];
}

/* A piece of encoded text: bytes [lo, hi), and those that decide that it begins and ends there. */
struct encoded {
	uint64_t lo, hi, decided_lo, decided_hi;
	unsigned stride; /* bytes of it for each decoded one, where each has its place; otherwise 0 */
};

/* Scans decoded bytes as a layer of `outer`. */
void layer_scan(struct pass *outer, struct slice bytes, const struct encoded *at, const char *kind);

/* Moves a place outward until no base64 run goes across it; to the left no further than `floor`, or the few bytes of a line's end beyond. */
uint64_t layer_edge_left(const struct pass *p, uint64_t floor, uint64_t at);
uint64_t layer_edge_right(const struct pass *p, uint64_t at);

/* The keywords that stand in bytes [lo, hi) of a pass, without layers. */
void pass_keywords(struct pass *p, uint64_t lo, uint64_t hi);
/* The rules of one keyword at `at`. */
void pass_try(struct pass *p, const struct literal *l, uint64_t at);

#endif
