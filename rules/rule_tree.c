/* libyaml's events turned into a bounded tree with lines.
 * Not here: what the keys mean (load_fields.c). */
#include "rules/rule_tree.h"

#include "core/map.h"
#include "core/text.h"

#include <yaml.h>

struct reader {
	yaml_parser_t parser;
	struct arena *arena;
	const char *file;
	struct error *err;
	size_t nodes;
	struct rule_node *stack[RULE_TREE_DEPTH_MAX];
	unsigned depth;
	struct rule_node *root;
	bool seen_document;
};

static unsigned line_of(yaml_mark_t mark) {
	return mark.line < UINT32_MAX ? (unsigned)mark.line + 1 : UINT32_MAX;
}

static int fail(struct reader *r, unsigned line, const char *reason) {
	return error_set(r->err, ERR_USAGE, "%s:%u: %s", r->file, line, reason);
}

/* libyaml says what it was doing ("while parsing …") and what it met; both help. */
static int fail_syntax(struct reader *r) {
	const yaml_parser_t *p = &r->parser;
	const char *problem = p->problem ? p->problem : "not valid YAML";
	unsigned line = line_of(p->problem_mark);
	if (p->error == YAML_READER_ERROR)
		return error_set(
			r->err, ERR_USAGE, "%s:%u: not valid UTF-8 text: %s", r->file, line_of(p->mark), problem);
	if (p->context)
		return error_set(r->err, ERR_USAGE, "%s:%u: %s %s (line %u)", r->file, line, problem, p->context,
			line_of(p->context_mark));
	return fail(r, line, problem);
}

static bool key_is_known(const struct rule_node *map, struct slice key) {
	bool is_key = true;
	for (const struct rule_node *n = map->first; n; n = n->next, is_key = !is_key) {
		if (is_key && slice_eq(n->text, key))
			return true;
	}
	return false;
}

/* Hangs `node` below the innermost open one, or makes it the root. */
static int attach(struct reader *r, struct rule_node *node) {
	if (r->depth == 0) {
		r->root = node;
		return 0;
	}
	struct rule_node *parent = r->stack[r->depth - 1];
	if (parent->kind == NODE_MAP && parent->n % 2 == 0) {
		if (node->kind != NODE_TEXT)
			return fail(r, node->line, "a key must be a plain word");
		/* A rule has some thirty keys: looking through them again is cheap, and more are refused. */
		if (parent->n > 400)
			return fail(r, node->line, "too many keys in one mapping");
		if (key_is_known(parent, node->text)) {
			struct buf shown = {0};
			text_escape(&shown, slice_sub(node->text, 0, 64));
			error_set(
				r->err, ERR_USAGE, "%s:%u: '%s' is given twice", r->file, node->line, buf_cstr(&shown));
			buf_free(&shown);
			return -1;
		}
	}
	if (parent->last)
		parent->last->next = node;
	else
		parent->first = node;
	parent->last = node;
	parent->n++;
	return 0;
}

static int open_node(struct reader *r, struct rule_node *node) {
	if (attach(r, node) != 0)
		return -1;
	if (r->depth == RULE_TREE_DEPTH_MAX)
		return fail(r, node->line, "nested too deeply");
	r->stack[r->depth++] = node;
	return 0;
}

static struct rule_node *node_new(struct reader *r, enum rule_node_kind kind, const yaml_event_t *event) {
	struct rule_node *node = ARENA_NEW(r->arena, struct rule_node);
	node->kind = kind;
	node->line = line_of(event->start_mark);
	node->column = event->start_mark.column < UINT32_MAX ? (unsigned)event->start_mark.column + 1 : UINT32_MAX;
	r->nodes++;
	return node;
}

static int take_scalar(struct reader *r, const yaml_event_t *event) {
	struct slice text = slice_of(event->data.scalar.value, event->data.scalar.length);
	if (memchr(event->data.scalar.value, 0, text.n))
		return fail(r, line_of(event->start_mark), "a NUL byte is not allowed in text");
	struct rule_node *node = node_new(r, NODE_TEXT, event);
	yaml_scalar_style_t style = event->data.scalar.style;
	node->quoted = style != YAML_PLAIN_SCALAR_STYLE;
	node->block = style == YAML_LITERAL_SCALAR_STYLE || style == YAML_FOLDED_SCALAR_STYLE;
	node->text = slice_of(arena_str(r->arena, text), text.n);
	return attach(r, node);
}

static bool is_anchored_or_tagged(const yaml_event_t *e) {
	switch (e->type) {
	case YAML_SCALAR_EVENT:
		return e->data.scalar.anchor || e->data.scalar.tag;
	case YAML_SEQUENCE_START_EVENT:
		return e->data.sequence_start.anchor || e->data.sequence_start.tag;
	case YAML_MAPPING_START_EVENT:
		return e->data.mapping_start.anchor || e->data.mapping_start.tag;
	default:
		return false;
	}
}

static int take_event(struct reader *r, const yaml_event_t *event) {
	if (r->nodes > RULE_TREE_NODES_MAX)
		return fail(r, line_of(event->start_mark), "too many values in one file");
	if (event->type == YAML_ALIAS_EVENT || is_anchored_or_tagged(event))
		return fail(r, line_of(event->start_mark), "anchors, aliases and tags are not supported in rule files");
	switch (event->type) {
	case YAML_DOCUMENT_START_EVENT:
		if (r->seen_document)
			return fail(r, line_of(event->start_mark), "only one YAML document in a rule file");
		r->seen_document = true;
		return 0;
	case YAML_SCALAR_EVENT:
		return take_scalar(r, event);
	case YAML_SEQUENCE_START_EVENT:
		return open_node(r, node_new(r, NODE_LIST, event));
	case YAML_MAPPING_START_EVENT:
		return open_node(r, node_new(r, NODE_MAP, event));
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT:
		r->depth--;
		return 0;
	default:
		return 0;
	}
}

int rule_tree_read(struct arena *a, const char *file, struct slice yaml, struct rule_node **out, struct error *err) {
	struct reader r = {.arena = a, .file = file, .err = err};
	bool ended = false;
	int status = 0;
	*out = NULL;
	if (yaml.n > RULE_TREE_BYTES_MAX)
		return fail(&r, 1, "rule file is too large");
	if (yaml.n == 0)
		return 0;
	if (!yaml_parser_initialize(&r.parser))
		return error_set(err, ERR_IO, "out of memory reading %s", file);
	yaml_parser_set_input_string(&r.parser, yaml.p, yaml.n);
	while (status == 0 && !ended) {
		yaml_event_t event;
		if (!yaml_parser_parse(&r.parser, &event)) {
			status = fail_syntax(&r);
			break;
		}
		ended = event.type == YAML_STREAM_END_EVENT;
		status = take_event(&r, &event);
		yaml_event_delete(&event);
	}
	yaml_parser_delete(&r.parser);
	if (status == 0)
		*out = r.root;
	return status;
}
