/* One's own accounts taken out of the trusted ones; a name put to the others. */
#include "rules/privilege/foreign.h"

#include <stdlib.h>

static int by_account(const void *key, const void *row) {
	const struct slice *account = key;
	const struct vendor *v = row;

	return slice_cmp(*account, slice_str(v->account));
}

const char *vendor_of(struct slice account) {
	const struct vendor *v = bsearch(&account, vendor_table, vendor_table_n, sizeof(*vendor_table), by_account);

	return v ? v->name : NULL;
}

/* Accounts of principals that were read as a whole: with a policy, or a trust policy, of their own. */
static void own_accounts(const struct aws_estate *e, struct map *own) {
	for (size_t i = 0; i < e->organization.n; i++)
		map_put(own, e->organization.at[i].id, NULL);
	for (size_t i = 0; i < e->principals.n; i++)
		if (e->principals.at[i]->place.source)
			map_put(own, e->principals.at[i]->account, NULL);
}

/* The account itself, or that of an ARN. */
static struct slice account_in(struct slice who) {
	struct aws_arn arn;

	return aws_arn_parse(who, &arn) ? arn.account : who;
}

static void keep_foreign(
	struct fact_set *set, struct fact *f, const char *from, const char *to, const struct map *own) {
	const struct value *v = fact_get(f, from);
	struct slice *at;
	size_t n = 0;

	if (!v || v->none)
		return;
	at = mem_alloc_n(v->texts.n, sizeof(*at));
	for (size_t i = 0; i < v->texts.n; i++)
		if (!map_get(own, account_in(v->texts.at[i])))
			at[n++] = v->texts.at[i];
	fact_set_texts(set, f, to, at, n, (struct span){0});
	free(at);
}

static void name_vendors(struct fact_set *set, struct fact *f) {
	const struct value *v = fact_get(f, "foreign_accounts");
	struct slice *at;
	size_t n = 0;

	if (!v)
		return;
	at = mem_alloc_n(v->texts.n, sizeof(*at));
	for (size_t i = 0; i < v->texts.n; i++) {
		const struct slice account = account_in(v->texts.at[i]);
		const char *name = vendor_of(account);

		at[n++] = slice_str(arena_printf(
			&set->arena, "%.*s %s", (int)account.n, (const char *)account.p, name ? name : "(not known)"));
	}
	fact_set_texts(set, f, "vendors", at, n, (struct span){0});
	free(at);
}

void foreign_set_facts(const struct aws_estate *e, struct fact_set *set) {
	struct map own = {0};

	own_accounts(e, &own);
	for (size_t i = 0; i < e->principals.n; i++) {
		struct fact *f = e->principals.at[i]->fact;

		if (!f || e->principals.at[i]->kind != AWS_ROLE)
			continue;
		keep_foreign(set, f, "trusted_accounts", "foreign_accounts", &own);
		keep_foreign(set, f, "trusted_without_external_id", "foreign_without_external_id", &own);
		keep_foreign(set, f, "trusted_whole_accounts", "foreign_whole_accounts", &own);
		name_vendors(set, f);
	}
	map_free(&own);
}
