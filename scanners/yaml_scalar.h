/* What a plain scalar is by YAML 1.2's core schema (https://yaml.org/spec/1.2.2/#1032-tag-resolution). */
#ifndef NHISCAN_SCANNERS_YAML_SCALAR_H
#define NHISCAN_SCANNERS_YAML_SCALAR_H

#include "scanners/node.h"

/* NODE_NULL, NODE_BOOL (true and false only), NODE_NUMBER or NODE_STRING. */
enum node_kind yaml_scalar_kind(struct slice text);

#endif
