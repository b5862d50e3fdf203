/* Paths of a target that is a folder of a repository, told from the repository's top.
 * What paths documents have is the scanners' business; which target's root a report names before them is report/wording.c's. */
#include "cmd/scan_names.h"

#include <stdlib.h>

static bool is_below(const struct report_run *told, const struct sighting *s) {
	const char *prefix = told->targets[s->target].prefix;

	return prefix && *prefix && (s->place == PLACE_WORKTREE || s->place == PLACE_UNTRACKED) && s->path.n;
}

static struct slice from_top(struct arena *a, const char *prefix, struct slice path) {
	size_t n = strlen(prefix);
	uint8_t *to = arena_alloc(a, n + path.n + 1);

	memcpy(to, prefix, n);
	memcpy(to + n, path.p, path.n);
	return slice_of(to, n + path.n);
}

static void rename_sighting(struct arena *a, const char *prefix, struct sighting *s) {
	s->path = from_top(a, prefix, s->path);
	if (s->nsteps) {
		struct slice *steps = ARENA_NEW_N(a, struct slice, s->nsteps);

		memcpy(steps, s->steps, s->nsteps * sizeof(*steps));
		steps[0] = from_top(a, prefix, steps[0]);
		s->steps = steps;
	}
}

static int by_order(const void *a, const void *b) {
	return finding_cmp(a, b);
}

void scan_names(struct scan_run *run, const struct report_run *told, finding_vec *findings) {
	bool any = false;

	for (size_t i = 0; i < findings->n; i++) {
		struct finding *f = &findings->at[i];
		struct sighting *own = NULL;

		for (size_t k = 0; k < f->nsightings; k++) {
			if (!is_below(told, &f->sightings[k]))
				continue;
			if (!own) {
				own = ARENA_NEW_N(&run->arena, struct sighting, f->nsightings);
				memcpy(own, f->sightings, f->nsightings * sizeof(*own));
			}
			rename_sighting(&run->arena, told->targets[own[k].target].prefix, &own[k]);
		}
		if (own)
			f->sightings = own;
		any |= own != NULL;
	}
	if (any)
		qsort(findings->at, findings->n, sizeof(*findings->at), by_order);
}
