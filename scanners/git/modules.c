/* Submodules' repositories: finding them, naming them, reading and asking each. What reading means is in git.c and
 * attribute.c. */
#include "scanners/git/modules.h"

#include "scanners/git/repo_file.h"

#include <limits.h>
#include <stdlib.h>

#define MAX_MODULES 1000 /* of one repository, those of submodules counted by their own */
#define MAX_NESTED  8	 /* submodules of submodules */
#define MAX_FOLDERS 16	 /* parts of a submodule's name */
#define MAX_CONFIG  (16u << 20)

struct finder {
	struct git_session *s;
	unsigned depth;
	VEC(char *) names;
	bool too_many;
};

static bool is_repository(const char *folder) {
	struct buf head = {0}, path = {0};
	bool has_head = repo_file_read(folder, "HEAD", 4096, &head), has_objects;
	char real[PATH_MAX];
	buf_printf(&path, "%s/objects", folder);
	has_objects = realpath(buf_cstr(&path), real) && strcmp(real, buf_cstr(&path)) == 0;
	buf_free(&head);
	buf_free(&path);
	return has_head && has_objects;
}

/* Names may have several parts, so a folder that is no repository is looked into. */
static void look_at(void *ctx, const char *name) {
	struct finder *f = ctx;
	char *folder = arena_printf(&f->s->arena, "%s/%s", f->s->common_dir, name);
	if (is_repository(folder)) {
		if (f->names.n < MAX_MODULES)
			VEC_PUSH(&f->names, arena_str(&f->s->arena, slice_str(name)));
		else
			f->too_many = true;
	} else if (f->depth < MAX_FOLDERS) {
		f->depth++;
		repo_folders(f->s->common_dir, name, look_at, f);
		f->depth--;
	}
}

/* Submodules of a linked worktree stand in the worktree's own folder. */
static void look_at_worktree(void *ctx, const char *name) {
	struct finder *f = ctx;
	repo_folders(f->s->common_dir, arena_printf(&f->s->arena, "%s/modules", name), look_at, f);
}

/* `path` with "." and ".." taken out, by its text alone. */
static char *lexical(struct arena *a, const char *path) {
	char *out = arena_alloc(a, strlen(path) + 2);
	size_t n = 0;
	for (const char *p = path; *p;) {
		size_t k = strcspn(p, "/");
		if (k == 2 && p[0] == '.' && p[1] == '.') {
			while (n > 0 && out[--n] != '/')
				;
		} else if (k > 0 && !(k == 1 && p[0] == '.')) {
			out[n++] = '/';
			memcpy(out + n, p, k);
			n += k;
		}
		p += k + (p[k] == '/');
	}
	out[n] = 0;
	return out;
}

/* Where its configuration says that the submodule is checked out, below the top of the worktree; otherwise its name. */
static char *path_of(struct git_session *s, const char *git_dir, const char *name) {
	struct buf file = {0};
	struct config_entry e;
	char *path = NULL;
	repo_file_read(git_dir, "config", MAX_CONFIG, &file);
	struct config_iter it = config_iter(buf_slice(&file));
	while (s->root && !path && config_next(&it, &e)) {
		size_t n = strlen(s->root);
		if (!slice_eq_nocase(e.section, slice_str("core")) || !slice_eq_nocase(e.key, slice_str("worktree")) ||
			e.value.n == 0 || e.value.n > PATH_MAX || memchr(e.value.p, 0, e.value.n))
			continue;
		const char *value = arena_str(&s->arena, e.value);
		char *at = lexical(&s->arena, *value == '/' ? value : arena_printf(&s->arena, "%s/%s", git_dir, value));
		if (strncmp(at, s->root, n) == 0 && at[n] == '/' && at[n + 1])
			path = at + n + 1;
	}
	buf_free(&file);
	if (path)
		return path;
	const char *modules = strstr(name, "modules/");
	return arena_str(&s->arena, slice_str(modules ? modules + strlen("modules/") : name));
}

static int read_module(struct git_session *s, const char *name, struct error *err) {
	const char *git_dir = arena_printf(&s->arena, "%s/%s", s->common_dir, name);
	const char *path = path_of(s, git_dir, name);
	struct git_module at = {
		.git_dir = git_dir,
		.prefix = arena_printf(&s->arena, "%s%s/", s->prefix, path),
		.meta = arena_printf(&s->arena, "%s%s/", s->meta, name),
		.root = s->root ? arena_printf(&s->arena, "%s/%s", s->root, path) : NULL,
		.nested = s->nested + 1,
	};
	struct git_session *m = git_session_open(s->target, s->env, &at, err);
	if (!m)
		goto failed;
	VEC_PUSH(&s->modules, m);
	if (git_session_read(m, err) == 0)
		return 0;
failed:
	if (err->kind == ERR_STOPPED)
		return -1;
	coverage_note(s->env->coverage, "submodule-unread", true, git_dir, err->text);
	return 0;
}

int modules_read(struct git_session *s, struct error *err) {
	struct finder f = {.s = s};
	int rc = 0;
	repo_folders(s->common_dir, "modules", look_at, &f);
	repo_folders(s->common_dir, "worktrees", look_at_worktree, &f);
	if (f.names.n > 0 && s->nested >= MAX_NESTED)
		coverage_note(s->env->coverage, "submodule-unread", true, s->common_dir,
			"submodules nested deeper than the limit were not read");
	else if (f.too_many)
		coverage_note(s->env->coverage, "submodule-unread", true, s->common_dir,
			"more submodules than the limit: the rest was not read");
	for (size_t i = 0; i < f.names.n && rc == 0 && s->nested < MAX_NESTED; i++)
		rc = read_module(s, f.names.at[i], err);
	VEC_FREE(&f.names);
	return rc;
}

int modules_attribute(struct git_session *s, struct arena *a, struct origin *origins, size_t n, struct error *err) {
	struct origin *left = mem_alloc_n(n + 1, sizeof(*left));
	size_t *from = mem_alloc_n(n + 1, sizeof(*from));
	int rc = 0;
	for (size_t m = 0; m < s->modules.n && rc == 0; m++) {
		size_t k = 0;
		for (size_t i = 0; i < n; i++)
			if (!origins[i].known) {
				left[k] = (struct origin){.object = origins[i].object};
				from[k++] = i;
			}
		if (k == 0)
			break;
		rc = attribute_origins(s->modules.at[m], a, left, k, err);
		for (size_t i = 0; i < k && rc == 0; i++)
			if (left[i].known)
				origins[from[i]] = left[i];
	}
	free(left);
	free(from);
	return rc;
}
