/* Names of places, texts of object ids, paths into containers: part of the report schema, so they never change.
 * Which place a document has is decided by the scanner that makes it. */
#include "core/buf.h"
#include "core/memory.h"
#include "scanners/document.h"

#include <stdlib.h>

static const char *const names[PLACE_COUNT] = {
	[PLACE_FILE] = "file",
	[PLACE_STDIN] = "stdin",
	[PLACE_WORKTREE] = "worktree",
	[PLACE_UNTRACKED] = "untracked",
	[PLACE_INDEX] = "index",
	[PLACE_HEAD] = "head",
	[PLACE_HISTORY] = "history",
	[PLACE_MERGE] = "merge",
	[PLACE_STASH] = "stash",
	[PLACE_REFLOG] = "reflog",
	[PLACE_UNREACHABLE] = "unreachable",
	[PLACE_COMMIT_MESSAGE] = "commit-message",
	[PLACE_TAG_MESSAGE] = "tag-message",
	[PLACE_NOTE] = "note",
	[PLACE_REF_NAME] = "ref-name",
	[PLACE_CONFIG] = "config",
};

const char *place_name(enum place p) {
	return names[p];
}

void object_id_hex(const struct object_id *o, char out[OBJECT_ID_HEX_MAX]) {
	static const char digits[] = "0123456789abcdef";
	size_t n = o->n <= sizeof(o->id) ? o->n : sizeof(o->id);

	for (size_t i = 0; i < n; i++) {
		out[2 * i] = digits[o->id[i] >> 4];
		out[2 * i + 1] = digits[o->id[i] & 15];
	}
	out[2 * n] = 0;
}

struct slice object_id_slice(const struct object_id *o) {
	return slice_of(o->id, o->n);
}

void carried_free(struct carried_list *l) {
	for (size_t i = 0; i < l->n; i++)
		mem_wipe_free((void *)(uintptr_t)l->at[i].bytes.p, l->at[i].bytes.n);
	free(l->at);
	*l = (struct carried_list){0};
}

void document_whole_path(struct buf *out, const struct document *doc) {
	if (doc->container) {
		document_whole_path(out, doc->container); /* as deep as archives are read */
		buf_add_str(out, "!/");
	}
	buf_add_slice(out, doc->path);
}
