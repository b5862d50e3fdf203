/* Exports of identity systems that a scan comes upon: read again as one inventory when the scan is through, and joined with the secrets it found:
 * the key that leaked is this user's active key. */
#ifndef NHISCAN_CMD_SCAN_EXPORTS_H
#define NHISCAN_CMD_SCAN_EXPORTS_H

#include "cmd/exports.h"

#include "scanners/read_facts.h"

#include <pthread.h>

struct scan_run;

struct seen_export {
	unsigned target;
	enum place place;
	char *path;
	struct slice bytes; /* of one in an archive, which can't be read again; in the arena, as its source */
	const struct fact_source *source;
};

struct scan_exports {
	pthread_mutex_t lock;
	VEC(struct seen_export) seen;
	struct arena held; /* what lay in archives */
	size_t held_bytes;
	struct exports exports;
};

void scan_exports_open(struct scan_exports *x);
/* From any worker. */
void scan_exports_see(struct scan_exports *x, const struct document *doc, struct coverage *coverage);
/* Reads what was seen, adds the facts to the scan's, and marks keys that the scan found. Before the facts are settled. */
void scan_exports_settle(struct scan_exports *x, struct scan_run *run);
void scan_exports_close(struct scan_exports *x);

#endif
