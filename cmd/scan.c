/* `nhiscan scan`: set up, read, report. */
#include "cmd/scan.h"

#include "cmd/exit.h"
#include "cmd/scan_report.h"

int cmd_scan(const struct options *o) {
	struct scan_run run;
	struct outputs outputs;
	struct arena a = {0};
	struct error err = {0};
	int status;

	if (outputs_pair(&a, &o->formats, &o->output_files, &outputs, &err) < 0 || outputs_check(&outputs, &err) < 0) {
		arena_free(&a);
		return exit_with_error(&err);
	}
	if (scan_run_open(&run, o, &err) < 0 || scan_run_read(&run, &err) < 0)
		status = exit_with_error(&err);
	else
		status = scan_report(&run, &outputs);
	scan_run_close(&run);
	arena_free(&a);
	return status;
}
