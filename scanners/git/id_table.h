/* A compact table of object ids: id to a dense number and back. Ids of one length only; numbers start at 0.
 * Zeroed is empty. Not thread-safe. */
#ifndef NHISCAN_SCANNERS_GIT_ID_TABLE_H
#define NHISCAN_SCANNERS_GIT_ID_TABLE_H

#include "scanners/document.h"

#define ID_NONE UINT32_MAX

struct id_table {
	uint8_t *ids; /* n * id_bytes */
	size_t n, cap;
	uint32_t *slots; /* open addressing: number + 1 */
	size_t nslots;
	unsigned id_bytes; /* set by the first id_table_add */
};

uint32_t id_table_find(const struct id_table *t, const uint8_t *id);
/* The number of `id`, new or not; `added` may be NULL. */
uint32_t id_table_add(struct id_table *t, const uint8_t *id, unsigned id_bytes, bool *added);
struct object_id id_table_at(const struct id_table *t, uint32_t i);
void id_table_free(struct id_table *t);

#endif
