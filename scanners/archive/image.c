/* Remembering parts of images while they are read. What they say together is worked out in image_settle.c. */
#include "scanners/archive/image_parts.h"

#include <stdlib.h>

/* Manifests and configurations are a few KiB; of those that pretend to be one this much is kept. */
#define TEXT_MOST  ((size_t)4 << 20)
#define TEXTS_MOST ((size_t)64 << 20)
#define STEPS_MOST 40

struct images *images_new(void) {
	struct images *i = mem_alloc(sizeof(*i));

	pthread_mutex_init(&i->lock, NULL);
	return i;
}

void images_free(struct images *i) {
	if (!i)
		return;
	while (i->all) {
		struct layer_names *l = i->all;

		i->all = l->next;
		VEC_FREE(&l->names);
		VEC_FREE(&l->deleted);
		VEC_FREE(&l->opaque);
		free(l);
	}
	map_free(&i->texts);
	map_free(&i->layers);
	map_free(&i->places);
	arena_free(&i->arena);
	pthread_mutex_destroy(&i->lock);
	free(i);
}

static bool is_hex(struct slice s) {
	for (size_t i = 0; i < s.n; i++)
		if (!((s.p[i] >= '0' && s.p[i] <= '9') || (s.p[i] >= 'a' && s.p[i] <= 'f')))
			return false;
	return s.n >= 32;
}

/* blobs/sha256/<hex>, as a whole path or behind a folder. */
static bool is_blob(struct slice path) {
	struct slice name = slice_base_name(path), folder = slice_sub(path, 0, path.n - name.n);

	return is_hex(name) && (slice_has_suffix(folder, "blobs/sha256/") || slice_has_suffix(folder, "blobs/sha512/"));
}

bool image_wants(struct slice path) {
	struct slice name = slice_base_name(path);

	return slice_eq(name, slice_str("manifest.json")) || slice_eq(name, slice_str("index.json")) || is_blob(path) ||
	       (slice_has_suffix(name, ".json") && is_hex(slice_sub(name, 0, name.n - 5)));
}

uint64_t image_name_hash(struct slice name) {
	uint64_t h = 14695981039346656037u; /* FNV-1a */

	for (size_t i = 0; i < name.n; i++)
		h = (h ^ name.p[i]) * 1099511628211u;
	return h;
}

struct slice image_name_plain(struct slice name) {
	while (name.n && (name.p[0] == '/' || (name.n > 1 && name.p[0] == '.' && name.p[1] == '/')))
		name = slice_sub(name, name.p[0] == '/' ? 1 : 2, name.n);
	while (name.n && name.p[name.n - 1] == '/')
		name.n--;
	return name;
}

void image_key(
	struct buf *key, unsigned target, const struct object_id *object, const struct slice *steps, unsigned n) {
	buf_clear(key);
	buf_printf(key, "%u", target);
	buf_add_slice(key, object_id_slice(object));
	for (unsigned i = 0; i < n; i++) {
		buf_add_byte(key, 0);
		if (i > 0 || !object->n) /* the path of an object is not known while it is read */
			buf_add_slice(key, image_name_plain(steps[i]));
	}
}

static bool document_key(struct buf *key, const struct document *doc) {
	struct slice steps[STEPS_MOST];
	unsigned n = 0;

	for (const struct document *d = doc; d; d = d->container) {
		if (n == STEPS_MOST)
			return false;
		steps[STEPS_MOST - ++n] = d->path;
	}
	image_key(key, doc->target, &doc->object, steps + STEPS_MOST - n, n);
	return true;
}

/* Gives every text in a list or map of texts, or the one text, where it stands. */
static void give_texts(const struct node *n, const struct document *doc, image_part_fn *give, void *ctx) {
	struct document one = *doc;
	struct part part;

	if (node_is(n, NODE_SEQUENCE))
		for (size_t i = 0; i < n->n; i++)
			give_texts(n->items[i], doc, give, ctx);
	if (node_is(n, NODE_MAPPING))
		for (size_t i = 0; i < n->n; i++)
			give_texts(n->members[i].value, doc, give, ctx);
	if (!node_is(n, NODE_STRING) || !n->text.n)
		return;
	/* Behind the quote; right for texts without escapes, and near for others. */
	part = (struct part){n->span.start + 1, n->span.line - 1, n->span.column, 0, n->text.n};
	one.bytes = n->text;
	one.part = &part;
	give(ctx, &one);
}

/* An image's configuration (image-spec, config.md): what is run and set stands in JSON strings, where quotes are escaped. */
static void give_config(const struct document *doc, image_part_fn *give, void *ctx) {
	static const char *const set[] = {"config.Env", "config.Labels", "config.Entrypoint", "config.Cmd",
		"config.OnBuild", "config.Healthcheck", "container_config.Env", "container_config.Cmd", NULL};
	struct node_limits lim = node_limits_default();
	struct node_documents tree = {0};
	struct syntax_error why;
	struct arena a = {0};
	const struct node *history;

	if (json_read(&a, doc->bytes, false, &lim, &tree, &why) == 0 && tree.n == 1 &&
		(node_get(tree.roots[0], "rootfs") || node_get(tree.roots[0], "container_config"))) {
		for (const char *const *s = set; *s; s++)
			give_texts(node_at(tree.roots[0], *s), doc, give, ctx);
		history = node_get(tree.roots[0], "history");
		for (size_t i = 0; node_is(history, NODE_SEQUENCE) && i < history->n; i++) {
			give_texts(node_get(history->items[i], "created_by"), doc, give, ctx);
			give_texts(node_get(history->items[i], "comment"), doc, give, ctx);
		}
	}
	arena_free(&a);
}

void images_take(struct images *i, const struct document *doc, image_part_fn *give, void *ctx) {
	struct slice text = slice_trim(slice_sub(doc->bytes, 0, 64));
	struct buf key = {0};

	if (!text.n || (text.p[0] != '{' && text.p[0] != '[') || doc->bytes.n > TEXT_MOST || doc->part ||
		!document_key(&key, doc))
		return;
	pthread_mutex_lock(&i->lock);
	if (i->text_bytes + doc->bytes.n <= TEXTS_MOST) {
		struct slice *kept = ARENA_NEW(&i->arena, struct slice);

		*kept = arena_copy(&i->arena, doc->bytes);
		map_put(&i->texts, buf_slice(&key), NULL)->value.ptr = kept;
		i->text_bytes += doc->bytes.n;
	}
	pthread_mutex_unlock(&i->lock);
	buf_free(&key);
	give_config(doc, give, ctx);
}

struct layer_names *images_layer(struct images *i, const struct document *container) {
	struct layer_names *l = NULL;
	struct buf key = {0};
	struct map_entry *e;
	bool added;

	if (!is_blob(container->path) && !slice_eq(slice_base_name(container->path), slice_str("layer.tar")) &&
		!(slice_has_suffix(container->path, ".tar") &&
			is_hex(slice_sub(slice_base_name(container->path), 0, slice_base_name(container->path).n - 4))))
		return NULL;
	if (!document_key(&key, container))
		return NULL;
	pthread_mutex_lock(&i->lock);
	e = map_put(&i->layers, buf_slice(&key), &added);
	if (added) {
		e->value.ptr = l = mem_alloc(sizeof(*l));
		l->next = i->all;
		i->all = l;
	}
	pthread_mutex_unlock(&i->lock);
	buf_free(&key);
	return l;
}

/* Whiteouts (image-spec, layer.md): an empty `.wh.NAME` deletes NAME, `.wh..wh..opq` all that lower layers have in its folder. */
void layer_add(struct layer_names *l, struct slice path) {
	struct buf gone = {0};
	struct slice name;

	if (!l)
		return;
	path = image_name_plain(path);
	name = slice_base_name(path);
	if (slice_eq(name, slice_str(".wh..wh..opq"))) {
		VEC_PUSH(&l->opaque, image_name_hash(image_name_plain(slice_sub(path, 0, path.n - name.n))));
	} else if (slice_has_prefix(name, ".wh.")) {
		buf_add_slice(&gone, slice_sub(path, 0, path.n - name.n));
		buf_add_slice(&gone, slice_sub(name, 4, name.n));
		VEC_PUSH(&l->deleted, image_name_hash(buf_slice(&gone)));
		buf_free(&gone);
	} else {
		VEC_PUSH(&l->names, image_name_hash(path));
	}
}
