/* Names of variables, secrets, environments and files as pipelines have them, and what they say. Names are the vendors' own: AWS CLI, gcloud,
 * Azure CLI and Terraform's azurerm, twine, npm, cargo, gem, NuGet, Docker; and GitLab's, GitHub's, CircleCI's, Bitbucket's,
 * Buildkite's and Azure's predefined variables. */
#include "scanners/ci/names.h"

#include "scanners/ci/ci.h"

struct named {
	const char *name;
	const char *provider;
	bool cloud_key;
};

static const struct named known[] = {
	{"AWS_SECRET_ACCESS_KEY", "aws", true},
	{"AWS_SECRET_KEY", "aws", true},
	{"AWS_ACCESS_SECRET", "aws", true},
	{"GOOGLE_CREDENTIALS", "gcp", true},
	{"GOOGLE_APPLICATION_CREDENTIALS_JSON", "gcp", true},
	{"GCP_SA_KEY", "gcp", true},
	{"GCP_CREDENTIALS", "gcp", true},
	{"GCLOUD_SERVICE_KEY", "gcp", true},
	{"GCLOUD_SERVICE_ACCOUNT_KEY", "gcp", true},
	{"GCP_SERVICE_ACCOUNT_KEY", "gcp", true},
	{"GCP_KEY", "gcp", true},
	{"GKE_SA_KEY", "gcp", true},
	{"KEY_FILE", "gcp", true},
	{"GCR_JSON_KEY", "gcp", true},
	{"ARM_CLIENT_SECRET", "azure", true},
	{"AZURE_CLIENT_SECRET", "azure", true},
	{"AZURE_CREDENTIALS", "azure", true},
	{"AZURE_PASSWORD", "azure", true},
	{"AZURE_SP_PASSWORD", "azure", true},
	{"TWINE_PASSWORD", "pypi", false},
	{"PYPI_TOKEN", "pypi", false},
	{"PYPI_API_TOKEN", "pypi", false},
	{"PYPI_PASSWORD", "pypi", false},
	{"POETRY_PYPI_TOKEN_PYPI", "pypi", false},
	{"UV_PUBLISH_TOKEN", "pypi", false},
	{"FLIT_PASSWORD", "pypi", false},
	{"NPM_TOKEN", "npm", false},
	{"NODE_AUTH_TOKEN", "npm", false},
	{"NPM_AUTH_TOKEN", "npm", false},
	{"YARN_NPM_AUTH_TOKEN", "npm", false},
	{"CARGO_REGISTRY_TOKEN", "crates.io", false},
	{"CRATES_IO_TOKEN", "crates.io", false},
	{"CRATES_IO_API_TOKEN", "crates.io", false},
	{"CARGO_API_KEY", "crates.io", false},
	{"CARGO_API_TOKEN", "crates.io", false},
	{"CARGO_TOKEN", "crates.io", false},
	{"CRATES_TOKEN", "crates.io", false},
	{"GEM_HOST_API_KEY", "rubygems", false},
	{"RUBYGEMS_API_KEY", "rubygems", false},
	{"NUGET_API_KEY", "nuget", false},
	{"NUGET_TOKEN", "nuget", false},
	{"NUGET_KEY", "nuget", false},
	{"DOCKER_PASSWORD", "image", false},
	{"DOCKERHUB_TOKEN", "image", false},
	{"DOCKERHUB_PASSWORD", "image", false},
	{"DOCKER_TOKEN", "image", false},
	{"DOCKER_HUB_PASSWORD", "image", false},
	{"GH_TOKEN", "github", false},
	{"GH_PAT", "github", false},
	{"GITHUB_PAT", "github", false},
	{"GITLAB_TOKEN", "gitlab", false},
	{"KUBE_CONFIG", "kubernetes", false},
	{"KUBE_CONFIG_DATA", "kubernetes", false},
	{"KUBECONFIG_DATA", "kubernetes", false},
	{"KUBECONFIG_BASE64", "kubernetes", false},
	{"VAULT_TOKEN", "vault", false},
	{"SLACK_TOKEN", "slack", false},
	{"SENTRY_AUTH_TOKEN", "sentry", false},
};

static const struct named *find_known(struct slice name) {
	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		if (name.n && (name.p[0] | 0x20) == (known[i].name[0] | 0x20) &&
			slice_eq_nocase(name, slice_str(known[i].name)))
			return &known[i];
	return NULL;
}

/* Does `name` hold `word` between underscores, hyphens, dots or its ends? */
static bool has_word(struct slice name, const char *word) {
	size_t n = strlen(word);

	for (size_t i = 0; i + n <= name.n; i++) {
		if ((name.p[i] | 0x20) != (word[0] | 0x20))
			continue;

		bool starts = i == 0 || strchr("_-. ", name.p[i - 1]),
		     ends = i + n == name.n || strchr("_-. ", name.p[i + n]);

		if (starts && ends && slice_eq_nocase(slice_sub(name, i, i + n), slice_str(word)))
			return true;
	}
	return false;
}

static bool has_any(struct slice name, const char *const *words) {
	for (size_t i = 0; words[i]; i++)
		if (has_word(name, words[i]))
			return true;
	return false;
}

const char *ci_name_provider(struct slice name) {
	static const char *const words[][2] = {{"AWS", "aws"}, {"GCP", "gcp"}, {"GCLOUD", "gcp"}, {"AZURE", "azure"},
		{"ARM", "azure"}, {"NPM", "npm"}, {"PYPI", "pypi"}, {"DOCKER", "image"}, {"DOCKERHUB", "image"},
		{"GITHUB", "github"}, {"GH", "github"}, {"GITLAB", "gitlab"}, {"SLACK", "slack"}, {"VAULT", "vault"}};
	const struct named *k = find_known(name);

	if (k)
		return k->provider;
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (has_word(name, words[i][0]))
			return words[i][1];
	return NULL;
}

bool ci_name_is_cloud_key(struct slice name) {
	const struct named *k = find_known(name);

	return (k && k->cloud_key) || slice_has_suffix_nocase(name, "AWS_SECRET_ACCESS_KEY") ||
	       slice_has_suffix_nocase(name, "ARM_CLIENT_SECRET");
}

bool ci_name_is_personal(struct slice name) {
	static const char *const words[] = {"PAT", "PERSONAL", NULL};

	return has_any(name, words);
}

bool ci_name_is_identifier(struct slice name) {
	static const char *const last[] = {"USER", "USERNAME", "LOGIN", "EMAIL", "ID", "ARN", "ROLE", "REGION",
		"PROVIDER", "HOST", "HOSTNAME", "BUCKET", "REGISTRY", "REPOSITORY", "REPO", "ORG", "PROJECT", "TENANT",
		"SUBSCRIPTION", "ENDPOINT", "PORT", "NAME", "NAMESPACE", "DIR", "DIRECTORY", "PATH", "CHANNEL",
		"DOMAIN", "ZONE", "CLUSTER", "AUDIENCE", NULL};
	static const char *const anywhere[] = {"USER", "USERS", "USERNAME", "EMAIL", NULL};
	static const char *const secrets[] = {
		"TOKEN", "PASSWORD", "PASS", "PWD", "SECRET", "KEY", "PAT", "CREDENTIALS", "CREDENTIAL", NULL};
	size_t from = name.n;

	if (has_any(name, anywhere) && !has_any(name, secrets))
		return true;

	while (from > 0 && !strchr("_-.", name.p[from - 1]))
		from--;
	for (size_t i = 0; last[i]; i++)
		if (slice_eq_nocase(slice_sub(name, from, name.n), slice_str(last[i])))
			return i < 5 || !has_any(name, secrets); /* TOKEN_ID is an id, TOKEN_REPO a token */
	return slice_has_suffix_nocase(name, "_SERVICE_ACCOUNT") || slice_has_suffix_nocase(name, "_ACCOUNT_NUMBER") ||
	       slice_has_suffix_nocase(name, "USERNAME");
}

bool ci_name_is_of_job(struct slice name) {
	static const char *const names[] = {"GITHUB_TOKEN", "CI_JOB_TOKEN", "CI_REGISTRY_PASSWORD",
		"CI_DEPENDENCY_PROXY_PASSWORD", "CI_JOB_JWT", "CI_JOB_JWT_V1", "CI_JOB_JWT_V2", "System.AccessToken",
		"SYSTEM_ACCESSTOKEN", "CIRCLE_OIDC_TOKEN", "CIRCLE_OIDC_TOKEN_V2", "BITBUCKET_STEP_OIDC_TOKEN",
		"BUILDKITE_AGENT_ACCESS_TOKEN", "GITEA_TOKEN", "FORGEJO_TOKEN", NULL};

	for (size_t i = 0; names[i]; i++)
		if (slice_eq_nocase(name, slice_str(names[i])))
			return true;
	return false;
}

/* One of the words of ci_name_is_secret(), in part at least: most names have none. */
static bool may_be_secret(struct slice name) {
	static const char *const parts[] = {"tok", "pas", "pat", "pwd", "sec", "cre", "key", "kub", NULL};

	for (size_t i = 0; i + 3 <= name.n; i++)
		for (size_t k = 0; parts[k]; k++)
			if ((name.p[i] | 0x20) == parts[k][0] && (name.p[i + 1] | 0x20) == parts[k][1] &&
				(name.p[i + 2] | 0x20) == parts[k][2])
				return true;
	return false;
}

bool ci_name_is_secret(struct slice name) {
	static const char *const words[] = {"TOKEN", "PASSWORD", "PASSWD", "PASSPHRASE", "SECRET", "PAT", "CREDENTIALS",
		"CREDENTIAL", "APIKEY", "PWD", NULL};
	static const char *const keys[] = {"API", "SECRET", "ACCESS", "PRIVATE", "SSH", "DEPLOY", "SIGNING",
		"ENCRYPTION", "GPG", "SERVICE", "ACCOUNT", "SA", "AUTH", "LICENSE", NULL};
	static const char *const not_values[] = {"URL", "URI", "NAME", "PATH", "FILE", "ID", "ENDPOINT", "HOST",
		"LENGTH", "TTL", "EXPIRY", "EXPIRES", "AUDIENCE", "TYPE", "USERNAME", "USER", "ARN", "MOUNT", "STORE",
		"ENABLED", "VERSION", "DIR", "PWD", "OLDPWD", NULL};
	struct slice last = name;

	if (!may_be_secret(name))
		return false;
	if (find_known(name))
		return true;
	for (size_t i = name.n; i-- > 0;)
		if (strchr("_-.", name.p[i])) {
			last = slice_sub(name, i + 1, name.n);
			break;
		}
	if (has_any(last, not_values))
		return false;
	if (slice_has_suffix_nocase(name, "APIKEY") || slice_has_suffix_nocase(name, "PASSWORD") ||
		slice_has_suffix_nocase(name, "TOKEN") || slice_has_suffix_nocase(name, "SECRET"))
		return true;
	if (last.n < name.n && slice_eq_nocase(last, slice_str("PASS"))) /* DOCKER_PASS */
		return true;
	return has_any(name, words) || (slice_eq_nocase(last, slice_str("KEY")) && has_any(name, keys));
}

bool ci_text_is_reference(struct slice text) {
	static const char *const marks[] = {"$", "<<", "{{", "<%", NULL};
	static const char *const schemes[] = {"vault:", "op://", "ref+", "arn:", "projects/",
		"secretsmanager:", "ssm:", "env:", "file:", "/run/secrets", "ENC[", "akv:", "!", "@", NULL};

	text = slice_trim(text);
	if (!text.n)
		return true;
	for (size_t i = 0; marks[i]; i++)
		if (slice_find(text, slice_str(marks[i])) >= 0)
			return true;
	for (size_t i = 0; schemes[i]; i++)
		if (slice_has_prefix(text, schemes[i]))
			return true;
	return text.n > 2 && text.p[0] == '%' && text.p[text.n - 1] == '%';
}

bool ci_name_is_production(struct slice name) {
	static const char *const words[] = {"prod", "production", "prd", "live", "release", "pypi", "npm", NULL};

	for (size_t i = 0; i < name.n; i++)
		if (name.p[i] == '/' && has_any(slice_sub(name, 0, i), words))
			return true;
	return has_any(name, words);
}

bool ci_is_example(const struct document *doc) {
	const struct slice path = doc->path;

	static const char *const folders[] = {"example", "examples", "sample", "samples", "demo", "demos", "doc",
		"docs", "test", "tests", "testing", "testdata", "fixtures", "e2e", NULL};

	if (slice_has_prefix(path, "/")) /* named by whoever calls, not by where it stands in a repository */
		return false;
	if (doc->place != PLACE_FILE && slice_find(path, slice_str("/.github/workflows/")) > 0)
		return true; /* it is read at the top of a repository only */
	for (size_t from = 0; from < path.n;) {
		const uint8_t *slash = memchr(path.p + from, '/', path.n - from);

		if (!slash)
			return false;
		for (size_t i = 0; folders[i]; i++)
			if (slice_eq_nocase(slice_sub(path, from, (size_t)(slash - path.p)), slice_str(folders[i])))
				return true;
		from = (size_t)(slash - path.p) + 1;
	}
	return false;
}

bool ci_path_holds_credentials(struct slice path) {
	static const char *const ends[] = {".env", ".pem", ".key", ".p12", ".pfx", ".jks", ".npmrc", ".pypirc",
		".netrc", "kubeconfig", ".kube/config", ".docker/config.json", "id_rsa", "id_ed25519",
		"credentials.json", ".aws/credentials", "service-account.json", ".git-credentials", ".git/config",
		NULL};

	for (size_t i = 0; ends[i]; i++)
		if (slice_has_suffix_nocase(path, ends[i]))
			return true;
	return false;
}

/* Words that people write where a value will stand. */
static bool is_placeholder(struct slice s) {
	static const char *const words[] = {"changeme", "example", "placeholder", "your", "xxx", "dummy", "todo",
		"none", "null", "secret", "password", "test", "fake", "sample", NULL};
	bool digit = false, letter = false;

	for (size_t i = 0; words[i]; i++)
		if (slice_find_nocase(s, slice_str(words[i])) >= 0)
			return true;
	for (size_t i = 0; i < s.n; i++) {
		digit |= s.p[i] >= '0' && s.p[i] <= '9';
		letter |= (s.p[i] | 0x20) >= 'a' && (s.p[i] | 0x20) <= 'z';
		if (s.p[i] <= ' ' || s.p[i] == '/')
			return true;
	}
	return s.n < 8 || !digit || !letter;
}

bool ci_text_is_value(struct slice text) {
	return !ci_text_is_reference(text) && !is_placeholder(text);
}
