/* The engine's answers in the words of reports, one identity at a time. What the words mean is rules/privilege/privilege.h's; how they are written,
 * report/json_identities.c's. */
#include "cmd/identity_powers.h"

#include <stdlib.h>

/* Ways and steps of one identity: the catalogue has fewer paths than this, and a chain is cut here. */
#define WAYS_MAX 256

struct powers {
	struct report_powers told;
	const struct exports *exports;
	const struct aws_principal **at; /* users and roles */
	struct arena *arena;
	const char *(*cover)(void *ctx, const char *text);
	void *ctx;
	struct map names; /* texts -> const char *, masked */
	struct report_way ways[WAYS_MAX], chain[WAYS_MAX];
};

static const char *masked(struct powers *p, struct slice text) {
	bool added;
	struct map_entry *e = map_put(&p->names, text, &added);

	if (added)
		e->value.ptr = (void *)(uintptr_t)p->cover(p->ctx, arena_str(p->arena, text));
	return e->value.ptr;
}

static const char *principal_name(struct powers *p, const struct aws_principal *who) {
	return who ? masked(p, who->arn) : NULL;
}

static const char *word(enum answer a) {
	return a == ANSWER_YES ? "yes" : a == ANSWER_MAYBE ? "conditional" : "no";
}

static size_t tell(struct powers *p, const struct privilege_step *steps, size_t n, struct report_way *out) {
	size_t told = n < WAYS_MAX ? n : WAYS_MAX;

	for (size_t i = 0; i < told; i++)
		out[i] = (struct report_way){.method = (size_t)(steps[i].path - privilege_paths),
			.from = principal_name(p, steps[i].from),
			.to = principal_name(p, steps[i].to),
			.proved = steps[i].certainty == ANSWER_YES,
			.needs = steps[i].needs ? masked(p, slice_str(steps[i].needs)) : NULL};
	return told;
}

static void get(void *ctx, size_t i, struct report_power *out) {
	struct powers *p = ctx;
	const struct aws_principal *who = p->at[i];
	const struct privilege_identity *r = privilege_identity(p->exports->privilege, who);
	const struct fact *f = who->fact;
	bool admin = r->admin == ANSWER_YES; /* who is one already gains nothing by any way */

	*out = (struct report_power){.name = principal_name(p, who),
		.kind = who->kind == AWS_ROLE ? "role" : "user",
		.account = masked(p, who->account),
		.path = f->source ? masked(p, f->source->path) : NULL,
		.pointer = f->pointer.n ? arena_str(p->arena, f->pointer) : NULL,
		.administrator = word(r->admin),
		.reaches_administrator = word(r->reaches_admin),
		.escalates = word(r->escalates),
		.ways = p->ways,
		.chain = p->chain,
		.nways = admin ? 0 : tell(p, r->steps, r->nsteps, p->ways),
		.nchain = admin ? 0 : tell(p, r->chain, r->nchain, p->chain)};
}

static int by_arn(const void *x, const void *y) {
	const struct aws_principal *const *a = x, *const *b = y;

	return slice_cmp((*a)->arn, (*b)->arn);
}

const struct report_powers *identity_powers(
	struct arena *a, const struct exports *e, const char *(*cover)(void *ctx, const char *text), void *ctx) {
	struct report_method *methods;
	struct powers *p;

	if (!e->privilege)
		return NULL;
	p = ARENA_NEW(a, struct powers);
	p->exports = e;
	p->arena = a;
	p->cover = cover;
	p->ctx = ctx;
	p->at = ARENA_NEW_N(a, const struct aws_principal *, e->aws.estate.principals.n);
	for (size_t i = 0; i < e->aws.estate.principals.n; i++) {
		const struct aws_principal *who = e->aws.estate.principals.at[i];

		if ((who->kind == AWS_USER || who->kind == AWS_ROLE) && who->fact &&
			privilege_identity(e->privilege, who))
			p->at[p->told.n++] = who;
	}
	if (p->told.n)
		qsort(p->at, p->told.n, sizeof(*p->at), by_arn);
	methods = ARENA_NEW_N(a, struct report_method, privilege_npaths);
	for (size_t i = 0; i < privilege_npaths; i++)
		methods[i] = (struct report_method){
			privilege_paths[i].id, privilege_paths[i].name, privilege_paths[i].actions};
	p->told.methods = methods;
	p->told.nmethods = privilege_npaths;
	p->told.get = get;
	p->told.ctx = p;
	return &p->told;
}

void identity_powers_free(const struct report_powers *t) {
	if (t)
		map_free(&((struct powers *)t->ctx)->names);
}
