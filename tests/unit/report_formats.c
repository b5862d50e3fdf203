/* The formats beside text, json and sarif: golden files, and untrusted text that stays text in each of them. */
#include "tests/unit/report_fixture.h"

#include "core/text.h"
#include "report/inert.h"

#include <jansson.h>

static const struct report_style plain = {0};

/* What has to be the same whatever a scanned repository is called: the characters that make the structure of each format. */
static const struct {
	const char *format, *file, *structure;
	bool json, lines; /* one JSON document; one JSON document a line */
} formats[] = {
	{"text", NULL, "\n", false, false},
	{"json", NULL, "\n", true, false},
	{"jsonl", NULL, "\n", false, true},
	{"sarif", NULL, "\n", true, false},
	{"oneline", "report.oneline", "\n", false, false},
	{"csv", "report.csv", "\n\r", false, false},
	{"junit", "report.junit.xml", "<>\n", false, false},
	{"gitlab", "report.gitlab", "\n", true, false},
	{"github", "report.github", "\n", false, false},
	{"markdown", "report.md", "|[]`*<>!#_~@\n", false, false},
	{"ocsf", "report.ocsf", "\n", false, true},
	{"oscal", "report.oscal", "\n", true, false},
	{"cyclonedx", "report.cyclonedx", "\n", true, false},
	{"html", "report.html", "<>\n", false, false},
	{"baseline", "report.baseline", "\n", false, false},
};
enum { FORMATS = sizeof(formats) / sizeof(*formats) };

static const char *const evil[] = {
	"two\nlines\r\nand three",
	"::error file=x::boom",
	"a::set-output name=a::b",
	"##vso[task.setvariable variable=a]b",
	"##[error]boom",
	"\033[31mred\033]0;title\007",
	"\xc2\x9b C1 control",
	"\u202etxt.exe \u2066isolate",
	"zero\u200bwidth\ufeff",
	"<script>alert(1)</script>",
	"\"onmouseover=\"alert(1)",
	"' onclick='alert(1)",
	"]]>]]&gt;<!--",
	"&lt;b&gt; &amp;",
	"[link](javascript:alert(1))",
	"![image](http://example.com/x.png)",
	"| a cell | more |",
	"`code` **bold** _it_ ~~gone~~ <b>tag</b>",
	"@somebody #1 http://example.com www.example.com",
	"=cmd|' /C calc'!A0",
	"+1+1",
	"-2+3",
	"@SUM(A1)",
	"\t=1+1",
	"\r=1+1",
	" =1+1",
	"\uff1d1+1",
	"comma,semi;quote\"quote\"",
	"%0a::error::boom",
	"back\\slash",
	"\xff\xfe\x80 not UTF-8",
	"noncharacter \xef\xbf\xbe \xef\xbf\xbf",
	"{{ template }} ${{ github.token }} $(id)",
	"-starts-with-a-dash",
};
enum { EVILS = sizeof(evil) / sizeof(*evil) };

static void formats_match_the_golden_files(void **state) {
	(void)state;
	for (size_t i = 0; i < FORMATS; i++) {
		struct fixture *f = fixture_new();
		struct buf b = {0};
		fixture_write(&f->report, formats[i].format, plain, &b);
		if (formats[i].file)
			fixture_golden(formats[i].file, &b);
		assert_null(strstr(buf_cstr(&b), FIXTURE_CANARY));
		buf_free(&b);
		fixture_free(f);
	}
}

static void every_format_is_tested_here(void **state) {
	(void)state;
	for (size_t i = 0; report_formats[i]; i++) {
		bool found = false;
		for (size_t k = 0; k < FORMATS; k++)
			found |= strcmp(formats[k].format, report_formats[i]->name) == 0;
		if (!found)
			fail_msg("format %s is not in this test's table", report_formats[i]->name);
	}
}

/* A report in which everything that others may have written is `text`. */
static struct fixture *fixture_of(const char *text) {
	struct fixture *f = fixture_new();

	for (size_t i = 0; i < f->nsightings; i++) {
		struct sighting *s = &f->sightings[i];
		if (s->path.n)
			s->path = slice_str(text);
		fixture_refs[1] = text;
		s->author = text;
		s->excerpt = NULL; /* comes escaped */
		if (s->suppressed)
			s->suppressed = text;
	}
	for (size_t i = 0; i < 6; i++) {
		f->findings[i].masked = text;
		if (f->findings[i].suppressed)
			f->findings[i].suppressed = text;
	}
	for (size_t i = 0; i < 3; i++) {
		f->targets[i].name = text;
		if (f->targets[i].branch)
			f->targets[i].branch = text;
	}
	coverage_free(f->report.coverage);
	f->report.coverage = coverage_new();
	coverage_seen(f->report.coverage, UNIT_FILE, 1);
	coverage_skip(f->report.coverage, UNIT_FILE, SKIP_UNREADABLE, text, text);
	return f;
}

static void count_structure(const struct buf *b, const char *of, size_t counts[256]) {
	memset(counts, 0, 256 * sizeof(*counts));
	for (size_t i = 0; i < b->n; i++)
		if (b->p[i] && strchr(of, b->p[i]))
			counts[b->p[i]]++;
}

static void check_bytes(const struct buf *b, size_t format, const char *text) {
	static const char *const hidden[] = {"\u202e", "\u2066", "\u200b", "\ufeff", "\xc2\x9b"};
	bool start = true;

	if (!utf8_is_valid(buf_slice(b)))
		fail_msg("%s is not UTF-8 with '%s'", formats[format].format, text);
	for (size_t i = 0; i < b->n; i++) {
		uint8_t c = b->p[i];
		bool crlf = c == '\r' && strcmp(formats[format].format, "csv") == 0;
		if ((c < 0x20 && c != '\n' && !crlf) || c == 0x7f)
			fail_msg("%s holds the byte %02x with '%s'", formats[format].format, c, text);
		if (start && slice_has_prefix(slice_sub(buf_slice(b), i, b->n), "::") &&
			strcmp(formats[format].format, "github") != 0)
			fail_msg("%s has a workflow command with '%s'", formats[format].format, text);
		start = c == '\n' || (start && c == ' ');
	}
	if (strstr((const char *)b->p, "##vso[") || strstr((const char *)b->p, "##["))
		fail_msg("%s has a log command with '%s'", formats[format].format, text);
	for (size_t i = 0; i < sizeof(hidden) / sizeof(*hidden); i++)
		if (slice_find(buf_slice(b), slice_str(hidden[i])) >= 0)
			fail_msg("%s holds an invisible character with '%s'", formats[format].format, text);
}

static void check_json(struct buf *b, size_t format) {
	char *line = (char *)(uintptr_t)buf_cstr(b), *rest = NULL;
	json_error_t err;

	if (formats[format].json) {
		json_t *v = json_loads(line, JSON_REJECT_DUPLICATES, &err);
		if (!v)
			fail_msg("%s: %s", formats[format].format, err.text);
		json_decref(v);
	}
	for (line = formats[format].lines ? strtok_r(line, "\n", &rest) : NULL; line;
		line = strtok_r(NULL, "\n", &rest)) {
		json_t *v = json_loads(line, JSON_REJECT_DUPLICATES, &err);
		if (!v)
			fail_msg("%s: %s", formats[format].format, err.text);
		json_decref(v);
	}
}

static void untrusted_text_stays_text(void **state) {
	(void)state;
	for (size_t i = 0; i < FORMATS; i++) {
		struct fixture *f = fixture_of("harmless");
		struct buf b = {0};
		size_t want[256], got[256];
		fixture_write(&f->report, formats[i].format, plain, &b);
		count_structure(&b, formats[i].structure, want);
		buf_free(&b);
		fixture_free(f);
		for (size_t k = 0; k < EVILS; k++) {
			f = fixture_of(evil[k]);
			fixture_write(&f->report, formats[i].format, plain, &b);
			count_structure(&b, formats[i].structure, got);
			for (unsigned c = 0; c < 256; c++)
				/* An entity is "&#60;": its # is no structure. */
				if (got[c] != want[c] && c != '#')
					fail_msg("%s: %zu of '%c' instead of %zu with '%s':\n%s", formats[i].format,
						got[c], (int)c, want[c], evil[k], buf_cstr(&b));
			check_bytes(&b, i, evil[k]);
			check_json(&b, i);
			buf_free(&b);
			fixture_free(f);
		}
	}
}

/* RFC 4180: the next cell of `s`; true while the row goes on. */
static bool next_cell(struct slice *s, struct buf *cell) {
	size_t i = 0;

	buf_clear(cell);
	if (s->n && s->p[0] == '"') {
		for (i = 1; i < s->n; i++) {
			if (s->p[i] == '"' && !(i + 1 < s->n && s->p[i + 1] == '"'))
				break;
			i += s->p[i] == '"';
			buf_add_byte(cell, s->p[i]);
		}
		i++;
	} else {
		for (; i < s->n && s->p[i] != ',' && s->p[i] != '\r'; i++)
			buf_add_byte(cell, s->p[i]);
	}
	assert_true(i < s->n && (s->p[i] == ',' || (s->p[i] == '\r' && s->p[i + 1] == '\n')));
	bool more = s->p[i] == ',';
	*s = slice_sub(*s, i + (more ? 1 : 2), s->n);
	return more;
}

static void csv_has_no_formulas_and_even_rows(void **state) {
	(void)state;
	for (size_t k = 0; k < EVILS; k++) {
		struct fixture *f = fixture_of(evil[k]);
		struct buf b = {0}, cell = {0};
		size_t rows = 0, width = 0;
		fixture_write(&f->report, "csv", plain, &b);
		for (struct slice s = buf_slice(&b); s.n; rows++) {
			size_t n = 1;
			for (bool more = true; more; n += more) {
				more = next_cell(&s, &cell);
				const char *text = buf_cstr(&cell);
				while (*text == ' ')
					text++;
				if (strchr("=+-@\t\r", *text) && *text)
					fail_msg("a cell is a formula: %s", buf_cstr(&cell));
				assert_false(slice_has_prefix(slice_str(text), "\uff1d"));
			}
			width = width ? width : n;
			assert_int_equal(n, width);
		}
		assert_int_equal(rows, 7);
		buf_free(&b);
		buf_free(&cell);
		fixture_free(f);
	}
}

static void csv_has_its_header_without_findings(void **state) {
	struct fixture *f = fixture_new();
	struct buf b = {0};
	(void)state;
	f->report.nfindings = 0;
	fixture_write(&f->report, "csv", plain, &b);
	assert_int_equal(slice_find(buf_slice(&b), slice_str("id,fingerprint,rule,")), 0);
	assert_true(slice_has_suffix(buf_slice(&b), ",fix\r\n"));
	buf_free(&b);
	fixture_free(f);
}

static void junit_tells_passing_rules_too(void **state) {
	struct fixture *f = fixture_new();
	struct buf b = {0};
	(void)state;
	fixture_write(&f->report, "junit", plain, &b);
	assert_non_null(strstr(buf_cstr(&b), "<testsuites name=\"nhiscan\" tests=\"6\" failures=\"2\" errors=\"1\""));
	assert_non_null(strstr(buf_cstr(&b), "<testcase classname=\"nhiscan\" name=\"unused\" time=\"0\"/>"));
	assert_non_null(strstr(buf_cstr(&b), "<error type=\"incomplete\""));
	buf_free(&b);
	fixture_free(f);
}

/* A report with `n` copies of one finding. */
static struct finding *many(struct fixture *f, size_t n) {
	struct finding *all = calloc(n, sizeof(*all));
	for (size_t i = 0; i < n; i++)
		all[i] = f->findings[1];
	f->report.findings = all;
	f->report.nfindings = n;
	return all;
}

static void github_shows_ten_of_a_level(void **state) {
	struct fixture *f = fixture_new();
	struct finding *all = many(f, 50);
	struct buf b = {0};
	size_t errors = 0;
	(void)state;
	fixture_write(&f->report, "github", plain, &b);
	for (const char *at = buf_cstr(&b); at; at = strchr(at + 1, '\n'))
		errors += strncmp(at + (*at == '\n'), "::error ", 8) == 0;
	assert_int_equal(errors, 10);
	assert_non_null(strstr(buf_cstr(&b), "50 findings, 50 fail the gate"));
	buf_free(&b);
	free(all);
	fixture_free(f);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(formats_match_the_golden_files),
		cmocka_unit_test(every_format_is_tested_here),
		cmocka_unit_test(untrusted_text_stays_text),
		cmocka_unit_test(csv_has_no_formulas_and_even_rows),
		cmocka_unit_test(csv_has_its_header_without_findings),
		cmocka_unit_test(junit_tells_passing_rules_too),
		cmocka_unit_test(github_shows_ten_of_a_level),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
