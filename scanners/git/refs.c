/* Where history starts. Loose refs, packed-refs and reflogs are read as files; the reftable format is not, and its
 * refs are not found (the caller says so). Objects are not touched here. */
#include "scanners/git/refs.h"

#include "scanners/git/commit.h"
#include "scanners/git/repo_file.h"

#include <stdlib.h>

#define MAX_REF_FILE	4096
#define MAX_PACKED_REFS (512u << 20)
#define MAX_REFLOG	(256u << 20)
#define MAX_SYMBOLIC	5 /* git's own limit on symbolic ref chains */

struct symbolic {
	struct slice name, target;
};

struct reader {
	struct refs *out;
	unsigned id_bytes;
	const char *common;
	const char *worktree; /* "worktrees/x" while its files are read */
	VEC(struct symbolic) symbolic;
};

static enum root_class class_of(struct slice name) {
	if (slice_has_prefix(name, "refs/notes/"))
		return ROOT_NOTE;
	if (slice_eq(name, slice_str("refs/stash")))
		return ROOT_STASH;
	return ROOT_REF;
}

/* `name` is in the arena: the entries of a reflog share one. */
static void add(
	struct reader *r, struct slice name, const struct object_id *id, enum root_class class, bool in_reflog) {
	struct ref ref = {name, *id, class, in_reflog, (unsigned)r->out->at.n};
	VEC_PUSH(&r->out->at, ref);
}

static struct slice keep(struct reader *r, struct slice name) {
	return arena_copy(&r->out->arena, name);
}

static struct slice first_line(struct slice s) {
	const uint8_t *lf = s.n ? memchr(s.p, '\n', s.n) : NULL;
	return lf ? slice_sub(s, 0, (size_t)(lf - s.p)) : s;
}

/* A loose ref, HEAD or a pseudo ref. */
static void loose(struct reader *r, struct slice name, struct slice bytes, enum root_class class, bool may_be_gone) {
	struct slice line = slice_trim(first_line(bytes));
	struct object_id id;
	if (slice_has_prefix(line, "ref:")) {
		struct symbolic s = {keep(r, name), keep(r, slice_trim(slice_sub(line, 4, line.n)))};
		VEC_PUSH(&r->symbolic, s);
	} else if (object_id_parse(line, r->id_bytes, &id)) {
		add(r, keep(r, name), &id, class, may_be_gone);
	} else {
		r->out->refused++;
	}
}

static void loose_file(void *ctx, struct slice name, struct slice bytes) {
	struct slice ref = name;
	struct reader *r = ctx;
	/* "worktrees/x/refs/bisect/bad": its class is that of the part behind the worktree. */
	if (r->worktree)
		ref = slice_sub(name, strlen(r->worktree) + 1, name.n);
	/* No part of a ref's name starts with a dot or ends in .lock (git-check-ref-format(1)): such files are others'. */
	if (slice_has_suffix(name, ".lock") || slice_find(name, slice_str("/.")) >= 0)
		return;
	loose(r, name, bytes, class_of(ref), false);
}

static void packed_refs(struct reader *r) {
	struct buf file = {0};
	if (repo_file_read(r->common, "packed-refs", MAX_PACKED_REFS, &file)) {
		size_t hex = 2 * (size_t)r->id_bytes;
		for (struct slice rest = buf_slice(&file); rest.n > 0;) {
			struct slice line = first_line(rest);
			struct object_id id;
			rest = slice_sub(rest, line.n + 1, rest.n);
			if (line.n == 0 || line.p[0] == '#' || line.p[0] == '^')
				continue;
			struct slice name = slice_trim(slice_sub(line, hex + 1, line.n));
			if (object_id_parse(line, r->id_bytes, &id) && line.n > hex + 1 && line.p[hex] == ' ' && name.n)
				add(r, keep(r, name), &id, class_of(name), false);
			else
				r->out->refused++;
		}
	}
	buf_free(&file);
}

/* "<old> <new> <who> <time> <zone>\t<message>" each line (git-reflog(1)). The null id stands for "did not exist". */
static void reflog_file(void *ctx, struct slice name, struct slice bytes) {
	struct reader *r = ctx;
	size_t hex = 2 * (size_t)r->id_bytes;
	struct object_id last = {0}, id, null = {.n = (uint8_t)r->id_bytes};
	struct slice ref = slice_sub(name, r->worktree ? strlen(r->worktree) + 6 : 5, name.n); /* "logs/" */
	enum root_class class = class_of(ref) == ROOT_STASH ? ROOT_STASH : ROOT_REFLOG;
	ref = keep(r, ref);
	for (struct slice rest = bytes; rest.n > 0;) {
		struct slice line = first_line(rest);
		rest = slice_sub(rest, line.n + 1, rest.n);
		for (int i = 0; i < 2; i++) {
			struct slice at = slice_sub(line, (size_t)i * (hex + 1), line.n);
			if (!object_id_parse(at, r->id_bytes, &id))
				break;
			if (memcmp(id.id, null.id, id.n) == 0 || (last.n && memcmp(id.id, last.id, id.n) == 0))
				continue;
			add(r, ref, &id, class, true);
			last = id;
		}
	}
}

/* ORIG_HEAD, FETCH_HEAD and their like: one id a line, in front. What they name may have been collected since. */
static void pseudo_refs(struct reader *r, const char *prefix) {
	static const char *const names[] = {"ORIG_HEAD", "FETCH_HEAD", "MERGE_HEAD", "CHERRY_PICK_HEAD", "REVERT_HEAD",
		"REBASE_HEAD", "AUTO_MERGE", "BISECT_HEAD", "rebase-merge/orig-head", "rebase-merge/onto"};
	struct buf file = {0}, path = {0};
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		buf_clear(&path);
		buf_printf(&path, "%s%s", prefix, names[i]);
		if (!repo_file_read(r->common, buf_cstr(&path), MAX_REFLOG, &file))
			continue;
		struct slice name = keep(r, buf_slice(&path));
		for (struct slice rest = buf_slice(&file); rest.n > 0;) {
			struct slice line = first_line(rest);
			struct object_id id;
			rest = slice_sub(rest, line.n + 1, rest.n);
			if (object_id_parse(line, r->id_bytes, &id))
				add(r, name, &id, ROOT_REFLOG, true);
		}
	}
	buf_free(&file);
	buf_free(&path);
}

static void worktree(void *ctx, const char *name) {
	struct reader *r = ctx;
	struct buf file = {0}, path = {0};
	r->worktree = name;
	buf_printf(&path, "%s/HEAD", name);
	if (repo_file_read(r->common, buf_cstr(&path), MAX_REF_FILE, &file))
		loose(r, buf_slice(&path), buf_slice(&file), ROOT_REF, false);
	buf_clear(&path);
	buf_printf(&path, "%s/refs", name);
	r->out->refused += repo_files_walk(r->common, buf_cstr(&path), MAX_REF_FILE, loose_file, r);
	buf_clear(&path);
	buf_printf(&path, "%s/logs", name);
	r->out->refused += repo_files_walk(r->common, buf_cstr(&path), MAX_REFLOG, reflog_file, r);
	buf_clear(&path);
	buf_printf(&path, "%s/", name);
	pseudo_refs(r, buf_cstr(&path));
	r->worktree = NULL;
	buf_free(&file);
	buf_free(&path);
}

/* By class and name, a ref before the entries of its reflog; of one name the loose ref, which was read first, stays in front of the
 * packed one. */
static int compare_refs(const void *a, const void *b) {
	const struct ref *x = a, *y = b;
	if (x->class != y->class)
		return x->class < y->class ? -1 : 1;
	int c = slice_cmp(x->name, y->name);
	if (c != 0)
		return c;
	if (x->in_reflog != y->in_reflog)
		return x->in_reflog ? 1 : -1;
	return x->in_reflog ? memcmp(x->id.id, y->id.id, sizeof(x->id.id)) : x->order < y->order ? -1 : 1;
}

static void sort_and_drop_shadowed(struct refs *r) {
	size_t n = 0;
	if (r->at.n == 0)
		return;
	qsort(r->at.at, r->at.n, sizeof(*r->at.at), compare_refs);
	for (size_t i = 0; i < r->at.n; i++) {
		const struct ref *before = n ? &r->at.at[n - 1] : NULL, *this = &r->at.at[i];
		bool same = before && before->class == this->class && slice_eq(before->name, this->name);
		if (same && (!this->in_reflog || memcmp(before->id.id, this->id.id, this->id.n) == 0))
			continue;
		r->at.at[n++] = *this;
	}
	r->at.n = n;
}

/* Among the first `n`, which are sorted. */
static const struct ref *find(const struct refs *r, size_t n, struct slice name) {
	for (int class = 0; class < ROOT_CLASSES; class ++) {
		size_t lo = 0, hi = n;
		while (lo < hi) {
			size_t mid = lo + (hi - lo) / 2;
			const struct ref *at = &r->at.at[mid];
			if ((int)at->class < class || ((int)at->class == class && slice_cmp(at->name, name) < 0))
				lo = mid + 1;
			else
				hi = mid;
		}
		if (lo < n && (int)r->at.at[lo].class == class && !r->at.at[lo].in_reflog &&
			slice_eq(r->at.at[lo].name, name))
			return &r->at.at[lo];
	}
	return NULL;
}

bool refs_find(const struct refs *r, struct slice name, struct object_id *out) {
	const struct ref *found = find(r, r->at.n, name);
	if (found)
		*out = found->id;
	return found;
}

static int compare_symbolic(const void *a, const void *b) {
	return slice_cmp(((const struct symbolic *)a)->name, ((const struct symbolic *)b)->name);
}

/* What the refs read so far, which are sorted, say of symbolic ones. */
static void resolve_symbolic(struct reader *r) {
	size_t n = r->out->at.n;
	if (r->symbolic.n)
		qsort(r->symbolic.at, r->symbolic.n, sizeof(*r->symbolic.at), compare_symbolic);
	for (size_t i = 0; i < r->symbolic.n; i++) {
		const struct symbolic *at = &r->symbolic.at[i];
		/* A target that is symbolic itself is followed in the list; the depth bounds a ring of them. */
		for (int hop = 0; hop < MAX_SYMBOLIC && at; hop++) {
			const struct ref *found = find(r->out, n, at->target);
			struct symbolic next = {.name = at->target};
			if (found) {
				struct object_id id = found->id; /* the list moves as it grows */
				add(r, r->symbolic.at[i].name, &id, class_of(r->symbolic.at[i].name), false);
				break;
			}
			/* None: an unborn branch. */
			at = bsearch(&next, r->symbolic.at, r->symbolic.n, sizeof(next), compare_symbolic);
		}
	}
}

void refs_read(struct refs *out, const char *git_dir, const char *common_dir, unsigned id_bytes) {
	struct reader r = {.out = out, .id_bytes = id_bytes, .common = common_dir};
	struct buf file = {0};
	*out = (struct refs){0};
	if (repo_file_read(git_dir, "HEAD", MAX_REF_FILE, &file))
		loose(&r, slice_str("HEAD"), buf_slice(&file), ROOT_REF, false);
	/* The main worktree's HEAD, when this one is linked to it. */
	if (strcmp(git_dir, common_dir) != 0 && repo_file_read(common_dir, "HEAD", MAX_REF_FILE, &file))
		loose(&r, slice_str("main-worktree/HEAD"), buf_slice(&file), ROOT_REF, false);
	buf_free(&file);
	out->refused += repo_files_walk(common_dir, "refs", MAX_REF_FILE, loose_file, &r);
	packed_refs(&r);
	repo_folders(common_dir, "worktrees", worktree, &r);
	sort_and_drop_shadowed(out);
	resolve_symbolic(&r);
	out->refused += repo_files_walk(common_dir, "logs", MAX_REFLOG, reflog_file, &r);
	pseudo_refs(&r, "");
	sort_and_drop_shadowed(out);
	refs_find(out, slice_str("HEAD"), &out->head);
	VEC_FREE(&r.symbolic);
}

void refs_free(struct refs *r) {
	VEC_FREE(&r->at);
	arena_free(&r->arena);
}
