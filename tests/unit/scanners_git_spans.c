/* From which commit to which a blob is held, and where: held against what `git ls-tree` says of every commit, for trees that are read,
 * that are remembered, and that are partly so. Then what hostile histories may do: depth, and folders that are not there. */
#include "tests/unit/git_repo.h"

#include "scanners/git/spans.h"
#include "scanners/git/tree.h"

#define COMMITS	 60
#define PATH_LEN 64

struct held {
	uint32_t first, last, last_head;
	char path[PATH_LEN]; /* the first by bytes in the first commit */
};

struct lab {
	char dir[sizeof(REPO_NAME)];
	char git[sizeof(REPO_NAME) + 8];
	struct store *store;
	struct refs refs;
	struct history history;
	uint32_t *order;
	size_t norder;
	uint8_t *from_head;
	struct id_table blobs; /* every blob of some commit */
	VEC(struct held) held; /* by blob */
};

/* Files with few contents, so that blobs and folders are the same in many places and come back; side branches that are merged. */
static void make_history(struct lab *l, uint64_t seed) {
	char cmd[200];
	static const char *const folders[] = {"", "a/", "a.b/", "a/x/", "b/", "b/a/x/", "c/d/e/f/"};
	snprintf(cmd, sizeof(cmd), "git -C %s fast-import --quiet --force", l->dir);
	FILE *f = popen(cmd, "w");
	for (unsigned c = 1; c <= COMMITS; c++) {
		const char *branch = next_random(&seed) % 4 ? "main" : "side";
		fprintf(f, "commit refs/heads/%s\nmark :%u\ncommitter A <a@example.com> %u +0000\ndata 0\n", branch, c,
			1700000000u + c);
		if (c > 3 && next_random(&seed) % 6 == 0)
			fprintf(f, "merge :%u\n", (unsigned)(next_random(&seed) % (c - 1)) + 1);
		for (unsigned k = 0; k < 4; k++) {
			const char *folder = folders[next_random(&seed) % 7];
			unsigned name = (unsigned)(next_random(&seed) % 5);
			if (next_random(&seed) % 4 == 0)
				fprintf(f, "D %s%u\n", folder, name);
			else
				fprintf(f, "M 100644 inline %s%u\ndata 2\n%02u\n", folder, name,
					(unsigned)(next_random(&seed) % 40));
		}
	}
	assert_int_equal(pclose(f), 0);
}

static void note(struct lab *l, uint32_t position, const char *hex, const char *path) {
	struct object_id id;
	bool added;
	hex_read(hex, &id);
	uint32_t n = id_table_add(&l->blobs, id.id, id.n, &added);
	struct held fresh = {position, position, SPAN_NONE, ""};
	if (added)
		VEC_PUSH(&l->held, fresh);
	struct held *h = &l->held.at[n];
	if (position == h->first && (!h->path[0] || strcmp(path, h->path) < 0))
		snprintf(h->path, sizeof(h->path), "%s", path);
	h->last = position;
	if (l->from_head[l->order[position]])
		h->last_head = position;
}

static void ask_git(struct lab *l) {
	for (uint32_t i = 0; i < l->norder; i++) {
		char cmd[200], hex[OBJECT_ID_HEX_MAX], blob[80], path[PATH_LEN];
		struct object_id id = id_table_at(&l->history.ids, l->order[i]);
		object_id_hex(&id, hex);
		snprintf(cmd, sizeof(cmd), "git -C %s ls-tree -r %s", l->dir, hex);
		FILE *f = popen(cmd, "r");
		while (fscanf(f, "%*s blob %79s %63[^\n]", blob, path) == 2)
			note(l, i, blob, path);
		assert_int_equal(pclose(f), 0);
	}
}

static void lab_open(struct lab *l, uint64_t seed) {
	char objects[sizeof(l->git) + 10];
	struct id_table none = {0};
	struct error err = {0};
	memset(l, 0, sizeof(*l));
	repo_temp(l->dir);
	run("git init -q -b main %s", l->dir);
	make_history(l, seed);
	if (seed % 2)
		run("git -C %s repack -adq --depth=50", l->dir);
	snprintf(l->git, sizeof(l->git), "%s/.git", l->dir);
	snprintf(objects, sizeof(objects), "%s/objects", l->git);
	l->store = store_open(objects, NULL, &err);
	assert_non_null(l->store);
	refs_read(&l->refs, l->git, l->git, 20);
	const struct history_options o = {.store = l->store, .refs = &l->refs, .shallow = &none};
	assert_int_equal(history_load(&l->history, &o, &err), 0);
	l->order = mem_alloc_n(l->history.at.n + 1, sizeof(*l->order));
	l->norder = history_order(&l->history, l->order);
	l->from_head = mem_alloc_n(l->history.at.n + 1, 1);
	history_mark(&l->history, id_table_find(&l->history.ids, l->refs.head.id), l->from_head, 1);
}

static void lab_close(struct lab *l) {
	store_close(l->store);
	refs_free(&l->refs);
	history_free(&l->history);
	id_table_free(&l->blobs);
	VEC_FREE(&l->held);
	free(l->order);
	free(l->from_head);
	repo_remove(l->dir);
}

struct remembering {
	struct lab *l;
	struct tree_edges *edges;
	struct store_reader *reader;
	struct buf tree;
	unsigned every, count;
};

static bool remember_tree(void *ctx, const struct object_id *id) {
	struct remembering *r = ctx;
	enum object_type type;
	struct tree_entry e;
	VEC(uint32_t) list = {0};
	if (store_read(r->reader, id, &type, &r->tree, NULL) != TROUBLE_NONE || type != OBJECT_TREE ||
		r->count++ % r->every != 0)
		return true;
	for (struct tree_iter it = tree_iter(buf_slice(&r->tree), 20); tree_next(&it, &e) == 1;) {
		uint32_t edge =
			tree_entry_is_tree(&e) ? store_number(r->l->store, e.id) : tree_edges_blob(r->edges, e.id);
		if (edge != NUMBER_NONE)
			VEC_PUSH(&list, edge);
	}
	tree_edges_add(r->edges, r->count % 3, store_number(r->l->store, id->id), list.at, list.n);
	VEC_FREE(&list);
	return true;
}

/* Every `every`-th tree; none when that is 0. */
static struct tree_edges *remember(struct lab *l, const struct id_table *found, unsigned every) {
	struct remembering r = {.l = l, .every = every};
	if (!every)
		return NULL;
	r.edges = tree_edges_new(l->store, found, 3);
	r.reader = store_reader_new(l->store);
	store_each(l->store, remember_tree, &r);
	store_reader_free(r.reader);
	buf_free(&r.tree);
	return r.edges;
}

static struct spans *find(struct lab *l, struct store_reader *reader, const struct tree_edges *edges,
	const struct id_table *wanted, unsigned depth) {
	struct spans_options o = {.store = l->store,
		.reader = reader,
		.edges = edges,
		.history = &l->history,
		.order = l->order,
		.norder = l->norder,
		.head_marks = l->from_head,
		.wanted = wanted,
		.max_depth = depth};
	return spans_find(&o);
}

/* Half of the blobs, and something that no commit holds; of what is remembered, more than is wanted or too little. */
static void compare(struct lab *l, unsigned every, bool knows_all) {
	struct id_table wanted = {0}, found = {0};
	static const uint8_t nobody[20] = {1, 2, 3};
	struct store_reader *reader = store_reader_new(l->store);
	struct arena arena = {0};
	for (uint32_t i = 0; i < l->blobs.n; i++) {
		struct object_id id = id_table_at(&l->blobs, i);
		if (i % 2)
			id_table_add(&wanted, id.id, 20, NULL);
		if (knows_all || i % 3)
			id_table_add(&found, id.id, 20, NULL);
	}
	id_table_add(&wanted, nobody, 20, NULL);
	if (knows_all)
		id_table_add(&found, nobody, 20, NULL);
	struct tree_edges *edges = remember(l, &found, every);
	struct spans *x = find(l, reader, edges, &wanted, 100);
	struct slice *paths = mem_alloc_n(wanted.n, sizeof(*paths));
	assert_true(spans_are_whole(x));
	for (uint32_t p = 0; p < l->norder; p++)
		spans_paths(x, p, &arena, paths);
	for (uint32_t w = 0; w + 1 < wanted.n; w++) {
		struct span s = spans_of(x, w);
		const struct held *h = &l->held.at[id_table_find(&l->blobs, id_table_at(&wanted, w).id)];
		assert_int_equal(s.first, h->first);
		assert_int_equal(s.last, h->last);
		assert_int_equal(s.last_head, h->last_head);
		assert_int_equal(paths[w].n, strlen(h->path));
		assert_memory_equal(paths[w].p, h->path, paths[w].n);
	}
	assert_int_equal(spans_of(x, (uint32_t)wanted.n - 1).first, SPAN_NONE);
	assert_int_equal(paths[wanted.n - 1].n, 0);
	free(paths);
	spans_free(x);
	tree_edges_free(edges);
	store_reader_free(reader);
	arena_free(&arena);
	id_table_free(&wanted);
	id_table_free(&found);
}

static void spans_are_what_git_says(void **unused) {
	(void)unused;
	for (uint64_t seed = 1; seed <= 6; seed++) {
		struct lab l;
		lab_open(&l, seed * 77777);
		ask_git(&l);
		assert_true(l.blobs.n > 20);
		for (unsigned every = 0; every < 4; every++) {
			compare(&l, every, true);
			compare(&l, every, false);
		}
		lab_close(&l);
	}
}

/* Folders below the limit are not looked into, and that is said. */
static void depth_is_limited(void **unused) {
	struct lab l;
	(void)unused;
	lab_open(&l, 3);
	ask_git(&l);
	for (unsigned every = 0; every < 2; every++) {
		struct store_reader *reader = store_reader_new(l.store);
		struct tree_edges *edges = remember(&l, &l.blobs, every);
		struct spans *x = find(&l, reader, edges, &l.blobs, 1);
		assert_false(spans_are_whole(x));
		for (uint32_t i = 0; i < l.blobs.n; i++) /* what was found is right as far as it goes */
			assert_true(spans_of(x, i).first == SPAN_NONE || spans_of(x, i).first >= l.held.at[i].first);
		spans_free(x);
		tree_edges_free(edges);
		store_reader_free(reader);
	}
	lab_close(&l);
}

/* Every folder gone, one commit's after the other's: nothing is found, nothing is followed into the void. */
static void missing_folders_lead_nowhere(void **unused) {
	struct lab l;
	struct error err = {0};
	char objects[sizeof(l.git) + 10];
	(void)unused;
	lab_open(&l, 4);
	ask_git(&l);
	run("cd %s && mv .git/objects/pack ../%s-pack && for p in ../%s-pack/*.pack; do git unpack-objects -q <$p; "
	    "done; rm -rf "
	    "../%s-pack",
		l.dir, strrchr(l.dir, '/') + 1, strrchr(l.dir, '/') + 1, strrchr(l.dir, '/') + 1);
	run("cd %s && git cat-file --batch-all-objects --batch-check | awk '$2 == \"tree\" && NR %% 2 { print "
	    "\".git/objects/\" substr($1, 1, 2) \"/\" substr($1, 3) }' | xargs rm -f",
		l.dir);
	store_close(l.store);
	snprintf(objects, sizeof(objects), "%s/objects", l.git);
	l.store = store_open(objects, NULL, &err);
	assert_non_null(l.store);
	struct store_reader *reader = store_reader_new(l.store);
	struct spans *x = find(&l, reader, NULL, &l.blobs, 100);
	struct slice *paths = mem_alloc_n(l.blobs.n, sizeof(*paths));
	struct arena arena = {0};
	unsigned fewer = 0;
	for (uint32_t p = 0; p < l.norder; p++)
		spans_paths(x, p, &arena, paths);
	for (uint32_t i = 0; i < l.blobs.n; i++) {
		struct span s = spans_of(x, i);
		fewer += s.first != l.held.at[i].first;
		assert_true(s.first == SPAN_NONE || s.first >= l.held.at[i].first);
	}
	assert_true(fewer > 0);
	free(paths);
	arena_free(&arena);
	spans_free(x);
	store_reader_free(reader);
	lab_close(&l);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(spans_are_what_git_says),
		cmocka_unit_test(depth_is_limited),
		cmocka_unit_test(missing_folders_lead_nowhere),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
