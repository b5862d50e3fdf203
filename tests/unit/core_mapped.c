/* A mapped file that is cut short while it is read: zeros and a word about it, not the end of the program. */
#include "core/mapped.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define PAGES 5

static int file_of(size_t n) {
	char path[] = "/tmp/nhiscan-mapped-XXXXXX", *bytes = malloc(n);
	int fd = mkstemp(path);

	assert_true(fd >= 0 && bytes);
	memset(bytes, 'x', n);
	assert_int_equal(write(fd, bytes, n), (ssize_t)n);
	unlink(path);
	free(bytes);
	return fd;
}

static void what_is_gone_reads_as_zeros(void **state) {
	size_t page = (size_t)sysconf(_SC_PAGESIZE), n = page * PAGES - 7, zeros = 0;
	int fd = file_of(n);
	struct mapped m;

	(void)state;
	assert_true(mapped_open(&m, fd, n));
	assert_int_equal(m.bytes.p[n - 1], 'x');
	assert_false(mapped_was_cut(&m));
	assert_int_equal(ftruncate(fd, (off_t)page), 0);
	for (size_t i = 0; i < n; i++)
		zeros += m.bytes.p[i] == 0;
	assert_int_equal(zeros, n - page);
	assert_true(mapped_was_cut(&m));
	mapped_close(&m);
	close(fd);
}

static void two_files_are_two(void **state) {
	size_t page = (size_t)sysconf(_SC_PAGESIZE), n = page * PAGES;
	int a = file_of(n), b = file_of(n);
	struct mapped ma, mb;

	(void)state;
	assert_true(mapped_open(&ma, a, n) && mapped_open(&mb, b, n));
	assert_int_equal(ftruncate(b, 0), 0);
	assert_int_equal(ma.bytes.p[n - 1], 'x');
	assert_int_equal(mb.bytes.p[n - 1], 0);
	assert_false(mapped_was_cut(&ma));
	assert_true(mapped_was_cut(&mb));
	mapped_close(&ma);
	mapped_close(&mb);
	close(a);
	close(b);
}

/* A fault that is none of ours ends the program as ever. */
static void other_faults_stay_faults(void **state) {
	pid_t child = fork();
	int status;

	(void)state;
	if (child == 0) {
		size_t page = (size_t)sysconf(_SC_PAGESIZE);
		int fd = file_of(page);
		struct mapped m;

		alarm(10);
		signal(SIGBUS, SIG_DFL); /* cmocka has one of its own */
		if (mapped_open(&m, fd, page))
			kill(getpid(), SIGBUS), kill(getpid(), SIGBUS);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status));
}

static void nothing_cannot_be_mapped(void **state) {
	struct mapped m;

	(void)state;
	assert_false(mapped_open(&m, 0, 0));
	assert_false(mapped_open(&m, -1, 1));
	mapped_close(&m);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_gone_reads_as_zeros),
		cmocka_unit_test(two_files_are_two),
		cmocka_unit_test(other_faults_stay_faults),
		cmocka_unit_test(nothing_cannot_be_mapped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
