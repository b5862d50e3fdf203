/* Steps that make a principal more than it is without anybody else: its own policies, groups, boundary. */
#include "rules/privilege/parts.h"

#include <stdlib.h>

#define NEEDS_CONDITION "a condition that the exports do not decide"

void own_step(struct subject *s, const struct privilege_path *path, enum answer a, const char *needs) {
	if (a != ANSWER_NO)
		VEC_PUSH(&s->steps, ((struct privilege_step){s->p, NULL, path, a,
					    a == ANSWER_YES ? NULL
					    : needs	    ? needs
							    : NEEDS_CONDITION}));
}

/* More than it holds, and no administrator: the step leads to itself. */
static void gain_step(struct subject *s, const struct privilege_path *path, enum answer a) {
	VEC_PUSH(&s->steps, ((struct privilege_step){s->p, s->p, path, a, a == ANSWER_YES ? NULL : NEEDS_CONDITION}));
}

/* Nothing that makes an administrator by itself: with what it holds, perhaps, or just more than it holds. Then the step leads to itself. */
static enum answer attach_what_it_may(struct privilege *p, struct subject *s, const struct privilege_path *path) {
	struct attached a = attach_to_itself(p, s, key_index(path->actions[0]));

	if (a.admin == ANSWER_NO && a.more != ANSWER_NO)
		gain_step(s, path, a.more);
	return a.admin;
}

/* Writes what it holds: as far as boundary and guardrails let it. */
static void widen_own(struct privilege *p, struct subject *s, const struct privilege_path *path, enum aws_kind kind) {
	enum answer best = ANSWER_NO;
	const char *needs = NULL;

	if (kind == AWS_GROUP) {
		for (size_t i = 0; i < s->p->groups.n; i++) {
			const struct aws_principal *g = group_of(p, s->p, s->p->groups.at[i]);

			if (g)
				best = answer_max(best, act_on(p, s, path->actions[0], g));
		}
		/* Whoever is in a group that it writes, and joins hands with it. */
		for (size_t i = 0; best == ANSWER_NO && i < s->home->of[AWS_GROUP].n; i++) {
			needs = "membership of a group that it can write";
			best = answer_min(ANSWER_MAYBE,
				act_on(p, s, path->actions[0], p->subjects[s->home->of[AWS_GROUP].at[i]].p));
		}
	} else if (s->p->kind == kind) {
		best = act_on(p, s, path->actions[0], s->p);
		if (best == ANSWER_NO && strncmp(path->actions[0], "iam:Attach", strlen("iam:Attach")) == 0)
			best = attach_what_it_may(p, s, path);
	}
	own_step(s, path, answer_min(best, s->can_be_admin), needs);
}

/* The policies of a principal and of its groups, one after the other. */
static size_t held_n(const struct privilege *p, const struct aws_principal *who) {
	size_t n = who->attached.n;

	for (size_t i = 0; i < who->groups.n; i++) {
		const struct aws_principal *g = group_of(p, who, who->groups.at[i]);

		n += g ? g->attached.n : 0;
	}
	return n;
}

static const struct aws_managed *held(const struct privilege *p, const struct aws_principal *who, size_t at) {
	const struct aws_principal *holder = who;
	const struct map_entry *e;

	for (size_t i = 0; at >= holder->attached.n && i < who->groups.n; i++) {
		const struct aws_principal *g = group_of(p, who, who->groups.at[i]);

		if (!g)
			continue;
		at -= holder->attached.n;
		holder = g;
	}
	e = at < holder->attached.n ? map_get(&p->estate->managed_by_arn, holder->attached.at[at].arn) : NULL;
	return e ? e->value.ptr : NULL;
}

static enum answer admin_with(
	struct privilege *p, const struct subject *s, const struct stmts *own, bool no_boundary, bool *more) {
	struct subject v;
	enum answer a;

	subject_variant(p, s, own, no_boundary, &v);
	a = v.admin;
	*more = subject_has_more(p, &v, s);
	subject_free(&v);
	return a;
}

/* Writes its own boundary, when that is a policy of the account. */
static enum answer widen_fence(struct privilege *p, struct subject *s, const struct privilege_path *path) {
	const struct map_entry *e = s->p->boundary.n ? map_get(&p->estate->managed_by_arn, s->p->boundary) : NULL;
	enum answer a = e ? on_policy(p, s, path->actions[0], e->value.ptr) : ANSWER_NO;
	bool more;

	return a == ANSWER_NO ? ANSWER_NO : answer_min(a, admin_with(p, s, NULL, true, &more));
}

static void widen_policy(struct privilege *p, struct subject *s, const struct privilege_path *path) {
	enum answer best = ANSWER_NO;

	for (size_t i = 0; i < held_n(p, s->p); i++) {
		const struct aws_managed *m = held(p, s->p, i);

		if (m)
			best = answer_max(best, on_policy(p, s, path->actions[0], m));
	}
	own_step(s, path, answer_max(answer_min(best, s->can_be_admin), widen_fence(p, s, path)), NULL);
}

/* The statements of `s` with those of one document in place of another's. */
static struct stmts exchanged(
	struct privilege *p, const struct subject *s, const struct aws_policy *out, const struct aws_policy *in) {
	const struct stmts *drop = policy_stmts(p, out), *add = policy_stmts(p, in);
	struct stmts own = {ARENA_NEW_N(&p->arena, const struct stmt *, s->own.n + add->n), 0};

	for (size_t i = 0; i < s->own.n; i++) {
		bool dropped = false;

		for (size_t k = 0; k < drop->n; k++)
			dropped |= drop->at[k] == s->own.at[i];
		if (!dropped)
			own.at[own.n++] = s->own.at[i];
	}
	for (size_t k = 0; k < add->n; k++)
		own.at[own.n++] = add->at[k];
	return own;
}

/* Another version of a policy it holds makes it administrator. */
static void default_version(struct privilege *p, struct subject *s, const struct privilege_path *path) {
	enum answer best = ANSWER_NO, writes = ANSWER_NO, gain = ANSWER_NO;
	bool more;

	for (size_t m = 0; m < held_n(p, s->p); m++) {
		const struct aws_managed *policy = held(p, s->p, m);
		const struct aws_policy *now = policy ? aws_default_document(policy) : NULL;
		enum answer a = policy ? on_policy(p, s, path->actions[0], policy) : ANSWER_NO;

		writes = answer_max(writes, a);
		for (size_t v = 0; a != ANSWER_NO && now && v < policy->versions.n; v++) {
			const struct aws_policy *other = policy->versions.at[v].policy;
			struct stmts own;

			if (!other || other == now)
				continue;
			own = exchanged(p, s, now, other);
			best = answer_max(best, answer_min(a, admin_with(p, s, &own, false, &more)));
			gain = more ? answer_max(gain, a) : gain;
		}
	}
	if (best == ANSWER_NO && gain != ANSWER_NO)
		gain_step(s, path, gain);
	if (best == ANSWER_NO)
		best = answer_min(answer_min(writes, s->can_be_admin), ANSWER_MAYBE);
	own_step(s, path, best, "a version of a policy it holds that allows more");
}

static bool is_member(const struct privilege *p, const struct aws_principal *user, const struct aws_principal *group) {
	for (size_t i = 0; i < user->groups.n; i++)
		if (group_of(p, user, user->groups.at[i]) == group)
			return true;
	return false;
}

struct stmts stmts_joined(struct privilege *p, const struct stmts *a, const struct stmts *b) {
	struct stmts s = {ARENA_NEW_N(&p->arena, const struct stmt *, a->n + b->n), a->n + b->n};

	if (a->n)
		memcpy(s.at, a->at, a->n * sizeof(*s.at));
	if (b->n)
		memcpy(s.at + a->n, b->at, b->n * sizeof(*s.at));
	return s;
}

/* Whoever may write the group that it joins. */
static enum answer writes_group(struct privilege *p, const struct subject *s, const struct aws_principal *g) {
	return answer_min(s->can_be_admin,
		answer_max(act_on(p, s, "iam:PutGroupPolicy", g), act_on(p, s, "iam:AttachGroupPolicy", g)));
}

/* The step leads to the group when it does not make an administrator, so that what is gained can be said. */
static void add_to_group(struct privilege *p, struct subject *s, const struct privilege_path *path) {
	enum answer best = ANSWER_NO, gain = ANSWER_NO;
	const struct aws_principal *to = NULL;
	bool more;

	for (size_t i = 0; i < s->home->of[AWS_GROUP].n; i++) {
		const struct subject *g = &p->subjects[s->home->of[AWS_GROUP].at[i]];
		struct stmts own;
		enum answer a, admin;

		if (s->joining || is_member(p, s->p, g->p))
			continue;
		a = act_on(p, s, path->actions[0], g->p);
		if (a == ANSWER_NO)
			continue;
		own = stmts_joined(p, &s->own, &g->own);
		admin = answer_min(a, answer_max(admin_with(p, s, &own, false, &more), writes_group(p, s, g->p)));
		best = answer_max(best, admin);
		if (more && a > gain) {
			gain = a;
			to = g->p;
		}
	}
	if (s->p->kind != AWS_USER) /* a role is in no group: it can put in a user that is its own otherwise */
		own_step(s, path, answer_min(answer_max(best, gain), ANSWER_MAYBE),
			"a user of its own to put into the group");
	else if (best != ANSWER_NO)
		own_step(s, path, best, NULL);
	else if (gain != ANSWER_NO)
		VEC_PUSH(&s->steps,
			((struct privilege_step){s->p, to, path, gain, gain == ANSWER_YES ? NULL : NEEDS_CONDITION}));
}

/* Groups beyond this are not looked behind for one user. */
#define JOINED_MAX 32

/* The steps and targets of `v`, who is `s` within the group. */
static void take_over(struct privilege *p, struct subject *s, const struct subject *v,
	const struct aws_principal *group, enum answer a) {
	const char *after =
		arena_printf(&p->arena, "joining the group %.*s", (int)group->name.n, (const char *)group->name.p);

	for (size_t i = 0; i < v->steps.n; i++)
		if (!v->steps.at[i].to)
			VEC_PUSH(&s->steps, ((struct privilege_step){s->p, NULL, v->steps.at[i].path,
						    answer_min(a, v->steps.at[i].certainty), after}));
	for (size_t i = 0; i < v->edges.n; i++) {
		struct edge_set *e = v->edges.at[i], *copy;
		bool has = false;

		for (size_t k = 0; k < s->edges.n; k++)
			has |= s->edges.at[k] == e;
		if (has)
			continue;
		copy = ARENA_NEW(&p->arena, struct edge_set);
		*copy = *e;
		copy->after = after;
		if (a != ANSWER_YES) {
			copy->proved = p->empty;
			copy->any_proved = false;
			copy->needs = NEEDS_CONDITION;
		}
		VEC_PUSH(&s->edges, copy);
	}
}

void join_groups(struct privilege *p, struct subject *s) {
	size_t looked = 0;

	for (size_t i = 0; i < s->home->of[AWS_GROUP].n; i++) {
		const struct subject *g = &p->subjects[s->home->of[AWS_GROUP].at[i]];
		enum answer a = is_member(p, s->p, g->p) ? ANSWER_NO : act_on(p, s, "iam:AddUserToGroup", g->p);
		struct subject v;
		struct stmts own;
		bool more = false;

		for (size_t w = 0; w < KEY_WORDS; w++)
			more |= (g->keys[w] & ~s->keys[w]) != 0;
		if (a == ANSWER_NO || !more)
			continue;
		if (looked++ == JOINED_MAX) {
			p->limits.groups++;
			return;
		}
		own = stmts_joined(p, &s->own, &g->own);
		subject_variant(p, s, &own, false, &v);
		v.joining = true;
		if (v.admin != ANSWER_YES) /* that one is a step already */
			follow_paths(p, &v);
		take_over(p, s, &v, g->p, a);
		subject_free(&v);
	}
}

static void permission_sets(struct privilege *p, struct subject *s, const struct privilege_path *path) {
	enum answer all = ANSWER_YES;

	for (size_t i = 0; path->actions[i]; i++)
		all = answer_min(all, evaluate_key(p, s, key_index(path->actions[i])));
	own_step(s, path, answer_min(all, ANSWER_MAYBE), path->needs);
}

/* An export of users alone has no roles to pass or to find: what they allow cannot be told. */
static void unseen_roles(struct privilege *p, struct subject *s, const struct privilege_path *path) {
	enum answer all;

	if (s->home->of[AWS_ROLE].n)
		return;
	all = path_others(p, s, path);
	if (all != ANSWER_NO && path->how == PASS) {
		struct buf pattern = {0};

		all = answer_min(all, evaluate_some(p, s, p->key_action[key_index("iam:PassRole")],
					      fill_in(s, slice_str("arn:P:iam::A:role/*"), &pattern)));
		buf_free(&pattern);
	}
	own_step(s, path, answer_min(all, ANSWER_MAYBE), "a role of more power, and the exports hold no role at all");
}

void own_steps(struct privilege *p, struct subject *s, const struct privilege_path *path) {
	switch (path->how) {
	case WIDEN_USER:
		widen_own(p, s, path, AWS_USER);
		break;
	case WIDEN_ROLE:
		widen_own(p, s, path, AWS_ROLE);
		break;
	case WIDEN_GROUP:
		widen_own(p, s, path, AWS_GROUP);
		break;
	case WIDEN_POLICY:
		widen_policy(p, s, path);
		break;
	case DEFAULT_VERSION:
		default_version(p, s, path);
		break;
	case ADD_TO_GROUP:
		add_to_group(p, s, path);
		break;
	case SSO:
		permission_sets(p, s, path);
		break;
	case PASS:
	case EXISTING:
		unseen_roles(p, s, path);
		break;
	case DROP_USER_BOUNDARY:
	case DROP_OWN_BOUNDARY:
		shed_boundary(p, s, path);
		break;
	case SHED_DENIAL:
		shed_denial(p, s, path);
		break;
	case MAKE_NEW:
		make_new(p, s, path);
		break;
	default:
		break;
	}
}
