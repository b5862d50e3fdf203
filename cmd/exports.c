/* Reading exports in the order given and settling the moment they speak of. */
#include "cmd/exports.h"

#include "rules/privilege/foreign.h"
#include "rules/privilege/sensitive.h"
#include "scanners/iam/aws/facts.h"

/* What the user says; else what an export says of itself; else the newest file; else now. */
int exports_settle_time(struct exports *e, const char *as_of, int64_t now, struct error *err) {
	if (as_of) {
		e->as_of_source = "--as-of";
		return date_parse(slice_str(as_of), now, &e->as_of)
			       ? 0
			       : error_set(err, ERR_USAGE, "--as-of: '%s' is no date; write 2026-01-31 or 90d", as_of);
	}
	e->as_of = now;
	e->as_of_source = "now";
	if (e->aws.as_of.state == WHEN_AT) {
		e->as_of = e->aws.as_of.at;
		e->as_of_source = "the time the credential report was made";
	} else if (e->aws.newest_file.state == WHEN_AT && e->aws.newest_file.at < now) {
		e->as_of = e->aws.newest_file.at;
		e->as_of_source = "the time of the newest file; --as-of sets another";
	}
	return 0;
}

int exports_read(struct exports *e, const struct text_list *paths, const struct options *o, int64_t now,
	struct coverage *c, struct error *err) {
	struct aws_collect how = aws_collect_default();

	how.account = o->account;
	if (o->account && (strlen(o->account) != 12 || strspn(o->account, "0123456789") != 12))
		return error_set(err, ERR_USAGE, "--account: '%s' is no account number of 12 digits", o->account);
	for (size_t i = 0; i < paths->n; i++)
		if (aws_collect_path(&e->aws, &how, paths->at[i], (unsigned)i, c, err) < 0)
			return -1;
	return exports_settle_time(e, o->as_of, now, err);
}

bool exports_are_there(const struct exports *e) {
	for (int k = 0; k < AWS_EXPORT_COUNT; k++)
		if (e->aws.exports[k])
			return true;
	return false;
}

/* Policies from Terraform, templates or single answers. */
static bool holds_policies(const struct exports *e) {
	for (size_t i = 0; i < e->aws.estate.principals.n; i++) {
		const struct aws_principal *p = e->aws.estate.principals.at[i];

		if (p->inlines.n || p->attached.n || p->trust)
			return true;
	}
	return false;
}

void exports_settle(struct exports *e, struct fact_set *set) {
	struct privilege_options how = {.as_of = e->as_of};

	aws_inventory_settle(&e->aws);
	aws_facts(&e->aws, e->as_of, set);
	if (!e->aws.exports[AWS_EXPORT_DETAILS] && !holds_policies(e))
		return; /* what nobody exported is unknown, not nothing */
	e->privilege = privilege_new(&e->aws.estate, &how);
	privilege_set_facts(e->privilege, set);
	foreign_set_facts(&e->aws.estate, set);
	sensitive_set_facts(e->privilege, &e->aws.estate, set);
}

void exports_note_limits(const struct exports *e, struct coverage *c) {
	struct privilege_limits l = e->privilege ? privilege_limits(e->privilege) : (struct privilege_limits){0};
	char text[192];

	if (l.documents) {
		snprintf(text, sizeof(text), "%zu polic%s of more than 2000 statements: the others are not evaluated",
			l.documents, l.documents == 1 ? "y" : "ies");
		coverage_note(c, "limit-policy-statements", true, "AWS policies", text);
	}
	if (l.searches) {
		snprintf(text, sizeof(text),
			"for %zu actions of identities not every resource that their policies name could be tried: "
			"what they "
			"may do there is not told",
			l.searches);
		coverage_note(c, "limit-resources-tried", true, "AWS policies", text);
	}
	if (l.walks)
		coverage_note(c, "limit-escalation-walks", true, "AWS identities",
			"the search for long detours to administrator was given up: shorter chains are told, some "
			"longer ones "
			"may be missing");
}

void exports_close(struct exports *e) {
	if (e->privilege)
		privilege_free(e->privilege);
	aws_inventory_free(&e->aws);
}
