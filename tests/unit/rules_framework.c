/* Frameworks: rows marked published are exactly those the owner published, every link leads to an entry, and files that do not hold are refused. */
#include "rules/framework.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

/* Appendix C of the OWASP Top 10 for Agentic Applications 2026: NHI1 to NHI10. */
static const struct {
	const char *asi, *threats, *aivss;
} appendix_c[10] = {
	{"ASI04", "T17 T2", "Agent Supply Chain & Dependency Attacks"},
	{"ASI02 ASI06", "T6 T1", "Memory Use & Contextual Awareness"},
	{"ASI04 ASI03", "T12 T13", "Agent Supply Chain & Dependency Attacks"},
	{"ASI03 ASI07", "T16", "Agent Access Control Violation"},
	{"ASI02 ASI03", "T2 T3", "Agent Access Control Violation"},
	{"ASI04 ASI05", "T11", "Insecure Agent Critical Systems Interaction"},
	{"ASI06 ASI08", "T4 T12", "Memory Use & Contextual Awareness"},
	{"ASI08 ASI07", "T8 T12", "Agent Cascading Failures"},
	{"ASI08 ASI04", "T5 T13", "Agent Cascading Failures"},
	{"ASI09 ASI01", "T10 T7", "Agent Untraceability / Human Manipulation"},
};

/* The published links of one risk, ids joined by blanks, without their namespace. */
static void published(const char *framework, unsigned risk, char *out, size_t room) {
	const struct framework *f = framework_find(&builtin_frameworks, framework);

	assert_non_null(f);
	out[0] = 0;
	for (size_t i = 0; i < f->nlinks; i++) {
		const char *id = f->entries[f->links[i].entry].id, *colon = strchr(id, ':');
		size_t n = strlen(out);

		if (f->links[i].nhi == risk && f->links[i].published)
			snprintf(out + n, room - n, "%s%s", n ? " " : "", colon ? colon + 1 : id);
	}
}

static void published_rows_are_those_of_appendix_c(void **unused) {
	char text[300];

	(void)unused;
	for (unsigned i = 0; i < 10; i++) {
		published("owasp-asi", i, text, sizeof(text));
		assert_string_equal(text, appendix_c[i].asi);
		published("owasp-asi-t", i, text, sizeof(text));
		assert_string_equal(text, appendix_c[i].threats);
		published("owasp-aivss", i, text, sizeof(text));
		assert_string_equal(text, appendix_c[i].aivss);
	}
}

static void nothing_else_is_called_published(void **unused) {
	(void)unused;
	for (size_t i = 0; i < builtin_frameworks.n; i++) {
		const struct framework *f = &builtin_frameworks.at[i];

		if (strncmp(f->id, "owasp-a", 7) == 0)
			continue;
		for (size_t k = 0; k < f->nlinks; k++)
			assert_false(f->links[k].published);
	}
}

static void frameworks_are_whole(void **unused) {
	static const char *const all[] = {"owasp-nhi", "owasp-asi", "owasp-asi-t", "csa-maestro", "nist-ai-rmf",
		"nist-csf", "nist-800-53", "mitre-attack", "mitre-atlas", "cwe", "cis-aws-7.0", "cis-controls",
		"pci-dss", "iso-27001", "owasp-cicd"};

	(void)unused;
	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++) {
		const struct framework *f = framework_find(&builtin_frameworks, all[i]);
		unsigned risks = 0;

		if (!f)
			fail_msg("no %s", all[i]);
		assert_true(f->nentries > 0 && f->edition[0] && strncmp(f->source, "https://", 8) == 0);
		for (size_t k = 0; k < f->nlinks; k++) {
			assert_true(f->links[k].entry < f->nentries);
			risks |= 1u << f->links[k].nhi;
		}
		/* whoever maps at all, and is no vendor's benchmark or short list, maps every risk */
		if (f->nlinks && strncmp(f->id, "cis-", 4) != 0)
			assert_int_equal(risks, 0x3ff);
	}
	assert_string_equal(framework_title(framework_find(&builtin_frameworks, "cwe"), "CWE-653"),
		"Improper Isolation or Compartmentalization");
	assert_null(framework_title(framework_find(&builtin_frameworks, "nist-csf"), "PR.DS-7"));
}

static void benchmarks_of_a_vendor_apply_to_its_rules_alone(void **unused) {
	const struct framework *aws = framework_find(&builtin_frameworks, "cis-aws-7.0");

	(void)unused;
	assert_true(framework_applies(aws, "aws-access-key-unrotated"));
	assert_false(framework_applies(aws, "github-pat"));
	assert_true(framework_applies(framework_find(&builtin_frameworks, "owasp-asi"), "github-pat"));
}

static void files_that_do_not_hold_are_refused_with_their_line(void **unused) {
#define HEAD "id: x\ntitle: X\nedition: '1'\npublisher: P\nsource: https://x\nentries:\n  A1: one\n"
	static const struct {
		const char *text, *where;
	} bad[] = {
		{"id: x\n", "f:1: "},
		{HEAD "published:\n  NHI1: [A2]\n", "f:9: "},
		{HEAD "published:\n  NHI11: [A1]\n", "f:9: "},
		{HEAD "suggested:\n  NHI1: A1\n", "f:9: "},
		{HEAD "colour: red\n", "f:8: "},
		{"- a\n", "f:1: "},
	};

	(void)unused;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		struct arena a = {0};
		struct framework f = {0};
		struct error err = {0};

		if (framework_parse(&a, "f", slice_str(bad[i].text), &f, &err) == 0)
			fail_msg("%s is taken", bad[i].text);
		assert_int_equal(strncmp(err.text, bad[i].where, strlen(bad[i].where)), 0);
		arena_free(&a);
	}
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(published_rows_are_those_of_appendix_c),
		cmocka_unit_test(nothing_else_is_called_published),
		cmocka_unit_test(frameworks_are_whole),
		cmocka_unit_test(benchmarks_of_a_vendor_apply_to_its_rules_alone),
		cmocka_unit_test(files_that_do_not_hold_are_refused_with_their_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
