/* The rows of the command table: words, operands, examples, one clause each. Options are in option_table.c.
 * Texts are ASCII without mdoc or shell syntax, since they go to terminals, man pages and completions alike. */
#include "cmd/choices.h"
#include "cmd/option_table.h"

#include <string.h>

static const struct example scan_examples[] = {
	{"nhiscan .", "this folder and its whole history"},
	{"nhiscan --staged", "what the next commit would add"},
	{"nhiscan --range main..HEAD --no-worktree", "the commits of a branch"},
	{"nhiscan --format sarif -o out.sarif .", "a report for code scanning"},
	{"nhiscan --fail-on high --format text .", "a gate on serious findings only"},
	{"kubectl logs web | nhiscan -", "the standard input"},
};

static const struct example ci_examples[] = {
	{"nhiscan ci", "every job of the pipelines here: who starts it, what it reads, what it may do"},
	{"nhiscan ci --format json . | jq '.jobs[] | select(.started_by.who == \"anyone\")'",
		"jobs that anyone can start"},
};

static const struct example baseline_examples[] = {
	{"nhiscan baseline --fingerprint-key-file KEY -o .nhiscan-baseline", "what is known today"},
	{"nhiscan --baseline .nhiscan-baseline --fail-on-new", "fail on what is new since"},
};

static const struct example hook_examples[] = {
	{"exec nhiscan hook pre-commit", "all that .git/hooks/pre-commit needs behind its first line"},
	{"exec nhiscan hook pre-receive", "on a server: what a push brings in"},
};

static const struct example gate_examples[] = {
	{"nhiscan gate report.jsonl --fail-on high", "decide in a job of its own"},
	{"nhiscan gate report.json --format markdown", "the same, with a summary"},
};

static const struct example diff_examples[] = {
	{"nhiscan diff before.json after.json", "what is new and what is gone"},
	{"nhiscan diff last-month/ today/", "what is new: administrators, trust, keys"},
};

static const struct example merge_examples[] = {
	{"nhiscan merge --format sarif -o all.sarif a.json b.jsonl", "join the reports of shards"},
};

static const struct example verify_examples[] = {
	{"nhiscan verify-report report.json --manifest SHA256SUMS", "was it changed since?"},
};

static const struct example iam_examples[] = {
	{"nhiscan iam exports/", "which keys to kill first, and what each identity can do"},
	{"nhiscan iam --format sarif -o iam.sarif exports/", "all findings, for code scanning"},
	{"nhiscan iam --emit-script revoke.sh exports/", "a script to read, and then to run"},
};

static const struct example inventory_examples[] = {
	{"nhiscan inventory exports/", "every identity and credential once"},
	{"nhiscan inventory --format cyclonedx exports/ > nhi.cdx.json", "as a bill of materials"},
};

static const struct example commands_examples[] = {
	{"nhiscan commands aws", "how to export, and the read-only policy for it"},
};

static const struct example practices_examples[] = {
	{"nhiscan practices .", "what this repository shows, with places"},
	{"nhiscan practices --format json a b", "several scopes, for machines"},
};

static const struct example list_examples[] = {
	{"nhiscan rules list --only 'aws-*'", "the rules for AWS"},
	{"nhiscan rules list --format json", "all rules, for machines"},
};

static const struct example explain_examples[] = {
	{"nhiscan rules explain jwt", "what the rule finds and what to do"},
};

static const struct example check_examples[] = {
	{"nhiscan rules check", "the cases of the built-in rules' sources"},
	{"nhiscan rules check my-rules/", "your own rules"},
};

static const struct example test_examples[] = {
	{"nhiscan rules test - < app.env", "which rules match, and why or why not"},
	{"nhiscan rules test --path .npmrc - < f", "the same under another name"},
};

static const struct example coverage_examples[] = {
	{"nhiscan rules coverage", "which services are covered, and how"},
	{"nhiscan rules coverage --only NHI7", "the rules for long-lived secrets"},
};

static const struct example completions_examples[] = {
	{"nhiscan completions bash > ~/.local/share/bash-completion/completions/nhiscan", "install for bash"},
};

static const struct example help_examples[] = {
	{"nhiscan help rules explain", "the help of one command"},
};

#define EXAMPLES(e) .examples = (e), .nexamples = sizeof(e) / sizeof(*(e))
#define MANY	    1000000U

const struct command command_table[COMMAND_COUNT] = {
	[COMMAND_SCAN] = {COMMAND_SCAN, "scan", .operands = "[TARGET ...]", .max_operands = MANY,
		.completes = COMPLETES_FILE, EXAMPLES(scan_examples),
		.summary = "find the secrets of non-human identities in files and git history"},
	[COMMAND_CI] = {COMMAND_CI, "ci", .operands = "[TARGET ...]", .max_operands = MANY, .completes = COMPLETES_FILE,
		EXAMPLES(ci_examples),
		.summary = "tell of every job of pipelines who can start it, what it can read, what it can do, what "
			   "limits it"},
	[COMMAND_BASELINE] = {COMMAND_BASELINE, "baseline", .operands = "[TARGET ...]", .max_operands = MANY,
		.completes = COMPLETES_FILE, EXAMPLES(baseline_examples),
		.summary = "scan and write the list of known findings, for --baseline"},
	[COMMAND_GATE] = {COMMAND_GATE, "gate", .operands = "REPORT ...", .min_operands = 1, .max_operands = MANY,
		.completes = COMPLETES_FILE, EXAMPLES(gate_examples),
		.summary = "decide from saved JSON or JSONL reports, without scanning again"},
	[COMMAND_DIFF] = {COMMAND_DIFF, "diff", .operands = "OLD NEW", .min_operands = 2, .max_operands = 2,
		.completes = COMPLETES_FILE, EXAMPLES(diff_examples),
		.summary = "say what is new and what is gone between two saved reports, or two sets of exports"},
	[COMMAND_MERGE] = {COMMAND_MERGE, "merge", .operands = "REPORT ...", .min_operands = 1, .max_operands = MANY,
		.completes = COMPLETES_FILE, EXAMPLES(merge_examples),
		.summary = "join saved reports into one; equal secrets become one finding"},
	[COMMAND_VERIFY_REPORT] = {COMMAND_VERIFY_REPORT, "verify-report", .operands = "REPORT ...", .min_operands = 1,
		.max_operands = MANY, .completes = COMPLETES_FILE, EXAMPLES(verify_examples),
		.summary = "check saved reports: whole, adding up, and as a manifest of digests has them"},
	[COMMAND_IAM] = {COMMAND_IAM, "iam", .operands = "EXPORT ...", .min_operands = 1, .max_operands = MANY,
		.completes = COMPLETES_FILE, EXAMPLES(iam_examples),
		.summary =
			"judge exports of AWS accounts: what each identity can do, how old its credentials are, which "
			"to switch off first"},
	[COMMAND_INVENTORY] = {COMMAND_INVENTORY, "inventory", .operands = "EXPORT ...", .min_operands = 1,
		.max_operands = MANY, .completes = COMPLETES_FILE, EXAMPLES(inventory_examples),
		.summary = "list every identity and credential of exports once"},
	[COMMAND_COMMANDS] = {COMMAND_COMMANDS, "commands", .operands = "PROVIDER", .min_operands = 1,
		.max_operands = 1, .choice = choice_provider, EXAMPLES(commands_examples),
		.summary = "print the read-only commands that make the exports, and the policy they need"},
	[COMMAND_HOOK] = {COMMAND_HOOK, "hook", .operands = "HOOK [ARGUMENT ...]", .min_operands = 1,
		.max_operands = MANY, .choice = choice_hook, EXAMPLES(hook_examples),
		.summary = "be a git hook: scan what is committed, pushed or received, and say what was read"},
	[COMMAND_PRACTICES] = {COMMAND_PRACTICES, "practices", .operands = "TARGET ...", .min_operands = 1,
		.max_operands = MANY, .completes = COMPLETES_FILE, EXAMPLES(practices_examples),
		.summary = "say of each good practice whether configurations show it, its opposite or neither"},
	[COMMAND_RULES_LIST] = {COMMAND_RULES_LIST, "rules", "list", "", 0, 0, EXAMPLES(list_examples),
		.summary = "list the rules"},
	[COMMAND_RULES_EXPLAIN] = {COMMAND_RULES_EXPLAIN, "rules", "explain", "RULE", 1, 1, EXAMPLES(explain_examples),
		.summary = "say all about one rule: what it finds, how, and what to do first"},
	[COMMAND_RULES_CHECK] = {COMMAND_RULES_CHECK, "rules", "check", "[PATH ...]", 0, MANY,
		.completes = COMPLETES_FILE, EXAMPLES(check_examples),
		.summary = "check rule files and run the cases that each rule carries"},
	[COMMAND_RULES_TEST] = {COMMAND_RULES_TEST, "rules", "test", "TEXT|-", 1, 1, EXAMPLES(test_examples),
		.summary = "try the rules on a text and explain the judgement"},
	[COMMAND_RULES_COVERAGE] = {COMMAND_RULES_COVERAGE, "rules", "coverage", "", 0, 0, EXAMPLES(coverage_examples),
		.summary = "count the rules of each service, with their kinds and NHI ids"},
	[COMMAND_COMPLETIONS] = {COMMAND_COMPLETIONS, "completions", NULL, "SHELL", 1, 1, .choice = choice_shell,
		EXAMPLES(completions_examples), .summary = "print a completion script for bash, zsh or fish"},
	[COMMAND_HELP] = {COMMAND_HELP, "help", NULL, "[COMMAND]", 0, 2, .choice = command_word,
		EXAMPLES(help_examples), .summary = "print help"},
};

const char *command_name(enum command_id c) {
	static const char *const names[COMMAND_COUNT] = {[COMMAND_SCAN] = "scan",
		[COMMAND_CI] = "ci",
		[COMMAND_BASELINE] = "baseline",
		[COMMAND_GATE] = "gate",
		[COMMAND_DIFF] = "diff",
		[COMMAND_MERGE] = "merge",
		[COMMAND_VERIFY_REPORT] = "verify-report",
		[COMMAND_IAM] = "iam",
		[COMMAND_INVENTORY] = "inventory",
		[COMMAND_COMMANDS] = "commands",
		[COMMAND_HOOK] = "hook",
		[COMMAND_PRACTICES] = "practices",
		[COMMAND_RULES_LIST] = "rules list",
		[COMMAND_RULES_EXPLAIN] = "rules explain",
		[COMMAND_RULES_CHECK] = "rules check",
		[COMMAND_RULES_TEST] = "rules test",
		[COMMAND_RULES_COVERAGE] = "rules coverage",
		[COMMAND_COMPLETIONS] = "completions",
		[COMMAND_HELP] = "help"};
	return names[c];
}

const char *command_word(size_t i) {
	const char *last = NULL;
	for (size_t c = 0; c < COMMAND_COUNT; c++) {
		const char *word = command_table[c].word;
		if (last && strcmp(word, last) == 0)
			continue; /* the rows of one group stand together */
		last = word;
		if (i-- == 0)
			return word;
	}
	return NULL;
}
