/* The decision for one request, in AWS's order: an explicit Deny anywhere, then every guardrail level, the boundary, the identity's own policies.
 * IAM User Guide: "Policy evaluation logic". Three values throughout. */
#include "rules/privilege/parts.h"
#include "rules/privilege/wild.h"

#include <stdlib.h>

/* How many places are tried when any resource will do. */
#define WITNESSES_MAX 64
/* … and how many pairs of patterns are met for that: hostile policies have thousands. */
#define MEETINGS_MAX 1024
#define FILLER	     "nhi0"

enum answer conditions_of(const struct stmt *st, const struct request *r, bool *chosen) {
	if (st->never)
		return ANSWER_NO;
	return st->trivial ? ANSWER_YES : conditions_hold(st->s, st->variables, r, chosen);
}

static enum answer pattern_takes(const struct stmt *st, struct slice pattern, const struct request *r) {
	struct buf text = {0};
	enum answer sure, m;

	if (!st->variables || !has_variables(pattern))
		return wild_match(pattern, r->resource) ? ANSWER_YES : ANSWER_NO;
	sure = variables_resolve(pattern, r, &text);
	m = sure != ANSWER_NO && wild_match(buf_slice(&text), r->resource) ? sure : ANSWER_NO;
	buf_free(&text);
	return m;
}

static enum answer resources_take(const struct stmt *st, const struct request *r) {
	enum answer best = ANSWER_NO;

	if (st->all_resources)
		return ANSWER_YES;
	for (size_t i = 0; i < st->s->resources.n && best != ANSWER_YES; i++)
		best = answer_max(best, pattern_takes(st, st->s->resources.at[i], r));
	return st->s->not_resource ? (enum answer)(ANSWER_YES - best) : best;
}

enum answer statements_say(
	const struct stmts *list, uint32_t action, const struct request *r, bool allow, bool *chosen) {
	enum answer best = ANSWER_NO;

	for (size_t i = 0; i < list->n && best != ANSWER_YES; i++) {
		const struct stmt *st = list->at[i];
		bool rests = false;
		enum answer a;

		if (st->allow != allow ||
			!(r->key != KEY_OF_NONE ? key_has(st->keys, r->key) : action_set_has(st->actions, action)))
			continue;
		a = resources_take(st, r);
		if (a != ANSWER_NO)
			a = answer_min(a, conditions_of(st, r, &rests));
		if (a > best) {
			best = a;
			*chosen = rests;
		} else if (!allow && rests) {
			*chosen = true; /* a Deny that was avoided by a choice */
		}
	}
	return best;
}

/* Services of which resources IAM answers for itself in one region. */
static bool is_global(struct slice action) {
	static const char *const services[] = {"iam:", "organizations:", "account:", "route53:", "cloudfront:"};

	for (size_t i = 0; i < sizeof(services) / sizeof(*services); i++)
		if (slice_has_prefix(action, services[i]))
			return true;
	return false;
}

void request_on(const struct privilege *p, const struct aws_principal *target, struct request *r) {
	memset(r, 0, sizeof(*r));
	r->key = KEY_OF_NONE;
	r->estate = p->estate;
	r->as_of = p->options.as_of;
	if (target) {
		r->target = target;
		r->resource = target->arn;
		r->account = target->account;
	}
}

/* Resource control policies hold over these services only (rcpSupportedServices of iam-data has more that no path here needs). */
static bool resource_controlled(struct slice action) {
	static const char *const services[] = {"sts:", "s3:", "kms:", "sqs:", "secretsmanager:", "dynamodb:", "ecr:",
		"logs:", "codebuild:", "cognito-identity:", "gamelift:", "autoscaling:", "events:"};

	for (size_t i = 0; i < sizeof(services) / sizeof(*services); i++)
		if (slice_has_prefix(action, services[i]))
			return true;
	return false;
}

static void weigh_guard(struct privilege *p, const struct subject *s, uint32_t action, struct request *r,
	struct verdict *v, bool *denied_by_choice) {
	bool chosen;

	for (size_t i = 0; s->guard && i < s->guard->levels.n; i++) {
		const struct stmts *level = &s->guard->levels.at[i];

		v->denied = answer_max(v->denied, statements_say(level, action, r, false, denied_by_choice));
		v->fenced = answer_min(v->fenced, statements_say(level, action, r, true, &chosen));
	}
	if (s->guard && s->guard->incomplete)
		v->fenced = answer_min(v->fenced, ANSWER_MAYBE);
	if (p->estate->guardrails.n && r->account.n && resource_controlled(r->action)) {
		const struct guard *g = guard_of(p, r->account);
		const struct stmts list = {g->resource_control.at, g->resource_control.n};

		v->denied = answer_max(v->denied, statements_say(&list, action, r, false, denied_by_choice));
	}
}

struct verdict weigh(struct privilege *p, const struct subject *s, uint32_t action, struct request *r) {
	struct verdict v = {ANSWER_NO, ANSWER_NO, ANSWER_YES};
	bool chosen = false, avoided = false;

	r->who = s->p;
	r->action = p->actions.names[action];
	r->key = p->key_by_action[action];
	let_tag(p, s, r);
	r->no_region = is_global(r->action) && slice_has_prefix(s->p->arn, "arn:aws:");
	if (!r->account.n)
		r->account = s->p->account;
	v.denied = statements_say(&s->own, action, r, false, &avoided);
	v.allowed = statements_say(&s->own, action, r, true, &chosen);
	if (s->boundary == BOUNDARY_KNOWN) {
		bool unused;

		v.denied = answer_max(v.denied, statements_say(&s->fence, action, r, false, &avoided));
		v.fenced = statements_say(&s->fence, action, r, true, &unused);
	} else if (s->boundary == BOUNDARY_UNKNOWN) {
		v.fenced = ANSWER_MAYBE;
	}
	weigh_guard(p, s, action, r, &v, &avoided);
	if (chosen && avoided) /* the same choice would have to serve both */
		v.denied = answer_max(v.denied, ANSWER_MAYBE);
	return v;
}

static enum answer settle(const struct verdict *v, enum answer allowed) {
	enum answer a = answer_min(allowed, v->fenced);

	if (v->denied == ANSWER_YES)
		return ANSWER_NO;
	return v->denied == ANSWER_MAYBE ? answer_min(a, ANSWER_MAYBE) : a;
}

/* The policy on the resource itself: its denials count; what it allows to the principal by name counts in its own account. */
static void weigh_resource(
	struct privilege *p, const struct subject *s, uint32_t action, struct request *r, struct verdict *v) {
	const struct map_entry *e = p->resource_rules.n ? map_get(&p->resource_rules, r->resource) : NULL;
	const struct stmts *rules = e ? e->value.ptr : NULL;

	for (size_t i = 0; rules && i < rules->n; i++) {
		const struct stmt *st = rules->at[i];
		bool direct, chosen = false;
		enum answer a = who_is(st->s, s->p, &direct);

		if (a == ANSWER_NO || !action_set_has(st->actions, action))
			continue;
		a = answer_min(a, answer_min(resources_take(st, r), conditions_of(st, r, &chosen)));
		if (!st->allow)
			v->denied = answer_max(v->denied, a);
		else if (direct && slice_eq(s->p->account, r->account))
			v->allowed = answer_max(v->allowed, a);
	}
}

enum answer evaluate(struct privilege *p, const struct subject *s, uint32_t action, struct request *r) {
	struct verdict v;

	if (action == ACTION_NONE)
		return ANSWER_NO;
	/* What no statement of its own allows, only a policy on the resource can. */
	if (s->possible && p->resource_rules.n == 0 && !bit_has(s->possible, action))
		return ANSWER_NO;
	v = weigh(p, s, action, r);
	weigh_resource(p, s, action, r, &v);
	return settle(&v, v.allowed);
}

/* Patterns gathered step by step: places that the query, a statement of the identity and one of each fence have in common. */
typedef VEC(struct slice) patterns;

static bool is_full(const patterns *p, size_t tried) {
	return p->n >= WITNESSES_MAX || tried >= MEETINGS_MAX;
}

/* Where two patterns meet; empty: nowhere. The same few patterns meet again and again. */
static struct slice meeting(struct privilege *p, struct slice a, struct slice b) {
	struct buf key = {0}, both = {0};
	struct map_entry *e;
	struct slice *kept;
	bool added;

	buf_add_slice(&key, a);
	buf_add_byte(&key, 0);
	buf_add_slice(&key, b);
	e = map_put(&p->meetings, buf_slice(&key), &added);
	if (added) {
		e->value.ptr = kept = ARENA_NEW(&p->arena, struct slice);
		if (arn_meet(a, b, &both))
			*kept = arena_copy(&p->arena, buf_slice(&both));
	}
	kept = e->value.ptr;
	buf_free(&key);
	buf_free(&both);
	return *kept;
}

static void meet_all(struct privilege *p, const struct subject *s, const struct stmts *list, uint32_t action,
	const patterns *in, patterns *out, bool *cut) {
	struct request r;
	size_t tried = 0;
	struct buf text = {0};

	request_on(p, NULL, &r);
	r.who = s->p;
	r.account = s->p->account;
	for (size_t i = 0; i < list->n; i++) {
		const struct stmt *st = list->at[i];

		if (!st->allow || !action_set_has(st->actions, action))
			continue;
		for (size_t k = 0; k < in->n; k++) {
			if (is_full(out, tried)) {
				*cut = true;
				break;
			}
			if (st->all_resources || st->s->not_resource) {
				VEC_PUSH(out, in->at[k]);
				continue;
			}
			for (size_t q = 0; q < st->s->resources.n; q++, tried++) {
				struct slice where;

				if (is_full(out, tried)) {
					*cut = true;
					break;
				}
				buf_clear(&text);

				if (!st->variables)
					buf_add_slice(&text, st->s->resources.at[q]);
				else if (variables_resolve(st->s->resources.at[q], &r, &text) == ANSWER_NO)
					continue;
				where = meeting(p, in->at[k], buf_slice(&text));
				if (where.n)
					VEC_PUSH(out, where);
			}
		}
	}
	buf_free(&text);
}

/* Narrows `*set` to what the list leaves. */
static void narrow(struct privilege *p, const struct subject *s, const struct stmts *list, uint32_t action,
	patterns *set, bool *cut) {
	patterns out = {0};

	meet_all(p, s, list, action, set, &out, cut);
	VEC_FREE(set);
	set->at = out.at;
	set->n = out.n;
	set->cap = out.cap;
}

enum answer evaluate_together(struct privilege *p, const struct subject *s, const uint32_t *actions, size_t n,
	struct slice pattern, resource_answer ask, const void *x) {
	static const char *const fillers[] = {FILLER, "a/b", "zz9"};
	struct buf policy = {0};
	patterns set = {0};
	enum answer best = ANSWER_NO;
	bool cut = false;

	fill_in(s, slice_str("arn:P:iam::aws:policy/AdministratorAccess"), &policy);
	VEC_PUSH(&set, pattern);
	for (size_t a = 0; a < n; a++) {
		narrow(p, s, &s->own, actions[a], &set, &cut);
		if (s->boundary == BOUNDARY_KNOWN)
			narrow(p, s, &s->fence, actions[a], &set, &cut);
		for (size_t i = 0; s->guard && i < s->guard->levels.n; i++)
			narrow(p, s, &s->guard->levels.at[i], actions[a], &set, &cut);
	}
	for (size_t i = 0; i < set.n && best != ANSWER_YES; i++) {
		for (size_t f = 0; f < sizeof(fillers) / sizeof(*fillers) && best != ANSWER_YES; f++) {
			enum answer all = ANSWER_YES;
			struct buf text = {0};

			wild_example(set.at[i], fillers[f], &text);
			for (size_t a = 0; a < n && all != ANSWER_NO; a++) {
				struct request r;

				request_on(p, NULL, &r);
				r.resource = buf_slice(&text);
				if (ask) { /* nothing of the kind is there yet, and what is made carries no boundary */
					r.boundary_given = true;
					r.policy_arn = buf_slice(&policy);
				}
				all = answer_min(all, evaluate(p, s, actions[a], &r));
			}
			if (ask && all != ANSWER_NO)
				all = answer_min(all, ask(p, s, buf_slice(&text), x));
			best = answer_max(best, all);
			buf_free(&text);
			if (!wild_is(set.at[i]))
				break;
		}
	}
	p->limits.searches += cut && best == ANSWER_NO;
	VEC_FREE(&set);
	buf_free(&policy);
	return best;
}

enum answer evaluate_some(struct privilege *p, const struct subject *s, uint32_t action, struct slice pattern) {
	return evaluate_together(p, s, &action, 1, pattern, NULL, NULL);
}

struct slice fill_in(const struct subject *s, struct slice template, struct buf *out) {
	struct aws_arn arn;
	bool whole = aws_arn_parse(s->p->arn, &arn);
	int colons = 0;

	buf_clear(out);
	for (size_t i = 0; i < template.n; i++) {
		colons += template.p[i] == ':';
		if (template.p[i] == 'P' && colons == 1 && whole)
			buf_add_slice(out, arn.partition);
		else if (template.p[i] == 'A' && colons == 4 && whole && template.p[i - 1] == ':')
			buf_add_slice(out, arn.account);
		else
			buf_add_byte(out, template.p[i]);
	}
	return buf_slice(out);
}

/* An action without resources is asked on "*": only a statement on everything takes it. */
static enum answer on_star(struct privilege *p, const struct subject *s, uint32_t action) {
	struct request r;

	request_on(p, NULL, &r);
	r.resource = slice_str("*");
	return evaluate(p, s, action, &r);
}

/* Allowed on everything without a question, and nothing else has a say: most of what is allowed is so. */
static bool is_plain(const struct privilege *p, const struct subject *s, size_t key) {
	bool allowed = false;

	if (s->boundary != BOUNDARY_NONE || s->guard || p->estate->guardrails.n || p->resource_rules.n)
		return false;
	for (size_t i = 0; i < s->own.n; i++) {
		const struct stmt *st = s->own.at[i];

		if (!key_has(st->keys, key))
			continue;
		if (!st->allow)
			return false;
		allowed |= st->all_resources && st->trivial;
	}
	return allowed;
}

/* One of the patterns that '|' parts. */
static enum answer on_one_of(struct privilege *p, const struct subject *s, size_t key, struct slice group) {
	enum answer best = ANSWER_NO;
	struct buf pattern = {0};

	while (group.n && best != ANSWER_YES) {
		size_t end = slice_until(group, '|');
		struct slice one = slice_sub(group, 0, end);

		best = answer_max(best, slice_eq(one, slice_str("*"))
						? on_star(p, s, p->key_action[key])
						: evaluate_some(p, s, p->key_action[key], fill_in(s, one, &pattern)));
		group = slice_sub(group, end + 1, group.n);
	}
	buf_free(&pattern);
	return best;
}

enum answer evaluate_key(struct privilege *p, const struct subject *s, size_t key) {
	struct slice rest = slice_str(key_actions[key].resources ? key_actions[key].resources : "*");
	enum answer all = ANSWER_YES;

	if (p->key_action[key] == ACTION_NONE || !key_has(s->keys, key))
		return ANSWER_NO;
	if (is_plain(p, s, key))
		return ANSWER_YES;
	while (rest.n && all != ANSWER_NO) {
		size_t end = slice_until(rest, ' ');

		all = answer_min(all, on_one_of(p, s, key, slice_sub(rest, 0, end)));
		rest = slice_sub(rest, end + 1, rest.n);
	}
	return all;
}

/* Several actions of one way on one and the same thing: what is made must be what is then started. */
enum answer evaluate_keys(struct privilege *p, const struct subject *s, const size_t *keys, size_t n) {
	const char *pattern = key_actions[keys[0]].resources;
	uint32_t actions[PATH_ACTIONS_MAX];
	enum answer all = ANSWER_YES;
	bool plain = true;

	for (size_t i = 0; i < n && all != ANSWER_NO; i++) {
		all = answer_min(all, evaluate_key(p, s, keys[i]));
		plain &= is_plain(p, s, keys[i]);
		actions[i] = p->key_action[keys[i]];
	}
	if (n > 1 && !plain && all != ANSWER_NO) {
		struct buf text = {0};

		all = answer_min(
			all, evaluate_together(p, s, actions, n, fill_in(s, slice_str(pattern), &text), NULL, NULL));
		buf_free(&text);
	}
	return all;
}
