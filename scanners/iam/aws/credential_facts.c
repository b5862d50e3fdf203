/* Credentials as facts, and what follows from them for the users that hold them. */
#include "scanners/iam/aws/facts_parts.h"

#include <math.h>

static struct fact *owner_fact(struct aws_making *m, const struct aws_credential *c) {
	const struct aws_principal *p = c->owner.n ? aws_find(&m->inv->estate, c->owner) : NULL;

	return p ? p->fact : NULL;
}

/* "access key AKIA…", "second access key of arn:…", "password of arn:…". */
static struct slice name_of(struct aws_making *m, const struct aws_credential *c) {
	const char *kind = aws_credential_kind_name(c->kind);

	if (c->id.n && c->kind != AWS_PASSWORD)
		return arena_copy(&m->set->arena, c->id);
	return slice_str(arena_printf(&m->set->arena, "%s%s of %.*s",
		c->slot == 2   ? "second "
		: c->slot == 1 ? "first "
			       : "",
		kind, (int)(c->owner.n ? c->owner.n : c->owner_name.n),
		(const char *)(c->owner.n ? c->owner.p : c->owner_name.p)));
}

static void overdue(struct aws_making *m, struct fact *f, struct when due) {
	double n = due.at < m->as_of ? (double)(m->as_of - due.at) : 0;

	fact_set_number(m->set, f, "rotation_overdue", n, NOWHERE);
	fact_set_number(m->set, f, "overdue_days", floor(n / 86400), NOWHERE);
}

static void secret(struct aws_making *m, struct fact *f, const struct aws_credential *c) {
	struct when due = c->next_rotation;

	aws_fact_known(m, f, "rotation", c->rotation);
	aws_fact_text(m, f, "owning_service", c->owning_service);
	if (!c->owning_service.n)
		fact_set_none(m->set, f, "owning_service", NOWHERE);
	if (c->rotation_days > 0)
		fact_set_number(m->set, f, "rotation_interval", c->rotation_days * 86400, NOWHERE);
	if (c->rotation != AWS_YES)
		return;
	if (due.state != WHEN_AT && c->rotation_days > 0 && c->rotated.state == WHEN_AT)
		due = when_at(c->rotated.at + (int64_t)(c->rotation_days * 86400));
	if (due.state == WHEN_AT)
		overdue(m, f, due);
}

static void end(struct aws_making *m, struct fact *f, const struct aws_credential *c) {
	if (c->expires.state == WHEN_UNKNOWN)
		return;
	aws_fact_time(m, f, "expires", c->expires);
	fact_set_bool(m->set, f, "endless", c->expires.state == WHEN_NEVER, NOWHERE);
	fact_set_bool(m->set, f, "expired", c->expires.state == WHEN_AT && c->expires.at <= m->as_of, NOWHERE);
	if (c->expires.state == WHEN_AT && c->created.state == WHEN_AT)
		fact_set_number(m->set, f, "lifetime", (double)(c->expires.at - c->created.at), NOWHERE);
}

static bool contains(struct slice s, struct slice part) {
	return part.n && slice_find(s, part) >= 0;
}

/* Does any role's trust policy name this provider? Unknown while roles without a trust policy were read. */
static enum aws_known is_trusted(const struct aws_inventory *inv, struct slice arn) {
	enum aws_known all = AWS_NO;

	for (size_t i = 0; i < inv->estate.principals.n; i++) {
		const struct aws_principal *p = inv->estate.principals.at[i];

		if (p->kind != AWS_ROLE)
			continue;
		if (!p->trust || p->trust->incomplete)
			all = AWS_UNKNOWN;
		for (size_t k = 0; p->trust && k < p->trust->n; k++)
			for (size_t w = 0; w < p->trust->statements[k].nwho; w++)
				if (contains(arn, p->trust->statements[k].who[w].value) ||
					contains(p->trust->statements[k].who[w].value, arn))
					return AWS_YES;
	}
	return inv->exports[AWS_EXPORT_DETAILS] ? all : AWS_UNKNOWN;
}

static struct when turned_over(const struct aws_credential *c) {
	return c->rotated.state == WHEN_AT ? c->rotated : c->created;
}

static void credential(struct aws_making *m, struct aws_credential *c) {
	struct fact *f, *owner = owner_fact(m, c);
	struct aws_arn arn;

	if (c->kind == AWS_PASSWORD && c->active == AWS_NO)
		return;
	f = c->fact = fact_add(m->set, FACT_CREDENTIAL, "aws", c->place.source, c->place.span);
	f->name = name_of(m, c);
	f->pointer = arena_copy(&m->set->arena, c->place.pointer);
	aws_fact_text(m, f, "provider", slice_str("aws"));
	aws_fact_text(m, f, "kind", slice_str(aws_credential_kind_name(c->kind)));
	aws_fact_text(m, f, "id", c->id);
	aws_fact_text(m, f, "account", c->account);
	if (owner)
		fact_set_fact(m->set, f, "identity", owner);
	fact_set_bool(
		m->set, f, "root", aws_arn_parse(c->owner, &arn) && slice_eq(arn.resource, slice_str("root")), NOWHERE);
	aws_fact_known(m, f, "active", c->active);
	aws_fact_time(m, f, "rotated", c->rotated);
	aws_fact_usage(m, f, c->last_used, turned_over(c));
	aws_fact_time(m, f, "created", c->created);
	aws_fact_since(m, f, "age", turned_over(c));
	end(m, f, c);
	aws_fact_text(m, f, "used_service", c->used_service);
	aws_fact_text(m, f, "used_region", c->used_region);
	aws_fact_known(m, f, "mfa", c->mfa);
	aws_fact_known(m, f, "narrowed", c->narrowed);
	aws_fact_text(m, f, "service", c->service);
	if (c->kind == AWS_SECRET)
		secret(m, f, c);
	if (c->kind == AWS_OIDC_PROVIDER || c->kind == AWS_SAML_PROVIDER)
		aws_fact_known(m, f, "trusted", is_trusted(m->inv, c->id));
	aws_fact_about(m, f, c);
}

static double idle_of(const struct aws_making *m, const struct aws_credential *c) {
	struct when w = c->last_used.state == WHEN_NEVER ? turned_over(c) : c->last_used;

	return w.state == WHEN_AT ? (double)(m->as_of - w.at) : -1;
}

/* All that a user's keys and password say about the user. */
struct summary {
	const struct aws_credential *keys[2];
	size_t active;
	double key_idle; /* least; -1: unknown */
	struct when last, password;
	bool known, compute, hidden; /* `hidden`: something was used at a time nobody tells */
	const struct aws_credential *login;
};

/* Services that people do not call by hand from a key: the key's last use shows a pipeline or a machine. */
static bool is_machine_service(struct slice s) {
	static const char *const names[] = {"ecr", "ecs", "eks", "lambda", "codedeploy", "codebuild", "codepipeline",
		"s3", "sqs", "sns", "ses", "dynamodb", "kinesis", "firehose", "logs", "monitoring", "secretsmanager",
		"ssm", "bedrock", "bedrock-runtime"};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (slice_eq(s, slice_str(names[i])))
			return true;
	return false;
}

static void summarize(struct aws_making *m, struct summary *s, const struct aws_credential *c) {
	if (c->kind == AWS_PASSWORD) {
		s->login = c;
		s->hidden |= c->active == AWS_YES && c->last_used.state == WHEN_UNKNOWN;
		if (c->active == AWS_YES)
			s->last = c->last_used.state == WHEN_AT &&
						  (s->last.state != WHEN_AT || c->last_used.at > s->last.at)
					  ? c->last_used
					  : s->last;
		return;
	}
	if (c->kind != AWS_ACCESS_KEY)
		return;
	s->known = true;
	s->hidden |= c->active == AWS_YES && c->last_used.state == WHEN_UNKNOWN;
	if (c->last_used.state == WHEN_AT && (s->last.state != WHEN_AT || c->last_used.at > s->last.at))
		s->last = c->last_used;
	if (c->active != AWS_YES)
		return;
	if (s->active < 2)
		s->keys[s->active] = c;
	s->active++;
	s->compute |= is_machine_service(c->used_service);
	double idle = idle_of(m, c);
	if (idle >= 0 && (s->key_idle < 0 || idle < s->key_idle))
		s->key_idle = idle;
}

static void pair(struct aws_making *m, const struct summary *s) {
	const struct aws_credential *a = s->keys[0], *b = s->keys[1];
	bool first = turned_over(a).state == WHEN_AT && turned_over(b).state == WHEN_AT &&
		     turned_over(a).at <= turned_over(b).at;

	for (int i = 0; i < 2; i++) {
		struct fact *f = i ? b->fact : a->fact;
		double idle = idle_of(m, i ? a : b);

		fact_set_number(m->set, f, "active_siblings", 1, NOWHERE);
		if (idle >= 0)
			fact_set_number(m->set, f, "sibling_idle", idle, NOWHERE);
		fact_set_bool(m->set, f, "first_of_two", first == (i == 0), NOWHERE);
	}
}

static void tell_user(struct aws_making *m, struct aws_principal *p, const struct summary *s) {
	struct fact *f = p->fact;

	if (s->known || p->access_keys == 0)
		fact_set_number(m->set, f, "active_keys", (double)s->active, NOWHERE);
	if (s->key_idle >= 0)
		fact_set_number(m->set, f, "key_idle", s->key_idle, NOWHERE);
	fact_set_bool(m->set, f, "machine_region", s->compute, NOWHERE);
	if (s->login) {
		aws_fact_known(m, f, "has_password", s->login->active);
		aws_fact_known(m, f, "mfa", s->login->mfa);
		if (s->login->active == AWS_YES)
			aws_fact_since(m, f, "password_idle",
				s->login->last_used.state == WHEN_NEVER
					? (s->login->rotated.state == WHEN_AT ? s->login->rotated : s->login->created)
					: s->login->last_used);
	}
	aws_fact_time(m, f, "created", p->created);
	/* A user is known to be idle only when the report told of its password and of its keys. */
	if (s->login && !s->hidden && p->access_keys != AWS_KEYS_UNKNOWN)
		aws_fact_usage(m, f, s->last.state == WHEN_AT ? s->last : (struct when){WHEN_NEVER, 0}, p->created);
	else if (s->last.state == WHEN_AT)
		aws_fact_time(m, f, "last_used", s->last);
}

void aws_credential_facts(struct aws_making *m) {
	size_t n = m->inv->estate.principals.n;
	struct summary *all = mem_alloc_n(n + 1, sizeof(*all));

	for (size_t i = 0; i < n; i++)
		all[i].key_idle = -1;
	for (size_t i = 0; i < n; i++)
		m->inv->estate.principals.at[i]->index = (uint32_t)i;
	for (size_t i = 0; i < m->inv->credentials.n; i++) {
		struct aws_credential *c = m->inv->credentials.at[i];
		const struct aws_principal *p = c->owner.n ? aws_find(&m->inv->estate, c->owner) : NULL;

		credential(m, c);
		if (p)
			summarize(m, &all[p->index], c);
	}
	for (size_t i = 0; i < n; i++) {
		struct aws_principal *p = m->inv->estate.principals.at[i];

		if (!p->fact || (p->kind != AWS_USER && p->kind != AWS_ROOT))
			continue;
		if (all[i].active == 2)
			pair(m, &all[i]);
		else if (all[i].active == 1)
			fact_set_number(m->set, all[i].keys[0]->fact, "active_siblings", 0, NOWHERE);
		tell_user(m, p, &all[i]);
	}
	mem_wipe_free(all, (n + 1) * sizeof(*all));
}
