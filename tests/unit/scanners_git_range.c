/* The git scanner on parts of a repository: ranges, --since, and what is staged.
 * Whole repositories are in scanners_git.c. */
#include "git_fixture.h"

/* main: base, left, merge (of side), last; the merge brings in a file of its own. */
static const char graph[] = "init; echo base >f; commit 1 base; git tag start; git checkout -q -b side; mkdir d; echo "
			    "side >d/s; commit 2 side\n"
			    "git checkout -q main; echo left >l; commit 3 left; git merge -q --no-commit side; echo "
			    "made >made; commit 4 merge\n"
			    "git rm -q l; echo base2 >f; commit 5 last";

/* Exactly these texts, blobs and messages, were delivered. NULL ends the list. */
static void assert_delivered(const struct scan *s, const char *const *texts) {
	size_t n = 0;
	for (; texts[n]; n++)
		if (!scan_find(s, texts[n]))
			fail_msg("not delivered: %s", texts[n]);
	assert_int_equal(s->docs.n, n);
}

static void range_reads_what_its_commits_brought_in(void **state) {
	static const struct {
		const char *range;
		const char *const texts[12];
	} rows[] = {
		{"HEAD~1..HEAD", {"base2\n", "commit last\n", NULL}},
		{"HEAD~1..", {"base2\n", "commit last\n", NULL}},
		{"HEAD~2..HEAD~1", {"made\n", "side\n", "commit side\n", "commit merge\n", NULL}},
		{"main~1^2..main~1", {"made\n", "left\n", "commit left\n", "commit merge\n", NULL}},
		{"start..side", {"side\n", "commit side\n", NULL}},
		{"side..start", {NULL}},
		{"refs/heads/side...main~2", {"side\n", "commit side\n", "left\n", "commit left\n", NULL}},
		{"0000000000000000000000000000000000000000..start", {"base\n", "commit base\n", NULL}},
	};
	(void)state;
	char *d = fixture(graph);
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct scan s = scan_run((struct scan_request){.dir = d, .range = rows[i].range});
		assert_int_equal(s.read, 0);
		assert_delivered(&s, rows[i].texts);
		assert_false(coverage_read_nothing(s.coverage));
		assert_false(coverage_is_incomplete(s.coverage));
		scan_free(&s);
	}
	fixture_free(d);
}

static void range_knows_commit_path_and_head(void **state) {
	(void)state;
	char *d = fixture(graph);
	struct scan s = scan_run((struct scan_request){.dir = d, .range = "start..HEAD"});
	char hex[OBJECT_ID_HEX_MAX];
	const struct seen *left = scan_find(&s, "left\n"), *made = scan_find(&s, "made\n");
	assert_int_equal(left->place, PLACE_HISTORY);
	assert_string_equal(left->path, "l");
	object_id_hex(&left->commit, hex);
	assert_string_equal(hex, rev(d, "HEAD~2"));
	assert_int_equal(made->place, PLACE_HEAD);
	object_id_hex(&made->commit, hex);
	assert_string_equal(hex, rev(d, "HEAD~1"));
	assert_origin(&s, "left\n", PLACE_HISTORY, "l", rev(d, "HEAD~2"));
	assert_origin(&s, "side\n", PLACE_HEAD, "d/s", rev(d, "side"));
	scan_free(&s);
	fixture_free(d);
}

static void since_takes_a_revision_or_a_date(void **state) {
	static const struct {
		const char *since;
		const char *const texts[12];
	} rows[] = {
		{"main~1", {"base2\n", "commit last\n", "branch\n", "commit other\n", NULL}},
		{"2023-11-14T22:13:25Z", {"base2\n", "commit last\n", "branch\n", "commit other\n", NULL}},
		{"other", {"base2\n", "commit last\n", NULL}},
	};
	(void)state;
	char *d = fixture(graph);
	shell(d, "git checkout -q -b other HEAD~1; echo branch >b; commit 6 other; git checkout -q main");
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct scan s = scan_run((struct scan_request){.dir = d, .since = rows[i].since});
		assert_int_equal(s.read, 0);
		assert_delivered(&s, rows[i].texts);
		scan_free(&s);
	}
	fixture_free(d);
}

static void wrong_revisions_are_usage_errors(void **state) {
	static const char *const rows[] = {"nobody..HEAD", "HEAD~9..HEAD", "HEAD", "HEAD^9..", "abc..HEAD",
		"HEAD^{tree}..", "HEAD~x..", "deadbeefdeadbeefdeadbeefdeadbeefdeadbeef..HEAD"};
	(void)state;
	char *d = fixture(graph);
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct scan s = scan_run((struct scan_request){.dir = d, .range = rows[i]});
		if (s.read != -1 || s.err.kind != ERR_USAGE)
			fail_msg("%s: taken", rows[i]);
		scan_free(&s);
	}
	fixture_free(d);
}

static void abbreviated_ids_are_taken(void **state) {
	(void)state;
	char *d = fixture(graph), range[64];
	snprintf(range, sizeof(range), "%.12s..%.7s", rev(d, "HEAD~1"), rev(d, "HEAD"));
	struct scan s = scan_run((struct scan_request){.dir = d, .range = range});
	assert_delivered(&s, (const char *const[]){"base2\n", "commit last\n", NULL});
	scan_free(&s);
	fixture_free(d);
}

static void staged_reads_only_what_differs(void **state) {
	(void)state;
	char *d = fixture(
		"init; mkdir -p a/b c; for i in 1 2 3; do echo a$i >a/b/$i; echo c$i >c/$i; done; commit 1 base\n"
		"echo changed >a/b/2; echo added >c/new; echo top >top; echo unstaged >c/1; git rm -q a/b/3\n"
		"git add a/b/2 c/new top; ln -s c/1 link; git add link; cp top again; git add again");
	static const char *const versions[] = {"2", "3", "4"};
	for (size_t i = 0; i < 3; i++) {
		char script[128];
		snprintf(script, sizeof(script), "git update-index --index-version %s", versions[i]);
		shell(d, script);
		struct scan s = scan_run((struct scan_request){.dir = d, .staged = true});
		assert_delivered(&s, (const char *const[]){"changed\n", "added\n", "top\n", "c/1", NULL});
		assert_string_equal(scan_find(&s, "changed\n")->path, "a/b/2");
		assert_int_equal(scan_find(&s, "changed\n")->place, PLACE_INDEX);
		assert_int_equal(coverage_unit(s.coverage, UNIT_INDEX).skipped[SKIP_DUPLICATE], 1);
		scan_free(&s);
	}
	fixture_free(d);
}

static void staged_without_commits_is_everything(void **state) {
	(void)state;
	char *d = fixture("init; mkdir a; echo one >a/f; git add a");
	struct scan s = scan_run((struct scan_request){.dir = d, .staged = true});
	assert_delivered(&s, (const char *const[]){"one\n", NULL});
	assert_string_equal(s.docs.at[0].path, "a/f");
	scan_free(&s);
	fixture_free(d);
}

static void nothing_staged_is_a_complete_scan(void **state) {
	(void)state;
	char *d = fixture("init; echo one >f; commit 1 base; git rm -q f");
	struct scan s = scan_run((struct scan_request){.dir = d, .staged = true});
	assert_int_equal(s.docs.n, 0);
	assert_false(coverage_read_nothing(s.coverage));
	assert_false(coverage_is_incomplete(s.coverage));
	scan_free(&s);
	fixture_free(d);
}

static void intent_to_add_conflicts_and_sparse_indexes(void **state) {
	(void)state;
	char *d = fixture("init; echo base >f; commit 1 base; git checkout -q -b x; echo theirs >f; commit 2 x; git "
			  "checkout -q main\n"
			  "echo ours >f; commit 3 ours; git merge -q x || true; echo later >n; git add -N n");
	struct scan s = scan_run((struct scan_request){.dir = d, .staged = true});
	/* stage 1 and 3 of the conflict; stage 2 is HEAD's own, and an entry that is only announced is empty */
	assert_delivered(&s, (const char *const[]){"base\n", "theirs\n", NULL});
	scan_free(&s);
	fixture_free(d);
	d = fixture("init; mkdir in out; echo i >in/f; echo o >out/f; commit 1 base; git sparse-checkout init --cone "
		    "--sparse-index\n"
		    "git sparse-checkout set in; echo changed >in/f; git add in/f");
	s = scan_run((struct scan_request){.dir = d, .staged = true});
	assert_delivered(&s, (const char *const[]){"changed\n", NULL});
	scan_free(&s);
	fixture_free(d);
}

static void split_index_is_read_with_its_shared_part(void **state) {
	(void)state;
	char *d = fixture(
		"init; echo base >f; echo other >h; commit 1 base; git config splitIndex.maxPercentChange 100; "
		"git update-index --split-index; echo two >g; echo three >h; git add g h; git rm -q --cached f");
	struct scan s = scan_run((struct scan_request){.dir = d, .staged = true});
	assert_delivered(&s, (const char *const[]){"three\n", "two\n", NULL});
	assert_false(coverage_is_incomplete(s.coverage));
	scan_free(&s);
	fixture_free(d);
	d = fixture("init; echo base >f; commit 1 base; git update-index --split-index; rm .git/sharedindex.*");
	s = scan_run((struct scan_request){.dir = d, .staged = true});
	assert_int_equal(s.read, -1);
	assert_non_null(strstr(s.err.text, "git read-tree HEAD"));
	assert_true(coverage_is_incomplete(s.coverage));
	scan_free(&s);
	fixture_free(d);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(range_reads_what_its_commits_brought_in),
		cmocka_unit_test(range_knows_commit_path_and_head),
		cmocka_unit_test(since_takes_a_revision_or_a_date),
		cmocka_unit_test(wrong_revisions_are_usage_errors),
		cmocka_unit_test(abbreviated_ids_are_taken),
		cmocka_unit_test(staged_reads_only_what_differs),
		cmocka_unit_test(staged_without_commits_is_everything),
		cmocka_unit_test(nothing_staged_is_a_complete_scan),
		cmocka_unit_test(intent_to_add_conflicts_and_sparse_indexes),
		cmocka_unit_test(split_index_is_read_with_its_shared_part),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
