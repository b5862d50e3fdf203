/* Which files of a worktree its index knows: one index read, one binary search a file. What is staged is in
 * read_staged.c. */
#include "scanners/git/tracked.h"

#include "scanners/git/config.h"
#include "scanners/git/index_file.h"
#include "scanners/git/repo_file.h"
#include "scanners/git/tree.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

#define MAX_CONFIG (16u << 20)

struct tracked {
	struct index_file file;
	const char *prefix; /* the target's */
	bool has_folders;   /* some entries stand for all that is below them */
};

/* How long ids are. 0: not known. */
static unsigned id_bytes_of(const char *git_dir) {
	char *common = repo_common_dir(git_dir);
	struct buf config = {0};
	repo_file_read(common, "config", MAX_CONFIG, &config);
	unsigned n = repo_settings_parse(buf_slice(&config)).id_bytes;
	buf_free(&config);
	free(common);
	return n;
}

/* A submodule's commit, or a folder of a sparse index. */
static bool is_folder(const struct index_entry *e) {
	uint32_t type = e->mode & TREE_MODE_TYPE;
	return type == TREE_MODE_GITLINK || type == TREE_MODE_TREE;
}

struct tracked *tracked_load(const struct target *t) {
	struct tracked *x = mem_alloc(sizeof(*x));
	unsigned id_bytes = id_bytes_of(t->git_dir);
	if (id_bytes == 0 || index_file_read(t->git_dir, "index", id_bytes, &x->file, NULL) < 0) {
		tracked_free(x);
		return NULL;
	}
	for (size_t i = 0; i < x->file.index.entries.n && !x->has_folders; i++)
		x->has_folders = is_folder(&x->file.index.entries.at[i]);
	x->prefix = t->prefix;
	return x;
}

void tracked_free(struct tracked *x) {
	if (!x)
		return;
	index_file_close(&x->file);
	free(x);
}

/* Order of `prefix` + `path` against another path, without putting the two together. */
static int compare(const char *prefix, struct slice path, struct slice other) {
	size_t n = strlen(prefix), shorter = n < other.n ? n : other.n;
	int c = shorter ? memcmp(prefix, other.p, shorter) : 0;
	if (c != 0 || n > other.n)
		return c != 0 ? c : 1;
	return slice_cmp(path, slice_sub(other, n, other.n));
}

static const struct index_entry *find(const struct tracked *x, struct slice path) {
	size_t lo = 0, hi = x->file.index.entries.n;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		const struct index_entry *e = &x->file.index.entries.at[mid];
		int c = compare(x->prefix, path, e->path);
		if (c == 0)
			return e;
		if (c < 0)
			hi = mid;
		else
			lo = mid + 1;
	}
	return NULL;
}

bool tracked_has(const struct tracked *x, struct slice path) {
	if (find(x, path))
		return true;
	for (size_t i = 0; x->has_folders && i < path.n; i++) {
		const struct index_entry *e;
		if (path.p[i] != '/')
			continue;
		/* A submodule is named without, a sparse folder with the slash. */
		if ((e = find(x, slice_sub(path, 0, i))) || (e = find(x, slice_sub(path, 0, i + 1))))
			return is_folder(e);
	}
	return false;
}

void tracked_note_absent(const struct tracked *x, const struct target *t, struct coverage *c) {
	struct buf file = {0}, name = {0};
	struct stat st;
	size_t n = strlen(x->prefix);

	for (size_t i = 0; x->has_folders && t->root && i < x->file.index.entries.n; i++) {
		const struct index_entry *e = &x->file.index.entries.at[i];
		if ((e->mode & TREE_MODE_TYPE) != TREE_MODE_GITLINK || !slice_has_prefix(e->path, x->prefix))
			continue;
		buf_clear(&file);
		buf_printf(&file, "%s/", t->root);
		buf_add_slice(&file, e->path);
		buf_add_str(&file, "/.git");
		if (lstat(buf_cstr(&file), &st) == 0 || (errno != ENOENT && errno != ENOTDIR))
			continue;
		buf_clear(&name);
		buf_add_slice(&name, slice_sub(e->path, n, e->path.n));
		coverage_note(c, "submodule-absent", false, buf_cstr(&name),
			"this submodule is not checked out, so its files were not read; `git submodule update --init` "
			"brings them");
	}
	buf_free(&file);
	buf_free(&name);
}
