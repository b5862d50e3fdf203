/* The format "ocsf": one event of the Open Cybersecurity Schema Framework a line, for data lakes and SIEMs.
 * Secrets are Data Security Findings (2006), pipelines Application Security Posture Findings (2007), identities IAM Analysis Findings (2008).
 * Attributes as in schema 1.8.0: https://schema.ocsf.io/1.8.0/categories/findings */
#include "report/counts.h"
#include "report/digest.h"
#include "report/emit.h"
#include "report/formats.h"
#include "report/wording.h"

#define OCSF_VERSION "1.8.0"

static const struct {
	unsigned uid;
	const char *name;
} classes[] = {
	[ABOUT_SECRET] = {2006, "Data Security Finding"},
	[ABOUT_PIPELINE] = {2007, "Application Security Posture Finding"},
	[ABOUT_IDENTITY] = {2008, "IAM Analysis Finding"},
};

static void emit_millis(struct emitter *e, const char *key, int64_t t) {
	emit_number(e, key, (uint64_t)(t > 0 ? t : 0) * 1000);
}

static void add_metadata(struct emitter *e, const struct report_run *run) {
	emit_open(e, "metadata", '{');
	emit_text(e, "version", OCSF_VERSION);
	emit_open(e, "product", '{');
	emit_text(e, "name", "nhiscan");
	emit_text(e, "vendor_name", "nhiscan");
	emit_text(e, "version", run->version);
	emit_close(e, '}');
	emit_close(e, '}');
}

static void add_tags(struct emitter *e, const struct rule *rule) {
	emit_open(e, "tags", '[');
	emit_open(e, NULL, '{');
	emit_text(e, "name", "OWASP NHI Top 10 2025");
	emit_open(e, "values", '[');
	for (unsigned i = 0; i < NHI_COUNT; i++)
		if (rule->nhi & (1u << i))
			emit_text(e, NULL, nhi_id(i));
	emit_close(e, ']');
	emit_close(e, '}');
	emit_open(e, NULL, '{');
	emit_text(e, "name", "CWE");
	emit_open(e, "values", '[');
	for (size_t i = 0; i < rule->ncwe; i++)
		emit_printf(e, NULL, "CWE-%u", rule->cwe[i]);
	emit_close(e, ']');
	emit_close(e, '}');
	emit_close(e, ']');
}

static void add_info(struct emitter *e, const struct report *r, const struct finding *f) {
	struct buf text = {0};
	struct exposure exposure;

	exposure_take(&exposure, f);
	wording_sentence(&text, r, f);
	emit_open(e, "finding_info", '{');
	emit_text(e, "uid", f->location_fingerprint);
	emit_text(e, "uid_alt", f->secret_fingerprint);
	emit_text(e, "title", f->rule->title);
	emit_bytes(e, "desc", buf_slice(&text));
	if (exposure.since.state == WHEN_AT)
		emit_millis(e, "first_seen_time", exposure.since.at);
	emit_millis(e, "last_seen_time", r->run->ended);
	emit_open(e, "types", '[');
	emit_text(e, NULL, secret_kind_name(f->rule->kind));
	emit_close(e, ']');
	emit_open(e, "analytic", '{');
	emit_text(e, "uid", f->rule->id);
	emit_text(e, "name", f->rule->title);
	emit_text(e, "type", "Rule");
	emit_number(e, "type_id", 1);
	emit_close(e, '}');
	add_tags(e, f->rule);
	emit_close(e, '}');
	buf_free(&text);
}

static void add_remediation(struct emitter *e, const struct rule *rule) {
	if (!rule->fix || !*rule->fix)
		return;
	emit_open(e, "remediation", '{');
	emit_text(e, "desc", rule->fix);
	if (rule->reference) {
		emit_open(e, "references", '[');
		emit_text(e, NULL, rule->reference);
		emit_close(e, ']');
	}
	emit_close(e, '}');
}

static void add_resources(struct emitter *e, const struct report *r, const struct finding *f) {
	emit_open(e, "resources", '[');
	for (size_t i = 0; i < f->nsightings; i++) {
		const struct sighting *s = &f->sightings[i];
		struct buf subject = {0};
		wording_subject(&subject, r->run, s);
		emit_open(e, NULL, '{');
		emit_bytes(e, "name", buf_slice(&subject));
		emit_text(e, "type", place_name(s->place));
		if (s->commit)
			emit_text(e, "version", s->commit);
		emit_close(e, '}');
		buf_free(&subject);
	}
	emit_close(e, ']');
}

/* The last name of a path, or what stands for one. */
static struct slice base_name(struct slice path) {
	size_t at = path.n;
	while (at && path.p[at - 1] != '/')
		at--;
	return at < path.n ? slice_sub(path, at, path.n) : path;
}

static void add_of_secret(struct emitter *e, const struct report *r, const struct finding *f) {
	struct buf subject = {0};

	emit_open(e, "data_security", '{');
	emit_text(e, "category", "Security");
	emit_number(e, "category_id", 6);
	emit_text(e, "detection_pattern", f->rule->id);
	emit_close(e, '}');
	if (f->nsightings) {
		wording_subject(&subject, r->run, &f->sightings[0]);
		emit_open(e, "file", '{');
		emit_bytes(e, "name", base_name(buf_slice(&subject)));
		emit_bytes(e, "path", buf_slice(&subject));
		emit_text(e, "type", f->sightings[0].path.n ? "Regular File" : "Other");
		emit_number(e, "type_id", f->sightings[0].path.n ? 1 : 99);
		emit_close(e, '}');
		buf_free(&subject);
	}
	emit_boolean(e, "is_alert", report_counts(r->run, f));
}

static void add_of_pipeline(struct emitter *e, const struct finding *f) {
	emit_open(e, "compliance", '{');
	emit_text(e, "control", f->rule->id);
	emit_literal(e, "standards", "[\"OWASP NHI Top 10 2025\"]");
	emit_open(e, "requirements", '[');
	for (unsigned i = 0; i < NHI_COUNT; i++)
		if (f->rule->nhi & (1u << i))
			emit_text(e, NULL, nhi_id(i));
	emit_close(e, ']');
	emit_text(e, "status", "Fail");
	emit_number(e, "status_id", 3);
	emit_close(e, '}');
	add_remediation(e, f->rule);
}

static void add_of_identity(struct emitter *e, const struct finding *f) {
	emit_open(e, "user", '{');
	emit_text(e, "name", f->masked && *f->masked ? f->masked : f->rule->id);
	emit_text(e, "type", "Service");
	emit_number(e, "type_id", 4);
	emit_close(e, '}');
	emit_open(e, "permission_analysis_results", '[');
	emit_open(e, NULL, '{');
	emit_open(e, "policy", '{');
	emit_text(e, "name", f->rule->title);
	emit_text(e, "uid", f->rule->id);
	emit_close(e, '}');
	emit_close(e, '}');
	emit_close(e, ']');
	add_remediation(e, f->rule);
}

static void add_event(struct emitter *e, const struct report *r, const struct finding *f, const char *digest) {
	static const char *const severities[SEVERITY_COUNT] = {"Informational", "Low", "Medium", "High", "Critical"};
	static const char *const confidences[CONFIDENCE_COUNT] = {"Low", "Medium", "High"};
	enum about about = wording_about(f->rule);
	struct buf text = {0};

	wording_sentence(&text, r, f);
	emit_open(e, NULL, '{');
	emit_number(e, "activity_id", 1);
	emit_text(e, "activity_name", "Create");
	emit_number(e, "category_uid", 2);
	emit_text(e, "category_name", "Findings");
	emit_number(e, "class_uid", classes[about].uid);
	emit_text(e, "class_name", classes[about].name);
	emit_number(e, "type_uid", (uint64_t)classes[about].uid * 100 + 1);
	emit_millis(e, "time", r->run->ended);
	emit_number(e, "severity_id", (uint64_t)f->severity + 1);
	emit_text(e, "severity", severities[f->severity]);
	emit_number(e, "confidence_id", (uint64_t)f->confidence + 1);
	emit_text(e, "confidence", confidences[f->confidence]);
	emit_number(e, "status_id", f->suppressed ? 3 : 1);
	emit_text(e, "status", f->suppressed ? "Suppressed" : "New");
	emit_bytes(e, "message", buf_slice(&text));
	add_metadata(e, r->run);
	add_info(e, r, f);
	add_resources(e, r, f);
	if (about == ABOUT_SECRET)
		add_of_secret(e, r, f);
	else if (about == ABOUT_PIPELINE)
		add_of_pipeline(e, f);
	else
		add_of_identity(e, f);
	emit_open(e, "unmapped", '{');
	emit_text(e, "masked", f->masked);
	emit_text(e, "verdict", verdict_name(f->judgement.verdict));
	emit_text(e, "suppressed", f->suppressed);
	emit_text(e, "fix", f->rule->fix);
	emit_text(e, "fingerprint_scope", r->run->key_is_per_run ? "run" : "key");
	/* Which run this is of: its report in another format tells scope and coverage. */
	emit_text(e, "run_id", r->run->run_id);
	emit_text(e, "build", r->run->build);
	emit_text(e, "program_sha256", r->run->program_sha256);
	emit_text(e, "rules_digest", r->run->rules_digest);
	emit_text(e, "findings_sha256", digest);
	emit_text(e, "integrity", INTEGRITY_TEXT);
	emit_text(e, "exit_reason", r->run->exit_reason);
	emit_boolean(e, "complete", !coverage_is_incomplete(r->coverage) && !r->run->interrupted);
	emit_close(e, '}');
	emit_close(e, '}');
	emit_end_line(e);
	buf_free(&text);
}

static int write_events(const struct report *r, const struct report_style *style, FILE *out, struct error *err) {
	struct emitter e = {.out = out};
	char digest[FINDINGS_DIGEST_HEX + 1];

	(void)style;
	findings_digest(r, digest);
	for (size_t i = 0; i < r->nfindings; i++)
		add_event(&e, r, &r->findings[i], digest);
	return emit_finish(&e, err);
}

const struct report_format report_ocsf = {
	.name = "ocsf",
	.media_type = "application/jsonl",
	.help = "one OCSF event a line, for data lakes and SIEMs",
	.tells_program = true,
	.write = write_events,
};
