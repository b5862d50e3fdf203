/* Joins over pipelines: what a reader of one file can't know. Reusable workflows and actions get the trust of those who call them, what is
 * started by the end of another run gets that run's, a job gets what its steps come to. What is written in a file is the readers'. */
#include "rules/ci/join.h"

#include "core/buf.h"
#include "core/map.h"
#include "core/vec.h"

#include <stdlib.h>

/* Workflows may call workflows, so many levels deep at most (GitHub: 10). */
#define CALL_LEVELS 10

typedef VEC(struct fact *) fact_vec;

struct pipeline {
	struct fact *fact;
	fact_vec jobs, steps, credentials;
	fact_vec callers; /* jobs, and jobs of steps that use an action */
};

struct joining {
	struct fact_set *set;
	VEC(struct pipeline) pipelines;
	struct map by_path; /* "target path" to index */
};

static struct slice path_key(struct buf *b, const struct fact *f, struct slice path) {
	buf_clear(b);
	buf_printf(b, "%u %d ", f->source->target, (int)f->source->place);
	buf_add(b, f->source->commit.id, f->source->commit.n); /* a version of history meets those of its commit */
	buf_add_slice(b, path);
	return buf_slice(b);
}

/* Facts of one document stand together, a pipeline before its parts. */
static void gather(struct joining *j) {
	struct pipeline *p = NULL;
	struct buf key = {0};

	for (size_t i = 0; i < j->set->all.n; i++) {
		struct fact *f = j->set->all.at[i];

		if (f->kind == FACT_PIPELINE && f->source) {
			VEC_PUSH(&j->pipelines, (struct pipeline){.fact = f});
			map_put(&j->by_path, path_key(&key, f, f->source->path), NULL)->value.num = j->pipelines.n - 1;
		}
		if (j->pipelines.n == 0)
			continue;
		p = &j->pipelines.at[j->pipelines.n - 1];
		if (f->source != p->fact->source)
			continue;
		if (f->kind == FACT_JOB)
			VEC_PUSH(&p->jobs, f);
		else if (f->kind == FACT_STEP)
			VEC_PUSH(&p->steps, f);
		else if (f->kind == FACT_CREDENTIAL)
			VEC_PUSH(&p->credentials, f);
	}
	buf_free(&key);
}

static struct pipeline *find(struct joining *j, const struct fact *from, struct slice path) {
	struct buf key = {0};
	const struct map_entry *e = map_get(&j->by_path, path_key(&key, from, path));

	buf_free(&key);
	return e ? &j->pipelines.at[e->value.num] : NULL;
}

/* The repository's root within the target: what stands before ".github/" and the like. */
static struct slice root_of(const struct fact *f) {
	static const char *const folders[] = {".github/workflows/", ".gitea/workflows/", ".forgejo/workflows/", NULL};

	for (size_t i = 0; folders[i]; i++) {
		const ptrdiff_t at = slice_find(f->source->path, slice_str(folders[i]));

		if (at >= 0)
			return slice_sub(f->source->path, 0, (size_t)at);
	}
	return (struct slice){0};
}

/* "./.github/workflows/x.yml" is a file, "./tools/setup" a folder with an action in it. */
static struct pipeline *find_callee(struct joining *j, const struct fact *from, struct slice uses) {
	static const char *const names[] = {"", "/action.yml", "/action.yaml", NULL};
	struct buf path = {0};
	struct pipeline *found = NULL;

	if (!slice_has_prefix(uses, "./"))
		return NULL;
	for (size_t i = 0; names[i] && !found; i++) {
		buf_clear(&path);
		buf_add_slice(&path, root_of(from));
		buf_add_slice(&path, slice_sub(uses, 2, uses.n));
		while (path.n && path.p[path.n - 1] == '/')
			path.n--;
		buf_add_str(&path, names[i]);
		found = find(j, from, buf_slice(&path));
	}
	buf_free(&path);
	return found;
}

static struct fact *mutable_fact(const struct fact *f) {
	return (struct fact *)(uintptr_t)f; /* the set owns it, and engines may write to it */
}

static void link_callers(struct joining *j) {
	for (size_t i = 0; i < j->pipelines.n; i++)
		for (size_t k = 0; k < j->pipelines.at[i].steps.n; k++) {
			struct fact *step = j->pipelines.at[i].steps.at[k];
			struct pipeline *callee = find_callee(j, step, fact_text(step, "uses"));

			if (!callee || step->parent->kind != FACT_JOB)
				continue;
			VEC_PUSH(&callee->callers, mutable_fact(step->parent));
			if (fact_text(step->parent, "calls").n)
				fact_set_fact(j->set, mutable_fact(step->parent), "callee", callee->fact);
		}
	for (size_t i = 0; i < j->pipelines.n; i++) {
		struct pipeline *p = &j->pipelines.at[i];

		if (p->callers.n)
			fact_set_facts(
				j->set, p->fact, "callers", (const struct fact *const *)p->callers.at, p->callers.n);
	}
}

static void set_all(struct joining *j, struct pipeline *p, const char *name, bool to, struct span at) {
	const fact_vec *parts[] = {&p->jobs, &p->steps, &p->credentials};

	fact_set_bool(j->set, p->fact, name, to, at);
	for (size_t i = 0; i < 3; i++)
		for (size_t k = 0; k < parts[i]->n; k++)
			if (fact_get(parts[i]->at[k], name))
				fact_set_bool(j->set, parts[i]->at[k], name, to, at);
}

/* Whoever can start a caller can start what it calls. */
static void spread_trust(struct joining *j) {
	static const char *const names[] = {"low_trust", "untrusted", NULL};
	bool changed = true;

	for (int level = 0; changed && level < CALL_LEVELS; level++) {
		changed = false;
		for (size_t i = 0; i < j->pipelines.n; i++) {
			struct pipeline *p = &j->pipelines.at[i];

			for (size_t n = 0; names[n]; n++)
				for (size_t k = 0; k < p->callers.n && !fact_true(p->fact, names[n]); k++)
					if (fact_true(p->callers.at[k], names[n])) {
						set_all(j, p, names[n], true, p->fact->span);
						changed = true;
					}
		}
	}
}

/* Is there a pipeline of that title or file name in the target, and does no stranger and no pull request start it? */
static bool is_trusted(const struct joining *j, const struct fact *from, struct slice title) {
	bool found = false;

	for (size_t i = 0; i < j->pipelines.n; i++) {
		const struct fact *f = j->pipelines.at[i].fact;

		if (f->source->target != from->source->target || f->source->place != from->source->place ||
			memcmp(&f->source->commit, &from->source->commit, sizeof(f->source->commit)) != 0 ||
			!slice_eq(fact_text(f, "title").n ? fact_text(f, "title") : f->name, title))
			continue;
		if (fact_true(f, "low_trust"))
			return false;
		found = true;
	}
	return found;
}

/* What runs after trusted runs only is as trusted as they are, unless another event of a stranger's starts it too. */
static void settle_upstream(struct joining *j) {
	static const char *const others[] = {"pull_request_target", "issue_comment", "issues", "discussion",
		"discussion_comment", "fork", "watch", NULL};

	for (size_t i = 0; i < j->pipelines.n; i++) {
		struct pipeline *p = &j->pipelines.at[i];
		const struct value *after = fact_get(p->fact, "runs_after"), *events = fact_get(p->fact, "triggers");
		bool trusted = after && after->texts.n, low = false;

		for (size_t k = 0; trusted && k < after->texts.n; k++)
			trusted = is_trusted(j, p->fact, after->texts.at[k]);
		for (size_t k = 0; trusted && k < events->texts.n; k++) {
			for (size_t n = 0; others[n]; n++)
				trusted &= !slice_eq(events->texts.at[k], slice_str(others[n]));
			low |= slice_has_prefix(events->texts.at[k], "pull_request");
		}
		if (!trusted)
			continue;
		set_all(j, p, "untrusted", false, after->span);
		if (!low)
			set_all(j, p, "low_trust", false, after->span);
	}
}

/* What a step's script has of a stranger's text matters once a stranger can start it through a caller. */
static void settle_texts(struct joining *j) {
	for (size_t i = 0; i < j->pipelines.n; i++)
		for (size_t k = 0; k < j->pipelines.at[i].steps.n; k++) {
			struct fact *s = j->pipelines.at[i].steps.at[k];

			if (fact_text(s, "stranger_text").n && fact_true(s, "untrusted"))
				fact_set_text(j->set, s, "untrusted_text", fact_text(s, "stranger_text"),
					fact_place(s, "stranger_text"));
			else if (fact_text(s, "stranger_text").n && fact_get(s, "untrusted_text"))
				fact_set_none(j->set, s, "untrusted_text", fact_place(s, "stranger_text"));
		}
}

static bool among(const struct value *list, struct slice name) {
	for (size_t i = 0; list && i < list->texts.n; i++)
		if (slice_eq_nocase(list->texts.at[i], name))
			return true;
	return false;
}

/* Scopes that a caller grants and none of the callee's jobs asks for. Nothing is known when one of them takes what it is given. */
static void compare_permissions(struct joining *j, struct pipeline *callee) {
	for (size_t i = 0; i < callee->jobs.n; i++)
		if (slice_eq(fact_text(callee->jobs.at[i], "permissions_from"), slice_str("default")) ||
			fact_true(callee->jobs.at[i], "write_all"))
			return;
	for (size_t k = 0; k < callee->callers.n; k++) {
		struct fact *caller = callee->callers.at[k];
		const struct value *granted = fact_get(caller, "write_scopes");
		VEC(struct slice) more = {0};

		if (!granted || !fact_text(caller, "calls").n || fact_true(callee->fact, "is_action"))
			continue;
		for (size_t s = 0; s < granted->texts.n; s++) {
			bool asked = false;

			for (size_t i = 0; i < callee->jobs.n && !asked; i++)
				asked = among(fact_get(callee->jobs.at[i], "write_scopes"), granted->texts.at[s]);
			if (!asked)
				VEC_PUSH(&more, granted->texts.at[s]);
		}
		if (more.n)
			fact_set_texts(j->set, caller, "passes_more", more.at, more.n, granted->span);
		VEC_FREE(&more);
	}
}

/* Secrets that a reusable workflow uses without saying so, and those it only says. */
static void compare_secrets(struct joining *j, struct pipeline *p) {
	const struct value *declared = fact_get(p->fact, "declared_secrets");
	VEC(struct slice) undeclared = {0}, unused = {0};
	bool inherits = false;

	if (!fact_true(p->fact, "reusable") || fact_true(p->fact, "is_action") || !declared)
		return;

	const struct span declaration = declared->span; /* setting attributes moves the values of a fact */

	for (size_t i = 0; i < p->jobs.n; i++)
		inherits |= fact_true(p->jobs.at[i], "inherits_secrets") || fact_true(p->jobs.at[i], "whole_store");
	for (size_t i = 0; i < p->credentials.n; i++) {
		const struct fact *c = p->credentials.at[i];
		bool known = !slice_eq(fact_text(c, "kind"), slice_str("secret")) || among(declared, c->name);

		for (size_t k = 0; k < undeclared.n && !known; k++)
			known = slice_eq(undeclared.at[k], c->name);
		if (!known)
			VEC_PUSH(&undeclared, c->name);
	}
	for (size_t i = 0; i < declared->texts.n && !inherits; i++) {
		bool used = false;

		for (size_t k = 0; k < p->credentials.n && !used; k++)
			used = slice_eq_nocase(p->credentials.at[k]->name, declared->texts.at[i]);
		if (!used)
			VEC_PUSH(&unused, declared->texts.at[i]);
	}
	fact_set_texts(j->set, p->fact, "undeclared_secrets", undeclared.at, undeclared.n, p->fact->span);
	fact_set_texts(j->set, p->fact, "unused_secrets", unused.at, unused.n, declaration);
	VEC_FREE(&undeclared);
	VEC_FREE(&unused);
}

/* A call of this repository's own workflow whose jobs all declare what they may do: what the caller lets through is not what counts. */
static bool callee_declares(struct joining *j, const struct fact *job) {
	const struct value *v = fact_get(job, "callee");
	const struct pipeline *callee = v && !v->none && v->fact ? find(j, v->fact, v->fact->source->path) : NULL;

	for (size_t i = 0; callee && i < callee->jobs.n; i++)
		if (slice_eq(fact_text(callee->jobs.at[i], "permissions_from"), slice_str("default")))
			return false;
	return callee && callee->jobs.n;
}

/* Jobs whose token nobody narrowed. */
static void list_default_jobs(struct joining *j, struct pipeline *p) {
	fact_vec jobs = {0};

	for (size_t i = 0; i < p->jobs.n; i++)
		if (slice_eq(fact_text(p->jobs.at[i], "permissions_from"), slice_str("default")) &&
			!fact_true(p->jobs.at[i], "disabled") && !callee_declares(j, p->jobs.at[i]))
			VEC_PUSH(&jobs, p->jobs.at[i]);
	fact_set_facts(j->set, p->fact, "default_jobs", (const struct fact *const *)jobs.at, jobs.n);
	VEC_FREE(&jobs);
}

/* "owner/…", with a host before it or not; of groups within groups the first counts. */
static bool is_of(struct slice uses, struct slice owner) {
	const uint8_t *slash = slice_byte(owner, '/'), *host = slice_byte(uses, '/');

	if (slash)
		owner = slice_sub(owner, 0, (size_t)(slash - owner.p));
	if (host && memchr(uses.p, '.', (size_t)(host - uses.p)))
		uses = slice_sub(uses, (size_t)(host - uses.p) + 1, uses.n);
	return owner.n && uses.n > owner.n && uses.p[owner.n] == '/' &&
	       slice_eq_nocase(slice_sub(uses, 0, owner.n), owner);
}

/* What an owner's pipelines use of the owner's other repositories is nobody else's. */
static void spare_own(struct joining *j, struct pipeline *p) {
	const struct slice owner = fact_text(p->fact, "owner");

	for (size_t i = 0; owner.n && i < p->steps.n; i++)
		if (fact_true(p->steps.at[i], "third_party") &&
			(is_of(fact_text(p->steps.at[i], "repository"), owner) ||
				is_of(fact_text(p->steps.at[i], "uses"), owner)))
			fact_set_bool(j->set, p->steps.at[i], "third_party", false, fact_place(p->steps.at[i], "uses"));
	for (size_t i = 0; owner.n && i < p->credentials.n; i++) {
		struct fact *c = p->credentials.at[i];

		if (!is_of(fact_text(c, "given_to"), owner))
			continue;
		fact_set_none(j->set, c, "given_to", c->span);
		fact_set_bool(j->set, c, "given_to_moving", false, c->span);
	}
	for (size_t i = 0; owner.n && i < p->jobs.n; i++) {
		const struct value *v = fact_get(p->jobs.at[i], "third_parties");
		VEC(struct slice) left = {0};

		for (size_t k = 0; v && k < v->texts.n; k++)
			if (!is_of(v->texts.at[k], owner))
				VEC_PUSH(&left, v->texts.at[k]);
		if (v && left.n < v->texts.n)
			fact_set_texts(j->set, p->jobs.at[i], "third_parties", left.at, left.n, v->span);
		VEC_FREE(&left);
	}
}

/* What the steps of a job come to, in their order. */
static void sum_up_steps(struct joining *j, struct pipeline *p) {
	const struct fact *keeper = NULL, *job = NULL;

	for (size_t i = 0; i < p->steps.n; i++) {
		struct fact *s = p->steps.at[i], *of = mutable_fact(s->parent);

		if (of != job)
			keeper = NULL;
		job = of;
		if (!of || of->kind != FACT_JOB)
			continue;
		if (fact_true(s, "keeps_token"))
			keeper = s;
		if (keeper && fact_text(s, "uploads").n)
			fact_set_fact(j->set, s, "uploads_token", keeper);
		if (fact_true(s, "federated"))
			fact_set_bool(j->set, of, "federated", true, s->span);
		if (fact_text(s, "checks_out").n && fact_true(s, "untrusted") &&
			!fact_text(of, "checks_out_stranger").n) {
			const struct value *v = fact_get(of, "checks_out_stranger");

			if (!v || v->none)
				fact_set_fact(j->set, of, "checks_out_stranger", s);
		}
	}
}

static bool is_moving_gift(const struct fact *c, const struct fact *job) {
	const struct value *of = fact_get(c, "job");

	return of && !of->none && of->fact == job && fact_true(c, "given_to_moving") &&
	       slice_eq(fact_text(c, "kind"), slice_str("secret"));
}

static void list_moving_secrets(struct joining *j, struct pipeline *p) {
	for (size_t i = 0; i < p->jobs.n; i++) {
		fact_vec gifts = {0};

		for (size_t k = 0; k < p->credentials.n && p->credentials.n <= 2000; k++)
			if (is_moving_gift(p->credentials.at[k], p->jobs.at[i]))
				VEC_PUSH(&gifts, p->credentials.at[k]);
		fact_set_facts(j->set, p->jobs.at[i], "moving_secrets", (const struct fact *const *)gifts.at, gifts.n);
		VEC_FREE(&gifts);
	}
}

static void run(struct fact_set *set, int64_t now) {
	struct joining j = {.set = set};

	(void)now;
	gather(&j);
	link_callers(&j);
	settle_upstream(&j);
	spread_trust(&j);
	settle_texts(&j);
	for (size_t i = 0; i < j.pipelines.n; i++) {
		struct pipeline *p = &j.pipelines.at[i];

		spare_own(&j, p);
		compare_permissions(&j, p);
		compare_secrets(&j, p);
		list_default_jobs(&j, p);
		sum_up_steps(&j, p);
		list_moving_secrets(&j, p);
	}
	for (size_t i = 0; i < j.pipelines.n; i++) {
		struct pipeline *p = &j.pipelines.at[i];

		VEC_FREE(&p->jobs);
		VEC_FREE(&p->steps);
		VEC_FREE(&p->credentials);
		VEC_FREE(&p->callers);
	}
	VEC_FREE(&j.pipelines);
	map_free(&j.by_path);
}

const struct fact_engine ci_join = {"pipelines", run};
