/* The format "oscal": OSCAL assessment results, for GRC tools. Each finding is an observation, each risk of the NHI Top 10 that a rule looked for is
 * a finding against one control of NIST SP 800-53. NIST, OSCAL 1.1.2, assessment results model. */
#include "core/text.h"
#include "report/assessed.h"
#include "report/counts.h"
#include "report/emit.h"
#include "report/evidence.h"
#include "report/formats.h"
#include "report/uuid.h"
#include "report/wording.h"

#define OSCAL_VERSION "1.1.2"
#define OSCAL_NS      "https://nhiscan.example/ns/oscal"

struct oscal {
	const struct report *r;
	struct uuid space;
	struct assessed assessed;
};

/* The UUID of a thing of this report by its name: the same for the same report. */
static void emit_uuid(struct emitter *e, const char *key, const struct oscal *o, const char *name, const char *of) {
	struct buf b = {0};
	char text[UUID_TEXT];

	buf_printf(&b, "%s:%s", name, of);
	struct uuid u = uuid_v5(&o->space, buf_slice(&b));
	uuid_text(&u, text);
	emit_text(e, key, text);
	buf_free(&b);
}

static void add_prop(struct emitter *e, const char *name, const char *value) {
	if (!value || !*value)
		return;
	emit_open(e, NULL, '{');
	emit_text(e, "name", name);
	emit_text(e, "ns", OSCAL_NS);
	emit_text(e, "value", value);
	emit_close(e, '}');
}

static void add_metadata(struct emitter *e, const struct oscal *o) {
	const struct report_run *run = o->r->run;

	emit_open(e, "metadata", '{');
	emit_text(e, "title", "nhiscan: secrets and privileges of non-human identities");
	emit_time(e, "last-modified", run->ended);
	emit_text(e, "version", run->version);
	emit_text(e, "oscal-version", OSCAL_VERSION);
	emit_open(e, "props", '[');
	add_prop(e, "rules-digest", run->rules_digest);
	add_prop(e, "exit-reason", run->exit_reason);
	add_prop(e, "fingerprint-scope", run->key_is_per_run ? "run" : "key");
	emit_close(e, ']');
	emit_text(e, "remarks",
		"Supports an assessment; it states no compliance. The mapping of risks to controls is nhiscan's "
		"suggestion.");
	emit_close(e, '}');
}

/* The plan is a reference or, without one, a resource in this document that says what was done. */
static void add_plan(struct emitter *e, const struct oscal *o) {
	char text[UUID_TEXT], href[UUID_TEXT + 1];
	struct uuid u = uuid_v5(&o->space, slice_str("plan:"));

	uuid_text(&u, text);
	snprintf(href, sizeof(href), "#%s", text);
	emit_open(e, "import-ap", '{');
	emit_text(e, "href", o->r->run->oscal_plan ? o->r->run->oscal_plan : href);
	emit_close(e, '}');
}

/* Values of props hold no line break and no blank at their ends (the schema's pattern); what is not known has none. */
static void add_evidence(struct emitter *e, const struct report *r) {
	struct evidence_list rows = {0};
	struct arena a = {0};
	struct buf b = {0};

	evidence_all(r, &a, &rows);
	emit_open(e, "props", '[');
	for (size_t i = 0; i < rows.n; i++) {
		buf_clear(&b);
		text_escape(&b, slice_trim(slice_str(rows.at[i].value ? rows.at[i].value : "not known")));
		add_prop(e, evidence_slug(&a, rows.at[i].name), b.n ? buf_cstr(&b) : "none");
	}
	emit_close(e, ']');
	buf_free(&b);
	VEC_FREE(&rows);
	arena_free(&a);
}

static void add_back_matter(struct emitter *e, const struct oscal *o) {
	const struct report_run *run = o->r->run;
	struct buf b = {0};

	emit_open(e, "back-matter", '{');
	emit_open(e, "resources", '[');
	emit_open(e, NULL, '{');
	emit_uuid(e, "uuid", o, "plan", "");
	emit_text(e, "title", "What was assessed");
	buf_add_str(&b, "Command line: nhiscan");
	for (size_t i = 0; i < run->narguments; i++)
		buf_printf(&b, " %s", run->arguments[i]);
	emit_bytes(e, "description", buf_slice(&b));
	add_evidence(e, o->r);
	emit_close(e, '}');
	emit_close(e, ']');
	emit_close(e, '}');
	buf_free(&b);
}

static void add_controls(struct emitter *e, const struct oscal *o) {
	bool any = false;

	for (unsigned i = 0; i < NHI_COUNT; i++)
		any |= o->assessed.rules[i] > 0;
	emit_open(e, "reviewed-controls", '{');
	emit_open(e, "control-selections", '[');
	emit_open(e, NULL, '{');
	if (!any) { /* the model wants a selection, and an empty list is none */
		emit_text(e, "description", "No rule was active, so no control was reviewed.");
	} else {
		emit_open(e, "include-controls", '[');
		for (unsigned i = 0; i < NHI_COUNT; i++) {
			if (!o->assessed.rules[i])
				continue;
			emit_open(e, NULL, '{');
			emit_text(e, "control-id", assessed_control(i));
			emit_close(e, '}');
		}
		emit_close(e, ']');
	}
	emit_close(e, '}');
	emit_close(e, ']');
	emit_close(e, '}');
}

static void add_observation(struct emitter *e, const struct oscal *o, const struct finding *f) {
	struct buf text = {0}, risks = {0};

	wording_sentence(&text, o->r, f);
	wording_risks(&risks, f->rule);
	emit_line(e);
	emit_open(e, NULL, '{');
	emit_uuid(e, "uuid", o, "observation", f->location_fingerprint);
	emit_text(e, "title", f->rule->title);
	emit_bytes(e, "description", buf_slice(&text));
	emit_open(e, "props", '[');
	add_prop(e, "rule", f->rule->id);
	add_prop(e, "severity", severity_name(f->severity));
	add_prop(e, "confidence", confidence_name(f->confidence));
	add_prop(e, "verdict", verdict_name(f->judgement.verdict));
	add_prop(e, "owasp-nhi-2025", buf_cstr(&risks));
	add_prop(e, "secret-fingerprint", f->secret_fingerprint);
	add_prop(e, "suppressed", f->suppressed ? "true" : "false");
	emit_close(e, ']');
	emit_literal(e, "methods", "[\"TEST\"]");
	emit_literal(e, "types", "[\"finding\"]");
	emit_time(e, "collected", o->r->run->ended);
	if (f->suppressed)
		emit_printf(e, "remarks", "Accepted: %.200s", f->suppressed);
	else if (f->rule->fix && *f->rule->fix)
		emit_text(e, "remarks", f->rule->fix);
	emit_close(e, '}');
	buf_free(&text);
	buf_free(&risks);
}

static void add_finding(struct emitter *e, const struct oscal *o, unsigned nhi) {
	const struct report *r = o->r;
	uint64_t n = o->assessed.findings[nhi];
	bool complete = !coverage_is_incomplete(r->coverage) && !r->run->interrupted;

	emit_line(e);
	emit_open(e, NULL, '{');
	emit_uuid(e, "uuid", o, "finding", nhi_id(nhi));
	emit_printf(e, "title", "%s %s", nhi_id(nhi), nhi_title(nhi));
	emit_printf(e, "description", "%llu of %llu active rules' findings concern this risk.", (unsigned long long)n,
		(unsigned long long)o->assessed.rules[nhi]);
	emit_open(e, "target", '{');
	emit_text(e, "type", "objective-id");
	emit_printf(e, "target-id", "%s_obj", assessed_control(nhi));
	emit_open(e, "status", '{');
	emit_text(e, "state", n ? "not-satisfied" : "satisfied");
	emit_text(e, "reason", n ? "fail" : complete ? "pass" : "other");
	emit_text(e, "remarks",
		n	   ? "There are findings of this risk that are not accepted."
		: complete ? "No finding in what was read; what static evidence cannot show stays open."
			   : "No finding in what was read, but the scan was incomplete.");
	emit_close(e, '}');
	emit_close(e, '}');
	if (n) {
		emit_open(e, "related-observations", '[');
		for (size_t i = 0; i < r->nfindings; i++) {
			if (r->findings[i].suppressed || !(r->findings[i].rule->nhi & (1u << nhi)))
				continue;
			emit_open(e, NULL, '{');
			emit_uuid(e, "observation-uuid", o, "observation", r->findings[i].location_fingerprint);
			emit_close(e, '}');
		}
		emit_close(e, ']');
	}
	emit_close(e, '}');
}

static void add_result(struct emitter *e, const struct oscal *o) {
	const struct report *r = o->r;
	bool any = false;

	emit_open(e, NULL, '{');
	emit_uuid(e, "uuid", o, "result", "");
	emit_text(e, "title", "Scan by nhiscan");
	emit_text(e, "description", "What static evidence in files, history, configuration and exports shows.");
	emit_time(e, "start", r->run->started);
	emit_time(e, "end", r->run->ended);
	add_controls(e, o);
	if (r->nfindings) {
		emit_open(e, "observations", '[');
		for (size_t i = 0; i < r->nfindings; i++)
			add_observation(e, o, &r->findings[i]);
		emit_close(e, ']');
	}
	for (unsigned i = 0; i < NHI_COUNT; i++) {
		if (!o->assessed.rules[i])
			continue;
		if (!any)
			emit_open(e, "findings", '[');
		any = true;
		add_finding(e, o, i);
	}
	if (any)
		emit_close(e, ']');
	emit_close(e, '}');
}

static int write_results(const struct report *r, const struct report_style *style, FILE *out, struct error *err) {
	struct emitter e = {.out = out};
	struct oscal o = {.r = r};
	struct uuid base = uuid_of_uri("tag:nhiscan,2026:oscal/v1");

	(void)style;
	o.space = uuid_v5(&base, slice_str(r->run->run_id ? r->run->run_id : ""));
	assessed_take(&o.assessed, r);
	emit_open(&e, NULL, '{');
	emit_open(&e, "assessment-results", '{');
	emit_uuid(&e, "uuid", &o, "document", "");
	add_metadata(&e, &o);
	add_plan(&e, &o);
	emit_line(&e);
	emit_open(&e, "results", '[');
	add_result(&e, &o);
	emit_close(&e, ']');
	emit_line(&e);
	add_back_matter(&e, &o);
	emit_close(&e, '}');
	emit_close(&e, '}');
	emit_end_line(&e);
	return emit_finish(&e, err);
}

const struct report_format report_oscal = {
	.name = "oscal",
	.media_type = "application/json",
	.help = "OSCAL assessment results against NIST SP 800-53, for GRC tools",
	.tells_program = true,
	.write = write_results,
};
