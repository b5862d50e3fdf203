/* Opens and maps regular files read-only. Knows nothing of what is in them. */
#include "scanners/git/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

int file_open(const char *path, uint64_t *size, struct error *err) {
	/* O_NONBLOCK: opening a FIFO must not wait for a writer; it means nothing to regular files. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY), why = errno;
	struct stat st;
	if (fd < 0) {
		error_errno(err, "open %s", path);
	} else if (fstat(fd, &st) != 0) {
		why = errno;
		error_errno(err, "stat %s", path);
	} else if (!S_ISREG(st.st_mode) || st.st_size < 0 || (uint64_t)st.st_size > SIZE_MAX) {
		why = EINVAL;
		error_set(err, ERR_IO, "%s is not a regular file", path);
	} else {
		*size = (uint64_t)st.st_size;
		return fd;
	}
	if (fd >= 0)
		close(fd);
	errno = why;
	return -1;
}

int file_map(const char *path, struct file_map *m, struct error *err) {
	uint64_t size = 0;
	m->bytes = slice_of(NULL, 0);
	int fd = file_open(path, &size, err);
	if (fd < 0)
		return -1;
	int status = 0;
	if (size > 0) {
		void *p = mmap(NULL, (size_t)size, PROT_READ, MAP_PRIVATE, fd, 0);
		if (p == MAP_FAILED)
			status = error_errno(err, "map %s", path);
		else
			m->bytes = slice_of(p, (size_t)size);
	}
	close(fd);
	return status;
}

void file_unmap(struct file_map *m) {
	if (m->bytes.p)
		munmap((void *)(uintptr_t)m->bytes.p, m->bytes.n);
	m->bytes = slice_of(NULL, 0);
}

/* Pages of files that this process holds, in bytes (proc_pid_statm(5), third field); UINT64_MAX when the system does not tell. */
static uint64_t resident_files(uintptr_t page) {
	char text[128];
	int fd = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);
	if (fd >= 0)
		close(fd);
	if (n <= 0)
		return UINT64_MAX;
	struct slice rest = slice_of(text, (size_t)n);
	uint32_t pages[3]; /* its size, what is resident, what of that is shared */
	for (size_t i = 0; i < 3; i++) {
		rest = slice_trim(rest);
		if (!slice_take_number(&rest, UINT32_MAX, &pages[i]))
			return UINT64_MAX;
	}
	return (uint64_t)pages[2] * page;
}

void file_rest(struct slice mapped) {
	uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE), from = (uintptr_t)mapped.p / page * page;

	if (mapped.n && resident_files(page) > FILE_RESIDENT_MAX)
		madvise((void *)from, (uintptr_t)mapped.p + mapped.n - from, MADV_DONTNEED);
}
