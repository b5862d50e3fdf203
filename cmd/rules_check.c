/* `nhiscan rules check [PATH ...]`: loads rule files and runs the cases that their rules carry through the engine.
 * What is checked is in rules/check.c; whether a single text matches, and why, is said by rules_test.c. */
#include "cmd/commands.h"
#include "cmd/exit.h"
#include "cmd/rules_check_facts.h"
#include "rules/check.h"
#include "rules/engine.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* Where the sources of the built-in rules are in a checkout; the binary itself carries no cases. */
static const char *const sources[] = {"rules/secrets", "rules/agents", "rules/ci", "rules/privilege"};
#define NSOURCES (sizeof(sources) / sizeof(sources[0]))

struct asked {
	const struct rule *rule;
	bool fires;
};

static void note_match(void *ctx, const struct explained *e) {
	struct asked *a = ctx;
	/* by id: the engine's rules are copies */
	if (!e->judgement->rejected && strcmp(e->rule->id, a->rule->id) == 0)
		a->fires = true;
}

/* A path that the glob matches: a rule for some files only must be asked about one of them. */
static void path_of_glob(struct buf *out, const char *glob) {
	if (*glob == '/')
		glob++;
	while (*glob) {
		if (strncmp(glob, "**/", 3) == 0) {
			glob += 3;
		} else if (*glob == '*' || *glob == '?') {
			buf_add_byte(out, 'x');
			glob += strspn(glob, "*?");
		} else if (*glob == '[' && strchr(glob, ']')) {
			buf_add_byte(out, (uint8_t)glob[1]);
			glob = strchr(glob, ']') + 1;
		} else {
			buf_add_byte(out, (uint8_t)*glob++);
		}
	}
}

static bool fires(void *ctx, const struct rule *rule, struct slice text) {
	struct asked a = {.rule = rule};
	struct buf path = {0};
	if (rule->npaths > 0)
		path_of_glob(&path, rule->paths[0]);
	const struct match_input in = {.bytes = text, .path = buf_slice(&path)};
	matcher_explain(ctx, &in, note_match, &a);
	buf_free(&path);
	return a.fires;
}

static int load(struct arena *a, const struct options *o, const struct limits *lim, rule_vec *out, struct error *err) {
	if (o->operands.n == 0 && access(sources[0], F_OK) < 0)
		return error_set(err, ERR_USAGE,
			"there is no folder %s here; name rule files or folders (built-in rules carry no cases in the "
			"program)",
			sources[0]);
	for (size_t i = 0; o->operands.n == 0 && i < NSOURCES; i++)
		if (access(sources[i], F_OK) == 0 && rules_load_path(a, sources[i], lim, out, err) < 0)
			return -1;
	for (size_t i = 0; i < o->operands.n; i++)
		if (slice_has_suffix(slice_str(o->operands.at[i]), ".toml"))
			return error_set(err, ERR_USAGE,
				"%s: rules of gitleaks carry no cases to check; 'nhiscan rules list --rules %s' says "
				"which are "
				"taken",
				o->operands.at[i], o->operands.at[i]);
		else if (rules_load_path(a, o->operands.at[i], lim, out, err) < 0)
			return -1;
	return 0;
}

/* Complaints first, the sum last. */
static int print_checked(const struct rules_checked *c) {
	struct buf line = {0};
	for (size_t i = 0; i < c->n; i++) {
		buf_clear(&line);
		exit_cover(&line, slice_str(c->complaints[i].text)); /* cases and names are quoted */
		printf("%s: %s\n", c->complaints[i].is_error ? "error" : "warning", buf_cstr(&line));
	}
	buf_free(&line);
	printf("%zu rules, %zu cases: %zu errors, %zu warnings\n", c->rules, c->cases, c->errors, c->warnings);
	return exit_after_stdout(c->errors > 0 ? EXIT_FINDINGS : EXIT_CLEAN);
}

/* Rules that are off by themselves have cases too. */
static bool any_rule(void *ctx, const struct rule *rule) {
	(void)ctx;
	(void)rule;
	return true;
}

int cmd_rules_check(const struct options *o) {
	static const struct catalogue empty;
	const struct limits lim = limits_default();
	struct arena a = {0};
	rule_vec rules = {0};
	struct catalogue c;
	struct rules_checked checked;
	struct error err = {0};
	struct engine *e = NULL;
	struct matcher *m = NULL;
	struct fact_cases cases = {.limits = &lim, .now = date_now()};
	int status = -1;
	if (load(&a, o, &lim, &rules, &err) < 0) {
		err.kind = ERR_USAGE; /* also when a file can't be read: nothing was checked */
		goto out;
	}
	catalogue_merge(&a, &empty, &rules, &c);
	if (!(e = engine_open(&c, &lim, date_now(), &err)) || !(m = matcher_open(e, &err)))
		goto out;
	cases.judge = fact_judge_open(&a, &c, any_rule, NULL, &err);
	if (!cases.judge)
		goto out;
	rules_check(&a, &rules, fires, m, &checked);
	rules_check_facts(&a, &rules, fact_case_answer, &cases, &checked);
	status = print_checked(&checked);
out:
	matcher_close(m);
	engine_close(e);
	VEC_FREE(&rules);
	arena_free(&a);
	return status < 0 ? exit_with_error(&err) : status;
}
