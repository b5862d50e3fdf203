/* What was assessed, and the frameworks it maps to. The mappings themselves are data: rules/frameworks. */
#include "report/assessed.h"

#include "rules/framework.h"

const char *assessed_control(unsigned nhi) {
	/* Ids of NIST's OSCAL catalogue of SP 800-53 revision 5. */
	static const char *const controls[ASSESSED_RISKS] = {
		"ac-2.3", "ia-5.7", "sa-9", "ia-9", "ac-6", "cm-6", "ia-5", "ac-4", "ac-2.9", "ia-2.5"};
	return controls[nhi];
}

void assessed_take(struct assessed *out, const struct report *r) {
	*out = (struct assessed){{0}, {0}};
	for (unsigned n = 0; n < ASSESSED_RISKS; n++) {
		for (size_t i = 0; i < r->nrules; i++)
			out->rules[n] += (r->rules[i]->nhi >> n) & 1u;
		if (r->run->rules_of_nhi)
			out->rules[n] = r->run->rules_of_nhi[n];
	}
	for (size_t i = 0; i < r->nfindings; i++)
		for (unsigned n = 0; n < ASSESSED_RISKS && !r->findings[i].suppressed; n++)
			out->findings[n] += (r->findings[i].rule->nhi >> n) & 1u;
}

/* Without a rule nothing was looked for: that is no evidence of absence. */
const char *assessed_state(const struct assessed *a, unsigned nhi) {
	return a->findings[nhi] ? "findings" : a->rules[nhi] ? "none-found" : "not-assessed";
}

void assessed_emit(struct emitter *e, const char *key, const struct report *r) {
	struct assessed a;

	assessed_take(&a, r);
	emit_open(e, key, '[');
	for (unsigned n = 0; n < ASSESSED_RISKS; n++) {
		emit_open(e, NULL, '{');
		emit_text(e, "risk", nhi_id(n));
		emit_text(e, "title", nhi_title(n));
		emit_text(e, "state", assessed_state(&a, n));
		emit_number(e, "rules", a.rules[n]);
		emit_number(e, "findings", a.findings[n]);
		emit_close(e, '}');
	}
	emit_close(e, ']');
}

static void emit_links(struct emitter *e, const struct framework *f, unsigned nhi) {
	emit_open(e, nhi_id(nhi), '[');
	for (size_t i = 0; i < f->nlinks; i++) {
		if (f->links[i].nhi != nhi)
			continue;
		emit_open(e, NULL, '{');
		emit_text(e, "id", f->entries[f->links[i].entry].id);
		emit_text(e, "status", f->links[i].published ? "published" : "suggested");
		emit_close(e, '}');
	}
	emit_close(e, ']');
}

void assessed_emit_frameworks(struct emitter *e, const char *key, const struct report *r) {
	struct assessed a;

	assessed_take(&a, r);
	emit_open(e, key, '[');
	for (size_t i = 0; i < builtin_frameworks.n; i++) {
		const struct framework *f = &builtin_frameworks.at[i];
		if (f->only) /* benchmarks of one vendor: `nhiscan rules explain` names them with the rules they are about */
			continue;
		emit_open(e, NULL, '{');
		emit_text(e, "id", f->id);
		emit_text(e, "title", f->title);
		emit_text(e, "edition", f->edition);
		emit_text(e, "publisher", f->publisher);
		emit_open(e, "risks", '{');
		for (unsigned n = 0; n < ASSESSED_RISKS; n++)
			if (a.findings[n])
				emit_links(e, f, n);
		emit_close(e, '}');
		emit_close(e, '}');
	}
	emit_close(e, ']');
}
