/* Evaluating conditions, three-valued: yes, no, or unknown for want of a value. Parsing is in condition_parse.c. */
#include "rules/condition_tree.h"

#include <assert.h>

/* A value met on the way: unknown, nothing, or one. */
struct met {
	bool unknown, none;
	struct value value;
};

static struct met met_text(struct slice s) {
	return (struct met){.value = {.type = VALUE_TEXT, .known = true, .text = s}};
}

static struct met met_fact(const struct fact *f) {
	return (struct met){.none = !f, .value = {.type = VALUE_FACT, .known = true, .fact = f}};
}

static struct met follow_attribute(const struct attribute *a, const struct fact *f, struct judging *j) {
	const struct value *v = fact_value(f, a);

	if (v)
		return (struct met){.none = v->none, .value = *v};
	if (!j->unknown) {
		j->unknown = a;
		j->unknown_of = f;
	}
	return (struct met){.unknown = true};
}

static const struct fact *ancestor(const struct fact *f, enum fact_kind k) {
	do
		f = f->parent;
	while (f && f->kind != k);
	return f;
}

static struct met follow(const struct attribute_path *p, const struct scope *s, struct judging *j) {
	struct met m = met_fact(s->fact);

	for (size_t i = 0; i < p->n; i++) {
		const struct hop *h = &p->hops[i];
		const struct fact *f = m.value.fact;

		if (h->kind == HOP_IT)
			return met_text(s->it);
		if (h->kind == HOP_OUTER) {
			s = s->outer;
			assert(s); /* the parser lets no path leave the outermost scope */
			m = met_fact(s->fact);
			continue;
		}
		if (m.unknown || m.none)
			return m;
		switch (h->kind) {
		case HOP_ATTRIBUTE:
			m = follow_attribute(h->attribute, f, j);
			break;
		case HOP_NAME:
			m = met_text(f->name);
			break;
		case HOP_PATH:
			m = met_text(f->source ? f->source->path : (struct slice){0});
			break;
		case HOP_READER:
			m = met_text(slice_str(f->reader));
			break;
		case HOP_ANCESTOR:
			m = met_fact(ancestor(f, h->ancestor));
			break;
		case HOP_OUTER:
		case HOP_IT:
			break;
		}
	}
	return m;
}

/* `*` is any run of bytes, `?` one byte. Linear in the product of the lengths, both bounded. */
static bool glob_text(struct slice g, struct slice s) {
	size_t i = 0, k = 0, star = SIZE_MAX, from = 0;

	while (k < s.n) {
		if (i < g.n && g.p[i] == '*') {
			star = i++;
			from = k;
		} else if (i < g.n && (g.p[i] == '?' || g.p[i] == s.p[k])) {
			i++;
			k++;
		} else if (star != SIZE_MAX) {
			i = star + 1;
			k = ++from;
		} else {
			return false;
		}
	}
	while (i < g.n && g.p[i] == '*')
		i++;
	return i == g.n;
}

static enum truth judge(const struct condition *c, const struct scope *s, struct judging *j);

#define MATCHED_BYTES_MAX 65536 /* of a text that a pattern is held against: the rest is not looked at */

static enum truth truth_of(bool b) {
	return b ? TRUTH_YES : TRUTH_NO;
}

static enum truth truth_not(enum truth t) {
	return t == TRUTH_UNKNOWN ? t : truth_of(t == TRUTH_NO);
}

/* Elements that surely meet the condition, and those that may. */
struct counted {
	size_t yes, maybe, all;
	bool unknown; /* the list itself */
};

static struct counted count_elements(const struct condition *c, const struct scope *s, struct judging *j) {
	struct counted n = {0};
	const struct met m = follow(c->path, s, j);

	n.unknown = m.unknown;
	if (m.unknown || m.none)
		return n;
	n.all = m.value.type == VALUE_TEXTS ? m.value.texts.n : m.value.facts.n;
	for (size_t i = 0; c->left && i < n.all && !j->stopped; i++) {
		const struct scope inner = m.value.type == VALUE_TEXTS ? (struct scope){s->fact, m.value.texts.at[i], s}
								       : (struct scope){m.value.facts.at[i], s->it, s};
		const enum truth t = judge(c->left, &inner, j);

		n.yes += t == TRUTH_YES;
		n.maybe += t == TRUTH_UNKNOWN;
	}
	if (!c->left)
		n.yes = n.all;
	return n;
}

static struct met operand(const struct condition *c, const struct scope *s, struct judging *j) {
	struct met m;

	switch (c->op) {
	case OP_LITERAL:
		return (struct met){.value = c->literal};
	case OP_NONE:
		return (struct met){.none = true};
	case OP_PATH:
		return follow(c->path, s, j);
	case OP_COUNT: {
		const struct counted n = count_elements(c, s, j);

		m = (struct met){.unknown = n.unknown || n.maybe};
		m.value = (struct value){.type = VALUE_NUMBER, .known = true, .number = (double)n.yes};
		return m;
	}
	case OP_AGE:
		m = follow(c->path, s, j);
		m.none |= !m.unknown && m.value.when.state != WHEN_AT;
		m.value = (struct value){
			.type = VALUE_NUMBER, .known = true, .number = (double)(j->now - m.value.when.at)};
		return m;
	default: {
		const enum truth t = judge(c, s, j);

		m = (struct met){.unknown = t == TRUTH_UNKNOWN};
		m.value = (struct value){.type = VALUE_BOOL, .known = true, .boolean = t == TRUTH_YES};
		return m;
	}
	}
}

static bool values_equal(const struct value *a, const struct value *b) {
	if (a->type == VALUE_TEXT)
		return slice_eq(a->text, b->text);
	if (a->type == VALUE_NUMBER)
		return a->number <= b->number && a->number >= b->number;
	return a->boolean == b->boolean;
}

static int order(const struct value *a, const struct value *b) {
	const double x = a->type == VALUE_TIME ? (double)a->when.at : a->number;
	const double y = b->type == VALUE_TIME ? (double)b->when.at : b->number;

	return x < y ? -1 : x > y;
}

static bool is_in(const struct condition *list, const struct value *a, const struct value *b) {
	for (size_t i = 0; i < list->nnumbers; i++)
		if (a->number >= list->numbers[i] && a->number <= list->numbers[i])
			return true;
	for (size_t i = 0; !list->nnumbers && i < b->texts.n; i++)
		if (slice_eq(a->text, b->texts.at[i]))
			return true;
	return false;
}

static enum truth compare(const struct condition *c, const struct scope *s, struct judging *j) {
	const struct met a = operand(c->left, s, j), b = operand(c->right, s, j);

	if (a.unknown || b.unknown)
		return TRUTH_UNKNOWN;
	if (a.none || b.none) {
		const bool equal = a.none && b.none;

		return truth_of(c->op == OP_EQ ? equal : c->op == OP_NE && !equal);
	}
	switch (c->op) {
	case OP_EQ:
		return truth_of(values_equal(&a.value, &b.value));
	case OP_NE:
		return truth_of(!values_equal(&a.value, &b.value));
	case OP_IN:
		return truth_of(is_in(c->right, &a.value, &b.value));
	default:
		break;
	}
	if (a.value.type == VALUE_TIME && (a.value.when.state != WHEN_AT || b.value.when.state != WHEN_AT))
		return TRUTH_NO; /* never is neither before nor after */

	const int d = order(&a.value, &b.value);

	return truth_of(c->op == OP_LT ? d < 0 : c->op == OP_LE ? d <= 0 : c->op == OP_GT ? d > 0 : d >= 0);
}

static enum truth judge_list(const struct condition *c, const struct scope *s, struct judging *j) {
	const struct counted n = count_elements(c, s, j);

	if (n.unknown)
		return TRUTH_UNKNOWN;
	if (c->op == OP_ANY)
		return n.yes ? TRUTH_YES : n.maybe ? TRUTH_UNKNOWN : TRUTH_NO;
	return n.yes == n.all ? TRUTH_YES : n.yes + n.maybe == n.all ? TRUTH_UNKNOWN : TRUTH_NO;
}

static enum truth judge_has(const struct condition *c, const struct scope *s, struct judging *j) {
	const struct attribute *before = j->unknown;
	const struct met m = follow(c->path, s, j);

	if (c->op == OP_KNOWN) {
		j->unknown = before;
		return truth_of(!m.unknown);
	}
	if (m.unknown)
		return TRUTH_UNKNOWN;
	if (c->op == OP_NEVER)
		return truth_of(!m.none && m.value.when.state == WHEN_NEVER);
	if (m.none)
		return TRUTH_NO;
	return truth_of(m.value.type == VALUE_TEXT    ? m.value.text.n > 0
			: m.value.type == VALUE_TEXTS ? m.value.texts.n > 0
			: m.value.type == VALUE_FACTS ? m.value.facts.n > 0
						      : true);
}

static enum truth judge_matches(const struct condition *c, const struct scope *s, struct judging *j) {
	const struct met m = operand(c->left, s, j);

	if (m.unknown)
		return TRUTH_UNKNOWN;
	if (m.none)
		return TRUTH_NO;

	const struct slice text = slice_sub(m.value.text, 0, MATCHED_BYTES_MAX);

	return truth_of(c->regex ? regex_found(c->regex, text) : glob_text(c->literal.text, text));
}

/* The first unknown that is to blame is told only when the whole is unknown: see condition_judge(). */
static enum truth judge_both(const struct condition *c, const struct scope *s, struct judging *j) {
	const enum truth decides = c->op == OP_AND ? TRUTH_NO : TRUTH_YES;
	const enum truth left = judge(c->left, s, j);

	if (left == decides)
		return left;

	const enum truth right = judge(c->right, s, j);

	if (right == decides)
		return right;
	return left == TRUTH_UNKNOWN || right == TRUTH_UNKNOWN ? TRUTH_UNKNOWN : truth_not(decides);
}

static enum truth judge(const struct condition *c, const struct scope *s, struct judging *j) {
	struct met m;

	if (++j->steps > CONDITION_STEPS_MAX) {
		j->stopped = true;
		return TRUTH_UNKNOWN;
	}
	switch (c->op) {
	case OP_OR:
	case OP_AND:
		return judge_both(c, s, j);
	case OP_NOT:
		return truth_not(judge(c->left, s, j));
	case OP_EQ:
	case OP_NE:
	case OP_LT:
	case OP_LE:
	case OP_GT:
	case OP_GE:
	case OP_IN:
		return compare(c, s, j);
	case OP_MATCHES:
		return judge_matches(c, s, j);
	case OP_ANY:
	case OP_ALL:
		return judge_list(c, s, j);
	case OP_HAS:
	case OP_KNOWN:
	case OP_NEVER:
		return judge_has(c, s, j);
	default:
		m = operand(c, s, j);
		return m.unknown ? TRUTH_UNKNOWN : truth_of(!m.none && m.value.boolean);
	}
}

enum truth condition_judge(const struct condition *c, const struct fact *f, struct judging *j) {
	const struct scope s = {.fact = f};

	j->unknown = NULL;
	j->steps = 0;
	j->stopped = false;

	const enum truth t = judge(c, &s, j);

	if (t != TRUTH_UNKNOWN)
		j->unknown = NULL;
	return t;
}
