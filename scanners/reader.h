/* What a reader is: something that turns a document of a known format into facts. One folder or file each, one line in readers.c. */
#ifndef NHISCAN_SCANNERS_READER_H
#define NHISCAN_SCANNERS_READER_H

#include "core/coverage.h"
#include "core/limits.h"
#include "scanners/fact.h"
#include "scanners/node.h"

/* What a reader is given. A tree is read once for all readers of a document, in the syntax its name and first bytes show. */
struct reader_input {
	const struct document *doc;
	const struct node_documents *tree; /* NULL when the document is none of YAML, JSON and TOML */
	const struct fact_source *source;
	const struct limits *limits;
	struct coverage *coverage; /* trouble goes there: file, place, remedy */
};

struct reader {
	const char *name;
	/* By path alone, cheap: may this document be for it? Called for every document of a working tree, HEAD, a file, an archive member. */
	bool (*wants)(struct slice path);
	/* By content: true when it is what this reader reads; then its facts are in `set`. */
	bool (*read)(const struct reader_input *in, struct fact_set *set);
};

/* For `wants`: the two endings of YAML. */
static inline bool path_is_yaml(struct slice path) {
	return slice_has_suffix(path, ".yml") || slice_has_suffix(path, ".yaml");
}

/* Tells of a document that was understood up to the error, by file, line and column. */
void reader_note_unread(const struct document *doc, struct coverage *coverage, const struct syntax_error *err);

/* NULL-terminated. The second are asked about symbolic links, whose bytes are where they lead. */
extern const struct reader *const readers[];
/* Those of them that read pipelines. */
extern const struct reader *const pipeline_readers[];
extern const struct reader *const link_readers[];

/* Readers that want whole kinds of files by their paths, and the text that their documents hold: without it none is parsed for them. The last
 * row has no reader. */
struct reader_need {
	const struct reader *reader;
	const char *text;
};
extern const struct reader_need reader_needs[];

#endif
