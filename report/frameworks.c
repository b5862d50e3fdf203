/* Mappings of the OWASP NHI Top 10 (2025) to other frameworks, and what a report says was assessed.
 * Which rule belongs to which risk is said by the rules. */
#include "report/frameworks.h"

const struct framework frameworks[] = {
	/* OWASP Top 10 for Agentic Applications 2026, Appendix C: the table as published. */
	{"owasp-asi", "OWASP Top 10 for Agentic Applications", "2026", "Appendix C of the document", true,
		{{"ASI04"}, {"ASI02", "ASI06"}, {"ASI04", "ASI03"}, {"ASI03", "ASI07"}, {"ASI02", "ASI03"},
			{"ASI04", "ASI05"}, {"ASI06", "ASI08"}, {"ASI08", "ASI07"}, {"ASI08", "ASI04"},
			{"ASI09", "ASI01"}}},
	{"owasp-asi-t", "OWASP Agentic AI Threats and Mitigations", "2025",
		"Appendix C of the OWASP Top 10 for Agentic Applications 2026", true,
		{{"T17", "T2"}, {"T6", "T1"}, {"T12", "T13"}, {"T16"}, {"T2", "T3"}, {"T11"}, {"T4", "T12"},
			{"T8", "T12"}, {"T5", "T13"}, {"T10", "T7"}}},
	{"nist-800-53", "NIST SP 800-53", "Revision 5", "https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final", false,
		{{"AC-2(3)", "PS-4", "IA-4"}, {"IA-5(7)", "SC-28", "SA-15"}, {"SA-9", "SR-3", "SR-6"},
			{"IA-9", "IA-5(1)", "SC-8"}, {"AC-6", "AC-6(1)", "AC-6(7)"}, {"CM-6", "IA-5(9)", "CM-5"},
			{"IA-5", "AC-12", "SC-12"}, {"AC-4", "CM-2(6)", "SA-3(1)"}, {"AC-2(9)", "IA-4", "IA-5(8)"},
			{"IA-2(5)", "AC-2(12)", "AU-10"}}},
	{"iso-27001", "ISO/IEC 27001", "2022, Annex A", "https://www.iso.org/standard/27001", false,
		{{"A.5.16", "A.5.18", "A.6.5"}, {"A.5.17", "A.8.4", "A.8.12"}, {"A.5.19", "A.5.21", "A.5.23"},
			{"A.8.5", "A.5.17"}, {"A.8.2", "A.8.3", "A.5.15"}, {"A.5.23", "A.8.9", "A.8.25"},
			{"A.5.17", "A.8.24", "A.5.16"}, {"A.8.31"}, {"A.5.16", "A.5.17"}, {"A.5.16", "A.8.15"}}},
	{"pci-dss", "PCI DSS", "4.0.1", "https://www.pcisecuritystandards.org/", false,
		{{"8.2.5", "8.2.6"}, {"8.3.2", "6.2.4"}, {"12.8.1", "8.2.7"}, {"8.3.1", "2.2.2"}, {"7.2.5", "7.2.2"},
			{"2.2.6", "6.5.4"}, {"8.6.3", "12.3.1"}, {"6.5.3", "6.5.4"}, {"8.2.1", "8.2.2"},
			{"8.6.1", "10.2.1.2"}}},
};
const size_t frameworks_n = sizeof(frameworks) / sizeof(*frameworks);

const char *framework_control(unsigned nhi) {
	/* Ids of NIST's OSCAL catalogue of SP 800-53 revision 5. */
	static const char *const controls[FRAMEWORK_NHIS] = {
		"ac-2.3", "ia-5.7", "sa-9", "ia-9", "ac-6", "cm-6", "ia-5", "ac-4", "ac-2.9", "ia-2.5"};
	return controls[nhi];
}

void assessed_take(struct assessed *out, const struct report *r) {
	*out = (struct assessed){{0}, {0}};
	for (unsigned n = 0; n < FRAMEWORK_NHIS; n++) {
		for (size_t i = 0; i < r->nrules; i++)
			out->rules[n] += (r->rules[i]->nhi >> n) & 1u;
		if (r->run->rules_of_nhi)
			out->rules[n] = r->run->rules_of_nhi[n];
	}
	for (size_t i = 0; i < r->nfindings; i++)
		for (unsigned n = 0; n < FRAMEWORK_NHIS && !r->findings[i].suppressed; n++)
			out->findings[n] += (r->findings[i].rule->nhi >> n) & 1u;
}

void frameworks_emit(struct emitter *e, const char *key) {
	emit_open(e, key, '[');
	for (size_t i = 0; i < frameworks_n; i++) {
		const struct framework *f = &frameworks[i];
		emit_open(e, NULL, '{');
		emit_text(e, "key", f->key);
		emit_text(e, "title", f->title);
		emit_text(e, "edition", f->edition);
		emit_text(e, "source", f->source);
		emit_text(e, "mapping", f->published ? "published" : "suggested");
		emit_open(e, "ids", '{');
		for (unsigned n = 0; n < FRAMEWORK_NHIS; n++) {
			emit_open(e, nhi_id(n), '[');
			for (size_t k = 0; k < FRAMEWORK_IDS_MAX && f->ids[n][k]; k++)
				emit_text(e, NULL, f->ids[n][k]);
			emit_close(e, ']');
		}
		emit_close(e, '}');
		emit_close(e, '}');
	}
	emit_close(e, ']');
}

void assessed_emit(struct emitter *e, const char *key, const struct report *r) {
	struct assessed a;

	assessed_take(&a, r);
	emit_open(e, key, '[');
	for (unsigned n = 0; n < FRAMEWORK_NHIS; n++) {
		emit_open(e, NULL, '{');
		emit_text(e, "risk", nhi_id(n));
		emit_text(e, "title", nhi_title(n));
		/* Without a rule nothing was looked for: that is no evidence of absence. */
		emit_text(e, "state", !a.rules[n] ? "not-assessed" : a.findings[n] ? "findings" : "none-found");
		emit_number(e, "rules", a.rules[n]);
		emit_number(e, "findings", a.findings[n]);
		emit_close(e, '}');
	}
	emit_close(e, ']');
}
