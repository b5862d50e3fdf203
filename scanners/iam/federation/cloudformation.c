/* CloudFormation: roles whose trust policy takes identity tokens. Functions are followed as far as the template's own parameters tell; the rest stays
 * as ${…}. All that templates say of principals is read in scanners/iam/aws/cloudformation.c. */
#include "scanners/iam/federation/federation.h"

#include "core/buf.h"

#include <stdlib.h>

#define DEEP_MAX 32

struct template {
	struct federation f;
	const struct node *root;
	struct aws_estate estate;
};

/* ${Parameter} by its default. */
static struct slice with_defaults(struct template *t, struct slice s) {
	const struct node *parameters = node_get(t->root, "Parameters");
	struct buf out = {0};
	struct slice kept;

	for (size_t i = 0; i < s.n;) {
		const ptrdiff_t end = s.p[i] == '$' && i + 1 < s.n && s.p[i + 1] == '{'
					      ? slice_find(slice_sub(s, i, s.n), slice_str("}"))
					      : -1;
		const struct node *n;

		if (end < 3) {
			buf_add_byte(&out, s.p[i++]);
			continue;
		}
		n = node_get(
			node_get(parameters, arena_str(t->f.arena, slice_sub(s, i + 2, i + (size_t)end))), "Default");
		buf_add_slice(&out, node_text(n).n ? node_text(n) : slice_sub(s, i, i + (size_t)end + 1));
		i += (size_t)end + 1;
	}
	kept = arena_copy(t->f.arena, buf_slice(&out));
	buf_free(&out);
	return kept;
}

/* The function that a node is: its name without Fn:: and !, and its argument; false when it is none. */
static bool function_of(const struct node *n, struct slice *name, const struct node **arg) {
	const bool one = n->kind == NODE_MAPPING && n->n == 1;

	*name = one ? n->members[0].key->text : slice_str(n->tag);
	*arg = one ? n->members[0].value : n;
	if (!one)
		*name = slice_sub(*name, 1, name->n);
	else if (slice_has_prefix(*name, "Fn::"))
		*name = slice_sub(*name, 4, name->n);
	else
		return slice_eq(*name, slice_str("Ref"));
	return name->n > 0;
}

static struct slice text_of(struct template *t, const struct node *n, unsigned depth) {
	const struct node *arg, *list;
	struct buf out = {0};
	struct slice name, kept;

	if (!function_of(n, &name, &arg))
		return with_defaults(t, node_text(n));
	if (slice_eq(name, slice_str("Sub")))
		return with_defaults(t, node_text(node_is(arg, NODE_SEQUENCE) ? node_item(arg, 0) : arg));
	list = slice_eq(name, slice_str("Join")) && depth < DEEP_MAX ? node_item(arg, 1) : NULL;
	for (size_t i = 0; i < (node_is(list, NODE_SEQUENCE) ? list->n : 0); i++) {
		if (i)
			buf_add_slice(&out, node_text(node_item(arg, 0)));
		buf_add_slice(&out, text_of(t, list->items[i], depth + 1));
	}
	if (!list)
		buf_printf(&out, "${%.*s}", (int)node_text(node_many_item(arg, 0)).n,
			(const char *)node_text(node_many_item(arg, 0)).p);
	kept = with_defaults(t, buf_slice(&out));
	buf_free(&out);
	return kept;
}

static const struct node *settled(struct template *t, const struct node *n, unsigned depth) {
	struct node *copy = ARENA_NEW(t->f.arena, struct node);
	const struct node *arg;
	struct slice name;

	*copy = *n;
	if (depth > DEEP_MAX)
		return copy;
	if (function_of(n, &name, &arg) || n->kind == NODE_STRING) {
		*copy = (struct node){
			.kind = NODE_STRING, .quoted = true, .span = n->span, .text = text_of(t, n, depth)};
		return copy;
	}
	if (n->kind == NODE_SEQUENCE) {
		const struct node **items = ARENA_NEW_N(t->f.arena, const struct node *, n->n);

		for (size_t i = 0; i < n->n; i++)
			items[i] = settled(t, n->items[i], depth + 1);
		copy->items = items;
	} else if (n->kind == NODE_MAPPING) {
		struct node_member *members = ARENA_NEW_N(t->f.arena, struct node_member, n->n);

		for (size_t i = 0; i < n->n; i++)
			members[i] =
				(struct node_member){n->members[i].key, settled(t, n->members[i].value, depth + 1)};
		copy->members = members;
	}
	return copy;
}

static void take_role(struct template *t, const struct node *key, const struct node *properties) {
	const struct node *policy = node_get(properties, "AssumeRolePolicyDocument"),
			  *name = node_get(properties, "RoleName");
	struct federation_trust trust = {.system = "aws", .role = key->text};

	if (!policy)
		return;
	if (name) {
		const struct slice told = text_of(t, name, 0);

		if (slice_find(told, slice_str("${")) < 0)
			trust.role = told;
	}
	federation_add_policy(&t->f,
		aws_policy_read(&t->estate, settled(t, policy, 0), t->f.in->source, (struct slice){0}), trust,
		federation_issuer);
}

static bool wants(struct slice path) {
	return path_is_yaml(path) || slice_has_suffix(path, ".json") || slice_has_suffix(path, ".template");
}

/* Takes only its part of a template: what else stands in it is for others. */
static bool read_template(const struct reader_input *in, struct fact_set *set) {
	struct arena arena = {0};

	for (size_t i = 0; in->tree && i < in->tree->n; i++) {
		struct template t = {.f = {in, set, &arena, cloudformation_trust_reader.name, "cloudformation"},
			.root = in->tree->roots[i]};
		const struct node *resources = node_get(t.root, "Resources");

		for (size_t k = 0; node_is(resources, NODE_MAPPING) && k < resources->n; k++)
			if (node_text_is(node_get(resources->members[k].value, "Type"), "AWS::IAM::Role"))
				take_role(&t, resources->members[k].key,
					node_get(resources->members[k].value, "Properties"));
		aws_estate_free(&t.estate);
	}
	arena_free(&arena);
	return false;
}

const struct reader cloudformation_trust_reader = {"cloudformation-trust", wants, read_template};
