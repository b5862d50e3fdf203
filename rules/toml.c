/* The structure of TOML: lines, names, tables, arrays. Strings and numbers are in toml_value.c. */
#include "rules/toml_parse.h"

#include <stdarg.h>
#include <stdio.h>

int toml_fail(struct toml_reader *r, const char *fmt, ...) {
	char text[200];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	return error_set(r->err, ERR_USAGE, "%s:%u: %s", r->file, r->line, text);
}

int toml_peek(const struct toml_reader *r) {
	return r->at < r->s.n ? r->s.p[r->at] : -1;
}

static void skip_blanks(struct toml_reader *r) {
	while (toml_peek(r) == ' ' || toml_peek(r) == '\t')
		r->at++;
}

/* A comment holds no control characters but tabs. */
static int skip_comment(struct toml_reader *r) {
	if (toml_peek(r) != '#')
		return 0;
	while (r->at < r->s.n && r->s.p[r->at] != '\n') {
		uint8_t c = r->s.p[r->at];

		if ((c < 0x20 && c != '\t' && !(c == '\r' && r->at + 1 < r->s.n && r->s.p[r->at + 1] == '\n')) ||
			c == 0x7f)
			return toml_fail(r, "a control character in a comment");
		r->at++;
	}
	return 0;
}

static bool skip_newline(struct toml_reader *r) {
	if (toml_peek(r) == '\r' && r->at + 1 < r->s.n && r->s.p[r->at + 1] == '\n')
		r->at++;
	if (toml_peek(r) != '\n')
		return false;
	r->at++;
	r->line++;
	return true;
}

static int end_line(struct toml_reader *r) {
	skip_blanks(r);
	if (skip_comment(r) != 0)
		return -1;
	if (!skip_newline(r) && r->at < r->s.n)
		return toml_fail(r, "more than one thing in a line");
	return 0;
}

/* Blanks, comments and line ends inside arrays. */
static int skip_space(struct toml_reader *r) {
	do {
		skip_blanks(r);
		if (skip_comment(r) != 0)
			return -1;
	} while (skip_newline(r));
	return 0;
}

static bool is_bare(int c) {
	return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z' && c > 0) || c == '_' || c == '-';
}

static int read_name(struct toml_reader *r, struct slice *out) {
	size_t from = r->at;

	if (toml_peek(r) == '"' || toml_peek(r) == '\'')
		return toml_string(r, false, out);
	while (is_bare(toml_peek(r)))
		r->at++;
	if (r->at == from)
		return toml_fail(r, "a name is expected");
	*out = slice_of(arena_str(r->arena, slice_sub(r->s, from, r->at)), r->at - from);
	return 0;
}

static struct toml *find(const struct toml *table, struct slice key) {
	for (struct toml *t = table->first; t; t = t->next)
		if (slice_eq(t->key, key))
			return t;
	return NULL;
}

const struct toml *toml_get(const struct toml *table, const char *key) {
	return find(table, slice_str(key));
}

static struct toml *add(struct toml_reader *r, struct toml *to, enum toml_kind kind, struct slice key) {
	struct toml *t = ARENA_NEW(r->arena, struct toml);

	t->kind = kind;
	t->key = key;
	t->line = r->line;
	if (to->last)
		to->last->next = t;
	else
		to->first = t;
	to->last = t;
	to->n++;
	return t;
}

/* Each name is looked for among its siblings, so their number is bounded: a real file has tens. */
static int check_room(struct toml_reader *r, const struct toml *table) {
	return table->n >= TOML_MEMBERS_MAX ? toml_fail(r, "more than %d names in one table", TOML_MEMBERS_MAX) : 0;
}

/* The table that a name leads to from `t`, made where it is not there. */
static struct toml *enter(struct toml_reader *r, struct toml *t, struct slice key, bool by_header) {
	struct toml *inner = find(t, key);

	if (!inner) {
		if (check_room(r, t) != 0)
			return NULL;
		inner = add(r, t, TOML_TABLE, key);
		inner->is_implied = true;
		inner->made_by_header = by_header;
		return inner;
	}
	if (inner->is_list_of_tables && by_header)
		return inner->last;
	if (inner->kind != TOML_TABLE || inner->is_closed ||
		(!by_header && (!inner->is_implied || inner->made_by_header))) {
		toml_fail(r, "the name '%.*s' is already used for something else", (int)(key.n < 80 ? key.n : 80),
			(const char *)key.p);
		return NULL;
	}
	return inner;
}

/* NAME or NAME.NAME…; leaves the last part in *key and enters the tables before it. */
static struct toml *read_path(struct toml_reader *r, struct toml *t, bool by_header, struct slice *key) {
	for (unsigned parts = 0;; parts++) {
		if (parts > TOML_DEPTH_MAX) {
			toml_fail(r, "a name of too many parts");
			return NULL;
		}
		if (read_name(r, key) != 0)
			return NULL;
		skip_blanks(r);
		if (toml_peek(r) != '.')
			return t;
		r->at++;
		skip_blanks(r);
		t = enter(r, t, *key, by_header);
		if (!t)
			return NULL;
	}
}

static int read_value(struct toml_reader *r, struct toml *out);

static int read_pair(struct toml_reader *r, struct toml *table) {
	struct slice key = {0};
	struct toml *t = read_path(r, table, false, &key), *value;

	if (!t)
		return -1;
	if (find(t, key))
		return toml_fail(
			r, "the name '%.*s' stands here twice", (int)(key.n < 80 ? key.n : 80), (const char *)key.p);
	if (check_room(r, t) != 0)
		return -1;
	if (toml_peek(r) != '=')
		return toml_fail(r, "a = is expected behind a name");
	r->at++;
	skip_blanks(r);
	value = add(r, t, TOML_TEXT, key);
	return read_value(r, value);
}

static int read_array(struct toml_reader *r, struct toml *out) {
	out->kind = TOML_ARRAY;
	out->is_closed = true;
	r->at++;
	for (;;) {
		if (skip_space(r) != 0)
			return -1;
		if (toml_peek(r) == ']')
			break;
		if (read_value(r, add(r, out, TOML_TEXT, slice_of(NULL, 0))) != 0 || skip_space(r) != 0)
			return -1;
		if (toml_peek(r) == ',')
			r->at++;
		else if (toml_peek(r) != ']')
			return toml_fail(r, "a , or ] is expected in an array");
	}
	r->at++;
	return 0;
}

static void close_tables(struct toml *t) {
	t->is_closed = true;
	for (struct toml *m = t->first; m; m = m->next)
		if (m->kind == TOML_TABLE && !m->is_closed)
			close_tables(m);
}

static int read_inline_table(struct toml_reader *r, struct toml *out) {
	out->kind = TOML_TABLE;
	r->at++;
	skip_blanks(r);
	while (toml_peek(r) != '}') {
		if (out->first) {
			if (toml_peek(r) != ',')
				return toml_fail(r, "a , or } is expected in a table");
			r->at++;
			skip_blanks(r);
		}
		if (read_pair(r, out) != 0)
			return -1;
		skip_blanks(r);
	}
	r->at++;
	close_tables(out);
	return 0;
}

static int read_value(struct toml_reader *r, struct toml *out) {
	int c = toml_peek(r), status;

	if (c != '[' && c != '{')
		return toml_scalar(r, out);
	if (++r->depth > TOML_DEPTH_MAX)
		return toml_fail(r, "nested too deeply");
	status = c == '[' ? read_array(r, out) : read_inline_table(r, out);
	r->depth--;
	return status;
}

/* [[NAME]]: another table of a list. */
static struct toml *open_list_item(struct toml_reader *r, struct toml *t, struct slice key) {
	struct toml *list = find(t, key);

	if (!list) {
		if (check_room(r, t) != 0)
			return NULL;
		list = add(r, t, TOML_ARRAY, key);
		list->is_list_of_tables = true;
	} else if (!list->is_list_of_tables) {
		toml_fail(r, "the name '%.*s' is already used for something else", (int)(key.n < 80 ? key.n : 80),
			(const char *)key.p);
		return NULL;
	}
	return add(r, list, TOML_TABLE, slice_of(NULL, 0));
}

static struct toml *open_table(struct toml_reader *r, struct toml *t, struct slice key) {
	struct toml *table = find(t, key);

	if (!table) {
		if (check_room(r, t) != 0)
			return NULL;
		return add(r, t, TOML_TABLE, key);
	}
	if (table->kind != TOML_TABLE || !table->is_implied || !table->made_by_header || table->is_closed) {
		toml_fail(r, "the table '%.*s' is written twice", (int)(key.n < 80 ? key.n : 80), (const char *)key.p);
		return NULL;
	}
	table->is_implied = false;
	table->line = r->line;
	return table;
}

/* Returns the table that the following lines belong to. */
static struct toml *read_header(struct toml_reader *r, struct toml *root) {
	bool list = r->at + 1 < r->s.n && r->s.p[r->at + 1] == '[';
	struct toml *t, *opened;
	struct slice key = {0};

	r->at += list ? 2 : 1;
	skip_blanks(r);
	t = read_path(r, root, true, &key);
	if (!t)
		return NULL;
	for (int i = 0; i < (list ? 2 : 1); i++) {
		if (toml_peek(r) != ']') {
			toml_fail(r, "a ] is expected behind a table's name");
			return NULL;
		}
		r->at++;
	}
	opened = list ? open_list_item(r, t, key) : open_table(r, t, key);
	return opened && end_line(r) == 0 ? opened : NULL;
}

struct toml *toml_parse(struct arena *a, const char *file, struct slice text, struct error *err) {
	struct toml_reader r = {.arena = a, .file = file, .s = text, .line = 1, .err = err};
	struct toml *root = ARENA_NEW(a, struct toml), *table = root;

	root->kind = TOML_TABLE;
	root->line = 1;
	if (slice_has_prefix(text, "\xef\xbb\xbf"))
		r.at = 3;
	if (!utf8_is_valid(text)) {
		toml_fail(&r, "not UTF-8");
		return NULL;
	}
	while (r.at < r.s.n) {
		if (skip_space(&r) != 0)
			return NULL;
		if (r.at >= r.s.n)
			break;
		if (toml_peek(&r) == '[')
			table = read_header(&r, root);
		else if (read_pair(&r, table) != 0 || end_line(&r) != 0)
			return NULL;
		if (!table)
			return NULL;
	}
	return root;
}
