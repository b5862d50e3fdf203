/* What the ways of reading share: delivering, counting, and the history that is loaded once.
 * Choosing what to read is in git.c and the read_*.c files. */
#include "scanners/git/session.h"

#include "scanners/git/commit.h"

#include <stdatomic.h>

void session_count(struct git_session *s, enum unit unit, size_t bytes) {
	coverage_read(s->env->coverage, unit, 1, bytes);
	atomic_fetch_add_explicit(&s->env->progress->documents, 1, memory_order_relaxed);
	atomic_fetch_add_explicit(&s->env->progress->bytes, bytes, memory_order_relaxed);
}

void session_deliver(struct git_session *s, unsigned worker, enum unit unit, const struct document *doc) {
	if (doc->bytes.n == 0) {
		coverage_skip(s->env->coverage, unit, SKIP_EMPTY, NULL, NULL);
		return;
	}
	session_count(s, unit, doc->bytes.n);
	s->env->sink->take(s->env->sink->ctx, worker, doc);
}

void session_trouble(
	struct git_session *s, enum unit unit, const struct object_id *id, enum trouble why, const char *detail) {
	char hex[OBJECT_ID_HEX_MAX];
	enum skip skip = why == TROUBLE_MISSING	    ? SKIP_MISSING
			 : why == TROUBLE_TOO_LARGE ? SKIP_TOO_LARGE
			 : why == TROUBLE_IO	    ? SKIP_UNREADABLE
						    : SKIP_CORRUPT;
	object_id_hex(id, hex);
	coverage_seen(s->env->coverage, unit, 1);
	coverage_skip(s->env->coverage, unit, skip, hex, detail && *detail ? detail : trouble_name(why));
}

bool session_left_nothing(const struct git_session *s, unsigned worker) {
	const struct document_sink *sink = s->env->sink;
	return sink->left_nothing && sink->left_nothing(sink->ctx, worker);
}

unsigned session_message(struct git_session *s, unsigned worker, enum object_type type, const struct object_id *id,
	struct slice bytes, bool *left_nothing) {
	struct document doc = {.target = s->target->index, .object = *id};
	/* Whose message it is: of the repository that is scanned, or of a submodule. */
	if (*s->prefix)
		doc.path = slice_of(s->prefix, strlen(s->prefix) - 1);
	struct error err = {0};
	struct buf merged = {0};
	if (type == OBJECT_COMMIT) {
		struct commit_view c;
		if (commit_parse(bytes, s->settings.id_bytes, &c, &err) != 0) {
			session_trouble(s, UNIT_MESSAGE, id, TROUBLE_CORRUPT, err.text);
			return 0;
		}
		if (s->notes)
			commit_notes_add(s->notes, worker, id, &c);
		commit_merged_tags(&c, &merged);
		doc.bytes = c.message;
		doc.authored = c.authored;
		doc.commit = *id;
		doc.place = PLACE_COMMIT_MESSAGE;
	} else {
		struct tag_view t;
		if (tag_parse(bytes, s->settings.id_bytes, &t, &err) != 0) {
			session_trouble(s, UNIT_MESSAGE, id, TROUBLE_CORRUPT, err.text);
			return 0;
		}
		doc.bytes = t.message;
		doc.authored = t.tagged;
		if (slice_eq(t.type, slice_str("commit")))
			doc.commit = t.object;
		doc.place = PLACE_TAG_MESSAGE;
	}
	coverage_seen(s->env->coverage, UNIT_MESSAGE, 1);
	session_deliver(s, worker, UNIT_MESSAGE, &doc);
	bool nothing = doc.bytes.n == 0 || session_left_nothing(s, worker);
	unsigned documents = 1;
	if (merged.n > 0) {
		doc.place = PLACE_TAG_MESSAGE;
		doc.bytes = buf_slice(&merged);
		coverage_seen(s->env->coverage, UNIT_MESSAGE, 1);
		session_deliver(s, worker, UNIT_MESSAGE, &doc);
		nothing = nothing && session_left_nothing(s, worker);
		documents++;
	}
	buf_free(&merged);
	if (left_nothing)
		*left_nothing = nothing;
	return documents;
}

struct slice session_path(struct git_session *s, struct slice name) {
	return slice_str(arena_printf(&s->arena, "%s%.*s", s->meta, (int)name.n, (const char *)name.p));
}

/* Each missing commit once, though several refs may name it. */
void session_report_history(struct git_session *s) {
	struct id_table told = {0};
	uint64_t shallow = 0, missing = 0;
	for (size_t i = 0; i < s->history.troubles.n; i++) {
		const struct history_trouble *t = &s->history.troubles.at[i];
		bool added;
		id_table_add(&told, t->id.id, t->id.n, &added);
		if (!added)
			continue;
		shallow += t->is_beyond_shallow;
		missing += t->why == TROUBLE_MISSING && !t->is_beyond_shallow;
		/* Damaged objects in the store were told when they were read; these are not in it. */
		if (t->why == TROUBLE_MISSING)
			session_trouble(s, UNIT_MESSAGE, &t->id, t->why, t->detail);
	}
	if (shallow > 0)
		coverage_note(s->env->coverage, "shallow-clone", true, s->common_dir,
			"history ends early in this clone; `git fetch --unshallow` brings the rest");
	if (missing > 0)
		coverage_note(s->env->coverage, "missing-objects", true, s->common_dir,
			"commits that refs reach are not in this clone");
	id_table_free(&told);
}

int session_history(struct git_session *s, struct error *err) {
	if (s->has_history)
		return 0;
	history_free(&s->history);
	if (s->notes)
		commit_notes_settle(s->notes);
	const struct history_options o = {s->store, &s->refs, &s->shallow, s->notes, s->env->stop};
	int rc = history_load(&s->history, &o, err);
	s->has_history = rc == 0;
	commit_notes_free(s->notes);
	s->notes = NULL;
	return rc;
}
