/* Results of one rule on the same lines of one file. GitLab tells results apart by rule, file and lines alone and keeps the first of such ones without a word
 * (user/application_security/detect/sarif), so each says that it has company. */
#include "report/sarif.h"

/* The key of what GitLab looks at: the rule and the region of the result's location. */
static void anchor_key(struct buf *key, const struct sarif *s, const struct finding *f) {
	const struct sighting *at = &f->sightings[0];
	struct buf uri = {0};

	sarif_outer_uri(&uri, s->r, at);
	buf_clear(key);
	buf_add_str(key, f->rule->id);
	buf_add_byte(key, 0);
	buf_add_slice(key, buf_slice(&uri));
	/* In an archive: sarif_anchor(). */
	if (!at->nsteps)
		buf_printf(key, ":%u:%u", at->line ? at->line : 1, at->end_line);
	buf_free(&uri);
}

void sarif_collisions_take(struct sarif *s) {
	struct buf key = {0};

	for (size_t i = 0; i < s->r->nfindings; i++) {
		if (!s->listed[i] || !s->r->findings[i].nsightings)
			continue;
		anchor_key(&key, s, &s->r->findings[i]);
		map_put(&s->anchors, buf_slice(&key), NULL)->value.num++;
	}
	buf_free(&key);
}

void sarif_collisions_free(struct sarif *s) {
	map_free(&s->anchors);
}

uint64_t sarif_collisions(const struct sarif *s, const struct finding *f) {
	struct buf key = {0};
	const struct map_entry *e = NULL;

	if (f->nsightings) {
		anchor_key(&key, s, f);
		e = map_get(&s->anchors, buf_slice(&key));
	}
	buf_free(&key);
	return e ? e->value.num : 1;
}
