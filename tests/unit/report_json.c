/* The formats json and jsonl: golden files, and what a reader may rely on. */
#include "tests/unit/report_fixture.h"

#include "report/emit.h"

#include <jansson.h>

static const struct report_style plain = {0};

static void documents_match_the_golden_files(void **state) {
	static const char *const formats[] = {"json", "jsonl"};
	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct fixture *f = fixture_new();
		struct buf b = {0};
		char name[32];
		snprintf(name, sizeof(name), "report.%s", formats[i]);
		fixture_write(&f->report, formats[i], plain, &b);
		fixture_golden(name, &b);
		assert_null(strstr(buf_cstr(&b), FIXTURE_CANARY));
		buf_free(&b);
		fixture_free(f);
	}
}

static void output_is_plain_ascii(void **state) {
	static const char *const formats[] = {"json", "jsonl", "sarif"};
	struct fixture *f = fixture_new();
	(void)state;
	for (size_t k = 0; k < 3; k++) {
		struct buf b = {0};
		fixture_write(&f->report, formats[k], plain, &b);
		for (size_t i = 0; i < b.n; i++)
			assert_true(b.p[i] == '\n' || (b.p[i] >= 0x20 && b.p[i] < 0x7f));
		buf_free(&b);
	}
	fixture_free(f);
}

static json_t *parse(const struct report *r) {
	struct buf b = {0};
	json_error_t err;
	fixture_write(r, "json", plain, &b);
	json_t *v = json_loads(buf_cstr(&b), JSON_REJECT_DUPLICATES, &err);
	if (!v)
		fail_msg("line %d: %s", err.line, err.text);
	buf_free(&b);
	return v;
}

static json_int_t number(json_t *v, const char *a, const char *b) {
	v = json_object_get(v, a);
	return json_integer_value(b ? json_object_get(v, b) : v);
}

static json_int_t sum(json_t *v) {
	const char *key;
	json_t *n;
	json_int_t total = 0;
	json_object_foreach(v, key, n) total += json_integer_value(n);
	return total;
}

static void totals_add_up(void **state) {
	static const char *const by[] = {"severity", "confidence", "verdict", "place"};
	struct fixture *f = fixture_new();
	json_t *doc = parse(&f->report), *summary = json_object_get(doc, "summary"), *finding;
	size_t i, counted = 0;
	(void)state;

	assert_int_equal(number(summary, "findings", NULL), 6);
	assert_int_equal(json_array_size(json_object_get(doc, "findings")), 6);
	assert_int_equal(number(summary, "suppressed", NULL), 1);
	assert_int_equal(number(summary, "withheld", NULL), 4);
	for (size_t k = 0; k < 4; k++)
		assert_int_equal(sum(json_object_get(summary, by[k])), 5);
	json_array_foreach(json_object_get(doc, "findings"), i, finding) {
		counted += json_is_true(json_object_get(finding, "counts"));
	}
	assert_int_equal(number(summary, "gate", NULL), counted);
	json_decref(doc);
	fixture_free(f);
}

static void coverage_adds_up(void **state) {
	struct fixture *f = fixture_new();
	json_t *doc = parse(&f->report), *units = json_object_get(json_object_get(doc, "coverage"), "units"), *unit;
	const char *key;
	(void)state;
	json_object_foreach(units, key, unit) {
		assert_int_equal(
			number(unit, "seen", NULL), number(unit, "read", NULL) + sum(json_object_get(unit, "skipped")));
	}
	assert_true(json_is_false(json_object_get(json_object_get(doc, "coverage"), "complete")));
	json_decref(doc);
	fixture_free(f);
}

static void only_rules_with_findings_are_listed(void **state) {
	struct fixture *f = fixture_new();
	json_t *doc = parse(&f->report), *rules = json_object_get(doc, "rules");
	(void)state;
	assert_int_equal(json_array_size(rules), 4);
	assert_string_equal(json_string_value(json_object_get(json_array_get(rules, 0), "id")), "aws-access-key-id");
	json_decref(doc);
	fixture_free(f);
}

static void path_that_is_not_utf8_keeps_its_bytes(void **state) {
	struct fixture *f = fixture_new();
	json_t *doc = parse(&f->report), *finding = json_array_get(json_object_get(doc, "findings"), 1);
	json_t *s = json_array_get(json_object_get(finding, "sightings"), 0);
	(void)state;
	assert_non_null(json_object_get(s, "path_bytes"));
	assert_non_null(strstr(json_string_value(json_object_get(s, "path")), "txt.\\xff"));
	s = json_array_get(json_object_get(json_array_get(json_object_get(doc, "findings"), 0), "sightings"), 0);
	assert_null(json_object_get(s, "path_bytes"));
	json_decref(doc);
	fixture_free(f);
}

static void lines_end_with_the_summary(void **state) {
	struct fixture *f = fixture_new();
	struct buf b = {0};
	const char *last = "";
	char *rest;
	size_t lines = 0;
	(void)state;
	fixture_write(&f->report, "jsonl", plain, &b);
	for (char *line = strtok_r((char *)b.p, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest), lines++)
		last = line;
	assert_int_equal(lines, 1 + 6 + 4 + 1 + 1);
	assert_int_equal(strncmp(last, "{\"type\":\"summary\",", 18), 0);
	buf_free(&b);
	fixture_free(f);
}

static void full_disk_is_an_error(void **state) {
	struct fixture *f = fixture_new();
	(void)state;
	for (size_t i = 0; report_formats[i]; i++) {
		struct error err = {0};
		FILE *file = fopen("/dev/full", "w");
		if (!file)
			skip();
		assert_int_equal(report_formats[i]->write(&f->report, &plain, file, &err), -1);
		assert_int_equal(err.kind, ERR_IO);
		assert_non_null(strstr(err.text, "writing the report"));
		fclose(file);
	}
	fixture_free(f);
}

static void strings_are_escaped(void **state) {
	static const struct {
		const char *text;
		size_t n;
		const char *json;
	} cases[] = {
		{"plain", 5, "\"plain\"\n"}, {"", 0, "\"\"\n"}, {"a\"b\\c", 5, "\"a\\\"b\\\\c\"\n"},
		{"\n\t\r\x01\x7f", 5, "\"\\n\\t\\r\\u0001\\u007f\"\n"}, {"\0", 1, "\"\\u0000\"\n"},
		{"\xc3\xa9\xe2\x80\xae", 5, "\"\\u00e9\\u202e\"\n"}, {"\xf0\x9f\x94\x91", 4, "\"\\ud83d\\udd11\"\n"},
		{"a\xffz", 3, "\"a\\\\xffz\"\n"},
		{"\xed\xa0\x80", 3, "\"\\\\xed\\\\xa0\\\\x80\"\n"}, /* a surrogate is no character */
	};
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		char *text = NULL;
		size_t n = 0;
		struct emitter e = {.out = open_memstream(&text, &n)};
		struct error err = {0};
		emit_bytes(&e, NULL, slice_of(cases[i].text, cases[i].n));
		emit_end_line(&e);
		assert_int_equal(emit_finish(&e, &err), 0);
		fclose(e.out);
		assert_string_equal(text, cases[i].json);
		free(text);
	}
}

static void every_byte_string_gives_valid_json(void **state) {
	uint32_t seed = 1;
	(void)state;
	for (unsigned round = 0; round < 2000; round++) {
		uint8_t bytes[24];
		char *text = NULL;
		size_t n = 0;
		struct emitter e = {.out = open_memstream(&text, &n)};
		struct error err = {0};
		for (size_t i = 0; i < sizeof(bytes); i++) {
			seed = seed * 1664525 + 1013904223;
			bytes[i] = (uint8_t)(seed >> 24);
		}
		emit_open(&e, NULL, '[');
		emit_bytes(&e, NULL, slice_of(bytes, sizeof(bytes)));
		emit_base64(&e, NULL, slice_of(bytes, round % sizeof(bytes)));
		emit_close(&e, ']');
		assert_int_equal(emit_finish(&e, &err), 0);
		fclose(e.out);
		json_t *v = json_loadb(text, n, JSON_ALLOW_NUL, NULL);
		assert_int_equal(json_array_size(v), 2);
		json_decref(v);
		free(text);
	}
}

static bool is_listed(json_t *list, const char *name) {
	size_t i;
	json_t *v;
	json_array_foreach(list, i, v) {
		if (json_string_value(v) && strcmp(json_string_value(v), name) == 0)
			return true;
	}
	return false;
}

static json_t *definition(json_t *schema, const char *name) {
	return json_object_get(json_object_get(schema, "$defs"), name);
}

/* A new place, verdict or reason to skip is a new name in the schema. */
static void schema_knows_every_name(void **state) {
	json_error_t err;
	json_t *schema = json_load_file("report/nhiscan-report.schema.json", 0, &err);
	(void)state;
	assert_non_null(schema);
	json_t *skips = json_object_get(json_object_get(definition(schema, "unit"), "properties"), "skipped");
	skips = json_object_get(json_object_get(skips, "propertyNames"), "enum");
	for (unsigned i = 0; i < PLACE_COUNT; i++)
		assert_true(is_listed(json_object_get(definition(schema, "place"), "enum"), place_name((enum place)i)));
	for (unsigned i = 0; i < VERDICT_COUNT; i++)
		assert_true(is_listed(
			json_object_get(definition(schema, "verdict"), "enum"), verdict_name((enum verdict)i)));
	for (unsigned i = 0; i < KIND_COUNT; i++)
		assert_true(is_listed(
			json_object_get(definition(schema, "kind"), "enum"), secret_kind_name((enum secret_kind)i)));
	for (unsigned i = 0; i <= SEVERITY_CRITICAL; i++)
		assert_true(is_listed(
			json_object_get(definition(schema, "severity"), "enum"), severity_name((enum severity)i)));
	for (unsigned i = 0; i < 10; i++)
		assert_true(is_listed(json_object_get(definition(schema, "nhi"), "enum"), nhi_id(i)));
	for (unsigned i = 0; i < SKIP_COUNT; i++)
		assert_true(is_listed(skips, skip_name((enum skip)i)));
	json_decref(schema);
}

static void formats_are_found_by_name(void **state) {
	(void)state;
	assert_string_equal(report_format_find("sarif")->name, "sarif");
	assert_null(report_format_find("xml"));
	assert_null(report_format_find(""));
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(documents_match_the_golden_files),
		cmocka_unit_test(output_is_plain_ascii),
		cmocka_unit_test(totals_add_up),
		cmocka_unit_test(coverage_adds_up),
		cmocka_unit_test(only_rules_with_findings_are_listed),
		cmocka_unit_test(path_that_is_not_utf8_keeps_its_bytes),
		cmocka_unit_test(lines_end_with_the_summary),
		cmocka_unit_test(full_disk_is_an_error),
		cmocka_unit_test(schema_knows_every_name),
		cmocka_unit_test(strings_are_escaped),
		cmocka_unit_test(every_byte_string_gives_valid_json),
		cmocka_unit_test(formats_are_found_by_name),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
