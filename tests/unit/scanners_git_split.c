/* Split indexes that git makes, against `git ls-files`: through rounds of additions, deletions and changes; cut and changed everywhere;
 * and one whose shared part is gone. */
#include "tests/unit/git_repo.h"

#include "core/file.h"
#include "scanners/git/index_file.h"
#include "scanners/git/index_split.h"

static void new_repo(char dir[sizeof(REPO_NAME)]) {
	repo_temp(dir);
	run("git init -q -b main %s && cd %s && git config user.name A && git config user.email a@example.com && "
	    "for i in $(seq 100 399); do echo $i >f$i; done && git add . && git commit -qm x && git update-index "
	    "--split-index",
		dir, dir);
}

/* As `git ls-files -s` prints it. */
static void print_index(const struct index *x, struct buf *out) {
	for (size_t i = 0; i < x->entries.n; i++) {
		const struct index_entry *e = &x->entries.at[i];
		struct object_id id = {.n = 20};
		char hex[OBJECT_ID_HEX_MAX], line[128];
		memcpy(id.id, e->id, 20);
		object_id_hex(&id, hex);
		snprintf(line, sizeof(line), "%06o %s %u\t", e->mode, hex, e->stage);
		buf_add_str(out, line);
		buf_add_slice(out, e->path);
		buf_add_byte(out, '\n');
	}
}

static void read_it(const char *path, struct buf *out) {
	struct error err = {0};
	if (file_read(path, FILE_OF_USER, 1u << 30, out, &err) != 0)
		fail_msg("%s", err.text);
}

static void expect_as_git(const char *dir) {
	struct index_file f;
	struct error err = {0};
	struct buf ours = {0}, theirs = {0};
	char path[sizeof(REPO_NAME) + 16];
	run("cd %s && git ls-files -s >.git/told", dir);
	snprintf(path, sizeof(path), "%s/.git/told", dir);
	read_it(path, &theirs);
	path[strlen(path) - 5] = 0;
	if (index_file_read(path, "index", 20, &f, &err) != 1)
		fail_msg("%s", err.text);
	assert_true(f.is_whole);
	print_index(&f.index, &ours);
	assert_string_equal(buf_cstr(&ours), buf_cstr(&theirs));
	assert_null(f.index.shared_id);
	index_file_close(&f);
	buf_free(&ours);
	buf_free(&theirs);
}

static void what_git_has_is_read(void **state) {
	char dir[sizeof(REPO_NAME)];
	(void)state;
	new_repo(dir);
	expect_as_git(dir);
	run("cd %s && git config splitIndex.maxPercentChange 100", dir);
	for (unsigned round = 0; round < 8; round++) {
		run("cd %s && git rm -q --cached f%u f%u && echo %u >f%u && echo %u >f%u && git add f%u f%u && "
		    "echo n >n%u && echo a >a%u && git add n%u a%u && ls .git/sharedindex.* >/dev/null",
			dir, 100 + 7 * round, 399 - 5 * round, round, 200 + round, round, 164, 200 + round, 164, round,
			round, round, round);
		expect_as_git(dir);
	}
	run("cd %s && git read-tree --empty && git add n0 f105", dir);
	expect_as_git(dir);
	repo_remove(dir);
}

static void versions_of_the_format_are_read(void **state) {
	char dir[sizeof(REPO_NAME)];
	(void)state;
	new_repo(dir);
	run("cd %s && git update-index --index-version 4 --no-split-index && git update-index --split-index && "
	    "git rm -q --cached f300 && echo n >n && git add n",
		dir);
	expect_as_git(dir);
	repo_remove(dir);
}

static void missing_shared_part_is_told(void **state) {
	char dir[sizeof(REPO_NAME)], path[sizeof(REPO_NAME) + 8];
	struct index_file f;
	struct error err = {0};
	(void)state;
	new_repo(dir);
	run("rm %s/.git/sharedindex.*", dir);
	snprintf(path, sizeof(path), "%s/.git", dir);
	assert_int_equal(index_file_read(path, "index", 20, &f, &err), -1);
	assert_non_null(strstr(err.text, "sharedindex."));
	index_file_close(&f);
	repo_remove(dir);
}

static void join_changed(struct slice split, struct slice shared) {
	struct index a, b = {0};
	volatile uint8_t sum = 0;
	if (index_parse(split, 20, &a, NULL) == 0 && index_parse(shared, 20, &b, NULL) == 0) {
		if (a.shared_id && index_join(&a, &b, NULL) == 0)
			for (size_t i = 0; i < a.entries.n; i++)
				sum ^= a.entries.at[i].path.p[a.entries.at[i].path.n - 1] ^ a.entries.at[i].id[19];
	}
	index_free(&a);
	index_free(&b);
}

static void changed_bytes_are_survived(void **state) {
	char dir[sizeof(REPO_NAME)], path[sizeof(REPO_NAME) + 16];
	struct buf split = {0}, shared = {0};
	(void)state;
	new_repo(dir);
	run("cd %s && echo x >f150 && git rm -q --cached f160 f161 && echo n >n && git add f150 n && mv "
	    ".git/sharedindex.* .git/shared",
		dir);
	snprintf(path, sizeof(path), "%s/.git/index", dir);
	read_it(path, &split);
	snprintf(path, sizeof(path), "%s/.git/shared", dir);
	read_it(path, &shared);
	for (size_t i = 0; i < split.n; i++)
		for (int bit = 0; bit < 8; bit++) {
			split.p[i] ^= (uint8_t)(1 << bit);
			join_changed(buf_slice(&split), buf_slice(&shared));
			split.p[i] ^= (uint8_t)(1 << bit);
		}
	for (size_t i = 0; i < split.n; i++)
		join_changed(slice_of(split.p, i), buf_slice(&shared));
	for (size_t i = 0; i < shared.n; i += 97)
		join_changed(buf_slice(&split), slice_of(shared.p, i));
	buf_free(&split);
	buf_free(&shared);
	repo_remove(dir);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_git_has_is_read),
		cmocka_unit_test(versions_of_the_format_are_read),
		cmocka_unit_test(missing_shared_part_is_told),
		cmocka_unit_test(changed_bytes_are_survived),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
