/* Guardrails of an organization as they hold over one account: levels of service control policies, denials of resource control policies.
 * AWS Organizations User Guide: "SCP evaluation", "RCP evaluation". */
#include "rules/privilege/parts.h"

#include <stdlib.h>

/* Roots, units and accounts are at most this deep: five units below the root. */
#define DEPTH_MAX 16

static const struct aws_node *node_of(const struct aws_estate *e, struct slice id) {
	for (size_t i = 0; i < e->organization.n; i++)
		if (slice_eq(e->organization.at[i].id, id))
			return &e->organization.at[i];
	return NULL;
}

static bool targets(const struct aws_guardrail *g, struct slice id) {
	for (size_t i = 0; i < g->targets.n; i++) {
		struct slice t = g->targets.at[i];

		/* Targets may be written as ARNs: "…/123456789012". */
		if (slice_eq(t, id) ||
			(t.n > id.n && t.p[t.n - id.n - 1] == '/' && slice_eq(slice_sub(t, t.n - id.n, t.n), id)))
			return true;
	}
	return false;
}

typedef VEC(const struct stmt *) statement_list;

static void add_policy(struct privilege *p, const struct aws_guardrail *g, statement_list *out, struct guard *guard) {
	const struct stmts *s;

	if (!g->policy) {
		guard->incomplete = true;
		return;
	}
	s = policy_stmts(p, g->policy);
	for (size_t i = 0; i < s->n; i++)
		VEC_PUSH(out, s->at[i]);
}

/* The policies on one node. A node without any in the exports is taken to have FullAWSAccess: AWS lets none be without. */
static void add_level(struct privilege *p, struct slice id, struct guard *guard) {
	const struct aws_estate *e = p->estate;
	statement_list level = {0};
	bool any = false;

	for (size_t i = 0; i < e->guardrails.n; i++) {
		const struct aws_guardrail *g = e->guardrails.at[i];

		if (!targets(g, id))
			continue;
		if (g->resource_control) {
			statement_list denials = {0};

			add_policy(p, g, &denials, guard);
			for (size_t k = 0; k < denials.n; k++)
				if (!denials.at[k]->allow)
					VEC_PUSH(&guard->resource_control, denials.at[k]);
			VEC_FREE(&denials);
		} else {
			any = true;
			add_policy(p, g, &level, guard);
		}
	}
	if (any && !guard->incomplete) {
		struct stmts s = {ARENA_NEW_N(&p->arena, const struct stmt *, level.n), level.n};

		if (level.n)
			memcpy(s.at, level.at, level.n * sizeof(*s.at));
		VEC_PUSH(&guard->levels, s);
	}
	VEC_FREE(&level);
}

static struct slice root_of(const struct aws_estate *e) {
	for (size_t i = 0; i < e->organization.n; i++)
		if (slice_has_prefix(e->organization.at[i].id, "r-"))
			return e->organization.at[i].id;
	for (size_t i = 0; i < e->guardrails.n; i++)
		for (size_t k = 0; k < e->guardrails.at[i]->targets.n; k++)
			if (slice_has_prefix(e->guardrails.at[i]->targets.at[k], "r-"))
				return e->guardrails.at[i]->targets.at[k];
	return (struct slice){0};
}

const struct guard *guard_of(struct privilege *p, struct slice account) {
	const struct aws_estate *e = p->estate;
	struct map_entry *entry = map_put(&p->guards, account, NULL);
	struct guard *g = entry->value.ptr;
	struct slice at = account, root = root_of(e);
	bool at_root = false;

	if (g)
		return g;
	entry->value.ptr = g = ARENA_NEW(&p->arena, struct guard);
	g->account = account;
	g->id = (uint32_t)p->guards.n;
	for (unsigned depth = 0; depth < DEPTH_MAX && at.n; depth++) {
		const struct aws_node *n = node_of(e, at);

		if (!slice_eq(account, e->management_account)) /* SCPs do not hold for the management account */
			add_level(p, at, g);
		at_root |= slice_eq(at, root);
		at = n ? n->parent : (struct slice){0};
	}
	/* Where an account hangs may not be exported, but every account is below the root. */
	if (!at_root && root.n && !slice_eq(account, e->management_account))
		add_level(p, root, g);
	return g;
}
