/* The objects of nhiscan-report/1 apart from findings: tool, run, summary, coverage, rules.
 * Findings are in json_finding.c, the order of a document in json.c and jsonl.c. */
#include "report/json_parts.h"

json_t *json_part_tool(const struct report *r) {
	json_t *o = value_object();
	value_put(o, "name", value_text("nhiscan"));
	value_put(o, "version", value_text(r->run->version));
	return o;
}

static json_t *targets(const struct report_run *run) {
	json_t *a = value_array();
	for (size_t i = 0; i < run->ntargets; i++) {
		const struct report_target *t = &run->targets[i];
		json_t *o = value_object();
		value_put(o, "name", value_text(t->name));
		value_put(o, "kind", value_text(t->kind));
		value_put(o, "head", value_text(t->head));
		value_put(o, "branch", value_text(t->branch));
		value_put(o, "remote", value_text(t->remote));
		value_add(a, o);
	}
	return a;
}

static json_t *gate(const struct report_run *run) {
	json_t *o = value_object();
	value_put(o, "fail_on", value_text(run->fail_on_none ? "none" : severity_name(run->fail_on)));
	value_put(o, "confidence", value_text(confidence_name(run->gate_confidence)));
	return o;
}

json_t *json_part_run(const struct report *r) {
	const struct report_run *run = r->run;
	json_t *o = value_object(), *arguments = value_array(), *exit_status = value_object(), *key = value_object();

	for (size_t i = 0; i < run->narguments; i++)
		value_add(arguments, value_text(run->arguments[i]));
	value_put(exit_status, "code", value_number((uint64_t)run->exit_code));
	value_put(exit_status, "reason", value_text(run->exit_reason));
	value_put(key, "scope", value_text(run->key_is_per_run ? "run" : "key"));
	value_put(key, "key_id", value_text(run->key_id));

	value_put(o, "targets", targets(run));
	value_put(o, "started", value_time(run->started));
	value_put(o, "ended", value_time(run->ended));
	value_put(o, "arguments", arguments);
	value_put(o, "exit", exit_status);
	value_put(o, "interrupted", json_boolean(run->interrupted));
	value_put(o, "rules_digest", value_text(run->rules_digest));
	value_put(o, "rules_active", value_number(r->nrules));
	value_put(o, "fingerprint", key);
	value_put(o, "gate", gate(run));
	value_put(o, "min_confidence", value_text(confidence_name(run->min_confidence)));
	return o;
}

/* Totals under the names of `name`; zeros are left out unless `all`. */
static json_t *totals(const uint64_t *n, size_t count, const char *(*name)(unsigned), bool all) {
	json_t *o = value_object();
	for (unsigned i = 0; i < count; i++)
		if (all || n[i])
			value_put(o, name(i), value_number(n[i]));
	return o;
}

static const char *name_of_severity(unsigned i) {
	return severity_name((enum severity)i);
}
static const char *name_of_confidence(unsigned i) {
	return confidence_name((enum confidence)i);
}
static const char *name_of_verdict(unsigned i) {
	return verdict_name((enum verdict)i);
}
static const char *name_of_place(unsigned i) {
	return place_name((enum place)i);
}

json_t *json_part_summary(const struct report *r, const struct counts *c) {
	json_t *o = value_object();
	value_put(o, "findings", value_number(c->findings));
	value_put(o, "suppressed", value_number(c->suppressed));
	value_put(o, "gate", value_number(c->gate));
	value_put(o, "withheld", value_number(r->run->withheld));
	value_put(o, "severity", totals(c->severity, SEVERITY_COUNT, name_of_severity, true));
	value_put(o, "confidence", totals(c->confidence, CONFIDENCE_COUNT, name_of_confidence, true));
	value_put(o, "verdict", totals(c->verdict, VERDICT_COUNT, name_of_verdict, false));
	value_put(o, "nhi", totals(c->nhi, NHI_COUNT, nhi_id, true));
	value_put(o, "place", totals(c->place, PLACE_COUNT, name_of_place, false));
	return o;
}

static json_t *units(const struct report *r) {
	json_t *o = value_object();
	for (unsigned u = 0; u < UNIT_COUNT; u++) {
		struct unit_count n = coverage_unit(r->coverage, (enum unit)u);
		json_t *unit = value_object(), *skipped = value_object();
		for (unsigned s = 0; s < SKIP_COUNT; s++)
			if (n.skipped[s])
				value_put(skipped, skip_name((enum skip)s), value_number(n.skipped[s]));
		value_put(unit, "seen", value_number(n.seen));
		value_put(unit, "read", value_number(n.read));
		value_put(unit, "bytes", value_number(n.bytes));
		value_put(unit, "skipped", skipped);
		value_put(o, unit_name((enum unit)u), unit);
	}
	return o;
}

json_t *json_part_coverage(const struct report *r) {
	const struct notice *notices = NULL;
	size_t n = coverage_notices(r->coverage, &notices);
	json_t *o = value_object(), *list = value_array();

	for (size_t i = 0; i < n; i++) {
		json_t *notice = value_object();
		value_put(notice, "code", value_text(notices[i].code));
		value_put(notice, "where", value_text(notices[i].where));
		value_put(notice, "detail", value_text(notices[i].detail));
		value_put(notice, "incomplete", json_boolean(notices[i].incomplete));
		value_add(list, notice);
	}
	value_put(o, "complete", json_boolean(!coverage_is_incomplete(r->coverage) && !r->run->interrupted));
	value_put(o, "units", units(r));
	value_put(o, "notices", list);
	value_put(o, "notices_dropped", value_number(coverage_notices_dropped(r->coverage)));
	return o;
}

json_t *json_part_nhi(const struct rule *rule) {
	json_t *a = value_array();
	for (unsigned i = 0; i < NHI_COUNT; i++)
		if (rule->nhi & (1u << i))
			value_add(a, value_text(nhi_id(i)));
	return a;
}

json_t *json_part_cwe(const struct rule *rule) {
	json_t *a = value_array();
	for (size_t i = 0; i < rule->ncwe; i++)
		value_add(a, value_printf("CWE-%u", rule->cwe[i]));
	return a;
}

json_t *json_part_rule(const struct rule *rule) {
	json_t *o = value_object(), *tags = value_array();

	for (size_t i = 0; i < rule->ntags; i++)
		value_add(tags, value_text(rule->tags[i]));
	value_put(o, "id", value_text(rule->id));
	value_put(o, "title", value_text(rule->title));
	value_put(o, "service", value_text(rule->service));
	value_put(o, "severity", value_text(severity_name(rule->severity)));
	value_put(o, "confidence", value_text(confidence_name(rule->confidence)));
	value_put(o, "kind", value_text(secret_kind_name(rule->kind)));
	value_put(o, "nhi", json_part_nhi(rule));
	value_put(o, "cwe", json_part_cwe(rule));
	value_put(o, "fix", value_text(rule->fix));
	value_put(o, "reference", value_text(rule->reference));
	value_put(o, "tags", tags);
	return o;
}
