/* Totals over the findings of a report, and the rules that have any.
 * How totals are shown is each format's business; what was read is in core/coverage. */
#include "report/counts.h"

#include "core/map.h"
#include "core/memory.h"

#include <stdlib.h>

void counts_take(struct counts *out, const struct report *r) {
	*out = (struct counts){.findings = r->nfindings};
	for (size_t i = 0; i < r->nfindings; i++) {
		const struct finding *f = &r->findings[i];
		if (f->suppressed) {
			out->suppressed++;
			continue;
		}
		if (report_counts(r->run, f))
			out->gate++;
		out->severity[f->severity]++;
		out->confidence[f->confidence]++;
		out->verdict[f->judgement.verdict]++;
		for (unsigned n = 0; n < NHI_COUNT; n++)
			if (f->rule->nhi & (1u << n))
				out->nhi[n]++;
		if (f->nsightings)
			out->place[f->sightings[0].place]++;
	}
}

static int spot_cmp(const void *pa, const void *pb) {
	const struct sighting *const *pointers[] = {pa, pb}, *a = *pointers[0], *b = *pointers[1];
	int c = a->target < b->target ? -1 : a->target > b->target;

	if (!c)
		c = slice_cmp(a->path, b->path);
	if (!c)
		c = a->line < b->line ? -1 : a->line > b->line;
	if (!c)
		c = a->column < b->column ? -1 : a->column > b->column;
	return c ? c : strcmp(a->layers ? a->layers : "", b->layers ? b->layers : "");
}

bool same_spot(const struct sighting *a, const struct sighting *b) {
	return a->path.n && spot_cmp(&a, &b) == 0;
}

size_t places_count(const struct finding *f) {
	const struct sighting **at;
	size_t n = f->nsightings;

	if (f->nsightings < 2)
		return f->nsightings + f->more_sightings;
	at = mem_alloc_n(f->nsightings, sizeof(*at));
	for (size_t i = 0; i < f->nsightings; i++)
		at[i] = &f->sightings[i];
	qsort(at, f->nsightings, sizeof(*at), spot_cmp);
	for (size_t i = 1; i < f->nsightings; i++)
		n -= same_spot(at[i - 1], at[i]);
	free(at);
	return n + f->more_sightings;
}

void exposure_take(struct exposure *out, const struct finding *f) {
	*out = (struct exposure){.days = -1};
	for (size_t i = 0; i < f->nsightings; i++) {
		const struct sighting *s = &f->sightings[i];
		bool dated = s->authored.state == WHEN_AT;
		bool earlier = dated && (out->since.state != WHEN_AT || s->authored.at < out->since.at);

		if (s->commit && (!out->commit || earlier)) {
			out->commit = s->commit;
			out->since = s->authored;
		}
		if (s->days_exposed > out->days)
			out->days = s->days_exposed;
		out->at_head |= s->at_head;
	}
}

static int by_id(const void *a, const void *b) {
	const struct rule *const *x = a, *const *y = b;
	return strcmp((*x)->id, (*y)->id);
}

void used_rules_take(struct used_rules *out, const struct report *r) {
	struct map seen = {0};
	const struct rule *last = NULL;

	for (size_t i = 0; i < r->nfindings; i++) {
		const struct rule *rule = r->findings[i].rule;
		bool added = false;
		if (rule == last)
			continue;
		last = rule;
		struct map_entry *e = map_put(&seen, slice_str(rule->id), &added);
		if (added)
			e->value.num = i;
	}
	out->n = seen.n;
	out->at = mem_alloc_n(seen.n ? seen.n : 1, sizeof(*out->at));
	for (size_t i = 0; i < seen.n; i++)
		out->at[i] = r->findings[seen.entries[i].value.num].rule;
	qsort(out->at, out->n, sizeof(*out->at), by_id);
	map_free(&seen);
}

void used_rules_free(struct used_rules *u) {
	free(u->at);
	*u = (struct used_rules){0};
}

size_t used_rules_index(const struct used_rules *u, const struct rule *rule) {
	const struct rule **hit = bsearch(&rule, u->at, u->n, sizeof(*u->at), by_id);
	return hit ? (size_t)(hit - u->at) : 0;
}
