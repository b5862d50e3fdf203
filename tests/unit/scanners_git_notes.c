/* A history loaded from what was kept of its commits is the one that is read from the store, whichever of them were kept. */
#include "scanners/git/history.h"

#include "tests/unit/git_repo.h"

struct noting {
	struct store *store;
	struct store_reader *reader;
	struct commit_notes *notes;
	unsigned every, count, kept;
};

static bool note_one(void *ctx, const struct object_id *id) {
	struct noting *n = ctx;
	struct buf bytes = {0};
	enum object_type type;
	struct commit_view c;
	assert_int_equal(store_read(n->reader, id, &type, &bytes, NULL), TROUBLE_NONE);
	if (type == OBJECT_COMMIT && n->count++ % n->every == 0) {
		assert_int_equal(commit_parse(buf_slice(&bytes), id->n, &c, NULL), 0);
		commit_notes_add(n->notes, n->count % 3, id, &c);
		n->kept++;
	}
	buf_free(&bytes);
	return true;
}

static void load(struct history *h, const struct store *s, const struct refs *refs, const struct commit_notes *notes) {
	const struct history_options o = {.store = s, .refs = refs, .notes = notes};
	struct error err = {0};
	assert_int_equal(history_load(h, &o, &err), 0);
	assert_int_equal(h->troubles.n, 0);
}

static void same(const struct history *a, const struct history *b) {
	assert_int_equal(a->at.n, b->at.n);
	assert_int_equal(a->parents.n, b->parents.n);
	assert_int_equal(a->tips.n, b->tips.n);
	assert_memory_equal(a->ids.ids, b->ids.ids, a->ids.n * a->id_bytes);
	assert_memory_equal(a->parents.at, b->parents.at, a->parents.n * sizeof(*a->parents.at));
	for (size_t i = 0; i < a->at.n; i++) {
		const struct history_commit *x = &a->at.at[i], *y = &b->at.at[i];
		assert_memory_equal(x->tree, y->tree, sizeof(x->tree));
		assert_true(x->authored.state == y->authored.state && x->authored.at == y->authored.at);
		assert_true(x->committed == y->committed && x->class == y->class && x->is_merge == y->is_merge);
		assert_true(x->first_parent == y->first_parent && x->nparents == y->nparents);
		assert_true(x->is_present && y->is_present);
	}
	for (size_t i = 0; i < a->tips.n; i++)
		assert_int_equal(a->tips.at[i].commit, b->tips.at[i].commit);
}

static void check(const char *format, uint8_t id_bytes) {
	char dir[sizeof(REPO_NAME)], objects[100];
	repo_temp(dir);
	run("git init -q --bare %s %s", format, dir);
	repo_fill(dir, 6, 80, 4711);
	run("cd %s && git tag light main~3 && git -c user.name=a -c user.email=b tag -m x heavy main~5", dir);
	snprintf(objects, sizeof(objects), "%s/objects", dir);
	struct store_options so = {.id_bytes = id_bytes};
	struct store *s = store_open(objects, &so, NULL);
	struct refs refs;
	struct history plain, noted;
	refs_read(&refs, dir, dir, id_bytes);
	load(&plain, s, &refs, NULL);
	assert_true(plain.at.n >= 80 && plain.tips.n >= 3);
	for (unsigned every = 1; every < 4; every++) {
		struct noting n = {s, store_reader_new(s), commit_notes_new(id_bytes, 3), every, 0, 0};
		struct commit_view view;
		uint8_t nobody[32] = {0};
		store_each(s, note_one, &n);
		store_each(s, note_one, &n); /* twice is once */
		commit_notes_settle(n.notes);
		assert_true(n.kept > 20);
		assert_false(commit_notes_find(n.notes, nobody, &view));
		load(&noted, s, &refs, n.notes);
		same(&plain, &noted);
		history_free(&noted);
		commit_notes_free(n.notes);
		store_reader_free(n.reader);
	}
	history_free(&plain);
	refs_free(&refs);
	store_close(s);
	repo_remove(dir);
}

static void notes_say_what_commits_say(void **state) {
	(void)state;
	check("", 20);
	check("--object-format=sha256", 32);
}

int main(void) {
	const struct CMUnitTest tests[] = {cmocka_unit_test(notes_say_what_commits_say)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
