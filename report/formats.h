/* The formats that registry.c lists, each defined in the file of its name. */
#ifndef NHISCAN_REPORT_FORMATS_H
#define NHISCAN_REPORT_FORMATS_H

#include "report/report.h"

extern const struct report_format report_text;
extern const struct report_format report_json;
extern const struct report_format report_jsonl;
extern const struct report_format report_sarif;
extern const struct report_format report_oneline;
extern const struct report_format report_csv;
extern const struct report_format report_junit;
extern const struct report_format report_gitlab;
extern const struct report_format report_github;
extern const struct report_format report_markdown;
extern const struct report_format report_ocsf;
extern const struct report_format report_oscal;
extern const struct report_format report_cyclonedx;
extern const struct report_format report_baseline;
extern const struct report_format report_html;

#endif
