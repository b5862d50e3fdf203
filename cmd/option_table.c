/* The rows of the option and command tables: names, places in struct options, help texts, defaults, choices.
 * Texts are ASCII without mdoc or shell syntax, since they go to terminals, man pages and completions alike. */
#include "cmd/option_table.h"

#include "report/inventory.h"
#include "report/report.h"

#include <stddef.h>

#define ONLY(c)	  (1U << (c))
#define SCAN	  ONLY(COMMAND_SCAN)
#define CI	  ONLY(COMMAND_CI)
#define IAM	  ONLY(COMMAND_IAM)
#define INVENTORY ONLY(COMMAND_INVENTORY)
#define BASELINE  ONLY(COMMAND_BASELINE)
#define GATING	  ONLY(COMMAND_GATE)
#define DIFF	  ONLY(COMMAND_DIFF)
#define MERGE	  ONLY(COMMAND_MERGE)
#define HOOK	  ONLY(COMMAND_HOOK)
#define VERIFY	  ONLY(COMMAND_VERIFY_REPORT)
#define SAVED	  (GATING | DIFF | MERGE)
#define LIST	  ONLY(COMMAND_RULES_LIST)
#define EXPLAIN	  ONLY(COMMAND_RULES_EXPLAIN)
#define CHECK	  ONLY(COMMAND_RULES_CHECK)
#define TEST	  ONLY(COMMAND_RULES_TEST)
#define COVERAGE  ONLY(COMMAND_RULES_COVERAGE)
#define PRACTICES ONLY(COMMAND_PRACTICES)
#define EVERY	  ((1U << COMMAND_COUNT) - 1)
#define FIELD(f)  offsetof(struct options, f)

#define READING	 "What to read"
#define REPORTS	 "Reports"
#define RULES	 "Rules"
#define GATE	 "Exit status"
#define EXPORTS	 "Exports"
#define SETTINGS "Configuration and limits"
#define GENERAL	 "General"
#define KIBI(n)	 ((uint64_t)(n) << 10)
#define GIBI(n)	 ((uint64_t)(n) << 30)

static const char *choice_format(size_t i) {
	const struct report_format *f = report_formats[i];
	return f ? f->name : NULL;
}

static const char *choice_inventory_format(size_t i) {
	const struct inventory_format *f = inventory_formats[i];
	return f ? f->name : NULL;
}

static const char *choice_provider(size_t i) {
	static const char *const names[] = {"aws"};
	return i < 1 ? names[i] : NULL;
}

static const char *choice_list_format(size_t i) {
	static const char *const names[] = {"text", "json"};
	return i < 2 ? names[i] : NULL;
}

static const char *choice_fail_on(size_t i) {
	if (i <= SEVERITY_CRITICAL)
		return severity_name((enum severity)i);
	return i == SEVERITY_CRITICAL + 1 ? "none" : NULL;
}

static const char *choice_confidence(size_t i) {
	return i <= CONFIDENCE_HIGH ? confidence_name((enum confidence)i) : NULL;
}

static const char *choice_hook(size_t i) {
	static const char *const names[] = {"pre-commit", "pre-push", "pre-receive"};
	return i < 3 ? names[i] : NULL;
}

static const char *choice_shell(size_t i) {
	static const char *const names[] = {"bash", "zsh", "fish"};
	return i < 3 ? names[i] : NULL;
}

const struct option option_table[] = {
	{.name = "no-history",
		.commands = SCAN | BASELINE,
		.group = READING,
		.type = OPTION_FLAG,
		.at = FIELD(no_history),
		.help = "Read the working tree only, not the commits behind it"},
	{.name = "no-worktree",
		.commands = SCAN | BASELINE,
		.group = READING,
		.type = OPTION_FLAG,
		.at = FIELD(no_worktree),
		.help = "Read the history only, not the files lying in the working tree"},
	{.name = "staged",
		.commands = SCAN | BASELINE,
		.group = READING,
		.type = OPTION_FLAG,
		.at = FIELD(staged),
		.help = "Read only what is staged for the next commit"},
	{.name = "since",
		.arg = "REV|DATE",
		.commands = SCAN | BASELINE,
		.group = READING,
		.type = OPTION_TEXT,
		.at = FIELD(since),
		.help = "Of the history, read only commits after this revision or date (2026-01-31, 90d)"},
	{.name = "range",
		.arg = "A..B",
		.commands = SCAN | BASELINE,
		.group = READING,
		.type = OPTION_TEXT,
		.at = FIELD(range),
		.help = "Of the history, read only commits that B reaches and A does not"},
	{.name = "ci-history",
		.commands = SCAN | BASELINE,
		.group = READING,
		.type = OPTION_FLAG,
		.at = FIELD(ci_history),
		.help = "Judge every version of a pipeline's files in history too, not only what is in force. Places "
			"name the commit that brought a version"},
	{.name = "cache",
		.arg = "DIR",
		.commands = SCAN | BASELINE,
		.group = READING,
		.type = OPTION_TEXT,
		.at = FIELD(cache_dir),
		.completes = COMPLETES_FOLDER,
		.help = "Remember in DIR which objects of history were read without finding anything, and do not read "
			"them "
			"again. It holds their ids, nothing of their content"},

	{.name = "format",
		.arg = "FORMAT",
		.commands = SCAN | SAVED | IAM | HOOK,
		.group = REPORTS,
		.type = OPTION_LIST,
		.at = FIELD(formats),
		.choice = choice_format,
		.fallback = "text",
		.help = "Format of a report. Several make several reports from one scan: the first goes to the first "
			"--output, and so on; one without --output goes to the standard output"},
	{.name = "format",
		.arg = "FORMAT",
		.commands = CI | LIST | COVERAGE | PRACTICES,
		.group = REPORTS,
		.type = OPTION_TEXT,
		.at = FIELD(list_format),
		.choice = choice_list_format,
		.fallback = "text",
		.help = "Format of the list"},
	{.name = "output",
		.letter = 'o',
		.arg = "FILE",
		.commands = SCAN | BASELINE | SAVED | IAM,
		.group = REPORTS,
		.type = OPTION_LIST,
		.at = FIELD(output_files),
		.completes = COMPLETES_FILE,
		.help = "Write a report to FILE, readable by its owner alone; - is the standard output. Without "
			"--format, the name tells the format: .txt, .json, .jsonl, .sarif, .csv, .md, .xml (junit), or "
			"any other "
			"format's name"},
	{.name = "with-authors",
		.commands = SCAN,
		.group = REPORTS,
		.type = OPTION_FLAG,
		.at = FIELD(with_authors),
		.help = "Name the author of the first commit of each secret in JSON reports. Off by default, since "
			"this is "
			"personal data"},
	{.name = "max-results",
		.arg = "N",
		.commands = SCAN | SAVED,
		.group = REPORTS,
		.type = OPTION_NUMBER,
		.at = FIELD(max_results),
		.max = 1000000000,
		.fallback = "5000",
		.help = "List at most N results in a SARIF log, the worst ones, and say so in it; 0 for all. Code "
			"scanning of "
			"GitHub and GitLab keeps 5000"},
	{.name = "oscal-ap",
		.arg = "HREF",
		.commands = SCAN | SAVED,
		.group = REPORTS,
		.type = OPTION_TEXT,
		.at = FIELD(oscal_plan),
		.help = "The assessment plan that OSCAL assessment results refer to; without it they carry a minimal "
			"one"},
	{.name = "stats",
		.commands = SCAN | BASELINE,
		.group = REPORTS,
		.type = OPTION_FLAG,
		.at = FIELD(stats),
		.help = "Print what the engines did (bytes, windows, matches, time) on the standard error"},
	{.name = "quiet",
		.letter = 'q',
		.commands = SCAN | BASELINE | IAM,
		.group = REPORTS,
		.type = OPTION_FLAG,
		.at = FIELD(quiet),
		.help = "Print nothing but reports and errors"},
	{.name = "no-color",
		.commands = SCAN | SAVED | IAM | HOOK,
		.group = REPORTS,
		.type = OPTION_FLAG,
		.at = FIELD(no_color),
		.help = "No colours. Also off when NO_COLOR is set, TERM is dumb, or the output is no terminal"},
	{.name = "no-progress",
		.commands = SCAN | BASELINE,
		.group = REPORTS,
		.type = OPTION_FLAG,
		.at = FIELD(no_progress),
		.help = "No progress line on the standard error"},

	{.name = "rules",
		.arg = "PATH",
		.commands = SCAN | BASELINE | LIST | EXPLAIN | TEST | COVERAGE | IAM | HOOK,
		.group = RULES,
		.type = OPTION_LIST,
		.at = FIELD(rule_paths),
		.completes = COMPLETES_FILE,
		.help = "Add the rules of a YAML file, of every YAML file below a folder, or of a gitleaks "
			"configuration (.toml). A rule with a known id replaces it"},
	{.name = "no-builtin-rules",
		.commands = SCAN | BASELINE | LIST | EXPLAIN | TEST | COVERAGE | IAM,
		.group = RULES,
		.type = OPTION_FLAG,
		.at = FIELD(no_builtin_rules),
		.help = "Use only the rules given with --rules"},
	{.name = "only",
		.arg = "RULE|TAG",
		.commands = SCAN | BASELINE | LIST | TEST | COVERAGE | IAM | HOOK,
		.group = RULES,
		.type = OPTION_LIST,
		.at = FIELD(only),
		.help = "Use only these rules: an id, a glob over ids (aws-*), a tag, a service or an NHI id (NHI2)"},
	{.name = "skip",
		.arg = "RULE|TAG",
		.commands = SCAN | BASELINE | LIST | TEST | COVERAGE | IAM | HOOK,
		.group = RULES,
		.type = OPTION_LIST,
		.at = FIELD(skip),
		.help = "Leave out these rules; names as for --only"},
	{.name = "path",
		.arg = "NAME",
		.commands = TEST,
		.group = RULES,
		.type = OPTION_TEXT,
		.at = FIELD(test_path),
		.help = "Judge the text as if it stood in a file of this name"},

	{.name = "fail-on",
		.arg = "SEVERITY",
		.commands = SCAN | SAVED | IAM | HOOK,
		.group = GATE,
		.type = OPTION_SEVERITY,
		.at = FIELD(fail_on),
		.choice = choice_fail_on,
		.fallback = "low",
		.help = "Exit with 1 when there is a finding of this severity or above"},
	{.name = "baseline",
		.arg = "FILE",
		.commands = SCAN | BASELINE | SAVED | HOOK,
		.group = GATE,
		.type = OPTION_TEXT,
		.at = FIELD(baseline_file),
		.completes = COMPLETES_FILE,
		.help = "Compare with this list of known findings. Those that it accepts with a reason are suppressed; "
			"all are told "
			"apart as new and unchanged"},
	{.name = "fail-on-new",
		.commands = SCAN | SAVED | HOOK,
		.group = GATE,
		.type = OPTION_FLAG,
		.at = FIELD(fail_on_new),
		.help = "Only findings that the baseline does not know fail"},
	{.name = "manifest",
		.arg = "FILE",
		.commands = VERIFY,
		.group = GENERAL,
		.type = OPTION_TEXT,
		.at = FIELD(manifest),
		.completes = COMPLETES_FILE,
		.help = "Digests to compare with, as sha256sum prints them"},
	{.name = "gate-confidence",
		.arg = "CONFIDENCE",
		.commands = SCAN | SAVED | IAM | HOOK,
		.group = GATE,
		.type = OPTION_CONFIDENCE,
		.at = FIELD(gate_confidence),
		.choice = choice_confidence,
		.fallback = "high",
		.help = "Findings below this confidence are reported and never fail"},
	{.name = "min-confidence",
		.arg = "CONFIDENCE",
		.commands = SCAN | BASELINE | IAM | HOOK,
		.group = GATE,
		.type = OPTION_CONFIDENCE,
		.at = FIELD(min_confidence),
		.choice = choice_confidence,
		.fallback = "medium",
		.help = "Findings below this confidence are counted in the report, not listed"},
	{.name = "exit-zero",
		.commands = SCAN | SAVED | IAM,
		.group = GATE,
		.type = OPTION_FLAG,
		.at = FIELD(exit_zero),
		.help = "Exit with 0 instead of 1. Errors and incomplete scans keep their status"},

	{.name = "config",
		.arg = "FILE",
		.commands = SCAN | BASELINE | IAM | HOOK,
		.group = SETTINGS,
		.type = OPTION_TEXT,
		.at = FIELD(config_file),
		.completes = COMPLETES_FILE,
		.help = "Read this configuration instead of .nhiscan.yaml in the target"},
	{.name = "no-config",
		.commands = SCAN | BASELINE | IAM,
		.group = SETTINGS,
		.type = OPTION_FLAG,
		.at = FIELD(no_config),
		.help = "Do not read .nhiscan.yaml, .gitleaks.toml and .gitleaksignore in the target"},
	{.name = "suppressions",
		.arg = "FILE",
		.commands = SCAN | BASELINE | IAM | HOOK,
		.group = SETTINGS,
		.type = OPTION_LIST,
		.at = FIELD(suppression_files),
		.completes = COMPLETES_FILE,
		.help = "Suppress the findings that a list of another tool accepts: a .gitleaksignore, a baseline of "
			"detect-secrets, a saved report of gitleaks or TruffleHog, or patterns of paths, one a line. "
			"They stay in the "
			"report"},
	{.name = "gitleaks-config",
		.arg = "FILE",
		.commands = SCAN | BASELINE,
		.group = SETTINGS,
		.type = OPTION_TEXT,
		.at = FIELD(gitleaks_config),
		.completes = COMPLETES_FILE,
		.help = "Read the rules and allowlists of a gitleaks configuration as it is, and report what is not "
			"honoured"},
	{.name = "fingerprint-key-file",
		.arg = "FILE",
		.commands = SCAN | BASELINE | IAM | HOOK,
		.group = SETTINGS,
		.type = OPTION_TEXT,
		.at = FIELD(fingerprint_key_file),
		.completes = COMPLETES_FILE,
		.help = "Key (32 bytes or more, mode 0600) for fingerprints that stay the same from run to run. "
			"Without "
			"it a key is drawn for this run alone"},
	{.name = "threads",
		.arg = "N",
		.commands = SCAN | BASELINE | HOOK,
		.group = SETTINGS,
		.type = OPTION_NUMBER,
		.at = FIELD(threads),
		.min = 1,
		.max = 1024,
		.fallback = "as many as processors",
		.help = "Threads that read and match"},
	{.name = "max-document-size",
		.arg = "SIZE",
		.commands = SCAN | BASELINE,
		.group = SETTINGS,
		.type = OPTION_SIZE,
		.at = FIELD(max_document_bytes),
		.min = KIBI(1),
		.max = GIBI(1024),
		.help = "Read at most this much of one file or blob (k, M, G); what is cut makes the scan incomplete"},
	{.name = "decode-depth",
		.arg = "N",
		.commands = SCAN | BASELINE | TEST,
		.group = SETTINGS,
		.type = OPTION_NUMBER,
		.at = FIELD(decode_depth),
		.min = 0,
		.max = 16,
		.help = "Layers of base64, percent-encoding and the like to look through; 0 for none"},
	{.name = "archive-depth",
		.arg = "N",
		.commands = SCAN | BASELINE,
		.group = SETTINGS,
		.type = OPTION_NUMBER,
		.at = FIELD(archive_depth),
		.min = 0,
		.max = 32,
		.help = "Archives inside archives to open; 0 to open none and match their bytes as they are"},
	{.name = "archive-members",
		.arg = "N",
		.commands = SCAN | BASELINE,
		.group = SETTINGS,
		.type = OPTION_NUMBER,
		.at = FIELD(archive_members),
		.min = 1,
		.max = UINT32_MAX,
		.help = "Members to read of one archive and all in it"},
	{.name = "archive-size",
		.arg = "SIZE",
		.commands = SCAN | BASELINE,
		.group = SETTINGS,
		.type = OPTION_SIZE,
		.at = FIELD(archive_bytes),
		.min = KIBI(1),
		.max = GIBI(1048576),
		.help = "Bytes to unpack of one archive and all in it"},
	{.name = "archive-ratio",
		.arg = "N",
		.commands = SCAN | BASELINE,
		.group = SETTINGS,
		.type = OPTION_NUMBER,
		.at = FIELD(archive_ratio),
		.min = 1,
		.max = UINT32_MAX,
		.help = "How many times its own size an archive may expand to, beyond the first 128 MiB"},
	{.name = "archive-time",
		.arg = "SECONDS",
		.commands = SCAN | BASELINE,
		.group = SETTINGS,
		.type = OPTION_NUMBER,
		.at = FIELD(archive_seconds),
		.min = 1,
		.max = 86400,
		.help = "Time for one archive and all in it"},
	{.name = "archive-memory",
		.arg = "SIZE",
		.commands = SCAN | BASELINE,
		.group = SETTINGS,
		.type = OPTION_SIZE,
		.at = FIELD(archive_memory),
		.min = KIBI(64),
		.max = GIBI(16),
		.help = "Memory for the window of one decoder, or for an inner archive that can't be read in order"},

	{.name = "as-of",
		.arg = "DATE",
		.commands = IAM | INVENTORY | DIFF,
		.group = EXPORTS,
		.type = OPTION_TEXT,
		.at = FIELD(as_of),
		.help = "Count ages up to this moment (2026-01-31, 90d). Without it, up to the time an export says it "
			"was made, or its file was written"},
	{.name = "account",
		.arg = "NUMBER",
		.commands = IAM | INVENTORY | DIFF,
		.group = EXPORTS,
		.type = OPTION_TEXT,
		.at = FIELD(account),
		.help = "Account of exports that do not name theirs, such as lists of access keys"},
	{.name = "emit-script",
		.arg = "FILE",
		.commands = IAM,
		.group = EXPORTS,
		.type = OPTION_TEXT,
		.at = FIELD(script_file),
		.completes = COMPLETES_FILE,
		.help = "Write a shell script that switches off what is safe to switch off, to be read and run by a "
			"person; it is never run here"},
	{.name = "top",
		.arg = "N",
		.commands = IAM,
		.group = EXPORTS,
		.type = OPTION_NUMBER,
		.at = FIELD(top),
		.min = 1,
		.max = 1000000,
		.fallback = "20",
		.help = "How many identities and credentials to list"},
	{.name = "format",
		.arg = "FORMAT",
		.commands = INVENTORY,
		.group = REPORTS,
		.type = OPTION_TEXT,
		.at = FIELD(inventory_format),
		.choice = choice_inventory_format,
		.fallback = "table",
		.help = "Format of the inventory"},

	{.name = "help",
		.letter = 'h',
		.commands = EVERY,
		.group = GENERAL,
		.type = OPTION_FLAG,
		.at = FIELD(help),
		.help = "Print this help"},
	{.name = "version",
		.commands = SCAN,
		.group = GENERAL,
		.type = OPTION_FLAG,
		.at = FIELD(version),
		.help = "Print the version"},
	{.name = "json",
		.commands = SCAN,
		.group = GENERAL,
		.type = OPTION_FLAG,
		.at = FIELD(json),
		.help = "With --version: as JSON, with the commit, the rules and the libraries in use"},
	{.name = "mdoc",
		.commands = ONLY(COMMAND_HELP),
		.group = GENERAL,
		.type = OPTION_FLAG,
		.at = FIELD(mdoc),
		.hidden = true,
		.help = "Print the parts of the man page that come from the option table"},
};
const size_t option_table_n = sizeof(option_table) / sizeof(*option_table);

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
