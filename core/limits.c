/* The default of every bound. What happens when one is hit is said where it is checked.
 * Command line and configuration override them at the door. */
#include "core/limits.h"

struct limits limits_default(void) {
	return (struct limits){
		.max_document_bytes = UINT64_C(1) << 30,
		.max_rule_file_bytes = UINT64_C(16) << 20,
		.max_tree_depth = 256,
		.max_decode_depth = 4,
		.max_decoded_bytes = UINT64_C(64) << 20,
		.max_matches_per_document = 10000,
		.pattern_match_limit = 100000,
		.pattern_depth_limit = 20000,
		.max_archive_depth = 8,
		.max_archive_members = 1000000,
		.max_archive_bytes = UINT64_C(256) << 30,
		.max_archive_ratio = 100,
		.max_archive_seconds = 3600,
		.max_archive_memory = UINT64_C(132) << 20, /* the windows of xz -9 (64 MiB) and zstd -22 (128 MiB) */
	};
}
