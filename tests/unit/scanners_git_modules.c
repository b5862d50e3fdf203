/* Repositories of submodules below .git/modules: found by their folders, named by where they are checked out, read like any other; and
 * what a hostile one may look like. */
#include "git_fixture.h"

/* `module NAME PATH WORD`: a repository with one file of one word, as `git submodule` leaves it; its worktree is PATH. */
#define MODULE                                                                                                         \
	"module() { mkdir -p \".git/modules/$1\" made; git init -q -b main made; (cd made; echo \"$3\" >f; commit 1 "  \
	"\"$3\"); "                                                                                                    \
	"rmdir \".git/modules/$1\"; mv made/.git \".git/modules/$1\"; rm -rf made; "                                   \
	"git --git-dir=\".git/modules/$1\" config core.worktree \"$2\"; }\n"                                           \
	"init; echo top >t; commit 1 top\n"

static struct scan scan_of(const char *dir) {
	return scan_run((struct scan_request){.dir = dir});
}

static const struct seen *found(const struct scan *s, const char *text) {
	for (size_t i = 0; i < s->docs.n; i++)
		if (seen_is_object(&s->docs.at[i]) && strcmp(s->docs.at[i].text, text) == 0)
			return &s->docs.at[i];
	return NULL;
}

static void path_is(const struct scan *s, const char *text, const char *path) {
	const struct seen *d = found(s, text);
	if (!d)
		fail_msg("%s was not read", text);
	assert_true(d->origin.known);
	assert_int_equal(d->origin.path.n, strlen(path));
	assert_memory_equal(d->origin.path.p, path, d->origin.path.n);
}

static void paths_begin_where_a_submodule_is_checked_out(void **state) {
	(void)state;
	char *d = fixture(MODULE "module lib ../../../libs/x one\nmodule with/slashes ../../../../y two\n"
				 "module plain '' three\n");
	struct scan s = scan_of(d);
	path_is(&s, "top\n", "t");
	path_is(&s, "one\n", "libs/x/f");
	path_is(&s, "two\n", "y/f");
	path_is(&s, "three\n", "plain/f");
	assert_false(coverage_is_incomplete(s.coverage));
	scan_free(&s);
	fixture_free(d);
}

/* A worktree outside of the target is no path of it: the name is told then. */
static void worktrees_elsewhere_are_not_believed(void **state) {
	(void)state;
	char *d = fixture(MODULE "module out ../../../../elsewhere one\nmodule root / two\nmodule top ../../.. three\n"
				 "module beside \"$PWD-more/x\" four\nmodule dots ../../../a/../../../b five\n"
				 "module in \"$PWD/./q//r/../s\" six\n");
	struct scan s = scan_of(d);
	path_is(&s, "one\n", "out/f");
	path_is(&s, "two\n", "root/f");
	path_is(&s, "three\n", "top/f");
	path_is(&s, "four\n", "beside/f");
	path_is(&s, "five\n", "dots/f");
	path_is(&s, "six\n", "q/s/f");
	scan_free(&s);
	fixture_free(d);
}

static void submodules_have_submodules(void **state) {
	(void)state;
	char *d = fixture(
		MODULE "module lib ../../../libs/x one\nmodule lib/modules/inner ../../../../../libs/x/deep two\n"
		       "git worktree add -q ../$(basename \"$PWD\").wt; mv .git/modules/lib/modules/inner held\n"
		       "mkdir -p .git/worktrees/$(basename \"$PWD\").wt/modules; module other ../../../o three\n"
		       "mv .git/modules/other .git/worktrees/$(basename \"$PWD\").wt/modules/; mv held "
		       ".git/modules/lib/modules/inner; rm -rf ../$(basename \"$PWD\").wt\n");
	struct scan s = scan_of(d);
	path_is(&s, "one\n", "libs/x/f");
	assert_non_null(found(&s, "two\n"));
	assert_true(found(&s, "two\n")->origin.known);
	assert_non_null(found(&s, "three\n"));
	scan_free(&s);
	fixture_free(d);
}

/* What both hold is told of the repository around. */
static void what_both_hold_is_of_the_outer(void **state) {
	(void)state;
	char *d = fixture(MODULE "module lib ../../../libs/x top\n");
	struct scan s = scan_of(d);
	path_is(&s, "top\n", "t");
	scan_free(&s);
	fixture_free(d);
}

static void links_are_not_followed(void **state) {
	(void)state;
	char *d = fixture(MODULE "module lib ../../../libs/x inside\nmkdir out && git init -q -b main out/r && (cd "
				 "out/r; echo outside >f; "
				 "commit 1 x)\n"
				 "ln -s ../../out/r/.git .git/modules/linked\n"
				 "cp -r .git/modules/lib .git/modules/half; rm -rf .git/modules/half/objects; "
				 "ln -s ../../../out/r/.git/objects .git/modules/half/objects\n"
				 "ln -s . .git/modules/loop; mkdir .git/modules/d; ln -s .. .git/modules/d/up\n");
	struct scan s = scan_of(d);
	assert_non_null(found(&s, "inside\n"));
	assert_null(found(&s, "outside\n"));
	scan_free(&s);
	fixture_free(d);
}

static void damaged_ones_are_named_and_the_others_read(void **state) {
	(void)state;
	char *d = fixture(MODULE "module a ../../../a one\nmodule b ../../../b two\nmodule c ../../../c three\nmodule "
				 "e ../../../e four\n"
				 "mkdir a; git --git-dir=.git/modules/a repack -adq; chmod u+w "
				 ".git/modules/a/objects/pack/*; "
				 "for f in .git/modules/a/objects/pack/*.idx; do truncate -s 100 \"$f\"; done\n"
				 "git config -f .git/modules/b/config core.repositoryformatversion 1; "
				 "git config -f .git/modules/b/config extensions.objectformat sha999\n"
				 "rm .git/modules/c/HEAD\n");
	struct scan s = scan_of(d);
	assert_int_equal(s.read, 0);
	assert_true(coverage_is_incomplete(s.coverage));
	assert_null(found(&s, "one\n"));
	assert_null(found(&s, "two\n"));
	assert_null(found(&s, "three\n")); /* without a HEAD it is no repository */
	path_is(&s, "four\n", "e/f");
	path_is(&s, "top\n", "t");
	scan_free(&s);
	fixture_free(d);
}

/* Deeper than any real one: a limit that is said, not a call stack that ends. */
static void nesting_is_limited(void **state) {
	(void)state;
	char *d = fixture(
		MODULE "p=m; for i in 1 2 3 4 5 6 7 8 9 10 11 12; do module $p '' \"word$i\"; p=$p/modules/m; done\n");
	struct scan s = scan_of(d);
	assert_non_null(found(&s, "word1\n"));
	assert_non_null(found(&s, "word8\n"));
	assert_null(found(&s, "word9\n"));
	assert_true(coverage_is_incomplete(s.coverage));
	scan_free(&s);
	fixture_free(d);
	d = fixture(MODULE
		"p=.git/modules; for i in $(seq 40); do p=$p/x; done; mkdir -p $p\nmodule near ../../../near word\n");
	s = scan_of(d);
	path_is(&s, "word\n", "near/f");
	scan_free(&s);
	fixture_free(d);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(paths_begin_where_a_submodule_is_checked_out),
		cmocka_unit_test(worktrees_elsewhere_are_not_believed),
		cmocka_unit_test(submodules_have_submodules),
		cmocka_unit_test(what_both_hold_is_of_the_outer),
		cmocka_unit_test(links_are_not_followed),
		cmocka_unit_test(damaged_ones_are_named_and_the_others_read),
		cmocka_unit_test(nesting_is_limited),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
