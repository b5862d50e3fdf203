/* Opens packs with their indexes. Parses nothing itself: pack.c, idx.c and midx.c do. */
#include "scanners/git/packs.h"

#include "core/buf.h"
#include "core/memory.h"
#include "scanners/git/alternates.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* Each pack takes two of the 65,530 mappings that Linux gives a process (vm.max_map_count). */
#define PACKS_MAX 20000

typedef VEC(char *) names;

static int name_order(const void *a, const void *b) {
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The names without suffix of all "….pack" in a folder, sorted. */
static void names_list(struct store *s, const char *folder, names *out) {
	DIR *d = opendir(folder);
	if (!d) {
		if (errno != ENOENT)
			store_problem(s, "can't read folder %s: %s", folder, strerror(errno));
		return;
	}
	const struct dirent *e;
	while ((e = readdir(d))) {
		struct slice name = slice_str(e->d_name);
		if (name.n > 5 && slice_has_suffix(name, ".pack")) {
			char *copy = mem_str(e->d_name);
			copy[name.n - 5] = '\0';
			VEC_PUSH(out, copy);
		}
	}
	closedir(d);
	if (out->n)
		qsort(out->at, out->n, sizeof(*out->at), name_order);
}

static struct store_midx *midx_open(struct store *s, const char *folder) {
	struct buf path = {0};
	struct error e = {0};
	struct stat st;
	struct store_midx *m = NULL;
	buf_printf(&path, "%s/multi-pack-index", folder);
	if (stat(buf_cstr(&path), &st) != 0)
		goto out;
	m = mem_alloc(sizeof(*m));
	if (file_map(buf_cstr(&path), &m->file, &e) != 0 ||
		midx_parse(m->file.bytes, s->opt.id_bytes, &m->midx, &e) != 0) {
		store_problem(s, "%s: %s", buf_cstr(&path), e.text);
		file_unmap(&m->file);
		free(m);
		m = NULL;
	}
out:
	buf_free(&path);
	return m;
}

/* Number of the pack `name` in the multi-pack-index, which names indexes. */
static bool midx_find(const struct midx *m, const char *name, uint32_t *pack) {
	size_t n = strlen(name);
	const char *p = (const char *)m->names.p;
	for (uint32_t i = 0; i < m->npacks; i++) {
		if (strncmp(p, name, n) == 0 && (strcmp(p + n, ".idx") == 0 || strcmp(p + n, ".pack") == 0)) {
			*pack = i;
			return true;
		}
		p += strlen(p) + 1;
	}
	return false;
}

/* The pack's own index, or else its rows of the multi-pack-index. */
static int index_open(struct store *s, const struct store_folder *f, const char *stem, const char *name,
	struct store_pack *p, struct error *err) {
	struct buf path = {0};
	struct error e = {0};
	uint32_t number;
	buf_printf(&path, "%s.idx", stem);
	bool is_there = access(buf_cstr(&path), F_OK) == 0;
	int status = -1;
	if (is_there) {
		status = file_map(buf_cstr(&path), &p->idx_file, &e);
		if (status == 0)
			status = idx_parse(p->idx_file.bytes, s->opt.id_bytes, &p->idx, &e);
		if (status != 0) {
			store_problem(s, "%s: %s", buf_cstr(&path), e.text);
			file_unmap(&p->idx_file);
		}
	}
	if (status != 0 && f->midx && midx_find(&f->midx->midx, name, &number)) {
		idx_from_midx(&f->midx->midx, number, &p->idx);
		status = 0;
	}
	if (status != 0)
		error_set(err, ERR_FORMAT, "%s.pack is not read: %s", stem,
			is_there ? "its index is damaged" : "it has no index");
	buf_free(&path);
	return status;
}

static void trailer_check(struct store *s, const struct store_pack *p) {
	/* Read on all the same: the objects that are there are worth reading, and each is checked. */
	if (p->idx.pack_hash.n && !slice_eq(p->idx.pack_hash, p->pack.trailer))
		store_problem(s, "%s is cut short or does not belong to its index", p->path);
	else if (p->idx.version && p->idx.count != p->pack.count)
		store_problem(
			s, "%s says it holds %u objects, its index says %u", p->path, p->pack.count, p->idx.count);
}

static int pack_load(struct store *s, const struct store_folder *f, const char *stem, const char *name,
	struct store_pack *p, struct error *err) {
	if (s->packs.n == PACKS_MAX)
		return error_set(err, ERR_LIMIT, "more than %d packs: %s is not read", PACKS_MAX, p->path);
	if (file_map(p->path, &p->pack_file, err) != 0)
		return -1;
	if (pack_parse(p->pack_file.bytes, s->opt.id_bytes, &p->pack, err) != 0)
		return error_context(err, "%s", p->path);
	return index_open(s, f, stem, name, p, err);
}

static void pack_open(struct store *s, const struct store_folder *f, const char *folder, const char *name) {
	struct store_pack p = {0};
	struct error e = {0};
	struct buf stem = {0}, path = {0};
	buf_printf(&stem, "%s/%s", folder, name);
	buf_printf(&path, "%s.pack", buf_cstr(&stem));
	p.path = mem_str(buf_cstr(&path));
	if (pack_load(s, f, buf_cstr(&stem), name, &p, &e) == 0) {
		trailer_check(s, &p);
		VEC_PUSH(&s->packs, p);
	} else {
		store_problem(s, "%s", e.text);
		file_unmap(&p.pack_file);
		free(p.path);
	}
	buf_free(&stem);
	buf_free(&path);
}

static int pack_order(const void *a, const void *b) {
	const struct store_pack *x = a, *y = b;
	if (x->pack.bytes.n != y->pack.bytes.n)
		return x->pack.bytes.n > y->pack.bytes.n ? -1 : 1;
	return strcmp(x->path, y->path);
}

void packs_open(struct store *s) {
	for (size_t i = 0; i < s->folders.n; i++) {
		struct store_folder *f = &s->folders.at[i];
		struct buf folder = {0};
		names list = {0};
		buf_printf(&folder, "%s/pack", f->path);
		names_list(s, buf_cstr(&folder), &list);
		f->midx = midx_open(s, buf_cstr(&folder));
		for (size_t k = 0; k < list.n; k++) {
			pack_open(s, f, buf_cstr(&folder), list.at[k]);
			free(list.at[k]);
		}
		VEC_FREE(&list);
		buf_free(&folder);
	}
	if (s->packs.n)
		qsort(s->packs.at, s->packs.n, sizeof(*s->packs.at), pack_order);
}

void packs_close(struct store *s) {
	for (size_t i = 0; i < s->packs.n; i++) {
		struct store_pack *p = &s->packs.at[i];
		idx_free(&p->idx);
		file_unmap(&p->idx_file);
		file_unmap(&p->pack_file);
		free(p->path);
	}
	VEC_FREE(&s->packs);
	for (size_t i = 0; i < s->folders.n; i++)
		if (s->folders.at[i].midx) {
			file_unmap(&s->folders.at[i].midx->file);
			free(s->folders.at[i].midx);
		}
}
