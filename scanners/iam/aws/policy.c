/* Policy documents into statements, in the three forms exports hold them: an object, a JSON text, a percent-encoded JSON text. The grammar is
 * "Grammar of the IAM JSON policy language" of the IAM User Guide. What a statement allows is judged in rules/privilege. */
#include "core/text.h"
#include "scanners/iam/aws/model.h"

struct reading {
	struct aws_estate *estate;
	struct aws_policy *policy;
};

static void trouble(struct reading *r, const char *text) {
	r->policy->incomplete = true;
	if (!r->policy->trouble)
		r->policy->trouble = text;
}

static bool is_scalar(const struct node *n) {
	return n && n->kind != NODE_MAPPING && n->kind != NODE_SEQUENCE;
}

static bool is_text(const struct node *n) {
	return node_is(n, NODE_STRING);
}

/* One text or a list of texts. Condition values may also be booleans and numbers. */
static bool read_texts(
	struct reading *r, const struct node *n, bool (*fits)(const struct node *n), struct aws_texts *out) {
	size_t count = node_is(n, NODE_SEQUENCE) ? n->n : 1;
	struct slice *at = ARENA_NEW_N(&r->estate->arena, struct slice, count);

	for (size_t i = 0; i < count; i++) {
		const struct node *item = node_is(n, NODE_SEQUENCE) ? n->items[i] : n;

		if (!fits(item))
			return false;
		at[i] = arena_copy(&r->estate->arena, item->text);
	}
	*out = (struct aws_texts){at, count};
	return true;
}

/* Element names are matched without case, as AWS does for all but Version's value. The last of several counts. */
static const struct node *element(const struct node *n, const char *name) {
	if (!node_is(n, NODE_MAPPING))
		return NULL;
	for (size_t i = n->n; i-- > 0;)
		if (slice_eq_nocase(n->members[i].key->text, slice_str(name)))
			return n->members[i].value;
	return NULL;
}

/* `plain` or `negated`, whichever stands there; both is no valid statement. */
static bool read_list(struct reading *r, const struct node *s, const char *plain, const char *negated,
	struct aws_texts *out, bool *negated_out) {
	const struct node *p = element(s, plain), *n = element(s, negated);

	if (p && n)
		return false;
	*negated_out = n != NULL;
	return (!p && !n) || read_texts(r, p ? p : n, is_text, out);
}

static bool read_who_type(struct reading *r, const struct node_member *m, struct aws_who *who, size_t *n) {
	struct aws_texts values;
	struct slice type = arena_copy(&r->estate->arena, m->key->text);

	if (!read_texts(r, m->value, is_text, &values))
		return false;
	for (size_t i = 0; i < values.n; i++)
		who[(*n)++] = (struct aws_who){type, values.at[i]};
	return true;
}

static bool read_who(struct reading *r, const struct node *s, struct aws_statement *out) {
	const struct node *p = element(s, "Principal"), *others = element(s, "NotPrincipal"), *w = p ? p : others;
	struct aws_who *who;
	size_t count = 1;

	if (!w)
		return true;
	if (p && others)
		return false;
	out->has_who = true;
	out->not_who = others != NULL;
	for (size_t i = 0; w->kind == NODE_MAPPING && i < w->n; i++)
		count += node_is(w->members[i].value, NODE_SEQUENCE) ? w->members[i].value->n : 1;
	out->who = who = ARENA_NEW_N(&r->estate->arena, struct aws_who, count);
	if (node_text_is(w, "*")) {
		who[out->nwho++] = (struct aws_who){slice_str("*"), slice_str("*")};
		return true;
	}
	if (w->kind != NODE_MAPPING)
		return false;
	for (size_t i = 0; i < w->n; i++)
		if (!read_who_type(r, &w->members[i], who, &out->nwho))
			return false;
	return true;
}

static bool read_conditions(struct reading *r, const struct node *s, struct aws_statement *out) {
	const struct node *block = element(s, "Condition");
	struct aws_condition *at;
	size_t count = 0;

	if (!block || block->kind == NODE_NULL)
		return true;
	if (block->kind != NODE_MAPPING)
		return false;
	for (size_t i = 0; i < block->n; i++) {
		if (!node_is(block->members[i].value, NODE_MAPPING))
			return false;
		count += block->members[i].value->n;
	}
	out->conditions = at = ARENA_NEW_N(&r->estate->arena, struct aws_condition, count);
	for (size_t i = 0; i < block->n; i++) {
		const struct node *keys = block->members[i].value;
		struct slice op = arena_copy(&r->estate->arena, block->members[i].key->text);

		for (size_t k = 0; k < keys->n; k++) {
			struct aws_condition *c = &at[out->nconditions];

			c->op = op;
			c->key = arena_copy(&r->estate->arena, keys->members[k].key->text);
			c->span = keys->members[k].value->span;
			if (!read_texts(r, keys->members[k].value, is_scalar, &c->values))
				return false;
			out->nconditions++;
		}
	}
	return true;
}

static bool read_statement(struct reading *r, const struct node *s, struct aws_statement *out) {
	const struct node *effect = element(s, "Effect");

	out->span = s->span;
	if (s->kind != NODE_MAPPING)
		return trouble(r, "a statement is no object"), false;
	if (is_text(element(s, "Sid")))
		out->sid = arena_copy(&r->estate->arena, node_text(element(s, "Sid")));
	out->allow = node_text_is(effect, "Allow");
	if (!out->allow && !node_text_is(effect, "Deny"))
		return trouble(r, "a statement has an Effect that is neither Allow nor Deny"), false;
	if (!read_list(r, s, "Action", "NotAction", &out->actions, &out->not_action))
		return trouble(r, "a statement has an Action or NotAction that is no text or list of texts"), false;
	if (out->actions.n == 0 && !out->not_action)
		return trouble(r, "a statement names no action"), false;
	if (!read_list(r, s, "Resource", "NotResource", &out->resources, &out->not_resource))
		return trouble(r, "a statement has a Resource or NotResource that is no text or list of texts"), false;
	out->has_resource = element(s, "Resource") || element(s, "NotResource");
	if (!read_who(r, s, out))
		return trouble(r, "a statement has a Principal that is not understood"), false;
	if (!read_conditions(r, s, out))
		return trouble(r, "a statement has a Condition that is not understood"), false;
	return true;
}

static void read_document(struct reading *r, const struct node *n) {
	const struct node *list = element(n, "Statement");
	struct aws_policy *p = r->policy;
	struct aws_statement *at;
	size_t count;

	if (!node_is(n, NODE_MAPPING) || !list)
		return trouble(r, "this is no policy document: it has no Statement");
	p->variables = node_text_is(element(n, "Version"), "2012-10-17");
	p->id = arena_copy(&r->estate->arena, node_text(element(n, "Id")));
	count = node_is(list, NODE_SEQUENCE) ? list->n : 1;
	p->statements = at = ARENA_NEW_N(&r->estate->arena, struct aws_statement, count);
	for (size_t i = 0; i < count; i++) {
		struct aws_statement s = {.index = (unsigned)i};

		if (read_statement(r, node_is(list, NODE_SEQUENCE) ? list->items[i] : list, &s))
			at[p->n++] = s;
	}
}

static int hex(uint8_t c) {
	return c >= '0' && c <= '9' ? c - '0' : (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10 : -1;
}

/* True when the text starts like a percent-encoded object: an exported document never starts with a percent sign otherwise. */
static bool is_percent_encoded(struct slice s) {
	s = slice_trim(s);
	return s.n > 3 && s.p[0] == '%' && hex(s.p[1]) >= 0 && hex(s.p[2]) >= 0;
}

static void percent_decode(struct buf *out, struct slice s) {
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '%' && i + 2 < s.n && hex(s.p[i + 1]) >= 0 && hex(s.p[i + 2]) >= 0) {
			buf_add_byte(out, (uint8_t)(hex(s.p[i + 1]) << 4 | hex(s.p[i + 2])));
			i += 2;
		} else {
			buf_add_byte(out, s.p[i]);
		}
	}
}

/* A document that is a text within something: its statements stand where the text stands, since its own lines are not those of the file. */
static void place_statements(struct aws_policy *p, struct span span) {
	struct aws_statement *at = (struct aws_statement *)p->statements;

	for (size_t i = 0; i < p->n; i++) {
		struct aws_condition *c = (struct aws_condition *)at[i].conditions;

		at[i].span = span;
		for (size_t k = 0; k < at[i].nconditions; k++)
			c[k].span = span;
	}
}

static struct aws_policy *policy_new(struct aws_estate *e, const struct fact_source *source) {
	struct aws_policy *p = ARENA_NEW(&e->arena, struct aws_policy);

	p->place.source = source;
	return p;
}

static void parse_text(struct reading *r, struct slice text, struct span *whole) {
	struct arena scratch = {0};
	struct node_limits lim = node_limits_default();
	struct node_documents docs = {0};
	struct syntax_error err = {0};
	struct buf decoded = {0};

	if (is_percent_encoded(text)) {
		percent_decode(&decoded, text);
		text = buf_slice(&decoded);
	}
	if (json_read(&scratch, text, false, &lim, &docs, &err) < 0 && docs.n == 0) {
		trouble(r,
			arena_printf(&r->estate->arena, "the policy document is no JSON: %s (line %u, column %u of it)",
				err.text, err.line, err.column));
	} else {
		*whole = docs.roots[0]->span;
		read_document(r, docs.roots[0]);
		if (docs.truncated || docs.n > 1)
			trouble(r, "something follows the policy document that is not read");
	}
	buf_free(&decoded);
	arena_free(&scratch);
}

const struct aws_policy *aws_policy_parse(struct aws_estate *e, struct slice text, const struct fact_source *source) {
	struct reading r = {e, policy_new(e, source)};

	parse_text(&r, text, &r.policy->place.span);
	return r.policy;
}

const struct aws_policy *aws_policy_read(
	struct aws_estate *e, const struct node *n, const struct fact_source *source, struct slice pointer) {
	struct reading r;
	struct span inner;

	if (is_text(n)) {
		bool added;
		struct map_entry *known = map_put(&e->documents, n->text, &added);

		if (!added)
			return known->value.ptr;
		r = (struct reading){e, policy_new(e, source)};
		known->value.ptr = r.policy;
		parse_text(&r, n->text, &inner);
		place_statements(r.policy, n->span);
	} else {
		r = (struct reading){e, policy_new(e, source)};
		read_document(&r, n);
	}
	if (n)
		r.policy->place.span = n->span;
	r.policy->place.pointer = arena_copy(&e->arena, pointer);
	return r.policy;
}
