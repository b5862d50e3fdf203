/* Rule files on disk: one file, or a folder walked in byte order, every size and depth bounded.
 * Not here: what the bytes mean (load.c). */
#include "rules/load.h"

#include "core/buf.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define RULE_FILES_MAX 10000

typedef VEC(const char *) path_vec;

static int read_all(int fd, const char *path, uint64_t max, struct buf *out, struct error *err) {
	for (;;) {
		buf_reserve(out, 65536);
		ssize_t n = read(fd, out->p + out->n, 65536);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return error_errno(err, "cannot read rule file %s", path);
		if (n == 0)
			return 0;
		out->n += (size_t)n;
		if (out->n > max)
			return error_set(err, ERR_LIMIT, "rule file %s is larger than %llu bytes", path,
				(unsigned long long)max);
	}
}

static int load_file(struct arena *a, const char *path, const struct limits *lim, rule_vec *out, struct error *err) {
	struct buf text = {0};
	int status = -1;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0)
		return error_errno(err, "cannot open rule file %s", path);
	if (read_all(fd, path, lim->max_rule_file_bytes, &text, err) == 0)
		status = rules_parse(a, path, buf_slice(&text), out, err);
	close(fd);
	buf_free(&text);
	return status;
}

static bool is_rule_file(const char *name) {
	struct slice s = slice_str(name);
	return slice_has_suffix(s, ".yaml") || slice_has_suffix(s, ".yml");
}

/* Linked files count (a mounted ConfigMap is made of them), linked folders do not: they could lead round in a circle. */
static int visit(struct arena *a, const char *path, const char *name, path_vec *files, path_vec *folders) {
	struct stat here, there;
	if (lstat(path, &here) != 0)
		return -1;
	if (S_ISDIR(here.st_mode)) {
		VEC_PUSH(folders, arena_str(a, slice_str(path)));
	} else if (is_rule_file(name)) {
		if (stat(path, &there) != 0)
			return -1;
		if (S_ISREG(there.st_mode))
			VEC_PUSH(files, arena_str(a, slice_str(path)));
	}
	return 0;
}

static int list_folder(struct arena *a, const char *folder, path_vec *files, path_vec *folders, struct error *err) {
	int status = 0;
	DIR *dir = opendir(folder);
	if (!dir)
		return error_errno(err, "cannot read rule folder %s", folder);
	for (;;) {
		errno = 0;
		const struct dirent *entry = readdir(dir);
		if (!entry) {
			if (errno != 0)
				status = error_errno(err, "cannot read rule folder %s", folder);
			break;
		}
		if (entry->d_name[0] == '.')
			continue;
		const char *path = arena_printf(a, "%s/%s", folder, entry->d_name);
		if (visit(a, path, entry->d_name, files, folders) != 0) {
			status = error_errno(err, "cannot look at %s", path);
			break;
		}
		if (files->n > RULE_FILES_MAX || folders->n > RULE_FILES_MAX) {
			status = error_set(
				err, ERR_LIMIT, "more than %d rule files or folders below %s", RULE_FILES_MAX, folder);
			break;
		}
	}
	closedir(dir);
	return status;
}

/* All rule files below `top`, a level at a time, so that depth needs no recursion. */
static int list_tree(struct arena *a, const char *top, const struct limits *lim, path_vec *files, struct error *err) {
	path_vec level = {0}, next = {0};
	int status = 0;
	VEC_PUSH(&level, top);
	for (uint32_t depth = 0; status == 0 && level.n > 0; depth++) {
		if (depth > lim->max_tree_depth) {
			status = error_set(err, ERR_LIMIT, "rule folders below %s are nested too deeply", top);
			break;
		}
		next.n = 0;
		for (size_t i = 0; status == 0 && i < level.n; i++)
			status = list_folder(a, level.at[i], files, &next, err);
		path_vec swap = level;
		level = next;
		next = swap;
	}
	VEC_FREE(&level);
	VEC_FREE(&next);
	return status;
}

static int path_cmp(const void *a, const void *b) {
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static int load_folder(struct arena *a, const char *path, const struct limits *lim, rule_vec *out, struct error *err) {
	path_vec files = {0};
	struct slice top = slice_str(path);
	int status = -1;
	while (top.n > 1 && top.p[top.n - 1] == '/')
		top.n--;
	if (list_tree(a, arena_str(a, top), lim, &files, err) != 0)
		goto out;
	if (files.n == 0) {
		error_set(err, ERR_USAGE, "no rule file (*.yaml, *.yml) below %s", path);
		goto out;
	}
	qsort(files.at, files.n, sizeof(files.at[0]), path_cmp);
	for (size_t i = 0; i < files.n; i++) {
		if (load_file(a, files.at[i], lim, out, err) != 0)
			goto out;
	}
	status = 0;
out:
	VEC_FREE(&files);
	return status;
}

int rules_load_path(struct arena *a, const char *path, const struct limits *lim, rule_vec *out, struct error *err) {
	struct stat st;
	size_t before = out->n;
	if (stat(path, &st) != 0)
		return error_errno(err, "cannot look at rules %s", path);
	int status = S_ISDIR(st.st_mode) ? load_folder(a, path, lim, out, err) : load_file(a, path, lim, out, err);
	if (status == 0 && out->n == before)
		status = error_set(err, ERR_USAGE,
			"%s holds no rule: a rule file is a list, each rule starts with '- id: …'", path);
	if (status != 0)
		out->n = before;
	return status;
}
