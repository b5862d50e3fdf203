/* Agents in pipelines, one record for each job: who can start them, what they inherit of it, what restrains them. Readers said what stands there, in
 * whatever system; here it is put together. */
#include "rules/fact_agents.h"

#include "core/buf.h"
#include "core/vec.h"

#include <stdlib.h>

#define NOWHERE	 ((struct span){0})
#define LIST_MAX 40
/* Steps of a job that are looked back at from one of its agents: jobs of people have some dozens. */
#define LOOK_BACK_MAX 5000

struct list {
	struct slice at[LIST_MAX];
	size_t n;
};

static void add(struct fact_set *set, struct list *l, const char *what, struct slice name) {
	struct buf b = {0};

	buf_add_str(&b, what);
	buf_add_slice(&b, slice_sub(name, 0, 100));
	for (size_t i = 0; i < l->n; i++)
		if (slice_eq(l->at[i], buf_slice(&b))) {
			buf_free(&b);
			return;
		}
	if (l->n < LIST_MAX)
		l->at[l->n++] = arena_copy(&set->arena, buf_slice(&b));
	buf_free(&b);
}

static void add_all(struct fact_set *set, struct list *l, const char *what, const struct fact *f, const char *name) {
	const struct value *v = fact_get(f, name);

	for (size_t i = 0; v && !v->none && v->type == VALUE_TEXTS && i < v->texts.n; i++)
		add(set, l, what, v->texts.at[i]);
}

/* What steps before the agent left in its job: logins, the checkout's token. */
static void inherit_steps(struct fact_set *set, struct list *l, size_t at) {
	const struct fact *agent = set->all.at[at], *job = agent->parent->parent;

	for (size_t i = at; i-- > 0 && at - i <= LOOK_BACK_MAX && set->all.at[i] != job;) {
		const struct fact *s = set->all.at[i];

		if (s->kind != FACT_STEP || s->parent != job || s == agent->parent)
			continue;
		if (fact_true(s, "federated"))
			add(set, l, "the cloud that an earlier step entered", slice_of(NULL, 0));
		if (fact_text(s, "static_cloud").n)
			add(set, l, "the cloud that an earlier step entered: ", fact_text(s, "static_cloud"));
		if (fact_true(s, "keeps_token"))
			add(set, l, "the token that the checkout leaves", slice_of(NULL, 0));
	}
}

static void inherit(struct fact_set *set, size_t at) {
	struct fact *agent = set->all.at[at];
	const struct fact *job = agent->parent->parent;
	struct list l = {.n = 0};

	if (fact_true(job, "whole_store") || fact_true(job, "inherits_secrets"))
		add(set, &l, "all secrets", slice_of(NULL, 0));
	add_all(set, &l, "secret ", job, "secrets");
	if (fact_true(job, "write_all"))
		add(set, &l, "write everything", slice_of(NULL, 0));
	else
		add_all(set, &l, "write ", job, "write_scopes");
	if (fact_true(job, "id_token"))
		add(set, &l, "identity token", slice_of(NULL, 0));
	if (fact_true(job, "self_hosted"))
		add(set, &l, "a machine of the owner's", slice_of(NULL, 0));
	if (fact_text(agent, "token_given").n)
		add(set, &l, "a stored token for the repository", slice_of(NULL, 0));
	inherit_steps(set, &l, at);
	if (l.n)
		fact_set_texts(set, agent, "inherits", l.at, l.n, agent->span);
}

/* Its job asks who started it; of a workflow that others call, each of the jobs that call it does. */
static bool is_guarded(const struct fact *job) {
	const struct value *callers = job->parent ? fact_get(job->parent, "callers") : NULL;
	bool all = callers && !callers->none && callers->facts.n;

	for (size_t i = 0; all && i < callers->facts.n; i++)
		all = fact_true(callers->facts.at[i], "guarded");
	return all || fact_true(job, "guarded");
}

static void hold(struct fact_set *set, struct fact *agent) {
	const struct fact *job = agent->parent->parent;
	const struct value *scopes = fact_get(job, "write_scopes");
	const bool guarded = is_guarded(job);
	struct list l = {.n = 0};

	add_all(set, &l, "", agent, "restraints");
	fact_set_bool(set, agent, "guarded", guarded, NOWHERE);
	if (guarded)
		add(set, &l, "an if asks who started the job, or what a job before it decided", slice_of(NULL, 0));
	if (fact_text(job, "environment").n)
		add(set, &l, "environment ", fact_text(job, "environment"));
	if (scopes && !scopes->texts.n && !fact_true(job, "write_all"))
		add(set, &l, "the job's token only reads", slice_of(NULL, 0));
	if (l.n)
		fact_set_texts(set, agent, "held_by", l.at, l.n, agent->span);
}

/* A step's own reach where the reader tells it, its job's otherwise. */
static bool reached(const struct fact *agent, const char *by) {
	const struct value *v = fact_get(agent->parent, by);

	return v ? v->known && v->boolean : fact_true(agent->parent->parent, by);
}

/* What an earlier step of the job installed as whatever is newest is what runs. Told with the first agent behind it. */
static void take_install(struct fact_set *set, size_t at) {
	struct fact *agent = set->all.at[at];
	const struct fact *job = agent->parent->parent;

	for (size_t i = at;
		i-- > 0 && at - i <= LOOK_BACK_MAX && set->all.at[i] != job && !fact_text(agent, "moving").n;) {
		const struct fact *s = set->all.at[i];

		if (s->kind == FACT_AGENT && s->parent && s->parent->parent == job)
			return;
		if (s->kind == FACT_STEP && s->parent == job && fact_text(s, "installs_agent").n)
			fact_set_text(
				set, agent, "moving", fact_text(s, "installs_agent"), fact_place(s, "installs_agent"));
	}
}

static void set_unrestrained(struct fact_set *set, struct fact *agent) {
	const char *which = fact_text(agent, "bypass").n ? "bypass" : "unscoped_shell";

	if (fact_text(agent, which).n)
		fact_set_text(set, agent, "unrestrained", fact_text(agent, which), fact_place(agent, which));
}

static bool is_in_pipeline(const struct fact *f) {
	return f->kind == FACT_AGENT && f->parent && f->parent->kind == FACT_STEP && f->parent->parent &&
	       f->parent->parent->kind == FACT_JOB;
}

/* The agent that tells of its job: the first of those that the least trusted can start. Agents of a job stand one after the other. */
static void choose_teller(struct fact_set *set, size_t from) {
	const struct fact *job = set->all.at[from]->parent->parent;
	struct fact *best = set->all.at[from];
	int most = -1;

	for (size_t i = from; i < set->all.n; i++) {
		struct fact *f = set->all.at[i];
		int reach;

		if (!is_in_pipeline(f) || f->parent->parent != job) {
			if (f->kind == FACT_JOB)
				break;
			continue;
		}
		reach = fact_true(f, "strangers") ? 2 : fact_true(f, "low_trust") ? 1 : 0;
		fact_set_bool(set, f, "tells_job", false, NOWHERE);
		if (reach > most) {
			best = f;
			most = reach;
		}
	}
	fact_set_bool(set, best, "tells_job", true, NOWHERE);
}

static void run(struct fact_set *set, int64_t now) {
	const struct fact *last = NULL;

	(void)now;
	for (size_t i = 0; i < set->all.n; i++) {
		struct fact *f = set->all.at[i];

		if (!is_in_pipeline(f))
			continue;
		fact_set_bool(set, f, "strangers", reached(f, "untrusted"), NOWHERE);
		fact_set_bool(set, f, "low_trust", reached(f, "low_trust"), NOWHERE);
		take_install(set, i);
		inherit(set, i);
		hold(set, f);
		set_unrestrained(set, f);
	}
	for (size_t i = 0; i < set->all.n; i++)
		if (is_in_pipeline(set->all.at[i]) && set->all.at[i]->parent->parent != last) {
			last = set->all.at[i]->parent->parent;
			choose_teller(set, i);
		}
}

const struct fact_engine fact_agent_jobs = {"agent-jobs", run};
