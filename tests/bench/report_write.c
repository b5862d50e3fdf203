/* How fast reports are written and how much memory that takes: N synthetic findings in each format, to /dev/null or a file.
 * Run by hand: make build/tests/bench/report_write, then report_write [N [FORMAT [FILE]]]. Prints one line a format: seconds, megabytes written, peak memory. */
#include "report/report.h"

#include "core/arena.h"

#include <inttypes.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

static const uint16_t cwe[] = {798, 540};

static double seconds(void) {
	struct timespec t;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static long peak_kib(void) {
	struct rusage u;
	getrusage(RUSAGE_SELF, &u);
	return u.ru_maxrss;
}

static struct rule *make_rules(struct arena *a, size_t n) {
	struct rule *rules = ARENA_NEW_N(a, struct rule, n);
	for (size_t i = 0; i < n; i++)
		rules[i] = (struct rule){
			.id = arena_printf(a, "synthetic-token-%03zu", i),
			.title = "Synthetic token",
			.service = "synthetic",
			.severity = SEVERITY_HIGH,
			.confidence = CONFIDENCE_HIGH,
			.nhi = 1u << 1 | 1u << 6,
			.cwe = cwe,
			.ncwe = 2,
			.fix = "Revoke the token at its issuer and give the workload a new one, then remove it from "
			       "history.",
			.reference = "https://docs.example.com/tokens",
		};
	return rules;
}

static struct finding *make_findings(struct arena *a, const struct rule *rules, size_t nrules, size_t n) {
	struct finding *findings = ARENA_NEW_N(a, struct finding, n);
	struct sighting *sightings = ARENA_NEW_N(a, struct sighting, n * 2);

	for (size_t i = 0; i < n; i++) {
		struct finding *f = &findings[i];
		f->rule = &rules[i % nrules];
		f->severity = SEVERITY_HIGH;
		f->confidence = CONFIDENCE_HIGH;
		f->masked = "syn_****************WXYZ";
		judgement_add(&f->judgement, "checksum", "the checksum matches");
		snprintf(f->secret_fingerprint, sizeof(f->secret_fingerprint), "%032zx", i);
		snprintf(f->location_fingerprint, sizeof(f->location_fingerprint), "%032zx", n + i);
		f->sightings = &sightings[i * 2];
		f->nsightings = 2;
		for (size_t k = 0; k < 2; k++)
			sightings[i * 2 + k] = (struct sighting){
				.place = k ? PLACE_HISTORY : PLACE_WORKTREE,
				.path = slice_str(
					arena_printf(a, "services/part%zu/config/settings%zu.env", i % 97, i)),
				.line = 12,
				.column = 9,
				.end_line = 12,
				.end_column = 49,
				.object = "00112233445566778899aabbccddeeff00112233",
				.commit = "1f2e3d4c5b6a79880112233445566778899aabbc",
				.authored = when_at(1700000000),
				.at_head = !k,
				.versions = 1,
				.excerpt = "TOKEN=syn_****************WXYZ",
				.excerpt_at = 6,
				.excerpt_len = 24,
			};
	}
	return findings;
}

int main(int argc, char **argv) {
	enum { RULES = 200 };
	size_t n = argc > 1 ? strtoul(argv[1], NULL, 10) : 100000;
	struct arena a = {0};
	struct rule *rules = make_rules(&a, RULES);
	struct report_target target = {.name = ".", .kind = "repository"};
	struct report_run run = {.version = "0",
		.targets = &target,
		.ntargets = 1,
		.ended = 1767225600,
		.key_id = "0",
		.rules_digest = "",
		.exit_code = 1,
		.exit_reason = "findings"};
	struct report r = {.run = &run, .nfindings = n, .coverage = coverage_new()};
	struct report_style style = {0};
	struct error err;

	r.findings = make_findings(&a, rules, RULES, n);
	printf("%zu findings take %ld MiB before any report\n", n, peak_kib() / 1024);
	for (size_t i = 0; report_formats[i]; i++) {
		if (argc > 2 && strcmp(argv[2], report_formats[i]->name) != 0)
			continue;
		FILE *out = fopen(argc > 3 ? argv[3] : "/dev/null", "w");
		double start = seconds();
		if (!out || report_formats[i]->write(&r, &style, out, &err))
			return 1;
		printf("%-6s %6.2f s  %4ld MiB peak\n", report_formats[i]->name, seconds() - start, peak_kib() / 1024);
		fclose(out);
	}
	coverage_free(r.coverage);
	arena_free(&a);
	return 0;
}
