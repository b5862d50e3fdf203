/* What manifests say of layers, and what later layers did to a file. How parts are gathered is image.c. */
#include "scanners/archive/image_parts.h"

#include <stdlib.h>

#define SHARED_MOST  64	 /* images of one layer that are looked at */
#define INDEXES_DEEP 4	 /* an index of indexes, as multi-platform images may have */
#define LAYERS_MOST  512 /* overlayfs mounts 500 */

struct settling {
	struct images *images;
	struct arena scratch;
	struct slice folder; /* the key of what the manifest lies in, and the folder its references start in */
};

static const struct node *parse(struct settling *s, const struct slice *text) {
	struct node_limits lim = node_limits_default();
	struct node_documents tree = {0};
	struct syntax_error why;

	return text && json_read(&s->scratch, *text, false, &lim, &tree, &why) == 0 && tree.n == 1 ? tree.roots[0]
												   : NULL;
}

static void reference_key(struct buf *key, const struct settling *s, struct slice path) {
	buf_clear(key);
	buf_add_slice(key, s->folder);
	buf_add_slice(key, image_name_plain(path));
}

static const struct node *referred(struct settling *s, struct slice path) {
	struct buf key = {0};
	const struct map_entry *e;

	reference_key(&key, s, path);
	e = map_get(&s->images->texts, buf_slice(&key));
	buf_free(&key);
	return e ? parse(s, e->value.ptr) : NULL;
}

/* "sha256:abc…" lies in blobs/sha256/abc…. */
static struct slice blob_path(struct settling *s, struct slice digest) {
	const uint8_t *colon = digest.n ? memchr(digest.p, ':', digest.n) : NULL;
	size_t at = colon ? (size_t)(colon - digest.p) : 0;

	return slice_str(arena_printf(&s->scratch, "blobs/%.*s/%.*s", (int)at, (const char *)digest.p,
		(int)(digest.n - at ? digest.n - at - 1 : 0), (const char *)digest.p + at + 1));
}

/* The command of the i-th layer: entries of the history that made no layer are passed over. */
static const char *command_of(struct images *im, const struct node *config, size_t layer) {
	const struct node *history = node_get(config, "history");

	for (size_t i = 0; node_is(history, NODE_SEQUENCE) && i < history->n; i++)
		if (!node_truth(node_get(history->items[i], "empty_layer"), false) && layer-- == 0)
			return arena_str(&im->arena, node_text(node_get(history->items[i], "created_by")));
	return NULL;
}

/* An image with its layers, lowest first. The first image that has a layer speaks for it. */
static void add_image(
	struct settling *s, struct slice name, const struct node *config, const struct slice *layers, size_t n) {
	struct images *im = s->images;
	const char *image = name.n ? arena_str(&im->arena, name) : NULL;
	struct layer_names **stack;
	struct buf key = {0};

	if (n > LAYERS_MOST)
		n = LAYERS_MOST;
	stack = ARENA_NEW_N(&im->arena, struct layer_names *, n);
	for (size_t i = 0; i < n; i++) {
		const struct map_entry *read;
		struct map_entry *e;
		struct layer_place *p, **end;
		bool added;

		reference_key(&key, s, layers[i]);
		read = map_get(&im->layers, buf_slice(&key));
		stack[i] = read ? read->value.ptr : NULL;
		e = map_put(&im->places, buf_slice(&key), &added);
		p = ARENA_NEW(&im->arena, struct layer_place);
		if (added) {
			e->value.ptr = p;
		} else {
			unsigned shared = 0;

			for (end = &((struct layer_place *)e->value.ptr)->next; *end && shared < SHARED_MOST;
				end = &(*end)->next)
				shared++;
			if (shared == SHARED_MOST)
				continue;
			*end = p;
		}
		p->note = (struct layer_note){.image = image, .layer = (unsigned)i + 1, .layers = (unsigned)n};
		p->note.digest = arena_str(&im->arena, node_text(node_item(node_at(config, "rootfs.diff_ids"), i)));
		p->note.command = command_of(im, config, i);
		p->above = stack + i + 1;
		p->nabove = (unsigned)(n - i - 1);
	}
	buf_free(&key);
}

/* manifest.json of `docker save`: [{Config, RepoTags, Layers}]. */
static void read_docker(struct settling *s, const struct node *root) {
	for (size_t i = 0; node_is(root, NODE_SEQUENCE) && i < root->n; i++) {
		const struct node *layers = node_get(root->items[i], "Layers");
		const struct node *config = referred(s, node_text(node_get(root->items[i], "Config")));
		size_t n = node_is(layers, NODE_SEQUENCE) ? layers->n : 0;
		struct slice *paths = ARENA_NEW_N(&s->scratch, struct slice, n);

		for (size_t k = 0; k < n; k++)
			paths[k] = node_text(layers->items[k]);
		add_image(s, node_text(node_item(node_get(root->items[i], "RepoTags"), 0)), config, paths, n);
	}
}

static struct slice image_name(const struct node *described, struct slice outer) {
	const struct node *notes = node_get(described, "annotations");
	struct slice name = node_text(node_get(notes, "io.containerd.image.name"));

	if (!name.n)
		name = node_text(node_get(notes, "org.opencontainers.image.ref.name"));
	return name.n ? name : outer;
}

/* An index lists manifests or indexes, a manifest has a configuration and layers (image-spec, manifest.md, image-index.md). */
static void read_oci(struct settling *s, const struct node *root, struct slice name, unsigned depth) {
	const struct node *manifests = node_get(root, "manifests"), *layers = node_get(root, "layers");

	for (size_t i = 0; depth < INDEXES_DEEP && node_is(manifests, NODE_SEQUENCE) && i < manifests->n; i++) {
		const struct node *m = manifests->items[i];

		read_oci(
			s, referred(s, blob_path(s, node_text(node_get(m, "digest")))), image_name(m, name), depth + 1);
	}
	if (node_is(layers, NODE_SEQUENCE)) {
		struct slice *paths = ARENA_NEW_N(&s->scratch, struct slice, layers->n);

		for (size_t i = 0; i < layers->n; i++)
			paths[i] = blob_path(s, node_text(node_get(layers->items[i], "digest")));
		add_image(s, name, referred(s, blob_path(s, node_text(node_at(root, "config.digest")))), paths,
			layers->n);
	}
}

static int hash_cmp(const void *pa, const void *pb) {
	uint64_t a = *(const uint64_t *)pa, b = *(const uint64_t *)pb;

	return a < b ? -1 : a > b;
}

static void sort_hashes(uint64_t *at, size_t n) {
	if (n)
		qsort(at, n, sizeof(*at), hash_cmp);
}

static int text_cmp(const void *pa, const void *pb) {
	const struct map_entry *const *a = pa, *const *b = pb;

	return slice_cmp((*a)->key, (*b)->key);
}

/* Manifests named `name`, in the order of their places: which image speaks for a layer does not depend on threads. */
static void settle_named(
	struct images *i, const char *name, void (*read)(struct settling *s, const struct node *root)) {
	struct map_entry **sorted = mem_alloc_n(i->texts.n + 1, sizeof(struct map_entry *));

	for (size_t k = 0; k < i->texts.n; k++)
		sorted[k] = &i->texts.entries[k];
	if (i->texts.n)
		qsort(sorted, i->texts.n, sizeof(struct map_entry *), text_cmp);
	for (size_t k = 0; k < i->texts.n; k++) {
		struct slice key = sorted[k]->key;
		struct settling s = {.images = i};

		if (!slice_has_suffix(key, name))
			continue;
		s.folder = slice_sub(key, 0, key.n - strlen(name));
		if (s.folder.n && s.folder.p[s.folder.n - 1] != 0 && s.folder.p[s.folder.n - 1] != '/')
			continue;
		read(&s, parse(&s, sorted[k]->value.ptr));
		arena_free(&s.scratch);
	}
	free(sorted);
}

static void read_index(struct settling *s, const struct node *root) {
	read_oci(s, root, slice_of(NULL, 0), 0);
}

void images_settle(struct images *i) {
	for (struct layer_names *l = i->all; l; l = l->next) {
		sort_hashes(l->names.at, l->names.n);
		sort_hashes(l->deleted.at, l->deleted.n);
		sort_hashes(l->opaque.at, l->opaque.n);
	}
	/* docker's own manifest has the better names; newer versions write both. */
	settle_named(i, "manifest.json", read_docker);
	settle_named(i, "index.json", read_index);
}

static bool has(const uint64_t *at, size_t n, uint64_t hash) {
	return n && bsearch(&hash, at, n, sizeof(*at), hash_cmp);
}

/* Does the layer delete `path`, itself or with a folder that it lies in? */
static bool layer_deletes(const struct layer_names *l, struct slice path) {
	for (size_t i = 0; i <= path.n; i++) {
		uint64_t hash;

		if (i < path.n && path.p[i] != '/')
			continue;
		hash = image_name_hash(slice_sub(path, 0, i));
		if (has(l->deleted.at, l->deleted.n, hash) || (i < path.n && has(l->opaque.at, l->opaque.n, hash)))
			return true;
	}
	return has(l->opaque.at, l->opaque.n, image_name_hash(slice_of(NULL, 0)));
}

static void tell_fate(const struct layer_place *p, struct slice path, struct layer_note *out) {
	for (unsigned i = 0; i < p->nabove && !out->fate; i++) {
		const struct layer_names *l = p->above[i];

		if (l && has(l->names.at, l->names.n, image_name_hash(path)))
			out->fate = "replaced";
		else if (l && layer_deletes(l, path))
			out->fate = "deleted";
		out->fate_layer = out->layer + i + 1;
	}
}

/* In the first image in which the file is still there; else in the first. */
static void tell_place(const struct layer_place *first, struct slice path, struct layer_note *out) {
	for (const struct layer_place *p = first; p; p = p->next) {
		struct layer_note note = p->note;

		tell_fate(p, path, &note);
		if (!note.fate)
			note.fate_layer = 0;
		if (p == first || !note.fate)
			*out = note;
		if (!note.fate)
			break;
	}
}

bool images_tell(const struct images *i, unsigned target, const struct object_id *object, const struct slice *steps,
	unsigned n, struct layer_note *out) {
	struct buf key = {0};
	const struct map_entry *e = NULL;

	for (unsigned k = 1; k < n && !e; k++) {
		image_key(&key, target, object, steps, k);
		e = map_get(&i->places, buf_slice(&key));
		if (!e)
			continue;
		tell_place(e->value.ptr, image_name_plain(steps[k]), out);
	}
	buf_free(&key);
	return e != NULL;
}
