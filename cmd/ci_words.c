/* What is told of a job, in words: who starts it, what it reads, what it may do, what limits it. How that is laid out is in ci_write.c and ci_table.c. */
#include "cmd/ci_words.h"

#include <stdlib.h>

const struct value *ci_value_of(const struct fact *f, const char *name) {
	const struct value *v = fact_get(f, name);

	return v && !v->none ? v : NULL;
}

/* A job of a pipeline, not the steps of an action that other jobs run. */
bool ci_is_job(const struct fact *f) {
	return f->kind == FACT_JOB && f->source && f->parent && !fact_true(f->parent, "is_action");
}

void ci_add_text(const struct ci_telling *t, struct buf *b, struct slice s) {
	bool added;
	struct map_entry *e = map_put(t->plain, s, &added); /* most names are said again and again */

	if (!added && e->value.num) {
		inert_add(b, s);
		return;
	}

	const struct slice masked = masker_text(t->masker, t->arena, s);

	e->value.num = slice_eq(masked, s);
	inert_add(b, masked);
}

void ci_add_texts(const struct ci_telling *t, struct buf *b, const struct fact *f, const char *name) {
	const struct value *v = ci_value_of(f, name);

	for (size_t i = 0; v && i < v->texts.n; i++) {
		buf_add_str(b, i ? ", " : "");
		ci_add_text(t, b, v->texts.at[i]);
	}
}

static void part(struct buf *b, const char *text) {
	buf_printf(b, "%s%s", b->n ? "; " : "", text);
}

size_t ci_count_of(const struct fact *f, const char *name) {
	const struct value *v = ci_value_of(f, name);

	return !v ? 0 : v->type == VALUE_FACTS ? v->facts.n : v->texts.n;
}

void ci_tell_reads(const struct ci_telling *t, struct buf *b, const struct fact *job) {
	if (fact_true(job, "inherits_secrets") || fact_true(job, "whole_store"))
		part(b, "all secrets of the repository");
	if (ci_count_of(job, "secrets")) {
		part(b, "secrets ");
		ci_add_texts(t, b, job, "secrets");
	}
	if (b->n == 0)
		buf_add_str(b, "no secret");
}

void ci_tell_powers(const struct ci_telling *t, struct buf *b, const struct fact *job) {
	if (fact_true(job, "write_all")) {
		part(b, "write everything in the repository");
	} else if (ci_count_of(job, "write_scopes")) {
		part(b, "write ");
		ci_add_texts(t, b, job, "write_scopes");
	} else if (fact_get(job, "permissions_from") && !fact_get(job, "write_scopes")) {
		part(b, "whatever the repository's settings give its token");
	}
	if (fact_true(job, "id_token"))
		part(b, fact_true(job, "federated") ? "mint identity tokens and enter a cloud with them"
						    : "mint identity tokens");
	if (ci_count_of(job, "enters_names")) {
		part(b, "enter ");
		ci_add_texts(t, b, job, "enters_names");
	}
	if (fact_true(job, "publishes"))
		part(b, "publish");
	if (fact_true(job, "deploys"))
		part(b, "deploy");
	if (fact_true(job, "self_hosted"))
		part(b, "reach what a machine of your own reaches");
	if (b->n == 0)
		buf_add_str(b, "read the repository");
}

void ci_tell_limits(const struct ci_telling *t, struct buf *b, const struct fact *job) {
	if (fact_text(job, "environment").n) {
		part(b, "environment ");
		ci_add_text(t, b, fact_text(job, "environment"));
	}
	if (fact_true(job, "guarded"))
		part(b, "asks who started it, or what a job before it decided");
	if (fact_true(job, "disabled"))
		part(b, "never runs");
	if (b->n == 0)
		buf_add_str(b, "nothing");
}

void ci_tell_starters(const struct ci_telling *t, struct buf *b, const struct fact *job) {
	buf_printf(b, "%s",
		fact_true(job, "untrusted")   ? "anyone"
		: fact_true(job, "low_trust") ? "whoever opens a pull or merge request"
					      : "people with write access");
	if (ci_count_of(job, "triggers")) {
		buf_add_str(b, ": ");
		ci_add_texts(t, b, job, "triggers");
	}
}

const struct fact *ci_job_of(const struct fact *agent) {
	return agent->parent ? agent->parent->parent : NULL;
}

static int by_job(const void *a, const void *b) {
	const struct fact *x = *(const struct fact *const *)a, *y = *(const struct fact *const *)b;
	const uintptr_t job_x = (uintptr_t)ci_job_of(x), job_y = (uintptr_t)ci_job_of(y);

	if (job_x != job_y)
		return job_x < job_y ? -1 : 1;
	return x->order < y->order ? -1 : x->order > y->order;
}

/* Between a job and its agents other jobs may stand: those of a workflow come all before the first step. */
void ci_gather_agents(const struct fact_set *set, struct ci_agents *out) {
	for (size_t i = 0; i < set->all.n; i++)
		if (set->all.at[i]->kind == FACT_AGENT && ci_job_of(set->all.at[i]))
			VEC_PUSH(&out->all, set->all.at[i]);
	if (out->all.n)
		qsort(out->all.at, out->all.n, sizeof(*out->all.at), by_job);
}

/* The index of the first agent of `job`; where it would stand when there is none. */
size_t ci_first_agent(const struct ci_agents *agents, const struct fact *job) {
	size_t a = 0, b = agents->all.n;

	while (a < b) {
		size_t mid = a + (b - a) / 2;

		if ((uintptr_t)ci_job_of(agents->all.at[mid]) < (uintptr_t)job)
			a = mid + 1;
		else
			b = mid;
	}
	return a;
}

/* What restrains an agent, and what does not. */
void ci_tell_agent(const struct ci_telling *t, struct buf *b, const struct fact *agent) {
	ci_add_text(t, b, agent->name);
	if (fact_true(agent, "everyone"))
		buf_add_str(b, ", open to everyone");
	if (fact_text(agent, "bypass").n) {
		buf_add_str(b, ", without questions: ");
		ci_add_text(t, b, fact_text(agent, "bypass"));
	}
	if (fact_text(agent, "unscoped_shell").n)
		buf_add_str(b, ", any command of the shell");
	buf_add_str(b, ci_count_of(agent, "held_by") ? ", held by " : ", held by nothing");
	ci_add_texts(t, b, agent, "held_by");
}
