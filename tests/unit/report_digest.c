/* The digest of a report's findings: what it is of, byte for byte, what changes it and what does not. */
#include "tests/unit/report_fixture.h"

#include "core/memory.h"
#include "report/digest.h"

#include <openssl/sha.h>

static void expect_sha256_of(const struct report *r, const char *text) {
	char got[FINDINGS_DIGEST_HEX + 1], want[FINDINGS_DIGEST_HEX + 1];
	uint8_t sum[SHA256_DIGEST_LENGTH];

	SHA256((const uint8_t *)text, strlen(text), sum);
	for (size_t i = 0; i < sizeof(sum); i++)
		snprintf(want + 2 * i, 3, "%02x", sum[i]);
	findings_digest(r, got);
	assert_string_equal(got, want);
}

/* Twice the same but for what `change` does to the second: are the digests equal? */
static bool stays(void (*change)(struct fixture *f)) {
	struct fixture *a = fixture_new(), *b = fixture_new();
	char one[FINDINGS_DIGEST_HEX + 1], two[FINDINGS_DIGEST_HEX + 1];
	bool same;

	change(b);
	findings_digest(&a->report, one);
	findings_digest(&b->report, two);
	same = strcmp(one, two) == 0;
	fixture_free(a);
	fixture_free(b);
	return same;
}

static void digest_of_nothing_is_that_of_no_bytes(void **state) {
	const struct report none = {0};
	char got[FINDINGS_DIGEST_HEX + 1];
	(void)state;

	findings_digest(&none, got);
	/* FIPS 180-4: SHA-256 of the empty message. */
	assert_string_equal(got, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

static void digest_is_of_the_lines_that_its_contract_names(void **state) {
	struct rule rule = {.id = "some-rule"};
	struct finding two[2] = {{.rule = &rule,
					 .severity = SEVERITY_HIGH,
					 .confidence = CONFIDENCE_MEDIUM,
					 .secret_fingerprint = "bbbb",
					 .location_fingerprint = "2222",
					 .nsightings = 2,
					 .more_sightings = 40},
		{.rule = &rule,
			.severity = SEVERITY_INFO,
			.confidence = CONFIDENCE_LOW,
			.secret_fingerprint = "aaaa",
			.location_fingerprint = "1111",
			.nsightings = 1,
			.suppressed = "known"}};
	struct report r = {.findings = two, .nfindings = 2};
	(void)state;

	expect_sha256_of(&r, "1111\taaaa\tsome-rule\tinfo\tlow\t1\tsuppressed\n"
			     "2222\tbbbb\tsome-rule\thigh\tmedium\t42\topen\n");
	r.nfindings = 1;
	expect_sha256_of(&r, "2222\tbbbb\tsome-rule\thigh\tmedium\t42\topen\n");
}

static void equal_places_are_told_apart_by_their_secret(void **state) {
	struct rule rule = {.id = "r"};
	struct finding f[2] = {{.rule = &rule, .secret_fingerprint = "b", .location_fingerprint = "1", .nsightings = 1},
		{.rule = &rule, .secret_fingerprint = "a", .location_fingerprint = "1", .nsightings = 1}};
	struct report r = {.findings = f, .nfindings = 2};
	(void)state;

	expect_sha256_of(&r, "1\ta\tr\tinfo\tlow\t1\topen\n1\tb\tr\tinfo\tlow\t1\topen\n");
}

static void swap_order(struct fixture *f) {
	struct finding first = f->findings[0];

	f->findings[0] = f->findings[4];
	f->findings[4] = first;
}
static void change_texts(struct fixture *f) {
	f->findings[0].masked = "other";
	f->run.ended++;
	f->run.arguments = NULL;
	f->run.narguments = 0;
	f->rules[0].title = "another title";
}
static void nothing(struct fixture *f) {
	(void)f;
}

static void digest_is_the_same_for_the_same_findings(void **state) {
	(void)state;
	assert_true(stays(nothing));
	assert_true(stays(swap_order));
	assert_true(stays(change_texts));
}

static void change_severity(struct fixture *f) {
	f->findings[1].severity = f->findings[1].severity == SEVERITY_INFO ? SEVERITY_HIGH : SEVERITY_INFO;
}
static void change_confidence(struct fixture *f) {
	f->findings[1].confidence = f->findings[1].confidence == CONFIDENCE_LOW ? CONFIDENCE_HIGH : CONFIDENCE_LOW;
}
static void change_id(struct fixture *f) {
	f->findings[1].location_fingerprint[0] ^= 1;
}
static void change_fingerprint(struct fixture *f) {
	f->findings[1].secret_fingerprint[0] ^= 1;
}
static void change_rule(struct fixture *f) {
	f->findings[1].rule = f->findings[1].rule == &f->rules[0] ? &f->rules[1] : &f->rules[0];
}
static void change_suppression(struct fixture *f) {
	f->findings[1].suppressed = f->findings[1].suppressed ? NULL : "because";
}
static void lose_a_place(struct fixture *f) {
	f->findings[1].nsightings--;
}
static void lose_a_finding(struct fixture *f) {
	f->report.nfindings--;
}

static void whatever_a_finding_says_changes_the_digest(void **state) {
	static void (*const changes[])(struct fixture * f) = {change_severity, change_confidence, change_id,
		change_fingerprint, change_rule, change_suppression, lose_a_place, lose_a_finding};
	(void)state;

	for (size_t i = 0; i < sizeof(changes) / sizeof(*changes); i++)
		if (stays(changes[i]))
			fail_msg("change %zu does not show", i);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(digest_of_nothing_is_that_of_no_bytes),
		cmocka_unit_test(digest_is_of_the_lines_that_its_contract_names),
		cmocka_unit_test(equal_places_are_told_apart_by_their_secret),
		cmocka_unit_test(digest_is_the_same_for_the_same_findings),
		cmocka_unit_test(whatever_a_finding_says_changes_the_digest),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
