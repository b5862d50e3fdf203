/* Scopes of the job's token that well-known actions use, and with them what a job may write to and nothing in it does. A step that could use the token in a way not
 * known here ends the question: nothing is told of the job. Each row is from the action's own README or action.yml ("permissions"). */
#include "scanners/ci/github/github.h"

#include "core/vec.h"

#include <stdlib.h>

#define ANY_PATH "/*" /* all actions of a repository or owner */

static const struct {
	const char *action, *scopes; /* scopes with commas; "": none */
} needs[] = {
	{"actions/checkout", ""},
	{"actions/setup-" ANY_PATH, ""},
	{"actions/cache", ""},
	{"actions/cache" ANY_PATH, ""},
	{"actions/upload-artifact", ""},
	{"actions/download-artifact", "actions"},
	{"actions/upload-pages-artifact", ""},
	{"actions/configure-pages", "pages"},
	{"actions/deploy-pages", "pages,id-token,deployments"},
	{"actions/labeler", "pull-requests,issues"},
	{"actions/stale", "issues,pull-requests,contents,actions"},
	{"actions/first-interaction", "issues,pull-requests"},
	{"actions/dependency-review-action", "pull-requests"},
	{"actions/attest-build-provenance", "attestations,id-token,packages,contents"},
	{"actions/attest", "attestations,id-token,packages,contents"},
	{"actions/attest-sbom", "attestations,id-token,packages,contents"},
	{"actions/create-github-app-token", ""},
	{"github/codeql-action" ANY_PATH, "security-events,actions"},
	{"docker/setup-qemu-action", ""},
	{"docker/setup-buildx-action", ""},
	{"docker/metadata-action", ""},
	{"docker/login-action", "packages"},
	{"docker/build-push-action", "packages,attestations,id-token"},
	{"softprops/action-gh-release", "contents,discussions"},
	{"ncipollo/release-action", "contents,discussions"},
	{"peter-evans/create-pull-request", "contents,pull-requests,issues,workflows"},
	{"peaceiris/actions-gh-pages", "contents"},
	{"JamesIves/github-pages-deploy-action", "contents"},
	{"aws-actions/configure-aws-credentials", "id-token"},
	{"aws-actions/amazon-ecr-login", ""},
	{"google-github-actions/auth", "id-token"},
	{"google-github-actions/setup-gcloud", ""},
	{"azure/login", "id-token"},
	{"pypa/gh-action-pypi-publish", "id-token,attestations"},
	{"rust-lang/crates-io-auth-action", "id-token"},
	{"codecov/codecov-action", "id-token"},
	{"ossf/scorecard-action", "security-events,id-token"},
	{"golangci/golangci-lint-action", "pull-requests,checks"},
	{"pre-commit/action", ""},
	{"astral-sh/setup-uv", ""},
	{"pnpm/action-setup", ""},
	{"oven-sh/setup-bun", ""},
	{"denoland/setup-deno", ""},
	{"ruby/setup-ruby", ""},
	{"dtolnay/rust-toolchain", ""},
	{"Swatinem/rust-cache", ""},
	{"taiki-e/install-action", ""},
	{"sigstore/cosign-installer", ""},
	{"hashicorp/setup-terraform", ""},
	{"step-security/harden-runner", ""},
};

static const char *scopes_of(struct slice repository) {
	for (size_t i = 0; i < sizeof(needs) / sizeof(*needs); i++) {
		const struct slice name = slice_str(needs[i].action);
		const bool any = slice_has_suffix(name, ANY_PATH);
		const struct slice head = any ? slice_sub(name, 0, name.n - 2) : name;

		if (any ? repository.n > head.n && slice_eq_nocase(slice_sub(repository, 0, head.n), head)
			: slice_eq_nocase(repository, head))
			return needs[i].scopes;
	}
	return NULL;
}

static bool has_scope(const char *list, struct slice scope) {
	while (*list) {
		const size_t n = strcspn(list, ",");

		if (slice_eq(slice_of(list, n), scope))
			return true;
		list += n + (list[n] == ',');
	}
	return false;
}

/* The action with its path: "github/codeql-action/init" of "github/codeql-action/init@v3". */
static struct slice action_of(struct slice uses) {
	const uint8_t *at = slice_byte(uses, '@');

	return at ? slice_sub(uses, 0, (size_t)(at - uses.p)) : uses;
}

struct using {
	VEC(struct slice) unused;
	bool keeps; /* a checkout left the token to scripts */
};

static void use(struct using *u, const char *scopes) {
	size_t n = 0;

	for (size_t i = 0; i < u->unused.n; i++)
		if (!has_scope(scopes, u->unused.at[i]))
			u->unused.at[n++] = u->unused.at[i];
	u->unused.n = n;
}

/* False: the step may use the token for anything. */
static bool take_step(struct using *u, const struct fact *s) {
	const struct slice uses = fact_text(s, "uses");
	const char *scopes;

	if (fact_true(s, "leaves_token"))
		u->keeps = true;
	if (!uses.n) { /* a script: it has what the checkout left, and may ask for an identity token */
		if (fact_true(s, "job_token") || fact_true(s, "whole_store"))
			return false;
		use(u, u->keeps ? "id-token,contents,workflows" : "id-token");
		return true;
	}
	scopes = scopes_of(action_of(uses));
	if (!scopes)
		return false;
	use(u, scopes);
	return true;
}

/* What `job` declares and its steps, from index `at` of the set on, do not use. Returns the index behind them. */
static size_t find_unused_of(struct fact_set *set, const struct fact *pipeline, struct fact *job, size_t at) {
	const struct value *v = fact_get(job, "write_scopes");
	const struct span span = fact_place(job, "write_scopes"); /* setting attributes moves the values of a fact */
	struct using u = {0};
	bool known = v && slice_eq(fact_text(job, "permissions_from"), slice_str("job")) &&
		     !fact_text(job, "calls").n && !fact_true(job, "job_token") && !fact_true(pipeline, "job_token");

	for (size_t k = 0; known && k < v->texts.n; k++)
		VEC_PUSH(&u.unused, v->texts.at[k]);
	for (; at < set->all.n; at++) {
		const struct fact *s = set->all.at[at];

		if (s->kind != FACT_STEP)
			continue;
		if (s->parent != job)
			break;
		known = known && take_step(&u, s);
	}
	if (known && u.unused.n)
		fact_set_texts(set, job, "unused_scopes", u.unused.at, u.unused.n, span);
	VEC_FREE(&u.unused);
	return at;
}

void github_find_unused(struct github *g) {
	struct fact_set *set = g->ci.set;
	size_t at = set->all.n;

	while (at > 0 && set->all.at[at - 1] != g->pipeline)
		at--;
	/* all jobs stand before the steps of the first, and the steps of a job together */
	while (at < set->all.n) {
		const struct fact *f = set->all.at[at];

		if (f->kind == FACT_STEP && f->parent->kind == FACT_JOB)
			at = find_unused_of(set, g->pipeline, (struct fact *)(uintptr_t)f->parent, at);
		else
			at++;
	}
}
