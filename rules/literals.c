/* The catalogue's keywords as Vectorscan databases: compiled here, or taken from what the build compiled ahead. */
#include "rules/compiled.h"
#include "rules/load_fields.h"

#include <stdlib.h>

static struct literal *literal_add(struct engine *e, struct map *known, struct slice text, bool nocase) {
	struct map_entry *entry;
	uint8_t key[1 + RULE_KEYWORD_MAX];
	size_t n = text.n < RULE_KEYWORD_MAX ? text.n : RULE_KEYWORD_MAX;
	bool added;

	key[0] = nocase;
	memcpy(key + 1, text.p, n);
	entry = map_put(known, slice_of(key, n + 1), &added);
	if (added) {
		struct literal l = {.text = text, .nocase = nocase};

		entry->value.num = e->literals.n;
		if (text.n > 1 && text.p[0] == '\n')
			VEC_PUSH(&e->line_literals, (uint32_t)e->literals.n);
		VEC_PUSH(&e->literals, l);
		if (text.n > e->longest_literal)
			e->longest_literal = text.n;
	}
	return &e->literals.at[entry->value.num];
}

/* Adds the keywords of `r`; hits on them try rule `index` of the engine's catalogue, or nothing when that is negative. */
static void add_keywords(struct engine *e, struct map *known, const struct rule *r, ptrdiff_t index) {
	for (size_t k = 0; k < r->nkeywords; k++) {
		struct literal *l = literal_add(e, known, slice_str(r->keywords[k]), r->ignore_case);

		if (index < 0)
			continue;
		VEC_PUSH(&l->rules, (uint32_t)index);
		if (l->reach_before < r->before + LOOK_BEHIND_MAX + JUDGE_CONTEXT)
			l->reach_before = r->before + LOOK_BEHIND_MAX + JUDGE_CONTEXT;
		if (l->reach_after < r->after + JUDGE_CONTEXT)
			l->reach_after = r->after + JUDGE_CONTEXT;
	}
}

static void add_layer_marks(struct engine *e, struct map *known) {
	for (size_t i = 0; layer_marks[i]; i++)
		literal_add(e, known, slice_str(layer_marks[i]), true)->opens_layer = true;
}

/* Are all rules built-in ones? Then the keywords of the whole built-in catalogue serve, in its order, with those of other rules idle. */
static bool collect_builtin(struct engine *e, struct map *known) {
	struct map chosen = {0};
	const struct catalogue *c = e->catalogue;
	bool all = c->rules == builtin_catalogue.rules;
	size_t found = 0;

	for (size_t i = 0; !all && i < c->n; i++)
		map_put(&chosen, slice_str(c->rules[i].id), NULL)->value.num = i;
	for (size_t i = 0; i < builtin_catalogue.n; i++) {
		const struct rule *r = &builtin_catalogue.rules[i];
		const struct map_entry *m = all ? NULL : map_get(&chosen, slice_str(r->id));
		/* A rule that replaced a built-in one has its id, but not its text. */
		bool same = m && c->rules[m->value.num].pattern == r->pattern &&
			    c->rules[m->value.num].keywords == r->keywords;

		found += same;
		add_keywords(e, known, r, all ? (ptrdiff_t)i : same ? (ptrdiff_t)m->value.num : -1);
	}
	map_free(&chosen);
	return all || found == c->n;
}

static int deserialize(struct engine *e) {
	for (int p = 0; p < LITERALS_PARTS; p++) {
		struct slice s = builtin_literals.parts[p];

		if (s.n && hs_deserialize_database((const char *)s.p, s.n, &e->literals_db[p]) != HS_SUCCESS)
			return -1;
	}
	return 0;
}

static void forget_literals(struct engine *e) {
	for (size_t i = 0; i < e->literals.n; i++)
		VEC_FREE(&e->literals.at[i].rules);
	e->literals.n = e->line_literals.n = 0;
	e->longest_literal = 0;
	for (int p = 0; p < LITERALS_PARTS; p++) {
		hs_free_database(e->literals_db[p]);
		e->literals_db[p] = NULL;
	}
}

static bool take_builtin(struct engine *e) {
	struct map known = {0};
	bool taken;

	if (strcmp(builtin_literals.catalogue_digest, builtin_catalogue.digest) != 0)
		return false;
	taken = collect_builtin(e, &known);
	add_layer_marks(e, &known);
	map_free(&known);
	taken = taken && deserialize(e) == 0;
	if (!taken)
		forget_literals(e);
	return taken;
}

static enum literal_part part_of(const struct literal *l) {
	return l->text.n < LITERAL_LONG_MIN ? LITERALS_SHORT : LITERALS_LONG;
}

static int compile_part(struct engine *e, enum literal_part part, struct error *err) {
	size_t all = e->literals.n;
	const char **text = mem_alloc_n(all, sizeof(*text));
	unsigned *flags = mem_alloc_n(all, sizeof(*flags)), *ids = mem_alloc_n(all, sizeof(*ids)), n = 0;
	size_t *lengths = mem_alloc_n(all, sizeof(*lengths));
	hs_compile_error_t *why = NULL;
	/* No processor features: a database built on one machine must run on another. */
	hs_platform_info_t any = {0};
	int rc = 0;

	for (size_t i = 0; i < all; i++) {
		const struct literal *l = &e->literals.at[i];

		if (part_of(l) != part)
			continue;
		text[n] = (const char *)l->text.p;
		lengths[n] = l->text.n;
		flags[n] = l->nocase ? HS_FLAG_CASELESS : 0;
		ids[n++] = (unsigned)i;
	}
	if (n && hs_compile_lit_multi(text, flags, ids, lengths, n, HS_MODE_BLOCK, &any, &e->literals_db[part], &why) !=
			 HS_SUCCESS) {
		rc = error_set(err, ERR_USAGE, "keywords can't be compiled: %s", why ? why->message : "unknown reason");
		hs_free_compile_error(why);
	}
	free(text);
	free(flags);
	free(ids);
	free(lengths);
	return rc;
}

int engine_compile_literals(struct engine *e, struct error *err) {
	struct map known = {0};

	if (take_builtin(e))
		return 0;
	for (size_t i = 0; i < e->catalogue->n; i++)
		add_keywords(e, &known, &e->catalogue->rules[i], (ptrdiff_t)i);
	add_layer_marks(e, &known);
	map_free(&known);
	for (int p = 0; p < LITERALS_PARTS; p++)
		if (compile_part(e, (enum literal_part)p, err) != 0)
			return -1;
	return 0;
}

int engine_serialize(const struct engine *e, enum literal_part part, char **bytes, size_t *n) {
	*bytes = NULL;
	*n = 0;
	return !e->literals_db[part] || hs_serialize_database(e->literals_db[part], bytes, n) == HS_SUCCESS ? 0 : -1;
}
