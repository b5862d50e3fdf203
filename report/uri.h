/* Paths and remotes as URIs (RFC 3986), for formats that want them. */
#ifndef NHISCAN_REPORT_URI_H
#define NHISCAN_REPORT_URI_H

#include "core/buf.h"

/* Appends `path` as a relative reference: every byte but unreserved ones and `/` percent-encoded; leading slashes, empty
 * segments, "." and ".." dropped, so that the result never leaves its base. Appends nothing when nothing is left. */
void uri_add_path(struct buf *out, struct slice path);

/* Appends the URI of a git remote; the scp-like form host:path becomes ssh://. False, nothing appended: it has none
 * (a local path). */
bool uri_add_remote(struct buf *out, struct slice remote);

#endif
