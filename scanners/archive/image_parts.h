/* What image.c remembers and image_settle.c reads. Only for these two. */
#ifndef NHISCAN_SCANNERS_ARCHIVE_IMAGE_PARTS_H
#define NHISCAN_SCANNERS_ARCHIVE_IMAGE_PARTS_H

#include "core/buf.h"
#include "core/map.h"
#include "core/vec.h"
#include "scanners/archive/image.h"
#include "scanners/node.h"

#include <pthread.h>

/* Names are kept as 64-bit hashes: a layer may have a million. One that is met by chance mislabels a place, no more. */
struct layer_names {
	VEC(uint64_t) names;   /* sorted when settled */
	VEC(uint64_t) deleted; /* names that whiteouts delete, sorted */
	VEC(uint64_t) opaque;  /* folders whose content of lower layers is gone, sorted */
	struct layer_names *next;
};

/* A layer's place in an image. */
struct layer_place {
	struct layer_note note;	    /* without its fate */
	struct layer_names **above; /* of the later layers; NULL for those that were not read */
	unsigned nabove;
	struct layer_place *next; /* the same layer in the next image */
};

struct images {
	pthread_mutex_t lock;
	struct arena arena;
	struct map texts; /* key of place: struct slice *, the manifest or configuration */
	size_t text_bytes;
	struct map layers; /* key of place: struct layer_names * */
	struct layer_names *all;
	struct map places; /* key of place: struct layer_place *; after images_settle() */
};

uint64_t image_name_hash(struct slice name);
/* "./etc/app/" becomes "etc/app". */
struct slice image_name_plain(struct slice name);

/* The key of a place: target, object, the way to it, each with what no path holds behind it. */
void image_key(struct buf *key, unsigned target, const struct object_id *object, const struct slice *steps, unsigned n);

#endif
