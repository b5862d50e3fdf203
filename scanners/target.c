/* Works out what a name on the command line is: standard input, a file, a folder, a repository.
 * Repositories are recognised by their files alone (gitrepository-layout(5)); nothing in them is opened further,
 * run or trusted here. */
#include "scanners/scanner.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* "gitdir: " and a path */
#define GIT_FILE_MAX (PATH_MAX + 64)

static bool is_kind(const char *path, mode_t kind, bool follow) {
	struct stat st;

	return (follow ? stat(path, &st) : lstat(path, &st)) == 0 && (st.st_mode & S_IFMT) == kind;
}

static const char *join(struct arena *a, const char *folder, const char *name) {
	return arena_printf(a, "%s%s%s", folder, strcmp(folder, "/") == 0 ? "" : "/", name);
}

/* The first bytes of a small file, NUL-terminated; -1 when it is not a regular file or can't be read. */
static ssize_t read_start(const char *path, char *out, size_t cap) {
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct stat st;
	ssize_t n = -1;

	if (fd < 0)
		return -1;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
		n = read(fd, out, cap - 1);
	close(fd);
	out[n > 0 ? n : 0] = 0;
	return n;
}

/* HEAD says "ref: …", or an object id, or is a symbolic link to a ref as very old repositories have it. */
static bool is_head(const char *path) {
	char text[80];

	if (is_kind(path, S_IFLNK, false))
		return true;
	return read_start(path, text, sizeof(text)) > 0 &&
	       (strncmp(text, "ref:", 4) == 0 || strspn(text, "0123456789abcdef") >= 40);
}

/* A repository's own folder: HEAD, objects and refs, or, for a linked worktree, a `commondir` in place of the two. */
static bool is_git_dir(struct arena *a, const char *folder) {
	if (!is_head(join(a, folder, "HEAD")))
		return false;
	return (is_kind(join(a, folder, "objects"), S_IFDIR, true) &&
		       is_kind(join(a, folder, "refs"), S_IFDIR, true)) ||
	       is_kind(join(a, folder, "commondir"), S_IFREG, true);
}

static const char *absolute(struct arena *a, const char *path) {
	char real[PATH_MAX];

	return realpath(path, real) ? arena_str(a, slice_str(real)) : path;
}

/* Where a `.git` file points, also when nothing is there any more: then opening the repository says what is wrong,
 * which is better than silently scanning without its history. NULL: not such a file. */
static const char *read_git_file(struct arena *a, const char *folder, const char *path) {
	char text[GIT_FILE_MAX];
	ssize_t n = read_start(path, text, sizeof(text));

	if (n <= 8 || strncmp(text, "gitdir: ", 8) != 0)
		return NULL;

	const char *to = arena_str(a, slice_trim(slice_str(text + 8)));

	if (*to == 0)
		return NULL;
	return absolute(a, *to == '/' ? to : join(a, folder, to));
}

/* The repository folder behind `folder`/.git, or NULL. A damaged one counts, so that the damage is told. */
static const char *find_dot_git(struct arena *a, const char *folder) {
	const char *path = join(a, folder, ".git");

	if (is_kind(path, S_IFREG, true))
		return read_git_file(a, folder, path);
	if (is_kind(path, S_IFDIR, true) && (is_git_dir(a, path) || is_kind(join(a, path, "objects"), S_IFDIR, true)))
		return absolute(a, path);
	return NULL;
}

/* Looks at `folder` and the folders around it. */
static void find_repository(struct arena *a, const char *folder, struct target *t) {
	char *at = arena_str(a, slice_str(folder));

	for (bool first = true;; first = false) {
		const char *git_dir = find_dot_git(a, at);

		if (git_dir) {
			t->is_repository = true;
			t->git_dir = git_dir;
			t->root = arena_str(a, slice_str(at));
			return;
		}
		if (is_git_dir(a, at)) {
			/* A folder inside a bare repository, such as its hooks, is a plain folder. */
			t->is_repository = t->is_bare = first;
			t->git_dir = first ? arena_str(a, slice_str(at)) : NULL;
			return;
		}

		char *slash = strrchr(at, '/');

		if (!slash || at[1] == 0)
			return;
		slash[slash == at] = 0; /* "/x" becomes "/" */
	}
}

/* What leads from `root` to `folder`, which lies in it or is it; both are absolute and resolved. */
static const char *prefix_of(struct arena *a, const char *root, const char *folder) {
	const char *rest = folder + strlen(root);

	while (*rest == '/')
		rest++;
	return *rest ? arena_printf(a, "%s/", rest) : "";
}

static int refuse_missing(const char *name, struct error *err) {
	int why = errno;

	error_errno(err, "cannot look at %s", name);
	if (why == ENOENT || why == ENOTDIR)
		return error_set(err, ERR_IO, "%s: no such file or folder; check the path, or use - for standard input",
			*name ? name : "the empty name");
	if (why == EACCES)
		return error_set(err, ERR_IO, "%s: permission denied; run as a user who may read it", name);
	if (why == ELOOP)
		return error_set(err, ERR_IO, "%s: a loop of symbolic links; name the real path", name);
	return -1;
}

static int refuse_special(const char *name, mode_t mode, struct error *err) {
	const char *kind = S_ISFIFO(mode) ? "a FIFO" : S_ISSOCK(mode) ? "a socket" : "a device";

	if (S_ISSOCK(mode))
		return error_set(err, ERR_IO, "%s is %s, which has no content; name a file or a folder", name, kind);
	return error_set(err, ERR_IO, "%s is %s, not a file; to scan what it gives, use standard input: nhiscan - < %s",
		name, kind, name);
}

int target_resolve(struct arena *a, const char *name, unsigned index, struct target *out, struct error *err) {
	char real[PATH_MAX];
	struct stat st;

	*out = (struct target){.name = arena_str(a, slice_str(name)), .prefix = "", .index = index};
	if (strcmp(name, "-") == 0) {
		out->kind = TARGET_STDIN;
		return 0;
	}
	if (stat(name, &st) != 0)
		return refuse_missing(name, err);
	if (S_ISREG(st.st_mode)) {
		out->kind = TARGET_FILE;
		return 0;
	}
	if (!S_ISDIR(st.st_mode))
		return refuse_special(name, st.st_mode, err);
	out->kind = TARGET_FOLDER;
	if (!realpath(name, real))
		return refuse_missing(name, err);
	find_repository(a, real, out);
	if (out->root)
		out->prefix = prefix_of(a, out->root, real);
	return 0;
}
