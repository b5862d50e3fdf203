/* The index of a worktree as git would see it: the file, and the shared part of a split one. */
#ifndef NHISCAN_SCANNERS_GIT_INDEX_FILE_H
#define NHISCAN_SCANNERS_GIT_INDEX_FILE_H

#include "core/buf.h"
#include "scanners/git/index.h"

struct index_file {
	struct buf bytes, shared; /* what the index points into */
	struct index index;
	bool is_whole; /* the checksums are right */
};

/* Reads the index `name` (an absolute one stays what it is) of the repository at `folder`, in which the shared part is. 1: read; 0: there is none; -1: ERR_IO or ERR_FORMAT. Close it in every case. */
int index_file_read(const char *folder, const char *name, unsigned id_bytes, struct index_file *out, struct error *err);
void index_file_close(struct index_file *f);

#endif
