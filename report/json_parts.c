/* The objects of nhiscan-report/1 apart from findings: tool, run, summary, coverage, rules.
 * Findings are in json_finding.c, the order of a document in json.c and jsonl.c. */
#include "report/json_parts.h"

#include "report/assessed.h"
#include "report/digest.h"

void json_part_tool(struct emitter *e, const struct report *r) {
	emit_open(e, "tool", '{');
	emit_text(e, "name", "nhiscan");
	emit_text(e, "version", r->run->version);
	emit_text(e, "build", r->run->build);
	emit_text(e, "sha256", r->run->program_sha256);
	emit_close(e, '}');
}

static void add_targets(struct emitter *e, const struct report_run *run) {
	emit_open(e, "targets", '[');
	for (size_t i = 0; i < run->ntargets; i++) {
		const struct report_target *t = &run->targets[i];
		emit_open(e, NULL, '{');
		emit_text(e, "name", t->name);
		emit_text(e, "kind", t->kind);
		emit_text(e, "head", t->head);
		emit_text(e, "branch", t->branch);
		emit_text(e, "remote", t->remote);
		emit_text(e, "sha256", t->sha256);
		if (t->prefix && *t->prefix)
			emit_text(e, "prefix", t->prefix);
		if (t->run)
			emit_text(e, "run", t->run);
		emit_number(e, "commits", t->commits);
		emit_boolean(e, "shallow", t->is_shallow);
		emit_boolean(e, "partial", t->is_partial);
		emit_open(e, "refs", '[');
		for (size_t k = 0; k < t->nrefs; k++) {
			emit_open(e, NULL, '{');
			emit_text(e, "name", t->refs[k].name);
			emit_text(e, "id", t->refs[k].id);
			emit_close(e, '}');
		}
		emit_close(e, ']');
		emit_number(e, "refs_total", t->refs_total);
		emit_close(e, '}');
	}
	emit_close(e, ']');
}

static void add_exports(struct emitter *e, const struct report_run *run) {
	const struct report_exports *x = run->exports;

	if (!x) {
		emit_text(e, "exports", NULL);
		return;
	}
	emit_open(e, "exports", '{');
	emit_when(e, "as_of", x->as_of);
	emit_text(e, "as_of_source", x->as_of_source);
	emit_when(e, "generated", x->generated);
	emit_open(e, "accounts", '[');
	for (size_t i = 0; i < x->naccounts; i++)
		emit_text(e, NULL, x->accounts[i]);
	emit_close(e, ']');
	emit_open(e, "kinds", '[');
	for (size_t i = 0; i < x->nkinds; i++) {
		emit_open(e, NULL, '{');
		emit_text(e, "name", x->kinds[i].name);
		emit_number(e, "values", x->kinds[i].values);
		emit_close(e, '}');
	}
	emit_close(e, ']');
	emit_close(e, '}');
}

void json_part_run(struct emitter *e, const struct report *r) {
	const struct report_run *run = r->run;

	emit_open(e, "run", '{');
	add_targets(e, run);
	emit_time(e, "started", run->started);
	emit_time(e, "ended", run->ended);
	emit_open(e, "arguments", '[');
	for (size_t i = 0; i < run->narguments; i++)
		emit_text(e, NULL, run->arguments[i]);
	emit_close(e, ']');
	emit_open(e, "exit", '{');
	emit_number(e, "code", (uint64_t)run->exit_code);
	emit_text(e, "reason", run->exit_reason);
	emit_close(e, '}');
	emit_boolean(e, "interrupted", run->interrupted);
	emit_text(e, "rules_digest", run->rules_digest);
	emit_number(e, "rules_active", run->rules_active ? run->rules_active : r->nrules);
	emit_open(e, "fingerprint", '{');
	emit_text(e, "scope", run->key_is_per_run ? "run" : "key");
	emit_text(e, "key_id", run->key_id);
	emit_close(e, '}');
	emit_open(e, "gate", '{');
	emit_text(e, "fail_on", run->fail_on_none ? "none" : severity_name(run->fail_on));
	emit_text(e, "confidence", confidence_name(run->gate_confidence));
	emit_boolean(e, "only_new", run->fail_on_new);
	emit_text(e, "baseline", run->baseline);
	emit_close(e, '}');
	emit_open(e, "policies", '[');
	for (size_t i = 0; i < run->npolicies; i++) {
		emit_open(e, NULL, '{');
		emit_text(e, "name", run->policies[i].name);
		emit_text(
			e, "fail_on", run->policies[i].fail_on_none ? "none" : severity_name(run->policies[i].fail_on));
		emit_text(e, "confidence", confidence_name(run->policies[i].confidence));
		emit_close(e, '}');
	}
	emit_close(e, ']');
	emit_text(e, "min_confidence", confidence_name(run->min_confidence));
	emit_text(e, "configuration", run->configuration);
	emit_text(e, "run_id", run->run_id);
	add_exports(e, run);
	emit_close(e, '}');
}

/* Totals under their names; zeros are left out unless `all`. */
static void add_totals(
	struct emitter *e, const char *key, const uint64_t *n, size_t count, const char *(*name)(unsigned), bool all) {
	emit_open(e, key, '{');
	for (unsigned i = 0; i < count; i++)
		if (all || n[i])
			emit_number(e, name(i), n[i]);
	emit_close(e, '}');
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
static const char *name_of_skip(unsigned i) {
	return skip_name((enum skip)i);
}

void json_part_summary(struct emitter *e, const struct report *r) {
	char digest[FINDINGS_DIGEST_HEX + 1];
	struct counts c;

	counts_take(&c, r);
	emit_number(e, "findings", c.findings);
	emit_number(e, "suppressed", c.suppressed);
	emit_number(e, "gate", c.gate);
	emit_number(e, "withheld", r->run->withheld);
	add_totals(e, "severity", c.severity, SEVERITY_COUNT, name_of_severity, true);
	add_totals(e, "confidence", c.confidence, CONFIDENCE_COUNT, name_of_confidence, true);
	add_totals(e, "verdict", c.verdict, VERDICT_COUNT, name_of_verdict, false);
	add_totals(e, "nhi", c.nhi, NHI_COUNT, nhi_id, true);
	add_totals(e, "place", c.place, PLACE_COUNT, name_of_place, false);
	assessed_emit(e, "assessed", r);
	findings_digest(r, digest);
	emit_open(e, "integrity", '{');
	emit_text(e, "findings_sha256", digest);
	emit_text(e, "verify", INTEGRITY_TEXT);
	emit_close(e, '}');
}

static void add_units(struct emitter *e, const struct report *r) {
	emit_open(e, "units", '{');
	for (unsigned u = 0; u < UNIT_COUNT; u++) {
		struct unit_count n = coverage_unit(r->coverage, (enum unit)u);
		emit_open(e, unit_name((enum unit)u), '{');
		emit_number(e, "seen", n.seen);
		emit_number(e, "read", n.read);
		emit_number(e, "bytes", n.bytes);
		add_totals(e, "skipped", n.skipped, SKIP_COUNT, name_of_skip, false);
		emit_close(e, '}');
	}
	emit_close(e, '}');
}

void json_part_coverage(struct emitter *e, const struct report *r) {
	const struct notice *notices = NULL;
	size_t n = coverage_notices(r->coverage, &notices);

	emit_boolean(e, "complete", !coverage_is_incomplete(r->coverage) && !r->run->interrupted);
	add_units(e, r);
	emit_open(e, "notices", '[');
	for (size_t i = 0; i < n; i++) {
		emit_open(e, NULL, '{');
		emit_text(e, "code", notices[i].code);
		emit_text(e, "where", notices[i].where);
		emit_text(e, "detail", notices[i].detail);
		emit_boolean(e, "incomplete", notices[i].incomplete);
		emit_close(e, '}');
	}
	emit_close(e, ']');
	emit_number(e, "notices_dropped", coverage_notices_dropped(r->coverage));
}

void json_part_scope(struct emitter *e, const struct report *r) {
	emit_open(e, "nhiscan/scope", '{');
	add_targets(e, r->run);
	add_exports(e, r->run);
	emit_close(e, '}');
	emit_open(e, "nhiscan/coverage", '{');
	add_units(e, r);
	emit_close(e, '}');
}

void json_part_layer(struct emitter *e, const char *key, const struct layer_note *l) {
	emit_open(e, key, '{');
	emit_text(e, "image", l->image);
	emit_number(e, "number", l->layer);
	emit_number(e, "of", l->layers);
	emit_text(e, "digest", l->digest);
	emit_text(e, "command", l->command);
	emit_text(e, "fate", l->fate ? l->fate : "present");
	if (l->fate)
		emit_number(e, "fate_layer", l->fate_layer);
	emit_close(e, '}');
}

void json_part_nhi(struct emitter *e, const struct rule *rule) {
	emit_open(e, "nhi", '[');
	for (unsigned i = 0; i < NHI_COUNT; i++)
		if (rule->nhi & (1u << i))
			emit_text(e, NULL, nhi_id(i));
	emit_close(e, ']');
}

void json_part_cwe(struct emitter *e, const struct rule *rule) {
	emit_open(e, "cwe", '[');
	for (size_t i = 0; i < rule->ncwe; i++)
		emit_printf(e, NULL, "CWE-%u", rule->cwe[i]);
	emit_close(e, ']');
}

void json_part_rule(struct emitter *e, const struct rule *rule) {
	emit_text(e, "id", rule->id);
	emit_text(e, "title", rule->title);
	emit_text(e, "service", rule->service);
	emit_text(e, "severity", severity_name(rule->severity));
	emit_text(e, "confidence", confidence_name(rule->confidence));
	emit_text(e, "kind", secret_kind_name(rule->kind));
	json_part_nhi(e, rule);
	json_part_cwe(e, rule);
	emit_text(e, "fix", rule->fix);
	emit_text(e, "reference", rule->reference);
	emit_open(e, "tags", '[');
	for (size_t i = 0; i < rule->ntags; i++)
		emit_text(e, NULL, rule->tags[i]);
	emit_close(e, ']');
	emit_boolean(e, "checked", rule->nchecks > 0);
	emit_text(e, "on", rule->facts ? rule->facts->on : NULL);
}
