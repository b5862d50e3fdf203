/* HCL, as configurations of SPIRE, Vault and Nomad are written (HCL 1, https://github.com/hashicorp/hcl/tree/hcl1, and what of HCL 2's native
 * syntax is data), and Terraform's: keys with values, blocks with labels, lists, objects, strings, heredocs. Expressions are kept as their
 * text, nothing is evaluated; jsonencode(…) alone is the value within, with that name as its tag. A block "a" "b" { … } is a member a whose
 * mapping has the member b; a block that stands twice is two members. */
#include "core/text.h"
#include "scanners/lines.h"

#include <stdlib.h>

#define LABELS_MAX 4
#define ENCODER	   "jsonencode"

struct hcl {
	struct arena *arena;
	const struct node_limits *lim;
	struct slice s;
	size_t at;
	uint64_t nodes;
	unsigned depth;
	struct lines lines;
	struct syntax_error *err;
};

typedef VEC(struct node_member) member_vec;

static int fail(struct hcl *h, const char *why) {
	*h->err = (struct syntax_error){.text = why};
	lines_place(&h->lines, h->at < h->s.n ? h->at : h->s.n, &h->err->line, &h->err->column);
	return -1;
}

static int peek(const struct hcl *h, size_t ahead) {
	return h->at + ahead < h->s.n ? h->s.p[h->at + ahead] : -1;
}

/* Blanks and comments; line ends too when `lines`. */
static void skip(struct hcl *h, bool lines) {
	for (;;) {
		int c = peek(h, 0);

		if (c == ' ' || c == '\t' || c == '\r' || (lines && c == '\n')) {
			h->at++;
		} else if (c == '#' || (c == '/' && peek(h, 1) == '/')) {
			while (h->at < h->s.n && h->s.p[h->at] != '\n')
				h->at++;
		} else if (c == '/' && peek(h, 1) == '*') {
			ptrdiff_t end = slice_find(slice_sub(h->s, h->at + 2, h->s.n), slice_str("*/"));

			h->at = end < 0 ? h->s.n : h->at + 2 + (size_t)end + 2;
		} else {
			return;
		}
	}
}

static struct node *make(struct hcl *h, enum node_kind kind, size_t from) {
	struct node *n;

	if (++h->nodes > h->lim->max_nodes) {
		fail(h, "too many values");
		return NULL;
	}
	n = ARENA_NEW(h->arena, struct node);
	n->kind = kind;
	n->span = lines_span(&h->lines, from, h->at);
	return n;
}

static struct slice keep(struct hcl *h, struct slice s) {
	return slice_of(arena_str(h->arena, s), s.n);
}

static int read_string(struct hcl *h, const struct node **out) {
	size_t from = h->at++;
	struct buf b = {0};
	unsigned inside = 0; /* "${…}" may hold quotes */
	struct node *n;

	for (;; h->at++) {
		int c = peek(h, 0);

		if (c < 0 || c == '\n') {
			buf_free(&b);
			return fail(h, "a string without its end");
		}
		if (c == '"' && !inside)
			break;
		inside += c == '$' && peek(h, 1) == '{';
		inside -= c == '}' && inside;
		if (c == '\\' && !inside && peek(h, 1) > 0) {
			int e = peek(h, 1);

			h->at++;
			buf_add_byte(&b, (uint8_t)(e == 'n' ? '\n' : e == 't' ? '\t' : e == 'r' ? '\r' : e));
			continue;
		}
		buf_add_byte(&b, (uint8_t)c);
	}
	h->at++;
	n = make(h, NODE_STRING, from);
	if (n) {
		n->quoted = true;
		n->text = keep(h, buf_slice(&b));
	}
	buf_free(&b);
	*out = n;
	return n ? 0 : -1;
}

/* <<NAME or <<-NAME, lines, NAME alone. */
static int read_heredoc(struct hcl *h, const struct node **out) {
	size_t from = h->at, name, body, line;
	struct slice word;
	struct node *n;

	h->at += 2;
	h->at += peek(h, 0) == '-';
	for (name = h->at; h->at < h->s.n && h->s.p[h->at] != '\n';)
		h->at++;
	word = slice_trim(slice_sub(h->s, name, h->at));
	body = h->at < h->s.n ? h->at + 1 : h->at;
	for (line = body; line < h->s.n;) {
		const uint8_t *lf = memchr(h->s.p + line, '\n', h->s.n - line);
		size_t end = lf ? (size_t)(lf - h->s.p) : h->s.n;

		if (word.n && slice_eq(slice_trim(slice_sub(h->s, line, end)), word)) {
			h->at = end;
			n = make(h, NODE_STRING, from);
			if (!n)
				return -1;
			n->quoted = n->block = true;
			n->text = keep(h, slice_sub(h->s, body, line));
			*out = n;
			return 0;
		}
		line = end + 1;
	}
	return fail(h, "a text without its end");
}

/* Whatever else: up to the line's end, a comma or a closing bracket outside of brackets and strings. */
static int read_expression(struct hcl *h, const struct node **out) {
	size_t from = h->at, end;
	unsigned open = 0;
	struct slice text;
	struct node *n;

	for (; h->at < h->s.n; h->at++) {
		int c = peek(h, 0);

		if (c == '"') {
			for (h->at++; h->at < h->s.n && h->s.p[h->at] != '"' && h->s.p[h->at] != '\n'; h->at++)
				h->at += h->s.p[h->at] == '\\';
			continue;
		}
		if (c == '(' || c == '[' || c == '{')
			open++;
		else if (c == ')' || c == ']' || c == '}') {
			if (!open)
				break;
			open--;
		} else if (!open && (c == '\n' || c == ',' || c == '#' || (c == '/' && peek(h, 1) == '/'))) {
			break;
		}
	}
	if (h->at > h->s.n)
		h->at = h->s.n;
	text = slice_trim(slice_sub(h->s, from, h->at));
	if (!text.n)
		return fail(h, "a value is expected");
	end = h->at;
	h->at = from + text.n;
	n = make(h, NODE_STRING, from);
	h->at = end;
	if (!n)
		return -1;
	n->text = keep(h, text);
	if (slice_eq(text, slice_str("true")) || slice_eq(text, slice_str("false"))) {
		n->kind = NODE_BOOL;
		n->boolean = text.p[0] == 't';
	} else if (slice_eq(text, slice_str("null"))) {
		n->kind = NODE_NULL;
	} else if ((text.p[0] >= '0' && text.p[0] <= '9') || text.p[0] == '-') {
		n->kind = NODE_NUMBER;
	}
	*out = n;
	return 0;
}

static int read_value(struct hcl *h, const struct node **out);
static int read_body(struct hcl *h, int close, struct node *into);

static int read_list(struct hcl *h, const struct node **out) {
	VEC(const struct node *) items = {0};
	size_t from = h->at++;
	struct node *n = NULL;
	int status = -1;

	for (;;) {
		const struct node *item = NULL;

		skip(h, true);
		if (peek(h, 0) == ']')
			break;
		if (h->at >= h->s.n) {
			fail(h, "a list without its end");
			goto out;
		}
		if (read_value(h, &item) != 0)
			goto out;
		VEC_PUSH(&items, item);
		skip(h, true);
		if (peek(h, 0) == ',')
			h->at++;
		else if (peek(h, 0) != ']') {
			fail(h, "a , or ] is expected in a list");
			goto out;
		}
	}
	h->at++;
	n = make(h, NODE_SEQUENCE, from);
	if (n) {
		const struct node **at = ARENA_NEW_N(h->arena, const struct node *, items.n);

		if (items.n)
			memcpy(at, items.at, items.n * sizeof(*at));
		n->items = at;
		n->n = items.n;
		status = 0;
	}
out:
	*out = n;
	VEC_FREE(&items);
	return status;
}

static int read_object(struct hcl *h, const struct node **out) {
	size_t from = h->at++;
	struct node *n = make(h, NODE_MAPPING, from);

	*out = n;
	if (!n || read_body(h, '}', n) != 0)
		return -1;
	n->span = lines_span(&h->lines, from, h->at);
	return 0;
}

/* Is there more of an expression on the line behind a value? "a" == b, {…}[key], [for …]... */
static bool goes_on(struct hcl *h) {
	const size_t end = h->at;

	skip(h, false);

	const int c = peek(h, 0);

	h->at = end;
	return c > 0 && !strchr("\n,]})#/", c);
}

/* { for k, v in … : k => v }: nothing that could be read as members. */
static bool is_for(struct hcl *h) {
	const size_t from = h->at++;
	bool is;

	skip(h, true);
	is = slice_has_prefix(slice_sub(h->s, h->at, h->at + 4), "for ");
	h->at = from;
	return is;
}

static bool is_call_of_encoder(struct hcl *h) {
	return slice_has_prefix(slice_sub(h->s, h->at, h->at + 11), ENCODER "(");
}

/* jsonencode(value): the value itself, marked by the function's name. */
static int read_encoded(struct hcl *h, const struct node **out) {
	const struct node *value = NULL;
	struct node *n;

	h->at += strlen(ENCODER "(");
	skip(h, true);
	if (read_value(h, &value) != 0 || !value)
		return -1;
	skip(h, true);
	if (peek(h, 0) == ',')
		h->at++;
	skip(h, true);
	if (peek(h, 0) != ')')
		return fail(h, "a ) is expected");
	h->at++;
	n = ARENA_NEW(h->arena, struct node);
	*n = *value;
	n->tag = ENCODER;
	*out = n;
	return 0;
}

/* By its first byte. */
static int read_plain_value(struct hcl *h, const struct node **out) {
	const int c = peek(h, 0);

	if (c == '"')
		return read_string(h, out);
	if (c == '[')
		return read_list(h, out);
	if (c == '{' && !is_for(h))
		return read_object(h, out);
	if (c == '<' && peek(h, 1) == '<')
		return read_heredoc(h, out);
	return is_call_of_encoder(h) ? read_encoded(h, out) : read_expression(h, out);
}

static int read_value(struct hcl *h, const struct node **out) {
	const size_t from = h->at;
	const unsigned depth = h->depth;
	int status;

	if (++h->depth > h->lim->max_depth)
		return fail(h, "nested too deeply");
	status = read_plain_value(h, out);
	h->depth = depth;
	if (status == 0 && goes_on(h)) { /* an expression after all */
		h->at = from;
		status = read_expression(h, out);
	}
	return status;
}

static bool is_word(int c) {
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
	       c == '.' || c == '*';
}

static int read_key(struct hcl *h, const struct node **out) {
	size_t from = h->at;
	struct node *n;

	if (peek(h, 0) == '"')
		return read_string(h, out);
	if (peek(h, 0) == '(') /* (local.issuer) = …: the text within */
		while (h->at < h->s.n && h->s.p[h->at] != '\n' && h->s.p[h->at++] != ')')
			;
	while (is_word(peek(h, 0)))
		h->at++;
	if (h->at == from)
		return fail(h, "a name is expected");
	n = make(h, NODE_STRING, from);
	if (!n)
		return -1;
	n->text = keep(h, slice_sub(h->s, from, h->at));
	*out = n;
	return 0;
}

/* A mapping around `inner` for each label behind the first name. */
static const struct node *nest(struct hcl *h, const struct node *const *labels, size_t n, const struct node *inner) {
	for (size_t i = n; i-- > 0 && inner;) {
		struct node_member *m = ARENA_NEW(h->arena, struct node_member);
		struct node *around = make(h, NODE_MAPPING, labels[i]->span.start);

		*m = (struct node_member){labels[i], inner};
		if (around) {
			around->members = m;
			around->n = 1;
		}
		inner = around;
	}
	return inner;
}

/* One `key = value`, `key : value` or block. */
static int read_member(struct hcl *h, struct node_member *out) {
	const struct node *labels[LABELS_MAX];
	size_t n = 0;

	if (read_key(h, &out->key) != 0)
		return -1;
	for (;;) {
		int c;

		skip(h, false);
		c = peek(h, 0);
		if (c == '=' || c == ':') {
			h->at++;
			skip(h, true);
			return read_value(h, &out->value);
		}
		if (c == '{')
			break;
		if (n == LABELS_MAX || (c != '"' && !is_word(c)))
			return fail(h, "a = or { is expected behind a name");
		if (read_key(h, &labels[n]) != 0)
			return -1;
		n++;
	}
	if (h->depth + n >= h->lim->max_depth)
		return fail(h, "nested too deeply");
	h->depth += (unsigned)n;
	if (read_value(h, &out->value) != 0)
		return -1;
	h->depth -= (unsigned)n;
	out->value = nest(h, labels, n, out->value);
	return out->value ? 0 : -1;
}

/* Members up to `close`, or the end when it is 0; what was whole is kept when something is wrong. */
static int read_body(struct hcl *h, int close, struct node *into) {
	member_vec members = {0};
	int status = -1;

	for (;;) {
		struct node_member m = {0};

		skip(h, true);
		if (h->at >= h->s.n) {
			status = close ? fail(h, "a block without its end") : 0;
			break;
		}
		if (peek(h, 0) == close) {
			h->at++;
			status = 0;
			break;
		}
		if (peek(h, 0) == ',') {
			h->at++;
			continue;
		}
		if (read_member(h, &m) != 0)
			break;
		VEC_PUSH(&members, m);
	}
	if (members.n) {
		struct node_member *at = ARENA_NEW_N(h->arena, struct node_member, members.n);

		memcpy(at, members.at, members.n * sizeof(*at));
		into->members = at;
		into->n = members.n;
	}
	VEC_FREE(&members);
	return status;
}

int hcl_read(struct arena *a, struct slice bytes, const struct node_limits *lim, struct node_documents *out,
	struct syntax_error *err) {
	struct hcl h = {.arena = a, .lim = lim, .s = bytes, .err = err};
	const struct node **roots = ARENA_NEW(a, const struct node *);
	struct node *root;
	int status;

	lines_of(&h.lines, bytes);
	root = make(&h, NODE_MAPPING, 0);
	if (!root) {
		lines_free(&h.lines);
		return -1;
	}
	status = utf8_is_valid(bytes) ? read_body(&h, 0, root) : fail(&h, "not UTF-8");
	root->span = lines_span(&h.lines, 0, h.at < bytes.n ? h.at : bytes.n);
	roots[0] = root;
	*out = (struct node_documents){.roots = roots, .n = 1, .truncated = status != 0};
	lines_free(&h.lines);
	return status;
}
