/* Opening and closing the engine, and patterns compiled when first needed. Keywords are compiled in literals.c.
 * How a hit becomes a candidate is in match.c. */
#include "rules/compiled.h"

#include <stdlib.h>

struct engine *engine_open(const struct catalogue *c, const struct limits *lim, int64_t now, struct error *err) {
	struct engine *e = mem_alloc(sizeof(*e));

	e->catalogue = c;
	e->limits = lim;
	e->now = now;
	e->prefixes = telling_prefixes_of(c);
	e->services = telling_services_of(c);
	e->patterns = mem_alloc_n(c->n + 1, sizeof(*e->patterns));
	if (engine_compile_literals(e, err) != 0) {
		engine_close(e);
		return NULL;
	}
	return e;
}

void engine_close(struct engine *e) {
	if (!e)
		return;
	for (size_t i = 0; i < e->catalogue->n; i++)
		pcre2_code_free(e->patterns[i]);
	for (size_t i = 0; i < e->literals.n; i++)
		VEC_FREE(&e->literals.at[i].rules);
	VEC_FREE(&e->literals);
	VEC_FREE(&e->line_literals);
	for (int p = 0; p < LITERALS_PARTS; p++)
		hs_free_database(e->literals_db[p]);
	telling_prefixes_free(e->prefixes);
	telling_services_free(e->services);
	free(e->patterns);
	free(e);
}

const struct catalogue *engine_catalogue(const struct engine *e) {
	return e->catalogue;
}

static pcre2_code *compile_pattern(const struct rule *r) {
	uint32_t options = PCRE2_NEVER_UTF | PCRE2_NEVER_BACKSLASH_C | PCRE2_DOLLAR_ENDONLY;
	size_t offset;
	int number;
	pcre2_code *code;

	if (r->ignore_case)
		options |= PCRE2_CASELESS;
	/* The match starts at the keyword itself: no search, one attempt. */
	options |= r->before == 0 ? PCRE2_ANCHORED : PCRE2_USE_OFFSET_LIMIT;
	code = pcre2_compile((PCRE2_SPTR)r->pattern, PCRE2_ZERO_TERMINATED, options, &number, &offset, NULL);
	if (code)
		pcre2_jit_compile(code, PCRE2_JIT_COMPLETE); /* without JIT the interpreter gives the same results */
	return code;
}

pcre2_code *engine_pattern(struct engine *e, uint32_t rule) {
	pcre2_code *code = atomic_load_explicit(&e->patterns[rule], memory_order_acquire), *expected = NULL;

	if (code)
		return code;
	code = compile_pattern(&e->catalogue->rules[rule]);
	if (!code)
		return NULL;
	if (!atomic_compare_exchange_strong(&e->patterns[rule], &expected, code)) {
		pcre2_code_free(code); /* another thread was first */
		return expected;
	}
	atomic_fetch_add(&e->patterns_compiled, 1);
	return code;
}

struct matcher *matcher_open(struct engine *e, struct error *err) {
	struct matcher *m = mem_alloc(sizeof(*m));

	m->engine = e;
	/* One match needs the whole span and one group; further groups are not read. */
	m->match_data = pcre2_match_data_create(16, NULL);
	m->match_context = pcre2_match_context_create(NULL);
	m->jit_stack = pcre2_jit_stack_create((size_t)32 * 1024, (size_t)512 * 1024, NULL);
	m->nscratch = e->limits->max_decode_depth + 1;
	if (m->nscratch > sizeof(m->scratch) / sizeof(*m->scratch))
		m->nscratch = sizeof(m->scratch) / sizeof(*m->scratch);
	if (!m->match_data || !m->match_context || !m->jit_stack)
		goto fail;
	pcre2_jit_stack_assign(m->match_context, NULL, m->jit_stack);
	pcre2_set_match_limit(m->match_context, e->limits->pattern_match_limit);
	pcre2_set_heap_limit(m->match_context, e->limits->pattern_depth_limit);
	if (!matcher_scratch(m, 0))
		goto fail;
	return m;
fail:
	matcher_close(m);
	error_set(err, ERR_IO, "no memory for matching");
	return NULL;
}

hs_scratch_t *matcher_scratch(struct matcher *m, unsigned depth) {
	if (!m->scratch[depth])
		for (int p = 0; p < LITERALS_PARTS; p++)
			if (m->engine->literals_db[p] &&
				hs_alloc_scratch(m->engine->literals_db[p], &m->scratch[depth]) != HS_SUCCESS)
				return NULL;
	return m->scratch[depth];
}

void matcher_close(struct matcher *m) {
	if (!m)
		return;
	for (size_t i = 0; i < m->nscratch; i++)
		hs_free_scratch(m->scratch[i]);
	pcre2_match_data_free(m->match_data);
	pcre2_match_context_free(m->match_context);
	pcre2_jit_stack_free(m->jit_stack);
	appraisal_set_free(&m->appraisals);
	VEC_FREE(&m->have);
	VEC_FREE(&m->fresh);
	for (int p = 0; p < LITERALS_PARTS; p++)
		VEC_FREE(&m->met[p]);
	familiar_free(m->familiar);
	carried_free(&m->carried);
	free(m);
}

const struct catalogue *matcher_catalogue(const struct matcher *m) {
	return m->engine->catalogue;
}

struct engine_stats matcher_stats(const struct matcher *m) {
	struct engine_stats s = m->stats;

	s.patterns_compiled = m->engine->patterns_compiled;
	return s;
}
