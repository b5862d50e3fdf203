/* The format "sarif": one SARIF 2.1.0 log with one run, results streamed one a line, the worst first.
 * Its parts are in the sarif_*.c files. columnKind is left out: our columns count bytes, SARIF has no name for that. */
#include "report/sarif.h"
#include "report/formats.h"

#define SARIF_SCHEMA "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

static void add_tool(struct emitter *e, const struct sarif *s) {
	struct buf full = {0};

	buf_printf(&full, "nhiscan %s", s->r->run->version);
	emit_open(e, "tool", '{');
	emit_open(e, "driver", '{');
	emit_text(e, "name", "nhiscan");
	emit_bytes(e, "fullName", buf_slice(&full));
	emit_text(e, "organization", "nhiscan");
	emit_text(e, "version", s->r->run->version);
	emit_text(e, "semanticVersion", s->r->run->version);
	emit_text(e, "informationUri", REPORT_PROJECT_URI);
	sarif_supported_taxonomies(e, s);
	sarif_notification_descriptors(e, s);
	emit_open(e, "rules", '[');
	for (size_t i = 0; i < s->rules.n; i++) {
		emit_line(e);
		sarif_rule(e, s, s->rules.at[i]);
	}
	emit_close(e, ']');
	emit_close(e, '}');
	emit_close(e, '}');
	buf_free(&full);
}

static void add_run(struct emitter *e, const struct sarif *s) {
	emit_open(e, NULL, '{');
	emit_line(e);
	add_tool(e, s);
	emit_line(e);
	sarif_invocation(e, s);
	emit_line(e);
	emit_literal(e, "redactionTokens", "[\"[REDACTED]\"]");
	emit_line(e);
	sarif_provenance(e, s->r);
	emit_line(e);
	sarif_taxonomies(e, s);
	emit_line(e);
	sarif_automation(e, s->r);
	sarif_base_ids(e, s);
	sarif_run_properties(e, s->r);
	emit_line(e);
	sarif_artifacts(e, s);
	emit_open(e, "results", '[');
	for (size_t i = 0; i < s->r->nfindings && s->nlisted; i++) {
		if (!s->listed[i])
			continue;
		emit_line(e);
		sarif_result(e, s, &s->r->findings[i]);
	}
	emit_close(e, ']');
	emit_close(e, '}');
}

static void add_log(struct emitter *e, const struct sarif *s) {
	emit_open(e, NULL, '{');
	emit_text(e, "$schema", SARIF_SCHEMA);
	emit_text(e, "version", "2.1.0");
	emit_open(e, "runs", '[');
	add_run(e, s);
	emit_close(e, ']');
	emit_close(e, '}');
	emit_end_line(e);
}

/* What follows from the list of findings. */
static void take_parts(struct sarif *s) {
	sarif_codes_take(s);
	sarif_archives_take(s);
	sarif_collisions_take(s);
}

static void free_parts(struct sarif *s) {
	sarif_collisions_free(s);
	sarif_archives_free(s);
	sarif_codes_free(s);
}

static int write_log(const struct report *r, const struct report_style *style, FILE *out, struct error *err) {
	struct sarif s = {.r = r, .result_space = uuid_of_uri("tag:nhiscan,2026:location/v1")};
	struct emitter e = {.out = out};

	(void)style;
	s.with_baseline = r->nfindings > 0;
	for (size_t i = 0; i < r->nfindings; i++)
		s.with_baseline &= r->findings[i].baseline != BASELINE_NONE;
	sarif_listed_take(&s);
	used_rules_take(&s.rules, r);
	sarif_taxonomies_take(&s);
	take_parts(&s);
	sarif_listed_fit(&s, add_log);
	if (s.too_large) {
		free_parts(&s);
		take_parts(&s);
	}
	add_log(&e, &s);
	free_parts(&s);
	sarif_listed_free(&s);
	sarif_taxonomies_free(&s);
	used_rules_free(&s.rules);
	return emit_finish(&e, err);
}

const struct report_format report_sarif = {
	.name = "sarif",
	.media_type = "application/sarif+json",
	.help = "SARIF 2.1.0, for GitHub and GitLab code scanning and other dashboards",
	.tells_program = true,
	.write = write_log,
};
