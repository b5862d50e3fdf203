/* From the harvested places of one secret to the sightings of its finding. */
#ifndef NHISCAN_RULES_SIGHTINGS_H
#define NHISCAN_RULES_SIGHTINGS_H

#include "core/map.h"
#include "rules/assemble.h"

/* Orders by target, kind of place and path; 0 for versions of one file, whose places must stand together. */
int sightings_cmp_file(const struct harvested *a, const struct harvested *b);

/* Why lists accept the secret, by file: one version of a file speaks for all of them. Texts live in as->arena; the caller frees
 * the map. */
void sightings_ask_lists(
	const struct assembly *as, const struct rule *r, const struct harvested *h, size_t n, struct map *by_file);

/* Fills `out` (room for n) and the counts of `f` from h[0..n), sorted by sightings_cmp_file(), then the version to be shown first,
 * then offset. f->masked is set. Cost is linear in n. */
void sightings_make(const struct assembly *as, const struct harvested *h, size_t n, const struct map *by_file,
	struct finding *f, struct sighting *out);

#endif
