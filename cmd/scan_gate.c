/* Acceptance and thresholds from .nhiscan.yaml. Reading that file is in config.c, its meaning in config_use.c. */
#include "cmd/scan_gate.h"

#include "cmd/nearest.h"
#include "cmd/scan_accept.h"

struct gate {
	struct scan_run *run;
	const char *(*cover)(void *ctx, const char *text);
	void *ctx;
};

static const char *covered(const struct gate *g, const char *text) {
	return text ? g->cover(g->ctx, text) : NULL;
}

static const struct acceptance *acceptance_of(const struct gate *g, const struct config *c, const struct allow *a) {
	struct acceptance *to = ARENA_NEW(&g->run->arena, struct acceptance);

	*to = (struct acceptance){.source = "configuration",
		.where = covered(g, arena_printf(&g->run->arena, "%s:%u", c->file, a->line)),
		.reason = covered(g, a->reason),
		.owner = covered(g, a->owner),
		.ticket = covered(g, a->ticket),
		.expires = {WHEN_NEVER, 0}};
	if (a->until != INT64_MAX)
		to->expires = when_at(a->until);
	return to;
}

/* Findings that the configuration accepts stay in the report, marked with the reason. Each place is asked for alone: another secret on an accepted
 * line, and the same one elsewhere, still count. */
static void suppress(const struct gate *g, struct finding *f) {
	struct sighting *s = ARENA_NEW_N(&g->run->arena, struct sighting, f->nsightings);
	const struct acceptance *first = NULL;

	for (size_t k = 0; k < f->nsightings; k++) {
		const struct config *c = g->run->targets[f->sightings[k].target].config;
		const struct allow *a = c ? config_allows(c, f->rule->id, f->sightings[k].path, g->run->now) : NULL;

		s[k] = f->sightings[k];
		if (!a)
			continue;
		if (!first)
			first = acceptance_of(g, c, a);
		if (!s[k].suppressed)
			s[k].suppressed = covered(g, a->reason);
	}
	if (!first)
		return;
	finding_settle_suppression(&g->run->arena, f, s);
	if (f->suppressed)
		f->accepted = first;
}

static bool is_stricter(const struct policy *a, const struct policy *b) {
	if (a->fail_on_none != b->fail_on_none)
		return b->fail_on_none;
	if (a->fail_on != b->fail_on)
		return a->fail_on < b->fail_on;
	return a->confidence < b->confidence;
}

/* The strictest threshold among the places that count; the run's own holds where no policy does. */
static void set_policy(const struct gate *g, const struct report_run *told, struct finding *f) {
	const struct policy own = {NULL, told->fail_on, told->fail_on_none, told->gate_confidence};
	const struct policy *best = NULL;

	for (size_t k = 0; k < f->nsightings; k++) {
		const struct config *c = g->run->targets[f->sightings[k].target].config;
		const struct policy *p = c ? config_policy(c, f->sightings[k].path) : NULL;

		if (f->sightings[k].suppressed)
			continue;
		if (!p)
			p = &own;
		if (!best || is_stricter(p, best))
			best = p;
	}
	f->policy = best == &own ? NULL : best;
}

static void list_policies(const struct gate *g, struct report_run *told) {
	struct policy *at;
	size_t n = 0;

	for (size_t i = 0; i < g->run->ntargets; i++)
		n += g->run->targets[i].config ? g->run->targets[i].config->npolicies : 0;
	at = ARENA_NEW_N(&g->run->arena, struct policy, n);
	n = 0;
	for (size_t i = 0; i < g->run->ntargets; i++) {
		const struct config *c = g->run->targets[i].config;
		for (size_t k = 0; c && k < c->npolicies; k++) {
			bool known = false;
			for (size_t m = 0; m < n && !known; m++)
				known = strcmp(at[m].name, c->policies[k].gate.name) == 0;
			if (!known)
				at[n++] = c->policies[k].gate;
		}
	}
	told->policies = at;
	told->npolicies = n;
}

/* Why an entry accepted nothing: perhaps since there is no such rule. NULL when the scan saw too little to tell. */
static const char *why_unused(const struct gate *g, const struct allow *a, bool whole) {
	const struct catalogue *c = &g->run->catalogue;
	const struct settings *s = &g->run->settings;
	static const char unused[] = "this entry accepts no finding of this scan";
	struct nearest near = nearest_to(a->rule);

	for (size_t i = 0; i < c->n; i++) {
		if (allow_names(a, c->rules[i].id))
			return whole ? unused : NULL;
		nearest_offer(&near, c->rules[i].id);
	}
	if (s->only.n + s->skip.n > 0 || g->run->options->no_builtin_rules)
		return whole ? unused : NULL; /* a rule that was left out may have this name */
	return arena_printf(&g->run->arena, "no rule of this scan is named '%s'%s%s%s: this entry accepts nothing",
		a->rule, near.word ? "; did you mean '" : "", near.word ? near.word : "", near.word ? "'?" : "");
}

static void tell_unused(const struct gate *g, bool whole) {
	for (size_t i = 0; i < g->run->ntargets; i++) {
		const struct config *c = g->run->targets[i].config;
		for (size_t k = 0; c && k < c->nallow; k++) {
			const struct allow *a = &c->allow[k];
			const char *why = *a->used || g->run->now >= a->until ? NULL : why_unused(g, a, whole);
			if (why)
				coverage_note(g->run->coverage, "suppression-unused", false,
					covered(g, arena_printf(&g->run->arena, "%s:%u", c->file, a->line)),
					covered(g, why));
		}
	}
}

void scan_gate(struct scan_run *run, const char *(*cover)(void *ctx, const char *text), void *ctx,
	finding_vec *findings, struct report_run *told) {
	const struct gate g = {run, cover, ctx};

	list_policies(&g, told);
	for (size_t i = 0; i < findings->n; i++) {
		suppress(&g, &findings->at[i]);
		if (told->npolicies)
			set_policy(&g, told, &findings->at[i]);
	}
	tell_unused(&g, scan_is_whole(run->options) && !run->options->no_history);
}
