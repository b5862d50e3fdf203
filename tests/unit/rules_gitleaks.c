/* gitleaks' configuration: rules and allowlists as they are taken, and what is told of the rest. All rules here are made up. */
#include "rules/gitleaks.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

struct read {
	struct arena arena;
	struct gitleaks g;
	struct coverage *cov;
	struct error err;
	int status;
};

static void read_text(struct read *r, const char *text, enum file_trust trust) {
	memset(r, 0, sizeof(*r));
	r->cov = coverage_new();
	r->status = gitleaks_parse(&r->arena, "f", slice_str(text), trust, r->cov, &r->g, &r->err);
}

static void forget(struct read *r) {
	gitleaks_free(&r->g);
	coverage_free(r->cov);
	arena_free(&r->arena);
}

static bool told(struct read *r, const char *where, const char *part) {
	const struct notice *n;
	size_t count = coverage_notices(r->cov, &n);

	for (size_t i = 0; i < count; i++)
		if (strcmp(n[i].code, "gitleaks-config") == 0 && strcmp(n[i].where, where) == 0 &&
			strstr(n[i].detail, part))
			return true;
	return false;
}

static void a_rule_becomes_one_of_ours(void **unused) {
	struct read r;
	const struct notice *n;

	(void)unused;
	read_text(&r,
		"title = 'x'\n[[rules]]\nid = 'acme'\ndescription = 'Acme key'\nregex = "
		"'''(?i)acme_([a-z0-9]{20})'''\nentropy = 3\n"
		"secretGroup = 1\nkeywords = ['acme_']\npath = '''\\.env$'''\ntags = ['key']\n",
		FILE_OF_USER);
	assert_int_equal(r.status, 0);
	assert_int_equal(r.g.rules.n, 1);
	const struct rule *rule = &r.g.rules.at[0];
	assert_string_equal(rule->id, "acme");
	assert_string_equal(rule->title, "Acme key");
	assert_int_equal(rule->nkeywords, 1);
	assert_string_equal(rule->keywords[0], "acme_");
	assert_true(rule->ignore_case);
	assert_int_equal(rule->secret_group, 1);
	assert_int_equal(rule->before, 0);
	assert_int_equal(rule->after, 26);
	assert_true(rule->entropy == 3.0);
	assert_non_null(rule->path_regex);
	assert_int_equal(coverage_notices(r.cov, &n), 0);
	forget(&r);
}

static const struct {
	const char *text, *where, *part;
	size_t rules;
} notices[] = {
	{"[[rules]]\nid='a'\nregex='key[0-9]'", "f:3", "has none, which would be slow", 1},
	{"[[rules]]\nid='a'\nregex='[a-f]{32}'\nkeywords=['zzz']", "f:3", "no text of three bytes", 0},
	{"[[rules]]\nid='a'\nregex='key[0-9]'\nkeywords=['zzz']", "f:4", "none that all its matches hold", 1},
	{"[[rules]]\nid='a'\nregex='(?=x)key'\nkeywords=['key']", "f:3", "not part of RE2", 0},
	{"[[rules]]\nid='a'\nregex='key'\nkeywords=['key']\nsecretGroup=2", "f:5", "fewer groups", 0},
	{"[[rules]]\nid='a'\nregex='key'\nkeywords=['key']\nsecretGroup=1.5", "f:5", "whole number", 0},
	{"[[rules]]\nid='a'\npath='x'", "f:3", "names alone", 0},
	{"[[rules]]\nid='a'", "f:1", "has none", 0},
	{"[[rules]]\nregex='key'", "f:1", "without an id", 0},
	{"[[rules]]\nid='a b'\nregex='key'\nkeywords=['key']", "f:1", "letters, digits", 0},
	{"[[rules]]\nid='a'\nregex='key'\nkeywords=['key']\nnew=1", "f:5", "not known", 1},
	{"[[rules]]\nid='a'\nregex='key'\nkeywords=['key']\nentropy=9", "f:5", "entropy", 0},
	{"[[rules]]\nid='a'\nregex='^key'\nkeywords=['key']", "f:3", "beginning of a line", 1},
	{"[[rules]]\nid='a'\nregex='key'\nkeywords=['key']\npath='('", "f:5", "is left out", 0},
	{"something = 1", "f:1", "not known", 0},
	{"[extend]\nuseDefault = true", "f:2", "own rules stand for", 0},
	{"[extend]\nurl = 'x'", "f:2", "nothing is fetched", 0},
	{"[extend]\ndisabledRules = ['q']", "f:2", "'q' is no rule", 0},
	{"[extend]\npath = 'q.toml'", "f:2", "leads to no other", 0},
	{"[allowlist]\npaths = ['(', 'x']", "f:2", "pattern 1", 0},
	{"[allowlist]\nregexTarget = 'match'\nregexes = ['x']", "f:2", "the line around", 0},
	{"[[allowlists]]\ncondition = 'AND'\npaths = ['(']\nstopwords = ['x']", "f:1", "one of its conditions", 0},
};

static void what_is_not_honoured_is_told(void **unused) {
	(void)unused;
	for (size_t i = 0; i < sizeof(notices) / sizeof(*notices); i++) {
		struct read r;

		read_text(&r, notices[i].text, FILE_OF_USER);
		if (r.status != 0)
			fail_msg("%s: %s", notices[i].text, r.err.text);
		if (!told(&r, notices[i].where, notices[i].part))
			fail_msg("%s: not told at %s: %s", notices[i].text, notices[i].where, notices[i].part);
		assert_int_equal(r.g.rules.n, notices[i].rules);
		forget(&r);
	}
}

static void wrong_kinds_are_errors(void **unused) {
	static const char *const bad[] = {"rules = 1", "[[rules]]\nid='a'\nregex=1", "[[rules]]\nid='a'\nkeywords='x'",
		"[allowlist]\npaths='x'", "[allowlist]\ncondition='xor'",
		"[[rules]]\nid='a'\nregex='key'\nrequired=['x']", "extend = 1", "[allowlist"};

	(void)unused;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		struct read r;

		read_text(&r, bad[i], FILE_OF_USER);
		if (r.status == 0)
			fail_msg("%s is taken", bad[i]);
		assert_int_equal(r.err.kind, ERR_USAGE);
		assert_true(strncmp(r.err.text, "f:", 2) == 0);
		forget(&r);
	}
}

static void a_targets_rules_are_not_loaded(void **unused) {
	struct read r;

	(void)unused;
	read_text(
		&r, "[[rules]]\nid='a'\nregex='key1'\nkeywords=['key']\n[allowlist]\nstopwords=['x']", FILE_OF_TARGET);
	assert_int_equal(r.status, 0);
	assert_int_equal(r.g.rules.n, 0);
	assert_int_equal(r.g.allowlists.n, 1);
	assert_true(told(&r, "f:1", "not loaded"));
	forget(&r);
}

static const struct {
	const char *allowlist;
	bool accepts; /* the secret "swordfish" of rule "a" in "src/x.py", on the line "key = swordfish # x" */
} allow[] = {
	{"stopwords = ['FISH']", true},
	{"stopwords = ['bird']", false},
	{"paths = ['^src/']", true},
	{"paths = ['^tests/']", false},
	{"regexes = ['^sword']", true},
	{"regexes = ['key']", false},
	{"regexTarget = 'line'\nregexes = ['key']", true},
	{"condition = 'AND'\npaths = ['^src/']\nstopwords = ['bird']", false},
	{"condition = 'AND'\npaths = ['^src/']\nstopwords = ['fish']", true},
	{"condition = 'OR'\npaths = ['^src/']\nstopwords = ['bird']", true},
	{"commits = ['0101010101010101010101010101010101010101']", true},
	{"commits = ['0201010101010101010101010101010101010101']", false},
	{"targetRules = ['b']\nstopwords = ['fish']", false},
	{"targetRules = ['b', 'a']\nstopwords = ['fish']", true},
};

static void allowlists_accept_as_in_gitleaks(void **unused) {
	struct appraisal what = {.value = slice_str("swordfish"), .excerpt = slice_str("key = swordfish # x")};
	struct harvested h = {.what = &what, .path = slice_str("src/x.py"), .commit = {.n = 20}};

	(void)unused;
	memset(h.commit.id, 1, 20);
	for (size_t i = 0; i < sizeof(allow) / sizeof(*allow); i++) {
		struct read r;
		struct buf text = {0};

		buf_printf(&text, "[[allowlists]]\n%s\n", allow[i].allowlist);
		read_text(&r, buf_cstr(&text), FILE_OF_USER);
		assert_int_equal(r.status, 0);
		assert_int_equal(r.g.allowlists.n, 1);
		if (allowlist_accepts(&r.g.allowlists.at[0]->list, "a", &h) != allow[i].accepts)
			fail_msg("%s", allow[i].allowlist);
		buf_free(&text);
		forget(&r);
	}
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_rule_becomes_one_of_ours),
		cmocka_unit_test(what_is_not_honoured_is_told),
		cmocka_unit_test(wrong_kinds_are_errors),
		cmocka_unit_test(a_targets_rules_are_not_loaded),
		cmocka_unit_test(allowlists_accept_as_in_gitleaks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
