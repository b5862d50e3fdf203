/* Credentials that belong to users: access keys and their last use, passwords, SSH keys, certificates, service-specific credentials.
 * The credential report is in report.c. */
#include "scanners/iam/aws/reading.h"

static void set_owner(struct aws_reading *r, struct aws_credential *c, const struct node *n) {
	struct slice name = aws_text(n, "UserName").n ? aws_text(n, "UserName") : aws_hint(r, "UserName");
	struct slice arn = aws_hint(r, "UserArn");
	char account[13];

	if (!c->place.source)
		c->place = aws_place_of(r, n, (struct slice){0});
	if (!c->owner.n && arn.n)
		c->owner = aws_keep(r, arn);
	if (!c->owner_name.n && name.n)
		c->owner_name = aws_keep(r, name);
	if (c->account.n)
		return;
	if (r->options->account)
		c->account = aws_keep(r, slice_str(r->options->account));
	else if (c->kind == AWS_ACCESS_KEY && aws_key_account(c->id, account))
		c->account = aws_keep(r, slice_str(account));
	else if (r->account.n)
		c->account = aws_keep(r, r->account);
	else if (aws_hint(r, "Account").n == 12)
		c->account = aws_keep(r, aws_hint(r, "Account"));
}

static void settle_active(struct aws_credential *c, const struct node *n) {
	enum aws_known k = aws_known_of(node_get(n, "Status"));

	if (k != AWS_UNKNOWN)
		c->active = k;
}

static void used(struct aws_reading *r, struct aws_credential *c, struct when at, const struct node *n) {
	struct slice service = aws_text(n, "ServiceName"), region = aws_text(n, "Region");

	if (c->last_used.state == WHEN_AT && at.state == WHEN_AT && at.at < c->last_used.at)
		return;
	c->last_used = aws_later(c->last_used, at);
	if (at.state != WHEN_AT)
		return;
	if (service.n && !slice_eq(service, slice_str("N/A")))
		c->used_service = aws_keep(r, service);
	if (region.n && !slice_eq(region, slice_str("N/A")))
		c->used_region = aws_keep(r, region);
}

static void last_used_of(struct aws_reading *r, struct aws_credential *c, const struct node *last) {
	r->inv->exports[AWS_EXPORT_KEY_LAST_USED]++;
	used(r, c, aws_when(node_get(last, "LastUsedDate"), AWS_NEVER), last);
}

/* list-access-keys; also with the last use merged in, as inventories keep it. */
static bool read_key(struct aws_reading *r, const struct node *n, struct slice pointer) {
	const struct node *last = node_get(n, "AccessKeyLastUsed"), *date = node_get(n, "LastUsedDate");
	struct aws_credential *c;

	if (aws_text(n, "AccessKeyId").n < 16)
		return false;
	c = aws_credential_of(r->inv, AWS_ACCESS_KEY, aws_text(n, "AccessKeyId"));
	if (!c->place.source)
		c->place = aws_place_of(r, n, pointer);
	set_owner(r, c, n);
	settle_active(c, n);
	c->created = aws_either(c->created, aws_when(node_get(n, "CreateDate"), AWS_UNTOLD));
	if (node_is(last, NODE_MAPPING))
		last_used_of(r, c, last);
	else if (date)
		last_used_of(r, c, n);
	return true;
}

/* The key id is not in the answer: beside it, the key that leads to it, or in the name of the file. */
static struct slice key_id_around(const struct aws_reading *r) {
	struct slice id = aws_hint(r, "AccessKeyId");

	if (id.n >= 16)
		return id;
	for (size_t i = r->nhints; i-- > 0;)
		if (slice_has_prefix(r->hints[i].value, "AKIA") && r->hints[i].value.n == 20)
			return r->hints[i].value;
	for (size_t i = 0; i + 20 <= r->name.n; i++)
		if (memcmp(r->name.p + i, "AKIA", 4) == 0)
			return slice_sub(r->name, i, i + 20);
	return (struct slice){0};
}

static bool read_last_used(struct aws_reading *r, const struct node *n, struct slice pointer) {
	struct slice id = aws_text(n, "AccessKeyId").n ? aws_text(n, "AccessKeyId") : key_id_around(r);
	struct aws_credential *c;

	if (!id.n) {
		aws_trouble(r, "export-without-key-id", false, n->span.line,
			"the answer of get-access-key-last-used does not name the key: put the key id into the file's "
			"name, or {\"AccessKeyId\": …} around it");
		return true;
	}
	c = aws_credential_of(r->inv, AWS_ACCESS_KEY, id);
	if (!c->place.source)
		c->place = aws_place_of(r, n, pointer);
	set_owner(r, c, n);
	used(r, c, aws_when(node_get(node_get(n, "AccessKeyLastUsed"), "LastUsedDate"), AWS_NEVER),
		node_get(n, "AccessKeyLastUsed"));
	return true;
}

static struct aws_credential *credential(
	struct aws_reading *r, enum aws_credential_kind k, const struct node *n, const char *id, struct slice pointer) {
	struct aws_credential *c = aws_credential_of(r->inv, k, aws_text(n, id));

	if (!c->place.source)
		c->place = aws_place_of(r, n, pointer);
	set_owner(r, c, n);
	settle_active(c, n);
	return c;
}

static bool read_service_credential(struct aws_reading *r, const struct node *n, struct slice pointer) {
	struct aws_credential *c = credential(r, AWS_SERVICE_CREDENTIAL, n, "ServiceSpecificCredentialId", pointer);

	c->service = aws_keep_text(r, n, "ServiceName");
	c->created = aws_when(node_get(n, "CreateDate"), AWS_UNTOLD);
	c->expires = aws_when(node_get(n, "ExpirationDate"), AWS_NEVER);
	return true;
}

static bool read_ssh(struct aws_reading *r, const struct node *n, struct slice pointer) {
	struct aws_credential *c = credential(r, AWS_SSH_KEY, n, "SSHPublicKeyId", pointer);

	c->created = aws_when(node_get(n, "UploadDate"), AWS_UNTOLD);
	c->expires = AWS_NEVER;
	return true;
}

static bool read_signing(struct aws_reading *r, const struct node *n, struct slice pointer) {
	struct aws_credential *c = credential(r, AWS_SIGNING_CERTIFICATE, n, "CertificateId", pointer);

	c->created = aws_when(node_get(n, "UploadDate"), AWS_UNTOLD);
	return true;
}

static bool read_server_certificate(struct aws_reading *r, const struct node *n, struct slice pointer) {
	struct aws_credential *c = credential(r, AWS_SERVER_CERTIFICATE, n, "Arn", pointer);
	struct aws_arn arn;

	c->owner_name = (struct slice){0};
	if (aws_arn_parse(c->id, &arn))
		c->account = arn.account;
	c->created = aws_when(node_get(n, "UploadDate"), AWS_UNTOLD);
	c->expires = aws_when(node_get(n, "Expiration"), AWS_UNTOLD);
	c->active = AWS_YES;
	return true;
}

/* get-login-profile: there is a password; when it was used, other exports say. */
static bool read_login(struct aws_reading *r, const struct node *n, struct slice pointer) {
	struct slice user = aws_text(n, "UserName");
	struct aws_credential *c = aws_credential_of(r->inv, AWS_PASSWORD, user);

	if (!user.n)
		return false;
	if (!c->place.source)
		c->place = aws_place_of(r, n, pointer);
	set_owner(r, c, n);
	c->active = AWS_YES;
	c->created = aws_when(node_get(n, "CreateDate"), AWS_UNTOLD);
	return true;
}

const struct aws_shape aws_shapes_key[] = {
	{"access-key-last-used", AWS_EXPORT_KEY_LAST_USED, {"AccessKeyLastUsed", "UserName"}, read_last_used},
	{"access-key", AWS_EXPORT_ACCESS_KEYS, {"AccessKeyId", "Status"}, read_key},
	{"access-key-last-used", AWS_EXPORT_KEY_LAST_USED, {"AccessKeyLastUsed"}, read_last_used},
	{"service-credential", AWS_EXPORT_SERVICE_CREDENTIALS, {"ServiceSpecificCredentialId", "ServiceName"},
		read_service_credential},
	{"ssh-key", AWS_EXPORT_SERVICE_CREDENTIALS, {"SSHPublicKeyId", "UploadDate"}, read_ssh},
	{"server-certificate", AWS_EXPORT_CERTIFICATES, {"ServerCertificateId", "Arn"}, read_server_certificate},
	{"signing-certificate", AWS_EXPORT_CERTIFICATES, {"CertificateId", "UserName"}, read_signing},
	{"login-profile", AWS_EXPORT_POLICY, {"UserName", "CreateDate", "PasswordResetRequired"}, read_login},
	{0},
};
