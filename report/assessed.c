/* What was assessed. How the risks map to frameworks is data: rules/frameworks. */
#include "report/assessed.h"

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
