/* From bytes to elements: a text is walked, small values are parsed whole, large ones member by member and item by item, and each object is held
 * against the shapes of the readers. What encloses a shape does not matter: envelopes of the command line, arrays, lines, wrappers. */
#include "scanners/iam/aws/reading.h"

#include "core/text.h"

#include <stdlib.h>

enum {
	PARSE_WHOLE = 256 << 10, /* values up to here are parsed at once: one tree is cheaper than three walks */
	DEPTH_MAX = 40,		 /* of wrappers around a shape; modules of Terraform nest two deep each */
	HINT_BYTES_MAX = 2048,
	FIRST_BYTES = 4096
};

static const struct aws_shape *const all_shapes[] = {aws_shapes_principal, aws_shapes_report, aws_shapes_key,
	aws_shapes_organization, aws_shapes_usage, aws_shapes_secret, aws_shapes_anywhere, aws_shapes_workload,
	aws_shapes_terraform, aws_shapes_cloudformation};
#define LISTS (sizeof(all_shapes) / sizeof(*all_shapes))

struct aws_collect aws_collect_default(void) {
	return (struct aws_collect){.max_file_bytes = 8ULL << 30, .max_element_bytes = 256ULL << 20};
}

static void hint_add(struct aws_reading *r, struct slice key, struct slice value) {
	if (r->nhints < AWS_HINTS_MAX && value.n && value.n <= HINT_BYTES_MAX)
		r->hints[r->nhints++] = (struct aws_hint){key, value};
}

/* Pages of the AWS command line and of the APIs end with one of these when there is more. */
static bool is_token(struct slice key, struct slice value, bool is_text) {
	static const char *const names[] = {"NextToken", "nextToken", "nextPageToken", "PaginationToken"};

	if (!value.n)
		return false;
	if (slice_eq(key, slice_str("IsTruncated")))
		return slice_eq_nocase(value, slice_str("true"));
	for (size_t i = 0; is_text && i < sizeof(names) / sizeof(*names); i++)
		if (slice_eq(key, slice_str(names[i])))
			return true;
	return false;
}

/* An object is asked once; an envelope without a token after one with a token is the last page. */
static void note_page(struct aws_reading *r, const struct node *n) {
	for (size_t i = 0; i < n->n; i++)
		if (is_token(n->members[i].key->text, node_text(n->members[i].value),
			    node_is(n->members[i].value, NODE_STRING)))
			r->partial = true;
}

static bool matches(const struct aws_shape *s, const struct node *n) {
	for (size_t i = 0; i < sizeof(s->need) / sizeof(*s->need) && s->need[i]; i++)
		if (!node_get(n, s->need[i]))
			return false;
	return true;
}

static bool read_shape(struct aws_reading *r, const struct node *n, struct slice pointer) {
	for (size_t l = 0; l < LISTS; l++)
		for (const struct aws_shape *s = all_shapes[l]; s->name; s++)
			if (matches(s, n) && s->read(r, n, pointer)) {
				r->inv->exports[s->export] += !r->counted;
				r->counted = false;
				r->recognised++;
				return true;
			}
	return false;
}

static void read_text(struct aws_reading *r, const struct node *n, struct slice pointer, unsigned depth) {
	struct slice t = slice_trim(n->text);
	struct node_documents docs = {0};
	struct node_limits lim = node_limits_default();
	struct syntax_error err = {0};

	/* Rows of an aggregator's answer, contents of policies and templates: JSON in a text. Places are those of the text. */
	if (t.n < 2 || (t.p[0] != '{' && t.p[0] != '[') || json_read(r->scratch, t, false, &lim, &docs, &err) < 0)
		return;
	for (size_t i = 0; i < docs.n; i++) {
		json_move(docs.roots[i], n->span);
		aws_read_node(r, docs.roots[i], pointer, depth + 1);
	}
}

void aws_read_node(struct aws_reading *r, const struct node *n, struct slice pointer, unsigned depth) {
	size_t hints = r->nhints;

	if (depth > DEPTH_MAX || !n)
		return;
	if (n->kind == NODE_STRING)
		read_text(r, n, pointer, depth);
	else if (n->kind == NODE_SEQUENCE)
		for (size_t i = 0; i < n->n; i++)
			aws_read_node(r, n->items[i], aws_pointer_at(r->scratch, pointer, i), depth + 1);
	else if (n->kind == NODE_MAPPING) {
		note_page(r, n);
		if (read_shape(r, n, pointer))
			return;
		for (size_t i = 0; i < n->n; i++)
			if (node_is(n->members[i].value, NODE_STRING))
				hint_add(r, n->members[i].key->text, n->members[i].value->text);
		for (size_t i = 0; i < n->n; i++) {
			const struct node *v = n->members[i].value;
			size_t before = r->nhints;
			const char *key = arena_str(r->scratch, n->members[i].key->text);

			if (v->kind < NODE_STRING)
				continue;
			hint_add(r, slice_str("@key"), n->members[i].key->text);
			aws_read_node(r, v, aws_pointer(r->scratch, pointer, key), depth + 1);
			r->nhints = before;
		}
		r->nhints = hints;
	}
}

struct member {
	struct slice key;
	struct json_piece value;
};
typedef VEC(struct member) member_vec;

static bool has_member(const member_vec *m, const char *key) {
	for (size_t i = 0; i < m->n; i++)
		if (slice_eq(m->at[i].key, slice_str(key)))
			return true;
	return false;
}

static bool may_match(const member_vec *m) {
	for (size_t l = 0; l < LISTS; l++)
		for (const struct aws_shape *s = all_shapes[l]; s->name; s++) {
			bool all = true;

			for (size_t i = 0; i < sizeof(s->need) / sizeof(*s->need) && s->need[i] && all; i++)
				all = has_member(m, s->need[i]);
			if (all)
				return true;
		}
	return false;
}

static void read_piece(struct aws_reading *r, const struct json_piece *p, struct slice pointer, unsigned depth);

static void walk_error(struct aws_reading *r, const struct json_walk *w) {
	struct buf b = {0};

	buf_printf(&b, "column %u: %s; what stands before it was read, export it again", w->err.column, w->err.text);
	aws_trouble(r, "export-damaged", true, w->err.line, buf_cstr(&b));
	buf_free(&b);
}

static void read_members(
	struct aws_reading *r, const struct json_piece *p, const member_vec *m, struct slice pointer, unsigned depth) {
	size_t hints = r->nhints;

	(void)p;
	for (size_t i = 0; i < m->n; i++) {
		struct slice v = m->at[i].value.bytes;
		bool is_text = json_piece_kind(&m->at[i].value) == '"' && !m->at[i].value.cut;

		if (is_text)
			v = slice_sub(v, 1, v.n - 1);
		if (is_token(m->at[i].key, v, is_text))
			r->partial = true;
		if (is_text)
			hint_add(r, m->at[i].key, v);
	}
	for (size_t i = 0; i < m->n; i++) {
		char kind = json_piece_kind(&m->at[i].value);
		struct buf at = {0};

		if (kind != '{' && kind != '[')
			continue;
		buf_add_slice(&at, pointer);
		buf_printf(&at, "/%.*s", (int)m->at[i].key.n, (const char *)m->at[i].key.p);
		read_piece(r, &m->at[i].value, buf_slice(&at), depth + 1);
		buf_free(&at);
	}
	r->nhints = hints;
}

/* Item by item; each may be small enough to be parsed whole. */
static void read_items(struct aws_reading *r, const struct json_piece *p, struct slice pointer, unsigned depth) {
	struct json_walk w;
	struct json_piece item;

	if (!json_walk_open(&w, p))
		return;
	for (size_t i = 0; json_walk_next(&w, NULL, &item); i++) {
		struct buf at = {0};

		buf_add_slice(&at, pointer);
		buf_printf(&at, "/%zu", i);
		read_piece(r, &item, buf_slice(&at), depth + 1);
		buf_free(&at);
	}
	if (w.err.text)
		walk_error(r, &w);
}

/* Parsed whole. False when it is not JSON to the end: then it is walked, and only what is broken is lost. */
static bool read_whole(struct aws_reading *r, const struct json_piece *p, struct slice pointer, unsigned depth,
	struct syntax_error *err) {
	struct node_limits lim = node_limits_default();
	struct arena *outer = r->scratch;
	const struct node *n = json_piece_parse(r->element, p, &lim, err);

	if (n) {
		r->scratch = r->element;
		aws_read_node(r, n, pointer, depth);
		r->scratch = outer;
	}
	arena_reset(r->element);
	return n != NULL;
}

static void read_object(struct aws_reading *r, const struct json_piece *p, struct slice pointer, unsigned depth) {
	struct json_walk w;
	struct member m;
	member_vec all = {0};
	struct syntax_error err = {0};
	bool whole;

	if (!json_walk_open(&w, p))
		return;
	while (all.n < 100000 && json_walk_next(&w, &m.key, &m.value))
		VEC_PUSH(&all, m);
	if (w.err.text)
		walk_error(r, &w);
	whole = !p->cut && p->bytes.n > PARSE_WHOLE && may_match(&all);
	if (whole && p->bytes.n > r->options->max_element_bytes)
		aws_trouble(r, "export-element-too-large", true, p->line,
			"one element of more bytes than are read at once; it was passed over");
	else if (!whole || !read_whole(r, p, pointer, depth, &err))
		read_members(r, p, &all, pointer, depth);
	VEC_FREE(&all);
}

/* What has no parts that could be read alone: said, and passed over. */
static bool is_element(const struct json_piece *p) {
	struct json_walk w;
	struct json_piece v;

	if (!json_walk_open(&w, p))
		return true;
	while (json_walk_next(&w, NULL, &v))
		if (json_piece_kind(&v) == '{' || json_piece_kind(&v) == '[')
			return false;
	return true;
}

static void read_piece(struct aws_reading *r, const struct json_piece *p, struct slice pointer, unsigned depth) {
	char kind = json_piece_kind(p);
	struct syntax_error err = {0};

	if (depth > DEPTH_MAX) {
		aws_trouble(r, "export-too-deep", true, p->line, "nested deeper than any export; not read further");
		return;
	}
	if ((p->bytes.n <= PARSE_WHOLE || kind == '"') && !p->cut) {
		if (p->bytes.n > r->options->max_element_bytes)
			aws_trouble(r, "export-element-too-large", true, p->line,
				"one text of more bytes than are read at once; it was passed over");
		else if (!read_whole(r, p, pointer, depth, &err)) {
			struct buf b = {0};

			if (is_element(p) || depth >= DEPTH_MAX - 1) {
				buf_printf(&b, "column %u: %s; this element is left out", err.column, err.text);
				aws_trouble(r, "export-damaged", true, err.line, buf_cstr(&b));
				buf_free(&b);
				return;
			}
		} else
			return;
	}
	if (kind == '[')
		read_items(r, p, pointer, depth);
	else if (kind == '{')
		read_object(r, p, pointer, depth);
}

static void read_stream(struct aws_reading *r, struct slice text) {
	struct json_walk w;
	struct json_piece p;

	json_walk_stream(&w, text);
	for (;;) {
		if (json_walk_next(&w, NULL, &p)) {
			r->partial = false; /* the last page tells */
			read_piece(r, &p, (struct slice){0}, 0);
			if (p.cut)
				aws_trouble(r, "export-cut", true, p.line,
					"the file ends in the middle of this value; what was whole in it is read");
		} else if (w.err.text)
			walk_error(r, &w);
		else
			return;
	}
}

/* Templates of CloudFormation are YAML more often than JSON. */
static void read_yaml(struct aws_reading *r, struct slice text) {
	struct node_documents docs = {0};
	struct node_limits lim = node_limits_default();
	struct syntax_error err = {0};

	if (yaml_read(r->scratch, text, &lim, &docs, &err) < 0 && docs.n == 0)
		return;
	for (size_t i = 0; i < docs.n; i++)
		aws_read_node(r, docs.roots[i], (struct slice){0}, 0);
}

static bool may_be_yaml(struct slice first) {
	return slice_find(first, slice_str("AWSTemplateFormatVersion")) >= 0 ||
	       slice_find(first, slice_str("Resources:")) >= 0;
}

static struct slice last_name(struct slice path) {
	size_t from = path.n;

	while (from && path.p[from - 1] != '/')
		from--;
	return slice_sub(path, from, path.n);
}

static void read_text_of_file(struct aws_reading *r, struct slice text) {
	size_t i = 0;

	while (i < text.n && i < FIRST_BYTES && strchr(" \t\r\n\xef\xbb\xbf", text.p[i]))
		i++;
	if (i >= text.n)
		return;
	if (text.p[i] == '{' || text.p[i] == '[')
		read_stream(r, text);
	else if (aws_report_is(slice_sub(text, i, text.n))) {
		struct aws_place place = {.source = r->source};

		r->inv->exports[AWS_EXPORT_CREDENTIAL_REPORT]++;
		r->recognised++;
		aws_report_read(r, slice_sub(text, i, text.n), place, true);
	} else if (may_be_yaml(slice_sub(text, 0, FIRST_BYTES)))
		read_yaml(r, text);
}

bool aws_collect_bytes(struct aws_inventory *inv, const struct aws_collect *o, struct slice bytes,
	const struct fact_source *source, struct coverage *c) {
	struct arena scratch = {0}, element = {0};
	struct buf utf8 = {0};
	enum text_coding coding = text_sniff(bytes);
	struct aws_reading r = {.inv = inv,
		.options = o,
		.source = source,
		.coverage = c,
		.scratch = &scratch,
		.element = &element,
		.name = last_name(source->path),
		.account = slice_str(o->account)};

	/* What PowerShell's ">" makes of the answer of the command line. */
	if (coding != TEXT_BYTES) {
		text_from_utf16(&utf8, bytes, coding == TEXT_UTF16BE);
		bytes = buf_slice(&utf8);
	}
	read_text_of_file(&r, bytes);
	if (r.recognised && r.partial) {
		inv->partial++;
		aws_trouble(&r, "export-partial", true, 0,
			"the export ends with a pagination token: it is a part of the whole, and what is missing was "
			"not "
			"judged; export it again without --max-items or --no-paginate");
	}
	buf_free(&utf8);
	arena_free(&element);
	arena_free(&scratch);
	return r.recognised > 0;
}
