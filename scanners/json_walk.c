/* The walk: strings and brackets only. Parsing is json.c's. */
#include "scanners/json_walk.h"

#include <endian.h>

static bool is_blank(uint8_t c) {
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Moves on to `to`, counting lines and columns. */
static void advance(struct json_walk *w, size_t to) {
	const uint8_t *from = w->p + w->at, *end = w->p + to, *lf;

	while (from < end && (lf = memchr(from, '\n', (size_t)(end - from)))) {
		w->line++;
		w->column = 1;
		from = lf + 1;
	}
	w->column += (unsigned)(end - from);
	w->at = to;
}

static void skip_blank(struct json_walk *w) {
	size_t i = w->at;

	while (i < w->n && is_blank(w->p[i]))
		i += w->n - i >= 8 && memcmp(w->p + i, "        ", 8) == 0 ? 8 : 1;
	advance(w, i);
}

static bool fail(struct json_walk *w, const char *text) {
	w->err = (struct syntax_error){text, w->line, w->column};
	w->done = w->close != 0;
	return false;
}

/* Behind the string that starts at `i`; n when it does not close. */
static size_t string_end(const uint8_t *p, size_t i, size_t n) {
	for (i++; i < n;) {
		const uint8_t *q = memchr(p + i, '"', n - i);
		size_t k, slashes = 0;

		if (!q)
			return n;
		k = (size_t)(q - p);
		while (k - slashes > i && p[k - slashes - 1] == '\\')
			slashes++;
		if (slashes % 2 == 0)
			return k + 1;
		i = k + 1;
	}
	return n;
}

/* From `i` on past what stands between values, eight bytes at a time: to a quote or bracket, to a byte with its high bit, or close to the end. Bit 5
 * tells "[" from "{" and "]" from "}"; a byte that is 0 after the exclusive or borrows from its high bit when 1 is taken from it, and the lowest
 * such byte is never a borrower itself. */
static size_t skip_between(const uint8_t *p, size_t i, size_t n) {
	const uint64_t ones = UINT64_C(0x0101010101010101), high = ones << 7;

	for (; n - i >= 8; i += 8) {
		uint64_t v, marks;

		memcpy(&v, p + i, sizeof(v));
		v = le64toh(v);
		marks = v | ((v ^ ones * '"') - ones);
		marks |= ((v | ones * 0x20) ^ ones * '{') - ones;
		marks |= ((v | ones * 0x20) ^ ones * '}') - ones;
		marks &= high;
		if (marks)
			return i + (size_t)__builtin_ctzll(marks) / 8;
	}
	return i;
}

/* Behind the value that starts at `i`; *whole is false when the text ends inside it. No recursion: depth costs nothing here. */
static size_t value_end(const uint8_t *p, size_t i, size_t n, bool *whole) {
	uint64_t depth = 0;

	*whole = true;
	if (p[i] != '{' && p[i] != '[' && p[i] != '"') {
		while (i < n && !is_blank(p[i]) && !strchr(",]}{[\"", p[i]))
			i++;
		return i;
	}
	while ((i = skip_between(p, i, n)) < n) {
		uint8_t c = p[i];

		if (c == '"') {
			size_t end = string_end(p, i, n);

			*whole = end < n || (end == n && end > i + 1 && p[n - 1] == '"');
			i = end;
			if (depth == 0)
				return i;
			continue;
		}
		i++;
		if (c == '{' || c == '[')
			depth++;
		else if ((c == '}' || c == ']') && --depth == 0)
			return i;
	}
	*whole = false;
	return n;
}

void json_walk_stream(struct json_walk *w, struct slice text) {
	bool bom = text.n >= 3 && memcmp(text.p, "\xef\xbb\xbf", 3) == 0;

	*w = (struct json_walk){.p = text.p, .n = text.n, .line = 1, .column = 1};
	if (bom)
		advance(w, 3);
}

char json_piece_kind(const struct json_piece *p) {
	return p->bytes.n ? (char)p->bytes.p[0] : 0;
}

bool json_walk_open(struct json_walk *w, const struct json_piece *p) {
	char kind = json_piece_kind(p);

	if (kind != '{' && kind != '[')
		return false;
	*w = (struct json_walk){.p = p->bytes.p,
		.n = p->bytes.n,
		.offset = p->offset,
		.line = p->line,
		.column = p->column,
		.close = kind == '{' ? '}' : ']'};
	advance(w, 1);
	return true;
}

/* After an error of a stream: to the next line that begins a value. */
static bool resume(struct json_walk *w) {
	const uint8_t *lf;

	w->err.text = NULL;
	for (;;) {
		lf = memchr(w->p + w->at, '\n', w->n - w->at);
		advance(w, lf ? (size_t)(lf - w->p) + 1 : w->n);
		if (w->at >= w->n)
			return false;
		if (w->p[w->at] == '{' || w->p[w->at] == '[')
			return true;
	}
}

/* The comma between, and the bracket behind. False at the end or an error. */
static bool to_next(struct json_walk *w) {
	skip_blank(w);
	if (w->at < w->n && w->p[w->at] == ',' && (w->started || !w->close)) {
		advance(w, w->at + 1);
		skip_blank(w);
	} else if (w->at < w->n && w->close && w->started && w->p[w->at] != w->close)
		return fail(w, "a comma is missing");
	if (w->at >= w->n) {
		if (w->close)
			return fail(w, "the text ends inside a list or an object");
		w->done = true;
		return false;
	}
	if (w->close && w->p[w->at] == w->close) {
		w->done = true;
		return false;
	}
	return true;
}

static bool take_key(struct json_walk *w, struct slice *key) {
	size_t end;

	if (w->p[w->at] != '"')
		return fail(w, "a key in quotes is missing");
	end = string_end(w->p, w->at, w->n);
	if (end >= w->n)
		return fail(w, "the text ends inside a key");
	if (key)
		*key = slice_of(w->p + w->at + 1, end - w->at - 2);
	advance(w, end);
	skip_blank(w);
	if (w->at >= w->n || w->p[w->at] != ':')
		return fail(w, "a colon is missing behind a key");
	advance(w, w->at + 1);
	skip_blank(w);
	return w->at < w->n || fail(w, "the text ends behind a key");
}

bool json_walk_next(struct json_walk *w, struct slice *key, struct json_piece *value) {
	size_t end;
	bool whole;

	if (w->done || (w->err.text && (w->close || !resume(w))) || !to_next(w))
		return false;
	w->started = true;
	if (w->close == '}' && !take_key(w, key))
		return false;
	if (strchr(",:]}", w->p[w->at]))
		return fail(w, "a value is missing");
	end = value_end(w->p, w->at, w->n, &whole);
	*value = (struct json_piece){.bytes = slice_of(w->p + w->at, end - w->at),
		.offset = w->offset + w->at,
		.line = w->line,
		.column = w->column,
		.cut = !whole};
	advance(w, end);
	return true;
}

struct span json_piece_span(const struct json_piece *p, struct span s) {
	if (!s.line)
		return s;
	if (s.line == 1)
		s.column += p->column - 1;
	if (s.end_line == 1)
		s.end_column += p->column - 1;
	s.line += p->line - 1;
	s.end_line += p->line - 1;
	s.start += p->offset;
	s.end += p->offset;
	return s;
}

/* The tree was made for this call alone, so its places may still be moved. The depth is the one that
 * json_read() allows, which is bounded. */
static void move_spans(const struct json_piece *p, const struct node *n) {
	struct node *own = (struct node *)n;

	own->span = json_piece_span(p, n->span);
	for (size_t i = 0; i < n->n; i++) {
		if (n->kind == NODE_SEQUENCE)
			move_spans(p, n->items[i]);
		else if (n->kind == NODE_MAPPING) {
			move_spans(p, n->members[i].key);
			move_spans(p, n->members[i].value);
		}
	}
}

const struct node *json_piece_parse(
	struct arena *a, const struct json_piece *p, const struct node_limits *lim, struct syntax_error *err) {
	struct node_documents docs = {0};

	if (json_read(a, p->bytes, false, lim, &docs, err) < 0 || docs.n != 1) {
		if (docs.n > 1)
			*err = (struct syntax_error){"more than one value", 1, 1};
		if (err->line == 1)
			err->column += p->column - 1;
		err->line += p->line - 1;
		return NULL;
	}
	if (p->line != 1 || p->column != 1 || p->offset)
		move_spans(p, docs.roots[0]);
	return docs.roots[0];
}

void json_move(const struct node *n, struct span to) {
	struct node *own = (struct node *)n;

	own->span = to;
	for (size_t i = 0; i < n->n; i++) {
		if (n->kind == NODE_SEQUENCE)
			json_move(n->items[i], to);
		else if (n->kind == NODE_MAPPING) {
			json_move(n->members[i].key, to);
			json_move(n->members[i].value, to);
		}
	}
}
