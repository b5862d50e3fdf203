/* The places of one secret, made into sightings: a line each, versions of a file merged, what reports show filled in.
 * Which places are of one secret is settled in assemble.c. */
#include "rules/sightings.h"

#include "core/text.h"

static int place_rank(enum place p) {
	return p == PLACE_WORKTREE || p == PLACE_UNTRACKED || p == PLACE_FILE || p == PLACE_STDIN ? 0 : (int)p;
}

static bool is_blob_of_history(enum place p) {
	return p == PLACE_HEAD || p == PLACE_HISTORY;
}

int sightings_cmp_file(const struct harvested *a, const struct harvested *b) {
	int pa = is_blob_of_history(a->place) ? PLACE_HEAD : place_rank(a->place),
	    pb = is_blob_of_history(b->place) ? PLACE_HEAD : place_rank(b->place), d;

	if (a->target != b->target)
		return a->target < b->target ? -1 : 1;
	if (pa != pb)
		return pa < pb ? -1 : 1;
	d = slice_cmp(a->path, b->path);
	if (d)
		return d;
	if (!a->path.n)
		return slice_cmp(object_id_slice(&a->object), object_id_slice(&b->object));
	return 0;
}

static const char *hex_of(struct arena *a, const struct object_id *o) {
	char hex[OBJECT_ID_HEX_MAX];

	if (!o->n)
		return NULL;
	object_id_hex(o, hex);
	return arena_str(a, slice_str(hex));
}

static void show_excerpt(const struct assembly *as, const struct harvested *h, const char *masked, struct sighting *s) {
	size_t at = h->what->excerpt_at;
	struct slice line;
	struct buf before = {0}, text = {0};

	if (h->what->layers && strncmp(h->what->layers, "utf-16", 6) != 0)
		return; /* the line holds the encoded text: nothing readable to show */
	line = masker_line(as->masker, as->arena, h->what->excerpt, &at, h->what->value.n, masked);
	text_escape(&before, slice_sub(line, 0, at));
	s->excerpt_at = (unsigned)before.n;
	text_escape(&before, slice_str(masked));
	s->excerpt_len = (unsigned)(before.n - s->excerpt_at);
	text_escape(&before, slice_sub(line, at + strlen(masked), line.n));
	s->excerpt = arena_str(as->arena, buf_slice(&before));
	buf_free(&before);
	buf_free(&text);
}

static const char *masked_text(const struct assembly *as, struct slice s) {
	return arena_str(as->arena, masker_text(as->masker, as->arena, s));
}

/* What the first commit says; later versions have theirs. */
static void show_first(const struct assembly *as, const struct harvested *h, struct sighting *s) {
	const struct lifetime *l = h->life;

	s->authored = h->authored;
	s->commit = hex_of(as->arena, &h->commit);
	s->refs = NULL;
	s->author = NULL;
	s->nrefs = s->refs_total = 0;
	if (!l)
		return;
	s->refs = ARENA_NEW_N(as->arena, const char *, l->nrefs + 1);
	for (; s->nrefs < l->nrefs; s->nrefs++)
		s->refs[s->nrefs] = masked_text(as, l->refs[s->nrefs]);
	s->refs_total = l->refs_total;
	if (l->author.n)
		s->author = masked_text(as, l->author);
}

/* The end of the time in which HEAD's history held it. */
static struct when later(struct when a, struct when b) {
	if (a.state == WHEN_NEVER || b.state == WHEN_UNKNOWN)
		return a;
	if (b.state == WHEN_NEVER || a.state == WHEN_UNKNOWN)
		return b;
	return a.at < b.at ? b : a;
}

static void show_last(const struct assembly *as, const struct harvested *h, struct sighting *s) {
	struct when left = h->at_head ? (struct when){WHEN_NEVER, 0} : h->life ? h->life->left_head : s->left_head;

	s->left_head = later(s->left_head, left);
	if (!h->life || !h->life->last_commit.n)
		return;
	/* HEAD is later than anything, whatever its date. */
	if (s->last_commit && !h->at_head &&
		(s->at_head || h->life->last_authored.state != WHEN_AT ||
			(s->last_authored.state == WHEN_AT && h->life->last_authored.at <= s->last_authored.at)))
		return;
	s->last_authored = h->life->last_authored;
	s->last_commit = hex_of(as->arena, &h->life->last_commit);
}

static int64_t days_exposed(const struct assembly *as, const struct sighting *s) {
	int64_t until = s->left_head.state == WHEN_NEVER ? as->now : s->left_head.at;

	if (s->authored.state != WHEN_AT || s->left_head.state == WHEN_UNKNOWN)
		return -1;
	return until > s->authored.at ? (until - s->authored.at) / 86400 : 0;
}

static void show_steps(const struct assembly *as, const struct harvested *h, struct sighting *s) {
	struct slice *steps;

	if (!h->nsteps)
		return;
	steps = ARENA_NEW_N(as->arena, struct slice, h->nsteps);
	for (unsigned i = 0; i < h->nsteps; i++)
		steps[i] = arena_copy(as->arena, masker_text(as->masker, as->arena, h->steps[i]));
	s->steps = steps;
	s->nsteps = h->nsteps;
}

static const char *masked_or_null(const struct assembly *as, const char *s) {
	return s && *s ? arena_str(as->arena, masker_text(as->masker, as->arena, slice_str(s))) : NULL;
}

/* Commands and names of images are anybody's text: a build argument may be the secret itself. */
static const struct layer_note *show_layer(const struct assembly *as, const struct harvested *h) {
	struct layer_note *l;

	if (!h->layer)
		return NULL;
	l = ARENA_NEW(as->arena, struct layer_note);
	*l = *h->layer;
	l->image = masked_or_null(as, l->image);
	l->digest = masked_or_null(as, l->digest);
	l->command = masked_or_null(as, l->command);
	return l;
}

static struct sighting make_sighting(const struct assembly *as, const struct harvested *h, const char *masked) {
	struct sighting s = {.target = h->target,
		.place = h->place,
		.layers = h->what->layers,
		.line = h->line,
		.column = h->column,
		.end_line = h->end_line,
		.end_column = h->end_column,
		.offset = h->offset,
		.at_head = h->at_head,
		.versions = 1};

	s.path = arena_copy(as->arena, masker_text(as->masker, as->arena, h->path));
	show_steps(as, h, &s);
	s.layer = show_layer(as, h);
	if (s.layers)
		s.layers = arena_str(as->arena, slice_str(s.layers));
	s.object = hex_of(as->arena, &h->object);
	show_first(as, h, &s);
	show_last(as, h, &s);
	show_excerpt(as, h, masked, &s);
	return s;
}

/* Versions of one file after the first add to it: the earliest first commit, the latest last one, and how many. */
static void merge_version(
	const struct assembly *as, struct sighting *s, const struct harvested *h, struct object_id *last) {
	if (!h->object.n || slice_eq(object_id_slice(last), object_id_slice(&h->object)))
		return; /* a second time in the same blob */
	*last = h->object;
	s->versions++;
	if (h->authored.state == WHEN_AT && (s->authored.state != WHEN_AT || h->authored.at < s->authored.at)) {
		show_first(as, h, s);
	}
	show_last(as, h, s);
	s->at_head |= h->at_head;
	if (h->at_head)
		s->place = PLACE_HEAD;
}

/* The mark beside `h`, as the reason for suppressing its sighting. */
static const char *marked(const struct assembly *as, const struct harvested *h) {
	const char *mark = h->what->judgement.inline_mark;

	if (!mark)
		return NULL;
	return arena_printf(
		as->arena, "inline %s", arena_str(as->arena, masker_text(as->masker, as->arena, slice_str(mark))));
}

/* A file of a target as bytes. */
static void file_key(struct buf *key, const struct harvested *h) {
	buf_clear(key);
	buf_add(key, &h->target, sizeof(h->target));
	buf_add_slice(key, h->path);
}

void sightings_ask_lists(
	const struct assembly *as, const struct rule *r, const struct harvested *h, size_t n, struct map *by_file) {
	struct buf key = {0};

	for (size_t i = 0; as->accept && i < n; i++) {
		const char *why = accept_ask(as->accept, as->arena, r, &h[i]);
		struct map_entry *e;
		bool added;

		if (!why)
			continue;
		file_key(&key, &h[i]);
		e = map_put(by_file, buf_slice(&key), &added);
		if (added)
			e->value.ptr = arena_str(as->arena, masker_text(as->masker, as->arena, slice_str(why)));
	}
	buf_free(&key);
}

static const char *listed(const struct map *by_file, const struct harvested *h) {
	struct buf key = {0};
	const struct map_entry *e;

	if (!by_file->n)
		return NULL;
	file_key(&key, h);
	e = map_get(by_file, buf_slice(&key));
	buf_free(&key);
	return e ? e->value.ptr : NULL;
}

/* Sightings under way. All places of one file stand together, those of the version that is shown first. */
struct grouping {
	const struct assembly *as;
	const char *masked;
	const struct map *by_file;
	struct sighting *out;
	size_t n, file;		       /* sightings made; where those of the current file begin */
	const struct harvested *shown; /* the first place of the current file */
	struct object_id last;	       /* the version that was merged last */
	size_t lines, more;	       /* further lines listed, and those that are not */
};

static const char *why_suppressed(const struct grouping *g, const struct harvested *h) {
	const char *why = listed(g->by_file, h);

	return why ? why : marked(g->as, h);
}

static void add_sighting(struct grouping *g, const struct harvested *h) {
	g->out[g->n] = make_sighting(g->as, h, g->masked);
	g->out[g->n].suppressed = why_suppressed(g, h);
	g->n++;
}

/* The history of a file is that of each of its lines. */
static void end_file(struct grouping *g) {
	const struct sighting *first = &g->out[g->file];

	for (size_t i = g->file; i < g->n; i++) {
		struct sighting line = g->out[i];

		g->out[i] = *first;
		g->out[i].layers = line.layers;
		g->out[i].line = line.line;
		g->out[i].column = line.column;
		g->out[i].end_line = line.end_line;
		g->out[i].end_column = line.end_column;
		g->out[i].offset = line.offset;
		g->out[i].excerpt = line.excerpt;
		g->out[i].excerpt_at = line.excerpt_at;
		g->out[i].excerpt_len = line.excerpt_len;
		g->out[i].suppressed = line.suppressed;
		g->out[i].days_exposed = days_exposed(g->as, first);
	}
	g->file = g->n;
}

/* A further place in the version that is shown. What is not listed must bear a mark as well, or the file does not. */
static void add_place(struct grouping *g, const struct harvested *h) {
	struct sighting *before = &g->out[g->n - 1];

	if (h->line != before->line && g->lines < FINDING_LINES_MAX) {
		add_sighting(g, h);
		g->lines++;
		return;
	}
	g->more += h->line != before->line;
	if (!why_suppressed(g, h))
		before->suppressed = NULL;
}

void sightings_make(const struct assembly *as, const struct harvested *h, size_t n, const struct map *by_file,
	struct finding *f, struct sighting *out) {
	struct grouping g = {.as = as, .masked = f->masked, .by_file = by_file, .out = out};

	for (size_t i = 0; i < n; i++) {
		if (i == 0 || sightings_cmp_file(&h[i - 1], &h[i]) != 0) {
			end_file(&g);
			add_sighting(&g, &h[i]);
			g.shown = &h[i];
			g.last = h[i].object;
		} else if (slice_eq(object_id_slice(&g.shown->object), object_id_slice(&h[i].object))) {
			add_place(&g, &h[i]);
		} else {
			merge_version(as, &out[g.file], &h[i], &g.last);
		}
	}
	end_file(&g);
	f->nsightings = g.n;
	f->more_sightings = g.more;
}
