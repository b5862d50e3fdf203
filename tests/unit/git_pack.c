/* Stores made by git itself, in every form it writes them; `git cat-file` is the oracle of what is in them.
 * Hand-made stores are in git_walk.c, damaged ones in git_damage.c. */
#include "tests/unit/git_repo.h"

static struct store *open_store(const char *dir, const char *objects, uint8_t id_bytes) {
	struct store_options opt = {.id_bytes = id_bytes};
	struct error e = {0};
	char path[4200];
	snprintf(path, sizeof(path), "%s/%s", dir, objects);
	struct store *s = store_open(path, &opt, &e);
	if (!s)
		fail_msg("%s", e.text);
	return s;
}

static bool count_one(void *ctx, const struct object_id *id) {
	const struct objects *want = *(const struct objects **)ctx;
	assert_non_null(objects_find(want, id));
	return true;
}

/* Random access gives the same as the oracle, in an order that has nothing to do with the pack's. */
static void reads_equal(const struct store *s, const struct objects *want) {
	struct store_reader *r = store_reader_new(s);
	struct buf b = {0};
	struct error e = {0};
	for (size_t i = 0; i < want->v.n; i++) {
		struct seen w = want->v.at[i], got = {.id = w.id};
		uint64_t size;
		if (store_read(r, &w.id, &got.type, &b, &e) != TROUBLE_NONE)
			fail_msg("%s", e.text);
		got.size = b.n;
		got.hash = hash_bytes(buf_slice(&b));
		assert_true(seen_equal(&w, &got));
		assert_int_equal(store_header(r, &w.id, &got.type, &size, &e), TROUBLE_NONE);
		assert_true(got.type == w.type && size == w.size);
		assert_true(store_has(s, &w.id));
		w.id.id[w.id.n - 1] ^= 0x5a;
		if (!objects_find(want, &w.id)) {
			assert_false(store_has(s, &w.id));
			assert_int_equal(store_read(r, &w.id, NULL, &b, &e), TROUBLE_MISSING);
			assert_int_equal(b.n, 0);
		}
	}
	buf_free(&b);
	store_reader_free(r);
}

/* With the table over all packs each object has the number it had without. */
static void numbers_are_kept(struct store *s, const struct objects *want) {
	uint32_t *number = calloc(want->v.n, sizeof(*number));
	struct object_id none = want->v.at[0].id;
	for (size_t i = 0; i < want->v.n; i++) {
		number[i] = store_number(s, want->v.at[i].id.id);
		assert_true(number[i] < store_numbers(s));
	}
	store_expect_many(s);
	for (size_t i = 0; i < want->v.n; i++) {
		struct object_id id = store_numbered(s, number[i]);
		assert_int_equal(store_number(s, want->v.at[i].id.id), number[i]);
		assert_int_equal(object_id_cmp(&id, &want->v.at[i].id), 0);
	}
	memset(none.id, 0, none.n);
	assert_int_equal(store_number(s, none.id), NUMBER_NONE);
	memset(none.id, 0xff, none.n);
	assert_int_equal(store_number(s, none.id), NUMBER_NONE);
	reads_equal(s, want);
	free(number);
}

/* Every way to read the store against the oracle. */
static void check_store(
	const char *dir, const char *objects, const struct objects *want, uint8_t id_bytes, bool deltas) {
	static const unsigned threads[] = {1, 2, 8};
	struct store *s = open_store(dir, objects, id_bytes);
	const char *const *problems;
	if (store_problems(s, &problems) != 0)
		fail_msg("%s", problems[0]);
	assert_true(want->v.n > 10);
	assert_int_equal(store_count(s), want->v.n);
	store_each(s, count_one, &want);
	for (unsigned i = 0; i < 3; i++) {
		for (unsigned budget = 0; budget < 3; budget++) {
			struct walk_options opt = {.threads = threads[i], .verify = budget == 0};
			struct objects got;
			uint64_t n;
			opt.worker_bytes = budget == 0 ? 0 : budget == 1 ? 1 : 20000;
			opt.parts = budget == 2 || i == 1;
			assert_int_equal(objects_of_walk(s, &opt, &got, &n), 0);
			objects_equal(want, &got);
			assert_true(n > 0 || !deltas);
			VEC_FREE(&got.v);
		}
	}
	for (enum object_type t = OBJECT_COMMIT; t <= OBJECT_TAG; t++) {
		struct walk_options opt = {.threads = 2, .types = OBJECT_BIT(t)};
		struct objects got, some = {0};
		for (size_t i = 0; i < want->v.n; i++)
			if (want->v.at[i].type == t)
				VEC_PUSH(&some.v, want->v.at[i]);
		assert_int_equal(objects_of_walk(s, &opt, &got, NULL), 0);
		objects_equal(&some, &got);
		VEC_FREE(&got.v);
		VEC_FREE(&some.v);
	}
	reads_equal(s, want);
	numbers_are_kept(s, want);
	store_close(s);
}

/* Makes a repository, runs one shell command in it, and compares. */
static void check_repo(const char *init, const char *command, uint8_t id_bytes, bool deltas) {
	char dir[sizeof(REPO_NAME)];
	struct objects want;
	repo_temp(dir);
	run("git init -q --bare %s %s", init, dir);
	repo_fill(dir, 12, 60, 4711);
	run("cd %s && %s", dir, command);
	objects_of_git(dir, &want);
	check_store(dir, "objects", &want, id_bytes, deltas);
	VEC_FREE(&want.v);
	repo_remove(dir);
}

static void packs_of_fast_import(void **state) {
	(void)state;
	check_repo("", "true", 20, false);
}

static void repacked_with_windows_and_depths(void **state) {
	(void)state;
	check_repo("", "git repack -q -adf --depth=50 --window=10", 20, true);
	check_repo("", "git repack -q -adf --depth=4095 --window=50", 20, true);
	check_repo("", "git repack -q -adf --depth=2 --window=100", 20, true);
	check_repo("", "git gc -q --aggressive", 20, true);
}

static void deltas_by_id(void **state) {
	(void)state;
	check_repo("", "git -c repack.useDeltaBaseOffset=false repack -q -adf --depth=200 --window=30", 20, true);
}

static void index_version_1(void **state) {
	(void)state;
	check_repo("", "git -c pack.indexVersion=1 repack -q -adf", 20, true);
	check_repo("",
		"git repack -q -adf && cd objects/pack && rm -f *.idx *.rev && git index-pack --index-version=1 *.pack "
		">/dev/null",
		20, true);
}

static void index_with_64_bit_offsets(void **state) {
	(void)state;
	/* Everything behind 1,000 goes to the table of 64-bit offsets. */
	check_repo("",
		"git repack -q -adf && cd objects/pack && rm -f *.idx *.rev && git index-pack --index-version=2,1000 "
		"*.pack >/dev/null",
		20, true);
}

static void sha256_repository(void **state) {
	(void)state;
	check_repo("--object-format=sha256", "git repack -q -adf --depth=50 --window=20", 32, true);
	check_repo("--object-format=sha256", "git -c repack.useDeltaBaseOffset=false repack -q -adf", 32, true);
}

static void loose_only(void **state) {
	(void)state;
	check_repo("",
		"mv objects/pack/*.pack all && rm -f objects/pack/* && git unpack-objects -q <all && rm all && "
		": >empty && git hash-object -w empty >/dev/null && "
		"seq 1 200000 >large && git hash-object -w large >/dev/null && "
		"head -c 16384 /dev/urandom >edge && git hash-object -w edge >/dev/null && "
		"seq 1 300000 >stored && git -c core.looseCompression=0 hash-object -w stored >/dev/null",
		20, false);
}

static void many_packs_with_duplicates_and_loose(void **state) {
	(void)state;
	check_repo("",
		"git repack -q -adf && git rev-list --objects main~20 | cut -d' ' -f1 | git pack-objects -q "
		"objects/pack/pack >/dev/null && "
		"git rev-list --objects main~40 | cut -d' ' -f1 | git pack-objects -q --window=50 objects/pack/pack "
		">/dev/null && "
		"for n in 42 44 46 48; do git rev-list --objects main~$n | cut -d' ' -f1 | git pack-objects -q "
		"objects/pack/pack "
		">/dev/null; done && "
		"git rev-list --objects main~50 | cut -d' ' -f1 | git pack-objects -q objects/dup >/dev/null && "
		"for p in objects/dup-*.pack; do mkdir x && GIT_OBJECT_DIRECTORY=x git unpack-objects -q <$p; done && "
		"rm -f objects/dup-* && cp -rn x/?? objects/ && seq 1 9999 | git hash-object -w --stdin >/dev/null",
		20, true);
}

static void multi_pack_index_beside_indexes(void **state) {
	(void)state;
	check_repo("",
		"git repack -q -adf && git rev-list --objects main~20 | cut -d' ' -f1 | git pack-objects -q "
		"objects/pack/pack >/dev/null && "
		"git multi-pack-index write",
		20, true);
}

/* The rows of duplicates are left out: deltas of one pack then stand on entries that no row names. */
static void multi_pack_index_instead_of_indexes(void **state) {
	(void)state;
	for (unsigned round = 0; round < 2; round++) {
		char dir[sizeof(REPO_NAME)];
		struct objects want;
		repo_temp(dir);
		run("git init -q --bare %s %s", round ? "--object-format=sha256" : "", dir);
		repo_fill(dir, 12, 60, 99);
		run("cd %s && git repack -q -adf --window=50 && "
		    "for n in 10 20 30 50; do git rev-list --objects main~$n | cut -d' ' -f1 | "
		    "git pack-objects -q --window=5$n objects/pack/pack >/dev/null; done && git multi-pack-index write",
			dir);
		objects_of_git(dir, &want);
		run("rm -f %s/objects/pack/*.idx", dir);
		check_store(dir, "objects", &want, round ? 32 : 20, true);
		VEC_FREE(&want.v);
		repo_remove(dir);
	}
}

static void alternates_are_followed(void **state) {
	(void)state;
	char dir[sizeof(REPO_NAME)];
	struct objects want;
	repo_temp(dir);
	run("git init -q --bare %s/one", dir);
	char one[4200];
	snprintf(one, sizeof(one), "%s/one", dir);
	repo_fill(one, 8, 30, 7);
	run("cd %s && git -C one repack -q -adf && git -C one symbolic-ref HEAD refs/heads/main && git clone -q -s "
	    "--bare one two && "
	    "git clone -q -s --bare two three && echo hello | git -C three hash-object -w --stdin >/dev/null && "
	    "echo two | git -C two hash-object -w --stdin >/dev/null",
		dir);
	char three[4200];
	snprintf(three, sizeof(three), "%s/three", dir);
	objects_of_git(three, &want);
	check_store(dir, "three/objects", &want, 20, true);
	/* A cycle, a relative path, a quoted one, comments: nothing is read twice. */
	run("printf '# comment\\n\\n../../three/objects\\n\"../../t\\\\167o/objects\"\\n' "
	    ">>%s/one/objects/info/alternates",
		dir);
	check_store(dir, "three/objects", &want, 20, true);
	VEC_FREE(&want.v);

	struct store_options skip = {.skip_alternates = true};
	char path[4300];
	snprintf(path, sizeof(path), "%s/objects", three);
	struct store *s = store_open(path, &skip, NULL);
	assert_int_equal(store_count(s), 1);
	store_close(s);
	/* One that is not there is a problem, not a failure. */
	run("echo /nowhere/objects >>%s/objects/info/alternates", three);
	s = store_open(path, NULL, NULL);
	const char *const *problems;
	assert_int_equal(store_problems(s, &problems), 1);
	assert_non_null(strstr(problems[0], "/nowhere/objects"));
	store_close(s);
	repo_remove(dir);
}

static void no_store_is_an_error(void **state) {
	(void)state;
	struct error e = {0};
	assert_null(store_open("/nowhere/objects", NULL, &e));
	assert_int_equal(e.kind, ERR_IO);
	assert_null(store_open("/dev/null", NULL, &e));
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(packs_of_fast_import),
		cmocka_unit_test(repacked_with_windows_and_depths),
		cmocka_unit_test(deltas_by_id),
		cmocka_unit_test(index_version_1),
		cmocka_unit_test(index_with_64_bit_offsets),
		cmocka_unit_test(sha256_repository),
		cmocka_unit_test(loose_only),
		cmocka_unit_test(many_packs_with_duplicates_and_loose),
		cmocka_unit_test(multi_pack_index_beside_indexes),
		cmocka_unit_test(multi_pack_index_instead_of_indexes),
		cmocka_unit_test(alternates_are_followed),
		cmocka_unit_test(no_store_is_an_error),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
