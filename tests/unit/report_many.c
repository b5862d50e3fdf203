/* A hundred thousand findings: every format writes them within 200 MB, the findings themselves included. The time is printed, not judged:
 * tests/bench/report_write.c measures it. */
#include "tests/unit/report_fixture.h"

#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MANY = 100000, MEGABYTES_MAX = 200 };

#if defined(__SANITIZE_ADDRESS__)
#define MEASURED false
#else
#define MEASURED true
#endif

static void fill(struct fixture *f, struct finding *at, struct sighting *seen) {
	for (size_t i = 0; i < MANY; i++) {
		const struct finding *from =
			&f->findings[i * 5 / MANY]; /* in order, each with a place and an id of its own */
		at[i] = *from;
		seen[i] = from->sightings[0];
		snprintf(at[i].secret_fingerprint, sizeof(at[i].secret_fingerprint), "%032zx", i);
		snprintf(at[i].location_fingerprint, sizeof(at[i].location_fingerprint), "%032zx", i + MANY);
		at[i].sightings = &seen[i];
		at[i].nsightings = 1;
	}
	f->report.findings = at;
	f->report.nfindings = MANY;
}

/* Of the processor: what else the machine does is not the format's cost. */
static double seconds(void) {
	struct timespec t;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* In a process of its own, so that each format's memory is its own. The status is 1 when it took too much. */
static int write_many(const struct report_format *format) {
	static const struct report_style plain = {0};
	struct fixture *f = fixture_new();
	struct finding *at = calloc(MANY, sizeof(*at));
	struct sighting *seen = calloc(MANY, sizeof(*seen));
	FILE *out = fopen("/dev/null", "w");
	struct error err = {0};
	struct rusage usage;
	double start, took;

	if (!at || !seen || !out)
		return 2;
	fill(f, at, seen);
	start = seconds();
	if (format->write(&f->report, &plain, out, &err) < 0) {
		fclose(out);
		return 2;
	}
	took = seconds() - start;
	fclose(out);
	getrusage(RUSAGE_SELF, &usage);
	printf("# %-10s %.2f s, %ld MB\n", format->name, took, usage.ru_maxrss / 1024);
	fflush(stdout);
	free(at);
	free(seen);
	fixture_free(f);
	return MEASURED && usage.ru_maxrss / 1024 > MEGABYTES_MAX;
}

static void every_format_streams(void **state) {
	static const char *const ends[] = {"", "took too much memory", "could not be written"};
	(void)state;
	for (size_t i = 0; report_formats[i]; i++) {
		int status = 0;
		fflush(stdout);
		pid_t child = fork();
		if (child == 0)
			_exit(write_many(report_formats[i]));
		assert_int_equal(waitpid(child, &status, 0), child);
		if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
			fail_msg("%s %s", report_formats[i]->name,
				WIFEXITED(status) && WEXITSTATUS(status) < 3 ? ends[WEXITSTATUS(status)] : "crashed");
	}
}

int main(void) {
	const struct CMUnitTest tests[] = {cmocka_unit_test(every_format_streams)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
