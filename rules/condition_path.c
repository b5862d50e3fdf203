/* Dotted paths of attributes: what each name is, and where it leads. */
#include "rules/condition_parser.h"

#include "core/date.h"

static bool kind_named(struct slice word, enum fact_kind *out) {
	for (size_t k = 0; k < FACT_KIND_COUNT; k++)
		if (slice_eq(word, slice_str(fact_kind_name((enum fact_kind)k)))) {
			*out = (enum fact_kind)k;
			return true;
		}
	return false;
}

/* What every fact has besides its attributes. */
static bool common_hop(struct slice word, struct hop *h) {
	static const struct {
		const char *name;
		enum hop_kind kind;
	} common[] = {{"name", HOP_NAME}, {"path", HOP_PATH}, {"reader", HOP_READER}};

	for (size_t i = 0; i < sizeof(common) / sizeof(common[0]); i++)
		if (slice_eq(word, slice_str(common[i].name))) {
			h->kind = common[i].kind;
			return true;
		}
	return false;
}

static int unknown_word(struct condition_parser *p, enum fact_kind on, struct slice word) {
	const struct attribute *near = fact_attribute_near(on, word);

	condition_fail(p, p->token.at, "unknown attribute '%.*s' of a %s%s%s%s", (int)(word.n < 64 ? word.n : 64),
		(const char *)word.p, fact_kind_name(on), near ? ", did you mean '" : "", near ? near->name : "",
		near ? "'?" : "");
	return -1;
}

/* One name: `scope` is for the first of a path only. */
static int add_hop(
	struct condition_parser *p, struct attribute_path *path, enum fact_kind *on, struct parse_scope **scope) {
	const struct slice word = p->token.text;
	struct hop *h = &path->hops[path->n];
	const struct attribute *a = fact_attribute(*on, word);

	path->type = VALUE_TEXT;
	if (*scope && (*scope)->outer && slice_eq(word, slice_str("outer"))) {
		h->kind = HOP_OUTER;
		*scope = (*scope)->outer;
		*on = path->of = (*scope)->on;
		path->type = VALUE_FACT;
	} else if (*scope && (*scope)->has_it && path->n == 0 && slice_eq(word, slice_str("it"))) {
		h->kind = HOP_IT;
	} else if (a) {
		h->kind = HOP_ATTRIBUTE;
		h->attribute = a;
		path->type = a->type;
		path->of = *on = a->of;
	} else if (kind_named(word, &h->ancestor)) {
		h->kind = HOP_ANCESTOR;
		path->type = VALUE_FACT;
		path->of = *on = h->ancestor;
	} else if (!common_hop(word, h)) {
		return unknown_word(p, *on, word);
	}
	if (h->kind != HOP_OUTER)
		*scope = NULL;
	path->n++;
	return 0;
}

struct attribute_path *condition_path(struct condition_parser *p) {
	struct attribute_path *path = ARENA_NEW(p->arena, struct attribute_path);
	enum fact_kind on = p->scope->on;
	struct parse_scope *scope = p->scope;

	for (;;) {
		if (p->token.kind != TOKEN_WORD || path->n == HOPS_MAX) {
			condition_fail(p, p->token.at,
				path->n == HOPS_MAX ? "a path of more than %d names"
						    : "the name of an attribute is expected here",
				HOPS_MAX);
			return NULL;
		}
		if (add_hop(p, path, &on, &scope) != 0)
			return NULL;
		condition_next(p);
		if (!condition_is(p, TOKEN_MARK, "."))
			return p->failed ? NULL : path;
		if (path->type != VALUE_FACT) {
			condition_fail(p, p->token.at, "only a fact has attributes of its own");
			return NULL;
		}
		condition_next(p);
	}
}

const struct attribute_path *attribute_path_parse(
	struct arena *a, enum fact_kind on, struct slice text, struct condition_error *err) {
	struct parse_scope scope = {.on = on};
	struct condition_parser p = {.arena = a, .text = text, .err = err, .scope = &scope};

	condition_next(&p);

	const struct attribute_path *path = condition_path(&p);

	if (path && p.token.kind != TOKEN_END)
		condition_fail(&p, p.token.at, "the name of one attribute is expected, and there is more");
	return p.failed ? NULL : path;
}

enum value_type attribute_path_type(const struct attribute_path *p) {
	return p->type;
}

const struct value *attribute_path_value(
	const struct attribute_path *p, const struct fact *f, const struct fact **holder) {
	const struct value *v = NULL;

	for (size_t i = 0; f && i < p->n; i++) {
		const struct hop *h = &p->hops[i];

		if (holder)
			*holder = f;
		v = NULL;
		if (h->kind == HOP_ANCESTOR) {
			do
				f = f->parent;
			while (f && f->kind != h->ancestor);
			if (holder)
				*holder = f;
			continue;
		}
		if (h->kind != HOP_ATTRIBUTE)
			return NULL;
		v = fact_value(f, h->attribute);
		f = v && !v->none && v->type == VALUE_FACT ? v->fact : NULL;
	}
	return v && !v->none ? v : NULL;
}

static void tell_value(const struct value *v, struct buf *out) {
	char date[DATE_TEXT_MAX];

	switch (v->type) {
	case VALUE_BOOL:
		buf_add_str(out, v->boolean ? "true" : "false");
		break;
	case VALUE_NUMBER:
		buf_printf(out, "%.15g", v->number);
		break;
	case VALUE_TEXT:
		buf_add_slice(out, v->text);
		break;
	case VALUE_TEXTS:
		for (size_t i = 0; i < v->texts.n; i++) {
			buf_add_str(out, i ? ", " : "");
			buf_add_slice(out, v->texts.at[i]);
		}
		break;
	case VALUE_TIME:
		date_format(v->when.at, date);
		buf_add_str(out, v->when.state == WHEN_NEVER ? "never" : date);
		break;
	case VALUE_FACT:
		buf_add_slice(out, v->fact->name);
		break;
	case VALUE_FACTS:
		for (size_t i = 0; i < v->facts.n; i++) {
			buf_add_str(out, i ? ", " : "");
			buf_add_slice(out, v->facts.at[i]->name);
		}
		break;
	case VALUE_TYPE_COUNT:
		break;
	}
}

void attribute_path_tell(const struct attribute_path *p, const struct fact *f, struct buf *out) {
	const struct fact *holder = f;
	const struct value *v = attribute_path_value(p, f, &holder);
	const struct hop *last = &p->hops[p->n - 1];

	if (v)
		tell_value(v, out);
	else if (holder && last->kind == HOP_NAME)
		buf_add_slice(out, holder->name);
	else if (holder && last->kind == HOP_ANCESTOR)
		buf_add_slice(out, holder->name);
	else if (holder && last->kind == HOP_PATH && holder->source)
		buf_add_slice(out, holder->source->path);
	else if (holder && last->kind == HOP_READER)
		buf_add_str(out, holder->reader);
	else if (holder && last->kind == HOP_ATTRIBUTE && fact_value(holder, last->attribute))
		buf_add_str(out, "nothing");
	else
		buf_add_str(out, "unknown");
}
