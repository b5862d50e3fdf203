/* Identities and credentials as facts. Grants and exposures are in grants.c. */
#include "scanners/iam/aws/facts.h"

#include "scanners/iam/aws/facts_parts.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

void aws_fact_time(struct aws_making *m, struct fact *f, const char *name, struct when w) {
	if (w.state != WHEN_UNKNOWN)
		fact_set_when(m->set, f, name, w, NOWHERE);
}

void aws_fact_text(struct aws_making *m, struct fact *f, const char *name, struct slice s) {
	if (s.n)
		fact_set_text(m->set, f, name, s, NOWHERE);
}

void aws_fact_known(struct aws_making *m, struct fact *f, const char *name, enum aws_known k) {
	if (k != AWS_UNKNOWN)
		fact_set_bool(m->set, f, name, k == AWS_YES, NOWHERE);
}

/* Seconds since `w`; a time to come is no time ago. */
static void since(struct aws_making *m, struct fact *f, const char *name, struct when w) {
	char days[40];
	double n = w.at < m->as_of ? (double)(m->as_of - w.at) : 0;

	if (w.state != WHEN_AT)
		return;
	fact_set_number(m->set, f, name, n, NOWHERE);
	snprintf(days, sizeof(days), "%s_days", name);
	fact_set_number(m->set, f, days, floor(n / 86400), NOWHERE);
}

/* Since its last use; of what was never used, since it was made. Unknown when either is. */
static struct when idle_from(struct when used, struct when made) {
	return used.state == WHEN_NEVER ? made : used;
}

static void usage(struct aws_making *m, struct fact *f, struct when used, struct when made) {
	aws_fact_time(m, f, "created", made);
	aws_fact_time(m, f, "last_used", used);
	since(m, f, "idle", idle_from(used, made));
	if (used.state != WHEN_UNKNOWN)
		fact_set_bool(m->set, f, "never_used", used.state == WHEN_NEVER, NOWHERE);
}

static void references(struct aws_making *m, struct fact *f, const struct aws_reference *at, size_t n) {
	struct slice *texts = mem_alloc_n(n, sizeof(*texts));

	for (size_t i = 0; i < n; i++)
		texts[i] = at[i].what;
	if (n)
		fact_set_texts(m->set, f, "referred_by", texts, n, NOWHERE);
	free(texts);
}

/* Tags first, then who wrote the Terraform, then what the description says. */
static void ownership(struct aws_making *m, struct fact *f, const struct aws_tag *tags, size_t ntags,
	const struct aws_person *person) {
	struct slice owner, tag;

	if (aws_owner_of_tags(tags, ntags, &owner, &tag)) {
		fact_set_text(m->set, f, "owner", owner, NOWHERE);
		fact_set_text(m->set, f, "owner_source",
			slice_str(arena_printf(&m->set->arena, "tag %.*s", (int)tag.n, (const char *)tag.p)), NOWHERE);
	} else if (person && person->module.n) {
		fact_set_text(m->set, f, "owner", person->module, NOWHERE);
		fact_set_text(m->set, f, "owner_source", slice_str("terraform"), NOWHERE);
	} else if (ntags) { /* its tags were read, and none names anybody; without any they may not be in the export */
		fact_set_none(m->set, f, "owner", NOWHERE);
	}
}

static void environment(struct aws_making *m, struct fact *f, const struct aws_tag *tags, size_t n,
	struct slice account, struct slice name, struct slice path) {
	struct slice e = aws_environment_of_tags(tags, n);
	const struct aws_node *a = aws_account_node(m->inv, account);

	if (!e.n && a)
		e = aws_environment_of_name(a->name);
	if (!e.n)
		e = aws_environment_of_name(path);
	if (!e.n)
		e = aws_environment_of_name(name);
	aws_fact_text(m, f, "environment", e);
}

const struct aws_node *aws_account_node(const struct aws_inventory *inv, struct slice account) {
	for (size_t i = 0; account.n && i < inv->estate.organization.n; i++)
		if (slice_eq(inv->estate.organization.at[i].id, account))
			return &inv->estate.organization.at[i];
	return NULL;
}

/* Words that people put into the names of what is no person. */
static bool is_service_name(struct slice name) {
	static const char *const words[] = {"svc", "service", "bot", "ci", "cicd", "deploy", "deployer", "terraform",
		"jenkins", "github", "gitlab", "circleci", "automation", "robot", "app", "backup", "pipeline", "lambda",
		"integration", "api", "system", "daemon", "cron", "machine", "readonly", "monitoring"};

	for (size_t i = 0; i < name.n;) {
		size_t from = i;

		while (i < name.n && ((name.p[i] | 0x20) >= 'a' && (name.p[i] | 0x20) <= 'z'))
			i++;
		for (size_t k = 0; k < sizeof(words) / sizeof(*words); k++)
			if (slice_eq_nocase(slice_sub(name, from, i), slice_str(words[k])))
				return true;
		i++;
	}
	return false;
}

static void uses(struct aws_making *m, struct fact *f, const struct aws_person *p) {
	struct slice *unused, *actions;
	size_t n = 0, nactions = 0, used = 0;

	if (!p || !p->uses_known)
		return;
	unused = mem_alloc_n(p->uses.n, sizeof(*unused));
	actions = mem_alloc_n(p->uses.n, sizeof(*actions));
	for (size_t i = 0; i < p->uses.n; i++) {
		const struct aws_use *u = &p->uses.at[i];

		bool stale = u->last.state == WHEN_NEVER ||
			     (u->last.state == WHEN_AT && m->as_of - u->last.at > UNUSED_AFTER);

		if (u->action.n && stale)
			actions[nactions++] = slice_str(arena_printf(&m->set->arena, "%.*s:%.*s", (int)u->service.n,
				(const char *)u->service.p, (int)u->action.n, (const char *)u->action.p));
		if (u->action.n || !u->service.n)
			continue;
		if (u->last.state == WHEN_AT && m->as_of - u->last.at <= UNUSED_AFTER)
			used++;
		else if (stale)
			unused[n++] = u->service;
	}
	fact_set_bool(m->set, f, "traced", true, NOWHERE);
	fact_set_number(m->set, f, "used_services", (double)used, NOWHERE);
	fact_set_texts(m->set, f, "unused_services", unused, n, NOWHERE);
	fact_set_texts(m->set, f, "unused_actions", actions, nactions, NOWHERE);
	free(unused);
	free(actions);
}

/* Services that run a customer's code with the role they take on. Source: the services' own pages on execution roles. */
static bool is_compute(struct slice service) {
	static const char *const names[] = {"ec2.", "lambda.", "ecs-tasks.", "glue.", "codebuild.", "sagemaker.",
		"batch.", "states.", "cloudformation.", "datapipeline.", "elasticmapreduce.", "apprunner.",
		"tasks.apprunner.", "build.apprunner.", "edgelambda.", "ssm.", "imagebuilder.", "pods.eks.",
		"bedrock-agentcore.", "codepipeline.", "ecs."};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (slice_has_prefix(service, names[i]))
			return true;
	return false;
}

static void trust(struct aws_making *m, struct fact *f, const struct aws_policy *t) {
	VEC(struct slice) services = {0};
	size_t subjects = 0;

	for (size_t i = 0; i < t->n; i++) {
		const struct aws_statement *s = &t->statements[i];

		for (size_t k = 0; s->allow && !s->not_who && k < s->nwho; k++)
			if (slice_eq(s->who[k].type, slice_str("Service")) && is_compute(s->who[k].value))
				VEC_PUSH(&services, s->who[k].value);
		for (size_t k = 0; s->allow && k < s->nconditions; k++)
			if (slice_has_suffix(s->conditions[k].key, ":sub"))
				subjects += s->conditions[k].values.n;
	}
	fact_set_texts(m->set, f, "compute_services", services.at, services.n, NOWHERE);
	fact_set_number(m->set, f, "trusting_subjects", (double)subjects, NOWHERE);
	VEC_FREE(&services);
}

/* Every action on everything, or the very actions that take a boundary off. */
static bool is_open_boundary(const struct aws_policy *p) {
	static const char *const escapes[] = {"*", "iam:*", "iam:DeleteUserPermissionsBoundary",
		"iam:PutUserPermissionsBoundary", "iam:DeleteRolePermissionsBoundary",
		"iam:PutRolePermissionsBoundary"};
	bool open = false;

	for (size_t i = 0; i < p->n; i++) {
		const struct aws_statement *s = &p->statements[i];

		for (size_t k = 0; !s->not_action && k < s->actions.n; k++)
			for (size_t e = 0; e < sizeof(escapes) / sizeof(*escapes); e++)
				if (slice_eq_nocase(s->actions.at[k], slice_str(escapes[e]))) {
					if (!s->allow && e > 1)
						return false; /* denied: that is how a boundary guards itself */
					open |= s->allow && !s->nconditions;
				}
	}
	return open;
}

static void boundary(struct aws_making *m, struct fact *f, const struct aws_principal *p) {
	const struct map_entry *e = p->boundary.n ? map_get(&m->inv->estate.managed_by_arn, p->boundary) : NULL;
	const struct aws_policy *doc = e ? aws_default_document(e->value.ptr) : NULL;

	if (!p->boundary.n) {
		fact_set_none(m->set, f, "boundary", NOWHERE);
		return;
	}
	fact_set_text(m->set, f, "boundary", p->boundary, p->boundary_place.span);
	if (doc)
		fact_set_bool(m->set, f, "boundary_open", is_open_boundary(doc), NOWHERE);
}

static void identity(struct aws_making *m, struct aws_principal *p) {
	static const char *const kinds[] = {"user", "role", "group", "root"};
	const struct aws_person *person = aws_person_find(m->inv, p->arn);
	const struct aws_node *account = aws_account_node(m->inv, p->account);
	struct fact *f = fact_add(m->set, FACT_IDENTITY, "aws", p->place.source, p->place.span);
	bool linked =
		slice_has_prefix(p->path, "/aws-service-role/") || slice_has_prefix(p->path, "role/aws-service-role/");

	p->fact = f;
	f->pointer = arena_copy(&m->set->arena, p->place.pointer);
	f->name = arena_copy(&m->set->arena, p->arn);
	aws_fact_text(m, f, "provider", slice_str("aws"));
	aws_fact_text(m, f, "kind", slice_str(kinds[p->kind]));
	aws_fact_text(m, f, "arn", p->arn);
	aws_fact_text(m, f, "account", p->account);
	aws_fact_text(m, f, "account_name", account ? account->name : (struct slice){0});
	aws_fact_text(m, f, "path", p->path);
	since(m, f, "age", p->created);
	ownership(m, f, p->tags.at, p->tags.n, person);
	environment(m, f, p->tags.at, p->tags.n, p->account, p->name, p->path);
	fact_set_bool(m->set, f, "service_linked", linked, NOWHERE);
	fact_set_bool(m->set, f, "sso", slice_has_prefix(p->name, "AWSReservedSSO_"), NOWHERE);
	fact_set_bool(m->set, f, "service_named", is_service_name(p->name) || is_service_name(p->path), NOWHERE);
	fact_set_number(m->set, f, "inline_policies", (double)p->inlines.n, NOWHERE);
	fact_set_number(m->set, f, "direct_policies", (double)p->attached.n, NOWHERE);
	fact_set_number(m->set, f, "instance_profiles", (double)p->instance_profiles.n, NOWHERE);
	boundary(m, f, p);
	if (p->kind == AWS_ROLE)
		usage(m, f, p->last_used, p->created);
	if (p->trust)
		trust(m, f, p->trust);
	uses(m, f, person);
	if (person) {
		aws_fact_text(m, f, "module", person->module);
		references(m, f, person->references.at, person->references.n);
	}
}

void aws_facts(struct aws_inventory *inv, int64_t as_of, struct fact_set *set) {
	struct aws_making m = {inv, set, as_of};

	for (size_t i = 0; i < inv->estate.principals.n; i++)
		if (inv->estate.principals.at[i]->kind != AWS_GROUP && inv->estate.principals.at[i]->place.source)
			identity(&m, inv->estate.principals.at[i]);
	aws_credential_facts(&m);
	aws_grant_facts(&m);
}

void aws_fact_usage(struct aws_making *m, struct fact *f, struct when used, struct when made) {
	usage(m, f, used, made);
}

void aws_fact_since(struct aws_making *m, struct fact *f, const char *name, struct when w) {
	since(m, f, name, w);
}

void aws_fact_about(struct aws_making *m, struct fact *f, const struct aws_credential *c) {
	ownership(m, f, c->tags.at, c->tags.n, NULL);
	environment(m, f, c->tags.at, c->tags.n, c->account, c->id, (struct slice){0});
	references(m, f, c->references.at, c->references.n);
}
