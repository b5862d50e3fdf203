/* Refs as files: which of several of one name counts, symbolic ones, entries of reflogs beside the ref they belong to. */
#include "scanners/git/refs.h"

#include "tests/unit/git_repo.h"

static void put(const char *dir, const char *name, const char *fmt, ...) {
	char path[4200];
	va_list ap;
	snprintf(path, sizeof(path), "%s/%s", dir, name);
	FILE *f = fopen(path, "a");
	if (!f)
		fail_msg("%s", path);
	va_start(ap, fmt);
	vfprintf(f, fmt, ap);
	va_end(ap);
	fclose(f);
}

static void refs_of(const char *dir, struct refs *out) {
	refs_read(out, dir, dir, 20);
}

static void finds(const struct refs *r, const char *name, unsigned byte) {
	struct object_id id;
	if (!refs_find(r, slice_str(name), &id))
		fail_msg("%s is not found", name);
	assert_int_equal(id.id[0], byte);
}

/* The newest stash is the ref and an entry of its own reflog; its id may stand anywhere among those of the others. */
static void stash_is_a_ref_whatever_its_id(void **state) {
	(void)state;
	for (unsigned newest = 1; newest < 7; newest++) {
		char dir[sizeof(REPO_NAME)];
		struct refs r;
		unsigned entries = 0;
		repo_temp(dir);
		run("mkdir -p %s/refs %s/logs/refs", dir, dir);
		for (unsigned i = 1; i <= 6; i++)
			put(dir, "logs/refs/stash", "%040x %02x%038x A <a@b> 1 +0000\tWIP\n", 0, i, 0);
		put(dir, "refs/stash", "%02x%038x\n", newest, 0);
		refs_of(dir, &r);
		finds(&r, "refs/stash", newest);
		for (size_t i = 0; i < r.at.n; i++) {
			assert_int_equal(r.at.at[i].class, ROOT_STASH);
			entries += r.at.at[i].in_reflog;
		}
		assert_true(entries >= 5 && r.at.n == entries + 1);
		refs_free(&r);
		repo_remove(dir);
	}
}

static void loose_refs_hide_packed_ones(void **state) {
	(void)state;
	char dir[sizeof(REPO_NAME)];
	struct refs r;
	struct object_id id;
	repo_temp(dir);
	run("mkdir -p %s/refs/heads %s/refs/remotes/o", dir, dir);
	put(dir, "packed-refs", "# pack-refs with: peeled fully-peeled sorted \n");
	for (unsigned i = 0; i < 500; i++)
		put(dir, "packed-refs", "%02x%038x refs/heads/b%u\n^%040x\n", i % 256, 0, i, 9);
	put(dir, "refs/heads/b7", "%02x%038x\n", 200, 0);
	put(dir, "refs/remotes/o/HEAD", "ref: refs/heads/b11\n");
	put(dir, "refs/heads/symbolic", "ref: refs/heads/through\n");
	put(dir, "refs/heads/through", "ref: refs/heads/b12\n");
	put(dir, "refs/heads/ring", "ref: refs/heads/gnir\n");
	put(dir, "refs/heads/gnir", "ref: refs/heads/ring\n");
	put(dir, "HEAD", "ref: refs/heads/symbolic\n");
	refs_of(dir, &r);
	for (unsigned i = 0; i < 500; i++) {
		char name[32];
		snprintf(name, sizeof(name), "refs/heads/b%u", i);
		finds(&r, name, i == 7 ? 200 : i % 256);
	}
	finds(&r, "refs/remotes/o/HEAD", 11);
	finds(&r, "refs/heads/symbolic", 12);
	finds(&r, "HEAD", 12);
	assert_int_equal(r.head.id[0], 12);
	assert_false(refs_find(&r, slice_str("refs/heads/ring"), &id));
	assert_false(refs_find(&r, slice_str("refs/heads/b"), &id));
	refs_free(&r);
	repo_remove(dir);
}

/* The name of a ref is kept once, not with each of its entries. */
static void long_reflogs_cost_what_they_hold(void **state) {
	(void)state;
	char dir[sizeof(REPO_NAME)], name[256];
	struct refs r;
	repo_temp(dir);
	memset(name, 'n', 200);
	name[200] = 0;
	run("mkdir -p %s/logs/refs/heads/%s/%s", dir, name, name);
	char path[600];
	snprintf(path, sizeof(path), "logs/refs/heads/%s/%s/log", name, name);
	for (unsigned i = 1; i <= 2000; i++)
		put(dir, path, "%08x%032x %08x%032x A <a@b> 1 +0000\tm\n", i - 1, 0, i, 0);
	refs_of(dir, &r);
	assert_int_equal(r.at.n, 2000);
	assert_true(r.arena.used < 100000);
	refs_free(&r);
	repo_remove(dir);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(stash_is_a_ref_whatever_its_id),
		cmocka_unit_test(loose_refs_hide_packed_ones),
		cmocka_unit_test(long_reflogs_cost_what_they_hold),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
