/* .nhiscan.yaml: fields, errors with their line, and what a target's own file may not do. */
#include "cmd/config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
/* cmocka wants those first */
#include <cmocka.h>

#define NOW 1767225600 /* 2026-01-01T00:00:00Z */

struct read {
	struct arena a;
	struct config c;
	struct error err;
	int rc;
};

static struct read *read_text(const char *yaml, enum config_trust trust) {
	struct read *r = calloc(1, sizeof(*r));
	r->rc = config_parse(&r->a, "c.yaml", slice_str(yaml), trust, NOW, &r->c, &r->err);
	return r;
}

static struct read *assert_reads(const char *yaml, enum config_trust trust) {
	struct read *r = read_text(yaml, trust);
	if (r->rc != 0)
		fail_msg("%s", r->err.text);
	return r;
}

static void done(struct read *r) {
	arena_free(&r->a);
	free(r);
}

static void every_field_is_read(void **state) {
	(void)state;
	struct read *r = assert_reads("exclude: ['vendor/', '*.min.js']\n"
				      "only: [aws-*]\n"
				      "skip:\n  - jwt\n"
				      "fail_on: high\n"
				      "gate_confidence: medium\n"
				      "min_confidence: low\n"
				      "fingerprint_key_file: /etc/key\n"
				      "allow:\n"
				      "  - rule: jwt\n"
				      "    path: docs/\n"
				      "    reason: published sample\n"
				      "    expires: 2026-12-31\n",
		CONFIG_OF_USER);
	assert_int_equal(r->c.exclude.n, 2);
	assert_int_equal(glob_list_match(r->c.exclude_globs, slice_str("vendor"), true), GLOB_IGNORED);
	assert_int_equal(glob_list_match(r->c.exclude_globs, slice_str("a/b.min.js"), false), GLOB_IGNORED);
	assert_int_equal(glob_list_match(r->c.exclude_globs, slice_str("a/b.js"), false), GLOB_NONE);
	assert_string_equal(r->c.only.at[0], "aws-*");
	assert_string_equal(r->c.skip.at[0], "jwt");
	assert_int_equal(r->c.fail_on.value, SEVERITY_HIGH);
	assert_int_equal(r->c.gate_confidence.value, CONFIDENCE_MEDIUM);
	assert_int_equal(r->c.min_confidence.value, CONFIDENCE_LOW);
	assert_string_equal(r->c.fingerprint_key_file, "/etc/key");
	assert_int_equal(r->c.nallow, 1);
	assert_int_equal(r->c.allow[0].line, 10);
	assert_int_equal(r->c.nnotices, 0);
	done(r);
}

static void nothing_in_it_is_fine(void **state) {
	(void)state;
	done(assert_reads("", CONFIG_OF_TARGET));
	done(assert_reads("# only a comment\n", CONFIG_OF_TARGET));
}

static void errors_name_file_line_and_nearest(void **state) {
	(void)state;
	static const struct {
		const char *yaml, *text;
	} rows[] = {
		{"fail_on: low\nexlude: [a]\n", "c.yaml:2: unknown field 'exlude'; did you mean 'exclude'?"},
		{"frobnicate: 1\n", "c.yaml:1: unknown field 'frobnicate'"},
		{"exclude: vendor\n", "c.yaml:1: exclude: a list is expected"},
		{"exclude: [a, [b]]\n", "c.yaml:1: exclude: text is expected"},
		{"exclude: [\"a\\nb\"]\n", "a pattern is one line"},
		{"fail_on: severe\n", "'severe' is not one of info"},
		{"fail_on: [low]\n", "fail_on: text is expected"},
		{"min_confidence: certain\n", "'certain' is not one of low"},
		{"- a\n- b\n", "c.yaml:1: fields such as 'exclude:' are expected"},
		{"just text\n", "c.yaml:1: fields such as 'exclude:' are expected"},
		{"allow: {rule: a}\n", "allow: a list of entries"},
		{"allow: [a]\n", "allow: each entry has the fields"},
		{"allow:\n  - rule: a\n    path: b\n", "c.yaml:2: allow: an entry needs a reason"},
		{"allow:\n  - path: b\n    reason: c\n", "needs a rule"},
		{"allow:\n  - rule: '*'\n    reason: c\n", "rule '*' needs a path"},
		{"allow:\n  - rule: a\n    reason: c\n    expire: 2026-01-01\n",
			"c.yaml:4: unknown field 'expire'; did you mean 'expires'?"},
		{"allow:\n  - rule: a\n    reason: c\n    expires: 90d\n", "c.yaml:4: expires: '90d' is not a date"},
		{"allow:\n  - rule: a\n    reason: c\n    expires: 2026-13-01\n", "is not a date"},
		{"allow:\n  - rule: a\n    reason: c\n    path: '!b'\n", "one pattern"},
		{"allow:\n  - rule: a\n    reason: ''\n", "reason: is empty"},
		{"exclude: [a\n", "c.yaml:"},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct read *r = read_text(rows[i].yaml, CONFIG_OF_TARGET);
		if (r->rc != -1 || r->err.kind != ERR_USAGE || !strstr(r->err.text, rows[i].text))
			fail_msg("'%s' gave %d '%s', not '%s'", rows[i].yaml, r->rc, r->err.text, rows[i].text);
		done(r);
	}
}

static void target_may_not_choose_the_key(void **state) {
	(void)state;
	struct read *r = read_text("fingerprint_key_file: k\n", CONFIG_OF_TARGET);
	assert_int_equal(r->rc, -1);
	assert_non_null(strstr(r->err.text, "c.yaml:1: fingerprint_key_file: not accepted from the target's own"));
	done(r);
}

static void target_may_not_weaken_the_gate(void **state) {
	(void)state;
	static const struct {
		const char *yaml;
		enum config_trust trust;
		bool honoured;
	} rows[] = {
		{"fail_on: high\n", CONFIG_OF_TARGET, false},
		{"fail_on: none\n", CONFIG_OF_TARGET, false},
		{"fail_on: info\n", CONFIG_OF_TARGET, true},
		{"fail_on: low\n", CONFIG_OF_TARGET, true},
		{"fail_on: none\n", CONFIG_OF_USER, true},
		{"min_confidence: high\n", CONFIG_OF_TARGET, false},
		{"min_confidence: low\n", CONFIG_OF_TARGET, true},
		{"min_confidence: high\n", CONFIG_OF_USER, true},
		{"gate_confidence: medium\n", CONFIG_OF_TARGET, true},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct read *r = assert_reads(rows[i].yaml, rows[i].trust);
		bool given = r->c.fail_on.given || r->c.min_confidence.given || r->c.gate_confidence.given;
		assert_int_equal(given, rows[i].honoured);
		assert_int_equal(r->c.nnotices, rows[i].honoured ? 0 : 1);
		if (!rows[i].honoured) {
			assert_string_equal(r->c.notices[0].code, "config-ignored");
			assert_string_equal(r->c.notices[0].where, "c.yaml:1");
		}
		done(r);
	}
}

/* Every limit is set by its name; a target's own file may lower it, which is said, and never raise it. */
static void limits_of_a_target_only_narrow(void **state) {
	const struct limits usual = limits_default();

	(void)state;
	for (size_t i = 0; i < LIMIT_FIELDS; i++) {
		for (int raise = 0; raise < 2; raise++) {
			uint64_t now = limit_field_get(i, &usual), want = raise ? now + 1 : now - 1;
			char yaml[128];
			struct read *r;

			snprintf(yaml, sizeof(yaml), "limits: {%s: %llu}\n", limit_field_name(i),
				(unsigned long long)want);
			r = assert_reads(yaml, CONFIG_OF_TARGET);
			assert_int_equal(r->c.limits[i].given, !raise);
			assert_int_equal(r->c.nnotices, 1);
			assert_string_equal(r->c.notices[0].code, raise ? "config-ignored" : "config-narrows");
			done(r);
			r = assert_reads(yaml, CONFIG_OF_USER);
			assert_true(r->c.limits[i].given && r->c.limits[i].value == want);
			assert_int_equal(r->c.nnotices, 0);
			done(r);
		}
	}
}

static void command_line_goes_before_the_file_and_both_before_defaults(void **state) {
	struct options o = {.archive_depth = {true, 3}};
	struct option_number config[LIMIT_FIELDS] = {{0}};
	struct limits l = limits_default();

	(void)state;
	for (size_t i = 0; i < LIMIT_FIELDS; i++)
		config[i] = (struct option_number){true, 7};
	limit_fields_apply(&l, &o, config);
	assert_int_equal(l.max_archive_depth, 3);
	assert_int_equal(l.max_archive_ratio, 7);
	assert_int_equal(l.max_document_bytes, 7);
	assert_int_equal(l.max_decode_depth, 7);
	l = limits_default();
	limit_fields_apply(&l, &o, NULL);
	assert_int_equal(l.max_archive_ratio, limits_default().max_archive_ratio);
}

static void choice_of_rules_by_the_target_is_said(void **state) {
	(void)state;
	struct read *r = assert_reads("skip: [jwt, 'aws-*']\n", CONFIG_OF_TARGET);
	assert_int_equal(r->c.nnotices, 1);
	assert_string_equal(r->c.notices[0].code, "config-narrows");
	assert_non_null(strstr(r->c.notices[0].detail, "skip: jwt aws-*"));
	done(r);
	r = assert_reads("skip: [jwt]\n", CONFIG_OF_USER);
	assert_int_equal(r->c.nnotices, 0);
	done(r);
}

static void allow_matches_rule_path_and_time(void **state) {
	(void)state;
	struct read *r = assert_reads("allow:\n"
				      "  - {rule: jwt, path: 'docs/', reason: a}\n"
				      "  - {rule: '*', path: '/test/**/*.pem', reason: b}\n"
				      "  - {rule: gone, reason: c, expires: 2025-12-31}\n"
				      "  - {rule: last-day, reason: d, expires: 2026-01-01}\n",
		CONFIG_OF_TARGET);
	static const struct {
		const char *rule, *path, *reason;
	} rows[] = {
		{"jwt", "docs/a/b.md", "a"},
		{"jwt", "x/docs/b.md", "a"},
		{"jwt", "docs.md", NULL},
		{"other", "docs/a.md", NULL},
		{"other", "test/a/b/k.pem", "b"},
		{"other", "x/test/k.pem", NULL},
		{"gone", "a", NULL},
		{"last-day", "a", "d"},
		{"last-day", "", "d"},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		const struct allow *w = config_allows(&r->c, rows[i].rule, slice_str(rows[i].path), NOW);
		assert_int_equal(w != NULL, rows[i].reason != NULL);
		if (w)
			assert_string_equal(w->reason, rows[i].reason);
	}
	assert_null(config_allows(&r->c, "last-day", slice_str("a"), NOW + 86400));
	assert_int_equal(r->c.nnotices, 1);
	assert_string_equal(r->c.notices[0].code, "suppression-expired");
	assert_string_equal(r->c.notices[0].where, "c.yaml:4");
	done(r);
}

static void command_line_goes_before_file_before_default(void **state) {
	(void)state;
	static const char *const one[] = {"one"};
	struct read *r = assert_reads(
		"fail_on: high\nmin_confidence: high\nonly: [two]\nskip: [three]\nfingerprint_key_file: k\n",
		CONFIG_OF_USER);
	struct options o = {0};
	struct settings s;
	config_settle(&r->a, &o, NULL, &s);
	assert_int_equal(s.fail_on, SEVERITY_LOW);
	assert_int_equal(s.gate_confidence, CONFIDENCE_HIGH);
	assert_int_equal(s.min_confidence, CONFIDENCE_MEDIUM);
	assert_int_equal(s.only.n + s.skip.n, 0);
	config_settle(&r->a, &o, &r->c, &s);
	assert_int_equal(s.fail_on, SEVERITY_HIGH);
	assert_int_equal(s.min_confidence, CONFIDENCE_HIGH);
	assert_string_equal(s.only.at[0], "two");
	assert_string_equal(s.fingerprint_key_file, "k");
	o.fail_on = (struct option_severity){.given = true, .none = true};
	o.gate_confidence = (struct option_confidence){.given = true, .value = CONFIDENCE_LOW};
	o.only = o.skip = (struct text_list){one, 1};
	o.fingerprint_key_file = "mine";
	config_settle(&r->a, &o, &r->c, &s);
	assert_true(s.fail_on_none);
	assert_int_equal(s.min_confidence, CONFIDENCE_LOW); /* follows the gate */
	assert_int_equal(s.only.n, 1);
	assert_string_equal(s.only.at[0], "one");
	assert_int_equal(s.skip.n, 2);
	assert_string_equal(s.fingerprint_key_file, "mine");
	done(r);
}

static void target_file_is_not_read_through_a_link(void **state) {
	(void)state;
	struct arena a = {0};
	struct config c;
	struct error err = {0};
	const struct limits lim = {.max_rule_file_bytes = 64};
	char dir[] = "/tmp/nhiscan-config-XXXXXX";
	assert_non_null(mkdtemp(dir));
	assert_null(config_find(&a, dir));
	char *file = arena_printf(&a, "%s/%s", dir, CONFIG_NAME), *other = arena_printf(&a, "%s/other", dir);
	FILE *f = fopen(other, "w");
	fputs("skip: [jwt]\n", f);
	fclose(f);
	assert_int_equal(symlink("other", file), 0);
	assert_string_equal(config_find(&a, dir), file);
	assert_int_equal(config_load(&a, file, CONFIG_OF_TARGET, NOW, &lim, &c, &err), -1);
	assert_non_null(strstr(err.text, "symbolic link"));
	assert_int_equal(config_load(&a, file, CONFIG_OF_USER, NOW, &lim, &c, &err), 0);
	assert_int_equal(c.skip.n, 1);
	unlink(file);
	assert_int_equal(mkfifo(file, 0600), 0); /* must not block */
	assert_int_equal(config_load(&a, file, CONFIG_OF_TARGET, NOW, &lim, &c, &err), -1);
	assert_non_null(strstr(err.text, "not a regular file"));
	unlink(file);
	assert_int_equal(config_load(&a, file, CONFIG_OF_USER, NOW, &lim, &c, &err), -1);
	assert_int_equal(err.kind, ERR_USAGE);
	f = fopen(other, "a");
	fputs("# a comment that makes the file too long for this limit ............\n", f);
	fclose(f);
	assert_int_equal(config_load(&a, other, CONFIG_OF_TARGET, NOW, &lim, &c, &err), -1);
	assert_non_null(strstr(err.text, "longer than 64 bytes"));
	unlink(other);
	rmdir(dir);
	arena_free(&a);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_field_is_read),
		cmocka_unit_test(nothing_in_it_is_fine),
		cmocka_unit_test(errors_name_file_line_and_nearest),
		cmocka_unit_test(target_may_not_choose_the_key),
		cmocka_unit_test(target_may_not_weaken_the_gate),
		cmocka_unit_test(limits_of_a_target_only_narrow),
		cmocka_unit_test(command_line_goes_before_the_file_and_both_before_defaults),
		cmocka_unit_test(choice_of_rules_by_the_target_is_said),
		cmocka_unit_test(allow_matches_rule_path_and_time),
		cmocka_unit_test(command_line_goes_before_file_before_default),
		cmocka_unit_test(target_file_is_not_read_through_a_link),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
