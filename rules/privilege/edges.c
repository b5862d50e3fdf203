/* Edges between principals: who each one can take on or make an administrator, path by path. Principals whose statements on the actions of a path are
 * the same share one set of targets, so that the work grows with the kinds of principals, not with their square. What one does to itself is own.c's,
 * what follows from edges closure.c's. */
#include "rules/privilege/parts.h"

#include <stdlib.h>

#define NOT_ASKED      ((enum answer)3)
#define NEEDS_PASSWORD "whether the user has a password (credential report)"
#define NEEDS_PROFILE  "an instance profile for the role"

static void set_target(struct edge_set *e, uint32_t i, enum answer a, const char *needs) {
	if (a == ANSWER_NO)
		return;
	e->any = true;
	bit_add(e->maybe, i);
	e->any_proved |= a == ANSWER_YES;
	if (a == ANSWER_YES)
		bit_add(e->proved, i);
	else if (!e->needs)
		e->needs = needs ? needs : "a condition that the exports do not decide";
}

/* All actions of the path on one principal. */
static enum answer all_on_target(
	struct privilege *p, const struct subject *s, const struct privilege_path *path, const struct subject *t) {
	const struct path_keys *keys = &p->path_keys[path - privilege_paths];
	enum answer all = ANSWER_YES;

	for (size_t i = 0; i < keys->n && all != ANSWER_NO; i++)
		all = answer_min(all, act_by(p, s, keys->key[i], t->p));
	return all;
}

/* What must be true of the target itself. */
static enum answer fits(const struct privilege_path *path, const struct aws_principal *t, const char **needs) {
	enum aws_known wanted = path->how == CREATE_LOGIN ? AWS_NO : AWS_YES;

	switch (path->how) {
	case CREATE_KEY: /* AWS: two keys at most */
		return t->access_keys >= 2 ? ANSWER_NO : ANSWER_YES;
	case CREATE_LOGIN:
	case UPDATE_LOGIN:
		*needs = NEEDS_PASSWORD;
		return t->password == wanted ? ANSWER_YES : t->password == AWS_UNKNOWN ? ANSWER_MAYBE : ANSWER_NO;
	default:
		return ANSWER_YES;
	}
}

enum aws_kind kind_wanted(enum how how) {
	switch (how) {
	case WIDEN_USER:
	case CREATE_KEY:
	case ROTATE_KEY:
	case CREATE_LOGIN:
	case UPDATE_LOGIN:
		return AWS_USER;
	case WIDEN_GROUP:
		return AWS_GROUP;
	default:
		return AWS_ROLE;
	}
}

/* Members of a group, since a group is nobody. */
static void set_members(struct privilege *p, struct edge_set *e, const struct subject *group, enum answer a) {
	for (size_t k = 0; k < group->home->of[AWS_USER].n; k++) {
		uint32_t i = group->home->of[AWS_USER].at[k];
		const struct aws_principal *user = p->subjects[i].p;

		for (size_t g = 0; g < user->groups.n; g++)
			if (slice_eq(user->groups.at[g], group->p->name))
				set_target(e, i, answer_min(a, p->subjects[i].can_be_admin), NULL);
	}
}

/* *same: what all targets have in common, when it was asked. */
static void fill_one(struct privilege *p, const struct subject *s, struct edge_set *e, uint32_t i, enum answer *same) {
	const struct subject *t = &p->subjects[i];
	const char *needs = NULL;
	enum answer a;

	if (t->service_linked)
		return;
	a = fits(e->path, t->p, &needs);
	if (a == ANSWER_NO)
		return;
	if (*same == NOT_ASKED) {
		*same = all_on_target(p, s, e->path, t);
		if (*same != ANSWER_NO &&
			e->path->how == SET_TRUST) /* it names itself, and then must take the role on */
			*same = answer_min(*same, when_named(p, s, t));
	}
	a = answer_min(a, *same);
	if (a == ANSWER_NO)
		return;
	if (t->p->kind == AWS_GROUP)
		set_members(p, e, t, a);
	else
		set_target(e, i, e->widens ? answer_min(a, t->can_be_admin) : a, needs);
}

void fill_principal(struct privilege *p, const struct subject *s, struct edge_set *e, uint32_t i) {
	enum answer alone = NOT_ASKED;

	fill_one(p, s, e, i, &alone);
}

/* No statement on the actions asks for the target: what is said of one is said of all. */
static bool is_same_for_all(const struct privilege *p, const struct subject *s, const struct privilege_path *path) {
	const uint64_t *keys = p->path_keys[path - privilege_paths].decides;
	const struct stmts *lists[] = {&s->own, &s->fence};

	if (s->guard || p->estate->guardrails.n || p->resource_rules.n)
		return false;
	for (size_t l = 0; l < 2; l++) {
		for (size_t i = 0; i < lists[l]->n; i++) {
			const struct stmt *st = lists[l]->at[i];
			uint64_t concerned = 0;

			for (size_t w = 0; w < KEY_WORDS; w++)
				concerned |= st->keys[w] & keys[w];
			if (concerned && (!st->all_resources || !st->trivial))
				return false;
		}
	}
	return true;
}

/* The subject with those of its statements alone that decide about the path: many targets are asked about, of which most statements say nothing. */
static struct subject only_on(struct privilege *p, const struct subject *s, const struct privilege_path *path) {
	const uint64_t *keys = p->path_keys[path - privilege_paths].decides;
	struct subject few = *s;

	few.own.at = ARENA_NEW_N(&p->arena, const struct stmt *, s->own.n);
	few.own.n = 0;
	for (size_t i = 0; i < s->own.n; i++) {
		uint64_t concerned = 0;

		for (size_t w = 0; w < KEY_WORDS; w++)
			concerned |= s->own.at[i]->keys[w] & keys[w];
		if (concerned)
			few.own.at[few.own.n++] = s->own.at[i];
	}
	return few;
}

static void fill_principals(struct privilege *p, const struct subject *all, struct edge_set *e) {
	enum aws_kind kind = kind_wanted(e->path->how);
	bool alike = is_same_for_all(p, all, e->path);
	enum answer same = NOT_ASKED;
	const struct subject few = only_on(p, all, e->path), *s = &few;

	for (size_t k = 0; k < s->home->of[kind].n && same != ANSWER_NO; k++) {
		if (alike)
			fill_one(p, s, e, s->home->of[kind].at[k], &same);
		else
			fill_principal(p, s, e, s->home->of[kind].at[k]);
	}
}

/* AWS's own policies nobody can write, another account's nobody from here. */
static bool is_writable(const struct subject *s, const struct aws_managed *m) {
	struct aws_arn arn;

	return aws_arn_parse(m->arn, &arn) && slice_eq(arn.account, s->p->account);
}

enum answer on_policy(struct privilege *p, const struct subject *s, const char *action, const struct aws_managed *m) {
	size_t k = key_index(action);
	struct request r;

	if (!key_has(s->keys, k) || !is_writable(s, m))
		return ANSWER_NO;
	request_on(p, NULL, &r);
	r.resource = m->arn;
	return evaluate(p, s, p->key_action[k], &r);
}

static void fill_policies(struct privilege *p, const struct subject *s, struct edge_set *e) {
	for (size_t m = 0; m < p->estate->managed.n; m++) {
		const struct aws_managed *policy = p->estate->managed.at[m];
		const struct map_entry *held = map_get(&p->holders, policy->arn);
		const struct holders *h = held ? held->value.ptr : NULL;
		enum answer a = h ? on_policy(p, s, e->path->actions[0], policy) : ANSWER_NO;

		for (size_t i = 0; a != ANSWER_NO && i < h->who.n; i++)
			set_target(e, h->who.at[i], answer_min(a, p->subjects[h->who.at[i]].can_be_admin), NULL);
	}
}

/* Key actions on what they are for, worked out once for all whose statements on them are the same. */
static enum answer keys_answer(struct privilege *p, const struct subject *s, const size_t *of, size_t n) {
	uint64_t keys[KEY_WORDS] = {0};
	struct map_entry *e;

	for (size_t i = 0; i < n; i++)
		bit_add(keys, (uint32_t)of[i]);
	signature(p, s, keys, &p->text);
	buf_add(&p->text, keys, sizeof(keys));
	e = map_put(&p->key_answers, buf_slice(&p->text), NULL);
	if (e->value.num == 0)
		e->value.num = 1 + (uint64_t)evaluate_keys(p, s, of, n);
	return (enum answer)(e->value.num - 1);
}

/* Asked on one pattern of things, so that the actions must meet on one of them. */
static bool is_of_one_kind(size_t key) {
	const char *of = key_actions[key].resources;

	return of && strcmp(of, "*") != 0 && !strpbrk(of, " |");
}

/* Actions of the path other than passing the role, on what they are for. */
enum answer path_others(struct privilege *p, const struct subject *s, const struct privilege_path *path) {
	const struct path_keys *keys = &p->path_keys[path - privilege_paths];
	enum answer all = ANSWER_YES;
	bool done[PATH_ACTIONS_MAX] = {0};

	for (size_t i = 0; i < keys->n && all != ANSWER_NO; i++) {
		size_t same[PATH_ACTIONS_MAX] = {keys->key[i]}, n = 1;

		if (done[i] || strcmp(path->actions[i], "iam:PassRole") == 0)
			continue;
		for (size_t k = i + 1; k < keys->n && is_of_one_kind(same[0]); k++) {
			const char *of = key_actions[keys->key[k]].resources;

			if (of && strcmp(of, key_actions[same[0]].resources) == 0) {
				same[n++] = keys->key[k];
				done[k] = true;
			}
		}
		all = answer_min(all, keys_answer(p, s, same, n));
	}
	return all;
}

/* Roles that can be passed to the service: they trust it, and iam:PassRole takes them for it. Shared by all whose statements on iam:PassRole are the same. */
static const struct some *passable(struct privilege *p, const struct subject *s, struct slice service) {
	uint64_t keys[KEY_WORDS] = {0};
	size_t pass = key_index("iam:PassRole");
	const struct some *trusting;
	struct map_entry *e;
	struct some *out;

	bit_add(keys, (uint32_t)pass);
	if (p->asks_for_tags)
		add_tag_keys(keys);
	signature(p, s, keys, &p->text);
	buf_add_slice(&p->text, service);
	e = map_put(&p->passing, buf_slice(&p->text), NULL);
	if (e->value.ptr)
		return e->value.ptr;
	e->value.ptr = out = ARENA_NEW(&p->arena, struct some);
	trusting = roles_trusting(p, s->home, service);
	for (size_t i = 0; i < trusting->who.n; i++) {
		struct request r;
		enum answer a;

		request_on(p, p->subjects[trusting->who.at[i]].p, &r);
		r.passed_to = service;
		a = evaluate(p, s, p->key_action[pass], &r);
		if (a != ANSWER_YES &&
			slice_has_prefix(s->p->arn, "arn:aws-cn:")) { /* some services' names end so there */
			r.passed_to =
				slice_str(arena_printf(&p->arena, "%.*s.cn", (int)service.n, (const char *)service.p));
			a = answer_max(a, evaluate(p, s, p->key_action[pass], &r));
		}
		a = answer_min((enum answer)trusting->sure.at[i], a);
		if (a == ANSWER_NO)
			continue;
		VEC_PUSH(&out->who, trusting->who.at[i]);
		VEC_PUSH(&out->sure, (uint8_t)a);
	}
	return out;
}

static void fill_passed(struct privilege *p, const struct subject *s, struct edge_set *e) {
	enum answer rest = path_others(p, s, e->path);
	bool instance = strcmp(e->path->service, "ec2") == 0;
	const char *services = e->path->service;
	char name[128];

	while (rest != ANSWER_NO && next_service(&services, (struct slice){0}, name, sizeof(name))) {
		const struct some *roles = passable(p, s, slice_str(name));

		for (size_t i = 0; i < roles->who.n; i++) {
			const struct subject *t = &p->subjects[roles->who.at[i]];
			enum answer a = answer_min(rest, (enum answer)roles->sure.at[i]);
			const char *needs = e->path->needs;

			if (instance && t->p->instance_profiles.n == 0)
				needs = needs ? needs : NEEDS_PROFILE;
			set_target(e, roles->who.at[i], needs ? answer_min(a, ANSWER_MAYBE) : a, needs);
		}
	}
}

/* The role that a resource carries; through its instance profile for instances. */
static bool carries(const struct aws_carrier *c, const struct aws_principal *role) {
	if (slice_eq(c->role, role->arn))
		return true;
	for (size_t i = 0; i < role->instance_profiles.n; i++)
		if (slice_eq(c->role, role->instance_profiles.at[i]))
			return true;
	return false;
}

/* One of the patterns that '|' parts is of the carrier's service, so that the action is asked on the carrier itself. */
static bool is_of_service(struct slice group, struct slice service) {
	struct aws_arn wanted;

	while (group.n) {
		size_t end = slice_until(group, '|');

		if (aws_arn_parse(slice_sub(group, 0, end), &wanted) && slice_eq(wanted.service, service))
			return true;
		group = slice_sub(group, end + 1, group.n);
	}
	return false;
}

/* All actions of the path on a resource that is known to be there. What is asked on something else (a document, "*") is asked on that. */
static enum answer on_carrier(
	struct privilege *p, const struct subject *s, const struct privilege_path *path, const struct aws_carrier *c) {
	enum answer all = ANSWER_YES;
	struct aws_arn of = {0};
	bool whole = aws_arn_parse(c->arn, &of);

	for (size_t i = 0; path->actions[i] && all != ANSWER_NO; i++) {
		size_t k = key_index(path->actions[i]);
		struct slice rest = slice_str(key_actions[k].resources);
		bool others = false;

		while (rest.n && all != ANSWER_NO) {
			size_t end = slice_until(rest, ' ');
			struct request r;

			if (whole && is_of_service(slice_sub(rest, 0, end), of.service)) {
				request_on(p, NULL, &r);
				r.resource = c->arn;
				all = answer_min(
					all, key_has(s->keys, k) ? evaluate(p, s, p->key_action[k], &r) : ANSWER_NO);
			} else {
				others = true;
			}
			rest = slice_sub(rest, end + 1, rest.n);
		}
		if (others && all != ANSWER_NO)
			all = answer_min(all, evaluate_key(p, s, k));
	}
	return all;
}

static bool is_for(const struct privilege_path *path, const struct aws_carrier *c) {
	struct slice action = slice_str(path->actions[0]);
	ptrdiff_t colon = slice_find(action, slice_str(":"));

	if (slice_eq(slice_sub(action, 0, (size_t)colon), c->service))
		return true;
	/* Sessions, commands and keys go to instances. */
	return slice_eq(c->service, slice_str("ec2")) && strcmp(path->service, "ec2") == 0;
}

static void fill_existing(struct privilege *p, const struct subject *s, struct edge_set *e) {
	enum answer rest = path_others(p, s, e->path);
	const char *services = e->path->service, *needs = NULL;
	char name[128];

	for (size_t c = 0; rest != ANSWER_NO && c < p->estate->carriers.n; c++) {
		const struct aws_carrier *carrier = &p->estate->carriers.at[c];

		for (size_t k = 0; is_for(e->path, carrier) && k < s->home->of[AWS_ROLE].n; k++)
			if (carries(carrier, p->subjects[s->home->of[AWS_ROLE].at[k]].p))
				set_target(e, s->home->of[AWS_ROLE].at[k], on_carrier(p, s, e->path, carrier), NULL);
	}
	while (rest != ANSWER_NO && next_service(&services, (struct slice){0}, name, sizeof(name))) {
		const struct some *roles = roles_trusting(p, s->home, slice_str(name));

		needs = needs ? needs : arena_printf(&p->arena, "%s that carries the role", e->path->needs);
		for (size_t i = 0; i < roles->who.n; i++)
			if (!bit_has(e->proved, roles->who.at[i]))
				set_target(e, roles->who.at[i], ANSWER_MAYBE, needs);
	}
}

void edges_fill(struct privilege *p, const struct subject *s, struct edge_set *e) {
	switch (e->path->how) {
	case WIDEN_POLICY:
		fill_policies(p, s, e);
		break;
	case PASS:
		fill_passed(p, s, e);
		break;
	case EXISTING:
		fill_existing(p, s, e);
		break;
	case ASSUME:
		fill_assumed(p, s, e);
		break;
	default:
		fill_principals(p, s, e);
	}
}
