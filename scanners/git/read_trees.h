/* Reads every tree of a store: what they name and the store lacks, and where they lead. */
#ifndef NHISCAN_SCANNERS_GIT_READ_TREES_H
#define NHISCAN_SCANNERS_GIT_READ_TREES_H

#include "scanners/git/cache.h"
#include "scanners/git/session.h"

struct trees_options {
	unsigned threads;
	struct cache *cache;			    /* told of trees that were read; or NULL */
	bool (*skip)(void *ctx, const uint8_t *id); /* as in walk_options */
	void *skip_ctx;
	struct stop_flag *stop;
};

struct trees_read {
	bool damaged;	/* some tree could not be read whole */
	size_t missing; /* objects that trees name and the store lacks; missing blobs were counted */
};

/* After everything else was read: session->left says what something was found in, session->edges is what comes of it.
 * Returns -1 only with ERR_STOPPED. */
int read_trees(struct git_session *s, const struct trees_options *o, struct trees_read *out, struct error *err);

#endif
