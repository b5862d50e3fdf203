/* Name-based UUIDs (RFC 9562, version 5), so that ids in reports are the same in every run and can be recomputed. */
#ifndef NHISCAN_REPORT_UUID_H
#define NHISCAN_REPORT_UUID_H

#include "core/slice.h"

#define UUID_TEXT 37 /* 36 characters and NUL */

struct uuid {
	uint8_t b[16];
};

/* The UUID of `name` in `space`. */
struct uuid uuid_v5(const struct uuid *space, struct slice name);
/* The UUID of a URL or other URI, in RFC 9562's URL name space. */
struct uuid uuid_of_uri(const char *uri);
void uuid_text(const struct uuid *u, char out[UUID_TEXT]);

#endif
