/* Terraform: resources of a state, of `terraform show -json` and of a plan. They tell of principals and keys, and who makes them. Secrets that
 * a state holds are not read here: the secret rules find them. Attribute names: the registry pages of the hashicorp/aws provider. */
#include "scanners/iam/aws/reading.h"

#include <stdlib.h>

struct resource {
	struct aws_reading *r;
	struct slice type, address, module;
	const struct node *at; /* attributes */
	struct slice pointer;
};

static struct slice text(const struct resource *x, const char *key) {
	return aws_text(x->at, key);
}

static void refer(struct resource *x, struct slice arn) {
	struct aws_person *p = aws_person_of(x->r->inv, arn);
	struct aws_reference ref = {slice_str(arena_printf(&x->r->inv->estate.arena, "terraform %.*s",
					    (int)x->address.n, (const char *)x->address.p)),
		aws_place_of(x->r, x->at, x->pointer)};

	for (size_t i = 0; i < p->references.n; i++)
		if (slice_eq(p->references.at[i].what, ref.what))
			return;
	VEC_PUSH(&p->references, ref);
	if (!p->module.n)
		p->module = aws_keep(x->r, x->module.n ? x->module : slice_str("root module"));
}

static struct aws_principal *principal(struct resource *x, enum aws_kind kind, const char *key) {
	struct slice arn = text(x, "arn");

	return aws_principal_named(x->r, kind, key || !arn.n ? text(x, key ? key : "name") : arn);
}

static void make(struct resource *x, enum aws_kind kind) {
	struct aws_principal *p;
	const struct node *tags = node_get(x->at, "tags_all");

	if (!text(x, "name").n)
		return;
	p = principal(x, kind, NULL);
	if (!p->place.source)
		p->place = aws_place_of(x->r, x->at, x->pointer);
	if (!p->id.n)
		p->id = aws_keep(x->r, text(x, "unique_id"));
	p->created = aws_either(p->created, aws_when(node_get(x->at, "create_date"), AWS_UNTOLD));
	AWS_TAGS(x->r, tags ? tags : node_get(x->at, "tags"), &p->tags);
	if (text(x, "permissions_boundary").n) {
		p->boundary = aws_keep(x->r, text(x, "permissions_boundary"));
		p->boundary_place = aws_place_of(x->r, x->at, x->pointer);
		aws_managed_of(&x->r->inv->estate, p->boundary);
	}
	aws_account_seen(x->r->inv, p->account);
	refer(x, p->arn);
}

static void make_user(struct resource *x) {
	make(x, AWS_USER);
}

static void make_group(struct resource *x) {
	make(x, AWS_GROUP);
}

static void make_role(struct resource *x) {
	const struct node *trust = node_get(x->at, "assume_role_policy"), *list = node_get(x->at, "inline_policy");
	const struct node *arns = node_get(x->at, "managed_policy_arns");
	struct aws_principal *p;

	if (!text(x, "name").n)
		return;
	make(x, AWS_ROLE);
	p = principal(x, AWS_ROLE, NULL);
	if (node_is(trust, NODE_STRING))
		p->trust = aws_policy_read(&x->r->inv->estate, trust, x->r->source,
			aws_pointer(x->r->scratch, x->pointer, "assume_role_policy"));
	for (size_t i = 0; node_is(list, NODE_SEQUENCE) && i < list->n; i++)
		if (aws_text(list->items[i], "policy").n)
			aws_inline_set(x->r, p, aws_text(list->items[i], "name"), node_get(list->items[i], "policy"),
				x->pointer);
	for (size_t i = 0; node_is(arns, NODE_SEQUENCE) && i < arns->n; i++)
		aws_attach(x->r, p, node_text(arns->items[i]), (struct slice){0}, x->at, x->pointer);
	if (text(x, "description").n)
		aws_person_of(x->r->inv, p->arn)->description = aws_keep(x->r, text(x, "description"));
}

static void make_policy(struct resource *x) {
	const struct node *document = node_get(x->at, "policy");
	struct slice arn = text(x, "arn"), account = aws_account_at_hand(x->r), name = text(x, "name");
	struct aws_version v = {.id = slice_str("terraform"), .is_default = true};
	struct aws_managed *m;

	if (!node_is(document, NODE_STRING))
		return;
	if (!arn.n)
		arn = slice_str(arena_printf(x->r->scratch, "arn:aws:iam::%.*s:policy/%.*s", (int)account.n,
			(const char *)account.p, (int)name.n, (const char *)name.p));
	m = aws_managed_of(&x->r->inv->estate, arn);
	if (m->versions.n) /* what an export of the account says is newer */
		return;
	v.policy = aws_policy_read(
		&x->r->inv->estate, document, x->r->source, aws_pointer(x->r->scratch, x->pointer, "policy"));
	VEC_PUSH(&m->versions, v);
	if (!m->place.source)
		m->place = aws_place_of(x->r, x->at, x->pointer);
}

static void make_key(struct resource *x) {
	struct slice id = text(x, "id");
	struct aws_credential *c;
	struct aws_reference ref;
	char account[13];

	if (!slice_has_prefix(id, "AKIA"))
		return;
	c = aws_credential_of(x->r->inv, AWS_ACCESS_KEY, id);
	if (!c->place.source)
		c->place = aws_place_of(x->r, x->at, x->pointer);
	if (!c->owner_name.n)
		c->owner_name = aws_keep(x->r, text(x, "user"));
	if (!c->account.n && aws_key_account(id, account))
		c->account = aws_keep(x->r, slice_str(account));
	if (c->active == AWS_UNKNOWN)
		c->active = aws_known_of(node_get(x->at, "status"));
	c->created = aws_either(c->created, aws_when(node_get(x->at, "create_date"), AWS_UNTOLD));
	ref = (struct aws_reference){slice_str(arena_printf(&x->r->inv->estate.arena, "terraform %.*s",
					     (int)x->address.n, (const char *)x->address.p)),
		aws_place_of(x->r, x->at, x->pointer)};
	VEC_PUSH(&c->references, ref);
}

/* user, role or group of an inline policy or an attachment. */
static const struct {
	const char *key;
	enum aws_kind kind;
} whose[] = {{"user", AWS_USER}, {"role", AWS_ROLE}, {"group", AWS_GROUP}};

static void make_inline(struct resource *x) {
	for (size_t i = 0; i < sizeof(whose) / sizeof(*whose); i++)
		if (text(x, whose[i].key).n && node_is(node_get(x->at, "policy"), NODE_STRING))
			aws_inline_set(x->r, principal(x, whose[i].kind, whose[i].key), text(x, "name"),
				node_get(x->at, "policy"), aws_pointer(x->r->scratch, x->pointer, "policy"));
}

static void make_attachment(struct resource *x) {
	static const char *const lists[] = {"users", "roles", "groups"};

	for (size_t i = 0; i < sizeof(whose) / sizeof(*whose); i++) {
		const struct node *list = node_get(x->at, lists[i]);

		if (text(x, whose[i].key).n)
			aws_attach(x->r, principal(x, whose[i].kind, whose[i].key), text(x, "policy_arn"),
				(struct slice){0}, x->at, x->pointer);
		for (size_t k = 0; node_is(list, NODE_SEQUENCE) && k < list->n; k++)
			aws_attach(x->r, aws_principal_named(x->r, whose[i].kind, node_text(list->items[k])),
				text(x, "policy_arn"), (struct slice){0}, x->at, x->pointer);
	}
}

static void make_membership(struct resource *x) {
	const struct node *groups = node_get(x->at, "groups"), *users = node_get(x->at, "users");

	for (size_t i = 0; node_is(groups, NODE_SEQUENCE) && text(x, "user").n && i < groups->n; i++)
		aws_group_join(x->r, principal(x, AWS_USER, "user"), node_text(groups->items[i]));
	for (size_t i = 0; node_is(users, NODE_SEQUENCE) && text(x, "group").n && i < users->n; i++)
		aws_group_join(x->r, aws_principal_named(x->r, AWS_USER, node_text(users->items[i])), text(x, "group"));
}

static void make_profile(struct resource *x) {
	if (text(x, "role").n && text(x, "arn").n)
		aws_instance_profile(x->r, principal(x, AWS_ROLE, "role"), text(x, "arn"));
}

static void make_provider(struct resource *x) {
	struct slice url = text(x, "url");
	const struct node *list = node_get(x->at, "client_id_list");
	struct aws_oidc_provider p = {.arn = aws_keep(x->r, text(x, "arn")), .audiences_known = list != NULL};
	struct slice *at = ARENA_NEW_N(&x->r->inv->estate.arena, struct slice, list ? list->n : 0);

	for (size_t i = 0; i < x->r->inv->estate.oidc.n; i++)
		if (slice_eq(x->r->inv->estate.oidc.at[i].arn, p.arn))
			return;
	for (size_t i = 0; node_is(list, NODE_SEQUENCE) && i < list->n; i++)
		at[p.audiences.n++] = aws_keep(x->r, node_text(list->items[i]));
	p.audiences.at = at;
	p.url = aws_keep(x->r, slice_has_prefix(url, "https://") ? slice_sub(url, 8, url.n) : url);
	p.place = aws_place_of(x->r, x->at, x->pointer);
	VEC_PUSH(&x->r->inv->estate.oidc, p);
}

static void carrier(struct resource *x, const char *service, const char *role_key) {
	struct slice role = text(x, role_key), arn = text(x, "arn").n ? text(x, "arn") : x->address;
	struct aws_carrier c;

	if (!role.n)
		return;
	c = (struct aws_carrier){
		slice_str(service), aws_keep(x->r, arn), aws_keep(x->r, role), aws_place_of(x->r, x->at, x->pointer)};
	VEC_PUSH(&x->r->inv->estate.carriers, c);
	if (slice_find(role, slice_str(":role/")) > 0)
		refer(x, role);
}

static void make_function(struct resource *x) {
	carrier(x, "lambda", "role");
}

static void make_task(struct resource *x) {
	carrier(x, "ecs", "task_role_arn");
}

static void make_instance(struct resource *x) {
	carrier(x, "ec2", "iam_instance_profile");
}

static void make_project(struct resource *x) {
	carrier(x, "codebuild", "service_role");
}

static const struct {
	const char *type;
	void (*make)(struct resource *x);
} kinds[] = {
	{"aws_iam_user", make_user},
	{"aws_iam_role", make_role},
	{"aws_iam_group", make_group},
	{"aws_iam_policy", make_policy},
	{"aws_iam_access_key", make_key},
	{"aws_iam_user_policy", make_inline},
	{"aws_iam_role_policy", make_inline},
	{"aws_iam_group_policy", make_inline},
	{"aws_iam_user_policy_attachment", make_attachment},
	{"aws_iam_role_policy_attachment", make_attachment},
	{"aws_iam_group_policy_attachment", make_attachment},
	{"aws_iam_policy_attachment", make_attachment},
	{"aws_iam_user_group_membership", make_membership},
	{"aws_iam_group_membership", make_membership},
	{"aws_iam_instance_profile", make_profile},
	{"aws_iam_openid_connect_provider", make_provider},
	{"aws_lambda_function", make_function},
	{"aws_ecs_task_definition", make_task},
	{"aws_instance", make_instance},
	{"aws_codebuild_project", make_project},
};

static void read_resource(struct resource *x) {
	for (size_t i = 0; node_is(x->at, NODE_MAPPING) && i < sizeof(kinds) / sizeof(*kinds); i++)
		if (slice_eq(x->type, slice_str(kinds[i].type)))
			kinds[i].make(x);
}

/* "module.a.module.b.aws_iam_user.c" is of module.a.module.b. */
static struct slice module_of(struct slice address, struct slice type) {
	ptrdiff_t at = slice_find(address, type);

	return at > 1 ? slice_sub(address, 0, (size_t)at - 1) : (struct slice){0};
}

static bool is_aws(struct slice type) {
	return slice_has_prefix(type, "aws_");
}

/* An element of resources in a state of format 4. */
static bool read_state(struct aws_reading *r, const struct node *n, struct slice pointer) {
	const struct node *instances = node_get(n, "instances");
	struct slice type = aws_text(n, "type"), module = aws_text(n, "module"), name = aws_text(n, "name");
	struct slice at = aws_pointer(r->scratch, pointer, "instances");

	if (!node_is(instances, NODE_SEQUENCE) || !aws_text(n, "mode").n)
		return false;
	for (size_t i = 0; is_aws(type) && slice_eq(aws_text(n, "mode"), slice_str("managed")) && i < instances->n;
		i++) {
		struct slice here = aws_pointer_at(r->scratch, at, i);
		struct resource x = {r, type,
			slice_str(arena_printf(r->scratch, "%.*s%s%.*s.%.*s", (int)module.n, (const char *)module.p,
				module.n ? "." : "", (int)type.n, (const char *)type.p, (int)name.n,
				(const char *)name.p)),
			module, node_get(instances->items[i], "attributes"),
			aws_pointer(r->scratch, here, "attributes")};

		read_resource(&x);
	}
	return true;
}

static bool read_values(struct aws_reading *r, const struct node *n, struct slice pointer) {
	struct slice type = aws_text(n, "type"), address = aws_text(n, "address");
	struct resource x = {r, type, address, module_of(address, type), node_get(n, "values"),
		aws_pointer(r->scratch, pointer, "values")};

	if (!address.n || !node_is(x.at, NODE_MAPPING))
		return false;
	if (is_aws(type) && !slice_eq(aws_text(n, "mode"), slice_str("data")))
		read_resource(&x);
	return true;
}

/* A plan: what will be there when it is applied. Prior state and single changes say the same again, or what is no longer. */
static bool read_plan(struct aws_reading *r, const struct node *n, struct slice pointer) {
	aws_read_node(r, node_get(n, "planned_values"), aws_pointer(r->scratch, pointer, "planned_values"), 2);
	return true;
}

const struct aws_shape aws_shapes_terraform[] = {
	{"terraform-plan", AWS_EXPORT_TERRAFORM, {"format_version", "planned_values"}, read_plan},
	{"terraform-resource", AWS_EXPORT_TERRAFORM, {"type", "name", "instances"}, read_state},
	{"terraform-values", AWS_EXPORT_TERRAFORM, {"address", "type", "values"}, read_values},
	{0},
};
