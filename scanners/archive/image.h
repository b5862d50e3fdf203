/* Container images: what `docker save` writes and OCI layouts (image-spec, image-layout.md), in an archive or a folder. Layers are archives
 * like any other; here is remembered what tells more of them: manifests, configurations, and which names each layer has. What a layer is,
 * and what a later one did to a file in it, is worked out when everything was read, since manifests may come last. Thread-safe. */
#ifndef NHISCAN_SCANNERS_ARCHIVE_IMAGE_H
#define NHISCAN_SCANNERS_ARCHIVE_IMAGE_H

#include "core/limits.h"
#include "scanners/document.h"

struct images;
struct layer_names;

struct images *images_new(void);
void images_free(struct images *i);

/* May a document of this name be part of an image? Cheap. */
bool image_wants(struct slice path);

/* Remembers a document that image_wants(): a manifest, an index, a configuration. Calls `part` for every text of a configuration that is
 * run or set (environment, labels, entry point, commands of the history), with where it stands in the document. */
typedef void image_part_fn(void *ctx, const struct document *part);
void images_take(struct images *i, const struct document *doc, image_part_fn *part, void *ctx);

/* The names of a layer, when `container` may be one; else NULL. Not thread-safe for one layer. */
struct layer_names *images_layer(struct images *i, const struct document *container);
void layer_add(struct layer_names *l, struct slice name);

/* When everything was read: reads the manifests. */
void images_settle(struct images *i);

/* What is known of a place whose way is `steps`, as in a document and its containers, in an object of history or a file of a target. False:
 * it is in no layer. Texts are the images'. */
bool images_tell(const struct images *i, unsigned target, const struct object_id *object, const struct slice *steps,
	unsigned n, struct layer_note *out);

#endif
