/* Credentials and what is known of principals, each once. Joining the exports that tell of one credential is in settle.c. */
#include "scanners/iam/aws/inventory.h"

#include <stdlib.h>

static const char *const kind_names[AWS_CREDENTIAL_KINDS] = {
	[AWS_ACCESS_KEY] = "access-key",
	[AWS_PASSWORD] = "password",
	[AWS_SIGNING_CERTIFICATE] = "signing-certificate",
	[AWS_SERVER_CERTIFICATE] = "server-certificate",
	[AWS_SERVICE_CREDENTIAL] = "service-credential",
	[AWS_SSH_KEY] = "ssh-key",
	[AWS_SECRET] = "secret",
	[AWS_PARAMETER] = "parameter",
	[AWS_ANYWHERE_SUBJECT] = "roles-anywhere-subject",
	[AWS_ANYWHERE_ANCHOR] = "roles-anywhere-anchor",
	[AWS_ANYWHERE_PROFILE] = "roles-anywhere-profile",
	[AWS_OIDC_PROVIDER] = "oidc-provider",
	[AWS_SAML_PROVIDER] = "saml-provider",
};

const char *aws_credential_kind_name(enum aws_credential_kind k) {
	return kind_names[k];
}

static struct aws_credential *credential_new(struct aws_inventory *inv, enum aws_credential_kind k) {
	struct aws_credential *c = ARENA_NEW(&inv->estate.arena, struct aws_credential);

	c->kind = k;
	VEC_PUSH(&inv->credentials, c);
	return c;
}

struct aws_credential *aws_credential_of(struct aws_inventory *inv, enum aws_credential_kind k, struct slice id) {
	struct buf key = {0};
	struct map_entry *e;
	bool added;

	if (!id.n)
		return credential_new(inv, k);
	buf_add_byte(&key, (uint8_t)k);
	buf_add_slice(&key, id);
	e = map_put(&inv->credential_by_id, buf_slice(&key), &added);
	if (added) {
		struct aws_credential *c = credential_new(inv, k);

		c->id = arena_copy(&inv->estate.arena, id);
		e->value.ptr = c;
	}
	buf_free(&key);
	return e->value.ptr;
}

struct aws_credential *aws_credential_find(
	const struct aws_inventory *inv, enum aws_credential_kind k, struct slice id) {
	struct buf key = {0};
	const struct map_entry *e;

	buf_add_byte(&key, (uint8_t)k);
	buf_add_slice(&key, id);
	e = id.n ? map_get(&inv->credential_by_id, buf_slice(&key)) : NULL;
	buf_free(&key);
	return e ? e->value.ptr : NULL;
}

struct aws_person *aws_person_of(struct aws_inventory *inv, struct slice arn) {
	bool added;
	struct map_entry *e = map_put(&inv->person_by_arn, arn, &added);

	if (added) {
		struct aws_person *p = ARENA_NEW(&inv->estate.arena, struct aws_person);

		p->arn = arena_copy(&inv->estate.arena, arn);
		e->value.ptr = p;
		VEC_PUSH(&inv->persons, p);
	}
	return e->value.ptr;
}

const struct aws_person *aws_person_find(const struct aws_inventory *inv, struct slice arn) {
	const struct map_entry *e = map_get(&inv->person_by_arn, arn);

	return e ? e->value.ptr : NULL;
}

static bool is_account(struct slice s) {
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
	return s.n == 12;
}

bool aws_account_is_seen(const struct aws_inventory *inv, struct slice account) {
	for (size_t i = inv->accounts.n; i-- > 0;)
		if (slice_eq(inv->accounts.at[i], account))
			return true;
	return false;
}

static void export_key(struct buf *key, struct slice account, enum aws_export k) {
	buf_add_slice(key, account);
	buf_printf(key, "/%d", (int)k);
}

void aws_account_export(struct aws_inventory *inv, struct slice account, enum aws_export k) {
	struct buf key = {0};

	if (!is_account(account))
		return;
	export_key(&key, account, k);
	map_put(&inv->account_exports, buf_slice(&key), NULL);
	buf_free(&key);
}

bool aws_account_has(const struct aws_inventory *inv, struct slice account, enum aws_export k) {
	struct buf key = {0};
	bool has;

	export_key(&key, account, k);
	has = map_get(&inv->account_exports, buf_slice(&key)) != NULL;
	buf_free(&key);
	return has;
}

void aws_account_seen(struct aws_inventory *inv, struct slice account) {
	if (!is_account(account) || aws_account_is_seen(inv, account))
		return;
	VEC_PUSH(&inv->accounts, arena_copy(&inv->estate.arena, account));
}

void aws_inventory_free(struct aws_inventory *inv) {
	for (size_t i = 0; i < inv->credentials.n; i++) {
		VEC_FREE(&inv->credentials.at[i]->roles);
		VEC_FREE(&inv->credentials.at[i]->tags);
		VEC_FREE(&inv->credentials.at[i]->references);
	}
	for (size_t i = 0; i < inv->persons.n; i++) {
		VEC_FREE(&inv->persons.at[i]->uses);
		VEC_FREE(&inv->persons.at[i]->references);
	}
	VEC_FREE(&inv->credentials);
	VEC_FREE(&inv->persons);
	VEC_FREE(&inv->exposures);
	VEC_FREE(&inv->accounts);
	map_free(&inv->credential_by_id);
	map_free(&inv->person_by_arn);
	map_free(&inv->account_exports);
	aws_estate_free(&inv->estate);
}
