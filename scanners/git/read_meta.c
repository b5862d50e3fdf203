/* What a repository holds beside objects: the names of its refs, and every file of its own folder that is no part of git's
 * machinery: configuration, credentials, hooks, drafts of messages, reflogs, patches and conflicts under way, what other tools keep
 * there (LFS, svn, annex). Objects are read elsewhere. */
#include "scanners/git/repo_file.h"
#include "scanners/git/session.h"

#include <errno.h>

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

/* Without "worktrees/NAME/": linked worktrees have folders of their own, made alike (gitrepository-layout(5)). */
static struct slice in_worktree(struct slice name) {
	static const char folder[] = "worktrees/";
	size_t at = sizeof(folder) - 1;
	if (!slice_has_prefix(name, folder))
		return name;
	while (at < name.n && name.p[at] != '/')
		at++;
	return slice_sub(name, at + 1, name.n);
}

/* Read elsewhere, or ids and numbers only. Samples of hooks are git's own. */
static bool wanted(void *ctx, struct slice name, bool is_folder) {
	static const char *const folders[] = {"objects", "refs", "modules"};
	static const char *const files[] = {"HEAD", "ORIG_HEAD", "packed-refs", "shallow", "gitdir", "commondir"};
	struct slice own = in_worktree(name);
	(void)ctx;
	for (size_t i = 0; is_folder && i < sizeof(folders) / sizeof(*folders); i++)
		if (slice_eq(own, slice_str(folders[i])))
			return false;
	if (is_folder)
		return true;
	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++)
		if (slice_eq(own, slice_str(files[i])))
			return false;
	if (slice_has_prefix(own, "index") || slice_has_prefix(own, "sharedindex."))
		return slice_find(own, slice_str("/")) >= 0;
	return !(slice_has_prefix(own, "hooks/") && slice_has_suffix(own, ".sample"));
}

static void file(void *ctx, struct slice name, struct slice bytes) {
	deliver(ctx, PLACE_CONFIG, name, bytes);
}

static void unread(void *ctx, struct slice name, int why) {
	struct git_session *s = ctx;
	coverage_seen(s->env->coverage, UNIT_META, 1);
	coverage_skip(s->env->coverage, UNIT_META, why == EFBIG ? SKIP_TOO_LARGE : SKIP_UNREADABLE,
		(const char *)session_path(s, name).p,
		why == EFBIG ? "larger than the limit for documents" : strerror(why));
}

int read_meta(struct git_session *s, struct error *err) {
	const struct repo_files all = {.max = (size_t)s->env->scope->limits->max_document_bytes,
		.wanted = wanted,
		.file = file,
		.unread = unread,
		.ctx = s};
	(void)err;
	ref_names(s);
	repo_files_all(s->common_dir, &all);
	return 0;
}
