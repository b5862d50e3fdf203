/* What HEAD holds: its tree, and which of some blobs are in it. */
#ifndef NHISCAN_SCANNERS_GIT_HEAD_H
#define NHISCAN_SCANNERS_GIT_HEAD_H

#include "scanners/git/session.h"

/* HEAD's tree through its commit; TROUBLE_MISSING without a detail when HEAD is unborn. */
enum trouble head_tree(
	struct git_session *s, struct store_reader *r, struct object_id *out, struct when *authored, struct error *err);

/* paths[n] becomes the path at HEAD of blob number n of `wanted`, in `a`: the first by bytes when there are several.
 * Those that HEAD does not hold are left alone. Returns the author date of HEAD's commit. */
struct when head_paths(struct git_session *s, struct store_reader *r, const struct id_table *wanted,
	struct slice *paths, struct arena *a);

/* Delivers the blobs of HEAD that readers of facts want, each with its path, as documents of PLACE_HEAD. For repositories whose working
 * tree is not read. */
void read_head_configuration(struct git_session *s);

/* read_configurations.c: delivers every version of a pipeline's files in history that HEAD does not hold. -1 only with ERR_STOPPED. */
int read_past_configurations(struct git_session *s, struct error *err);

#endif
