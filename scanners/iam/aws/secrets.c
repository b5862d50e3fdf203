/* Lists of Secrets Manager and of SSM Parameter Store: what there is and when it was turned over, never a value. */
#include "scanners/iam/aws/reading.h"

#include <stdio.h>
#include <stdlib.h>

static double number(struct aws_reading *r, const struct node *n) {
	return node_is(n, NODE_NUMBER) ? strtod(arena_str(r->scratch, n->text), NULL) : 0;
}

/* "rate(10 days)", "rate(4 hours)"; a cron expression is not counted out. */
static double rate_days(struct slice s) {
	uint32_t n;

	if (!slice_has_prefix(s, "rate("))
		return 0;
	s = slice_sub(s, strlen("rate("), s.n);
	if (!slice_take_number(&s, 100000, &n))
		return 0;
	s = slice_trim(s);
	if (!s.n || s.p[0] < 'a' || s.p[0] > 'z')
		return 0;
	return s.p[0] == 'h' ? n / 24.0 : s.p[0] == 'm' ? n / 1440.0 : n;
}

static bool read_secret(struct aws_reading *r, const struct node *n, struct slice pointer) {
	struct slice arn = aws_text(n, "ARN");
	const struct node *rules = node_get(n, "RotationRules"), *enabled = node_get(n, "RotationEnabled");
	struct aws_credential *c;
	struct aws_arn parts;

	if (!aws_arn_parse(arn, &parts) || !slice_eq(parts.service, slice_str("secretsmanager")))
		return false;
	c = aws_credential_of(r->inv, AWS_SECRET, arn);
	c->place = aws_place_of(r, n, pointer);
	c->account = aws_keep(r, parts.account);
	aws_account_seen(r->inv, parts.account);
	c->active = node_get(n, "DeletedDate") ? AWS_NO : AWS_YES;
	/* A secret that was never turned over has no member for it at all. */
	c->rotation = enabled ? (node_truth(enabled, false) ? AWS_YES : AWS_NO) : AWS_NO;
	c->rotation_days = number(r, node_get(rules, "AutomaticallyAfterDays"));
	if (c->rotation_days <= 0)
		c->rotation_days = rate_days(aws_text(rules, "ScheduleExpression"));
	c->created = aws_when(node_get(n, "CreatedDate"), AWS_UNTOLD);
	c->rotated = aws_when(node_get(n, "LastRotatedDate"), AWS_NEVER);
	if (c->rotated.state == WHEN_NEVER)
		c->rotated = aws_either(aws_when(node_get(n, "LastChangedDate"), AWS_UNTOLD), AWS_NEVER);
	c->last_used = aws_when(node_get(n, "LastAccessedDate"), AWS_NEVER);
	c->next_rotation = aws_when(node_get(n, "NextRotationDate"), AWS_UNTOLD);
	c->deleted = aws_when(node_get(n, "DeletedDate"), AWS_NEVER);
	c->owning_service = aws_keep_text(r, n, "OwningService");
	AWS_TAGS(r, node_get(n, "Tags"), &c->tags);
	return true;
}

static bool read_parameter(struct aws_reading *r, const struct node *n, struct slice pointer) {
	struct slice name = aws_text(n, "ARN").n ? aws_text(n, "ARN") : aws_text(n, "Name");
	struct slice type = aws_text(n, "Type");
	struct aws_credential *c;
	struct aws_arn parts;

	if (!slice_eq(type, slice_str("SecureString")))
		return slice_eq(type, slice_str("String")) || slice_eq(type, slice_str("StringList"));
	c = aws_credential_of(r->inv, AWS_PARAMETER, name);
	c->place = aws_place_of(r, n, pointer);
	c->account = aws_arn_parse(c->id, &parts) ? parts.account : aws_keep(r, r->account);
	c->active = AWS_YES;
	c->rotated = aws_when(node_get(n, "LastModifiedDate"), AWS_UNTOLD);
	c->owner_name = (struct slice){0};
	return true;
}

const struct aws_shape aws_shapes_secret[] = {
	{"secret", AWS_EXPORT_SECRETS, {"ARN", "Name"}, read_secret},
	{"parameter", AWS_EXPORT_PARAMETERS, {"Name", "Type", "LastModifiedDate"}, read_parameter},
	{0},
};
