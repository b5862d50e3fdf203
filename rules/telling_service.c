/* Reading the forms of tokens out of rules' patterns, and comparing values with them. What follows from it is judge.c's. */
#include "rules/telling_service.h"

#include "core/lazy.h"
#include "core/vec.h"
#include "rules/telling_prefix.h"
#include "rules/words.h"

#include <stdlib.h>

/* A form is a row of so many sets of bytes at most; others are not compared. */
#define PARTS_MAX 24

/* Shorter tokens come about by chance, as do names in running text. */
#define TOKEN_LEAST 16
#define NAME_LEAST  3
#define NAMES_MAX   6

struct part {
	uint64_t set[4];
	unsigned least, most;
};

struct form {
	const char *service;
	struct slice names[NAMES_MAX]; /* texts of the catalogue */
	size_t nnames;
	struct part parts[PARTS_MAX];
	size_t nparts;
	size_t least, most; /* bytes in all */
};

typedef VEC(struct form) form_vec;

struct telling_services {
	const struct catalogue *catalogue;
	struct lazy list; /* gathered by the first thread that asks */
};

/* Names of credentials, and words of every program: no vendor is told by them alone. */
static const struct words common_names = {{
	['a'] = WORDS("access", "account", "admin", "age", "agent", "api", "app", "amazon", "apache", "apikey",
		"application", "auth", "authorization"),
	['b'] = WORDS("bearer", "better", "bot", "box", "build"),
	['c'] = WORDS("cli", "client", "cloud", "close", "connect", "consumer", "custom", "customer"),
	['d'] = WORDS("daily", "data", "databases", "deploy", "developer", "docker"),
	['e'] = WORDS("elastic", "exchange"),
	['f'] = WORDS("frame"),
	['g'] = WORDS("generic", "git", "google", "gradle"),
	['h'] = WORDS("hex", "http"),
	['i'] = WORDS("integration", "instance"),
	['j'] = WORDS("jwt"),
	['k'] = WORDS("key", "keys"),
	['l'] = WORDS("line", "label", "linux", "live", "login", "loops"),
	['m'] = WORDS("mail", "make", "management", "market", "master", "message", "microsoft"),
	['o'] = WORDS("one", "org", "otp", "oauth", "open", "organization"),
	['n'] = WORDS("new", "npm"),
	['p'] = WORDS("pat", "php", "particle", "personal", "phrase", "plain", "polar", "private", "project", "proxy",
		"public", "publish", "push"),
	['r'] = WORDS("read", "render", "repo", "rest"),
	['s'] = WORDS("sdk", "sql", "ssh", "scale", "secret", "secrets", "segment", "server", "service", "session",
		"shared", "shortcut", "signing", "socket", "split", "statuspage", "stream", "svix"),
	['t'] = WORDS("test", "token"),
	['u'] = WORDS("url", "unity", "user"),
	['w'] = WORDS("web", "webhook", "windows", "write", "writer"),
	['x'] = WORDS("xapi"),
}};

static bool is_letter(uint8_t c) {
	return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}

static bool is_lower(uint8_t c) {
	return c >= 'a' && c <= 'z';
}

static bool is_digit(uint8_t c) {
	return c >= '0' && c <= '9';
}

static void set_put(struct part *p, unsigned c, bool fold) {
	p->set[c >> 6] |= (uint64_t)1 << (c & 63);
	if (fold && is_letter((uint8_t)c))
		p->set[(c ^ 0x20) >> 6] |= (uint64_t)1 << ((c ^ 0x20) & 63);
}

static bool set_has(const struct part *p, uint8_t c) {
	return p->set[c >> 6] >> (c & 63) & 1;
}

static void set_range(struct part *p, unsigned from, unsigned to, bool fold) {
	for (unsigned c = from; c <= to && c < 256; c++)
		set_put(p, c, fold);
}

/* \w, \d, \., \-: what follows the backslash at s[*i]. */
static bool read_escape(struct slice s, size_t *i, struct part *p) {
	uint8_t c = s.p[*i];

	if (c == 'w' || c == 'd') {
		set_range(p, '0', '9', false);
		if (c == 'w') {
			set_range(p, 'a', 'z', true);
			set_put(p, '_', false);
		}
	} else if (is_letter(c) || is_digit(c)) {
		return false; /* \b, \x5c and such */
	} else {
		set_put(p, c, false);
	}
	(*i)++;
	return true;
}

/* What stands behind [ at s[*i]. */
static bool read_set(struct slice s, size_t *i, bool fold, struct part *p) {
	size_t from = *i;

	for (; *i < s.n && (s.p[*i] != ']' || *i == from);) {
		uint8_t c = s.p[(*i)++];

		if (c == '^' || (c == '[' && *i < s.n && s.p[*i] == ':'))
			return false;
		if (c == '\\') {
			if (*i >= s.n || !read_escape(s, i, p))
				return false;
		} else if (*i + 1 < s.n && s.p[*i] == '-' && s.p[*i + 1] != ']' && s.p[*i + 1] != '\\') {
			set_range(p, c, s.p[*i + 1], fold);
			*i += 2;
		} else {
			set_put(p, c, fold);
		}
	}
	return (*i)++ < s.n;
}

static unsigned read_number(struct slice s, size_t *i) {
	unsigned n = 0;

	for (; *i < s.n && is_digit(s.p[*i]) && n < 10000; (*i)++)
		n = n * 10 + s.p[*i] - '0';
	return n;
}

static bool read_count(struct slice s, size_t *i, struct part *p) {
	uint8_t c = *i < s.n ? s.p[*i] : 0;

	p->least = p->most = 1;
	if (c == '*')
		return false;
	if (c == '?') {
		p->least = 0;
		(*i)++;
	} else if (c == '{') {
		(*i)++;
		p->least = p->most = read_number(s, i);
		if (*i < s.n && s.p[*i] == ',') {
			(*i)++;
			p->most = read_number(s, i);
		}
		if (*i >= s.n || s.p[(*i)++] != '}' || p->most < p->least)
			return false;
	}
	if (*i < s.n && s.p[*i] == '+')
		(*i)++; /* possessive */
	return true;
}

/* What a place in a pattern lies in. */
struct nesting {
	unsigned depth; /* of groups */
	bool set;
};

/* Passes the character at *i, an escaped one whole. */
static void pass_character(struct slice s, size_t *i, struct nesting *in) {
	if (s.p[*i] == '\\')
		++*i;
	else if (in->set)
		in->set = s.p[*i] != ']';
	else if (s.p[*i] == '[')
		in->set = true;
	else if (s.p[*i] == '(')
		in->depth++;
	else if (s.p[*i] == ')' && in->depth)
		in->depth--;
	++*i;
}

/* Behind the ) of the group that opens at s[at]. */
static size_t end_of_group(struct slice s, size_t at) {
	struct nesting in = {0};

	while (at < s.n) {
		pass_character(s, &at, &in);
		if (!in.depth)
			return at;
	}
	return s.n + 1;
}

/* Fills f's parts from the source of a group; false when it is more than a row of sets. */
static bool read_form(struct form *f, struct slice s, bool fold) {
	if (slice_has_prefix(s, "(?-i:") && end_of_group(s, 0) == s.n) {
		s = slice_sub(s, 5, s.n - 1);
		fold = false;
	}
	for (size_t i = 0; i < s.n;) {
		struct part p = {0};
		uint8_t c = s.p[i++];
		bool read = true;

		if (c == '(' && i + 1 < s.n && s.p[i] == '?' && (s.p[i + 1] == '=' || s.p[i + 1] == '!')) {
			i = end_of_group(s, i - 1); /* says more of what follows, which the sets say well enough */
			continue;
		}
		if (c == '[')
			read = read_set(s, &i, fold, &p);
		else if (c == '\\')
			read = i < s.n && read_escape(s, &i, &p);
		else if (strchr("()|?+*{}.^$", c))
			read = false;
		else
			set_put(&p, c, fold);
		if (!read || !read_count(s, &i, &p) || f->nparts == PARTS_MAX)
			return false;
		f->parts[f->nparts++] = p;
		f->least += p.least;
		f->most += p.most;
	}
	return f->least >= TOKEN_LEAST;
}

/* The source of a pattern's group of this number; empty when there is none. */
static struct slice group_of(const char *pattern, unsigned number) {
	unsigned open[32] = {0}, n = 0, groups = 0;
	size_t starts[32] = {0};
	bool set = false;

	for (size_t i = 0; pattern[i]; i++) {
		char c = pattern[i];

		if (c == '\\' && pattern[i + 1]) {
			i++;
		} else if (set) {
			set = c != ']';
		} else if (c == '[') {
			set = true;
			i += pattern[i + 1] == ']';
		} else if (c == '(') {
			if (n == 32)
				break;
			starts[n] = i + 1;
			open[n++] = pattern[i + 1] == '?' ? 0 : ++groups;
		} else if (c == ')' && n > 0 && open[--n] == number) {
			return slice_of(pattern + starts[n], i - starts[n]);
		}
	}
	return slice_of(pattern, 0);
}

static void add_name(struct form *f, struct slice name) {
	if (name.n < NAME_LEAST || f->nnames == NAMES_MAX || words_equal(&common_names, name))
		return;
	for (size_t i = 0; i < name.n; i++)
		if (!is_letter(name.p[i]) && !is_digit(name.p[i]))
			return;
	for (size_t i = 0; i < f->nnames; i++)
		if (slice_eq_nocase(f->names[i], name))
			return;
	f->names[f->nnames++] = name;
}

static struct slice first_word(struct slice s) {
	size_t n = 0;

	while (n < s.n && (is_letter(s.p[n]) || is_digit(s.p[n])))
		n++;
	return slice_sub(s, 0, n);
}

/* Where the group's alternative that begins at `from` ends: at a | outside of sets and groups, or at the end. */
static size_t end_of_alternative(struct slice s, size_t from) {
	struct nesting in = {0};
	size_t i = from;

	while (i < s.n && (in.depth || in.set || s.p[i] != '|'))
		pass_character(s, &i, &in);
	return i < s.n ? i : s.n;
}

static void add_forms(form_vec *list, const struct form *named, struct slice group) {
	bool fold = true;

	if (slice_has_prefix(group, "(?-i:") && end_of_group(group, 0) == group.n) {
		group = slice_sub(group, 5, group.n - 1);
		fold = false;
	}
	for (size_t from = 0; from < group.n;) {
		size_t to = end_of_alternative(group, from);
		struct form f = *named;

		if (read_form(&f, slice_sub(group, from, to), fold))
			VEC_PUSH(list, f);
		from = to + 1;
	}
}

static void *gather(const void *of) {
	const struct catalogue *c = of;
	form_vec *list = mem_alloc(sizeof(*list));

	for (size_t i = 0; i < c->n; i++) {
		const struct rule *r = &c->rules[i];
		struct form f = {.service = r->service};

		if (r->kind != KIND_TOKEN || !r->ignore_case || !r->secret_group || r->facts || rule_takes_any(r))
			continue;
		add_name(&f, first_word(slice_str(r->service)));
		for (size_t k = 0; k < r->nkeywords; k++) {
			add_name(&f, first_word(slice_str(r->keywords[k])));
		}
		if (f.nnames)
			add_forms(list, &f, group_of(r->pattern, r->secret_group));
	}
	return list;
}

static void list_free(void *made) {
	form_vec *list = made;

	if (list)
		VEC_FREE(list);
	free(list);
}

static const form_vec *list_of(struct telling_services *t) {
	return lazy_get(&t->list, gather, list_free, t->catalogue);
}

struct telling_services *telling_services_of(const struct catalogue *c) {
	struct telling_services *t = mem_alloc(sizeof(*t));

	t->catalogue = c;
	return t;
}

void telling_services_free(struct telling_services *t) {
	if (t)
		list_free(lazy_made(&t->list));
	free(t);
}

/* Each part takes what it can: forms in which that is wrong are told less often, never wrongly. */
static bool form_fits(const struct form *f, struct slice v) {
	size_t at = 0;

	if (v.n < f->least || v.n > f->most)
		return false;
	for (size_t i = 0; i < f->nparts; i++) {
		const struct part *p = &f->parts[i];
		unsigned n = 0;

		while (n < p->most && at < v.n && set_has(p, v.p[at])) {
			n++;
			at++;
		}
		if (n < p->least)
			return false;
	}
	return at == v.n;
}

/* As a word or the beginning of one: datadog_key, DatadogClient, MY_DATADOG, not in "updatadoga". */
static bool names_it(struct slice around, struct slice name) {
	for (size_t from = 0; from + name.n <= around.n;) {
		ptrdiff_t at = slice_find_nocase(slice_sub(around, from, around.n), name);
		uint8_t before, first, after;

		if (at < 0)
			return false;
		from += (size_t)at;
		before = from ? around.p[from - 1] : ' ';
		first = around.p[from];
		after = from + name.n < around.n ? around.p[from + name.n] : ' ';
		if ((!is_letter(before) || (is_lower(before) && !is_lower(first))) &&
			(name.n > 5 || !is_lower(after) || !is_lower(around.p[from + name.n - 1])))
			return true;
		from++;
	}
	return false;
}

const char *service_told(struct telling_services *t, struct slice value, struct slice around) {
	const form_vec *list = t && value.n >= TOKEN_LEAST ? list_of(t) : NULL;

	for (size_t i = 0; list && i < list->n; i++) {
		const struct form *f = &list->at[i];

		if (!form_fits(f, value))
			continue;
		for (size_t k = 0; k < f->nnames; k++)
			if (names_it(around, f->names[k]))
				return f->service;
	}
	return NULL;
}
