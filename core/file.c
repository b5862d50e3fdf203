/* Opening with care and reading to the end; writing and renaming. */
#include "core/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { STEP = 8192 }; /* room for at least so much before each read */

static int read_all(int fd, const char *path, uint64_t most, struct buf *out, struct error *err) {
	for (size_t from = out->n;;) {
		if (out->n - from > most)
			return error_set(err, ERR_USAGE, "%s: longer than %llu bytes", path, (unsigned long long)most);
		buf_reserve(out, STEP);
		ssize_t n = read(fd, out->p + out->n, out->cap - out->n);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return error_errno(err, "%s", path);
		if (n == 0)
			return 0;
		out->n += (size_t)n;
	}
}

int file_read(const char *path, enum file_trust trust, uint64_t most, struct buf *out, struct error *err) {
	bool theirs = trust == FILE_OF_TARGET;
	struct stat st;
	int status = -1;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | (theirs ? O_NOFOLLOW | O_NONBLOCK : 0));

	if (fd < 0 && theirs && errno == ELOOP)
		error_set(err, ERR_USAGE, "%s: a symbolic link, which is not followed", path);
	else if (fd < 0 || fstat(fd, &st) < 0)
		error_errno(err, "%s", path);
	else if (theirs ? !S_ISREG(st.st_mode) : S_ISDIR(st.st_mode))
		error_set(err, ERR_USAGE, "%s: not a regular file", path);
	else {
		/* The whole at once: growing would copy and wipe it several times. The step more is for the read that finds the end. */
		if (S_ISREG(st.st_mode) && st.st_size > 0 && (uint64_t)st.st_size <= most)
			buf_reserve(out, (size_t)st.st_size + STEP);
		status = read_all(fd, path, most, out, err);
	}
	if (fd >= 0)
		close(fd);
	return status;
}

static bool write_all(int fd, struct slice s) {
	while (s.n > 0) {
		ssize_t n = write(fd, s.p, s.n);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		s = slice_sub(s, (size_t)n, s.n);
	}
	return true;
}

int file_replace(const char *folder, const char *path, struct slice bytes, struct error *err) {
	struct buf temp = {0};
	char *name;
	int fd, status = 0;

	buf_printf(&temp, "%s/.nhiscan-XXXXXX", folder);
	buf_cstr(&temp);
	name = (char *)temp.p;
	fd = mkostemp(name, O_CLOEXEC); /* O_EXCL, mode 0600 */
	if (fd < 0) {
		status = error_errno(err, "%s: no file can be made in it", folder);
		goto out;
	}
	if (!write_all(fd, bytes) || fsync(fd) != 0)
		status = error_errno(err, "%s", path);
	if (close(fd) != 0 && status == 0)
		status = error_errno(err, "%s", path);
	if (status == 0 && rename(name, path) != 0)
		status = error_errno(err, "%s", path);
	if (status != 0)
		unlink(name);
out:
	buf_free(&temp);
	return status;
}

bool file_is_in(const char *folder, const char *name) {
	int fd = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct stat st;
	bool there = fd >= 0 && fstatat(fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0;

	if (fd >= 0)
		close(fd);
	return there;
}
