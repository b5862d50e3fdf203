/* Joining and comparing saved reports. How they are read: saved.h; what they may do to an exit status: cmd/saved_reports.c. */
#include "report/join.h"

#include "report/counts.h"
#include "report/join_parts.h"

#include <stdlib.h>

/* What differs between two reports first; the same for the same report. */
static int saved_cmp(const void *pa, const void *pb) {
	const struct saved *a = pa, *b = pb;
	const struct report_run *x = &a->run, *y = &b->run;
	const char *xt = x->ntargets ? x->targets[0].name : "", *yt = y->ntargets ? y->targets[0].name : "";
	int d = strcmp(xt, yt);

	if (d == 0)
		d = strcmp(x->run_id ? x->run_id : "", y->run_id ? y->run_id : "");
	if (d == 0 && x->started != y->started)
		d = x->started < y->started ? -1 : 1;
	if (d == 0 && a->findings.n != b->findings.n)
		d = a->findings.n < b->findings.n ? -1 : 1;
	return d ? d : strcmp(a->file, b->file);
}

static void join_coverage(struct coverage *to, struct coverage *from) {
	const struct notice *notices = NULL;
	size_t n = coverage_notices(from, &notices);

	for (unsigned u = 0; u < UNIT_COUNT; u++) {
		struct unit_count c = coverage_unit(from, (enum unit)u);
		coverage_restore(to, (enum unit)u, &c);
	}
	for (size_t i = 0; i < n; i++)
		coverage_note(to, notices[i].code, notices[i].incomplete, notices[i].where, notices[i].detail);
	coverage_restore_dropped(to, coverage_notices_dropped(from));
}

/* Adds what `from` has to `to`, each account and kind once; `known` maps both to their index. */
static void add_exports(struct report_exports *to, const char **accounts, struct report_export_kind *kinds,
	struct map known[2], const struct report_exports *from) {
	bool added;

	for (size_t i = 0; i < from->naccounts; i++) {
		map_put(&known[0], slice_str(from->accounts[i]), &added);
		if (added)
			accounts[to->naccounts++] = from->accounts[i];
	}
	for (size_t i = 0; i < from->nkinds; i++) {
		struct map_entry *e = map_put(&known[1], slice_str(from->kinds[i].name), &added);
		if (added) {
			e->value.num = to->nkinds;
			kinds[to->nkinds++] = (struct report_export_kind){from->kinds[i].name, 0};
		}
		kinds[e->value.num].values += from->kinds[i].values;
	}
}

/* What several reports read of exports: their accounts and values together, the oldest moment, since no report is younger than that. */
static void join_exports(struct joined *j, const struct report_exports *x) {
	const struct report_exports *old = j->run.exports;
	struct report_exports *to;
	struct map known[2] = {0};
	const char **accounts;
	struct report_export_kind *kinds;

	if (!x || !old) {
		j->run.exports = old ? old : x;
		return;
	}
	to = ARENA_NEW(&j->arena, struct report_exports);
	accounts = ARENA_NEW_N(&j->arena, const char *, old->naccounts + x->naccounts);
	kinds = ARENA_NEW_N(&j->arena, struct report_export_kind, old->nkinds + x->nkinds);
	*to = *old;
	if (x->as_of.state == WHEN_AT && (to->as_of.state != WHEN_AT || x->as_of.at < to->as_of.at)) {
		to->as_of = x->as_of;
		to->as_of_source = x->as_of_source;
	}
	if (x->generated.state == WHEN_AT && (to->generated.state != WHEN_AT || x->generated.at < to->generated.at))
		to->generated = x->generated;
	to->naccounts = to->nkinds = 0;
	add_exports(to, accounts, kinds, known, old);
	add_exports(to, accounts, kinds, known, x);
	map_free(&known[0]);
	map_free(&known[1]);
	to->accounts = accounts;
	to->kinds = kinds;
	j->run.exports = to;
}

static void join_run(struct joined *j, const struct report_run *r, bool first) {
	struct report_run *to = &j->run;

	if (first) {
		*to = *r;
		to->narguments = 0;
		to->rules_of_nhi = NULL;
	} else {
		to->started = r->started < to->started ? r->started : to->started;
		to->ended = r->ended > to->ended ? r->ended : to->ended;
		to->interrupted |= r->interrupted;
		to->withheld += r->withheld;
		to->rules_active = r->rules_active > to->rules_active ? r->rules_active : to->rules_active;
		/* The strictest of their gates. */
		if (!r->fail_on_none && (to->fail_on_none || r->fail_on < to->fail_on))
			to->fail_on = r->fail_on;
		to->fail_on_none &= r->fail_on_none;
		to->fail_on_new &= r->fail_on_new;
		if (r->gate_confidence < to->gate_confidence)
			to->gate_confidence = r->gate_confidence;
		if (r->min_confidence > to->min_confidence)
			to->min_confidence = r->min_confidence;
		if (r->key_is_per_run || strcmp(r->key_id, to->key_id) != 0) {
			to->key_is_per_run = true;
			to->key_id = "0000000000000000";
		}
		if (!r->rules_digest || !to->rules_digest || strcmp(r->rules_digest, to->rules_digest) != 0) {
			coverage_note(j->report.coverage, "rules-differ", false, "",
				"the joined reports were made with different rules");
			to->rules_digest = "";
		}
		if (!r->baseline || !to->baseline || strcmp(r->baseline, to->baseline) != 0)
			to->baseline = NULL;
		join_exports(j, r->exports);
	}
	for (unsigned i = 0; r->rules_of_nhi && i < NHI_COUNT; i++)
		if (r->rules_of_nhi[i] > j->rules_of_nhi[i])
			j->rules_of_nhi[i] = r->rules_of_nhi[i];
}

static int sighting_cmp(const void *pa, const void *pb) {
	const struct sighting *a = pa, *b = pb;
	int d;

	if (a->place != b->place)
		return a->place < b->place ? -1 : 1;
	if (a->target != b->target)
		return a->target < b->target ? -1 : 1;
	d = slice_cmp(a->path, b->path);
	if (d == 0 && a->line != b->line)
		d = a->line < b->line ? -1 : 1;
	if (d == 0 && a->column != b->column)
		d = a->column < b->column ? -1 : 1;
	if (d == 0)
		d = strcmp(a->object ? a->object : "", b->object ? b->object : "");
	return d ? d : strcmp(a->layers ? a->layers : "", b->layers ? b->layers : "");
}

static bool is_known(const struct finding *f, const struct sighting *s) {
	for (size_t i = 0; i < f->nsightings; i++)
		if (sighting_cmp(&f->sightings[i], s) == 0)
			return true;
	return false;
}

/* The places of `f` that `to` does not have: those of one scan come again when it was given alone and in a joined report. */
static void add_sightings(struct joined *j, struct finding *to, const struct finding *f) {
	struct sighting *at = ARENA_NEW_N(&j->arena, struct sighting, to->nsightings + f->nsightings);
	size_t n = to->nsightings;

	if (n)
		memcpy(at, to->sightings, n * sizeof(*at));
	for (size_t i = 0; i < f->nsightings; i++)
		if (!is_known(to, &f->sightings[i]))
			at[n++] = f->sightings[i];
	if (n == to->nsightings) {
		if (f->more_sightings > to->more_sightings)
			to->more_sightings = f->more_sightings;
		return;
	}
	qsort(at, n, sizeof(*at), sighting_cmp);
	to->sightings = at;
	to->nsightings = n;
	to->more_sightings += f->more_sightings;
}

/* The same secret of another report: its places are added. */
static void add_places(struct joined *j, struct finding *to, const struct finding *f) {
	add_sightings(j, to, f);
	if (f->severity > to->severity)
		to->severity = f->severity;
	if (f->confidence > to->confidence) {
		to->confidence = f->confidence;
		to->judgement = f->judgement;
	}
	if (!f->suppressed) {
		to->suppressed = NULL;
		to->accepted = NULL;
	}
	if (to->baseline != f->baseline)
		to->baseline = BASELINE_NONE;
}

static struct finding moved(
	struct joined *j, const struct finding *f, const struct saved *in, size_t i, const struct join_parts *parts) {
	struct sighting *at = ARENA_NEW_N(&j->arena, struct sighting, f->nsightings);
	struct finding to = *f;

	for (size_t k = 0; k < f->nsightings; k++) {
		at[k] = f->sightings[k];
		at[k].target = join_parts_target(parts, in, i, at[k].target);
	}
	to.sightings = at;
	return to;
}

static int finding_qsort_cmp(const void *a, const void *b) {
	return finding_cmp(a, b);
}

static int rule_cmp(const void *pa, const void *pb) {
	const struct rule *const *a = pa, *const *b = pb;
	return strcmp((*a)->id, (*b)->id);
}

/* One object for a rule, however many reports tell of it. */
static const struct rule *same_rule(struct joined *j, struct map *rules, const struct rule *r) {
	bool added = false;
	struct map_entry *e = map_put(rules, slice_str(r->id), &added);

	if (added) {
		e->value.ptr = (void *)(uintptr_t)r;
		VEC_PUSH(&j->rules, r);
	}
	return e->value.ptr;
}

static void settle(struct joined *j) {
	if (j->findings.n)
		qsort(j->findings.at, j->findings.n, sizeof(*j->findings.at), finding_qsort_cmp);
	if (j->rules.n)
		qsort(j->rules.at, j->rules.n, sizeof(*j->rules.at), rule_cmp);
	j->run.rules_of_nhi = j->rules_of_nhi;
	j->report.run = &j->run;
	j->report.findings = j->findings.at;
	j->report.nfindings = j->findings.n;
	j->report.rules = j->rules.at;
	j->report.nrules = j->rules.n;
}

/* A held report adds nothing but what somebody took out of the one that holds it. */
static void join_findings(struct joined *j, const struct saved *in, size_t n, const struct join_parts *parts) {
	struct map secrets = {0}, rules = {0};
	const bool apart = n == 1 && j->run.key_is_per_run;

	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; k < in[i].rules.n; k++)
			same_rule(j, &rules, in[i].rules.at[k]);
		for (size_t k = 0; k < in[i].findings.n; k++) {
			struct finding f = moved(j, &in[i].findings.at[k], in, i, parts);
			bool added = true;
			struct map_entry *e = apart ? NULL : map_put(&secrets, slice_str(f.secret_fingerprint), &added);
			f.rule = same_rule(j, &rules, f.rule);
			if (!added) {
				add_places(j, &j->findings.at[e->value.num], &f);
				continue;
			}
			if (e)
				e->value.num = j->findings.n;
			VEC_PUSH(&j->findings, f);
		}
	}
	map_free(&secrets);
	map_free(&rules);
}

void joined_open(struct joined *j, struct saved *in, size_t n) {
	struct join_parts parts;
	bool any = false;

	*j = (struct joined){.report.coverage = coverage_new()};
	qsort(in, n, sizeof(*in), saved_cmp);
	join_parts_find(&j->arena, in, n, &parts);
	for (size_t i = 0; i < n; i++) {
		if (parts.held[i]) {
			coverage_note(j->report.coverage, "report-twice", false, in[i].file,
				"the same report was given before, or is part of another");
			continue;
		}
		join_run(j, &in[i].run, !any);
		join_coverage(j->report.coverage, in[i].report.coverage);
		any = true;
	}
	j->run.targets = parts.targets;
	j->run.ntargets = parts.ntargets;
	j->run.run_id = parts.id;
	if (parts.nkept > 1 && j->run.key_is_per_run)
		coverage_note(j->report.coverage, "fingerprints-not-joined", false, "",
			"the reports were not made with one --fingerprint-key-file: equal secrets stay apart");
	join_findings(j, in, n, &parts);
	settle(j);
}

int joined_compare(struct joined *j, struct saved *before, struct saved *now, struct error *err) {
	struct map old = {0}, rules = {0};

	*j = (struct joined){.report.coverage = coverage_new()};
	if (before->run.key_is_per_run || now->run.key_is_per_run || strcmp(before->run.key_id, now->run.key_id) != 0)
		return error_set(err, ERR_USAGE,
			"%s and %s were not made with one --fingerprint-key-file, so their findings cannot be compared",
			before->file, now->file);
	join_run(j, &now->run, true);
	join_coverage(j->report.coverage, now->report.coverage);
	j->run.baseline = before->file;
	for (size_t i = 0; i < before->findings.n; i++)
		map_put(&old, slice_str(before->findings.at[i].secret_fingerprint), NULL)->value.num = 1;
	for (size_t i = 0; i < now->findings.n; i++) {
		struct finding f = now->findings.at[i];
		struct map_entry *e = map_get(&old, slice_str(f.secret_fingerprint));
		f.rule = same_rule(j, &rules, f.rule);
		f.baseline = e ? BASELINE_UNCHANGED : BASELINE_NEW;
		if (e)
			e->value.num = 2;
		VEC_PUSH(&j->findings, f);
	}
	for (size_t i = 0; i < before->findings.n; i++) {
		struct finding f = before->findings.at[i];
		if (map_get(&old, slice_str(f.secret_fingerprint))->value.num != 1)
			continue;
		f.rule = same_rule(j, &rules, f.rule);
		f.baseline = BASELINE_ABSENT;
		f.suppressed = "not found any more";
		f.accepted = NULL;
		VEC_PUSH(&j->findings, f);
	}
	map_free(&old);
	map_free(&rules);
	settle(j);
	return 0;
}

void joined_close(struct joined *j) {
	coverage_free(j->report.coverage);
	VEC_FREE(&j->findings);
	VEC_FREE(&j->rules);
	arena_free(&j->arena);
	*j = (struct joined){.run = {.version = NULL}};
}
