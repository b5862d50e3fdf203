/* One reader of AWS exports: an element that it recognises, made of any bytes. The first byte picks the shape, each line is the value of a member that the
 * shape asks for, and what follows are members as they stand. An input that is an export already (a seed) is read as it is. */
#ifndef NHISCAN_TESTS_FUZZ_AWS_READER_H
#define NHISCAN_TESTS_FUZZ_AWS_READER_H

#include "core/buf.h"
#include "scanners/iam/aws/facts.h"
#include "scanners/iam/aws/reading.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static inline void fuzz_place(const struct aws_place *p, size_t size) {
	if (p->span.start > p->span.end || p->span.end > size)
		__builtin_trap();
}

static inline void fuzz_read(struct slice text) {
	struct aws_inventory inv = {0};
	struct aws_collect how = aws_collect_default();
	struct fact_source source = {.path = slice_str("export.json")};
	struct fact_set set = {0};
	struct coverage *c = coverage_new();

	how.account = "111122223333";
	aws_collect_bytes(&inv, &how, text, &source, c);
	for (size_t i = 0; i < inv.credentials.n; i++)
		fuzz_place(&inv.credentials.at[i]->place, text.n);
	for (size_t i = 0; i < inv.estate.principals.n; i++)
		fuzz_place(&inv.estate.principals.at[i]->place, text.n);
	aws_inventory_settle(&inv);
	aws_facts(&inv, 1767225600, &set);
	fact_set_free(&set);
	aws_inventory_free(&inv);
	coverage_free(c);
}

static inline struct slice fuzz_line(struct slice *rest) {
	size_t n = 0;
	struct slice line;

	while (n < rest->n && rest->p[n] != '\n')
		n++;
	line = slice_sub(*rest, 0, n);
	*rest = slice_sub(*rest, n < rest->n ? n + 1 : n, rest->n);
	return line;
}

static inline int fuzz_reader(const struct aws_shape *shapes, const uint8_t *data, size_t size) {
	struct slice rest = slice_of(data, size);
	const struct aws_shape *s = shapes;
	struct buf text = {0};
	size_t n = 0;

	if (size < 1)
		return 0;
	if (data[0] == '{' || data[0] == '[') {
		fuzz_read(rest);
		return 0;
	}
	while (shapes[n].name)
		n++;
	if (n == 0)
		return 0;
	s = &shapes[data[0] % n];
	rest = slice_sub(rest, 1, rest.n);
	buf_add_byte(&text, '{');
	for (size_t i = 0; i < sizeof(s->need) / sizeof(*s->need) && s->need[i]; i++) {
		struct slice value = fuzz_line(&rest);

		buf_printf(&text, "%s\"%s\": ", i ? ",\n" : "", s->need[i]);
		buf_add_slice(&text, value.n ? value : slice_str("[{}]"));
	}
	while (rest.n) {
		buf_add_str(&text, ",\n");
		buf_add_slice(&text, fuzz_line(&rest));
	}
	buf_add_byte(&text, '}');
	fuzz_read(buf_slice(&text));
	buf_free(&text);
	return 0;
}

#endif
