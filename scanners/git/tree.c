/* Tree objects, entry by entry. Names are taken as they are: any byte but NUL and `/` may be in them.
 * Walking trees is not here. */
#include "scanners/git/tree.h"

#include <stdlib.h>

int tree_next(struct tree_iter *it, struct tree_entry *out) {
	const uint8_t *p = it->rest.p;
	size_t n = it->rest.n, i = 0;
	uint32_t mode = 0;
	if (n == 0)
		return 0;
	for (; i < n && p[i] >= '0' && p[i] <= '7'; i++) {
		if (i == 7) /* git writes 6 digits at most */
			return -1;
		mode = mode << 3 | (uint32_t)(p[i] - '0');
	}
	if (i == 0 || i == n || p[i] != ' ')
		return -1;
	size_t name = i + 1;
	const uint8_t *nul = memchr(p + name, 0, n - name);
	if (!nul || nul == p + name)
		return -1;
	size_t id = (size_t)(nul - p) + 1;
	if (n - id < it->id_bytes)
		return -1;
	out->mode = mode;
	out->name = slice_of(p + name, id - 1 - name);
	out->id = p + id;
	it->rest = slice_sub(it->rest, id + it->id_bytes, n);
	return 1;
}

void tree_list_add(struct tree_list *l, struct slice bytes, unsigned id_bytes) {
	struct tree_iter it = tree_iter(bytes, id_bytes);
	struct tree_entry e;
	l->id_bytes = id_bytes;
	while (tree_next(&it, &e) == 1)
		VEC_PUSH(&l->at, e);
}

static int compare_entries(const void *a, const void *b, void *id_bytes) {
	const struct tree_entry *x = a, *y = b;
	int c = slice_cmp(x->name, y->name);
	return c ? c : memcmp(x->id, y->id, *(const unsigned *)id_bytes);
}

void tree_list_sort(struct tree_list *l) {
	if (l->at.n > 0)
		qsort_r(l->at.at, l->at.n, sizeof(*l->at.at), compare_entries, &l->id_bytes);
}

const struct tree_entry *tree_list_find(const struct tree_list *l, struct slice name, size_t *n) {
	size_t low = 0, high = l->at.n, end;
	while (low < high) {
		size_t mid = low + (high - low) / 2;
		if (slice_cmp(l->at.at[mid].name, name) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	for (end = low; end < l->at.n && slice_eq(l->at.at[end].name, name); end++)
		;
	*n = end - low;
	return end > low ? &l->at.at[low] : NULL;
}
