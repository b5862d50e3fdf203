/* Principals made ready: which statements are theirs, which sets of actions they hold, who is administrator. One request is evaluate.c's. */
#include "rules/privilege/parts.h"

#include <stdlib.h>

/* Administrator is who can write its own permissions and whom nothing that stays (boundary, guardrails) keeps from most of what writes: guardrails that
 * deny leaving the organization or a handful of services do not make an administrator less of one. */
#define MOST_PERCENT 95

typedef VEC(const struct stmt *) statement_list;
typedef VEC(struct slice) slice_list;

struct gathering {
	struct privilege *p;
	statement_list own;
	slice_list missing;
};

static void add_policy(struct gathering *g, const struct aws_policy *policy) {
	const struct stmts *s = policy_stmts(g->p, policy);

	for (size_t i = 0; i < s->n; i++)
		VEC_PUSH(&g->own, s->at[i]);
}

static void add_of(struct gathering *g, const struct aws_principal *holder) {
	for (size_t i = 0; i < holder->inlines.n; i++)
		if (holder->inlines.at[i].policy)
			add_policy(g, holder->inlines.at[i].policy);
	for (size_t i = 0; i < holder->attached.n; i++) {
		const struct aws_policy *policy = managed_document(g->p, holder->attached.at[i].arn);

		if (policy)
			add_policy(g, policy);
		else
			VEC_PUSH(&g->missing, holder->attached.at[i].arn);
	}
}

static int by_id(const void *x, const void *y) {
	const struct stmt *a = *(const struct stmt *const *)x, *b = *(const struct stmt *const *)y;

	return a->id < b->id ? -1 : a->id > b->id;
}

/* Sorted, each once: the order of statements does not matter, and equal lists look equal. */
static struct stmts keep(struct privilege *p, statement_list *l) {
	struct stmts s;

	if (l->n)
		qsort(l->at, l->n, sizeof(*l->at), by_id);
	s.at = ARENA_NEW_N(&p->arena, const struct stmt *, l->n);
	s.n = 0;
	for (size_t i = 0; i < l->n; i++)
		if (s.n == 0 || s.at[s.n - 1] != l->at[i])
			s.at[s.n++] = l->at[i];
	VEC_FREE(l);
	return s;
}

struct aws_principal *group_of(const struct privilege *p, const struct aws_principal *user, struct slice name) {
	char key[160];

	if (user->account.n + name.n + 1 > sizeof(key))
		return NULL;
	memcpy(key, user->account.p, user->account.n);
	key[user->account.n] = '/';
	memcpy(key + user->account.n + 1, name.p, name.n);
	const struct map_entry *e = map_get(&p->groups, slice_of(key, user->account.n + 1 + name.n));

	return e ? e->value.ptr : NULL;
}

static struct home *home_of(struct privilege *p, struct slice account) {
	struct map_entry *e = map_put(&p->homes, account, NULL);
	struct home *h = e->value.ptr;

	if (!h) {
		e->value.ptr = h = ARENA_NEW(&p->arena, struct home);
		h->account = account;
	}
	return h;
}

static void add_holder(struct privilege *p, const struct aws_principal *of, uint32_t who) {
	for (size_t i = 0; i < of->attached.n; i++) {
		struct map_entry *e = map_put(&p->holders, of->attached.at[i].arn, NULL);
		struct holders *h = e->value.ptr;

		if (!h)
			e->value.ptr = h = ARENA_NEW(&p->arena, struct holders);
		if (h->who.n == 0 || h->who.at[h->who.n - 1] != who)
			VEC_PUSH(&h->who, who);
	}
}

static struct slice name_key(struct slice account, enum aws_kind kind, struct slice name, char *space, size_t cap) {
	if (account.n + name.n + 1 > cap)
		return (struct slice){0};
	memcpy(space, account.p, account.n);
	space[account.n] = (char)('0' + kind);
	memcpy(space + account.n + 1, name.p, name.n);
	return slice_of(space, account.n + 1 + name.n);
}

const struct aws_principal *principal_named(const struct privilege *p, struct slice account, enum aws_kind kind,
	struct slice name, char *space, size_t cap) {
	const struct map_entry *e = map_get(&p->names, name_key(account, kind, name, space, cap));

	return e ? e->value.ptr : NULL;
}

static void index_subject(struct privilege *p, struct subject *s) {
	struct home *home = home_of(p, s->p->account);
	char space[192];
	struct slice key;

	s->home = home;
	VEC_PUSH(&home->of[s->p->kind], s->p->index);
	key = name_key(s->p->account, s->p->kind, s->p->name, space, sizeof(space));
	if (key.n)
		map_put(&p->names, key, NULL)->value.ptr = s->p;
	if (s->p->kind == AWS_GROUP)
		return;
	add_holder(p, s->p, s->p->index);
	for (size_t i = 0; i < s->p->groups.n; i++) {
		const struct aws_principal *g = group_of(p, s->p, s->p->groups.at[i]);

		if (g)
			add_holder(p, g, s->p->index);
	}
}

static void groups_index(struct privilege *p) {
	for (size_t i = 0; i < p->estate->principals.n; i++) {
		struct aws_principal *g = p->estate->principals.at[i];
		struct arena a = {0};

		if (g->kind == AWS_GROUP) {
			char *key = arena_printf(&a, "%.*s/%.*s", (int)g->account.n, (const char *)g->account.p,
				(int)g->name.n, (const char *)g->name.p);

			map_put(&p->groups, slice_str(key), NULL)->value.ptr = g;
		}
		arena_free(&a);
	}
}

static void gather(struct privilege *p, struct subject *s) {
	struct gathering g = {.p = p};
	const struct aws_policy *fence;

	add_of(&g, s->p);
	for (size_t i = 0; i < s->p->groups.n; i++) {
		const struct aws_principal *group = group_of(p, s->p, s->p->groups.at[i]);

		if (group)
			add_of(&g, group);
	}
	s->own = keep(p, &g.own);
	if (s->p->boundary.n) {
		fence = managed_document(p, s->p->boundary);
		s->boundary = fence ? BOUNDARY_KNOWN : BOUNDARY_UNKNOWN;
		if (fence)
			s->fence = *policy_stmts(p, fence);
		else
			VEC_PUSH(&g.missing, s->p->boundary);
	}
	s->service_linked = slice_has_prefix(s->p->path, "/aws-service-role/");
	if (p->estate->guardrails.n && !s->service_linked && s->p->account.n)
		s->guard = guard_of(p, s->p->account);
	s->missing.at = ARENA_NEW_N(&p->arena, struct slice, g.missing.n);
	s->missing.n = g.missing.n;
	if (g.missing.n)
		memcpy((void *)s->missing.at, g.missing.at, g.missing.n * sizeof(*g.missing.at));
	VEC_FREE(&g.missing);
}

/* What a list allows: `sure` on every resource without a question, `possible` on any. What it denies outright is taken from both, into `denied`. */
struct sets {
	uint64_t *sure, *possible, *denied;
};

static void add_list(struct privilege *p, const struct subject *s, const struct stmts *list, struct sets *sets) {
	struct request r;

	request_on(p, NULL, &r);
	r.who = s->p;
	r.tags_open = may_tag_itself(p, s);
	for (size_t i = 0; i < list->n; i++) {
		const struct stmt *st = list->at[i];
		bool chosen;
		enum answer holds = conditions_of(st, &r, &chosen);

		if (holds == ANSWER_NO)
			continue;
		if (!st->allow) {
			if (holds == ANSWER_YES && st->all_resources)
				bits_add_set(sets->denied, st->actions);
			continue;
		}
		bits_add_set(sets->possible, st->actions);
		if (holds == ANSWER_YES && st->broad)
			bits_add_set(sets->sure, st->actions);
	}
}

static void intersect(uint64_t *a, const uint64_t *b, size_t words) {
	for (size_t i = 0; i < words; i++)
		a[i] &= b[i];
}

/* What boundary and guardrails leave, into `sure` and `possible`; what they deny, into `denied`. */
static void fence_sets(struct privilege *p, const struct subject *s, struct sets *out) {
	size_t bytes = p->words * sizeof(uint64_t);
	uint64_t *sure = p->sets + 4 * p->words, *possible = p->sets + 5 * p->words;
	struct sets one = {sure, possible, out->denied};

	memset(out->sure, 0xff, bytes);
	memset(out->possible, 0xff, bytes);
	for (size_t i = 0; i < (s->guard ? s->guard->levels.n : 0) + 1; i++) {
		if (i == 0 && s->boundary != BOUNDARY_KNOWN)
			continue;
		memset(sure, 0, bytes);
		memset(possible, 0, bytes);
		add_list(p, s, i == 0 ? &s->fence : &s->guard->levels.at[i - 1], &one);
		intersect(out->sure, sure, p->words);
		intersect(out->possible, possible, p->words);
	}
	if (s->boundary == BOUNDARY_UNKNOWN || (s->guard && s->guard->incomplete))
		memset(out->sure, 0, bytes);
}

static size_t count_of(const uint64_t *a, const uint64_t *b, const uint64_t *without, size_t words) {
	size_t n = 0;

	for (size_t i = 0; i < words; i++) {
		uint64_t w = a[i] & b[i] & ~without[i];

		n += w ? (size_t)__builtin_popcountll(w) : 0; /* most words are empty */
	}
	return n;
}

static bool most(size_t have, size_t of) {
	return have * 100 >= of * MOST_PERCENT;
}

/* Can the subject give itself what it wants? On its own name, or on a user that it makes up. */
static enum answer grants_itself(struct privilege *p, const struct subject *s) {
	static const char *const of_user[] = {"iam:AttachUserPolicy", "iam:PutUserPolicy"},
				 *const of_role[] = {"iam:AttachRolePolicy", "iam:PutRolePolicy"};
	enum answer best = ANSWER_NO;

	for (size_t i = 0; i < 2; i++)
		best = answer_max(best, act_on(p, s, s->p->kind == AWS_USER ? of_user[i] : of_role[i], s->p));
	return best;
}

/* `fence` is NULL for those whom neither boundary nor guardrails hold back. */
static void judge_admin(struct privilege *p, struct subject *s, const struct sets *fence) {
	size_t n = p->nwriting;
	bool sure, maybe;

	/* Once its policies are wide open, what would hold it back? */
	s->can_be_admin = !fence								    ? ANSWER_YES
			  : most(count_of(fence->sure, p->writing, fence->denied, p->words), n)	    ? ANSWER_YES
			  : most(count_of(fence->possible, p->writing, fence->denied, p->words), n) ? ANSWER_MAYBE
												    : ANSWER_NO;
	sure = most(bits_common(s->sure, p->writing, p->words), n) ||
	       bits_common(s->sure, p->permissions, p->words) == p->npermissions;
	maybe = most(bits_common(s->possible, p->writing, p->words), n) ||
		bits_common(s->possible, p->permissions, p->words) == p->npermissions;
	if (!maybe || s->can_be_admin == ANSWER_NO)
		return;
	s->admin = answer_min(grants_itself(p, s), answer_min(s->can_be_admin, sure ? ANSWER_YES : ANSWER_MAYBE));
}

size_t bits_common(const uint64_t *a, const uint64_t *b, size_t words) {
	size_t n = 0;

	for (size_t i = 0; i < words; i++)
		n += a[i] & b[i] ? (size_t)__builtin_popcountll(a[i] & b[i]) : 0;
	return n;
}

void subject_judge(struct privilege *p, struct subject *s) {
	size_t bytes = p->words * sizeof(uint64_t);
	uint64_t *work = p->sets;
	struct sets fence = {work, work + p->words, work + 2 * p->words}, own;
	bool fenced = s->boundary != BOUNDARY_NONE || s->guard;

	memset(work + 2 * p->words, 0, 2 * bytes);
	s->sure = mem_alloc(bytes);
	s->possible = mem_alloc(bytes);
	if (fenced)
		fence_sets(p, s, &fence);
	own = (struct sets){s->sure, s->possible, work + 3 * p->words};
	add_list(p, s, &s->own, &own);
	for (size_t i = 0; i < p->words; i++) {
		uint64_t denied = fence.denied[i] | own.denied[i];

		s->sure[i] &= ~denied;
		s->possible[i] &= ~denied;
	}
	for (size_t i = 0; fenced && i < p->words; i++) {
		s->sure[i] &= fence.sure[i];
		s->possible[i] &= fence.possible[i];
	}
	for (size_t k = 0; k < nkey_actions; k++)
		if (p->key_action[k] != ACTION_NONE && bit_has(s->possible, p->key_action[k]))
			bit_add(s->keys, (uint32_t)k);
	if (s->p->kind != AWS_GROUP)
		judge_admin(p, s, fenced ? &fence : NULL);
}

void subject_variant(
	struct privilege *p, const struct subject *of, const struct stmts *own, bool no_boundary, struct subject *out) {
	memset(out, 0, sizeof(*out));
	out->p = of->p;
	out->home = of->home;
	out->own = own ? *own : of->own;
	out->fence = of->fence;
	out->boundary = no_boundary ? BOUNDARY_NONE : of->boundary;
	out->guard = of->guard;
	subject_judge(p, out);
}

void subject_free(struct subject *s) {
	free(s->sure);
	free(s->possible);
	VEC_FREE(&s->edges);
	VEC_FREE(&s->pairs);
	VEC_FREE(&s->steps);
	s->sure = s->possible = NULL;
}

void homes_free(struct privilege *p) {
	for (size_t i = 0; i < p->homes.n; i++) {
		struct home *h = p->homes.entries[i].value.ptr;

		for (int k = 0; k < AWS_KIND_COUNT; k++)
			VEC_FREE(&h->of[k]);
	}
	for (size_t i = 0; i < p->holders.n; i++) {
		struct holders *h = p->holders.entries[i].value.ptr;

		VEC_FREE(&h->who);
	}
	map_free(&p->homes);
	map_free(&p->names);
	map_free(&p->holders);
}

bool subject_has_more(const struct privilege *p, const struct subject *b, const struct subject *a) {
	for (size_t i = 0; i < p->words; i++)
		if (b->possible[i] & ~a->possible[i])
			return true;
	return false;
}

/* A document is learned from once, however many hold it. */
static void learn_once(struct privilege *p, struct map *seen, const struct aws_policy *policy) {
	bool added = false;

	if (policy)
		map_put(seen, slice_of(&policy, sizeof(policy)), &added);
	if (added)
		learn_policy(p, policy);
}

static void learn(struct privilege *p) {
	const struct aws_estate *e = p->estate;
	struct map seen = {0};

	for (size_t i = 0; i < e->principals.n; i++) {
		const struct aws_principal *who = e->principals.at[i];

		for (size_t k = 0; k < who->inlines.n; k++)
			learn_once(p, &seen, who->inlines.at[k].policy);
		learn_once(p, &seen, who->trust);
		for (size_t k = 0; k < who->attached.n; k++)
			learn_once(p, &seen, managed_document(p, who->attached.at[k].arn));
		if (who->boundary.n)
			learn_once(p, &seen, managed_document(p, who->boundary));
	}
	for (size_t i = 0; i < e->managed.n; i++)
		for (size_t k = 0; k < e->managed.at[i]->versions.n; k++)
			learn_once(p, &seen, e->managed.at[i]->versions.at[k].policy);
	for (size_t i = 0; i < e->guardrails.n; i++)
		learn_once(p, &seen, e->guardrails.at[i]->policy);
	for (size_t i = 0; i < e->resource_policies.n; i++)
		learn_once(p, &seen, e->resource_policies.at[i].policy);
	map_free(&seen);
}

static void actions_sort_out(struct privilege *p) {
	const struct actions *a = &p->actions;

	p->words = action_words(a);
	p->writing = arena_alloc(&p->arena, p->words * sizeof(uint64_t));
	p->permissions = arena_alloc(&p->arena, p->words * sizeof(uint64_t));
	for (uint32_t i = 0; i < a->known; i++) {
		if (a->levels[i] == 'w' || a->levels[i] == 'p')
			bit_add(p->writing, i);
		if (a->levels[i] == 'p' && slice_has_prefix(a->lower[i], "iam:"))
			bit_add(p->permissions, i);
	}
	p->sets = arena_alloc(&p->arena, 6 * p->words * sizeof(uint64_t));
	p->key_by_action = arena_alloc(&p->arena, a->n);
	memset(p->key_by_action, KEY_OF_NONE, a->n);
	p->nwriting = bits_count(p->writing, p->words);
	p->npermissions = bits_count(p->permissions, p->words);
	for (size_t k = 0; k < nkey_actions; k++) {
		p->key_action[k] = action_find(a, slice_str(key_actions[k].name));
		if (p->key_action[k] != ACTION_NONE)
			p->key_by_action[p->key_action[k]] = (uint8_t)k;
	}
}

void subjects_make(struct privilege *p) {
	const struct aws_estate *e = p->estate;

	groups_index(p);
	learn(p);
	actions_sort_out(p);
	services_make(p);
	for (size_t i = 0; i < e->resource_policies.n; i++)
		if (e->resource_policies.at[i].policy)
			map_put(&p->resource_rules, e->resource_policies.at[i].resource, NULL)->value.ptr =
				(void *)policy_stmts(p, e->resource_policies.at[i].policy);
	p->n = e->principals.n;
	p->node_words = (p->n + 63) / 64;
	p->subjects = mem_alloc_n(p->n, sizeof(*p->subjects));
	for (size_t i = 0; i < p->n; i++) {
		struct subject *s = &p->subjects[i];

		s->p = e->principals.at[i];
		s->p->index = (uint32_t)i;
		gather(p, s);
		index_subject(p, s);
		subject_judge(p, s);
		subject_tell(p, s);
	}
}
