/* A fact: what a reader understood of a structured document. An identity, a credential, a grant, a trust, a pipeline, a job, a step, an agent or a
 * tool, with named attributes, each with the place it was read from. Engines of rules/ hang further attributes on facts; rules are conditions
 * over them. Nothing here knows of a provider: attributes are declared by whoever sets them, in tables that the registry lists. */
#ifndef NHISCAN_SCANNERS_FACT_H
#define NHISCAN_SCANNERS_FACT_H

#include "core/date.h"
#include "core/map.h"
#include "core/vec.h"
#include "scanners/document.h"
#include "scanners/node.h"

enum fact_kind {
	FACT_IDENTITY,
	FACT_CREDENTIAL,
	FACT_GRANT,
	FACT_TRUST,
	FACT_PIPELINE,
	FACT_JOB,
	FACT_STEP,
	FACT_AGENT,
	FACT_TOOL,
	FACT_KIND_COUNT
};
const char *fact_kind_name(enum fact_kind k);

enum value_type {
	VALUE_BOOL,
	VALUE_NUMBER, /* also durations, in seconds */
	VALUE_TEXT,
	VALUE_TEXTS,
	VALUE_TIME,
	VALUE_FACT, /* another fact: dotted attributes go through it */
	VALUE_FACTS,
	VALUE_TYPE_COUNT
};

/* Declared once by whoever sets it. Names are lower_snake_case; two tables may declare the same name of one kind only with the same type. */
struct attribute {
	enum fact_kind on;
	const char *name;
	enum value_type type;
	enum fact_kind of; /* for VALUE_FACT and VALUE_FACTS */
	const char *help;  /* one clause, for nhiscan-rules(5) and error messages */
};

/* Tables end with a NULL name. `fact_attributes` lists them all, NULL-terminated: attributes.c. */
extern const struct attribute *const fact_attributes[];
const struct attribute *fact_attribute(enum fact_kind on, struct slice name);
/* The nearest declared name, for "did you mean"; NULL when none is near. */
const struct attribute *fact_attribute_near(enum fact_kind on, struct slice name);

struct fact;

/* A value is unknown until it is set: an unknown is never judged. `none` is known to be nothing: no owner, an empty reference; a time that
 * is never has when.state WHEN_NEVER instead. */
struct value {
	enum value_type type;
	bool known, none;
	union {
		bool boolean;
		double number;
		struct slice text;
		struct {
			const struct slice *at;
			size_t n;
		} texts;
		struct when when;
		const struct fact *fact;
		struct {
			const struct fact *const *at;
			size_t n;
		} facts;
	};
	struct span span; /* where it was read; line 0: worked out */
};

struct fact_value {
	const struct attribute *attribute;
	struct value value;
};

/* The document facts came from; what a document is once its bytes are gone. Owned by the fact set. */
struct fact_source {
	enum place place;
	unsigned target;
	struct slice path;
	struct object_id object, commit;
	struct when authored; /* of `commit` */
	bool at_head;
	const struct fact_source *container; /* the archive around it, or NULL */
	struct slice text;		     /* the document, for excerpts; empty when it was too large to keep */
};

struct fact {
	enum fact_kind kind;
	struct slice name;  /* for people: "deploy", an ARN, "server github"; masked by reports */
	const char *reader; /* "github-actions", "aws-account-details", … */
	const struct fact_source *source;
	struct span span;
	struct slice pointer;	   /* JSON pointer (RFC 6901) to it, where the reader tells one; or empty */
	const struct fact *parent; /* the pipeline of a job, the job of a step, the agent of a tool; or NULL */
	uint64_t order;		   /* as added; the order within one document */
	struct {
		struct fact_value *at;
		uint32_t *keys; /* of their names, packed: a value is asked for far more often than it is looked at */
		size_t n, cap;
		uint64_t seen;	 /* a bit for each key that is there: most that is asked for is not */
	} values;		 /* in the set's arena */
	const struct fact *rest; /* what it is like where it says nothing itself, or NULL */
};

struct fact_set;
typedef void fact_fill(struct fact_set *set, struct fact *f);

#define FACT_NAMES_RECENT 512
#define FACT_RESTS_MAX	  16
#define FACT_LIMITS_MAX	  8
#define FACT_SPARE_SIZES  8

/* All facts of a scan or of one worker. Not thread-safe: one for each worker, joined at the end in the order of targets and paths. */
struct fact_set {
	struct arena arena; /* texts, spans, sources */
	VEC(struct fact *) all;
	struct map names; /* of attributes, as looked up before */
	/* The same by where the name's text lies, since readers ask with the same literals again and again. */
	struct {
		const char *name;
		const struct attribute *attribute;
		enum fact_kind on;
	} recent[FACT_NAMES_RECENT];
	/* What facts rest on: by who fills it and what that rests on. */
	struct {
		fact_fill *fill;
		const struct fact *on;
		struct fact *fact;
	} rests[FACT_RESTS_MAX];
	uint64_t added;
	struct fact_spare
		*spare[FACT_SPARE_SIZES]; /* arrays of values that facts grew out of, for the next that grow */
	/* Bounds that an engine over the facts met, for the report: a code, what it was about, and what is not told, as texts that stay. */
	struct fact_limit {
		const char *code, *where, *text;
	} limits[FACT_LIMITS_MAX];
	size_t nlimits;
};

void fact_limit_met(struct fact_set *set, const char *code, const char *where, const char *text);

/* It was in force once: a version in history that is neither checked out nor HEAD's. */
bool fact_is_past(const struct fact *f);

struct fact *fact_add(struct fact_set *set, enum fact_kind kind, const char *reader, const struct fact_source *source,
	struct span span);
/* Gives it the values that `fill` sets, until it says something else itself. They are made once for a set, so that what is "not yet" and
 * "none" of each of ten thousand steps costs nothing. May be said several times, each on top of what was before. */
void fact_rest_on(struct fact_set *set, struct fact *f, fact_fill *fill);
/* Sets an attribute; the name must be declared and the type must be its own (anything else ends the process: it is our mistake). Texts are copied into the set. Setting twice replaces. */
void fact_set_bool(struct fact_set *set, struct fact *f, const char *name, bool v, struct span span);
void fact_set_number(struct fact_set *set, struct fact *f, const char *name, double v, struct span span);
void fact_set_text(struct fact_set *set, struct fact *f, const char *name, struct slice v, struct span span);
void fact_set_texts(
	struct fact_set *set, struct fact *f, const char *name, const struct slice *v, size_t n, struct span span);
void fact_set_when(struct fact_set *set, struct fact *f, const char *name, struct when v, struct span span);
void fact_set_fact(struct fact_set *set, struct fact *f, const char *name, const struct fact *v);
void fact_set_facts(struct fact_set *set, struct fact *f, const char *name, const struct fact *const *v, size_t n);
/* Known to be nothing. */
void fact_set_none(struct fact_set *set, struct fact *f, const char *name, struct span span);
/* A number for a name, mostly its own: of a name that is written in the code the compiler works it out. */
static inline uint32_t fact_key(const char *name) {
	const size_t n = strlen(name);
	const uint32_t first = n ? (uint8_t)name[0] : 0, middle = (uint8_t)name[n / 2],
		       last = n ? (uint8_t)name[n - 1] : 0;

	return ((uint32_t)n << 24 ^ first << 16 ^ middle << 8 ^ last) * 2654435761U;
}

const struct value *fact_get_by_key(const struct fact *f, const char *name, uint32_t key);

/* What they return is good until the next attribute of the same fact is set. */
static inline const struct value *fact_get(const struct fact *f, const char *name) { /* NULL: unknown */
	return fact_get_by_key(f, name, fact_key(name));
}
const struct value *fact_value(const struct fact *f, const struct attribute *a); /* `a` as fact_attribute() gave it */

/* Does `f` have any attribute of the table that declares `a`? What is of another table's vocabulary does not apply to it, and is not unknown. */
bool fact_speaks(const struct fact *f, const struct attribute *a);

/* Short ways to ask: unknown, nothing and a NULL fact are false and the empty text; what is unknown stands nowhere. */
static inline bool fact_true(const struct fact *f, const char *name) {
	const struct value *v = f ? fact_get(f, name) : NULL;

	return v && !v->none && v->type == VALUE_BOOL && v->boolean;
}
static inline struct slice fact_text(const struct fact *f, const char *name) {
	const struct value *v = f ? fact_get(f, name) : NULL;

	return v && !v->none && v->type == VALUE_TEXT ? v->text : (struct slice){0};
}
static inline struct span fact_place(const struct fact *f, const char *name) {
	const struct value *v = fact_get(f, name);

	return v ? v->span : (struct span){0};
}

/* Takes over all that `from` holds, which is empty afterwards; pointers into it stay good. */
void fact_set_join(struct fact_set *to, struct fact_set *from);
/* By target, container, path, place and object; within one document in the order of reading. */
void fact_set_sort(struct fact_set *set);

void fact_set_free(struct fact_set *set);

#endif
