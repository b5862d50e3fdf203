/* Reading saved reports back: what was written comes back the same, byte for byte, and what is no report is refused. */
#include "tests/unit/report_fixture.h"

#include "report/join.h"
#include "report/saved.h"

#include <unistd.h>

static const struct report_style plain = {0};

static const struct acceptance fixture_accepted = {
	"baseline", "known.txt:3", "kept until the move", "team-a", "SEC-12", {WHEN_AT, 1798761600}};
static const struct policy fixture_policies[] = {
	{"prod", SEVERITY_INFO, false, CONFIDENCE_LOW}, {"tests/**", 0, true, 0}};

/* Writes bytes to a file of its own; the name is static. */
static const char *file_of(struct slice bytes) {
	static char name[] = "/tmp/nhiscan-saved-XXXXXX";
	strcpy(name, "/tmp/nhiscan-saved-XXXXXX");
	int fd = mkstemp(name);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes.p, bytes.n), bytes.n);
	close(fd);
	return name;
}

static int by_order(const void *a, const void *b) {
	return finding_cmp(a, b);
}

static struct fixture *full_fixture(void) {
	struct fixture *f = fixture_new();
	f->run.policies = fixture_policies;
	f->run.npolicies = 2;
	f->run.baseline = "known.txt";
	f->run.run_id = "00000000-0000-5000-8000-000000000000";
	f->findings[0].policy = &fixture_policies[0];
	f->findings[0].baseline = BASELINE_NEW;
	f->findings[2].accepted = &fixture_accepted;
	f->findings[2].baseline = BASELINE_UNCHANGED;
	f->sightings[5].author = "A U Thor <author@example.org>";
	f->sightings[0].suppressed = "one place only";
	qsort(f->findings, 6, sizeof(*f->findings), by_order);
	return f;
}

/* A byte that is no UTF-8 is text in JSON: "\\xff", whose backslash is then escaped like any other. */
static void same_backslashes(struct buf *b) {
	/* Markdown's backslash is an entity. */
	static const char *const coded[] = {"\\\\\\\\xff", "\\\\xff", "&#92;&#92;xff"};
	struct buf out = {0};
	for (size_t i = 0; i < b->n;) {
		size_t k = 0;
		while (k < 3 && !slice_has_prefix(slice_sub(buf_slice(b), i, b->n), coded[k]))
			k++;
		if (k < 3)
			buf_add_str(&out, k < 2 ? "\\xff" : "&#92;xff");
		else
			buf_add_byte(&out, b->p[i]);
		i += k < 3 ? strlen(coded[k]) : 1;
	}
	buf_free(b);
	*b = out;
	buf_cstr(b);
}

static void what_was_written_comes_back(void **state) {
	static const char *const formats[] = {"json", "jsonl"};
	static const char *const again[] = {"text", "json", "jsonl", "sarif", "csv", "github", "markdown", "gitlab",
		"ocsf", "cyclonedx", "oneline"};
	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct fixture *f = full_fixture();
		struct buf b = {0};
		struct saved s;
		struct error err = {0};
		fixture_write(&f->report, formats[i], plain, &b);
		const char *name = file_of(buf_slice(&b));
		if (saved_open(&s, name, &err) < 0)
			fail_msg("%s", err.text);
		unlink(name);
		for (size_t k = 0; k < sizeof(again) / sizeof(*again); k++) {
			struct buf want = {0}, got = {0};
			fixture_write(&f->report, again[k], plain, &want);
			fixture_write(&s.report, again[k], plain, &got);
			same_backslashes(&want);
			same_backslashes(&got);
			if (strcmp(buf_cstr(&want), buf_cstr(&got)) != 0) {
				size_t at = 0;
				while (want.p[at] == got.p[at])
					at++;
				at = at > 60 ? at - 60 : 0;
				fail_msg("%s from %s differs:\n%.200s\n%.200s", again[k], formats[i], want.p + at,
					got.p + at);
			}
			buf_free(&want);
			buf_free(&got);
		}
		saved_close(&s);
		buf_free(&b);
		fixture_free(f);
	}
}

static void expect_refusal(const char *json, const char *word) {
	struct saved s;
	struct error err = {0};
	const char *name = file_of(slice_str(json));
	int rc = saved_open(&s, name, &err);
	unlink(name);
	if (rc == 0 || !strstr(err.text, word))
		fail_msg("'%s' was not refused with '%s' but '%s'", json, word, rc ? err.text : "read");
	saved_close(&s);
}

static void what_is_no_report_is_refused(void **state) {
	(void)state;
	expect_refusal("", "expected");
	expect_refusal("[]", "an object is expected");
	expect_refusal("{}", "it tells of no run");
	expect_refusal("{\"schema\":\"nhiscan-report/9\"}", "not nhiscan-report/1");
	expect_refusal("{\"schema\":\"nhiscan-report/1\",", "expected");
	expect_refusal("{\"a\" 1}", "a colon");
	expect_refusal("{\"findings\":[{]}", "expected");
	expect_refusal("{\"findings\":[{\"a\":}]}", "not JSON");
	expect_refusal("{\"findings\":[{}]}", "member 'rule'");
	expect_refusal("{\"findings\":[{\"rule\":\"x\\u001b[31m\",\"kind\":\"token\"}]}", "member 'rule'");
	expect_refusal("{\"type\":\"meta\"}\n", "schema");
	expect_refusal("{\"run\":\"x\"}", "member 'run'");
}

static void changed_totals_are_refused(void **state) {
	struct fixture *f = fixture_new();
	struct buf b = {0};
	(void)state;
	fixture_write(&f->report, "json", plain, &b);
	char *text = strdup(buf_cstr(&b)), *at = strstr(text, "\"findings\":6");
	assert_non_null(at);
	at[11] = '5';
	expect_refusal(text, "it was changed");
	at[11] = '6';
	at = strstr(text, "\"seen\":1240");
	assert_non_null(at);
	at[10] = '1';
	expect_refusal(text, "does not add up");
	free(text);
	buf_free(&b);
	fixture_free(f);
}

static void lines_that_were_cut_off_make_it_incomplete(void **state) {
	struct fixture *f = fixture_new();
	struct buf b = {0};
	struct saved s;
	struct error err = {0};
	(void)state;
	coverage_free(f->report.coverage);
	f->report.coverage = coverage_new();
	fixture_write(&f->report, "jsonl", plain, &b);
	const char *name = file_of(slice_sub(buf_slice(&b), 0, b.n - 10));
	assert_int_equal(saved_open(&s, name, &err), 0);
	unlink(name);
	assert_int_equal(s.report.nfindings, 6);
	assert_true(coverage_is_incomplete(s.report.coverage));
	saved_close(&s);
	buf_free(&b);
	fixture_free(f);
}

static void open_written(struct saved *s, const struct fixture *f) {
	struct buf b = {0};
	struct error err = {0};
	fixture_write(&f->report, "json", plain, &b);
	const char *name = file_of(buf_slice(&b));
	if (saved_open(s, name, &err) < 0)
		fail_msg("%s", err.text);
	unlink(name);
	buf_free(&b);
}

/* Each account and kind once, values added up, the oldest moment. */
static void exports_of_reports_are_joined(void **state) {
	struct fixture *f = fixture_new();
	struct saved in[2];
	struct joined j;
	(void)state;
	open_written(&in[0], f);
	const char *accounts[] = {"444455556666", "111122223333"};
	struct report_export_kind kinds[] = {{"credential report", 1}, {"account authorization details", 3}};
	f->exports.accounts = accounts;
	f->exports.naccounts = 2;
	f->exports.kinds = kinds;
	f->exports.nkinds = 2;
	f->exports.as_of = when_at(FIXTURE_NOW - 2 * 86400);
	f->run.started++; /* taken second, in either order of the files */
	open_written(&in[1], f);
	joined_open(&j, in, 2);
	const struct report_exports *x = j.run.exports;
	assert_int_equal(x->naccounts, 2);
	assert_string_equal(x->accounts[0], "111122223333");
	assert_string_equal(x->accounts[1], "444455556666");
	assert_int_equal(x->nkinds, 2);
	assert_string_equal(x->kinds[0].name, "account authorization details");
	assert_int_equal(x->kinds[0].values, 5);
	assert_string_equal(x->kinds[1].name, "credential report");
	assert_int_equal(x->kinds[1].values, 1);
	assert_true(x->as_of.at == FIXTURE_NOW - 2 * 86400);
	joined_close(&j);
	saved_close(&in[0]);
	saved_close(&in[1]);
	fixture_free(f);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_written_comes_back),
		cmocka_unit_test(what_is_no_report_is_refused),
		cmocka_unit_test(changed_totals_are_refused),
		cmocka_unit_test(exports_of_reports_are_joined),
		cmocka_unit_test(lines_that_were_cut_off_make_it_incomplete),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
