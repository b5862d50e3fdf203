/* Encoded text inside a document: base64 (standard and URL alphabets, wrapped lines, gzip within), percent, \u and HTML
 * escapes. Each is decoded within bounds and scanned like a document; what is found keeps the outer place. */
#include "core/buf.h"
#include "rules/compiled.h"

#include <libdeflate.h>
#include <stdlib.h>

/* Characters that secrets are written next to, as they look when escaped: `://`, `=`, `"`. */
const char *const layer_marks[] = {"%3a%2f%2f", "%3d", "%22", "\\u0022", "\\u003d", "&quot;", "&#34;", "&#61;", NULL};

#define RUN_MIN	  28	    /* shorter base64 can't hold a keyword and a value */
#define SNIFF	  16	    /* decoded bytes looked at before a run is decoded whole */
#define WRAP_MIN  60	    /* a line of base64 goes on in the next when at least this long (PEM 64, MIME 76) */
#define TOKEN_MAX (4 << 20) /* longest escaped token that is decoded: a page or a diagram in one line */

static const uint8_t b64_value[256] = {['A'] = 1,
	['B'] = 2,
	['C'] = 3,
	['D'] = 4,
	['E'] = 5,
	['F'] = 6,
	['G'] = 7,
	['H'] = 8,
	['I'] = 9,
	['J'] = 10,
	['K'] = 11,
	['L'] = 12,
	['M'] = 13,
	['N'] = 14,
	['O'] = 15,
	['P'] = 16,
	['Q'] = 17,
	['R'] = 18,
	['S'] = 19,
	['T'] = 20,
	['U'] = 21,
	['V'] = 22,
	['W'] = 23,
	['X'] = 24,
	['Y'] = 25,
	['Z'] = 26,
	['a'] = 27,
	['b'] = 28,
	['c'] = 29,
	['d'] = 30,
	['e'] = 31,
	['f'] = 32,
	['g'] = 33,
	['h'] = 34,
	['i'] = 35,
	['j'] = 36,
	['k'] = 37,
	['l'] = 38,
	['m'] = 39,
	['n'] = 40,
	['o'] = 41,
	['p'] = 42,
	['q'] = 43,
	['r'] = 44,
	['s'] = 45,
	['t'] = 46,
	['u'] = 47,
	['v'] = 48,
	['w'] = 49,
	['x'] = 50,
	['y'] = 51,
	['z'] = 52,
	['0'] = 53,
	['1'] = 54,
	['2'] = 55,
	['3'] = 56,
	['4'] = 57,
	['5'] = 58,
	['6'] = 59,
	['7'] = 60,
	['8'] = 61,
	['9'] = 62,
	['+'] = 63,
	['-'] = 63,
	['/'] = 64,
	['_'] = 64}; /* value + 1; 0 is no base64 character */

/* Appends the decoded form of `s`; characters outside the alphabet (line ends, indentation) are passed over. */
static void base64_decode(struct buf *out, struct slice s) {
	uint32_t acc = 0;
	unsigned bits = 0;

	buf_reserve(out, s.n / 4 * 3 + 3);
	for (size_t i = 0; i < s.n; i++) {
		unsigned v = b64_value[s.p[i]];

		if (!v)
			continue;
		acc = acc << 6 | (v - 1);
		bits += 6;
		if (bits >= 8) {
			bits -= 8;
			buf_add_byte(out, (uint8_t)(acc >> bits));
		}
	}
}

static bool is_textual(uint8_t c) {
	return c >= 0x20 ? c != 0x7f : c == '\n' || c == '\r' || c == '\t';
}

static bool is_text(struct slice s) {
	size_t odd = 0;

	for (size_t i = 0; i < s.n; i++)
		odd += !is_textual(s.p[i]) || s.p[i] >= 0x80;
	return odd * 20 <= s.n;
}

static bool is_gzip(struct slice s) {
	return s.n > 18 && s.p[0] == 0x1f && s.p[1] == 0x8b && s.p[2] == 8;
}

/* Back over indentation and the end of the line before. */
static uint64_t line_end_left(struct slice s, uint64_t at) {
	while (at > 0 && (s.p[at - 1] == ' ' || s.p[at - 1] == '\t'))
		at--;
	if (at > 0 && s.p[at - 1] == '\n')
		at--;
	if (at > 0 && s.p[at - 1] == '\r')
		at--;
	return at;
}

/* Over the end of a line and the indentation of the next; `at` itself when no line ends there. */
static uint64_t next_line_right(struct slice s, uint64_t at) {
	uint64_t i = at;

	if (i < s.n && s.p[i] == '\r')
		i++;
	if (i >= s.n || s.p[i] != '\n')
		return at;
	i++;
	while (i < s.n && (s.p[i] == ' ' || s.p[i] == '\t'))
		i++;
	return i;
}

static uint64_t run_start(struct slice s, uint64_t at) {
	while (at > 0 && b64_value[s.p[at - 1]])
		at--;
	return at;
}

/* What decides where a run or token begins and ends: the characters around it, and whether the line before goes on in it
 * or it in the line behind. */
static uint64_t decided_from(struct slice s, uint64_t lo) {
	uint64_t end = line_end_left(s, lo), start;

	if (end == lo || next_line_right(s, end) == end)
		return lo ? lo - 1 : 0;
	start = run_start(s, end);
	return start ? start - 1 : 0;
}

static uint64_t decided_to(struct slice s, uint64_t hi) {
	if (hi - run_start(s, hi) >= WRAP_MIN)
		hi = next_line_right(s, hi);
	return hi < s.n ? hi + 1 : hi;
}

/* A piece of encoded text: bytes [lo, hi), and those that decide that it begins and ends there. */
struct encoded {
	uint64_t lo, hi, decided_lo, decided_hi;
};

/* Scans decoded bytes as a layer of `outer`. */
static void scan_layer(struct pass *outer, struct slice bytes, const struct encoded *at, const char *kind) {
	struct matcher *m = outer->m;
	char layers[96];
	struct pass p = {.m = m, .bytes = bytes, .path = outer->path, .depth = outer->depth + 1, .out = outer->out};

	if (p.depth >= m->nscratch) {
		m->limits_hit |= MATCH_LIMIT_DEPTH;
		return;
	}
	if (m->decoded_bytes + bytes.n > m->engine->limits->max_decoded_bytes) {
		m->limits_hit |= MATCH_LIMIT_DECODED;
		return;
	}
	m->decoded_bytes += bytes.n;
	m->stats.layers++;
	snprintf(
		layers, sizeof(layers), "%s%s%s", outer->layers ? outer->layers : "", outer->layers ? " > " : "", kind);
	p.layers = layers;
	p.document = outer->depth ? outer->document : outer->bytes;
	p.outer_lo = outer->depth ? outer->outer_lo : at->lo;
	p.outer_hi = outer->depth ? outer->outer_hi : at->hi;
	p.decided_lo = outer->depth ? outer->decided_lo : at->decided_lo;
	p.decided_hi = outer->depth ? outer->decided_hi : at->decided_hi;
	pass_run(&p);
}

/* gzip inside base64, as Helm releases and cloud-init carry it. RFC 1952: the last four bytes are the size modulo 2^32. */
static void scan_gzip(struct pass *p, struct slice packed, const struct encoded *at) {
	uint64_t room = p->m->engine->limits->max_decoded_bytes - p->m->decoded_bytes;
	const uint8_t *t = packed.p + packed.n - 4;
	size_t size = t[0] | (size_t)t[1] << 8 | (size_t)t[2] << 16 | (size_t)t[3] << 24, got = 0;
	struct libdeflate_decompressor *d;
	uint8_t *out;

	if (size == 0 || size / 1032 > packed.n) /* deflate can't expand further: the size is a lie */
		return;
	if (size > room) {
		p->m->limits_hit |= MATCH_LIMIT_DECODED;
		return;
	}
	d = libdeflate_alloc_decompressor();
	out = mem_alloc(size);
	if (d && libdeflate_gzip_decompress(d, packed.p, packed.n, out, size, &got) == LIBDEFLATE_SUCCESS)
		scan_layer(p, slice_of(out, got), at, "base64 > gzip");
	libdeflate_free_decompressor(d);
	mem_wipe_free(out, size);
}

static void decode_run(struct pass *p, uint64_t lo, uint64_t hi) {
	struct slice run = slice_sub(p->bytes, lo, hi);
	struct encoded at = {lo, hi, 0, 0};
	struct buf head = {0}, all = {0};
	bool gzip;

	base64_decode(&head, slice_sub(run, 0, SNIFF / 3 * 4 + 4));
	gzip = head.n >= 3 && head.p[0] == 0x1f && head.p[1] == 0x8b && head.p[2] == 8;
	if (head.n >= 3 && (gzip || is_text(buf_slice(&head)))) {
		at.decided_lo = decided_from(p->bytes, lo);
		at.decided_hi = decided_to(p->bytes, hi);
		base64_decode(&all, run);
		if (gzip && is_gzip(buf_slice(&all)))
			scan_gzip(p, buf_slice(&all), &at);
		else if (is_text(buf_slice(&all)))
			scan_layer(p, buf_slice(&all), &at, "base64");
	}
	buf_free(&head);
	buf_free(&all);
}

/* The end of the run that ends at `end`, when its lines are wrapped: full lines, whatever their indentation. */
static uint64_t unwrap(struct slice s, uint64_t start, uint64_t end) {
	while (end - start >= WRAP_MIN) {
		uint64_t next = next_line_right(s, end), i = next;

		while (i < s.n && b64_value[s.p[i]])
			i++;
		if (next == end || i == next)
			break;
		start = next;
		end = i;
	}
	return end;
}

/* A run of RUN_MIN that holds `i` goes at least half of that to one side. Words of prose and code mostly fail here. */
static bool may_be_run(struct slice s, uint64_t i) {
	const uint8_t *p = s.p + i;

	if (i + RUN_MIN / 2 < s.n && b64_value[p[RUN_MIN / 2]] && b64_value[p[RUN_MIN / 4]])
		return true;
	return i >= RUN_MIN / 2 && b64_value[*(p - RUN_MIN / 2)] && b64_value[*(p - RUN_MIN / 4)];
}

/* Finds every run of at least RUN_MIN base64 characters by looking at each RUN_MIN-th byte only. */
void layer_base64_runs(struct pass *p, uint64_t from, uint64_t to) {
	struct slice s = p->bytes;
	uint64_t i = from + RUN_MIN - 1, floor = 0;

	if (to > s.n)
		to = s.n;
	while (i < to) {
		uint64_t lo = i, hi = i;

		if (!b64_value[s.p[i]] || !may_be_run(s, i)) {
			i += RUN_MIN;
			continue;
		}
		while (lo > floor && b64_value[s.p[lo - 1]])
			lo--;
		while (hi < s.n && b64_value[s.p[hi]])
			hi++;
		if (hi - lo >= RUN_MIN) {
			hi = unwrap(s, lo, hi);
			decode_run(p, lo, hi);
		}
		floor = hi;
		i = hi + RUN_MIN;
	}
}

static int hex_digit(uint8_t c) {
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* One escape at s.p[*i]; appends the byte it stands for and moves *i behind it, or returns false. Only ASCII is of interest. */
static bool unescape_one(struct buf *out, struct slice s, size_t *i) {
	const uint8_t *c = s.p + *i;
	size_t left = s.n - *i;
	static const struct {
		const char *text;
		char means;
	} entities[] = {{"&quot;", '"'}, {"&#34;", '"'}, {"&#61;", '='}, {"&amp;", '&'}, {"&#39;", '\''},
		{"&apos;", '\''}, {"&lt;", '<'}, {"&gt;", '>'}, {"&#x3D;", '='}, {"&#x22;", '"'}};

	if (c[0] == '%' && left >= 3 && hex_digit(c[1]) >= 0 && hex_digit(c[2]) >= 0) {
		buf_add_byte(out, (uint8_t)(hex_digit(c[1]) << 4 | hex_digit(c[2])));
		*i += 3;
		return true;
	}
	if (c[0] == '\\' && left >= 6 && c[1] == 'u' && c[2] == '0' && c[3] == '0' && hex_digit(c[4]) >= 0 &&
		hex_digit(c[5]) >= 0) {
		buf_add_byte(out, (uint8_t)(hex_digit(c[4]) << 4 | hex_digit(c[5])));
		*i += 6;
		return true;
	}
	for (size_t e = 0; c[0] == '&' && e < sizeof(entities) / sizeof(*entities); e++) {
		size_t n = strlen(entities[e].text);

		if (left >= n && memcmp(c, entities[e].text, n) == 0) {
			buf_add_byte(out, (uint8_t)entities[e].means);
			*i += n;
			return true;
		}
	}
	return false;
}

static bool ends_token(uint8_t mark, uint8_t c) {
	return c == '\n' || c == '\r' || c == '"' || c == '<' || c == '>' ||
	       (mark == '%' && (c == ' ' || c == '\t' || c == '\'' || c == '`' || c == '(' || c == ')'));
}

static unsigned kind_of_escape(uint8_t mark) {
	return mark == '%' ? 0 : mark == '&' ? 1 : 2;
}

/* The token around a mark is remembered: looking for its ends once for each of its marks would be quadratic. */
const struct layer_token *layer_token(struct pass *p, uint64_t mark) {
	uint8_t kind = p->bytes.p[mark];
	struct layer_token *t = &p->tokens[kind_of_escape(kind)];
	uint64_t lo = mark, hi = mark;

	if (mark >= t->lo && mark < t->hi)
		return t;
	while (lo > 0 && mark - lo < TOKEN_MAX && !ends_token(kind, p->bytes.p[lo - 1]))
		lo--;
	while (hi < p->bytes.n && hi - mark < TOKEN_MAX && !ends_token(kind, p->bytes.p[hi]))
		hi++;
	*t = (struct layer_token){.lo = lo, .hi = hi, .whole = hi - lo < TOKEN_MAX};
	return t;
}

/* The token is decoded as a whole, so what is found does not depend on which of its marks was met. */
void layer_at_mark(struct pass *p, uint64_t at) {
	static const char *const kinds[] = {"percent", "html", "unicode-escape"};
	struct layer_token *t = &p->tokens[kind_of_escape(p->bytes.p[at])];
	struct slice s = p->bytes, token;
	struct buf plain = {0};

	layer_token(p, at);
	if (t->done)
		return;
	t->done = true;
	if (!t->whole) {
		p->m->limits_hit |= MATCH_LIMIT_DECODED;
		return;
	}
	token = slice_sub(s, t->lo, t->hi);
	for (size_t i = 0; i < token.n;)
		if (!unescape_one(&plain, token, &i))
			buf_add_byte(&plain, token.p[i++]);
	if (plain.n && plain.n < token.n) /* ends_token() looks at the byte on either side */
		scan_layer(p, buf_slice(&plain),
			&(struct encoded){t->lo, t->hi, t->lo ? t->lo - 1 : 0, t->hi < s.n ? t->hi + 1 : t->hi},
			kinds[kind_of_escape(s.p[at])]);
	buf_free(&plain);
}

uint64_t layer_edge_left(struct slice s, uint64_t at) {
	at = run_start(s, at);
	for (;;) { /* a wrapped run goes on in the line before */
		uint64_t end = line_end_left(s, at), start = run_start(s, end);

		if (end == at || end - start < WRAP_MIN)
			return at;
		at = start;
	}
}

uint64_t layer_edge_right(struct slice s, uint64_t at) {
	/* A line that used to go on in the next may not do so any more: a run that begins there is new then. */
	for (;;) {
		uint64_t next;

		while (at < s.n && b64_value[s.p[at]])
			at++;
		next = next_line_right(s, at);
		if (next == at || next + RUN_MIN > s.n)
			return at;
		for (uint64_t i = next; i < next + RUN_MIN; i++)
			if (!b64_value[s.p[i]])
				return at;
		at = next;
	}
}
