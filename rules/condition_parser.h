/* Inside of parsing conditions: the state that condition_parse.c and condition_path.c share. Nobody else includes this. */
#ifndef NHISCAN_RULES_CONDITION_PARSER_H
#define NHISCAN_RULES_CONDITION_PARSER_H

#include "rules/condition_tree.h"

enum token_kind { TOKEN_END, TOKEN_WORD, TOKEN_TEXT, TOKEN_NUMBER, TOKEN_MARK };

struct condition_token {
	enum token_kind kind;
	size_t at;
	struct slice text;
	double number;
};

/* What names mean: attributes of `on`; inside a list of texts also `it`. */
struct parse_scope {
	enum fact_kind on;
	bool has_it;
	struct parse_scope *outer;
};

struct condition_parser {
	struct arena *arena;
	struct slice text;
	struct condition_error *err;
	size_t at;
	struct condition_token token;
	struct parse_scope *scope;
	unsigned depth;
	bool failed;
};

void condition_next(struct condition_parser *p);
bool condition_is(const struct condition_parser *p, enum token_kind kind, const char *text);
struct condition_token condition_fail(struct condition_parser *p, size_t at, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* A dotted path from the current token on, or NULL. */
struct attribute_path *condition_path(struct condition_parser *p);

#endif
