/* The format "cyclonedx": an inventory of the credentials found, as related cryptographic material of a CycloneDX 1.7 BOM. Values are never filled in.
 * What is wrong with them is in the other formats. */
#include "report/counts.h"
#include "report/emit.h"
#include "report/evidence.h"
#include "report/formats.h"
#include "report/uuid.h"
#include "report/wording.h"

static const char *material_of(enum secret_kind kind) {
	static const char *const names[KIND_COUNT] = {
		[KIND_TOKEN] = "token",
		[KIND_PASSWORD] = "password",
		[KIND_KEY_ID] = "credential",
		[KIND_PRIVATE_KEY] = "private-key",
		[KIND_JWT] = "token",
		[KIND_URL] = "password",
		[KIND_HASH] = "digest",
		[KIND_GENERIC] = "credential",
	};
	return kind < KIND_COUNT && names[kind] ? names[kind] : "unknown";
}

static void add_property(struct emitter *e, const char *name, const char *value) {
	if (!value)
		return;
	emit_open(e, NULL, '{');
	emit_text(e, "name", name);
	emit_text(e, "value", value);
	emit_close(e, '}');
}

static void add_metadata(struct emitter *e, const struct report *r) {
	const struct report_run *run = r->run;
	struct evidence_list rows = {0};
	struct arena a = {0};

	emit_open(e, "metadata", '{');
	emit_time(e, "timestamp", run->ended);
	emit_open(e, "tools", '{');
	emit_open(e, "components", '[');
	emit_open(e, NULL, '{');
	emit_text(e, "type", "application");
	emit_text(e, "name", "nhiscan");
	emit_text(e, "version", run->version);
	emit_close(e, '}');
	emit_close(e, ']');
	emit_close(e, '}');
	emit_open(e, "properties", '[');
	add_property(e, "nhiscan:rules_digest", run->rules_digest);
	add_property(e, "nhiscan:fingerprint_scope", run->key_is_per_run ? "run" : "key");
	add_property(e, "nhiscan:exit_reason", run->exit_reason);
	evidence_all(r, &a, &rows);
	for (size_t i = 0; i < rows.n; i++)
		add_property(e, arena_printf(&a, "nhiscan:evidence:%s", evidence_slug(&a, rows.at[i].name)),
			rows.at[i].value);
	emit_close(e, ']');
	emit_close(e, '}');
	VEC_FREE(&rows);
	arena_free(&a);
}

/* NIST SP 800-57, part 1: a key that unauthorised people may know is compromised. One in the clear in a file is; one that is encrypted is not, and
 * one that has expired is deactivated. Accepted findings are somebody's judgement: no state. */
static const char *state_of(const struct finding *f) {
	if (f->suppressed)
		return NULL;
	switch (f->judgement.verdict) {
	case VERDICT_WELL_FORMED:
	case VERDICT_PLAUSIBLE:
		return f->rule->kind == KIND_KEY_ID ? NULL : "compromised";
	case VERDICT_EXPIRED:
		return "deactivated";
	default:
		return NULL;
	}
}

static void add_crypto(struct emitter *e, const struct finding *f) {
	const char *state = state_of(f);

	emit_open(e, "cryptoProperties", '{');
	emit_text(e, "assetType", "related-crypto-material");
	emit_open(e, "relatedCryptoMaterialProperties", '{');
	emit_text(e, "type", material_of(f->rule->kind));
	emit_text(e, "id", f->secret_fingerprint);
	if (state)
		emit_text(e, "state", state);
	if (f->judgement.expires.state == WHEN_AT)
		emit_time(e, "expirationDate", f->judgement.expires.at);
	emit_close(e, '}');
	emit_close(e, '}');
}

static void add_occurrences(struct emitter *e, const struct report *r, const struct finding *f) {
	emit_open(e, "evidence", '{');
	emit_open(e, "occurrences", '[');
	for (size_t i = 0; i < f->nsightings; i++) {
		const struct sighting *s = &f->sightings[i];
		struct buf subject = {0};
		wording_subject(&subject, r->run, s);
		emit_open(e, NULL, '{');
		emit_bytes(e, "location", buf_slice(&subject));
		if (s->line)
			emit_number(e, "line", s->line);
		emit_number(e, "offset", s->offset);
		emit_text(e, "additionalContext", s->commit ? s->commit : place_name(s->place));
		emit_close(e, '}');
		buf_free(&subject);
	}
	emit_close(e, ']');
	emit_close(e, '}');
}

static void add_component(struct emitter *e, const struct report *r, const struct finding *f) {
	struct buf risks = {0};

	wording_risks(&risks, f->rule);
	emit_line(e);
	emit_open(e, NULL, '{');
	emit_text(e, "type", "cryptographic-asset");
	emit_text(e, "bom-ref", f->location_fingerprint);
	emit_text(e, "name", f->rule->title);
	if (f->masked && *f->masked)
		emit_text(e, "description", f->masked);
	add_crypto(e, f);
	if (f->nsightings)
		add_occurrences(e, r, f);
	emit_open(e, "properties", '[');
	add_property(e, "nhiscan:rule", f->rule->id);
	add_property(e, "nhiscan:service", f->rule->service);
	add_property(e, "nhiscan:severity", severity_name(f->severity));
	add_property(e, "nhiscan:confidence", confidence_name(f->confidence));
	add_property(e, "nhiscan:owasp_nhi_2025", buf_cstr(&risks));
	add_property(e, "nhiscan:suppressed", f->suppressed);
	emit_close(e, ']');
	emit_close(e, '}');
	buf_free(&risks);
}

static int write_bom(const struct report *r, const struct report_style *style, FILE *out, struct error *err) {
	struct emitter e = {.out = out};
	struct uuid base = uuid_of_uri("tag:nhiscan,2026:cyclonedx/v1");
	struct uuid u = uuid_v5(&base, slice_str(r->run->run_id ? r->run->run_id : ""));
	char id[UUID_TEXT];

	(void)style;
	uuid_text(&u, id);
	emit_open(&e, NULL, '{');
	emit_text(&e, "$schema", "http://cyclonedx.org/schema/bom-1.7.schema.json");
	emit_text(&e, "bomFormat", "CycloneDX");
	emit_text(&e, "specVersion", "1.7");
	emit_printf(&e, "serialNumber", "urn:uuid:%s", id);
	emit_number(&e, "version", 1);
	emit_line(&e);
	add_metadata(&e, r);
	emit_line(&e);
	emit_open(&e, "components", '[');
	for (size_t i = 0; i < r->nfindings; i++)
		if (wording_about(r->findings[i].rule) == ABOUT_SECRET)
			add_component(&e, r, &r->findings[i]);
	emit_close(&e, ']');
	emit_close(&e, '}');
	emit_end_line(&e);
	return emit_finish(&e, err);
}

const struct report_format report_cyclonedx = {
	.name = "cyclonedx",
	.media_type = "application/vnd.cyclonedx+json; version=1.7",
	.help = "an inventory of the credentials as a CycloneDX 1.7 BOM",
	.tells_program = true,
	.write = write_bom,
};
