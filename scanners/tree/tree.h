/* The tree scanner: files of a folder, a named file, standard input. Reads ignored files too: secrets hide there. */
#ifndef NHISCAN_SCANNERS_TREE_TREE_H
#define NHISCAN_SCANNERS_TREE_TREE_H

#include "scanners/scanner.h"

extern const struct scanner tree_scanner;

#endif
