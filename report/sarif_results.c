/* Findings as SARIF results (spec 3.27): one result a finding, one location, further sightings related.
 * The locations themselves are in sarif_location.c, the scale in sarif_rules.c. */
#include "report/sarif.h"

#include "core/text.h"
#include "report/json_parts.h"
#include "report/wording.h"

static void add_sighting(struct buf *b, const struct report *r, const struct sighting *s) {
	const char *state = wording_state(s);

	sarif_add_subject(b, r, s);
	if (s->line)
		buf_printf(b, ", line %u", s->line);
	if (s->layers)
		buf_printf(b, ", inside %s", s->layers);
	if (s->layer) {
		struct buf text = {0};

		wording_layer(&text, s->layer);
		buf_add_str(b, ", ");
		text_escape(b, buf_slice(&text));
		buf_free(&text);
	}
	if (s->commit && s->path.n) {
		buf_printf(b, ", in commit %.*s", COMMIT_SHORT, s->commit);
		if (s->authored.state == WHEN_AT) {
			char date[DATE_TEXT_MAX];
			date_format(s->authored.at, date);
			buf_printf(b, " of %.10s", date);
		}
	}
	if (state)
		buf_printf(b, ", %s", state);
}

/* Complete sentences with the masked value: what a person reads in an alert. */
static void add_message(struct emitter *e, const struct report *r, const struct finding *f) {
	struct buf b = {0};
	size_t more;

	buf_add_str(&b, f->rule->title);
	if (f->masked && *f->masked) {
		buf_add_byte(&b, ' ');
		text_escape(&b, slice_str(f->masked));
	}
	if (f->nsightings) {
		buf_add_str(&b, " is in ");
		add_sighting(&b, r, &f->sightings[0]);
	} else {
		buf_add_str(&b, " was found");
	}
	buf_add_byte(&b, '.');
	more = f->nsightings ? f->nsightings - 1 + f->more_sightings : 0;
	if (more)
		buf_printf(&b, " It is in %zu more place%s.", more, more == 1 ? "" : "s");
	buf_printf(&b, " Verdict: %s", verdict_name(f->judgement.verdict));
	for (size_t i = 0; i < f->judgement.nreasons && i < REASONS_MAX; i++) {
		buf_add_str(&b, i ? "; " : ", since ");
		text_escape(&b, slice_str(f->judgement.reasons[i].text));
	}
	buf_add_byte(&b, '.');
	sarif_text(e, "message", buf_slice(&b));
	buf_free(&b);
}

static void add_related_one(
	struct emitter *e, const struct sarif *s, const struct sighting *at, size_t id, const char *what) {
	struct buf b = {0};

	buf_add_str(&b, what);
	add_sighting(&b, s->r, at);
	emit_open(e, NULL, '{');
	emit_number(e, "id", id);
	sarif_location(e, s, at);
	sarif_text(e, "message", buf_slice(&b));
	emit_close(e, '}');
	buf_free(&b);
}

/* The member first, when the first sighting lies in an archive: the result's location is only the archive. */
static void add_related(struct emitter *e, const struct sarif *s, const struct finding *f) {
	size_t id = 1;

	emit_open(e, "relatedLocations", '[');
	if (f->sightings[0].nsteps)
		add_related_one(e, s, &f->sightings[0], id++, "In the archive: ");
	for (size_t i = 1; i < f->nsightings && i <= SARIF_RELATED_MAX; i++)
		add_related_one(e, s, &f->sightings[i], id++, "Also in ");
	emit_close(e, ']');
}

/* Keyed values only: an unkeyed hash of a line would be an oracle for the secret in it. With a key of one run they differ in
 * the next, so they are no fingerprints in the sense of spec 3.27.17; GitHub then works out its own from the source. */
static void add_fingerprints(struct emitter *e, const struct finding *f) {
	emit_open(e, "partialFingerprints", '{');
	emit_printf(e, "primaryLocationLineHash", "%.16s:1", f->location_fingerprint);
	emit_printf(e, "nhiscan/secret/v1", "hmac-sha256:%s", f->secret_fingerprint);
	emit_printf(e, "nhiscan/location/v1", "hmac-sha256:%s", f->location_fingerprint);
	emit_close(e, '}');
}

static void add_suppression(struct emitter *e, const struct sarif *s, const struct finding *f) {
	bool in_source = slice_has_prefix(slice_str(f->suppressed), "inline");
	const struct acceptance *a = f->accepted;
	struct buf why = {0};
	char guid[UUID_TEXT];
	struct uuid u;

	buf_printf(&why, "suppression:%s", f->location_fingerprint);
	u = uuid_v5(&s->result_space, buf_slice(&why));
	uuid_text(&u, guid);
	buf_clear(&why);
	text_escape(&why, slice_str(f->suppressed));
	emit_open(e, "suppressions", '[');
	emit_open(e, NULL, '{');
	emit_text(e, "guid", guid);
	emit_text(e, "kind", in_source ? "inSource" : "external");
	emit_text(e, "status", "accepted");
	emit_bytes(e, "justification", buf_slice(&why));
	if (a) {
		emit_open(e, "properties", '{');
		emit_text(e, "nhiscan/source", a->source);
		emit_text(e, "nhiscan/where", a->where);
		emit_text(e, "nhiscan/owner", a->owner);
		emit_text(e, "nhiscan/ticket", a->ticket);
		emit_when(e, "nhiscan/expires", a->expires);
		emit_close(e, '}');
	}
	emit_close(e, '}');
	emit_close(e, ']');
	buf_free(&why);
}

static void add_git(struct emitter *e, const struct sighting *s) {
	emit_open(e, "nhiscan/git", '{');
	emit_text(e, "place", place_name(s->place));
	emit_text(e, "commit", s->commit);
	emit_text(e, "object", s->object);
	emit_bytes(e, "path", s->path);
	emit_when(e, "authored", s->authored);
	if (s->last_commit) {
		emit_text(e, "lastCommit", s->last_commit);
		emit_when(e, "lastAuthored", s->last_authored);
	}
	if (s->days_exposed >= 0)
		emit_number(e, "daysExposed", (uint64_t)s->days_exposed);
	if (s->nrefs) {
		emit_open(e, "refs", '[');
		for (size_t i = 0; i < s->nrefs; i++)
			emit_text(e, NULL, s->refs[i]);
		emit_close(e, ']');
		emit_number(e, "refsTotal", s->refs_total);
	}
	emit_boolean(e, "inHead", s->at_head);
	emit_number(e, "versions", s->versions);
	emit_close(e, '}');
}

static void add_properties(struct emitter *e, const struct sarif *s, const struct finding *f) {
	const struct sighting *first = f->nsightings ? &f->sightings[0] : NULL;
	uint64_t shared = sarif_collisions(s, f);

	emit_open(e, "properties", '{');
	emit_text(e, "security-severity", sarif_security_severity(f->severity));
	emit_text(e, "nhiscan/confidence", confidence_name(f->confidence));
	emit_text(e, "nhiscan/verdict", verdict_name(f->judgement.verdict));
	emit_open(e, "nhiscan/reasons", '[');
	for (size_t i = 0; i < f->judgement.nreasons && i < REASONS_MAX; i++)
		emit_text(e, NULL, f->judgement.reasons[i].code);
	emit_close(e, ']');
	emit_boolean(e, "nhiscan/counts", report_counts(s->r->run, f));
	if (f->judgement.expires.state != WHEN_UNKNOWN)
		emit_when(e, "nhiscan/expires", f->judgement.expires);
	if (f->partner)
		emit_text(e, "nhiscan/partner", f->partner);
	if (first && first->layers)
		emit_text(e, "nhiscan/layers", first->layers);
	if (first && first->layer)
		json_part_layer(e, "nhiscan/layer", first->layer);
	if (first && (first->commit || first->object))
		add_git(e, first);
	if (f->nsightings > SARIF_RELATED_MAX + 1)
		emit_number(e, "nhiscan/sightings", f->nsightings + f->more_sightings);
	if (shared > 1)
		emit_number(e, "nhiscan/sharesLines", shared);
	if (s->r->run->key_is_per_run) {
		emit_text(e, "nhiscan/secret", f->secret_fingerprint);
		emit_text(e, "nhiscan/location", f->location_fingerprint);
	}
	emit_close(e, '}');
}

/* Spec 3.55: what is deleted may be empty, then it is an insertion. */
static void add_fix(struct emitter *e, const struct sarif *s, const struct finding *f) {
	struct buf uri = {0};

	sarif_outer_uri(&uri, s->r, &f->sightings[0]);
	emit_open(e, "fixes", '[');
	emit_open(e, NULL, '{');
	sarif_text_str(e, "description", f->rule->fix);
	emit_open(e, "artifactChanges", '[');
	emit_open(e, NULL, '{');
	emit_open(e, "artifactLocation", '{');
	emit_bytes(e, "uri", buf_slice(&uri));
	emit_text(e, "uriBaseId", "SRCROOT");
	emit_close(e, '}');
	emit_open(e, "replacements", '[');
	emit_open(e, NULL, '{');
	emit_open(e, "deletedRegion", '{');
	emit_number(e, "startLine", f->edit->line);
	emit_number(e, "startColumn", f->edit->column);
	emit_number(e, "endLine", f->edit->end_line);
	emit_number(e, "endColumn", f->edit->end_column);
	emit_close(e, '}');
	emit_open(e, "insertedContent", '{');
	emit_text(e, "text", f->edit->text);
	emit_close(e, '}');
	emit_close(e, '}');
	emit_close(e, ']');
	emit_close(e, '}');
	emit_close(e, ']');
	emit_close(e, '}');
	emit_close(e, ']');
	buf_free(&uri);
}

static void add_guid(struct emitter *e, const struct sarif *s, const struct finding *f) {
	char text[UUID_TEXT];
	struct uuid u = uuid_v5(&s->result_space, slice_str(f->location_fingerprint));
	uuid_text(&u, text);
	emit_text(e, "guid", text);
}

void sarif_result(struct emitter *e, const struct sarif *s, const struct finding *f) {
	emit_open(e, NULL, '{');
	emit_text(e, "ruleId", f->rule->id);
	emit_number(e, "ruleIndex", used_rules_index(&s->rules, f->rule));
	emit_text(e, "kind", "fail");
	emit_text(e, "level", sarif_level(f->severity));
	emit_literal(e, "rank", sarif_rank(f->severity));
	add_message(e, s->r, f);
	emit_open(e, "locations", '[');
	if (f->nsightings) {
		emit_open(e, NULL, '{');
		sarif_anchor(e, s, &f->sightings[0]);
		emit_close(e, '}');
	}
	emit_close(e, ']');
	if (f->nsightings > 1 || (f->nsightings && f->sightings[0].nsteps))
		add_related(e, s, f);
	if (f->edit && f->nsightings && f->rule->fix && !f->suppressed)
		add_fix(e, s, f);
	add_guid(e, s, f);
	if (!s->r->run->key_is_per_run)
		add_fingerprints(e, f);
	if (s->with_baseline)
		emit_text(e, "baselineState", baseline_name(f->baseline));
	if (f->suppressed && f->baseline != BASELINE_ABSENT)
		add_suppression(e, s, f);
	sarif_taxa_of(e, s, f->rule, false);
	add_properties(e, s, f);
	emit_close(e, '}');
}
