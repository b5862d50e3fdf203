/* The subcommands but scan: one function a file, all of one shape. Each prints and returns an exit status. */
#ifndef NHISCAN_CMD_COMMANDS_H
#define NHISCAN_CMD_COMMANDS_H

#include "cmd/options.h"

int cmd_ci(const struct options *o);
int cmd_gate(const struct options *o);
int cmd_diff(const struct options *o);
/* What cmd_diff() does when both operands are saved reports. */
int diff_reports(const struct options *o);
/* … and when both are exports of accounts. */
int diff_exports(const struct options *o);
int cmd_hook(const struct options *o);
int cmd_merge(const struct options *o);
int cmd_verify_report(const struct options *o);
int cmd_iam(const struct options *o);
int cmd_inventory(const struct options *o);
int cmd_commands(const struct options *o);
int cmd_practices(const struct options *o);
int cmd_rules_list(const struct options *o);
int cmd_rules_explain(const struct options *o);
int cmd_rules_check(const struct options *o);
int cmd_rules_test(const struct options *o);
int cmd_rules_coverage(const struct options *o);
int cmd_completions(const struct options *o);
int cmd_help(const struct options *o);

/* `nhiscan --version [--json]`. */
int cmd_version(const struct options *o);

#endif
