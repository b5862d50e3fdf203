/* One finding of nhiscan-report/1: an object whose sightings are written one by one, since a secret may be in
 * very many places. The rest of a report is in json_parts.c. */
#include "report/json_parts.h"

static json_t *reasons(const struct judgement *j) {
	json_t *a = value_array();
	for (size_t i = 0; i < j->nreasons && i < REASONS_MAX; i++) {
		json_t *o = value_object();
		value_put(o, "code", value_text(j->reasons[i].code));
		value_put(o, "text", value_text(j->reasons[i].text));
		value_add(a, o);
	}
	return a;
}

static json_t *finding_head(const struct report *r, const struct finding *f, const char *type) {
	const struct rule *rule = f->rule;
	json_t *o = value_object();

	if (type)
		value_put(o, "type", value_text(type));
	value_put(o, "id", value_text(f->location_fingerprint));
	value_put(o, "rule", value_text(rule->id));
	value_put(o, "title", value_text(rule->title));
	value_put(o, "service", value_text(rule->service));
	value_put(o, "severity", value_text(severity_name(f->severity)));
	value_put(o, "confidence", value_text(confidence_name(f->confidence)));
	value_put(o, "kind", value_text(secret_kind_name(rule->kind)));
	value_put(o, "verdict", value_text(verdict_name(f->judgement.verdict)));
	value_put(o, "reasons", reasons(&f->judgement));
	value_put(o, "expires", value_when(f->judgement.expires));
	value_put(o, "nhi", json_part_nhi(rule));
	value_put(o, "cwe", json_part_cwe(rule));
	value_put(o, "masked", value_text(f->masked));
	value_put(o, "fingerprint", value_text(f->secret_fingerprint));
	value_put(o, "fix", value_text(rule->fix));
	value_put(o, "reference", value_text(rule->reference));
	value_put(o, "partner", value_text(f->partner));
	value_put(o, "suppressed", value_text(f->suppressed));
	value_put(o, "counts", json_boolean(report_counts(r->run, f)));
	return o;
}

static json_t *sighting(const struct sighting *s) {
	json_t *o = value_object();
	value_put(o, "target", value_number(s->target));
	value_put(o, "place", value_text(place_name(s->place)));
	value_put_path(o, s->path);
	value_put(o, "layers", value_text(s->layers));
	value_put(o, "line", value_number(s->line));
	value_put(o, "column", value_number(s->column));
	value_put(o, "end_line", value_number(s->end_line));
	value_put(o, "end_column", value_number(s->end_column));
	value_put(o, "offset", value_number(s->offset));
	value_put(o, "object", value_text(s->object));
	value_put(o, "commit", value_text(s->commit));
	value_put(o, "authored", value_when(s->authored));
	value_put(o, "at_head", json_boolean(s->at_head));
	value_put(o, "versions", value_number(s->versions));
	value_put(o, "excerpt", value_text(s->excerpt));
	return o;
}

int json_write_finding(
	FILE *out, const struct report *r, const struct finding *f, const char *type, struct error *err) {
	if (value_write_open(out, finding_head(r, f, type), err) || value_write_raw(out, ",\"sightings\":[", err))
		return -1;
	for (size_t i = 0; i < f->nsightings; i++) {
		if (i && value_write_raw(out, ",", err))
			return -1;
		if (value_write(out, sighting(&f->sightings[i]), err))
			return -1;
	}
	return value_write_raw(out, "]}", err);
}
