/* Facts written by hand, for the cases of rules. What cases are for is in check.c. */
#include "rules/fact_case.h"

#include "core/date.h"

#include <stdlib.h>

struct building {
	struct fact_set *set;
	int64_t now;
	struct error *err;
};

static struct fact *build(const struct building *b, enum fact_kind on, const struct rule_node *map);

static int wrong(const struct building *b, const struct rule_node *v, const char *name, const char *wanted) {
	return error_set(b->err, ERR_USAGE, "line %u: '%s' is %s", v->line, name, wanted);
}

static bool number_of(const struct rule_node *v, double *out) {
	char text[32], *end;
	double scale = 1;

	if (v->kind != NODE_TEXT || v->text.n == 0 || v->text.n >= sizeof(text))
		return false;
	memcpy(text, v->text.p, v->text.n);
	text[v->text.n] = '\0';
	*out = strtod(text, &end);
	if (end == text)
		return false;
	switch (*end) {
	case 's':
		break;
	case 'm':
		scale = 60;
		break;
	case 'h':
		scale = 3600;
		break;
	case 'd':
		scale = 86400;
		break;
	case 'w':
		scale = 7 * 86400;
		break;
	case 'y':
		scale = 365.0 * 86400;
		break;
	default:
		return *end == '\0';
	}
	*out *= scale;
	return end[1] == '\0';
}

static int set_list(const struct building *b, struct fact *f, const struct attribute *a, const struct rule_node *v) {
	struct slice *texts = ARENA_NEW_N(&b->set->arena, struct slice, v->n);
	const struct fact **facts = ARENA_NEW_N(&b->set->arena, const struct fact *, v->n);
	size_t n = 0;

	if (v->kind != NODE_LIST)
		return wrong(b, v, a->name, "a list");
	for (const struct rule_node *item = v->first; item; item = item->next) {
		if (a->type == VALUE_TEXTS && item->kind != NODE_TEXT)
			return wrong(b, item, a->name, "a list of texts");
		texts[n] = item->text;
		if (a->type == VALUE_FACTS && !(facts[n] = build(b, a->of, item)))
			return -1;
		n++;
	}
	if (a->type == VALUE_TEXTS)
		fact_set_texts(b->set, f, a->name, texts, n, f->span);
	else
		fact_set_facts(b->set, f, a->name, facts, n);
	return 0;
}

static int set_time(const struct building *b, struct fact *f, const struct attribute *a, const struct rule_node *v) {
	struct when w = {WHEN_NEVER, 0};

	if (v->kind != NODE_TEXT)
		return wrong(b, v, a->name, "never, a date or a duration");
	if (!slice_eq(v->text, slice_str("never"))) {
		w.state = WHEN_AT;
		if (!date_parse(v->text, b->now, &w.at))
			return wrong(b, v, a->name, "never, a date or a duration");
	}
	fact_set_when(b->set, f, a->name, w, f->span);
	return 0;
}

static int set_value(const struct building *b, struct fact *f, const struct attribute *a, const struct rule_node *v) {
	double number;
	const struct fact *other;

	if (v->kind == NODE_TEXT && !v->quoted && slice_eq(v->text, slice_str("none"))) {
		fact_set_none(b->set, f, a->name, f->span);
		return 0;
	}
	switch (a->type) {
	case VALUE_BOOL:
		if (!slice_eq(v->text, slice_str("true")) && !slice_eq(v->text, slice_str("false")))
			return wrong(b, v, a->name, "true or false");
		fact_set_bool(b->set, f, a->name, v->text.n == 4, f->span);
		return 0;
	case VALUE_NUMBER:
		if (!number_of(v, &number))
			return wrong(b, v, a->name, "a number or a duration");
		fact_set_number(b->set, f, a->name, number, f->span);
		return 0;
	case VALUE_TEXT:
		if (v->kind != NODE_TEXT)
			return wrong(b, v, a->name, "a text");
		fact_set_text(b->set, f, a->name, v->text, f->span);
		return 0;
	case VALUE_TIME:
		return set_time(b, f, a, v);
	case VALUE_FACT:
		other = build(b, a->of, v);
		if (!other)
			return -1;
		fact_set_fact(b->set, f, a->name, other);
		return 0;
	case VALUE_TEXTS:
	case VALUE_FACTS:
		return set_list(b, f, a, v);
	case VALUE_TYPE_COUNT:
		break;
	}
	return 0;
}

static int set_key(const struct building *b, struct fact *f, const struct rule_node *key) {
	const struct attribute *a = fact_attribute(f->kind, key->text);

	if (a)
		return set_value(b, f, a, key->next);
	if (slice_eq(key->text, slice_str("name"))) {
		f->name = arena_copy(&b->set->arena, key->next->text);
		return 0;
	}
	for (size_t k = 0; k < FACT_KIND_COUNT; k++)
		if (slice_eq(key->text, slice_str(fact_kind_name((enum fact_kind)k)))) {
			f->parent = build(b, (enum fact_kind)k, key->next);
			return f->parent ? 0 : -1;
		}

	const struct attribute *near = fact_attribute_near(f->kind, key->text);

	return error_set(b->err, ERR_USAGE, "line %u: unknown attribute '%.60s' of a %s%s%s%s", key->line,
		(const char *)key->text.p, fact_kind_name(f->kind), near ? ", did you mean '" : "",
		near ? near->name : "", near ? "'?" : "");
}

static struct fact *build(const struct building *b, enum fact_kind on, const struct rule_node *map) {
	struct fact_source *source = ARENA_NEW(&b->set->arena, struct fact_source);
	struct fact *f;

	if (map->kind != NODE_MAP) {
		error_set(b->err, ERR_USAGE, "line %u: a mapping of attributes is expected", map->line);
		return NULL;
	}
	source->place = PLACE_FILE;
	f = fact_add(b->set, on, "case", source, (struct span){0, 0, map->line, 1, map->line, 1});
	for (const struct rule_node *key = map->first; key; key = key->next->next)
		if (set_key(b, f, key) != 0)
			return NULL;
	return f;
}

struct fact *fact_case_read(
	struct fact_set *set, enum fact_kind on, const struct rule_node *map, int64_t now, struct error *err) {
	return build(&(struct building){set, now, err}, on, map);
}
