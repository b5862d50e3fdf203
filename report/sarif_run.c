/* What a SARIF log says about the run: invocation and its notifications (the coverage), provenance, automation.
 * What was found is in sarif_results.c. */
#include "report/sarif.h"

#include "core/memory.h"
#include "core/text.h"
#include "report/uri.h"
#include "report/wording.h"

#include <stdlib.h>

/* Notices come sorted by code. An interruption is one too. */
void sarif_codes_take(struct sarif *s) {
	const struct notice *notices = NULL;
	size_t n = coverage_notices(s->r->coverage, &notices);

	s->codes = mem_alloc_n(n + 1, sizeof(*s->codes));
	for (size_t i = 0; i < n; i++)
		if (i == 0 || strcmp(notices[i].code, notices[i - 1].code) != 0)
			s->codes[s->ncodes++] = notices[i].code;
	if (s->r->run->interrupted)
		s->codes[s->ncodes++] = "interrupted";
}

json_t *sarif_notification_descriptors(const struct sarif *s) {
	json_t *a = value_array();

	for (size_t i = 0; i < s->ncodes; i++) {
		json_t *o = value_object();
		struct buf name = {0}, text = {0};
		wording_pascal(&name, s->codes[i]);
		buf_add_str(&name, "Notice"); /* a name that differs from the id */
		buf_printf(&text, "Notice about the scan: %s.", s->codes[i]);
		for (size_t k = 0; k < text.n; k++)
			if (text.p[k] == '-')
				text.p[k] = ' ';
		value_put(o, "id", value_text(s->codes[i]));
		value_put(o, "name", value_text(buf_cstr(&name)));
		value_put(o, "shortDescription", sarif_text(buf_slice(&text)));
		value_put(o, "fullDescription", sarif_text(buf_slice(&text)));
		value_add(a, o);
		buf_free(&name);
		buf_free(&text);
	}
	return a;
}

static json_t *notification(const char *code, size_t index, bool incomplete, struct slice text) {
	json_t *o = value_object(), *descriptor = value_object();
	value_put(descriptor, "id", value_text(code));
	value_put(descriptor, "index", value_number(index));
	value_put(o, "descriptor", descriptor);
	value_put(o, "level", value_text(incomplete ? "warning" : "note"));
	value_put(o, "message", sarif_text(text));
	return o;
}

static json_t *notifications(const struct sarif *s) {
	const struct notice *notices = NULL;
	size_t n = coverage_notices(s->r->coverage, &notices), code = 0;
	json_t *a = value_array();

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
		value_add(a, notification(notices[i].code, code, notices[i].incomplete, buf_slice(&b)));
		buf_free(&b);
	}
	if (s->r->run->interrupted)
		value_add(a, notification("interrupted", s->ncodes - 1, true,
				     slice_str("The scan was interrupted; the log holds what was found until then.")));
	return a;
}

json_t *sarif_invocation(const struct sarif *s) {
	const struct report_run *run = s->r->run;
	json_t *o = value_object(), *arguments = value_array();

	for (size_t i = 0; i < run->narguments; i++)
		value_add(arguments, value_text(run->arguments[i]));
	value_put(o, "executionSuccessful", json_boolean(!coverage_is_incomplete(s->r->coverage) && !run->interrupted));
	value_put(o, "exitCode", value_number((uint64_t)run->exit_code));
	value_put(o, "exitCodeDescription", value_text(run->exit_reason));
	value_put(o, "startTimeUtc", value_time(run->started));
	value_put(o, "endTimeUtc", value_time(run->ended));
	value_put(o, "arguments", arguments);
	value_put(o, "toolExecutionNotifications", notifications(s));
	return o;
}

/* Spec 3.23.3: repositoryUri is required, so a repository without a remote has no entry. */
json_t *sarif_provenance(const struct report *r) {
	json_t *a = value_array();

	for (size_t i = 0; i < r->run->ntargets; i++) {
		const struct report_target *t = &r->run->targets[i];
		struct buf uri = {0};
		if (t->remote && uri_add_remote(&uri, slice_str(t->remote))) {
			json_t *o = value_object(), *mapped = value_object();
			value_put(o, "repositoryUri", value_bytes(buf_slice(&uri)));
			if (t->head)
				value_put(o, "revisionId", value_text(t->head));
			if (t->branch)
				value_put(o, "branch", value_text(t->branch));
			value_put(mapped, "uriBaseId", value_text("SRCROOT"));
			if (r->run->ntargets == 1)
				value_put(o, "mappedTo", mapped);
			else
				json_decref(mapped);
			value_add(a, o);
		}
		buf_free(&uri);
	}
	if (json_array_size(a))
		return a;
	json_decref(a);
	return NULL;
}

/* GitHub: "category/run-id". */
json_t *sarif_automation(const struct report *r) {
	char date[DATE_TEXT_MAX];
	json_t *o = value_object();
	date_format(r->run->started, date);
	value_put(o, "id", value_printf("nhiscan/%s", date));
	return o;
}

/* Spec 3.14.14: without a uri, so that nobody's folders are told and the log is the same everywhere. */
json_t *sarif_base_ids(void) {
	json_t *o = value_object(), *root = value_object();
	value_put(root, "description", sarif_text_str("The root of the scanned target."));
	value_put(o, "SRCROOT", root);
	return o;
}

json_t *sarif_run_properties(const struct report *r) {
	json_t *o = value_object();
	value_put(o, "nhiscan/rulesDigest", value_text(r->run->rules_digest));
	value_put(o, "nhiscan/fingerprintScope", value_text(r->run->key_is_per_run ? "run" : "key"));
	value_put(o, "nhiscan/fingerprintKeyId", value_text(r->run->key_id));
	value_put(o, "nhiscan/failOn", value_text(r->run->fail_on_none ? "none" : severity_name(r->run->fail_on)));
	value_put(o, "nhiscan/gateConfidence", value_text(confidence_name(r->run->gate_confidence)));
	value_put(o, "nhiscan/withheld", value_number(r->run->withheld));
	value_put(o, "nhiscan/noticesDropped", value_number(coverage_notices_dropped(r->coverage)));
	return o;
}
