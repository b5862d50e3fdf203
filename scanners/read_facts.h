/* From a document to facts: parses it once, in the syntax its name and first bytes show, and asks the readers that want it. */
#ifndef NHISCAN_SCANNERS_READ_FACTS_H
#define NHISCAN_SCANNERS_READ_FACTS_H

#include "scanners/reader.h"

/* May any reader want a document of this path? Cheap. */
bool facts_wanted(struct slice path);
/* … and may it describe a pipeline? */
bool pipelines_wanted(struct slice path);
/* … or a symbolic link of this path? */
bool facts_wanted_of_link(struct slice path);

/* Adds the facts of `doc` to `set`; true when a reader knew it. `scratch` is reset. Trouble becomes notices ("unread-configuration"). */
bool facts_read(const struct document *doc, const struct limits *limits, struct coverage *coverage,
	struct arena *scratch, struct fact_set *set);

/* Where a document stands, with the containers around it, copied into the arena. */
struct fact_source *fact_source_of(struct arena *a, const struct document *doc);

#endif
