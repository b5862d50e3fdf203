/* Tables that the build compresses into the program: rules/privilege/aws-actions.txt and aws-managed.jsonl. */
#ifndef NHISCAN_RULES_PRIVILEGE_TABLE_H
#define NHISCAN_RULES_PRIVILEGE_TABLE_H

#include "core/slice.h"

/* Four bytes of length, little end first, then a raw deflate stream (RFC 1951). */
extern const uint8_t table_actions[], table_managed[];
extern const char table_date[]; /* of the actions: "2026-09-26" */
extern const size_t table_actions_size, table_managed_size;

/* Inflates into memory of its own, `*owner`, for free(). */
struct slice table_inflate(const uint8_t *table, size_t size, char **owner);

#endif
