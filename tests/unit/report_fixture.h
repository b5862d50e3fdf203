/* A report made by hand: six findings over the places that matter, with hostile texts in every field that a scanned
 * repository controls, and a planted canary in fields that no report may print. Golden files are compared here too. */
#ifndef NHISCAN_TESTS_UNIT_REPORT_FIXTURE_H
#define NHISCAN_TESTS_UNIT_REPORT_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/buf.h"
#include "report/report.h"

#include <stdio.h>
#include <stdlib.h>

/* What nothing may print: stands where the secret's own bytes or a rule's test cases would. */
#define FIXTURE_CANARY "canary-value-that-must-not-appear"

/* A newline and a workflow command, an escape, a bidi override, a log command, a byte that is not UTF-8, a wide character. */
#define FIXTURE_HOSTILE "evil\n::error file=x::boom \033[31m\u202etxt.\xff ##vso[task.setvariable]\u9375"

#define FIXTURE_COMMIT_A "1f2e3d4c5b6a79880112233445566778899aabbc"
#define FIXTURE_COMMIT_B "0a1b2c3d4e5f60718293a4b5c6d7e8f901234567"
#define FIXTURE_BLOB	 "00112233445566778899aabbccddeeff00112233"
#define FIXTURE_NOW	 1767225600 /* 2026-01-01T00:00:00Z */

struct fixture {
	struct report report;
	struct report_run run;
	struct report_target targets[3];
	struct report_ref refs[2];
	const char *accounts[1];
	struct report_export_kind kinds[1];
	struct report_exports exports;
	struct rule rules[5];
	const struct rule *active[5];
	struct finding findings[6];
	struct sighting sightings[16];
	size_t nsightings;
	struct report_graph graph;
};

static const struct report_identity fixture_identities[] = {
	{"arn:aws:iam::111122223333:role/deploy", false, true},
	{"arn:aws:iam::111122223333:role/admin", true, true},
	{FIXTURE_HOSTILE, false, false},
};
static const struct report_step fixture_steps[] = {{0, 1}, {2, 0}};

static const uint16_t fixture_cwe[] = {798, 540};
static const uint16_t fixture_cwe_password[] = {259, 64999};
static const char *const fixture_canary_list[] = {FIXTURE_CANARY};
static const struct rule_case fixture_canary_case[] = {{FIXTURE_CANARY, 1}};
static const char *const fixture_arguments[] = {"--format", "sarif", FIXTURE_HOSTILE, "."};

static inline struct rule fixture_rule(const char *id, const char *title, const char *service, enum severity severity,
	enum confidence confidence, enum secret_kind kind) {
	return (struct rule){
		.id = id,
		.title = title,
		.service = service,
		.severity = severity,
		.confidence = confidence,
		.kind = kind,
		.nhi = 1u << 1,
		.cwe = fixture_cwe,
		.ncwe = 2,
		.keywords = fixture_canary_list,
		.nkeywords = 1,
		.pattern = FIXTURE_CANARY,
		.paths = fixture_canary_list,
		.npaths = 1,
		.positive = fixture_canary_case,
		.npositive = 1,
		.file = FIXTURE_CANARY,
		.raised = severity,
		.fix = "Deactivate the key at its issuer, move the workload to another one, then delete it from the "
		       "history.",
		.reference = "https://docs.example.com/keys/rotate",
	};
}

static inline void fixture_rules(struct fixture *f) {
	f->rules[0] = fixture_rule(
		"aws-access-key-id", "AWS access key id", "aws", SEVERITY_HIGH, CONFIDENCE_HIGH, KIND_KEY_ID);
	f->rules[0].nhi |= 1u << 6;
	f->rules[1] = fixture_rule(
		"generic-password", "Password in a setting", NULL, SEVERITY_LOW, CONFIDENCE_LOW, KIND_PASSWORD);
	f->rules[1].cwe = fixture_cwe_password;
	f->rules[1].fix = NULL;
	f->rules[1].reference = NULL;
	f->rules[2] = fixture_rule(
		"github-token", "GitHub personal access token", "github", SEVERITY_HIGH, CONFIDENCE_HIGH, KIND_TOKEN);
	f->rules[2].checks = fixture_canary_list;
	f->rules[2].nchecks = 1;
	f->rules[3] = fixture_rule("jwt", "JSON web token", "any issuer", SEVERITY_MEDIUM, CONFIDENCE_MEDIUM, KIND_JWT);
	f->rules[3].nhi = 0x3ff;
	f->rules[4] =
		fixture_rule("unused", "A rule without findings", NULL, SEVERITY_INFO, CONFIDENCE_LOW, KIND_TOKEN);
	for (size_t i = 0; i < 5; i++)
		f->active[i] = &f->rules[i];
}

static const char *fixture_refs[] = {"refs/heads/main", "refs/tags/" FIXTURE_HOSTILE};

/* Adds a sighting to the finding that is being filled. */
static inline struct sighting *fixture_see(
	struct fixture *f, struct finding *to, enum place place, const char *path, unsigned line) {
	struct sighting *s = &f->sightings[f->nsightings++];
	if (!to->nsightings++)
		to->sightings = s;
	*s = (struct sighting){
		.place = place,
		.path = slice_str(path),
		.line = line,
		.column = 9,
		.end_line = line,
		.end_column = 29,
		.offset = line * 40,
		.versions = 1,
		.days_exposed = -1,
	};
	return s;
}

static inline void fixture_in_git(struct sighting *s, const char *commit, int64_t authored, bool at_head) {
	s->object = FIXTURE_BLOB;
	s->commit = commit;
	s->authored = when_at(authored);
	s->at_head = at_head;
	if (at_head)
		s->days_exposed = (FIXTURE_NOW - authored) / 86400;
}

static inline void fixture_judge(struct finding *f, struct rule *rule, enum severity severity,
	enum confidence confidence, const char *masked, unsigned number) {
	f->rule = rule;
	f->severity = severity;
	f->confidence = confidence;
	f->masked = masked;
	snprintf(f->secret_fingerprint, sizeof(f->secret_fingerprint), "%08xaaaaaaaabbbbbbbbcccccccc", number);
	snprintf(f->location_fingerprint, sizeof(f->location_fingerprint), "%08xddddddddeeeeeeeeffffffff", number);
}

static inline void fixture_findings(struct fixture *f) {
	struct finding *at = f->findings;
	struct sighting *s;

	fixture_judge(at, &f->rules[0], SEVERITY_CRITICAL, CONFIDENCE_HIGH, "AKIA************WXYZ", 1);
	at->judgement.verdict = VERDICT_WELL_FORMED;
	at->judgement.reasons[at->judgement.nreasons++] =
		(struct reason){"base32-ok", "the account id inside is whole"};
	at->judgement.reasons[at->judgement.nreasons++] =
		(struct reason){"key-pair", "its secret key stands beside it"};
	at->partner = "aws-secret-access-key";
	s = fixture_see(f, at, PLACE_WORKTREE, "deploy/prod.env", 4);
	fixture_in_git(s, FIXTURE_COMMIT_A, 1706659200, true);
	s->excerpt =
		"ACCESS_KEY=AKIA************WXYZ  # \xe9\x8d\xb5 of production, see the runbook for how it is rotated";
	s->excerpt_at = 11;
	s->excerpt_len = 20;
	for (unsigned i = 0; i < 4; i++)
		fixture_in_git(fixture_see(f, at, PLACE_HISTORY, "deploy/old prod#1.env", 7 + i), FIXTURE_COMMIT_B,
			1704067200, false);
	at++;

	fixture_judge(at, &f->rules[2], SEVERITY_HIGH, CONFIDENCE_HIGH, "ghp_************", 2);
	at->judgement.verdict = VERDICT_WELL_FORMED;
	at->judgement.reasons[at->judgement.nreasons++] = (struct reason){"crc32-ok", "the checksum matches"};
	s = fixture_see(f, at, PLACE_HISTORY, "src/" FIXTURE_HOSTILE, 12);
	fixture_in_git(s, FIXTURE_COMMIT_B, 1767139200, false);
	s->layers = "base64 > gzip";
	s->versions = 3;
	s->last_commit = FIXTURE_COMMIT_A;
	s->last_authored = when_at(1767225600);
	s->days_exposed = 1;
	s->refs = fixture_refs;
	s->nrefs = 2;
	s->refs_total = 12;
	s->excerpt = "::add-mask::\\x1b[31m \\u{202E}##[error]token=ghp_************ ##vso[task.complete]";
	s->excerpt_at = 44;
	s->excerpt_len = 16;
	at++;

	fixture_judge(at, &f->rules[2], SEVERITY_HIGH, CONFIDENCE_HIGH, "ghp_************", 3);
	at->suppressed = "inline: used in the documentation only";
	fixture_see(f, at, PLACE_WORKTREE, "docs/howto.md", 30);
	at++;

	fixture_judge(at, &f->rules[3], SEVERITY_MEDIUM, CONFIDENCE_MEDIUM, "eyJ[...]", 4);
	at->judgement.verdict = VERDICT_EXPIRED;
	at->judgement.expires = when_at(1735689600);
	at->judgement.reasons[at->judgement.nreasons++] = (struct reason){"expired", "its exp claim has passed"};
	s = fixture_see(f, at, PLACE_COMMIT_MESSAGE, "", 3);
	s->commit = s->object = FIXTURE_COMMIT_A;
	s->authored = when_at(FIXTURE_NOW - 3600);
	s->at_head = true;
	s->days_exposed = 0;
	at++;

	fixture_judge(at, &f->rules[1], SEVERITY_LOW, CONFIDENCE_LOW, "password, 8-15 characters", 5);
	at->judgement.expires.state = WHEN_NEVER;
	s = fixture_see(f, at, PLACE_STDIN, "", 1);
	s->target = 1;
	s->end_line = 3; /* over several lines, to a column that is not known */
	s->end_column = 0;
	at++;

	fixture_judge(at, &f->rules[1], SEVERITY_LOW, CONFIDENCE_LOW, "password, 8-15 characters", 6);
	s = fixture_see(f, at, PLACE_FILE, "/srv/../etc/app:1/settings [old](2).ini", 0);
	s->target = 2;
	s->column = s->end_column = 0;
}

static inline void fixture_coverage(struct coverage *c) {
	coverage_seen(c, UNIT_FILE, 1240);
	coverage_read(c, UNIT_FILE, 1234, 5600000);
	for (unsigned i = 0; i < 4; i++)
		coverage_skip(c, UNIT_FILE, SKIP_LINK, NULL, NULL);
	coverage_skip(c, UNIT_FILE, SKIP_UNREADABLE, "private/" FIXTURE_HOSTILE, "permission denied");
	coverage_skip(c, UNIT_FILE, SKIP_UNREADABLE, "::set-output name=a::b", "permission denied");
	coverage_seen(c, UNIT_BLOB, 5679);
	coverage_read(c, UNIT_BLOB, 5678, 98765432);
	coverage_skip(c, UNIT_BLOB, SKIP_DUPLICATE, NULL, NULL);
	coverage_seen(c, UNIT_MESSAGE, 90);
	coverage_read(c, UNIT_MESSAGE, 90, 12345);
	coverage_note(c, "limit-decode-depth", false, "deploy/nested.b64", "decoded 4 layers deep, not further");
}

static inline struct fixture *fixture_new(void) {
	struct fixture *f = calloc(1, sizeof(*f));

	fixture_rules(f);
	fixture_findings(f);
	f->refs[0] = (struct report_ref){"HEAD", FIXTURE_COMMIT_A};
	f->refs[1] = (struct report_ref){"refs/heads/" FIXTURE_HOSTILE, FIXTURE_COMMIT_A};
	f->targets[0] = (struct report_target){.name = "alpha",
		.kind = "repository",
		.head = FIXTURE_COMMIT_A,
		.branch = "main",
		.remote = "https://git.example.com/team/alpha.git",
		.refs = f->refs,
		.nrefs = 2,
		.refs_total = 12,
		.commits = 345,
		.is_shallow = true};
	f->targets[1] = (struct report_target){.name = "-", .kind = "stdin"};
	f->targets[2] = (struct report_target){.name = "/srv/etc", .kind = "folder"};
	f->accounts[0] = "111122223333";
	f->kinds[0] = (struct report_export_kind){"account authorization details", 2};
	f->exports = (struct report_exports){.as_of = when_at(FIXTURE_NOW - 86400),
		.as_of_source = "the time the credential report was made",
		.generated = when_at(FIXTURE_NOW - 86400),
		.accounts = f->accounts,
		.naccounts = 1,
		.kinds = f->kinds,
		.nkinds = 1};
	f->run = (struct report_run){
		.version = "0.1.0",
		.arguments = fixture_arguments,
		.narguments = 4,
		.targets = f->targets,
		.ntargets = 3,
		.started = FIXTURE_NOW - 2,
		.ended = FIXTURE_NOW,
		.key_id = "0123456789abcdef",
		.rules_digest = "d1d2d3d4d1d2d3d4d1d2d3d4d1d2d3d4d1d2d3d4d1d2d3d4d1d2d3d4d1d2d3d4",
		.fail_on = SEVERITY_LOW,
		.gate_confidence = CONFIDENCE_HIGH,
		.min_confidence = CONFIDENCE_LOW,
		.withheld = 4,
		.exit_code = 1,
		.exit_reason = "findings",
		.exports = &f->exports,
	};
	f->report = (struct report){
		.run = &f->run,
		.findings = f->findings,
		.nfindings = 6,
		.rules = f->active,
		.nrules = 5,
		.coverage = coverage_new(),
	};
	fixture_coverage(f->report.coverage);
	f->graph = (struct report_graph){fixture_identities, 3, fixture_steps, 2};
	f->report.graph = &f->graph;
	return f;
}

static inline void fixture_free(struct fixture *f) {
	coverage_free(f->report.coverage);
	free(f);
}

/* The report in a format, as bytes with a NUL behind them. */
static inline void fixture_write(
	const struct report *r, const char *format, struct report_style style, struct buf *out) {
	const struct report_format *fmt = report_format_find(format);
	struct error err = {0};
	char *text = NULL;
	size_t n = 0;
	FILE *file = open_memstream(&text, &n);

	assert_non_null(fmt);
	assert_non_null(file);
	assert_int_equal(fmt->write(r, &style, file, &err), 0);
	assert_int_equal(fclose(file), 0);
	buf_add(out, text, n);
	buf_cstr(out);
	free(text);
}

/* Compares with testdata/golden/NAME, or writes it when NHISCAN_GOLDEN_UPDATE is set. Run from the project's top folder. */
static inline void fixture_golden(const char *name, struct buf *got) {
	const char *update = getenv("NHISCAN_GOLDEN_UPDATE");
	char path[256];
	struct buf want = {0};
	int c;

	snprintf(path, sizeof(path), "testdata/golden/%s", name);
	FILE *file = fopen(path, update && *update ? "w+" : "r");
	if (!file)
		fail_msg("%s is not there; NHISCAN_GOLDEN_UPDATE=1 writes it", path);
	if (update && *update) {
		assert_int_equal(fwrite(got->p, 1, got->n, file), got->n);
		rewind(file);
	}
	while ((c = getc(file)) != EOF)
		buf_add_byte(&want, (uint8_t)c);
	fclose(file);
	if (!slice_eq(buf_slice(&want), buf_slice(got)))
		fail_msg("%s differs from what is written now:\n%s", path, buf_cstr(got));
	buf_free(&want);
}

#endif
