/* gitignore(5) globs: one pattern against one path, and ordered lists of them.
 * Component by component: each pair of pattern part and path part is compared at most once for each `**`, and a
 * component costs at most its two lengths multiplied, so the whole is bounded by pattern length * path length. */
#include "core/glob.h"

/* Takes the component in front of the first '/', and the rest behind it; false when nothing is left. */
static bool next_part(struct slice *rest, struct slice *part) {
	if (!rest->p)
		return false;

	const uint8_t *slash = rest->n ? memchr(rest->p, '/', rest->n) : NULL;
	size_t n = slash ? (size_t)(slash - rest->p) : rest->n;

	*part = slice_of(rest->p, n);
	*rest = slash ? slice_of(slash + 1, rest->n - n - 1) : (struct slice){NULL, 0};
	return true;
}

static bool is_class(struct slice name, uint8_t c) {
	bool upper = c >= 'A' && c <= 'Z', lower = c >= 'a' && c <= 'z', digit = c >= '0' && c <= '9';
	bool graph = c > ' ' && c < 0x7f;
	const struct {
		const char *name;
		bool holds;
	} classes[] = {
		{"alnum", upper || lower || digit},
		{"alpha", upper || lower},
		{"blank", c == ' ' || c == '\t'},
		{"cntrl", c < ' ' || c == 0x7f},
		{"digit", digit},
		{"graph", graph},
		{"lower", lower},
		{"print", graph || c == ' '},
		{"punct", graph && !upper && !lower && !digit},
		{"space", c == ' ' || (c >= '\t' && c <= '\r')},
		{"upper", upper},
		{"xdigit", digit || (c >= 'A' && c <= 'F') || (c >= 'a' && c <= 'f')},
	};

	for (size_t i = 0; i < sizeof(classes) / sizeof(classes[0]); i++)
		if (slice_eq(name, slice_str(classes[i].name)))
			return classes[i].holds;
	return false;
}

/* One literal byte of a bracket expression at *i, a backslash taken off. False at the end. */
static bool bracket_byte(struct slice p, size_t *i, uint8_t *out) {
	if (*i < p.n && p.p[*i] == '\\')
		++*i;
	if (*i >= p.n)
		return false;
	*out = p.p[(*i)++];
	return true;
}

/* Does `[…]` at p[at] hold `c`? *end is set behind the `]`. An unclosed bracket matches nothing (*end = p.n). */
static bool bracket_match(struct slice p, size_t at, uint8_t c, size_t *end) {
	size_t i = at + 1;
	bool negated = i < p.n && (p.p[i] == '!' || p.p[i] == '^'), holds = false;

	i += negated;
	*end = p.n;
	for (bool first = true;; first = false) {
		uint8_t low, high;

		if (i >= p.n)
			return false;
		if (p.p[i] == ']' && !first)
			break;
		if (p.p[i] == '[' && i + 1 < p.n && p.p[i + 1] == ':') {
			ptrdiff_t close = slice_find(slice_sub(p, i + 2, p.n), slice_str(":]"));

			if (close >= 0) {
				holds |= is_class(slice_sub(p, i + 2, i + 2 + (size_t)close), c);
				i += 2 + (size_t)close + 2;
				continue;
			}
		}
		if (!bracket_byte(p, &i, &low))
			return false;
		high = low;
		if (i + 1 < p.n && p.p[i] == '-' && p.p[i + 1] != ']') {
			i++;
			if (!bracket_byte(p, &i, &high))
				return false;
		}
		holds |= low <= c && c <= high;
	}
	*end = i + 1;
	return holds != negated;
}

/* One element of the pattern other than `*`, at p[at], against one byte. *end is set behind the element. */
static bool element_match(struct slice p, size_t at, uint8_t c, size_t *end) {
	switch (p.p[at]) {
	case '?':
		*end = at + 1;
		return true;
	case '[':
		return bracket_match(p, at, c, end);
	case '\\':
		*end = at + 2;
		return at + 1 < p.n && p.p[at + 1] == c;
	default:
		*end = at + 1;
		return p.p[at] == c;
	}
}

/* A component without slashes. On a mismatch only the last `*` needs to take one byte more: what an earlier one could
 * give, the later one can take as well. */
static bool part_match(struct slice p, struct slice s) {
	size_t i = 0, j = 0, star = SIZE_MAX, star_at = 0, end;

	while (j < s.n) {
		if (i < p.n && p.p[i] == '*') {
			star = ++i;
			star_at = j;
		} else if (i < p.n && element_match(p, i, s.p[j], &end)) {
			i = end;
			j++;
		} else if (star != SIZE_MAX) {
			i = star;
			j = ++star_at;
		} else {
			return false;
		}
	}
	while (i < p.n && p.p[i] == '*')
		i++;
	return i == p.n;
}

/* Anchored match. The same argument as in part_match() for `**`, with components in the place of bytes. */
static bool path_match(struct slice pattern, struct slice path) {
	struct slice after = {NULL, 0}, after_at = {NULL, 0}, p, s, part, name;
	bool any = false, have;
	struct slice pattern_rest = pattern, path_rest = path;

	for (;;) {
		p = pattern_rest;
		s = path_rest;
		have = next_part(&p, &part);
		if (have && slice_eq(part, slice_str("**"))) {
			if (!p.p)
				return s.p && s.n > 0; /* a trailing `**` takes one component or more */
			any = true;
			pattern_rest = after = p;
			after_at = s;
			continue;
		}
		if (!have && !s.p)
			return true;
		if (have && next_part(&s, &name) && part_match(part, name)) {
			pattern_rest = p;
			path_rest = s;
			continue;
		}
		if (!any || !next_part(&after_at, &name))
			return false;
		pattern_rest = after;
		path_rest = after_at;
	}
}

static struct slice last_part(struct slice path) {
	const uint8_t *slash = path.p ? memrchr(path.p, '/', path.n) : NULL;

	return slash ? slice_sub(path, (size_t)(slash - path.p) + 1, path.n) : path;
}

struct glob {
	struct slice pattern; /* without "!", leading and trailing "/" */
	bool anchored, dirs_only, negated;
};

static struct glob glob_parse(struct slice s) {
	struct glob g = {.pattern = s};

	if (g.pattern.p && g.pattern.n > 1 && g.pattern.p[g.pattern.n - 1] == '/') {
		g.dirs_only = true;
		g.pattern.n--;
	}
	g.anchored = g.pattern.p && memchr(g.pattern.p, '/', g.pattern.n);
	if (g.pattern.p && g.pattern.n > 0 && g.pattern.p[0] == '/')
		g.pattern = slice_sub(g.pattern, 1, g.pattern.n);
	return g;
}

static bool glob_covers(const struct glob *g, struct slice path, bool is_dir) {
	if (g->pattern.n == 0 || path.n == 0 || (g->dirs_only && !is_dir))
		return false;
	return g->anchored ? path_match(g->pattern, path) : part_match(g->pattern, last_part(path));
}

bool glob_match(struct slice pattern, struct slice path) {
	struct glob g = glob_parse(pattern);
	bool is_dir = path.n > 0 && path.p[path.n - 1] == '/';

	return glob_covers(&g, slice_sub(path, 0, path.n - is_dir), is_dir);
}

struct glob_list {
	struct glob *globs;
	size_t n;
};

/* Trailing blanks go, unless a backslash keeps them. */
static struct slice trim_end(struct slice line) {
	if (line.n > 0 && line.p[line.n - 1] == '\r')
		line.n--;
	while (line.n > 0 && line.p[line.n - 1] == ' ') {
		size_t slashes = 0;

		while (slashes + 1 < line.n && line.p[line.n - 2 - slashes] == '\\')
			slashes++;
		if (slashes % 2)
			break;
		line.n--;
	}
	return line;
}

struct glob_list *glob_list_parse(struct arena *a, struct slice text) {
	struct glob_list *l = ARENA_NEW(a, struct glob_list);
	size_t lines = 1;

	if (slice_has_prefix(text, "\xef\xbb\xbf")) /* a byte order mark, as git allows */
		text = slice_sub(text, 3, text.n);
	for (size_t i = 0; i < text.n; i++)
		lines += text.p[i] == '\n';
	l->globs = ARENA_NEW_N(a, struct glob, lines);
	text = arena_copy(a, text);
	for (size_t at = 0; at < text.n;) {
		const uint8_t *lf = memchr(text.p + at, '\n', text.n - at);
		size_t end = lf ? (size_t)(lf - text.p) : text.n;
		struct slice line = slice_sub(text, at, end);
		bool negated;

		at = end + 1;
		if (slice_has_prefix(line, "#"))
			continue;
		line = trim_end(line);
		negated = slice_has_prefix(line, "!");
		struct glob g = glob_parse(slice_sub(line, negated, line.n));
		if (g.pattern.n == 0)
			continue;
		g.negated = negated;
		l->globs[l->n++] = g;
	}
	return l;
}

static enum glob_answer answer_at(const struct glob_list *l, struct slice path, bool is_dir) {
	for (size_t i = l->n; i-- > 0;)
		if (glob_covers(&l->globs[i], path, is_dir))
			return l->globs[i].negated ? GLOB_KEPT : GLOB_IGNORED;
	return GLOB_NONE;
}

enum glob_answer glob_list_match(const struct glob_list *l, struct slice path, bool is_dir) {
	for (size_t i = 0; l->n > 0 && i < path.n; i++)
		if (path.p[i] == '/' && answer_at(l, slice_sub(path, 0, i), true) == GLOB_IGNORED)
			return GLOB_IGNORED;
	return answer_at(l, path, is_dir);
}
