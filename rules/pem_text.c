/* The armour of key blocks: header line, RFC 1421 fields, base64 body, however the lines were joined.
 * Not here: what the body says (pem.c, pem_formats.c). */
#include "rules/pem.h"

#include "rules/base64.h"

/* A body longer than this is no key: 16384-bit RSA needs some 13000 characters. */
#define PEM_BODY_MAX 65536

static bool is_base64(uint8_t c) {
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '/' ||
	       c == '=';
}

/* Line ends as numbers: octal, hexadecimal and Unicode escapes of source code behind their backslash, entities of XML. */
static const char *const numbered[] = {
	"012", "015", "x0a", "x0d", "x0A", "x0D", "u000a", "u000d", "u000A", "u000D", NULL};
static const char *const entities[] = {"&#10;", "&#13;", "&#xA;", "&#xD;", "&#xa;", "&#xd;", "&#x0A;", "&#x0D;", NULL};

static size_t any_at(struct slice s, size_t i, const char *const *texts) {
	for (; *texts; texts++)
		if (slice_has_prefix(slice_sub(s, i, s.n), *texts))
			return strlen(*texts);
	return 0;
}

/* Length of white space at `i`: a real blank or line end, or backslashes before n, r or t, or a line end's number. 0: none. */
static size_t space_at(struct slice s, size_t i) {
	uint8_t c = s.p[i];
	if (c == ' ' || c == '\n' || c == '\r' || c == '\t')
		return 1;
	if (c == '&')
		return any_at(s, i, entities);
	size_t k = i;
	while (k < s.n && s.p[k] == '\\' && k - i < 8)
		k++;
	if (k == i)
		return 0;
	/* `\` at the end of a source line continues it; `\n` and `\\n` stand for line ends. */
	if (k == s.n || s.p[k] == '\n' || s.p[k] == '\r')
		return k - i;
	if (any_at(s, k, numbered))
		return k - i + any_at(s, k, numbered);
	return s.p[k] == 'n' || s.p[k] == 'r' || s.p[k] == 't' ? k - i + 1 : 0;
}

bool pem_next_word(struct slice s, size_t *at, struct slice *word) {
	size_t i = *at, n;
	while (i < s.n && (n = space_at(s, i)) > 0)
		i += n;
	size_t start = i;
	while (i < s.n && space_at(s, i) == 0)
		i++;
	*at = i;
	*word = slice_sub(s, start, i);
	return word->n > 0;
}

/* Takes quotes, commas and the like off both ends: what source code and JSON put around a line. */
static struct slice strip_quotes(struct slice w) {
	static const char around[] = "\"'`,;()[]{}<>|#*";
	while (w.n && memchr(around, w.p[0], sizeof(around) - 1))
		w = slice_sub(w, 1, w.n);
	while (w.n && memchr(around, w.p[w.n - 1], sizeof(around) - 1))
		w.n--;
	return w;
}

static bool looks_unfinished(struct slice w) {
	return slice_find(w, slice_str("...")) >= 0 || slice_find(w, slice_str("\xe2\x80\xa6")) >= 0 ||
	       slice_find(w, slice_str("***")) >= 0 || slice_find_nocase(w, slice_str("redacted")) >= 0 ||
	       slice_find_nocase(w, slice_str("xxxxxxxx")) >= 0 || memchr(w.p, '<', w.n) || memchr(w.p, '$', w.n);
}

/* Joins lines of source code, or starts a comment. */
static bool is_joiner(struct slice w) {
	static const char *const joiners[] = {"//", "&", "_", "+", ".", "-", "vbCrLf", "vbLf", "vbNewLine",
		"Environment.NewLine", "Chr(10", "chr(10", NULL};

	for (size_t i = 0; joiners[i]; i++)
		if (slice_eq(w, slice_str(joiners[i])))
			return true;
	return false;
}

/* One word of the body. `field`: the words so far belong to an RFC 1421 or OpenPGP header field. */
static void take_word(struct pem_block *b, struct buf *body, struct slice raw, bool *field) {
	struct slice w = strip_quotes(raw);
	size_t plain = 0;
	if (w.n == 0 || is_joiner(w))
		return;
	if (w.p[w.n - 1] == ':') {
		b->proc_encrypted = b->proc_encrypted || slice_eq_nocase(w, slice_str("DEK-Info:"));
		*field = true;
		return;
	}
	if (*field && body->n == 0 && slice_eq_nocase(w, slice_str("4,ENCRYPTED")))
		b->proc_encrypted = true;
	while (plain < w.n && is_base64(w.p[plain]))
		plain++;
	/* Values of fields are short, lines of the body are not; only the last line can be, and no field comes after. */
	if (*field && body->n == 0 && (plain < w.n || w.n < 40))
		return;
	if (w.p[0] == '=' && w.n == 5)
		return; /* the CRC24 of OpenPGP armour */
	if (looks_unfinished(raw))
		b->fault = PEM_PLACEHOLDER;
	else if (plain < w.n || body->n + w.n > PEM_BODY_MAX)
		b->fault = PEM_NOT_BASE64;
	else
		buf_add_slice(body, w);
}

/* A body of few different characters was typed, not drawn. */
static bool is_monotonous(struct slice body) {
	bool seen[256] = {false};
	unsigned distinct = 0;
	for (size_t i = 0; i < body.n; i++) {
		distinct += !seen[body.p[i]];
		seen[body.p[i]] = true;
	}
	return distinct < 16;
}

/* Text behind the header line, up to the END line; fills the label. */
static struct slice find_body(struct slice text, struct pem_block *b) {
	static const char dashes[] = "-----";
	ptrdiff_t begin = slice_find(text, slice_str("-----BEGIN ")), end;
	struct slice rest = text;
	if (begin >= 0) {
		rest = slice_sub(text, (size_t)begin + 11, text.n);
		ptrdiff_t stop = slice_find(rest, slice_str(dashes));
		if (stop < 0 || stop > 64) {
			b->fault = PEM_EMPTY;
			return slice_of(NULL, 0);
		}
		b->label = slice_sub(rest, 0, (size_t)stop);
		rest = slice_sub(rest, (size_t)stop + 5, rest.n);
	}
	end = slice_find(rest, slice_str(dashes));
	b->has_end = end >= 0;
	return end >= 0 ? slice_sub(rest, 0, (size_t)end) : rest;
}

/* Only the last word of each line: what stands ahead of it is a log's time, a number, a mark. A diff's + sticks to it. */
static void take_ends_of_lines(struct pem_block *b, struct buf *body, struct slice rest) {
	bool field = false, added = true;

	for (size_t i = 0; i + 1 < rest.n; i++)
		added &= rest.p[i] != '\n' || rest.p[i + 1] == '+';
	for (size_t at = 0; at < rest.n && b->fault == PEM_SOUND;) {
		const uint8_t *newline = memchr(rest.p + at, '\n', rest.n - at);
		size_t stop = newline ? (size_t)(newline - rest.p) : rest.n, i = at;
		struct slice word, last = {0};

		while (pem_next_word(slice_sub(rest, 0, stop), &i, &word))
			last = word;
		if (added && last.n && last.p[0] == '+')
			last = slice_sub(last, 1, last.n);
		/* The END line's own beginning. */
		if (newline || b->fault != PEM_SOUND || !b->has_end)
			take_word(b, body, last, &field);
		at = stop + 1;
	}
}

static bool is_key(const struct pem_block *b) {
	return b->fault == PEM_SOUND && b->der.n &&
	       (b->der.p[0] == 0x30 || slice_has_prefix(buf_slice(&b->der), "openssh"));
}

static void read_body(struct pem_block *out, struct slice rest, bool ends_only) {
	struct buf body = {0};
	struct slice word;
	size_t at = 0;
	bool field = false;

	out->fault = PEM_SOUND;
	if (ends_only)
		take_ends_of_lines(out, &body, rest);
	while (!ends_only && out->fault == PEM_SOUND && pem_next_word(rest, &at, &word))
		take_word(out, &body, word, &field);
	if (out->fault != PEM_SOUND)
		goto out;
	if (body.n == 0)
		out->fault = PEM_EMPTY;
	else if (is_monotonous(buf_slice(&body)))
		out->fault = PEM_PLACEHOLDER;
	/* Cut off at any place, so only whole groups decode. */
	else if (!base64_decode(&out->der,
			 out->has_end ? buf_slice(&body) : slice_sub(buf_slice(&body), 0, body.n / 4 * 4),
			 BASE64_STANDARD))
		out->fault = PEM_NOT_BASE64;
out:
	buf_free(&body);
}

void pem_take_apart(struct slice text, struct pem_block *out) {
	memset(out, 0, sizeof(*out));
	struct slice rest = find_body(text, out);
	if (out->fault != PEM_SOUND)
		return;
	read_body(out, rest, false);
	if (is_key(out) || out->fault == PEM_PLACEHOLDER || out->proc_encrypted)
		return;
	struct pem_block second = {.label = out->label, .has_end = out->has_end};
	read_body(&second, rest, true);
	if (is_key(&second)) {
		pem_block_free(out);
		*out = second;
	} else {
		pem_block_free(&second);
	}
}

void pem_block_free(struct pem_block *b) {
	buf_free(&b->der);
}
