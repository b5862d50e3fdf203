/* Decoders of single compressed streams. Their windows are held on a chain, which bounds them. */
#ifndef NHISCAN_SCANNERS_ARCHIVE_FILTER_H
#define NHISCAN_SCANNERS_ARCHIVE_FILTER_H

#include "scanners/archive/budget.h"
#include "scanners/archive/kind.h"
#include "scanners/archive/stream.h"

/* What `from` holds, decoded. Several streams one after the other are one, as their tools have it; what follows the last is passed
 * over. `from` stays the caller's and must outlive the result, as must `chain`. A window larger than chain_left() ends the stream with
 * ERR_LIMIT, damage with ERR_FORMAT. `k` is of CLASS_FILTER. NULL and `err` when it can't begin. */
struct stream *filter_open(enum packed_kind k, struct stream *from, struct chain *chain, struct error *err);

#endif
