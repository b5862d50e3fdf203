/* Groovy as Jenkinsfiles have it, in tokens: names, strings, marks. No grammar: what a Jenkinsfile does is told by a few calls. */
#ifndef NHISCAN_SCANNERS_CI_GROOVY_H
#define NHISCAN_SCANNERS_CI_GROOVY_H

#include "core/arena.h"
#include "scanners/node.h"

enum groovy_kind { GROOVY_NAME, GROOVY_STRING, GROOVY_MARK };

struct groovy_token {
	enum groovy_kind kind;
	bool interpolates; /* a string in double quotes: ${x} is put in by Groovy, before a shell sees it */
	uint8_t mark;	   /* of GROOVY_MARK: the character */
	struct slice text; /* names; strings without quotes, escapes undone */
	struct span span;  /* strings with one pair of quotes */
};

struct groovy {
	const struct groovy_token *at;
	size_t n;
	bool cut; /* longer than GROOVY_TOKENS_MAX */
};

#define GROOVY_TOKENS_MAX 500000

struct groovy groovy_read(struct arena *a, struct slice text);

#endif
