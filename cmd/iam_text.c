/* Four parts in the order an auditor asks: what can go, who matters, what is wrong, what could not be seen. */
#include "cmd/iam_text.h"

#include "core/map.h"
#include "core/text.h"
#include "report/text_style.h"
#include "rules/privilege/privilege.h"

#include <stdlib.h>

#define DAY 86400.0

static void text(struct buf *b, const char *s) {
	inert_add(b, slice_str(s));
}

static bool table_is_old(int64_t as_of) {
	int64_t made;

	return date_parse(slice_str(privilege_table_date()), as_of, &made) && as_of - made > (int64_t)180 * 86400;
}

static void head(struct buf *b, const struct iam_telling *t) {
	const struct aws_inventory *inv = &t->exports->aws;
	char date[DATE_TEXT_MAX];
	bool first = true;

	date_format(t->exports->as_of, date);
	buf_printf(b, "AWS: %zu account%s", inv->accounts.n, inv->accounts.n == 1 ? "" : "s");
	for (size_t i = 0; i < inv->accounts.n && i < 5; i++)
		buf_printf(
			b, "%s%.*s", i ? ", " : ": ", (int)inv->accounts.at[i].n, (const char *)inv->accounts.at[i].p);
	buf_printf(b, "%s; ages as of %.10s (%s)\nread:", inv->accounts.n > 5 ? ", ..." : "", date,
		t->exports->as_of_source);
	for (int k = 0; k < AWS_EXPORT_COUNT; k++)
		if (inv->exports[k]) {
			buf_printf(b, "%s %s", first ? "" : ",", aws_export_kinds[k].name);
			first = false;
		}
	buf_printf(b, "%s\nactions known as of %s", first ? " nothing" : "", privilege_table_date());
	if (table_is_old(t->exports->as_of))
		buf_add_str(
			b, ", more than 180 days before the exports: newer actions are judged by their names alone");
	buf_add_byte(b, '\n');
}

static void removals(struct buf *b, const struct iam_telling *t) {
	const struct iam_answer *a = t->answer;

	buf_printf(b,
		"\nSafe to switch off first (%zu): never used and older than %d days, unused for %d, inactive for %d\n",
		a->nremovals, IAM_NEVER_USED_DAYS, IAM_UNUSED_DAYS, IAM_INACTIVE_DAYS);
	for (size_t i = 0; i < a->nremovals && i < t->top; i++) {
		buf_printf(b, "%4zu. ", i + 1);
		text(b, a->removals[i].label);
		buf_add_str(b, "\n      ");
		text(b, a->removals[i].evidence);
		buf_add_byte(b, '\n');
	}
	if (a->nremovals > t->top)
		buf_printf(b, "      and %zu more; --top shows them\n", a->nremovals - t->top);
}

static void factor(struct buf *b, const char *name, const struct factor *f) {
	buf_printf(b, "      %-9s%2u  ", name, f->points);
	text(b, f->why);
	buf_add_byte(b, '\n');
}

static void keys(struct buf *b, const struct iam_rank *r) {
	for (size_t i = 0; i < r->ncredentials; i++) {
		const struct fact *c = r->credentials[i];
		double age = fact_number(c, "age", -1), idle = fact_number(c, "idle", -1);

		if (fact_truth(c, "active") != FACT_YES)
			continue;
		buf_add_str(b, "      holds      ");
		inert_add(b, fact_text(c, "kind"));
		if (fact_text(c, "id").n && !slice_has_prefix(fact_text(c, "id"), "arn:")) {
			buf_add_byte(b, ' ');
			inert_add(b, fact_text(c, "id"));
		}
		if (age >= 0)
			buf_printf(b, ", %.0f days old", age / DAY);
		if (fact_truth(c, "never_used") == FACT_YES)
			buf_add_str(b, ", never used");
		else if (idle >= 0)
			buf_printf(b, ", used %.0f days ago", idle / DAY);
		else
			buf_add_str(b, ", last use unknown");
		if (fact_text(c, "used_service").n) {
			buf_add_str(b, " for ");
			inert_add(b, fact_text(c, "used_service"));
			buf_add_str(b, " in ");
			inert_add(b, fact_text(c, "used_region").n ? fact_text(c, "used_region") : slice_str("?"));
		}
		buf_add_byte(b, '\n');
	}
}

static void ranks(struct buf *b, const struct iam_telling *t) {
	const struct iam_answer *a = t->answer;

	buf_printf(b, "\nIdentities by power x exposure x neglect (%zu)\n", a->nranks);
	for (size_t i = 0; i < a->nranks && i < t->top; i++) {
		const struct iam_rank *r = &a->ranks[i];

		buf_printf(b, "%4zu. ", i + 1);
		inert_add(b, r->identity->name);
		buf_printf(b, "\n      %u x %u x %u = %u\n", r->power.points, r->exposure.points, r->neglect.points,
			r->score);
		factor(b, "power", &r->power);
		factor(b, "exposure", &r->exposure);
		factor(b, "neglect", &r->neglect);
		keys(b, r);
		if (fact_text(r->identity, "owner").n) {
			buf_add_str(b, "      owner      ");
			inert_add(b, fact_text(r->identity, "owner"));
			buf_add_str(b, " (");
			inert_add(b, fact_text(r->identity, "owner_source"));
			buf_add_str(b, ")\n");
		}
	}
	if (a->nranks > t->top)
		buf_printf(b, "      and %zu more; --top shows them\n", a->nranks - t->top);
}

enum { CUTS_SHOWN = 5 };

static void principal(struct buf *b, const struct aws_principal *p) {
	if (p)
		inert_add(b, p->arn);
	else
		buf_add_str(b, "administrator");
}

/* The few steps without which most could no longer become administrator. */
static void cuts(struct buf *b, const struct iam_telling *t) {
	size_t n = 0;
	const struct privilege_cut *c =
		t->exports->privilege ? privilege_cuts(t->exports->privilege, CUTS_SHOWN, &n) : NULL;

	if (n)
		buf_add_str(b, "\nSteps whose removal cuts most ways to administrator\n");
	for (size_t i = 0; i < n; i++) {
		buf_printf(b, "%4zu. ", i + 1);
		principal(b, c[i].step.from);
		buf_printf(b, " -> ");
		principal(b, c[i].step.to);
		buf_printf(b, "\n      by %s; without it %zu identit%s no way\n", c[i].step.path->name, c[i].cuts,
			c[i].cuts == 1 ? "y has" : "ies have");
	}
}

struct tally {
	const struct rule *rule;
	size_t n;
	enum severity worst;
};

static void findings(struct buf *b, const struct iam_telling *t) {
	VEC(struct tally) all = {0};
	size_t total = 0;

	for (size_t i = 0; i < t->verdicts->n; i++) {
		const struct fact_verdict *v = &t->verdicts->at[i];
		size_t k = 0;

		if (v->undecided)
			continue;
		total++;
		while (k < all.n && all.at[k].rule != v->rule)
			k++;
		if (k == all.n)
			VEC_PUSH(&all, ((struct tally){v->rule, 0, SEVERITY_INFO}));
		all.at[k].n++;
		if (v->severity > all.at[k].worst)
			all.at[k].worst = v->severity;
	}
	buf_printf(b, "\nFindings (%zu); --format text lists each with its place and fix\n", total);
	for (int s = SEVERITY_CRITICAL; s >= SEVERITY_INFO; s--)
		for (size_t k = 0; k < all.n; k++)
			if ((int)all.at[k].worst == s)
				buf_printf(b, "  %-9s%5zu  %s (%s)\n", severity_name(all.at[k].worst), all.at[k].n,
					all.at[k].rule->title, all.at[k].rule->id);
	VEC_FREE(&all);
}

/* Of two accounts the one whose powers were exported and whose keys were not, or the other way round. */
static void half_seen(const struct aws_inventory *inv, struct buf *out) {
	static const enum aws_export kinds[] = {AWS_EXPORT_DETAILS, AWS_EXPORT_CREDENTIAL_REPORT};

	for (size_t k = 0; k < 2; k++)
		for (size_t i = 0; inv->exports[kinds[k]] && i < inv->accounts.n; i++)
			if (aws_account_has(inv, inv->accounts.at[i], kinds[1 - k]) &&
				!aws_account_has(inv, inv->accounts.at[i], kinds[k]))
				buf_printf(out, "  - %s of account %.*s: %s\n", aws_export_kinds[kinds[k]].name,
					(int)inv->accounts.at[i].n, (const char *)inv->accounts.at[i].p,
					aws_export_kinds[kinds[k]].without);
}

void iam_tell_unseen(const struct aws_inventory *inv, struct buf *out) {
	half_seen(inv, out);
	for (int k = 0; k < AWS_EXPORT_COUNT; k++) {
		const struct aws_export_kind *e = &aws_export_kinds[k];

		if (inv->exports[k] || !e->commands || !e->without)
			continue;
		buf_printf(out, "  - %s: %s\n", e->name, e->without);
		for (const char *line = e->commands; line;) {
			const char *end = strchr(line, '\n');

			buf_printf(out, "      %.*s\n", (int)(end ? end - line : (ptrdiff_t)strlen(line)), line);
			line = end ? end + 1 : NULL;
		}
	}
}

static void some(struct buf *b, const struct slice *at, size_t n) {
	for (size_t i = 0; i < n && i < 10; i++) {
		buf_add_str(b, i ? ", " : " ");
		inert_add(b, at[i]);
	}
	buf_printf(b, "%s\n", n > 10 ? ", ..." : "");
}

/* Actions newer than the table, and policies whose documents nobody has. */
static void unknown_to_us(struct buf *b, const struct iam_telling *t) {
	struct aws_texts actions;
	struct map missing = {0};
	const struct aws_estate *e = &t->exports->aws.estate;

	if (!t->exports->privilege)
		return;
	actions = privilege_unknown_actions(t->exports->privilege);
	if (actions.n) {
		buf_printf(b, "  - %zu action%s not in the table of %s, judged by %s:", actions.n,
			actions.n == 1 ? " that is" : "s that are", privilege_table_date(),
			actions.n == 1 ? "its name" : "their names");
		some(b, actions.at, actions.n);
	}
	for (size_t i = 0; i < e->principals.n; i++) {
		const struct privilege_identity *id = privilege_identity(t->exports->privilege, e->principals.at[i]);

		for (size_t k = 0; id && k < id->missing.n; k++)
			map_put(&missing, id->missing.at[k], NULL);
	}
	for (size_t i = 0; i < missing.n && i < 10; i++) {
		buf_add_str(b, "  - policy without a document: ");
		inert_add(b, missing.entries[i].key);
		buf_add_str(b, ": what it allows is unknown\n      aws iam get-policy-version --policy-arn ARN "
			       "--version-id ID\n");
	}
	map_free(&missing);
}

static void unseen(struct buf *b, const struct iam_telling *t) {
	const struct notice *n;
	size_t count = coverage_notices(t->coverage, &n);

	buf_add_str(b, "\nWhat I could not see\n");
	for (size_t i = 0; i < count; i++) {
		if (strcmp(n[i].code, "undecided") == 0)
			continue;
		buf_add_str(b, "  - ");
		text(b, n[i].where);
		buf_add_str(b, ": ");
		text(b, n[i].detail);
		buf_add_byte(b, '\n');
	}
	unknown_to_us(b, t);
	iam_tell_unseen(&t->exports->aws, b);
}

void iam_tell(const struct iam_telling *t, FILE *out) {
	struct buf b = {0};

	head(&b, t);
	removals(&b, t);
	ranks(&b, t);
	cuts(&b, t);
	findings(&b, t);
	unseen(&b, t);
	fwrite(b.p, 1, b.n, out);
	buf_free(&b);
}
