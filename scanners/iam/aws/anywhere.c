/* Who may come from outside: trust anchors, profiles and subjects of IAM Roles Anywhere; OpenID Connect and SAML providers. */
#include "scanners/iam/aws/reading.h"

#include <stdlib.h>

static struct aws_credential *credential(struct aws_reading *r, enum aws_credential_kind k, struct slice arn,
	const struct node *n, struct slice pointer) {
	struct aws_credential *c = aws_credential_of(r->inv, k, arn);
	struct aws_arn parts;

	c->place = aws_place_of(r, n, pointer);
	if (aws_arn_parse(c->id, &parts)) {
		c->account = parts.account;
		aws_account_seen(r->inv, parts.account);
	}
	return c;
}

static bool read_anchor(struct aws_reading *r, const struct node *n, struct slice pointer) {
	struct aws_credential *c = credential(r, AWS_ANYWHERE_ANCHOR, aws_text(n, "trustAnchorArn"), n, pointer);

	c->active = aws_known_of(node_get(n, "enabled"));
	c->created = aws_when(node_get(n, "createdAt"), AWS_UNTOLD);
	c->service = aws_keep_text(r, node_get(n, "source"), "sourceType");
	return true;
}

static bool read_profile(struct aws_reading *r, const struct node *n, struct slice pointer) {
	struct aws_credential *c = credential(r, AWS_ANYWHERE_PROFILE, aws_text(n, "profileArn"), n, pointer);
	const struct node *roles = node_get(n, "roleArns"), *managed = node_get(n, "managedPolicyArns");

	c->active = aws_known_of(node_get(n, "enabled"));
	c->created = aws_when(node_get(n, "createdAt"), AWS_UNTOLD);
	c->narrowed = aws_text(n, "sessionPolicy").n || (managed && managed->n) ? AWS_YES : AWS_NO;
	c->roles.n = 0;
	for (size_t i = 0; node_is(roles, NODE_SEQUENCE) && i < roles->n; i++)
		VEC_PUSH(&c->roles, aws_keep(r, node_text(roles->items[i])));
	return true;
}

static bool read_subject(struct aws_reading *r, const struct node *n, struct slice pointer) {
	struct aws_credential *c = credential(r, AWS_ANYWHERE_SUBJECT, aws_text(n, "subjectArn"), n, pointer);

	c->active = aws_known_of(node_get(n, "enabled"));
	c->created = aws_when(node_get(n, "createdAt"), AWS_UNTOLD);
	c->last_used = aws_when(node_get(n, "lastSeenAt"), AWS_NEVER);
	c->service = aws_keep_text(r, n, "x509Subject");
	return true;
}

static struct slice without_scheme(struct slice url) {
	return slice_has_prefix(url, "https://") ? slice_sub(url, 8, url.n) : url;
}

static struct aws_oidc_provider *provider_of(struct aws_reading *r, struct slice arn) {
	struct aws_estate *e = &r->inv->estate;
	struct aws_oidc_provider new = {0};

	for (size_t i = 0; i < e->oidc.n; i++)
		if (slice_eq(e->oidc.at[i].arn, arn))
			return &e->oidc.at[i];
	new.arn = aws_keep(r, arn);
	VEC_PUSH(&e->oidc, new);
	return &e->oidc.at[e->oidc.n - 1];
}

/* list-open-id-connect-providers: ARNs alone, whose end is the URL. */
static bool read_listed(struct aws_reading *r, const struct node *n, struct slice pointer) {
	struct slice arn = aws_text(n, "Arn");
	ptrdiff_t at = slice_find(arn, slice_str(":oidc-provider/")),
		  saml = slice_find(arn, slice_str(":saml-provider/"));

	if (at > 0) {
		struct aws_oidc_provider *p = provider_of(r, arn);

		if (!p->url.n)
			p->url = aws_keep(r, slice_sub(arn, (size_t)at + 15, arn.n));
		p->place = aws_place_of(r, n, pointer);
		credential(r, AWS_OIDC_PROVIDER, arn, n, pointer)->active = AWS_YES;
		return true;
	}
	if (saml > 0) {
		struct aws_credential *c = credential(r, AWS_SAML_PROVIDER, arn, n, pointer);

		c->active = AWS_YES;
		c->created = aws_when(node_get(n, "CreateDate"), AWS_UNTOLD);
		c->expires = aws_when(node_get(n, "ValidUntil"), AWS_UNTOLD);
		return true;
	}
	return false;
}

/* get-open-id-connect-provider: the ARN is not in the answer, but follows from the account and the URL. */
static bool read_oidc(struct aws_reading *r, const struct node *n, struct slice pointer) {
	struct slice url = without_scheme(aws_text(n, "Url")), arn = aws_hint(r, "Arn");
	const struct node *audiences = node_get(n, "ClientIDList");
	struct slice account = r->account.n || r->inv->accounts.n != 1 ? r->account : r->inv->accounts.at[0];
	struct slice *at = ARENA_NEW_N(&r->inv->estate.arena, struct slice, audiences ? audiences->n : 0);
	struct aws_oidc_provider *p;
	struct aws_credential *c;
	size_t count = 0;

	if (aws_text(n, "OpenIDConnectProviderArn").n)
		arn = aws_text(n, "OpenIDConnectProviderArn");
	if (slice_find(arn, slice_str(":oidc-provider/")) < 0)
		arn = slice_str(arena_printf(r->scratch, "arn:aws:iam::%.*s:oidc-provider/%.*s", (int)account.n,
			(const char *)account.p, (int)url.n, (const char *)url.p));
	p = provider_of(r, arn);
	p->url = aws_keep(r, url);
	p->place = aws_place_of(r, n, pointer);
	for (size_t i = 0; node_is(audiences, NODE_SEQUENCE) && i < audiences->n; i++)
		at[count++] = aws_keep(r, node_text(audiences->items[i]));
	p->audiences = (struct aws_texts){at, count};
	p->audiences_known = true;
	c = credential(r, AWS_OIDC_PROVIDER, arn, n, pointer);
	c->active = AWS_YES;
	c->created = aws_when(node_get(n, "CreateDate"), AWS_UNTOLD);
	AWS_TAGS(r, node_get(n, "Tags"), &c->tags);
	return true;
}

const struct aws_shape aws_shapes_anywhere[] = {
	{"trust-anchor", AWS_EXPORT_ANYWHERE, {"trustAnchorArn", "enabled"}, read_anchor},
	{"profile", AWS_EXPORT_ANYWHERE, {"profileArn", "enabled"}, read_profile},
	{"subject", AWS_EXPORT_ANYWHERE, {"subjectArn", "x509Subject"}, read_subject},
	{"oidc-provider", AWS_EXPORT_PROVIDERS, {"Url", "ClientIDList"}, read_oidc},
	{"provider", AWS_EXPORT_PROVIDERS, {"Arn"}, read_listed},
	{0},
};
