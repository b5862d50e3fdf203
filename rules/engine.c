/* Opening and closing the engine: keywords into one Vectorscan database, patterns compiled when first needed.
 * How a hit becomes a candidate is in match.c. */
#include "rules/compiled.h"

#include <stdio.h>
#include <stdlib.h>

static struct literal *literal_add(struct engine *e, struct map *known, struct slice text, bool nocase) {
	struct map_entry *entry;
	char key[256];
	bool added;
	int n = snprintf(key, sizeof(key), "%c%.*s", nocase ? 'i' : 'c', (int)text.n, (const char *)text.p);

	entry = map_put(known,
		slice_of(key, n < 0			? 0
			      : (size_t)n < sizeof(key) ? (size_t)n
							: sizeof(key) - 1),
		&added);
	if (added) {
		struct literal l = {.text = text, .nocase = nocase};

		entry->value.num = e->literals.n;
		VEC_PUSH(&e->literals, l);
		if (text.n > e->longest_literal)
			e->longest_literal = text.n;
	}
	return &e->literals.at[entry->value.num];
}

static void collect_literals(struct engine *e) {
	struct map known = {0};

	for (uint32_t i = 0; i < e->catalogue->n; i++) {
		const struct rule *r = &e->catalogue->rules[i];

		for (size_t k = 0; k < r->nkeywords; k++) {
			struct literal *l = literal_add(e, &known, slice_str(r->keywords[k]), r->ignore_case);

			VEC_PUSH(&l->rules, i);
			l->far |= r->before > NEAR_BEFORE || r->after > NEAR_AFTER;
		}
	}
	for (size_t i = 0; layer_marks[i]; i++)
		literal_add(e, &known, slice_str(layer_marks[i]), true)->opens_layer = true;
	map_free(&known);
}

static int compile_literals(struct engine *e, struct error *err) {
	size_t n = e->literals.n;
	const char **text = mem_alloc_n(n, sizeof(*text));
	unsigned *flags = mem_alloc_n(n, sizeof(*flags)), *ids = mem_alloc_n(n, sizeof(*ids));
	size_t *lengths = mem_alloc_n(n, sizeof(*lengths));
	hs_compile_error_t *why = NULL;
	int rc = 0;

	for (size_t i = 0; i < n; i++) {
		text[i] = (const char *)e->literals.at[i].text.p;
		lengths[i] = e->literals.at[i].text.n;
		flags[i] = e->literals.at[i].nocase ? HS_FLAG_CASELESS : 0;
		ids[i] = (unsigned)i;
	}
	if (hs_compile_lit_multi(text, flags, ids, lengths, (unsigned)n, HS_MODE_BLOCK, NULL, &e->literals_db, &why) !=
		HS_SUCCESS) {
		rc = error_set(err, ERR_USAGE, "keywords can't be compiled: %s%s%s",
			why ? why->message : "unknown reason", why && why->expression >= 0 ? ", at keyword " : "",
			why && why->expression >= 0 ? text[why->expression] : "");
		hs_free_compile_error(why);
	}
	free(text);
	free(flags);
	free(ids);
	free(lengths);
	return rc;
}

struct engine *engine_open(const struct catalogue *c, const struct limits *lim, int64_t now, struct error *err) {
	struct engine *e = mem_alloc(sizeof(*e));

	e->catalogue = c;
	e->limits = lim;
	e->now = now;
	e->patterns = mem_alloc_n(c->n + 1, sizeof(*e->patterns));
	collect_literals(e);
	if (compile_literals(e, err) != 0) {
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
	hs_free_database(e->literals_db);
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
	for (size_t i = 0; i < m->nscratch; i++)
		if (hs_alloc_scratch(e->literals_db, &m->scratch[i]) != HS_SUCCESS)
			goto fail;
	return m;
fail:
	matcher_close(m);
	error_set(err, ERR_IO, "no memory for matching");
	return NULL;
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
