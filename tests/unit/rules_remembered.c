/* What is remembered of earlier scans: all of it comes back, sealed under a key, and nothing that was changed in any byte, cut anywhere or
 * sealed otherwise is believed. */
#include "rules/remembered.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define RULES 7

static const uint8_t key[REMEMBERED_KEY_BYTES] = {1, 2, 3}, other_key[REMEMBERED_KEY_BYTES] = {1, 2, 4};
static const char secret[] = "a value that nobody may read";

static const struct appraisal plain = {.rule = 3,
	.value = {(const uint8_t *)secret, sizeof(secret) - 1},
	.name = {(const uint8_t *)"name", 4},
	.excerpt = {(const uint8_t *)"name = it", 9},
	.excerpt_at = 7,
	.judgement = {.verdict = VERDICT_WELL_FORMED,
		.confidence_shift = -2,
		.nreasons = 2,
		.reasons = {{"code-one", "said of it"}, {"code-two", "and this"}},
		.inline_mark = "mark: reason"}};
static const struct appraisal layered = {.rule = 6,
	.value = {(const uint8_t *)"\0\xff", 2},
	.layers = "base64 > gzip",
	.judgement = {.rejected = true, .expires = {WHEN_AT, -5}, .verdict = VERDICT_EXPIRED}};

static struct object_id id_of(uint8_t n) {
	return (struct object_id){.n = 20, .id = {n, 0xff, n}};
}

static struct harvested at(const struct appraisal *a, uint64_t offset) {
	return (struct harvested){.what = a,
		.offset = offset,
		.end = offset + 9,
		.line = (unsigned)offset + 1,
		.column = 2,
		.end_line = 3,
		.end_column = 4};
}

static struct remembered *filled(void) {
	struct remembered *r = remembered_new(RULES);
	const struct harvested two[] = {at(&plain, 5), at(&layered, UINT64_MAX - 20)}, one[] = {at(&plain, 7)};
	struct object_id a = id_of(1), b = id_of(2);

	assert_false(remembered_is_new(r));
	remembered_add(r, &a, two, 2);
	remembered_add(r, &b, one, 1);
	assert_true(remembered_is_new(r));
	return r;
}

static void same(const struct appraisal *a, const struct appraisal *b) {
	assert_int_equal(a->rule, b->rule);
	assert_true(slice_eq(a->value, b->value) && slice_eq(a->name, b->name) && slice_eq(a->excerpt, b->excerpt));
	assert_int_equal(a->excerpt_at, b->excerpt_at);
	assert_string_equal(a->layers ? a->layers : "none", b->layers ? b->layers : "none");
	assert_int_equal(a->judgement.verdict, b->judgement.verdict);
	assert_int_equal(a->judgement.rejected, b->judgement.rejected);
	assert_int_equal(a->judgement.confidence_shift, b->judgement.confidence_shift);
	assert_int_equal(a->judgement.expires.state, b->judgement.expires.state);
	assert_int_equal(a->judgement.expires.at, b->judgement.expires.at);
	assert_int_equal(a->judgement.nreasons, b->judgement.nreasons);
	for (size_t i = 0; i < a->judgement.nreasons; i++) {
		assert_string_equal(a->judgement.reasons[i].code, b->judgement.reasons[i].code);
		assert_string_equal(a->judgement.reasons[i].text, b->judgement.reasons[i].text);
	}
	assert_string_equal(a->judgement.inline_mark ? a->judgement.inline_mark : "none",
		b->judgement.inline_mark ? b->judgement.inline_mark : "none");
}

static void all_is_there(const struct remembered *r) {
	struct harvest h = {0};
	struct harvested where = {.target = 4, .place = PLACE_HISTORY, .object = id_of(1), .partner = -1};

	assert_true(remembered_recall(r, &where, &h));
	assert_int_equal(h.all.n, 2);
	same(h.all.at[0].what, &plain);
	same(h.all.at[1].what, &layered);
	assert_int_equal(h.all.at[0].target, 4);
	assert_int_equal(h.all.at[0].partner, -1);
	assert_int_equal(h.all.at[0].offset, 5);
	assert_true(h.all.at[1].offset == UINT64_MAX - 20 && h.all.at[1].end == UINT64_MAX - 11);
	assert_int_equal(h.all.at[0].line, 6);
	assert_int_equal(h.all.at[0].column * 100 + h.all.at[0].end_line * 10 + h.all.at[0].end_column, 234);
	where.object = id_of(2);
	assert_true(remembered_recall(r, &where, &h));
	assert_int_equal(h.all.n, 3);
	same(h.all.at[2].what, &plain);
	assert_ptr_equal(h.all.at[2].what, h.all.at[0].what); /* once, however often it stands somewhere */
	where.object = id_of(3);
	assert_false(remembered_recall(r, &where, &h));
	assert_int_equal(h.all.n, 3);
	VEC_FREE(&h.all);
}

static void seal(const struct remembered *r, struct buf *out) {
	struct error err = {0};

	assert_int_equal(remembered_seal(r, key, "context", out, &err), 0);
}

static int open_as(const uint8_t *k, const char *context, size_t rules, struct slice bytes) {
	struct remembered *r = remembered_new(rules);
	struct error err = {0};
	int rc = remembered_open(r, k, context, bytes, &err);

	if (rc == 0) {
		all_is_there(r);
		assert_false(remembered_is_new(r));
	} else {
		assert_true(err.text[0]);
	}
	remembered_free(r);
	return rc;
}

static void all_comes_back(void **unused) {
	struct remembered *r = filled();
	struct buf a = {0}, b = {0};

	(void)unused;
	all_is_there(r);
	seal(r, &a);
	seal(r, &b);
	assert_int_equal(a.n, b.n);
	assert_memory_not_equal(a.p, b.p, a.n); /* another nonce */
	assert_true(slice_find(buf_slice(&a), slice_str(secret)) < 0);
	assert_true(slice_find(buf_slice(&a), slice_str("code-one")) < 0);
	assert_int_equal(open_as(key, "context", RULES, buf_slice(&a)), 0);
	assert_int_equal(open_as(key, "context", RULES, buf_slice(&b)), 0);
	remembered_free(r);
	buf_free(&a);
	buf_free(&b);
}

static void what_is_added_joins_what_was_read(void **unused) {
	struct remembered *r = filled(), *again = remembered_new(RULES);
	struct object_id c = id_of(9);
	struct harvested more = at(&layered, 1), where = {.object = c};
	struct harvest h = {0};
	struct error err = {0};
	struct buf a = {0}, b = {0};

	(void)unused;
	seal(r, &a);
	assert_int_equal(remembered_open(again, key, "context", buf_slice(&a), &err), 0);
	remembered_add(again, &c, &more, 1);
	seal(again, &b);
	remembered_free(again);
	assert_int_equal(open_as(key, "context", RULES, buf_slice(&b)), 0);
	again = remembered_new(RULES);
	assert_int_equal(remembered_open(again, key, "context", buf_slice(&b), &err), 0);
	assert_true(remembered_recall(again, &where, &h));
	assert_int_equal(h.all.n, 1);
	same(h.all.at[0].what, &layered);
	VEC_FREE(&h.all);
	remembered_free(again);
	remembered_free(r);
	buf_free(&a);
	buf_free(&b);
}

static void nothing_else_is_believed(void **unused) {
	struct remembered *r = filled();
	struct buf a = {0};

	(void)unused;
	seal(r, &a);
	assert_int_equal(open_as(other_key, "context", RULES, buf_slice(&a)), -1);
	assert_int_equal(open_as(key, "contexts", RULES, buf_slice(&a)), -1);
	assert_int_equal(open_as(key, "context", RULES + 1, buf_slice(&a)), -1);
	for (size_t i = 0; i < a.n; i++) {
		assert_int_equal(open_as(key, "context", RULES, slice_sub(buf_slice(&a), 0, i)), -1);
		a.p[i] ^= 0x10;
		assert_int_equal(open_as(key, "context", RULES, buf_slice(&a)), -1);
		a.p[i] ^= 0x10;
	}
	buf_add_byte(&a, 0);
	assert_int_equal(open_as(key, "context", RULES, buf_slice(&a)), -1);
	remembered_free(r);
	buf_free(&a);
}

static void only_what_lasts_may_be_remembered(void **unused) {
	struct appraisal a = plain;
	struct harvested h = at(&a, 0);

	(void)unused;
	assert_true(harvested_is_lasting(&h));
	h.nsteps = 1; /* in a container */
	assert_false(harvested_is_lasting(&h));
	h = at(&a, 0);
	h.commit = id_of(1);
	assert_false(harvested_is_lasting(&h));
	h = at(&a, 0);
	a.judgement.expires = when_at(5);
	assert_false(harvested_is_lasting(&h));
	a.judgement.verdict = VERDICT_EXPIRED;
	assert_true(harvested_is_lasting(&h));
	a.judgement.reasons[1].code = "jwt-not-before";
	assert_false(harvested_is_lasting(&h));
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_comes_back),
		cmocka_unit_test(what_is_added_joins_what_was_read),
		cmocka_unit_test(nothing_else_is_believed),
		cmocka_unit_test(only_what_lasts_may_be_remembered),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
