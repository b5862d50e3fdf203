/* CloudFormation templates, JSON or YAML: principals and policies as they will be made. Intrinsic functions are resolved as far as the template
 * itself tells; what only the deployment knows becomes a text that names it and matches nothing else. Source: template reference of AWS. */
#include "scanners/iam/aws/reading.h"

#include <stdlib.h>

enum { RESOLVE_DEEP = 64 };

struct template {
	struct aws_reading *r;
	const struct node *resources;
	struct slice pointer;
};

static struct slice account_of(const struct template *t) {
	struct slice a = aws_account_at_hand(t->r);

	return a.n ? a : slice_str("000000000000");
}

static struct slice property_name(const struct node *resource) {
	static const char *const keys[] = {"UserName", "RoleName", "GroupName", "ManagedPolicyName"};

	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++) {
		struct slice s = aws_text(node_get(resource, "Properties"), keys[i]);

		if (s.n)
			return s;
	}
	return (struct slice){0};
}

static struct slice name_of(struct template *t, struct slice id) {
	struct slice s = property_name(node_get(t->resources, arena_str(t->r->scratch, id)));

	return s.n ? s : id;
}

/* The ARN of a resource of this template when it is one of IAM's, else a text that names it. */
static struct slice arn_of(struct template *t, struct slice id) {
	static const struct {
		const char *type, *word;
	} kinds[] = {{"AWS::IAM::User", "user"}, {"AWS::IAM::Role", "role"}, {"AWS::IAM::Group", "group"},
		{"AWS::IAM::ManagedPolicy", "policy"}, {"AWS::IAM::InstanceProfile", "instance-profile"}};
	struct slice type = aws_text(node_get(t->resources, arena_str(t->r->scratch, id)), "Type");
	struct slice name = name_of(t, id), account = account_of(t);

	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		if (slice_eq(type, slice_str(kinds[i].type)))
			return slice_str(arena_printf(t->r->scratch, "arn:aws:iam::%.*s:%s/%.*s", (int)account.n,
				(const char *)account.p, kinds[i].word, (int)name.n, (const char *)name.p));
	return slice_str(arena_printf(t->r->scratch, "unresolved-%.*s", (int)id.n, (const char *)id.p));
}

static struct slice ref(struct template *t, struct slice id) {
	struct slice type = aws_text(node_get(t->resources, arena_str(t->r->scratch, id)), "Type");

	if (slice_eq(id, slice_str("AWS::AccountId")))
		return account_of(t);
	if (slice_eq(id, slice_str("AWS::Partition")))
		return slice_str("aws");
	if (slice_eq(id, slice_str("AWS::URLSuffix")))
		return slice_str("amazonaws.com");
	if (slice_eq(type, slice_str("AWS::IAM::ManagedPolicy")))
		return arn_of(t, id);
	return type.n && slice_find(type, slice_str("AWS::IAM::")) == 0 ? name_of(t, id) : arn_of(t, id);
}

static struct slice sub(struct template *t, struct slice text) {
	struct buf out = {0};
	struct slice kept;

	for (size_t i = 0; i < text.n;) {
		ptrdiff_t end = i + 1 < text.n && text.p[i] == '$' && text.p[i + 1] == '{'
					? slice_find(slice_sub(text, i, text.n), slice_str("}"))
					: -1;

		if (end < 3) {
			buf_add_byte(&out, text.p[i++]);
			continue;
		}
		struct slice name = slice_sub(text, i + 2, i + (size_t)end);
		ptrdiff_t dot = slice_find(name, slice_str(".Arn"));

		if (name.p[0] == '!')
			buf_printf(&out, "${%.*s}", (int)name.n - 1, (const char *)name.p + 1);
		else
			buf_add_slice(&out, dot > 0 ? arn_of(t, slice_sub(name, 0, (size_t)dot)) : ref(t, name));
		i += (size_t)end + 1;
	}
	kept = arena_copy(t->r->scratch, buf_slice(&out));
	buf_free(&out);
	return kept;
}

static const struct node *resolve(struct template *t, const struct node *n, unsigned depth);

static struct slice join(struct template *t, const struct node *n, unsigned depth) {
	const struct node *list = node_item(n, 1);
	struct buf out = {0};
	struct slice kept;

	for (size_t i = 0; node_is(list, NODE_SEQUENCE) && i < list->n; i++) {
		if (i)
			buf_add_slice(&out, node_text(node_item(n, 0)));
		buf_add_slice(&out, node_text(resolve(t, list->items[i], depth + 1)));
	}
	kept = arena_copy(t->r->scratch, buf_slice(&out));
	buf_free(&out);
	return kept;
}

/* {"Ref": …}, {"Fn::GetAtt": …}, …, and the short tags of YAML. True when it is one. */
static bool function(struct template *t, const struct node *n, unsigned depth, struct slice *out) {
	bool one = n->kind == NODE_MAPPING && n->n == 1;
	struct slice name = one ? n->members[0].key->text : slice_str(n->tag);
	const struct node *arg = one ? n->members[0].value : n;

	if (name.n && name.p[0] == '!')
		name = slice_sub(name, 1, name.n);
	if (slice_has_prefix(name, "Fn::"))
		name = slice_sub(name, 4, name.n);
	if (slice_eq(name, slice_str("Ref")))
		*out = ref(t, node_text(arg));
	else if (slice_eq(name, slice_str("GetAtt"))) {
		struct slice id = node_is(arg, NODE_SEQUENCE) ? node_text(node_item(arg, 0)) : node_text(arg);
		ptrdiff_t dot = slice_find(id, slice_str("."));

		*out = arn_of(t, dot > 0 ? slice_sub(id, 0, (size_t)dot) : id);
	} else if (slice_eq(name, slice_str("Sub")))
		*out = sub(t, node_is(arg, NODE_SEQUENCE) ? node_text(node_item(arg, 0)) : node_text(arg));
	else if (slice_eq(name, slice_str("Join")))
		*out = join(t, arg, depth);
	else if (slice_eq(name, slice_str("ImportValue")) || slice_eq(name, slice_str("If")) ||
		 slice_eq(name, slice_str("Select")) || slice_eq(name, slice_str("FindInMap")))
		*out = slice_str("unresolved-value");
	else
		return false;
	return true;
}

/* A copy in which every function is a text. */
static const struct node *resolve(struct template *t, const struct node *n, unsigned depth) {
	struct node *copy = ARENA_NEW(t->r->scratch, struct node);
	struct slice text;

	*copy = *n;
	if (depth > RESOLVE_DEEP)
		return copy;
	if (function(t, n, depth, &text)) {
		*copy = (struct node){.kind = NODE_STRING, .quoted = true, .span = n->span, .text = text};
		return copy;
	}
	if (n->kind == NODE_SEQUENCE) {
		const struct node **items = ARENA_NEW_N(t->r->scratch, const struct node *, n->n);

		for (size_t i = 0; i < n->n; i++)
			items[i] = resolve(t, n->items[i], depth + 1);
		copy->items = items;
	} else if (n->kind == NODE_MAPPING) {
		struct node_member *members = ARENA_NEW_N(t->r->scratch, struct node_member, n->n);

		for (size_t i = 0; i < n->n; i++)
			members[i] =
				(struct node_member){n->members[i].key, resolve(t, n->members[i].value, depth + 1)};
		copy->members = members;
	}
	return copy;
}

static void policies(struct template *t, struct aws_principal *p, const struct node *properties, struct slice pointer) {
	const struct node *list = node_get(properties, "Policies"), *arns = node_get(properties, "ManagedPolicyArns");

	for (size_t i = 0; node_is(list, NODE_SEQUENCE) && i < list->n; i++)
		if (node_get(list->items[i], "PolicyDocument"))
			aws_inline_set(t->r, p, aws_text(list->items[i], "PolicyName"),
				node_get(list->items[i], "PolicyDocument"), pointer);
	for (size_t i = 0; node_is(arns, NODE_SEQUENCE) && i < arns->n; i++)
		aws_attach(t->r, p, node_text(arns->items[i]), (struct slice){0}, arns->items[i], pointer);
}

static void principal(struct template *t, struct slice id, const struct node *properties, struct slice pointer,
	const struct node *at) {
	struct aws_principal *p = aws_principal_of(&t->r->inv->estate, arn_of(t, id));
	const struct node *trust = node_get(properties, "AssumeRolePolicyDocument"),
			  *groups = node_get(properties, "Groups");
	struct aws_person *person = aws_person_of(t->r->inv, p->arn);
	struct aws_reference ref_here = {
		slice_str(arena_printf(&t->r->inv->estate.arena, "cloudformation %.*s", (int)id.n, (const char *)id.p)),
		aws_place_of(t->r, at, pointer)};

	if (!p->place.source)
		p->place = ref_here.place;
	policies(t, p, properties, pointer);
	if (trust)
		p->trust = aws_policy_read(&t->r->inv->estate, trust, t->r->source,
			aws_pointer(t->r->scratch, pointer, "AssumeRolePolicyDocument"));
	for (size_t i = 0; node_is(groups, NODE_SEQUENCE) && i < groups->n; i++)
		aws_group_join(t->r, p, node_text(groups->items[i]));
	if (aws_text(properties, "PermissionsBoundary").n)
		p->boundary = aws_keep_text(t->r, properties, "PermissionsBoundary");
	AWS_TAGS(t->r, node_get(properties, "Tags"), &p->tags);
	VEC_PUSH(&person->references, ref_here);
}

/* AWS::IAM::Policy and ManagedPolicy name those they belong to. */
static void policy(
	struct template *t, struct slice id, const struct node *properties, struct slice pointer, bool managed) {
	static const struct {
		const char *key;
		enum aws_kind kind;
	} lists[] = {{"Users", AWS_USER}, {"Roles", AWS_ROLE}, {"Groups", AWS_GROUP}};
	const struct node *document = node_get(properties, "PolicyDocument");
	struct slice arn = arn_of(t, id);

	if (!document)
		return;
	if (managed) {
		struct aws_managed *m = aws_managed_of(&t->r->inv->estate, arn);
		struct aws_version v = {.id = slice_str("template"), .is_default = true};

		v.policy = aws_policy_read(&t->r->inv->estate, document, t->r->source,
			aws_pointer(t->r->scratch, pointer, "PolicyDocument"));
		if (!m->versions.n)
			VEC_PUSH(&m->versions, v);
		m->place = aws_place_of(t->r, document, pointer);
	}
	for (size_t i = 0; i < sizeof(lists) / sizeof(*lists); i++) {
		const struct node *list = node_get(properties, lists[i].key);

		for (size_t k = 0; node_is(list, NODE_SEQUENCE) && k < list->n; k++) {
			struct aws_principal *p = aws_principal_named(t->r, lists[i].kind, node_text(list->items[k]));

			if (managed)
				aws_attach(t->r, p, arn, (struct slice){0}, list->items[k], pointer);
			else
				aws_inline_set(t->r, p, aws_text(properties, "PolicyName"), document, pointer);
		}
	}
}

static bool read_template(struct aws_reading *r, const struct node *n, struct slice pointer) {
	struct template t = {r, node_get(n, "Resources"), aws_pointer(r->scratch, pointer, "Resources")};
	bool any = false;

	if (!node_is(t.resources, NODE_MAPPING))
		return false;
	for (size_t i = 0; i < t.resources->n; i++)
		any |= slice_find(aws_text(t.resources->members[i].value, "Type"), slice_str("AWS::")) == 0;
	if (!any)
		return false;
	for (size_t i = 0; i < t.resources->n; i++) {
		const struct node *x = t.resources->members[i].value, *properties = node_get(x, "Properties");
		struct slice id = t.resources->members[i].key->text, type = aws_text(x, "Type");
		struct slice at = aws_pointer(r->scratch, t.pointer, arena_str(r->scratch, id));

		if (!node_is(properties, NODE_MAPPING) || slice_find(type, slice_str("AWS::IAM::")) != 0)
			continue;
		properties = resolve(&t, properties, 0);
		at = aws_pointer(r->scratch, at, "Properties");
		if (slice_has_suffix(type, "::User") || slice_has_suffix(type, "::Role") ||
			slice_has_suffix(type, "::Group"))
			principal(&t, id, properties, at, x);
		else if (slice_has_suffix(type, "Policy"))
			policy(&t, id, properties, at, slice_has_suffix(type, "ManagedPolicy"));
	}
	return true;
}

const struct aws_shape aws_shapes_cloudformation[] = {
	{"template", AWS_EXPORT_CLOUDFORMATION, {"Resources"}, read_template},
	{0},
};
