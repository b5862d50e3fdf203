/* Claims of the identity tokens that CI systems mint. GitHub: "OpenID Connect reference", with the immutable form of subjects that holds owner's and
 * repository's ids; GitLab: "ID token authentication"; CircleCI: "OpenID Connect tokens"; Buildkite: "OIDC with agents"; Bitbucket: "Integrate
 * Pipelines with resource servers using OIDC"; Azure: "Workload identity federation for service connections". */
#include "rules/ci/subject.h"

#include "core/buf.h"

#include <stdlib.h>

#define EVENTS_MAX 32

/* Where a run of an event stands. */
static const struct {
	const char *event, *ref;
	bool change;
} events[] = {
	{"pull_request", "refs/pull/*", true},
	{"pull_request_review", "refs/pull/*", true},
	{"pull_request_review_comment", "refs/pull/*", true},
	{"merge_request_event", "refs/heads/*", true},
	{"push", "refs/*", false},
	{"release", "refs/tags/*", false},
	{"merge_group", "refs/heads/gh-readonly-queue/*", false},
	{"workflow_call", "refs/*", false},
};

static const struct {
	const char *system, *form; /* of subjects, where the repository's own words do not stand in it */
} forms[] = {
	{"circleci", "org/*/project/*"},
	{"bitbucket", "{*}:*"},
	{"buildkite", "organization:*:pipeline:*:ref:*"},
	{"azure", "sc://*"},
};

static struct slice keep(struct arena *a, struct buf *b) {
	const struct slice s = arena_copy(a, buf_slice(b));

	buf_free(b);
	return s;
}

/* "owner/name", or stars for what the repository's origin does not tell. */
static struct slice repository_of(const struct fact *job) {
	const struct slice s = job->parent ? fact_text(job->parent, "repository") : (struct slice){0};

	return s.n ? s : slice_str("*/*");
}

/* A name that an expression makes is any name. */
static struct slice fixed(struct slice s) {
	return slice_byte(s, '$') ? slice_str("*") : s;
}

/* owner/name and owner@id/name@id. */
static void github_forms(struct arena *a, const struct fact *job, struct subject *s) {
	struct slice *at = ARENA_NEW_N(a, struct slice, 2), repository = repository_of(job);
	const uint8_t *slash = memchr(repository.p, '/', repository.n);
	const size_t cut = slash ? (size_t)(slash - repository.p) : repository.n;

	for (int ids = 0; ids < 2; ids++) {
		struct buf b = {0};

		buf_add_str(&b, "repo:");
		buf_add_slice(&b, slice_sub(repository, 0, cut));
		buf_add_str(&b, ids ? "@*/" : "/");
		buf_add_slice(&b, slice_sub(repository, cut + 1, repository.n));
		buf_add_str(&b, ids ? "@*" : "");
		if (s->environment.n) {
			buf_add_str(&b, ":environment:");
			buf_add_slice(&b, s->environment);
		} else if (slice_has_prefix(s->ref, "refs/pull/")) {
			buf_add_str(&b, ":pull_request");
		} else {
			buf_add_str(&b, ":ref:");
			buf_add_slice(&b, s->ref);
		}
		at[ids] = keep(a, &b);
	}
	s->forms = at;
	s->nforms = 2;
}

static void gitlab_forms(struct arena *a, const struct fact *job, struct subject *s) {
	struct slice *at = ARENA_NEW(a, struct slice), repository = repository_of(job);
	struct buf b = {0};

	buf_add_str(&b, "project_path:");
	buf_add_slice(&b, repository);
	buf_add_str(&b, s->change ? ":ref_type:branch:ref:*" : ":ref_type:*:ref:*");
	*at = keep(a, &b);
	s->forms = at;
	s->nforms = 1;
}

static void fill_forms(struct arena *a, const struct fact *job, struct subject *s) {
	const struct slice system = fact_text(job, "system");
	struct slice *at;

	if (slice_eq(system, slice_str("github"))) {
		github_forms(a, job, s);
		return;
	}
	if (slice_eq(system, slice_str("gitlab"))) {
		gitlab_forms(a, job, s);
		return;
	}
	at = ARENA_NEW(a, struct slice);
	*at = slice_str("*");
	for (size_t i = 0; i < sizeof(forms) / sizeof(*forms); i++)
		if (slice_eq(system, slice_str(forms[i].system)))
			*at = slice_str(forms[i].form);
	s->forms = at;
	s->nforms = 1;
}

size_t subjects_of(struct arena *a, const struct fact *job, const struct subject **out) {
	const struct value *triggers = fact_get(job, "triggers");
	const size_t n = triggers && triggers->texts.n ? triggers->texts.n : 1;
	struct subject *all = ARENA_NEW_N(a, struct subject, n < EVENTS_MAX ? n : EVENTS_MAX);
	const struct slice environment = fact_text(job, "environment");
	size_t count = 0;

	for (; count < n && count < EVENTS_MAX; count++) {
		struct subject *s = &all[count];

		s->event = triggers && triggers->texts.n ? triggers->texts.at[count] : (struct slice){0};
		s->ref = slice_str(
			s->event.n && !slice_eq(fact_text(job, "system"), slice_str("github")) ? "*" : "refs/heads/*");
		s->environment = environment.n ? fixed(environment) : environment;
		for (size_t i = 0; i < sizeof(events) / sizeof(*events); i++)
			if (slice_eq(s->event, slice_str(events[i].event))) {
				s->ref = slice_str(events[i].ref);
				s->change = events[i].change;
			}
		/* elsewhere one flag tells of all triggers */
		if (!slice_eq(fact_text(job, "system"), slice_str("github")))
			s->change |= fact_true(job, "low_trust");
		s->stranger = fact_true(job, "untrusted") && !s->change;
		fill_forms(a, job, s);
	}
	*out = all;
	return count;
}

bool subject_claim(const struct subject *s, const struct fact *job, struct slice claim, struct slice *out) {
	const struct slice repository = repository_of(job);
	const uint8_t *slash = memchr(repository.p, '/', repository.n);

	if (slice_eq(claim, slice_str("repository")) || slice_eq(claim, slice_str("project_path")))
		*out = repository;
	else if (slice_eq(claim, slice_str("repository_owner")) || slice_eq(claim, slice_str("namespace_path")))
		*out = slice_sub(repository, 0, slash ? (size_t)(slash - repository.p) : repository.n);
	else if (slice_eq(claim, slice_str("ref")) && slice_has_prefix(s->ref, "refs/"))
		*out = s->ref;
	else if (slice_eq(claim, slice_str("event_name")) && s->event.n)
		*out = s->event;
	else if (slice_eq(claim, slice_str("environment")))
		*out = s->environment;
	else
		return false;
	return true;
}
