/* Users, roles, groups, managed policies and single policy documents: get-account-authorization-details, list-… and get-… of IAM. */
#include "scanners/iam/aws/reading.h"

#include <stdlib.h>

static void principal_base(
	struct aws_reading *r, struct aws_principal *p, const struct node *n, struct slice pointer, const char *id) {
	if (!p->place.source)
		p->place = aws_place_of(r, n, pointer);
	if (!p->id.n)
		p->id = aws_keep_text(r, n, id);
	p->created = aws_either(p->created, aws_when(node_get(n, "CreateDate"), AWS_UNTOLD));
	AWS_TAGS(r, node_get(n, "Tags"), &p->tags);
	aws_account_seen(r->inv, p->account);
	if (p->account.n)
		r->account = p->account;
}

void aws_inline_set(struct aws_reading *r, struct aws_principal *p, struct slice name, const struct node *document,
	struct slice pointer) {
	struct aws_inline in = {.name = aws_keep(r, name),
		.policy = aws_policy_read(&r->inv->estate, document, r->source, pointer),
		.place = aws_place_of(r, document, pointer)};

	for (size_t i = 0; i < p->inlines.n; i++)
		if (slice_eq(p->inlines.at[i].name, name)) {
			p->inlines.at[i] = in;
			return;
		}
	VEC_PUSH(&p->inlines, in);
}

static void inlines(
	struct aws_reading *r, struct aws_principal *p, const struct node *n, const char *key, struct slice pointer) {
	const struct node *list = node_get(n, key);
	struct slice at = aws_pointer(r->scratch, pointer, key);

	for (size_t i = 0; node_is(list, NODE_SEQUENCE) && i < list->n; i++) {
		const struct node *document = node_get(list->items[i], "PolicyDocument");
		struct slice here = aws_pointer_at(r->scratch, at, i);

		if (document)
			aws_inline_set(r, p, aws_text(list->items[i], "PolicyName"), document,
				aws_pointer(r->scratch, here, "PolicyDocument"));
	}
}

void aws_attach(struct aws_reading *r, struct aws_principal *p, struct slice arn, struct slice name,
	const struct node *at, struct slice pointer) {
	struct aws_attachment a;

	if (!arn.n)
		return;
	for (size_t i = 0; i < p->attached.n; i++)
		if (slice_eq(p->attached.at[i].arn, arn))
			return;
	a = (struct aws_attachment){aws_keep(r, arn), aws_keep(r, name), aws_place_of(r, at, pointer)};
	VEC_PUSH(&p->attached, a);
	aws_managed_of(&r->inv->estate, arn);
}

static void attachments(struct aws_reading *r, struct aws_principal *p, const struct node *n, struct slice pointer) {
	const struct node *list = node_get(n, "AttachedManagedPolicies");
	struct slice at = aws_pointer(r->scratch, pointer, "AttachedManagedPolicies");

	for (size_t i = 0; node_is(list, NODE_SEQUENCE) && i < list->n; i++)
		aws_attach(r, p, aws_text(list->items[i], "PolicyArn"), aws_text(list->items[i], "PolicyName"),
			list->items[i], aws_pointer_at(r->scratch, at, i));
}

static void boundary(struct aws_reading *r, struct aws_principal *p, const struct node *n, struct slice pointer) {
	const struct node *b = node_get(n, "PermissionsBoundary");
	struct slice arn = aws_text(b, "PermissionsBoundaryArn");

	if (!arn.n && node_is(b, NODE_STRING))
		arn = b->text;
	if (!arn.n)
		return;
	p->boundary = aws_keep(r, arn);
	p->boundary_place = aws_place_of(r, b, aws_pointer(r->scratch, pointer, "PermissionsBoundary"));
	aws_managed_of(&r->inv->estate, arn);
}

void aws_group_join(struct aws_reading *r, struct aws_principal *p, struct slice name) {
	for (size_t i = 0; i < p->groups.n; i++)
		if (slice_eq(p->groups.at[i], name))
			return;
	VEC_PUSH(&p->groups, aws_keep(r, name));
}

static bool is_detail(const struct node *n) {
	static const char *const keys[] = {"UserPolicyList", "RolePolicyList", "GroupPolicyList", "GroupList",
		"AttachedManagedPolicies", "InstanceProfileList"};

	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++)
		if (node_get(n, keys[i]))
			return true;
	return false;
}

/* Elements of list-users and the like count as single principals: they hold no policies. */
static void count_detail(struct aws_reading *r, const struct node *n) {
	if (!is_detail(n))
		return;
	r->counted = true;
	if (!r->inv->exports[AWS_EXPORT_DETAILS]++ || !aws_account_has(r->inv, r->account, AWS_EXPORT_DETAILS))
		aws_account_export(r->inv, r->account, AWS_EXPORT_DETAILS);
}

static bool read_user(struct aws_reading *r, const struct node *n, struct slice pointer) {
	struct slice arn = aws_text(n, "Arn");
	const struct node *groups = node_get(n, "GroupList");
	struct aws_principal *p;

	if (slice_find(arn, slice_str(":user/")) < 0)
		return false;
	p = aws_principal_of(&r->inv->estate, arn);
	principal_base(r, p, n, pointer, "UserId");
	inlines(r, p, n, "UserPolicyList", pointer);
	attachments(r, p, n, pointer);
	boundary(r, p, n, pointer);
	for (size_t i = 0; node_is(groups, NODE_SEQUENCE) && i < groups->n; i++)
		if (node_is(groups->items[i], NODE_STRING))
			aws_group_join(r, p, groups->items[i]->text);
	count_detail(r, n);
	return true;
}

void aws_instance_profile(struct aws_reading *r, struct aws_principal *p, struct slice arn) {
	if (!arn.n)
		return;
	for (size_t i = 0; i < p->instance_profiles.n; i++)
		if (slice_eq(p->instance_profiles.at[i], arn))
			return;
	VEC_PUSH(&p->instance_profiles, aws_keep(r, arn));
}

/* {} means: not in the 400 days that IAM keeps, or made before it kept any. */
static struct when role_last_used(const struct node *n) {
	const struct node *used = node_get(n, "RoleLastUsed");

	return node_is(used, NODE_MAPPING) ? aws_when(node_get(used, "LastUsedDate"), AWS_NEVER) : AWS_UNTOLD;
}

static bool read_role(struct aws_reading *r, const struct node *n, struct slice pointer) {
	struct slice arn = aws_text(n, "Arn");
	const struct node *trust = node_get(n, "AssumeRolePolicyDocument"),
			  *profiles = node_get(n, "InstanceProfileList");
	struct aws_principal *p;

	if (slice_find(arn, slice_str(":role/")) < 0)
		return false;
	p = aws_principal_of(&r->inv->estate, arn);
	principal_base(r, p, n, pointer, "RoleId");
	inlines(r, p, n, "RolePolicyList", pointer);
	attachments(r, p, n, pointer);
	boundary(r, p, n, pointer);
	if (trust)
		p->trust = aws_policy_read(&r->inv->estate, trust, r->source,
			aws_pointer(r->scratch, pointer, "AssumeRolePolicyDocument"));
	p->last_used = aws_later(p->last_used, role_last_used(n));
	for (size_t i = 0; node_is(profiles, NODE_SEQUENCE) && i < profiles->n; i++)
		aws_instance_profile(r, p, aws_text(profiles->items[i], "Arn"));
	if (aws_text(n, "Description").n)
		aws_person_of(r->inv, arn)->description = aws_keep_text(r, n, "Description");
	count_detail(r, n);
	return true;
}

static bool read_group(struct aws_reading *r, const struct node *n, struct slice pointer) {
	struct slice arn = aws_text(n, "Arn");
	struct aws_principal *p;

	if (slice_find(arn, slice_str(":group/")) < 0)
		return false;
	p = aws_principal_of(&r->inv->estate, arn);
	principal_base(r, p, n, pointer, "GroupId");
	inlines(r, p, n, "GroupPolicyList", pointer);
	attachments(r, p, n, pointer);
	count_detail(r, n);
	return true;
}

static void version_set(struct aws_reading *r, struct aws_managed *m, const struct node *v, struct slice pointer) {
	const struct node *document = node_get(v, "Document");
	struct aws_version version = {.id = aws_keep_text(r, v, "VersionId"),
		.is_default = node_truth(node_get(v, "IsDefaultVersion"), false),
		.created = aws_when(node_get(v, "CreateDate"), AWS_UNTOLD)};

	if (!document)
		return;
	version.policy =
		aws_policy_read(&r->inv->estate, document, r->source, aws_pointer(r->scratch, pointer, "Document"));
	for (size_t i = 0; i < m->versions.n; i++)
		if (slice_eq(m->versions.at[i].id, version.id)) {
			m->versions.at[i] = version;
			return;
		}
	VEC_PUSH(&m->versions, version);
}

static bool read_managed(struct aws_reading *r, const struct node *n, struct slice pointer) {
	struct slice arn = aws_text(n, "Arn");
	const struct node *versions = node_get(n, "PolicyVersionList"), *count = node_get(n, "AttachmentCount");
	struct slice at = aws_pointer(r->scratch, pointer, "PolicyVersionList");
	struct aws_managed *m;

	if (slice_find(arn, slice_str(":policy/")) < 0)
		return false;
	m = aws_managed_of(&r->inv->estate, arn);
	if (!m->place.source)
		m->place = aws_place_of(r, n, pointer);
	if (!m->default_version.n)
		m->default_version = aws_keep_text(r, n, "DefaultVersionId");
	m->created = aws_either(m->created, aws_when(node_get(n, "CreateDate"), AWS_UNTOLD));
	m->updated = aws_either(m->updated, aws_when(node_get(n, "UpdateDate"), AWS_UNTOLD));
	if (node_is(count, NODE_NUMBER)) {
		m->attachments_known = true;
		m->attachments = strtoull(arena_str(r->scratch, count->text), NULL, 10);
	}
	for (size_t i = 0; node_is(versions, NODE_SEQUENCE) && i < versions->n; i++)
		version_set(r, m, versions->items[i], aws_pointer_at(r->scratch, at, i));
	if (versions) {
		r->counted = true;
		r->inv->exports[AWS_EXPORT_DETAILS]++;
	}
	return true;
}

/* get-policy-version says which version it is of only by the command: the ARN stands beside it, around it or nowhere. */
static bool read_version(struct aws_reading *r, const struct node *n, struct slice pointer) {
	struct slice arn = aws_hint(r, "PolicyArn");

	if (!arn.n)
		arn = aws_hint(r, "Arn");
	if (slice_find(arn, slice_str(":policy/")) < 0)
		arn = slice_str(arena_printf(r->scratch, "arn:aws:iam::%.*s:policy/%.*s", (int)r->account.n,
			(const char *)r->account.p, (int)r->name.n, (const char *)r->name.p));
	version_set(r, aws_managed_of(&r->inv->estate, arn), n, pointer);
	return true;
}

static const struct {
	const char *key;
	enum aws_kind kind;
} named[] = {{"UserName", AWS_USER}, {"RoleName", AWS_ROLE}, {"GroupName", AWS_GROUP}};

/* get-user-policy, get-role-policy, get-group-policy. */
static bool read_inline(struct aws_reading *r, const struct node *n, struct slice pointer) {
	for (size_t i = 0; i < sizeof(named) / sizeof(*named); i++) {
		struct slice name = aws_text(n, named[i].key);
		struct aws_principal *p;

		if (!name.n)
			continue;
		p = aws_principal_named(r, named[i].kind, name);
		if (!p->place.source)
			p->place = aws_place_of(r, n, pointer);
		aws_inline_set(r, p, aws_text(n, "PolicyName"), node_get(n, "PolicyDocument"),
			aws_pointer(r->scratch, pointer, "PolicyDocument"));
		return true;
	}
	return false;
}

/* list-attached-…-policies, with the principal's name beside it. */
static bool read_attached(struct aws_reading *r, const struct node *n, struct slice pointer) {
	const struct node *list = node_get(n, "AttachedPolicies");

	for (size_t i = 0; i < sizeof(named) / sizeof(*named); i++) {
		struct slice name = aws_text(n, named[i].key).n ? aws_text(n, named[i].key) : aws_hint(r, named[i].key);
		struct aws_principal *p;

		if (!name.n)
			continue;
		p = aws_principal_named(r, named[i].kind, name);
		for (size_t k = 0; node_is(list, NODE_SEQUENCE) && k < list->n; k++)
			aws_attach(r, p, aws_text(list->items[k], "PolicyArn"), aws_text(list->items[k], "PolicyName"),
				list->items[k], pointer);
		return true;
	}
	return false;
}

/* A policy document as a file of its own: a managed policy of that name that nothing is known to use. */
static bool read_document(struct aws_reading *r, const struct node *n, struct slice pointer) {
	const struct node *s = node_get(n, "Statement");
	const struct node *first = node_is(s, NODE_SEQUENCE) ? node_item(s, 0) : s;
	struct aws_version version = {.id = slice_str("file"), .is_default = true};
	struct slice arn;
	struct aws_managed *m;

	if (!node_is(first, NODE_MAPPING) || !node_get(first, "Effect"))
		return false;
	version.policy = aws_policy_read(&r->inv->estate, n, r->source, pointer);
	arn = slice_str(arena_printf(r->scratch, "file:%.*s%s%.*s", (int)r->source->path.n,
		(const char *)r->source->path.p, pointer.n ? "#" : "", (int)pointer.n, (const char *)pointer.p));
	if (version.policy->n && version.policy->statements[0].has_who) {
		struct aws_resource_policy p = {aws_keep(r, arn), version.policy, aws_place_of(r, n, pointer)};

		VEC_PUSH(&r->inv->estate.resource_policies, p);
		return true;
	}
	m = aws_managed_of(&r->inv->estate, arn);
	m->name = aws_keep(r, r->name);
	m->place = aws_place_of(r, n, pointer);
	VEC_PUSH(&m->versions, version);
	return true;
}

/* list-instance-profiles: the roles in it are whole roles. */
static bool read_profile(struct aws_reading *r, const struct node *n, struct slice pointer) {
	const struct node *roles = node_get(n, "Roles");
	struct slice at = aws_pointer(r->scratch, pointer, "Roles");

	for (size_t i = 0; node_is(roles, NODE_SEQUENCE) && i < roles->n; i++)
		if (read_role(r, roles->items[i], aws_pointer_at(r->scratch, at, i)))
			aws_instance_profile(r, aws_principal_of(&r->inv->estate, aws_text(roles->items[i], "Arn")),
				aws_text(n, "Arn"));
	return true;
}

/* get-group: the group and who is in it. */
static bool read_members(struct aws_reading *r, const struct node *n, struct slice pointer) {
	const struct node *group = node_get(n, "Group"), *users = node_get(n, "Users");
	struct slice at = aws_pointer(r->scratch, pointer, "Users");

	if (!read_group(r, group, aws_pointer(r->scratch, pointer, "Group")))
		return false;
	for (size_t i = 0; node_is(users, NODE_SEQUENCE) && i < users->n; i++)
		if (read_user(r, users->items[i], aws_pointer_at(r->scratch, at, i)))
			aws_group_join(r, aws_principal_of(&r->inv->estate, aws_text(users->items[i], "Arn")),
				aws_text(group, "GroupName"));
	return true;
}

static bool read_caller(struct aws_reading *r, const struct node *n, struct slice pointer) {
	struct slice account = aws_text(n, "Account");

	(void)pointer;
	if (account.n != 12 || slice_find(aws_text(n, "Arn"), slice_str("arn:aws")) != 0)
		return false;
	aws_account_seen(r->inv, account);
	return true;
}

/* Ids are not asked for: dumps that were cut down for sharing leave them out. */
const struct aws_shape aws_shapes_principal[] = {
	{"user", AWS_EXPORT_POLICY, {"UserName", "Arn"}, read_user},
	{"role", AWS_EXPORT_POLICY, {"RoleName", "Arn"}, read_role},
	{"group", AWS_EXPORT_POLICY, {"GroupName", "Arn"}, read_group},
	{"instance-profile", AWS_EXPORT_WORKLOADS, {"InstanceProfileName", "Arn", "Roles"}, read_profile},
	{"group-members", AWS_EXPORT_POLICY, {"Group", "Users"}, read_members},
	{"managed-policy", AWS_EXPORT_POLICY, {"PolicyName", "PolicyId", "Arn"}, read_managed},
	{"managed-policy", AWS_EXPORT_POLICY, {"PolicyName", "Arn", "PolicyVersionList"}, read_managed},
	{"policy-version", AWS_EXPORT_POLICY, {"Document", "VersionId"}, read_version},
	{"inline-policy", AWS_EXPORT_POLICY, {"PolicyName", "PolicyDocument"}, read_inline},
	{"attached-policies", AWS_EXPORT_POLICY, {"AttachedPolicies"}, read_attached},
	{"policy-document", AWS_EXPORT_POLICY, {"Statement"}, read_document},
	{"caller-identity", AWS_EXPORT_IDENTITY, {"UserId", "Account", "Arn"}, read_caller},
	{0},
};
