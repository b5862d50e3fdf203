/* JSON into nodes: RFC 8259, several values one after the other, and with comments and commas too many when asked for. Own reader, since no
 * library keeps exact places and doubled keys. What a document means is not decided here. */
#include "core/text.h"
#include "core/vec.h"
#include "scanners/node.h"

#include <endian.h>
#include <stdlib.h>

struct json {
	struct arena *arena;
	struct slice in;
	size_t at, line_start;
	unsigned line;
	bool comments;
	struct node_limits limits;
	uint64_t nodes;
	struct syntax_error *err;
	/* Items of the collections that are open, each above those of the one around it. */
	VEC(struct node_member) stack;
	struct buf text;
};

static int fail(struct json *j, const char *text, size_t at) {
	j->err->text = text;
	j->err->line = j->line;
	j->err->column = (unsigned)(at - j->line_start + 1);
	return -1;
}

static int peek(const struct json *j) {
	return j->at < j->in.n ? j->in.p[j->at] : -1;
}

static void newline(struct json *j) {
	j->line++;
	j->line_start = j->at + 1;
}

/* A comment that starts at `at`; line breaks in it count. */
static int skip_comment(struct json *j) {
	size_t from = j->at, from_line_start = j->line_start;
	unsigned from_line = j->line;

	if (j->at + 1 < j->in.n && j->in.p[j->at + 1] == '/') {
		const uint8_t *lf = memchr(j->in.p + j->at, '\n', j->in.n - j->at);
		j->at = lf ? (size_t)(lf - j->in.p) : j->in.n;
		return 0;
	}
	if (j->at + 1 >= j->in.n || j->in.p[j->at + 1] != '*')
		return fail(j, "a value was expected", from);
	for (j->at += 2; j->at < j->in.n; j->at++) {
		if (j->in.p[j->at] == '\n')
			newline(j);
		if (j->in.p[j->at] == '*' && j->at + 1 < j->in.n && j->in.p[j->at + 1] == '/') {
			j->at += 2;
			return 0;
		}
	}
	j->line = from_line;
	j->line_start = from_line_start;
	return fail(j, "a comment is never closed", from);
}

static int skip_blank(struct json *j) {
	for (;;) {
		int c;

		/* Indented texts are blanks for the most part. */
		while (j->in.n - j->at >= 8 && memcmp(j->in.p + j->at, "        ", 8) == 0)
			j->at += 8;
		c = peek(j);

		if (c == '\n')
			newline(j);
		else if (c == '/' && j->comments) {
			if (skip_comment(j) < 0)
				return -1;
			continue;
		} else if (c != ' ' && c != '\t' && c != '\r')
			return 0;
		j->at++;
	}
}

static struct node *node_new(struct json *j, enum node_kind kind) {
	struct node *n = ARENA_NEW(j->arena, struct node);

	n->kind = kind;
	n->span.start = j->at;
	n->span.line = j->line;
	n->span.column = (unsigned)(j->at - j->line_start + 1);
	return n;
}

static void node_end(const struct json *j, struct node *n) {
	n->span.end = j->at;
	n->span.end_line = j->line;
	n->span.end_column = (unsigned)(j->at - j->line_start + 1);
}

static int hex4(struct slice s, size_t at) {
	int v = 0;

	if (at + 4 > s.n)
		return -1;
	for (size_t i = 0; i < 4; i++) {
		int d = hex_value(s.p[at + i]);

		if (d < 0)
			return -1;
		v = v << 4 | d;
	}
	return v;
}

/* \uXXXX behind the backslash. Half a surrogate pair becomes U+FFFD: programs that read such files accept it, so refusing would hide them. */
static int read_unicode(struct json *j) {
	int high = hex4(j->in, j->at + 1), low;
	uint8_t utf8[4];
	uint32_t c;

	if (high < 0)
		return fail(j, "\\u needs four hexadecimal digits", j->at - 1);
	j->at += 5;
	c = (uint32_t)high;
	if (c >= 0xd800 && c < 0xdc00 && j->at + 1 < j->in.n && j->in.p[j->at] == '\\' && j->in.p[j->at + 1] == 'u' &&
		(low = hex4(j->in, j->at + 2)) >= 0xdc00 && low < 0xe000) {
		c = 0x10000 + ((c - 0xd800) << 10) + ((uint32_t)low - 0xdc00);
		j->at += 6;
	}
	buf_add(&j->text, utf8, utf8_bytes(c >= 0xd800 && c < 0xe000 ? 0xfffd : c, utf8));
	return 0;
}

static int read_escape(struct json *j) {
	static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
	const char *k;

	j->at++; /* the backslash */
	if (j->at >= j->in.n)
		return fail(j, "a string is never closed", j->at);
	if (j->in.p[j->at] == 'u')
		return read_unicode(j);
	k = j->in.p[j->at] ? strchr(from, j->in.p[j->at]) : NULL;
	if (!k)
		return fail(j, "an escape that JSON does not have", j->at - 1);
	buf_add_byte(&j->text, (uint8_t)to[k - from]);
	j->at++;
	return 0;
}

/* How many of eight bytes stand for themselves: up to one with its high bit, below 0x20, a quote or a backslash. A byte that is 0 after the exclusive or
 * borrows from its high bit when 1 is taken from it, and the lowest such byte is never a borrower itself. */
static size_t plain_of_eight(const uint8_t *p) {
	const uint64_t ones = UINT64_C(0x0101010101010101), high = ones << 7;
	uint64_t v, marks;

	memcpy(&v, p, sizeof(v));
	v = le64toh(v);
	marks = v | (v - ones * 0x20) | ((v ^ ones * '"') - ones) | ((v ^ ones * '\\') - ones);
	marks &= high;
	return marks ? (size_t)__builtin_ctzll(marks) / 8 : 8;
}

/* Skips what stands for itself in a string; stops at a quote, a backslash, the end, or fails. */
static int skip_plain(struct json *j) {
	const uint8_t *p = j->in.p;
	size_t i = j->at, n = j->in.n, k;

	while (i < n && p[i] != '"' && p[i] != '\\') {
		if (n - i >= 8 && (k = plain_of_eight(p + i)) > 0) {
			i += k;
		} else if (p[i] < 0x20) {
			return fail(j, "a control character in a string", i);
		} else if (p[i] < 0x80) {
			i++;
		} else if ((k = utf8_sequence(slice_sub(j->in, i, n))) > 0) {
			i += k;
		} else {
			return fail(j, "bytes that are not UTF-8", i);
		}
	}
	j->at = i;
	return i < n ? 0 : fail(j, "a string is never closed", n);
}

static struct node *read_string(struct json *j) {
	struct node *s = node_new(j, NODE_STRING);
	size_t from = ++j->at;

	s->quoted = true;
	if (skip_plain(j) < 0)
		return NULL;
	if (j->in.p[j->at] == '"') {
		s->text = arena_copy(j->arena, slice_sub(j->in, from, j->at++));
		node_end(j, s);
		return s;
	}
	buf_clear(&j->text);
	buf_add_slice(&j->text, slice_sub(j->in, from, j->at));
	while (j->in.p[j->at] != '"') {
		if (read_escape(j) < 0)
			return NULL;
		from = j->at;
		if (skip_plain(j) < 0)
			return NULL;
		buf_add_slice(&j->text, slice_sub(j->in, from, j->at));
	}
	j->at++;
	s->text = arena_copy(j->arena, buf_slice(&j->text));
	node_end(j, s);
	return s;
}

static size_t skip_digits(struct json *j) {
	size_t from = j->at;

	while (j->at < j->in.n && j->in.p[j->at] >= '0' && j->in.p[j->at] <= '9')
		j->at++;
	return j->at - from;
}

static struct node *read_number(struct json *j) {
	struct node *v = node_new(j, NODE_NUMBER);
	size_t from = j->at;
	bool good;

	if (peek(j) == '-')
		j->at++;
	good = peek(j) == '0' ? (j->at++, true) : skip_digits(j) > 0;
	if (good && peek(j) == '.') {
		j->at++;
		good = skip_digits(j) > 0;
	}
	if (good && (peek(j) == 'e' || peek(j) == 'E')) {
		j->at++;
		if (peek(j) == '+' || peek(j) == '-')
			j->at++;
		good = skip_digits(j) > 0;
	}
	if (!good || (peek(j) >= '0' && peek(j) <= '9')) {
		fail(j, "a number that JSON does not have", from);
		return NULL;
	}
	v->text = arena_copy(j->arena, slice_sub(j->in, from, j->at));
	node_end(j, v);
	return v;
}

static struct node *read_word(struct json *j) {
	static const struct {
		const char *text;
		enum node_kind kind;
	} words[] = {{"true", NODE_BOOL}, {"false", NODE_BOOL}, {"null", NODE_NULL}};
	size_t from = j->at, to = from;

	while (to < j->in.n && ((j->in.p[to] | 0x20) >= 'a' && (j->in.p[to] | 0x20) <= 'z'))
		to++;
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		if (slice_eq(slice_sub(j->in, from, to), slice_str(words[i].text))) {
			struct node *v = node_new(j, words[i].kind);

			v->boolean = i == 0;
			v->text = arena_copy(j->arena, slice_sub(j->in, from, to));
			j->at = to;
			node_end(j, v);
			return v;
		}
	}
	fail(j, from < j->in.n ? "a value was expected" : "the document ends where a value was expected", from);
	return NULL;
}

static struct node *read_value(struct json *j, uint32_t depth);

static int read_member(struct json *j, uint32_t depth) {
	struct node_member m = {0};

	if (peek(j) != '"')
		return fail(j, j->at < j->in.n ? "a key in quotes was expected" : "an object is never closed", j->at);
	m.key = read_string(j);
	if (!m.key || skip_blank(j) < 0)
		return -1;
	if (peek(j) != ':')
		return fail(j, "a colon was expected", j->at);
	j->at++;
	if (skip_blank(j) < 0)
		return -1;
	m.value = read_value(j, depth);
	if (!m.value)
		return -1;
	VEC_PUSH(&j->stack, m);
	return 0;
}

/* Moves what was gathered above `base` into the collection. */
static void close_collection(struct json *j, struct node *c, size_t base) {
	c->n = j->stack.n - base;
	if (c->kind == NODE_MAPPING) {
		struct node_member *members = ARENA_NEW_N(j->arena, struct node_member, c->n);

		if (c->n)
			memcpy(members, j->stack.at + base, c->n * sizeof(*members));
		c->members = members;
	} else {
		const struct node **items = ARENA_NEW_N(j->arena, const struct node *, c->n);

		for (size_t i = 0; i < c->n; i++)
			items[i] = j->stack.at[base + i].value;
		c->items = items;
	}
	j->stack.n = base;
	j->at++;
	node_end(j, c);
}

static struct node *read_collection(struct json *j, bool object, uint32_t depth) {
	struct node *c = node_new(j, object ? NODE_MAPPING : NODE_SEQUENCE);
	int close = object ? '}' : ']';
	size_t base = j->stack.n;

	if (depth >= j->limits.max_depth) {
		fail(j, "nested deeper than the limit max_depth", j->at);
		return NULL;
	}
	j->at++;
	for (bool first = true;; first = false) {
		if (skip_blank(j) < 0)
			return NULL;
		if (peek(j) == close && (first || j->comments))
			break;
		if (object) {
			if (read_member(j, depth + 1) < 0)
				return NULL;
		} else {
			struct node_member m = {NULL, read_value(j, depth + 1)};

			if (!m.value)
				return NULL;
			VEC_PUSH(&j->stack, m);
		}
		if (skip_blank(j) < 0)
			return NULL;
		if (peek(j) == close)
			break;
		if (peek(j) != ',') {
			fail(j,
				j->at < j->in.n ? "a comma or a closing bracket was expected"
						: "a bracket is never closed",
				j->at);
			return NULL;
		}
		j->at++;
	}
	close_collection(j, c, base);
	return c;
}

static struct node *read_value(struct json *j, uint32_t depth) {
	int c = peek(j);

	if (++j->nodes > j->limits.max_nodes) {
		fail(j, "more values than the limit max_nodes", j->at);
		return NULL;
	}
	if (c == '"')
		return read_string(j);
	if (c == '{' || c == '[')
		return read_collection(j, c == '{', depth);
	if (c == '-' || (c >= '0' && c <= '9'))
		return read_number(j);
	return read_word(j);
}

static int read_all(struct json *j, struct node_documents *out) {
	VEC(const struct node *) roots = {0};
	const struct node **kept;
	int r = 0;

	for (;;) {
		const struct node *v;

		if ((r = skip_blank(j)) < 0 || j->at >= j->in.n)
			break;
		v = read_value(j, 0);
		if (!v) {
			r = -1;
			break;
		}
		VEC_PUSH(&roots, v);
	}
	if (r == 0 && roots.n == 0)
		r = fail(j, "no value at all", j->at);
	kept = ARENA_NEW_N(j->arena, const struct node *, roots.n);
	if (roots.n)
		memcpy(kept, roots.at, roots.n * sizeof(*kept));
	out->roots = kept;
	out->n = roots.n;
	out->truncated = r < 0;
	VEC_FREE(&roots);
	return r;
}

int json_read(struct arena *a, struct slice bytes, bool comments, const struct node_limits *lim,
	struct node_documents *out, struct syntax_error *err) {
	struct json j = {.arena = a, .in = bytes, .line = 1, .comments = comments, .limits = *lim, .err = err};
	int r;

	if (slice_has_prefix(bytes, "\xef\xbb\xbf"))
		j.at = 3;
	r = read_all(&j, out);
	VEC_WIPE(&j.stack);
	buf_free(&j.text);
	return r;
}
