/* Findings: one for each secret, its sightings merged and in order, whatever the order of what was brought home; and which
 * of several rules speaks for the same bytes. */
#include "rules/assemble.h"
#include "rules/resolve.h"
#include "tests/unit/rules_lab.h"

struct bench {
	struct lab lab;
	struct harvest harvest;
	struct coverage *coverage;
	struct fingerprint_key *key;
	struct masker *masker;
	finding_vec findings;
	uint64_t withheld;
};

static int set_up(void **state) {
	struct bench *b = calloc(1, sizeof(*b));
	struct error err = {0};

	lab_add(&b->lab, "acme-token", LAB_TOKEN);
	lab_add(&b->lab, "acme-secret",
		"severity: medium\nconfidence: high\nkind: token\nkeywords: [zeta_]\npattern: "
		"'\\b(zeta_[a-z0-9]{20})\\b'\nafter: 64\npartners: [acme-token]\nraised: critical");
	lab_add(&b->lab, "generic-name",
		"severity: low\nconfidence: medium\nkind: generic\nkeywords: [token]\npattern: "
		"'token\\s*=\\s*([a-z0-9_]{16,40})'\nafter: 64\nsecret: 1");
	lab_add(&b->lab, "doubtful",
		"severity: low\nconfidence: low\nkind: token\nkeywords: [iota_]\npattern: "
		"'\\b(iota_[a-z0-9]{20})\\b'\nafter: 64");
	lab_open(&b->lab);
	b->coverage = coverage_new();
	b->key = fingerprint_open(NULL, &err);
	assert_non_null(b->key);
	assert_int_equal(harvest_open(&b->harvest, b->lab.engine, &err), 0);
	*state = b;
	return 0;
}

static int tear_down(void **state) {
	struct bench *b = *state;

	VEC_FREE(&b->findings);
	masker_close(b->masker);
	harvest_close(&b->harvest);
	fingerprint_close(b->key);
	coverage_free(b->coverage);
	lab_close(&b->lab);
	free(b);
	return 0;
}

static struct document blob(const char *path, uint8_t id, int64_t at, bool at_head) {
	struct document d = {.place = at_head ? PLACE_HEAD : PLACE_HISTORY,
		.path = slice_str(path),
		.object = {{id}, 20},
		.commit = {{(uint8_t)(id + 100)}, 20},
		.authored = {.state = WHEN_AT, .at = at},
		.at_head = at_head};

	return d;
}

static void take(struct bench *b, struct document d, const char *template, uint64_t seed) {
	d.bytes = lab_expand(&b->lab, template, seed);
	harvest_document(&b->harvest, &d, b->coverage);
}

static void assemble(struct bench *b) {
	struct error err = {0};
	struct assembly as = {
		.engine = b->lab.engine, .key = b->key, .min_confidence = CONFIDENCE_MEDIUM, .arena = &b->lab.arena};

	masker_close(b->masker);
	as.masker = b->masker = masker_open(b->lab.engine, NULL, 0, &err);
	assert_non_null(b->masker);
	b->findings.n = 0;
	findings_assemble(&as, b->harvest.all.at, b->harvest.all.n, &b->findings, &b->withheld);
}

#define TOKEN "T=acme_{{lowernum:20}}\n"

static void one_secret_is_one_finding_with_all_its_sightings(void **state) {
	struct bench *b = *state;
	struct document file = {.place = PLACE_WORKTREE, .path = slice_str("z.conf")};

	take(b, blob("b.conf", 1, 2000, false), TOKEN, 1);
	take(b, blob("a.conf", 2, 1000, false), "first line\n" TOKEN, 1);
	take(b, file, TOKEN, 1);
	take(b, blob("a.conf", 3, 3000, false), TOKEN, 2);
	assemble(b);
	assert_int_equal(b->findings.n, 2);
	for (size_t i = 0; i < 2; i++) {
		const struct finding *f = &b->findings.at[i];

		if (f->nsightings == 1) {
			assert_int_equal(f->sightings[0].place, PLACE_HISTORY);
			continue;
		}
		assert_int_equal(f->nsightings, 3);
		assert_int_equal(f->sightings[0].place, PLACE_WORKTREE); /* what lies there now comes first */
		assert_true(slice_eq(f->sightings[1].path, slice_str("a.conf")));
		assert_int_equal(f->sightings[1].line, 2);
		assert_int_equal(f->sightings[1].column, 3);
		assert_true(slice_eq(f->sightings[2].path, slice_str("b.conf")));
	}
	assert_string_not_equal(b->findings.at[0].secret_fingerprint, b->findings.at[1].secret_fingerprint);
}

static void versions_of_a_file_are_one_sighting(void **state) {
	struct bench *b = *state;
	const struct sighting *s;

	take(b, blob("a.conf", 7, 3000, false), TOKEN, 1);
	take(b, blob("a.conf", 5, 1000, false), "x\n" TOKEN, 1);
	take(b, blob("a.conf", 6, 2000, true), "x\ny\n" TOKEN, 1);
	assemble(b);
	assert_int_equal(b->findings.n, 1);
	assert_int_equal(b->findings.at[0].nsightings, 1);
	s = &b->findings.at[0].sightings[0];
	assert_int_equal(s->versions, 3);
	assert_int_equal(s->authored.at, 1000); /* since when */
	assert_int_equal(s->place, PLACE_HEAD);
	assert_true(s->at_head);
	assert_int_equal(s->line, 3); /* of what is there now */
}

static void a_secret_twice_in_one_blob_is_one_version(void **state) {
	struct bench *b = *state;

	take(b, blob("a.conf", 7, 3000, false), TOKEN, 1);
	take(b, blob("a.conf", 7, 3000, false), TOKEN, 1); /* the same blob, brought home by two workers */
	assemble(b);
	assert_int_equal(b->findings.n, 1);
	assert_int_equal(b->findings.at[0].nsightings, 1);
	assert_int_equal(b->findings.at[0].sightings[0].versions, 1);
}

static void every_line_of_the_shown_version_is_a_sighting(void **state) {
	struct bench *b = *state;
	const struct sighting *s;
	struct document d = blob("a.conf", 7, 3000, true);
	struct slice v = slice_sub(lab_expand(&b->lab, TOKEN, 1), 2, 27);
	char text[256];

	/* two places on one line are one */
	snprintf(text, sizeof(text), "a\nT=%.*s %.*s\nb\nU=%.*s\n", (int)v.n, (const char *)v.p, (int)v.n,
		(const char *)v.p, (int)v.n, (const char *)v.p);
	d.bytes = slice_str(text);
	harvest_document(&b->harvest, &d, b->coverage);
	take(b, blob("a.conf", 6, 1000, false), "x\ny\nz\n" TOKEN, 1);
	assemble(b);
	assert_int_equal(b->findings.n, 1);
	assert_int_equal(b->findings.at[0].nsightings, 2);
	assert_int_equal(b->findings.at[0].more_sightings, 0);
	s = b->findings.at[0].sightings;
	assert_int_equal(s[0].line, 2);
	assert_int_equal(s[1].line, 4);
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(s[i].versions, 2); /* the file's history is that of both */
		assert_int_equal(s[i].authored.at, 1000);
		assert_true(s[i].at_head);
	}
	assert_true(strncmp(s[1].excerpt, "U=", 2) == 0); /* each shows its own line */
}

static void lines_beyond_the_limit_are_counted(void **state) {
	struct bench *b = *state;
	struct document d = {.place = PLACE_WORKTREE, .path = slice_str("z.conf")};
	struct slice one = lab_expand(&b->lab, TOKEN, 1);
	struct buf all = {0};

	for (size_t i = 0; i < FINDING_LINES_MAX + 8; i++)
		buf_add_slice(&all, one);
	d.bytes = buf_slice(&all);
	harvest_document(&b->harvest, &d, b->coverage);
	take(b, (struct document){.place = PLACE_WORKTREE, .path = slice_str("zz.conf")}, TOKEN, 1);
	assemble(b);
	assert_int_equal(b->findings.n, 1);
	assert_int_equal(
		b->findings.at[0].nsightings, FINDING_LINES_MAX + 2); /* the first of each file, and as many more */
	assert_int_equal(b->findings.at[0].more_sightings, 7);
	assert_true(slice_eq(b->findings.at[0].sightings[FINDING_LINES_MAX + 1].path, slice_str("zz.conf")));
	buf_free(&all);
}

static void the_order_of_input_does_not_show(void **state) {
	struct bench *b = *state;
	struct harvested copy[64];
	finding_vec first = {0};
	size_t n;
	uint64_t random = 88172645463325252u;

	for (uint8_t i = 0; i < 12; i++) {
		take(b, blob(i % 3 ? "a.conf" : "b.conf", i, 1000 * (i % 5), i % 4 == 0), "x\n" TOKEN, i % 4);
		take(b, blob("c.conf", (uint8_t)(i + 50), 500, false), "zeta_{{lowernum:20}} " TOKEN, i % 2);
	}
	n = b->harvest.all.n;
	assert_in_range(n, 20, 64);
	memcpy(copy, b->harvest.all.at, n * sizeof(*copy));
	assemble(b);
	for (size_t i = 0; i < b->findings.n; i++)
		VEC_PUSH(&first, b->findings.at[i]);
	assert_in_range(first.n, 4, 12);
	for (int round = 0; round < 20; round++) {
		memcpy(b->harvest.all.at, copy, n * sizeof(*copy));
		for (size_t i = n - 1; i > 0; i--) {
			struct harvested swap = b->harvest.all.at[i];
			size_t k;

			random ^= random << 13, random ^= random >> 7, random ^= random << 17;
			k = random % (i + 1);
			b->harvest.all.at[i] = b->harvest.all.at[k];
			b->harvest.all.at[k] = swap;
		}
		assemble(b);
		assert_int_equal(b->findings.n, first.n);
		for (size_t i = 0; i < first.n; i++) {
			const struct finding *x = &first.at[i], *y = &b->findings.at[i];

			assert_string_equal(x->location_fingerprint, y->location_fingerprint);
			assert_int_equal(x->severity, y->severity);
			assert_int_equal(x->nsightings, y->nsightings);
			for (size_t k = 0; k < x->nsightings; k++) {
				assert_true(slice_eq(x->sightings[k].path, y->sightings[k].path));
				assert_int_equal(x->sightings[k].line, y->sightings[k].line);
				assert_int_equal(x->sightings[k].versions, y->sightings[k].versions);
				assert_string_equal(x->sightings[k].object, y->sightings[k].object);
				assert_string_equal(x->sightings[k].commit, y->sightings[k].commit);
			}
		}
	}
	VEC_FREE(&first);
}

static void the_rule_that_knows_most_speaks(void **state) {
	struct bench *b = *state;

	take(b, blob("a.conf", 1, 1000, false), "token = acme_{{lowernum:20}}\n", 1);
	assemble(b);
	assert_int_equal(b->findings.n, 1);
	assert_string_equal(b->findings.at[0].rule->id, "acme-token");
	/* without it, the generic rule has its say */
	b->harvest.all.n = 0;
	take(b, blob("a.conf", 1, 1000, false), "token = omega_{{lowernum:20}}\n", 1);
	assemble(b);
	assert_int_equal(b->findings.n, 1);
	assert_string_equal(b->findings.at[0].rule->id, "generic-name");
}

static void a_partner_in_the_same_document_raises(void **state) {
	struct bench *b = *state;

	take(b, blob("a.conf", 1, 1000, false), "zeta_{{lowernum:20}}\n", 1);
	take(b, blob("b.conf", 2, 1000, false), "acme_{{lowernum:20}}\n", 2);
	assemble(b);
	assert_int_equal(b->findings.n, 2);
	assert_int_equal(b->findings.at[0].severity, SEVERITY_HIGH);
	assert_int_equal(b->findings.at[1].severity, SEVERITY_MEDIUM);
	assert_null(b->findings.at[1].partner);
	b->harvest.all.n = 0;
	take(b, blob("a.conf", 1, 1000, false), "acme_{{lowernum:20}} zeta_{{lowernum:20}}\n", 1);
	assemble(b);
	assert_int_equal(b->findings.n, 2);
	assert_string_equal(b->findings.at[0].rule->id, "acme-secret");
	assert_int_equal(b->findings.at[0].severity, SEVERITY_CRITICAL);
	assert_string_equal(b->findings.at[0].partner, "acme-token");
}

static void doubtful_findings_are_counted_only(void **state) {
	struct bench *b = *state;

	take(b, blob("a.conf", 1, 1000, false), "iota_{{lowernum:20}}\n" TOKEN, 1);
	assemble(b);
	assert_int_equal(b->findings.n, 1);
	assert_int_equal(b->withheld, 1);
}

static void no_text_of_a_finding_holds_the_secret(void **state) {
	struct bench *b = *state;
	struct slice secret = lab_expand(&b->lab, "acme_{{lowernum:20}}", 1);
	struct buf path = {0}, line = {0};
	const struct finding *f;

	buf_printf(&path, "dir/%.*s.conf", (int)secret.n, (const char *)secret.p);
	buf_printf(
		&line, "a=%.*s b=%.*s\n", (int)secret.n, (const char *)secret.p, (int)secret.n, (const char *)secret.p);
	take(b, blob(buf_cstr(&path), 1, 1000, false), buf_cstr(&line), 1);
	assemble(b);
	assert_int_equal(b->findings.n, 1);
	f = &b->findings.at[0];
	assert_true(slice_find(slice_str(f->masked), slice_sub(secret, 5, 13)) < 0);
	assert_true(slice_find(f->sightings[0].path, slice_sub(secret, 5, 13)) < 0);
	assert_true(slice_find(slice_str(f->sightings[0].excerpt), slice_sub(secret, 5, 13)) < 0);
	assert_memory_equal(
		f->sightings[0].excerpt + f->sightings[0].excerpt_at, f->masked, f->sightings[0].excerpt_len);
	buf_free(&path);
	buf_free(&line);
}

/* Of candidates over the same bytes one is left; those apart from each other all stay. */
static void candidates_over_the_same_bytes_are_resolved(void **state) {
	struct bench *b = *state;

	assert_int_equal(
		lab_match(&b->lab, lab_expand(&b->lab, "token = acme_{{lowernum:20}} zeta_{{lowernum:20}}", 3)), 3);
	candidates_resolve(&b->lab.catalogue, &b->lab.found);
	assert_int_equal(b->lab.found.n, 2);
	assert_string_equal(b->lab.catalogue.rules[b->lab.found.at[0].what->rule].id, "acme-token");
	assert_string_equal(b->lab.catalogue.rules[b->lab.found.at[1].what->rule].id, "acme-secret");
	bool gone[2] = {false, false};
	assert_int_equal(candidate_partner(&b->lab.catalogue, b->lab.found.at, 2, gone, 1), 0);
	assert_int_equal(candidate_partner(&b->lab.catalogue, b->lab.found.at, 2, gone, 0), -1);
	gone[0] = true;
	assert_int_equal(candidate_partner(&b->lab.catalogue, b->lab.found.at, 2, gone, 1), -1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
	const struct CMUnitTest tests[] = {
		TEST(one_secret_is_one_finding_with_all_its_sightings),
		TEST(versions_of_a_file_are_one_sighting),
		TEST(every_line_of_the_shown_version_is_a_sighting),
		TEST(lines_beyond_the_limit_are_counted),
		TEST(a_secret_twice_in_one_blob_is_one_version),
		TEST(the_order_of_input_does_not_show),
		TEST(the_rule_that_knows_most_speaks),
		TEST(a_partner_in_the_same_document_raises),
		TEST(doubtful_findings_are_counted_only),
		TEST(no_text_of_a_finding_holds_the_secret),
		TEST(candidates_over_the_same_bytes_are_resolved),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
