/* The table of marks, and finding them around a value. Marks are documented by their tools: gitleaks, Betterleaks, TruffleHog, Kingfisher,
 * detect-secrets, ggshield, secretlint, Bandit, Ruff (flake8-bandit), gosec. Not here: lists of accepted findings in files (accept.c). */
#include "rules/inline_mark.h"

#include "core/buf.h"
#include "core/text.h"
#include "rules/engine.h"

#define REASON_MAX 120 /* bytes of a reason that are kept */

enum mark_kind {
	MARK_WORD,    /* the text stands for itself */
	MARK_COMMENT, /* the same, where only a sign of comment goes before it: an ordinary word of code otherwise */
	MARK_RULE,    /* the rule's id, then the reason */
	MARK_CODES    /* a list of codes, one of which must be about secrets */
};

struct mark {
	const char *text;
	enum mark_kind kind;
	bool next_line; /* speaks for the line below only */
};

static const struct mark marks[] = {
	{"nhiscan:allow", MARK_RULE, false},
	{"gitleaks:allow", MARK_WORD, false},
	{"betterleaks:allow", MARK_WORD, false},
	{"trufflehog:ignore", MARK_WORD, false},
	{"kingfisher:ignore", MARK_WORD, false},
	{"kingfisher:allow", MARK_WORD, false},
	{"pragma: allowlist nextline secret", MARK_WORD, true},
	{"pragma: allowlist secret", MARK_WORD, false},
	{"pragma: whitelist secret", MARK_WORD, false},
	{"secretlint-disable-next-line", MARK_COMMENT, true},
	{"secretlint-disable-line", MARK_COMMENT, false},
	{"ggignore", MARK_COMMENT, false},
	{"nosecret", MARK_COMMENT, false},
	{"noqa", MARK_CODES, false},
	{"nosec", MARK_CODES, false},
};

/* Hard-coded passwords and credentials: Ruff and flake8-bandit S105 to S107, Bandit B105 to B107, gosec G101. */
static const char *const secret_codes[] = {"S105", "S106", "S107", "B105", "B106", "B107", "G101", NULL};

static bool is_word(uint8_t c) {
	return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || c == '_' || c >= 0x80;
}

static bool is_blank(uint8_t c) {
	return c == ' ' || c == '\t';
}

static struct slice next_word(struct slice s, size_t *at, const char *separators) {
	size_t from;

	while (*at < s.n && s.p[*at] && strchr(separators, s.p[*at]))
		++*at;
	from = *at;
	while (*at < s.n && !(s.p[*at] && strchr(separators, s.p[*at])))
		++*at;
	return slice_sub(s, from, *at);
}

static bool names_secret_code(struct slice rest) {
	size_t at = rest.n && rest.p[0] == ':' ? 1 : 0;

	for (;;) {
		struct slice word = next_word(rest, &at, " \t,");

		if (!word.n || !is_word(word.p[0]))
			return false;
		for (size_t i = 0; secret_codes[i]; i++)
			if (slice_eq_nocase(word, slice_str(secret_codes[i])))
				return true;
	}
}

/* Is `rule` in a list such as "jwt,private-key"? */
static bool names_rule(struct slice list, const char *rule) {
	size_t at = 0;

	for (;;) {
		struct slice id = next_word(list, &at, ",");

		if (!id.n)
			return false;
		if (slice_eq(id, slice_str("*")) || slice_eq(id, slice_str(rule)))
			return true;
	}
}

/* What is left of a reason: no comment's end, no separators, no word torn by the edge of what may be looked at. */
static struct slice trim_reason(struct slice s, bool torn) {
	static const char *const ends[] = {"\"", "'", ",", NULL};
	static const char *const closers[] = {"*/", "-->", "--%>", "#}", "%>", NULL};
	bool again = true;

	for (size_t i = 0; closers[i]; i++) {
		ptrdiff_t at = slice_find(s, slice_str(closers[i]));

		if (at >= 0) {
			s.n = (size_t)at;
			torn = false;
		}
	}
	if (s.n > REASON_MAX) {
		s.n = REASON_MAX;
		torn = true;
	}
	while (torn && s.n && !is_blank(s.p[s.n - 1]))
		s.n--;
	while (again) {
		again = false;
		s = slice_trim(s);
		for (size_t i = 0; ends[i]; i++)
			if (slice_has_suffix(s, ends[i])) {
				s.n -= strlen(ends[i]);
				again = true;
			}
	}
	while (s.n && strchr(" \t:-", s.p[0]) && s.p[0])
		s = slice_sub(s, 1, s.n);
	return s;
}

static const char *tell(struct arena *a, const char *mark, struct slice reason, bool torn) {
	struct buf b = {0};
	const char *told;

	reason = trim_reason(reason, torn);
	buf_printf(&b, "%s: ", mark);
	if (reason.n)
		text_escape(&b, reason);
	else
		buf_add_str(&b, "no reason given");
	told = arena_str(a, buf_slice(&b));
	buf_free(&b);
	return told;
}

/* Part of a line, and whether its ends are the line's. */
struct stretch {
	struct slice s;
	bool whole_left, whole_right;
	bool above; /* of the line above the value */
};

/* May a mark stand at `at`? A word's edge on both sides, and nothing but a comment's beginning before it where that is asked. */
static bool stands(const struct stretch *t, const struct mark *m, size_t at) {
	size_t n = strlen(m->text), i = at;
	struct slice s = t->s;

	if ((at > 0 && (is_word(s.p[at - 1]) || s.p[at - 1] == '-')) || (at == 0 && !t->whole_left))
		return false;
	if (is_word((uint8_t)m->text[n - 1]) && at + n < s.n && (is_word(s.p[at + n]) || s.p[at + n] == '-'))
		return false;
	if (m->kind == MARK_COMMENT || m->kind == MARK_CODES) {
		while (i > 0 && is_blank(s.p[i - 1]))
			i--;
		if (i == 0 || !strchr("#/*-;!%'", s.p[i - 1]) || !s.p[i - 1])
			return false;
	}
	/* Above, the line must be the mark's own: one behind other code speaks for that code. */
	for (i = 0; t->above && i < at; i++)
		if (is_word(s.p[i]))
			return false;
	return !t->above || t->whole_left;
}

static const char *take(struct arena *a, const struct stretch *t, const struct mark *m, size_t at, const char *rule) {
	struct slice rest = slice_sub(t->s, at + strlen(m->text), t->s.n), id;
	size_t after = 0;

	if (m->kind == MARK_CODES)
		return names_secret_code(rest) ? tell(a, m->text, rest, !t->whole_right) : NULL;
	if (m->kind != MARK_RULE)
		return tell(a, m->text, rest, !t->whole_right);
	if (!rest.n || !is_blank(rest.p[0]))
		return NULL;
	id = next_word(rest, &after, " \t");
	if (after == rest.n && !t->whole_right)
		return NULL; /* the id itself may go on out of sight */
	return names_rule(id, rule) ? tell(a, m->text, slice_sub(rest, after, rest.n), !t->whole_right) : NULL;
}

static const char *look(struct arena *a, const struct stretch *t, const char *rule) {
	for (size_t i = 0; i < sizeof(marks) / sizeof(*marks); i++) {
		const struct mark *m = &marks[i];
		size_t from = 0;

		if (m->next_line && !t->above)
			continue;
		for (;;) {
			ptrdiff_t at = slice_find_nocase(slice_sub(t->s, from, t->s.n), slice_str(m->text));
			const char *told = NULL;

			if (at < 0)
				break;
			from += (size_t)at;
			if (stands(t, m, from))
				told = take(a, t, m, from, rule);
			if (told)
				return told;
			from++;
		}
	}
	return NULL;
}

const char *inline_mark_find(struct arena *a, struct slice text, size_t start, size_t end, const char *rule) {
	size_t lo = start > JUDGE_CONTEXT ? start - JUDGE_CONTEXT : 0;
	size_t hi = text.n - end > JUDGE_CONTEXT ? end + JUDGE_CONTEXT : text.n;
	size_t line = start, above, to = end;
	const char *told;

	while (to < hi && text.p[to] != '\n')
		to++;
	while (line > lo && text.p[line - 1] != '\n')
		line--;
	told = look(a,
		&(struct stretch){
			.s = slice_sub(text, end, to), .whole_left = true, .whole_right = to < hi || hi == text.n},
		rule);
	if (!told)
		told = look(a,
			&(struct stretch){.s = slice_sub(text, line, start),
				.whole_left = line > lo || line == 0,
				.whole_right = true},
			rule);
	if (told || line == lo)
		return told;
	above = line - 1;
	while (above > lo && text.p[above - 1] != '\n')
		above--;
	return look(a,
		&(struct stretch){.s = slice_sub(text, above, line - 1),
			.whole_left = above > lo || above == 0,
			.whole_right = true,
			.above = true},
		rule);
}
