/* Reading AWS exports from files and folders into one inventory. The door to this folder. */
#ifndef NHISCAN_SCANNERS_IAM_AWS_COLLECT_H
#define NHISCAN_SCANNERS_IAM_AWS_COLLECT_H

#include "core/error.h"
#include "scanners/iam/aws/inventory.h"

struct aws_collect {
	const char *account; /* for exports that do not say theirs, or NULL */
	uint64_t max_file_bytes;
	uint64_t max_element_bytes; /* one user, role, policy */
};
struct aws_collect aws_collect_default(void);

/* Reads a file or every file of a folder, whole or gzip. What is no export is passed over in a folder, and said of a named file.
 * Trouble goes to the coverage. `target` is its number for reports. -1 only when `path` is not there. */
int aws_collect_path(struct aws_inventory *inv, const struct aws_collect *o, const char *path, unsigned target,
	struct coverage *c, struct error *err);

/* One file that is known to be there, told as `shown` in places and notices. True when anything was recognised. */
bool aws_collect_file(struct aws_inventory *inv, const struct aws_collect *o, const char *path, const char *shown,
	enum place place, unsigned target, struct coverage *c);

/* May it hold an export? By its name and its first bytes, cheaply: for documents of a scan. */
bool aws_may_be_export(struct slice path, struct slice bytes);

/* The same for bytes in memory, for tests, standard input and documents of a scan. True when anything was recognised. */
bool aws_collect_bytes(struct aws_inventory *inv, const struct aws_collect *o, struct slice bytes,
	const struct fact_source *source, struct coverage *c);

#endif
