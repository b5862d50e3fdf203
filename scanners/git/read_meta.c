/* What a repository holds beside objects: the names of its refs, and the files of its own folder in which people and
 * tools leave credentials. Objects are read elsewhere. */
#include "scanners/git/repo_file.h"
#include "scanners/git/session.h"

#include <errno.h>

#define MAX_META (16u << 20)

static void deliver(struct git_session *s, enum place place, struct slice name, struct slice bytes) {
	struct document doc = {
		.bytes = bytes, .place = place, .path = session_path(s, name), .target = s->target->index};
	coverage_seen(s->env->coverage, UNIT_META, 1);
	session_deliver(s, 0, UNIT_META, &doc);
}

/* One name a line. A reflog repeats a ref's name, so its entries are passed over. */
static void ref_names(struct git_session *s) {
	struct buf names = {0};
	for (size_t i = 0; i < s->refs.at.n; i++) {
		if (s->refs.at.at[i].in_reflog)
			continue;
		buf_add_slice(&names, s->refs.at.at[i].name);
		buf_add_byte(&names, '\n');
	}
	if (names.n > 0)
		deliver(s, PLACE_REF_NAME, slice_str("refs"), buf_slice(&names));
	buf_free(&names);
}

static void config_file(struct git_session *s, const char *folder, const char *name) {
	struct buf file = {0};
	if (repo_file_read(folder, name, MAX_META, &file)) {
		deliver(s, PLACE_CONFIG, slice_str(name), buf_slice(&file));
	} else if (errno == EACCES || errno == EIO || errno == EFBIG) {
		int e = errno;
		coverage_seen(s->env->coverage, UNIT_META, 1);
		coverage_skip(s->env->coverage, UNIT_META, e == EFBIG ? SKIP_TOO_LARGE : SKIP_UNREADABLE,
			(const char *)session_path(s, slice_str(name)).p, strerror(e));
	}
	buf_free(&file);
}

/* Samples are git's own; the others were put there by somebody. */
static void hook(void *ctx, struct slice name, struct slice bytes) {
	if (!slice_has_suffix(name, ".sample"))
		deliver(ctx, PLACE_CONFIG, name, bytes);
}

static void worktree_config(void *ctx, const char *name) {
	struct git_session *s = ctx;
	config_file(s, s->common_dir, arena_printf(&s->arena, "%s/config.worktree", name));
}

int read_meta(struct git_session *s, struct error *err) {
	static const char *const files[] = {"config", "config.worktree", "credentials", ".git-credentials",
		"git-credentials", "FETCH_HEAD", "description", "info/exclude", "info/attributes", "COMMIT_EDITMSG",
		"MERGE_MSG", "SQUASH_MSG", "remotes/origin", "branches/origin"};
	(void)err;
	ref_names(s);
	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++)
		config_file(s, s->common_dir, files[i]);
	repo_files_walk(s->common_dir, "hooks", MAX_META, hook, s);
	repo_folders(s->common_dir, "worktrees", worktree_config, s);
	return 0;
}
