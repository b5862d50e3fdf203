/* One finding of nhiscan-report/1 with its sightings.
 * The rest of a report is in json_parts.c. */
#include "report/json_parts.h"

#include "core/text.h"

/* "A U Thor <author@example.org>", in two. */
static void add_author(struct emitter *e, struct slice author) {
	ptrdiff_t at = slice_find(author, slice_str(" <"));
	size_t name = at < 0 ? author.n : (size_t)at;
	struct slice mail = slice_sub(author, name + 2, author.n);

	if (mail.n && mail.p[mail.n - 1] == '>')
		mail.n--;
	emit_open(e, "author", '{');
	emit_bytes(e, "name", slice_sub(author, 0, name));
	emit_bytes(e, "email", mail);
	emit_close(e, '}');
}

/* What history says of it. */
static void add_history(struct emitter *e, const struct sighting *s) {
	emit_text(e, "object", s->object);
	emit_text(e, "commit", s->commit);
	emit_when(e, "authored", s->authored);
	emit_text(e, "last_commit", s->last_commit);
	emit_when(e, "last_authored", s->last_authored);
	if (s->days_exposed < 0)
		emit_text(e, "days_exposed", NULL);
	else
		emit_number(e, "days_exposed", (uint64_t)s->days_exposed);
	emit_open(e, "refs", '[');
	for (size_t i = 0; i < s->nrefs; i++)
		emit_text(e, NULL, s->refs[i]);
	emit_close(e, ']');
	emit_number(e, "refs_total", s->refs_total);
	if (s->author)
		add_author(e, slice_str(s->author));
	emit_boolean(e, "at_head", s->at_head);
	emit_number(e, "versions", s->versions);
}

/* The way to what lies in containers: the outermost container, then what each holds. */
static void add_containers(struct emitter *e, const struct sighting *s) {
	emit_open(e, "containers", '[');
	for (unsigned i = 0; i + 1 < s->nsteps; i++)
		emit_bytes(e, NULL, s->steps[i]);
	emit_close(e, ']');
	emit_bytes(e, "member", s->steps[s->nsteps - 1]);
}

static void add_sighting(struct emitter *e, const struct sighting *s) {
	emit_open(e, NULL, '{');
	emit_number(e, "target", s->target);
	emit_text(e, "place", place_name(s->place));
	emit_bytes(e, "path", s->path);
	if (!utf8_is_valid(s->path))
		emit_base64(e, "path_bytes", s->path);
	if (s->nsteps)
		add_containers(e, s);
	if (s->layer)
		json_part_layer(e, "layer", s->layer);
	emit_text(e, "layers", s->layers);
	emit_number(e, "line", s->line);
	emit_number(e, "column", s->column);
	emit_number(e, "end_line", s->end_line);
	emit_number(e, "end_column", s->end_column);
	emit_number(e, "offset", s->offset);
	add_history(e, s);
	emit_text(e, "excerpt", s->excerpt);
	if (s->excerpt) {
		emit_number(e, "excerpt_at", s->excerpt_at);
		emit_number(e, "excerpt_length", s->excerpt_len);
	}
	emit_text(e, "suppressed", s->suppressed);
	emit_close(e, '}');
}

static void add_acceptance(struct emitter *e, const struct acceptance *a) {
	if (!a) {
		emit_text(e, "accepted", NULL);
		return;
	}
	emit_open(e, "accepted", '{');
	emit_text(e, "source", a->source);
	emit_text(e, "where", a->where);
	emit_text(e, "reason", a->reason);
	emit_text(e, "owner", a->owner);
	emit_text(e, "ticket", a->ticket);
	emit_when(e, "expires", a->expires);
	emit_close(e, '}');
}

/* A change that mends it, of the file of the first sighting. */
static void add_edit(struct emitter *e, const struct edit *edit) {
	if (!edit) {
		emit_text(e, "edit", NULL);
		return;
	}
	emit_open(e, "edit", '{');
	emit_number(e, "line", edit->line);
	emit_number(e, "column", edit->column);
	emit_number(e, "end_line", edit->end_line);
	emit_number(e, "end_column", edit->end_column);
	emit_number(e, "offset", edit->offset);
	emit_number(e, "length", edit->length);
	emit_text(e, "text", edit->text);
	emit_close(e, '}');
}

void json_part_finding(struct emitter *e, const struct report *r, const struct finding *f) {
	const struct rule *rule = f->rule;

	emit_text(e, "id", f->location_fingerprint);
	emit_text(e, "rule", rule->id);
	emit_text(e, "title", rule->title);
	emit_text(e, "service", rule->service);
	emit_text(e, "severity", severity_name(f->severity));
	emit_text(e, "confidence", confidence_name(f->confidence));
	emit_text(e, "kind", secret_kind_name(rule->kind));
	emit_text(e, "verdict", verdict_name(f->judgement.verdict));
	emit_open(e, "reasons", '[');
	for (size_t i = 0; i < f->judgement.nreasons && i < REASONS_MAX; i++) {
		emit_open(e, NULL, '{');
		emit_text(e, "code", f->judgement.reasons[i].code);
		emit_text(e, "text", f->judgement.reasons[i].text);
		emit_close(e, '}');
	}
	emit_close(e, ']');
	emit_when(e, "expires", f->judgement.expires);
	json_part_nhi(e, rule);
	json_part_cwe(e, rule);
	emit_text(e, "masked", f->masked);
	emit_text(e, "fingerprint", f->secret_fingerprint);
	emit_text(e, "fix", rule->fix);
	add_edit(e, f->edit);
	emit_text(e, "reference", rule->reference);
	emit_text(e, "partner", f->partner);
	emit_text(e, "suppressed", f->suppressed);
	add_acceptance(e, f->accepted);
	emit_text(e, "baseline", baseline_name(f->baseline));
	emit_text(e, "policy", f->policy ? f->policy->name : NULL);
	emit_boolean(e, "counts", report_counts(r->run, f));
	emit_open(e, "sightings", '[');
	for (size_t i = 0; i < f->nsightings; i++)
		add_sighting(e, &f->sightings[i]);
	emit_close(e, ']');
	emit_number(e, "more_sightings", f->more_sightings);
}
