/* What is told of a job, in words: who starts it, what it reads, what it may do, what limits it. How that is laid out is in ci_write.c and ci_table.c. */
#include "cmd/ci_words.h"

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
