/* The numbers behind the ranking. They are few and coarse on purpose: a person must be able to check each. */
#include "cmd/power.h"

#include "core/buf.h"

#define DAY 86400.0

enum fact_answer fact_truth(const struct fact *f, const char *name) {
	const struct value *v = f ? fact_get(f, name) : NULL;

	return !v || v->none || v->type != VALUE_BOOL ? FACT_UNKNOWN : v->boolean ? FACT_YES : FACT_NO;
}

double fact_number(const struct fact *f, const char *name, double unknown) {
	const struct value *v = f ? fact_get(f, name) : NULL;

	return !v || v->none || v->type != VALUE_NUMBER ? unknown : v->number;
}

static bool yes(const struct fact *f, const char *name) {
	return fact_truth(f, name) == FACT_YES;
}

/* A list in few words: "s3, ec2 and 3 more". */
static const char *listed(struct arena *a, const struct fact *f, const char *name, size_t *n) {
	const struct value *v = fact_get(f, name);
	struct buf b = {0};
	const char *out;

	*n = v && !v->none && v->type == VALUE_TEXTS ? v->texts.n : 0;
	for (size_t i = 0; i < *n && i < 3; i++)
		buf_printf(&b, "%s%.*s", i ? ", " : "", (int)v->texts.at[i].n, (const char *)v->texts.at[i].p);
	if (*n > 3)
		buf_printf(&b, " and %zu more", *n - 3);
	out = arena_str(a, buf_slice(&b));
	buf_free(&b);
	return out;
}

/* "…, by iam-013 proved, lambda-003 conditional and 2 more". */
static const char *with_paths(struct arena *a, const struct fact *f, const char *text) {
	size_t n;
	const char *paths = listed(a, f, "escalation_paths", &n);

	return n ? arena_printf(a, "%s, by %s", text, paths) : text;
}

static struct factor conditional_power(struct arena *a, const struct fact *f) {
	struct slice chain = fact_text(f, "chain");
	size_t n;
	const char *list;

	if (yes(f, "may_be_admin"))
		return (struct factor){7, "administrator if a condition holds"};
	if (yes(f, "escalates"))
		return (struct factor){7, with_paths(a, f, "can gain more than it holds")};
	if (yes(f, "may_reach_admin"))
		return (struct factor){6,
			chain.n ? arena_printf(a, "may become administrator: %.*s", (int)chain.n, (const char *)chain.p)
				: "may become administrator, if something exists that the exports do not show"};
	if (yes(f, "may_escalate"))
		return (struct factor){5, with_paths(a, f, "may gain more than it holds")};
	if (yes(f, "passes_any_role"))
		return (struct factor){5, "passes any role to any service"};
	list = listed(a, f, "wildcard_services", &n);
	if (n)
		return (struct factor){4, arena_printf(a, "every action of %s on everything", list)};
	return (struct factor){0, NULL};
}

struct factor power_of(struct arena *a, const struct fact *f) {
	struct slice kind = fact_text(f, "kind"), chain = fact_text(f, "chain");
	double sure = fact_number(f, "actions", -1), possible = fact_number(f, "possible_actions", -1);
	struct factor p;

	if (slice_eq(kind, slice_str("root")))
		return (struct factor){10, "root user of the account"};
	if (yes(f, "is_admin"))
		return (struct factor){10, "administrator"};
	if (yes(f, "reaches_admin"))
		return (struct factor){
			9, chain.n ? arena_printf(a, "becomes administrator: %.*s", (int)chain.n, (const char *)chain.p)
				   : "becomes administrator"};
	p = conditional_power(a, f);
	if (p.points)
		return p;
	if (sure > 0 || possible > 0)
		return (struct factor){
			sure > 500 ? 3 : 2, arena_printf(a, "%.0f actions surely, %.0f possibly", sure > 0 ? sure : 0,
						    possible > 0 ? possible : sure)};
	if (sure == 0)
		return (struct factor){0, "can do nothing"};
	return (struct factor){1, "not known"};
}

/* " (Datadog, Wiz)": whose the accounts are, as far as it is known. */
static const char *known_vendors(struct arena *a, const struct fact *f) {
	const struct value *v = fact_get(f, "vendors");
	struct buf b = {0};
	const char *out;

	for (size_t i = 0; v && !v->none && v->type == VALUE_TEXTS && i < v->texts.n; i++) {
		struct slice t = v->texts.at[i]; /* the number, a blank, the name */

		if (t.n <= 13 || slice_has_suffix(t, "(not known)"))
			continue;
		buf_add_str(&b, b.n ? ", " : " (");
		buf_add_slice(&b, slice_sub(t, 13, t.n));
	}
	if (b.n)
		buf_add_byte(&b, ')');
	out = arena_str(a, buf_slice(&b));
	buf_free(&b);
	return out;
}

static struct factor trust_exposure(struct arena *a, const struct fact *f) {
	size_t n;
	const char *list;

	if (yes(f, "trusts_anyone"))
		return (struct factor){10, "anyone may take it on"};
	if (yes(f, "oidc_open"))
		return (struct factor){8, "a foreign pipeline can mint a token that fits"};
	list = listed(a, f, "foreign_without_external_id", &n);
	if (n)
		return (struct factor){6, arena_printf(a, "account %s%s may take it on without an external id", list,
						  known_vendors(a, f))};
	list = listed(a, f, "foreign_accounts", &n);
	if (n)
		return (struct factor){4, arena_printf(a, "account %s%s may take it on", list, known_vendors(a, f))};
	if (fact_text(f, "certificate_weakness").n || fact_text(f, "saml_weakness").n)
		return (struct factor){
			4, fact_text(f, "certificate_weakness").n
				   ? "certificates of Roles Anywhere may take it on that its trust policy does not pin"
				   : "SAML assertions may take it on that its trust policy does not pin"};
	list = listed(a, f, "trusted_issuers", &n);
	if (n)
		return (struct factor){3, arena_printf(a, "tokens of %s may take it on", list)};
	list = listed(a, f, "compute_services", &n);
	if (n)
		return (struct factor){2, arena_printf(a, "code in %s runs with it", list)};
	return (struct factor){1, "nothing outside the account reaches it"};
}

static bool is_key(const struct fact *c) {
	return slice_eq(fact_text(c, "kind"), slice_str("access-key")) && fact_truth(c, "active") == FACT_YES;
}

struct factor exposure_of(struct arena *a, const struct fact *f, const struct fact *const *c, size_t n) {
	struct factor best = trust_exposure(a, f);
	unsigned keys = 0;

	for (size_t i = 0; i < n; i++) {
		if (yes(c[i], "leaked"))
			return (struct factor){10, "its access key has leaked"};
		keys += is_key(c[i]);
	}
	if (keys && best.points < 4 + keys)
		best = (struct factor){
			4 + keys, arena_printf(a, "%u long-lived access key%s", keys, keys == 1 ? "" : "s")};
	if (yes(f, "has_password") && fact_truth(f, "mfa") == FACT_NO && best.points < 5)
		best = (struct factor){5, "a password without a second factor"};
	return best;
}

static void add(struct buf *why, unsigned *points, unsigned more, const char *reason) {
	*points += more;
	buf_printf(why, "%s%s +%u", why->n ? ", " : "", reason, more);
}

struct factor neglect_of(struct arena *a, const struct fact *f, const struct fact *const *c, size_t n) {
	struct buf why = {0};
	unsigned points = 1;
	double oldest = -1, idle = fact_number(f, "idle", -1);
	size_t active = 0;
	const char *text;

	for (size_t i = 0; i < n; i++) {
		double age = is_key(c[i]) ? fact_number(c[i], "age", -1) : -1;

		active += is_key(c[i]);
		oldest = age > oldest ? age : oldest;
	}
	if (oldest > 365 * DAY)
		add(&why, &points, 3, arena_printf(a, "key of %.0f days", oldest / DAY));
	else if (oldest > 90 * DAY)
		add(&why, &points, 1, arena_printf(a, "key of %.0f days", oldest / DAY));
	if (yes(f, "never_used") && idle > 45 * DAY)
		add(&why, &points, 3, arena_printf(a, "never used in %.0f days", idle / DAY));
	else if (idle > 90 * DAY)
		add(&why, &points, 3, arena_printf(a, "unused for %.0f days", idle / DAY));
	if (!fact_text(f, "owner").n)
		add(&why, &points, 2, "no owner known");
	if (active > 1)
		add(&why, &points, 1, "two active keys");
	points = points > 10 ? 10 : points;
	text = why.n ? arena_printf(a, "1, %s", buf_cstr(&why)) : "looked after";
	buf_free(&why);
	return (struct factor){points, text};
}
