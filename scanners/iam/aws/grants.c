/* Statements that rules judge by how they are written, and what Access Analyzer found open, as facts. What a statement adds up to together with
 * others is the privilege engine's. */
#include "scanners/iam/aws/facts_parts.h"

#include <stdlib.h>

static bool is_star(const struct aws_texts *t) {
	for (size_t i = 0; i < t->n; i++)
		if (slice_eq(t->at[i], slice_str("*")) || slice_eq(t->at[i], slice_str("*:*")))
			return true;
	return false;
}

/* "s3:*" is every action of s3. */
static struct slice whole_service(struct slice action) {
	size_t colon = 0;

	while (colon < action.n && action.p[colon] != ':')
		colon++;
	if (colon + 2 != action.n || action.p[colon + 1] != '*' || !colon || memchr(action.p, '*', colon))
		return (struct slice){0};
	return slice_sub(action, 0, colon);
}

/* A condition that holds nobody back: {"StringLike": {…: "*"}}, every address. */
static struct slice idle_condition(const struct aws_statement *s) {
	for (size_t i = 0; i < s->nconditions; i++) {
		const struct aws_condition *c = &s->conditions[i];
		bool like = slice_find_nocase(c->op, slice_str("Like")) >= 0 &&
			    slice_find_nocase(c->op, slice_str("Not")) < 0;
		bool ip = slice_eq_nocase(c->op, slice_str("IpAddress"));

		for (size_t k = 0; k < c->values.n; k++)
			if ((like && slice_eq(c->values.at[k], slice_str("*"))) ||
				(ip && slice_has_suffix(c->values.at[k], "/0")))
				return c->key;
	}
	return (struct slice){0};
}

struct holder {
	struct slice name, arn;
	bool inlined;
	const struct aws_managed *managed;
	struct fact *identity;
	const struct aws_place *place;
	size_t attached;
};

/* "policy ship of arn:…:role/deploy, statement 0" */
static struct slice grant_name(struct aws_making *m, const struct holder *h, const struct aws_statement *s) {
	return slice_str(
		arena_printf(&m->set->arena, "policy %.*s%s%.*s, statement %u", (int)h->name.n, (const char *)h->name.p,
			h->inlined ? " of " : "", h->inlined ? (int)h->arn.n : 0, (const char *)h->arn.p, s->index));
}

static void grant(
	struct aws_making *m, const struct holder *h, const struct aws_policy *p, const struct aws_statement *s) {
	struct slice *services = mem_alloc_n(s->actions.n, sizeof(*services));
	size_t n = 0;
	bool star = is_star(&s->actions) && !s->not_action, everywhere = is_star(&s->resources) && !s->not_resource;
	struct slice idle = idle_condition(s), at = h->place ? h->place->pointer : p->place.pointer;

	for (size_t i = 0; !s->not_action && i < s->actions.n; i++)
		if ((services[n] = whole_service(s->actions.at[i])).n)
			n++;
	if (s->allow && (s->not_action || s->not_resource || s->not_who || star || (n && everywhere) || idle.n)) {
		struct fact *f = fact_add(m->set, FACT_GRANT, "aws", p->place.source, s->span);

		f->name = grant_name(m, h, s);
		/* The same text elsewhere is the same policy: its statements stand where it was read first. */
		if (h->place && (h->place->source != p->place.source || h->place->span.start > s->span.start ||
					h->place->span.end < s->span.end)) {
			f->source = h->place->source;
			f->span = h->place->span;
			at = h->place->pointer;
		}
		f->pointer = slice_str(
			arena_printf(&m->set->arena, "%.*s/Statement/%u", (int)at.n, (const char *)at.p, s->index));
		aws_fact_text(m, f, "provider", slice_str("aws"));
		aws_fact_text(m, f, "policy", h->name);
		aws_fact_text(m, f, "policy_arn", h->arn);
		fact_set_bool(m->set, f, "inline", h->inlined, NOWHERE);
		fact_set_bool(
			m->set, f, "aws_managed", slice_find(h->arn, slice_str(":iam::aws:policy/")) > 0, NOWHERE);
		/* Of a document that lies there as a file nobody knows who holds it. */
		if (!slice_has_prefix(h->arn, "file:"))
			fact_set_number(m->set, f, "attached", (double)h->attached, NOWHERE);
		if (h->identity)
			fact_set_fact(m->set, f, "identity", h->identity);
		fact_set_number(m->set, f, "statement", s->index, NOWHERE);
		aws_fact_text(m, f, "sid", s->sid);
		fact_set_texts(m->set, f, "actions", s->actions.at, s->actions.n, NOWHERE);
		fact_set_texts(m->set, f, "wildcard_services", services, n, NOWHERE);
		fact_set_bool(m->set, f, "every_action", star, NOWHERE);
		fact_set_bool(m->set, f, "not_action", s->not_action, NOWHERE);
		fact_set_bool(m->set, f, "not_resource", s->not_resource, NOWHERE);
		fact_set_bool(m->set, f, "not_principal", s->not_who, NOWHERE);
		fact_set_bool(m->set, f, "every_resource", everywhere, NOWHERE);
		fact_set_bool(m->set, f, "conditioned", s->nconditions > 0, NOWHERE);
		if (idle.n)
			aws_fact_text(m, f, "idle_condition", idle);
		else
			fact_set_none(m->set, f, "idle_condition", NOWHERE);
	}
	free(services);
}

static void policy(struct aws_making *m, const struct holder *h, const struct aws_policy *p) {
	for (size_t i = 0; p && i < p->n; i++)
		grant(m, h, p, &p->statements[i]);
	if (p && p->trouble) {
		struct fact *f = fact_add(m->set, FACT_GRANT, "aws", p->place.source, p->place.span);

		f->name = arena_copy(&m->set->arena, h->name);
		aws_fact_text(m, f, "provider", slice_str("aws"));
		aws_fact_text(m, f, "policy", h->name);
		aws_fact_text(m, f, "policy_arn", h->arn);
		aws_fact_text(m, f, "trouble", slice_str(p->trouble));
		fact_set_number(m->set, f, "attached", (double)h->attached, NOWHERE);
		if (h->identity)
			fact_set_fact(m->set, f, "identity", h->identity);
	}
}

static void exposures(struct aws_making *m) {
	for (size_t i = 0; i < m->inv->exposures.n; i++) {
		const struct aws_exposure *e = &m->inv->exposures.at[i];
		struct fact *f = fact_add(m->set, FACT_TRUST, "aws", e->place.source, e->place.span);

		f->name = arena_copy(&m->set->arena, e->resource);
		aws_fact_text(m, f, "provider", slice_str("aws"));
		aws_fact_text(m, f, "resource", e->resource);
		aws_fact_text(m, f, "resource_kind", e->kind);
		aws_fact_text(m, f, "principal", e->principal);
		fact_set_bool(m->set, f, "public", e->is_public, NOWHERE);
		fact_set_bool(m->set, f, "conditioned", e->condition.n > 0, NOWHERE);
	}
}

void aws_grant_facts(struct aws_making *m) {
	struct map held = {0};
	const struct aws_estate *e = &m->inv->estate;

	for (size_t i = 0; i < e->principals.n; i++) {
		const struct aws_principal *p = e->principals.at[i];

		for (size_t k = 0; k < p->attached.n; k++)
			map_put(&held, p->attached.at[k].arn, NULL)->value.num++;
		for (size_t k = 0; k < p->inlines.n; k++) {
			struct holder h = {.name = p->inlines.at[k].name,
				.arn = p->arn,
				.inlined = true,
				.identity = p->fact,
				.place = &p->inlines.at[k].place,
				.attached = 1};

			policy(m, &h, p->inlines.at[k].policy);
		}
	}
	for (size_t i = 0; i < e->managed.n; i++) {
		const struct aws_managed *g = e->managed.at[i];
		const struct map_entry *n = map_get(&held, g->arn);
		struct holder h = {.name = g->name, .arn = g->arn, .managed = g};

		h.attached = n ? n->value.num : 0;
		if (g->attachments_known && g->attachments > h.attached)
			h.attached = g->attachments;
		policy(m, &h, aws_default_document(g));
	}
	map_free(&held);
	exposures(m);
}
