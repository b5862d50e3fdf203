/* The command line parser, row by row: what each word means and how each mistake is named. */
#include "cmd/option_table.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
/* cmocka wants those first */
#include <cmocka.h>

#define ARGS_MAX 12

struct parsed {
	struct arena a;
	struct options o;
	struct error err;
	int rc;
};

/* Parses the words of `line`, separated by one blank. */
static struct parsed *parse(const char *line) {
	struct parsed *p = calloc(1, sizeof(*p));
	char *argv[ARGS_MAX + 1] = {(char *)(uintptr_t) "nhiscan"};
	int argc = 1;
	char *words = arena_str(&p->a, slice_str(line)), *save = NULL;
	for (char *w = strtok_r(words, " ", &save); w && argc < ARGS_MAX; w = strtok_r(NULL, " ", &save))
		argv[argc++] = w;
	p->rc = options_parse(&p->a, argc, argv, &p->o, &p->err);
	return p;
}

static void done(struct parsed *p) {
	arena_free(&p->a);
	free(p);
}

static void assert_fails(const char *line, const char *text) {
	struct parsed *p = parse(line);
	if (p->rc != -1 || p->err.kind != ERR_USAGE || !strstr(p->err.text, text))
		fail_msg("'%s' gave %d '%s', not '%s'", line, p->rc, p->err.text, text);
	done(p);
}

static struct parsed *assert_parses(const char *line) {
	struct parsed *p = parse(line);
	if (p->rc != 0)
		fail_msg("'%s' failed: %s", line, p->err.text);
	return p;
}

static void nothing_scans_the_current_folder(void **state) {
	(void)state;
	struct parsed *p = assert_parses("");
	assert_int_equal(p->o.command, COMMAND_SCAN);
	assert_int_equal(p->o.operands.n, 1);
	assert_string_equal(p->o.operands.at[0], ".");
	assert_false(p->o.fail_on.given);
	done(p);
}

static void first_word_is_the_command_and_may_be_left_out(void **state) {
	(void)state;
	static const struct {
		const char *line;
		enum command_id command;
		size_t operands;
	} rows[] = {
		{"scan a b", COMMAND_SCAN, 2},
		{"a b", COMMAND_SCAN, 2},
		{"./rules", COMMAND_SCAN, 1},
		{"-- rules", COMMAND_SCAN, 1},
		{"scan scan", COMMAND_SCAN, 1},
		{"scan rules", COMMAND_SCAN, 1},
		{"-", COMMAND_SCAN, 1},
		{"rules list", COMMAND_RULES_LIST, 0},
		{"rules explain x", COMMAND_RULES_EXPLAIN, 1},
		{"rules check", COMMAND_RULES_CHECK, 0},
		{"rules test -", COMMAND_RULES_TEST, 1},
		{"completions zsh", COMMAND_COMPLETIONS, 1},
		{"help rules list", COMMAND_HELP, 2},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct parsed *p = assert_parses(rows[i].line);
		assert_int_equal(p->o.command, rows[i].command);
		assert_int_equal(p->o.operands.n, rows[i].operands);
		done(p);
	}
}

static void values_are_taken_in_every_form(void **state) {
	(void)state;
	struct parsed *p = assert_parses("--format json -oa.json --output=b.sarif -o c -q x --only=aws-* --since=-1");
	assert_int_equal(p->o.formats.n, 1);
	assert_int_equal(p->o.output_files.n, 3);
	assert_string_equal(p->o.output_files.at[0], "a.json");
	assert_string_equal(p->o.output_files.at[1], "b.sarif");
	assert_string_equal(p->o.output_files.at[2], "c");
	assert_true(p->o.quiet);
	assert_string_equal(p->o.only.at[0], "aws-*");
	assert_string_equal(p->o.since, "-1");
	assert_string_equal(p->o.operands.at[0], "x");
	done(p);
	p = assert_parses("-qo - --output - .");
	assert_true(p->o.quiet);
	assert_int_equal(p->o.output_files.n, 2);
	assert_string_equal(p->o.output_files.at[0], "-");
	done(p);
}

static void two_dashes_end_the_options(void **state) {
	(void)state;
	struct parsed *p = assert_parses("-q -- --quiet -x");
	assert_int_equal(p->o.operands.n, 2);
	assert_string_equal(p->o.operands.at[0], "--quiet");
	done(p);
}

static void severities_and_confidences_are_parsed(void **state) {
	(void)state;
	struct parsed *p = assert_parses("--fail-on critical --gate-confidence low --min-confidence=high");
	assert_true(p->o.fail_on.given);
	assert_int_equal(p->o.fail_on.value, SEVERITY_CRITICAL);
	assert_int_equal(p->o.gate_confidence.value, CONFIDENCE_LOW);
	assert_int_equal(p->o.min_confidence.value, CONFIDENCE_HIGH);
	done(p);
	p = assert_parses("--fail-on low --fail-on none");
	assert_true(p->o.fail_on.none);
	done(p);
}

static void numbers_and_sizes_are_checked(void **state) {
	(void)state;
	static const struct {
		const char *line;
		uint64_t size;
	} rows[] = {
		{"--max-document-size 4096", 4096},
		{"--max-document-size 4k", 4096},
		{"--max-document-size 3M", 3U << 20},
		{"--max-document-size=2G", 2ULL << 30},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct parsed *p = assert_parses(rows[i].line);
		assert_int_equal(p->o.max_document_bytes.value, rows[i].size);
		done(p);
	}
	assert_fails("--max-document-size 4x", "'4x' is not a size");
	assert_fails("--max-document-size 4kk", "is not a size");
	assert_fails("--max-document-size 18446744073709551615G", "is not a size");
	assert_fails("--max-document-size 1", "out of range");
	assert_fails("--threads 0", "out of range, allowed is 1 to 1024");
	assert_fails("--threads two", "'two' is not a whole number");
	assert_fails("--threads=-1", "is not a whole number");
	assert_fails("--threads 99999999999999999999", "is not a whole number");
	assert_fails("--decode-depth 4k", "is not a whole number");
}

static void mistakes_are_named_with_the_nearest(void **state) {
	(void)state;
	static const struct {
		const char *line, *text;
	} rows[] = {
		{"--formt json", "unknown option --formt; did you mean --format?"},
		{"--no-histroy", "did you mean --no-history?"},
		{"--finger x", "did you mean --fingerprint-key-file?"},
		{"--frobnicate", "unknown option --frobnicate; 'nhiscan help scan' lists"},
		{"-z", "unknown option -z"},
		{"-qz", "unknown option -z"},
		{"rules lst", "did you mean 'rules list'?"},
		{"rules", "needs one of list, explain, check, test"},
		{"rules frobnicate", "there are list, explain, check, test"},
		{"rules explain", "'nhiscan rules explain' needs RULE"},
		{"rules explain a b", "takes no 'b'"},
		{"rules list x", "takes no 'x'"},
		{"rules list --fail-on high", "--fail-on is an option of 'nhiscan scan'"},
		{"completions", "needs SHELL"},
		{"completions tcsh", "'tcsh' is not one of bash, zsh, fish"},
		{"help frob",
			"'frob' is not one of scan, ci, baseline, gate, diff, merge, verify-report, iam, inventory, "
			"commands, hook, practices, rules, completions, help"},
		{"-q rules", "a subcommand comes first"},
		{"--format", "--format needs a value: one of text, json"},
		{"--output", "--output needs a value: FILE"},
		{"-o", "--output needs a value: FILE"},
		{"--output --quiet", "write --output=--quiet"},
		{"--format xml", "--format: 'xml' is not one of text, json"},
		{"--quiet=yes", "--quiet takes no value"},
		{"--fail-on severe", "'severe' is not one of info, low, medium, high, critical, none"},
		{"--json", "--json goes with --version"},
		{"--since a --range a..b", "both choose commits"},
		{"--staged --no-history", "--staged reads only what is staged"},
		{"--no-history --since 90d", "contradict"},
		{"--no-history --no-worktree", "nothing to read"},
		{"--range main", "not of the form A..B"},
		{"--config a --no-config", "contradict"},
		{"--no-builtin-rules", "leaves no rule"},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		assert_fails(rows[i].line, rows[i].text);
}

static void help_and_version_need_nothing_else_to_be_right(void **state) {
	(void)state;
	struct parsed *p = assert_parses("rules explain --help");
	assert_true(p->o.help);
	assert_int_equal(p->o.command, COMMAND_RULES_EXPLAIN);
	done(p);
	p = assert_parses("rules -h");
	assert_string_equal(p->o.help_group, "rules");
	done(p);
	p = assert_parses("--version --json");
	assert_true(p->o.version && p->o.json);
	done(p);
}

static void no_argument_at_all_is_survived(void **state) {
	(void)state;
	struct arena a = {0};
	struct options o;
	struct error err = {0};
	char *argv[] = {NULL};
	assert_int_equal(options_parse(&a, 0, argv, &o, &err), 0);
	arena_free(&a);
}

static void rows_of_the_table_do_not_clash(void **state) {
	(void)state;
	for (size_t i = 0; i < option_table_n; i++) {
		const struct option *o = &option_table[i];
		assert_non_null(o->help);
		assert_non_null(o->group);
		assert_true(o->commands != 0);
		assert_int_equal(o->type == OPTION_FLAG, o->arg == NULL);
		for (size_t k = 0; k < i; k++) {
			const struct option *other = &option_table[k];
			if (!(o->commands & other->commands))
				continue;
			assert_string_not_equal(o->name, other->name);
			assert_true(!o->letter || o->letter != other->letter);
		}
	}
}

static void nearest_command_is_offered_for_slips_only(void **state) {
	(void)state;
	assert_string_equal(options_nearest_command("rule"), "rules");
	assert_string_equal(options_nearest_command("hepl"), "help");
	assert_null(options_nearest_command("src"));
	assert_null(options_nearest_command(""));
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_scans_the_current_folder),
		cmocka_unit_test(first_word_is_the_command_and_may_be_left_out),
		cmocka_unit_test(values_are_taken_in_every_form),
		cmocka_unit_test(two_dashes_end_the_options),
		cmocka_unit_test(severities_and_confidences_are_parsed),
		cmocka_unit_test(numbers_and_sizes_are_checked),
		cmocka_unit_test(mistakes_are_named_with_the_nearest),
		cmocka_unit_test(help_and_version_need_nothing_else_to_be_right),
		cmocka_unit_test(no_argument_at_all_is_survived),
		cmocka_unit_test(rows_of_the_table_do_not_clash),
		cmocka_unit_test(nearest_command_is_offered_for_slips_only),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
