/* Globs against gitignore(5): a table of its cases, and random input against a slow recursive matcher.
 * Walking folders with them is tested in scanners_tree.c. */
#include "core/glob.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

static void glob_match_follows_gitignore(void **state) {
	static const struct {
		const char *pattern, *path;
		bool matches;
	} rows[] = {
		{"foo", "foo", true},
		{"foo", "a/b/foo", true},
		{"foo", "food", false},
		{"/foo", "foo", true},
		{"/foo", "a/foo", false},
		{"a/foo", "a/foo", true},
		{"a/foo", "b/a/foo", false},
		{"*.tf", "x.tf", true},
		{"*.tf", "deep/er/x.tf", true},
		{"*.tf", ".tf", true},
		{"*.tf", "x.tfvars", false},
		{"a/*", "a/b", true},
		{"a/*", "a/b/c", false},
		{"a/*/c", "a/b/c", true},
		{"a/?", "a/b", true},
		{"a?b", "a/b", false},
		{"a*b", "a/b", false},
		{"**/foo", "foo", true},
		{"**/foo", "a/b/foo", true},
		{"**/foo/bar", "x/foo/bar", true},
		{"**/foo/bar", "x/foo/y/bar", false},
		{"a/**", "a/b/c", true},
		{"a/**", "a", false},
		{"a/**/b", "a/b", true},
		{"a/**/b", "a/x/y/b", true},
		{"a/**/b", "a/x/y/c", false},
		{"a/**/b/**/c", "a/b/b/x/c", true},
		{"a**b/c", "axxb/c", true},
		{"a**b/c", "ax/xb/c", false},
		{"**", "a/b", true},
		{"[ab]x", "bx", true},
		{"[!ab]x", "bx", false},
		{"[^ab]x", "cx", true},
		{"[a-c]", "b", true},
		{"[a-c]", "d", false},
		{"[]]", "]", true},
		{"[]-]", "-", true},
		{"[a-]", "-", true},
		{"[[:digit:]]x", "7x", true},
		{"[[:digit:]_]x", "_x", true},
		{"[[:digit:]]x", "ax", false},
		{"[\\]]", "]", true},
		{"[ab", "a", false},
		{"\\*", "*", true},
		{"\\*", "a", false},
		{"a\\", "a", false},
		{"dir/", "dir", false},
		{"dir/", "dir/", true},
		{"", "a", false},
		{"a", "", false},
		{"*", "a/b", true},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (glob_match(slice_str(rows[i].pattern), slice_str(rows[i].path)) != rows[i].matches)
			fail_msg("%s against %s", rows[i].pattern, rows[i].path);
}

static void glob_list_last_match_decides(void **state) {
	static const char text[] = "\xef\xbb\xbf# comment\n\n*.log\n!keep.log\n/build/\ndocs/*.txt\r\n\\#odd\n\\!bang\n"
				   "blank\\ \ntrail  \nonly/\n!only/in";
	static const struct {
		const char *path;
		bool is_dir;
		enum glob_answer answer;
	} rows[] = {
		{"x.log", false, GLOB_IGNORED},
		{"a/x.log", false, GLOB_IGNORED},
		{"a/keep.log", false, GLOB_KEPT},
		{"build", true, GLOB_IGNORED},
		{"build", false, GLOB_NONE},
		{"build/deep/keep.log", false, GLOB_IGNORED},
		{"a/build", true, GLOB_NONE},
		{"docs/a.txt", false, GLOB_IGNORED},
		{"docs/b/a.txt", false, GLOB_NONE},
		{"#odd", false, GLOB_IGNORED},
		{"!bang", false, GLOB_IGNORED},
		{"blank ", false, GLOB_IGNORED},
		{"trail", false, GLOB_IGNORED},
		{"only/in", false, GLOB_IGNORED},
		{"# comment", false, GLOB_NONE},
	};
	struct arena a = {0};
	struct glob_list *l = glob_list_parse(&a, slice_of(text, sizeof(text) - 1));

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (glob_list_match(l, slice_str(rows[i].path), rows[i].is_dir) != rows[i].answer)
			fail_msg("%s", rows[i].path);
	assert_int_equal(glob_list_match(glob_list_parse(&a, slice_str("")), slice_str("a"), false), GLOB_NONE);
	arena_free(&a);
}

/* The oracle: gitignore's rules said in the most direct way, exponential. Patterns are anchored, without brackets. */
static bool slow_part(const char *p, const char *p_end, const char *s, const char *s_end) {
	if (p == p_end)
		return s == s_end;
	if (*p == '*')
		return slow_part(p + 1, p_end, s, s_end) || (s < s_end && slow_part(p, p_end, s + 1, s_end));
	return s < s_end && (*p == '?' || *p == *s) && slow_part(p + 1, p_end, s + 1, s_end);
}

static bool slow_path(const char *p, const char *s) {
	if (!p || !s)
		return !p && !s;

	const char *p_slash = strchr(p, '/'), *s_slash = strchr(s, '/');
	const char *p_end = p_slash ? p_slash : p + strlen(p), *s_end = s_slash ? s_slash : s + strlen(s);
	const char *p_next = p_slash ? p_slash + 1 : NULL, *s_next = s_slash ? s_slash + 1 : NULL;

	if (p_end - p == 2 && p[0] == '*' && p[1] == '*') {
		if (!p_next)
			return true;
		return slow_path(p_next, s) || (s_next && slow_path(p, s_next));
	}
	return slow_part(p, p_end, s, s_end) && slow_path(p_next, s_next);
}

static void random_text(char *out, size_t max, const char *alphabet) {
	size_t n = 1 + (size_t)rand() % max, letters = strlen(alphabet);

	for (size_t i = 0; i < n; i++) {
		out[i] = alphabet[(size_t)rand() % letters];
		if (out[i] == '/' && (i == 0 || i == n - 1 || out[i - 1] == '/'))
			out[i] = 'a';
	}
	out[n] = 0;
}

static void glob_match_equals_slow_matcher(void **state) {
	char pattern[32], path[32], anchored[40];
	size_t matched = 0;

	(void)state;
	srand(7);
	for (int i = 0; i < 300000; i++) {
		random_text(pattern, 9, i % 2 ? "ab**/?" : "ab***///");
		random_text(path, 12, "aab/");
		snprintf(anchored, sizeof(anchored), "/%s", pattern);
		bool expected = slow_path(pattern, path);
		matched += expected;
		if (glob_match(slice_str(anchored), slice_str(path)) != expected)
			fail_msg("%s against %s: expected %d", anchored, path, expected);
	}
	assert_true(matched > 1000);
}

static void no_pattern_is_slow(void **state) {
	char pattern[4001], path[8001];

	(void)state;
	for (size_t i = 0; i + 1 < sizeof(pattern); i += 2)
		pattern[i] = i % 40 == 38 ? '/' : '*', pattern[i + 1] = 'a';
	memset(path, 'a', sizeof(path));
	for (size_t i = 39; i < sizeof(path); i += 40)
		path[i] = '/';
	path[8000] = 0;
	assert_false(glob_match(slice_of(pattern, 4000), slice_of(path, 8000)));
	for (size_t i = 0; i < 3999; i += 3)
		pattern[i] = '*', pattern[i + 1] = i % 6 ? 'a' : '*', pattern[i + 2] = '/';
	assert_false(glob_match(slice_of(pattern, 3997), slice_of(path, 8000)));
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(glob_match_follows_gitignore),
		cmocka_unit_test(glob_list_last_match_decides),
		cmocka_unit_test(glob_match_equals_slow_matcher),
		cmocka_unit_test(no_pattern_is_slow),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
