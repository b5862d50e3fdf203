/* What may be shown of a value, and that nothing else of it is, in whatever text it stands. */
#include "rules/mask.h"
#include "tests/unit/rules_lab.h"

static void assert_shown(const struct rule *r, const char *value, const char *expected) {
	struct arena a = {0};

	assert_string_equal(mask_value(&a, r, slice_str(value)), expected);
	arena_free(&a);
}

static void values_are_shown_by_kind(void **unused) {
	struct rule token = {.kind = KIND_TOKEN, .mask_prefix = 5}, bare = {.kind = KIND_TOKEN};
	struct rule id = {.kind = KIND_KEY_ID}, pem = {.kind = KIND_PRIVATE_KEY}, jwt = {.kind = KIND_JWT};
	struct rule password = {.kind = KIND_PASSWORD}, url = {.kind = KIND_URL}, generic = {.kind = KIND_GENERIC};

	(void)unused;
	/* the last four only when 80 bits stay hidden: 24 characters behind the prefix */
	assert_shown(&token, "acme_abcdefghijklmnopqrst5678", "acme_********5678");
	assert_shown(&token, "acme_abcdefghijklmnopqrs678", "acme_********");
	assert_shown(&token, "acme", "[secret, under 8 characters]");
	assert_shown(&token, "acme_", "[secret, under 8 characters]");
	assert_shown(&bare, "abcdefghijklmnopqrstuvwxyz0123456789", "[secret, 32 to 63 characters]");
	assert_shown(&id, "KEYID1234", "KEYID1234");
	assert_shown(&pem, "MIIB", "[private key]");
	assert_shown(&jwt, "a.b.c", "[JSON Web Token]");
	assert_shown(&password, "hunter2", "[password, under 8 characters]");
	assert_shown(&password, "hunter22", "[password, 8 to 15 characters]");
	assert_shown(&url, "0123456789abcdef", "[password, 16 to 31 characters]");
	assert_shown(&generic, "", "[secret, under 8 characters]");
}

struct bench {
	struct lab lab;
	struct slice secrets[4];
	struct masker *masker;
};

static int set_up(void **state) {
	struct bench *b = calloc(1, sizeof(*b));
	struct error err = {0};

	lab_add(&b->lab, "acme-token", LAB_TOKEN);
	lab_open(&b->lab);
	b->secrets[0] = slice_str("hunter2-hunter2");
	b->secrets[1] = slice_str("short"); /* below the length that is masked everywhere */
	b->secrets[2] = slice_str("hunter2");
	/* found by its first 64 bytes, masked whole */
	b->secrets[3] =
		slice_str("a-long-secret-of-more-than-sixty-four-bytes-which-goes-on-and-on-and-on-to-its-very-end");
	b->masker = masker_open(b->lab.engine, b->secrets, 4, &err);
	assert_non_null(b->masker);
	*state = b;
	return 0;
}

static int tear_down(void **state) {
	struct bench *b = *state;

	masker_close(b->masker);
	lab_close(&b->lab);
	free(b);
	return 0;
}

static void assert_masked(struct bench *b, const char *text, const char *expected) {
	struct slice got = masker_text(b->masker, &b->lab.arena, slice_str(text));

	if (!slice_eq(got, slice_str(expected)))
		fail_msg("%.*s, not %s", (int)got.n, (const char *)got.p, expected);
}

static void known_secrets_are_masked_in_any_text(void **state) {
	struct bench *b = *state;

	assert_masked(b, "", "");
	assert_masked(b, "nothing", "nothing");
	assert_masked(b, "hunter2", MASK_FILLER);
	assert_masked(b, "xhunter2y", "x" MASK_FILLER "y");
	assert_masked(b, "a/hunter2/b/hunter2", "a/" MASK_FILLER "/b/" MASK_FILLER);
	assert_masked(b, "short is a word", "short is a word");
	assert_masked(b, "HUNTER2", "HUNTER2");
}

static void overlapping_secrets_leave_nothing_between(void **state) {
	struct bench *b = *state;
	struct slice got;

	got = masker_text(b->masker, &b->lab.arena, slice_str("<hunter2-hunter2-hunter2>"));
	assert_true(slice_find(got, slice_str("hunter")) < 0);
	assert_int_equal(got.p[0], '<');
	assert_int_equal(got.p[got.n - 1], '>');
}

static void long_secrets_are_masked_to_their_end(void **state) {
	struct bench *b = *state;
	struct buf cut = {0};

	buf_printf(&cut, "see %s.", (const char *)b->secrets[3].p);
	assert_masked(b, buf_cstr(&cut), "see " MASK_FILLER ".");
	/* cut short, as a file name may be: what is there is masked */
	buf_clear(&cut);
	buf_printf(&cut, "see %.70s", (const char *)b->secrets[3].p);
	assert_masked(b, buf_cstr(&cut), "see " MASK_FILLER);
	buf_free(&cut);
}

static void secrets_that_only_rules_know_are_masked_too(void **state) {
	struct bench *b = *state;
	struct buf text = {0};

	buf_printf(&text, "branch/%s/x", (const char *)lab_expand(&b->lab, "acme_{{lowernum:20}}", 9).p);
	assert_masked(b, buf_cstr(&text), "branch/" MASK_FILLER "/x");
	buf_free(&text);
}

static void a_line_shows_only_its_mask(void **state) {
	struct bench *b = *state;
	struct slice own = lab_expand(&b->lab, "acme_{{lowernum:20}}", 9),
		     other = lab_expand(&b->lab, "acme_{{lowernum:20}}", 10);
	struct buf line = {0}, expected = {0};
	struct slice got;
	size_t at;

	buf_printf(&line, "first %.*s then hunter2 ", (int)other.n, (const char *)other.p);
	at = line.n;
	buf_printf(&line, "%.*s and %.*s end", (int)own.n, (const char *)own.p, (int)other.n, (const char *)other.p);
	buf_printf(&expected, "first %s then %s <own> and %s end", MASK_FILLER, MASK_FILLER, MASK_FILLER);
	got = masker_line(b->masker, &b->lab.arena, buf_slice(&line), &at, own.n, "<own>");
	assert_true(slice_eq(got, buf_slice(&expected)));
	assert_true(slice_eq(slice_sub(got, at, at + 5), slice_str("<own>")));
	buf_free(&line);
	buf_free(&expected);
}

static void a_value_may_reach_beyond_its_line(void **state) {
	struct bench *b = *state;
	size_t at = 4;
	struct slice got = masker_line(b->masker, &b->lab.arena, slice_str("key BEGIN"), &at, 5000, "[private key]");

	assert_true(slice_eq(got, slice_str("key [private key]")));
	at = 3; /* not in the line at all */
	got = masker_line(b->masker, &b->lab.arena, slice_str("key"), &at, 10, "[x]");
	assert_true(slice_eq(got, slice_str("key[x]")));
}

/* A line that was cut to EXCERPT_MAX bytes may begin and end in the middle of another secret, which no rule knows then. */
static void torn_tokens_at_a_cut_edge_are_left_out(void **state) {
	struct bench *b = *state;
	struct buf line = {0};
	struct slice got;
	size_t at;

	buf_add_str(&line, "tornheadofsecret middle ");
	at = line.n;
	buf_add_str(&line, "VALUE ");
	while (line.n < EXCERPT_MAX - 10)
		buf_add_str(&line, "word ");
	while (line.n < EXCERPT_MAX)
		buf_add_byte(&line, 'z');
	got = masker_line(b->masker, &b->lab.arena, buf_slice(&line), &at, 5, "<v>");
	assert_true(slice_find(got, slice_str("tornhead")) < 0);
	assert_true(slice_find(got, slice_str("zz")) < 0);
	assert_true(slice_find(got, slice_str(" middle <v> word ")) >= 0);
	assert_true(slice_eq(slice_sub(got, at, at + 3), slice_str("<v>")));
	buf_free(&line);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_are_shown_by_kind),
		cmocka_unit_test_setup_teardown(known_secrets_are_masked_in_any_text, set_up, tear_down),
		cmocka_unit_test_setup_teardown(overlapping_secrets_leave_nothing_between, set_up, tear_down),
		cmocka_unit_test_setup_teardown(long_secrets_are_masked_to_their_end, set_up, tear_down),
		cmocka_unit_test_setup_teardown(secrets_that_only_rules_know_are_masked_too, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_line_shows_only_its_mask, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_value_may_reach_beyond_its_line, set_up, tear_down),
		cmocka_unit_test_setup_teardown(torn_tokens_at_a_cut_edge_are_left_out, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
