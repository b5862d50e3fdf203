/* Stores made by hand: what git would never write. Cycles, thin packs, missing bases, lies about sizes, huge families, long chains.
 * Stores made by git are in git_pack.c. */
#include "tests/unit/git_craft.h"
#include "tests/unit/git_repo.h"

struct place_for {
	char dir[sizeof(REPO_NAME)];
	char objects[4200];
};

static struct place_for place_new(void) {
	struct place_for p;
	repo_temp(p.dir);
	snprintf(p.objects, sizeof(p.objects), "%s/objects", p.dir);
	run("mkdir -p %s/pack", p.objects);
	return p;
}

static struct slice text_of(struct buf *b, const char *word, unsigned i) {
	buf_clear(b);
	buf_printf(b, "%s %u: some text that is long enough to be worth a delta, for this test at least\n", word, i);
	return buf_slice(b);
}

/* Walks with each number of threads and budget; the results must be the same. Returns them; the caller frees. */
static struct objects walk_all(const char *objects, uint64_t limit, unsigned types) {
	static const unsigned threads[] = {1, 2, 8};
	struct store_options so = {.max_object_bytes = limit};
	struct error e = {0};
	struct store *s = store_open(objects, &so, &e);
	struct objects first = {0};
	if (!s)
		fail_msg("%s", e.text);
	for (unsigned i = 0; i < 12; i++) {
		struct walk_options o = {
			.threads = threads[i / 4], .types = types, .worker_bytes = i % 2, .parts = i / 2 % 2};
		struct objects got;
		assert_int_equal(objects_of_walk(s, &o, &got, NULL), 0);
		if (i == 0) {
			first = got;
			continue;
		}
		objects_equal(&first, &got);
		first.in_parts += got.in_parts;
		VEC_FREE(&got.v);
	}
	store_close(s);
	return first;
}

static void expect(const struct objects *o, const struct object_id *id, enum trouble t, struct slice bytes) {
	const struct seen *s = objects_find(o, id);
	if (!s) {
		fail_msg("object was not visited");
		return;
	}
	assert_int_equal(s->trouble, t);
	if (t == TROUBLE_NONE)
		assert_true(s->size == bytes.n && s->hash == hash_bytes(bytes));
}

static void deltas_that_stand_on_themselves_are_corrupt(void **state) {
	(void)state;
	struct place_for p = place_new();
	struct craft c;
	struct buf delta = {0}, text = {0};
	struct object_id id[6];
	for (unsigned i = 0; i < 6; i++)
		id[i] = craft_id("blob", text_of(&text, "object", i));
	craft_begin(&c);
	craft_delta(&delta, 80, 10, slice_str("x"));
	craft_entry(&c, &id[0], 7, delta.n, buf_slice(&delta), &id[0], 0); /* itself */
	craft_entry(&c, &id[1], 7, delta.n, buf_slice(&delta), &id[2], 0); /* each other, through one more */
	craft_entry(&c, &id[2], 7, delta.n, buf_slice(&delta), &id[3], 0);
	craft_entry(&c, &id[3], 7, delta.n, buf_slice(&delta), &id[1], 0);
	craft_entry(&c, &id[4], 7, delta.n, buf_slice(&delta), &id[2], 0); /* hangs on the cycle */
	struct slice good = text_of(&text, "object", 5);
	craft_entry(&c, &id[5], 3, good.n, good, NULL, 0);
	craft_end(&c, p.objects, "cycle");
	struct objects o = walk_all(p.objects, 0, 0);
	assert_int_equal(o.v.n, 6);
	for (unsigned i = 0; i < 5; i++)
		expect(&o, &id[i], TROUBLE_CORRUPT, good);
	expect(&o, &id[5], TROUBLE_NONE, good);
	struct store *s = store_open(p.objects, NULL, NULL);
	struct store_reader *r = store_reader_new(s);
	for (unsigned i = 0; i < 5; i++)
		assert_int_equal(store_read(r, &id[i], NULL, &delta, NULL), TROUBLE_CORRUPT);
	store_reader_free(r);
	store_close(s);
	VEC_FREE(&o.v);
	buf_free(&delta);
	buf_free(&text);
	repo_remove(p.dir);
}

/* A cycle through two packs: each delta's base is only in the other one. */
static void cycle_through_two_packs_is_corrupt(void **state) {
	(void)state;
	struct place_for p = place_new();
	struct buf delta = {0};
	struct object_id a = craft_id("blob", slice_str("a")), b = craft_id("blob", slice_str("b"));
	craft_delta(&delta, 80, 10, slice_str("x"));
	for (unsigned i = 0; i < 2; i++) {
		struct craft c;
		craft_begin(&c);
		craft_entry(&c, i ? &b : &a, 7, delta.n, buf_slice(&delta), i ? &a : &b, 0);
		craft_end(&c, p.objects, i ? "one" : "two");
	}
	struct objects o = walk_all(p.objects, 0, 0);
	assert_int_equal(o.v.n, 2);
	expect(&o, &a, TROUBLE_CORRUPT, slice_str(""));
	expect(&o, &b, TROUBLE_CORRUPT, slice_str(""));
	VEC_FREE(&o.v);
	buf_free(&delta);
	repo_remove(p.dir);
}

static void bases_in_other_packs_loose_and_missing(void **state) {
	(void)state;
	struct place_for p = place_new();
	struct craft c;
	struct buf delta = {0}, text = {0}, made[4] = {{0}};
	struct object_id base[3], id[4];
	/* Base 0 in another pack, base 1 loose, base 2 nowhere. Object 3 stands on object 0. */
	for (unsigned i = 0; i < 3; i++)
		base[i] = craft_id("blob", text_of(&text, "base", i));
	for (unsigned i = 0; i < 4; i++) {
		struct slice t = i < 3 ? text_of(&text, "base", i) : buf_slice(&made[0]);
		buf_add_slice(&made[i], slice_sub(t, 0, 30));
		buf_printf(&made[i], "new %u", i);
		id[i] = craft_id("blob", buf_slice(&made[i]));
	}
	craft_begin(&c);
	struct slice b0 = text_of(&text, "base", 0);
	craft_entry(&c, &base[0], 3, b0.n, b0, NULL, 0);
	craft_end(&c, p.objects, "bases");
	text_of(&text, "base", 1);
	run("cd %s && git init -q --bare && printf '%.*s' | git hash-object -w --stdin >/dev/null", p.dir, (int)text.n,
		(const char *)text.p);
	craft_begin(&c);
	for (unsigned i = 0; i < 4; i++) {
		size_t base_n = i < 3 ? text_of(&text, "base", i).n : made[0].n;
		craft_delta(&delta, base_n, 30, slice_sub(buf_slice(&made[i]), 30, made[i].n));
		craft_entry(&c, &id[i], 7, delta.n, buf_slice(&delta), i < 3 ? &base[i] : &id[0], 0);
	}
	craft_end(&c, p.objects, "thin");
	for (unsigned types = 0; types < 2; types++) {
		struct objects o = walk_all(p.objects, 0, types ? OBJECT_BIT(OBJECT_TREE) : 0);
		/* When trees are wanted, nothing is delivered; that of unknown type is still reported. */
		assert_int_equal(o.v.n, types ? 1 : 6);
		expect(&o, &id[2], TROUBLE_MISSING, b0);
		if (!types) {
			expect(&o, &base[0], TROUBLE_NONE, text_of(&text, "base", 0));
			expect(&o, &base[1], TROUBLE_NONE, text_of(&text, "base", 1));
			for (unsigned i = 0; i < 4; i++)
				if (i != 2)
					expect(&o, &id[i], TROUBLE_NONE, buf_slice(&made[i]));
		}
		VEC_FREE(&o.v);
	}
	for (unsigned i = 0; i < 4; i++)
		buf_free(&made[i]);
	buf_free(&delta);
	buf_free(&text);
	repo_remove(p.dir);
}

static void sizes_that_lie_are_refused(void **state) {
	(void)state;
	struct place_for p = place_new();
	struct craft c;
	struct buf delta = {0};
	struct slice t = slice_str("thirty bytes of text for this.");
	static const uint64_t claims[] = {29, 31, 0, 4000, 900000000, (uint64_t)1 << 40, UINT64_MAX >> 1};
	struct object_id id[8], child = craft_id("blob", slice_str("child")),
				liar = craft_id("blob", slice_str("liar"));
	craft_begin(&c);
	for (unsigned i = 0; i < 7; i++) {
		char name[16];
		snprintf(name, sizeof(name), "%u", i);
		id[i] = craft_id("blob", slice_str(name));
		craft_entry(&c, &id[i], 3, claims[i], t, NULL, 0);
	}
	id[7] = craft_id("blob", t);
	uint64_t at = craft_entry(&c, &id[7], 3, t.n, t, NULL, 0);
	/* On a base that is too large; and a delta that claims a result over the limit. */
	craft_delta(&delta, 30, 10, slice_str("x"));
	craft_entry(&c, &child, 7, delta.n, buf_slice(&delta), &id[5], 0);
	const uint8_t huge[] = {30, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f, 0x90, 1};
	craft_entry(&c, &liar, 6, sizeof(huge), slice_of(huge, sizeof(huge)), NULL, c.pack.n - at);
	craft_end(&c, p.objects, "lies");
	struct objects o = walk_all(p.objects, (uint64_t)1 << 30, 0);
	assert_int_equal(o.v.n, 10);
	for (unsigned i = 0; i < 7; i++)
		expect(&o, &id[i], i < 5 ? TROUBLE_CORRUPT : TROUBLE_TOO_LARGE, t);
	expect(&o, &id[7], TROUBLE_NONE, t);
	expect(&o, &child, TROUBLE_TOO_LARGE, t);
	expect(&o, &liar, TROUBLE_TOO_LARGE, t);
	VEC_FREE(&o.v);
	buf_free(&delta);
	repo_remove(p.dir);
}

/* The base is over the limit, what is made of it is not: read, but without ops, since the base was not delivered. */
static void small_delta_of_a_base_over_the_limit_is_delivered(void **state) {
	(void)state;
	struct place_for p = place_new();
	struct craft c;
	struct buf delta = {0}, base = {0}, made = {0};
	for (unsigned i = 0; i < 300; i++)
		buf_printf(&base, "%03u,", i);
	buf_add(&made, base.p, 500);
	buf_add_str(&made, "end");
	struct object_id a = craft_id("blob", buf_slice(&base)), b = craft_id("blob", buf_slice(&made));
	craft_begin(&c);
	craft_entry(&c, &a, 3, base.n, buf_slice(&base), NULL, 0);
	craft_delta(&delta, base.n, 500, slice_str("end"));
	craft_entry(&c, &b, 7, delta.n, buf_slice(&delta), &a, 0);
	craft_end(&c, p.objects, "limit");
	struct objects o = walk_all(p.objects, 1000, 0);
	assert_int_equal(o.v.n, 2);
	expect(&o, &a, TROUBLE_TOO_LARGE, slice_str(""));
	expect(&o, &b, TROUBLE_NONE, buf_slice(&made));
	VEC_FREE(&o.v);
	buf_free(&base);
	buf_free(&made);
	buf_free(&delta);
	repo_remove(p.dir);
}

/* A text of `size` bytes, with many versions of it that keep all but a few bytes at the end. */
static void check_large_family(unsigned n, unsigned shape, size_t size) {
	struct place_for p = place_new();
	struct craft c;
	struct buf delta = {0};
	struct buf *made = calloc(n, sizeof(*made));
	struct object_id id;
	uint64_t *offset = calloc(n, sizeof(*offset)), seed = 4712;
	craft_begin(&c);
	for (unsigned i = 0; i < n; i++) {
		char word[100];
		unsigned b = shape == 0 ? i - 1 : i == 0 ? 0 : (unsigned)(next_random(&seed) % i);
		if (i == 0) {
			while (made[0].n < size)
				buf_printf(&made[0], "%u\n", (unsigned)(next_random(&seed) % 1000000));
		} else {
			size_t keep = made[b].n - next_random(&seed) % 90;
			snprintf(word, sizeof(word), "%.*s%u", (int)(next_random(&seed) % 80),
				"what is new, and as long as what was left out, more or less so, in most versions", i);
			buf_add(&made[i], made[b].p, keep);
			buf_add_str(&made[i], word);
			craft_delta(&delta, made[b].n, keep, slice_str(word));
		}
		id = craft_id("blob", buf_slice(&made[i]));
		offset[i] = c.pack.n;
		if (i == 0)
			craft_entry(&c, &id, 3, made[0].n, buf_slice(&made[0]), NULL, 0);
		else
			craft_entry(&c, &id, 6, delta.n, buf_slice(&delta), NULL, offset[i] - offset[b]);
	}
	craft_end(&c, p.objects, "large");
	struct objects o = walk_all(p.objects, 0, 0);
	assert_int_equal(o.v.n, n);
	assert_true(o.in_parts >= 3 * (uint64_t)n);
	for (unsigned i = 0; i < n; i++) {
		id = craft_id("blob", buf_slice(&made[i]));
		expect(&o, &id, TROUBLE_NONE, buf_slice(&made[i]));
		buf_free(&made[i]);
	}
	VEC_FREE(&o.v);
	buf_free(&delta);
	free(made);
	free(offset);
	repo_remove(p.dir);
}

static void large_versions_come_in_parts(void **state) {
	(void)state;
	check_large_family(700, 0, 40000);
	check_large_family(700, 2, 40000);
	check_large_family(200, 2, 20000);
}

/* `shape`: 0 a chain, 1 all on one base, 2 each on a random one before. */
static void check_family(unsigned n, unsigned shape) {
	struct place_for p = place_new();
	struct craft c;
	struct buf delta = {0}, text = {0};
	struct buf *made = calloc(n, sizeof(*made));
	struct object_id *id = calloc(n, sizeof(*id));
	uint64_t *offset = calloc(n, sizeof(*offset)), seed = 4711;
	craft_begin(&c);
	for (unsigned i = 0; i < n; i++) {
		char word[32];
		unsigned b = shape == 0 ? i - 1 : shape == 1 || i == 0 ? 0 : (unsigned)(next_random(&seed) % i);
		if (i == 0) {
			buf_add_slice(&made[0], text_of(&text, "root", 0));
		} else {
			snprintf(word, sizeof(word), "child %u", i);
			buf_add(&made[i], made[b].p, 20);
			buf_add_str(&made[i], word);
			craft_delta(&delta, made[b].n, 20, slice_str(word));
		}
		id[i] = craft_id("blob", buf_slice(&made[i]));
		offset[i] = c.pack.n;
		if (i == 0)
			craft_entry(&c, &id[0], 3, made[0].n, buf_slice(&made[0]), NULL, 0);
		else
			craft_entry(&c, &id[i], 6, delta.n, buf_slice(&delta), NULL, offset[i] - offset[b]);
	}
	craft_end(&c, p.objects, "family");
	struct objects o = walk_all(p.objects, 0, 0);
	assert_int_equal(o.v.n, n);
	for (unsigned i = 0; i < n; i++) {
		expect(&o, &id[i], TROUBLE_NONE, buf_slice(&made[i]));
		buf_free(&made[i]);
	}
	VEC_FREE(&o.v);
	buf_free(&delta);
	buf_free(&text);
	free(made);
	free(id);
	free(offset);
	repo_remove(p.dir);
}

static void long_chain_is_read(void **state) {
	(void)state;
	check_family(10000, 0);
}

static void many_deltas_of_one_base_are_read(void **state) {
	(void)state;
	check_family(10000, 1);
}

static void bushy_family_is_read(void **state) {
	(void)state;
	check_family(5000, 2);
}

/* An index that names only the last of a long chain: what the chain stands on is found in time that grows with its length, no faster. */
static void chain_of_entries_without_rows_is_read(void **state) {
	(void)state;
	const unsigned n = 60000;
	struct place_for p = place_new();
	struct craft c;
	struct buf delta = {0}, text = {0}, made = {0};
	struct object_id id;
	craft_begin(&c);
	buf_add_slice(&made, text_of(&text, "root", 0));
	id = craft_id("blob", buf_slice(&made));
	uint64_t before = craft_entry(&c, &id, 3, made.n, buf_slice(&made), NULL, 0);
	for (unsigned i = 1; i < n; i++) {
		char word[32];
		snprintf(word, sizeof(word), "child %u", i);
		craft_delta(&delta, made.n, 20, slice_str(word));
		made.n = 20;
		buf_add_str(&made, word);
		if (i + 1 == n)
			id = craft_id("blob", buf_slice(&made));
		uint64_t base = before;
		before = c.pack.n;
		craft_entry(&c, &id, 6, delta.n, buf_slice(&delta), NULL, before - base);
	}
	c.rows.at[0] = c.rows.at[c.rows.n - 1];
	c.rows.n = 1;
	c.unlisted = n - 1;
	craft_end(&c, p.objects, "chain");
	alarm(30); /* takes minutes where each round sorts all that was found */
	struct store *s = store_open(p.objects, NULL, NULL);
	struct walk_options o = {.threads = 2};
	struct objects got;
	assert_int_equal(
		objects_of_walk(s, &o, &got, NULL), 1); /* the counts of pack and index differ, which is said */
	alarm(0);
	expect(&got, &id, TROUBLE_NONE, buf_slice(&made));
	store_close(s);
	VEC_FREE(&got.v);
	buf_free(&delta);
	buf_free(&text);
	buf_free(&made);
	repo_remove(p.dir);
}

/* The first copy (in the larger pack) is damaged, the second is not. */
static void second_copy_is_used_when_the_first_is_damaged(void **state) {
	(void)state;
	struct place_for p = place_new();
	struct buf text = {0}, delta = {0}, made = {0};
	struct slice t = text_of(&text, "object", 1);
	struct object_id id = craft_id("blob", t), child, filler = craft_id("blob", slice_str("filler"));
	buf_add(&made, t.p, 30);
	buf_add_str(&made, "child");
	child = craft_id("blob", buf_slice(&made));
	for (unsigned i = 0; i < 2; i++) {
		struct craft c;
		craft_begin(&c);
		if (i == 0)
			craft_entry(&c, &filler, 3, 6, slice_str("filler"), NULL, 0);
		uint64_t at = craft_entry(&c, &id, 3, t.n, t, NULL, 0);
		if (i == 0) {
			c.pack.p[c.pack.n - 9] ^= 0x55;
			craft_delta(&delta, t.n, 30, slice_str("child"));
			craft_entry(&c, &child, 6, delta.n, buf_slice(&delta), NULL, c.pack.n - at);
		}
		craft_end(&c, p.objects, i == 0 ? "large" : "small");
	}
	struct objects o = walk_all(p.objects, 0, 0);
	assert_int_equal(o.v.n, 3);
	expect(&o, &id, TROUBLE_NONE, t);
	expect(&o, &child, TROUBLE_NONE, buf_slice(&made));
	VEC_FREE(&o.v);
	buf_free(&made);
	buf_free(&delta);
	buf_free(&text);
	repo_remove(p.dir);
}

static void *stop_object(void *ctx, unsigned worker, const struct walk_object *o) {
	(void)worker;
	(void)o;
	stop_request(ctx);
	return NULL;
}

static void stop_is_obeyed(void **state) {
	(void)state;
	char dir[sizeof(REPO_NAME)], path[4200];
	repo_temp(dir);
	run("git init -q --bare %s", dir);
	repo_fill(dir, 5, 10, 3);
	snprintf(path, sizeof(path), "%s/objects", dir);
	struct store *s = store_open(path, NULL, NULL);
	struct stop_flag stop = {0};
	struct walk_options o = {.threads = 4, .stop = &stop};
	struct walk_visitor v = {&stop, stop_object, NULL, NULL};
	struct error e = {0};
	assert_int_equal(walk(s, &o, &v, &e), -1);
	assert_int_equal(e.kind, ERR_STOPPED);
	store_close(s);
	repo_remove(dir);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(deltas_that_stand_on_themselves_are_corrupt),
		cmocka_unit_test(cycle_through_two_packs_is_corrupt),
		cmocka_unit_test(bases_in_other_packs_loose_and_missing),
		cmocka_unit_test(sizes_that_lie_are_refused),
		cmocka_unit_test(small_delta_of_a_base_over_the_limit_is_delivered),
		cmocka_unit_test(long_chain_is_read),
		cmocka_unit_test(many_deltas_of_one_base_are_read),
		cmocka_unit_test(bushy_family_is_read),
		cmocka_unit_test(large_versions_come_in_parts),
		cmocka_unit_test(chain_of_entries_without_rows_is_read),
		cmocka_unit_test(second_copy_is_used_when_the_first_is_damaged),
		cmocka_unit_test(stop_is_obeyed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
