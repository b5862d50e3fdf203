/* Secrets, and what strangers wrote, in the texts of workflows: whatever an expression hands on. */
#include "scanners/ci/github/github.h"
#include "scanners/ci/names.h"

#define ENV_DEPTH 4 /* an env that names another env, and so on */

struct taking {
	struct github *g;
	struct fact *user;
	const struct node *text;
	enum ci_use use;
	struct span span; /* of the expression in hand */
	unsigned depth;
};

static void take_text(struct taking *t, const struct node *text);

/* `env.X`: what X was set to, in the step, the job or the workflow. */
static void follow_env(struct taking *t, struct slice name) {
	for (size_t i = 3; i-- > 0;) {
		const struct node *env = t->g->env[i];

		for (size_t k = node_is(env, NODE_MAPPING) ? env->n : 0; k-- > 0;)
			if (slice_eq_nocase(env->members[k].key->text, name)) {
				struct taking inner = *t;

				inner.depth++;
				if (inner.depth < ENV_DEPTH)
					take_text(&inner, env->members[k].value);
				return;
			}
	}
}

static void take_store(struct taking *t) {
	struct github *g = t->g;

	fact_set_bool(g->ci.set, t->user, "whole_store", true, t->span);
}

static void take_part(void *ctx, const struct expression *e) {
	struct taking *t = ctx;
	struct arena *a = t->g->arena;
	const struct slice path = expression_path(a, e);
	const bool named = (e->kind == EXPRESSION_PROPERTY ||
				   (e->kind == EXPRESSION_INDEX && e->right && e->right->kind == EXPRESSION_STRING)) &&
			   e->left->kind == EXPRESSION_CONTEXT;
	const struct slice name = !named			   ? slice_of(NULL, 0)
				  : e->kind == EXPRESSION_PROPERTY ? e->text
								   : e->right->text;

	if (slice_eq(path, slice_str("secrets")) || slice_has_prefix(path, "secrets.*")) {
		take_store(t);
	} else if (slice_eq(path, slice_str("secrets.github_token")) || slice_eq(path, slice_str("github.token"))) {
		fact_set_bool(t->g->ci.set, t->user, "job_token", true, t->span);
	} else if (named && slice_has_prefix(path, "secrets.")) {
		ci_secret(&t->g->ci, t->user, name, t->use, t->span);
		if (!ci_name_is_identifier(name) && t->use == CI_USE_SCRIPT && t->user->kind == FACT_STEP)
			fact_set_text(t->g->ci.set, t->user, "interpolates", name, t->span);
	} else if (named && slice_has_prefix(path, "env.")) {
		follow_env(t, name);
	}
}

/* fromJSON(secrets.X): the parts of a structured secret are not hidden in logs. */
static void look_for_parts(void *ctx, const struct expression *e) {
	struct taking *t = ctx;

	if (e->kind == EXPRESSION_CALL && slice_eq_nocase(e->text, slice_str("fromJSON")) && e->nargs == 1) {
		const struct slice path = expression_path(t->g->arena, e->args[0]);

		if (slice_has_prefix(path, "secrets.") && t->user->kind == FACT_STEP)
			fact_set_text(t->g->ci.set, t->user, "unmasked", e->args[0]->text, t->span);
	}
}

size_t github_expressions(struct github *g, struct slice text, const struct embedded **out) {
	struct github_parsed *p;

	if (text.n < 6 || !memchr(text.p, '$', text.n)) /* "${{x}}" */
		return 0;
	p = &g->parsed[((uintptr_t)text.p >> 4) % GITHUB_PARSED];
	if (p->text.p != text.p || p->text.n != text.n) {
		p->n = expressions_find(g->arena, text, &p->all);
		p->text = text;
	}
	*out = p->all;
	return p->n;
}

static void take_text(struct taking *t, const struct node *text) {
	const struct embedded *all = NULL;
	const size_t n = github_expressions(t->g, node_text(text), &all);

	if (n == EMBEDDED_MAX)
		github_note_limit(t->g, "has a text with 1000 expressions, and those behind are not read");
	for (size_t i = 0; i < n; i++) {
		if (t->depth == 0)
			t->span = ci_span_within(t->g->ci.in, text, all[i].start, all[i].end);
		expression_carries(all[i].expression, take_part, t);
		expression_parts(all[i].expression, look_for_parts, t);
	}
}

void github_take_secrets(struct github *g, struct fact *user, const struct node *text, enum ci_use use) {
	struct taking t = {.g = g, .user = user, .text = text, .use = use};

	if (node_is(text, NODE_STRING))
		take_text(&t, text);
	for (size_t i = 0; node_is(text, NODE_SEQUENCE) && i < text->n; i++)
		github_take_secrets(g, user, text->items[i], use);
}

void github_take_values(
	struct github *g, struct fact *user, const struct node *mapping, enum ci_use use, const char *where) {
	if (node_is(mapping, NODE_STRING)) /* env: ${{ fromJSON(…) }} */
		github_take_secrets(g, user, mapping, use);
	for (size_t i = 0; node_is(mapping, NODE_MAPPING) && i < mapping->n; i++) {
		github_take_secrets(g, user, mapping->members[i].value, use);
		ci_literal(&g->ci, user, mapping->members[i].key->text, mapping->members[i].value, where);
	}
}

struct looking {
	struct arena *arena;
	bool ref, of_pull; /* `of_pull`: the text around is the ref of a pull request, which a number completes */
	struct slice found;
};

static bool is_number(struct slice path) {
	return slice_has_suffix(path, ".number");
}

static void look_at_part(void *ctx, const struct expression *e) {
	struct looking *l = ctx;
	const struct slice path = expression_path(l->arena, e);

	if (!l->found.n && path.n && (!l->ref || l->of_pull || !is_number(path)) &&
		(l->ref ? github_is_untrusted_ref(path) : github_is_untrusted_path(path)))
		l->found = path;
}

struct slice github_untrusted_part(struct github *g, const struct node *text, bool ref, struct span *span) {
	struct looking l = {.arena = g->arena, .ref = ref};
	const struct embedded *all = NULL;
	const size_t n = node_is(text, NODE_STRING) ? github_expressions(g, text->text, &all) : 0;

	l.of_pull = n && ref && slice_find(text->text, slice_str("pull/")) >= 0;
	for (size_t i = 0; i < n && !l.found.n; i++) {
		expression_carries(all[i].expression, look_at_part, &l);
		if (l.found.n)
			*span = ci_span_within(g->ci.in, text, all[i].start, all[i].end);
	}
	return l.found;
}
