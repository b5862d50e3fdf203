/* Findings in sentences, for formats that carry one text. Words for places and names: wording.c. */
#include "report/wording.h"

#include "report/counts.h"

#include "core/text.h"

void wording_place(struct buf *out, const struct report *r, const struct sighting *s) {
	struct buf raw = {0};

	wording_place_raw(&raw, r, s);
	text_escape(out, buf_slice(&raw));
	buf_free(&raw);
}

void wording_place_raw(struct buf *out, const struct report *r, const struct sighting *s) {
	const char *state = wording_state(s);

	wording_subject(out, r->run, s);
	if (s->line)
		buf_printf(out, ", line %u", s->line);
	if (s->layers)
		buf_printf(out, ", inside %s", s->layers);
	if (s->commit && s->path.n) {
		buf_printf(out, ", in commit %.*s", COMMIT_SHORT, s->commit);
		if (s->authored.state == WHEN_AT) {
			char date[DATE_TEXT_MAX];
			date_format(s->authored.at, date);
			buf_printf(out, " of %.10s", date);
		}
	}
	if (state)
		buf_printf(out, ", %s", state);
}

void wording_sentence(struct buf *out, const struct report *r, const struct finding *f) {
	size_t more = f->nsightings ? places_count(f) - 1 : 0;

	text_escape(out, slice_str(f->rule->title));
	if (f->masked && *f->masked) {
		buf_add_byte(out, ' ');
		text_escape(out, slice_str(f->masked));
	}
	if (f->nsightings) {
		buf_add_str(out, " is in ");
		wording_place(out, r, &f->sightings[0]);
	} else {
		buf_add_str(out, " was found");
	}
	buf_add_byte(out, '.');
	if (more)
		buf_printf(out, " It is in %zu more place%s.", more, more == 1 ? "" : "s");
	buf_printf(out, " Verdict: %s", verdict_name(f->judgement.verdict));
	for (size_t i = 0; i < f->judgement.nreasons && i < REASONS_MAX; i++) {
		buf_add_str(out, i ? "; " : ", since ");
		text_escape(out, slice_str(f->judgement.reasons[i].text));
	}
	buf_add_byte(out, '.');
}

struct slice wording_file(const struct finding *f) {
	const struct sighting *s = f->nsightings ? &f->sightings[0] : NULL;

	if (!s)
		return slice_of(NULL, 0);
	switch (s->place) {
	case PLACE_FILE:
	case PLACE_WORKTREE:
	case PLACE_UNTRACKED:
	case PLACE_INDEX:
	case PLACE_HEAD:
		break;
	default:
		if (!s->at_head || s->place != PLACE_HISTORY)
			return slice_of(NULL, 0);
	}
	/* Of what lies in a container, the container is the file. */
	return s->nsteps ? s->steps[0] : s->path;
}

void wording_risks(struct buf *out, const struct rule *rule) {
	const char *gap = "";
	for (unsigned i = 0; i < 10; i++)
		if (rule->nhi & (1u << i)) {
			buf_printf(out, "%s%s", gap, nhi_id(i));
			gap = " ";
		}
}

void wording_weaknesses(struct buf *out, const struct rule *rule) {
	for (size_t i = 0; i < rule->ncwe; i++)
		buf_printf(out, "%sCWE-%u", i ? " " : "", rule->cwe[i]);
}

enum about wording_about(const struct rule *rule) {
	const char *on = rule->facts ? rule->facts->on : "";

	if (rule->kind != KIND_CONFIGURATION)
		return ABOUT_SECRET;
	/* Kinds of facts: fact.h. */
	if (strcmp(on, "identity") == 0 || strcmp(on, "credential") == 0 || strcmp(on, "grant") == 0 ||
		strcmp(on, "trust") == 0)
		return ABOUT_IDENTITY;
	return ABOUT_PIPELINE;
}
