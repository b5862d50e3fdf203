/* Grouping by secret, settling candidates of one document, judging each group. The order of input never shows in the output.
 * The places of one secret are made into sightings in sightings.c. */
#include "rules/assemble.h"

#include "rules/judge.h"
#include "rules/resolve.h"
#include "rules/sightings.h"

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

static int harvested_cmp(const void *pa, const void *pb) {
	const struct harvested *a = pa, *b = pb;
	int d;

	if (a->what->rule != b->what->rule)
		return a->what->rule < b->what->rule ? -1 : 1;
	d = slice_cmp(a->what->value, b->what->value);
	if (d == 0)
		d = sightings_cmp_file(a, b);
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
	sightings_ask_lists(as, r, h, n, &by_file); /* also of one withheld, so that its entry counts as used */
	if (f->confidence < as->min_confidence) {
		map_free(&by_file);
		++*withheld;
		return false;
	}
	for (size_t i = 0; i < f->judgement.nreasons; i++)
		f->judgement.reasons[i].text = arena_str(as->arena, slice_str(f->judgement.reasons[i].text));
	f->masked = mask_value(as->arena, r, h[0].what->value);
	s = ARENA_NEW_N(as->arena, struct sighting, n);
	sightings_make(as, h, n, &by_file, f, s);
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
	return candidate_cmp(&(struct candidate){.what = a->what, .start = a->offset, .end = a->end},
		&(struct candidate){.what = b->what, .start = b->offset, .end = b->end});
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
		at[i] = (struct candidate){.what = h[i].what, .start = h[i].offset, .end = h[i].end};
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
