/* Files of a repository's own folder. Every name is opened relative to its folder with O_NOFOLLOW, so a link
 * planted there leads nowhere. Object files are not read here. */
#include "scanners/git/repo_file.h"

#include "core/vec.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAX_DEPTH 32
#define MAX_FILES 1000000

/* Up to `max` bytes of `fd` behind `out`; false on an I/O error or when it is no regular file. */
static bool read_fd(int fd, size_t max, struct buf *out, bool *more) {
	struct stat st;
	*more = false;
	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
		return false;
	while (out->n <= max) {
		size_t want = max + 1 - out->n;
		if (want > 65536)
			want = 65536;
		buf_reserve(out, want);
		ssize_t got = read(fd, out->p + out->n, want);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return got == 0;
		out->n += (size_t)got;
	}
	out->n = max;
	*more = true;
	return true;
}

bool repo_file_read(const char *folder, const char *name, size_t max, struct buf *out) {
	bool ok = false, more = false;
	buf_clear(out);
	int dir = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0)
		return false;
	int fd = openat(dir, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd >= 0) {
		errno = 0;
		ok = read_fd(fd, max, out, &more);
		if (ok && more) {
			ok = false;
			errno = EFBIG;
		}
		int saved = errno;
		close(fd);
		errno = saved;
	}
	int saved = errno;
	close(dir);
	errno = saved;
	return ok;
}

struct walk {
	struct repo_files f;
	unsigned files, refused;
	struct buf path, content;
};

struct names {
	VEC(char *) at;
};

static int compare_names(const void *a, const void *b) {
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Takes over `fd`. */
static struct names names_of(int fd) {
	struct names n = {0};
	DIR *d = fdopendir(fd);
	if (!d) {
		close(fd);
		return n;
	}
	for (struct dirent *e = readdir(d); e && n.at.n < MAX_FILES; e = readdir(d))
		if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0)
			VEC_PUSH(&n.at, mem_str(e->d_name));
	closedir(d);
	if (n.at.n)
		qsort(n.at.at, n.at.n, sizeof(*n.at.at), compare_names);
	return n;
}

static void names_free(struct names *n) {
	for (size_t i = 0; i < n->at.n; i++)
		free(n->at.at[i]);
	VEC_FREE(&n->at);
}

static void walk_folder(struct walk *w, int fd, unsigned depth);

static void unread(struct walk *w, int why) {
	w->refused++;
	if (w->f.unread)
		w->f.unread(w->f.ctx, buf_slice(&w->path), why);
}

static void walk_file(struct walk *w, int fd, const struct stat *st) {
	bool more = false;
	if (w->files >= MAX_FILES) {
		w->refused++;
	} else if (w->f.unread && st->st_size > 0 && (uint64_t)st->st_size > w->f.max) {
		unread(w, EFBIG);
	} else if (!read_fd(fd, w->f.max, &w->content, &more)) {
		unread(w, errno);
	} else {
		w->files++;
		w->refused += more;
		w->f.file(w->f.ctx, buf_slice(&w->path), buf_slice(&w->content));
	}
}

static void walk_entry(struct walk *w, int dir, const char *name, unsigned depth) {
	size_t keep = w->path.n;
	int fd = openat(dir, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC), why = errno;
	struct stat st;
	if (w->path.n)
		buf_add_byte(&w->path, '/');
	buf_add_str(&w->path, name);
	if (fd < 0) {
		/* Links lead elsewhere, sockets have nothing in them, and git may have taken it away meanwhile. */
		bool is_file = fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
			       (S_ISREG(st.st_mode) || S_ISDIR(st.st_mode));
		if (is_file && (!w->f.wanted || w->f.wanted(w->f.ctx, buf_slice(&w->path), S_ISDIR(st.st_mode))))
			unread(w, why);
	} else if (fstat(fd, &st) != 0 || (!S_ISDIR(st.st_mode) && !S_ISREG(st.st_mode)) ||
		   (w->f.wanted && !w->f.wanted(w->f.ctx, buf_slice(&w->path), S_ISDIR(st.st_mode)))) {
		close(fd);
	} else if (S_ISDIR(st.st_mode) && depth < MAX_DEPTH) {
		walk_folder(w, fd, depth + 1);
	} else {
		buf_clear(&w->content);
		if (S_ISREG(st.st_mode))
			walk_file(w, fd, &st);
		else
			w->refused++;
		close(fd);
	}
	w->path.n = keep;
}

/* Takes over `fd`. */
static void walk_folder(struct walk *w, int fd, unsigned depth) {
	int again = fcntl(fd, F_DUPFD_CLOEXEC, 0);
	struct names n = names_of(fd);
	for (size_t i = 0; i < n.at.n && again >= 0; i++)
		walk_entry(w, again, n.at.at[i], depth);
	if (again >= 0)
		close(again);
	names_free(&n);
}

static int open_folder(const char *folder, const char *sub) {
	int dir = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0)
		return -1;
	int fd = openat(dir, sub, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	close(dir);
	return fd;
}

static unsigned walk(const char *folder, const char *sub, const struct repo_files *f) {
	struct walk w = {.f = *f};
	int fd = open_folder(folder, *sub ? sub : ".");
	if (fd < 0)
		return 0;
	buf_add_str(&w.path, sub);
	walk_folder(&w, fd, 0);
	buf_free(&w.path);
	buf_free(&w.content);
	return w.refused;
}

unsigned repo_files_walk(const char *folder, const char *sub, size_t max,
	void (*file)(void *ctx, struct slice name, struct slice bytes), void *ctx) {
	return walk(folder, sub, &(struct repo_files){.max = max, .file = file, .ctx = ctx});
}

unsigned repo_files_all(const char *folder, const struct repo_files *f) {
	return walk(folder, "", f);
}

void repo_folders(const char *folder, const char *sub, void (*entry)(void *ctx, const char *name), void *ctx) {
	int fd = open_folder(folder, sub);
	if (fd < 0)
		return;
	int again = fcntl(fd, F_DUPFD_CLOEXEC, 0);
	struct names n = names_of(fd);
	struct buf path = {0};
	for (size_t i = 0; i < n.at.n && again >= 0; i++) {
		struct stat st;
		if (fstatat(again, n.at.at[i], &st, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISDIR(st.st_mode))
			continue;
		buf_clear(&path);
		buf_add_str(&path, sub);
		buf_add_byte(&path, '/');
		buf_add_str(&path, n.at.at[i]);
		entry(ctx, buf_cstr(&path));
	}
	if (again >= 0)
		close(again);
	names_free(&n);
	buf_free(&path);
}

char *repo_common_dir(const char *git_dir) {
	struct buf file = {0}, path = {0};
	char *out = NULL;
	if (repo_file_read(git_dir, "commondir", 4096, &file)) {
		struct slice line = slice_trim(buf_slice(&file));
		if (line.n > 0 && line.p[0] != '/')
			buf_printf(&path, "%s/", git_dir);
		buf_add_slice(&path, line);
		out = realpath(buf_cstr(&path), NULL);
	}
	buf_free(&file);
	buf_free(&path);
	return out ? out : mem_str(git_dir);
}
