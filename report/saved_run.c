/* A saved report: the run it tells of, its coverage, and that it is whole. Findings are in saved_finding.c. */
#include "report/saved_json.h"

#include "report/counts.h"
#include "report/digest.h"
#include "report/json_parts.h"

#include <errno.h>
#include <stdlib.h>

static void take_refs(struct saved *s, const json_t *v, struct report_target *t) {
	const json_t *list = json_object_get(v, "refs"), *ref;
	struct report_ref *at = ARENA_NEW_N(&s->arena, struct report_ref, json_array_size(list));
	size_t i;

	json_array_foreach(list, i, ref) {
		const char *name = saved_text(s, ref, "name"), *id = saved_id(s, ref, "id", "");
		at[i] = (struct report_ref){name ? name : "", id ? id : ""};
	}
	t->refs = at;
	t->nrefs = json_array_size(list);
	t->refs_total = saved_number(v, "refs_total");
	t->commits = saved_number(v, "commits");
	t->is_shallow = saved_truth(v, "shallow");
	t->is_partial = saved_truth(v, "partial");
}

static void take_exports(struct saved *s, const json_t *v) {
	const json_t *list = json_object_get(v, "kinds"), *kind;
	struct report_exports *x;
	struct report_export_kind *kinds;
	const char *source;
	size_t i;

	if (!json_is_object(v))
		return;
	x = ARENA_NEW(&s->arena, struct report_exports);
	kinds = ARENA_NEW_N(&s->arena, struct report_export_kind, json_array_size(list));
	source = saved_text(s, v, "as_of_source");
	*x = (struct report_exports){.as_of_source = source ? source : "",
		.as_of = saved_when(v, "as_of"),
		.generated = saved_when(v, "generated"),
		.kinds = kinds,
		.nkinds = json_array_size(list)};
	x->accounts = saved_texts(s, json_object_get(v, "accounts"), &x->naccounts);
	json_array_foreach(list, i, kind) {
		const char *name = saved_text(s, kind, "name");
		kinds[i] = (struct report_export_kind){name ? name : "", saved_number(kind, "values")};
	}
	s->run.exports = x;
}

static void take_targets(struct saved *s, const json_t *list) {
	struct report_target *at = ARENA_NEW_N(&s->arena, struct report_target, json_array_size(list));
	const json_t *v;
	size_t i;

	json_array_foreach(list, i, v) {
		const char *name = saved_text(s, v, "name"), *kind = saved_id(s, v, "kind", "-");
		at[i] = (struct report_target){.name = name ? name : "",
			.kind = kind ? kind : "file",
			.head = saved_id(s, v, "head", ""),
			.branch = saved_text(s, v, "branch"),
			.remote = saved_text(s, v, "remote"),
			.sha256 = saved_id(s, v, "sha256", ""),
			.prefix = saved_text(s, v, "prefix"),
			.run = saved_id(s, v, "run", "-")};
		take_refs(s, v, &at[i]);
	}
	s->run.targets = at;
	s->run.ntargets = json_array_size(list);
}

/* A threshold: a severity, or "none" in so many words. A report that names none has been changed, and must not pass for it. */
static int take_threshold(struct saved *s, const json_t *v, enum severity *severity, bool *none,
	enum confidence *confidence, struct error *err) {
	const char *name = json_string_value(json_object_get(v, "fail_on"));
	int at = saved_choice(v, "fail_on", saved_severity_name, SEVERITY_COUNT);
	int sure = saved_choice(v, "confidence", saved_confidence_name, CONFIDENCE_COUNT);

	*none = name && strcmp(name, "none") == 0;
	if ((at < 0 && !*none) || sure < 0)
		return saved_wrong(s, err, sure < 0 ? "gate.confidence" : "gate.fail_on");
	*severity = at < 0 ? SEVERITY_INFO : (enum severity)at;
	*confidence = (enum confidence)sure;
	return 0;
}

static int take_policies(struct saved *s, const json_t *list, struct error *err) {
	struct policy *at = ARENA_NEW_N(&s->arena, struct policy, json_array_size(list));
	const json_t *v;
	size_t i;

	json_array_foreach(list, i, v) {
		const char *name = saved_text(s, v, "name");
		at[i].name = name ? name : "";
		if (take_threshold(s, v, &at[i].fail_on, &at[i].fail_on_none, &at[i].confidence, err) < 0)
			return -1;
	}
	s->run.policies = at;
	s->run.npolicies = json_array_size(list);
	return 0;
}

static int take_gate(struct saved *s, const json_t *gate, struct error *err) {
	s->run.fail_on_new = saved_truth(gate, "only_new");
	s->run.baseline = saved_text(s, gate, "baseline");
	return take_threshold(s, gate, &s->run.fail_on, &s->run.fail_on_none, &s->run.gate_confidence, err);
}

int saved_take_run(struct saved *s, const json_t *v, struct error *err) {
	static const char *const reasons[] = {"clean", "findings", "incomplete", "nothing-scanned"};
	const json_t *key = json_object_get(v, "fingerprint"), *ending = json_object_get(v, "exit");
	const char *scope = json_string_value(json_object_get(key, "scope"));
	const char *reason = json_string_value(json_object_get(ending, "reason"));
	int confidence = saved_choice(v, "min_confidence", saved_confidence_name, CONFIDENCE_COUNT);
	struct report_run *run = &s->run;

	if (!json_is_object(v) || !scope || !reason)
		return saved_wrong(s, err, "run");
	run->arguments = saved_texts(s, json_object_get(v, "arguments"), &run->narguments);
	run->started = saved_time(v, "started");
	run->ended = saved_time(v, "ended");
	run->interrupted = saved_truth(v, "interrupted");
	run->rules_digest = saved_id(s, v, "rules_digest", "");
	run->rules_active = saved_number(v, "rules_active");
	run->run_id = saved_id(s, v, "run_id", "-");
	run->configuration = saved_text(s, v, "configuration");
	run->key_id = saved_id(s, key, "key_id", "");
	run->key_is_per_run = strcmp(scope, "key") != 0;
	run->min_confidence = confidence < 0 ? CONFIDENCE_LOW : (enum confidence)confidence;
	run->exit_code = (int)saved_number(ending, "code");
	for (size_t i = 0; i < sizeof(reasons) / sizeof(*reasons); i++)
		if (strcmp(reasons[i], reason) == 0)
			run->exit_reason = reasons[i];
	if (!run->exit_reason || !run->key_id)
		return saved_wrong(s, err, run->key_id ? "exit" : "fingerprint");
	take_targets(s, json_object_get(v, "targets"));
	take_exports(s, json_object_get(v, "exports"));
	if (take_policies(s, json_object_get(v, "policies"), err) < 0 ||
		take_gate(s, json_object_get(v, "gate"), err) < 0)
		return -1;
	s->has_meta = true;
	return 0;
}

int saved_take_coverage(struct saved *s, const json_t *v, struct error *err) {
	const json_t *units = json_object_get(v, "units"), *notice;
	struct coverage *c = s->report.coverage;
	size_t i;

	if (!json_is_object(units))
		return saved_wrong(s, err, "units");
	for (unsigned u = 0; u < UNIT_COUNT; u++) {
		const json_t *unit = json_object_get(units, unit_name((enum unit)u)), *skipped;
		struct unit_count n = {
			saved_number(unit, "seen"), saved_number(unit, "read"), saved_number(unit, "bytes"), {0}};
		skipped = json_object_get(unit, "skipped");
		for (unsigned k = 0; k < SKIP_COUNT; k++)
			n.skipped[k] = saved_number(skipped, skip_name((enum skip)k));
		coverage_restore(c, (enum unit)u, &n);
	}
	json_array_foreach(json_object_get(v, "notices"), i, notice) {
		const char *code = saved_id(s, notice, "code", "-");
		if (code)
			coverage_note(c, code, saved_truth(notice, "incomplete"), saved_text(s, notice, "where"),
				saved_text(s, notice, "detail"));
	}
	coverage_restore_dropped(c, saved_number(v, "notices_dropped"));
	s->told_incomplete = json_is_false(json_object_get(v, "complete"));
	s->has_coverage = true;
	return 0;
}

/* What a later version leaves out is not compared. */
static void take_total(struct saved *s, const json_t *o, const char *key, enum saved_total which) {
	const json_t *v = json_object_get(o, key);

	s->totals[which] = (struct saved_told){json_is_integer(v), v ? saved_number(o, key) : 0};
}

int saved_take_summary(struct saved *s, const json_t *v, struct error *err) {
	const json_t *assessed = json_object_get(v, "assessed"), *risk;
	size_t i;

	(void)err;
	take_total(s, v, "findings", SAVED_FINDINGS);
	take_total(s, v, "suppressed", SAVED_SUPPRESSED);
	take_total(s, v, "gate", SAVED_GATE);
	for (unsigned k = 0; k < SEVERITY_COUNT; k++)
		take_total(s, json_object_get(v, "severity"), saved_severity_name(k), SAVED_SEVERITY + k);
	s->told_digest = saved_id(s, json_object_get(v, "integrity"), "findings_sha256", "");
	s->run.withheld = saved_number(v, "withheld");
	json_array_foreach(assessed, i, risk) {
		if (i < NHI_COUNT)
			s->rules_of_nhi[i] = saved_number(risk, "rules");
	}
	if (assessed)
		s->run.rules_of_nhi = s->rules_of_nhi;
	s->has_summary = true;
	return 0;
}

static int take_schema(struct saved *s, const json_t *v, struct error *err) {
	const char *name = json_string_value(v);

	if (name && strcmp(name, REPORT_SCHEMA) == 0)
		return 0;
	return error_set(
		err, ERR_USAGE, "%s:%u: not a report of nhiscan: its schema is not " REPORT_SCHEMA, s->file, s->line);
}

static int take_tool(struct saved *s, const json_t *v) {
	const char *version = saved_id(s, v, "version", ".+-~");
	s->run.version = version ? version : "0";
	s->run.build = saved_id(s, v, "build", "-.");
	s->run.program_sha256 = saved_id(s, v, "sha256", "");
	return 0;
}

static int take_record(struct saved *s, const json_t *v, struct error *err) {
	const char *type = json_string_value(json_object_get(v, "type"));

	if (!type)
		return saved_wrong(s, err, "type");
	if (strcmp(type, "meta") == 0)
		return take_schema(s, json_object_get(v, "schema"), err) < 0 ||
				       take_tool(s, json_object_get(v, "tool")) < 0
			       ? -1
			       : saved_take_run(s, json_object_get(v, "run"), err);
	if (strcmp(type, "finding") == 0)
		return saved_take_finding(s, v, err);
	if (strcmp(type, "rule") == 0)
		return saved_take_rule(s, v, err);
	if (strcmp(type, "coverage") == 0)
		return saved_take_coverage(s, v, err);
	if (strcmp(type, "summary") == 0)
		return saved_take_summary(s, v, err);
	return 0; /* of a later version */
}

static int take_value(struct saved *s, const char *member, const json_t *v, struct error *err) {
	if (!*member)
		return take_record(s, v, err);
	if (strcmp(member, "schema") == 0)
		return take_schema(s, v, err);
	if (strcmp(member, "tool") == 0)
		return take_tool(s, v);
	if (strcmp(member, "run") == 0)
		return saved_take_run(s, v, err);
	if (strcmp(member, "findings") == 0)
		return saved_take_finding(s, v, err);
	if (strcmp(member, "rules") == 0)
		return saved_take_rule(s, v, err);
	if (strcmp(member, "coverage") == 0)
		return saved_take_coverage(s, v, err);
	if (strcmp(member, "summary") == 0)
		return saved_take_summary(s, v, err);
	return 0;
}

static int take_part(void *ctx, const char *member, struct slice json, struct error *err) {
	struct saved *s = ctx;
	json_error_t why;
	json_t *v = json_loadb((const char *)json.p, json.n, JSON_DECODE_ANY | JSON_REJECT_DUPLICATES, &why);
	int rc;

	if (!v)
		return error_set(err, ERR_USAGE, "%s:%u: not JSON: %s", s->file, s->line, why.text);
	rc = take_value(s, member, v, err);
	json_decref(v);
	return rc;
}

static int rule_cmp(const void *pa, const void *pb) {
	const struct rule *const *a = pa, *const *b = pb;
	return strcmp((*a)->id, (*b)->id);
}

static int finding_qsort_cmp(const void *a, const void *b) {
	return finding_cmp(a, b);
}

/* The summary told the same totals. */
static int add_up(const struct saved *s, struct error *err) {
	static const char *const of[SAVED_SEVERITY] = {"findings", "suppressed findings", "findings that count"};
	uint64_t found[SAVED_TOTALS];
	char digest[FINDINGS_DIGEST_HEX + 1];
	struct counts c;

	counts_take(&c, &s->report);
	found[SAVED_FINDINGS] = c.findings;
	found[SAVED_SUPPRESSED] = c.suppressed;
	found[SAVED_GATE] = c.gate;
	memcpy(found + SAVED_SEVERITY, c.severity, sizeof(c.severity));
	for (unsigned i = 0; i < SAVED_TOTALS; i++)
		if (s->totals[i].known && s->totals[i].n != found[i])
			return error_set(err, ERR_FORMAT,
				"%s: its summary says %llu %s%s, and there are %llu: it was changed", s->file,
				(unsigned long long)s->totals[i].n,
				i < SAVED_SEVERITY ? of[i] : "findings of severity ",
				i < SAVED_SEVERITY ? "" : saved_severity_name(i - SAVED_SEVERITY),
				(unsigned long long)found[i]);
	findings_digest(&s->report, digest);
	if (s->told_digest && strcmp(s->told_digest, digest) != 0)
		return error_set(err, ERR_FORMAT,
			"%s: its findings are not those that its digest was made of (integrity.findings_sha256): it "
			"was changed",
			s->file);
	return 0;
}

static int settle(struct saved *s, struct error *err) {
	if (!s->has_meta)
		return error_set(err, ERR_USAGE, "%s: not a report of nhiscan: it tells of no run", s->file);
	if (s->has_coverage && !coverage_reconciles(s->report.coverage))
		return error_set(err, ERR_FORMAT, "%s: its coverage does not add up: it was changed", s->file);
	if (!s->has_summary || !s->has_coverage)
		coverage_note(s->report.coverage, "report-cut", true, s->file, "the report ends before its summary");
	if (s->told_incomplete && !s->run.interrupted && !coverage_is_incomplete(s->report.coverage))
		coverage_note(s->report.coverage, "report-incomplete", true, s->file,
			"the report says that the scan was not complete, for a reason that this version does not know");
	if (s->rules.n)
		qsort(s->rules.at, s->rules.n, sizeof(*s->rules.at), rule_cmp);
	if (s->findings.n)
		qsort(s->findings.at, s->findings.n, sizeof(*s->findings.at), finding_qsort_cmp);
	s->report.run = &s->run;
	s->report.findings = s->findings.at;
	s->report.nfindings = s->findings.n;
	s->report.rules = s->rules.at;
	s->report.nrules = s->rules.n;
	return s->has_summary ? add_up(s, err) : 0;
}

int saved_open(struct saved *s, const char *path, struct error *err) {
	FILE *in = strcmp(path, "-") == 0 ? stdin : fopen(path, "re");
	int rc;

	if (!in) {
		*s = (struct saved){.file = path};
		return error_errno(err, "%s", path);
	}
	rc = saved_read(s, in, path, err);
	if (in != stdin)
		fclose(in);
	return rc;
}

int saved_read(struct saved *s, FILE *in, const char *path, struct error *err) {
	int rc;

	*s = (struct saved){.file = path};
	s->report.coverage = coverage_new();
	rc = saved_split(in, take_part, s, &s->line, err);
	if (rc < 0 && !strstr(err->text, path))
		error_context(err, "%s", path);
	return rc < 0 ? -1 : settle(s, err);
}

void saved_close(struct saved *s) {
	coverage_free(s->report.coverage);
	VEC_FREE(&s->findings);
	VEC_FREE(&s->rules);
	map_free(&s->by_id);
	arena_free(&s->arena);
	*s = (struct saved){.file = NULL};
}
