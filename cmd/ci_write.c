/* Records of jobs in words and in JSON. What a job can do was worked out by readers and engines; here it is only told. */
#include "cmd/ci.h"

#include "core/text.h"

#include <jansson.h>

static const struct value *value_of(const struct fact *f, const char *name) {
	const struct value *v = fact_get(f, name);

	return v && !v->none ? v : NULL;
}

/* A job of a pipeline, not the steps of an action that other jobs run. */
static bool is_job(const struct fact *f) {
	return f->kind == FACT_JOB && f->source && f->parent && !fact_true(f->parent, "is_action");
}

static const char *started_by(const struct fact *job) {
	return fact_true(job, "untrusted") ? "anyone" : fact_true(job, "low_trust") ? "pull-request" : "trusted";
}

static void add_text(const struct ci_telling *t, struct buf *b, struct slice s) {
	text_escape(b, masker_text(t->masker, t->arena, s));
}

static void add_texts(const struct ci_telling *t, struct buf *b, const struct fact *f, const char *name) {
	const struct value *v = value_of(f, name);

	for (size_t i = 0; v && i < v->texts.n; i++) {
		buf_add_str(b, i ? ", " : "");
		add_text(t, b, v->texts.at[i]);
	}
}

static void part(struct buf *b, const char *text) {
	buf_printf(b, "%s%s", b->n ? "; " : "", text);
}

static size_t count_of(const struct fact *f, const char *name) {
	const struct value *v = value_of(f, name);

	return !v ? 0 : v->type == VALUE_FACTS ? v->facts.n : v->texts.n;
}

static void tell_reads(const struct ci_telling *t, struct buf *b, const struct fact *job) {
	if (fact_true(job, "inherits_secrets") || fact_true(job, "whole_store"))
		part(b, "all secrets of the repository");
	if (count_of(job, "secrets")) {
		part(b, "secrets ");
		add_texts(t, b, job, "secrets");
	}
	if (b->n == 0)
		buf_add_str(b, "no secret");
}

static void tell_powers(const struct ci_telling *t, struct buf *b, const struct fact *job) {
	if (fact_true(job, "write_all")) {
		part(b, "write everything in the repository");
	} else if (count_of(job, "write_scopes")) {
		part(b, "write ");
		add_texts(t, b, job, "write_scopes");
	} else if (fact_get(job, "permissions_from") && !fact_get(job, "write_scopes")) {
		part(b, "whatever the repository's settings give its token");
	}
	if (fact_true(job, "id_token"))
		part(b, fact_true(job, "federated") ? "mint identity tokens and enter a cloud with them"
						    : "mint identity tokens");
	if (count_of(job, "enters_names")) {
		part(b, "enter ");
		add_texts(t, b, job, "enters_names");
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

static void tell_limits(const struct ci_telling *t, struct buf *b, const struct fact *job) {
	if (fact_text(job, "environment").n) {
		part(b, "environment ");
		add_text(t, b, fact_text(job, "environment"));
	}
	if (fact_true(job, "guarded"))
		part(b, "asks who started it, or what a job before it decided");
	if (fact_true(job, "disabled"))
		part(b, "never runs");
	if (b->n == 0)
		buf_add_str(b, "nothing");
}

/* The next agent of a job behind index *at; NULL: no more. Agents of a job come behind it and before the next. */
static const struct fact *next_agent(const struct fact_set *set, const struct fact *job, size_t *at) {
	while (++*at < set->all.n && set->all.at[*at]->kind != FACT_JOB && set->all.at[*at]->kind != FACT_PIPELINE) {
		const struct fact *f = set->all.at[*at];

		if (f->kind == FACT_AGENT && f->parent && f->parent->parent == job)
			return f;
	}
	return NULL;
}

/* What restrains an agent, and what does not. */
static void tell_agent(const struct ci_telling *t, struct buf *b, const struct fact *agent) {
	add_text(t, b, agent->name);
	if (fact_true(agent, "everyone"))
		buf_add_str(b, ", open to everyone");
	if (fact_text(agent, "bypass").n) {
		buf_add_str(b, ", without questions: ");
		add_text(t, b, fact_text(agent, "bypass"));
	}
	if (fact_text(agent, "unscoped_shell").n)
		buf_add_str(b, ", any command of the shell");
	buf_add_str(b, count_of(agent, "held_by") ? ", held by " : ", held by nothing");
	add_texts(t, b, agent, "held_by");
}

static void line(FILE *out, const char *label, struct buf *b) {
	fprintf(out, "  %-12s%s\n", label, buf_cstr(b));
	buf_clear(b);
}

static void tell_job(const struct ci_telling *t, size_t at, FILE *out) {
	const struct fact *job = t->set->all.at[at], *agent;
	struct buf b = {0};

	add_text(t, &b, job->source->path);
	buf_printf(&b, ":%u  ", job->span.line);
	add_text(t, &b, job->name);
	fprintf(out, "%s\n", buf_cstr(&b));
	buf_clear(&b);
	buf_printf(&b, "%s",
		fact_true(job, "untrusted")   ? "anyone"
		: fact_true(job, "low_trust") ? "whoever opens a pull or merge request"
					      : "people with write access");
	if (count_of(job, "triggers")) {
		buf_add_str(&b, ": ");
		add_texts(t, &b, job, "triggers");
	}
	line(out, "started by", &b);
	tell_reads(t, &b, job);
	line(out, "reads", &b);
	tell_powers(t, &b, job);
	line(out, "may", &b);
	if (count_of(job, "third_parties")) {
		add_texts(t, &b, job, "third_parties");
		line(out, "runs, unpinned", &b);
	}
	tell_limits(t, &b, job);
	line(out, "limited by", &b);
	while ((agent = next_agent(t->set, job, &at)) != NULL) {
		tell_agent(t, &b, agent);
		line(out, "runs agent", &b);
	}
	buf_free(&b);
}

void ci_write_text(const struct ci_telling *t, FILE *out) {
	const struct fact_set *set = t->set;
	size_t jobs = 0, anyone = 0, low = 0, secrets = 0;

	for (size_t i = 0; i < set->all.n; i++) {
		const struct fact *f = set->all.at[i];

		if (!is_job(f))
			continue;
		tell_job(t, i, out);
		fputc('\n', out);
		jobs++;
		anyone += fact_true(f, "untrusted");
		low += fact_true(f, "low_trust") && !fact_true(f, "untrusted");
		secrets += count_of(f, "secrets") || fact_true(f, "inherits_secrets") || fact_true(f, "whole_store");
	}
	fprintf(out, "%zu job%s: %zu that anyone can start, %zu that pull or merge requests start; %zu with secrets\n",
		jobs, jobs == 1 ? "" : "s", anyone, low, secrets);
}

/* Text of the target as valid UTF-8, masked. */
static json_t *json_text(const struct ci_telling *t, struct slice s) {
	struct buf b = {0};
	json_t *v;

	text_to_utf8(&b, masker_text(t->masker, t->arena, s));
	v = json_stringn(b.n ? (const char *)b.p : "", b.n);
	buf_free(&b);
	return v ? v : json_string("");
}

static json_t *json_texts(const struct ci_telling *t, const struct fact *f, const char *name) {
	const struct value *v = value_of(f, name);
	json_t *list = json_array();

	for (size_t i = 0; v && i < v->texts.n; i++)
		json_array_append_new(list, json_text(t, v->texts.at[i]));
	return list;
}

static json_t *json_or_null(const struct ci_telling *t, const struct fact *f, const char *name) {
	const struct value *v = value_of(f, name);

	return v ? json_text(t, v->text) : json_null();
}

static json_t *reads_json(const struct ci_telling *t, const struct fact *job) {
	return json_pack("{s:b, s:o}", "all_secrets",
		fact_true(job, "inherits_secrets") || fact_true(job, "whole_store"), "secrets",
		json_texts(t, job, "secrets"));
}

/* `write` is null when the repository's settings decide. */
static json_t *may_json(const struct ci_telling *t, const struct fact *job) {
	const bool known = fact_get(job, "write_scopes") != NULL;

	return json_pack("{s:b, s:o, s:o, s:b, s:b, s:o, s:b, s:b, s:b, s:o}", "write_all", fact_true(job, "write_all"),
		"write", known ? json_texts(t, job, "write_scopes") : json_null(), "permissions_from",
		json_or_null(t, job, "permissions_from"), "identity_token", fact_true(job, "id_token"), "cloud_login",
		fact_true(job, "federated"), "enter", json_texts(t, job, "enters_names"), "publish",
		fact_true(job, "publishes"), "deploy", fact_true(job, "deploys"), "self_hosted",
		fact_true(job, "self_hosted"), "unpinned_code", json_texts(t, job, "third_parties"));
}

static json_t *agents_json(const struct ci_telling *t, size_t at) {
	const struct fact *job = t->set->all.at[at], *f;
	json_t *list = json_array();

	while ((f = next_agent(t->set, job, &at)) != NULL)
		json_array_append_new(list,
			json_pack("{s:o, s:o, s:I, s:I, s:b, s:b, s:o, s:o, s:o, s:o, s:o}", "agent",
				json_text(t, f->name), "client", json_or_null(t, f, "client"), "line",
				(json_int_t)f->span.line, "column", (json_int_t)f->span.column, "checks_who_started_it",
				!fact_true(f, "no_actor_check") && !fact_true(f, "everyone"), "open_to_everyone",
				fact_true(f, "everyone"), "bypass", json_or_null(t, f, "bypass"), "any_command",
				json_or_null(t, f, "unscoped_shell"), "strangers_text_in_prompt",
				json_or_null(t, f, "prompt_text"), "inherits", json_texts(t, f, "inherits"), "held_by",
				json_texts(t, f, "held_by")));
	return list;
}

static json_t *job_json(const struct ci_telling *t, size_t at) {
	const struct fact *job = t->set->all.at[at];

	return json_pack("{s:o, s:o, s:I, s:I, s:o, s:o, s:{s:s, s:o}, s:o, s:o, s:{s:o, s:b, s:b}, s:o}", "system",
		json_text(t, fact_text(job, "system")), "path", json_text(t, job->source->path), "line",
		(json_int_t)job->span.line, "column", (json_int_t)job->span.column, "pipeline",
		json_text(t, job->parent->name), "job", json_text(t, job->name), "started_by", "who", started_by(job),
		"events", json_texts(t, job, "triggers"), "reads", reads_json(t, job), "may", may_json(t, job),
		"limited_by", "environment", json_or_null(t, job, "environment"), "guarded", fact_true(job, "guarded"),
		"disabled", fact_true(job, "disabled"), "agents", agents_json(t, at));
}

void ci_write_json(const struct ci_telling *t, FILE *out) {
	const struct fact_set *set = t->set;
	json_t *jobs = json_array(), *v;

	for (size_t i = 0; i < set->all.n; i++)
		if (is_job(set->all.at[i]))
			json_array_append_new(jobs, job_json(t, i));
	v = json_pack(
		"{s:s, s:I, s:o}", "schema", "nhiscan-ci/1", "count", (json_int_t)json_array_size(jobs), "jobs", jobs);
	json_dumpf(v, out, JSON_INDENT(2));
	fputc('\n', out);
	json_decref(v);
}
