/* What was used: service last accessed details, and IAM Access Analyzer's findings of unused and of external access. */
#include "scanners/iam/aws/reading.h"

#include <stdlib.h>

static void use_add(struct aws_reading *r, struct aws_person *p, struct slice service, struct slice action,
	struct when last, struct aws_place place) {
	struct aws_use use = {aws_keep(r, service), aws_keep(r, action), last, place};

	for (size_t i = 0; i < p->uses.n; i++)
		if (slice_eq(p->uses.at[i].service, service) && slice_eq(p->uses.at[i].action, action)) {
			p->uses.at[i].last = aws_later(p->uses.at[i].last, last);
			return;
		}
	VEC_PUSH(&p->uses, use);
}

static bool is_principal(struct slice arn) {
	return slice_find(arn, slice_str(":role/")) > 0 || slice_find(arn, slice_str(":user/")) > 0 ||
	       slice_find(arn, slice_str(":group/")) > 0;
}

/* The answer names the principal only where a service was used by it; else it stands beside, around, or in the file's name. */
static struct slice principal_of_job(struct aws_reading *r, const struct node *n, const struct node *list) {
	static const char *const keys[] = {"Arn", "PrincipalArn", "principal", "arn", "@key"};

	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++) {
		if (is_principal(aws_text(n, keys[i])))
			return aws_text(n, keys[i]);
		if (is_principal(aws_hint(r, keys[i])))
			return aws_hint(r, keys[i]);
	}
	for (size_t i = 0; i < list->n; i++)
		if (is_principal(aws_text(list->items[i], "LastAuthenticatedEntity")))
			return aws_text(list->items[i], "LastAuthenticatedEntity");
	for (size_t i = 0; i < r->inv->estate.principals.n; i++) {
		const struct aws_principal *p = r->inv->estate.principals.at[i];

		/* "last-accessed-deploy.json" of the role deploy. The readers see it only when the principals came first. */
		if (p->name.n >= 4 && slice_find(r->name, p->name) >= 0)
			return p->arn;
	}
	return (struct slice){0};
}

static bool read_job(struct aws_reading *r, const struct node *n, struct slice pointer) {
	const struct node *list = node_get(n, "ServicesLastAccessed");
	struct slice arn, at = aws_pointer(r->scratch, pointer, "ServicesLastAccessed");
	struct aws_person *p;

	if (!node_is(list, NODE_SEQUENCE))
		return false;
	arn = principal_of_job(r, n, list);
	if (!arn.n) {
		aws_trouble(r, "export-without-principal", false, n->span.line,
			"the answer of get-service-last-accessed-details does not name the principal: put {\"Arn\": …} "
			"beside it, or its name into the file's name");
		return true;
	}
	if (slice_eq(aws_text(n, "JobStatus"), slice_str("IN_PROGRESS")))
		r->partial = true;
	p = aws_person_of(r->inv, arn);
	p->uses_known = true;
	for (size_t i = 0; i < list->n; i++) {
		const struct node *s = list->items[i], *actions = node_get(s, "TrackedActionsLastAccessed");
		struct aws_place place = aws_place_of(r, s, aws_pointer_at(r->scratch, at, i));
		struct slice service = aws_text(s, "ServiceNamespace");

		use_add(r, p, service, (struct slice){0}, aws_when(node_get(s, "LastAuthenticated"), AWS_NEVER), place);
		for (size_t k = 0; node_is(actions, NODE_SEQUENCE) && k < actions->n; k++)
			use_add(r, p, service, aws_text(actions->items[k], "ActionName"),
				aws_when(node_get(actions->items[k], "LastAccessedTime"), AWS_NEVER), place);
	}
	return true;
}

static void unused_key(struct aws_reading *r, const struct node *d, const struct node *n, struct slice pointer) {
	struct aws_credential *c = aws_credential_of(r->inv, AWS_ACCESS_KEY, aws_text(d, "accessKeyId"));

	if (!c->place.source)
		c->place = aws_place_of(r, n, pointer);
	if (c->active == AWS_UNKNOWN)
		c->active = AWS_YES; /* the analyzer looks at active keys only */
	if (!c->owner.n && is_principal(aws_text(n, "resource")))
		c->owner = aws_keep_text(r, n, "resource");
	c->last_used = aws_later(c->last_used, aws_when(node_get(d, "lastAccessed"), AWS_NEVER));
}

/* The analyzer looks at users with a console password only. */
static void unused_password(struct aws_reading *r, const struct node *d, const struct node *n, struct slice pointer) {
	struct aws_credential *c = aws_credential_of(r->inv, AWS_PASSWORD, aws_text(n, "resource"));

	if (!c->place.source)
		c->place = aws_place_of(r, n, pointer);
	if (c->active == AWS_UNKNOWN)
		c->active = AWS_YES;
	if (!c->owner.n)
		c->owner = aws_keep_text(r, n, "resource");
	c->last_used = aws_later(c->last_used, aws_when(node_get(d, "lastAccessed"), AWS_NEVER));
}

static void unused_permission(struct aws_reading *r, const struct node *d, struct aws_person *p, struct aws_place at) {
	const struct node *actions = node_get(d, "actions");
	struct slice service = aws_text(d, "serviceNamespace");

	use_add(r, p, service, (struct slice){0}, aws_when(node_get(d, "lastAccessed"), AWS_NEVER), at);
	for (size_t i = 0; node_is(actions, NODE_SEQUENCE) && i < actions->n; i++)
		use_add(r, p, service, aws_text(actions->items[i], "action"),
			aws_when(node_get(actions->items[i], "lastAccessed"), AWS_NEVER), at);
}

static void external(struct aws_reading *r, const struct node *d, const struct node *n, struct aws_place at) {
	const struct node *who = node_get(d, "principal"), *condition = node_get(d, "condition");
	struct aws_exposure e = {.resource = aws_keep_text(r, n, "resource"),
		.kind = aws_keep_text(r, n, "resourceType"),
		.is_public = node_truth(node_get(d, "isPublic"), false),
		.place = at};

	for (size_t i = 0; node_is(who, NODE_MAPPING) && i < who->n && !e.principal.n; i++)
		e.principal = aws_keep(r, node_text(who->members[i].value));
	for (size_t i = 0; node_is(condition, NODE_MAPPING) && i < condition->n && !e.condition.n; i++)
		e.condition = aws_keep(r, condition->members[i].key->text);
	VEC_PUSH(&r->inv->exposures, e);
}

static void detail(struct aws_reading *r, const struct node *d, const struct node *n, struct slice pointer) {
	const struct node *x;
	struct slice arn = aws_text(n, "resource");
	struct aws_place at = aws_place_of(r, n, pointer);

	if ((x = node_get(d, "externalAccessDetails")))
		external(r, x, n, at);
	if ((x = node_get(d, "unusedIamUserAccessKeyDetails")) && aws_text(x, "accessKeyId").n)
		unused_key(r, x, n, pointer);
	if (!is_principal(arn))
		return;
	if ((x = node_get(d, "unusedIamRoleDetails"))) {
		struct aws_principal *p = aws_principal_of(&r->inv->estate, arn);

		p->last_used = aws_later(p->last_used, aws_when(node_get(x, "lastAccessed"), AWS_NEVER));
		if (!p->place.source)
			p->place = at;
	}
	if ((x = node_get(d, "unusedIamUserPasswordDetails")))
		unused_password(r, x, n, pointer);
	if ((x = node_get(d, "unusedPermissionDetails")))
		unused_permission(r, x, aws_person_of(r->inv, arn), at);
}

/* list-findings-v2 has no details, get-finding-v2 has them. */
static bool read_finding(struct aws_reading *r, const struct node *n, struct slice pointer) {
	const struct node *details = node_get(n, "findingDetails");
	struct slice type = aws_text(n, "findingType"), status = aws_text(n, "status");

	if (slice_eq(status, slice_str("RESOLVED")) || slice_eq(status, slice_str("ARCHIVED")))
		return true;
	for (size_t i = 0; node_is(details, NODE_SEQUENCE) && i < details->n; i++)
		detail(r, details->items[i], n, pointer);
	if (!details && slice_eq(type, slice_str("ExternalAccess"))) {
		struct aws_exposure e = {.resource = aws_keep_text(r, n, "resource"),
			.kind = aws_keep_text(r, n, "resourceType"),
			.place = aws_place_of(r, n, pointer)};

		VEC_PUSH(&r->inv->exposures, e);
	}
	return true;
}

/* The first version of the API: {principal, isPublic, condition} in the finding itself. */
static bool read_old_finding(struct aws_reading *r, const struct node *n, struct slice pointer) {
	if (slice_eq(aws_text(n, "status"), slice_str("ACTIVE")))
		external(r, n, n, aws_place_of(r, n, pointer));
	return true;
}

const struct aws_shape aws_shapes_usage[] = {
	{"service-last-accessed", AWS_EXPORT_LAST_ACCESSED, {"ServicesLastAccessed", "JobStatus"}, read_job},
	{"analyzer-finding", AWS_EXPORT_ANALYZER, {"findingType", "resource"}, read_finding},
	{"analyzer-finding", AWS_EXPORT_ANALYZER, {"findingDetails", "resource"}, read_finding},
	{"analyzer-finding", AWS_EXPORT_ANALYZER, {"isPublic", "resource", "resourceType", "status"}, read_old_finding},
	{0},
};
