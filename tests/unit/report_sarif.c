/* The format sarif: golden file, and what validators do not look at. tests/golden/validate.py checks the golden file further. */
#include "tests/unit/report_fixture.h"

#include "report/uri.h"
#include "report/uuid.h"
#include "report/wording.h"

#include <jansson.h>

static const struct report_style plain = {0};

static json_t *parse_run(const struct report *r) {
	struct buf b = {0};
	json_error_t err;
	fixture_write(r, "sarif", plain, &b);
	json_t *log = json_loads(buf_cstr(&b), JSON_REJECT_DUPLICATES, &err);
	if (!log)
		fail_msg("line %d: %s", err.line, err.text);
	json_t *run = json_incref(json_array_get(json_object_get(log, "runs"), 0));
	json_decref(log);
	buf_free(&b);
	return run;
}

static const char *text_at(json_t *v, const char *key) {
	return json_string_value(json_object_get(v, key));
}

static json_t *result(json_t *run, size_t i) {
	return json_array_get(json_object_get(run, "results"), i);
}

static const char *message(json_t *run, size_t i) {
	return text_at(json_object_get(result(run, i), "message"), "text");
}

static const char *uri(json_t *run, size_t i) {
	json_t *location = json_array_get(json_object_get(result(run, i), "locations"), 0);
	return text_at(json_object_get(json_object_get(location, "physicalLocation"), "artifactLocation"), "uri");
}

static void matches_the_golden_file(void **state) {
	struct fixture *f = fixture_new();
	struct buf b = {0};
	(void)state;
	fixture_write(&f->report, "sarif", plain, &b);
	fixture_golden("report.sarif", &b);
	assert_null(strstr(buf_cstr(&b), FIXTURE_CANARY));
	buf_free(&b);
	fixture_free(f);
}

static void one_target_and_no_key_matches_the_golden_file(void **state) {
	struct fixture *f = fixture_new();
	struct buf b = {0};
	(void)state;
	f->run.ntargets = 1;
	f->run.key_is_per_run = true;
	f->run.interrupted = true;
	f->report.nfindings = 4;
	fixture_write(&f->report, "sarif", plain, &b);
	fixture_golden("report-run-key.sarif", &b);
	buf_free(&b);
	fixture_free(f);
}

static void messages_are_sentences(void **state) {
	struct fixture *f = fixture_new();
	json_t *run = parse_run(&f->report);
	(void)state;
	assert_string_equal(message(run, 0),
		"AWS access key id AKIA************WXYZ is in alpha/deploy/prod.env, line 4, in commit 1f2e3d4c5b of "
		"2024-01-31, still at HEAD. It is in 4 more places. Verdict: well-formed, since the account id inside "
		"is whole; its secret key stands beside it.");
	assert_string_equal(message(run, 3), "JSON web token eyJ[...] is in message of commit 1f2e3d4c5b, line 3. "
					     "Verdict: expired, since its exp claim has passed.");
	/* Brackets of a path would be a link. */
	assert_non_null(strstr(message(run, 5), "settings \\[old\\](2).ini"));
	json_decref(run);
	fixture_free(f);
}

static void uris_are_relative_and_encoded(void **state) {
	struct fixture *f = fixture_new();
	json_t *run = parse_run(&f->report);
	(void)state;
	assert_string_equal(uri(run, 0), "alpha/deploy/prod.env");
	assert_string_equal(uri(run, 1), "alpha/src/evil%0A%3A%3Aerror%20file%3Dx%3A%3Aboom%20%1B%5B31m%E2%80%AEtxt.%FF"
					 "%20%23%23vso%5Btask.setvariable%5D%E9%8D%B5");
	assert_string_equal(uri(run, 3), "alpha/commit-message/" FIXTURE_COMMIT_A);
	assert_string_equal(uri(run, 4), "stdin");
	assert_string_equal(uri(run, 5), "srv/etc/app%3A1/settings%20%5Bold%5D%282%29.ini");
	json_decref(run);
	fixture_free(f);
}

static void a_key_of_one_run_gives_no_fingerprints(void **state) {
	struct fixture *f = fixture_new();
	json_t *run = parse_run(&f->report);
	(void)state;
	assert_string_equal(text_at(json_object_get(result(run, 0), "partialFingerprints"), "primaryLocationLineHash"),
		"00000001dddddddd:1");
	json_decref(run);
	f->run.key_is_per_run = true;
	run = parse_run(&f->report);
	assert_null(json_object_get(result(run, 0), "partialFingerprints"));
	json_decref(run);
	fixture_free(f);
}

static void related_locations_are_bounded(void **state) {
	struct fixture *f = fixture_new();
	struct sighting *many = calloc(150, sizeof(*many));
	(void)state;
	for (unsigned i = 0; i < 150; i++) {
		many[i] = f->sightings[0];
		many[i].line = i + 1;
	}
	f->findings[0].sightings = many;
	f->findings[0].nsightings = 150;
	json_t *run = parse_run(&f->report);
	assert_int_equal(json_array_size(json_object_get(result(run, 0), "relatedLocations")), 100);
	assert_non_null(strstr(message(run, 0), "It is in 149 more places."));
	json_decref(run);
	free(many);
	fixture_free(f);
}

static void long_texts_are_cut_on_a_character(void **state) {
	struct fixture *f = fixture_new();
	char *title = calloc(1, 6001);
	(void)state;
	for (size_t i = 0; i < 2000; i++)
		memcpy(title + 3 * i, "\xe9\x8d\xb5", 3);
	f->rules[0].title = title;
	json_t *run = parse_run(&f->report);
	const char *text = message(run, 0);
	assert_int_equal(strlen(text), 3 * (1024 - 3) + 3);
	assert_string_equal(text + strlen(text) - 6, "\xe9\x8d\xb5...");
	json_decref(run);
	free(title);
	fixture_free(f);
}

static void incomplete_scan_is_not_successful(void **state) {
	struct fixture *f = fixture_new();
	json_t *run = parse_run(&f->report);
	json_t *invocation = json_array_get(json_object_get(run, "invocations"), 0);
	(void)state;
	assert_true(json_is_false(json_object_get(invocation, "executionSuccessful")));
	assert_int_equal(json_array_size(json_object_get(invocation, "toolExecutionNotifications")), 3);
	json_decref(run);
	coverage_free(f->report.coverage);
	f->report.coverage = coverage_new();
	run = parse_run(&f->report);
	invocation = json_array_get(json_object_get(run, "invocations"), 0);
	assert_true(json_is_true(json_object_get(invocation, "executionSuccessful")));
	json_decref(run);
	fixture_free(f);
}

static void remotes_become_uris(void **state) {
	static const struct {
		const char *remote, *uri; /* NULL: none */
	} cases[] = {
		{"https://git.example.com/a/b.git", "https://git.example.com/a/b.git"},
		{"ssh://git@git.example.com:2222/a/b", "ssh://git@git.example.com:2222/a/b"},
		{"git@git.example.com:a/b.git", "ssh://git@git.example.com/a/b.git"},
		{"host:/srv/a b.git", "ssh://host/srv/a%20b.git"},
		{"https://h/a b\"<>\n", "https://h/a%20b%22%3C%3E%0A"},
		{"/srv/git/a.git", NULL},
		{"../a:b", NULL},
		{"", NULL},
		{":", NULL},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct buf b = {0};
		assert_int_equal(uri_add_remote(&b, slice_str(cases[i].remote)), cases[i].uri != NULL);
		assert_string_equal(buf_cstr(&b), cases[i].uri ? cases[i].uri : "");
		buf_free(&b);
	}
}

static void paths_never_leave_their_base(void **state) {
	static const struct {
		const char *path, *uri;
	} cases[] = {{"a/b", "a/b"}, {"/etc/passwd", "etc/passwd"}, {"../../x", "x"}, {"./a//b/./c/", "a/b/c"},
		{"..", ""}, {"", ""}, {"a%20b", "a%2520b"}, {"C:\\x", "C%3A%5Cx"}, {"http://h/x", "http%3A/h/x"}};
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct buf b = {0};
		uri_add_path(&b, slice_str(cases[i].path));
		assert_string_equal(buf_cstr(&b), cases[i].uri);
		buf_free(&b);
	}
}

static void uuids_follow_the_rfc(void **state) {
	/* RFC 9562, appendix A.4: NameSpace_DNS and "www.example.com". */
	static const struct uuid dns = {
		{0x6b, 0xa7, 0xb8, 0x10, 0x9d, 0xad, 0x11, 0xd1, 0x80, 0xb4, 0x00, 0xc0, 0x4f, 0xd4, 0x30, 0xc8}};
	struct uuid u = uuid_v5(&dns, slice_str("www.example.com"));
	char text[UUID_TEXT];
	(void)state;
	uuid_text(&u, text);
	assert_string_equal(text, "2ed6657d-e927-568b-95e1-2665a8aea6a2");
}

static void names_are_pascal_case(void **state) {
	static const char *const cases[][2] = {{"aws-access-key", "AwsAccessKey"},
		{"Use of Hard-coded Credentials", "UseOfHardCodedCredentials"}, {"npm_token2 x", "NpmToken2X"},
		{"--", ""}};
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct buf b = {0};
		wording_pascal(&b, cases[i][0]);
		assert_string_equal(buf_cstr(&b), cases[i][1]);
		buf_free(&b);
	}
}

/* sarif-multitool's GHAzDO rules read this file, see tests/golden/multitool.sh. */
static void azure_keys_match_the_golden_file(void **state) {
	static const struct report_azure azure = {"org", "project", "12", "nightly",
		"1b4e28ba-2fa1-11d2-883f-0016d3cca427", "Phase1", "refs/heads/main", "345"};
	struct fixture *f = fixture_new();
	struct buf b = {0};
	(void)state;
	f->run.azure = &azure;
	fixture_write(&f->report, "sarif", (struct report_style){0}, &b);
	fixture_golden("report-azure.sarif", &b);
	assert_non_null(strstr(buf_cstr(&b), "\"id\":\"azuredevops/pipeline/build/org/project/12/"
					     "1b4e28ba-2fa1-11d2-883f-0016d3cca427/refs/heads/main/345\""));
	buf_free(&b);
	fixture_free(f);
}

static void the_worst_are_listed_and_the_cut_is_told(void **state) {
	struct fixture *f = fixture_new();
	struct buf b = {0};
	(void)state;
	f->run.max_results = 3;
	fixture_write(&f->report, "sarif", (struct report_style){0}, &b);
	size_t n = 0;
	for (const char *at = buf_cstr(&b); (at = strstr(at, "\"ruleIndex\"")); at++)
		n++;
	assert_int_equal(n, 3);
	assert_non_null(strstr(buf_cstr(&b), "\"results-limited\""));
	assert_non_null(strstr(buf_cstr(&b), "The worst 3 of 6 results are listed"));
	assert_null(strstr(buf_cstr(&b), "\"suppressions\"")); /* what counts comes first */
	buf_free(&b);
	fixture_free(f);
}

static void baseline_state_is_on_all_or_none(void **state) {
	struct fixture *f = fixture_new();
	struct buf b = {0};
	(void)state;
	for (size_t i = 0; i < 5; i++)
		f->findings[i].baseline = BASELINE_NEW;
	fixture_write(&f->report, "sarif", (struct report_style){0}, &b);
	assert_null(strstr(buf_cstr(&b), "baselineState"));
	buf_free(&b);
	f->findings[5].baseline = BASELINE_UNCHANGED;
	fixture_write(&f->report, "sarif", (struct report_style){0}, &b);
	size_t n = 0;
	for (const char *at = buf_cstr(&b); (at = strstr(at, "\"baselineState\"")); at++)
		n++;
	assert_int_equal(n, 6);
	buf_free(&b);
	fixture_free(f);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(azure_keys_match_the_golden_file),
		cmocka_unit_test(the_worst_are_listed_and_the_cut_is_told),
		cmocka_unit_test(baseline_state_is_on_all_or_none),
		cmocka_unit_test(matches_the_golden_file),
		cmocka_unit_test(one_target_and_no_key_matches_the_golden_file),
		cmocka_unit_test(messages_are_sentences),
		cmocka_unit_test(uris_are_relative_and_encoded),
		cmocka_unit_test(a_key_of_one_run_gives_no_fingerprints),
		cmocka_unit_test(related_locations_are_bounded),
		cmocka_unit_test(long_texts_are_cut_on_a_character),
		cmocka_unit_test(incomplete_scan_is_not_successful),
		cmocka_unit_test(remotes_become_uris),
		cmocka_unit_test(paths_never_leave_their_base),
		cmocka_unit_test(uuids_follow_the_rfc),
		cmocka_unit_test(names_are_pascal_case),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
