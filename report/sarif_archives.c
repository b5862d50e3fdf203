/* What lies in archives, for SARIF: an artifact for each archive and member with findings (spec 3.24), nested by parentIndex, and a URI base for
 * each archive, against which its members stand. Consumers want a path that exists: that is the outermost archive's, in sarif_location.c. */
#include "report/sarif.h"

#include "report/uri.h"

#include <stdio.h>
#include <stdlib.h>

/* The key of the first `n` steps of a sighting: NUL is in no path. */
static void step_key(struct buf *key, const struct sighting *s, unsigned n) {
	buf_clear(key);
	buf_printf(key, "%u", s->target);
	for (unsigned i = 0; i < n; i++) {
		buf_add_byte(key, 0);
		buf_add_slice(key, s->steps[i]);
	}
}

/* Has an artifact for every step; they are numbered in the order in which they are met. */
static void take_sighting(struct sarif *s, const struct sighting *at) {
	struct sarif_artifact a = {.sighting = at, .parent = -1};
	struct buf key = {0};

	for (unsigned i = 0; i < at->nsteps; i++) {
		struct map_entry *e;
		bool added;

		step_key(&key, at, i + 1);
		e = map_put(&s->steps, buf_slice(&key), &added);
		if (added) {
			a.step = i;
			a.holds_others = false;
			e->value.num = s->artifacts.n;
			VEC_PUSH(&s->artifacts, a);
		}
		if (i + 1 < at->nsteps)
			s->artifacts.at[e->value.num].holds_others = true;
		a.parent = (ptrdiff_t)e->value.num;
	}
	buf_free(&key);
}

void sarif_archives_take(struct sarif *s) {
	for (size_t i = 0; i < s->r->nfindings; i++) {
		const struct finding *f = &s->r->findings[i];

		for (size_t k = 0; s->listed[i] && k < f->nsightings && k <= SARIF_RELATED_MAX; k++)
			take_sighting(s, &f->sightings[k]);
	}
}

void sarif_archives_free(struct sarif *s) {
	map_free(&s->steps);
	VEC_FREE(&s->artifacts);
}

static void add_step_uri(struct buf *uri, const struct sarif *s, const struct sarif_artifact *a) {
	if (a->parent < 0)
		sarif_outer_uri(uri, s->r, a->sighting);
	else
		uri_add_path(uri, a->sighting->steps[a->step]);
	if (!uri->n)
		buf_add_str(uri, "unnamed");
}

static void add_base_id(struct emitter *e, const struct sarif_artifact *a) {
	if (a->parent < 0)
		emit_text(e, "uriBaseId", "SRCROOT");
	else
		emit_printf(e, "uriBaseId", "ARCHIVE%zd", a->parent + 1);
}

/* Members of an artifactLocation. */
static void add_artifact_location(struct emitter *e, const struct sarif *s, const struct sarif_artifact *a) {
	struct buf uri = {0};

	add_step_uri(&uri, s, a);
	emit_bytes(e, "uri", buf_slice(&uri));
	add_base_id(e, a);
	emit_number(e, "index", (uint64_t)(a - s->artifacts.at));
	buf_free(&uri);
}

void sarif_artifacts(struct emitter *e, const struct sarif *s) {
	if (!s->artifacts.n)
		return;
	emit_open(e, "artifacts", '[');
	for (size_t i = 0; i < s->artifacts.n; i++) {
		const struct sarif_artifact *a = &s->artifacts.at[i];

		emit_line(e);
		emit_open(e, NULL, '{');
		emit_open(e, "location", '{');
		add_artifact_location(e, s, a);
		emit_close(e, '}');
		if (a->parent >= 0)
			emit_number(e, "parentIndex", (uint64_t)a->parent);
		emit_close(e, '}');
	}
	emit_close(e, ']');
	emit_line(e);
}

/* Members of originalUriBaseIds: "ARCHIVE1": {"uri": "dist/app.tar.gz/", "uriBaseId": "SRCROOT"} (spec 3.14.14: ends in a slash). */
void sarif_archive_bases(struct emitter *e, const struct sarif *s) {
	for (size_t i = 0; i < s->artifacts.n; i++) {
		const struct sarif_artifact *a = &s->artifacts.at[i];
		struct buf uri = {0};
		char key[32];

		if (!a->holds_others)
			continue;
		add_step_uri(&uri, s, a);
		buf_add_byte(&uri, '/');
		snprintf(key, sizeof(key), "ARCHIVE%zu", i + 1);
		emit_open(e, key, '{');
		emit_bytes(e, "uri", buf_slice(&uri));
		add_base_id(e, a);
		emit_close(e, '}');
		buf_free(&uri);
	}
}

static const struct sarif_artifact *artifact_of(const struct sarif *s, const struct sighting *at, unsigned steps) {
	struct buf key = {0};
	const struct map_entry *e;

	step_key(&key, at, steps);
	e = map_get(&s->steps, buf_slice(&key));
	buf_free(&key);
	return e ? &s->artifacts.at[e->value.num] : NULL;
}

void sarif_step_location(struct emitter *e, const struct sarif *s, const struct sighting *at, unsigned steps) {
	const struct sarif_artifact *a = artifact_of(s, at, steps);

	emit_open(e, "artifactLocation", '{');
	if (a)
		add_artifact_location(e, s, a);
	emit_close(e, '}');
}
