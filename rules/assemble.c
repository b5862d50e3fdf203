/* Grouping by secret, merging sightings, filling in what reports show. The order of input never shows in the output. */
#include "rules/assemble.h"

#include "core/text.h"
#include "rules/judge.h"
#include "rules/resolve.h"

#include <stdlib.h>

/* The same key may be written with other line ends or wraps: compare what is left without them. */
static struct slice canonical(struct arena *a, const struct rule *r, struct slice v) {
	uint8_t *out;
	size_t n = 0;

	v = slice_trim(v);
	if (r->kind != KIND_PRIVATE_KEY)
		return v;
	out = arena_alloc(a, v.n + 1);
	for (size_t i = 0; i < v.n; i++) {
		if (v.p[i] == '\\' && i + 1 < v.n && (v.p[i + 1] == 'n' || v.p[i + 1] == 'r' || v.p[i + 1] == 't'))
			i++;
		else if (v.p[i] > 0x20)
			out[n++] = v.p[i];
	}
	return slice_of(out, n);
}

static int place_rank(enum place p) {
	return p == PLACE_WORKTREE || p == PLACE_UNTRACKED || p == PLACE_FILE || p == PLACE_STDIN ? 0 : (int)p;
}

static bool is_blob_of_history(enum place p) {
	return p == PLACE_HEAD || p == PLACE_HISTORY;
}

/* Sightings that are versions of one file in one repository stand together. */
static int same_file_cmp(const struct harvested *a, const struct harvested *b) {
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

static int harvested_cmp(const void *pa, const void *pb) {
	const struct harvested *a = pa, *b = pb;
	int d;

	if (a->what->rule != b->what->rule)
		return a->what->rule < b->what->rule ? -1 : 1;
	d = slice_cmp(a->what->value, b->what->value);
	if (d == 0)
		d = same_file_cmp(a, b);
	if (d)
		return d;
	if (a->at_head != b->at_head)
		return a->at_head ? -1 : 1; /* what is there now comes first: its line is the useful one */
	if (a->authored.state != b->authored.state)
		return a->authored.state == WHEN_AT ? -1 : 1;
	if (a->authored.at != b->authored.at)
		return a->authored.at < b->authored.at ? -1 : 1;
	d = slice_cmp(object_id_slice(&a->object), object_id_slice(&b->object));
	if (d)
		return d;
	if (a->offset != b->offset)
		return a->offset < b->offset ? -1 : 1;
	return strcmp(a->what->layers ? a->what->layers : "", b->what->layers ? b->what->layers : "");
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
	if (slice_eq(object_id_slice(last), object_id_slice(&h->object)) && h->object.n)
		return; /* a second time in the same blob */
	if (!h->object.n)
		return;
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

/* Why lists accept the secret, by file: one version of a file speaks for all of them. */
static void ask_lists(
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

static size_t group_sightings(const struct assembly *as, const struct harvested *h, size_t n, const char *masked,
	const struct map *by_file, struct sighting *out) {
	size_t k = 0, shown = 0;
	struct object_id last = {0};

	for (size_t i = 0; i < n; i++) {
		if (i > 0 && same_file_cmp(&h[i - 1], &h[i]) == 0) {
			merge_version(as, &out[k - 1], &h[i], &last);
			/* The version that is shown decides; in it, every place must bear a mark. */
			if (!h[i].what->judgement.inline_mark &&
				slice_eq(object_id_slice(&h[i].object), object_id_slice(&h[shown].object)))
				out[k - 1].suppressed = listed(by_file, &h[i]);
			continue;
		}
		out[k] = make_sighting(as, &h[i], masked);
		out[k].suppressed = listed(by_file, &h[i]);
		if (!out[k].suppressed)
			out[k].suppressed = marked(as, &h[i]);
		k++;
		last = h[i].object;
		shown = i;
	}
	for (size_t i = 0; i < k; i++)
		out[i].days_exposed = days_exposed(as, &out[i]);
	return k;
}

static void fingerprints(const struct assembly *as, const struct rule *r, struct slice value, struct finding *f) {
	struct slice secret[2], place[4];
	struct arena scratch = {0};

	secret[0] = place[0] = slice_str(r->id);
	secret[1] = canonical(&scratch, r, value);
	fingerprint_hex(as->key, "nhiscan/secret/v1", secret, 2, f->secret_fingerprint);
	place[1] = slice_str(f->secret_fingerprint);
	place[2] = f->nsightings ? f->sightings[0].path : slice_of(NULL, 0);
	fingerprint_hex(as->key, "nhiscan/location/v1", place, 3, f->location_fingerprint);
	arena_free(&scratch);
}

/* The best judgement among the sightings speaks for the secret: one leak outside the tests is a leak. */
static bool judge_group(const struct rule *r, struct harvested *h, size_t *n, struct judgement *best) {
	size_t kept = 0;
	bool any = false;

	for (size_t i = 0; i < *n; i++) {
		struct judgement j = h[i].what->judgement;

		judge_path(r, h[i].path, h[i].what->value, &j);
		if (j.rejected)
			continue;
		if (!any || judged_confidence(r, &j) > judged_confidence(r, best))
			*best = j;
		any = true;
		h[kept++] = h[i];
	}
	*n = kept;
	return any;
}

static bool make_finding(
	const struct assembly *as, struct harvested *h, size_t n, struct finding *f, uint64_t *withheld) {
	const struct catalogue *c = engine_catalogue(as->engine);
	const struct rule *r = &c->rules[h[0].what->rule];
	struct sighting *s;
	struct map by_file = {0};

	memset(f, 0, sizeof(*f));
	if (!judge_group(r, h, &n, &f->judgement))
		return false;
	f->rule = r;
	f->confidence = judged_confidence(r, &f->judgement);
	f->severity = judged_severity(r, &f->judgement);
	for (size_t i = 0; i < n; i++)
		if (h[i].partner >= 0 && r->raised > f->severity) {
			f->severity = r->raised;
			f->partner = c->rules[h[i].partner].id;
		}
	ask_lists(as, r, h, n, &by_file); /* also of one withheld, so that its entry counts as used */
	if (f->confidence < as->min_confidence) {
		map_free(&by_file);
		++*withheld;
		return false;
	}
	for (size_t i = 0; i < f->judgement.nreasons; i++)
		f->judgement.reasons[i].text = arena_str(as->arena, slice_str(f->judgement.reasons[i].text));
	f->masked = mask_value(as->arena, r, h[0].what->value);
	s = ARENA_NEW_N(as->arena, struct sighting, n);
	f->nsightings = group_sightings(as, h, n, f->masked, &by_file, s);
	map_free(&by_file);
	finding_settle_suppression(as->arena, f, s);
	fingerprints(as, r, h[0].what->value, f);
	return true;
}

static int finding_qsort_cmp(const void *a, const void *b) {
	return finding_cmp(a, b);
}

/* Candidates of one document stand together, in the order of its bytes. */
static int document_cmp(const void *pa, const void *pb) {
	const struct harvested *a = pa, *b = pb;
	int d;

	if (a->target != b->target)
		return a->target < b->target ? -1 : 1;
	if (a->place != b->place)
		return a->place < b->place ? -1 : 1;
	d = slice_cmp(object_id_slice(&a->object), object_id_slice(&b->object));
	if (d == 0)
		d = slice_cmp(a->path, b->path);
	if (d)
		return d;
	return candidate_cmp(&(struct candidate){a->what, a->offset, a->end, 0, 0},
		&(struct candidate){b->what, b->offset, b->end, 0, 0});
}

static bool same_document(const struct harvested *a, const struct harvested *b) {
	return a->target == b->target && a->place == b->place &&
	       slice_eq(object_id_slice(&a->object), object_id_slice(&b->object)) && slice_eq(a->path, b->path);
}

static bool is_within(long long a, long long b, int most) {
	return most < 0 || (a > b ? a - b : b - a) <= most;
}

/* Does every rule that h[i]'s rule requires match near it? Also under another rule's name, so overlaps do not matter. */
static bool has_required(const struct catalogue *c, const struct harvested *h, size_t n, size_t i) {
	const struct rule *r = &c->rules[h[i].what->rule];

	for (size_t q = 0; q < r->nrequired; q++) {
		const struct rule_required *need = &r->required[q];
		bool found = false;

		for (size_t k = 0; k < n && !found; k++)
			found = k != i && !h[k].what->judgement.rejected &&
				strcmp(c->rules[h[k].what->rule].id, need->rule) == 0 &&
				rule_wants_path(&c->rules[h[k].what->rule], h[k].path) &&
				is_within(h[i].line, h[k].line, need->lines) &&
				is_within(h[i].column, h[k].column, need->columns);
		if (!found)
			return false;
	}
	return true;
}

/* Settles the candidates of one document among themselves; returns how many are left at the front of `h`. */
static size_t resolve_document(const struct catalogue *c, struct harvested *h, size_t n) {
	struct candidate *at = mem_alloc_n(n, sizeof(*at));
	bool *gone = mem_alloc_n(n, sizeof(*gone));
	size_t kept = 0;

	for (size_t i = 0; i < n; i++) {
		at[i] = (struct candidate){h[i].what, h[i].offset, h[i].end, 0, 0};
		gone[i] = c->rules[h[i].what->rule].silent || !rule_wants_path(&c->rules[h[i].what->rule], h[i].path) ||
			  !has_required(c, h, n, i);
	}
	candidates_overlap(c, at, n, gone);
	for (size_t i = 0; i < n; i++)
		h[i].partner = gone[i] ? -1 : candidate_partner(c, at, n, gone, i);
	for (size_t i = 0; i < n; i++)
		if (!gone[i] && !h[i].what->judgement.rejected)
			h[kept++] = h[i];
	free(at);
	free(gone);
	return kept;
}

static size_t resolve_all(const struct catalogue *c, struct harvested *all, size_t n) {
	size_t kept = 0;

	if (n)
		qsort(all, n, sizeof(*all), document_cmp);
	for (size_t i = 0, k; i < n; i = k) {
		size_t left;

		for (k = i + 1; k < n && same_document(&all[i], &all[k]); k++)
			;
		left = resolve_document(c, all + i, k - i);
		memmove(all + kept, all + i, left * sizeof(*all));
		kept += left;
	}
	return kept;
}

void findings_assemble(
	const struct assembly *as, struct harvested *all, size_t n, finding_vec *out, uint64_t *withheld) {
	*withheld = 0;
	n = resolve_all(engine_catalogue(as->engine), all, n);
	if (n)
		qsort(all, n, sizeof(*all), harvested_cmp);
	for (size_t i = 0, k; i < n; i = k) {
		struct finding f;

		for (k = i + 1; k < n && all[k].what->rule == all[i].what->rule &&
				slice_eq(all[k].what->value, all[i].what->value);
			k++)
			;
		if (make_finding(as, all + i, k - i, &f, withheld))
			VEC_PUSH(out, f);
	}
	if (out->n)
		qsort(out->at, out->n, sizeof(*out->at), finding_qsort_cmp);
}
