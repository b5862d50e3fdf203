/* Encoded text of every kind, nested and broken as the input likes, is looked through within its bounds. One rule and small
 * limits leave the time to the decoders. */
#include "core/buf.h"
#include "rules/base64.h"
#include "rules/engine.h"

#include <libdeflate.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void pack(struct buf *out, struct slice s) {
	struct libdeflate_compressor *c = libdeflate_alloc_compressor(1);
	size_t bound = libdeflate_gzip_compress_bound(c, s.n);

	buf_reserve(out, bound);
	out->n = libdeflate_gzip_compress(c, s.p, s.n, out->p, bound);
	libdeflate_free_compressor(c);
}

/* Wraps the text as the first byte's bits say, so that the decoders meet more than noise. */
static void wrap(struct buf *text, uint8_t how) {
	for (int bit = 0; bit < 6; bit++) {
		struct buf next = {0};

		if (!(how & 1 << bit))
			continue;
		if (bit % 2 == 0) {
			base64_encode(&next, buf_slice(text), bit ? BASE64_URL : BASE64_STANDARD);
		} else if (bit == 1) {
			pack(&next, buf_slice(text));
		} else {
			for (size_t i = 0; i < text->n; i++)
				buf_printf(&next, bit == 3 ? "%%%02x" : "\\u00%02x", text->p[i]);
		}
		buf_free(text);
		*text = next;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	static const char *const keywords[] = {"key"};
	static const struct rule rule = {.id = "fuzz-rule",
		.title = "T",
		.service = "S",
		.keywords = keywords,
		.nkeywords = 1,
		.pattern = "(key[!-~]{8,40})",
		.secret_group = 1,
		.before = 0,
		.after = 64,
		.fix = "",
		.reference = ""};
	static const struct catalogue catalogue = {.rules = &rule, .n = 1};
	static struct engine *engine;
	static struct limits lim;
	struct error err = {0};
	struct matcher *m;
	struct buf text = {0};
	candidate_vec found = {0};

	if (size < 1)
		return 0;
	if (!engine) {
		lim = limits_default();
		lim.max_decoded_bytes = 1 << 16;
		engine = engine_open(&catalogue, &lim, 1700000000, &err);
	}
	m = engine ? matcher_open(engine, &err) : NULL;
	if (!m)
		abort();
	buf_add_slice(&text, slice_of(data + 1, size - 1));
	wrap(&text, data[0]);
	matcher_scan(m, &(struct match_input){.bytes = buf_slice(&text)}, &found);
	for (size_t i = 0; i < found.n; i++) {
		const struct candidate *c = &found.at[i];

		if (c->start > c->end || c->end > text.n || c->lo > c->start || c->hi < c->end || c->hi > text.n)
			abort();
	}
	VEC_FREE(&found);
	buf_free(&text);
	matcher_close(m);
	return 0;
}
