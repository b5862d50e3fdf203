/* Edges between principals: who each one can take on or make an administrator, path by path. Principals whose statements on the actions of a path are
 * the same share one set of targets, so that the work grows with the kinds of principals, not with their square. What one does to itself is own.c's,
 * what follows from edges closure.c's. */
#include "rules/privilege/parts.h"

#include <stdlib.h>

#define NEEDS_PASSWORD "whether the user has a password (credential report)"
#define NEEDS_PROFILE  "an instance profile for the role"

static void set_target(struct edge_set *e, uint32_t i, enum answer a, const char *needs) {
	if (a == ANSWER_NO)
		return;
	e->any = true;
	bit_add(e->maybe, i);
	if (a == ANSWER_YES)
		bit_add(e->proved, i);
	else if (!e->needs)
		e->needs = needs ? needs : "a condition that the exports do not decide";
}

static bool same_account(const struct subject *a, const struct subject *b) {
	return slice_eq(a->p->account, b->p->account);
}

static enum answer on_target(
	struct privilege *p, const struct subject *s, const char *action, const struct subject *t) {
	struct request r;
	size_t k = key_index(action);

	if (!key_has(s->keys, k))
		return ANSWER_NO;
	request_on(p, t->p, &r);
	r.policy_arn = slice_str("arn:aws:iam::aws:policy/AdministratorAccess");
	return evaluate(p, s, p->key_action[k], &r);
}

/* All actions of the path on one principal. */
static enum answer all_on_target(
	struct privilege *p, const struct subject *s, const struct privilege_path *path, const struct subject *t) {
	enum answer all = ANSWER_YES;

	for (size_t i = 0; path->actions[i] && all != ANSWER_NO; i++)
		all = answer_min(all, on_target(p, s, path->actions[i], t));
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

static enum aws_kind kind_wanted(enum how how) {
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
	for (uint32_t i = 0; i < p->n; i++)
		for (size_t g = 0; g < p->subjects[i].p->groups.n; g++)
			if (group_of(p, p->subjects[i].p, p->subjects[i].p->groups.at[g]) == group->p)
				set_target(e, i, answer_min(a, p->subjects[i].can_be_admin), NULL);
}

static void fill_principals(struct privilege *p, const struct subject *s, struct edge_set *e) {
	enum aws_kind kind = kind_wanted(e->path->how);

	for (uint32_t i = 0; i < p->n; i++) {
		const struct subject *t = &p->subjects[i];
		const char *needs = NULL;
		enum answer a;

		if (t->p->kind != kind || t->service_linked || !same_account(s, t))
			continue;
		a = fits(e->path, t->p, &needs);
		if (a != ANSWER_NO)
			a = answer_min(a, all_on_target(p, s, e->path, t));
		if (a == ANSWER_NO)
			continue;
		if (kind == AWS_GROUP)
			set_members(p, e, t, a);
		else
			set_target(e, i, e->widens ? answer_min(a, t->can_be_admin) : a, needs);
	}
}

static bool is_aws_managed(const struct aws_managed *m) {
	return slice_find(m->arn, slice_str(":iam::aws:policy/")) >= 0;
}

/* Who holds the policy: principals that have it attached, members of groups that have. */
bool holds_policy(const struct privilege *p, const struct aws_principal *who, struct slice arn) {
	for (size_t i = 0; i < who->attached.n; i++)
		if (slice_eq(who->attached.at[i].arn, arn))
			return true;
	for (size_t i = 0; i < who->groups.n; i++) {
		const struct aws_principal *g = group_of(p, who, who->groups.at[i]);

		if (g && holds_policy(p, g, arn))
			return true;
	}
	return false;
}

enum answer on_policy(struct privilege *p, const struct subject *s, const char *action, const struct aws_managed *m) {
	size_t k = key_index(action);
	struct request r;

	if (!key_has(s->keys, k) || is_aws_managed(m))
		return ANSWER_NO;
	request_on(p, NULL, &r);
	r.resource = m->arn;
	return evaluate(p, s, p->key_action[k], &r);
}

static void fill_policies(struct privilege *p, const struct subject *s, struct edge_set *e) {
	for (size_t m = 0; m < p->estate->managed.n; m++) {
		const struct aws_managed *policy = p->estate->managed.at[m];
		enum answer a = on_policy(p, s, e->path->actions[0], policy);

		for (uint32_t i = 0; a != ANSWER_NO && i < p->n; i++)
			if (p->subjects[i].p->kind != AWS_GROUP && holds_policy(p, p->subjects[i].p, policy->arn))
				set_target(e, i, answer_min(a, p->subjects[i].can_be_admin), NULL);
	}
}

/* Actions of the path other than passing the role, on what they are for. */
static enum answer others(struct privilege *p, const struct subject *s, const struct privilege_path *path) {
	enum answer all = ANSWER_YES;

	for (size_t i = 0; path->actions[i] && all != ANSWER_NO; i++)
		if (strcmp(path->actions[i], "iam:PassRole") != 0)
			all = answer_min(all, evaluate_key(p, s, key_index(path->actions[i])));
	return all;
}

/* The role is passed to one of the services that it trusts. */
static enum answer passes(struct privilege *p, const struct subject *s, const char *services, const struct subject *t) {
	uint32_t pass = p->key_action[key_index("iam:PassRole")];
	enum answer best = ANSWER_NO;
	struct aws_arn arn = {0};
	char name[128];

	aws_arn_parse(t->p->arn, &arn);
	while (best != ANSWER_YES && next_service(&services, (struct slice){0}, name, sizeof(name))) {
		char bare[128];
		struct request r;
		enum answer a;

		memcpy(bare, name, sizeof(bare));
		*strstr(bare, ".amazonaws.com") = 0;
		a = trusts_service(p, t->p, bare);
		if (a == ANSWER_NO)
			continue;
		request_on(p, t->p, &r);
		r.passed_to = slice_str(name);
		best = answer_max(best, answer_min(a, evaluate(p, s, pass, &r)));
	}
	return best;
}

static void fill_passed(struct privilege *p, const struct subject *s, struct edge_set *e) {
	enum answer rest = others(p, s, e->path);
	bool instance = strcmp(e->path->service, "ec2") == 0;

	for (uint32_t i = 0; rest != ANSWER_NO && i < p->n; i++) {
		const struct subject *t = &p->subjects[i];
		const char *needs = e->path->needs;
		enum answer a;

		if (t->p->kind != AWS_ROLE || t->service_linked || !same_account(s, t) || !t->p->trust)
			continue;
		a = answer_min(rest, passes(p, s, e->path->service, t));
		if (a == ANSWER_YES && instance && t->p->instance_profiles.n == 0) {
			a = ANSWER_MAYBE;
			needs = NEEDS_PROFILE;
		}
		set_target(e, i, needs ? answer_min(a, ANSWER_MAYBE) : a, needs);
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

/* All actions of the path on a resource that is known to be there. */
static enum answer on_carrier(
	struct privilege *p, const struct subject *s, const struct privilege_path *path, const struct aws_carrier *c) {
	enum answer all = ANSWER_YES;
	struct aws_arn of, wanted;

	for (size_t i = 0; path->actions[i] && all != ANSWER_NO; i++) {
		size_t k = key_index(path->actions[i]);
		struct slice first = slice_str(key_actions[k].resources);
		struct request r;

		first = slice_sub(first, first.p[0] == '|', first.n);
		/* Actions on something else (a document, "*") are asked on that. */
		if (!aws_arn_parse(c->arn, &of) || !aws_arn_parse(first, &wanted) ||
			!slice_eq(of.service, wanted.service)) {
			all = answer_min(all, evaluate_key(p, s, k));
			continue;
		}
		request_on(p, NULL, &r);
		r.resource = c->arn;
		all = answer_min(all, key_has(s->keys, k) ? evaluate(p, s, p->key_action[k], &r) : ANSWER_NO);
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
	enum answer rest = others(p, s, e->path);

	for (uint32_t i = 0; rest != ANSWER_NO && i < p->n; i++) {
		const struct subject *t = &p->subjects[i];
		enum answer a = ANSWER_NO;

		if (t->p->kind != AWS_ROLE || t->service_linked || !same_account(s, t) || !t->p->trust)
			continue;
		for (size_t c = 0; c < p->estate->carriers.n; c++)
			if (is_for(e->path, &p->estate->carriers.at[c]) && carries(&p->estate->carriers.at[c], t->p))
				a = answer_max(a, on_carrier(p, s, e->path, &p->estate->carriers.at[c]));
		if (a != ANSWER_YES && trusts_service(p, t->p, e->path->service) != ANSWER_NO)
			a = ANSWER_MAYBE;
		set_target(e, i, a, arena_printf(&p->arena, "%s that carries the role", e->path->needs));
	}
}

static void fill(struct privilege *p, const struct subject *s, struct edge_set *e) {
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

static bool widens(enum how how) {
	return how == WIDEN_USER || how == WIDEN_ROLE || how == WIDEN_GROUP || how == WIDEN_POLICY;
}

static void add_ids(const struct stmts *list, const uint64_t *keys, struct buf *key, bool *personal) {
	uint32_t end = UINT32_MAX;

	for (size_t i = 0; i < list->n; i++) {
		const struct stmt *st = list->at[i];
		bool concerned = false;

		for (size_t w = 0; w < KEY_WORDS; w++)
			concerned |= (st->keys[w] & keys[w]) != 0;
		if (concerned) {
			buf_add(key, &st->id, sizeof(st->id));
			*personal |= st->personal;
		}
	}
	buf_add(key, &end, sizeof(end));
}

/* All that decides about the targets of a path, so that equal keys have equal targets. */
static void signature(
	const struct privilege *p, const struct subject *s, const struct privilege_path *path, struct buf *key) {
	uint64_t keys[KEY_WORDS] = {0};
	uint32_t guard = s->guard ? s->guard->id : 0;
	bool personal = p->resource_rules.n > 0;

	for (size_t i = 0; path->actions[i]; i++)
		bit_add(keys, (uint32_t)key_index(path->actions[i]));
	buf_clear(key);
	buf_printf(key, "%td %d %d %u ", path - privilege_paths, s->p->kind, s->boundary, guard);
	buf_add_slice(key, s->p->account);
	add_ids(&s->own, keys, key, &personal);
	add_ids(&s->fence, keys, key, &personal);
	for (size_t i = 0; s->guard && i < s->guard->levels.n; i++)
		for (size_t k = 0; k < s->guard->levels.at[i].n; k++)
			personal |= s->guard->levels.at[i].at[k]->personal;
	if (personal)
		buf_printf(key, "%u", s->p->index);
}

static void add_set(struct privilege *p, struct subject *s, const struct privilege_path *path) {
	struct map_entry *entry;
	struct edge_set *e;
	bool added;

	signature(p, s, path, &p->text);
	entry = map_put(&p->edge_sets, buf_slice(&p->text), &added);
	if (added) {
		entry->value.ptr = e = ARENA_NEW(&p->arena, struct edge_set);
		e->path = path;
		e->widens = widens(path->how);
		e->proved = arena_alloc(&p->arena, p->node_words * sizeof(uint64_t));
		e->maybe = arena_alloc(&p->arena, p->node_words * sizeof(uint64_t));
		fill(p, s, e);
	}
	e = entry->value.ptr;
	if (e->any)
		VEC_PUSH(&s->edges, e);
}

bool path_is_near(const struct privilege *p, const struct subject *s, const struct privilege_path *path) {
	(void)p;
	for (size_t i = 0; path->actions[i]; i++)
		if (!key_has(s->keys, key_index(path->actions[i])))
			return false;
	return true;
}

void edges_make(struct privilege *p) {
	trust_pairs(p);
	for (size_t i = 0; i < p->n; i++) {
		struct subject *s = &p->subjects[i];

		if (s->p->kind == AWS_GROUP || s->service_linked || s->admin == ANSWER_YES)
			continue;
		for (size_t k = 0; k < privilege_npaths; k++) {
			const struct privilege_path *path = &privilege_paths[k];

			if (!path_is_near(p, s, path))
				continue;
			own_steps(p, s, path);
			if (path->how != COMBINED && path->how != SSO && path->how != ADD_TO_GROUP &&
				path->how != DEFAULT_VERSION && path->how != DROP_USER_BOUNDARY &&
				path->how != DROP_ROLE_BOUNDARY)
				add_set(p, s, path);
		}
	}
}
