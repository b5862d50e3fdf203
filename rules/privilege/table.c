/* Inflating the tables in the program, and AWS managed policies by ARN. What the tables mean is read in actions.c and policies.c. */
#include "rules/privilege/table.h"

#include "core/map.h"
#include "rules/privilege/actions.h"

#include <libdeflate.h>
#include <stdlib.h>

struct slice table_inflate(const uint8_t *table, size_t size, char **owner) {
	size_t n = (size_t)table[0] | (size_t)table[1] << 8 | (size_t)table[2] << 16 | (size_t)table[3] << 24;
	struct libdeflate_decompressor *d = libdeflate_alloc_decompressor();

	*owner = mem_alloc(n + 1);
	if (!d || libdeflate_deflate_decompress(d, table + 4, size - 4, *owner, n, NULL) != LIBDEFLATE_SUCCESS)
		n = 0; /* the build made it: only lack of memory leads here */
	libdeflate_free_decompressor(d);
	return slice_of(*owner, n);
}

/* Lines are ["Name","/path/","v1",{…}]: name and path need no unescaping, AWS allows none of the characters that would. */
struct managed_table {
	char *text;
	struct map by_name; /* "/path/Name" -> offset of the document in the text, and its length in the high half */
};

static struct slice quoted(struct slice line, size_t *at) {
	size_t from = *at + 1, to = from;

	while (to < line.n && line.p[to] != '"')
		to++;
	*at = to + 2;
	return slice_sub(line, from, to);
}

struct managed_table *managed_table_load(void) {
	struct managed_table *t = mem_alloc(sizeof(*t));
	struct slice text = table_inflate(table_managed, table_managed_size, &t->text);
	char key[512];

	for (size_t from = 0; from < text.n;) {
		const uint8_t *lf = memchr(text.p + from, '\n', text.n - from);
		size_t end = lf ? (size_t)(lf - text.p) : text.n, at = 1;
		struct slice line = slice_sub(text, from, end), name, path;

		if (line.n > 2 && line.p[0] == '[') {
			name = quoted(line, &at);
			path = quoted(line, &at);
			quoted(line, &at);
			if (path.n + name.n < sizeof(key) && at < line.n) {
				memcpy(key, path.p, path.n);
				memcpy(key + path.n, name.p, name.n);
				map_put(&t->by_name, slice_of(key, path.n + name.n), NULL)->value.num =
					(uint64_t)(from + at) | (uint64_t)(line.n - 1 - at) << 32;
			}
		}
		from = end + 1;
	}
	return t;
}

struct slice managed_table_find(const struct managed_table *t, struct slice arn) {
	ptrdiff_t at = slice_find(arn, slice_str(":iam::aws:policy/"));
	const struct map_entry *e;

	if (at < 0)
		return (struct slice){0};
	e = map_get(&t->by_name, slice_sub(arn, (size_t)at + strlen(":iam::aws:policy"), arn.n));
	return e ? slice_of(t->text + (e->value.num & UINT32_MAX), e->value.num >> 32) : (struct slice){0};
}

void managed_table_free(struct managed_table *t) {
	if (!t)
		return;
	map_free(&t->by_name);
	free(t->text);
	free(t);
}
