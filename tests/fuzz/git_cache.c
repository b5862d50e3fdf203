/* Fuzzes the file of a cache: what is believed of it lies within it. The checksum is put right, so that the rest is reached. */
#include <openssl/evp.h>
#include <stdlib.h>

#include "scanners/git/cache_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	struct buf b = {0};
	for (unsigned id_bytes = 20; id_bytes <= 32; id_bytes += 12) {
		struct cache c = {.id_bytes = id_bytes};
		unsigned n = 32;
		buf_clear(&b);
		buf_add(&b, data, size);
		if (size >= 48)
			memcpy(c.key, data + 16, 32);
		if (size >= 32)
			EVP_Digest(b.p, b.n - 32, b.p + b.n - 32, &n, EVP_sha256(), NULL);
		if (!cache_file_parse(&c, buf_slice(&b)))
			continue;
		if (c.states < b.p || c.entries + c.nentries * (id_bytes + 1) != b.p + b.n - 32)
			abort();
		if (c.nentries)
			cache_find(&c, c.entries + (c.nentries - 1) * (id_bytes + 1));
	}
	buf_free(&b);
	return 0;
}
