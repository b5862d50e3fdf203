/* The view of TOML that gitleaks' configuration is read through. The syntax is read in scanners/toml.c. */
#include "rules/toml.h"

#include "scanners/node.h"

#include <stdlib.h>

#define DEPTH_MAX  64
#define VALUES_MAX 1000000

const struct toml *toml_get(const struct toml *table, const char *key) {
	for (const struct toml *t = table->first; t; t = t->next)
		if (slice_eq(t->key, slice_str(key)))
			return t;
	return NULL;
}

/* A number as TOML writes it, which the reader has checked. */
static double number(struct slice text) {
	char digits[64];
	size_t n = 0;

	for (size_t i = 0; i < text.n && n + 1 < sizeof(digits); i++)
		if (text.p[i] != '_')
			digits[n++] = (char)text.p[i];
	digits[n] = 0;
	if (digits[0] == '0' && (digits[1] == 'x' || digits[1] == 'o' || digits[1] == 'b'))
		return (double)strtoull(digits + 2, NULL, digits[1] == 'x' ? 16 : digits[1] == 'o' ? 8 : 2);
	return strtod(digits, NULL);
}

static struct toml *view(struct arena *a, const struct node *key, const struct node *n);

static void add(struct arena *a, struct toml *to, const struct node *key, const struct node *n) {
	struct toml *t = view(a, key, n);

	if (to->last)
		to->last->next = t;
	else
		to->first = t;
	to->last = t;
	to->n++;
}

static struct toml *view(struct arena *a, const struct node *key, const struct node *n) {
	struct toml *t = ARENA_NEW(a, struct toml);

	t->line = key ? key->span.line : n->span.line;
	if (key)
		t->key = key->text;
	t->text = n->text;
	t->truth = n->kind == NODE_BOOL && n->boolean;
	switch (n->kind) {
	case NODE_MAPPING:
		t->kind = TOML_TABLE;
		for (size_t i = 0; i < n->n; i++)
			add(a, t, n->members[i].key, n->members[i].value);
		break;
	case NODE_SEQUENCE:
		t->kind = TOML_ARRAY;
		for (size_t i = 0; i < n->n; i++)
			add(a, t, NULL, n->items[i]);
		break;
	case NODE_NUMBER:
		t->kind = TOML_NUMBER;
		t->number = number(n->text);
		break;
	case NODE_BOOL:
		t->kind = TOML_BOOL;
		break;
	default:
		t->kind = n->quoted ? TOML_TEXT : TOML_DATE;
	}
	return t;
}

struct toml *toml_parse(struct arena *a, const char *file, struct slice text, struct error *err) {
	const struct node_limits lim = {.max_depth = DEPTH_MAX, .max_nodes = VALUES_MAX};
	struct node_documents docs;
	struct syntax_error why = {0};

	if (toml_read(a, text, &lim, &docs, &why) != 0) {
		error_set(err, ERR_USAGE, "%s:%u: %s", file, why.line, why.text);
		return NULL;
	}
	return view(a, NULL, docs.roots[0]);
}
