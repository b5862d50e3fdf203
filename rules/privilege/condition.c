/* Operators of conditions over what request.c knows of keys. Three values throughout; a negated operator is the opposite of its positive. */
#include "rules/privilege/condition.h"

#include "rules/privilege/wild.h"

#include <stdlib.h>

enum family { STRING, STRING_NOCASE, STRING_LIKE, NUMBER, DATE, BOOL, IP, ARN, KEY_NULL };
enum order { EQ, LT, LE, GT, GE };

static const struct op {
	const char *name;
	enum family family;
	enum order order;
	bool negated;
} ops[] = {
	{"StringEquals", STRING, EQ, false},
	{"StringNotEquals", STRING, EQ, true},
	{"StringEqualsIgnoreCase", STRING_NOCASE, EQ, false},
	{"StringNotEqualsIgnoreCase", STRING_NOCASE, EQ, true},
	{"StringLike", STRING_LIKE, EQ, false},
	{"StringNotLike", STRING_LIKE, EQ, true},
	{"BinaryEquals", STRING, EQ, false},
	{"NumericEquals", NUMBER, EQ, false},
	{"NumericNotEquals", NUMBER, EQ, true},
	{"NumericLessThan", NUMBER, LT, false},
	{"NumericLessThanEquals", NUMBER, LE, false},
	{"NumericGreaterThan", NUMBER, GT, false},
	{"NumericGreaterThanEquals", NUMBER, GE, false},
	{"DateEquals", DATE, EQ, false},
	{"DateNotEquals", DATE, EQ, true},
	{"DateLessThan", DATE, LT, false},
	{"DateLessThanEquals", DATE, LE, false},
	{"DateGreaterThan", DATE, GT, false},
	{"DateGreaterThanEquals", DATE, GE, false},
	{"Bool", BOOL, EQ, false},
	{"IpAddress", IP, EQ, false},
	{"NotIpAddress", IP, EQ, true},
	{"ArnEquals", ARN, EQ, false}, /* behaves as ArnLike */
	{"ArnLike", ARN, EQ, false},
	{"ArnNotEquals", ARN, EQ, true},
	{"ArnNotLike", ARN, EQ, true},
	{"Null", KEY_NULL, EQ, false},
};

enum quantifier { SINGLE, FOR_ALL, FOR_ANY };

struct parsed {
	const struct op *op; /* NULL: AWS has no such operator */
	enum quantifier quantifier;
	bool if_exists;
};

static struct parsed parse(struct slice op) {
	struct parsed p = {0};

	if (op.n > 13 && slice_eq_nocase(slice_sub(op, 0, 13), slice_str("ForAllValues:"))) {
		p.quantifier = FOR_ALL;
		op = slice_sub(op, 13, op.n);
	} else if (op.n > 12 && slice_eq_nocase(slice_sub(op, 0, 12), slice_str("ForAnyValue:"))) {
		p.quantifier = FOR_ANY;
		op = slice_sub(op, 12, op.n);
	}
	if (slice_has_suffix_nocase(op, "IfExists")) {
		p.if_exists = true;
		op = slice_sub(op, 0, op.n - 8);
	}
	/* Most are written as AWS writes them. */
	for (size_t i = 0; i < sizeof(ops) / sizeof(*ops) && !p.op; i++)
		if (op.n && (uint8_t)ops[i].name[0] == op.p[0] && slice_eq(op, slice_str(ops[i].name)))
			p.op = &ops[i];
	for (size_t i = 0; i < sizeof(ops) / sizeof(*ops) && !p.op; i++)
		if (slice_eq_nocase(op, slice_str(ops[i].name)))
			p.op = &ops[i];
	return p;
}

static enum answer opposite(enum answer a) {
	return (enum answer)(ANSWER_YES - a);
}

static enum answer of_bool(bool b) {
	return b ? ANSWER_YES : ANSWER_NO;
}

static bool ordered(enum order o, double have, double want) {
	switch (o) {
	case EQ:
		return have == want;
	case LT:
		return have < want;
	case LE:
		return have <= want;
	case GT:
		return have > want;
	default:
		return have >= want;
	}
}

static bool number_of(struct slice s, double *out) {
	char text[64], *end;

	if (s.n == 0 || s.n >= sizeof(text))
		return false;
	memcpy(text, s.p, s.n);
	text[s.n] = 0;
	*out = strtod(text, &end);
	return *end == 0;
}

/* A date, or seconds since 1970. Relative forms are not of AWS. */
static bool date_of(struct slice s, double *out) {
	int64_t t;

	if (number_of(s, out))
		return true;
	if (s.n < 8 || !memchr(s.p, '-', s.n) || !date_parse(s, 0, &t))
		return false;
	*out = (double)t;
	return true;
}

/* One value of the request against one of the statement, which may have held unknown variables. */
static enum answer match_known(const struct op *op, struct slice want, struct slice have) {
	double h, w;

	switch (op->family) {
	case STRING:
		return of_bool(slice_eq(want, have));
	case STRING_NOCASE:
		return of_bool(slice_eq_nocase(want, have));
	case STRING_LIKE:
	case ARN:
		return of_bool(wild_match(want, have));
	case BOOL:
		return of_bool(slice_eq_nocase(want, have));
	case NUMBER:
		return of_bool(number_of(want, &w) && number_of(have, &h) && ordered(op->order, h, w));
	case DATE:
		return of_bool(date_of(want, &w) && date_of(have, &h) && ordered(op->order, h, w));
	default:
		return ANSWER_MAYBE;
	}
}

/* A value that is picked within the pattern `have`: can it be picked to fit? For a negated operator: can it be picked not to? */
static bool can_fit(const struct op *op, struct slice want, struct slice have) {
	if (op->family == STRING || op->family == STRING_NOCASE)
		return wild_match_nocase(have, want);
	if (op->family == STRING_LIKE || op->family == ARN)
		return wild_meet(want, have, NULL);
	return true;
}

/* Does the wanted value fit whatever the key holds? */
static bool fits_all(const struct op *op, struct slice want) {
	if (op->family == STRING_LIKE || op->family == ARN)
		return slice_eq(want, slice_str("*")) || slice_eq(want, slice_str("arn:*"));
	return op->family == IP && slice_has_suffix(want, "/0");
}

struct holding {
	const struct request *request;
	bool variables, allow;
	bool *chosen;
};

/* `want` with variables put in, in `out`. */
static enum answer wanted(const struct holding *h, struct slice want, struct buf *out) {
	if (!h->variables || !has_variables(want)) {
		buf_add_slice(out, want);
		return ANSWER_YES;
	}
	return variables_resolve(want, h->request, out);
}

/* Does one value of the request fit any of the statement's? */
static enum answer any_fits(
	const struct holding *h, const struct op *op, const struct aws_condition *c, struct slice have) {
	enum answer best = ANSWER_NO;

	for (size_t i = 0; i < c->values.n && best != ANSWER_YES; i++) {
		struct buf want = {0};
		enum answer sure = wanted(h, c->values.at[i], &want), m = ANSWER_NO;

		if (sure != ANSWER_NO)
			m = match_known(op, buf_slice(&want), have);
		if (m == ANSWER_YES && sure == ANSWER_MAYBE)
			m = ANSWER_MAYBE;
		if (m > best)
			best = m;
		buf_free(&want);
	}
	return best;
}

static enum answer known_holds(
	const struct holding *h, const struct parsed *p, const struct aws_condition *c, const struct key_value *v) {
	enum answer all = ANSWER_YES, some = ANSWER_NO;

	for (size_t i = 0; i < v->n; i++) {
		enum answer a = any_fits(h, p->op, c, v->values[i]);

		if (p->op->negated)
			a = opposite(a);
		all = a < all ? a : all;
		some = a > some ? a : some;
	}
	return p->quantifier == FOR_ANY ? some : all;
}

static bool any_value(const struct aws_condition *c, const struct op *op, const struct key_value *v) {
	for (size_t i = 0; i < c->values.n; i++)
		for (size_t k = 0; k < v->n; k++)
			if (can_fit(op, c->values.at[i], v->values[k]))
				return true;
	return false;
}

static bool any_fits_all(const struct aws_condition *c, const struct op *op) {
	for (size_t i = 0; i < c->values.n; i++)
		if (fits_all(op, c->values.at[i]))
			return true;
	return false;
}

/* Whoever asks picks the value: what allows is made to hold, what denies is made not to. */
static enum answer chosen_holds(
	const struct holding *h, const struct parsed *p, const struct aws_condition *c, const struct key_value *v) {
	bool always = any_fits_all(c, p->op);

	*h->chosen = true;
	if (always)
		return of_bool(!p->op->negated);
	if (!h->allow) /* a positive one is avoided by another value, a negated one by a value it names */
		return of_bool(p->op->negated && !any_value(c, p->op, v));
	return of_bool(p->op->negated || any_value(c, p->op, v));
}

static enum answer null_holds(const struct aws_condition *c, const struct key_value *v) {
	bool want_absent = c->values.n && slice_eq_nocase(c->values.at[0], slice_str("true"));

	if (v->state == KEY_UNKNOWN || v->state == KEY_CHOSEN)
		return ANSWER_MAYBE;
	return of_bool(want_absent == (v->state == KEY_ABSENT));
}

static enum answer absent_holds(const struct parsed *p) {
	if (p->quantifier == FOR_ANY)
		return of_bool(p->if_exists);
	return of_bool(p->op->negated || p->if_exists || p->quantifier == FOR_ALL);
}

static enum answer one_holds(const struct holding *h, const struct aws_condition *c) {
	struct parsed p = parse(c->op);
	struct key_value v;

	if (!p.op)
		return ANSWER_MAYBE;
	request_key(h->request, c->key, &v);
	if (p.op->family == KEY_NULL)
		return null_holds(c, &v);
	switch (v.state) {
	case KEY_ABSENT:
		return absent_holds(&p);
	case KEY_KNOWN:
		return known_holds(h, &p, c, &v);
	case KEY_CHOSEN:
		return chosen_holds(h, &p, c, &v);
	default:
		/* A condition that takes any value is none, for what is allowed: exports cannot show the key. */
		if (any_fits_all(c, p.op) && (h->allow || p.op->family == IP))
			return p.op->negated ? ANSWER_NO : ANSWER_YES;
		return ANSWER_MAYBE;
	}
}

#define OTHER_VALUE "nhiscan-other"

/* May whoever asks first set the tag so that the condition turns out as `hold` says? */
static enum answer by_tagging(const struct holding *h, const struct aws_condition *c, bool hold) {
	struct parsed p = parse(c->op);
	const struct request *r = h->request;
	enum answer best = ANSWER_NO;
	struct slice name;
	const struct aws_principal *of = tag_of(r, c->key, &name);
	bool null = p.op->family == KEY_NULL;
	bool fit = null ? hold != (null_holds(c, &(struct key_value){.state = KEY_ABSENT}) == ANSWER_YES)
			: hold != p.op->negated; /* a value that fits, or any but those */

	if (!null && !(p.op->family <= STRING_LIKE))
		return ANSWER_NO;
	if (null || !fit) {
		bool absent_does = null ? !fit : (absent_holds(&p) == ANSWER_YES) == hold;

		if (absent_does)
			best = r->may_tag(r, of, name, (struct slice){0});
		if (best != ANSWER_YES && (!null || fit))
			best = best > r->may_tag(r, of, name, slice_str(OTHER_VALUE))
				       ? best
				       : r->may_tag(r, of, name, slice_str(OTHER_VALUE));
		return best;
	}
	for (size_t i = 0; i < c->values.n && best != ANSWER_YES; i++) {
		struct buf resolved = {0}, text = {0};
		enum answer a = ANSWER_YES;

		if (h->variables && has_variables(c->values.at[i]))
			a = variables_resolve(c->values.at[i], r, &resolved);
		else
			buf_add_slice(&resolved, c->values.at[i]);
		if (p.op->family == STRING_LIKE)
			wild_example(buf_slice(&resolved), "x", &text);
		else
			buf_add_slice(&text, buf_slice(&resolved));
		if (a == ANSWER_YES && text.n)
			a = r->may_tag(r, of, name, buf_slice(&text));
		best = a > best && text.n ? a : best;
		buf_free(&resolved);
		buf_free(&text);
	}
	return best;
}

/* … in favour of whoever asks: what allows is made to hold, what denies is made not to. */
static enum answer after_tagging(const struct holding *h, const struct aws_condition *c, enum answer a) {
	const struct request *r = h->request;
	struct slice name;
	const struct aws_principal *of = tag_of(r, c->key, &name);
	enum answer may;

	if (!of || a == (h->allow ? ANSWER_YES : ANSWER_NO) || !parse(c->op).op)
		return a;
	if (r->tags_open && of == r->who)
		return ANSWER_MAYBE;
	if (!r->may_tag)
		return a;
	may = by_tagging(h, c, h->allow);
	if (may == ANSWER_NO)
		return a;
	*h->chosen = true;
	if (h->allow)
		return may > a ? may : a;
	return opposite(may) < a ? opposite(may) : a;
}

static bool is_textual(const struct parsed *p) {
	return p->op && p->quantifier == SINGLE && !p->if_exists &&
	       (p->op->family == STRING || p->op->family == STRING_NOCASE || p->op->family == STRING_LIKE ||
		       p->op->family == ARN);
}

static bool has_wild(const struct op *op, struct slice want) {
	return (op->family == STRING_LIKE || op->family == ARN) && wild_is(want);
}

/* Can one value fit what `a` wants and what `b` says? Only where one of the two is a plain text, others may meet. */
static bool values_meet(const struct op *a, struct slice x, const struct op *b, struct slice y) {
	if (has_wild(a, x) && has_wild(b, y))
		return true;
	return has_wild(a, x) ? match_known(a, x, y) == ANSWER_YES : match_known(b, y, x) == ANSWER_YES;
}

/* Pairs of values beyond this are not compared: AWS takes 10,240 bytes of a policy. */
#define VALUES_MAX 1000000

/* Two conditions on one key of which no value meets both: the statement never applies, whatever the key holds. */
static bool contradict(const struct aws_condition *a, const struct aws_condition *b) {
	struct parsed p = parse(a->op), q = parse(b->op);
	size_t tried = 0;
	bool none = true;

	if (!is_textual(&p) || !is_textual(&q) || (p.op->negated && q.op->negated) || !slice_eq_nocase(a->key, b->key))
		return false;
	if (p.op->negated)
		return contradict(b, a);
	for (size_t i = 0; i < a->values.n && none; i++) {
		bool excluded = false, meets = false;

		if ((tried += b->values.n) > VALUES_MAX)
			return false;
		for (size_t k = 0; k < b->values.n; k++) {
			bool both;

			if (has_variables(a->values.at[i]) || has_variables(b->values.at[k]))
				return false;
			both = values_meet(p.op, a->values.at[i], q.op, b->values.at[k]);
			meets |= both;
			/* A pattern is excluded by the same pattern; a text by all that it fits. */
			excluded |= both &&
				    (!has_wild(p.op, a->values.at[i]) || slice_eq(a->values.at[i], b->values.at[k]));
		}
		none = q.op->negated ? excluded : !meets;
	}
	return none && a->values.n;
}

/* Some pairs of conditions are looked at, few statements have more than two. */
#define PAIRS_MAX 16

bool conditions_contradict(const struct aws_statement *s) {
	size_t n = s->nconditions < PAIRS_MAX ? s->nconditions : PAIRS_MAX;

	for (size_t i = 0; i < n; i++)
		for (size_t k = i + 1; k < n; k++)
			if (contradict(&s->conditions[i], &s->conditions[k]))
				return true;
	return false;
}

enum answer conditions_hold(const struct aws_statement *s, bool variables, const struct request *r, bool *chosen) {
	struct holding h = {r, variables, s->allow, chosen};
	enum answer all = ANSWER_YES;

	for (size_t i = 0; i < s->nconditions && all != ANSWER_NO; i++) {
		enum answer a = after_tagging(&h, &s->conditions[i], one_holds(&h, &s->conditions[i]));

		all = a < all ? a : all;
	}
	return all;
}

bool conditions_ask_for_tags(const struct aws_statement *s) {
	for (size_t i = 0; i < s->nconditions; i++)
		if (slice_find_nocase(s->conditions[i].key, slice_str("principaltag/")) >= 0 ||
			slice_find_nocase(s->conditions[i].key, slice_str("resourcetag/")) >= 0)
			return true;
	return false;
}

static bool is_of_who(struct slice key) {
	return slice_find_nocase(key, slice_str("aws:principal")) >= 0 ||
	       slice_find_nocase(key, slice_str("aws:user")) >= 0;
}

enum answer conditions_hold_for(const struct aws_statement *s, bool variables, const struct request *r) {
	bool chosen = false;
	struct holding h = {r, variables, s->allow, &chosen};
	enum answer all = ANSWER_YES;

	for (size_t i = 0; i < s->nconditions; i++) {
		enum answer a = is_of_who(s->conditions[i].key) ? one_holds(&h, &s->conditions[i]) : ANSWER_YES;

		all = a < all ? a : all;
	}
	return all;
}

bool conditions_have_variables(const struct aws_statement *s) {
	for (size_t i = 0; i < s->nconditions; i++)
		for (size_t v = 0; v < s->conditions[i].values.n; v++)
			if (has_variables(s->conditions[i].values.at[v]))
				return true;
	return false;
}

bool conditions_are_personal(const struct aws_statement *s) {
	for (size_t i = 0; i < s->nconditions; i++) {
		if (is_of_who(s->conditions[i].key))
			return true;
	}
	return conditions_have_variables(s);
}
