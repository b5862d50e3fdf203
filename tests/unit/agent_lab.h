/* Reads one file of an agent with the reader that wants it, as a scan would, and finds facts in what comes of it. */
#ifndef NHISCAN_TESTS_UNIT_AGENT_LAB_H
#define NHISCAN_TESTS_UNIT_AGENT_LAB_H

#include "core/buf.h"
#include "scanners/agent/pipeline.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

/* Where %s stands in a case: a secret by its looks, and no token of anybody. */
#define LAB_LITERAL                                                                                                    \
	"q7Zk2Lw9"                                                                                                     \
	"Xt4Vb6Rn"

struct lab {
	struct arena arena;
	struct document doc;
	struct fact_source source;
	struct node_documents tree;
	struct fact_set set;
	bool wanted, taken;
};

static inline bool lab_parse(struct lab *l, struct slice path) {
	const struct node_limits lim = node_limits_default();
	struct syntax_error err = {0};
	int status;

	if (slice_has_suffix(path, ".toml"))
		status = toml_read(&l->arena, l->doc.bytes, &lim, &l->tree, &err);
	else if (slice_has_suffix(path, "modes") && l->doc.bytes.p[0] != '{')
		status = yaml_read(&l->arena, l->doc.bytes, &lim, &l->tree, &err);
	else if (slice_has_suffix(path, ".yaml") || slice_has_suffix(path, ".yml"))
		status = yaml_read(&l->arena, l->doc.bytes, &lim, &l->tree, &err);
	else if (slice_has_suffix(path, ".json") || slice_has_suffix(path, ".jsonc") || slice_has_suffix(path, "modes"))
		status = json_read(&l->arena, l->doc.bytes, true, &lim, &l->tree, &err);
	else
		return false;
	if (status != 0)
		fail_msg("%u:%u: %s in %s", err.line, err.column, err.text, (const char *)l->doc.bytes.p);
	return true;
}

/* `text` with every %s replaced. */
static inline struct lab *lab_read(const char *path, const char *text, const char *value) {
	struct lab *l = calloc(1, sizeof(*l));
	struct buf b = {0};

	for (const char *at = text; *at; at++) {
		if (at[0] == '%' && at[1] == 's') {
			buf_add_str(&b, value);
			at++;
		} else {
			buf_add_byte(&b, (uint8_t)*at);
		}
	}
	l->doc.bytes = slice_of(arena_str(&l->arena, buf_slice(&b)), b.n);
	l->doc.path = l->source.path = slice_str(path);
	buf_free(&b);
	struct reader_input in = {.doc = &l->doc, .source = &l->source};
	if (lab_parse(l, l->doc.path))
		in.tree = &l->tree;
	for (size_t i = 0; readers[i]; i++) {
		if (!readers[i]->wants(l->doc.path))
			continue;
		l->wanted = true;
		l->taken |= readers[i]->read(&in, &l->set);
	}
	return l;
}

static inline void lab_free(struct lab *l) {
	fact_set_free(&l->set);
	arena_free(&l->arena);
	free(l);
}

static inline const struct fact *lab_fact(const struct lab *l, enum fact_kind kind, const char *name) {
	for (size_t i = 0; i < l->set.all.n; i++)
		if (l->set.all.at[i]->kind == kind && (!name || slice_eq(l->set.all.at[i]->name, slice_str(name))))
			return l->set.all.at[i];
	return NULL;
}

static inline bool lab_true(const struct fact *f, const char *name) {
	const struct value *v = f ? fact_get(f, name) : NULL;

	return v && v->type == VALUE_BOOL && v->known && v->boolean;
}

static inline bool lab_text_is(const struct fact *f, const char *name, const char *text) {
	const struct value *v = f ? fact_get(f, name) : NULL;

	return v && v->type == VALUE_TEXT && slice_eq(v->text, slice_str(text));
}

static inline bool lab_lists(const struct fact *f, const char *name, const char *text) {
	const struct value *v = f ? fact_get(f, name) : NULL;

	for (size_t i = 0; v && i < v->texts.n; i++)
		if (slice_eq(v->texts.at[i], slice_str(text)))
			return true;
	return false;
}

/* The credential whose literal stands exactly at the value. */
static inline const struct fact *lab_literal(const struct lab *l, const char *value) {
	for (size_t i = 0; i < l->set.all.n; i++) {
		const struct fact *f = l->set.all.at[i];

		if (f->kind == FACT_CREDENTIAL && lab_true(f, "agent_literal") && f->span.line &&
			slice_eq(slice_sub(l->doc.bytes, f->span.start, f->span.end), slice_str(value)))
			return f;
	}
	return NULL;
}

static inline bool lab_has_literal(const struct lab *l) {
	for (size_t i = 0; i < l->set.all.n; i++)
		if (l->set.all.at[i]->kind == FACT_CREDENTIAL && lab_true(l->set.all.at[i], "agent_literal"))
			return true;
	return false;
}

#endif
