/* Replacing a file: the old one or the new one, never a part, and nothing left beside it. Reading is tested by whoever reads. */
#include "core/file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static unsigned entries(const char *folder) {
	DIR *d = opendir(folder);
	unsigned n = 0;

	assert_non_null(d);
	while (readdir(d))
		n++;
	closedir(d);
	return n - 2; /* . and .. */
}

static void a_file_is_replaced_whole(void **unused) {
	char folder[] = "/tmp/nhiscan-file-XXXXXX", path[64];
	static const char *const texts[] = {"a first text, which is longer", "a second one", ""};
	struct error err = {0};
	struct stat st;

	(void)unused;
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/it", folder);
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		struct buf b = {0};

		assert_int_equal(file_replace(folder, path, slice_str(texts[i]), &err), 0);
		assert_int_equal(file_read(path, FILE_OF_TARGET, 100, &b, &err), 0);
		assert_true(slice_eq(buf_slice(&b), slice_str(texts[i])));
		assert_int_equal(entries(folder), 1);
		buf_free(&b);
	}
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	unlink(path);
	rmdir(folder);
}

static void what_fails_leaves_nothing(void **unused) {
	char folder[] = "/tmp/nhiscan-file-XXXXXX", path[64];
	struct error err = {0};

	(void)unused;
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/it", folder);
	assert_int_equal(mkdir(path, 0700), 0); /* a folder's place is not taken */
	assert_int_equal(file_replace(folder, path, slice_str("text"), &err), -1);
	assert_int_equal(err.kind, ERR_IO);
	assert_non_null(strstr(err.text, path));
	assert_int_equal(entries(folder), 1);
	assert_int_equal(file_replace(path + 5, path, slice_str("text"), &err), -1); /* no such folder */
	assert_int_equal(err.kind, ERR_IO);
	assert_int_equal(entries(folder), 1);
	rmdir(path);
	rmdir(folder);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_file_is_replaced_whole), cmocka_unit_test(what_fails_leaves_nothing)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
