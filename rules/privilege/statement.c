/* Policy documents into statements ready for evaluation, each content once: the same statement in a thousand policies is one. Whose they are is
 * subject.c's. */
#include "rules/privilege/parts.h"
#include "rules/privilege/wild.h"

/* Bounds of one document that is evaluated. AWS takes 10,240 bytes of inline policy and 6,144 of managed. */
#define STATEMENTS_MAX 2000

void learn_policy(struct privilege *p, const struct aws_policy *policy) {
	for (size_t i = 0; policy && i < policy->n; i++)
		for (size_t k = 0; k < policy->statements[i].actions.n; k++)
			action_learn(&p->actions, policy->statements[i].actions.at[k]);
}

static void add_texts(struct buf *b, struct aws_texts t) {
	for (size_t i = 0; i < t.n; i++) {
		buf_add_slice(b, t.at[i]);
		buf_add_byte(b, 0);
	}
	buf_add_byte(b, 1);
}

/* All that decides about a statement. */
static void content(const struct aws_statement *s, bool variables, struct buf *b) {
	const uint8_t flags[] = {
		s->allow, s->not_action, s->not_resource, s->not_who, s->has_resource, s->has_who, variables};

	buf_clear(b);
	buf_add(b, flags, sizeof(flags));
	add_texts(b, s->actions);
	add_texts(b, s->resources);
	for (size_t i = 0; i < s->nwho; i++)
		add_texts(b, (struct aws_texts){(const struct slice[]){s->who[i].type, s->who[i].value}, 2});
	for (size_t i = 0; i < s->nconditions; i++) {
		add_texts(b, (struct aws_texts){(const struct slice[]){s->conditions[i].op, s->conditions[i].key}, 2});
		add_texts(b, s->conditions[i].values);
	}
}

static bool takes_all_resources(const struct aws_statement *s) {
	if (!s->has_resource)
		return true;
	for (size_t i = 0; !s->not_resource && i < s->resources.n; i++)
		if (slice_eq(s->resources.at[i], slice_str("*")))
			return true;
	return false;
}

/* Allowed on all ARNs of a partition, or on all but some that are named closely. */
static bool is_broad(const struct aws_statement *s) {
	static const char *const all[] = {"arn:aws:*", "arn:aws-cn:*", "arn:aws-us-gov:*"};
	static const char *const iam[] = {"arn:aws:iam::*:*", "arn:aws-cn:iam::*:*", "arn:aws-us-gov:iam::*:*"};
	bool covered = false;

	for (size_t i = 0; i < s->resources.n; i++)
		for (size_t k = 0; k < sizeof(all) / sizeof(*all); k++)
			covered |= wild_covers(s->resources.at[i], slice_str(s->not_resource ? iam[k] : all[k]));
	return s->allow && s->has_resource && covered != s->not_resource;
}

static bool has_variables_in(struct aws_texts t) {
	for (size_t i = 0; i < t.n; i++)
		if (has_variables(t.at[i]))
			return true;
	return false;
}

static bool is_personal(const struct aws_statement *s, bool variables) {
	return (variables && has_variables_in(s->resources)) || conditions_are_personal(s);
}

/* Which key actions are in the set: few sets serve all statements. */
static const uint64_t *keys_of(struct privilege *p, const struct action_set *set) {
	bool added;
	struct map_entry *e = map_put(&p->set_keys, slice_of(&set, sizeof(set)), &added);
	uint64_t *keys = e->value.ptr;

	if (!added)
		return keys;
	e->value.ptr = keys = ARENA_NEW_N(&p->arena, uint64_t, KEY_WORDS);
	for (size_t k = 0; k < nkey_actions; k++)
		if (p->key_action[k] != ACTION_NONE && action_set_has(set, p->key_action[k]))
			bit_add(keys, (uint32_t)k);
	return keys;
}

static const struct stmt *statement_of(struct privilege *p, const struct aws_statement *s, bool variables) {
	struct map_entry *e;
	struct stmt *st;
	bool added;

	content(s, variables, &p->text);
	e = map_put(&p->statements, buf_slice(&p->text), &added);
	if (!added)
		return e->value.ptr;
	e->value.ptr = st = ARENA_NEW(&p->arena, struct stmt);
	st->s = s;
	st->actions = action_set_of(&p->actions, s->actions.at, s->actions.n, s->not_action);
	memcpy(st->keys, keys_of(p, st->actions), sizeof(st->keys));
	st->id = p->nstatements++;
	st->allow = s->allow;
	st->variables = variables;
	st->all_resources = takes_all_resources(s);
	st->personal = is_personal(s, variables);
	st->one_of_a_kind =
		st->personal && (conditions_have_variables(s) || (variables && has_variables_in(s->resources)));
	st->broad = st->all_resources || is_broad(s);
	st->trivial = s->nconditions == 0;
	st->tags = conditions_ask_for_tags(s);
	p->asks_for_tags |= st->tags;
	st->never = conditions_contradict(s);
	return st;
}

const struct stmts *policy_stmts(struct privilege *p, const struct aws_policy *policy) {
	struct map_entry *e = map_put(&p->policies, slice_of(&policy, sizeof(policy)), NULL);
	struct stmts *out = e->value.ptr;
	size_t n = policy->n < STATEMENTS_MAX ? policy->n : STATEMENTS_MAX;

	if (out)
		return out;
	p->limits.documents += n < policy->n;
	e->value.ptr = out = ARENA_NEW(&p->arena, struct stmts);
	out->at = ARENA_NEW_N(&p->arena, const struct stmt *, n);
	for (size_t i = 0; i < n; i++)
		out->at[out->n++] = statement_of(p, &policy->statements[i], policy->variables);
	return out;
}

const struct aws_policy *managed_document(struct privilege *p, struct slice arn) {
	const struct map_entry *e = map_get(&p->estate->managed_by_arn, arn);
	struct aws_managed *m = e ? e->value.ptr : NULL;
	const struct aws_policy *policy = m ? aws_default_document(m) : NULL;
	struct slice text;

	if (policy)
		return policy;
	e = map_get(&p->builtin, arn);
	if (e)
		return e->value.ptr;
	if (!p->managed)
		p->managed = managed_table_load();
	text = managed_table_find(p->managed, arn);
	if (text.n)
		policy = aws_policy_parse(p->estate, text, NULL);
	map_put(&p->builtin, arn, NULL)->value.ptr = (void *)policy;
	return policy;
}
