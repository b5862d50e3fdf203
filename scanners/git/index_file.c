/* Reading the one or two files of an index. Parsing is index.c's, joining index_split.c's. */
#include "scanners/git/index_file.h"

#include "scanners/git/index_split.h"
#include "scanners/git/repo_file.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define MAX_INDEX (2u << 30)

static int read_shared(const char *folder, unsigned id_bytes, struct index_file *f, struct error *err) {
	struct object_id id = {.n = (uint8_t)id_bytes};
	char hex[OBJECT_ID_HEX_MAX], name[sizeof("sharedindex.") + OBJECT_ID_HEX_MAX];
	struct index shared = {0};
	memcpy(id.id, f->index.shared_id, id_bytes);
	object_id_hex(&id, hex);
	snprintf(name, sizeof(name), "sharedindex.%s", hex);
	if (!repo_file_read(folder, name, MAX_INDEX, &f->shared))
		return error_set(err, ERR_FORMAT,
			"%s, the shared part of this split index, can't be read; `git read-tree HEAD` makes a new one",
			name);
	int rc = index_parse(buf_slice(&f->shared), id_bytes, &shared, err);
	if (rc == 0)
		rc = index_join(&f->index, &shared, err);
	/* Its name is its checksum. */
	f->is_whole &= index_is_whole(buf_slice(&f->shared), id_bytes) &&
		       memcmp(f->shared.p + f->shared.n - id_bytes, id.id, id_bytes) == 0;
	/* Paths of version 4 are in its arena. */
	arena_join(&f->index.arena, &shared.arena);
	index_free(&shared);
	return rc;
}

int index_file_read(
	const char *folder, const char *name, unsigned id_bytes, struct index_file *out, struct error *err) {
	*out = (struct index_file){0};
	if (!repo_file_read(folder, name, MAX_INDEX, &out->bytes))
		return errno == ENOENT ? 0 : error_errno(err, "the index can't be read");
	if (index_parse(buf_slice(&out->bytes), id_bytes, &out->index, err) != 0)
		return -1;
	out->is_whole = index_is_whole(buf_slice(&out->bytes), id_bytes);
	return out->index.shared_id && read_shared(folder, id_bytes, out, err) != 0 ? -1 : 1;
}

void index_file_close(struct index_file *f) {
	index_free(&f->index);
	buf_free(&f->bytes);
	buf_free(&f->shared);
}
