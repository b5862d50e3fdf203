/* Expressions of Python as far as configuration is written in them: texts, lists, dictionaries, calls with named arguments. The Python Language Reference,
 * "Expressions". What is beyond that is skipped up to the comma or bracket that ends it. Names and texts are taken apart in python_lexical.c. */
#include "scanners/agent/python_parse.h"

#include "core/vec.h"

#include <stdlib.h>

#define DEPTH_MAX     40
#define RESOLVING_MAX 3
#define POSITIONS_MAX 10 /* a key of one digit */
#define NAME_MAX_LEN  80

typedef VEC(struct node_member) members;
typedef VEC(const struct node *) items;

static struct node *node_new(struct python *p, enum node_kind kind, size_t from) {
	struct node *n = ARENA_NEW(p->arena, struct node);

	if (p->budget)
		p->budget--;
	n->kind = kind;
	n->span = lines_span(p->lines, from, p->at);
	return n;
}

static const struct node *text_node(struct python *p, size_t from, struct slice text, bool quoted) {
	struct node *n = node_new(p, NODE_STRING, from);

	n->text = arena_copy(p->arena, text);
	n->quoted = quoted;
	return n;
}

static const struct node *take_texts(struct python *p) {
	size_t from = p->at;
	struct buf out = {0};
	const struct node *n;

	python_take_texts(p, &out);
	n = text_node(p, from, buf_slice(&out), true);
	buf_free(&out);
	return n;
}

/* Up to the comma or bracket that ends the expression; true when there was anything. */
static bool skip_rest(struct python *p) {
	size_t depth = 0, prefix;
	bool any = false;

	for (;;) {
		uint8_t c;

		python_skip_blank(p);
		if (p->at >= p->text.n)
			return any;
		c = p->text.p[p->at];
		if (python_quote_at(p, &prefix)) {
			python_take_quoted(p, NULL);
			any = true;
			continue;
		}
		if (!depth && (c == ',' || c == ')' || c == ']' || c == '}' || c == ':' ||
				      (c == '=' && python_peek(p, 1) != '=')))
			return any;
		depth += c == '(' || c == '[' || c == '{';
		depth -= depth && (c == ')' || c == ']' || c == '}');
		any = true;
		if (python_is_name(c))
			python_take_name(p);
		else
			p->at++;
	}
}

static const struct node *take_value(struct python *p);

/* --- brackets --- */
static const struct node *sequence_of(struct python *p, size_t from, items *list) {
	struct node *n = node_new(p, NODE_SEQUENCE, from);
	const struct node **kept = ARENA_NEW_N(p->arena, const struct node *, list->n);

	if (list->n)
		memcpy(kept, list->at, list->n * sizeof(*kept));
	n->items = kept;
	n->n = list->n;
	VEC_FREE(list);
	return n;
}

static const struct node *mapping_of(struct python *p, size_t from, members *m) {
	struct node *n = node_new(p, NODE_MAPPING, from);
	struct node_member *kept = ARENA_NEW_N(p->arena, struct node_member, m->n);

	if (m->n)
		memcpy(kept, m->at, m->n * sizeof(*kept));
	n->members = kept;
	n->n = m->n;
	VEC_FREE(m);
	return n;
}

/* Behind one value: a comma goes on, all else ends; `close` is taken. */
static bool goes_on(struct python *p, uint8_t close) {
	python_skip_blank(p);
	if (python_peek(p, 0) == ',') {
		p->at++;
		python_skip_blank(p);
		if (python_peek(p, 0) != close)
			return p->at < p->text.n && p->budget > 0;
	}
	if (python_peek(p, 0) == close)
		p->at++;
	return false;
}

static const struct node *take_list(struct python *p) {
	size_t from = p->at;
	uint8_t close = python_peek(p, 0) == '[' ? ']' : ')';
	bool comma = false;
	items list = {0};

	p->at++;
	python_skip_blank(p);
	if (python_peek(p, 0) == close) {
		p->at++;
	} else {
		do {
			size_t was = p->at;

			VEC_PUSH(&list, take_value(p));
			comma |= list.n > 1 || python_peek(p, 0) == ',';
			if (p->at == was) { /* nothing that is known: on with the next byte */
				p->at++;
				comma = true;
			}
		} while (goes_on(p, close));
	}
	if (close == ')' && list.n == 1 && !comma) { /* brackets around one value */
		const struct node *one = list.at[0];

		VEC_FREE(&list);
		return one;
	}
	return sequence_of(p, from, &list);
}

static const struct node *take_dictionary(struct python *p) {
	size_t from = p->at;
	members m = {0};

	p->at++;
	python_skip_blank(p);
	if (python_peek(p, 0) == '}') {
		p->at++;
		return mapping_of(p, from, &m);
	}
	do {
		size_t was = p->at;
		const struct node *key = take_value(p);

		python_skip_blank(p);
		if (python_peek(p, 0) == ':') {
			p->at++;
			VEC_PUSH(&m, ((struct node_member){key, take_value(p)}));
		} else if (p->at == was) {
			p->at++;
		}
	} while (goes_on(p, '}'));
	return mapping_of(p, from, &m);
}

/* Inside of a call: name=value, or a position. */
static const struct node *take_arguments(struct python *p, size_t from) {
	size_t position = 0;
	members m = {0};

	p->at++;
	python_skip_blank(p);
	if (python_peek(p, 0) == ')') {
		p->at++;
		return mapping_of(p, from, &m);
	}
	do {
		size_t was = p->at, after;
		struct slice name = python_take_name(p);
		const struct node *key;

		after = p->at;
		python_skip_blank(p);
		if (name.n && python_peek(p, 0) == '=' && python_peek(p, 1) != '=') {
			p->at = after;
			key = text_node(p, was, name, false);
			python_skip_blank(p);
			p->at++;
			VEC_PUSH(&m, ((struct node_member){key, take_value(p)}));
			continue;
		}
		p->at = was;
		if (python_peek(p, 0) == '*') { /* *list, **mapping: not known */
			skip_rest(p);
		} else if (position < POSITIONS_MAX) {
			uint8_t digit = (uint8_t)('0' + position++);

			key = text_node(p, was, slice_of(&digit, 1), false);
			VEC_PUSH(&m, ((struct node_member){key, take_value(p)}));
		} else {
			skip_rest(p);
		}
		if (p->at == was)
			p->at++;
	} while (goes_on(p, ')'));
	return mapping_of(p, from, &m);
}

/* --- names --- */
static const struct node *reference(struct python *p, size_t from, struct slice name, const struct node *fallback) {
	struct buf text = {0};
	const struct node *n;

	buf_add_str(&text, "${");
	buf_add_slice(&text, slice_sub(name, 0, NAME_MAX_LEN));
	if (fallback && fallback->kind == NODE_STRING && fallback->text.n) {
		buf_add_str(&text, ":-");
		buf_add_slice(&text, fallback->text);
	}
	buf_add_byte(&text, '}');
	n = text_node(p, from, buf_slice(&text), false);
	buf_free(&text);
	return n;
}

/* What a variable of the file is assigned, when that is a literal: the first such line. */
static const struct node *resolve(struct python *p, struct slice name) {
	size_t was = p->at, at = 0;
	const struct node *found = NULL;

	if (p->resolving == RESOLVING_MAX || name.n < 2 || !p->lookups)
		return NULL;
	p->lookups--;
	p->resolving++;
	while (!found && at < p->text.n) {
		ptrdiff_t hit = slice_find(slice_sub(p->text, at, p->text.n), name);

		if (hit < 0)
			break;
		p->at = at + (size_t)hit;
		at = p->at + name.n;
		for (size_t i = p->at; i > 0 && p->text.p[i - 1] != '\n'; i--)
			if (p->text.p[i - 1] != ' ' && p->text.p[i - 1] != '\t')
				p->at = p->text.n; /* not the first of its line */
		if (p->at == p->text.n)
			continue;
		p->at = at;
		while (python_peek(p, 0) == ' ')
			p->at++;
		if (python_peek(p, 0) == ':') /* name: type = */
			while (p->at < p->text.n && python_peek(p, 0) != '=' && python_peek(p, 0) != '\n')
				p->at++;
		if (python_peek(p, 0) != '=' || python_peek(p, 1) == '=')
			continue;
		p->at++;
		while (python_peek(p, 0) == ' ')
			p->at++;
		if (python_peek(p, 0) != '\n')
			found = take_value(p);
	}
	p->resolving--;
	p->at = was;
	return found;
}

static bool ends_in(struct slice path, const char *end) {
	size_t n = strlen(end);

	return slice_has_suffix(path, end) && (path.n == n || path.p[path.n - n - 1] == '.');
}

/* os.environ["X"], os.environ.get("X", "y"), os.getenv("X"): the variable, and what stands in for it. */
static const struct node *variable(struct python *p, size_t from, struct slice path) {
	bool index = python_peek(p, 0) == '[';
	const struct node *arguments, *name, *fallback;

	if (!(index ? ends_in(path, "environ") : ends_in(path, "environ.get") || ends_in(path, "getenv")))
		return NULL;
	arguments = index ? take_list(p) : take_arguments(p, p->at);
	name = index ? node_item(arguments, 0) : node_get(arguments, "0");
	fallback = index ? NULL : node_get(arguments, "1") ? node_get(arguments, "1") : node_get(arguments, "default");
	return node_text(name).n ? reference(p, from, node_text(name), fallback) : NULL;
}

static const struct node *take_named(struct python *p) {
	size_t from = p->at;
	const struct node *n = NULL;
	struct slice path;

	while (python_is_name(python_peek(p, 0)) || python_peek(p, 0) == '.')
		p->at++;
	path = slice_sub(p->text, from, p->at);
	if (slice_eq(path, slice_str("True")) || slice_eq(path, slice_str("False"))) {
		struct node *b = node_new(p, NODE_BOOL, from);

		b->boolean = path.p[0] == 'T';
		b->text = slice_str(b->boolean ? "true" : "false");
		return b;
	}
	if (slice_eq(path, slice_str("None")))
		return node_new(p, NODE_NULL, from);
	if (path.p[0] >= '0' && path.p[0] <= '9') {
		struct node *number = node_new(p, NODE_NUMBER, from);

		number->text = arena_copy(p->arena, path);
		return number;
	}
	n = python_peek(p, 0) == '(' || python_peek(p, 0) == '[' ? variable(p, from, path) : NULL;
	if (!n && python_peek(p, 0) == '(') {
		n = take_arguments(p, from);
		if (ends_in(path, "cast")) /* typing.cast(type, value) */
			n = node_get(n, "1");
		else if (!n->n)
			n = NULL; /* f(): not known */
	} else if (!n && !slice_byte(path, '.')) {
		n = resolve(p, path);
	}
	return n ? n : reference(p, from, path, NULL);
}

static const struct node *take_operand(struct python *p) {
	size_t prefix;

	if (python_quote_at(p, &prefix))
		return take_texts(p);
	switch (python_peek(p, 0)) {
	case '[':
	case '(':
		return take_list(p);
	case '{':
		return take_dictionary(p);
	default:
		break;
	}
	if (python_is_name(python_peek(p, 0)))
		return take_named(p);
	return text_node(p, p->at, slice_str("${expression}"), false);
}

static bool takes_word(struct python *p, const char *word) {
	size_t n = strlen(word);

	if (!slice_has_prefix(slice_sub(p->text, p->at, p->text.n), word) || python_is_name(python_peek(p, n)))
		return false;
	p->at += n;
	python_skip_blank(p);
	return true;
}

/* a + b: their texts, one after the other. */
static const struct node *joined(struct python *p, size_t from, const struct node *a, const struct node *b) {
	struct buf text = {0};
	const struct node *n;

	buf_add_slice(&text, node_text(a));
	buf_add_slice(&text, node_text(b));
	n = text_node(p, from, buf_slice(&text), true);
	buf_free(&text);
	return n;
}

static const struct node *take_value(struct python *p) {
	size_t from, end;
	const struct node *n;

	python_skip_blank(p);
	from = p->at;
	if (p->depth == DEPTH_MAX || p->budget == 0) {
		skip_rest(p);
		return text_node(p, from, slice_str("${expression}"), false);
	}
	p->depth++;
	n = take_operand(p);
	end = p->at;
	python_skip_blank(p);
	while (python_peek(p, 0) == '+' && p->budget) {
		p->at++;
		python_skip_blank(p);
		n = joined(p, from, n, take_operand(p));
		end = p->at;
		python_skip_blank(p);
	}
	/* x or "fallback" */
	if (n->kind == NODE_STRING && n->text.n > 3 && n->text.p[0] == '$' && n->text.p[n->text.n - 1] == '}' &&
		takes_word(p, "or")) {
		const struct node *other = take_operand(p);

		n = reference(p, from, slice_sub(n->text, 2, n->text.n - 1), other);
		end = p->at;
		python_skip_blank(p);
	}
	p->at = end;
	/* Of a variable that is resolved elsewhere the expression ends with its line. */
	if (!p->resolving || python_peek(p, 0) == '.' || python_peek(p, 0) == '%' || python_peek(p, 0) == '[')
		if (skip_rest(p))
			n = text_node(p, from, slice_str("${expression}"), false);
	p->depth--;
	return n;
}

bool python_next_call(struct python *p, const char *const *names, size_t n, size_t *which) {
	size_t prefix;

	while (p->at < p->text.n) {
		uint8_t c = p->text.p[p->at];
		struct slice name, before;

		if (c == '#') {
			python_skip_comment(p);
			continue;
		}
		if (python_quote_at(p, &prefix)) {
			python_take_quoted(p, NULL);
			continue;
		}
		if (!python_is_name(c)) {
			p->at++;
			continue;
		}
		before = slice_trim(slice_sub(p->text, p->at > 6 ? p->at - 6 : 0, p->at));
		name = python_take_name(p);
		if (python_peek(p, 0) != '(' || slice_has_suffix(before, "class") || slice_has_suffix(before, "def"))
			continue;
		for (size_t i = 0; i < n; i++) {
			if (slice_eq(name, slice_str(names[i]))) {
				*which = i;
				return true;
			}
		}
	}
	return false;
}

const struct node *python_call(struct python *p, size_t *end) {
	size_t was = p->at;
	const struct node *n;

	if (python_peek(p, 0) != '(' || !p->budget)
		return NULL;
	p->depth = p->resolving = 0;
	n = take_arguments(p, was);
	*end = p->at;
	p->at = was + 1; /* calls within it come next */
	return n;
}
