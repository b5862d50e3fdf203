/* A small catalogue written as YAML, compiled, with a matcher, for tests of the engine's parts. Not a test itself. */
#ifndef NHISCAN_TESTS_UNIT_RULES_LAB_H
#define NHISCAN_TESTS_UNIT_RULES_LAB_H

#include "rules/engine.h"
#include "rules/load.h"
#include "rules/template.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

struct lab {
	struct arena arena;
	struct limits limits;
	rule_vec rules;
	struct catalogue catalogue;
	struct engine *engine;
	struct matcher *matcher;
	candidate_vec found;
	unsigned limits_hit;
};

/* `fields` are lines "name: value\n" of one rule, added to an id, a fix, cases and the like. */
static inline void lab_add(struct lab *l, const char *id, const char *fields) {
	struct buf yaml = {0};
	struct error err = {0};
	struct slice rest = slice_str(fields);

	buf_printf(&yaml,
		"- id: %s\n  title: T\n  service: S\n  nhi: [NHI2]\n  cwe: [798]\n  fix: F.\n  reference: "
		"https://x.invalid/\n  positive: [a, b]\n  negative: [c, d]\n",
		id);
	while (rest.n) {
		const uint8_t *nl = memchr(rest.p, '\n', rest.n);
		size_t n = nl ? (size_t)(nl - rest.p) : rest.n;

		buf_printf(&yaml, "  %.*s\n", (int)n, (const char *)rest.p);
		rest = slice_sub(rest, n + 1, rest.n);
	}
	if (rules_parse(&l->arena, "lab.yaml", buf_slice(&yaml), &l->rules, &err) != 0)
		fail_msg("%s", err.text);
	buf_free(&yaml);
}

static inline void lab_open(struct lab *l) {
	struct error err = {0};
	static const struct catalogue empty;

	if (!l->limits.max_document_bytes)
		l->limits = limits_default();
	catalogue_merge(&l->arena, &empty, &l->rules, &l->catalogue);
	l->engine = engine_open(&l->catalogue, &l->limits, 1700000000, &err);
	assert_non_null(l->engine);
	l->matcher = matcher_open(l->engine, &err);
	assert_non_null(l->matcher);
}

static inline void lab_close(struct lab *l) {
	matcher_close(l->matcher);
	engine_close(l->engine);
	VEC_FREE(&l->found);
	VEC_FREE(&l->rules);
	arena_free(&l->arena);
}

/* Matches `text` into l->found; returns how many stand. */
static inline size_t lab_match(struct lab *l, struct slice text) {
	size_t n = 0;

	l->found.n = 0;
	l->limits_hit = matcher_scan(l->matcher, &(struct match_input){.bytes = text}, &l->found);
	for (size_t i = 0; i < l->found.n; i++)
		n += !l->found.at[i].what->judgement.rejected;
	return n;
}

static inline struct slice lab_expand(struct lab *l, const char *template, uint64_t seed) {
	struct buf b = {0};
	struct error err = {0};
	struct slice s;

	if (template_expand(&b, slice_str(template), seed, &err) != 0)
		fail_msg("%s", err.text);
	s = arena_copy(&l->arena, buf_slice(&b));
	buf_free(&b);
	return s;
}

#define LAB_TOKEN                                                                                                      \
	"severity: high\nconfidence: high\nkind: token\nkeywords: [acme_]\npattern: "                                  \
	"'\\b(acme_[a-z0-9]{20})\\b'\nafter: "                                                                         \
	"64\nmask_prefix: 5"

#endif
