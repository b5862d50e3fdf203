/* Well-known actions and what they do with identities, by the inputs they are given. Each row is from the action's own README or
 * action.yml. */
#include "scanners/ci/github/github.h"

#include <stdlib.h>

enum meaning {
	MEANS_STATIC_CLOUD, /* enters a cloud with a stored key; detail: which */
	MEANS_FEDERATED,    /* enters it with an identity token */
	MEANS_PUBLISHES,    /* detail: registry */
	MEANS_WITH_TOKEN,   /* … with a stored token; detail: registry */
	MEANS_DEPLOYS,
	MEANS_SSH_KEY
};

struct known_action {
	const char *repository;
	const char *input;  /* must be given and not be false or empty; NULL: none is asked for */
	const char *unless; /* must not be given */
	enum meaning meaning;
	const char *detail;
};

static const struct known_action actions[] = {
	{"aws-actions/configure-aws-credentials", "aws-secret-access-key", "aws-session-token", MEANS_STATIC_CLOUD,
		"aws"},
	{"aws-actions/configure-aws-credentials", "role-to-assume", "aws-secret-access-key", MEANS_FEDERATED, "aws"},
	{"google-github-actions/auth", "credentials_json", NULL, MEANS_STATIC_CLOUD, "gcp"},
	{"google-github-actions/auth", "workload_identity_provider", NULL, MEANS_FEDERATED, "gcp"},
	{"google-github-actions/setup-gcloud", "service_account_key", NULL, MEANS_STATIC_CLOUD, "gcp"},
	{"google-github-actions/get-gke-credentials", "credentials", NULL, MEANS_STATIC_CLOUD, "gcp"},
	{"azure/login", "creds", NULL, MEANS_STATIC_CLOUD, "azure"},
	{"azure/login", "client-id", "creds", MEANS_FEDERATED, "azure"},
	{"azure/docker-login", "password", NULL, MEANS_STATIC_CLOUD, "azure"},
	{"hashicorp/vault-action", "jwtGithubAudience", NULL, MEANS_FEDERATED, "vault"},
	{"webfactory/ssh-agent", "ssh-private-key", NULL, MEANS_SSH_KEY, NULL},
	{"shimataro/ssh-key-action", "key", NULL, MEANS_SSH_KEY, NULL},
	{"appleboy/ssh-action", "key", NULL, MEANS_SSH_KEY, NULL},
	{"appleboy/ssh-action", NULL, NULL, MEANS_DEPLOYS, NULL},
	{"appleboy/scp-action", "key", NULL, MEANS_SSH_KEY, NULL},
	{"appleboy/scp-action", NULL, NULL, MEANS_DEPLOYS, NULL},
	{"easingthemes/ssh-deploy", NULL, NULL, MEANS_DEPLOYS, NULL},
	{"burnett01/rsync-deployments", NULL, NULL, MEANS_DEPLOYS, NULL},
	{"pypa/gh-action-pypi-publish", NULL, NULL, MEANS_PUBLISHES, "pypi"},
	{"pypa/gh-action-pypi-publish", "password", NULL, MEANS_WITH_TOKEN, "pypi"},
	{"JS-DevTools/npm-publish", NULL, NULL, MEANS_PUBLISHES, "npm"},
	{"JS-DevTools/npm-publish", "token", NULL, MEANS_WITH_TOKEN, "npm"},
	{"rubygems/release-gem", NULL, NULL, MEANS_PUBLISHES, "rubygems"},
	{"rust-lang/crates-io-auth-action", NULL, NULL, MEANS_FEDERATED, "crates.io"},
	{"katyo/publish-crates", NULL, NULL, MEANS_PUBLISHES, "crates.io"},
	{"katyo/publish-crates", "registry-token", NULL, MEANS_WITH_TOKEN, "crates.io"},
	{"MarcoIeni/release-plz-action", NULL, NULL, MEANS_PUBLISHES, "crates.io"},
	{"NuGet/login", NULL, NULL, MEANS_FEDERATED, "nuget"},
	{"changesets/action", "publish", NULL, MEANS_PUBLISHES, "npm"},
	{"cycjimmy/semantic-release-action", NULL, "dry_run", MEANS_PUBLISHES, "release"},
	{"docker/build-push-action", "push", NULL, MEANS_PUBLISHES, "image"},
	{"elgohr/Publish-Docker-Github-Action", NULL, NULL, MEANS_PUBLISHES, "image"},
	{"goreleaser/goreleaser-action", NULL, NULL, MEANS_PUBLISHES, "release"},
	{"softprops/action-gh-release", NULL, NULL, MEANS_PUBLISHES, "release"},
	{"ncipollo/release-action", NULL, NULL, MEANS_PUBLISHES, "release"},
	{"actions/create-release", NULL, NULL, MEANS_PUBLISHES, "release"},
	{"svenstaro/upload-release-action", NULL, NULL, MEANS_PUBLISHES, "release"},
	{"actions/deploy-pages", NULL, NULL, MEANS_DEPLOYS, NULL},
	{"peaceiris/actions-gh-pages", NULL, NULL, MEANS_DEPLOYS, NULL},
	{"JamesIves/github-pages-deploy-action", NULL, NULL, MEANS_DEPLOYS, NULL},
	{"cloudflare/wrangler-action", NULL, NULL, MEANS_DEPLOYS, NULL},
	{"amondnet/vercel-action", NULL, NULL, MEANS_DEPLOYS, NULL},
	{"nwtgck/actions-netlify", NULL, NULL, MEANS_DEPLOYS, NULL},
	{"FirebaseExtended/action-hosting-deploy", NULL, NULL, MEANS_DEPLOYS, NULL},
	{"azure/webapps-deploy", NULL, NULL, MEANS_DEPLOYS, NULL},
	{"azure/functions-action", NULL, NULL, MEANS_DEPLOYS, NULL},
	{"azure/k8s-deploy", NULL, NULL, MEANS_DEPLOYS, NULL},
	{"Azure/static-web-apps-deploy", NULL, NULL, MEANS_DEPLOYS, NULL},
	{"aws-actions/amazon-ecs-deploy-task-definition", NULL, NULL, MEANS_DEPLOYS, NULL},
	{"aws-actions/aws-cloudformation-github-deploy", NULL, NULL, MEANS_DEPLOYS, NULL},
	{"google-github-actions/deploy-cloudrun", NULL, NULL, MEANS_DEPLOYS, NULL},
	{"google-github-actions/deploy-appengine", NULL, NULL, MEANS_DEPLOYS, NULL},
	{"google-github-actions/deploy-cloud-functions", NULL, NULL, MEANS_DEPLOYS, NULL},
	{"superfly/flyctl-actions", NULL, NULL, MEANS_DEPLOYS, NULL},
};

static bool is_given(const struct node *with, const char *input) {
	const struct node *v = NULL;

	for (size_t i = 0; node_is(with, NODE_MAPPING) && i < with->n; i++)
		if (slice_eq_nocase(with->members[i].key->text, slice_str(input)))
			v = with->members[i].value;
	return v && node_text(v).n && !node_text_is(v, "false");
}

/* The identity that a login asks for: a role, an application, a provider. */
static void take_identity(struct github *g, struct fact *step, const struct node *with) {
	static const char *const inputs[] = {"role-to-assume", "service_account", "client-id", NULL};

	for (size_t i = 0; inputs[i]; i++) {
		const struct node *v = node_get(with, inputs[i]);

		if (node_text(v).n)
			fact_set_text(g->ci.set, step, "role", v->text, v->span);
	}
}

static void apply(struct github *g, struct fact *step, const struct known_action *a, const struct span span) {
	switch (a->meaning) {
	case MEANS_STATIC_CLOUD:
		fact_set_text(g->ci.set, step, "static_cloud", slice_str(a->detail), span);
		break;
	case MEANS_FEDERATED:
		fact_set_bool(g->ci.set, step, "federated", true, span);
		break;
	case MEANS_WITH_TOKEN:
		fact_set_bool(g->ci.set, step, "publishes_with_token", true, span);
		break;
	case MEANS_PUBLISHES:
		fact_set_text(g->ci.set, step, "publishes", slice_str(a->detail), span);
		break;
	case MEANS_DEPLOYS:
		fact_set_bool(g->ci.set, step, "deploys", true, span);
		break;
	case MEANS_SSH_KEY:
		fact_set_bool(g->ci.set, step, "static_ssh", true, span);
		break;
	}
}

/* The span of an input, for fixes that name it. */
static struct span input_span(const struct node *with, const char *input, struct span fallback) {
	const struct node_member *m = input ? node_member(with, input) : NULL;

	return m ? m->value->span : fallback;
}

/* role-duration-seconds: 7200 and access_token_lifetime: 7200s */
static void take_lifetime(struct github *g, struct fact *step, const struct node *with) {
	static const char *const inputs[] = {"role-duration-seconds", "access_token_lifetime", NULL};

	for (size_t i = 0; inputs[i]; i++) {
		const struct node *v = node_get(with, inputs[i]);
		char digits[16] = "";
		const struct slice text = node_text(v);

		if (!text.n || text.n >= sizeof(digits) || text.p[0] < '0' || text.p[0] > '9')
			continue;
		memcpy(digits, text.p, text.n);
		fact_set_number(g->ci.set, step, "token_lifetime", strtod(digits, NULL), v->span);
	}
}

/* A token of an app installation carries all the app was granted unless it is narrowed. */
static void take_app_token(struct github *g, struct fact *step, const struct node *with) {
	const struct span at = fact_get(step, "uses")->span;
	bool narrowed = false;

	for (size_t i = 0; node_is(with, NODE_MAPPING) && i < with->n; i++)
		narrowed |= slice_has_prefix(with->members[i].key->text, "permission");
	if (is_given(with, "skip-token-revoke"))
		fact_set_text(g->ci.set, step, "wide_app_token", slice_str("is not revoked when the job ends"),
			input_span(with, "skip-token-revoke", at));
	else if (is_given(with, "owner") && !is_given(with, "repositories"))
		fact_set_text(g->ci.set, step, "wide_app_token", slice_str("reaches every repository of the owner"),
			input_span(with, "owner", at));
	else if (!narrowed)
		fact_set_text(g->ci.set, step, "wide_app_token", slice_str("has every permission of the app"), at);
}

static bool is_whole_tree(const struct node *path) {
	static const char *const all[] = {
		".", "./", "*", "**", "./**", "**/*", "${{ github.workspace }}", "${{ github.workspace }}/", NULL};
	const struct slice text = slice_trim(node_text(path));

	for (size_t i = 0; all[i]; i++)
		if (slice_eq(text, slice_str(all[i])))
			return true;
	return false;
}

/* "@<hash> # v4.1.2": the first word of the comment that people write behind a hash; empty when there is none. */
static struct slice version_said(const struct github *g, struct slice ref, struct span uses) {
	struct slice line = slice_sub(g->ci.in->doc->bytes, uses.end, uses.end + 80);
	size_t at = 0, end;

	if (ci_version_pin(ref) != CI_PIN_DIGEST)
		return (struct slice){0};
	while (at < line.n && (line.p[at] == ' ' || line.p[at] == '#' || line.p[at] == '\t'))
		at++;
	for (end = at; end < line.n && line.p[end] > ' ';)
		end++;
	return slice_sub(line, at, end);
}

/* The version without its v; most hashes without a word are of before 6. */
static struct slice version_of(const struct github *g, struct slice ref, struct span uses) {
	struct slice said = version_said(g, ref, uses);
	size_t at = 0;

	if (ci_version_pin(ref) != CI_PIN_DIGEST)
		return ref;
	while (at < said.n && (said.p[at] < '0' || said.p[at] > '9'))
		at++;
	return at < said.n ? slice_sub(said, at, said.n) : slice_str("4");
}

/* From version 6 on the token is kept outside the working tree (actions/checkout's release notes). */
static bool keeps_in_tree(struct slice ref) {
	if (ref.n && ref.p[0] == 'v')
		ref = slice_sub(ref, 1, ref.n);
	return ref.n && ref.p[0] >= '1' && ref.p[0] <= '5' && (ref.n == 1 || ref.p[1] == '.');
}

static void take_checkout(struct github *g, struct fact *step, const struct node *with, struct slice ref) {
	static const char *const inputs[] = {"ref", "repository", NULL};
	struct span span;

	if (!node_text_is(node_get(with, "persist-credentials"), "false")) {
		const struct span at = fact_get(step, "uses")->span;

		fact_set_bool(g->ci.set, step, "leaves_token", true, at);
		fact_set_bool(g->ci.set, step, "keeps_token", keeps_in_tree(version_of(g, ref, at)), at);
	}
	for (size_t i = 0; inputs[i]; i++) {
		const struct slice part = github_untrusted_part(g, node_get(with, inputs[i]), true, &span);

		if (part.n) {
			fact_set_text(g->ci.set, step, "checks_out", part, span);
			return;
		}
	}
}

void github_know_action(
	struct github *g, struct fact *step, struct slice repository, const struct node *with, struct slice ref) {
	const struct value *uses = fact_get(step, "uses");
	const struct span at = uses && !uses->none ? uses->span : step->span;

	if (version_said(g, ref, at).n)
		fact_set_text(g->ci.set, step, "version_said", version_said(g, ref, at), at);
	for (size_t i = 0; i < sizeof(actions) / sizeof(actions[0]); i++)
		if (slice_eq_nocase(repository, slice_str(actions[i].repository)) &&
			(!actions[i].input || is_given(with, actions[i].input)) &&
			(!actions[i].unless || !is_given(with, actions[i].unless)))
			apply(g, step, &actions[i], input_span(with, actions[i].input, at));
	if (fact_true(step, "federated"))
		take_identity(g, step, with);
	take_lifetime(g, step, with);
	if (slice_eq(repository, slice_str("actions/checkout")))
		take_checkout(g, step, with, ref);
	else if (slice_eq(repository, slice_str("actions/create-github-app-token")) ||
		 slice_eq(repository, slice_str("tibdex/github-app-token")))
		take_app_token(g, step, with);
	else if (slice_eq(repository, slice_str("actions/upload-artifact")) && is_whole_tree(node_get(with, "path")))
		fact_set_text(
			g->ci.set, step, "uploads", node_text(node_get(with, "path")), node_get(with, "path")->span);
}
