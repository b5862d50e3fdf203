/* The door of the privilege engine: works everything out in order, answers questions, hangs results on facts. */
#include "rules/privilege/privilege.h"

#include "rules/privilege/closure.h"
#include "rules/privilege/table.h"
#include "rules/privilege/wild.h"

#include <stdlib.h>

const char *answer_name(enum answer a) {
	static const char *const names[] = {"no", "conditional", "proved"};

	return names[a];
}

struct privilege *privilege_new(struct aws_estate *e, const struct privilege_options *o) {
	struct privilege *p = mem_alloc(sizeof(*p));

	p->estate = e;
	p->options = *o;
	actions_load(&p->actions);
	subjects_make(p);
	edges_make(p);
	steps_unbind(p);
	closure_make(p);
	steps_make(p);
	trusts_make(p);
	return p;
}

void privilege_free(struct privilege *p) {
	if (!p)
		return;
	for (size_t i = 0; i < p->n; i++)
		subject_free(&p->subjects[i]);
	for (size_t i = 0; i < p->guards.n; i++) {
		struct guard *g = p->guards.entries[i].value.ptr;

		VEC_FREE(&g->levels);
		VEC_FREE(&g->resource_control);
	}
	free(p->subjects);
	VEC_FREE(&p->trusts);
	VEC_FREE(&p->cuts);
	account_policies_free(p);
	map_free(&p->statements);
	map_free(&p->set_keys);
	map_free(&p->policies);
	map_free(&p->guards);
	map_free(&p->groups);
	map_free(&p->builtin);
	map_free(&p->resource_rules);
	map_free(&p->edge_sets);
	map_free(&p->key_answers);
	map_free(&p->meetings);
	somes_free(&p->passing);
	somes_free(&p->trusting);
	free(p->reach_yes);
	free(p->reach_maybe);
	account_trusts_free(p);
	homes_free(p);
	VEC_FREE(&p->services);
	managed_table_free(p->managed);
	actions_free(&p->actions);
	buf_free(&p->text);
	arena_free(&p->arena);
	free(p);
}

const struct privilege_identity *privilege_identity(const struct privilege *p, const struct aws_principal *who) {
	return who->index < p->n && p->subjects[who->index].p == who ? &p->subjects[who->index].result : NULL;
}

static enum answer may(struct privilege *p, const struct subject *s, uint32_t action, struct slice resource) {
	struct request r;
	struct aws_arn arn;

	if (resource.n > 1 && wild_is(resource))
		return evaluate_some(p, s, action, resource);
	request_on(p, aws_find(p->estate, resource), &r);
	r.resource = resource;
	if (!r.target && aws_arn_parse(resource, &arn))
		r.account = arn.account;
	return evaluate(p, s, action, &r);
}

enum answer privilege_may(
	struct privilege *p, const struct aws_principal *who, struct slice action, struct slice resource) {
	uint32_t i = action_find(&p->actions, action);
	bool tags = p->asks_for_tags;
	enum answer a;

	if (i == ACTION_NONE)
		return ANSWER_NO;
	p->asks_for_tags = false; /* as things are, not after it has tagged something */
	a = may(p, &p->subjects[who->index], i, resource);
	p->asks_for_tags = tags;
	return a;
}

const struct privilege_trust *privilege_trusts(const struct privilege *p, size_t *n) {
	*n = p->trusts.n;
	return p->trusts.at;
}

struct aws_texts privilege_unknown_actions(const struct privilege *p) {
	return (struct aws_texts){p->actions.names + p->actions.known, p->actions.n - p->actions.known};
}

struct privilege_limits privilege_limits(const struct privilege *p) {
	return p->limits;
}

const char *privilege_table_date(void) {
	return table_date;
}

void privilege_chain_text(const struct privilege_identity *i, struct buf *out) {
	buf_add_slice(out, i->principal->name);
	for (size_t k = 0; k < i->nchain; k++) {
		const struct privilege_step *s = &i->chain[k];

		buf_printf(out, " -> (%s", s->path->name);
		if (s->certainty != ANSWER_YES)
			buf_printf(out, "; needs %s", s->needs ? s->needs : "what the exports do not show");
		else if (s->needs)
			buf_printf(out, "; after %s", s->needs);
		buf_add_str(out, ") ");
		if (s->to)
			buf_add_slice(out, s->to->name);
		else
			buf_add_str(out, "administrator");
	}
	if (i->nchain && i->chain[i->nchain - 1].to)
		buf_add_str(out, ", administrator");
}
