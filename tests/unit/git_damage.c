/* A small store with bytes flipped at random, many times: nothing crashes or hangs, and every object is either delivered
 * as it was or reported. Crafted damage is in git_walk.c. */
#include "tests/unit/git_repo.h"

struct damaged {
	char dir[sizeof(REPO_NAME)];
	char objects[4200], pack[4200], idx[4200], midx[4200];
	struct objects want;
};

static struct slice file_load(const char *path) {
	FILE *f = fopen(path, "rb");
	assert_non_null(f);
	fseek(f, 0, SEEK_END);
	size_t n = (size_t)ftell(f);
	uint8_t *p = malloc(n);
	rewind(f);
	assert_int_equal(fread(p, 1, n, f), n);
	fclose(f);
	return slice_of(p, n);
}

/* Replaced, not changed in place. */
static void file_store(const char *path, const uint8_t *p, size_t n) {
	char temp[4300];
	snprintf(temp, sizeof(temp), "%s.new", path);
	FILE *f = fopen(temp, "wb");
	assert_non_null(f);
	assert_int_equal(fwrite(p, 1, n, f), n);
	fclose(f);
	assert_int_equal(rename(temp, path), 0);
}

static struct damaged damaged_new(const char *repack) {
	struct damaged d;
	repo_temp(d.dir);
	run("git init -q --bare %s", d.dir);
	repo_fill(d.dir, 6, 20, 815);
	run("cd %s && git %s && cd objects/pack && mv *.pack pack-x.pack && mv *.idx pack-x.idx && rm -f *.rev *.keep",
		d.dir, repack);
	run("cd %s && git multi-pack-index write", d.dir);
	snprintf(d.objects, sizeof(d.objects), "%s/objects", d.dir);
	snprintf(d.pack, sizeof(d.pack), "%s/objects/pack/pack-x.pack", d.dir);
	snprintf(d.idx, sizeof(d.idx), "%s/objects/pack/pack-x.idx", d.dir);
	snprintf(d.midx, sizeof(d.midx), "%s/objects/pack/multi-pack-index", d.dir);
	objects_of_git(d.dir, &d.want);
	return d;
}

static void damaged_free(struct damaged *d) {
	VEC_FREE(&d->want.v);
	repo_remove(d->dir);
}

/* Verified walk and random access. `whole`: the index is sound, so that each object must turn up. */
static void check(const struct damaged *d, unsigned threads, bool whole) {
	struct store *s = store_open(d->objects, NULL, NULL);
	struct walk_options o = {.threads = threads, .verify = true, .worker_bytes = threads % 2 ? 0 : 3000};
	struct objects got;
	assert_non_null(s);
	int problems = objects_of_walk(s, &o, &got, NULL);
	for (size_t i = 0; i < got.v.n; i++) {
		const struct seen *g = &got.v.at[i], *w = objects_find(&d->want, &g->id);
		assert_true(g->trouble != TROUBLE_NONE || (w && seen_equal(g, w)));
	}
	assert_true(!whole || got.v.n == d->want.v.n);
	assert_true(whole || got.v.n > 0 || problems > 0);
	struct store_reader *r = store_reader_new(s);
	struct buf b = {0};
	for (size_t i = threads; i < d->want.v.n; i += 7)
		store_read(r, &d->want.v.at[i].id, NULL, &b, NULL);
	buf_free(&b);
	store_reader_free(r);
	store_close(s);
	VEC_FREE(&got.v);
}

static void flip_and_check(const struct damaged *d, const char *path, unsigned rounds, bool whole, size_t within) {
	struct slice good = file_load(path);
	uint8_t *bad = malloc(good.n);
	uint64_t seed = 271828;
	size_t from = within ? 0 : 12; /* a damaged pack header is another case */
	for (unsigned round = 0; round < rounds; round++) {
		unsigned flips = 1 + (unsigned)(next_random(&seed) % 4);
		size_t span = (within && within < good.n ? within : good.n) - from;
		memcpy(bad, good.p, good.n);
		while (flips--)
			bad[from + next_random(&seed) % span] ^= (uint8_t)(1u << next_random(&seed) % 8);
		file_store(path, bad, good.n);
		check(d, 1 + round % 3, whole);
	}
	file_store(path, good.p, good.n);
	check(d, 2, true);
	free(bad);
	free((void *)(uintptr_t)good.p);
}

static void flipped_bits_in_the_pack(void **state) {
	(void)state;
	struct damaged d = damaged_new("repack -q -adf --depth=30 --window=20");
	flip_and_check(&d, d.pack, 300, true, 0);
	damaged_free(&d);
	d = damaged_new("-c repack.useDeltaBaseOffset=false repack -q -adf --depth=30 --window=20");
	flip_and_check(&d, d.pack, 200, true, 0);
	damaged_free(&d);
}

static void flipped_bits_in_the_index(void **state) {
	(void)state;
	struct damaged d = damaged_new("repack -q -adf --depth=30 --window=20");
	unlink(d.midx);
	flip_and_check(&d, d.idx, 200, false, 0);
	/* Offsets at the end are the likelier to lead astray. */
	damaged_free(&d);
	d = damaged_new("-c pack.indexVersion=1 repack -q -adf --depth=30 --window=20");
	flip_and_check(&d, d.idx, 200, false, 0);
	damaged_free(&d);
}

static void flipped_bits_in_the_multi_pack_index(void **state) {
	(void)state;
	struct damaged d = damaged_new("repack -q -adf --depth=30 --window=20");
	unlink(d.idx);
	flip_and_check(&d, d.midx, 200, false, 0);
	flip_and_check(&d, d.midx, 100, false, 120);
	damaged_free(&d);
}

static void cut_packs(void **state) {
	(void)state;
	struct damaged d = damaged_new("repack -q -adf --depth=30 --window=20");
	struct slice good = file_load(d.pack);
	for (size_t n = 32; n < good.n; n += 1 + good.n / 50) {
		file_store(d.pack, good.p, n);
		check(&d, 2, true);
	}
	for (size_t n = 0; n < 32; n += 7) {
		file_store(d.pack, good.p, n);
		check(&d, 2, false);
	}
	free((void *)(uintptr_t)good.p);
	damaged_free(&d);
}

/* The store's own files replaced by what would block or fail. */
static void files_that_are_no_files(void **state) {
	(void)state;
	struct damaged d = damaged_new("repack -q -adf");
	run("cd %s/pack && rm pack-x.idx multi-pack-index && mkfifo pack-x.idx && mkfifo multi-pack-index", d.objects);
	run("cd %s && mkdir -p aa ab && mkfifo aa/11111111111111111111111111111111111111 && "
	    "mkdir ab/11111111111111111111111111111111111111 && mkfifo info/alternates",
		d.objects);
	struct store *s = store_open(d.objects, NULL, NULL);
	struct walk_options o = {.threads = 2};
	struct objects got;
	assert_true(objects_of_walk(s, &o, &got, NULL) >= 3);
	assert_int_equal(got.v.n, 2);
	assert_int_equal(got.v.at[0].trouble, TROUBLE_IO);
	store_close(s);
	VEC_FREE(&got.v);
	damaged_free(&d);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(flipped_bits_in_the_pack),
		cmocka_unit_test(flipped_bits_in_the_index),
		cmocka_unit_test(flipped_bits_in_the_multi_pack_index),
		cmocka_unit_test(cut_packs),
		cmocka_unit_test(files_that_are_no_files),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
