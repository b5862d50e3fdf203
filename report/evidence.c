/* The rows of evidence. Scope, coverage and what was assessed have tables of their own in the formats. */
#include "report/evidence.h"

#include "core/buf.h"
#include "report/digest.h"

static const char *joined(struct arena *a, const char *const *at, size_t n) {
	struct buf b = {0};
	const char *text;

	for (size_t i = 0; i < n; i++)
		buf_printf(&b, "%s%s", i ? " " : "", at[i]);
	text = arena_str(a, buf_slice(&b));
	buf_free(&b);
	return text;
}

static const char *date(struct arena *a, int64_t t) {
	char text[DATE_TEXT_MAX];
	date_format(t, text);
	return arena_str(a, slice_str(text));
}

static const char *thresholds(struct arena *a, const struct report_run *run) {
	return arena_printf(a, "fails on %s, confidence %s or more%s; listed from confidence %s",
		run->fail_on_none ? "nothing" : severity_name(run->fail_on), confidence_name(run->gate_confidence),
		run->fail_on_new ? ", only what is new" : "", confidence_name(run->min_confidence));
}

static const char *policies(struct arena *a, const struct report_run *run) {
	struct buf b = {0};
	const char *text;

	for (size_t i = 0; i < run->npolicies; i++)
		buf_printf(&b, "%s%s fails on %s", i ? "; " : "", run->policies[i].name,
			run->policies[i].fail_on_none ? "nothing" : severity_name(run->policies[i].fail_on));
	text = arena_str(a, buf_slice(&b));
	buf_free(&b);
	return text;
}

void evidence_when(struct buf *b, const char *what, struct when w) {
	char text[DATE_TEXT_MAX];

	if (w.state != WHEN_AT)
		return;
	date_format(w.at, text);
	buf_printf(b, "%s%s", what, text);
}

static const char *exports(struct arena *a, const struct report_exports *x) {
	struct buf b = {0};
	const char *text;

	evidence_when(&b, "ages as of ", x->as_of);
	buf_printf(&b, " (%s)", x->as_of_source);
	evidence_when(&b, ", generated ", x->generated);
	buf_add_str(&b, "; accounts:");
	for (size_t i = 0; i < x->naccounts; i++)
		buf_printf(&b, "%s %s", i ? "," : "", x->accounts[i]);
	buf_add_str(&b, "; read:");
	for (size_t i = 0; i < x->nkinds; i++)
		buf_printf(&b, "%s %s %llu", i ? "," : "", x->kinds[i].name, (unsigned long long)x->kinds[i].values);
	text = arena_str(a, buf_slice(&b));
	buf_free(&b);
	return text;
}

size_t evidence_rows(const struct report *r, struct arena *a, struct evidence_row out[EVIDENCE_ROWS_MAX]) {
	const struct report_run *run = r->run;
	char digest[FINDINGS_DIGEST_HEX + 1];
	size_t n = 0;

	out[n++] = (struct evidence_row){"Tool", arena_printf(a, "nhiscan %s", run->version)};
	out[n++] = (struct evidence_row){"Build", run->build};
	out[n++] = (struct evidence_row){"SHA-256 of the program", run->program_sha256};
	out[n++] = (struct evidence_row){
		"Rules", arena_printf(a, "%llu active, digest %s",
				 (unsigned long long)(run->rules_active ? run->rules_active : r->nrules),
				 run->rules_digest ? run->rules_digest : "")};
	out[n++] = (struct evidence_row){"Configuration", run->configuration ? run->configuration : "none"};
	out[n++] = (struct evidence_row){
		"Command line", arena_printf(a, "nhiscan %s", joined(a, run->arguments, run->narguments))};
	out[n++] = (struct evidence_row){"Run", run->run_id};
	out[n++] = (struct evidence_row){"Started", date(a, run->started)};
	out[n++] = (struct evidence_row){"Ended", date(a, run->ended)};
	out[n++] = (struct evidence_row){
		"Exit status", arena_printf(a, "%d, %s%s", run->exit_code, run->exit_reason ? run->exit_reason : "",
				       run->interrupted ? ", interrupted" : "")};
	out[n++] = (struct evidence_row){"Thresholds", thresholds(a, run)};
	if (run->npolicies)
		out[n++] = (struct evidence_row){"Policies", policies(a, run)};
	if (run->baseline)
		out[n++] = (struct evidence_row){"Baseline", run->baseline};
	if (run->exports)
		out[n++] = (struct evidence_row){"Exports", exports(a, run->exports)};
	out[n++] = (struct evidence_row){"Fingerprints",
		run->key_is_per_run ? "drawn for this run alone: ids of other reports cannot be compared"
				    : arena_printf(a, "key %s", run->key_id)};
	findings_digest(r, digest);
	out[n++] = (struct evidence_row){"SHA-256 of the findings", arena_str(a, slice_str(digest))};
	out[n++] = (struct evidence_row){"Integrity", INTEGRITY_TEXT};
	return n;
}
