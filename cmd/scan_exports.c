/* Which files of a scan are exports, and where the keys they tell of are written down. */
#include "cmd/scan_exports.h"

#include "cmd/scan_run.h"

#include <assert.h>
#include <stdlib.h>

enum { LEAKS_MAX = 20 };	     /* places of one key that are named */
#define HELD_MOST ((size_t)64 << 20) /* bytes of exports in archives, all together */

void scan_exports_open(struct scan_exports *x) {
	pthread_mutex_init(&x->lock, NULL);
}

static bool hold(struct scan_exports *x, const struct document *doc, struct seen_export *s) {
	if (doc->part || doc->bytes.n > HELD_MOST - x->held_bytes)
		return false;
	x->held_bytes += doc->bytes.n;
	s->bytes = arena_copy(&x->held, doc->bytes);
	s->source = fact_source_of(&x->held, doc);
	return true;
}

void scan_exports_see(struct scan_exports *x, const struct document *doc, struct coverage *coverage) {
	struct seen_export s = {.target = doc->target, .place = doc->place};
	bool plain = doc->place == PLACE_FILE || doc->place == PLACE_WORKTREE || doc->place == PLACE_UNTRACKED ||
		     (doc->place == PLACE_STDIN && doc->container);
	struct buf path = {0};
	bool held;

	if (!plain || !aws_may_be_export(doc->path, doc->bytes) || memchr(doc->path.p, 0, doc->path.n) ||
		(doc->part && doc->part->offset && doc->container))
		return;
	document_whole_path(&path, doc);
	pthread_mutex_lock(&x->lock);
	held = !doc->container || hold(x, doc, &s);
	if (held) {
		s.path = mem_str(buf_cstr(&path));
		VEC_PUSH(&x->seen, s);
	}
	pthread_mutex_unlock(&x->lock);
	if (!held)
		coverage_note(coverage, "limit-archive-exports", true, buf_cstr(&path),
			"an export in an archive that is too large to be kept was not judged as one; unpack it and "
			"scan that");
	buf_free(&path);
}

static int seen_cmp(const void *pa, const void *pb) {
	const struct seen_export *a = pa, *b = pb;

	if (a->target != b->target)
		return a->target < b->target ? -1 : 1;
	return strcmp(a->path, b->path);
}

/* Notices alone: the files were counted when they were scanned. */
static void keep_notices(struct coverage *from, struct coverage *to) {
	const struct notice *n;
	size_t count = coverage_notices(from, &n);

	for (size_t i = 0; i < count; i++)
		if (strcmp(n[i].code, "export-not-recognised") != 0)
			coverage_note(to, n[i].code, n[i].incomplete, n[i].where, n[i].detail);
}

static void read_seen(struct scan_exports *x, struct scan_run *run) {
	struct aws_collect how = aws_collect_default();
	struct coverage *own = coverage_new();

	qsort(x->seen.at, x->seen.n, sizeof(*x->seen.at), seen_cmp);
	for (size_t i = 0; i < x->seen.n; i++) {
		const struct seen_export *s = &x->seen.at[i];
		const struct target *t = &run->targets[s->target].target;
		const char *path =
			t->kind == TARGET_FOLDER ? arena_printf(&run->arena, "%s/%s", t->name, s->path) : t->name;

		if (i && seen_cmp(s, s - 1) == 0) /* a large one came in parts */
			continue;
		if (s->source)
			aws_collect_bytes(&x->exports.aws, &how, s->bytes, s->source, own);
		else if (t->kind != TARGET_STDIN)
			aws_collect_file(&x->exports.aws, &how, path, s->path, s->place, s->target, own);
	}
	keep_notices(own, run->coverage);
	coverage_free(own);
}

/* The lists of keys themselves are not leaks of the keys. */
static bool is_export(const struct scan_exports *x, const struct harvested *h) {
	for (size_t i = 0; i < x->seen.n; i++)
		if (x->seen.at[i].target == h->target && slice_eq(slice_str(x->seen.at[i].path), h->path))
			return true;
	return false;
}

/* A secret of AWS in the same version of the same file. */
static bool has_secret_beside(const struct scan_run *run, const struct harvested *h) {
	for (size_t i = 0; i < run->all.n; i++) {
		const struct harvested *o = &run->all.at[i];
		const struct rule *r = &run->catalogue.rules[o->what->rule];

		if (o->target == h->target && slice_eq(o->path, h->path) &&
			slice_eq(object_id_slice(&o->object), object_id_slice(&h->object)) && r->kind != KIND_KEY_ID &&
			strncmp(r->id, "aws-", 4) == 0)
			return true;
	}
	return false;
}

static struct fact *leak_fact(struct scan_run *run, const struct harvested *h) {
	struct fact_set *set = &run->facts.all;
	struct fact_source *source = ARENA_NEW(&set->arena, struct fact_source);
	struct span at = {h->offset, h->end, h->line, h->column, h->end_line, h->end_column};
	struct fact *f;

	*source = (struct fact_source){.place = h->place,
		.target = h->target,
		.path = arena_copy(&set->arena, h->path),
		.object = h->object,
		.commit = h->commit,
		.at_head = h->at_head};
	f = fact_add(set, FACT_CREDENTIAL, "scan", source, at);
	f->name = arena_copy(&set->arena, h->what->value);
	fact_set_text(set, f, "provider", slice_str("aws"), at);
	fact_set_text(set, f, "kind", slice_str("leak"), at);
	return f;
}

struct leak {
	struct aws_credential *key;
	const struct fact *places[LEAKS_MAX];
	size_t n;
	bool with_secret;
	const char *first;
};

static void mark(struct scan_run *run, const struct leak *l) {
	struct fact_set *set = &run->facts.all;
	struct fact *f = l->key->fact;

	fact_set_bool(set, f, "leaked", true, (struct span){0});
	fact_set_bool(set, f, "leaked_secret", l->with_secret, (struct span){0});
	fact_set_text(set, f, "leaked_at", slice_str(l->first), (struct span){0});
	fact_set_facts(set, f, "leaks", l->places, l->n);
}

/* Keys of the account that a credential report tells of without their ids: the one that leaked may be each of them. */
static void add_candidates(const struct scan_exports *x, struct scan_run *run, struct slice account, struct fact *f) {
	struct slice at[LEAKS_MAX];
	size_t n = 0;

	for (size_t i = 0; i < x->exports.aws.credentials.n && n < LEAKS_MAX; i++) {
		const struct aws_credential *c = x->exports.aws.credentials.at[i];

		if (c->kind == AWS_ACCESS_KEY && !c->id.n && c->active == AWS_YES && slice_eq(c->account, account) &&
			c->fact)
			at[n++] = c->fact->name;
	}
	fact_set_texts(&run->facts.all, f, "candidates", at, n, (struct span){0});
}

/* A key id that no list names, of an account whose exports are here: its number is in the id. */
static void tell_stranger(struct scan_exports *x, struct scan_run *run, const struct harvested *h, struct map *told) {
	char account[13];
	bool added;
	struct fact *f;

	if (!aws_key_account(h->what->value, account) || !aws_account_is_seen(&x->exports.aws, slice_str(account)))
		return;
	map_put(told, h->what->value, &added);
	if (!added)
		return;
	f = leak_fact(run, h);
	fact_set_text(&run->facts.all, f, "account", slice_str(account), f->span);
	add_candidates(x, run, slice_str(account), f);
}

static void find_leaks(struct scan_exports *x, struct scan_run *run) {
	struct map leaked = {0}, strangers = {0};
	VEC(struct leak) all = {0};

	for (size_t i = 0; i < run->all.n; i++) {
		const struct harvested *h = &run->all.at[i];
		struct aws_credential *key = aws_credential_find(&x->exports.aws, AWS_ACCESS_KEY, h->what->value);
		struct map_entry *e;
		bool added;

		if (is_export(x, h))
			continue;
		if (!key || !key->fact) {
			tell_stranger(x, run, h, &strangers);
			continue;
		}
		e = map_put(&leaked, key->id, &added);
		if (added) {
			struct leak none = {.key = key,
				.first = arena_printf(
					&run->arena, "%.*s:%u", (int)h->path.n, (const char *)h->path.p, h->line)};

			e->value.num = all.n;
			VEC_PUSH(&all, none);
		}
		assert(e->value.num < all.n);
		struct leak *l = &all.at[e->value.num];
		if (l->n < LEAKS_MAX)
			l->places[l->n++] = leak_fact(run, h);
		l->with_secret |= has_secret_beside(run, h);
	}
	for (size_t i = 0; i < all.n; i++)
		mark(run, &all.at[i]);
	VEC_FREE(&all);
	map_free(&leaked);
	map_free(&strangers);
}

void scan_exports_settle(struct scan_exports *x, struct scan_run *run) {
	struct error err = {0};

	if (!x->seen.n)
		return;
	read_seen(x, run);
	if (!exports_are_there(&x->exports) || exports_settle_time(&x->exports, NULL, run->now, &err) < 0)
		return;
	exports_settle(&x->exports, &run->facts.all);
	exports_note_limits(&x->exports, run->coverage);
	find_leaks(x, run);
}

void scan_exports_close(struct scan_exports *x) {
	for (size_t i = 0; i < x->seen.n; i++)
		free(x->seen.at[i].path);
	VEC_FREE(&x->seen);
	arena_free(&x->held);
	exports_close(&x->exports);
	pthread_mutex_destroy(&x->lock);
}
