/* The formats that registry.c lists, each defined in the file of its name. */
#ifndef NHISCAN_REPORT_FORMATS_H
#define NHISCAN_REPORT_FORMATS_H

#include "report/report.h"

extern const struct report_format report_text;
extern const struct report_format report_json;
extern const struct report_format report_jsonl;
extern const struct report_format report_sarif;

#endif
