/* Paths and remotes as URIs (RFC 3986).
 * Which path a sighting has is in sarif_location.c. */
#include "report/uri.h"

static bool is_alnum(uint8_t c) {
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* RFC 3986, section 2.3. */
static bool is_unreserved(uint8_t c) {
	return is_alnum(c) || c == '-' || c == '.' || c == '_' || c == '~';
}

static void add_encoded(struct buf *out, struct slice s, const char *keep) {
	for (size_t i = 0; s.p && i < s.n; i++) {
		uint8_t c = s.p[i];
		if (is_unreserved(c) || (c && strchr(keep, c)))
			buf_add_byte(out, c);
		else
			buf_printf(out, "%%%02X", c);
	}
}

void uri_add_path(struct buf *out, struct slice path) {
	size_t start = out->n;
	for (size_t at = 0; path.p && at <= path.n;) {
		size_t end = at;
		while (end < path.n && path.p[end] != '/')
			end++;
		struct slice segment = slice_sub(path, at, end);
		at = end + 1;
		if (segment.n == 0 || slice_eq(segment, slice_str(".")) || slice_eq(segment, slice_str("..")))
			continue;
		if (out->n > start)
			buf_add_byte(out, '/');
		add_encoded(out, segment, "");
	}
}

bool uri_add_remote(struct buf *out, struct slice remote) {
	/* What RFC 3986 allows as it is in a URI; `%` too, since a remote with a scheme is encoded already. */
	static const char legal[] = ":/?#[]@!$&'()*+,;=%";
	ptrdiff_t colon = slice_find(remote, slice_str(":"));

	if (colon <= 0)
		return false;
	if (slice_find(remote, slice_str("://")) == colon) {
		add_encoded(out, remote, legal);
		return true;
	}
	/* git-clone(1): [user@]host:path, no slash before the colon. */
	ptrdiff_t slash = slice_find(remote, slice_str("/"));
	if (slash >= 0 && slash < colon)
		return false;
	struct slice path = slice_sub(remote, (size_t)colon + 1, remote.n);
	buf_add_str(out, "ssh://");
	add_encoded(out, slice_sub(remote, 0, (size_t)colon), "@[]");
	buf_add_byte(out, '/');
	uri_add_path(out, path);
	return true;
}
