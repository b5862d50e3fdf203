/* Fuzzes the parsers of commits, tags, trees and configuration: every view they return must lie within the input. */
#include <stdlib.h>

#include "scanners/git/commit.h"
#include "scanners/git/config.h"
#include "scanners/git/tree.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void within(struct slice all, struct slice part) {
	if (part.n > 0 && (part.p < all.p || part.p + part.n > all.p + all.n))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	struct slice all = slice_of(data, size);
	struct commit_view c;
	struct tag_view t;
	struct tree_entry e;
	struct config_entry k;
	for (unsigned id_bytes = 20; id_bytes <= 32; id_bytes += 12) {
		struct tree_iter it = tree_iter(all, id_bytes);
		if (commit_parse(all, id_bytes, &c, NULL) == 0) {
			struct buf merged = {0};
			within(all, c.message);
			within(all, c.headers);
			commit_merged_tags(&c, &merged);
			if (merged.n > size + 1)
				abort();
			buf_free(&merged);
			for (size_t i = 0; i < c.nparents; i++)
				if (commit_parent(&c, id_bytes, i).n != id_bytes)
					abort();
		}
		if (tag_parse(all, id_bytes, &t, NULL) == 0)
			within(all, t.message);
		while (tree_next(&it, &e) == 1) {
			within(all, e.name);
			within(all, slice_of(e.id, id_bytes));
		}
	}
	struct config_iter it = config_iter(all);
	while (config_next(&it, &k)) {
		within(all, k.section);
		within(all, k.subsection);
		within(all, k.key);
		within(all, k.value);
	}
	repo_settings_parse(all);
	return 0;
}
