/* The structure of TOML: lines, names, tables, arrays, and the nodes made of them. Strings and numbers are in toml_value.c. */
#include "scanners/toml_parse.h"

int toml_fail(struct toml_reader *r, const char *text) {
	*r->err = (struct syntax_error){text, r->line, (unsigned)(r->at - r->line_at) + 1};
	return -1;
}

int toml_peek(const struct toml_reader *r) {
	return r->at < r->s.n ? r->s.p[r->at] : -1;
}

void toml_next_line(struct toml_reader *r) {
	r->line++;
	r->line_at = r->at;
}

struct span toml_span(const struct toml_reader *r) {
	return (struct span){.start = r->at, .line = r->line, .column = (unsigned)(r->at - r->line_at) + 1};
}

void toml_span_end(const struct toml_reader *r, struct span *s) {
	s->end = r->at;
	s->end_line = r->line;
	s->end_column = (unsigned)(r->at - r->line_at) + 1;
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
	toml_next_line(r);
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

/* One part of a name. */
struct name {
	struct slice key;
	bool quoted;
	struct span span;
};

static int read_name(struct toml_reader *r, struct name *out) {
	size_t from = r->at;

	*out = (struct name){.span = toml_span(r)};
	if (toml_peek(r) == '"' || toml_peek(r) == '\'') {
		out->quoted = true;
		if (toml_string(r, false, &out->key) != 0)
			return -1;
	} else {
		while (is_bare(toml_peek(r)))
			r->at++;
		if (r->at == from)
			return toml_fail(r, "a name is expected");
		out->key = slice_of(arena_str(r->arena, slice_sub(r->s, from, r->at)), r->at - from);
	}
	toml_span_end(r, &out->span);
	return 0;
}

static struct toml_item *find(const struct toml_item *table, struct slice key) {
	for (struct toml_item *t = table->first; t; t = t->next)
		if (slice_eq(t->key, key))
			return t;
	return NULL;
}

/* NULL with the error set when a bound is hit. `name` is NULL for an item of an array. */
static struct toml_item *add(
	struct toml_reader *r, struct toml_item *to, enum toml_kind kind, const struct name *name) {
	struct toml_item *t;

	if (to->depth >= r->lim->max_depth || ++r->nodes > r->lim->max_nodes || (name && to->n >= TOML_MEMBERS_MAX)) {
		toml_fail(r, to->depth >= r->lim->max_depth ? "nested too deeply"
			     : r->nodes > r->lim->max_nodes ? "too many values"
							    : "more than 2000 names in one table");
		return NULL;
	}
	t = ARENA_NEW(r->arena, struct toml_item);
	t->kind = kind;
	t->depth = to->depth + 1;
	if (name) {
		t->key = name->key;
		t->key_is_quoted = name->quoted;
		t->key_span = t->span = name->span;
	}
	if (to->last)
		to->last->next = t;
	else
		to->first = t;
	to->last = t;
	to->n++;
	return t;
}

/* The table that a name leads to from `t`, made where it is not there. */
static struct toml_item *enter(struct toml_reader *r, struct toml_item *t, const struct name *name, bool by_header) {
	struct toml_item *inner = find(t, name->key);

	if (!inner) {
		inner = add(r, t, TOML_TABLE, name);
		if (!inner)
			return NULL;
		inner->is_implied = true;
		inner->made_by_header = by_header;
		return inner;
	}
	if (inner->is_list_of_tables && by_header)
		return inner->last;
	if (inner->kind != TOML_TABLE || inner->is_closed ||
		(!by_header && (!inner->is_implied || inner->made_by_header))) {
		toml_fail(r, "the name is already used for something else");
		return NULL;
	}
	return inner;
}

/* NAME or NAME.NAME…; leaves the last part in *name and enters the tables before it. */
static struct toml_item *read_path(struct toml_reader *r, struct toml_item *t, bool by_header, struct name *name) {
	for (;;) {
		if (read_name(r, name) != 0)
			return NULL;
		skip_blanks(r);
		if (toml_peek(r) != '.')
			return t;
		r->at++;
		skip_blanks(r);
		t = enter(r, t, name, by_header);
		if (!t)
			return NULL;
	}
}

static int read_value(struct toml_reader *r, struct toml_item *out);

static int read_pair(struct toml_reader *r, struct toml_item *table) {
	struct name name;
	struct toml_item *t = read_path(r, table, false, &name), *value;

	if (!t)
		return -1;
	if (find(t, name.key))
		return toml_fail(r, "the name stands here twice");
	if (toml_peek(r) != '=')
		return toml_fail(r, "a = is expected behind a name");
	r->at++;
	skip_blanks(r);
	value = add(r, t, TOML_UNFINISHED, &name);
	return value ? read_value(r, value) : -1;
}

static int read_array(struct toml_reader *r, struct toml_item *out) {
	out->kind = TOML_ARRAY;
	out->is_closed = true;
	r->at++;
	for (;;) {
		struct toml_item *item;

		if (skip_space(r) != 0)
			return -1;
		if (toml_peek(r) == ']')
			break;
		item = add(r, out, TOML_UNFINISHED, NULL);
		if (!item || read_value(r, item) != 0 || skip_space(r) != 0)
			return -1;
		if (toml_peek(r) == ',')
			r->at++;
		else if (toml_peek(r) != ']')
			return toml_fail(r, "a , or ] is expected in an array");
	}
	r->at++;
	return 0;
}

static void close_tables(struct toml_item *t) {
	t->is_closed = true;
	for (struct toml_item *m = t->first; m; m = m->next)
		if (m->kind == TOML_TABLE && !m->is_closed)
			close_tables(m);
}

static int read_inline_table(struct toml_reader *r, struct toml_item *out) {
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

static int read_value(struct toml_reader *r, struct toml_item *out) {
	int c = toml_peek(r), status;

	out->span = toml_span(r);
	status = c == '[' ? read_array(r, out) : c == '{' ? read_inline_table(r, out) : toml_scalar(r, out);
	toml_span_end(r, &out->span);
	return status;
}

/* [[NAME]]: another table of a list. */
static struct toml_item *open_list_item(struct toml_reader *r, struct toml_item *t, const struct name *name) {
	struct toml_item *list = find(t, name->key);

	if (!list) {
		list = add(r, t, TOML_ARRAY, name);
		if (!list)
			return NULL;
		list->is_list_of_tables = true;
	} else if (!list->is_list_of_tables) {
		toml_fail(r, "the name is already used for something else");
		return NULL;
	}
	return add(r, list, TOML_TABLE, NULL);
}

static struct toml_item *open_table(struct toml_reader *r, struct toml_item *t, const struct name *name) {
	struct toml_item *table = find(t, name->key);

	if (!table)
		return add(r, t, TOML_TABLE, name);
	if (table->kind != TOML_TABLE || !table->is_implied || !table->made_by_header || table->is_closed) {
		toml_fail(r, "the table is written twice");
		return NULL;
	}
	table->is_implied = false;
	table->key_span = name->span;
	return table;
}

/* Returns the table that the following lines belong to; its span is the header's. */
static struct toml_item *read_header(struct toml_reader *r, struct toml_item *root) {
	bool list = r->at + 1 < r->s.n && r->s.p[r->at + 1] == '[';
	struct span span = toml_span(r);
	struct toml_item *t, *opened;
	struct name name;

	r->at += list ? 2 : 1;
	skip_blanks(r);
	t = read_path(r, root, true, &name);
	if (!t)
		return NULL;
	for (int i = 0; i < (list ? 2 : 1); i++) {
		if (toml_peek(r) != ']') {
			toml_fail(r, "a ] is expected behind a table's name");
			return NULL;
		}
		r->at++;
	}
	opened = list ? open_list_item(r, t, &name) : open_table(r, t, &name);
	if (!opened)
		return NULL;
	toml_span_end(r, &span);
	opened->span = span;
	return end_line(r) == 0 ? opened : NULL;
}

static int read_lines(struct toml_reader *r, struct toml_item *root) {
	struct toml_item *table = root;

	if (slice_has_prefix(r->s, "\xef\xbb\xbf"))
		r->at = r->line_at = 3;
	if (!utf8_is_valid(r->s))
		return toml_fail(r, "not UTF-8");
	while (r->at < r->s.n) {
		if (skip_space(r) != 0)
			return -1;
		if (r->at >= r->s.n)
			break;
		if (toml_peek(r) == '[')
			table = read_header(r, root);
		else if (read_pair(r, table) != 0 || end_line(r) != 0)
			return -1;
		if (!table)
			return -1;
	}
	return 0;
}

static const struct node *make_node(struct arena *a, const struct toml_item *t);

static void make_members(struct arena *a, const struct toml_item *t, struct node *n) {
	struct node_member *members = ARENA_NEW_N(a, struct node_member, t->n);

	for (const struct toml_item *m = t->first; m; m = m->next) {
		struct node *key;

		if (m->kind == TOML_UNFINISHED)
			continue;
		key = ARENA_NEW(a, struct node);
		*key = (struct node){
			.kind = NODE_STRING, .quoted = m->key_is_quoted, .text = m->key, .span = m->key_span};
		members[n->n++] = (struct node_member){key, make_node(a, m)};
	}
	n->members = members;
}

static void make_items(struct arena *a, const struct toml_item *t, struct node *n) {
	const struct node **items = ARENA_NEW_N(a, const struct node *, t->n);

	for (const struct toml_item *m = t->first; m; m = m->next)
		if (m->kind != TOML_UNFINISHED)
			items[n->n++] = make_node(a, m);
	n->items = items;
}

/* As deep as items may be, which the limits bound. */
static const struct node *make_node(struct arena *a, const struct toml_item *t) {
	static const enum node_kind kinds[] = {[TOML_TEXT] = NODE_STRING,
		[TOML_DATE] = NODE_STRING,
		[TOML_NUMBER] = NODE_NUMBER,
		[TOML_BOOL] = NODE_BOOL,
		[TOML_ARRAY] = NODE_SEQUENCE,
		[TOML_TABLE] = NODE_MAPPING};
	struct node *n = ARENA_NEW(a, struct node);

	*n = (struct node){.kind = kinds[t->kind],
		.quoted = t->kind == TOML_TEXT,
		.boolean = t->truth,
		.span = t->span,
		.text = t->text};
	if (t->kind == TOML_TABLE)
		make_members(a, t, n);
	else if (t->kind == TOML_ARRAY)
		make_items(a, t, n);
	return n;
}

int toml_read(struct arena *a, struct slice bytes, const struct node_limits *lim, struct node_documents *out,
	struct syntax_error *err) {
	struct toml_reader r = {.arena = a, .lim = lim, .s = bytes, .line = 1, .err = err};
	struct toml_item root = {.kind = TOML_TABLE, .span = {.line = 1, .column = 1}};
	const struct node **roots = ARENA_NEW(a, const struct node *);
	int status = read_lines(&r, &root);

	toml_span_end(&r, &root.span);
	roots[0] = make_node(a, &root);
	*out = (struct node_documents){.roots = roots, .n = 1, .truncated = status != 0};
	return status;
}
