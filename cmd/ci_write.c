/* Records of jobs in words and in JSON. What a job can do was worked out by readers and engines; here it is only told. */
#include "cmd/ci_words.h"

#include "core/text.h"

#include <jansson.h>
#include <stdlib.h>

static const char *started_by(const struct fact *job) {
	return fact_true(job, "untrusted") ? "anyone" : fact_true(job, "low_trust") ? "pull-request" : "trusted";
}

static void line(const struct ci_telling *t, FILE *out, const char *label, struct buf *b) {
	struct buf text = {0};

	labelled_add(&text, &t->style, 2, 18, INK_DIM, label, buf_slice(b));
	fputs(buf_cstr(&text), out);
	buf_free(&text);
	buf_clear(b);
}

static void tell_job(const struct ci_telling *t, const struct ci_agents *agents, const struct fact *job, FILE *out) {
	const struct slice path = job->source->path;
	struct buf b = {0};

	/* at the start of a line "::" would be a workflow command (report/oneline.c) */
	if (path.n && (path.p[0] == ':' || path.p[0] == '#' || path.p[0] == ' '))
		buf_add_str(&b, "./");
	ci_add_text(t, &b, path);
	buf_printf(&b, ":%u  ", job->span.line);
	ci_add_text(t, &b, job->name);
	fprintf(out, "%s\n", buf_cstr(&b));
	buf_clear(&b);
	ci_tell_starters(t, &b, job);
	line(t, out, "started by", &b);
	ci_tell_reads(t, &b, job);
	line(t, out, "reads", &b);
	ci_tell_powers(t, &b, job);
	line(t, out, "may", &b);
	if (ci_count_of(job, "third_parties")) {
		ci_add_texts(t, &b, job, "third_parties");
		line(t, out, "runs, unpinned", &b);
	}
	ci_tell_limits(t, &b, job);
	line(t, out, "limited by", &b);
	for (size_t i = ci_first_agent(agents, job); i < agents->all.n && ci_job_of(agents->all.at[i]) == job; i++) {
		ci_tell_agent(t, &b, agents->all.at[i]);
		line(t, out, "runs agent", &b);
	}
	buf_free(&b);
}

void ci_write_sum(const struct ci_telling *t, FILE *out) {
	size_t jobs = 0, anyone = 0, low = 0, secrets = 0;

	for (size_t i = 0; i < t->set->all.n; i++) {
		const struct fact *f = t->set->all.at[i];

		if (!ci_is_job(f))
			continue;
		jobs++;
		anyone += fact_true(f, "untrusted");
		low += fact_true(f, "low_trust") && !fact_true(f, "untrusted");
		secrets += ci_count_of(f, "secrets") || fact_true(f, "inherits_secrets") || fact_true(f, "whole_store");
	}
	fprintf(out, "%zu job%s: %zu that anyone can start, %zu that pull or merge requests start; %zu with secrets\n",
		jobs, jobs == 1 ? "" : "s", anyone, low, secrets);
}

void ci_write_records(const struct ci_telling *t, const struct ci_agents *agents, size_t from, size_t to, FILE *out) {
	for (size_t i = from; i < to; i++)
		if (ci_is_job(t->set->all.at[i])) {
			tell_job(t, agents, t->set->all.at[i], out);
			fputc('\n', out);
		}
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
	const struct value *v = ci_value_of(f, name);
	json_t *list = json_array();

	for (size_t i = 0; v && i < v->texts.n; i++)
		json_array_append_new(list, json_text(t, v->texts.at[i]));
	return list;
}

static json_t *json_or_null(const struct ci_telling *t, const struct fact *f, const char *name) {
	const struct value *v = ci_value_of(f, name);

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

static json_t *agent_json(const struct ci_telling *t, const struct fact *f) {
	return json_pack("{s:o, s:o, s:I, s:I, s:b, s:b, s:o, s:o, s:o, s:o, s:o}", "agent", json_text(t, f->name),
		"client", json_or_null(t, f, "client"), "line", (json_int_t)f->span.line, "column",
		(json_int_t)f->span.column, "checks_who_started_it",
		!fact_true(f, "no_actor_check") && !fact_true(f, "everyone"), "open_to_everyone",
		fact_true(f, "everyone"), "bypass", json_or_null(t, f, "bypass"), "any_command",
		json_or_null(t, f, "unscoped_shell"), "strangers_text_in_prompt", json_or_null(t, f, "prompt_text"),
		"inherits", json_texts(t, f, "inherits"), "held_by", json_texts(t, f, "held_by"));
}

static json_t *agents_json(const struct ci_telling *t, const struct ci_agents *agents, const struct fact *job) {
	json_t *list = json_array();

	for (size_t i = ci_first_agent(agents, job); i < agents->all.n && ci_job_of(agents->all.at[i]) == job; i++)
		json_array_append_new(list, agent_json(t, agents->all.at[i]));
	return list;
}

static json_t *job_json(const struct ci_telling *t, const struct ci_agents *agents, const struct fact *job) {
	return json_pack("{s:o, s:o, s:I, s:I, s:o, s:o, s:{s:s, s:o}, s:o, s:o, s:{s:o, s:b, s:b}, s:o}", "system",
		json_text(t, fact_text(job, "system")), "path", json_text(t, job->source->path), "line",
		(json_int_t)job->span.line, "column", (json_int_t)job->span.column, "pipeline",
		json_text(t, job->parent->name), "job", json_text(t, job->name), "started_by", "who", started_by(job),
		"events", json_texts(t, job, "triggers"), "reads", reads_json(t, job), "may", may_json(t, job),
		"limited_by", "environment", json_or_null(t, job, "environment"), "guarded", fact_true(job, "guarded"),
		"disabled", fact_true(job, "disabled"), "agents", agents_json(t, agents, job));
}

void ci_write_json(const struct ci_telling *t, FILE *out) {
	const struct fact_set *set = t->set;
	json_t *jobs = json_array(), *v;
	struct ci_agents agents = {0};

	ci_gather_agents(set, &agents);
	for (size_t i = 0; i < set->all.n; i++)
		if (ci_is_job(set->all.at[i]))
			json_array_append_new(jobs, job_json(t, &agents, set->all.at[i]));
	VEC_FREE(&agents.all);
	v = json_pack(
		"{s:s, s:I, s:o}", "schema", "nhiscan-ci/1", "count", (json_int_t)json_array_size(jobs), "jobs", jobs);
	json_dumpf(v, out, JSON_INDENT(2));
	fputc('\n', out);
	json_decref(v);
}
