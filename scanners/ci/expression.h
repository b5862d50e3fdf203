/* Expressions of GitHub Actions, `${{ … }}`, as trees with the place of every part, and what they come to for one who starts a run.
 * Grammar: https://docs.github.com/actions/reference/workflows-and-actions/expressions. Gitea and Forgejo have the same. */
#ifndef NHISCAN_SCANNERS_CI_EXPRESSION_H
#define NHISCAN_SCANNERS_CI_EXPRESSION_H

#include "core/arena.h"
#include "core/slice.h"

enum expression_kind {
	EXPRESSION_NULL,
	EXPRESSION_BOOL,
	EXPRESSION_NUMBER,
	EXPRESSION_STRING,   /* `text` without quotes */
	EXPRESSION_CONTEXT,  /* `text`: github, secrets, … */
	EXPRESSION_PROPERTY, /* left.text */
	EXPRESSION_ALL,	     /* left.* */
	EXPRESSION_INDEX,    /* left[right] */
	EXPRESSION_CALL,     /* text(args) */
	EXPRESSION_NOT,	     /* !left */
	EXPRESSION_BINARY    /* left text right: == != < <= > >= && || */
};

struct expression {
	enum expression_kind kind;
	struct slice text;
	bool boolean;
	const struct expression *left, *right;
	const struct expression *const *args;
	size_t nargs;
	uint64_t start, end; /* bytes of the text that was parsed */
};

#define EXPRESSION_DEPTH_MAX 50
#define EXPRESSION_PARTS_MAX 2000
#define EXPRESSION_ARGS_MAX  64

/* The text between the braces, or a bare `if`. NULL when it is none; *at is then where it stops making sense. */
const struct expression *expression_parse(struct arena *a, struct slice text, uint64_t *at);

/* One `${{ … }}` of a text. */
struct embedded {
	uint64_t start, end;		     /* with the braces */
	const struct expression *expression; /* NULL: not understood. Places inside count from the text's start */
};

#define EMBEDDED_MAX 1000

/* All of a text, in order, at most EMBEDDED_MAX. */
size_t expressions_find(struct arena *a, struct slice text, const struct embedded **out);

/* Calls `visit` for every part whose value the value of `e` can hold: not what is only compared, tested or negated. */
typedef void expression_visit(void *ctx, const struct expression *part);
void expression_carries(const struct expression *e, expression_visit *visit, void *ctx);
/* For every part. */
void expression_parts(const struct expression *e, expression_visit *visit, void *ctx);

/* "github.event.issue.title" of a chain of properties, indices of literals and stars, in lower case; empty when it is none. In `a`. */
struct slice expression_path(struct arena *a, const struct expression *e);

#endif
