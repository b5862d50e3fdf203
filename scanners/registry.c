/* The list of scanners, in the order in which they run: one line for each.
 * What a scanner is, scanner.h says; what each one reads, its own folder. */
#include "scanners/git/git.h"
#include "scanners/scanner.h"
#include "scanners/tree/tree.h"

const struct scanner *const scanners[] = {
	&tree_scanner,
	&git_scanner,
	NULL,
};
