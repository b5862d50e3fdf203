/* Reading a shell script into commands and words. What the commands mean for identities is in script.c. */
#include "scanners/ci/shell.h"

#include "core/buf.h"
#include "core/vec.h"

#include <stdlib.h>

typedef VEC(struct shell_word) word_vec;
typedef VEC(struct shell_command) command_vec;

/* A text inside a word that runs commands of its own. */
struct inner {
	uint64_t start, end; /* without the brackets */
	size_t command;
};

struct lexer {
	struct arena *arena;
	struct slice s; /* the whole script */
	uint64_t at, end;
	unsigned depth;
	size_t outer; /* command around, or SIZE_MAX */
	command_vec *commands;
	VEC(struct inner) inner;
	VEC(struct slice) heredocs; /* ends of here-documents that begin behind this line */
	word_vec words, set, to;
	uint64_t start;
	bool from_pipe, cut;
};

static bool is_digit(uint8_t c) {
	return c >= '0' && c <= '9';
}

static bool starts_name(uint8_t c) {
	return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static uint8_t peek(const struct lexer *l, uint64_t ahead) {
	return l->at + ahead < l->end ? l->s.p[l->at + ahead] : 0;
}

static bool looking_at(const struct lexer *l, const char *text) {
	return slice_has_prefix(slice_sub(l->s, l->at, l->end), text);
}

/* Behind the bracket that closes the one before l->at, quotes respected; the end when there is none. */
static uint64_t closing(const struct lexer *l, uint64_t at, uint8_t open, uint8_t close) {
	unsigned level = 1;
	uint8_t quote = 0;

	for (; at < l->end; at++) {
		uint8_t c = l->s.p[at];

		if (c == '\\' && quote != '\'')
			at++;
		else if (quote)
			quote = c == quote ? 0 : quote;
		else if (c == '\'' || c == '"')
			quote = c;
		else if (c == open)
			level++;
		else if (c == close && --level == 0)
			return at + 1;
	}
	return l->end;
}

/* A placeholder of a pipeline language at l->at: its length, or 0. */
static uint64_t placeholder(const struct lexer *l) {
	static const char *const marks[][2] = {{"${{", "}}"}, {"$[[", "]]"}, {"<<", ">>"}, {"{{", "}}"}};
	const uint8_t first = l->s.p[l->at];

	if (first != '$' && first != '<' && first != '{') /* asked of nearly every byte */
		return 0;
	for (size_t i = 0; i < sizeof(marks) / sizeof(*marks); i++) {
		struct slice rest = slice_sub(l->s, l->at, l->end);
		ptrdiff_t close;
		uint8_t next = peek(l, strlen(marks[i][0]));

		if (!slice_has_prefix(rest, marks[i][0]))
			continue;
		if (marks[i][0][0] == '<' && next != ' ' && (next < 'a' || next > 'z')) /* a here-document */
			continue;
		close = slice_find(slice_sub(rest, 0, 400), slice_str(marks[i][1]));
		if (close > 0 && !memchr(rest.p, '\n', (size_t)close))
			return (uint64_t)close + strlen(marks[i][1]);
	}
	return 0;
}

static void note_inner(struct lexer *l, uint64_t start, uint64_t end) {
	struct inner in = {start, end, l->commands->n};

	VEC_PUSH(&l->inner, in);
}

/* An expansion at a `$` or backquote: copied as written, its commands noted. */
static void read_expansion(struct lexer *l, struct buf *text, struct shell_word *w) {
	uint64_t from = l->at, n = placeholder(l);
	uint8_t next = peek(l, 1);

	if (n) {
		w->expands = true;
		l->at += n;
	} else if (l->s.p[l->at] == '`') {
		const uint8_t *close = memchr(l->s.p + l->at + 1, '`', l->end - l->at - 1);

		w->expands = true;
		l->at = close ? (uint64_t)(close - l->s.p) + 1 : l->end;
		note_inner(l, from + 1, close ? l->at - 1 : l->at);
	} else if (next == '(') {
		w->expands = true;
		l->at = closing(l, l->at + 2, '(', ')');
		if (l->at - from > 3 && l->s.p[from + 2] != '(')
			note_inner(l, from + 2, l->at - 1);
	} else if (next == '{') {
		w->expands = true;
		l->at = closing(l, l->at + 2, '{', '}');
	} else {
		w->expands |= starts_name(next);
		l->at++;
	}
	buf_add_slice(text, slice_sub(l->s, from, l->at));
}

static void read_double_quoted(struct lexer *l, struct buf *text, struct shell_word *w) {
	for (l->at++; l->at < l->end && l->s.p[l->at] != '"';) {
		uint8_t c = l->s.p[l->at];

		if (c == '\\' && l->at + 1 < l->end && strchr("$`\"\\\n", peek(l, 1))) {
			if (peek(l, 1) != '\n')
				buf_add_byte(text, peek(l, 1));
			l->at += 2;
		} else if (c == '$' || c == '`' || placeholder(l)) {
			read_expansion(l, text, w);
		} else {
			buf_add_byte(text, c);
			l->at++;
		}
	}
	l->at += l->at < l->end;
}

static void read_single_quoted(struct lexer *l, struct buf *text) {
	const uint8_t *close = memchr(l->s.p + l->at + 1, '\'', l->end - l->at - 1);
	uint64_t to = close ? (uint64_t)(close - l->s.p) : l->end;

	buf_add_slice(text, slice_sub(l->s, l->at + 1, to));
	l->at = to + (close != NULL);
}

static bool ends_word(uint8_t c) {
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == ';' || c == '&' || c == '|' || c == '<' ||
	       c == '>' || c == '(' || c == ')';
}

/* Neither the end of a word nor anything that is not itself. */
static bool is_plain(uint8_t c) {
	return !ends_word(c) && c != '$' && c != '`' && c != '"' && c != '\'' && c != '\\' && c != '{';
}

static struct shell_word read_word(struct lexer *l) {
	struct shell_word w = {.start = l->at, .bare = true};
	struct buf text = {0};

	while (l->at < l->end && is_plain(l->s.p[l->at]))
		l->at++;
	if (l->at == l->end || (ends_word(l->s.p[l->at]) && !placeholder(l))) { /* most words: as they stand */
		w.end = l->at;
		w.text = slice_sub(l->s, w.start, w.end);
		return w;
	}
	buf_add_slice(&text, slice_sub(l->s, w.start, l->at));
	while (l->at < l->end) {
		uint8_t c = l->s.p[l->at];

		if (c == '$' || c == '`' || placeholder(l)) {
			read_expansion(l, &text, &w);
		} else if (c == '"') {
			w.bare = false;
			read_double_quoted(l, &text, &w);
		} else if (c == '\'') {
			w.bare = false;
			read_single_quoted(l, &text);
		} else if (c == '\\' && l->at + 1 < l->end) {
			if (peek(l, 1) != '\n')
				buf_add_byte(&text, peek(l, 1));
			l->at += 2;
		} else if (ends_word(c)) {
			break;
		} else {
			buf_add_byte(&text, c);
			l->at++;
		}
	}
	w.end = l->at;
	w.text = arena_copy(l->arena, buf_slice(&text));
	buf_free(&text);
	return w;
}

static bool is_assignment(const struct shell_word *w) {
	size_t i = 0;

	while (i < w->text.n && (starts_name(w->text.p[i]) || (i && is_digit(w->text.p[i]))))
		i++;
	return i && i < w->text.n && w->text.p[i] == '=';
}

static const struct shell_word *kept(struct lexer *l, word_vec *v, size_t *n) {
	struct shell_word *at = ARENA_NEW_N(l->arena, struct shell_word, v->n);

	if (v->n)
		memcpy(at, v->at, v->n * sizeof(*at));
	*n = v->n;
	v->n = 0;
	return at;
}

static void end_command(struct lexer *l, bool to_pipe) {
	struct shell_command c = {
		.start = l->start, .end = l->at, .from_pipe = l->from_pipe, .to_pipe = to_pipe, .depth = l->depth};

	while (c.end > c.start && strchr(" \t\r", l->s.p[c.end - 1]))
		c.end--;
	l->from_pipe = to_pipe;
	if (!l->words.n && !l->set.n && !l->to.n)
		return;
	if (l->commands->n >= SHELL_COMMANDS_MAX) {
		l->cut = true;
		l->words.n = l->set.n = l->to.n = 0;
		return;
	}
	c.words = kept(l, &l->words, &c.n);
	c.set = kept(l, &l->set, &c.nset);
	c.to = kept(l, &l->to, &c.nto);
	c.inside = l->outer == SIZE_MAX ? l->commands->n : l->outer;
	VEC_PUSH(l->commands, c);
}

/* Words that introduce commands and are none. */
static bool is_reserved(const struct shell_word *w) {
	static const char *const words[] = {
		"if", "then", "else", "elif", "fi", "do", "done", "while", "until", "{", "}", "!", NULL};

	for (size_t i = 0; w->bare && words[i]; i++)
		if (slice_is(w->text, words[i]))
			return true;
	return false;
}

static void add_word(struct lexer *l) {
	uint64_t from = l->at;
	struct shell_word w = read_word(l);

	if (l->at == from) { /* a bracket out of place */
		l->at++;
		return;
	}
	if (!l->words.n && is_reserved(&w))
		return;
	if (!l->words.n && !l->set.n)
		l->start = w.start;
	if (!l->words.n && is_assignment(&w))
		VEC_PUSH(&l->set, w);
	else
		VEC_PUSH(&l->words, w);
}

/* Passes over the here-documents that begin at this line's end. */
static void skip_heredocs(struct lexer *l) {
	for (size_t i = 0; i < l->heredocs.n; i++) {
		while (l->at < l->end) {
			const uint8_t *lf = memchr(l->s.p + l->at, '\n', l->end - l->at);
			uint64_t next = lf ? (uint64_t)(lf - l->s.p) + 1 : l->end;
			struct slice line = slice_trim(slice_sub(l->s, l->at, next));

			l->at = next;
			if (slice_eq(line, l->heredocs.at[i]))
				break;
		}
	}
	l->heredocs.n = 0;
}

static void skip_blanks(struct lexer *l) {
	while (l->at < l->end && (peek(l, 0) == ' ' || peek(l, 0) == '\t'))
		l->at++;
}

static void read_redirection(struct lexer *l) {
	bool out = l->s.p[l->at] == '>', here = looking_at(l, "<<") && !looking_at(l, "<<<");
	struct shell_word w;

	if (peek(l, 1) == '(') { /* <(commands) is a word */
		uint64_t from = l->at, to = closing(l, l->at + 2, '(', ')');

		w = (struct shell_word){
			.text = slice_sub(l->s, from, to), .start = from, .end = to, .expands = true, .bare = true};
		note_inner(l, from + 2, to > from + 2 ? to - 1 : to);
		VEC_PUSH(&l->words, w);
		l->at = to;
		return;
	}
	while (l->at < l->end && strchr("<>&|-", l->s.p[l->at]))
		l->at++;
	skip_blanks(l);
	w = read_word(l);
	if (here)
		VEC_PUSH(&l->heredocs, w.text);
	else if (out && w.text.n && !is_digit(w.text.p[0]))
		VEC_PUSH(&l->to, w);
}

/* A digit before a redirection is a file descriptor, no word. */
static bool is_descriptor(const struct lexer *l) {
	return is_digit(peek(l, 0)) && (peek(l, 1) == '>' || peek(l, 1) == '<');
}

static void read_separator(struct lexer *l) {
	uint8_t c = l->s.p[l->at], next = peek(l, 1);
	bool twice = next == c && (c == '&' || c == '|' || c == ';');

	end_command(l, c == '|' && !twice);
	l->at += 1 + (twice || (c == '|' && next == '&'));
	if (c == '\n')
		skip_heredocs(l);
}

static void read_commands(struct lexer *l) {
	while (l->at < l->end) {
		uint8_t c = l->s.p[l->at];

		if (c == ' ' || c == '\t' || c == '\r')
			l->at++;
		else if (c == '\\' && peek(l, 1) == '\n')
			l->at += 2;
		else if (c == '#')
			while (l->at < l->end && l->s.p[l->at] != '\n')
				l->at++;
		else if (is_descriptor(l))
			l->at++;
		else if ((c == '<' || c == '>') && !placeholder(l))
			read_redirection(l);
		else if (c == '&' && peek(l, 1) == '>')
			l->at++;
		else if (c == '\n' || c == ';' || c == '&' || c == '|' || c == '(' || c == ')')
			read_separator(l);
		else
			add_word(l);
	}
	end_command(l, false);
}

/* Reads [from, to) and then what its words run, each nested once. */
static bool read_part(struct arena *a, struct slice s, uint64_t from, uint64_t to, unsigned depth, size_t outer,
	command_vec *commands) {
	struct lexer l = {
		.arena = a, .s = s, .at = from, .end = to, .depth = depth, .outer = outer, .commands = commands};
	bool cut;

	read_commands(&l);
	cut = l.cut || (l.inner.n && depth >= SHELL_DEPTH_MAX);
	for (size_t i = 0; i < l.inner.n && depth < SHELL_DEPTH_MAX; i++)
		cut |= read_part(
			a, s, l.inner.at[i].start, l.inner.at[i].end, depth + 1, l.inner.at[i].command, commands);
	VEC_FREE(&l.inner);
	VEC_FREE(&l.heredocs);
	VEC_FREE(&l.words);
	VEC_FREE(&l.set);
	VEC_FREE(&l.to);
	return cut;
}

struct shell_script shell_read(struct arena *a, struct slice script) {
	command_vec commands = {0};
	struct shell_script out = {0};
	struct shell_command *at;

	out.cut = read_part(a, script, 0, script.n, 0, SIZE_MAX, &commands);
	at = ARENA_NEW_N(a, struct shell_command, commands.n);
	if (commands.n)
		memcpy(at, commands.at, commands.n * sizeof(*at));
	out.at = at;
	out.n = commands.n;
	VEC_FREE(&commands);
	return out;
}

static struct slice base_name(struct slice path) {
	for (size_t i = path.n; i-- > 0;)
		if (path.p[i] == '/' || path.p[i] == '\\')
			return slice_sub(path, i + 1, path.n);
	return path;
}

struct slice shell_program(const struct shell_command *c, size_t *at) {
	static const char *const wrappers[] = {
		"sudo", "env", "exec", "time", "nohup", "command", "retry", "travis_retry", NULL};

	for (size_t i = 0; i < c->n; i++) {
		struct slice name = base_name(c->words[i].text);
		bool wraps = false;

		for (size_t k = 0; wrappers[k]; k++)
			wraps |= slice_is(name, wrappers[k]);
		if (wraps || (i && (slice_has_prefix(name, "-") || is_assignment(&c->words[i]))))
			continue;
		*at = i;
		return name;
	}
	*at = c->n;
	return (struct slice){0};
}
