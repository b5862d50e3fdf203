/* Rules over facts as they stand in a file: which fields they have, which they need. What conditions, attributes and templates mean is
 * checked when they are compiled (fact_judge.c), since that needs the attributes that readers declare. */
#include "rules/load_fields.h"

enum own_field {
	OWN_ON,
	OWN_WHEN,
	OWN_RAISE,
	OWN_AT,
	OWN_ALSO,
	OWN_MESSAGE,
	OWN_EDIT,
	OWN_OFF,
	OWN_POSITIVE,
	OWN_NEGATIVE,
	OWN_COUNT
};

static const char *const own_names[OWN_COUNT] = {
	"on", "when", "raise", "at", "also", "message", "edit", "off", "positive", "negative"};

/* Fields that mean the same as in rules for secrets. */
static const char *const shared_names[] = {
	"id", "title", "service", "severity", "confidence", "nhi", "cwe", "tags", "fix", "reference"};

static const char *const required_names[] = {"id", "title", "service", "severity", "confidence", "nhi", "cwe", "fix",
	"reference", "on", "when", "message", "positive", "negative"};

#define COUNT(t) (sizeof(t) / sizeof((t)[0]))

const struct rule_node *rule_node_get(const struct rule_node *map, const char *key) {
	for (const struct rule_node *k = map->kind == NODE_MAP ? map->first : NULL; k; k = k->next->next)
		if (slice_eq(k->text, slice_str(key)))
			return k->next;
	return NULL;
}

bool rule_is_over_facts(const struct rule_node *map) {
	return rule_node_get(map, "when") != NULL;
}

static ptrdiff_t name_of(const char *const *names, size_t n, struct slice name) {
	for (size_t i = 0; i < n; i++)
		if (slice_eq(name, slice_str(names[i])))
			return (ptrdiff_t)i;
	return -1;
}

static int take_text(const struct load_ctx *c, const char *name, const struct rule_node *v, const char **out) {
	if (v->kind != NODE_TEXT || v->text.n == 0)
		return load_fail(c, v->line, "'%s' must be a text", name);
	*out = arena_str(c->arena, slice_trim(v->text));
	return 0;
}

/* Where the first byte of a value's text stands; a block's text starts on the line below, indented deeper by two as a rule. */
static void text_place(const struct rule_node *v, unsigned *line, unsigned *column) {
	*line = v->line + v->block;
	*column = v->block ? 0 : v->column + v->quoted;
}

static int take_raise(const struct load_ctx *c, const struct rule_node *item, struct rule_raise *r) {
	const struct rule_node *when = rule_node_get(item, "when"), *to = rule_node_get(item, "to");

	if (item->kind != NODE_MAP || !when || !to || item->n != 4)
		return load_fail(c, item->line, "'raise' lists {when: …, to: …}");
	if (to->kind != NODE_TEXT || !severity_parse(to->text, &r->to))
		return load_fail(c, to->line, "'to' must be info, low, medium, high or critical");
	text_place(when, &r->line, &r->column);
	return take_text(c, "when", when, &r->when);
}

static int take_raises(const struct load_ctx *c, const struct rule_node *v, struct rule_over_facts *f) {
	struct rule_raise *list = ARENA_NEW_N(c->arena, struct rule_raise, v->n);

	if (v->kind != NODE_LIST || v->n == 0 || v->n > RULE_LIST_MAX)
		return load_fail(c, v->line, "'raise' must be a list of {when: …, to: …}");
	for (const struct rule_node *item = v->first; item; item = item->next)
		if (take_raise(c, item, &list[f->nraises++]) != 0)
			return -1;
	f->raises = list;
	return 0;
}

static int take_edit(const struct load_ctx *c, const struct rule_node *item, struct rule_edit *e) {
	static const char *const names[] = {"replace", "value", "before", "after", "at"};
	const char **const fields[] = {&e->replace, &e->value, &e->before, &e->after, &e->at};
	const struct rule_node *of = rule_node_get(item, "of");
	const char **list;

	e->line = item->line;
	for (size_t i = 0; i < COUNT(names); i++)
		if (rule_node_get(item, names[i]) &&
			take_text(c, names[i], rule_node_get(item, names[i]), fields[i]) != 0)
			return -1;
	if (item->kind != NODE_MAP || !e->replace + !e->value + !e->before + !e->after != 3 ||
		item->n != 2 * (1 + (size_t)(e->at != NULL) + (size_t)(of != NULL)))
		return load_fail(c, item->line,
			"'edit' lists {replace, value, before or after: TEXT, at: ATTRIBUTE, of: [TEXT]}");
	if (!of)
		return 0;
	if (of->kind != NODE_LIST || of->n == 0)
		return load_fail(c, of->line, "'of' must be a list of texts");
	e->of = list = ARENA_NEW_N(c->arena, const char *, of->n);
	for (const struct rule_node *text = of->first; text; text = text->next)
		if (take_text(c, "of", text, &list[e->nof++]) != 0)
			return -1;
	return 0;
}

static int take_edits(const struct load_ctx *c, const struct rule_node *v, struct rule_over_facts *f) {
	struct rule_edit *list = ARENA_NEW_N(c->arena, struct rule_edit, v->n);

	if (v->kind != NODE_LIST || v->n == 0 || v->n > RULE_LIST_MAX)
		return load_fail(c, v->line, "'edit' must be a list");
	for (const struct rule_node *item = v->first; item; item = item->next)
		if (take_edit(c, item, &list[f->nedits++]) != 0)
			return -1;
	f->edits = list;
	return 0;
}

static int take_own(
	const struct load_ctx *c, enum own_field field, const struct rule_node *v, struct rule_over_facts *f) {
	unsigned column;

	switch (field) {
	case OWN_ON:
		return take_text(c, "on", v, &f->on);
	case OWN_WHEN:
		text_place(v, &f->when_line, &f->when_column);
		return take_text(c, "when", v, &f->when);
	case OWN_RAISE:
		return take_raises(c, v, f);
	case OWN_AT:
		f->at_line = v->line;
		return take_text(c, "at", v, &f->at);
	case OWN_ALSO:
		f->also_line = v->line;
		return take_text(c, "also", v, &f->also);
	case OWN_MESSAGE:
		text_place(v, &f->message_line, &column);
		return take_text(c, "message", v, &f->message);
	case OWN_EDIT:
		return take_edits(c, v, f);
	case OWN_OFF:
		f->off = slice_eq(v->text, slice_str("true"));
		if (!f->off && !slice_eq(v->text, slice_str("false")))
			return load_fail(c, v->line, "'off' must be true or false");
		return 0;
	case OWN_POSITIVE:
	case OWN_NEGATIVE:
		if (v->kind != NODE_LIST || v->n == 0)
			return load_fail(c, v->line, "'%s' must be a list of cases", own_names[field]);
		for (const struct rule_node *item = v->first; item; item = item->next)
			if (item->kind != NODE_MAP)
				return load_fail(c, item->line,
					"a case is a mapping: the path of a document to its text, or 'fact' to "
					"attributes");
		*(field == OWN_POSITIVE ? &f->positive : &f->negative) = v;
		return 0;
	case OWN_COUNT:
		break;
	}
	return 0;
}

static int take_field(
	const struct load_ctx *c, const struct rule_node *key, struct rule *rule, struct rule_over_facts *f) {
	const ptrdiff_t own = name_of(own_names, OWN_COUNT, key->text);

	if (own >= 0)
		return take_own(c, (enum own_field)own, key->next, f);
	if (name_of(shared_names, COUNT(shared_names), key->text) >= 0)
		return rule_field_read(c, key->text, key->next, rule);

	const char *near = load_nearest(c, key->text, own_names, OWN_COUNT, sizeof(own_names[0]));

	if (!*near)
		near = load_nearest(c, key->text, shared_names, COUNT(shared_names), sizeof(shared_names[0]));
	return load_fail(c, key->line, "unknown field '%s' of a rule over facts%s", load_show(c, key->text), near);
}

int rule_over_facts_read(const struct load_ctx *c, const struct rule_node *map, struct rule *rule) {
	struct rule_over_facts *f = ARENA_NEW(c->arena, struct rule_over_facts);

	for (const struct rule_node *key = map->first; key; key = key->next->next)
		if (take_field(c, key, rule, f) != 0)
			return -1;
	for (size_t i = 0; i < COUNT(required_names); i++)
		if (!rule_node_get(map, required_names[i]))
			return load_fail(c, map->line, "rule%s%s has no '%s'", rule->id ? " " : "",
				rule->id ? rule->id : "", required_names[i]);
	rule->kind = KIND_CONFIGURATION;
	rule->raised = rule->severity;
	rule->facts = f;
	return 0;
}
