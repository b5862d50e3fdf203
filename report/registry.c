/* The list of report formats, and what "counts against the gate" means for all of them.
 * What a format looks like is in its own file. */
#include "report/formats.h"

#include <string.h>

const struct report_format *const report_formats[] = {
	&report_text,
	&report_json,
	&report_jsonl,
	&report_sarif,
	&report_oneline,
	&report_csv,
	&report_junit,
	&report_gitlab,
	&report_github,
	&report_markdown,
	&report_ocsf,
	&report_oscal,
	&report_cyclonedx,
	&report_html,
	&report_baseline,
	NULL,
};

const struct report_format *report_format_find(const char *name) {
	for (size_t i = 0; report_formats[i]; i++)
		if (strcmp(report_formats[i]->name, name) == 0)
			return report_formats[i];
	return NULL;
}

bool report_counts(const struct report_run *run, const struct finding *f) {
	const struct policy *p = f->policy;
	bool none = p ? p->fail_on_none : run->fail_on_none;

	if (f->suppressed || none || f->baseline == BASELINE_ABSENT ||
		(run->fail_on_new && f->baseline != BASELINE_NEW))
		return false;
	return f->severity >= (p ? p->fail_on : run->fail_on) &&
	       f->confidence >= (p ? p->confidence : run->gate_confidence);
}
