/* Commit and tag objects taken apart: ids, dates and message. Views into the object's bytes; nothing is copied.
 * Format: git-hash-object(1), git's Documentation/user-manual "Object storage format". Trees are in tree.h. */
#ifndef NHISCAN_SCANNERS_GIT_COMMIT_H
#define NHISCAN_SCANNERS_GIT_COMMIT_H

#include "core/buf.h"
#include "core/error.h"
#include "scanners/document.h"

struct commit_view {
	struct object_id tree;
	struct slice parents; /* the "parent <hex>\n" lines */
	size_t nparents;
	struct slice author; /* "A U Thor <author@example.org>" */
	struct when authored;
	struct when committed;
	struct slice headers; /* all lines ahead of the message */
	struct slice message;
};

/* ERR_FORMAT when there is no tree line or an id is not `id_bytes` long. Missing dates are WHEN_UNKNOWN, not an error:
 * old importers wrote such commits. */
int commit_parse(struct slice bytes, unsigned id_bytes, struct commit_view *out, struct error *err);

/* Parent number `i`, below nparents. */
struct object_id commit_parent(const struct commit_view *c, unsigned id_bytes, size_t i);

/* Adds the messages of the signed tags that were merged: `mergetag` headers hold whole tags, each line behind the first with a
 * blank in front (git's Documentation/gitformat-signature.txt). */
void commit_merged_tags(const struct commit_view *c, struct buf *out);

struct tag_view {
	struct object_id object;
	struct slice type; /* of the object: "commit", "tree", "blob", "tag" */
	struct when tagged;
	struct slice message;
};

int tag_parse(struct slice bytes, unsigned id_bytes, struct tag_view *out, struct error *err);

/* `2 * id_bytes` hex digits at the front of `s` as an id; false when they are not there. */
bool object_id_parse(struct slice s, unsigned id_bytes, struct object_id *out);

#endif
