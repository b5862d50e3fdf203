/* The git scanner on clones that are not whole and stores that are damaged: what is missing is named and counted, the
 * rest is read. Whole repositories are in scanners_git.c. */
#include "git_fixture.h"

static void shallow_history_is_named(void **state) {
	(void)state;
	char *d = fixture("init full; cd full; echo one >f; commit 1 first; echo two >f; commit 2 second; echo three "
			  ">f; commit 3 third\n"
			  "cd ..; git clone -q --depth 2 file://$PWD/full part; rm -rf full");
	char part[PATH_MAX];
	snprintf(part, sizeof(part), "%s/part", d);
	struct scan s = scan_run((struct scan_request){.dir = part});
	assert_origin(&s, "three\n", PLACE_HEAD, "f", rev(part, "HEAD"));
	assert_origin(&s, "two\n", PLACE_HISTORY, "f", rev(part, "HEAD~1"));
	assert_null(scan_find(&s, "one\n"));
	assert_true(scan_has_notice(&s, "shallow-clone"));
	assert_int_equal(coverage_unit(s.coverage, UNIT_MESSAGE).skipped[SKIP_MISSING], 1);
	assert_true(coverage_is_incomplete(s.coverage));
	scan_free(&s);
	/* A range inside what is there is complete; one that leaves it is not. */
	s = scan_run((struct scan_request){.dir = part, .range = "HEAD~1..HEAD"});
	assert_non_null(scan_find(&s, "three\n"));
	assert_false(coverage_is_incomplete(s.coverage));
	scan_free(&s);
	s = scan_run((struct scan_request){.dir = part, .since = "2020-01-01"});
	assert_non_null(scan_find(&s, "two\n"));
	assert_true(scan_has_notice(&s, "shallow-clone"));
	assert_true(coverage_is_incomplete(s.coverage));
	scan_free(&s);
	fixture_free(d);
}

static void partial_clone_names_missing_blobs(void **state) {
	(void)state;
	char *d = fixture("init; echo one >f; echo two >g; commit 1 first; git config remote.origin.promisor true\n"
			  "x=$(git rev-parse HEAD:f); rm -f .git/objects/$(echo $x | cut -c1-2)/$(echo $x | cut -c3-)");
	struct scan s = scan_run((struct scan_request){.dir = d});
	struct unit_count c = coverage_unit(s.coverage, UNIT_BLOB);
	assert_origin(&s, "two\n", PLACE_HEAD, "g", rev(d, "HEAD"));
	assert_int_equal(c.seen, 2);
	assert_int_equal(c.skipped[SKIP_MISSING], 1);
	assert_true(scan_has_notice(&s, "missing-objects"));
	scan_free(&s);
	fixture_free(d);
}

static void missing_objects_are_found_in_any_clone(void **state) {
	(void)state;
	char *d =
		fixture("init; echo one >f; echo two >g; commit 1 first; git rm -q f; commit 2 second\n"
			"x=$(git rev-parse HEAD~1:f); rm -f .git/objects/$(echo $x | cut -c1-2)/$(echo $x | cut -c3-)");
	struct scan s = scan_run((struct scan_request){.dir = d});
	assert_int_equal(coverage_unit(s.coverage, UNIT_BLOB).skipped[SKIP_MISSING], 1);
	scan_free(&s);
	/* a commit that is gone, and a ref to nothing */
	shell(d, "x=$(git rev-parse HEAD~1); rm -f .git/objects/$(echo $x | cut -c1-2)/$(echo $x | cut -c3-)\n"
		 "echo 1234567890123456789012345678901234567890 >.git/refs/heads/gone");
	s = scan_run((struct scan_request){.dir = d});
	assert_int_equal(coverage_unit(s.coverage, UNIT_MESSAGE).skipped[SKIP_MISSING], 2);
	assert_origin(&s, "two\n", PLACE_HEAD, "g", rev(d, "HEAD"));
	scan_free(&s);
	fixture_free(d);
}

static void damaged_objects_are_named(void **state) {
	static const char *const damage[] = {
		/* a loose object cut short, one of zeros, and one that is another type than said */
		"chmod u+w $F; head -c 10 $F >t; cat t >$F",
		"chmod u+w $F; head -c 40 /dev/zero >$F",
		"chmod u+w $F; printf 'x\\234' >$F",
	};
	(void)state;
	for (size_t i = 0; i < sizeof(damage) / sizeof(*damage); i++) {
		char *d = fixture("init; echo one >f; echo two >g; commit 1 first"), script[512];
		snprintf(script, sizeof(script),
			"x=$(git rev-parse HEAD:f); F=.git/objects/$(echo $x | cut -c1-2)/$(echo $x | cut -c3-); %s",
			damage[i]);
		shell(d, script);
		struct scan s = scan_run((struct scan_request){.dir = d});
		assert_int_equal(s.read, 0);
		assert_non_null(scan_find(&s, "two\n"));
		assert_int_equal(coverage_unit(s.coverage, UNIT_BLOB).skipped[SKIP_CORRUPT], 1);
		assert_true(coverage_is_incomplete(s.coverage));
		scan_free(&s);
		fixture_free(d);
	}
}

/* Whatever is done to packs and indexes: no crash, the rest is read, and the scan is incomplete. */
static void damaged_packs_are_named(void **state) {
	static const char *const damage[] = {
		"chmod u+w $P.idx; head -c 1000 $P.idx >t; cat t >$P.idx",
		"rm -f $P.idx",
		"rm -f $P.pack",
		"chmod u+w $P.pack; head -c 100 $P.pack >t; cat t >$P.pack",
		"chmod u+w $P.pack; head -c 300 /dev/zero | dd of=$P.pack bs=1 seek=40 conv=notrunc",
		"chmod u+w $P.idx; head -c 1024 /dev/zero | dd of=$P.idx bs=1 seek=8 conv=notrunc",
		"chmod u+w $P.idx; yes | head -c 4000 | dd of=$P.idx bs=1 seek=1100 conv=notrunc",
	};
	(void)state;
	for (size_t i = 0; i < sizeof(damage) / sizeof(*damage); i++) {
		char *d = fixture(
			     "init; for i in 1 2 3 4 5 6 7 8 9; do seq $i 200 >f$i; commit $i c$i; done; git gc -q\n"
			     "echo loose | git hash-object -w --stdin"),
		     script[512];
		snprintf(script, sizeof(script), "P=$(ls .git/objects/pack/*.pack); P=${P%%.pack}; %s", damage[i]);
		shell(d, script);
		for (unsigned threads = 1; threads < 4; threads += 2) {
			struct scan s = scan_run((struct scan_request){.dir = d, .threads = threads, .versions = true});
			assert_int_equal(s.read, 0);
			assert_non_null(scan_find(&s, "loose\n"));
			assert_true(coverage_is_incomplete(s.coverage));
			assert_int_equal(s.states, 0);
			scan_free(&s);
		}
		fixture_free(d);
	}
}

static void damaged_index_is_an_error_that_is_counted(void **state) {
	static const char *const damage[] = {": >.git/index", "head -c 50 .git/index >t; cat t >.git/index",
		"printf 'DIRC\\0\\0\\0\\2\\377\\377\\377\\377' | dd of=.git/index conv=notrunc",
		"printf 'DIRC\\0\\0\\0\\11' | dd of=.git/index conv=notrunc"};
	(void)state;
	for (size_t i = 0; i < sizeof(damage) / sizeof(*damage); i++) {
		char *d = fixture("init; echo one >f; commit 1 c; echo two >f; git add f");
		shell(d, damage[i]);
		struct scan s = scan_run((struct scan_request){.dir = d, .staged = true});
		assert_int_equal(s.read, -1);
		assert_true(coverage_is_incomplete(s.coverage));
		scan_free(&s);
		fixture_free(d);
	}
}

static void sha256_repository_is_read(void **state) {
	(void)state;
	char *d = fixture("init --object-format=sha256; echo one >f; commit 1 first; echo two >f; commit 2 second; "
			  "echo three >f; git add f");
	struct scan s = scan_run((struct scan_request){.dir = d});
	assert_origin(&s, "one\n", PLACE_HISTORY, "f", rev(d, "HEAD~1"));
	assert_origin(&s, "two\n", PLACE_HEAD, "f", rev(d, "HEAD"));
	assert_false(coverage_is_incomplete(s.coverage));
	scan_free(&s);
	s = scan_run((struct scan_request){.dir = d, .staged = true});
	assert_int_equal(s.docs.n, 1);
	assert_non_null(scan_find(&s, "three\n"));
	scan_free(&s);
	fixture_free(d);
}

static void unknown_formats_are_said(void **state) {
	(void)state;
	char *d = fixture("init; echo one >f; commit 1 first; git config extensions.objectformat sha3 || true");
	struct scan s = scan_run((struct scan_request){.dir = d});
	assert_int_equal(s.opened, -1);
	assert_int_equal(s.err.kind, ERR_FORMAT);
	scan_free(&s);
	fixture_free(d);
	d = fixture("init; echo one >f; commit 1 first; git config extensions.refstorage reftable || true");
	s = scan_run((struct scan_request){.dir = d});
	assert_non_null(scan_find(&s, "one\n"));
	assert_true(scan_has_notice(&s, "refs-unread"));
	scan_free(&s);
	fixture_free(d);
}

static void links_in_the_git_folder_are_not_followed(void **state) {
	(void)state;
	char *d = fixture("init; echo one >f; commit 1 first; echo outside >out; rm -f .git/description; ln -s "
			  "$PWD/out .git/description\n"
			  "ln -s $PWD/out .git/hooks/pre-push; mkfifo .git/FETCH_HEAD; ln -s / .git/refs/root");
	struct scan s = scan_run((struct scan_request){.dir = d});
	assert_null(scan_find(&s, "outside\n"));
	assert_non_null(scan_find(&s, "one\n"));
	scan_free(&s);
	fixture_free(d);
}

static void damaged_refs_are_said_and_strange_files_are_not(void **state) {
	(void)state;
	char *d = fixture(
		"init; echo one >f; commit 1 first; echo x >.git/refs/heads/.DS_Store; echo x >.git/refs/heads/a.lock");
	const char *head = rev(d, "HEAD"); /* before git itself refuses */
	struct scan s = scan_run((struct scan_request){.dir = d});
	assert_false(coverage_is_incomplete(s.coverage));
	scan_free(&s);
	shell(d, ": >.git/refs/heads/empty; echo 'ref: refs/heads/ring' >.git/refs/heads/ring; echo zz "
		 ">>.git/packed-refs");
	s = scan_run((struct scan_request){.dir = d});
	assert_origin(&s, "one\n", PLACE_HEAD, "f", head);
	assert_true(scan_has_notice(&s, "refs-unread"));
	scan_free(&s);
	fixture_free(d);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(shallow_history_is_named),
		cmocka_unit_test(partial_clone_names_missing_blobs),
		cmocka_unit_test(missing_objects_are_found_in_any_clone),
		cmocka_unit_test(damaged_objects_are_named),
		cmocka_unit_test(damaged_packs_are_named),
		cmocka_unit_test(damaged_index_is_an_error_that_is_counted),
		cmocka_unit_test(sha256_repository_is_read),
		cmocka_unit_test(unknown_formats_are_said),
		cmocka_unit_test(damaged_refs_are_said_and_strange_files_are_not),
		cmocka_unit_test(links_in_the_git_folder_are_not_followed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
