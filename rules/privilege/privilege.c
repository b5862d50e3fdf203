/* The door of the privilege engine: works everything out in order, answers questions, hangs results on facts. */
#include "rules/privilege/privilege.h"

#include "rules/privilege/closure.h"
#include "rules/privilege/table.h"

#include <stdlib.h>

const char *answer_name(enum answer a) {
	static const char *const names[] = {"no", "conditional", "proved"};

	return names[a];
}

/* Services of which every action is surely held on every resource. */
static void wildcards(struct privilege *p, struct subject *s) {
	const struct actions *a = &p->actions;
	VEC(struct slice) found = {0};
	uint32_t from = 0;

	while (from < a->known) {
		const uint8_t *colon = memchr(a->names[from].p, ':', a->names[from].n);
		struct slice service = slice_of(a->names[from].p, (size_t)(colon - a->names[from].p) + 1);
		uint32_t to = from;
		bool all = true;

		while (to < a->known && a->names[to].n > service.n &&
			slice_eq(slice_sub(a->names[to], 0, service.n), service)) {
			all &= bit_has(s->sure, to);
			to++;
		}
		if (all)
			VEC_PUSH(&found, slice_sub(service, 0, service.n - 1));
		from = to;
	}
	s->result.wildcards.at = ARENA_NEW_N(&p->arena, struct slice, found.n);
	s->result.wildcards.n = found.n;
	if (found.n)
		memcpy((void *)s->result.wildcards.at, found.at, found.n * sizeof(*found.at));
	VEC_FREE(&found);
}

static void tell(struct privilege *p, struct subject *s) {
	size_t pass = key_index("iam:PassRole");
	struct request r;

	s->result.actions = bits_count(s->sure, p->words);
	s->result.possible = bits_count(s->possible, p->words);
	s->result.complete = s->result.actions >= p->actions.known;
	s->result.missing = s->missing;
	wildcards(p, s);
	if (key_has(s->keys, pass) && bit_has(s->sure, p->key_action[pass])) {
		request_on(p, NULL, &r);
		r.account = s->p->account;
		r.resource = slice_str("arn:aws:iam::000000000000:role/any");
		s->result.passes_any_role = evaluate(p, s, p->key_action[pass], &r) == ANSWER_YES;
	}
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
	for (size_t i = 0; i < p->n; i++)
		tell(p, &p->subjects[i]);
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
	map_free(&p->statements);
	map_free(&p->policies);
	map_free(&p->guards);
	map_free(&p->groups);
	map_free(&p->builtin);
	map_free(&p->resource_rules);
	map_free(&p->edge_sets);
	map_free(&p->account_trusts);
	managed_table_free(p->managed);
	actions_free(&p->actions);
	buf_free(&p->text);
	arena_free(&p->arena);
	free(p);
}

const struct privilege_identity *privilege_identity(const struct privilege *p, const struct aws_principal *who) {
	return who->index < p->n && p->subjects[who->index].p == who ? &p->subjects[who->index].result : NULL;
}

enum answer privilege_may(
	struct privilege *p, const struct aws_principal *who, struct slice action, struct slice resource) {
	const struct subject *s = &p->subjects[who->index];
	uint32_t i = action_find(&p->actions, action);
	struct request r;
	struct aws_arn arn;

	if (i == ACTION_NONE)
		return ANSWER_NO;
	if (resource.n > 1 && (memchr(resource.p, '*', resource.n) || memchr(resource.p, '?', resource.n)))
		return evaluate_some(p, s, i, resource);
	request_on(p, aws_find(p->estate, resource), &r);
	r.resource = resource;
	if (!r.target && aws_arn_parse(resource, &arn))
		r.account = arn.account;
	return evaluate(p, s, i, &r);
}

const struct privilege_trust *privilege_trusts(const struct privilege *p, size_t *n) {
	*n = p->trusts.n;
	return p->trusts.at;
}

struct aws_texts privilege_unknown_actions(const struct privilege *p) {
	return (struct aws_texts){p->actions.names + p->actions.known, p->actions.n - p->actions.known};
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
		buf_add_str(out, ") ");
		if (s->to)
			buf_add_slice(out, s->to->name);
		else
			buf_add_str(out, "administrator");
	}
	if (i->nchain && i->chain[i->nchain - 1].to)
		buf_add_str(out, ", administrator");
}
