/* The structure of RE2 patterns: groups, alternatives, repetition, anchors; and which literals every match holds.
 * Single characters and classes are in re2_atom.c; compiling is in regex.c and the engine. */
#include "rules/re2_parse.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#define LITERAL_MIN 3 /* a keyword's least length, see nhiscan-rules(5) */
#define REPEAT_MAX  1000

int re2_fail(struct re2_reader *r, size_t at, const char *fmt, ...) {
	char text[200];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	return error_set(r->err, ERR_USAGE, "offset %zu: %s", at, text);
}

static uint64_t sum(uint64_t a, uint64_t b) {
	return a >= RE2_UNBOUNDED || b >= RE2_UNBOUNDED || a + b >= RE2_UNBOUNDED ? RE2_UNBOUNDED : a + b;
}

static uint64_t product(uint64_t a, uint64_t b) {
	if (a == 0 || b == 0)
		return 0;
	return a >= RE2_UNBOUNDED || b >= RE2_UNBOUNDED / a ? RE2_UNBOUNDED : a * b;
}

/* Sets of literals */

static bool add_literal(struct re2_literals *l, const char *text) {
	for (size_t i = 0; i < l->n; i++)
		if (strcmp(l->at[i], text) == 0)
			return true;
	if (l->n == RE2_LITERALS_MAX)
		return false;
	l->at[l->n++] = text;
	return true;
}

static size_t shortest(const struct re2_literals *l) {
	size_t least = l->n ? SIZE_MAX : 0;

	for (size_t i = 0; i < l->n; i++)
		least = strlen(l->at[i]) < least ? strlen(l->at[i]) : least;
	return least;
}

static bool holds_wanted(const struct re2_request *ask, const char *text) {
	for (size_t i = 0; i < ask->nwanted; i++)
		if (slice_find_nocase(slice_str(text), slice_str(ask->wanted[i])) >= 0)
			return true;
	return false;
}

/* The set as one that can be searched for, or an empty one. */
static struct re2_literals usable(const struct re2_request *ask, const struct re2_literals *l) {
	struct re2_literals u = *l;

	if (shortest(l) < LITERAL_MIN)
		return (struct re2_literals){0};
	u.wanted = ask->nwanted > 0;
	for (size_t i = 0; i < u.n; i++)
		u.wanted = u.wanted && holds_wanted(ask, u.at[i]);
	return u;
}

/* Longer literals are rarer, and one at the match's beginning needs no search. */
static int worth(const struct re2_literals *l) {
	size_t least = shortest(l);

	if (!l->n)
		return 0;
	return (l->wanted ? 1000 : 0) + 4 * (int)(least > 8 ? 8 : least) +
	       (l->before == 0			   ? 3
		       : l->before <= 64	   ? 2
		       : l->before < RE2_UNBOUNDED ? 1
						   : 0) -
	       (l->n > 4);
}

static void offer(struct re2_literals *best, const struct re2_literals *l) {
	if (worth(l) > worth(best))
		*best = *l;
}

static struct re2_literals needed_of(const struct re2_request *ask, const struct re2_part *p) {
	return p->exact ? usable(ask, &p->texts) : p->needed;
}

/* Every text of `a` followed by every text of `b`; false when that is too many or too long. */
static bool join(struct arena *arena, struct re2_literals *a, const struct re2_literals *b) {
	struct re2_literals all = {.nocase = a->nocase || b->nocase, .before = a->before};

	for (size_t i = 0; i < a->n; i++)
		for (size_t k = 0; k < b->n; k++) {
			if (strlen(a->at[i]) + strlen(b->at[k]) > RE2_LITERAL_MAX)
				return false;
			if (!add_literal(&all, arena_printf(arena, "%s%s", a->at[i], b->at[k])))
				return false;
		}
	*a = all;
	return true;
}

/* Parsing */

static int alternatives(struct re2_reader *r, struct re2_part *out);

static int read_flags(struct re2_reader *r, struct re2_flags *f, size_t from) {
	bool on = true;

	for (; r->at < r->s.n; r->at++) {
		uint8_t c = r->s.p[r->at];

		if (c == 'i')
			f->i = on;
		else if (c == 'm')
			f->m = on;
		else if (c == 's')
			f->s = on;
		else if (c == 'U')
			f->u = on;
		else if (c == '-' && on)
			on = false;
		else
			break;
	}
	if (r->at >= r->s.n || (r->s.p[r->at] != ')' && r->s.p[r->at] != ':'))
		return re2_fail(r, from, "a group of this kind is not part of RE2");
	return 0;
}

/* m is not handed on: anchors are written out. */
static void emit_flags(struct re2_reader *r, const struct re2_flags *f) {
	buf_printf(&r->out, "(?%s%s%s", f->i ? "i" : "", f->s ? "s" : "", f->u ? "U" : "");
	if (!f->i || !f->s || !f->u)
		buf_printf(&r->out, "-%s%s%s", f->i ? "" : "i", f->s ? "" : "s", f->u ? "" : "U");
}

/* Behind "(?P<" or "(?<". */
static int skip_name(struct re2_reader *r, size_t from) {
	while (r->at < r->s.n && r->s.p[r->at] != '>')
		r->at++;
	if (r->at >= r->s.n)
		return re2_fail(r, from, "a group's name without its >");
	r->at++;
	return 0;
}

/* Opens a group; *only_flags when it was "(?i)" and the like, which is no group. Returns how many brackets close it, or -1. */
static int open_group(struct re2_reader *r, struct re2_flags *inside, bool *captures, bool *only_flags) {
	size_t from = r->at++;
	struct slice rest = slice_sub(r->s, r->at, r->s.n);

	*captures = *only_flags = false;
	*inside = r->flags;
	if (!slice_has_prefix(rest, "?") || slice_has_prefix(rest, "?P<") ||
		(slice_has_prefix(rest, "?<") && !slice_has_prefix(rest, "?<=") && !slice_has_prefix(rest, "?<!"))) {
		*captures = true;
		if (rest.n && rest.p[0] == '?') {
			r->at += rest.p[1] == 'P' ? 3 : 2;
			if (skip_name(r, from) != 0)
				return -1;
		}
		buf_add_byte(&r->out, '(');
		return 1;
	}
	r->at++;
	if (read_flags(r, inside, from) != 0)
		return -1;
	emit_flags(r, inside);
	*only_flags = r->s.p[r->at++] == ')';
	buf_add_byte(&r->out, *only_flags ? ')' : ':');
	if (*only_flags)
		return 0;
	if (r->ask->first_group)
		buf_add_str(&r->out, "(?|");
	return r->ask->first_group ? 2 : 1;
}

static int group(struct re2_reader *r, struct re2_part *out) {
	size_t from = r->at;
	struct re2_flags before = r->flags, inside = r->flags;
	bool captures = false, only_flags = false;
	int brackets = open_group(r, &inside, &captures, &only_flags);
	unsigned number = 0;

	if (brackets < 0)
		return -1;
	if (only_flags) {
		r->flags = inside;
		*out = (struct re2_part){.exact = true, .texts = {.at = {""}, .n = 1}};
		return 0;
	}
	if (++r->depth > RE2_DEPTH_MAX)
		return re2_fail(r, from, "groups are nested too deeply");
	if (captures)
		number = ++r->groups;
	r->flags = inside;
	if (alternatives(r, out) != 0)
		return -1;
	r->flags = before;
	r->depth--;
	if (r->at >= r->s.n)
		return re2_fail(r, from, "a group without its )");
	r->at++;
	while (brackets--)
		buf_add_byte(&r->out, ')');
	out->holds_first_group |= number == 1;
	return 0;
}

static bool alone_in_its_branch(const struct re2_reader *r) {
	bool left = r->at > 0 && (r->s.p[r->at - 1] == '|' || r->s.p[r->at - 1] == '(' || r->s.p[r->at - 1] == ':');
	bool right = r->at + 1 < r->s.n && (r->s.p[r->at + 1] == '|' || r->s.p[r->at + 1] == ')');

	return left && right;
}

/* True when there is an anchor at r->at; it is written out then. */
static bool anchor(struct re2_reader *r) {
	struct slice rest = slice_sub(r->s, r->at, r->s.n);
	bool window = r->ask->use == RE2_WINDOW, escaped = rest.n > 1 && rest.p[0] == '\\';
	bool start = rest.p[0] == '^' || (escaped && rest.p[1] == 'A');
	bool end = rest.p[0] == '$' || (escaped && rest.p[1] == 'z');
	bool lines = !escaped && r->flags.m;

	if (escaped && (rest.p[1] == 'b' || rest.p[1] == 'B')) {
		buf_printf(&r->out, "\\%c", rest.p[1]);
		r->at += 2;
		return true;
	}
	if (!start && !end)
		return false;
	if (window && !lines && !alone_in_its_branch(r))
		r->remark = start ? "the beginning of the text is taken as the beginning of a line"
				  : "the end of the text is taken as the end of a line";
	if (lines || window)
		buf_add_str(&r->out, start ? "(?<![^\\n])" : "(?![^\\n])");
	else
		buf_add_str(&r->out, start ? "\\A" : "\\z");
	r->at += escaped ? 2 : 1;
	return true;
}

/* {n}, {n,} and {n,m}; anything else behind an opening brace is text. */
static bool read_counts(struct re2_reader *r, uint64_t *least, uint64_t *most) {
	size_t at = r->at + 1, from = at;

	*least = 0;
	for (; at < r->s.n && r->s.p[at] >= '0' && r->s.p[at] <= '9' && at - from < 5; at++)
		*least = *least * 10 + (r->s.p[at] - '0');
	if (at == from || at >= r->s.n)
		return false;
	*most = *least;
	if (r->s.p[at] == ',') {
		from = ++at;
		*most = 0;
		for (; at < r->s.n && r->s.p[at] >= '0' && r->s.p[at] <= '9' && at - from < 5; at++)
			*most = *most * 10 + (r->s.p[at] - '0');
		if (at == from)
			*most = RE2_UNBOUNDED;
	}
	if (at >= r->s.n || r->s.p[at] != '}')
		return false;
	buf_add_slice(&r->out, slice_sub(r->s, r->at, at + 1));
	r->at = at + 1;
	return true;
}

static void repeat_part(struct re2_reader *r, struct re2_part *p, uint64_t least, uint64_t most) {
	struct re2_part one = *p;

	p->longest = product(one.longest, most);
	if (least == 0 && one.holds_first_group && r->ask->first_group)
		r->remark = "a first group that may be missing: where it is, nothing is found";
	if (least == 1 && most == 1)
		return;
	if (least == 0 && most == 1 && one.exact && add_literal(&p->texts, ""))
		return;
	p->exact = false;
	p->needed = least ? needed_of(r->ask, &one) : (struct re2_literals){0};
	p->texts = (struct re2_literals){0};
}

static int repetition(struct re2_reader *r, struct re2_part *p) {
	uint8_t c = r->at < r->s.n ? r->s.p[r->at] : 0;
	uint64_t least = c == '+', most = c == '?' ? 1 : RE2_UNBOUNDED;
	size_t from = r->at;

	if (c == '*' || c == '+' || c == '?') {
		buf_add_byte(&r->out, c);
		r->at++;
	} else if (c != '{' || !read_counts(r, &least, &most)) {
		return 0;
	} else if (least > REPEAT_MAX || (most > REPEAT_MAX && most < RE2_UNBOUNDED) || least > most) {
		return re2_fail(r, from, "a bad count of repetitions");
	}
	if (r->at < r->s.n && r->s.p[r->at] == '?') {
		buf_add_byte(&r->out, '?');
		r->at++;
	}
	c = r->at < r->s.n ? r->s.p[r->at] : 0;
	if (c == '*' || c == '+' || c == '?')
		return re2_fail(r, r->at, "a repetition of a repetition");
	repeat_part(r, p, least, most);
	return 0;
}

static int term(struct re2_reader *r, struct re2_part *p) {
	if (anchor(r)) {
		*p = (struct re2_part){.exact = true, .texts = {.at = {""}, .n = 1}};
	} else if (r->s.p[r->at] == '(') {
		if (group(r, p) != 0)
			return -1;
	} else if (re2_atom(r, p) != 0) {
		return -1;
	}
	return repetition(r, p);
}

static const struct re2_literals nothing = {.at = {""}, .n = 1};

static int sequence(struct re2_reader *r, struct re2_part *out) {
	struct re2_literals run = nothing, best = {0}, u;

	*out = (struct re2_part){.exact = true};
	while (r->at < r->s.n && r->s.p[r->at] != '|' && r->s.p[r->at] != ')') {
		struct re2_part p = {0};

		if (term(r, &p) != 0)
			return -1;
		out->holds_first_group |= p.holds_first_group;
		if (!p.exact || !join(r->arena, &run, &p.texts)) {
			out->exact = false;
			u = usable(r->ask, &run);
			offer(&best, &u);
			run = p.exact ? p.texts : nothing;
			run.before = p.exact ? out->longest : sum(out->longest, p.longest);
			if (!p.exact && p.needed.n) {
				p.needed.before = sum(out->longest, p.needed.before);
				offer(&best, &p.needed);
			}
		}
		out->longest = sum(out->longest, p.longest);
	}
	u = usable(r->ask, &run);
	offer(&best, &u);
	if (out->exact)
		out->texts = run;
	else
		out->needed = best;
	return 0;
}

/* Either branch may match: what is needed is one of what either needs. */
static void unite(const struct re2_request *ask, struct re2_part *a, const struct re2_part *b) {
	struct re2_literals na = needed_of(ask, a), nb = needed_of(ask, b);

	a->longest = a->longest > b->longest ? a->longest : b->longest;
	a->holds_first_group |= b->holds_first_group;
	if (a->exact && b->exact) {
		struct re2_literals all = a->texts;
		bool fits = true;

		all.nocase |= b->texts.nocase;
		for (size_t i = 0; i < b->texts.n; i++)
			fits = fits && add_literal(&all, b->texts.at[i]);
		if (fits) {
			a->texts = all;
			return;
		}
	}
	a->exact = false;
	a->texts = a->needed = (struct re2_literals){0};
	if (!na.n || !nb.n)
		return;
	na.nocase |= nb.nocase;
	na.wanted = na.wanted && nb.wanted;
	na.before = na.before > nb.before ? na.before : nb.before;
	for (size_t i = 0; i < nb.n; i++)
		if (!add_literal(&na, nb.at[i]))
			return;
	a->needed = na;
}

static int alternatives(struct re2_reader *r, struct re2_part *out) {
	if (sequence(r, out) != 0)
		return -1;
	while (r->at < r->s.n && r->s.p[r->at] == '|') {
		struct re2_part next;

		r->at++;
		buf_add_byte(&r->out, '|');
		if (sequence(r, &next) != 0)
			return -1;
		unite(r->ask, out, &next);
	}
	return 0;
}

int re2_translate(
	struct arena *a, struct slice source, const struct re2_request *ask, struct re2 *out, struct error *err) {
	struct re2_reader r = {.arena = a, .s = source, .ask = ask, .err = err};
	struct re2_part whole;
	int status = -1;

	memset(out, 0, sizeof(*out));
	if (source.n > RE2_SOURCE_MAX)
		return error_set(err, ERR_USAGE, "longer than %d bytes", RE2_SOURCE_MAX);
	if (memchr(source.p ? source.p : (const uint8_t *)"", 0, source.n))
		return error_set(err, ERR_USAGE, "holds a zero byte");
	buf_add_str(&r.out, ask->first_group ? "(?-i)(?|" : "(?-i)(?:");
	if (alternatives(&r, &whole) != 0)
		goto out;
	if (r.at < source.n) {
		re2_fail(&r, r.at, "a ) without its group");
		goto out;
	}
	buf_add_byte(&r.out, ')');
	*out = (struct re2){.pattern = arena_str(a, buf_slice(&r.out)),
		.groups = r.groups,
		.longest = whole.longest,
		.literals = needed_of(ask, &whole),
		.remark = r.remark};
	status = 0;
out:
	buf_free(&r.out);
	return status;
}
