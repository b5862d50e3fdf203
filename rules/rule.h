/* A secret rule as data: what the catalogue says, before anything is compiled. Built-in rules are constant
 * tables generated from rules/secrets at build time; rules of --rules are loaded into an arena. */
#ifndef NHISCAN_RULES_RULE_H
#define NHISCAN_RULES_RULE_H

#include "core/slice.h"

enum severity { SEVERITY_INFO, SEVERITY_LOW, SEVERITY_MEDIUM, SEVERITY_HIGH, SEVERITY_CRITICAL };
enum confidence { CONFIDENCE_LOW, CONFIDENCE_MEDIUM, CONFIDENCE_HIGH };

/* What the secret is; decides how it is masked and judged. Names in rule.c. */
enum secret_kind {
	KIND_TOKEN,	  /* random, machine-made */
	KIND_PASSWORD,	  /* chosen by people, may be short */
	KIND_KEY_ID,	  /* public half of a pair: printed whole */
	KIND_PRIVATE_KEY, /* PEM and other key blocks */
	KIND_JWT,
	KIND_URL,	    /* the secret is the password inside a URL or connection string */
	KIND_HASH,	    /* hashed password */
	KIND_GENERIC,	    /* value named like a secret, of unknown shape: judged hardest */
	KIND_CONFIGURATION, /* no secret: something that a rule over facts says of a configuration */
	KIND_COUNT
};

struct rule_case {
	const char *text; /* template, see rules/template.h */
	unsigned line;	  /* in the rule file */
};

/* Another rule that must match in the same document, so many lines and columns away at most (-1: anywhere). */
struct rule_required {
	const char *rule;
	int lines, columns;
};

struct regex;
struct rule_node;

/* When the facts are worse than the rule's own severity says. */
struct rule_raise {
	const char *when;
	enum severity to;
	unsigned line, column;
};

/* A change of the text that mends what is wrong; one of the first four is given. */
struct rule_edit {
	const char *replace;	    /* what stands at the place becomes this */
	const char *value;	    /* … or the text of this attribute */
	const char *before, *after; /* or: lines above or below the place's, with its indentation */
	const char *at;		    /* attribute whose place it is; NULL: the finding's */
	const char *const *of;	    /* … and only when the text there is one of these */
	size_t nof;
	unsigned line;
};

/* What a rule over facts says besides; NULL in rules for secrets. Sources as written: fact_judge.h compiles them. */
struct rule_over_facts {
	const char *on;			 /* kind of fact */
	const char *when;		 /* condition */
	const char *at;			 /* attribute whose place is the finding's; NULL: the fact's own */
	const char *also;		 /* attribute whose facts are further places, or NULL */
	const char *message;		 /* template: what is so, with {attribute}s */
	const struct rule_raise *raises; /* the last that holds counts */
	size_t nraises;
	const struct rule_edit *edits; /* the first that can be made is offered */
	size_t nedits;
	bool off; /* runs only when --only names it */
	unsigned when_line, when_column, message_line, at_line, also_line;
	const struct rule_node *positive, *negative; /* lists of cases; only for rules loaded from YAML */
};

struct rule {
	const char *id; /* kebab-case slug, unique */
	const char *title;
	const char *service; /* vendor or system, for grouping */
	enum severity severity;
	enum confidence confidence;
	enum secret_kind kind;
	uint16_t nhi;	     /* bit i set: NHI(i+1):2025 */
	const uint16_t *cwe; /* first is the default */
	size_t ncwe;
	const char *const *keywords; /* literals of >= 3 bytes; the match contains one of them */
	size_t nkeywords;
	const char *pattern;   /* PCRE2, bytes */
	bool ignore_case;      /* keywords and pattern alike */
	unsigned secret_group; /* capture group that is the secret; 0 is the whole match */
	/* The match starts at most `before` bytes ahead of a keyword's first byte (0: at it) and ends at most `after` bytes behind that byte. */
	uint32_t before, after;
	double entropy;		   /* least Shannon entropy of the secret in bits a character; 0 = none asked */
	const char *const *checks; /* names of offline checks, see rules/wellformed.h */
	size_t nchecks;
	const char *const *paths; /* globs: only documents whose path matches one; none = everywhere */
	size_t npaths;
	const char *const *partners; /* rules whose finding nearby raises this one to `raised` */
	size_t npartners;
	enum severity raised;
	unsigned mask_prefix; /* documented public prefix of the secret that masking may show */
	const char *const *tags;
	size_t ntags;
	const char *fix;			     /* what to do first, how to revoke */
	const char *reference;			     /* vendor's page */
	const struct rule_case *positive, *negative; /* only for rules loaded from YAML */
	size_t npositive, nnegative;
	/* Only of rules from another tool's configuration: */
	const struct regex *path_regex; /* the document's path must match, or NULL */
	const struct rule_required *required;
	size_t nrequired;
	bool silent; /* makes no finding itself: only for others to require */
	const struct rule_over_facts
		*facts;	  /* a rule over facts: nothing of keywords and patterns, kind KIND_CONFIGURATION */
	const char *file; /* where it was written */
	unsigned line;
};

/* An ordered, immutable set of rules. `digest` is SHA-256 hex of all that decides (ids, patterns, keywords, …). */
struct catalogue {
	const struct rule *rules;
	size_t n;
	char digest[65];
};

/* The rules compiled into the binary (generated). */
extern const struct catalogue builtin_catalogue;

const char *severity_name(enum severity s);
bool severity_parse(struct slice s, enum severity *out);
const char *confidence_name(enum confidence c);
bool confidence_parse(struct slice s, enum confidence *out);
const char *secret_kind_name(enum secret_kind k);
bool secret_kind_parse(struct slice s, enum secret_kind *out);

/* "NHI2:2025" style ids and titles, index 0..9. */
const char *nhi_id(unsigned index);
const char *nhi_title(unsigned index);
/* The index of such an id; the year may be left out ("NHI2"). */
bool nhi_parse(struct slice s, unsigned *index);

/* Index of the rule with `id`, or -1. */
ptrdiff_t catalogue_find(const struct catalogue *c, struct slice id);

#endif
