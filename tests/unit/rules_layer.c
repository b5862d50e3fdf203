/* Encoded text: each kind is looked through, the place is that of the encoded bytes, and the bounds hold. */
#include "rules/base64.h"
#include "tests/unit/rules_lab.h"

#include <libdeflate.h>

static int set_up(void **state) {
	struct lab *l = calloc(1, sizeof(*l));

	lab_add(l, "acme-token", LAB_TOKEN);
	lab_open(l);
	*state = l;
	return 0;
}

static int tear_down(void **state) {
	lab_close(*state);
	free(*state);
	return 0;
}

static struct slice encode(struct lab *l, struct slice s, enum base64_alphabet alphabet) {
	struct buf b = {0};
	struct slice kept;

	base64_encode(&b, s, alphabet);
	kept = arena_copy(&l->arena, buf_slice(&b));
	buf_free(&b);
	return kept;
}

static struct slice join(struct lab *l, struct slice a, struct slice b, struct slice c) {
	struct buf all = {0};
	struct slice kept;

	buf_add_slice(&all, a);
	buf_add_slice(&all, b);
	buf_add_slice(&all, c);
	kept = arena_copy(&l->arena, buf_slice(&all));
	buf_free(&all);
	return kept;
}

/* The only candidate, over the bytes of `part` in `text`, found through `layers`, with the plain secret as its value. */
static void assert_found(struct lab *l, struct slice text, struct slice part, const char *layers, struct slice secret) {
	const struct candidate *c;

	assert_int_equal(lab_match(l, text), 1);
	c = &l->found.at[0];
	assert_string_equal(c->what->layers, layers);
	assert_true(slice_eq(c->what->value, secret));
	assert_int_equal(c->start, slice_find(text, part));
	assert_int_equal(c->end, c->start + part.n);
	assert_true(c->lo <= c->start && c->hi >= c->end && c->hi <= text.n);
}

static struct slice secret_of(struct lab *l) {
	return lab_expand(l, "acme_{{lowernum:20}}", 5);
}

static struct slice sentence(struct lab *l) {
	return join(l, slice_str("the key is "), secret_of(l), slice_str(" and that is all"));
}

static void base64_of_both_alphabets_is_looked_through(void **state) {
	struct lab *l = *state;

	for (enum base64_alphabet a = BASE64_STANDARD; a <= BASE64_URL; a++) {
		struct slice run = encode(l, sentence(l), a), bare = run;

		while (bare.n && bare.p[bare.n - 1] == '=')
			bare.n--;
		assert_found(l, join(l, slice_str("data: \""), run, slice_str("\"\n")), bare, "base64", secret_of(l));
		assert_found(l, run, bare, "base64", secret_of(l));
	}
}

static void wrapped_base64_is_one_text(void **state) {
	struct lab *l = *state;
	static const char *const ends[] = {"\n", "\r\n", "\n    "};

	for (size_t e = 0; e < sizeof(ends) / sizeof(*ends); e++) {
		struct buf text = {0};
		struct slice run = encode(l,
			join(l, slice_str("some words that come first, long enough to wrap the secret: "), secret_of(l),
				slice_str(" and a tail")),
			BASE64_STANDARD);
		for (size_t i = 0; i < run.n; i += 64)
			buf_printf(&text, "%s%.*s", i ? ends[e] : "", (int)(run.n - i < 64 ? run.n - i : 64),
				(const char *)run.p + i);
		assert_int_equal(lab_match(l, buf_slice(&text)), 1);
		assert_string_equal(l->found.at[0].what->layers, "base64");
		assert_true(slice_eq(l->found.at[0].what->value, secret_of(l)));
		assert_int_equal(l->found.at[0].start, 0);
		buf_free(&text);
	}
}

static void gzip_in_base64_is_unpacked(void **state) {
	struct lab *l = *state;
	struct libdeflate_compressor *c = libdeflate_alloc_compressor(6);
	uint8_t packed[512];
	size_t n = libdeflate_gzip_compress(c, sentence(l).p, sentence(l).n, packed, sizeof(packed));
	struct slice run = encode(l, slice_of(packed, n), BASE64_STANDARD), bare = run;

	libdeflate_free_compressor(c);
	assert_true(n > 0);
	while (bare.p[bare.n - 1] == '=')
		bare.n--;
	assert_found(l, join(l, slice_str("release: "), run, slice_str("\n")), bare, "base64 > gzip", secret_of(l));
	/* A size that lies, and bytes that are cut: nothing is found and nothing breaks. */
	memset(packed + n - 4, 0xff, 4);
	assert_int_equal(lab_match(l, encode(l, slice_of(packed, n), BASE64_STANDARD)), 0);
	assert_int_equal(lab_match(l, encode(l, slice_of(packed, n / 2), BASE64_STANDARD)), 0);
}

/* The first letter of the keyword is escaped, so that only the layer can show it; the place is the whole token. */
static void escapes_are_undone(void **state) {
	struct lab *l = *state;
	static const struct {
		const char *before, *behind, *layers;
	} rows[] = {
		{"key%3D%61", "%22", "percent"},
		{"\\u006bey\\u0022:\\u0022\\u0061", "\\u0022", "unicode-escape"},
		{"v1%2E%61", "", "percent"},
		{"v1\\x2d\\x61", "", "unicode-escape"},
	};
	struct slice secret = secret_of(l), rest = slice_sub(secret, 1, secret.n);

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct slice token = join(l, slice_str(rows[i].before), rest, slice_str(rows[i].behind));

		assert_found(l, join(l, slice_str("x\n"), token, slice_str("\ny")), token, rows[i].layers, secret);
	}
	/* No letter is written as an entity: such a secret shows in the text itself too. */
	assert_true(lab_match(l, join(l, slice_str("{&quot;key&quot;:&quot;"), secret, slice_str("&quot;}"))) >= 1);
}

static struct slice utf16(struct lab *l, struct slice s, bool big_endian) {
	struct buf b = {0};
	struct slice kept;

	for (size_t i = 0; i < s.n; i++) {
		buf_add_byte(&b, big_endian ? 0 : s.p[i]);
		buf_add_byte(&b, big_endian ? s.p[i] : 0);
	}
	kept = arena_copy(&l->arena, buf_slice(&b));
	buf_free(&b);
	return kept;
}

static void utf16_is_read_and_places_are_its_own(void **state) {
	struct lab *l = *state;

	for (int big = 0; big <= 1; big++) {
		/* U+FEFF, then U+1F511 (two units, four bytes of UTF-8) and U+20AC (one unit, three bytes) ahead of the secret */
		struct slice mark = big ? slice_of("\xfe\xff\xd8\x3d\xdd\x11\x20\xac", 8)
					: slice_of("\xff\xfe\x3d\xd8\x11\xdd\xac\x20", 8);
		struct slice secret = utf16(l, secret_of(l), big);
		struct slice text = join(l, mark, utf16(l, slice_str("\r\nkey="), big),
			join(l, secret, utf16(l, slice_str("\r\n"), big), slice_str("")));

		assert_int_equal(lab_match(l, text), 1);
		assert_string_equal(l->found.at[0].what->layers, big ? "utf-16be" : "utf-16le");
		assert_true(slice_eq(l->found.at[0].what->value, secret_of(l)));
		assert_int_equal(l->found.at[0].start, 8 + 2 * 6);
		assert_int_equal(l->found.at[0].end, 8 + 2 * 6 + secret.n);
		/* an odd byte at the end, and a unit that is cut, change nothing */
		assert_int_equal(lab_match(l, join(l, text, slice_str("\xd8"), slice_str(""))), 1);
	}
}

static void layers_nest_as_deep_as_allowed(void **state) {
	struct lab *l = *state;
	struct slice s = sentence(l);

	for (unsigned depth = 1; depth <= 6; depth++) {
		bool within = depth <= l->limits.max_decode_depth;

		s = encode(l, join(l, s, slice_str(" text"), slice_str("")), BASE64_STANDARD);
		assert_int_equal(lab_match(l, s), within);
		assert_int_equal((l->limits_hit & MATCH_LIMIT_DEPTH) != 0, !within);
		if (within)
			assert_int_equal(l->found.at[0].start, 0);
	}
}

static void no_layer_is_looked_through_at_depth_0(void **state) {
	struct lab l = {.limits = limits_default()};

	(void)state;
	l.limits.max_decode_depth = 0;
	lab_add(&l, "acme-token", LAB_TOKEN);
	lab_open(&l);
	assert_int_equal(lab_match(&l, encode(&l, sentence(&l), BASE64_STANDARD)), 0);
	assert_int_equal(lab_match(&l, sentence(&l)), 1);
	lab_close(&l);
}

static void decoded_bytes_are_bounded(void **state) {
	struct lab l = {.limits = limits_default()};
	struct buf big = {0};

	(void)state;
	l.limits.max_decoded_bytes = 1000;
	lab_add(&l, "acme-token", LAB_TOKEN);
	lab_open(&l);
	assert_int_equal(lab_match(&l, encode(&l, sentence(&l), BASE64_STANDARD)), 1);
	assert_int_equal(l.limits_hit, 0);
	while (big.n < 2000)
		buf_add_str(&big, "words and words ");
	assert_int_equal(lab_match(&l, encode(&l, buf_slice(&big), BASE64_STANDARD)), 0);
	assert_int_equal(l.limits_hit, MATCH_LIMIT_DECODED);
	buf_free(&big);
	lab_close(&l);
}

/* A page or a diagram in one line: megabytes without a break are one text, more than that is said not to be decoded. */
static void a_long_line_of_escapes_is_one_text(void **state) {
	struct lab *l = *state;
	struct buf b = {0};
	struct slice text;

	while (b.n < 1000000)
		buf_add_str(&b, "%3Ccell%20value%3D%22words%22%2F%3E");
	buf_add_str(&b, "%22");
	buf_add_slice(&b, secret_of(l));
	buf_add_str(&b, "%22");
	text = buf_slice(&b);
	assert_found(l, text, text, "percent", secret_of(l));
	while (b.n < 5000000)
		buf_add_str(&b, "%3Ccell%20value%3D%22words%22%2F%3E");
	assert_int_equal(lab_match(l, buf_slice(&b)), 0);
	assert_int_equal(l->limits_hit, MATCH_LIMIT_DECODED);
	buf_free(&b);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(base64_of_both_alphabets_is_looked_through, set_up, tear_down),
		cmocka_unit_test_setup_teardown(wrapped_base64_is_one_text, set_up, tear_down),
		cmocka_unit_test_setup_teardown(gzip_in_base64_is_unpacked, set_up, tear_down),
		cmocka_unit_test_setup_teardown(escapes_are_undone, set_up, tear_down),
		cmocka_unit_test_setup_teardown(utf16_is_read_and_places_are_its_own, set_up, tear_down),
		cmocka_unit_test_setup_teardown(layers_nest_as_deep_as_allowed, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_long_line_of_escapes_is_one_text, set_up, tear_down),
		cmocka_unit_test(no_layer_is_looked_through_at_depth_0),
		cmocka_unit_test(decoded_bytes_are_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
