/* Parsing expressions by recursive descent, and walking them. What contexts mean is in github/. */
#include "scanners/ci/expression.h"

#include "core/buf.h"
#include "core/vec.h"

#include <stdlib.h>

struct parser {
	struct arena *arena;
	struct slice text;
	uint64_t at;
	unsigned depth, parts;
	bool failed;
};

static const struct expression *parse_or(struct parser *p);

static void skip_blanks(struct parser *p) {
	while (p->at < p->text.n && memchr(" \t\r\n", p->text.p[p->at], 4))
		p->at++;
}

static bool looks_at(const struct parser *p, const char *mark) {
	return slice_has_prefix(slice_sub(p->text, p->at, p->text.n), mark);
}

static bool accept(struct parser *p, const char *mark) {
	skip_blanks(p);
	if (!looks_at(p, mark))
		return false;
	p->at += strlen(mark);
	return true;
}

static struct expression *node(struct parser *p, enum expression_kind kind, uint64_t start) {
	struct expression *e = ARENA_NEW(p->arena, struct expression);

	p->failed |= ++p->parts > EXPRESSION_PARTS_MAX;
	e->kind = kind;
	e->start = start;
	e->end = p->at;
	return e;
}

static const struct expression *fail(struct parser *p) {
	p->failed = true;
	return NULL;
}

static bool is_name(uint8_t c, bool first) {
	const bool letter = (c | 0x20) >= 'a' && (c | 0x20) <= 'z';

	return letter || c == '_' || (!first && ((c >= '0' && c <= '9') || c == '-'));
}

static struct slice take_name(struct parser *p) {
	const uint64_t start = p->at;

	while (p->at < p->text.n && is_name(p->text.p[p->at], p->at == start))
		p->at++;
	return slice_sub(p->text, start, p->at);
}

/* 'it''s' */
static const struct expression *parse_string(struct parser *p) {
	const uint64_t start = p->at++;
	uint8_t *out = arena_alloc(p->arena, p->text.n - start);
	size_t n = 0;

	for (;; p->at++) {
		if (p->at >= p->text.n)
			return fail(p);
		if (p->text.p[p->at] == '\'') {
			if (p->at + 1 >= p->text.n || p->text.p[p->at + 1] != '\'')
				break;
			p->at++;
		}
		out[n++] = p->text.p[p->at];
	}
	p->at++;

	struct expression *e = node(p, EXPRESSION_STRING, start);

	e->text = slice_of(out, n);
	return e;
}

static const struct expression *parse_number(struct parser *p) {
	const uint64_t start = p->at;

	while (p->at < p->text.n && (is_name(p->text.p[p->at], false) || memchr("+-.", p->text.p[p->at], 3)))
		p->at++;

	struct expression *e = node(p, EXPRESSION_NUMBER, start);

	e->text = slice_sub(p->text, start, p->at);
	return e;
}

static const struct expression *parse_call(struct parser *p, struct slice name, uint64_t start) {
	const struct expression *args[EXPRESSION_ARGS_MAX], **kept;
	size_t n = 0;

	if (!accept(p, ")")) {
		do {
			if (n == EXPRESSION_ARGS_MAX || !(args[n] = parse_or(p)))
				return fail(p);
			n++;
		} while (accept(p, ","));
		if (!accept(p, ")"))
			return fail(p);
	}
	kept = ARENA_NEW_N(p->arena, const struct expression *, n);
	if (n)
		memcpy(kept, args, n * sizeof(*kept));

	struct expression *e = node(p, EXPRESSION_CALL, start);

	e->text = name;
	e->args = kept;
	e->nargs = n;
	return e;
}

static const struct expression *parse_primary(struct parser *p) {
	skip_blanks(p);

	const uint64_t start = p->at;
	const uint8_t c = p->at < p->text.n ? p->text.p[p->at] : 0;

	if (c == '\'')
		return parse_string(p);
	if (accept(p, "(")) {
		const struct expression *e = parse_or(p);

		return e && accept(p, ")") ? e : fail(p);
	}
	if ((c >= '0' && c <= '9') || ((c == '-' || c == '+' || c == '.') && p->at + 1 < p->text.n))
		return parse_number(p);

	const struct slice name = take_name(p);

	if (!name.n)
		return fail(p);
	if (accept(p, "("))
		return parse_call(p, name, start);
	p->at = start + name.n;

	const bool yes = slice_eq(name, slice_str("true"));
	const bool boolean = yes || slice_eq(name, slice_str("false"));
	struct expression *e = node(p,
		boolean				    ? EXPRESSION_BOOL
		: slice_eq(name, slice_str("null")) ? EXPRESSION_NULL
						    : EXPRESSION_CONTEXT,
		start);

	e->text = name;
	e->boolean = yes;
	return e;
}

static const struct expression *parse_postfix(struct parser *p) {
	const struct expression *left = parse_primary(p);

	while (left && !p->failed) {
		struct expression *e;

		if (accept(p, ".")) {
			skip_blanks(p);
			if (looks_at(p, "*")) {
				p->at++;
				e = node(p, EXPRESSION_ALL, left->start);
			} else {
				const struct slice name = take_name(p);

				if (!name.n)
					return fail(p);
				e = node(p, EXPRESSION_PROPERTY, left->start);
				e->text = name;
			}
		} else if (accept(p, "[")) {
			const struct expression *index = NULL;
			const bool star = accept(p, "*");

			if (!star && !(index = parse_or(p)))
				return fail(p);
			if (!accept(p, "]"))
				return fail(p);
			e = node(p, star ? EXPRESSION_ALL : EXPRESSION_INDEX, left->start);
			e->right = index;
		} else {
			return left;
		}
		e->left = left;
		left = e;
	}
	return p->failed ? NULL : left;
}

static const struct expression *parse_not(struct parser *p) {
	skip_blanks(p);

	const uint64_t start = p->at;

	if (p->depth >= EXPRESSION_DEPTH_MAX)
		return fail(p);
	if (looks_at(p, "!") && !looks_at(p, "!=")) {
		p->at++;
		p->depth++;

		const struct expression *of = parse_not(p);

		p->depth--;

		struct expression *e = of ? node(p, EXPRESSION_NOT, start) : NULL;

		if (e)
			e->left = of;
		return e;
	}
	return parse_postfix(p);
}

/* Operators from those that bind last to those that bind first. */
static const char *const levels[][5] = {{"||"}, {"&&"}, {"==", "!="}, {"<=", ">=", "<", ">"}};

static const struct expression *parse_level(struct parser *p, size_t level) {
	if (level == sizeof(levels) / sizeof(levels[0]))
		return parse_not(p);

	const struct expression *left = parse_level(p, level + 1);

	while (left && !p->failed) {
		struct slice op = {0};

		skip_blanks(p);
		if (p->at == p->text.n || !memchr("|&=!<>", p->text.p[p->at], 6)) /* most often: the end of it */
			return left;
		for (size_t i = 0; levels[level][i] && !op.n; i++)
			if (accept(p, levels[level][i]))
				op = slice_str(levels[level][i]);
		if (!op.n)
			return left;

		const struct expression *right = parse_level(p, level + 1);

		if (!right)
			return fail(p);

		struct expression *e = node(p, EXPRESSION_BINARY, left->start);

		e->text = op;
		e->left = left;
		e->right = right;
		left = e;
	}
	return left;
}

static const struct expression *parse_or(struct parser *p) {
	if (p->failed || p->depth >= EXPRESSION_DEPTH_MAX)
		return fail(p);
	p->depth++;

	const struct expression *e = parse_level(p, 0);

	p->depth--;
	return p->failed ? NULL : e;
}

static const struct expression *parse(struct arena *a, struct slice text, uint64_t from, uint64_t *at) {
	struct parser p = {.arena = a, .text = text, .at = from};
	const struct expression *e = parse_or(&p);

	skip_blanks(&p);
	*at = p.at;
	return !p.failed && p.at == text.n ? e : NULL;
}

const struct expression *expression_parse(struct arena *a, struct slice text, uint64_t *at) {
	return parse(a, text, 0, at);
}

/* The offset of the closing "}}", not one inside a string; text.n when there is none. */
static uint64_t find_end(struct slice text, uint64_t at) {
	bool quoted = false;

	for (; at + 1 < text.n; at++) {
		if (text.p[at] == '\'')
			quoted = !quoted;
		else if (!quoted && text.p[at] == '}' && text.p[at + 1] == '}')
			return at;
	}
	return text.n;
}

size_t expressions_find(struct arena *a, struct slice text, const struct embedded **out) {
	VEC(struct embedded) all = {0};
	struct embedded *kept;

	for (uint64_t at = 0; at < text.n && all.n < EMBEDDED_MAX;) {
		const ptrdiff_t found = slice_find(slice_sub(text, at, text.n), slice_str("${{"));

		if (found < 0)
			break;

		const uint64_t start = at + (uint64_t)found, end = find_end(text, start + 3);
		uint64_t stopped;

		if (end == text.n)
			break;
		/* Parsed inside the whole text, so that places count from its start. */
		VEC_PUSH(&all,
			((struct embedded){start, end + 2, parse(a, slice_sub(text, 0, end), start + 3, &stopped)}));
		at = end + 2;
	}
	kept = ARENA_NEW_N(a, struct embedded, all.n);
	if (all.n)
		memcpy(kept, all.at, all.n * sizeof(*kept));
	*out = kept;

	const size_t n = all.n;

	VEC_FREE(&all);
	return n;
}

/* Functions whose value holds that of their arguments; all others answer yes or no, or make something of their own. */
static bool hands_on(struct slice name) {
	static const char *const names[] = {"format", "join", "toJSON", "fromJSON", NULL};

	for (size_t i = 0; names[i]; i++)
		if (slice_eq_nocase(name, slice_str(names[i])))
			return true;
	return false;
}

void expression_carries(const struct expression *e, expression_visit *visit, void *ctx) {
	if (!e)
		return;
	switch (e->kind) {
	case EXPRESSION_CALL:
		visit(ctx, e);
		for (size_t i = 0; hands_on(e->text) && i < e->nargs; i++)
			expression_carries(e->args[i], visit, ctx);
		break;
	case EXPRESSION_BINARY:
		/* `a && b` is b when a holds; a's own value only matters when it does not */
		if (slice_eq(e->text, slice_str("&&"))) {
			expression_carries(e->right, visit, ctx);
		} else if (slice_eq(e->text, slice_str("||"))) {
			expression_carries(e->left, visit, ctx);
			expression_carries(e->right, visit, ctx);
		}
		break;
	case EXPRESSION_PROPERTY:
	case EXPRESSION_ALL:
	case EXPRESSION_INDEX:
		visit(ctx, e);
		if (e->left->kind == EXPRESSION_CALL) /* fromJSON(x).y */
			expression_carries(e->left, visit, ctx);
		break;
	case EXPRESSION_NOT:
		break;
	default:
		visit(ctx, e);
		break;
	}
}

void expression_parts(const struct expression *e, expression_visit *visit, void *ctx) {
	if (!e)
		return;
	visit(ctx, e);
	expression_parts(e->left, visit, ctx);
	expression_parts(e->right, visit, ctx);
	for (size_t i = 0; i < e->nargs; i++)
		expression_parts(e->args[i], visit, ctx);
}

static bool add_path(struct buf *out, const struct expression *e) {
	switch (e->kind) {
	case EXPRESSION_CONTEXT:
		buf_add_slice(out, e->text);
		return true;
	case EXPRESSION_PROPERTY:
		if (!add_path(out, e->left))
			return false;
		buf_add_byte(out, '.');
		buf_add_slice(out, e->text);
		return true;
	case EXPRESSION_ALL:
		if (!add_path(out, e->left))
			return false;
		buf_add_str(out, ".*");
		return true;
	case EXPRESSION_INDEX:
		if (!add_path(out, e->left))
			return false;
		buf_add_byte(out, '.');
		if (e->right->kind == EXPRESSION_STRING)
			buf_add_slice(out, e->right->text);
		else
			buf_add_byte(out, '*');
		return true;
	default:
		return false;
	}
}

struct slice expression_path(struct arena *a, const struct expression *e) {
	struct buf b = {0};
	struct slice path = {0};

	if (add_path(&b, e)) {
		for (size_t i = 0; i < b.n; i++)
			if (b.p[i] >= 'A' && b.p[i] <= 'Z')
				b.p[i] |= 0x20;
		path = arena_copy(a, buf_slice(&b));
	}
	buf_free(&b);
	return path;
}
