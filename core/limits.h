/* Every bound in one struct, set at the door and passed down. Sizes are bytes. */
#ifndef NHISCAN_CORE_LIMITS_H
#define NHISCAN_CORE_LIMITS_H

#include <stdint.h>

struct limits {
	uint64_t max_document_bytes; /* a larger file or blob is read up to here and said to be cut */
	uint64_t max_rule_file_bytes;
	uint32_t max_tree_depth;    /* folders below the target */
	uint32_t max_decode_depth;  /* layers of base64 and the like */
	uint64_t max_decoded_bytes; /* from one document, all layers together */
	uint32_t max_matches_per_document;
	uint32_t pattern_match_limit; /* PCRE2 backtracking steps in one window */
	uint32_t pattern_depth_limit; /* PCRE2 heap limit, KiB */
	uint32_t max_archive_depth;   /* containers inside containers; 0: none is opened */
	uint64_t max_archive_members; /* of one outermost container, all levels together; so are the next three */
	uint64_t max_archive_bytes;   /* that come out of it */
	uint64_t max_archive_ratio;   /* of what comes out to what the container has, beyond the first 128 MiB */
	uint64_t max_archive_seconds;
	/* Of all windows of decoders that are touched at a time, see scanners/archive/budget.h; what must be whole in memory has half of it. */
	uint64_t max_archive_memory;
};

/* The defaults, documented in nhiscan(1) under LIMITS. */
struct limits limits_default(void);

#endif
