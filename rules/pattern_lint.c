/* Reads a PCRE2 pattern for quantifiers: unbounded ones, and repeats of groups that repeat inside.
 * A repeat of a repeat is harmless when each round must hold a character that no other variable part of it can take, as
 * the newline in (?:[A-Z]{1,64}\n){1,20}; then there is one way to cut the text into rounds. Not here: compiling. */
#include "rules/pattern_lint.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#define GROUPS_MAX 64
#define PARTS_MAX  32
#define UNLIMITED  UINT32_MAX
/* Up to this many rounds of bounded parts stay cheap. */
#define ROUNDS_CHEAP 4

struct byte_set {
	uint64_t bits[4];
};

struct part {
	struct byte_set set;
	bool variable;	/* in length */
	bool mandatory; /* at least one byte in each round */
};

struct group {
	bool alternates, looks_around, atomic;
	bool has_variable, has_unbounded;
	struct part parts[PARTS_MAX];
	size_t nparts;
	struct byte_set variable; /* of variable parts beyond the table */
	struct byte_set all;	  /* what any part can take */
};

struct quantifier {
	uint32_t min, max;
	bool possessive, given;
};

struct lint {
	struct slice s;
	size_t at;
	bool ignore_case;
	pattern_fault_fn *fn;
	void *ctx;
	struct group groups[GROUPS_MAX];
	size_t depth;
};

static void set_add(struct byte_set *a, const struct byte_set *b) {
	for (int i = 0; i < 4; i++)
		a->bits[i] |= b->bits[i];
}

static bool set_meets(const struct byte_set *a, const struct byte_set *b) {
	uint64_t any = 0;
	for (int i = 0; i < 4; i++)
		any |= a->bits[i] & b->bits[i];
	return any != 0;
}

/* What one atom can take, found by asking PCRE2; everything when it can't be asked alone (back references, calls). */
static struct byte_set set_of(const struct lint *l, struct slice atom) {
	struct byte_set set = {{0}};
	int number;
	PCRE2_SIZE offset;
	uint32_t options = PCRE2_ANCHORED | PCRE2_ENDANCHORED | PCRE2_NEVER_UTF | (l->ignore_case ? PCRE2_CASELESS : 0);
	pcre2_code *code = pcre2_compile(atom.p, atom.n, options, &number, &offset, NULL);
	pcre2_match_data *data = code ? pcre2_match_data_create_from_pattern(code, NULL) : NULL;
	for (unsigned byte = 0; byte < 256; byte++) {
		const uint8_t subject = (uint8_t)byte;
		if (!data || pcre2_match(code, &subject, 1, 0, 0, data, NULL) >= 0)
			set.bits[byte / 64] |= UINT64_C(1) << byte % 64;
	}
	pcre2_match_data_free(data);
	pcre2_code_free(code);
	return set;
}

static uint8_t peek(const struct lint *l, size_t ahead) {
	return l->at + ahead < l->s.n ? l->s.p[l->at + ahead] : 0;
}

/* Moves behind the next `c`, or to the end. */
static void skip_past(struct lint *l, uint8_t c) {
	while (l->at < l->s.n && l->s.p[l->at] != c)
		l->at++;
	if (l->at < l->s.n)
		l->at++;
}

static bool read_number(struct lint *l, uint32_t *out) {
	uint32_t n = 0;
	size_t start = l->at;
	while (peek(l, 0) >= '0' && peek(l, 0) <= '9') {
		if (n < 100000)
			n = n * 10 + (uint32_t)(peek(l, 0) - '0');
		l->at++;
	}
	*out = n;
	return l->at > start;
}

/* {n}, {n,} and {n,m}; anything else in braces is text. */
static bool read_braces(struct lint *l, struct quantifier *q) {
	size_t start = l->at++;
	bool ok = read_number(l, &q->min);
	q->max = q->min;
	if (ok && peek(l, 0) == ',') {
		l->at++;
		if (!read_number(l, &q->max))
			q->max = UNLIMITED;
	}
	if (ok && peek(l, 0) == '}') {
		l->at++;
		return true;
	}
	l->at = start;
	return false;
}

static struct quantifier read_quantifier(struct lint *l) {
	struct quantifier q = {1, 1, false, true};
	switch (peek(l, 0)) {
	case '*':
		q.min = 0, q.max = UNLIMITED, l->at++;
		break;
	case '+':
		q.max = UNLIMITED, l->at++;
		break;
	case '?':
		q.min = 0, l->at++;
		break;
	case '{':
		if (read_braces(l, &q))
			break;
		/* fall through */
	default:
		return (struct quantifier){1, 1, false, false};
	}
	if (peek(l, 0) == '+' || peek(l, 0) == '?') {
		q.possessive = peek(l, 0) == '+';
		l->at++;
	}
	return q;
}

static bool is_variable(const struct quantifier *q) {
	return q->min != q->max && !q->possessive;
}

static void add_part(struct group *g, const struct byte_set *set, bool variable, bool mandatory) {
	set_add(&g->all, set);
	g->has_variable = g->has_variable || variable;
	if (g->nparts < PARTS_MAX)
		g->parts[g->nparts++] = (struct part){*set, variable, mandatory};
	else if (variable)
		set_add(&g->variable, set);
}

static void take_atom(struct lint *l, size_t start) {
	struct group *g = &l->groups[l->depth];
	struct byte_set set = set_of(l, slice_sub(l->s, start, l->at));
	size_t at = l->at;
	struct quantifier q = read_quantifier(l);
	if (q.max == UNLIMITED && !q.possessive) {
		g->has_unbounded = true;
		l->fn(l->ctx, PATTERN_UNBOUNDED, at);
	}
	add_part(g, &set, is_variable(&q), q.min > 0);
}

/* A part of variable length parts the rounds only when another that is always there keeps it from touching itself. */
static bool stands_apart(const struct group *g, size_t i) {
	for (size_t k = 0; g->parts[i].variable && k < g->nparts; k++) {
		if (k != i && g->parts[k].mandatory && !set_meets(&g->parts[k].set, &g->parts[i].set))
			return true;
	}
	return !g->parts[i].variable;
}

/* Is there a part in each round that no other variable part can take? */
static bool rounds_are_parted(const struct group *g) {
	for (size_t i = 0; !g->alternates && i < g->nparts; i++) {
		struct byte_set others = g->variable;
		if (!g->parts[i].mandatory || !stands_apart(g, i))
			continue;
		for (size_t k = 0; k < g->nparts; k++) {
			if (k != i && g->parts[k].variable)
				set_add(&others, &g->parts[k].set);
		}
		if (!set_meets(&g->parts[i].set, &others))
			return true;
	}
	return false;
}

/* Hands the parts of a closed group to the one around it. */
static void merge_group(const struct group *g, struct group *outer, const struct quantifier *q) {
	bool frozen = g->atomic || q->possessive; /* no second way to match, whatever is inside */
	outer->has_unbounded = outer->has_unbounded || (!frozen && (g->has_unbounded || q->max == UNLIMITED));
	if (is_variable(q)) {
		add_part(outer, &g->all, true, false);
		return;
	}
	for (size_t i = 0; i < g->nparts; i++)
		add_part(outer, &g->parts[i].set, g->parts[i].variable && !frozen,
			g->parts[i].mandatory && q->min > 0 && !g->alternates);
	set_add(&outer->variable, &g->variable);
	set_add(&outer->all, &g->all);
}

static void close_group(struct lint *l) {
	if (l->depth == 0)
		return;
	struct group *g = &l->groups[l->depth];
	size_t at = l->at;
	struct quantifier q = read_quantifier(l);
	l->depth--;
	if (g->looks_around)
		return;
	if (q.max == UNLIMITED && !q.possessive)
		l->fn(l->ctx, PATTERN_UNBOUNDED, at);
	bool cheap = q.max <= 1 || (q.max <= ROUNDS_CHEAP && !g->has_unbounded);
	if (!cheap && !q.possessive && !g->atomic && g->has_variable && !rounds_are_parted(g))
		l->fn(l->ctx, PATTERN_NESTED, at);
	merge_group(g, &l->groups[l->depth], &q);
}

/* Option settings (?i), and calls (?1) (?R) (?&name) (?P>name): a closing bracket before any of : < = ! | > */
static bool is_short_group(const struct lint *l) {
	for (size_t i = l->at + 2; i < l->s.n; i++) {
		uint8_t c = l->s.p[i];
		if (c == ')')
			return true;
		if (c == ':' || c == '<' || c == '=' || c == '!' || c == '|' || c == '(' || c == '\'' ||
			(c == '>' && l->s.p[i - 1] != 'P'))
			return false;
	}
	return true;
}

static void open_group(struct lint *l) {
	bool special = peek(l, 1) == '?';
	if (peek(l, 1) == '*' || (special && peek(l, 2) == '#') || (special && is_short_group(l))) {
		skip_past(l, ')');
		return;
	}
	if (l->depth + 1 == GROUPS_MAX) {
		l->at = l->s.n; /* deeper than anybody writes */
		return;
	}
	struct group *g = &l->groups[++l->depth];
	memset(g, 0, sizeof(*g));
	l->at++;
	if (!special)
		return;
	l->at++;
	uint8_t c = peek(l, 0);
	bool behind = c == '<' && (peek(l, 1) == '=' || peek(l, 1) == '!');
	g->looks_around = c == '=' || c == '!' || behind;
	g->atomic = c == '>';
	if (behind)
		l->at += 2;
	else if (c == '<' || c == 'P')
		skip_past(l, '>');
	else if (c == '\'')
		l->at++, skip_past(l, '\'');
	else if (c == '(')
		return; /* the condition is read as a group of its own */
	else
		while (l->at < l->s.n && !strchr(":>=!|", l->s.p[l->at++]))
			;
}

/* Moves behind an escape; false when it takes no byte. */
static bool skip_escape(struct lint *l) {
	uint8_t c = peek(l, 1);
	l->at += l->at + 2 <= l->s.n ? 2 : 1;
	if (c && strchr("bBAzZGKE", c))
		return false;
	if (peek(l, 0) == '{' && c && strchr("xopPgkN", c))
		skip_past(l, '}');
	else if (c == 'x')
		for (int i = 0; i < 2 && l->at < l->s.n && strchr("0123456789abcdefABCDEF", l->s.p[l->at]); i++)
			l->at++;
	else if (c == 'c' || c == 'p' || c == 'P')
		l->at += l->at < l->s.n;
	else if (c >= '0' && c <= '9')
		for (int i = 0; i < 2 && peek(l, 0) >= '0' && peek(l, 0) <= '9'; i++)
			l->at++;
	return true;
}

static void skip_class(struct lint *l) {
	l->at++;
	if (peek(l, 0) == '^')
		l->at++;
	if (peek(l, 0) == ']')
		l->at++;
	while (l->at < l->s.n && l->s.p[l->at] != ']') {
		if (l->s.p[l->at] == '\\')
			l->at++;
		else if (l->s.p[l->at] == '[' && peek(l, 1) == ':')
			l->at += 2, skip_past(l, ':');
		l->at += l->at < l->s.n;
	}
	l->at += l->at < l->s.n;
}

void pattern_lint(const char *pattern, bool ignore_case, pattern_fault_fn *fn, void *ctx) {
	struct lint l = {.s = slice_str(pattern), .ignore_case = ignore_case, .fn = fn, .ctx = ctx};
	while (l.at < l.s.n) {
		size_t start = l.at;
		switch (l.s.p[l.at]) {
		case '(':
			open_group(&l);
			break;
		case ')':
			l.at++;
			close_group(&l);
			break;
		case '|':
			l.groups[l.depth].alternates = true;
			l.at++;
			break;
		case '^':
		case '$':
			l.at++;
			break;
		case '\\':
			if (skip_escape(&l))
				take_atom(&l, start);
			break;
		case '[':
			skip_class(&l);
			take_atom(&l, start);
			break;
		default:
			l.at++;
			take_atom(&l, start);
			break;
		}
	}
}
