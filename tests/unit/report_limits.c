/* What GitHub, GitLab and step summaries take, at the limit and just beyond it: the worst are kept, and the cut is told. */
#include "tests/unit/report_fixture.h"

#include <jansson.h>
#include <zlib.h>

static const struct report_style plain = {0};

enum { TEN_MEGABYTES = 10000000, MIB = 1048576, PATH = 3000 };

struct many {
	struct fixture *f;
	struct finding *at;
	struct sighting *seen;
	char *paths;
};

/* A report of `n` findings, the first half critical and the others low, each with an id and, where `path` is not 0, a path of so many bytes of its own. */
static struct many many_new(size_t n, size_t path) {
	struct many m = {.f = fixture_new(),
		.at = calloc(n + 1, sizeof(*m.at)),
		.seen = calloc(n + 1, sizeof(*m.seen)),
		.paths = calloc(n + 1, path + 1)};

	for (size_t i = 0; i < n; i++) {
		m.at[i] = m.f->findings[4];
		m.at[i].severity = i < n / 2 ? SEVERITY_CRITICAL : SEVERITY_LOW;
		m.seen[i] = m.f->findings[4].sightings[0];
		snprintf(m.at[i].secret_fingerprint, sizeof(m.at[i].secret_fingerprint), "%032zx", i);
		snprintf(m.at[i].location_fingerprint, sizeof(m.at[i].location_fingerprint), "%032zx", i + n);
		if (path) {
			char *text = m.paths + i * (path + 1);
			memset(text, 'p', path);
			text[snprintf(text, path, "%zu", i)] = '/';
			m.seen[i].path = slice_str(text);
			m.seen[i].line = (unsigned)i + 1;
			m.seen[i].place = PLACE_WORKTREE;
		}
		m.at[i].sightings = &m.seen[i];
		m.at[i].nsightings = 1;
	}
	m.f->report.findings = m.at;
	m.f->report.nfindings = n;
	return m;
}

static void many_free(struct many *m) {
	fixture_free(m->f);
	free(m->at);
	free(m->seen);
	free(m->paths);
}

static json_t *parsed(struct buf *b) {
	json_error_t err;
	json_t *v = json_loads(buf_cstr(b), JSON_REJECT_DUPLICATES, &err);
	if (!v)
		fail_msg("line %d: %s", err.line, err.text);
	return v;
}

static json_t *results(json_t *log) {
	return json_object_get(json_array_get(json_object_get(log, "runs"), 0), "results");
}

static const char *level(json_t *result) {
	return json_string_value(json_object_get(result, "level"));
}

static void sarif_of_5001_keeps_the_worst_5000_and_says_so(void **state) {
	struct many m = many_new(5001, 0);
	struct buf b = {0};
	(void)state;
	m.f->run.max_results = 5000;
	fixture_write(&m.f->report, "sarif", plain, &b);
	json_t *log = parsed(&b);
	assert_int_equal(json_array_size(results(log)), 5000);
	assert_string_equal(level(json_array_get(results(log), 0)), "error");
	assert_non_null(strstr(
		buf_cstr(&b), "The worst 5000 of 5001 results are listed, as --max-results asks; nhiscan's JSON"));
	assert_true(b.n < TEN_MEGABYTES);
	json_decref(log);
	buf_free(&b);
	many_free(&m);
}

static void sarif_of_5000_is_whole_and_says_nothing(void **state) {
	struct many m = many_new(5000, 0);
	struct buf b = {0};
	(void)state;
	m.f->run.max_results = 5000;
	fixture_write(&m.f->report, "sarif", plain, &b);
	json_t *log = parsed(&b);
	assert_int_equal(json_array_size(results(log)), 5000);
	assert_null(strstr(buf_cstr(&b), "results-limited"));
	json_decref(log);
	buf_free(&b);
	many_free(&m);
}

/* Paths of 3,000 bytes: 5,000 results would be 45 MB. */
static void sarif_for_gitlab_stays_below_10_mb(void **state) {
	struct many m = many_new(5000, PATH);
	struct buf b = {0};
	size_t n;
	(void)state;
	m.f->run.max_results = 5000;
	fixture_write(&m.f->report, "sarif", plain, &b);
	assert_true(b.n <= TEN_MEGABYTES && b.n > TEN_MEGABYTES - 20000);
	json_t *log = parsed(&b);
	n = json_array_size(results(log));
	assert_true(n > 500 && n < 5000);
	for (size_t i = 0; i < n && n <= 2500; i++)
		assert_string_equal(level(json_array_get(results(log), i)), "error");
	assert_non_null(strstr(buf_cstr(&b), " of 5000 results are listed, as GitLab takes no more than 10 MB"));
	json_decref(log);
	buf_free(&b);
	/* Who asks for more writes for another consumer. */
	m.f->run.max_results = 25000;
	fixture_write(&m.f->report, "sarif", plain, &b);
	log = parsed(&b);
	assert_int_equal(json_array_size(results(log)), 5000);
	json_decref(log);
	buf_free(&b);
	many_free(&m);
}

/* All on one line of one file: what says how many share it counts those that are listed. */
static void sarif_cut_for_gitlab_counts_what_is_left(void **state) {
	struct many m = many_new(5000, PATH);
	struct buf b = {0};
	json_t *log, *result;
	size_t i;
	(void)state;
	m.f->run.max_results = 5000;
	for (i = 1; i < 5000; i++) {
		m.seen[i].path = m.seen[0].path;
		m.seen[i].line = m.seen[0].line;
	}
	fixture_write(&m.f->report, "sarif", plain, &b);
	log = parsed(&b);
	assert_true(json_array_size(results(log)) < 5000);
	json_array_foreach(results(log), i, result) {
		json_t *shared = json_object_get(json_object_get(result, "properties"), "nhiscan/sharesLines");
		assert_int_equal(json_integer_value(shared), json_array_size(results(log)));
	}
	json_decref(log);
	buf_free(&b);
	many_free(&m);
}

/* What it takes as gzip sends it. */
static uLong compressed(const struct buf *b) {
	uLongf n = compressBound(b->n);
	Bytef *out = malloc(n);
	assert_int_equal(compress2(out, &n, b->p, b->n, 6), Z_OK);
	free(out);
	return n;
}

/* GitHub: 25,000 results and rules, 20 runs, 10 tags a rule, 100 locations, 10 MB compressed. */
static void sarif_of_25000_is_what_github_takes(void **state) {
	struct many m = many_new(25000, 100);
	struct buf b = {0};
	(void)state;
	m.f->run.max_results = 25000;
	fixture_write(&m.f->report, "sarif", plain, &b);
	json_t *log = parsed(&b), *run = json_array_get(json_object_get(log, "runs"), 0), *rule;
	size_t i;
	assert_int_equal(json_array_size(json_object_get(log, "runs")), 1);
	assert_int_equal(json_array_size(results(log)), 25000);
	assert_true(compressed(&b) < TEN_MEGABYTES);
	json_array_foreach(json_object_get(json_object_get(json_object_get(run, "tool"), "driver"), "rules"), i, rule) {
		json_t *tags = json_object_get(json_object_get(rule, "properties"), "tags");
		assert_true(json_array_size(tags) <= 10);
	}
	json_decref(log);
	buf_free(&b);
	many_free(&m);
}

static void gitlab_of_5001_keeps_the_worst_5000_and_says_so(void **state) {
	struct many m = many_new(5001, 0);
	struct buf b = {0};
	(void)state;
	fixture_write(&m.f->report, "gitlab", plain, &b);
	json_t *v = parsed(&b);
	assert_int_equal(json_array_size(json_object_get(v, "vulnerabilities")), 5000);
	assert_non_null(strstr(
		buf_cstr(&b), "only the worst 5000 of 5001 findings are listed, since GitLab takes no more than 5000"));
	assert_true(b.n < TEN_MEGABYTES);
	json_decref(v);
	buf_free(&b);
	many_free(&m);
}

static void gitlab_stays_below_10_mb(void **state) {
	struct many m = many_new(5000, PATH);
	struct buf b = {0};
	(void)state;
	fixture_write(&m.f->report, "gitlab", plain, &b);
	assert_true(b.n <= TEN_MEGABYTES && b.n > TEN_MEGABYTES - 20000);
	json_t *v = parsed(&b), *all = json_object_get(v, "vulnerabilities");
	size_t n = json_array_size(all);
	assert_true(n > 500 && n < 5000);
	assert_string_equal(json_string_value(json_object_get(json_array_get(all, 0), "severity")), "Critical");
	assert_non_null(strstr(buf_cstr(&b), " of 5000 findings are listed, since GitLab takes no more than 10 MB"));
	json_decref(v);
	buf_free(&b);
	many_free(&m);
}

static void markdown_stays_below_a_mebibyte(void **state) {
	static const size_t paths[] = {0, PATH};
	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct many m = many_new(20000, paths[i]);
		struct buf b = {0};
		fixture_write(&m.f->report, "markdown", plain, &b);
		assert_true(b.n < MIB);
		assert_non_null(strstr(buf_cstr(&b), " more; a report in another format lists them.\n"));
		assert_true(slice_find(buf_slice(&b), slice_str("| critical | 10000 |")) > 0); /* totals come first */
		buf_free(&b);
		many_free(&m);
	}
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sarif_of_5001_keeps_the_worst_5000_and_says_so),
		cmocka_unit_test(sarif_of_5000_is_whole_and_says_nothing),
		cmocka_unit_test(sarif_for_gitlab_stays_below_10_mb),
		cmocka_unit_test(sarif_cut_for_gitlab_counts_what_is_left),
		cmocka_unit_test(sarif_of_25000_is_what_github_takes),
		cmocka_unit_test(gitlab_of_5001_keeps_the_worst_5000_and_says_so),
		cmocka_unit_test(gitlab_stays_below_10_mb),
		cmocka_unit_test(markdown_stays_below_a_mebibyte),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
