/* git's configuration files, line by line, for the few settings that change how a repository is read. Includes are
 * never followed. Format: git-config(1), "Syntax". */
#ifndef NHISCAN_SCANNERS_GIT_CONFIG_H
#define NHISCAN_SCANNERS_GIT_CONFIG_H

#include "core/slice.h"

struct config_entry {
	struct slice section;	 /* as written; compare without case */
	struct slice subsection; /* between the quotes, escapes not undone */
	struct slice key;	 /* as written; compare without case */
	struct slice value;	 /* trimmed, one pair of quotes around it removed; empty when there is no `=` */
};

struct config_iter {
	struct slice rest;
	struct slice section, subsection;
};

static inline struct config_iter config_iter(struct slice text) {
	return (struct config_iter){text, {NULL, 0}, {NULL, 0}};
}

/* The next "key = value"; false at the end. Lines that are neither are passed over. */
bool config_next(struct config_iter *it, struct config_entry *out);

/* How the repository is to be read. */
struct repo_settings {
	unsigned id_bytes; /* extensions.objectFormat: 20 or 32; 0 when it is unknown */
	bool is_reftable;  /* extensions.refStorage */
	bool is_partial;   /* extensions.partialClone, remote.*.promisor, remote.*.partialclonefilter */
};

struct repo_settings repo_settings_parse(struct slice config);

#endif
