/* All of the evidence as rows: after those of evidence.c the scope, what was read and what was not, what was accepted, and what was assessed. For formats that
 * have no structure of their own for it; JSON, SARIF and HTML have. */
#include "report/evidence.h"

#include "report/assessed.h"
#include "report/counts.h"

enum { REFS_SHOWN = 20, TARGETS_SHOWN = 50, NOTICES_SHOWN = 50, ACCEPTED_SHOWN = 50 };

static void add(struct evidence_list *out, struct arena *a, const char *name, struct buf *value) {
	struct evidence_row row = {name, arena_str(a, buf_slice(value))};

	VEC_PUSH(out, row);
	buf_clear(value);
}

static void add_targets(struct evidence_list *out, struct arena *a, const struct report_run *run, struct buf *b) {
	for (size_t i = 0; i < run->ntargets && i < TARGETS_SHOWN; i++) {
		const struct report_target *t = &run->targets[i];

		buf_printf(b, "%s, %s", t->name, t->kind);
		if (t->head)
			buf_printf(b, ", HEAD %s", t->head);
		if (t->branch)
			buf_printf(b, ", branch %s", t->branch);
		if (t->remote)
			buf_printf(b, ", remote %s", t->remote);
		if (t->sha256)
			buf_printf(b, ", sha256 %s", t->sha256);
		if (t->refs_total)
			buf_printf(b, ", %llu commits of history%s%s, %zu refs:", (unsigned long long)t->commits,
				t->is_shallow ? ", shallow clone" : "", t->is_partial ? ", partial clone" : "",
				t->refs_total);
		for (size_t k = 0; k < t->nrefs && k < REFS_SHOWN; k++)
			buf_printf(b, "%s %s %s", k ? "," : "", t->refs[k].name, t->refs[k].id);
		if (t->refs_total > t->nrefs || t->nrefs > REFS_SHOWN)
			buf_printf(b, " and %zu more", t->refs_total - (t->nrefs < REFS_SHOWN ? t->nrefs : REFS_SHOWN));
		add(out, a, arena_printf(a, "Target %zu", i + 1), b);
	}
	if (run->ntargets > TARGETS_SHOWN) {
		buf_printf(b, "%zu", run->ntargets - TARGETS_SHOWN);
		add(out, a, "Further targets", b);
	}
}

static void add_coverage(struct evidence_list *out, struct arena *a, const struct report *r, struct buf *b) {
	const struct notice *notices = NULL;
	size_t n = coverage_notices(r->coverage, &notices);

	for (unsigned u = 0; u < UNIT_COUNT; u++) {
		struct unit_count c = coverage_unit(r->coverage, (enum unit)u);
		if (!c.seen)
			continue;
		buf_printf(b, "%llu seen, %llu read, %llu bytes", (unsigned long long)c.seen,
			(unsigned long long)c.read, (unsigned long long)c.bytes);
		for (unsigned k = 0; k < SKIP_COUNT; k++)
			if (c.skipped[k])
				buf_printf(b, ", %llu skipped: %s", (unsigned long long)c.skipped[k],
					skip_text((enum skip)k));
		add(out, a, arena_printf(a, "Coverage of %s", unit_name((enum unit)u)), b);
	}
	for (size_t i = 0; i < n && i < NOTICES_SHOWN; i++) {
		buf_printf(b, "%s%s: %s: %s", notices[i].code, notices[i].incomplete ? " (incomplete)" : "",
			notices[i].where ? notices[i].where : "", notices[i].detail ? notices[i].detail : "");
		add(out, a, arena_printf(a, "Notice %zu", i + 1), b);
	}
	if (n > NOTICES_SHOWN || coverage_notices_dropped(r->coverage)) {
		buf_printf(b, "%llu",
			(unsigned long long)(n > NOTICES_SHOWN ? n - NOTICES_SHOWN : 0) +
				(unsigned long long)coverage_notices_dropped(r->coverage));
		add(out, a, "Further notices", b);
	}
}

static void add_accepted(struct evidence_list *out, struct arena *a, const struct report *r, struct buf *b) {
	struct counts c;
	size_t n = 0;

	counts_take(&c, r);
	buf_printf(b, "%llu, of which %llu fail the gate; %llu accepted, %llu below confidence %s are not listed",
		(unsigned long long)(c.findings - c.suppressed), (unsigned long long)c.gate,
		(unsigned long long)c.suppressed, (unsigned long long)r->run->withheld,
		confidence_name(r->run->min_confidence));
	add(out, a, "Findings", b);
	for (size_t i = 0; i < r->nfindings && n < ACCEPTED_SHOWN; i++) {
		const struct finding *f = &r->findings[i];
		const struct acceptance *by = f->accepted;
		if (!f->suppressed)
			continue;
		buf_printf(b, "%s %s: %s", f->rule->id, f->location_fingerprint, f->suppressed);
		if (by && by->owner)
			buf_printf(b, ", by %s", by->owner);
		if (by && by->ticket)
			buf_printf(b, ", ticket %s", by->ticket);
		if (by)
			evidence_when(b, ", until ", by->expires);
		if (by && by->where)
			buf_printf(b, ", written in %s", by->where);
		add(out, a, arena_printf(a, "Accepted %zu", ++n), b);
	}
}

static void add_assessed(struct evidence_list *out, struct arena *a, const struct report *r, struct buf *b) {
	struct assessed s;

	assessed_take(&s, r);
	for (unsigned i = 0; i < NHI_COUNT; i++) {
		buf_printf(b, "%s %s: %s, %llu rules, %llu findings", nhi_id(i), nhi_title(i), assessed_state(&s, i),
			(unsigned long long)s.rules[i], (unsigned long long)s.findings[i]);
		add(out, a, arena_printf(a, "Assessed %s", nhi_id(i)), b);
	}
	for (size_t i = 0; i < builtin_frameworks.n; i++)
		buf_printf(b, "%s%s %s", i ? ", " : "", builtin_frameworks.at[i].id, builtin_frameworks.at[i].edition);
	add(out, a, "Framework editions", b);
}

void evidence_all(const struct report *r, struct arena *a, struct evidence_list *out) {
	struct evidence_row rows[EVIDENCE_ROWS_MAX];
	size_t n = evidence_rows(r, a, rows);
	struct buf b = {0};

	for (size_t i = 0; i < n; i++)
		VEC_PUSH(out, rows[i]);
	add_targets(out, a, r->run, &b);
	add_coverage(out, a, r, &b);
	add_accepted(out, a, r, &b);
	add_assessed(out, a, r, &b);
	buf_free(&b);
}

const char *evidence_slug(struct arena *a, const char *name) {
	char *slug = arena_str(a, slice_str(name));

	for (char *c = slug; *c; c++) {
		bool letter = (*c | 0x20) >= 'a' && (*c | 0x20) <= 'z';
		if (!letter && !(*c >= '0' && *c <= '9'))
			*c = '-';
		else if (letter)
			*c = (char)(*c | 0x20);
	}
	return slug;
}
