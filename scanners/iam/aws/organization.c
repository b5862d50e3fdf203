/* AWS Organizations: accounts, units, service and resource control policies and what they hang on. */
#include "scanners/iam/aws/reading.h"

#include <stdlib.h>

static struct aws_node *node_of(struct aws_reading *r, struct slice id) {
	struct aws_estate *e = &r->inv->estate;
	struct aws_node new = {0};

	for (size_t i = 0; i < e->organization.n; i++)
		if (slice_eq(e->organization.at[i].id, id))
			return &e->organization.at[i];
	new.id = aws_keep(r, id);
	VEC_PUSH(&e->organization, new);
	return &e->organization.at[e->organization.n - 1];
}

static bool is_account_id(struct slice s) {
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
	return s.n == 12;
}

/* Accounts, units and roots look alike but for their id. */
static bool read_member(struct aws_reading *r, const struct node *n, struct slice pointer) {
	struct slice id = aws_text(n, "Id"), arn = aws_text(n, "Arn"), status = aws_text(n, "Status");
	struct aws_node *m;
	struct aws_arn parts;

	if (slice_find(arn, slice_str(":organizations::")) < 0 ||
		!(is_account_id(id) || slice_has_prefix(id, "ou-") || slice_has_prefix(id, "r-")))
		return false;
	m = node_of(r, id);
	m->name = aws_keep_text(r, n, "Name");
	m->suspended = status.n && !slice_eq(status, slice_str("ACTIVE"));
	m->place = aws_place_of(r, n, pointer);
	/* arn:aws:organizations::MANAGEMENT:account/o-ID/ACCOUNT */
	if (aws_arn_parse(arn, &parts)) {
		ptrdiff_t at = slice_find(parts.resource, slice_str("/o-"));
		struct slice rest = at < 0 ? slice_of(NULL, 0) : slice_sub(parts.resource, (size_t)at + 1, arn.n);
		ptrdiff_t end = slice_find(rest, slice_str("/"));

		if (end > 0 && !r->inv->estate.organization_id.n)
			r->inv->estate.organization_id = aws_keep(r, slice_sub(rest, 0, (size_t)end));
		if (is_account_id(parts.account))
			r->inv->estate.management_account = aws_keep(r, parts.account);
	}
	return true;
}

static bool read_organization(struct aws_reading *r, const struct node *n, struct slice pointer) {
	struct slice management = aws_text(n, "MasterAccountId");

	(void)pointer;
	if (!slice_has_prefix(aws_text(n, "Id"), "o-"))
		return false;
	r->inv->estate.organization_id = aws_keep_text(r, n, "Id");
	if (management.n)
		r->inv->estate.management_account = aws_keep(r, management);
	return true;
}

static struct aws_guardrail *guardrail_of(struct aws_reading *r, struct slice id) {
	struct aws_estate *e = &r->inv->estate;
	struct aws_guardrail *g;

	for (size_t i = 0; i < e->guardrails.n; i++)
		if (slice_eq(e->guardrails.at[i]->id, id))
			return e->guardrails.at[i];
	g = ARENA_NEW(&e->arena, struct aws_guardrail);
	g->id = aws_keep(r, id);
	VEC_PUSH(&e->guardrails, g);
	return g;
}

static bool is_control(struct slice type) {
	return slice_eq(type, slice_str("SERVICE_CONTROL_POLICY")) ||
	       slice_eq(type, slice_str("RESOURCE_CONTROL_POLICY"));
}

static bool read_summary(struct aws_reading *r, const struct node *n, struct slice pointer) {
	struct slice type = aws_text(n, "Type");
	struct aws_guardrail *g;

	if (!is_control(type) || !slice_has_prefix(aws_text(n, "Id"), "p-"))
		return false;
	g = guardrail_of(r, aws_text(n, "Id"));
	g->resource_control = slice_has_prefix(type, "RESOURCE");
	g->arn = aws_keep_text(r, n, "Arn");
	g->name = aws_keep_text(r, n, "Name");
	if (!g->place.source)
		g->place = aws_place_of(r, n, pointer);
	r->inv->estate.organization_read = AWS_YES;
	return true;
}

/* Whom a policy hangs on, with the policy's id around or in the file's name. */
static void add_targets(struct aws_reading *r, struct aws_guardrail *g, const struct node *list) {
	g->targets_known = true;
	for (size_t i = 0; node_is(list, NODE_SEQUENCE) && i < list->n; i++) {
		struct slice id = aws_text(list->items[i], "TargetId");
		bool known = false;

		if (node_is(list->items[i], NODE_STRING))
			id = list->items[i]->text;
		for (size_t k = 0; k < g->targets.n; k++)
			known |= slice_eq(g->targets.at[k], id);
		if (id.n && !known)
			VEC_PUSH(&g->targets, aws_keep(r, id));
	}
}

static bool read_policy(struct aws_reading *r, const struct node *n, struct slice pointer) {
	const struct node *summary = node_get(n, "PolicySummary"), *content = node_get(n, "Content");
	struct slice id = aws_text(summary, "Id");

	if (!read_summary(r, summary, aws_pointer(r->scratch, pointer, "PolicySummary")))
		return false;
	guardrail_of(r, id)->policy =
		aws_policy_read(&r->inv->estate, content, r->source, aws_pointer(r->scratch, pointer, "Content"));
	if (node_get(n, "Targets"))
		add_targets(r, guardrail_of(r, id), node_get(n, "Targets"));
	return true;
}

/* "p-" and 8 or more letters and digits, as in "p-examplepolicyid111". */
static struct slice policy_id_in(struct slice name) {
	for (size_t i = 0; i + 10 <= name.n; i++) {
		size_t end = i + 2;

		if (name.p[i] != 'p' || name.p[i + 1] != '-' || (i && name.p[i - 1] != '-' && name.p[i - 1] != '_'))
			continue;
		while (end < name.n &&
			((name.p[end] >= 'a' && name.p[end] <= 'z') || (name.p[end] >= '0' && name.p[end] <= '9')))
			end++;
		if (end - i >= 10)
			return slice_sub(name, i, end);
	}
	return (struct slice){0};
}

static bool read_targets(struct aws_reading *r, const struct node *n, struct slice pointer) {
	const struct node *list = node_get(n, "Targets");
	struct slice id = aws_text(n, "PolicyId").n ? aws_text(n, "PolicyId") : aws_hint(r, "PolicyId");

	(void)pointer;
	if (node_is(list, NODE_SEQUENCE) && list->n && !node_get(list->items[0], "TargetId"))
		return false;
	for (size_t i = r->nhints; !id.n && i-- > 0;)
		if (slice_has_prefix(r->hints[i].value, "p-"))
			id = r->hints[i].value;
	if (!id.n)
		id = policy_id_in(r->name);
	if (!id.n) {
		aws_trouble(r, "export-without-policy-id", false, n->span.line,
			"the answer of list-targets-for-policy does not name the policy: put its id into the file's "
			"name, or {\"PolicyId\": …} beside it");
		return true;
	}
	add_targets(r, guardrail_of(r, id), list);
	return true;
}

/* The child is not in the answer either: {"ChildId": …, "Parents": […]}, or its id as the key or in the file's name. */
static struct slice child_around(struct aws_reading *r, const struct node *n) {
	struct slice id = aws_text(n, "ChildId").n ? aws_text(n, "ChildId") : aws_hint(r, "ChildId");

	if (!id.n)
		id = aws_hint(r, "@key");
	if (is_account_id(id) || slice_has_prefix(id, "ou-"))
		return id;
	for (size_t i = 0; i + 12 <= r->name.n; i++)
		if (is_account_id(slice_sub(r->name, i, i + 12)))
			return slice_sub(r->name, i, i + 12);
	return (struct slice){0};
}

static bool read_parents(struct aws_reading *r, const struct node *n, struct slice pointer) {
	const struct node *list = node_get(n, "Parents");
	struct slice child = child_around(r, n);
	struct slice parent = node_is(list, NODE_SEQUENCE) ? aws_text(node_item(list, 0), "Id") : (struct slice){0};

	(void)pointer;
	if (!child.n || !parent.n)
		return false;
	node_of(r, child)->parent = aws_keep(r, parent);
	node_of(r, parent);
	return true;
}

const struct aws_shape aws_shapes_organization[] = {
	{"control-policy", AWS_EXPORT_CONTROL_POLICIES, {"PolicySummary", "Content"}, read_policy},
	{"control-policy-summary", AWS_EXPORT_CONTROL_POLICIES, {"Id", "Arn", "Type", "Name"}, read_summary},
	{"control-targets", AWS_EXPORT_CONTROL_TARGETS, {"Targets"}, read_targets},
	{"parents", AWS_EXPORT_PARENTS, {"Parents"}, read_parents},
	{"organization", AWS_EXPORT_ACCOUNTS, {"MasterAccountId", "FeatureSet"}, read_organization},
	{"account", AWS_EXPORT_ACCOUNTS, {"Id", "Arn"}, read_member},
	{0},
};
