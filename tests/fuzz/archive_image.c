/* Manifests, configurations and names of layers from anybody: the input is cut at zero bytes into documents of an image. */
#include "scanners/archive/image.h"

static void part(void *ctx, const struct document *doc) {
	(void)ctx;
	if (doc->bytes.n && !doc->bytes.p)
		__builtin_trap();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	static const char *const names[] = {"manifest.json", "index.json",
		"blobs/sha256/0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
		"0123456789abcdef0123456789abcdef.json"};
	struct document tar = {.path = slice_str("image.tar")};
	struct document layer = {.path = slice_str(names[2]), .container = &tar};
	struct slice steps[3] = {tar.path, layer.path, slice_str("etc/x")};
	struct images *i = images_new();
	struct layer_names *l = images_layer(i, &layer);
	struct layer_note note;
	struct object_id none = {0};

	for (size_t at = 0, k = 0; at < size; k++) {
		const uint8_t *end = memchr(data + at, 0, size - at);
		size_t to = end ? (size_t)(end - data) : size;
		struct document doc = {
			.bytes = slice_of(data + at, to - at), .path = slice_str(names[k % 4]), .container = &tar};

		if (image_wants(doc.path))
			images_take(i, &doc, part, NULL);
		layer_add(l, doc.bytes);
		at = to + 1;
	}
	images_settle(i);
	images_tell(i, 0, &none, steps, 3, &note);
	images_free(i);
	return 0;
}
