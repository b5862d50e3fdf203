/* Name-based UUIDs (RFC 9562, section 5.5): SHA-1 of a name space and a name.
 * Which names the reports use is in the sarif files. */
#include "report/uuid.h"

#include "core/buf.h"

#include <openssl/evp.h>

struct uuid uuid_v5(const struct uuid *space, struct slice name) {
	struct uuid u = {{0}};
	uint8_t digest[EVP_MAX_MD_SIZE];
	struct buf b = {0};

	buf_add(&b, space->b, sizeof(space->b));
	buf_add_slice(&b, name);
	if (EVP_Digest(b.p, b.n, digest, NULL, EVP_sha1(), NULL) == 1)
		memcpy(u.b, digest, sizeof(u.b));
	buf_free(&b);
	u.b[6] = (uint8_t)((u.b[6] & 0x0f) | 0x50);
	u.b[8] = (uint8_t)((u.b[8] & 0x3f) | 0x80);
	return u;
}

struct uuid uuid_of_uri(const char *uri) {
	/* RFC 9562, section 6.6: NameSpace_URL 6ba7b811-9dad-11d1-80b4-00c04fd430c8 */
	static const struct uuid url = {
		{0x6b, 0xa7, 0xb8, 0x11, 0x9d, 0xad, 0x11, 0xd1, 0x80, 0xb4, 0x00, 0xc0, 0x4f, 0xd4, 0x30, 0xc8}};
	return uuid_v5(&url, slice_str(uri));
}

void uuid_text(const struct uuid *u, char out[UUID_TEXT]) {
	static const char hex[] = "0123456789abcdef";

	for (unsigned i = 0; i < sizeof(u->b); i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			*out++ = '-';
		*out++ = hex[u->b[i] >> 4];
		*out++ = hex[u->b[i] & 15];
	}
	*out = '\0';
}
