/* Four parts in the order an auditor asks: what can go, who matters, what is wrong, what could not be seen. */
#include "cmd/iam_text.h"

#include "core/text.h"

#include <stdlib.h>

#define DAY 86400.0

static void text(struct buf *b, const char *s) {
	text_escape(b, slice_str(s));
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
	buf_printf(b, "%s\n", first ? " nothing" : "");
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
		text_escape(b, fact_text(c, "kind"));
		if (fact_text(c, "id").n && !slice_has_prefix(fact_text(c, "id"), "arn:")) {
			buf_add_byte(b, ' ');
			text_escape(b, fact_text(c, "id"));
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
			text_escape(b, fact_text(c, "used_service"));
			buf_add_str(b, " in ");
			text_escape(b, fact_text(c, "used_region").n ? fact_text(c, "used_region") : slice_str("?"));
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
		text_escape(b, r->identity->name);
		buf_printf(b, "\n      %u x %u x %u = %u\n", r->power.points, r->exposure.points, r->neglect.points,
			r->score);
		factor(b, "power", &r->power);
		factor(b, "exposure", &r->exposure);
		factor(b, "neglect", &r->neglect);
		keys(b, r);
		if (fact_text(r->identity, "owner").n) {
			buf_add_str(b, "      owner      ");
			text_escape(b, fact_text(r->identity, "owner"));
			buf_add_str(b, " (");
			text_escape(b, fact_text(r->identity, "owner_source"));
			buf_add_str(b, ")\n");
		}
	}
	if (a->nranks > t->top)
		buf_printf(b, "      and %zu more; --top shows them\n", a->nranks - t->top);
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

void iam_tell_unseen(const struct aws_inventory *inv, struct buf *out) {
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
	iam_tell_unseen(&t->exports->aws, b);
}

void iam_tell(const struct iam_telling *t, FILE *out) {
	struct buf b = {0};

	head(&b, t);
	removals(&b, t);
	ranks(&b, t);
	findings(&b, t);
	unseen(&b, t);
	fwrite(b.p, 1, b.n, out);
	buf_free(&b);
}
