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

bool hash_matches(struct hasher *h, const struct object_id *id, enum object_type type, struct slice bytes) {
	char head[40];
	uint8_t digest[EVP_MAX_MD_SIZE];
	unsigned n = 0;
	int head_n = snprintf(head, sizeof(head), "%s %zu", object_type_name(type), bytes.n);
	const EVP_MD *alg = id->n == 20 ? EVP_sha1() : EVP_sha256();
	return EVP_DigestInit_ex(h->md, alg, NULL) == 1 && EVP_DigestUpdate(h->md, head, (size_t)head_n + 1) == 1 &&
	       EVP_DigestUpdate(h->md, bytes.p, bytes.n) == 1 && EVP_DigestFinal_ex(h->md, digest, &n) == 1 &&
	       n == id->n && memcmp(digest, id->id, n) == 0;
}
