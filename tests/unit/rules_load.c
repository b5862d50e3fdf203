/* The rule loader: every field, every refusal with its line, bounds, files and folders.
 * Not here: merging and selecting (rules_catalogue.c). */
#include "rules/load.h"
#include "tests/unit/rules_sample.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static int parse(struct arena *a, const char *yaml, rule_vec *out, struct error *err) {
	return rules_parse(a, "r.yaml", slice_str(yaml), out, err);
}

static void all_fields_arrive(void **state) {
	struct arena a = {0};
	struct error err = {0};
	rule_vec rules = {0};
	(void)state;
	static const char yaml[] =
		"- id: acme-token\n  title: Acme token\n  service: Acme\n  severity: critical\n"
		"  confidence: low\n  kind: key-id\n  nhi: [NHI2, NHI10:2025]\n  cwe: [798, 312]\n"
		"  keywords: [acme_, 'ac me']\n  ignore_case: true\n  pattern: 'x(a)(b)?'\n  secret: 2\n"
		"  before: 3\n  after: 64\n  entropy: 3.25\n  checks: [jwt, uuid]\n  paths: ['**/.npmrc']\n"
		"  partners: [other-rule]\n  raised: critical\n  mask_prefix: 4\n  tags: [a, b]\n"
		"  fix: |\n    Revoke it.\n  reference: https://x.invalid/\n  positive: ['one', 'two']\n"
		"  negative:\n    - 'three'\n    - 'four'\n";
	if (parse(&a, yaml, &rules, &err) != 0)
		fail_msg("%s", err.text);
	assert_int_equal(rules.n, 1);
	const struct rule *r = &rules.at[0];
	assert_string_equal(r->id, "acme-token");
	assert_int_equal(r->severity, SEVERITY_CRITICAL);
	assert_int_equal(r->confidence, CONFIDENCE_LOW);
	assert_int_equal(r->kind, KIND_KEY_ID);
	assert_int_equal(r->nhi, 1u << 1 | 1u << 9);
	assert_int_equal(r->ncwe, 2);
	assert_int_equal(r->cwe[1], 312);
	assert_int_equal(r->nkeywords, 2);
	assert_string_equal(r->keywords[1], "ac me");
	assert_true(r->ignore_case);
	assert_int_equal(r->secret_group, 2);
	assert_int_equal(r->before, 3);
	assert_int_equal(r->after, 64);
	assert_true(r->entropy == 3.25);
	assert_string_equal(r->checks[1], "uuid");
	assert_string_equal(r->paths[0], "**/.npmrc");
	assert_string_equal(r->partners[0], "other-rule");
	assert_int_equal(r->raised, SEVERITY_CRITICAL);
	assert_int_equal(r->mask_prefix, 4);
	assert_int_equal(r->ntags, 2);
	assert_string_equal(r->fix, "Revoke it.");
	assert_int_equal(r->npositive, 2);
	assert_string_equal(r->negative[1].text, "four");
	assert_int_equal(r->negative[1].line, 28);
	assert_string_equal(r->file, "r.yaml");
	assert_int_equal(r->line, 1);
	VEC_FREE(&rules);
	arena_free(&a);
}

static void defaults_are_filled(void **state) {
	struct arena a = {0};
	struct buf yaml = {0};
	rule_vec rules = {0};
	(void)state;
	sample_rule(&yaml, NULL, NULL);
	sample_rule(&yaml, "id", "second\n  pattern: acme_[0-9]{8}\n  #");
	/* The second rule's own pattern is now given twice. */
	assert_int_equal(parse(&a, buf_cstr(&yaml), &rules, NULL), -1);
	assert_int_equal(rules.n, 0);
	buf_clear(&yaml);
	sample_rule(&yaml, NULL, NULL);
	assert_int_equal(parse(&a, buf_cstr(&yaml), &rules, NULL), 0);
	assert_int_equal(rules.at[0].secret_group, 1);
	assert_int_equal(rules.at[0].before, 0);
	assert_int_equal(rules.at[0].raised, SEVERITY_HIGH);
	assert_false(rules.at[0].ignore_case);
	buf_clear(&yaml);
	rules.n = 0;
	sample_rule(&yaml, "pattern", "acme_[0-9]{8}");
	assert_int_equal(parse(&a, buf_cstr(&yaml), &rules, NULL), 0);
	assert_int_equal(rules.at[0].secret_group, 0);
	buf_free(&yaml);
	VEC_FREE(&rules);
	arena_free(&a);
}

static void mistakes_are_named_with_their_line(void **state) {
	static const struct {
		const char *field, *value, *want;
	} rows[] = {
		{"id", NULL, "r.yaml:2: rule has no 'id'"},
		{"fix", NULL, "r.yaml:2: rule acme-token has no 'fix'"},
		{"id", "Acme", "r.yaml:2: id 'Acme' is not of the form"},
		{"id", "a--b", "id 'a--b'"},
		{"id", "-ab", "id '-ab'"},
		{"id", "ab", "'id' needs at least 3 bytes"},
		{"id", "[a]", "'id' must be a single value"},
		{"title", "\"a\\nb\"", "'title' must be one line"},
		{"title", "''", "'title' is empty"},
		{"severity", "hihg", "r.yaml:5: 'severity' must be info, low, medium, high or critical, not 'hihg'"},
		{"confidence", "sure", "'confidence' must be low, medium or high"},
		{"kind", "thing", "'kind' must be token"},
		{"nhi", "[NHI11]", "r.yaml:8: 'nhi' takes NHI1 to NHI10, not 'NHI11'"},
		{"nhi", "[]", "'nhi' is an empty list"},
		{"nhi", "NHI2", "'nhi' must be a list"},
		{"cwe", "[CWE-798]", "'cwe' takes numbers such as 798"},
		{"cwe", "[70000]", "'cwe' takes numbers"},
		{"keywords", "[ab]", "'keywords' needs at least 3 bytes"},
		{"keywords", "[abc, abc]", "'keywords' lists 'abc' twice"},
		{"keywords", "[[abc]]", "'keywords' must be a single value"},
		{"ignore_case", "yes", "'ignore_case' must be true or false, not 'yes'"},
		{"ignore_case", "'true'", "'ignore_case' must be true or false"},
		{"pattern", "'a(b'", "r.yaml:11: rule acme-token: the pattern does not compile at offset 3: missing"},
		{"pattern", "'(*UTF)a'", "does not compile"},
		{"pattern", "'a?'", "the pattern can match nothing"},
		{"secret", "2", "'secret' is group 2, but the pattern has 1"},
		{"after", "0", "'after' must be a number from 1 to 65536, not '0'"},
		{"after", "-1", "'after' must be a number"},
		{"after", "99999999999", "'after' must be a number"},
		{"after", "4", "'after' (4) is less than the longest keyword (5)"},
		{"entropy", "nan", "'entropy' must be bits per character"},
		{"entropy", "9", "'entropy' must be bits per character"},
		{"entropy", "0x3", "'entropy' must be bits per character"},
		{"checks", "[jtw]", "unknown check 'jtw', did you mean 'jwt'?"},
		{"checks", "[something-else]", "unknown check 'something-else'"},
		{"partners", "[other]", "'partners' needs 'raised'"},
		{"raised", "critical", "'raised' needs 'partners'"},
		{"raised", "low\n  partners: [other]", "'raised' is below 'severity'"},
		{"raised", "critical\n  partners: [acme-token]", "is its own partner"},
		{"keywrods", "[abc]", "r.yaml:17: unknown field 'keywrods', did you mean 'keywords'?"},
		{"zzzzzzzz", "1", "unknown field 'zzzzzzzz'"},
		{"after", "5\n  after: 6", "r.yaml:13: 'after' is given twice"},
		{"title", "&x Acme", "anchors, aliases and tags are not supported"},
		{"title", "*x", "r.yaml:3: "},
		{"title", "!!str Acme", "anchors, aliases and tags are not supported"},
		{"title", "\"a\\0b\"", "NUL byte"},
		{"title", "{a: b}", "'title' must be a single value"},
		{"title", "[[[[[[[[[[[[[[[[[[a]]]]]]]]]]]]]]]]]]", "nested too deeply"},
		{"title", "\"a", "r.yaml:"},
		{"[a]", "b", "a key must be a plain word"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct arena a = {0};
		struct buf yaml = {0};
		struct error err = {0};
		rule_vec rules = {0};
		sample_rule(&yaml, rows[i].field, rows[i].value);
		assert_int_equal(parse(&a, buf_cstr(&yaml), &rules, &err), -1);
		assert_int_equal(err.kind, ERR_USAGE);
		if (!strstr(err.text, rows[i].want) || strncmp(err.text, "r.yaml:", 7) != 0)
			fail_msg("row %zu: '%s' does not say '%s'", i, err.text, rows[i].want);
		assert_int_equal(rules.n, 0);
		VEC_FREE(&rules);
		buf_free(&yaml);
		arena_free(&a);
	}
}

static void ids_are_unique_across_texts(void **state) {
	struct arena a = {0};
	struct buf yaml = {0};
	struct error err = {0};
	rule_vec rules = {0};
	(void)state;
	sample_rule(&yaml, NULL, NULL);
	assert_int_equal(rules_parse(&a, "one.yaml", buf_slice(&yaml), &rules, &err), 0);
	assert_int_equal(rules_parse(&a, "two.yaml", buf_slice(&yaml), &rules, &err), -1);
	assert_string_equal(err.text, "two.yaml:2: rule id 'acme-token' is already used at one.yaml:2");
	assert_int_equal(rules.n, 1);
	VEC_FREE(&rules);
	buf_free(&yaml);
	arena_free(&a);
}

static void other_shapes_of_text(void **state) {
	struct arena a = {0};
	struct error err = {0};
	rule_vec rules = {0};
	(void)state;
	assert_int_equal(parse(&a, "", &rules, &err), 0);
	assert_int_equal(parse(&a, "# nothing yet\n", &rules, &err), 0);
	assert_int_equal(parse(&a, "[]\n", &rules, &err), 0);
	assert_int_equal(parse(&a, "id: x\n", &rules, &err), -1);
	assert_non_null(strstr(err.text, "a rule file is a list"));
	assert_int_equal(parse(&a, "- a\n", &rules, &err), -1);
	assert_int_equal(parse(&a, "[]\n---\n[]\n", &rules, &err), -1);
	assert_non_null(strstr(err.text, "only one YAML document"));
	assert_int_equal(parse(&a, "- \xff\xfe\n", &rules, &err), -1);
	assert_non_null(strstr(err.text, "r.yaml:1: "));
	assert_int_equal(rules.n, 0);
	VEC_FREE(&rules);
	arena_free(&a);
}

static void write_file(const char *folder, const char *name, const char *id) {
	char path[300];
	struct buf yaml = {0};
	sample_rule(&yaml, "id", id);
	snprintf(path, sizeof(path), "%s/%s", folder, name);
	FILE *f = fopen(path, "w");
	assert_non_null(f);
	fwrite(yaml.p, 1, yaml.n, f);
	fclose(f);
	buf_free(&yaml);
}

static void folders_load_in_byte_order(void **state) {
	char top[] = "/tmp/nhiscan-rules-XXXXXX", inner[300], command[400];
	struct arena a = {0};
	struct error err = {0};
	struct limits lim = limits_default();
	rule_vec rules = {0};
	(void)state;
	assert_non_null(mkdtemp(top));
	assert_int_equal(rules_load_path(&a, top, &lim, &rules, &err), -1);
	assert_int_equal(err.kind, ERR_USAGE);
	snprintf(inner, sizeof(inner), "%s/more", top);
	assert_int_equal(mkdir(inner, 0700), 0);
	write_file(top, "z.yml", "from-z");
	write_file(top, "B.yaml", "from-b");
	write_file(top, "a.yaml", "from-a");
	write_file(top, ".hidden.yaml", "from-hidden");
	write_file(top, "notes.txt", "from-notes");
	write_file(inner, "m.yaml", "from-more");
	snprintf(command, sizeof(command), "%s/loop", inner);
	assert_int_equal(symlink("..", command), 0);
	snprintf(command, sizeof(command), "%s/", top);
	if (rules_load_path(&a, command, &lim, &rules, &err) != 0)
		fail_msg("%s", err.text);
	assert_int_equal(rules.n, 4);
	assert_string_equal(rules.at[0].id, "from-b");
	assert_string_equal(rules.at[1].id, "from-a");
	assert_string_equal(rules.at[2].id, "from-more");
	assert_string_equal(rules.at[3].id, "from-z");
	rules.n = 0;
	lim.max_rule_file_bytes = 10;
	assert_int_equal(rules_load_path(&a, top, &lim, &rules, &err), -1);
	assert_int_equal(err.kind, ERR_LIMIT);
	assert_int_equal(rules_load_path(&a, "/nonexistent", &lim, &rules, &err), -1);
	assert_int_equal(err.kind, ERR_IO);
	snprintf(command, sizeof(command), "rm -rf %s", top);
	assert_int_equal(system(command), 0);
	VEC_FREE(&rules);
	arena_free(&a);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_fields_arrive),
		cmocka_unit_test(defaults_are_filled),
		cmocka_unit_test(mistakes_are_named_with_their_line),
		cmocka_unit_test(ids_are_unique_across_texts),
		cmocka_unit_test(other_shapes_of_text),
		cmocka_unit_test(folders_load_in_byte_order),
	};
	return cmocka_run_group_tests_name("rules_load", tests, NULL, NULL);
}
