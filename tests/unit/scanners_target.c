/* What a name on the command line is: kinds, repositories of every shape, refusals with a remedy.
 * Reading them is tested in scanners_tree.c and with the git scanner. */
#include "scanners/scanner.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static char top[64];

/* Paths below the temporary folder. Folders end in "/". */
static char *at(const char *path) {
	static char out[8][256];
	static unsigned turn;
	char *p = out[turn++ % 8];

	snprintf(p, 256, "%s/%s", top, path);
	return p;
}

static void put(const char *path, const char *text) {
	if (path[strlen(path) - 1] == '/') {
		assert_int_equal(mkdir(at(path), 0755), 0);
		return;
	}

	FILE *f = fopen(at(path), "w");

	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

static void put_git_dir(const char *path) {
	char part[128];

	put(path, "");
	snprintf(part, sizeof(part), "%sHEAD", path);
	put(part, "ref: refs/heads/main\n");
	snprintf(part, sizeof(part), "%sobjects/", path);
	put(part, "");
	snprintf(part, sizeof(part), "%srefs/", path);
	put(part, "");
}

static int make_all(void **state) {
	(void)state;
	strcpy(top, "/tmp/nhiscan-target-XXXXXX");
	if (!mkdtemp(top))
		return -1;
	put("plain/", "");
	put("plain/file", "x");
	put("repo/", "");
	put_git_dir("repo/.git/");
	put("repo/.git/hooks/", "");
	put("repo/sub/", "");
	put("repo/sub/deeper/", "");
	put("repo/sub/file", "x");
	put_git_dir("bare.git/");
	put("bare.git/hooks/", "");
	put("repo/.git/worktrees/", "");
	put("repo/.git/worktrees/linked/", "");
	put("repo/.git/worktrees/linked/HEAD", "ref: refs/heads/x\n");
	put("repo/.git/worktrees/linked/commondir", "../..\n");
	put("linked/", "");
	put("linked/.git", "gitdir: ../repo/.git/worktrees/linked\n");
	put("moved/", "");
	put("moved/.git", "gitdir: /nonexistent/repo/.git/worktrees/moved\n");
	put("damaged/", "");
	put("damaged/.git/", "");
	put("damaged/.git/objects/", "");
	put("empty/", "");
	put("empty/.git/", "");
	put("lookalike/", "");
	put("lookalike/HEAD", "of the table");
	put("lookalike/objects/", "");
	put("lookalike/refs/", "");
	return symlink("repo", at("link")) | mkfifo(at("fifo"), 0644) | symlink("none", at("dangling")) |
	       symlink("loop", at("loop"));
}

static int remove_all(void **state) {
	char command[128];

	(void)state;
	snprintf(command, sizeof(command), "rm -rf -- %s", top);
	return system(command);
}

static void folders_and_repositories_are_told_apart(void **state) {
	static const struct {
		const char *name;
		bool repository, bare;
		const char *git_dir, *root; /* below the temporary folder, or absolute */
	} rows[] = {
		{"plain", false, false, NULL, NULL},
		{"repo", true, false, "repo/.git", "repo"},
		{"repo/", true, false, "repo/.git", "repo"},
		{"repo/sub/deeper", true, false, "repo/.git", "repo"},
		{"repo/sub/..", true, false, "repo/.git", "repo"},
		{"link", true, false, "repo/.git", "repo"},
		{"link/sub", true, false, "repo/.git", "repo"},
		{"bare.git", true, true, "bare.git", NULL},
		{"bare.git/hooks", false, false, NULL, NULL},
		{"repo/.git", true, true, "repo/.git", NULL},
		{"repo/.git/hooks", false, false, NULL, NULL},
		{"linked", true, false, "repo/.git/worktrees/linked", "linked"},
		{"moved", true, false, "/nonexistent/repo/.git/worktrees/moved", "moved"},
		{"damaged", true, false, "damaged/.git", "damaged"},
		{"empty", false, false, NULL, NULL},
		{"lookalike", false, false, NULL, NULL},
	};
	struct arena a = {0};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct target t;
		struct error err = {0};

		assert_int_equal(target_resolve(&a, at(rows[i].name), 7, &t, &err), 0);
		assert_int_equal(t.kind, TARGET_FOLDER);
		assert_int_equal(t.index, 7);
		if (t.is_repository != rows[i].repository || t.is_bare != rows[i].bare)
			fail_msg("%s: repository %d, bare %d", rows[i].name, t.is_repository, t.is_bare);
		assert_int_equal(!t.git_dir, !rows[i].git_dir);
		if (rows[i].git_dir)
			assert_string_equal(t.git_dir, *rows[i].git_dir == '/' ? rows[i].git_dir : at(rows[i].git_dir));
		assert_int_equal(!t.root, !rows[i].root);
		if (t.root)
			assert_string_equal(t.root, at(rows[i].root));
	}
	arena_free(&a);
}

static void files_and_standard_input(void **state) {
	struct arena a = {0};
	struct target t;

	(void)state;
	assert_int_equal(target_resolve(&a, "-", 0, &t, NULL), 0);
	assert_int_equal(t.kind, TARGET_STDIN);
	assert_int_equal(target_resolve(&a, at("repo/sub/file"), 1, &t, NULL), 0);
	assert_int_equal(t.kind, TARGET_FILE);
	assert_false(t.is_repository);
	assert_string_equal(t.name, at("repo/sub/file"));
	arena_free(&a);
}

static void refusals_name_a_remedy(void **state) {
	const struct {
		const char *name, *says;
	} rows[] = {
		{at("none"), "check the path"},
		{"", "no such file"},
		{at("dangling"), "check the path"},
		{at("plain/file/x"), "check the path"},
		{at("fifo"), "nhiscan - < "},
		{"/dev/null", "is a device"},
		{at("loop"), "loop of symbolic links"},
	};
	struct arena a = {0};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct target t;
		struct error err = {0};

		assert_int_equal(target_resolve(&a, rows[i].name, 0, &t, &err), -1);
		assert_int_equal(err.kind, ERR_IO);
		if (!strstr(err.text, rows[i].says))
			fail_msg("%s", err.text);
	}
	arena_free(&a);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(folders_and_repositories_are_told_apart),
		cmocka_unit_test(files_and_standard_input),
		cmocka_unit_test(refusals_name_a_remedy),
	};

	return cmocka_run_group_tests(tests, make_all, remove_all);
}
