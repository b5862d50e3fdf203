/* Which files an index knows, against `git ls-files`: at the top, in a folder, in a submodule, below a sparse folder; and an index that is
 * damaged in every byte, cut everywhere, or not there. */
#include "tests/unit/git_repo.h"

#include "scanners/git/tracked.h"
#include "scanners/scanner.h"

struct lab {
	char dir[sizeof(REPO_NAME)];
	struct arena arena;
};

static struct lab lab_new(void) {
	struct lab l = {{0}, {0}};
	repo_temp(l.dir);
	run("git init -q -b main %s && cd %s && git config user.name A && git config user.email a@example.com && "
	    "mkdir -p a/b 'a.b' c && for f in top a/one a/b/two a.b/three c/four 'a/with blank' c/zz; do echo $f "
	    ">\"$f\"; done && "
	    "git add . && git commit -qm x && echo x >a/new && echo x >untracked && git rm -q --cached c/zz",
		l.dir, l.dir);
	return l;
}

static void lab_remove(struct lab *l) {
	arena_free(&l->arena);
	repo_remove(l->dir);
}

static struct tracked *load(struct lab *l, const char *below) {
	struct target t;
	struct error err = {0};
	char *name = arena_printf(&l->arena, "%s%s", l->dir, below);
	assert_int_equal(target_resolve(&l->arena, name, 0, &t, &err), 0);
	assert_true(t.is_repository);
	return tracked_load(&t);
}

static void expect(const struct tracked *x, const char *path, bool yes) {
	if (tracked_has(x, slice_str(path)) != yes)
		fail_msg("%s: not %s", path, yes ? "tracked" : "untracked");
}

static void files_of_the_index_are_tracked(void **unused) {
	static const char *const in[] = {"top", "a/one", "a/b/two", "a.b/three", "c/four", "a/with blank"};
	static const char *const out[] = {
		"", "a", "a/", "a/b", "a/new", "untracked", "c/zz", "c/fou", "c/fours", "A/one", "z", "a/one/x"};
	struct lab l = lab_new();
	struct tracked *x = load(&l, "");
	(void)unused;
	assert_non_null(x);
	for (size_t i = 0; i < sizeof(in) / sizeof(*in); i++)
		expect(x, in[i], true);
	for (size_t i = 0; i < sizeof(out) / sizeof(*out); i++)
		expect(x, out[i], false);
	tracked_free(x);
	lab_remove(&l);
}

static void paths_are_relative_to_the_target(void **unused) {
	struct lab l = lab_new();
	struct tracked *x = load(&l, "/a");
	(void)unused;
	assert_non_null(x);
	expect(x, "one", true);
	expect(x, "b/two", true);
	expect(x, "a/one", false);
	expect(x, "top", false);
	expect(x, "new", false);
	tracked_free(x);
	lab_remove(&l);
}

/* A submodule's files are its own index's business, those of a sparse folder stand for all below it. */
static void folders_of_an_index_hold_what_is_below(void **unused) {
	struct lab l = lab_new();
	(void)unused;
	run("cd %s && git update-index --add --cacheinfo 160000,1111111111111111111111111111111111111111,sub/mod",
		l.dir);
	struct tracked *x = load(&l, "");
	assert_non_null(x);
	expect(x, "sub/mod", true);
	expect(x, "sub/mod/file", true);
	expect(x, "sub/mod/deep/file", true);
	expect(x, "sub/module", false);
	expect(x, "sub/x", false);
	expect(x, "a/one/below", false);
	expect(x, "a/one", true);
	tracked_free(x);
	run("cd %s && git update-index --force-remove sub/mod && git add . && git commit -qm y && "
	    "git sparse-checkout init --cone --sparse-index && git sparse-checkout set a && git ls-files --sparse | "
	    "grep -q '^c/$'",
		l.dir);
	x = load(&l, "");
	assert_non_null(x);
	expect(x, "c/four", true);
	expect(x, "c/anything", true);
	expect(x, "a/one", true);
	expect(x, "a/none", false);
	expect(x, "cc/four", false);
	tracked_free(x);
	lab_remove(&l);
}

static void without_an_index_nothing_is_tracked(void **unused) {
	struct lab l = lab_new();
	(void)unused;
	run("rm %s/.git/index", l.dir);
	struct tracked *x = load(&l, "");
	assert_non_null(x);
	expect(x, "top", false);
	tracked_free(x);
	lab_remove(&l);
}

static size_t read_index(const char *name, uint8_t *out, size_t cap) {
	FILE *f = fopen(name, "rb");
	assert_non_null(f);
	size_t n = fread(out, 1, cap, f);
	fclose(f);
	return n;
}

static void write_index(const char *name, const uint8_t *p, size_t n) {
	FILE *f = fopen(name, "wb");
	assert_non_null(f);
	assert_int_equal(fwrite(p, 1, n, f), n);
	fclose(f);
}

/* Nobody can tell then, or the answer is about some path: never a crash, never a read beyond. */
static void a_damaged_index_says_nothing(void **unused) {
	static uint8_t bytes[8192], bad[8192];
	struct lab l = lab_new();
	char name[sizeof(l.dir) + 20];
	unsigned refused = 0;
	(void)unused;
	snprintf(name, sizeof(name), "%s/.git/index", l.dir);
	size_t n = read_index(name, bytes, sizeof(bytes));
	assert_true(n > 400 && n < sizeof(bytes));
	for (size_t i = 0; i < n; i++)
		for (unsigned cut = 0; cut < 2; cut++) {
			memcpy(bad, bytes, n);
			bad[i] ^= 0xff;
			write_index(name, bad, cut ? i : n);
			struct tracked *x = load(&l, "");
			if (x)
				tracked_has(x, slice_str("a/b/two"));
			refused += !x;
			tracked_free(x);
		}
	assert_true(refused > n);
	lab_remove(&l);
}

static void an_unknown_object_format_says_nothing(void **unused) {
	struct lab l = lab_new();
	(void)unused;
	run("cd %s && git config core.repositoryformatversion 1 && git config extensions.objectformat sha999", l.dir);
	assert_null(load(&l, ""));
	lab_remove(&l);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(files_of_the_index_are_tracked),
		cmocka_unit_test(paths_are_relative_to_the_target),
		cmocka_unit_test(folders_of_an_index_hold_what_is_below),
		cmocka_unit_test(without_an_index_nothing_is_tracked),
		cmocka_unit_test(a_damaged_index_says_nothing),
		cmocka_unit_test(an_unknown_object_format_says_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
