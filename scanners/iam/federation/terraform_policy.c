/* Trust policies in Terraform: encoded objects, JSON texts, and aws_iam_policy_document, whose blocks are statements. What IAM's grammar means is read
 * by scanners/iam/aws/policy.c. */
#include "scanners/iam/federation/terraform.h"

#include "core/buf.h"
#include "scanners/lines.h"

#include <stdlib.h>

#define DEEP_MAX 32

/* An issuer, or a provider of code by its name: most are called after whose they are. */
static struct slice issuer_of(struct slice principal) {
	static const struct {
		const char *word, *host;
	} names[] = {{"github", "token.actions.githubusercontent.com"}, {"gitlab", "gitlab.com"}};
	const struct slice host = federation_issuer(principal);

	if (federation_system(host))
		return host;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (slice_find_nocase(principal, slice_str(names[i].word)) >= 0 &&
			(slice_find_nocase(principal, slice_str("oidc")) >= 0 ||
				slice_find(principal, slice_str("openid_connect_provider")) >= 0))
			return slice_str(names[i].host);
	return (struct slice){0};
}

/* A key may be an expression in brackets: ("${…}:sub"), (var.claim). */
static const struct node *settled_key(struct terraform *t, const struct node *n) {
	struct node *key = ARENA_NEW(t->f.arena, struct node);
	struct slice name = n->text;

	*key = *n;
	key->quoted = true;
	if (name.n > 2 && name.p[0] == '(') {
		key->text = slice_sub(name, 1, name.n - 1);
		key->quoted = key->text.n && key->text.p[0] == '"';
		if (key->quoted)
			key->text = slice_sub(key->text, 1, key->text.n - 1);
	}
	key->text = terraform_text(t, key);
	return key;
}

static void set_string(struct node *n, struct span span, struct slice text) {
	*n = (struct node){.kind = NODE_STRING, .quoted = true, .span = span, .text = text};
}

/* A text, or what is a list by another name: local.subjects, concat(…). */
static void settle_string(struct terraform *t, const struct node *n, struct node *out) {
	struct slice *list = NULL;
	const size_t count = n->quoted ? 0 : terraform_texts(t, n, &list);

	if (count > 1) {
		struct node *items = ARENA_NEW_N(t->f.arena, struct node, count);
		const struct node **at = ARENA_NEW_N(t->f.arena, const struct node *, count);

		for (size_t i = 0; i < count; i++) {
			set_string(&items[i], n->span, list[i]);
			at[i] = &items[i];
		}
		*out = (struct node){.kind = NODE_SEQUENCE, .span = n->span, .items = at, .n = count};
		return;
	}
	out->text = terraform_text(t, n);
	out->quoted = true;
}

/* A copy whose scalars are what they come to. */
static const struct node *settled(struct terraform *t, const struct node *n, unsigned depth) {
	struct node *copy = ARENA_NEW(t->f.arena, struct node);

	*copy = *n;
	if (depth > DEEP_MAX)
		return copy;
	if (n->kind == NODE_SEQUENCE) {
		const struct node **items = ARENA_NEW_N(t->f.arena, const struct node *, n->n);

		for (size_t i = 0; i < n->n; i++)
			items[i] = settled(t, n->items[i], depth + 1);
		copy->items = items;
	} else if (n->kind == NODE_MAPPING) {
		struct node_member *members = ARENA_NEW_N(t->f.arena, struct node_member, n->n);

		for (size_t i = 0; i < n->n; i++)
			members[i] = (struct node_member){
				settled_key(t, n->members[i].key), settled(t, n->members[i].value, depth + 1)};
		copy->members = members;
	} else if (n->kind == NODE_STRING) {
		settle_string(t, n, copy);
	}
	return copy;
}

/* Places within a text that stands in the document byte for byte, `by` bytes behind its start. */
static void move(struct terraform *t, struct node *n, size_t by, struct lines *lines, unsigned depth) {
	n->span = lines_span(lines, n->span.start + by, n->span.end + by);
	for (size_t i = 0; depth < DEEP_MAX && n->kind != NODE_STRING && i < n->n; i++)
		move(t, (struct node *)(uintptr_t)(n->kind == NODE_MAPPING ? n->members[i].value : n->items[i]), by,
			lines, depth + 1);
}

/* A heredoc's JSON. */
static const struct node *parse_text(struct terraform *t, const struct node *n) {
	const struct slice whole = t->f.in->doc->bytes;
	const uint8_t *lf = n->block && n->span.start < whole.n
				    ? memchr(whole.p + n->span.start, '\n', whole.n - n->span.start)
				    : NULL;
	struct node_limits lim = node_limits_default();
	struct node_documents docs = {0};
	struct syntax_error err = {0};
	struct lines lines = {0};

	if (json_read(t->f.arena, n->text, false, &lim, &docs, &err) < 0 || !docs.n)
		return NULL;
	if (lf) {
		lines_of(&lines, whole);
		move(t, (struct node *)(uintptr_t)docs.roots[0], (size_t)(lf + 1 - whole.p), &lines, 0);
		lines_free(&lines);
	} else {
		((struct node *)(uintptr_t)docs.roots[0])->span = n->span;
	}
	return docs.roots[0];
}

void terraform_policy(struct terraform *t, const struct node *policy, struct federation_trust trust) {
	const struct node *n = node_is(policy, NODE_MAPPING) ? policy : parse_text(t, policy);

	if (n)
		federation_add_policy(&t->f,
			aws_policy_read(&t->estate, settled(t, n, 0), t->f.in->source, (struct slice){0}), trust,
			issuer_of);
}

/* A block may be `dynamic "condition" { content { … } }`. */
static const struct node *block_body(const struct node *n) {
	const struct node *content = node_get(n, "content");

	return content ? node_many_item(content, 0) : n;
}

static void *arena_copy_of(struct arena *a, const void *from, size_t n, size_t size) {
	void *to = arena_alloc_n(a, n, size);

	if (n)
		memcpy(to, from, n * size);
	return to;
}

/* What the blocks of a document or a statement are gathered in. */
struct gathering {
	VEC(struct aws_statement) statements;
	VEC(struct aws_condition) conditions;
	VEC(struct aws_who) who;
};

/* Calls for each block of this name. */
typedef void block_visit(struct terraform *t, const struct node *body, struct gathering *g);

static void each(
	struct terraform *t, const struct node *body, const char *name, block_visit *visit, struct gathering *g) {
	for (size_t i = 0; node_is(body, NODE_MAPPING) && i < body->n; i++) {
		const struct node_member *m = &body->members[i];
		const struct node *blocks = slice_eq(m->key->text, slice_str(name))	   ? m->value
					    : slice_eq(m->key->text, slice_str("dynamic")) ? node_get(m->value, name)
											   : NULL;

		for (size_t k = 0; k < node_many(blocks); k++)
			if (node_is(node_many_item(blocks, k), NODE_MAPPING))
				visit(t, block_body(node_many_item(blocks, k)), g);
	}
}

static void take_principals(struct terraform *t, const struct node *body, struct gathering *g) {
	struct slice *ids, type = terraform_text(t, node_get(body, "type"));
	const size_t n = terraform_texts(t, node_get(body, "identifiers"), &ids);

	for (size_t i = 0; i < n; i++)
		VEC_PUSH(&g->who, ((struct aws_who){type, ids[i]}));
}

static void take_condition(struct terraform *t, const struct node *body, struct gathering *g) {
	const struct node *values = node_get(body, "values");
	struct aws_condition c = {.op = terraform_text(t, node_get(body, "test")),
		.key = terraform_text(t, node_get(body, "variable")),
		.span = values ? values->span : body->span};
	struct slice *at;

	c.values.n = terraform_texts(t, values, &at);
	c.values.at = at;
	VEC_PUSH(&g->conditions, c);
}

static void take_statement(struct terraform *t, const struct node *body, struct gathering *out) {
	struct aws_statement s = {.span = body->span};
	struct slice effect = terraform_text(t, node_get(body, "effect")), *actions;
	struct gathering g = {0};

	s.allow = !effect.n || slice_eq(effect, slice_str("Allow"));
	s.actions.n = terraform_texts(t, node_get(body, "actions"), &actions);
	s.actions.at = actions;
	each(t, body, "principals", take_principals, &g);
	each(t, body, "condition", take_condition, &g);
	s.has_who = g.who.n > 0;
	s.who = arena_copy_of(t->f.arena, g.who.at, g.who.n, sizeof(*g.who.at));
	s.nwho = g.who.n;
	s.conditions = arena_copy_of(t->f.arena, g.conditions.at, g.conditions.n, sizeof(*g.conditions.at));
	s.nconditions = g.conditions.n;
	VEC_FREE(&g.who);
	VEC_FREE(&g.conditions);
	VEC_PUSH(&out->statements, s);
}

void terraform_document(struct terraform *t, const struct node *body, struct federation_trust trust) {
	struct gathering g = {0};

	each(t, body, "statement", take_statement, &g);
	federation_add_policy(
		&t->f, &(struct aws_policy){.statements = g.statements.at, .n = g.statements.n}, trust, issuer_of);
	VEC_FREE(&g.statements);
}
