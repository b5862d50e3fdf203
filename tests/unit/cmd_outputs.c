/* Pairing of formats and files, and report files that are whole or not there. */
#include "cmd/exit.h"
#include "cmd/outputs.h"
#include "cmd/progress.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
/* cmocka wants those first */
#include <cmocka.h>

#define LIST(...)                                                                                                      \
	(struct text_list) {                                                                                           \
		(const char *const[]){__VA_ARGS__, NULL}, sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *)  \
	}
#define NONE ((struct text_list){0})

static void formats_and_files_pair_in_order(void **state) {
	(void)state;
	const struct {
		struct text_list formats, files;
		const char *text; /* "FORMAT>FILE FORMAT>-" or the error */
	} rows[] = {
		{NONE, NONE, "text>-"},
		{LIST("json"), NONE, "json>-"},
		{LIST("json"), LIST("a"), "json>a"},
		{LIST("json", "sarif"), LIST("a", "b"), "json>a sarif>b"},
		{LIST("sarif", "text"), LIST("a"), "sarif>a text>-"},
		{LIST("text", "sarif"), LIST("-", "b"), "text>- sarif>b"},
		{NONE, LIST("x/a.json"), "json>x/a.json"},
		{NONE, LIST("a.jsonl", "b.sarif", "c.txt"), "jsonl>a.jsonl sarif>b.sarif text>c.txt"},
		{NONE, LIST("-"), "text>-"},
		{LIST("json"), LIST("a", "b.txt"), "json>a text>b.txt"},
		{LIST("json", "text"), NONE, "two reports for the standard output (json and text)"},
		{LIST("json", "text"), LIST("-"), "two reports for the standard output"},
		{LIST("json", "text"), LIST("a", "a"), "--output a is given twice"},
		{NONE, LIST("report"), "the name does not tell the format"},
		{NONE, LIST("a.json/report"), "the name does not tell the format"},
		{NONE, LIST("a.pdf"), "the name does not tell the format"},
		{NONE, LIST(""), "needs the name of a file"},
		{LIST("xml"), NONE, "'xml' is not a format"},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct arena a = {0};
		struct outputs o;
		struct error err = {0};
		struct buf got = {0};
		if (outputs_pair(&a, &rows[i].formats, &rows[i].files, &o, &err) < 0) {
			buf_add_str(&got, err.text);
			assert_int_equal(err.kind, ERR_USAGE);
		} else {
			for (size_t k = 0; k < o.n; k++)
				buf_printf(&got, "%s%s>%s", k ? " " : "", o.at[k].format->name,
					o.at[k].file ? o.at[k].file : "-");
		}
		if (!strstr(buf_cstr(&got), rows[i].text))
			fail_msg("row %zu gave '%s', not '%s'", i, buf_cstr(&got), rows[i].text);
		buf_free(&got);
		arena_free(&a);
	}
}

static int write_short(const struct report *r, const struct report_style *style, FILE *out, struct error *err) {
	(void)r, (void)err;
	assert_false(style->color);
	fputs("whole\n", out);
	return 0;
}

static int write_half(const struct report *r, const struct report_style *style, FILE *out, struct error *err) {
	(void)r, (void)style;
	fputs("half", out);
	return error_set(err, ERR_IO, "broke off");
}

static const struct report_format good = {.name = "good", .media_type = "", .help = "", .write = write_short};
static const struct report_format bad = {.name = "bad", .media_type = "", .help = "", .write = write_half};

struct folder {
	struct arena a;
	char path[64];
};

static struct folder *folder_new(void) {
	struct folder *f = calloc(1, sizeof(*f));
	strcpy(f->path, "/tmp/nhiscan-outputs-XXXXXX");
	assert_non_null(mkdtemp(f->path));
	return f;
}

static const char *in(struct folder *f, const char *name) {
	return arena_printf(&f->a, "%s/%s", f->path, name);
}

/* Removes `name`, then the folder, which must be empty: nothing temporary may be left. */
static void folder_done(struct folder *f, const char *name) {
	if (name)
		assert_int_equal(unlink(in(f, name)), 0);
	assert_int_equal(rmdir(f->path), 0);
	arena_free(&f->a);
	free(f);
}

static void put(const char *file, const char *text) {
	FILE *f = fopen(file, "w");
	fputs(text, f);
	fclose(f);
}

static void assert_holds(const char *file, const char *text) {
	char got[64] = "";
	FILE *f = fopen(file, "r");
	assert_non_null(f);
	got[fread(got, 1, sizeof(got) - 1, f)] = '\0';
	fclose(f);
	assert_string_equal(got, text);
}

static void file_is_private_and_replaces_the_old_one(void **state) {
	(void)state;
	struct folder *f = folder_new();
	struct output one = {&good, in(f, "r.json")};
	const struct outputs o = {&one, 1};
	struct error err = {0};
	struct stat st;
	put(one.file, "old and much longer\n");
	chmod(one.file, 0644);
	assert_int_equal(outputs_check(&o, &err), 0);
	assert_holds(one.file, "old and much longer\n");
	assert_int_equal(outputs_write(&o, NULL, NULL, &err), 0);
	assert_holds(one.file, "whole\n");
	assert_int_equal(stat(one.file, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	folder_done(f, "r.json");
}

static void failure_leaves_the_old_file_and_the_other_reports(void **state) {
	(void)state;
	struct folder *f = folder_new();
	const struct output two[] = {{&bad, in(f, "old")}, {&good, in(f, "other")}};
	const struct outputs o = {two, 2};
	struct error err = {0};
	put(two[0].file, "old\n");
	assert_int_equal(outputs_write(&o, NULL, NULL, &err), -1);
	assert_non_null(strstr(err.text, "/old: broke off"));
	assert_holds(two[0].file, "old\n");
	assert_holds(two[1].file, "whole\n");
	unlink(two[1].file);
	folder_done(f, "old");
}

static void links_folders_and_fifos_are_refused(void **state) {
	(void)state;
	struct folder *f = folder_new();
	struct output one = {&good, in(f, "name")};
	const struct outputs o = {&one, 1};
	struct error err = {0};
	const char *victim = in(f, "victim");
	put(victim, "victim\n");
	assert_int_equal(symlink("victim", one.file), 0);
	assert_int_equal(outputs_check(&o, &err), -1);
	assert_int_equal(err.kind, ERR_USAGE);
	assert_non_null(strstr(err.text, "symbolic link"));
	assert_int_equal(outputs_write(&o, NULL, NULL, &err), -1);
	assert_holds(victim, "victim\n");
	unlink(one.file);
	assert_int_equal(mkfifo(one.file, 0600), 0);
	assert_int_equal(outputs_check(&o, &err), -1);
	assert_non_null(strstr(err.text, "not a regular file"));
	unlink(one.file);
	assert_int_equal(mkdir(one.file, 0700), 0);
	assert_int_equal(outputs_check(&o, &err), -1);
	assert_non_null(strstr(err.text, "a folder"));
	rmdir(one.file);
	one.file = in(f, "absent/name");
	assert_int_equal(outputs_check(&o, &err), -1);
	assert_non_null(strstr(err.text, "its folder cannot be written"));
	folder_done(f, "victim");
}

static void character_device_is_written_as_it_is(void **state) {
	(void)state;
	const struct output null = {&good, "/dev/null"}, full = {&good, "/dev/full"};
	struct error err = {0};
	struct stat st;
	assert_int_equal(outputs_check(&(struct outputs){&null, 1}, &err), 0);
	assert_int_equal(outputs_write(&(struct outputs){&null, 1}, NULL, NULL, &err), 0);
	assert_int_equal(stat("/dev/null", &st), 0);
	assert_true(S_ISCHR(st.st_mode));
	assert_int_equal(outputs_write(&(struct outputs){&full, 1}, NULL, NULL, &err), -1);
	assert_int_equal(err.kind, ERR_IO);
}

static void progress_is_readable(void **state) {
	(void)state;
	struct progress p = {0};
	char text[80];
	progress_text(&p, false, text, sizeof(text));
	assert_string_equal(text, "0 documents, 0 B");
	p.documents = 1234567;
	p.bytes = 1500000;
	p.expected_bytes = 3000000;
	progress_text(&p, true, text, sizeof(text));
	assert_string_equal(text, "1,234,567 documents, 1.5 MB, 50%, stopping");
	p.bytes = UINT64_MAX;
	progress_text(&p, false, text, sizeof(text));
	assert_string_equal(text, "1,234,567 documents, 18.4 EB, 100%");
	progress_stop(NULL);
	progress_stop(progress_start(stderr, &p, NULL)); /* too short to show anything */
}

static void token_like_text_is_covered_in_errors(void **state) {
	(void)state;
	static const struct {
		const char *text, *covered;
	} rows[] = {
		{"no such file: src/main.c", "no such file: src/main.c"},
		{"--fingerprint-key-file needs", "--fingerprint-key-file needs"},
		{"a/abcd1234efgh5678/b", "a/abcd****/b"},
		{"abcd1234efgh567", "abcd1234efgh567"},
		{"conf/names-of-services-2.yaml", "conf/names-of-services-2.yaml"},
		{"release_notes_2024-draft-of-it.md", "release_notes_2024-draft-of-it.md"},
		{"names-of-a1b2c3d4e5", "name****"},
		{"line\nbreak\x1b[0m", "line\\nbreak\\x1b[0m"},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct buf b = {0};
		exit_cover(&b, slice_str(rows[i].text));
		assert_string_equal(buf_cstr(&b), rows[i].covered);
		buf_free(&b);
	}
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(formats_and_files_pair_in_order),
		cmocka_unit_test(file_is_private_and_replaces_the_old_one),
		cmocka_unit_test(failure_leaves_the_old_file_and_the_other_reports),
		cmocka_unit_test(links_folders_and_fifos_are_refused),
		cmocka_unit_test(character_device_is_written_as_it_is),
		cmocka_unit_test(progress_is_readable),
		cmocka_unit_test(token_like_text_is_covered_in_errors),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
