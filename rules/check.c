/* Checking rules: their cases, each with several seeds, and what can be said by reading them.
 * Not here: loading (load.c refuses what is malformed), the reading of patterns (pattern_lint.c), the engine. */
#include "rules/check.h"

#include "core/buf.h"
#include "rules/pattern_lint.h"
#include "rules/rule_tree.h"
#include "rules/template.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

typedef VEC(struct rules_complaint) complaint_vec;

struct checking {
	struct arena *arena;
	const struct rule *rule;
	rule_fires_fn *fires;
	void *ctx;
	complaint_vec complaints;
	struct rules_checked *out;
};

static void complain(struct checking *c, bool is_error, unsigned line, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

static void complain(struct checking *c, bool is_error, unsigned line, const char *fmt, ...) {
	char text[ERROR_TEXT_MAX];
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	const char *whole = arena_printf(c->arena, "%s:%u: rule %s: %s", c->rule->file, line, c->rule->id, text);
	VEC_PUSH(&c->complaints, ((struct rules_complaint){is_error, whole}));
	*(is_error ? &c->out->errors : &c->out->warnings) += 1;
}

static bool holds_keyword(const struct rule *rule, struct slice text) {
	for (size_t i = 0; i < rule->nkeywords; i++) {
		struct slice keyword = slice_str(rule->keywords[i]);
		if ((rule->ignore_case ? slice_find_nocase(text, keyword) : slice_find(text, keyword)) >= 0)
			return true;
	}
	return false;
}

/* Expands the case once; false when there is nothing more to learn from other seeds. */
static bool check_once(struct checking *c, const char *kind, size_t number, const struct rule_case *k, uint64_t seed) {
	struct buf text = {0};
	struct error err = {0};
	bool positive = kind[0] == 'p', go_on = false;
	if (template_expand(&text, slice_str(k->text), seed, &err) != 0) {
		complain(c, true, k->line, "%s %zu: %s", kind, number, err.text);
		goto out;
	}
	bool fires = c->fires(c->ctx, c->rule, buf_slice(&text));
	/* An encoded token hides the keyword until it is decoded; then only the engine can tell. */
	bool encoded = strstr(k->text, "{{b64:") != NULL;
	if (positive && !encoded && !holds_keyword(c->rule, buf_slice(&text)))
		complain(c, true, k->line, "positive %zu holds none of the keywords", number);
	else if (positive && !fires)
		complain(c, true, k->line, "positive %zu does not fire (seed %u)", number, (unsigned)seed);
	else if (!positive && fires)
		complain(c, true, k->line, "negative %zu fires (seed %u)", number, (unsigned)seed);
	else
		go_on = true;
out:
	buf_free(&text);
	return go_on;
}

static void check_cases(struct checking *c, const char *kind, const struct rule_case *cases, size_t n) {
	if (n < CHECK_CASES_MIN)
		complain(c, true, c->rule->line, "has %zu %s case%s, needs at least %d", n, kind, n == 1 ? "" : "s",
			CHECK_CASES_MIN);
	for (size_t i = 0; i < n; i++) {
		unsigned seeds = strstr(cases[i].text, "{{") ? CHECK_SEEDS : 1;
		c->out->cases++;
		for (unsigned seed = 0; seed < seeds; seed++) {
			if (!check_once(c, kind, i + 1, &cases[i], seed))
				break;
		}
	}
}

static void take_fault(void *ctx, enum pattern_fault fault, size_t offset) {
	struct checking *c = ctx;
	if (fault == PATTERN_NESTED)
		complain(c, true, c->rule->line,
			"pattern offset %zu: a group is repeated that repeats inside, with nothing to part the rounds",
			offset);
	else
		complain(c, false, c->rule->line,
			"pattern offset %zu: unbounded quantifier, better {n,m} or possessive", offset);
}

static void keep_complaints(struct checking *c) {
	struct rules_complaint *kept = ARENA_NEW_N(c->arena, struct rules_complaint, c->complaints.n);

	if (c->complaints.n)
		memcpy(kept, c->complaints.at, c->complaints.n * sizeof(*kept));
	c->out->complaints = kept;
	c->out->n = c->complaints.n;
}

void rules_check(struct arena *a, const rule_vec *rules, rule_fires_fn *fires, void *ctx, struct rules_checked *out) {
	struct checking c = {.arena = a, .fires = fires, .ctx = ctx, .out = out};
	memset(out, 0, sizeof(*out));
	for (size_t i = 0; i < rules->n; i++) {
		c.rule = &rules->at[i];
		out->rules++;
		if (c.rule->facts)
			continue; /* rules_check_facts() */
		pattern_lint(c.rule->pattern, c.rule->ignore_case, take_fault, &c);
		check_cases(&c, "positive", c.rule->positive, c.rule->npositive);
		check_cases(&c, "negative", c.rule->negative, c.rule->nnegative);
	}
	keep_complaints(&c);
	VEC_FREE(&c.complaints);
}

static void check_fact_cases(
	struct checking *c, const char *kind, const struct rule_node *cases, fact_case_fn *answer) {
	const bool positive = kind[0] == 'p';
	size_t number = 0;

	for (const struct rule_node *one = cases ? cases->first : NULL; one; one = one->next) {
		struct error why = {0};
		const enum case_answer a = answer(c->ctx, c->rule, one, &why);

		number++;
		c->out->cases++;
		if (a == CASE_BAD)
			complain(c, true, one->line, "%s %zu: %s", kind, number, why.text);
		else if (positive && a != CASE_HOLDS)
			complain(c, true, one->line, "positive %zu %s", number,
				a == CASE_UNDECIDED ? "can't be decided" : "does not hold");
		else if (!positive && a == CASE_HOLDS)
			complain(c, true, one->line, "negative %zu holds", number);
	}
	if (number == 0)
		complain(c, true, c->rule->line, "has no %s case", kind);
}

void rules_check_facts(
	struct arena *a, const rule_vec *rules, fact_case_fn *answer, void *ctx, struct rules_checked *out) {
	struct checking c = {.arena = a, .ctx = ctx, .out = out};

	for (size_t i = 0; i < out->n; i++)
		VEC_PUSH(&c.complaints, out->complaints[i]);
	for (size_t i = 0; i < rules->n; i++) {
		c.rule = &rules->at[i];
		if (!c.rule->facts)
			continue;
		check_fact_cases(&c, "positive", c.rule->facts->positive, answer);
		check_fact_cases(&c, "negative", c.rule->facts->negative, answer);
	}
	keep_complaints(&c);
	VEC_FREE(&c.complaints);
}
