/* The targets of saved reports, told apart by the scan that read them. What is found in them is joined in join.c. */
#include "report/join_parts.h"

#include "core/map.h"
#include "report/uuid.h"

static const char *scan_of(const struct saved *s, size_t target) {
	const char *run = s->run.targets[target].run;

	if (!run)
		run = s->run.run_id;
	return run ? run : "";
}

/* A scan, which of its targets, and its name, since scans that found nothing can be alike in all else. Without a scan's id, no two are the same. */
static const char *identity(struct arena *a, const struct saved *s, size_t report, size_t target) {
	const char *scan = scan_of(s, target);
	size_t nth = 0;

	if (!*scan)
		return arena_printf(a, "%zu %zu", report, target);
	for (size_t i = 0; i < target; i++)
		nth += strcmp(scan_of(s, i), scan) == 0;
	return arena_printf(a, "%s %zu %s", scan, nth, s->run.targets[target].name);
}

/* Numbers the targets of all reports, equal ones alike. */
static size_t number(struct arena *a, const struct saved *in, size_t n, unsigned **to) {
	struct map known = {0};
	size_t total;

	for (size_t i = 0; i < n; i++) {
		to[i] = ARENA_NEW_N(a, unsigned, in[i].run.ntargets + 1);
		for (size_t k = 0; k < in[i].run.ntargets; k++) {
			bool added = false;
			struct map_entry *e = map_put(&known, slice_str(identity(a, &in[i], i, k)), &added);

			if (added)
				e->value.num = known.n - 1;
			to[i][k] = (unsigned)e->value.num;
		}
	}
	total = known.n;
	map_free(&known);
	return total;
}

static bool all_marked(const unsigned *to, size_t n, const size_t *marks, size_t mark) {
	for (size_t k = 0; k < n; k++)
		if (marks[to[k]] != mark)
			return false;
	return n > 0;
}

/* Of reports that hold each other, that is of equal ones, the first is kept. */
static void find_held(struct arena *a, const struct saved *in, size_t n, size_t total, struct join_parts *p) {
	size_t *marks = ARENA_NEW_N(a, size_t, total + 1);

	for (size_t k = 0; k < n; k++) {
		size_t has = in[k].run.ntargets;

		for (size_t t = 0; t < has; t++)
			marks[p->to[k][t]] = k + 1;
		for (size_t i = 0; i < n; i++) {
			size_t of = in[i].run.ntargets;

			if (i != k && !p->held[i] && (of < has || (of == has && k < i)))
				p->held[i] = all_marked(p->to[i], of, marks, k + 1);
		}
	}
	for (size_t i = 0; i < n; i++)
		p->nkept += !p->held[i];
}

/* Those of the reports that are kept, in their order; then `to` leads there. */
static void list_targets(struct arena *a, const struct saved *in, size_t n, size_t total, struct join_parts *p) {
	struct report_target *at = ARENA_NEW_N(a, struct report_target, total + 1);
	unsigned *place = ARENA_NEW_N(a, unsigned, total + 1); /* plus one */

	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; !p->held[i] && k < in[i].run.ntargets; k++) {
			const char *scan = scan_of(&in[i], k);

			if (place[p->to[i][k]])
				continue;
			at[p->ntargets] = in[i].run.targets[k];
			if (p->nkept > 1)
				at[p->ntargets].run = *scan ? scan : NULL;
			place[p->to[i][k]] = (unsigned)++p->ntargets;
		}
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < in[i].run.ntargets; k++)
			p->to[i][k] = place[p->to[i][k]] - 1;
	p->targets = at;
}

static const char *name_whole(struct arena *a, const struct saved *in, size_t n, const struct join_parts *p) {
	const struct uuid space = uuid_of_uri("tag:nhiscan,2026:merge/v1");
	struct buf b = {0};
	char text[UUID_TEXT];
	struct uuid u;

	for (size_t i = 0; i < n; i++)
		if (!p->held[i] && p->nkept == 1)
			return in[i].run.run_id;
	for (size_t i = 0; i < n; i++)
		if (!p->held[i] && !in[i].run.ntargets)
			buf_printf(&b, "%s\n", in[i].run.run_id ? in[i].run.run_id : "");
	for (size_t i = 0; i < p->ntargets; i++)
		buf_printf(&b, "%s %s\n", p->targets[i].run ? p->targets[i].run : "", p->targets[i].name);
	u = uuid_v5(&space, buf_slice(&b));
	uuid_text(&u, text);
	buf_free(&b);
	return arena_str(a, slice_str(text));
}

void join_parts_find(struct arena *a, const struct saved *in, size_t n, struct join_parts *out) {
	size_t total;

	*out = (struct join_parts){.to = ARENA_NEW_N(a, unsigned *, n + 1), .held = ARENA_NEW_N(a, bool, n + 1)};
	total = number(a, in, n, out->to);
	find_held(a, in, n, total, out);
	list_targets(a, in, n, total, out);
	out->id = name_whole(a, in, n, out);
}

unsigned join_parts_target(const struct join_parts *p, const struct saved *in, size_t i, unsigned target) {
	return target < in[i].run.ntargets ? p->to[i][target] : (unsigned)p->ntargets;
}
