/* What scripts do with identities: each trait where it is, and not where it only looks like it. */
#include "core/buf.h"
#include "scanners/ci/ci.h"
#include "scanners/ci/names.h"
#include "scanners/ci/script.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define NOTHING SCRIPT_TRAITS

static void traits_are_found(void **state) {
	static const struct {
		const char *script;
		enum script_trait trait;
		const char *detail; /* NULL: any */
	} rows[] = {
		{"curl -s https://x.test/i | bash", SCRIPT_RUNS_DOWNLOADS, NULL},
		{"wget -qO- https://x.test/i | sudo sh -", SCRIPT_RUNS_DOWNLOADS, NULL},
		{"curl x | tee log | python3", SCRIPT_RUNS_DOWNLOADS, NULL},
		{"bash <(curl -s x)", SCRIPT_RUNS_DOWNLOADS, NULL},
		{"sh -c \"$(curl -fsSL x)\"", SCRIPT_RUNS_DOWNLOADS, NULL},
		{"eval \"$(wget -qO- x)\"", SCRIPT_RUNS_DOWNLOADS, NULL},
		{"npx -y cowsay", SCRIPT_RUNS_DOWNLOADS, NULL},
		{"pip install git+https://github.com/a/b", SCRIPT_RUNS_DOWNLOADS, NULL},
		{"curl -s x | jq .", NOTHING, NULL},
		{"curl -s x > f.sh", NOTHING, NULL},
		{"curl -s x | python3 -m json.tool", NOTHING, NULL},
		{"curl -s x | python3 parse.py", NOTHING, NULL},
		{"echo \"curl x | bash\"", NOTHING, NULL},
		{"npx cowsay", NOTHING, NULL},
		{"npx -y cowsay@1.2.3", NOTHING, NULL},
		{"npx -y @a/b@2.0.1", NOTHING, NULL},
		{"pip install git+https://github.com/a/b@v1.2.3", NOTHING, NULL},
		{"pip install -r requirements.txt", NOTHING, NULL},
		{"npm publish --access public", SCRIPT_PUBLISHES, "npm"},
		{"npm --registry x publish", SCRIPT_PUBLISHES, "npm"},
		{"npm run publish", NOTHING, NULL},
		{"npm publish --dry-run", NOTHING, NULL},
		{"python -m twine upload dist/*", NOTHING, NULL},
		{"twine upload dist/*", SCRIPT_PUBLISHES, "pypi"},
		{"mvn -B clean deploy", SCRIPT_PUBLISHES, "maven"},
		{"./gradlew test publish", SCRIPT_PUBLISHES, "maven"},
		{"docker push $IMAGE", SCRIPT_PUBLISHES, "image"},
		{"docker buildx build --push .", SCRIPT_PUBLISHES, "image"},
		{"docker buildx build .", NOTHING, NULL},
		{"kubectl -n prod apply -f k8s/", SCRIPT_DEPLOYS, NULL},
		{"terraform apply -auto-approve", SCRIPT_DEPLOYS, NULL},
		{"terraform plan", NOTHING, NULL},
		{"helm upgrade --install app chart", SCRIPT_DEPLOYS, NULL},
		{"gcloud auth activate-service-account --key-file=k.json", SCRIPT_STATIC_CLOUD, "gcp"},
		{"az login --service-principal -u a -p b --tenant c", SCRIPT_STATIC_CLOUD, "azure"},
		{"az login --service-principal -u a --federated-token t", NOTHING, NULL},
		{"aws configure set aws_secret_access_key $K", SCRIPT_STATIC_CLOUD, "aws"},
		{"gcloud auth login", SCRIPT_PERSONAL_LOGIN, NULL},
		{"gh auth token", SCRIPT_PERSONAL_LOGIN, NULL},
		{"docker login -u a -p $P", SCRIPT_PASSWORD_ARGUMENT, NULL},
		{"docker login -u a --password-stdin", NOTHING, NULL},
		{"ssh-add - <<< \"$K\"", SCRIPT_STATIC_SSH, NULL},
		{"ssh-add ~/.ssh/id", NOTHING, NULL},
		{"set -ex", SCRIPT_TRACES, NULL},
		{"set -o xtrace", SCRIPT_TRACES, NULL},
		{"bash -x run.sh", SCRIPT_TRACES, NULL},
		{"set -eu", NOTHING, NULL},
		{"docker build --build-arg NPM_TOKEN=$T .", SCRIPT_BUILD_SECRET, "NPM_TOKEN"},
		{"docker build --build-arg=VERSION=1 .", NOTHING, NULL},
		{"vault login jwt=$CI_JOB_JWT_V2", SCRIPT_JOB_JWT, "CI_JOB_JWT_V2"},
		{"eval \"echo $CI_COMMIT_MESSAGE\"", SCRIPT_UNTRUSTED_TEXT, "CI_COMMIT_MESSAGE"},
		{"echo \"$CI_COMMIT_MESSAGE\"", NOTHING, NULL},
		{"echo $(Build.SourceVersionMessage)", SCRIPT_UNTRUSTED_TEXT, NULL},
		{"buildkite-agent oidc request-token --lifetime 7200", SCRIPT_LIFETIME, NULL},
		{"git clone https://x:$CI_JOB_TOKEN@git.test/a/b.git", SCRIPT_OTHER_PROJECT, NULL},
		{"git push https://x:$CI_JOB_TOKEN@git.test/$CI_PROJECT_PATH.git", NOTHING, NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct arena a = {0};
		struct script s;

		script_read(&a, slice_str(rows[i].script), true, &s);
		for (unsigned t = 0; t < SCRIPT_TRAITS; t++)
			if (s.traits[t].set != (t == rows[i].trait))
				fail_msg("%s: trait %u is %d", rows[i].script, t, s.traits[t].set);
		if (rows[i].detail)
			assert_true(slice_eq(s.traits[rows[i].trait].detail, slice_str(rows[i].detail)));
		arena_free(&a);
	}
}

static void variables_are_named_once(void **state) {
	static const char *const names[] = {"A_TOKEN", "B", "C.d", "E"};
	const char *text =
		"echo $A_TOKEN ${B:-x} \"$(C.d)\" '$QUOTED' $A_TOKEN $1 > $E\nF=1; echo $F; export G=2; echo $G";
	struct arena a = {0};
	struct script s;

	(void)state;
	script_read(&a, slice_str(text), true, &s);
	assert_int_equal(s.nvariables, 4);
	for (size_t i = 0; i < 4; i++) {
		assert_true(slice_eq(s.variables[i].name, slice_str(names[i])));
		assert_int_equal(text[s.variables[i].start], '$');
	}
	script_read(&a, slice_str("Write-Host $env:API_KEY %OTHER%"), false, &s);
	assert_int_equal(s.nvariables, 2);
	assert_true(slice_eq(s.variables[0].name, slice_str("API_KEY")));
	arena_free(&a);
}

/* More names than are compared one by one: each still once, and what the script sets is still no secret of the store. */
static void many_names_are_known_too(void **state) {
	struct arena a = {0};
	struct buf b = {0};
	struct script s;

	(void)state;
	for (int i = 0; i < 40; i++)
		buf_printf(&b, "echo $N%c%c\n", 'A' + i / 8, 'A' + i % 8);
	buf_add_str(&b, "echo $NAA $NEH\nMY_TOKEN=x\ncurl https://x.test/?t=$MY_TOKEN\n");
	script_read(&a, buf_slice(&b), true, &s);
	assert_int_equal(s.nvariables, 40);
	assert_false(s.traits[SCRIPT_IN_ADDRESS].set);
	buf_add_str(&b, "curl https://x.test/?t=$OTHER_TOKEN\n");
	script_read(&a, buf_slice(&b), true, &s);
	assert_int_equal(s.nvariables, 41);
	assert_true(s.traits[SCRIPT_IN_ADDRESS].set);
	buf_free(&b);
	arena_free(&a);
}

static void names_say_what_they_are(void **state) {
	static const char *const secrets[] = {"NPM_TOKEN", "DB_PASSWORD", "AWS_SECRET_ACCESS_KEY", "api-key",
		"SSH_PRIVATE_KEY", "GH_PAT", "apiKey", "dockerPassword", "SONAR_TOKEN"};
	static const char *const others[] = {"TOKEN_URL", "SECRET_NAME", "KEY", "PATH", "AWS_ACCESS_KEY_ID",
		"PASSWORD_FILE", "CACHE_KEY", "PATTERN", "COMPAT", "SSH_USER", "TOKENS_MAX_LENGTH"};

	(void)state;
	for (size_t i = 0; i < sizeof(secrets) / sizeof(secrets[0]); i++)
		if (!ci_name_is_secret(slice_str(secrets[i])))
			fail_msg("%s is a secret's name", secrets[i]);
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (ci_name_is_secret(slice_str(others[i])))
			fail_msg("%s is no secret's name", others[i]);
	assert_true(ci_name_is_cloud_key(slice_str("PROD_AWS_SECRET_ACCESS_KEY")));
	assert_true(ci_name_is_personal(slice_str("GH_PAT")));
	assert_false(ci_name_is_personal(slice_str("PATH_TOKEN")));
	assert_true(ci_name_is_production(slice_str("production/eu")));
	assert_false(ci_name_is_production(slice_str("reproduction")));
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(traits_are_found),
		cmocka_unit_test(variables_are_named_once),
		cmocka_unit_test(many_names_are_known_too),
		cmocka_unit_test(names_say_what_they_are),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
