/* Ranking by a product that a person can check, and the list of what is safe to remove. */
#include "cmd/iam_rank.h"

#include "core/buf.h"

#include <assert.h>
#include <stdlib.h>

#define DAY 86400.0

/* Names of IAM (letters, digits and "+=,.@_-"), what ARNs put between them, and nothing that a shell or a terminal reads. */
const char *iam_quote(struct arena *a, struct slice text) {
	for (size_t i = 0; i < text.n; i++) {
		uint8_t c = text.p[i];

		if (!((c | 0x20) >= 'a' && (c | 0x20) <= 'z') && !(c >= '0' && c <= '9') &&
			(!c || !strchr("+=,.@_-:/", c)))
			return NULL;
	}
	if (!text.n || text.n > 2048 || text.p[0] == '-')
		return NULL;
	return arena_printf(a, "'%.*s'", (int)text.n, (const char *)text.p);
}

struct members {
	VEC(const struct fact *) at;
};

static int fact_order(const struct fact *a, const struct fact *b) {
	return slice_cmp(a->name, b->name);
}

static int rank_cmp(const void *pa, const void *pb) {
	const struct iam_rank *a = pa, *b = pb;

	if (a->score != b->score)
		return a->score > b->score ? -1 : 1;
	return fact_order(a->identity, b->identity);
}

static int removal_cmp(const void *pa, const void *pb) {
	const struct iam_removal *a = pa, *b = pb;

	if (a->idle != b->idle)
		return a->idle > b->idle ? -1 : 1;
	return strcmp(a->label, b->label);
}

static bool is_kind(const struct fact *f, const char *kind) {
	return slice_eq(fact_text(f, "kind"), slice_str(kind));
}

/* "user/ci/deploy" of its ARN. */
static struct slice short_name(const struct fact *f) {
	struct slice arn = f->name;
	size_t colons = 0;

	for (size_t i = 0; i < arn.n; i++)
		if (arn.p[i] == ':' && ++colons == 5)
			return slice_sub(arn, i + 1, arn.n);
	return arn;
}

static struct slice last_part(struct slice s) {
	size_t from = s.n;

	while (from && s.p[from - 1] != '/')
		from--;
	return slice_sub(s, from, s.n);
}

static void rank(struct arena *a, const struct fact *f, const struct members *m, struct iam_answer *out) {
	struct iam_rank *r = &out->ranks[out->nranks];
	size_t n = m ? m->at.n : 0;
	const struct fact **c = ARENA_NEW_N(a, const struct fact *, n);

	for (size_t i = 0; i < n; i++)
		c[i] = m->at.at[i];
	*r = (struct iam_rank){.identity = f, .credentials = c, .ncredentials = n};
	r->power = power_of(a, f);
	r->exposure = exposure_of(a, f, c, n);
	r->neglect = neglect_of(a, f, c, n);
	r->score = r->power.points * r->exposure.points * r->neglect.points;
	if (r->score && fact_truth(f, "service_linked") != FACT_YES)
		out->nranks++;
}

static void remove_it(struct arena *a, struct iam_answer *out, const struct fact *f, const char *label,
	const char *evidence, const char *command, double idle) {
	struct slice account = fact_text(f, "account");

	out->removals[out->nremovals++] = (struct iam_removal){.what = f,
		.label = label,
		.evidence = evidence,
		.command = command,
		.account = account.n ? arena_str(a, account) : NULL,
		.idle = idle};
}

static bool is_referred(const struct fact *f) {
	const struct value *v = fact_get(f, "referred_by");

	return v && !v->none && v->texts.n;
}

static const char *unused_text(struct arena *a, const struct fact *f, double idle) {
	return fact_truth(f, "never_used") == FACT_YES
		       ? arena_printf(a, "never used in the %.0f days it exists", idle / DAY)
		       : arena_printf(a, "last used %.0f days ago", idle / DAY);
}

static bool is_long_idle(const struct fact *f, double idle) {
	return fact_truth(f, "never_used") == FACT_YES ? idle > IAM_NEVER_USED_DAYS * DAY
						       : idle > IAM_UNUSED_DAYS * DAY;
}

static void access_key(struct arena *a, const struct fact *f, struct iam_answer *out) {
	double idle = fact_number(f, "idle", -1), age = fact_number(f, "age", -1);
	const struct value *whose = fact_get(f, "identity");
	const struct fact *user = whose && !whose->none ? whose->fact : NULL;
	struct slice id = fact_text(f, "id"), name = user ? short_name(user) : (struct slice){0};
	const char *u = iam_quote(a, last_part(name)), *k = iam_quote(a, id);
	const char *label = arena_printf(a, "access key %.*s%sof %.*s", (int)id.n, (const char *)id.p, id.n ? " " : "",
		(int)name.n, (const char *)name.p);

	if (!id.n)
		label = arena_str(a, f->name);
	if (fact_truth(f, "root") == FACT_YES)
		return;
	if (fact_truth(f, "active") == FACT_YES && is_long_idle(f, idle))
		remove_it(a, out, f, label,
			arena_printf(a, "%s; %s", unused_text(a, f, idle),
				is_referred(f) ? "Terraform makes it: remove it there too"
					       : "nothing in the exports refers to it"),
			u && k ? arena_printf(a,
					 "aws iam update-access-key --user-name %s --access-key-id %s --status "
					 "Inactive",
					 u, k)
			       : NULL,
			idle);
	else if (fact_truth(f, "active") == FACT_NO && age > IAM_INACTIVE_DAYS * DAY)
		remove_it(a, out, f, label, arena_printf(a, "inactive, and last changed %.0f days ago", age / DAY),
			u && k ? arena_printf(a, "aws iam delete-access-key --user-name %s --access-key-id %s", u, k)
			       : NULL,
			age);
}

/* A role that nothing carries: a policy that denies everything is put on it, which is taken off again in one step. */
static void role(struct arena *a, const struct fact *f, bool workloads, struct iam_answer *out) {
	const char *nobody =
		workloads ? "no instance, function or Terraform refers to it"
			  : "nothing in the exports refers to it, and they do not tell of functions and instances";
	double idle = fact_number(f, "idle", -1);
	struct slice name = short_name(f);
	const char *r = iam_quote(a, last_part(name));

	if (fact_truth(f, "service_linked") == FACT_YES || fact_truth(f, "sso") == FACT_YES || is_referred(f) ||
		fact_number(f, "instance_profiles", 0) > 0 || !is_long_idle(f, idle) || idle < IAM_UNUSED_DAYS * DAY)
		return;
	remove_it(a, out, f, arena_printf(a, "%.*s", (int)name.n, (const char *)name.p),
		fact_truth(f, "never_used") == FACT_YES
			? arena_printf(a, "not used in the 400 days that IAM keeps, or the %.0f days it exists; %s",
				  idle / DAY, nobody)
			: arena_printf(a, "last used %.0f days ago; %s", idle / DAY, nobody),
		r ? arena_printf(a,
			    "aws iam put-role-policy --role-name %s --policy-name nhiscan-quarantine --policy-document "
			    "'{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Deny\",\"Action\":\"*\","
			    "\"Resource\":"
			    "\"*\"}]}'",
			    r)
		  : NULL,
		idle);
}

static void other(struct arena *a, const struct fact *f, struct iam_answer *out) {
	struct slice id = fact_text(f, "id");
	const char *q = iam_quote(a, id), *name = iam_quote(a, last_part(id));

	if (is_kind(f, "server-certificate") && fact_truth(f, "expired") == FACT_YES)
		remove_it(a, out, f, arena_printf(a, "server certificate %.*s", (int)id.n, (const char *)id.p),
			"its end has passed",
			name ? arena_printf(a, "aws iam delete-server-certificate --server-certificate-name %s", name)
			     : NULL,
			fact_number(f, "age", 0));
	if (is_kind(f, "oidc-provider") && fact_truth(f, "trusted") == FACT_NO)
		remove_it(a, out, f, arena_printf(a, "OIDC provider %.*s", (int)id.n, (const char *)id.p),
			"no role trusts it",
			q ? arena_printf(
				    a, "aws iam delete-open-id-connect-provider --open-id-connect-provider-arn %s", q)
			  : NULL,
			fact_number(f, "age", 0));
}

void iam_answer_take(struct arena *a, const struct fact_set *set, bool workloads, struct iam_answer *out) {
	struct map of = {0};
	VEC(struct members) all = {0};

	out->ranks = ARENA_NEW_N(a, struct iam_rank, set->all.n + 1);
	out->removals = ARENA_NEW_N(a, struct iam_removal, set->all.n + 1);
	out->nranks = out->nremovals = 0;
	for (size_t i = 0; i < set->all.n; i++) {
		const struct fact *f = set->all.at[i];
		const struct value *whose = f->kind == FACT_CREDENTIAL ? fact_get(f, "identity") : NULL;
		struct map_entry *e;
		bool added;

		if (!whose || whose->none)
			continue;
		e = map_put(&of, whose->fact->name, &added);
		if (added) {
			struct members none = {0};

			e->value.num = all.n;
			VEC_PUSH(&all, none);
		}
		assert(e->value.num < all.n);
		VEC_PUSH(&all.at[e->value.num].at, f);
	}
	for (size_t i = 0; i < set->all.n; i++) {
		const struct fact *f = set->all.at[i];
		const struct map_entry *e = f->kind == FACT_IDENTITY ? map_get(&of, f->name) : NULL;

		if (f->kind == FACT_IDENTITY)
			rank(a, f, e ? &all.at[e->value.num] : NULL, out);
		if (f->kind == FACT_IDENTITY && is_kind(f, "role"))
			role(a, f, workloads, out);
		if (f->kind == FACT_CREDENTIAL && is_kind(f, "access-key"))
			access_key(a, f, out);
		else if (f->kind == FACT_CREDENTIAL)
			other(a, f, out);
	}
	qsort(out->ranks, out->nranks, sizeof(*out->ranks), rank_cmp);
	qsort(out->removals, out->nremovals, sizeof(*out->removals), removal_cmp);
	for (size_t i = 0; i < all.n; i++)
		VEC_FREE(&all.at[i].at);
	VEC_FREE(&all);
	map_free(&of);
}
