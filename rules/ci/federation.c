/* Both ends of federated trust. Who can mint a token that a declared role takes, somebody else's pipeline among them, is asked of the language of
 * subjects (rules/privilege/oidc.c); which jobs of this target can, and in whose runs, is worked out here from their claims (subject.c). */
#include "rules/ci/federation.h"

#include "core/map.h"
#include "core/vec.h"
#include "rules/ci/subject.h"
#include "rules/privilege/oidc.h"
#include "rules/privilege/wild.h"

#include <stdlib.h>

/* Roles times jobs beyond this are not joined. */
#define PRODUCT_MAX 2000000

typedef VEC(const struct fact *) fact_list;

struct job {
	struct fact *fact;
	VEC(struct slice) roles; /* that its steps ask for, by name */
	const struct subject *ways;
	size_t nways;
	fact_list enters;
};

/* A condition on a claim. Of values that no token holds none is here. */
struct ask {
	struct slice claim;
	bool negated, like;
	struct slice *patterns;
	size_t n;
};

struct asks {
	struct ask *at;
	size_t n;
};

struct federation {
	struct fact_set *set;
	struct arena arena;
	VEC(struct fact *) trusts, pending;
	VEC(struct job) jobs;
	VEC(const struct fact *) logins; /* steps that ask for a role */
};

static bool is_kind(const struct fact *f, const char *kind) {
	return slice_eq(fact_text(f, "kind"), slice_str(kind));
}

static void gather(struct federation *x) {
	for (size_t i = 0; i < x->set->all.n; i++) {
		struct fact *f = x->set->all.at[i];

		if (f->kind == FACT_TRUST && f->source && is_kind(f, "oidc") && fact_get(f, "conditions"))
			VEC_PUSH(&x->trusts, f);
		else if (f->kind == FACT_TRUST && f->source && is_kind(f, "role-of-policy"))
			VEC_PUSH(&x->pending, f);
		else if (f->kind == FACT_JOB && f->source && f->parent && fact_true(f, "id_token"))
			VEC_PUSH(&x->jobs, (struct job){.fact = f});
		else if (f->kind == FACT_STEP && fact_text(f, "role").n)
			VEC_PUSH(&x->logins, f);
	}
}

static struct slice folder_of(struct slice path) {
	size_t n = path.n;

	while (n && path.p[n - 1] != '/')
		n--;
	return slice_sub(path, 0, n);
}

static bool same_place(const struct fact *a, const struct fact *b) {
	return a->source->target == b->source->target && a->source->place == b->source->place &&
	       memcmp(&a->source->commit, &b->source->commit, sizeof(a->source->commit)) == 0;
}

/* A policy document in one file of a module, the role that takes it in another. */
static void name_roles(struct federation *x) {
	for (size_t i = 0; i < x->trusts.n; i++)
		for (size_t k = 0; k < x->pending.n && !fact_text(x->trusts.at[i], "role").n; k++) {
			struct fact *t = x->trusts.at[i];
			const struct fact *p = x->pending.at[k];

			if (!slice_eq(fact_text(t, "policy"), fact_text(p, "policy")) || !same_place(t, p) ||
				!slice_eq(folder_of(t->source->path), folder_of(p->source->path)))
				continue;
			fact_set_text(x->set, t, "role", fact_text(p, "role"), p->span);
			t->name = fact_text(t, "role");
		}
}

/* `operator key value` into its three parts. */
static bool split(struct slice s, struct slice *op, struct slice *key, struct slice *value) {
	const uint8_t *a = s.n ? memchr(s.p, ' ', s.n) : NULL;
	const uint8_t *b = a ? memchr(a + 1, ' ', s.n - (size_t)(a + 1 - s.p)) : NULL;

	if (!b)
		return false;
	*op = slice_sub(s, 0, (size_t)(a - s.p));
	*key = slice_sub(s, op->n + 1, (size_t)(b - s.p));
	*value = slice_sub(s, (size_t)(b - s.p) + 1, s.n);
	return true;
}

/* The statement that a trust's conditions were. */
static const struct aws_statement *statement_of(struct federation *x, const struct fact *t) {
	const struct value *v = fact_get(t, "conditions");
	struct aws_statement *s = ARENA_NEW(&x->arena, struct aws_statement);
	struct aws_condition *c = ARENA_NEW_N(&x->arena, struct aws_condition, v->texts.n);
	struct slice *values = ARENA_NEW_N(&x->arena, struct slice, v->texts.n);

	s->allow = true;
	s->conditions = c;
	s->span = v->span;
	for (size_t i = 0; i < v->texts.n; i++) {
		struct aws_condition *last = s->nconditions ? &c[s->nconditions - 1] : NULL;
		struct slice op, key;

		if (!split(v->texts.at[i], &op, &key, &values[i]))
			continue;
		if (last && slice_eq(last->op, op) && slice_eq(last->key, key)) {
			last->values.n++;
			continue;
		}
		c[s->nconditions++] =
			(struct aws_condition){.op = op, .key = key, .values = {&values[i], 1}, .span = v->span};
	}
	return s;
}

static void judge(struct federation *x, struct fact *t, const struct aws_statement *s) {
	struct privilege_trust p = {.kind = TRUST_OIDC, .who = fact_text(t, "issuer"), .statement = s};
	const struct span at = fact_place(t, "conditions");

	if (fact_true(t, "limited")) /* something narrows it that is not understood: nothing is claimed */
		return;
	oidc_judge(&x->arena, &p);
	fact_set_bool(x->set, t, "oidc_open", p.open == ANSWER_YES, at);
	if (p.weakness)
		fact_set_text(x->set, t, "oidc_weakness", slice_str(p.weakness), at);
	if (p.example.n)
		fact_set_text(x->set, t, "oidc_example", p.example, at);
}

/* What only a deployment knows may be anything. */
static struct slice as_pattern(struct federation *x, struct slice s) {
	struct buf b = {0};
	struct slice kept;

	for (size_t i = 0; i < s.n; i++) {
		const ptrdiff_t end = s.p[i] == '$' && i + 1 < s.n && s.p[i + 1] == '{'
					      ? slice_find(slice_sub(s, i, s.n), slice_str("}"))
					      : -1;

		if (end > 0) {
			buf_add_byte(&b, '*');
			i += (size_t)end;
		} else {
			buf_add_byte(&b, s.p[i]);
		}
	}
	kept = arena_copy(&x->arena, buf_slice(&b));
	buf_free(&b);
	return kept;
}

static struct slice claim_name(struct slice key) {
	size_t colon = key.n;

	while (colon && key.p[colon - 1] != ':')
		colon--;
	return slice_sub(key, colon, key.n);
}

static struct asks asks_of(struct federation *x, const struct aws_statement *s) {
	struct asks all = {ARENA_NEW_N(&x->arena, struct ask, s->nconditions), s->nconditions};

	for (size_t i = 0; i < s->nconditions; i++) {
		const struct aws_condition *c = &s->conditions[i];
		struct ask *a = &all.at[i];

		*a = (struct ask){.claim = claim_name(c->key),
			.negated = slice_find(c->op, slice_str("Not")) >= 0,
			.like = slice_find(c->op, slice_str("Like")) >= 0,
			.patterns = ARENA_NEW_N(&x->arena, struct slice, c->values.n)};
		for (size_t v = 0; v < c->values.n; v++)
			/* without Like a star stands for itself, and no token holds one */
			if (a->negated || a->like || !slice_byte(c->values.at[v], '*'))
				a->patterns[a->n++] = as_pattern(x, c->values.at[v]);
	}
	return all;
}

/* Can a claim that fits the pattern `claim` meet one of the values? */
static bool meets(const struct ask *a, struct slice claim) {
	for (size_t i = 0; i < a->n; i++) {
		const struct slice value = a->patterns[i];

		if (a->negated && (a->like ? wild_covers(value, claim) : slice_eq(value, claim)))
			return false;
		if (!a->negated && wild_meet(value, claim, NULL))
			return true;
	}
	return a->negated;
}

/* Does a token of this run fit, and with which form of its subject? */
static bool fits(const struct asks *t, const struct fact *job, const struct subject *s, struct slice *form) {
	for (size_t f = 0; f < s->nforms; f++) {
		bool all = true;

		for (size_t i = 0; i < t->n && all; i++) {
			struct slice claim;

			if (slice_eq(t->at[i].claim, slice_str("sub")))
				all = meets(&t->at[i], s->forms[f]);
			else if (subject_claim(s, job, t->at[i].claim, &claim))
				all = meets(&t->at[i], claim);
		}
		if (all) {
			*form = s->forms[f];
			return true;
		}
	}
	return false;
}

static void set_jobs(struct federation *x, struct fact *t, const char *name, fact_list *l) {
	fact_set_facts(x->set, t, name, l->at, l->n);
	VEC_FREE(l);
}

static void set_names(struct federation *x, struct fact *t, const fact_list *jobs) {
	VEC(struct slice) names = {0};

	for (size_t i = 0; i < jobs->n && i < 20; i++) {
		struct buf b = {0};

		buf_add_slice(&b, jobs->at[i]->name);
		buf_add_str(&b, " (");
		buf_add_slice(&b, slice_base_name(jobs->at[i]->source->path));
		buf_add_byte(&b, ')');
		VEC_PUSH(&names, arena_copy(&x->arena, buf_slice(&b)));
		buf_free(&b);
	}
	fact_set_texts(x->set, t, "assumable_names", names.at, names.n, t->span);
	VEC_FREE(&names);
}

/* The name in "arn:aws:iam::…:role/path/NAME" and NAME@project.iam…. */
static struct slice role_name(struct slice role) {
	const struct slice name = slice_base_name(role);
	const uint8_t *at = slice_byte(name, '@');

	return slice_sub(name, 0, at ? (size_t)(at - name.p) : name.n);
}

/* How each job runs, and what its steps ask for. */
static void learn_jobs(struct federation *x) {
	struct map index = {0};

	for (size_t i = 0; i < x->jobs.n; i++) {
		struct job *j = &x->jobs.at[i];

		j->nways = subjects_of(&x->arena, j->fact, &j->ways);
		map_put(&index, slice_of(&j->fact, sizeof(j->fact)), NULL)->value.num = i;
	}
	for (size_t i = 0; i < x->logins.n; i++) {
		const struct fact *step = x->logins.at[i];
		const struct map_entry *e = map_get(&index, slice_of(&step->parent, sizeof(step->parent)));

		if (e)
			VEC_PUSH(&x->jobs.at[e->value.num].roles, role_name(fact_text(step, "role")));
	}
	map_free(&index);
}

static bool is_named(const struct job *j, struct slice role) {
	for (size_t i = 0; role.n && i < j->roles.n; i++)
		if (slice_eq(j->roles.at[i], role))
			return true;
	return false;
}

/* Would a token of a pull request's run fit at all, whatever jobs there are? Of GitHub, whose subject says so. */
static bool takes_pull_requests(const struct asks *t) {
	const struct slice forms[] = {slice_str("repo:*/*:pull_request"), slice_str("repo:*@*/*@*:pull_request")};
	const struct subject s = {.event = slice_str("pull_request"),
		.change = true,
		.forms = forms,
		.nforms = 2,
		.ref = slice_str("refs/pull/*")};
	const struct fact nobody = {.kind = FACT_JOB};
	struct slice form;

	return fits(t, &nobody, &s, &form);
}

/* In which of its runs a job's token fits. */
struct fit {
	bool any, change, stranger;
	struct slice form; /* of the subject in a run of a change */
};

static struct fit fit_of(const struct asks *t, const struct job *j) {
	struct fit fit = {.any = false};

	for (size_t k = 0; k < j->nways; k++) {
		const struct subject *way = &j->ways[k];
		struct slice form;

		if (!fits(t, j->fact, way, &form))
			continue;
		fit.any = true;
		if (way->environment.n) /* it may ask for an approval: that is not seen here */
			continue;
		if (way->change)
			fit.form = form;
		fit.change |= way->change;
		fit.stranger |= way->stranger && !way->change;
	}
	return fit;
}

static void join(struct federation *x, struct fact *t, const struct asks *asks) {
	fact_list jobs = {0}, users = {0}, changes = {0}, strangers = {0};
	const struct slice system = fact_text(t, "pipelines_of"), role = fact_text(t, "role");

	if (slice_eq(system, slice_str("github")))
		fact_set_bool(x->set, t, "takes_pull_requests", takes_pull_requests(asks), fact_place(t, "conditions"));
	for (size_t i = 0; i < x->jobs.n; i++) {
		struct job *j = &x->jobs.at[i];
		struct fit fit;

		if (!slice_eq(fact_text(j->fact, "system"), system) || !same_place(j->fact, t))
			continue;
		fit = fit_of(asks, j);
		if (!fit.any)
			continue;
		VEC_PUSH(&jobs, j->fact);
		VEC_PUSH(&j->enters, t);
		if (is_named(j, role))
			VEC_PUSH(&users, j->fact);
		if (fit.stranger)
			VEC_PUSH(&strangers, j->fact);
		if (!fit.change)
			continue;
		VEC_PUSH(&changes, j->fact);
		fact_set_text(x->set, t, "pull_request_subject", fit.form, fact_place(t, "conditions"));
	}
	set_names(x, t, &jobs);
	set_jobs(x, t, "assumable_by", &jobs);
	set_jobs(x, t, "used_by", &users);
	set_jobs(x, t, "pull_request_jobs", &changes);
	set_jobs(x, t, "stranger_jobs", &strangers);
}

/* The other way round: what a job enters. */
static void tell_job(struct federation *x, const struct job *j) {
	VEC(struct slice) names = {0};

	if (!j->enters.n)
		return;
	for (size_t i = 0; i < j->enters.n; i++)
		VEC_PUSH(&names, j->enters.at[i]->name);
	fact_set_facts(x->set, j->fact, "enters", j->enters.at, j->enters.n);
	fact_set_texts(x->set, j->fact, "enters_names", names.at, names.n, j->fact->span);
	VEC_FREE(&names);
}

static void run(struct fact_set *set, int64_t now) {
	struct federation x = {.set = set};
	bool joined;

	(void)now;
	gather(&x);
	name_roles(&x);
	joined = (uint64_t)x.trusts.n * x.jobs.n <= PRODUCT_MAX;
	if (joined && x.trusts.n)
		learn_jobs(&x);
	if (!joined)
		fact_limit_met(set, "limit-federation", "roles and pipelines",
			"there are too many roles and jobs to work out which job can take which role on");
	for (size_t i = 0; i < x.trusts.n; i++) {
		const struct aws_statement *s = statement_of(&x, x.trusts.at[i]);

		judge(&x, x.trusts.at[i], s);
		if (joined) {
			const struct asks asks = asks_of(&x, s);

			join(&x, x.trusts.at[i], &asks);
		}
	}
	for (size_t i = 0; i < x.jobs.n; i++) {
		tell_job(&x, &x.jobs.at[i]);
		VEC_FREE(&x.jobs.at[i].roles);
		VEC_FREE(&x.jobs.at[i].enters);
	}
	VEC_FREE(&x.trusts);
	VEC_FREE(&x.jobs);
	VEC_FREE(&x.pending);
	VEC_FREE(&x.logins);
	arena_free(&x.arena);
}

const struct fact_engine ci_federation = {"federation", run};
