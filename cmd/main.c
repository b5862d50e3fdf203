/* The door: hardens the process, parses the command line, calls the subcommand.
 * Nothing is scanned or judged here. */
#include "cmd/commands.h"
#include "cmd/exit.h"
#include "cmd/harden.h"
#include "cmd/help.h"
#include "cmd/scan.h"
#include "core/memory.h"

#include <unistd.h>

static int (*const commands[COMMAND_COUNT])(const struct options *) = {
	[COMMAND_SCAN] = cmd_scan,
	[COMMAND_CI] = cmd_ci,
	[COMMAND_BASELINE] = cmd_baseline,
	[COMMAND_GATE] = cmd_gate,
	[COMMAND_DIFF] = cmd_diff,
	[COMMAND_MERGE] = cmd_merge,
	[COMMAND_VERIFY_REPORT] = cmd_verify_report,
	[COMMAND_IAM] = cmd_iam,
	[COMMAND_INVENTORY] = cmd_inventory,
	[COMMAND_COMMANDS] = cmd_commands,
	[COMMAND_HOOK] = cmd_hook,
	[COMMAND_PRACTICES] = cmd_practices,
	[COMMAND_RULES_LIST] = cmd_rules_list,
	[COMMAND_RULES_EXPLAIN] = cmd_rules_explain,
	[COMMAND_RULES_CHECK] = cmd_rules_check,
	[COMMAND_RULES_TEST] = cmd_rules_test,
	[COMMAND_RULES_COVERAGE] = cmd_rules_coverage,
	[COMMAND_COMPLETIONS] = cmd_completions,
	[COMMAND_HELP] = cmd_help,
};

/* `nhiscan rule list` is a slip of a subcommand rather than a search for a target named "rule". */
static int check_mistyped_command(const struct options *o, struct error *err) {
	if (o->command != COMMAND_SCAN || o->operands.n == 0)
		return 0;
	const char *first = o->operands.at[0];
	if (strpbrk(first, "/.-") || access(first, F_OK) == 0)
		return 0;
	const char *near = options_nearest_command(first);
	if (!near)
		return 0;
	return error_set(err, ERR_USAGE, "there is no target '%s'; did you mean the subcommand '%s'?", first, near);
}

static int run(const struct options *o) {
	struct error err = {0};
	if (o->help && !o->help_group) {
		help_print(stdout, o->command);
		return exit_after_stdout(EXIT_CLEAN);
	}
	if (o->version)
		return cmd_version(o);
	if (check_mistyped_command(o, &err) < 0)
		return exit_with_error(&err);
	return commands[o->command](o);
}

int main(int argc, char **argv) {
	struct arena a = {0};
	struct options o;
	struct error err = {0};
	harden_process();
	mem_keep_freed();
	int status = options_parse(&a, argc, argv, &o, &err) < 0 ? exit_with_error(&err) : run(&o);
	arena_free(&a);
	return status;
}
