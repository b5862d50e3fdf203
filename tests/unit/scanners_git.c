/* The git scanner on real repositories: what is delivered, and the place, path and commit of each blob.
 * Ranges and the index are in scanners_git_range.c, damage in scanners_git_damage.c. */
#include "git_fixture.h"

static void blob_at_head_has_its_first_commit(void **state) {
	(void)state;
	char *d = fixture("init; mkdir a; echo one >a/f; commit 1 first; echo two >g; commit 2 second");
	struct scan s = scan_run((struct scan_request){.dir = d});
	assert_origin(&s, "one\n", PLACE_HEAD, "a/f", rev(d, "HEAD~1"));
	assert_origin(&s, "two\n", PLACE_HEAD, "g", rev(d, "HEAD"));
	assert_int_equal(scan_find(&s, "one\n")->origin.authored.at, 1700000001);
	assert_false(coverage_is_incomplete(s.coverage));
	scan_free(&s);
	fixture_free(d);
}

static void removed_blob_is_history(void **state) {
	(void)state;
	char *d =
		fixture("init; echo one >f; commit 1 first; echo two >f; commit 2 second; git rm -q f; commit 3 third");
	struct scan s = scan_run((struct scan_request){.dir = d});
	assert_origin(&s, "one\n", PLACE_HISTORY, "f", rev(d, "HEAD~2"));
	assert_origin(&s, "two\n", PLACE_HISTORY, "f", rev(d, "HEAD~1"));
	scan_free(&s);
	fixture_free(d);
}

static void moved_blob_has_the_path_at_head(void **state) {
	(void)state;
	char *d = fixture(
		"init; echo one >f; commit 1 first; mkdir new; git mv f new/g; cp new/g new/h; commit 2 second");
	struct scan s = scan_run((struct scan_request){.dir = d});
	assert_origin(&s, "one\n", PLACE_HEAD, "new/g", rev(d, "HEAD~1"));
	scan_free(&s);
	fixture_free(d);
}

static void merge_only_content_is_found(void **state) {
	(void)state;
	char *d = fixture("init; echo base >f; commit 1 base; git checkout -q -b side; echo side >s; commit 2 side\n"
			  "git checkout -q main; echo main >m; commit 3 main; git merge -q --no-commit side\n"
			  "echo evil >evil; echo kept >kept; commit 4 merge; git rm -q evil; commit 5 clean");
	struct scan s = scan_run((struct scan_request){.dir = d});
	assert_origin(&s, "evil\n", PLACE_MERGE, "evil", rev(d, "HEAD~1"));
	assert_origin(&s, "kept\n", PLACE_HEAD, "kept", rev(d, "HEAD~1"));
	assert_origin(&s, "side\n", PLACE_HEAD, "s", rev(d, "side"));
	scan_free(&s);
	fixture_free(d);
}

static void every_stash_entry_is_found(void **state) {
	(void)state;
	char *d = fixture("init; echo base >f; commit 1 base; at 2; echo older >f; git stash -q; at 3; echo newer >f; "
			  "git stash -q\n"
			  "at 4; echo loose >u; git stash -q -u");
	struct scan s = scan_run((struct scan_request){.dir = d});
	assert_origin(&s, "older\n", PLACE_STASH, "f", rev(d, "stash@{2}"));
	assert_origin(&s, "newer\n", PLACE_STASH, "f", rev(d, "stash@{1}"));
	assert_origin(&s, "loose\n", PLACE_STASH, "u", rev(d, "stash@{0}^3"));
	assert_origin(&s, "base\n", PLACE_HEAD, "f", rev(d, "main"));
	scan_free(&s);
	fixture_free(d);
}

static void amended_and_reset_commits_are_reflog(void **state) {
	(void)state;
	char *d = fixture("init; echo base >f; commit 1 base; echo first >f; commit 2 slip\n"
			  "echo fixed >f; git add f; at 3; git commit -q --amend -m amended; rm .git/COMMIT_EDITMSG; "
			  "echo lost >g; commit 4 lost\n"
			  "git reset -q --hard HEAD~1");
	struct scan s = scan_run((struct scan_request){.dir = d});
	assert_origin(&s, "first\n", PLACE_REFLOG, "f", rev(d, "HEAD@{3}"));
	assert_origin(&s, "lost\n", PLACE_REFLOG, "g", rev(d, "HEAD@{1}"));
	assert_origin(&s, "fixed\n", PLACE_HEAD, "f", rev(d, "HEAD"));
	scan_free(&s);
	fixture_free(d);
}

static void unreachable_blob_is_said_to_be(void **state) {
	(void)state;
	char *d = fixture("init; echo base >f; commit 1 base; echo nowhere | git hash-object -w --stdin; echo staged "
			  ">g; git add g");
	struct scan s = scan_run((struct scan_request){.dir = d});
	assert_origin(&s, "nowhere\n", PLACE_UNREACHABLE, "", NULL);
	const struct seen *staged = scan_find(&s, "staged\n");
	assert_int_equal(staged->origin.place, PLACE_INDEX);
	assert_true(staged->origin.known);
	assert_true(slice_eq(staged->origin.path, slice_str("g")));
	scan_free(&s);
	fixture_free(d);
}

static void other_worktrees_count(void **state) {
	(void)state;
	char *d = fixture("init main; cd main; echo base >f; commit 1 base; git worktree add -q --detach ../other\n"
			  "cd ../other; echo apart >g; commit 2 apart; echo waiting >w; git add w; rm .git; cd "
			  "../main; rm -rf ../other/x\n"
			  "sed -i d .git/worktrees/other/logs/HEAD; git reflog expire --expire=now --all");
	char *main_dir = NULL;
	assert_true(asprintf(&main_dir, "%s/main", d) > 0);
	struct scan s = scan_run((struct scan_request){.dir = main_dir});
	assert_int_equal(scan_find(&s, "apart\n")->origin.place, PLACE_HISTORY);
	assert_int_equal(scan_find(&s, "waiting\n")->origin.place, PLACE_INDEX);
	scan_free(&s);
	/* The linked worktree as the target: its HEAD decides what is at HEAD. */
	s = scan_run((struct scan_request){.dir = main_dir, .git = ".git/worktrees/other"});
	assert_int_equal(scan_find(&s, "apart\n")->origin.place, PLACE_HEAD);
	scan_free(&s);
	free(main_dir);
	fixture_free(d);
}

static void messages_notes_names_and_configuration(void **state) {
	(void)state;
	char *d = fixture("init; echo base >f; commit 1 'Subject of it'; at 2; git tag -a -m 'Words of a tag' v1\n"
			  "git notes add -m 'Words of a note'; git branch odd/name; git pack-refs --all\n"
			  "git config remote.origin.url https://user:pass@example.org/r.git; printf '#!/bin/sh\\necho "
			  "h\\n' >.git/hooks/pre-push");
	struct scan s = scan_run((struct scan_request){.dir = d});
	const struct seen *m = scan_find(&s, "commit Subject of it\n"), *t = scan_find(&s, "Words of a tag\n");
	char hex[OBJECT_ID_HEX_MAX];
	assert_int_equal(m->place, PLACE_COMMIT_MESSAGE);
	object_id_hex(&m->commit, hex);
	assert_string_equal(hex, rev(d, "HEAD"));
	assert_int_equal(m->authored.at, 1700000001);
	assert_int_equal(t->place, PLACE_TAG_MESSAGE);
	object_id_hex(&t->object, hex);
	assert_string_equal(hex, rev(d, "v1"));
	assert_int_equal(scan_find(&s, "Words of a note\n")->origin.place, PLACE_NOTE);
	const struct seen *names =
		scan_find(&s, "HEAD\nrefs/heads/main\nrefs/heads/odd/name\nrefs/tags/v1\nrefs/notes/commits\n");
	assert_non_null(names);
	assert_int_equal(names->place, PLACE_REF_NAME);
	const struct seen *hook = scan_find(&s, "#!/bin/sh\necho h\n");
	assert_int_equal(hook->place, PLACE_CONFIG);
	assert_string_equal(hook->path, ".git/hooks/pre-push");
	bool config = false;
	for (size_t i = 0; i < s.docs.n; i++)
		config |= s.docs.at[i].place == PLACE_CONFIG && strstr(s.docs.at[i].text, "user:pass@") &&
			  strcmp(s.docs.at[i].path, ".git/config") == 0;
	assert_true(config);
	scan_free(&s);
	fixture_free(d);
}

static void bare_repository_is_read(void **state) {
	(void)state;
	char *d = fixture("init w; cd w; echo one >f; commit 1 first; cd ..; git clone -q --bare w b.git; rm -rf w");
	struct scan s = scan_run((struct scan_request){.dir = d, .git = "b.git", .bare = true});
	assert_int_equal(scan_find(&s, "one\n")->origin.place, PLACE_HEAD);
	scan_free(&s);
	fixture_free(d);
}

static void empty_repository_has_nothing(void **state) {
	(void)state;
	char *d = fixture("init");
	struct scan s = scan_run((struct scan_request){.dir = d});
	assert_int_equal(s.read, 0);
	assert_int_equal(coverage_unit(s.coverage, UNIT_BLOB).seen, 0);
	assert_false(coverage_is_incomplete(s.coverage));
	scan_free(&s);
	fixture_free(d);
}

static void tag_of_a_blob_is_history(void **state) {
	(void)state;
	char *d = fixture("init; echo base >f; commit 1 base; at 2; git tag -a -m t t $(echo tagged | git hash-object "
			  "-w --stdin)");
	struct scan s = scan_run((struct scan_request){.dir = d});
	assert_origin(&s, "tagged\n", PLACE_HISTORY, "", NULL);
	assert_int_equal(scan_find(&s, "t\n")->origin.place, PLACE_TAG_MESSAGE);
	scan_free(&s);
	fixture_free(d);
}

static void empty_and_large_blobs_are_counted(void **state) {
	(void)state;
	char *d = fixture("init; : >empty; head -c 5000 /dev/zero >large; echo small >small; commit 1 c");
	struct scan s = scan_run((struct scan_request){.dir = d, .max_document = 4096});
	struct unit_count c = coverage_unit(s.coverage, UNIT_BLOB);
	assert_int_equal(c.seen, 3);
	assert_int_equal(c.read, 1);
	assert_int_equal(c.skipped[SKIP_EMPTY], 1);
	assert_int_equal(c.skipped[SKIP_TOO_LARGE], 1);
	assert_true(coverage_is_incomplete(s.coverage));
	scan_free(&s);
	fixture_free(d);
}

static int compare_seen(const void *a, const void *b) {
	const struct seen *x = a, *y = b;
	int c = memcmp(x->object.id, y->object.id, sizeof(x->object.id));
	return c ? c : strcmp(x->path, y->path);
}

static void threads_do_not_show(void **state) {
	(void)state;
	char *d = fixture("init; for i in 1 2 3 4 5 6 7 8; do mkdir -p d$i; for k in 1 2 3 4 5 6 7 8 9; do seq $i "
			  "$((k*40)) >d$i/$k; done\n"
			  "commit $i c$i; done; git gc -q; echo x >x; commit 9 loose");
	struct scan one = scan_run((struct scan_request){.dir = d, .threads = 1});
	struct scan many = scan_run((struct scan_request){.dir = d, .threads = 5, .versions = true});
	assert_true(many.versions > 10);
	assert_int_equal(many.states, 0);
	assert_int_equal(one.docs.n, many.docs.n);
	qsort(one.docs.at, one.docs.n, sizeof(struct seen), compare_seen);
	qsort(many.docs.at, many.docs.n, sizeof(struct seen), compare_seen);
	for (size_t i = 0; i < one.docs.n; i++) {
		const struct seen *x = &one.docs.at[i], *y = &many.docs.at[i];
		assert_string_equal(x->text, y->text);
		assert_int_equal(x->place, y->place);
		assert_memory_equal(&x->object, &y->object, sizeof(x->object));
		assert_int_equal(x->origin.place, y->origin.place);
		assert_true(slice_eq(x->origin.path, y->origin.path));
		assert_memory_equal(&x->origin.commit, &y->origin.commit, sizeof(x->origin.commit));
	}
	scan_free(&one);
	scan_free(&many);
	fixture_free(d);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(blob_at_head_has_its_first_commit),
		cmocka_unit_test(removed_blob_is_history),
		cmocka_unit_test(moved_blob_has_the_path_at_head),
		cmocka_unit_test(merge_only_content_is_found),
		cmocka_unit_test(every_stash_entry_is_found),
		cmocka_unit_test(amended_and_reset_commits_are_reflog),
		cmocka_unit_test(unreachable_blob_is_said_to_be),
		cmocka_unit_test(other_worktrees_count),
		cmocka_unit_test(messages_notes_names_and_configuration),
		cmocka_unit_test(bare_repository_is_read),
		cmocka_unit_test(empty_repository_has_nothing),
		cmocka_unit_test(tag_of_a_blob_is_history),
		cmocka_unit_test(empty_and_large_blobs_are_counted),
		cmocka_unit_test(threads_do_not_show),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
