/* The format "gitlab": GitLab's own secret detection report, gl-secret-detection-report.json, which unlike SARIF can name the commit.
 * Schema family 15 of gitlab-org/security-products/security-report-schemas. raw_source_code_extract is left out on purpose: it would hold the secret. */
#include "report/counts.h"
#include "report/emit.h"
#include "report/evidence.h"
#include "report/formats.h"
#include "report/uuid.h"
#include "report/wording.h"

/* GitLab ingests at most so many of one report and does not sort, and takes no artifact over 10 MB (ci_max_artifact_size_secret_detection): the worst
 * come first, and the rest is told in a message. */
enum { VULNERABILITIES_MAX = 5000, BYTES_MAX = 10000000 };

#define SCHEMA_VERSION "15.0.6"	 /* accepted by GitLab since 16.2 */
#define NO_COMMIT      "0000000" /* what GitLab's own analyzer writes where there is none */

/* Times have no zone in this schema. */
static void emit_zoneless(struct emitter *e, const char *key, int64_t t) {
	char text[DATE_TEXT_MAX];

	date_format(t, text);
	text[19] = '\0';
	emit_text(e, key, text);
}

static const char *gitlab_severity(enum severity s) {
	static const char *const names[SEVERITY_COUNT] = {"Info", "Low", "Medium", "High", "Critical"};
	return names[s];
}

static void add_tool(struct emitter *e, const char *key, const struct report_run *run) {
	emit_open(e, key, '{');
	emit_text(e, "id", "nhiscan");
	emit_text(e, "name", "nhiscan");
	emit_text(e, "version", run->version);
	emit_open(e, "vendor", '{');
	emit_text(e, "name", "nhiscan");
	emit_close(e, '}');
	emit_close(e, '}');
}

static void add_message(struct emitter *e, const char *level, const char *value) {
	emit_open(e, NULL, '{');
	emit_text(e, "level", level);
	emit_text(e, "value", value);
	emit_close(e, '}');
}

static void add_evidence(struct emitter *e, const struct report *r) {
	struct evidence_list rows = {0};
	struct arena a = {0};
	struct buf text = {0};

	evidence_all(r, &a, &rows);
	for (size_t i = 0; i < rows.n; i++) {
		buf_clear(&text);
		buf_printf(&text, "%s: %s", rows.at[i].name, rows.at[i].value ? rows.at[i].value : "not known");
		add_message(e, "info", buf_cstr(&text));
	}
	buf_free(&text);
	VEC_FREE(&rows);
	arena_free(&a);
}

/* `listed` of the findings stand in the report. */
static void add_messages(struct emitter *e, const struct report *r, const struct counts *c, size_t listed) {
	const struct notice *notices = NULL;
	size_t n = coverage_notices(r->coverage, &notices);
	struct buf text = {0};

	emit_open(e, "messages", '[');
	if (c->suppressed) {
		buf_printf(&text, "%llu accepted findings are left out", (unsigned long long)c->suppressed);
		add_message(e, "info", buf_cstr(&text));
	}
	if (c->findings - c->suppressed > listed) {
		buf_clear(&text);
		buf_printf(&text, "only the worst %zu of %llu findings are listed, since GitLab takes no more than %s",
			listed, (unsigned long long)(c->findings - c->suppressed),
			listed == VULNERABILITIES_MAX ? "5000" : "10 MB");
		add_message(e, "warn", buf_cstr(&text));
	}
	for (size_t i = 0; i < n; i++) {
		if (!notices[i].incomplete)
			continue;
		buf_clear(&text);
		buf_printf(&text, "%s: %s: %s", notices[i].code, notices[i].where ? notices[i].where : "",
			notices[i].detail ? notices[i].detail : "");
		add_message(e, "warn", buf_cstr(&text));
	}
	if (r->run->interrupted)
		add_message(e, "fatal", "the scan was interrupted");
	add_evidence(e, r);
	emit_close(e, ']');
	buf_free(&text);
}

static void add_scan(struct emitter *e, const struct report *r, const struct counts *c, size_t listed) {
	const struct report_run *run = r->run;
	bool failed = run->interrupted || (run->exit_reason && strcmp(run->exit_reason, "nothing-scanned") == 0);

	emit_open(e, "scan", '{');
	add_tool(e, "analyzer", run);
	add_tool(e, "scanner", run);
	emit_text(e, "type", "secret_detection");
	emit_zoneless(e, "start_time", run->started);
	emit_zoneless(e, "end_time", run->ended);
	emit_text(e, "status", failed ? "failure" : "success");
	add_messages(e, r, c, listed);
	emit_close(e, '}');
}

static void add_identifier(struct emitter *e, const char *type, const char *name, const char *value, const char *url) {
	emit_open(e, NULL, '{');
	emit_text(e, "type", type);
	emit_text(e, "name", name);
	emit_text(e, "value", value);
	if (url)
		emit_text(e, "url", url);
	emit_close(e, '}');
}

static void add_identifiers(struct emitter *e, const struct rule *rule) {
	char name[32], value[16], url[80];

	emit_open(e, "identifiers", '[');
	add_identifier(e, "nhiscan_rule_id", rule->title, rule->id, NULL);
	for (size_t i = 0; i < rule->ncwe; i++) {
		snprintf(name, sizeof(name), "CWE-%u", rule->cwe[i]);
		snprintf(value, sizeof(value), "%u", rule->cwe[i]);
		snprintf(url, sizeof(url), "https://cwe.mitre.org/data/definitions/%u.html", rule->cwe[i]);
		add_identifier(e, "cwe", name, value, url);
	}
	for (unsigned i = 0; i < NHI_COUNT; i++)
		if (rule->nhi & (1u << i))
			add_identifier(e, "owasp_nhi", nhi_id(i), nhi_id(i), NULL);
	emit_close(e, ']');
}

static void add_location(struct emitter *e, const struct report *r, const struct finding *f) {
	const struct sighting *s = f->nsightings ? &f->sightings[0] : NULL;
	const struct report_target *t = s && s->target < r->run->ntargets ? &r->run->targets[s->target] : NULL;
	struct buf subject = {0};
	const char *sha = s && s->commit ? s->commit : t && t->head ? t->head : NO_COMMIT;

	emit_open(e, "location", '{');
	if (s) {
		wording_subject(&subject, r->run, s);
		emit_bytes(e, "file", buf_slice(&subject));
		if (s->line) {
			emit_number(e, "start_line", s->line);
			emit_number(e, "end_line", s->end_line > s->line ? s->end_line : s->line);
		}
	}
	emit_open(e, "commit", '{');
	emit_text(e, "sha", sha);
	if (s && s->commit && s->authored.state == WHEN_AT)
		emit_zoneless(e, "date", s->authored.at);
	emit_close(e, '}');
	emit_close(e, '}');
	buf_free(&subject);
}

static void add_vulnerability(struct emitter *e, const struct report *r, const struct finding *f, struct uuid space) {
	struct buf text = {0};
	char id[UUID_TEXT];
	struct uuid u = uuid_v5(&space, slice_str(f->location_fingerprint));

	uuid_text(&u, id);
	wording_sentence(&text, r, f);
	emit_line(e);
	emit_open(e, NULL, '{');
	emit_text(e, "id", id);
	emit_bytes(e, "name", slice_sub(slice_str(f->rule->title), 0, 255));
	emit_bytes(e, "description", buf_slice(&text));
	emit_text(e, "severity", gitlab_severity(f->severity));
	if (f->rule->fix && *f->rule->fix)
		emit_text(e, "solution", f->rule->fix);
	add_identifiers(e, f->rule);
	add_location(e, r, f);
	if (f->rule->reference) {
		emit_open(e, "links", '[');
		emit_open(e, NULL, '{');
		emit_text(e, "url", f->rule->reference);
		emit_close(e, '}');
		emit_close(e, ']');
	}
	emit_close(e, '}');
	buf_free(&text);
}

static void add_head(struct emitter *e, const struct report *r, const struct counts *c, size_t listed) {
	emit_open(e, NULL, '{');
	emit_text(e, "version", SCHEMA_VERSION);
	emit_line(e);
	add_scan(e, r, c, listed);
	emit_line(e);
	emit_open(e, "vulnerabilities", '[');
}

/* How many of the worst findings fit. */
static size_t room_for(const struct report *r, const struct counts *c, struct uuid space) {
	struct emitter head = {0};
	uint64_t bytes;
	size_t listed = 0;

	add_head(&head, r, c, 0);
	bytes = emit_measured(&head) + 64;
	for (size_t i = 0; i < r->nfindings && listed < VULNERABILITIES_MAX; i++) {
		struct emitter one = {0};
		if (r->findings[i].suppressed)
			continue;
		add_vulnerability(&one, r, &r->findings[i], space);
		bytes += emit_measured(&one) + 1; /* a comma */
		if (bytes > BYTES_MAX)
			break;
		listed++;
	}
	return listed;
}

static int write_report(const struct report *r, const struct report_style *style, FILE *out, struct error *err) {
	struct emitter e = {.out = out};
	struct uuid space = uuid_of_uri("tag:nhiscan,2026:location/v1");
	struct counts c;
	size_t listed;

	(void)style;
	counts_take(&c, r);
	listed = room_for(r, &c, space);
	add_head(&e, r, &c, listed);
	for (size_t i = 0; i < r->nfindings && listed; i++) {
		if (r->findings[i].suppressed)
			continue;
		listed--;
		add_vulnerability(&e, r, &r->findings[i], space);
	}
	emit_close(&e, ']');
	emit_close(&e, '}');
	emit_end_line(&e);
	return emit_finish(&e, err);
}

const struct report_format report_gitlab = {
	.name = "gitlab",
	.media_type = "application/json",
	.help = "GitLab's secret detection report, which names commits",
	.tells_program = true,
	.write = write_report,
};
