/* What a SARIF log says about the run: invocation and its notifications (the coverage), provenance, automation.
 * What was found is in sarif_results.c. */
#include "report/sarif.h"

#include "core/memory.h"
#include "core/text.h"
#include "report/assessed.h"
#include "report/digest.h"
#include "report/json_parts.h"
#include "report/uri.h"
#include "report/wording.h"

#include <stdlib.h>

/* Notices come sorted by code. An interruption is one too. */
void sarif_codes_take(struct sarif *s) {
	const struct notice *notices = NULL;
	size_t n = coverage_notices(s->r->coverage, &notices);

	s->codes = mem_alloc_n(n + 2, sizeof(*s->codes));
	for (size_t i = 0; i < n; i++)
		if (i == 0 || strcmp(notices[i].code, notices[i - 1].code) != 0)
			s->codes[s->ncodes++] = notices[i].code;
	if (s->r->run->interrupted)
		s->codes[s->ncodes++] = "interrupted";
	if (s->nlisted < s->r->nfindings)
		s->codes[s->ncodes++] = "results-limited";
}

void sarif_codes_free(struct sarif *s) {
	free(s->codes);
	s->codes = NULL;
	s->ncodes = 0;
}

static void add_descriptor(struct emitter *e, const char *code) {
	struct buf name = {0}, text = {0};

	wording_pascal(&name, code);
	buf_add_str(&name, "Notice"); /* a name that differs from the id */
	buf_printf(&text, "Notice about the scan: %s.", code);
	for (size_t k = 0; k < text.n; k++)
		if (text.p[k] == '-')
			text.p[k] = ' ';
	emit_open(e, NULL, '{');
	emit_text(e, "id", code);
	emit_bytes(e, "name", buf_slice(&name));
	sarif_text(e, "shortDescription", buf_slice(&text));
	sarif_text(e, "fullDescription", buf_slice(&text));
	sarif_text_str(e, "help", "Notices say what a scan did not read and why; see nhiscan-report(5).");
	emit_close(e, '}');
	buf_free(&name);
	buf_free(&text);
}

void sarif_notification_descriptors(struct emitter *e, const struct sarif *s) {
	emit_open(e, "notifications", '[');
	for (size_t i = 0; i < s->ncodes; i++)
		add_descriptor(e, s->codes[i]);
	emit_close(e, ']');
}

static void add_notification(struct emitter *e, const char *code, size_t index, bool incomplete, struct slice text) {
	emit_open(e, NULL, '{');
	emit_open(e, "descriptor", '{');
	emit_text(e, "id", code);
	emit_number(e, "index", index);
	emit_close(e, '}');
	emit_text(e, "level", incomplete ? "warning" : "note");
	sarif_text(e, "message", text);
	emit_close(e, '}');
}

static void add_notifications(struct emitter *e, const struct sarif *s) {
	const struct notice *notices = NULL;
	size_t n = coverage_notices(s->r->coverage, &notices), code = 0;
	bool cut = s->nlisted < s->r->nfindings;

	emit_open(e, "toolExecutionNotifications", '[');
	for (size_t i = 0; i < n; i++) {
		struct buf b = {0};
		if (i && strcmp(notices[i].code, notices[i - 1].code) != 0)
			code++;
		if (notices[i].where && *notices[i].where) {
			text_escape(&b, slice_sub(slice_str(notices[i].where), 0, 400));
			buf_add_str(&b, ": ");
		}
		text_escape(
			&b, slice_str(notices[i].detail && *notices[i].detail ? notices[i].detail : notices[i].code));
		add_notification(e, notices[i].code, code, notices[i].incomplete, buf_slice(&b));
		buf_free(&b);
	}
	if (s->r->run->interrupted)
		add_notification(e, "interrupted", s->ncodes - 1 - cut, true,
			slice_str("The scan was interrupted; the log holds what was found until then."));
	if (cut) {
		struct buf b = {0};
		buf_printf(&b, "The worst %zu of %zu results are listed, as %s; nhiscan's JSON report has all.",
			s->nlisted, s->r->nfindings,
			s->too_large ? "GitLab takes no more than 10 MB" : "--max-results asks");
		add_notification(e, "results-limited", s->ncodes - 1, false, buf_slice(&b));
		buf_free(&b);
	}
	emit_close(e, ']');
}

void sarif_invocation(struct emitter *e, const struct sarif *s) {
	const struct report_run *run = s->r->run;

	emit_open(e, "invocations", '[');
	emit_open(e, NULL, '{');
	emit_boolean(e, "executionSuccessful", !coverage_is_incomplete(s->r->coverage) && !run->interrupted);
	emit_number(e, "exitCode", (uint64_t)run->exit_code);
	emit_text(e, "exitCodeDescription", run->exit_reason);
	emit_time(e, "startTimeUtc", run->started);
	emit_time(e, "endTimeUtc", run->ended);
	emit_open(e, "arguments", '[');
	for (size_t i = 0; i < run->narguments; i++)
		emit_text(e, NULL, run->arguments[i]);
	emit_close(e, ']');
	add_notifications(e, s);
	emit_close(e, '}');
	emit_close(e, ']');
}

static void add_mapped_to(struct emitter *e, const struct report_run *run, size_t target) {
	struct buf base = {0}, uri = {0};

	sarif_add_base(&base, run, target);
	uri_add_path(&uri, buf_slice(&base));
	emit_open(e, "mappedTo", '{');
	if (uri.n) {
		buf_add_byte(&uri, '/');
		emit_bytes(e, "uri", buf_slice(&uri));
	}
	emit_text(e, "uriBaseId", "SRCROOT");
	emit_close(e, '}');
	buf_free(&base);
	buf_free(&uri);
}

/* Spec 3.23.3: repositoryUri is required, so a repository without a remote has no entry. */
void sarif_provenance(struct emitter *e, const struct report *r) {
	bool any = false;

	for (size_t i = 0; i < r->run->ntargets; i++) {
		const struct report_target *t = &r->run->targets[i];
		struct buf uri = {0};
		if (t->remote && uri_add_remote(&uri, slice_str(t->remote))) {
			if (!any)
				emit_open(e, "versionControlProvenance", '[');
			any = true;
			emit_open(e, NULL, '{');
			emit_bytes(e, "repositoryUri", buf_slice(&uri));
			if (t->head)
				emit_text(e, "revisionId", t->head);
			if (t->branch)
				emit_text(e, "branch", t->branch);
			add_mapped_to(e, r->run, i);
			emit_close(e, '}');
		}
		buf_free(&uri);
	}
	if (any)
		emit_close(e, ']');
}

/* GitHub: "category/run-id". Azure's Advanced Security wants an id and properties of its own (rules GHAzDO1018 and 1019 of sarif-multitool). */
void sarif_automation(struct emitter *e, const struct report *r) {
	const struct report_azure *z = r->run->azure;
	char date[DATE_TEXT_MAX];

	date_format(r->run->started, date);
	emit_open(e, "automationDetails", '{');
	if (z) {
		struct buf id = {0};
		buf_printf(&id, "azuredevops/pipeline/build/%s/%s/%s/%s/%s/%s", z->organisation, z->project,
			z->definition_id, z->phase_id, z->branch, z->build_id);
		emit_bytes(e, "id", buf_slice(&id));
		buf_free(&id);
	} else {
		emit_printf(e, "id", "nhiscan/%s", date);
	}
	if (r->run->run_id)
		emit_text(e, "guid", r->run->run_id);
	if (z) {
		emit_open(e, "properties", '{');
		emit_text(e, "azuredevops/pipeline/build/buildDefinitionId", z->definition_id);
		emit_text(e, "azuredevops/pipeline/build/buildDefinitionName", z->definition_name);
		emit_text(e, "azuredevops/pipeline/build/phaseId", z->phase_id);
		emit_text(e, "azuredevops/pipeline/build/phaseName", z->phase_name);
		emit_close(e, '}');
	}
	emit_close(e, '}');
}

/* Spec 3.14.14: without a uri, so that nobody's folders are told and the log is the same everywhere. */
void sarif_base_ids(struct emitter *e, const struct sarif *s) {
	emit_open(e, "originalUriBaseIds", '{');
	emit_open(e, "SRCROOT", '{');
	sarif_text_str(e, "description", "The root of the scanned target.");
	emit_close(e, '}');
	sarif_archive_bases(e, s);
	emit_close(e, '}');
}

void sarif_run_properties(struct emitter *e, const struct report *r) {
	char digest[FINDINGS_DIGEST_HEX + 1];

	findings_digest(r, digest);
	emit_open(e, "properties", '{');
	emit_text(e, "nhiscan/build", r->run->build);
	emit_text(e, "nhiscan/programSha256", r->run->program_sha256);
	emit_text(e, "nhiscan/runId", r->run->run_id);
	emit_text(e, "nhiscan/configuration", r->run->configuration);
	emit_text(e, "nhiscan/baseline", r->run->baseline);
	emit_number(e, "nhiscan/rulesActive", r->run->rules_active ? r->run->rules_active : r->nrules);
	assessed_emit(e, "nhiscan/assessed", r);
	json_part_scope(e, r);
	emit_text(e, "nhiscan/rulesDigest", r->run->rules_digest);
	emit_text(e, "nhiscan/fingerprintScope", r->run->key_is_per_run ? "run" : "key");
	emit_text(e, "nhiscan/fingerprintKeyId", r->run->key_id);
	emit_text(e, "nhiscan/failOn", r->run->fail_on_none ? "none" : severity_name(r->run->fail_on));
	emit_text(e, "nhiscan/gateConfidence", confidence_name(r->run->gate_confidence));
	emit_number(e, "nhiscan/withheld", r->run->withheld);
	emit_text(e, "nhiscan/findingsSha256", digest);
	emit_text(e, "nhiscan/integrity", INTEGRITY_TEXT);
	emit_number(e, "nhiscan/noticesDropped", coverage_notices_dropped(r->coverage));
	emit_close(e, '}');
}
