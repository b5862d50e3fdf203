/* Conditions read by recursive descent, every operand with its type: what does not fit is an error here, not a surprise later.
 * Paths of attributes are in condition_path.c, evaluation in condition.c. */
#include "rules/condition_parser.h"

#include <stdarg.h>
#include <stdio.h>

static const struct condition *parse_or(struct condition_parser *p);

struct condition_token condition_fail(struct condition_parser *p, size_t at, const char *fmt, ...) {
	va_list ap;

	if (!p->failed) { /* the first mistake is the one to tell */
		va_start(ap, fmt);
		vsnprintf(p->err->text, sizeof(p->err->text), fmt, ap);
		va_end(ap);
		p->err->at = at;
		p->failed = true;
	}
	return (struct condition_token){TOKEN_END, at, {0}, 0};
}

static bool is_word_byte(uint8_t c) {
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/* "90d": seconds by its unit; a year has 365 days as everywhere here. */
static bool unit_of(uint8_t c, double *seconds) {
	static const struct {
		uint8_t unit;
		double seconds;
	} units[] = {{'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86400}, {'w', 7 * 86400}, {'y', 365.0 * 86400}};

	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (units[i].unit == c) {
			*seconds = units[i].seconds;
			return true;
		}
	return false;
}

static struct condition_token lex_number(struct condition_parser *p) {
	const size_t start = p->at;
	double n = 0, scale = 1, seconds;

	for (bool point = false; p->at < p->text.n; p->at++) {
		const uint8_t c = p->text.p[p->at];

		if (c == '.' && !point && p->at + 1 < p->text.n && p->text.p[p->at + 1] >= '0' &&
			p->text.p[p->at + 1] <= '9')
			point = true;
		else if (c >= '0' && c <= '9') {
			n = n * 10 + (c - '0');
			scale *= point ? 10 : 1;
		} else
			break;
	}
	n /= scale;
	if (p->at < p->text.n && unit_of(p->text.p[p->at], &seconds)) {
		n *= seconds;
		p->at++;
	}
	if (p->at < p->text.n && is_word_byte(p->text.p[p->at]))
		return condition_fail(p, start, "a number or a duration (90d) must end before '%c'", p->text.p[p->at]);
	return (struct condition_token){TOKEN_NUMBER, start, {0}, n};
}

/* In double or single quotes; a backslash keeps the quote or itself, and is kept before anything else (for patterns). */
static struct condition_token lex_text(struct condition_parser *p) {
	const size_t start = p->at;
	const uint8_t quote = p->text.p[p->at++];
	uint8_t *out = arena_alloc(p->arena, p->text.n - start);
	size_t n = 0;

	while (p->at < p->text.n && p->text.p[p->at] != quote) {
		if (p->text.p[p->at] == '\\' && p->at + 1 < p->text.n &&
			(p->text.p[p->at + 1] == quote || p->text.p[p->at + 1] == '\\'))
			p->at++;
		out[n++] = p->text.p[p->at++];
	}
	if (p->at == p->text.n)
		return condition_fail(p, start, "a text without its closing quote");
	p->at++;
	return (struct condition_token){TOKEN_TEXT, start, slice_of(out, n), 0};
}

static struct condition_token lex(struct condition_parser *p) {
	static const char *const marks[] = {"==", "!=", "<=", ">=", "<", ">", "(", ")", "[", "]", ",", "."};

	while (p->at < p->text.n && memchr(" \t\r\n", p->text.p[p->at], 4))
		p->at++;

	const size_t start = p->at;

	if (start == p->text.n)
		return (struct condition_token){TOKEN_END, start, {0}, 0};

	const uint8_t c = p->text.p[start];

	if (c >= '0' && c <= '9')
		return lex_number(p);
	if (c == '"' || c == '\'')
		return lex_text(p);
	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
		const struct slice mark = slice_str(marks[i]);

		if (slice_has_prefix(slice_sub(p->text, start, p->text.n), marks[i])) {
			p->at += mark.n;
			return (struct condition_token){TOKEN_MARK, start, mark, 0};
		}
	}
	while (p->at < p->text.n && is_word_byte(p->text.p[p->at]))
		p->at++;
	if (p->at == start)
		return condition_fail(p, start,
			c >= 0x20 && c < 0x7f ? "'%c' means nothing here" : "byte 0x%02x means nothing here", c);
	return (struct condition_token){TOKEN_WORD, start, slice_sub(p->text, start, p->at), 0};
}

void condition_next(struct condition_parser *p) {
	p->token = p->failed ? (struct condition_token){TOKEN_END, p->at, {0}, 0} : lex(p);
}

bool condition_is(const struct condition_parser *p, enum token_kind kind, const char *text) {
	return p->token.kind == kind && slice_eq(p->token.text, slice_str(text));
}

static bool accept(struct condition_parser *p, enum token_kind kind, const char *text) {
	if (!condition_is(p, kind, text))
		return false;
	condition_next(p);
	return true;
}

static void expect(struct condition_parser *p, const char *mark) {
	if (!accept(p, TOKEN_MARK, mark))
		condition_fail(p, p->token.at, "'%s' expected here", mark);
}

static struct condition *node(struct condition_parser *p, enum operation op, enum value_type type) {
	struct condition *c = ARENA_NEW(p->arena, struct condition);

	c->op = op;
	c->type = type;
	return c;
}

static const char *type_name(enum value_type t) {
	static const char *const names[VALUE_TYPE_COUNT] = {
		"true or false", "a number", "a text", "a list of texts", "a time", "a fact", "a list of facts"};

	return t < VALUE_TYPE_COUNT ? names[t] : "nothing";
}

/* "[" texts or numbers "]" */
static const struct condition *parse_list(struct condition_parser *p) {
	struct condition *c = node(p, OP_LITERAL, VALUE_TEXTS);
	struct slice *texts = ARENA_NEW_N(p->arena, struct slice, p->text.n);
	double *numbers = NULL;
	size_t n = 0;
	const enum token_kind kind = p->token.kind;

	if (kind == TOKEN_NUMBER)
		numbers = ARENA_NEW_N(p->arena, double, p->text.n);
	while (!p->failed && !condition_is(p, TOKEN_MARK, "]")) {
		if (p->token.kind != kind || (kind != TOKEN_TEXT && kind != TOKEN_NUMBER)) {
			condition_fail(p, p->token.at, "a list holds texts or numbers only");
			break;
		}
		if (numbers)
			numbers[n++] = p->token.number;
		else
			texts[n++] = p->token.text;
		condition_next(p);
		if (!accept(p, TOKEN_MARK, ","))
			break;
	}
	expect(p, "]");
	c->literal = (struct value){.type = VALUE_TEXTS, .known = true, .texts = {texts, numbers ? 0 : n}};
	c->numbers = numbers;
	c->nnumbers = numbers ? n : 0;
	return c;
}

/* any(list, condition), all(list, condition), count(list) and count(list, condition) */
static const struct condition *parse_over(struct condition_parser *p, enum operation op) {
	struct condition *c = node(p, op, op == OP_COUNT ? VALUE_NUMBER : VALUE_BOOL);
	const size_t at = p->token.at;
	struct attribute_path *path = condition_path(p);

	if (!path)
		return NULL;
	c->path = path;
	if (path->type != VALUE_TEXTS && path->type != VALUE_FACTS) {
		condition_fail(p, at, "a list is expected here, and this is %s", type_name(path->type));
		return NULL;
	}
	if (accept(p, TOKEN_MARK, ",")) {
		struct parse_scope inner = {.has_it = path->type == VALUE_TEXTS, .on = path->of, .outer = p->scope};

		if (inner.has_it)
			inner.on = p->scope->on;
		p->scope = &inner;
		c->left = parse_or(p);
		p->scope = inner.outer;
	} else if (op != OP_COUNT) {
		condition_fail(p, p->token.at, "a condition on the elements is expected: any(list, condition)");
	}
	expect(p, ")");
	return p->failed ? NULL : c;
}

/* has(path), known(path), never(time), age(time) */
static const struct condition *parse_of(struct condition_parser *p, enum operation op) {
	struct condition *c = node(p, op, op == OP_AGE ? VALUE_NUMBER : VALUE_BOOL);
	const size_t at = p->token.at;

	c->path = condition_path(p);
	if (c->path && (op == OP_AGE || op == OP_NEVER) && c->path->type != VALUE_TIME)
		condition_fail(p, at, "a time is expected here, and this is %s", type_name(c->path->type));
	expect(p, ")");
	return p->failed ? NULL : c;
}

static const struct condition *parse_call_or_path(struct condition_parser *p) {
	static const struct {
		const char *name;
		enum operation op;
	} calls[] = {{"any", OP_ANY}, {"all", OP_ALL}, {"count", OP_COUNT}, {"has", OP_HAS}, {"known", OP_KNOWN},
		{"never", OP_NEVER}, {"age", OP_AGE}};
	const struct condition_token word = p->token;
	size_t after = p->at;

	while (after < p->text.n && p->text.p[after] == ' ')
		after++;
	if (after < p->text.n && p->text.p[after] == '(') {
		for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++)
			if (slice_eq(word.text, slice_str(calls[i].name))) {
				condition_next(p);
				expect(p, "(");
				return calls[i].op == OP_ANY || calls[i].op == OP_ALL || calls[i].op == OP_COUNT
					       ? parse_over(p, calls[i].op)
					       : parse_of(p, calls[i].op);
			}
		condition_fail(p, word.at,
			"there is no '%.*s(…)'; there are any, all, count, has, known, never and age", (int)word.text.n,
			(const char *)word.text.p);
		return NULL;
	}

	const struct attribute_path *path = condition_path(p);
	struct condition *c;

	if (!path)
		return NULL;
	c = node(p, OP_PATH, path->type);
	c->path = path;
	return c;
}

static const struct condition *literal(struct condition_parser *p, struct value v) {
	struct condition *c = node(p, OP_LITERAL, v.type);

	v.known = true;
	c->literal = v;
	condition_next(p);
	return c;
}

static const struct condition *parse_operand(struct condition_parser *p) {
	const struct condition_token t = p->token;

	if (t.kind == TOKEN_TEXT)
		return literal(p, (struct value){.type = VALUE_TEXT, .text = t.text});
	if (t.kind == TOKEN_NUMBER)
		return literal(p, (struct value){.type = VALUE_NUMBER, .number = t.number});
	if (condition_is(p, TOKEN_WORD, "true") || condition_is(p, TOKEN_WORD, "false"))
		return literal(p, (struct value){.type = VALUE_BOOL, .boolean = t.text.n == 4});
	if (accept(p, TOKEN_WORD, "none"))
		return node(p, OP_NONE, VALUE_TYPE_COUNT);
	if (accept(p, TOKEN_MARK, "["))
		return parse_list(p);
	if (accept(p, TOKEN_MARK, "(")) {
		const struct condition *c = parse_or(p);

		expect(p, ")");
		return c;
	}
	if (t.kind == TOKEN_WORD)
		return parse_call_or_path(p);
	condition_fail(p, t.at, "a value is expected here");
	return NULL;
}

static bool types_fit(enum operation op, const struct condition *l, const struct condition *r) {
	if (l->op == OP_NONE || r->op == OP_NONE)
		return op == OP_EQ || op == OP_NE;
	if (op == OP_EQ || op == OP_NE)
		return l->type == r->type && l->type <= VALUE_TEXT;
	if (op == OP_IN)
		return (l->type == VALUE_TEXT && r->type == VALUE_TEXTS && !r->nnumbers) ||
		       (l->type == VALUE_NUMBER && r->nnumbers);
	return l->type == r->type && (l->type == VALUE_NUMBER || l->type == VALUE_TIME);
}

static const struct condition *parse_matches(struct condition_parser *p, const struct condition *left, size_t at) {
	struct condition *c = node(p, OP_MATCHES, VALUE_BOOL);
	const struct condition_token t = p->token;
	struct error why = {0};

	c->left = left;
	if (left->type != VALUE_TEXT)
		condition_fail(p, at, "'matches' asks about a text, and this is %s", type_name(left->type));
	else if (t.kind != TOKEN_TEXT)
		condition_fail(p, t.at, "'matches' needs a pattern in quotes");
	if (p->failed)
		return NULL;
	c->literal = (struct value){.type = VALUE_TEXT, .known = true, .text = t.text};
	if (t.text.n >= 2 && t.text.p[0] == '/' && t.text.p[t.text.n - 1] == '/') {
		c->regex = regex_of_re2(p->arena, slice_sub(t.text, 1, t.text.n - 1), &why);
		if (!c->regex)
			condition_fail(p, t.at, "the pattern does not compile: %.180s", why.text);
	}
	condition_next(p);
	return p->failed ? NULL : c;
}

static const struct condition *negated(struct condition_parser *p, const struct condition *of) {
	struct condition *c = node(p, OP_NOT, VALUE_BOOL);

	c->left = of;
	return of ? c : NULL;
}

static const struct condition *parse_comparison(struct condition_parser *p) {
	static const struct {
		const char *text;
		enum token_kind kind;
		enum operation op;
	} ops[] = {{"==", TOKEN_MARK, OP_EQ}, {"!=", TOKEN_MARK, OP_NE}, {"<=", TOKEN_MARK, OP_LE},
		{">=", TOKEN_MARK, OP_GE}, {"<", TOKEN_MARK, OP_LT}, {">", TOKEN_MARK, OP_GT},
		{"in", TOKEN_WORD, OP_IN}};
	const size_t at = p->token.at;
	const struct condition *left = parse_operand(p);

	if (!left)
		return NULL;

	const size_t op_at = p->token.at;
	const bool inverse = accept(p, TOKEN_WORD, "not");

	if (accept(p, TOKEN_WORD, "matches")) {
		const struct condition *m = parse_matches(p, left, at);

		return inverse ? negated(p, m) : m;
	}
	for (size_t i = 0; i < sizeof(ops) / sizeof(ops[0]); i++) {
		if ((inverse && ops[i].op != OP_IN) || !accept(p, ops[i].kind, ops[i].text))
			continue;

		struct condition *c = node(p, ops[i].op, VALUE_BOOL);

		c->left = left;
		c->right = parse_operand(p);
		if (!c->right)
			return NULL;
		if (!types_fit(c->op, c->left, c->right))
			condition_fail(p, op_at, "'%s' does not fit %s and %s", ops[i].text, type_name(left->type),
				c->right->nnumbers ? "a list of numbers" : type_name(c->right->type));
		return inverse ? negated(p, c) : c;
	}
	if (inverse)
		condition_fail(p, op_at, "'not' here is followed by 'in' or 'matches'");
	else if (left->type != VALUE_BOOL)
		condition_fail(p, at, "a condition is expected, and this is %s", type_name(left->type));
	return p->failed ? NULL : left;
}

static const struct condition *parse_not(struct condition_parser *p) {
	if (++p->depth > CONDITION_DEPTH_MAX) {
		condition_fail(p, p->token.at, "nested deeper than %d", CONDITION_DEPTH_MAX);
		return NULL;
	}

	const struct condition *c = accept(p, TOKEN_WORD, "not") ? negated(p, parse_not(p)) : parse_comparison(p);

	p->depth--;
	return c;
}

static const struct condition *parse_chain(struct condition_parser *p, const char *word, enum operation op,
	const struct condition *(*part)(struct condition_parser *)) {
	const size_t at = p->token.at;
	const struct condition *left = part(p);

	while (left && condition_is(p, TOKEN_WORD, word)) {
		struct condition *c = node(p, op, VALUE_BOOL);

		condition_next(p);
		c->left = left;
		c->right = part(p);
		if (!c->right)
			return NULL;
		if (c->left->type != VALUE_BOOL || c->right->type != VALUE_BOOL)
			condition_fail(p, at, "'%s' joins conditions", word);
		left = c;
	}
	return p->failed ? NULL : left;
}

static const struct condition *parse_and(struct condition_parser *p) {
	return parse_chain(p, "and", OP_AND, parse_not);
}

static const struct condition *parse_or(struct condition_parser *p) {
	return parse_chain(p, "or", OP_OR, parse_and);
}

const struct condition *condition_parse(
	struct arena *a, enum fact_kind on, struct slice text, struct condition_error *err) {
	struct parse_scope scope = {.on = on};
	struct condition_parser p = {.arena = a, .text = text, .err = err, .scope = &scope};

	if (text.n > CONDITION_BYTES_MAX) {
		condition_fail(&p, 0, "longer than %d bytes", CONDITION_BYTES_MAX);
		return NULL;
	}
	condition_next(&p);

	const struct condition *c = parse_or(&p);

	if (c && p.token.kind != TOKEN_END)
		condition_fail(&p, p.token.at, "the condition was whole before this");
	return p.failed ? NULL : c;
}
