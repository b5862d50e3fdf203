/* Object hashes by libcrypto. Knows nothing of where objects come from. */
#include "scanners/git/hash.h"

#include "core/memory.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>

struct hasher {
	EVP_MD_CTX *md;
};

struct hasher *hasher_new(void) {
	struct hasher *h = mem_alloc(sizeof(*h));
	h->md = EVP_MD_CTX_new();
	if (!h->md)
		abort(); /* out of memory, as in mem_alloc() */
	return h;
}

void hasher_free(struct hasher *h) {
	if (!h)
		return;
	EVP_MD_CTX_free(h->md);
	free(h);
}

bool hash_object(
	struct hasher *h, unsigned id_bytes, enum object_type type, struct slice bytes, struct object_id *out) {
	char head[40];
	uint8_t digest[EVP_MAX_MD_SIZE];
	unsigned n = 0;
	int head_n = snprintf(head, sizeof(head), "%s %zu", object_type_name(type), bytes.n);
	const EVP_MD *alg = id_bytes == 20 ? EVP_sha1() : EVP_sha256();
	*out = (struct object_id){.n = (uint8_t)id_bytes};
	if (EVP_DigestInit_ex(h->md, alg, NULL) != 1 || EVP_DigestUpdate(h->md, head, (size_t)head_n + 1) != 1 ||
		EVP_DigestUpdate(h->md, bytes.p, bytes.n) != 1 || EVP_DigestFinal_ex(h->md, digest, &n) != 1 ||
		n != id_bytes)
		return false;
	memcpy(out->id, digest, n);
	return true;
}

bool hash_matches(struct hasher *h, const struct object_id *id, enum object_type type, struct slice bytes) {
	struct object_id is;
	return hash_object(h, id->n, type, bytes, &is) && memcmp(is.id, id->id, id->n) == 0;
}
