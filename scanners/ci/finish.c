/* What the parts of one pipeline come to: what reaches a job, whom its secrets meet, whether it releases. */
#include "scanners/ci/ci.h"

#include "scanners/ci/names.h"

#include <assert.h>
#include <stdlib.h>

struct parts {
	VEC(struct fact *) jobs, steps, credentials; /* in order of reading */
};

static void gather(const struct ci *c, const struct fact *pipeline, struct parts *p) {
	size_t from = c->set->all.n;

	while (from > 0 && c->set->all.at[from - 1] != pipeline)
		from--;
	for (size_t i = from; i < c->set->all.n; i++) {
		struct fact *f = c->set->all.at[i];

		if (f->kind == FACT_JOB)
			VEC_PUSH(&p->jobs, f);
		else if (f->kind == FACT_STEP)
			VEC_PUSH(&p->steps, f);
		else if (f->kind == FACT_CREDENTIAL)
			VEC_PUSH(&p->credentials, f);
	}
}

/* Index of a job among jobs in order of reading. */
static size_t index_of(const struct parts *p, const struct fact *job) {
	size_t a = 0, b = p->jobs.n;

	while (a < b) {
		size_t mid = a + (b - a) / 2;

		if (p->jobs.at[mid]->order < job->order)
			a = mid + 1;
		else
			b = mid;
	}
	assert(a < p->jobs.n); /* every job of the set was gathered */
	return a;
}

/* Triggers of the pipeline are its jobs' own, unless a job has said otherwise. */
static void inherit_triggers(const struct ci *c, const struct fact *pipeline, struct fact *job) {
	const struct value *own = fact_get(job, "triggers"), *all = fact_get(pipeline, "triggers");

	if (own->texts.n || !all->texts.n)
		return;
	fact_set_texts(c->set, job, "triggers", all->texts.at, all->texts.n, all->span);
	fact_set_bool(c->set, job, "low_trust", fact_true(pipeline, "low_trust"), fact_place(pipeline, "low_trust"));
	fact_set_bool(c->set, job, "untrusted", fact_true(pipeline, "untrusted"), fact_place(pipeline, "untrusted"));
}

static bool is_moving_third_party(const struct fact *step) {
	return fact_true(step, "third_party") && slice_eq(fact_text(step, "pin"), slice_str("moving"));
}

static void sum_up_steps(const struct ci *c, struct parts *p) {
	for (size_t i = 0; i < p->steps.n; i++) {
		struct fact *s = p->steps.at[i], *job;

		if (s->parent->kind != FACT_JOB) /* an include, an orb: of the pipeline as a whole */
			continue;
		job = p->jobs.at[index_of(p, s->parent)];
		if (fact_true(s, "deploys"))
			fact_set_bool(c->set, job, "deploys", true, fact_place(s, "deploys"));
		if (fact_text(s, "publishes").n)
			fact_set_bool(c->set, job, "publishes", true, fact_place(s, "publishes"));
		if (is_moving_third_party(s)) {
			const struct value *v = fact_get(job, "third_parties");
			VEC(struct slice) all = {0};

			for (size_t k = 0; k < v->texts.n; k++)
				VEC_PUSH(&all, v->texts.at[k]);
			if (all.n < 100)
				VEC_PUSH(&all, fact_text(s, "uses"));
			fact_set_texts(c->set, job, "third_parties", all.at, all.n, fact_place(s, "uses"));
			VEC_FREE(&all);
		}
	}
	for (size_t i = 0; i < p->jobs.n; i++) {
		struct fact *j = p->jobs.at[i];
		const char *why = fact_true(j, "deploys")     ? "deploys"
				  : fact_true(j, "publishes") ? "publishes"
							      : "production";

		fact_set_bool(c->set, j, "release", fact_true(j, why), fact_place(j, why));
	}
}

/* What a job with the credential means for it. */
static void meet_job(const struct ci *c, struct fact *cred, const struct fact *job) {
	static const char *const passed_on[] = {"low_trust", "untrusted", "release", NULL};

	for (size_t i = 0; passed_on[i]; i++)
		if (fact_true(job, passed_on[i]))
			fact_set_bool(c->set, cred, passed_on[i], true, fact_place(job, passed_on[i]));
	if (fact_text(job, "environment").n)
		fact_set_text(
			c->set, cred, "environment", fact_text(job, "environment"), fact_place(job, "environment"));
}

static void meet_step(const struct ci *c, struct fact *cred, const struct fact *step) {
	if (fact_true(step, "runs_downloads"))
		fact_set_bool(c->set, cred, "meets_download", true, fact_place(step, "runs_downloads"));
	if (fact_true(step, "third_party") && (!fact_true(cred, "given_to_moving") || is_moving_third_party(step))) {
		fact_set_text(c->set, cred, "given_to", fact_text(step, "uses"), fact_place(step, "uses"));
		fact_set_bool(c->set, cred, "given_to_moving", is_moving_third_party(step), fact_place(step, "uses"));
	}
}

static size_t steps_of(const struct parts *p, const struct fact *job) {
	size_t n = 0;

	for (size_t i = 0; i < p->steps.n; i++)
		n += p->steps.at[i]->parent == job;
	return n;
}

/* A credential of a pipeline or job meets all below it. Each is looked at against the steps of its own scope only. */
static void spread(const struct ci *c, const struct fact *pipeline, struct parts *p) {
	for (size_t i = 0; i < p->credentials.n; i++) {
		struct fact *cred = p->credentials.at[i], *user = (struct fact *)(uintptr_t)cred->parent;
		size_t receivers = 0, steps = 1;

		if (user->kind == FACT_STEP) {
			meet_step(c, cred, user);
			if (user->parent->kind == FACT_JOB)
				meet_job(c, cred, user->parent);
			receivers = 1;
		} else if (user->kind == FACT_JOB) {
			meet_job(c, cred, user);
			for (size_t k = 0; k < p->steps.n; k++)
				if (p->steps.at[k]->parent == user) {
					meet_step(c, cred, p->steps.at[k]);
					receivers++;
				}
			steps = receivers;
		} else if (user == pipeline) {
			for (size_t k = 0; k < p->jobs.n; k++)
				meet_job(c, cred, p->jobs.at[k]);
			for (size_t k = 0; k < p->steps.n; k++)
				meet_step(c, cred, p->steps.at[k]);
			receivers = p->jobs.n;
			steps = p->jobs.n == 1 ? steps_of(p, p->jobs.at[0]) : 0;
		}
		fact_set_number(c->set, cred, "steps", (double)steps, cred->span);
		fact_set_number(c->set, cred, "receivers", (double)receivers, cred->span);
	}
}

/* Which registries take which systems' identity tokens: https://docs.pypi.org/trusted-publishers/, https://docs.npmjs.com/trusted-publishers,
 * https://crates.io/docs/trusted-publishing, https://guides.rubygems.org/trusted-publishing/,
 * https://learn.microsoft.com/nuget/nuget-org/trusted-publishing, https://dart.dev/tools/pub/automated-publishing. */
static bool takes_identity(struct slice registry, const char *system) {
	static const struct {
		const char *system, *registries[7];
	} known[] = {{"github", {"npm", "pypi", "crates.io", "rubygems", "nuget", "pub.dev", NULL}},
		{"gitlab", {"npm", "pypi", "crates.io", NULL}}, {"circleci", {"npm", NULL}},
		{"cloud-build", {"pypi", NULL}}};

	for (size_t k = 0; k < sizeof(known) / sizeof(*known); k++)
		for (size_t i = 0; strcmp(known[k].system, system) == 0 && known[k].registries[i]; i++)
			if (slice_eq(registry, slice_str(known[k].registries[i])))
				return true;
	return false;
}

/* What one step of a job leaves in a file, the next one finds there. */
static bool is_same_job(const struct fact *step, const struct fact *user) {
	return user->kind == FACT_STEP && user->parent == step->parent && user->parent->kind == FACT_JOB;
}

static void find_publishers(const struct ci *c, struct parts *p) {
	for (size_t i = 0; i < p->credentials.n; i++) {
		const struct fact *cred = p->credentials.at[i], *user = cred->parent;
		struct slice provider = fact_text(cred, "provider");

		for (size_t k = 0; user && takes_identity(provider, c->system) && k < p->steps.n; k++) {
			struct fact *s = p->steps.at[k];

			if (slice_eq(fact_text(s, "publishes"), provider) &&
				(s == user || s->parent == user || is_same_job(s, user) ||
					(s->parent->parent && s->parent->parent == user)))
				fact_set_bool(c->set, s, "publishes_with_token", true, fact_place(s, "publishes"));
		}
	}
}

static int slice_order(const void *a, const void *b) {
	return slice_cmp(*(const struct slice *)a, *(const struct slice *)b);
}

/* Every secret in a job's reach: the pipeline's, its own, its steps'. */
static void sum_up_secrets(const struct ci *c, const struct fact *pipeline, struct parts *p) {
	for (size_t i = 0; i < p->jobs.n; i++) {
		struct fact *job = p->jobs.at[i];
		VEC(struct slice) names = {0};
		size_t n = 0;

		for (size_t k = 0; k < p->credentials.n; k++) {
			const struct fact *cred = p->credentials.at[k], *user = cred->parent;

			if (slice_eq(fact_text(cred, "kind"), slice_str("secret")) &&
				(user == job || user == pipeline || user->parent == job))
				VEC_PUSH(&names, cred->name);
		}
		if (names.n)
			qsort(names.at, names.n, sizeof(*names.at), slice_order);
		for (size_t k = 0; k < names.n; k++)
			if (!k || !slice_eq(names.at[k], names.at[n - 1]))
				names.at[n++] = names.at[k];
		fact_set_texts(c->set, job, "secrets", names.at, n, fact_place(job, "secrets"));
		VEC_FREE(&names);
	}
}

/* Pipelines with more parts than this are hostile or generated: what meets what is not worked out for them, and the report says so. */
#define PRODUCT_MAX 50000000

void ci_finish(const struct ci *c, struct fact *pipeline) {
	struct parts p = {0};

	gather(c, pipeline, &p);
	fact_set_number(c->set, pipeline, "jobs", (double)p.jobs.n, pipeline->span);
	for (size_t i = 0; i < p.jobs.n; i++)
		inherit_triggers(c, pipeline, p.jobs.at[i]);
	sum_up_steps(c, &p);
	if ((uint64_t)p.credentials.n * (p.jobs.n + p.steps.n) <= PRODUCT_MAX) {
		spread(c, pipeline, &p);
		find_publishers(c, &p);
		sum_up_secrets(c, pipeline, &p);
	} else {
		coverage_note(c->in->coverage, "limit-pipeline", true, "a pipeline",
			"has too many jobs and secrets to work out which meets which; split it");
	}
	VEC_FREE(&p.jobs);
	VEC_FREE(&p.steps);
	VEC_FREE(&p.credentials);
}
