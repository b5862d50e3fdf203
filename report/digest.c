/* The digest of a report's findings. That of files is cmd/scan_evidence.c's business. */
#include "report/digest.h"

#include "core/memory.h"

#include <openssl/evp.h>
#include <stdlib.h>

static int by_id(const void *pa, const void *pb) {
	const struct finding *const *a = pa, *const *b = pb;
	int c = strcmp((*a)->location_fingerprint, (*b)->location_fingerprint);

	return c ? c : strcmp((*a)->secret_fingerprint, (*b)->secret_fingerprint);
}

static void add_line(struct buf *b, const struct finding *f) {
	buf_printf(b, "%s\t%s\t%s\t%s\t%s\t%zu\t%s\n", f->location_fingerprint, f->secret_fingerprint, f->rule->id,
		severity_name(f->severity), confidence_name(f->confidence), f->nsightings + f->more_sightings,
		f->suppressed ? "suppressed" : "open");
}

void findings_digest(const struct report *r, char out[FINDINGS_DIGEST_HEX + 1]) {
	const struct finding **sorted = mem_alloc_n(r->nfindings + 1, sizeof(*sorted));
	EVP_MD_CTX *md = EVP_MD_CTX_new();
	uint8_t sum[EVP_MAX_MD_SIZE];
	struct buf line = {0};
	unsigned n = 0;
	bool good = md && EVP_DigestInit_ex(md, EVP_sha256(), NULL) == 1;

	for (size_t i = 0; i < r->nfindings; i++)
		sorted[i] = &r->findings[i];
	qsort(sorted, r->nfindings, sizeof(*sorted), by_id);
	for (size_t i = 0; good && i < r->nfindings; i++) {
		buf_clear(&line);
		add_line(&line, sorted[i]);
		good = EVP_DigestUpdate(md, line.p, line.n) == 1;
	}
	good = good && EVP_DigestFinal_ex(md, sum, &n) == 1 && 2 * n == FINDINGS_DIGEST_HEX;
	out[0] = '\0';
	for (unsigned i = 0; good && i < n; i++)
		snprintf(out + 2 * (size_t)i, 3, "%02x", sum[i]);
	buf_free(&line);
	EVP_MD_CTX_free(md);
	free(sorted);
}
