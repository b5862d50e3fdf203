/* Cuts a saved report into parts that are parsed one by one. Checks nothing but brackets and quotes: the parser checks the rest. */
#include "report/saved.h"

#include "core/buf.h"

#include <errno.h>

enum { PART_MAX = 64 << 20, NAME_MAX_BYTES = 64 };

struct splitter {
	FILE *in;
	uint8_t head[8]; /* read first, to tell documents from lines */
	size_t nhead, at;
	int c; /* the byte looked at, or EOF */
	struct buf part;
	unsigned *line;
	saved_part_fn *take;
	void *ctx;
	struct error *err;
};

static void next(struct splitter *s) {
	if (s->c == '\n')
		++*s->line;
	s->c = s->at < s->nhead ? s->head[s->at++] : getc_unlocked(s->in);
}

static void skip_blanks(struct splitter *s) {
	while (s->c == ' ' || s->c == '\t' || s->c == '\n' || s->c == '\r')
		next(s);
}

static int expected(struct splitter *s, const char *what) {
	if (s->c == EOF && ferror(s->in))
		return error_errno(s->err, "reading");
	return error_set(
		s->err, ERR_USAGE, "line %u: %s expected here, so this is no report of nhiscan", *s->line, what);
}

static int keep(struct splitter *s) {
	if (s->part.n >= PART_MAX)
		return error_set(s->err, ERR_LIMIT, "line %u: a member of more than %d bytes", *s->line, PART_MAX);
	buf_add_byte(&s->part, (uint8_t)s->c);
	next(s);
	return 0;
}

static int keep_string(struct splitter *s) {
	do {
		if (s->c == '\\' && keep(s) < 0)
			return -1;
		if (s->c == EOF)
			return expected(s, "the end of a text is");
		if (keep(s) < 0)
			return -1;
	} while (s->c != '"');
	return keep(s);
}

/* One value, whole, into s->part. */
static int keep_value(struct splitter *s) {
	size_t depth = 0;

	buf_clear(&s->part);
	for (;;) {
		if (s->c == EOF)
			return expected(s, "the end of a value is");
		if (s->c == '"') {
			if (keep_string(s) < 0)
				return -1;
		} else if (s->c == '{' || s->c == '[') {
			depth++;
			if (keep(s) < 0)
				return -1;
			continue;
		} else if (s->c == '}' || s->c == ']') {
			if (depth == 0)
				return 0;
			depth--;
			if (keep(s) < 0)
				return -1;
		} else if (s->c == ',' && depth == 0) {
			return 0;
		} else if (keep(s) < 0) {
			return -1;
		} else {
			continue;
		}
		if (depth == 0)
			return 0;
	}
}

static int give(struct splitter *s, const char *member) {
	return s->take(s->ctx, member, buf_slice(&s->part), s->err);
}

static int split_array(struct splitter *s, const char *member) {
	next(s); /* the bracket */
	for (;;) {
		skip_blanks(s);
		if (s->c == ']') {
			next(s);
			return 0;
		}
		if (keep_value(s) < 0 || give(s, member) < 0)
			return -1;
		skip_blanks(s);
		if (s->c == ',')
			next(s);
		else if (s->c != ']')
			return expected(s, "a comma or a bracket is");
	}
}

static int split_member(struct splitter *s) {
	char name[NAME_MAX_BYTES];
	size_t n = 0;

	if (s->c != '"')
		return expected(s, "the name of a member is");
	for (next(s); s->c != '"'; next(s)) {
		if (s->c == EOF || n + 1 == sizeof(name))
			return expected(s, "the name of a member is");
		name[n++] = (char)s->c;
	}
	name[n] = '\0';
	next(s);
	skip_blanks(s);
	if (s->c != ':')
		return expected(s, "a colon is");
	next(s);
	skip_blanks(s);
	if (s->c == '[' && (strcmp(name, "findings") == 0 || strcmp(name, "rules") == 0))
		return split_array(s, name);
	return keep_value(s) < 0 ? -1 : give(s, name);
}

static int split_document(struct splitter *s) {
	for (next(s);;) {
		skip_blanks(s);
		if (s->c == '}')
			return 0;
		if (split_member(s) < 0)
			return -1;
		skip_blanks(s);
		if (s->c == ',')
			next(s);
		else if (s->c != '}')
			return expected(s, "a comma or a brace is");
	}
}

/* The first line that is cut off ends the report. */
static int split_lines(struct splitter *s) {
	while (s->c != EOF) {
		buf_clear(&s->part);
		while (s->c != EOF && s->c != '\n')
			if (keep(s) < 0)
				return -1;
		if (s->c == EOF)
			return 0;
		if (give(s, "") < 0)
			return -1;
		next(s);
	}
	return 0;
}

int saved_split(FILE *in, saved_part_fn *part, void *ctx, unsigned *line, struct error *err) {
	struct splitter s = {.in = in, .c = ' ', .line = line, .take = part, .ctx = ctx, .err = err};
	int rc;

	*line = 1;
	s.nhead = fread(s.head, 1, sizeof(s.head), in);
	next(&s);
	/* What our own lines begin with, and a document does not. */
	if (slice_has_prefix(slice_of(s.head, s.nhead), "{\"type\":")) {
		rc = split_lines(&s);
	} else {
		skip_blanks(&s);
		rc = s.c == '{' ? split_document(&s) : expected(&s, "an object is");
		/* A second report behind the first would be lost without a word. */
		if (rc == 0) {
			next(&s);
			skip_blanks(&s);
			if (s.c != EOF)
				rc = error_set(err, ERR_USAGE,
					"line %u: more behind the end of the report; give each report as a file of its "
					"own",
					*line);
		}
	}
	if (rc == 0 && ferror(in))
		rc = error_errno(err, "reading");
	buf_free(&s.part);
	return rc;
}
