/* The text format: golden file, and what it must never do to a terminal or a CI runner. */
#include "tests/unit/report_fixture.h"

#include "core/text.h"
#include "report/text_style.h"

static const struct report_style plain = {0};

static void matches_the_golden_file(void **state) {
	struct fixture *f = fixture_new();
	struct buf b = {0};
	(void)state;
	fixture_write(&f->report, "text", plain, &b);
	fixture_golden("report.txt", &b);
	buf_free(&b);
	fixture_free(f);
}

static void terminals_match_the_golden_files(void **state) {
	static const struct {
		unsigned width;
		const char *file;
	} terminals[] = {{40, "report-40.txt"}, {60, "report-60.txt"}, {80, "report-80.txt"}};
	(void)state;
	for (size_t i = 0; i < sizeof(terminals) / sizeof(*terminals); i++) {
		struct fixture *f = fixture_new();
		struct buf b = {0};
		fixture_write(&f->report, "text", (struct report_style){.width = terminals[i].width}, &b);
		fixture_golden(terminals[i].file, &b);
		buf_free(&b);
		fixture_free(f);
	}
}

/* A line may be wider than the terminal only for a word that is: a path, an address. */
static void lines_fit_the_terminal(void **state) {
	(void)state;
	for (unsigned width = 40; width <= 120; width += 20) {
		struct fixture *f = fixture_new();
		struct buf b = {0};
		char *rest = NULL;
		fixture_write(&f->report, "text", (struct report_style){.width = width}, &b);
		buf_cstr(&b);
		for (char *line = strtok_r((char *)b.p, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
			while (*line == ' ')
				line++;
			const char *text = strstr(line, "  ") ? strstr(line, "  ") : line; /* behind a label */
			while (*text == ' ')
				text++;
			if (text_columns(slice_str(line)) > width && strchr(text, ' '))
				fail_msg("%zu columns at width %u: %s", text_columns(slice_str(line)), width, line);
		}
		buf_free(&b);
		fixture_free(f);
	}
}

static void findings_stand_in_the_order_of_what_to_do(void **state) {
	struct fixture *f = fixture_new();
	struct buf b = {0};
	const char *at = NULL;
	static const char *const stages[] = {"\nThen: 1 finding, sure, less severe\n", "\nLook at: 2 findings, ",
		"\nLittle to do: 1 finding, expired, ", "\nfound "};
	(void)state;
	f->findings[1].severity = SEVERITY_MEDIUM;
	fixture_write(&f->report, "text", plain, &b);
	at = buf_cstr(&b);
	assert_true(slice_has_prefix(slice_str(at), "Do first: 1 finding, sure and severe\n"));
	for (size_t i = 0; i < sizeof(stages) / sizeof(*stages); i++) {
		const char *next = strstr(at, stages[i]);
		if (!next)
			fail_msg("no \"%s\" behind the stage before it in:\n%s", stages[i], buf_cstr(&b));
		at = next;
	}
	buf_free(&b);
	fixture_free(f);
}

/* Two findings of one rule: the fix is told once, and the line that both stand in too. */
static void what_a_group_shares_is_told_once(void **state) {
	struct fixture *f = fixture_new();
	struct finding two[2] = {f->findings[0], f->findings[0]};
	struct buf b = {0};
	size_t fixes = 0, excerpts = 0, places = 0;
	(void)state;
	f->report.findings = two;
	f->report.nfindings = 2;
	fixture_write(&f->report, "text", plain, &b);
	for (const char *at = buf_cstr(&b); (at = strstr(at, "\n  fix ")); at++)
		fixes++;
	for (const char *at = buf_cstr(&b); (at = strstr(at, "| ACCESS_KEY=")); at++)
		excerpts++;
	for (const char *at = buf_cstr(&b); (at = strstr(at, "alpha/deploy/prod.env:4:9")); at++)
		places++;
	assert_int_equal(fixes, 1);
	assert_int_equal(excerpts, 1);
	assert_int_equal(places, 2);
	assert_non_null(strstr(buf_cstr(&b), "AWS access key id: 2 findings\n"));
	buf_free(&b);
	fixture_free(f);
}

static void notices_of_one_kind_are_not_all_shown(void **state) {
	struct fixture *f = fixture_new();
	struct buf b = {0};
	char where[8];
	size_t lines = 0;
	(void)state;
	coverage_free(f->report.coverage);
	f->report.coverage = coverage_new();
	for (unsigned i = 0; i < 5; i++) {
		snprintf(where, sizeof(where), "x%u", i);
		coverage_note(f->report.coverage, "missing", true, where, "not in this clone");
	}
	fixture_write(&f->report, "text", plain, &b);
	for (const char *at = buf_cstr(&b); (at = strstr(at, "\nnot read    missing: x")); at++)
		lines++;
	assert_int_equal(lines, 3);
	assert_non_null(strstr(buf_cstr(&b), "\nnot read    2 more notices, see --format json\n"));
	buf_free(&b);
	fixture_free(f);
}

static void the_next_command_is_suggested(void **state) {
	struct fixture *f = fixture_new();
	struct finding many[21];
	struct buf b = {0};
	(void)state;
	for (size_t i = 0; i < 21; i++)
		many[i] = f->findings[0];
	f->report.findings = many;
	f->report.nfindings = 21;
	fixture_write(&f->report, "text", plain, &b);
	assert_non_null(strstr(buf_cstr(&b), "\nnext        nhiscan rules explain aws-access-key-id   what"));
	assert_non_null(strstr(buf_cstr(&b), "\nor          nhiscan --format html -o nhiscan.html   "));
	buf_free(&b);
	f->report.nfindings = 0;
	coverage_free(f->report.coverage);
	f->report.coverage = coverage_new();
	f->run.exit_code = 0;
	f->run.exit_reason = "clean";
	fixture_write(&f->report, "text", plain, &b);
	assert_non_null(strstr(buf_cstr(&b), "\nnext        nhiscan hook pre-commit   "));
	buf_free(&b);
	fixture_free(f);
}

static void hostile_text_is_inert(void **state) {
	struct fixture *f = fixture_new();
	(void)state;
	for (unsigned width = 0; width < 140; width += 7) {
		struct buf b = {0};
		fixture_write(&f->report, "text", (struct report_style){.width = width}, &b);
		assert_true(utf8_is_valid(buf_slice(&b)));
		assert_null(strstr(buf_cstr(&b), "\xe2\x80\xae"));
		assert_null(strstr(buf_cstr(&b), "##vso["));
		assert_null(strstr(buf_cstr(&b), "##["));
		bool start = true;
		for (size_t i = 0; i < b.n; i++) {
			assert_true(b.p[i] == '\n' || (b.p[i] >= 0x20 && b.p[i] != 0x7f));
			/* GitHub's runner trims blanks ahead of the "::" it looks for. */
			if (start && b.p[i] == ':')
				fail_msg("a line starts with a colon at width %u:\n%s", width, buf_cstr(&b));
			start = b.p[i] == '\n' || (start && b.p[i] == ' ');
		}
		buf_free(&b);
	}
	fixture_free(f);
}

static void colour_is_used_only_when_asked(void **state) {
	struct fixture *f = fixture_new();
	struct buf with = {0}, without = {0};
	(void)state;
	fixture_write(&f->report, "text", (struct report_style){.color = true}, &with);
	fixture_write(&f->report, "text", plain, &without);
	assert_non_null(strstr(buf_cstr(&with), "\033[1;31mcritical\033[0m"));
	assert_null(strchr(buf_cstr(&without), '\033'));
	/* Without its colours it is the same text. */
	struct buf stripped = {0};
	for (size_t i = 0; i < with.n; i++) {
		if (with.p[i] == '\033')
			while (with.p[i] != 'm')
				i++;
		else
			buf_add_byte(&stripped, with.p[i]);
	}
	assert_true(slice_eq(buf_slice(&stripped), buf_slice(&without)));
	buf_free(&stripped);
	buf_free(&with);
	buf_free(&without);
	fixture_free(f);
}

static void canary_does_not_appear(void **state) {
	struct fixture *f = fixture_new();
	struct buf b = {0};
	(void)state;
	fixture_write(&f->report, "text", plain, &b);
	assert_null(strstr(buf_cstr(&b), FIXTURE_CANARY));
	buf_free(&b);
	fixture_free(f);
}

static void expect_line(struct fixture *f, const char *line) {
	struct buf b = {0};
	fixture_write(&f->report, "text", plain, &b);
	if (!strstr(buf_cstr(&b), line))
		fail_msg("no \"%s\" in:\n%s", line, buf_cstr(&b));
	buf_free(&b);
}

static void gate_line_says_why(void **state) {
	struct fixture *f = fixture_new();
	(void)state;
	expect_line(f, "exit 1: 2 findings at or above low with confidence high; the scan is incomplete\n");
	f->run.exit_code = 0;
	expect_line(f, "exit 0: 2 findings at or above low with confidence high, which do not fail this run");
	f->run.fail_on = SEVERITY_CRITICAL;
	f->run.gate_confidence = CONFIDENCE_LOW;
	f->findings[0].suppressed = "known";
	expect_line(f, "exit 0: no finding at or above critical of any confidence");
	f->run.fail_on_none = true;
	expect_line(f, "exit 0: no finding fails this run, as asked");
	f->run.exit_code = 3;
	f->run.exit_reason = "nothing-scanned";
	expect_line(f, "exit 3: nothing was read");
	fixture_free(f);
}

static void empty_report_has_totals_and_no_advice(void **state) {
	struct fixture *f = fixture_new();
	struct buf b = {0};
	(void)state;
	coverage_free(f->report.coverage);
	f->report.coverage = coverage_new();
	f->report.nfindings = 0;
	f->run.withheld = 0;
	f->run.exit_code = 3;
	f->run.exit_reason = "nothing-scanned";
	fixture_write(&f->report, "text", plain, &b);
	assert_string_equal(buf_cstr(&b), "found       0 findings\n"
					  "coverage    read nothing\n"
					  "gate        exit 3: nothing was read, so this proves nothing\n");
	buf_free(&b);
	fixture_free(f);
}

static void wrapping_keeps_the_words(void **state) {
	static const char text[] = "one two ::error three ##[group] four five six seven eight nine ten eleven";
	(void)state;
	for (unsigned width = 24; width < 80; width++) {
		struct buf b = {0};
		struct report_style style = {.width = width};
		spaces_add(&b, 4);
		wrap_add(&b, &style, 4, slice_str(text));
		assert_null(strstr(buf_cstr(&b), "\n    ::"));
		assert_null(strstr(buf_cstr(&b), "\n    ##"));
		struct buf joined = {0};
		for (size_t i = 4; i < b.n; i++) {
			buf_add_byte(&joined, b.p[i] == '\n' ? ' ' : b.p[i]);
			if (b.p[i] == '\n')
				i += 4;
		}
		assert_string_equal(buf_cstr(&joined), text);
		buf_free(&joined);
		buf_free(&b);
	}
}

static void columns_count_wide_and_combining_characters(void **state) {
	static const struct {
		const char *text;
		size_t columns;
	} cases[] = {{"", 0}, {"abc", 3}, {"\u00e9", 1}, {"e\u0301", 1}, {"\u9375", 2}, {"\U0001F511", 2}, {"\xff", 1}};
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		assert_int_equal(text_columns(slice_str(cases[i].text)), cases[i].columns);
}

static void numbers_are_grouped(void **state) {
	static const struct {
		uint64_t n;
		const char *text;
	} cases[] = {{0, "0"}, {999, "999"}, {1000, "1,000"}, {1234567, "1,234,567"},
		{UINT64_MAX, "18,446,744,073,709,551,615"}};
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct buf b = {0};
		grouped_add(&b, cases[i].n);
		assert_string_equal(buf_cstr(&b), cases[i].text);
		buf_free(&b);
	}
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(matches_the_golden_file),
		cmocka_unit_test(terminals_match_the_golden_files),
		cmocka_unit_test(lines_fit_the_terminal),
		cmocka_unit_test(findings_stand_in_the_order_of_what_to_do),
		cmocka_unit_test(what_a_group_shares_is_told_once),
		cmocka_unit_test(notices_of_one_kind_are_not_all_shown),
		cmocka_unit_test(the_next_command_is_suggested),
		cmocka_unit_test(hostile_text_is_inert),
		cmocka_unit_test(colour_is_used_only_when_asked),
		cmocka_unit_test(canary_does_not_appear),
		cmocka_unit_test(gate_line_says_why),
		cmocka_unit_test(empty_report_has_totals_and_no_advice),
		cmocka_unit_test(wrapping_keeps_the_words),
		cmocka_unit_test(columns_count_wide_and_combining_characters),
		cmocka_unit_test(numbers_are_grouped),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
