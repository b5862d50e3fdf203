/* Findings as SARIF results (spec 3.27): one result a finding, one location, further sightings related.
 * The locations themselves are in sarif_location.c, the scale in sarif_rules.c. */
#include "report/sarif.h"

#include "core/text.h"
#include "report/wording.h"

static void add_sighting(struct buf *b, const struct report *r, const struct sighting *s) {
	const char *state = wording_state(s);

	sarif_add_subject(b, r, s);
	if (s->line)
		buf_printf(b, ", line %u", s->line);
	if (s->layers)
		buf_printf(b, ", inside %s", s->layers);
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
static json_t *message_of(const struct report *r, const struct finding *f) {
	struct buf b = {0};

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
	if (f->nsightings > 1)
		buf_printf(&b, " It is in %zu more place%s.", f->nsightings - 1, f->nsightings == 2 ? "" : "s");
	buf_printf(&b, " Verdict: %s", verdict_name(f->judgement.verdict));
	for (size_t i = 0; i < f->judgement.nreasons && i < REASONS_MAX; i++) {
		buf_add_str(&b, i ? "; " : ", since ");
		text_escape(&b, slice_str(f->judgement.reasons[i].text));
	}
	buf_add_byte(&b, '.');
	json_t *v = sarif_text(buf_slice(&b));
	buf_free(&b);
	return v;
}

static json_t *related_of(const struct report *r, const struct finding *f) {
	json_t *a = value_array();

	for (size_t i = 1; i < f->nsightings && i <= SARIF_RELATED_MAX; i++) {
		struct buf b = {0};
		json_t *o = value_object();
		buf_add_str(&b, "Also in ");
		add_sighting(&b, r, &f->sightings[i]);
		value_put(o, "id", value_number(i));
		value_put_all(o, sarif_location(r, &f->sightings[i]));
		value_put(o, "message", sarif_text(buf_slice(&b)));
		value_add(a, o);
		buf_free(&b);
	}
	return a;
}

/* Keyed values only: an unkeyed hash of a line would be an oracle for the secret in it. With a key of one run they differ in
 * the next, so they are no fingerprints in the sense of spec 3.27.17; GitHub then works out its own from the source. */
static json_t *fingerprints_of(const struct finding *f) {
	json_t *o = value_object();
	value_put(o, "primaryLocationLineHash", value_printf("%.16s:1", f->location_fingerprint));
	value_put(o, "nhiscan/secret/v1", value_printf("hmac-sha256:%s", f->secret_fingerprint));
	value_put(o, "nhiscan/location/v1", value_printf("hmac-sha256:%s", f->location_fingerprint));
	return o;
}

static json_t *suppressions_of(const struct finding *f) {
	json_t *a = value_array(), *o = value_object();
	bool in_source = slice_has_prefix(slice_str(f->suppressed), "inline");

	value_put(o, "kind", value_text(in_source ? "inSource" : "external"));
	value_put(o, "status", value_text("accepted"));
	value_put(o, "justification", value_escaped(slice_str(f->suppressed)));
	value_add(a, o);
	return a;
}

static json_t *git_of(const struct sighting *s) {
	json_t *o = value_object();
	value_put(o, "place", value_text(place_name(s->place)));
	value_put(o, "commit", value_text(s->commit));
	value_put(o, "object", value_text(s->object));
	value_put(o, "path", value_bytes(s->path));
	value_put(o, "authored", value_when(s->authored));
	value_put(o, "inHead", json_boolean(s->at_head));
	value_put(o, "versions", value_number(s->versions));
	return o;
}

static json_t *properties_of(const struct sarif *s, const struct finding *f) {
	json_t *o = value_object(), *reasons = value_array();
	const struct sighting *first = f->nsightings ? &f->sightings[0] : NULL;

	for (size_t i = 0; i < f->judgement.nreasons && i < REASONS_MAX; i++)
		value_add(reasons, value_text(f->judgement.reasons[i].code));
	value_put(o, "security-severity", value_text(sarif_security_severity(f->severity)));
	value_put(o, "nhiscan/confidence", value_text(confidence_name(f->confidence)));
	value_put(o, "nhiscan/verdict", value_text(verdict_name(f->judgement.verdict)));
	value_put(o, "nhiscan/reasons", reasons);
	value_put(o, "nhiscan/counts", json_boolean(report_counts(s->r->run, f)));
	if (f->judgement.expires.state != WHEN_UNKNOWN)
		value_put(o, "nhiscan/expires", value_when(f->judgement.expires));
	if (f->partner)
		value_put(o, "nhiscan/partner", value_text(f->partner));
	if (first && first->layers)
		value_put(o, "nhiscan/layers", value_text(first->layers));
	if (first && (first->commit || first->object))
		value_put(o, "nhiscan/git", git_of(first));
	if (f->nsightings > SARIF_RELATED_MAX + 1)
		value_put(o, "nhiscan/sightings", value_number(f->nsightings));
	if (s->r->run->key_is_per_run) {
		value_put(o, "nhiscan/secret", value_text(f->secret_fingerprint));
		value_put(o, "nhiscan/location", value_text(f->location_fingerprint));
	}
	return o;
}

static json_t *guid_of(const struct sarif *s, const struct finding *f) {
	char text[UUID_TEXT];
	struct uuid u = uuid_v5(&s->result_space, slice_str(f->location_fingerprint));
	uuid_text(&u, text);
	return value_text(text);
}

json_t *sarif_result(const struct sarif *s, const struct finding *f) {
	json_t *o = value_object(), *locations = value_array();

	value_put(o, "ruleId", value_text(f->rule->id));
	value_put(o, "ruleIndex", value_number(used_rules_index(&s->rules, f->rule)));
	value_put(o, "kind", value_text("fail"));
	value_put(o, "level", value_text(sarif_level(f->severity)));
	value_put(o, "rank", json_real(sarif_rank(f->severity)));
	value_put(o, "message", message_of(s->r, f));
	if (f->nsightings)
		value_add(locations, sarif_location(s->r, &f->sightings[0]));
	value_put(o, "locations", locations);
	if (f->nsightings > 1)
		value_put(o, "relatedLocations", related_of(s->r, f));
	value_put(o, "guid", guid_of(s, f));
	if (!s->r->run->key_is_per_run)
		value_put(o, "partialFingerprints", fingerprints_of(f));
	if (f->suppressed)
		value_put(o, "suppressions", suppressions_of(f));
	value_put(o, "taxa", sarif_taxa_of(s, f->rule, false));
	value_put(o, "properties", properties_of(s, f));
	return o;
}
