/* The order of findings. */
#include "rules/finding.h"

const char *baseline_name(enum baseline_state b) {
	static const char *const names[BASELINE_COUNT] = {
		[BASELINE_NEW] = "new", [BASELINE_UNCHANGED] = "unchanged", [BASELINE_ABSENT] = "absent"};
	return names[b];
}

/* Different secrets at one place of a file, each in its time. Before fingerprints, whose order changes with the key. */
static int version_cmp(const struct sighting *a, const struct sighting *b) {
	if (a->authored.state != b->authored.state)
		return a->authored.state > b->authored.state ? -1 : 1;
	if (a->authored.at != b->authored.at)
		return a->authored.at < b->authored.at ? -1 : 1;
	return strcmp(a->object ? a->object : "", b->object ? b->object : "");
}

int finding_cmp(const struct finding *a, const struct finding *b) {
	const struct sighting *sa = a->nsightings ? &a->sightings[0] : NULL,
			      *sb = b->nsightings ? &b->sightings[0] : NULL;
	int d;

	if (a->severity != b->severity)
		return a->severity > b->severity ? -1 : 1;
	if (a->confidence != b->confidence)
		return a->confidence > b->confidence ? -1 : 1;
	d = strcmp(a->rule->id, b->rule->id);
	if (d)
		return d;
	if (sa && sb) {
		if (sa->target != sb->target)
			return sa->target < sb->target ? -1 : 1;
		d = slice_cmp(sa->path, sb->path);
		if (d)
			return d;
		if (sa->line != sb->line)
			return sa->line < sb->line ? -1 : 1;
		if (sa->column != sb->column)
			return sa->column < sb->column ? -1 : 1;
		if (sa->offset != sb->offset)
			return sa->offset < sb->offset ? -1 : 1;
		d = version_cmp(sa, sb);
		if (d)
			return d;
	}
	return strcmp(a->secret_fingerprint, b->secret_fingerprint);
}

#define REASONS_TOLD 3 /* different reasons that are joined */

void finding_settle_suppression(struct arena *a, struct finding *f, struct sighting *sightings) {
	const char *told[REASONS_TOLD] = {NULL};
	size_t n = 0;
	const char *all = NULL;

	f->sightings = sightings;
	f->suppressed = NULL;
	for (size_t i = 0; i < f->nsightings; i++) {
		const char *why = sightings[i].suppressed;
		bool known = false;

		if (!why)
			return;
		for (size_t k = 0; k < n; k++)
			known |= strcmp(told[k], why) == 0;
		if (known || n == REASONS_TOLD)
			continue;
		told[n++] = why;
		all = all ? arena_printf(a, "%s; %s", all, why) : why;
	}
	f->suppressed = all;
}
