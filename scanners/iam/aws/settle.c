/* After the last export: what a credential report calls "the first key" is the key whose id another export gives, where that can be told; and
 * users get the number of their keys. */
#include "scanners/iam/aws/inventory.h"

#include <assert.h>
#include <stdlib.h>

/* The report's last_rotated is the time of creation, or of the last change of status (IAM User Guide, "Getting credential reports"). Exports
 * cut fractions of seconds differently. */
static bool same_time(struct when a, struct when b) {
	return a.state == WHEN_AT && b.state == WHEN_AT && a.at - b.at <= 1 && b.at - a.at <= 1;
}

static bool may_be_one(const struct aws_credential *slot, const struct aws_credential *key) {
	return slot->active == AWS_UNKNOWN || key->active == AWS_UNKNOWN || slot->active == key->active;
}

static void fold(struct aws_credential *key, struct aws_credential *slot) {
	key->slot = slot->slot;
	if (key->active == AWS_UNKNOWN)
		key->active = slot->active;
	if (slot->rotated.state == WHEN_AT)
		key->rotated = slot->rotated;
	if (key->created.state == WHEN_UNKNOWN)
		key->created = slot->rotated;
	if (key->last_used.state == WHEN_UNKNOWN ||
		(slot->last_used.state == WHEN_AT &&
			(key->last_used.state != WHEN_AT || slot->last_used.at > key->last_used.at))) {
		key->last_used = slot->last_used;
		key->used_service = slot->used_service;
		key->used_region = slot->used_region;
	}
	if (!key->owner.n)
		key->owner = slot->owner;
	if (!key->account.n)
		key->account = slot->account;
	slot->kind = AWS_CREDENTIAL_KINDS; /* gone: see drop_folded() */
}

/* Keys of one user: at most two by AWS's quota, more only in exports of different days. */
struct owned {
	VEC(struct aws_credential *) keys, slots;
};

static void pair(struct owned *o) {
	for (int pass = 0; pass < 2; pass++)
		for (size_t i = 0; i < o->slots.n; i++)
			for (size_t k = 0; k < o->keys.n && o->slots.at[i]->kind == AWS_ACCESS_KEY; k++) {
				struct aws_credential *slot = o->slots.at[i], *key = o->keys.at[k];
				/* By time first; then what is left over of both, when it is one of each. */
				bool fits = pass == 0 ? same_time(slot->rotated, key->created)
						      : may_be_one(slot, key) && o->slots.n == 1 && o->keys.n == 1;

				if (fits && !key->slot)
					fold(key, slot);
			}
	/* Two and two, one paired by time: the others are one as well. */
	for (size_t i = 0; i < o->slots.n; i++)
		for (size_t k = 0; k < o->keys.n; k++)
			if (o->slots.n == o->keys.n && o->slots.at[i]->kind == AWS_ACCESS_KEY && !o->keys.at[k]->slot &&
				may_be_one(o->slots.at[i], o->keys.at[k])) {
				size_t free_keys = 0;

				for (size_t m = 0; m < o->keys.n; m++)
					free_keys += !o->keys.at[m]->slot && may_be_one(o->slots.at[i], o->keys.at[m]);
				if (free_keys == 1)
					fold(o->keys.at[k], o->slots.at[i]);
			}
}

static void drop_folded(struct aws_inventory *inv) {
	size_t n = 0;

	for (size_t i = 0; i < inv->credentials.n; i++) {
		struct aws_credential *c = inv->credentials.at[i];

		if (c->kind != AWS_CREDENTIAL_KINDS)
			inv->credentials.at[n++] = c;
		else {
			VEC_FREE(&c->roles);
			VEC_FREE(&c->tags);
			VEC_FREE(&c->references);
		}
	}
	inv->credentials.n = n;
}

static void count_keys(struct aws_inventory *inv) {
	for (size_t i = 0; i < inv->credentials.n; i++) {
		const struct aws_credential *c = inv->credentials.at[i];
		struct aws_principal *p = c->owner.n ? aws_find(&inv->estate, c->owner) : NULL;

		if (!p || (c->kind != AWS_ACCESS_KEY && c->kind != AWS_PASSWORD))
			continue;
		if (c->kind == AWS_PASSWORD) {
			p->password = c->active;
			continue;
		}
		p->access_keys = p->access_keys == AWS_KEYS_UNKNOWN ? 1 : p->access_keys + 1;
	}
}

/* Key: account and name; a name alone counts when one user has it. */
static void index_users(const struct aws_inventory *inv, struct map *by_name) {
	for (size_t i = 0; i < inv->estate.principals.n; i++) {
		struct aws_principal *p = inv->estate.principals.at[i];
		struct buf key = {0};
		struct map_entry *e;
		bool added;

		if (p->kind != AWS_USER)
			continue;
		buf_printf(&key, "%.*s/", (int)p->account.n, (const char *)p->account.p);
		buf_add_slice(&key, p->name);
		map_put(by_name, buf_slice(&key), NULL)->value.ptr = p;
		e = map_put(by_name, p->name, &added);
		e->value.ptr = added ? p : NULL;
		buf_free(&key);
	}
}

/* Exports that name the user alone. The account is in the key id, on the command line, or there is one such user. */
static void find_owners(struct aws_inventory *inv) {
	struct map by_name = {0};

	index_users(inv, &by_name);
	for (size_t i = 0; i < inv->credentials.n; i++) {
		struct aws_credential *c = inv->credentials.at[i];
		struct buf key = {0};
		const struct map_entry *e;

		if (c->owner.n || !c->owner_name.n)
			continue;
		if (!c->account.n && inv->accounts.n == 1)
			c->account = inv->accounts.at[0];
		if (c->account.n)
			buf_printf(&key, "%.*s/", (int)c->account.n, (const char *)c->account.p);
		buf_add_slice(&key, c->owner_name);
		e = map_get(&by_name, buf_slice(&key));
		/* An account of which nothing was exported: the one user of that name is more likely than a user nobody knows. */
		if (!e && c->account.n && !aws_account_is_seen(inv, c->account))
			e = map_get(&by_name, c->owner_name);
		if (e && e->value.ptr)
			c->owner = ((struct aws_principal *)e->value.ptr)->arn;
		else if (c->account.n) {
			struct aws_principal *p = aws_principal_of(
				&inv->estate, slice_str(arena_printf(&inv->estate.arena, "arn:aws:iam::%.*s:user/%.*s",
						      (int)c->account.n, (const char *)c->account.p,
						      (int)c->owner_name.n, (const char *)c->owner_name.p)));

			p->place = c->place;
			c->owner = p->arn;
			map_put(&by_name, buf_slice(&key), NULL)->value.ptr = p;
		}
		if (c->account.n)
			aws_account_seen(inv, c->account);
		buf_free(&key);
	}
	map_free(&by_name);
}

/* A password that get-login-profile tells of, beside the one of a credential report. */
static void join_passwords(struct aws_inventory *inv) {
	struct map seen = {0};

	for (int pass = 0; pass < 2; pass++) /* those of reports know more: they stay */
		for (size_t i = 0; i < inv->credentials.n; i++) {
			struct aws_credential *c = inv->credentials.at[i];
			bool added;

			if (c->kind != AWS_PASSWORD || !c->owner.n ||
				(c->id.n && slice_has_prefix(c->id, "arn:")) != !pass)
				continue;
			map_put(&seen, c->owner, &added);
			if (!added)
				c->kind = AWS_CREDENTIAL_KINDS;
		}
	map_free(&seen);
}

void aws_inventory_settle(struct aws_inventory *inv) {
	struct map owners = {0};
	VEC(struct owned) all = {0};

	find_owners(inv);
	join_passwords(inv);

	for (size_t i = 0; i < inv->credentials.n; i++) {
		struct aws_credential *c = inv->credentials.at[i];
		struct map_entry *e;
		bool added;

		if (c->kind != AWS_ACCESS_KEY || !c->owner.n)
			continue;
		e = map_put(&owners, c->owner, &added);
		if (added) {
			struct owned none = {0};

			e->value.num = all.n;
			VEC_PUSH(&all, none);
		}
		assert(e->value.num < all.n);
		if (c->id.n)
			VEC_PUSH(&all.at[e->value.num].keys, c);
		else
			VEC_PUSH(&all.at[e->value.num].slots, c);
	}
	for (size_t i = 0; i < all.n; i++) {
		pair(&all.at[i]);
		VEC_FREE(&all.at[i].keys);
		VEC_FREE(&all.at[i].slots);
	}
	VEC_FREE(&all);
	map_free(&owners);
	drop_folded(inv);
	count_keys(inv);
}
