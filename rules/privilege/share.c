/* Sets of targets shared by all principals whose statements on the actions of a path are the same, and what is a principal's own. Whom a path leads to
 * is edges.c's. */
#include "rules/privilege/parts.h"
#include "rules/privilege/wild.h"

#include <stdlib.h>

static void add_ids(const struct privilege *p, const struct subject *s, const struct stmts *list, const uint64_t *keys,
	struct buf *key, bool *one_of_a_kind) {
	uint32_t end = UINT32_MAX;
	struct request r;

	request_on(p, NULL, &r);
	r.who = s->p;
	for (size_t i = 0; i < list->n; i++) {
		const struct stmt *st = list->at[i];
		uint64_t concerned = 0;

		for (size_t w = 0; w < KEY_WORDS; w++)
			concerned |= st->keys[w] & keys[w];
		if (!concerned)
			continue;
		buf_add(key, &st->id, sizeof(st->id));
		*one_of_a_kind |= st->one_of_a_kind || (st->tags && st->personal && may_tag_itself(p, s));
		if (st->personal)
			buf_add_byte(key, (uint8_t)conditions_hold_for(st->s, st->variables, &r));
	}
	buf_add(key, &end, sizeof(end));
}

/* All that decides about actions on given targets, so that equal keys have equal answers. */
void signature(const struct privilege *p, const struct subject *s, const uint64_t *keys, struct buf *key) {
	uint32_t head[3] = {s->guard ? s->guard->id : 0, (uint32_t)s->p->kind, (uint32_t)s->boundary};
	bool one_of_a_kind = p->resource_rules.n > 0;

	buf_clear(key);
	buf_add(key, head, sizeof(head));
	buf_add_slice(key, s->p->account);
	add_ids(p, s, &s->own, keys, key, &one_of_a_kind);
	add_ids(p, s, &s->fence, keys, key, &one_of_a_kind);
	for (size_t i = 0; s->guard && i < s->guard->levels.n; i++)
		add_ids(p, s, &s->guard->levels.at[i], keys, key, &one_of_a_kind);
	if (one_of_a_kind)
		buf_add(key, &s->p->index, sizeof(s->p->index));
}

typedef VEC(uint32_t) numbers;

/* "arn:aws:iam::*:user/name": wildcards before the last name, which is whole and unique in an account. */
static const struct aws_principal *by_last_name(
	const struct privilege *p, const struct subject *s, enum aws_kind kind, struct slice pattern, bool *named) {
	size_t from = pattern.n;
	struct slice name;
	char key[192];

	while (from > 0 && pattern.p[from - 1] != '/')
		from--;
	name = slice_sub(pattern, from, pattern.n);
	*named = from > 0 && name.n && !wild_is(name);
	return *named ? principal_named(p, s->home->account, kind, name, key, sizeof(key)) : NULL;
}

/* The principals that a statement names in full, its variables put in. False: a wildcard is among the names. */
static bool named_by(
	const struct privilege *p, const struct subject *s, const struct stmt *st, enum aws_kind kind, numbers *out) {
	struct buf text = {0};
	struct request r;
	bool named = st->allow && !st->all_resources && !st->s->not_resource;

	request_on(p, NULL, &r);
	r.who = s->p;
	r.account = s->p->account;
	for (size_t k = 0; named && k < st->s->resources.n; k++) {
		const struct aws_principal *t;

		buf_clear(&text);
		if (!st->variables)
			buf_add_slice(&text, st->s->resources.at[k]);
		else if (variables_resolve(st->s->resources.at[k], &r, &text) == ANSWER_NO)
			continue;
		t = wild_is(buf_slice(&text)) ? by_last_name(p, s, kind, buf_slice(&text), &named)
					      : aws_find(p->estate, buf_slice(&text));
		if (named && t)
			VEC_PUSH(out, t->index);
	}
	buf_free(&text);
	return named;
}

/* Statements that let people manage what bears their own name are everybody's own. They are set apart, so that what is left can be shared, and whom they name is
 * looked at alone: `rest` has the others. False: nothing to set apart. */
static bool set_apart(struct privilege *p, const struct subject *s, const uint64_t *keys, enum aws_kind kind,
	struct subject *rest, numbers *out) {
	bool any = false;

	*rest = *s;
	rest->own.at = ARENA_NEW_N(&p->arena, const struct stmt *, s->own.n);
	rest->own.n = 0;
	for (size_t i = 0; i < s->own.n; i++) {
		const struct stmt *st = s->own.at[i];
		uint64_t concerned = 0;

		for (size_t w = 0; w < KEY_WORDS; w++)
			concerned |= st->keys[w] & keys[w];
		if (concerned && st->one_of_a_kind && named_by(p, s, st, kind, out))
			any = true;
		else
			rest->own.at[rest->own.n++] = st;
	}
	return any;
}

static bool widens(enum how how) {
	return how == WIDEN_USER || how == WIDEN_ROLE || how == WIDEN_GROUP || how == WIDEN_POLICY;
}

/* Most sets are empty, and most others prove nothing: those share one empty set of bits. */
static void keep_bits(struct privilege *p, struct edge_set *e) {
	size_t bytes = p->node_words * sizeof(uint64_t);
	uint64_t *maybe = p->empty, *proved = p->empty;

	if (e->any)
		maybe = memcpy(arena_alloc(&p->arena, bytes), e->maybe, bytes);
	if (e->any_proved)
		proved = memcpy(arena_alloc(&p->arena, bytes), e->proved, bytes);
	e->proved = proved;
	e->maybe = maybe;
}

static bool is_of_principals(enum how how) {
	return how == WIDEN_USER || how == WIDEN_ROLE || how == WIDEN_GROUP || how == CREATE_KEY || how == ROTATE_KEY ||
	       how == CREATE_LOGIN || how == UPDATE_LOGIN || how == SET_TRUST;
}

static struct edge_set *shared_set(struct privilege *p, const struct subject *s, const struct privilege_path *path) {
	struct map_entry *entry;
	struct edge_set *e;
	bool added;

	signature(p, s, p->path_keys[path - privilege_paths].decides, &p->text);
	buf_add(&p->text, &path, sizeof(path));
	entry = map_put(&p->edge_sets, buf_slice(&p->text), &added);
	if (!added)
		return entry->value.ptr;
	entry->value.ptr = e = ARENA_NEW(&p->arena, struct edge_set);
	e->path = path;
	e->widens = widens(path->how);
	memset(p->scratch, 0, 2 * p->node_words * sizeof(uint64_t));
	e->proved = p->scratch;
	e->maybe = p->scratch + p->node_words;
	p->tagged = false;
	edges_fill(p, s, e);
	e->after = p->tagged ? AFTER_TAG : NULL;
	keep_bits(p, e);
	return e;
}

/* A set of one's own, of the few that are named. Empty ones and the principal itself are not kept. */
static void own_set(struct privilege *p, struct subject *s, const struct privilege_path *path, const numbers *named) {
	struct edge_set *e = ARENA_NEW(&p->arena, struct edge_set);
	enum aws_kind kind = kind_wanted(path->how);
	bool others_too = false;

	for (size_t i = 0; i < named->n; i++)
		others_too |= named->at[i] != s->p->index;
	if (!others_too)
		return;
	e->path = path;
	e->widens = widens(path->how);
	memset(p->scratch, 0, 2 * p->node_words * sizeof(uint64_t));
	e->proved = p->scratch;
	e->maybe = p->scratch + p->node_words;
	p->tagged = false;
	for (size_t i = 0; i < named->n; i++)
		if (p->subjects[named->at[i]].p->kind == kind && p->subjects[named->at[i]].home == s->home)
			fill_principal(p, s, e, named->at[i]);
	e->after = p->tagged ? AFTER_TAG : NULL;
	keep_bits(p, e);
	if (e->any)
		VEC_PUSH(&s->edges, e);
}

static void add_set(struct privilege *p, struct subject *s, const struct privilege_path *path) {
	const struct subject *asks = s;
	numbers named = {0};
	struct subject rest;
	struct edge_set *e;

	if (is_of_principals((enum how)path->how) && set_apart(p, s, p->path_keys[path - privilege_paths].decides,
							     kind_wanted((enum how)path->how), &rest, &named)) {
		own_set(p, s, path, &named);
		asks = &rest;
	}
	e = shared_set(p, asks, path);
	if (e->any)
		VEC_PUSH(&s->edges, e);
	VEC_FREE(&named);
}

static void path_keys_make(struct privilege *p) {
	p->path_keys = arena_alloc_n(&p->arena, privilege_npaths, sizeof(*p->path_keys));
	for (size_t i = 0; i < privilege_npaths; i++) {
		struct path_keys *k = &p->path_keys[i];

		for (; privilege_paths[i].actions[k->n] && k->n < PATH_ACTIONS_MAX; k->n++) {
			k->key[k->n] = (uint8_t)key_index(privilege_paths[i].actions[k->n]);
			bit_add(k->mask, k->key[k->n]);
		}
		memcpy(k->decides, k->mask, sizeof(k->decides));
		for (size_t a = 0; privilege_paths[i].actions[a]; a++) {
			if (strncmp(privilege_paths[i].actions[a], "iam:Attach", strlen("iam:Attach")) != 0)
				continue;
			bit_add(k->decides, (uint32_t)key_index("iam:CreatePolicy"));
			bit_add(k->decides, (uint32_t)key_index("iam:CreatePolicyVersion"));
		}
		if (p->asks_for_tags)
			add_tag_keys(k->decides);
		if (privilege_paths[i].how == SET_TRUST)
			bit_add(k->decides, (uint32_t)key_index("sts:AssumeRole"));
	}
}

static bool path_is_near(const struct privilege *p, const struct subject *s, size_t path) {
	for (size_t w = 0; w < KEY_WORDS; w++)
		if (p->path_keys[path].mask[w] & ~s->keys[w])
			return false;
	return true;
}

void follow_paths(struct privilege *p, struct subject *s) {
	for (size_t k = 0; k < privilege_npaths; k++) {
		const struct privilege_path *path = &privilege_paths[k];

		if (!path_is_near(p, s, k))
			continue;
		own_steps(p, s, path);
		if (path->how != COMBINED && path->how != SSO && path->how != ADD_TO_GROUP &&
			path->how != DEFAULT_VERSION && path->how != DROP_USER_BOUNDARY &&
			path->how != DROP_ROLE_BOUNDARY && path->how < DROP_OWN_BOUNDARY)
			add_set(p, s, path);
	}
}

void edges_make(struct privilege *p) {
	p->scratch = arena_alloc(&p->arena, 2 * p->node_words * sizeof(uint64_t));
	p->empty = arena_alloc(&p->arena, p->node_words * sizeof(uint64_t));
	p->queue = ARENA_NEW_N(&p->arena, uint32_t, p->n);
	path_keys_make(p);
	trust_pairs(p);
	for (size_t i = 0; i < p->n; i++) {
		struct subject *s = &p->subjects[i];

		if (s->p->kind == AWS_GROUP || s->service_linked || s->admin == ANSWER_YES)
			continue;
		follow_paths(p, s);
		if (s->p->kind == AWS_USER && key_has(s->keys, key_index("iam:AddUserToGroup")))
			join_groups(p, s);
	}
}
