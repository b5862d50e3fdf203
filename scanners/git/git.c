/* The git scanner: opens the session, chooses how to read, and counts what goes by. Nothing of the repository is
 * executed or written; its configuration is read for three settings and handed over as a document. */
#include "scanners/git/git.h"

#include "scanners/git/commit.h"
#include "scanners/git/head.h"
#include "scanners/git/modules.h"
#include "scanners/git/repo_file.h"
#include "scanners/git/session.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#define MAX_CONFIG	(16u << 20)
#define MAX_SHALLOW	(256u << 20)
#define MIN_STORE_BYTES (64u << 20) /* trees and commits are read up to this, whatever limit documents have */

static bool accepts(const struct target *t, const struct scan_scope *s) {
	return t->is_repository && t->git_dir && (s->history || s->staged);
}

static void read_shallow(struct git_session *s) {
	struct buf file = {0};
	if (repo_file_read(s->common_dir, "shallow", MAX_SHALLOW, &file)) {
		for (struct slice rest = buf_slice(&file); rest.n > 0;) {
			const uint8_t *lf = memchr(rest.p, '\n', rest.n);
			struct object_id id;
			if (object_id_parse(rest, s->settings.id_bytes, &id))
				id_table_add(&s->shallow, id.id, id.n, NULL);
			rest = slice_sub(rest, lf ? (size_t)(lf - rest.p) + 1 : rest.n, rest.n);
		}
	}
	buf_free(&file);
}

static int open_store(struct git_session *s, struct error *err) {
	struct buf config = {0}, path = {0};
	uint64_t limit = s->env->scope->limits->max_document_bytes;
	if (!repo_file_read(s->common_dir, "config", MAX_CONFIG, &config) && errno != ENOENT)
		coverage_note(s->env->coverage, "unreadable", true, s->common_dir,
			"the repository's configuration could not be read");
	s->settings = repo_settings_parse(buf_slice(&config));
	buf_free(&config);
	if (s->settings.id_bytes == 0)
		return error_set(err, ERR_FORMAT, "%s: the object format named in its configuration is unknown",
			s->target->name);
	buf_printf(&path, "%s/objects", s->common_dir);
	struct store_options opt = {.id_bytes = (uint8_t)s->settings.id_bytes,
		.quarantine = s->env->scope->quarantine,
		.max_object_bytes = limit > MIN_STORE_BYTES ? limit : MIN_STORE_BYTES};
	s->store = store_open(buf_cstr(&path), &opt, err);
	buf_free(&path);
	return s->store ? 0 : -1;
}

void git_session_close(struct git_session *s) {
	if (!s)
		return;
	for (size_t i = 0; i < s->modules.n; i++)
		git_session_close(s->modules.at[i]);
	VEC_FREE(&s->modules);
	store_close(s->store);
	refs_free(&s->refs);
	id_table_free(&s->shallow);
	commit_notes_free(s->notes);
	history_free(&s->history);
	tree_edges_free(s->edges);
	id_table_free(&s->left);
	id_table_free(&s->range_ids);
	VEC_FREE(&s->range_blobs);
	arena_free(&s->arena);
	free(s->git_dir);
	free(s->common_dir);
	free(s);
}

struct git_session *git_session_open(
	const struct target *t, const struct scan_env *env, const struct git_module *m, struct error *err) {
	struct git_session *s = mem_alloc(sizeof(*s));
	s->target = t;
	s->env = env;
	s->prefix = m ? m->prefix : "";
	s->meta = m ? m->meta : t->is_bare ? "" : ".git/";
	s->root = m ? m->root : t->root;
	s->nested = m ? m->nested : 0;
	s->git_dir = mem_str(m ? m->git_dir : t->git_dir);
	s->common_dir = repo_common_dir(s->git_dir);
	if (open_store(s, err) != 0) {
		git_session_close(s);
		return NULL;
	}
	read_shallow(s);
	refs_read(&s->refs, s->git_dir, s->common_dir, s->settings.id_bytes);
	return s;
}

/* What makes this clone less than the whole repository, or the store less than whole. */
static void note_state(struct git_session *s) {
	struct coverage *c = s->env->coverage;
	const char *const *texts;
	size_t n = store_problems(s->store, &texts);
	for (size_t i = 0; i < n; i++)
		coverage_note(c, "corrupt-store", true, s->common_dir, texts[i]);
	if (s->settings.is_reftable)
		coverage_note(c, "refs-unread", true, s->common_dir,
			"refs are kept in the reftable format, which is not read: objects are, but not what reaches "
			"them");
	if (s->refs.refused > 0)
		coverage_note(c, "refs-unread", true, s->common_dir,
			"some files below refs/ or logs/ are damaged, too deep or too many");
}

int git_session_read(struct git_session *s, struct error *err) {
	const struct scan_scope *scope = s->env->scope;
	note_state(s);
	if (scope->staged && read_staged(s, err) != 0)
		return -1;
	if (!scope->history)
		return 0;
	if (scope->since || scope->range)
		return read_range(s, err);
	if (read_meta(s, err) != 0 || read_everything(s, err) != 0)
		return -1;
	if (!*s->prefix && (s->target->is_bare || !scope->worktree))
		read_head_configuration(s);
	if (!*s->prefix && scope->ci_history && read_past_configurations(s, err) != 0)
		return -1;
	return modules_read(s, err);
}

/* An interrupted scan has read something: that is no failure, but it is not whole. */
static int session_read(void *session, struct error *err) {
	struct git_session *s = session;
	int rc = git_session_read(s, err);
	if (rc == 0 || err->kind != ERR_STOPPED)
		return rc;
	coverage_note(
		s->env->coverage, "stopped", true, s->target->name, "interrupted: not all of the history was read");
	return 0;
}

static int session_open(const struct target *t, const struct scan_env *env, void **session, struct error *err) {
	*session = git_session_open(t, env, NULL, err);
	return *session ? 0 : -1;
}

static int session_attribute(void *session, struct arena *a, struct origin *origins, size_t n, struct error *err) {
	return attribute_origins(session, a, origins, n, err);
}

static void session_close(void *session) {
	git_session_close(session);
}

const struct scanner git_scanner = {
	"git", accepts, session_open, session_read, session_attribute, session_describe, session_close};
