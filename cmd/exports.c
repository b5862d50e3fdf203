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

#define TARGETS 4 /* among the limits below */

void exports_note_limits(const struct exports *e, struct coverage *c) {
	struct privilege_limits l = e->privilege ? privilege_limits(e->privilege) : (struct privilege_limits){0};
	const struct {
		const char *code, *where;
		size_t n;
		const char *text; /* behind the number */
	} rows[] = {
		{"limit-policy-statements", "AWS policies", l.documents,
			"policies have more than 2000 statements: the others are not evaluated"},
		{"limit-resources-tried", "AWS policies", l.searches,
			"times not every resource that the policies of an identity name could be tried for an action: "
			"what it "
			"may do there is not told"},
		{"limit-policies-tried", "AWS policies", l.attachments,
			"times not every policy that an identity may attach could be tried: what it gains by it may "
			"not be told"},
		{"limit-groups-joined", "AWS identities", l.groups,
			"users can join more groups than are looked behind: what they gain there may not be told"},
		[TARGETS] = {"limit-targets-compared", "AWS identities", l.targets,
			"times not every target of a path was compared with who takes it: a gain short of "
			"administrator may "
			"not be told"},
		{"limit-escalation-walks", "AWS identities", l.walks,
			"search for long detours to administrator was given up: shorter chains are told, some longer "
			"ones may "
			"be missing"},
	};
	char text[256];

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		if (!rows[i].n)
			continue;
		snprintf(text, sizeof(text), "%zu %s", rows[i].n, rows[i].text);
		/* What is short of administrator may be missing in any big account: told, and no reason to fail. */
		coverage_note(c, rows[i].code, i != TARGETS, rows[i].where, text);
	}
}

void exports_close(struct exports *e) {
	if (e->privilege)
		privilege_free(e->privilege);
	aws_inventory_free(&e->aws);
}
