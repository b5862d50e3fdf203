/* Any bytes walked as JSON: each piece lies inside the text, in order, and its place is what counting says. */
#include "scanners/json_walk.h"
#include "core/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void walk(struct slice all, const struct json_piece *outer, unsigned depth) {
	struct json_walk w;
	struct json_piece p;
	uint64_t last = 0;
	struct slice key = {0};
	unsigned line, column, errors = 0;

	if (!outer)
		json_walk_stream(&w, all);
	else if (!json_walk_open(&w, outer))
		return;
	for (;;) {
		if (!json_walk_next(&w, &key, &p)) {
			if (outer || !w.err.text || ++errors > 1000)
				return;
			continue;
		}
		if (p.bytes.n == 0 || p.offset < last || p.offset + p.bytes.n > all.n || p.bytes.p != all.p + p.offset)
			__builtin_trap();
		last = p.offset + p.bytes.n;
		text_position(all, p.offset, &line, &column);
		if (line != p.line || column != p.column)
			__builtin_trap();
		if (depth < 4)
			walk(all, &p, depth + 1);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	if (size < 4096)
		walk(slice_of(data, size), NULL, 0);
	return 0;
}
