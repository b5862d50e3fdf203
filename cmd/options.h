/* What the user asked for, as one plain struct that nobody changes after options_parse().
 * Strings are borrowed from argv. What the options are called and mean is in option_table.c. */
#ifndef NHISCAN_CMD_OPTIONS_H
#define NHISCAN_CMD_OPTIONS_H

#include "core/arena.h"
#include "core/error.h"
#include "rules/rule.h"

enum command_id {
	COMMAND_SCAN,
	COMMAND_CI,
	COMMAND_BASELINE,
	COMMAND_GATE,
	COMMAND_DIFF,
	COMMAND_MERGE,
	COMMAND_VERIFY_REPORT,
	COMMAND_IAM,
	COMMAND_INVENTORY,
	COMMAND_COMMANDS,
	COMMAND_HOOK,
	COMMAND_PRACTICES,
	COMMAND_RULES_LIST,
	COMMAND_RULES_EXPLAIN,
	COMMAND_RULES_CHECK,
	COMMAND_RULES_TEST,
	COMMAND_RULES_COVERAGE,
	COMMAND_COMPLETIONS,
	COMMAND_HELP,
	COMMAND_COUNT
};

struct text_list {
	const char *const *at;
	size_t n;
};

/* `given` tells an answer from a default, so that a configuration file can fill what the command line left open. */
struct option_severity {
	bool given;
	bool none; /* "none": nothing fails the gate */
	enum severity value;
};

struct option_confidence {
	bool given;
	enum confidence value;
};

struct option_number {
	bool given;
	uint64_t value;
};

struct options {
	enum command_id command;
	struct text_list arguments; /* all of them as given, for the report */
	struct text_list operands;  /* of scan: the targets, "." when none was named */
	bool help;
	const char *help_group; /* "rules" for `nhiscan rules --help`, else NULL */

	/* what to read */
	bool no_history, no_worktree, staged, ci_history;
	const char *since; /* revision or date */
	const char *range; /* "A..B" */
	const char *cache_dir;
	const char *hook;	/* name of the git hook that this run is, for one line of what it read; or NULL */
	const char *hook_of;	/* the ref that is pushed, or NULL */
	const char *quarantine; /* see struct scan_scope */
	bool only_new;

	/* reports: paired in order, see cmd/outputs.h */
	struct text_list formats, output_files;
	const char *list_format; /* rules list --format, rules coverage --format */
	bool with_authors;
	struct option_number max_results; /* of SARIF logs; 0: all */
	const char *oscal_plan;
	const char *manifest; /* verify-report */
	bool stats, quiet, no_color, no_progress;

	/* rules */
	struct text_list rule_paths, only, skip;
	bool no_builtin_rules;

	/* gate */
	struct option_severity fail_on;
	struct option_confidence gate_confidence, min_confidence;
	bool exit_zero, fail_on_new;
	const char *baseline_file;

	/* configuration and limits */
	const char *config_file;
	bool no_config;
	const char *gitleaks_config;
	struct text_list suppression_files;
	const char *fingerprint_key_file;
	struct option_number threads, max_document_bytes, decode_depth;
	struct option_number archive_depth, archive_members, archive_bytes, archive_ratio, archive_seconds,
		archive_memory;

	/* exports of identity systems */
	const char *as_of; /* date, as given */
	const char *account;
	const char *script_file;      /* iam --emit-script */
	const char *inventory_format; /* inventory --format */
	struct option_number top;

	bool version, json, mdoc;
	const char *test_path; /* rules test --path */
};

/* Parses `argv` (argv[0] is the program). A first word that names a subcommand is that; everything else is `scan`.
 * Lists live in `a`. Fails with ERR_USAGE: unknown option or subcommand with the nearest known one, a missing, stray or bad
 * value with what is allowed, options that contradict each other. */
int options_parse(struct arena *a, int argc, char *const *argv, struct options *out, struct error *err);

/* The first word of a subcommand that `word` may be a misspelling of, or NULL. For a target that is not there. */
const char *options_nearest_command(const char *word);

#endif
