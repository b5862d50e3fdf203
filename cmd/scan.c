/* `nhiscan scan`: set up, read, report. */
#include "cmd/scan.h"

#include "cmd/decide.h"
#include "cmd/exit.h"
#include "cmd/scan_report.h"

static int scan(const struct options *asked, bool wants_key) {
	struct scan_run run;
	struct outputs outputs;
	struct arena a = {0};
	const struct options ordered = decide_order(&a, asked), *o = &ordered;
	struct error err = {0};
	int status;

	if (outputs_pair(&a, &o->formats, &o->output_files, &outputs, &err) < 0 || outputs_check(&outputs, &err) < 0) {
		arena_free(&a);
		return exit_with_error(&err);
	}
	if (scan_run_open(&run, o, &err) < 0) {
		status = exit_with_error(&err);
	} else if (wants_key && fingerprint_is_per_run(run.key)) {
		error_set(&err, ERR_USAGE,
			"a baseline needs fingerprints that stay the same: make a key with 'head -c 32 /dev/urandom > "
			"KEY; "
			"chmod 600 KEY' and give it with --fingerprint-key-file");
		status = exit_with_error(&err);
	} else if (scan_run_read(&run, &err) < 0) {
		status = exit_with_error(&err);
	} else {
		status = scan_report(&run, &outputs);
	}
	scan_run_close(&run);
	arena_free(&a);
	return status;
}

int cmd_scan(const struct options *o) {
	bool wants_key = o->baseline_file != NULL;

	for (size_t i = 0; i < o->formats.n; i++)
		wants_key |= strcmp(o->formats.at[i], "baseline") == 0;
	return scan(o, wants_key);
}

/* A scan whose findings are written down rather than judged. */
int cmd_baseline(const struct options *o) {
	static const char *const formats[] = {"baseline"};
	struct options known = *o;

	known.formats = (struct text_list){formats, 1};
	known.exit_zero = true;
	return scan(&known, true);
}
