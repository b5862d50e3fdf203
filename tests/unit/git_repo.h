/* Real repositories made by git in a temporary folder, what git says is in them, and what the walk delivers from them.
 * Included by tests only; everything is static. */
#ifndef NHISCAN_TESTS_UNIT_GIT_REPO_H
#define NHISCAN_TESTS_UNIT_GIT_REPO_H

#include "core/buf.h"
#include "core/vec.h"
#include "scanners/git/walk.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#define UNUSED	    __attribute__((unused))
#define WORKERS_MAX 16

/* What is compared of an object: all but its bytes, and a hash of those. */
struct seen {
	struct object_id id;
	enum object_type type;
	uint64_t size, hash;
	enum trouble trouble;
};

struct objects {
	VEC(struct seen) v;
	uint64_t in_parts; /* how many came so */
};

__attribute__((format(printf, 1, 2))) UNUSED static void run(const char *fmt, ...) {
	char cmd[8192];
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(cmd, sizeof(cmd), fmt, ap);
	va_end(ap);
	if (system(cmd) != 0)
		fail_msg("failed: %s", cmd);
}

#define REPO_NAME "/tmp/nhiscan-git-XXXXXX"

UNUSED static void repo_temp(char dir[sizeof(REPO_NAME)]) {
	static const char *const settings[][2] = {
		{"GIT_CONFIG_GLOBAL", "/dev/null"},
		{"GIT_CONFIG_NOSYSTEM", "1"},
		{"GIT_CONFIG_COUNT", "1"},
		{"GIT_CONFIG_KEY_0", "core.fsync"}, /* nothing here needs to survive a power cut */
		{"GIT_CONFIG_VALUE_0", "none"},
		{"LC_ALL", "C"},
	};
	for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]); i++)
		setenv(settings[i][0], settings[i][1], 1);
	strcpy(dir, REPO_NAME);
	if (!mkdtemp(dir))
		abort();
}

UNUSED static void repo_remove(const char *dir) {
	run("chmod -R u+w %s && rm -rf %s", dir, dir);
}

static uint64_t hash_bytes(struct slice s) {
	uint64_t h = 14695981039346656037u;
	for (size_t i = 0; i < s.n; i++)
		h = (h ^ s.p[i]) * 1099511628211u;
	return h;
}

UNUSED static uint64_t next_random(uint64_t *s) {
	*s ^= *s << 13;
	*s ^= *s >> 7;
	return *s ^= *s << 17;
}

/* A history of `files` text files that change a little in each of `versions` commits, and some binary ones, and a tag. */
UNUSED static void repo_fill(const char *dir, unsigned files, unsigned versions, uint64_t seed) {
	char cmd[4200];
	enum { LINES = 120 };
	unsigned(*lines)[LINES] = calloc(files, sizeof(*lines));
	snprintf(cmd, sizeof(cmd), "git -C %s fast-import --quiet --force", dir);
	FILE *f = popen(cmd, "w");
	for (unsigned v = 0; v < versions; v++) {
		fprintf(f,
			"commit refs/heads/main\ncommitter A U Thor <a@example.com> %u +0000\ndata <<E\nversion "
			"%u\nE\n",
			1700000000u + v, v);
		for (unsigned k = 0; k < files; k++) {
			struct buf b = {0};
			if (v > 0 && next_random(&seed) % 3)
				continue;
			lines[k][next_random(&seed) % LINES] = (unsigned)next_random(&seed);
			for (unsigned i = 0; i < LINES; i++)
				buf_printf(&b, "line %u of file %u is %08x\n", i, k, lines[k][i]);
			fprintf(f, "M 100644 inline dir%u/file%u\ndata %zu\n", k % 5, k, b.n);
			fwrite(b.p, 1, b.n, f);
			buf_free(&b);
		}
		fprintf(f, "M 100644 inline binary\ndata 2000\n");
		for (unsigned i = 0; i < 2000; i++)
			fputc((int)(next_random(&seed) & 0xff), f);
	}
	fprintf(f, "tag v1\nfrom refs/heads/main\ntagger A U Thor <a@example.com> 1700000000 +0000\ndata 3\nv1\n");
	assert_int_equal(pclose(f), 0);
	free(lines);
}

static int seen_order(const void *a, const void *b) {
	return object_id_cmp(&((const struct seen *)a)->id, &((const struct seen *)b)->id);
}

static void objects_sort(struct objects *o) {
	if (o->v.n)
		qsort(o->v.at, o->v.n, sizeof(*o->v.at), seen_order);
}

static void hex_read(const char *hex, struct object_id *id) {
	memset(id, 0, sizeof(*id));
	for (; hex[2 * id->n] > ' '; id->n++) {
		unsigned byte;
		assert_int_equal(sscanf(hex + 2 * (size_t)id->n, "%2x", &byte), 1);
		id->id[id->n] = (uint8_t)byte;
	}
}

/* What `git cat-file --batch-all-objects --batch` says. */
UNUSED static void objects_of_git(const char *dir, struct objects *o) {
	char cmd[4200], hex[80], type[16];
	size_t size;
	memset(o, 0, sizeof(*o));
	snprintf(cmd, sizeof(cmd), "git -C %s cat-file --batch-all-objects --batch", dir);
	FILE *f = popen(cmd, "r");
	while (fscanf(f, "%79s %15s %zu", hex, type, &size) == 3) {
		struct seen s = {.type = object_type_parse(slice_str(type)), .size = size};
		uint8_t *p = malloc(size + 1);
		hex_read(hex, &s.id);
		assert_int_equal(fgetc(f), '\n');
		assert_int_equal(fread(p, 1, size, f), size);
		s.hash = hash_bytes(slice_of(p, size));
		free(p);
		assert_int_equal(fgetc(f), '\n');
		VEC_PUSH(&o->v, s);
	}
	assert_int_equal(pclose(f), 0);
	objects_sort(o);
}

/* A visitor that keeps a copy of each object for its deltas, and checks that copied ranges are what they say. */
struct kept {
	uint64_t magic;
	size_t n;
	uint8_t p[];
};

#define KEPT_MAGIC 0x6b657074u

struct collector {
	struct objects per_worker[WORKERS_MAX];
	atomic_int alive;
	atomic_int wrong;
	atomic_int problems;
	_Atomic uint64_t deltas, in_parts;
};

static bool rope_is(const struct rope *r, struct slice s) {
	uint8_t *p = malloc(s.n + 1);
	bool same = r && r->n == s.n;
	if (same)
		rope_copy(r, 0, r->n, p);
	same = same && slice_eq(slice_of(p, s.n), s);
	free(p);
	return same;
}

static void *collect_object(void *ctx, unsigned worker, const struct walk_object *o) {
	struct collector *c = ctx;
	if (o->rope) {
		memset(o->into, 0xa5, o->bytes.n);
		rope_copy(o->rope, 0, o->bytes.n, o->into);
		c->in_parts++;
	}
	struct seen s = {.id = o->id, .type = o->type, .size = o->bytes.n, .hash = hash_bytes(o->bytes)};
	VEC_PUSH(&c->per_worker[worker].v, s);
	if (o->ops) {
		const struct kept *base = o->base_state;
		size_t at = 0;
		c->deltas++;
		if (!base || base->magic != KEPT_MAGIC) {
			c->wrong++;
			return NULL;
		}
		for (size_t i = 0; i < o->nops; at += o->ops[i++].len) {
			const struct delta_op *op = &o->ops[i];
			if (op->dst != at || op->len > o->bytes.n - at || op->len == 0 ||
				(op->kind == DELTA_COPY &&
					(op->src > base->n || op->len > base->n - op->src ||
						memcmp(base->p + op->src, o->bytes.p + at, op->len) != 0)))
				c->wrong++;
		}
		c->wrong += at != o->bytes.n || !rope_is(o->base, slice_of(base->p, base->n));
	} else {
		c->wrong += o->base_state != NULL || o->base != NULL || o->rope != NULL;
	}
	if (!o->has_deltas && o->id.id[3] % 2)
		return NULL;
	struct kept *k = malloc(sizeof(*k) + o->bytes.n);
	k->magic = KEPT_MAGIC;
	k->n = o->bytes.n;
	memcpy(k->p, o->bytes.p, o->bytes.n);
	c->alive++;
	return k;
}

static void collect_release(void *ctx, unsigned worker, void *state) {
	struct collector *c = ctx;
	struct kept *k = state;
	(void)worker;
	c->wrong += k->magic != KEPT_MAGIC;
	k->magic = 0;
	c->alive--;
	free(k);
}

static void collect_trouble(
	void *ctx, unsigned worker, const struct object_id *id, enum trouble why, const char *detail) {
	struct collector *c = ctx;
	struct seen s = {.id = *id, .trouble = why};
	c->wrong += detail == NULL || detail[0] == '\0' || why == TROUBLE_NONE;
	if (getenv("GIT_TEST_VERBOSE"))
		fprintf(stderr, "%s: %s\n", trouble_name(why), detail);
	if (id->n == 0)
		c->problems++;
	else
		VEC_PUSH(&c->per_worker[worker].v, s);
}

/* Walks; returns the number of problems of the store. */
UNUSED static int objects_of_walk(
	const struct store *store, const struct walk_options *opt, struct objects *out, uint64_t *deltas) {
	struct collector *c = calloc(1, sizeof(*c));
	struct walk_visitor v = {c, collect_object, collect_release, collect_trouble};
	struct error e = {0};
	memset(out, 0, sizeof(*out));
	assert_int_equal(walk(store, opt, &v, &e), 0);
	assert_int_equal(c->alive, 0);
	assert_int_equal(c->wrong, 0);
	for (unsigned i = 0; i < WORKERS_MAX; i++) {
		for (size_t k = 0; k < c->per_worker[i].v.n; k++)
			VEC_PUSH(&out->v, c->per_worker[i].v.at[k]);
		VEC_FREE(&c->per_worker[i].v);
	}
	objects_sort(out);
	for (size_t i = 1; i < out->v.n; i++)
		if (object_id_cmp(&out->v.at[i - 1].id, &out->v.at[i].id) == 0)
			fail_msg("an object was visited twice");
	int problems = c->problems;
	out->in_parts = c->in_parts;
	if (deltas)
		*deltas = c->deltas;
	free(c);
	return problems;
}

UNUSED static const struct seen *objects_find(const struct objects *o, const struct object_id *id) {
	struct seen key = {.id = *id};
	return o->v.n ? bsearch(&key, o->v.at, o->v.n, sizeof(key), seen_order) : NULL;
}

static bool seen_equal(const struct seen *a, const struct seen *b) {
	return object_id_cmp(&a->id, &b->id) == 0 && a->type == b->type && a->size == b->size && a->hash == b->hash &&
	       a->trouble == b->trouble;
}

UNUSED static void objects_equal(const struct objects *want, const struct objects *got) {
	assert_int_equal(want->v.n, got->v.n);
	for (size_t i = 0; i < want->v.n; i++)
		if (!seen_equal(&want->v.at[i], &got->v.at[i]))
			fail_msg("object %zu differs (%s, %s)", i, object_type_name(got->v.at[i].type),
				trouble_name(got->v.at[i].trouble));
}

#endif
