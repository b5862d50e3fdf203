/* Containers: kinds by their first bytes, streams and decoders, accounts, parts of long members, paths through containers. Whole archives of every
 * kind are in tests/cli/archives.py. */
#include "core/coverage.h"
#include "core/memory.h"
#include "core/text.h"
#include "core/vec.h"
#include "scanners/archive/account.h"
#include "scanners/archive/expand.h"
#include "scanners/archive/filter.h"
#include "scanners/archive/kind.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>
#include <zlib.h>

static void kinds_are_told_by_their_bytes(void **state) {
	static const struct {
		const char *bytes;
		size_t n;
		enum packed_kind kind;
	} rows[] = {
		{"PK\3\4rest", 8, KIND_ZIP},
		{"PK\5\6", 4, KIND_ZIP},
		{"PK\1\2", 4, KIND_NONE},
		{"\x1f\x8b\x08\0\0\0", 6, KIND_GZIP},
		{"\x1f\x8b\x07\0\0\0", 6, KIND_NONE},
		{"BZh91AY&SY\0", 11, KIND_BZIP2},
		{"BZh9 is a word", 14, KIND_NONE},
		{"\xfd"
		 "7zXZ\0\0",
			7, KIND_XZ},
		{"\x28\xb5\x2f\xfd\0", 5, KIND_ZSTD},
		{"\x04\x22\x4d\x18@", 5, KIND_LZ4},
		{"7z\xbc\xaf\x27\x1c", 6, KIND_7Z},
		{"Rar!\x1a\x07\x01\0", 8, KIND_RAR5},
		{"Rar!\x1a\x07\0\xcf", 8, KIND_RAR},
		{"!<arch>\nx", 9, KIND_AR},
		{"!<thin>\nx", 9, KIND_NONE},
		{"070701000", 9, KIND_CPIO},
		{"MSCF\0\0\0\0", 8, KIND_CAB},
		{"\xed\xab\xee\xdb\3", 5, KIND_RPM},
		{"]\0\0\x80\0\xff\xff\xff\xff\xff\xff\xff\xff\0", 14, KIND_LZMA},
		{"]\0\0\x80\3\xff\xff\xff\xff\xff\xff\xff\xff\0", 14, KIND_NONE},
		{"token = x\n", 10, KIND_NONE},
		{"", 0, KIND_NONE},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		assert_int_equal(packed_kind_of(slice_of(rows[i].bytes, rows[i].n)), rows[i].kind);
	for (int k = 0; k < KIND_COUNT; k++)
		assert_non_null(packed_kind_name((enum packed_kind)k));
}

static void a_tar_needs_its_checksum(void **state) {
	uint8_t header[512] = {0};
	unsigned sum = 0;

	(void)state;
	memcpy(header, "name", 4);
	memset(header + 148, ' ', 8);
	for (size_t i = 0; i < sizeof(header); i++)
		sum += header[i];
	snprintf((char *)header + 148, 8, "%06o", sum);
	assert_int_equal(packed_kind_of(slice_of(header, sizeof(header))), KIND_TAR);
	header[0] = 'm';
	assert_int_equal(packed_kind_of(slice_of(header, sizeof(header))), KIND_NONE);
}

static struct buf gzipped(const char *text, size_t n) {
	struct buf out = {0};
	z_stream z = {0};

	assert_int_equal(deflateInit2(&z, 6, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY), Z_OK);
	buf_reserve(&out, deflateBound(&z, n));
	z.next_in = (Bytef *)(uintptr_t)text;
	z.avail_in = (uInt)n;
	z.next_out = out.p;
	z.avail_out = (uInt)out.cap;
	assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
	out.n = out.cap - z.avail_out;
	deflateEnd(&z);
	return out;
}

static void a_damaged_stream_gives_what_it_can_and_then_an_error(void **state) {
	struct buf packed = gzipped("first and second", 16), out = {0};
	struct error err = {0};
	struct stream *from, *plain;
	struct stop_flag stop = {0};
	struct budget budget;
	const uint64_t most = 1 << 20;
	struct chain chain = {.budget = &budget};

	(void)state;
	buf_reserve(&packed, packed.n);
	buf_add_slice(&packed, buf_slice(&packed)); /* two streams, one after the other */
	packed.n -= 6;				    /* and the second one cut in its checksum */
	from = stream_of_bytes(buf_slice(&packed));
	budget_open(&budget, &most, 1, &stop);
	plain = filter_open(KIND_GZIP, from, &chain, &err);
	assert_int_equal(stream_fill(plain, 1000, &out, &err), -1);
	assert_int_equal(err.kind, ERR_FORMAT);
	assert_string_equal(buf_cstr(&out), "first and secondfirst and second");
	stream_close(plain);
	stream_close(from);
	budget_close(&budget);
	buf_free(&packed);
	buf_free(&out);
}

static void every_limit_of_an_account_is_hit(void **state) {
	struct limits l = limits_default();
	struct stop_flag stop = {0};
	struct account a;

	(void)state;
	l.max_archive_members = 3;
	account_open(&a, &l, &stop, 100);
	for (int i = 0; i < 3; i++)
		assert_true(account_member(&a));
	assert_false(account_member(&a));
	assert_int_equal(a.hit, ACCOUNT_MEMBERS);
	l.max_archive_bytes = 5000;
	account_open(&a, &l, &stop, 100);
	assert_true(account_bytes(&a, 5000));
	assert_false(account_bytes(&a, 1));
	assert_int_equal(a.hit, ACCOUNT_BYTES);
	l = limits_default();
	account_open(&a, &l, &stop, 1 << 20);
	assert_true(account_bytes(&a, (uint64_t)120 << 20)); /* beyond the ratio, but not yet worth a word */
	assert_false(account_bytes(&a, (uint64_t)100 << 20));
	assert_int_equal(a.hit, ACCOUNT_RATIO);
	l.max_archive_seconds = 0;
	account_open(&a, &l, &stop, 100);
	assert_false(account_goes_on(&a));
	assert_int_equal(a.hit, ACCOUNT_TIME);
	l = limits_default();
	stop_request(&stop);
	account_open(&a, &l, &stop, 100);
	assert_false(account_goes_on(&a));
	assert_int_equal(a.hit, ACCOUNT_STOPPED);
}

/* What reaches the sink: the documents, with parts put together by what each tells. */
struct seen {
	size_t documents, parts;
	uint64_t told; /* bytes that some part tells */
	struct buf path;
};

static void see(void *ctx, unsigned worker, const struct document *doc) {
	struct seen *s = ctx;

	(void)worker;
	s->documents++;
	s->parts += doc->part != NULL;
	s->told += doc->part ? doc->part->to - doc->part->from : doc->bytes.n;
	buf_clear(&s->path);
	document_whole_path(&s->path, doc);
	if (doc->part && doc->part->offset) /* the text is numbered lines of 16 bytes */
		assert_int_equal(doc->part->line, doc->part->offset / 16);
}

static void expand_one(const struct document *doc, struct limits *l, struct coverage *cov, struct seen *s) {
	struct stop_flag stop = {0};
	struct document_sink sink = {.ctx = s, .take = see};
	struct expander *x = expand_open(&(struct expand_options){l, cov, &stop, 1, &sink});

	expand_sink(x)->take(expand_sink(x)->ctx, 0, doc);
	expand_close(x);
	assert_true(coverage_reconciles(cov));
}

static void a_long_member_comes_in_parts_that_tell_each_byte_once(void **state) {
	enum { LINES = 5 << 20 }; /* 80 MiB: more than two parts */
	struct buf text = {0}, packed;
	struct limits l = limits_default();
	struct coverage *cov = coverage_new();
	struct document doc = {.path = slice_str("log.gz"), .place = PLACE_FILE};
	struct seen s = {0};

	(void)state;
	for (int i = 0; i < LINES; i++)
		buf_printf(&text, "%015d\n", i);
	packed = gzipped((const char *)text.p, text.n);
	doc.bytes = buf_slice(&packed);
	expand_one(&doc, &l, cov, &s);
	assert_true(s.documents > 2);
	assert_int_equal(s.parts, s.documents);
	assert_int_equal(s.told, (uint64_t)LINES * 16);
	assert_string_equal(buf_cstr(&s.path), "log.gz!/log");
	assert_false(coverage_is_incomplete(cov));
	coverage_free(cov);
	buf_free(&text);
	buf_free(&packed);
	buf_free(&s.path);
}

static void beyond_the_depth_bytes_pass_as_they_are(void **state) {
	struct buf one = gzipped("text", 4), two = gzipped((const char *)one.p, one.n);
	struct limits l = limits_default();
	struct coverage *cov = coverage_new();
	struct document doc = {.bytes = buf_slice(&two), .path = slice_str("x"), .place = PLACE_FILE};
	struct seen s = {0};

	(void)state;
	l.max_archive_depth = 0;
	expand_one(&doc, &l, cov, &s);
	assert_string_equal(buf_cstr(&s.path), "x");
	assert_false(coverage_is_incomplete(cov));
	l.max_archive_depth = 1;
	expand_one(&doc, &l, cov, &s);
	assert_string_equal(buf_cstr(&s.path), "x!/content");
	assert_int_equal(s.told, two.n + one.n);
	assert_true(coverage_is_incomplete(cov));
	coverage_free(cov);
	buf_free(&one);
	buf_free(&two);
	buf_free(&s.path);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kinds_are_told_by_their_bytes),
		cmocka_unit_test(a_tar_needs_its_checksum),
		cmocka_unit_test(a_damaged_stream_gives_what_it_can_and_then_an_error),
		cmocka_unit_test(every_limit_of_an_account_is_hit),
		cmocka_unit_test(a_long_member_comes_in_parts_that_tell_each_byte_once),
		cmocka_unit_test(beyond_the_depth_bytes_pass_as_they_are),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
