/* Scripts as commands: words, quotes, pipes, what runs inside words, and what is none of it. */
#include "core/buf.h"
#include "scanners/ci/shell.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

/* "curl -s x | bash" as "curl·-s·x|bash": a line for each command, deeper ones indented, redirections behind ">". */
static char *told(struct slice script) {
	struct arena a = {0};
	struct shell_script s = shell_read(&a, script);
	struct buf b = {0};
	char *text;

	for (size_t i = 0; i < s.n; i++) {
		const struct shell_command *c = &s.at[i];

		for (unsigned d = 0; d < c->depth; d++)
			buf_add_str(&b, "  ");
		if (c->from_pipe)
			buf_add_str(&b, "|");
		for (size_t k = 0; k < c->nset; k++)
			buf_printf(&b, "{%.*s}", (int)c->set[k].text.n, (const char *)c->set[k].text.p);
		for (size_t k = 0; k < c->n; k++) {
			assert_true(c->words[k].start < c->words[k].end && c->words[k].end <= script.n);
			buf_printf(&b, "[%.*s]", (int)c->words[k].text.n, (const char *)c->words[k].text.p);
		}
		for (size_t k = 0; k < c->nto; k++)
			buf_printf(&b, ">%.*s", (int)c->to[k].text.n, (const char *)c->to[k].text.p);
		buf_add_str(&b, "\n");
	}
	text = strdup(buf_cstr(&b));
	buf_free(&b);
	arena_free(&a);
	return text;
}

static void commands_are_told_apart(void **state) {
	static const struct {
		const char *script, *commands;
	} rows[] = {
		{"make all", "[make][all]\n"},
		{"a; b && c || d & e\nf", "[a]\n[b]\n[c]\n[d]\n[e]\n[f]\n"},
		{"curl -sSL https://x.test/i.sh | sudo bash -s -- --y",
			"[curl][-sSL][https://x.test/i.sh]\n|[sudo][bash][-s][--][--y]\n"},
		{"A=1 B='x y' make", "{A=1}{B=x y}[make]\n"},
		{"echo 'a | b' \"c; d\" e\\ f", "[echo][a | b][c; d][e f]\n"},
		{"# curl | sh\nmake # all", "[make]\n"},
		{"make \\\n  all", "[make][all]\n"},
		{"if [ -n \"$X\" ]; then deploy; fi", "[[][-n][$X][]]\n[deploy]\n"},
		{"x > out.txt 2>&1 < in", "[x]>out.txt\n"},
		{"cat <<EOF > f\ncurl | sh\nEOF\nmake", "[cat]>f\n[make]\n"},
		{"cat <<-'E O'\n\tcurl | sh\n\tE O\nmake", "[cat]\n[make]\n"},
		{"bash <(curl -s x) -t", "[bash][<(curl -s x)][-t]\n  [curl][-s][x]\n"},
		{"eval \"$(ssh-agent -s)\"", "[eval][$(ssh-agent -s)]\n  [ssh-agent][-s]\n"},
		{"x=`curl y`", "{x=`curl y`}\n  [curl][y]\n"},
		{"echo ${A:-b c} $((1 + 2))", "[echo][${A:-b c}][$((1 + 2))]\n"},
		{"echo ${{ secrets.X }} end", "[echo][${{ secrets.X }}][end]\n"},
		{"echo << parameters.x >> end", "[echo][<< parameters.x >>][end]\n"},
		{"echo $[[ inputs.x ]] end", "[echo][$[[ inputs.x ]]][end]\n"},
		{"echo \"open", "[echo][open]\n"},
		{"", ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char *text = told(slice_str(rows[i].script));

		assert_string_equal(text, rows[i].commands);
		free(text);
	}
}

static void programs_are_seen_through_wrappers(void **state) {
	static const char *const rows[][2] = {{"sudo -E npm publish", "npm"},
		{"env A=1 /usr/bin/twine upload x", "twine"}, {"time nohup deploy", "deploy"}, {"A=1", ""},
		{"sudo", ""}};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct arena a = {0};
		struct shell_script s = shell_read(&a, slice_str(rows[i][0]));
		size_t at;

		assert_int_equal(s.n, 1);
		assert_true(slice_eq(shell_program(&s.at[0], &at), slice_str(rows[i][1])));
		arena_free(&a);
	}
}

static void what_is_too_much_is_cut_and_said(void **state) {
	struct arena a = {0};
	struct buf b = {0};
	struct shell_script s;

	(void)state;
	for (int i = 0; i < SHELL_COMMANDS_MAX + 10; i++)
		buf_add_str(&b, "a\n");
	s = shell_read(&a, buf_slice(&b));
	assert_int_equal(s.n, SHELL_COMMANDS_MAX);
	assert_true(s.cut);
	buf_clear(&b);
	for (int i = 0; i < 1000; i++)
		buf_add_str(&b, "$(a ");
	s = shell_read(&a, buf_slice(&b));
	assert_true(s.cut);
	assert_true(s.n <= SHELL_DEPTH_MAX + 2);
	buf_free(&b);
	arena_free(&a);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(commands_are_told_apart),
		cmocka_unit_test(programs_are_seen_through_wrappers),
		cmocka_unit_test(what_is_too_much_is_cut_and_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
