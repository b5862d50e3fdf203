/* Times of exports in all their forms, three states apart; the words for owner and environment; joining slots and key ids. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "scanners/iam/aws/facts.h"
#include "scanners/iam/aws/reading.h"

static void times_of_every_form_are_read(void **state) {
	static const struct {
		const char *text;
		enum when_state state;
		int64_t at;
	} rows[] = {
		{"2023-01-11T11:56:48+00:00", WHEN_AT, 1673438208},
		{"2023-01-11T11:56:48Z", WHEN_AT, 1673438208},
		{"2023-01-11T11:56:48.123456Z", WHEN_AT, 1673438208},
		{"2023-01-11 11:56:48+00:00", WHEN_AT, 1673438208},
		{"2023-01-11T11:56:48+0000", WHEN_AT, 1673438208},
		{"2023-01-11T04:56:48.000-07:00", WHEN_AT, 1673438208},
		{"2023-01-11", WHEN_AT, 1673395200},
		{"1673438208", WHEN_AT, 1673438208},
		{"1673438208.0", WHEN_AT, 1673438208},
		{"1.673438208e9", WHEN_AT, 1673438208},
		{"1673438208000", WHEN_AT, 1673438208},
		{"-1", WHEN_NEVER, 0},
		{"9999-12-31T23:59:59Z", WHEN_NEVER, 0},
		{"0001-01-01T00:00:00Z", WHEN_NEVER, 0},
		{"N/A", WHEN_NEVER, 0},
		{"", WHEN_NEVER, 0},
		{"no_information", WHEN_UNKNOWN, 0},
		{"not_supported", WHEN_UNKNOWN, 0},
		/* nothing of these is a time, whoever wrote them */
		{"90d", WHEN_UNKNOWN, 0},
		{"yesterday", WHEN_UNKNOWN, 0},
		{"2023-13-45T00:00:00Z", WHEN_UNKNOWN, 0},
		{"nan", WHEN_UNKNOWN, 0},
		{"1e400", WHEN_UNKNOWN, 0},
		{"0x7fffffff", WHEN_AT, 2147483647},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct when w = aws_when_text(slice_str(rows[i].text), AWS_NEVER);

		if (w.state != rows[i].state || (w.state == WHEN_AT && w.at != rows[i].at))
			fail_msg("'%s' is state %d at %lld", rows[i].text, (int)w.state, (long long)w.at);
	}
	assert_int_equal(aws_when_text(slice_str(""), AWS_UNTOLD).state, WHEN_UNKNOWN);
}

static void a_time_wins_over_never_and_never_over_unknown(void **state) {
	(void)state;
	assert_int_equal(aws_later(AWS_NEVER, AWS_UNTOLD).state, WHEN_NEVER);
	assert_int_equal(aws_later(AWS_NEVER, when_at(5)).state, WHEN_AT);
	assert_int_equal(aws_later(when_at(9), when_at(5)).at, 9);
	assert_int_equal(aws_either(AWS_UNTOLD, when_at(5)).at, 5);
	assert_int_equal(aws_either(AWS_NEVER, when_at(5)).state, WHEN_NEVER);
}

static void owners_are_found_in_tags_the_most_telling_first(void **state) {
	const struct aws_tag tags[] = {{slice_str("CostCenter"), slice_str("4711")},
		{slice_str("team-name"), slice_str("shop")}, {slice_str("OWNER_EMAIL"), slice_str("a@example.org")}};
	const struct aws_tag none[] = {{slice_str("Name"), slice_str("x")}, {slice_str("Owner"), slice_str("")}};
	struct slice owner, tag;

	(void)state;
	assert_true(aws_owner_of_tags(tags, 3, &owner, &tag));
	assert_true(slice_eq(owner, slice_str("a@example.org")));
	assert_true(slice_eq(tag, slice_str("OWNER_EMAIL")));
	assert_true(aws_owner_of_tags(tags, 2, &owner, &tag));
	assert_true(slice_eq(owner, slice_str("shop")));
	assert_false(aws_owner_of_tags(none, 2, &owner, &tag));
}

static void environments_are_whole_words(void **state) {
	static const struct {
		const char *name, *environment;
	} rows[] = {{"shop-prod", "prod"}, {"Production-Deploy", "prod"}, {"non-prod-ci", "dev"}, {"reproduce", ""},
		{"product-api", ""}, {"stg_worker", "staging"}, {"qa", "test"}, {"devops", ""}, {"my.dev.role", "dev"}};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		if (!slice_eq(aws_environment_of_name(slice_str(rows[i].name)), slice_str(rows[i].environment)))
			fail_msg("%s is not %s", rows[i].name, rows[i].environment);
}

static struct aws_credential *key(
	struct aws_inventory *inv, const char *id, const char *user, unsigned slot, int64_t made) {
	struct aws_credential *c = aws_credential_of(inv, AWS_ACCESS_KEY, slice_str(id));

	c->owner = slice_str(user);
	c->slot = slot;
	c->active = AWS_YES;
	if (slot)
		c->rotated = when_at(made);
	else
		c->created = when_at(made);
	return c;
}

static void slots_and_ids_become_one_only_where_that_can_be_told(void **state) {
	struct aws_inventory inv = {0};

	(void)state;
	/* by time, and the other two by elimination */
	key(&inv, "", "a", 1, 100);
	key(&inv, "", "a", 2, 200);
	key(&inv, "K1", "a", 0, 101);
	key(&inv, "K2", "a", 0, 150);
	/* one of each: status was changed since it was made */
	key(&inv, "", "b", 1, 500);
	key(&inv, "K3", "b", 0, 100);
	/* two slots and one key of another time: nobody can tell which */
	key(&inv, "", "c", 1, 500);
	key(&inv, "", "c", 2, 600);
	key(&inv, "K4", "c", 0, 100);
	aws_inventory_settle(&inv);
	assert_int_equal(inv.credentials.n, 6);
	assert_int_equal(aws_credential_find(&inv, AWS_ACCESS_KEY, slice_str("K1"))->slot, 1);
	assert_int_equal(aws_credential_find(&inv, AWS_ACCESS_KEY, slice_str("K2"))->slot, 2);
	assert_int_equal(aws_credential_find(&inv, AWS_ACCESS_KEY, slice_str("K3"))->slot, 1);
	assert_int_equal(aws_credential_find(&inv, AWS_ACCESS_KEY, slice_str("K3"))->rotated.at, 500);
	assert_int_equal(aws_credential_find(&inv, AWS_ACCESS_KEY, slice_str("K4"))->slot, 0);
	aws_inventory_free(&inv);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(times_of_every_form_are_read),
		cmocka_unit_test(a_time_wins_over_never_and_never_over_unknown),
		cmocka_unit_test(owners_are_found_in_tags_the_most_telling_first),
		cmocka_unit_test(environments_are_whole_words),
		cmocka_unit_test(slots_and_ids_become_one_only_where_that_can_be_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
