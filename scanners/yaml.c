/* YAML into trees of nodes, over libyaml's events: exact spans in bytes, aliases followed within a bound, merge keys put in.
 * What a scalar means beyond null, true, false and numbers is the reader's business: "on" and "yes" stay text. */
#include "scanners/lines.h"
#include "scanners/yaml_scalar.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <yaml.h>

/* libyaml counts characters; one checkpoint for so many of them leads back to bytes. */
#define CHECKPOINT 64

struct anchor {
	struct slice name;
	const struct node *node; /* NULL while it is being read */
	uint64_t count;		 /* nodes below it, itself and aliases followed */
	uint32_t height;
};

/* A collection being read: its children wait in `pending` from `base` on; keys and values of a mapping by turns. */
struct frame {
	struct node *node;
	size_t base;
	size_t anchor; /* index + 1, or 0 */
	uint64_t before;
	uint32_t height;
	bool flow;
};

struct reading {
	struct arena *arena;
	struct slice bytes;
	const struct node_limits *limits;
	struct syntax_error *err;
	struct lines lines;
	yaml_parser_t parser;
	size_t skip; /* the BOM, which libyaml would count as a column */
	bool ascii;
	VEC(size_t) checkpoints; /* byte offset of character CHECKPOINT * i */
	VEC(const struct node *) pending;
	VEC(struct frame) frames;
	VEC(struct anchor) anchors;
	VEC(const struct node *) roots;
	uint64_t count;
};

static void index_characters(struct reading *r) {
	size_t chars = 0;

	r->ascii = true;
	for (size_t i = r->skip; i < r->bytes.n && r->ascii; i++)
		r->ascii = r->bytes.p[i] < 0x80;
	if (r->ascii)
		return;
	for (size_t i = r->skip; i < r->bytes.n; i++) {
		if ((r->bytes.p[i] & 0xC0) == 0x80)
			continue;
		if (chars++ % CHECKPOINT == 0)
			VEC_PUSH(&r->checkpoints, i);
	}
}

/* The byte offset of character `index`. */
static size_t byte_of(const struct reading *r, size_t index) {
	if (r->ascii || r->checkpoints.n == 0)
		return index < r->bytes.n - r->skip ? index + r->skip : r->bytes.n;

	const size_t block = index / CHECKPOINT;
	size_t left = index % CHECKPOINT;

	if (block >= r->checkpoints.n)
		return r->bytes.n;

	size_t at = r->checkpoints.at[block];

	while (left && at < r->bytes.n) {
		at++;
		while (at < r->bytes.n && (r->bytes.p[at] & 0xC0) == 0x80)
			at++;
		left--;
	}
	return at;
}

static int fail_at(struct reading *r, const char *text, size_t at) {
	r->err->text = text;
	lines_place(&r->lines, at < r->bytes.n ? at : r->bytes.n, &r->err->line, &r->err->column);
	return -1;
}

/* What libyaml did not like, in words for people: what it says, and what it was at. */
static int fail_parse(struct reading *r) {
	const yaml_parser_t *p = &r->parser;

	if (p->error == YAML_READER_ERROR)
		return fail_at(r, p->problem ? p->problem : "not UTF-8", p->problem_offset + r->skip);

	const size_t at = byte_of(r, p->problem_mark.index);

	if (p->error == YAML_MEMORY_ERROR || !p->problem)
		return fail_at(r, "too large to be read as YAML", at);
	if (at < r->bytes.n && r->bytes.p[at] == '\t')
		return fail_at(r, "a tab where YAML allows blanks only", at);
	if (!p->context)
		return fail_at(r, p->problem, at);
	return fail_at(r, arena_printf(r->arena, "%s %s", p->problem, p->context), at);
}

/* Past "&name" and "!tag" to the value they belong to. */
static size_t past_properties(const struct reading *r, size_t at, size_t end) {
	const uint8_t *p = r->bytes.p;

	while (at < end) {
		if (p[at] == '&' || p[at] == '!')
			while (at < end && !memchr(" \t\r\n", p[at], 4))
				at++;
		else if (p[at] == '#')
			while (at < end && p[at] != '\n')
				at++;
		else if (memchr(" \t\r\n", p[at], 4))
			at++;
		else
			break;
	}
	return at;
}

static struct span span_of(struct reading *r, const yaml_event_t *e, bool properties) {
	size_t start = byte_of(r, e->start_mark.index), end = byte_of(r, e->end_mark.index);

	if (properties)
		start = past_properties(r, start, end);
	return lines_span(&r->lines, start, end);
}

static const char *local_tag(struct reading *r, const yaml_char_t *tag) {
	const char *t = (const char *)tag;

	if (!t || strncmp(t, "tag:yaml.org,2002:", 18) == 0 || strcmp(t, "!") == 0)
		return NULL;
	return arena_str(r->arena, slice_str(t));
}

static size_t anchor_open(struct reading *r, const yaml_char_t *name) {
	if (!name)
		return 0;

	const struct anchor a = {.name = arena_copy(r->arena, slice_str((const char *)name))};

	VEC_PUSH(&r->anchors, a);
	return r->anchors.n;
}

static void anchor_close(struct reading *r, size_t anchor, const struct node *n, uint64_t count, uint32_t height) {
	if (anchor) {
		struct anchor *a = &r->anchors.at[anchor - 1];

		a->node = n;
		a->count = count;
		a->height = height;
	}
}

static int count_nodes(struct reading *r, uint64_t n, const yaml_event_t *e) {
	r->count += n;
	if (r->count > r->limits->max_nodes)
		return fail_at(r,
			arena_printf(r->arena, "more than %llu nodes, aliases followed",
				(unsigned long long)r->limits->max_nodes),
			byte_of(r, e->start_mark.index));
	return 0;
}

/* A node is whole: it goes to the collection around it, or is a document. */
static int put(struct reading *r, const struct node *n, uint32_t height, const yaml_event_t *e) {
	if (r->frames.n == 0) {
		VEC_PUSH(&r->roots, n);
		return 0;
	}

	struct frame *f = &r->frames.at[r->frames.n - 1];

	if (height + 1 > f->height)
		f->height = height + 1;
	VEC_PUSH(&r->pending, n);
	if (r->frames.n + height > r->limits->max_depth)
		return fail_at(r, arena_printf(r->arena, "nested deeper than %u", r->limits->max_depth),
			byte_of(r, e->start_mark.index));
	return 0;
}

static int take_scalar(struct reading *r, const yaml_event_t *e) {
	struct node *n = ARENA_NEW(r->arena, struct node);
	const yaml_char_t *tag = e->data.scalar.tag;
	const bool plain = e->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;

	n->span = span_of(r, e, tag || e->data.scalar.anchor);
	n->text = arena_copy(r->arena, slice_of(e->data.scalar.value, e->data.scalar.length));
	n->tag = local_tag(r, tag);
	n->block =
		e->data.scalar.style == YAML_LITERAL_SCALAR_STYLE || e->data.scalar.style == YAML_FOLDED_SCALAR_STYLE;
	n->quoted = !plain || (tag && !n->tag);
	n->kind = n->quoted || n->tag ? NODE_STRING : yaml_scalar_kind(n->text);
	n->boolean = n->kind == NODE_BOOL && (n->text.p[0] == 't' || n->text.p[0] == 'T');
	if (n->block) { /* libyaml's mark stands where the next token starts */
		uint64_t end = n->span.end;

		while (end > n->span.start && memchr(" \t\r\n", r->bytes.p[end - 1], 4))
			end--;
		n->span = lines_span(&r->lines, n->span.start, end);
	}
	if (count_nodes(r, 1, e) != 0)
		return -1;
	anchor_close(r, anchor_open(r, e->data.scalar.anchor), n, 1, 0);
	return put(r, n, 0, e);
}

static int take_alias(struct reading *r, const yaml_event_t *e) {
	const struct slice name = slice_str((const char *)e->data.alias.anchor);
	const size_t at = byte_of(r, e->start_mark.index);
	size_t i = r->anchors.n;

	while (i > 0 && !slice_eq(r->anchors.at[i - 1].name, name))
		i--;
	if (i == 0)
		return fail_at(r, "an alias whose anchor was not met before", at);

	const struct anchor a = r->anchors.at[i - 1];

	if (!a.node)
		return fail_at(r, "an alias inside its own anchor", at);
	if (count_nodes(r, a.count, e) != 0)
		return -1;

	struct node *n = ARENA_NEW(r->arena, struct node);

	*n = *a.node;
	n->span = span_of(r, e, false);
	return put(r, n, a.height, e);
}

static int open_collection(struct reading *r, const yaml_event_t *e, enum node_kind kind) {
	const bool map = kind == NODE_MAPPING;
	const yaml_char_t *anchor = map ? e->data.mapping_start.anchor : e->data.sequence_start.anchor;
	const yaml_char_t *tag = map ? e->data.mapping_start.tag : e->data.sequence_start.tag;
	struct node *n = ARENA_NEW(r->arena, struct node);
	struct frame f = {.node = n, .base = r->pending.n, .before = r->count};

	f.flow = map ? e->data.mapping_start.style == YAML_FLOW_MAPPING_STYLE
		     : e->data.sequence_start.style == YAML_FLOW_SEQUENCE_STYLE;
	f.anchor = anchor_open(r, anchor);
	n->kind = kind;
	n->tag = local_tag(r, tag);
	n->span.start = byte_of(r, e->start_mark.index);
	if (anchor || tag)
		n->span.start = past_properties(r, n->span.start, r->bytes.n);
	VEC_PUSH(&r->frames, f);
	if (r->frames.n > r->limits->max_depth)
		return fail_at(r, arena_printf(r->arena, "nested deeper than %u", r->limits->max_depth), n->span.start);
	return count_nodes(r, 1, e);
}

/* A complex key stands for its source text. */
static const struct node *key_of(struct reading *r, const struct node *k) {
	if (k->kind != NODE_SEQUENCE && k->kind != NODE_MAPPING)
		return k;

	struct node *n = ARENA_NEW(r->arena, struct node);

	n->kind = NODE_STRING;
	n->span = k->span;
	n->text = arena_copy(r->arena, slice_sub(r->bytes, k->span.start, k->span.end));
	return n;
}

static size_t merged_of(const struct node *v) {
	size_t n = v->kind == NODE_MAPPING ? v->n : 0;

	if (v->kind == NODE_SEQUENCE)
		for (size_t i = 0; i < v->n; i++)
			n += v->items[i]->kind == NODE_MAPPING ? v->items[i]->n : 0;
	return n;
}

static bool is_merge(const struct node *key, const struct node *value) {
	return !key->quoted && slice_eq(key->text, slice_str("<<")) && merged_of(value) > 0;
}

/* "<<" brings the members of another mapping in front of the own ones, which count; of several mappings the first counts
 * (https://yaml.org/type/merge.html). They were counted when the alias was followed. */
static void set_members(struct reading *r, struct node *n, const struct node *const *kv, size_t pairs) {
	size_t total = 0, at = 0;

	for (size_t i = 0; i < pairs; i++)
		total += is_merge(kv[2 * i], kv[2 * i + 1]) ? merged_of(kv[2 * i + 1]) : 1;

	struct node_member *m = ARENA_NEW_N(r->arena, struct node_member, total);

	for (size_t i = 0; i < pairs; i++) {
		const struct node *v = kv[2 * i + 1];

		if (!is_merge(kv[2 * i], v))
			continue;
		for (size_t j = v->kind == NODE_SEQUENCE ? v->n : 1; j-- > 0;) {
			const struct node *from = v->kind == NODE_SEQUENCE ? v->items[j] : v;

			if (from->kind != NODE_MAPPING || from->n == 0)
				continue;
			memcpy(m + at, from->members, from->n * sizeof(*m));
			at += from->n;
		}
	}
	for (size_t i = 0; i < pairs; i++)
		if (!is_merge(kv[2 * i], kv[2 * i + 1]))
			m[at++] = (struct node_member){key_of(r, kv[2 * i]), kv[2 * i + 1]};
	n->n = at;
	n->members = m;
}

static int close_collection(struct reading *r, const yaml_event_t *e) {
	const struct frame f = r->frames.at[--r->frames.n];
	struct node *n = f.node;
	const struct node *const *children = r->pending.at ? r->pending.at + f.base : NULL;
	const size_t count = r->pending.n - f.base;
	uint64_t end = byte_of(r, e->end_mark.index);

	assert(children || !count);
	if (!f.flow) /* a block ends where its last child does, not where the next token starts */
		end = count ? children[count - 1]->span.end : n->span.start;
	if (end < n->span.start)
		end = n->span.start;
	n->span = lines_span(&r->lines, n->span.start, end);
	if (n->kind == NODE_MAPPING) {
		set_members(r, n, children, count / 2);
	} else {
		const struct node **items = ARENA_NEW_N(r->arena, const struct node *, count);

		if (count)
			memcpy(items, children, count * sizeof(struct node *));
		n->n = count;
		n->items = items;
	}
	r->pending.n = f.base;
	anchor_close(r, f.anchor, n, r->count - f.before, f.height);
	return put(r, n, f.height, e);
}

static int take(struct reading *r, const yaml_event_t *e) {
	switch (e->type) {
	case YAML_DOCUMENT_START_EVENT: /* anchors are those of one document */
		r->anchors.n = 0;
		return 0;
	case YAML_SCALAR_EVENT:
		return take_scalar(r, e);
	case YAML_ALIAS_EVENT:
		return take_alias(r, e);
	case YAML_SEQUENCE_START_EVENT:
		return open_collection(r, e, NODE_SEQUENCE);
	case YAML_MAPPING_START_EVENT:
		return open_collection(r, e, NODE_MAPPING);
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT:
		return close_collection(r, e);
	default:
		return 0;
	}
}

static int read_events(struct reading *r) {
	for (bool more = true; more;) {
		yaml_event_t e;

		if (!yaml_parser_parse(&r->parser, &e))
			return fail_parse(r);

		const int failed = take(r, &e);

		more = e.type != YAML_STREAM_END_EVENT;
		yaml_event_delete(&e);
		if (failed)
			return -1;
	}
	return 0;
}

int yaml_read(struct arena *a, struct slice bytes, const struct node_limits *lim, struct node_documents *out,
	struct syntax_error *err) {
	struct reading r = {.arena = a, .bytes = bytes, .limits = lim, .err = err};
	int status = -1;

	*out = (struct node_documents){0};
	*err = (struct syntax_error){0};
	r.skip = slice_has_prefix(bytes, "\xEF\xBB\xBF") ? 3 : 0;
	lines_of(&r.lines, bytes);
	index_characters(&r);
	if (!yaml_parser_initialize(&r.parser)) {
		fail_at(&r, "too large to be read as YAML", 0);
		goto out;
	}
	yaml_parser_set_encoding(&r.parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&r.parser, bytes.n ? bytes.p + r.skip : (const uint8_t *)"", bytes.n - r.skip);
	status = read_events(&r);
	yaml_parser_delete(&r.parser);

	const struct node **roots = ARENA_NEW_N(a, const struct node *, r.roots.n);

	if (r.roots.n)
		memcpy(roots, r.roots.at, r.roots.n * sizeof(struct node *));
	out->roots = roots;
	out->n = r.roots.n;
	out->truncated = status != 0;
out:
	lines_free(&r.lines);
	VEC_FREE(&r.checkpoints);
	VEC_FREE(&r.pending);
	VEC_FREE(&r.frames);
	VEC_FREE(&r.anchors);
	VEC_FREE(&r.roots);
	return status;
}
