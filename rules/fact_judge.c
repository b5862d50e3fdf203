/* Compiling rules over facts and running them. What their files may say is in load_facts.c, conditions in condition.c; findings are made
 * of verdicts in fact_findings.c. */
#include "rules/fact_judge.h"

#include <stdio.h>
#include <stdlib.h>

/* A message is texts and attributes by turns. */
struct piece_of_message {
	struct slice text;
	const struct attribute_path *path; /* or NULL */
};

struct compiled_raise {
	const struct condition *when;
	enum severity to;
};

struct compiled_rule {
	const struct rule *rule;
	enum fact_kind on;
	const struct condition *when;
	const struct compiled_raise *raises;
	const struct attribute_path *at, *also;
	const struct attribute_path *const *edits;  /* where each is made; NULL: where the finding stands */
	const struct attribute_path *const *values; /* what it puts there; NULL: a text of its own */
	const struct piece_of_message *message;
	size_t npieces;
};

struct fact_judge {
	struct compiled_rule *rules;
	size_t n;
	/* The rules on each kind of fact, as indices, in order. */
	uint32_t *by_kind[FACT_KIND_COUNT];
	size_t nby_kind[FACT_KIND_COUNT];
};

struct compiling {
	struct arena *arena;
	const struct rule *rule;
	struct error *err;
	enum fact_kind on;
};

/* The place of a mistake: `line` and `column` are those of the text's first byte, column 0 for a block, whose indentation is not known. */
static int fail_in(const struct compiling *c, const char *text, unsigned line, unsigned column,
	const struct condition_error *why) {
	size_t from = 0;

	for (size_t i = 0; i < why->at; i++)
		if (text[i] == '\n') {
			line++;
			from = i + 1;
			column = 0;
		}
	return error_set(c->err, ERR_USAGE, "%s:%u:%zu: rule %s: %s", c->rule->file, line,
		(column ? column : 1) + why->at - from, c->rule->id, why->text);
}

static const struct condition *compile_when(
	const struct compiling *c, const char *text, unsigned line, unsigned column) {
	struct condition_error why;
	const struct condition *when = condition_parse(c->arena, c->on, slice_str(text), &why);

	if (!when)
		fail_in(c, text, line, column, &why);
	return when;
}

static int compile_path(const struct compiling *c, const char *field, const char *text, unsigned line,
	const struct attribute_path **out) {
	struct condition_error why;

	*out = text ? attribute_path_parse(c->arena, c->on, slice_str(text), &why) : NULL;
	if (text && !*out)
		return error_set(c->err, ERR_USAGE, "%s:%u: rule %s: '%s': %s", c->rule->file, line, c->rule->id, field,
			why.text);
	return 0;
}

/* "job {name} gives {secrets} away": a brace pair holds an attribute. */
static int compile_message(const struct compiling *c, struct compiled_rule *r) {
	const char *text = c->rule->facts->message;
	const size_t n = strlen(text);
	struct piece_of_message *pieces = ARENA_NEW_N(c->arena, struct piece_of_message, n + 1);
	size_t from = 0;

	r->message = pieces;
	for (size_t i = 0; i < n; i++) {
		const char *end = text[i] == '{' ? strchr(text + i, '}') : NULL;

		if (!end)
			continue;
		pieces[r->npieces].text = slice_of(text + from, i - from);
		if (compile_path(c, "message",
			    arena_str(c->arena, slice_of(text + i + 1, (size_t)(end - text) - i - 1)),
			    c->rule->facts->message_line, &pieces[r->npieces].path) != 0)
			return -1;
		r->npieces++;
		i = (size_t)(end - text);
		from = i + 1;
	}
	pieces[r->npieces++].text = slice_of(text + from, n - from);
	return 0;
}

static int compile_edits(const struct compiling *c, struct compiled_rule *r) {
	const struct rule_over_facts *f = c->rule->facts;
	const struct attribute_path **edits = ARENA_NEW_N(c->arena, const struct attribute_path *, f->nedits);
	const struct attribute_path **values = ARENA_NEW_N(c->arena, const struct attribute_path *, f->nedits);

	for (size_t i = 0; i < f->nedits; i++)
		if (compile_path(c, "at", f->edits[i].at, f->edits[i].line, &edits[i]) != 0 ||
			compile_path(c, "value", f->edits[i].value, f->edits[i].line, &values[i]) != 0)
			return -1;
	r->edits = edits;
	r->values = values;
	return 0;
}

static int compile(struct compiling *c, struct compiled_rule *r) {
	const struct rule_over_facts *f = c->rule->facts;
	struct compiled_raise *raises = ARENA_NEW_N(c->arena, struct compiled_raise, f->nraises);
	size_t k = 0;

	while (k < FACT_KIND_COUNT && strcmp(fact_kind_name((enum fact_kind)k), f->on) != 0)
		k++;
	if (k == FACT_KIND_COUNT)
		return error_set(c->err, ERR_USAGE,
			"%s:%u: rule %s: 'on' must be identity, credential, grant, trust, pipeline, job, step, agent "
			"or tool",
			c->rule->file, c->rule->line, c->rule->id);
	r->rule = c->rule;
	r->on = c->on = (enum fact_kind)k;
	r->when = compile_when(c, f->when, f->when_line, f->when_column);
	if (!r->when)
		return -1;
	for (size_t i = 0; i < f->nraises; i++) {
		raises[i].to = f->raises[i].to;
		raises[i].when = compile_when(c, f->raises[i].when, f->raises[i].line, f->raises[i].column);
		if (!raises[i].when)
			return -1;
	}
	r->raises = raises;
	if (compile_path(c, "at", f->at, f->at_line, &r->at) != 0 ||
		compile_path(c, "also", f->also, f->also_line, &r->also) != 0)
		return -1;
	if (r->also && attribute_path_type(r->also) != VALUE_FACT && attribute_path_type(r->also) != VALUE_FACTS)
		return error_set(c->err, ERR_USAGE, "%s:%u: rule %s: 'also' names an attribute that is a fact or facts",
			c->rule->file, f->also_line, c->rule->id);
	return compile_edits(c, r) != 0 ? -1 : compile_message(c, r);
}

struct fact_judge *fact_judge_open(struct arena *a, const struct catalogue *c,
	bool (*named)(void *ctx, const struct rule *rule), void *ctx, struct error *err) {
	struct fact_judge *j = ARENA_NEW(a, struct fact_judge);
	size_t n = 0;

	for (size_t i = 0; i < c->n; i++)
		n += c->rules[i].facts != NULL;
	j->rules = ARENA_NEW_N(a, struct compiled_rule, n);
	for (size_t k = 0; k < FACT_KIND_COUNT; k++)
		j->by_kind[k] = ARENA_NEW_N(a, uint32_t, n);
	for (size_t i = 0; i < c->n; i++) {
		struct compiling one = {.arena = a, .rule = &c->rules[i], .err = err};

		if (!one.rule->facts || (one.rule->facts->off && !(named && named(ctx, one.rule))))
			continue;
		if (compile(&one, &j->rules[j->n]) != 0)
			return NULL;
		j->by_kind[one.on][j->nby_kind[one.on]++] = (uint32_t)j->n;
		j->n++;
	}
	return j;
}

size_t fact_judge_rules(const struct fact_judge *j) {
	return j->n;
}

static void judge_one(
	const struct compiled_rule *r, uint32_t index, const struct fact *f, int64_t now, fact_verdict_vec *out) {
	struct judging j = {.now = now};
	const enum truth t = condition_judge(r->when, f, &j);
	struct fact_verdict v = {.rule = r->rule, .index = index, .fact = f, .severity = r->rule->severity};

	if (t == TRUTH_NO)
		return;
	if (t == TRUTH_UNKNOWN && j.unknown && !fact_speaks(j.unknown_of, j.unknown))
		return; /* a rule for other facts of this kind */
	v.undecided = t == TRUTH_UNKNOWN;
	v.unknown = j.unknown;
	for (size_t i = 0; t == TRUTH_YES && i < r->rule->facts->nraises; i++)
		if (condition_judge(r->raises[i].when, f, &j) == TRUTH_YES)
			v.severity = r->raises[i].to;
	VEC_PUSH(out, v);
}

void fact_judge_run(const struct fact_judge *j, const struct fact_set *set, int64_t now, const struct rule *only,
	fact_verdict_vec *out) {
	for (size_t i = 0; i < set->all.n; i++) {
		const struct fact *f = set->all.at[i];

		for (size_t k = 0; k < j->nby_kind[f->kind]; k++) {
			const uint32_t index = j->by_kind[f->kind][k];

			if (!only || strcmp(only->id, j->rules[index].rule->id) == 0)
				judge_one(&j->rules[index], index, f, now, out);
		}
	}
}

struct span fact_judge_at(const struct fact_judge *j, const struct fact_verdict *v, const struct fact **holder) {
	const struct attribute_path *at = j->rules[v->index].at;
	const struct value *value = at ? attribute_path_value(at, v->fact, holder) : NULL;

	if (value && value->span.line)
		return value->span;
	*holder = v->fact;
	return v->fact->span;
}

struct span fact_judge_edit_at(
	const struct fact_judge *j, const struct fact_verdict *v, size_t i, const struct fact **holder) {
	const struct attribute_path *at = j->rules[v->index].edits[i];
	const struct value *value = at ? attribute_path_value(at, v->fact, holder) : NULL;

	if (!at)
		return fact_judge_at(j, v, holder);
	return value && !value->none ? value->span : (struct span){0};
}

struct slice fact_judge_edit_value(const struct fact_judge *j, const struct fact_verdict *v, size_t i) {
	const struct attribute_path *path = j->rules[v->index].values[i];
	const struct value *value = path ? attribute_path_value(path, v->fact, NULL) : NULL;

	return value && !value->none && value->type == VALUE_TEXT ? value->text : (struct slice){0};
}

const struct value *fact_judge_also(const struct fact_judge *j, const struct fact_verdict *v) {
	const struct attribute_path *also = j->rules[v->index].also;

	return also ? attribute_path_value(also, v->fact, NULL) : NULL;
}

void fact_judge_tell(const struct fact_judge *j, const struct fact_verdict *v, struct buf *out) {
	const struct compiled_rule *r = &j->rules[v->index];

	for (size_t i = 0; i < r->npieces; i++) {
		buf_add_slice(out, r->message[i].text);
		if (r->message[i].path)
			attribute_path_tell(r->message[i].path, v->fact, out);
	}
}
