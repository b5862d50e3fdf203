/* Encoded text inside a document: base64 (standard and URL alphabets, wrapped lines, gzip within), percent, \u, \x and HTML
 * escapes. Each is decoded within bounds and scanned like a document; what is found keeps the outer place. */
#include "core/buf.h"
#include "core/text.h"
#include "rules/base64_block.h"
#include "rules/compiled.h"

#include <libdeflate.h>
#include <stdlib.h>

/* What decoding begins at: escapes of what secrets are written next to (`://`, `=`, `"`), of the separators in tokens, and of letters
 * that many prefixes have. */
const char *const layer_marks[] = {"%3a%2f%2f", "%3d", "%22", "%2e", "%2d", "%5f", "\\u0022", "\\u003d", "\\u002d",
	"\\u002e", "\\u005f", "\\x2d", "\\x2e", "\\x5f", "\\x41", "\\x67", "\\x73", "\\x78", "&quot;", "&#34;", "&#61;",
	"&#45;", "&#46;", "&#95;", NULL};

#define RUN_MIN	   28 /* shorter base64 can't hold a keyword and a value */
#define PACKED_MIN 60 /* no archive that holds anything is shorter in base64 */
#define SNIFF	   16 /* decoded bytes looked at before a run is decoded whole */
#define WRAP_MIN   60 /* a line of base64 goes on in the next when at least this long (PEM 64, MIME 76) */

/* Appends the decoded form of `s`; characters outside the alphabet (line ends, indentation) are passed over. */
static void base64_decode(struct buf *out, struct slice s) {
	uint32_t acc = 0;
	unsigned bits = 0;

	buf_reserve(out, s.n / 4 * 3 + 3);
	for (size_t i = 0; i < s.n; i++) {
		unsigned v = base64_value[s.p[i]];

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

static inline bool is_base64(const struct pass *p, uint64_t at) {
	return base64_value[pass_byte(p, at)];
}

static bool is_indent(const struct pass *p, uint64_t at) {
	uint8_t c = pass_byte(p, at);

	return c == ' ' || c == '\t';
}

/* Back over indentation and the end of the line before. */
static uint64_t line_end_left(const struct pass *p, uint64_t at) {
	while (at > 0 && is_indent(p, at - 1))
		at--;
	if (at > 0 && pass_byte(p, at - 1) == '\n')
		at--;
	if (at > 0 && pass_byte(p, at - 1) == '\r')
		at--;
	return at;
}

/* Over the end of a line and the indentation of the next; `at` itself when no line ends there. */
static uint64_t next_line_right(const struct pass *p, uint64_t at) {
	uint64_t i = at, n = p->bytes.n;

	if (i < n && pass_byte(p, i) == '\r')
		i++;
	if (i >= n || pass_byte(p, i) != '\n')
		return at;
	i++;
	while (i < n && is_indent(p, i))
		i++;
	return i;
}

/* Where the run that holds the byte before `at` begins, or `floor` when that is further on. */
static uint64_t run_start_from(const struct pass *p, uint64_t floor, uint64_t at) {
	while (at > floor && is_base64(p, at - 1))
		at--;
	return at;
}

static uint64_t run_start(const struct pass *p, uint64_t at) {
	return run_start_from(p, 0, at);
}

static uint64_t run_end(const struct pass *p, uint64_t at) {
	while (at < p->bytes.n && is_base64(p, at))
		at++;
	return at;
}

/* What decides where a run or token begins and ends: the characters around it, and whether the line before goes on in it
 * or it in the line behind. */
static uint64_t decided_from(const struct pass *p, uint64_t lo) {
	uint64_t end = line_end_left(p, lo), start;

	if (end == lo || next_line_right(p, end) == end)
		return lo ? lo - 1 : 0;
	start = run_start(p, end);
	return start ? start - 1 : 0;
}

static uint64_t decided_to(const struct pass *p, uint64_t hi) {
	if (hi - run_start(p, hi) >= WRAP_MIN)
		hi = next_line_right(p, hi);
	return hi < p->bytes.n ? hi + 1 : hi;
}

/* Where a piece of a pass stands in the document. */
static uint64_t outer_place(const struct pass *p, uint64_t at, uint64_t whole) {
	if (!p->depth)
		return at;
	return p->stride ? p->outer_lo + at * p->stride : whole;
}

void layer_scan(struct pass *outer, struct slice bytes, const struct encoded *at, const char *kind) {
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
	/* For marks beside the encoded text. */
	rope_view_need(
		&outer->view, at->lo > JUDGE_CONTEXT ? at->lo - JUDGE_CONTEXT - 1 : 0, at->hi + JUDGE_CONTEXT + 1);
	p.document = outer->depth ? outer->document : outer->bytes;
	p.outer_lo = outer_place(outer, at->lo, outer->outer_lo);
	p.outer_hi = outer_place(outer, at->hi, outer->outer_hi);
	p.stride = outer->depth ? 0 : at->stride;
	p.decided_lo = outer->depth ? outer->decided_lo : at->decided_lo;
	p.decided_hi = outer->depth ? outer->decided_hi : at->decided_hi;
	pass_run(&p);
}

/* Text in UTF-16, as `powershell -EncodedCommand` takes it, or plain. */
static void scan_text_layer(struct pass *p, struct slice bytes, const struct encoded *at, bool gzip) {
	enum text_coding coding = text_sniff(bytes);
	struct buf utf8 = {0};

	if (coding == TEXT_BYTES) {
		layer_scan(p, bytes, at, gzip ? "base64 > gzip" : "base64");
		return;
	}
	text_from_utf16(&utf8, bytes, coding == TEXT_UTF16BE);
	layer_scan(p, buf_slice(&utf8), at, gzip ? "base64 > gzip > utf-16" : "base64 > utf-16");
	buf_free(&utf8);
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
		scan_text_layer(p, slice_of(out, got), at, true);
	libdeflate_free_decompressor(d);
	mem_wipe_free(out, size);
}

/* What is to be opened rather than matched. False: it is not. */
static bool carry_run(struct pass *p, struct slice run, uint64_t lo, uint64_t hi, bool gzip) {
	struct buf b = {0};
	bool wanted;

	if (run.n < PACKED_MIN)
		return false;
	base64_decode(&b, slice_sub(run, 0, PACKED_HEAD / 3 * 4 + 4));
	wanted = gzip ? carry_wants_gzip(p, buf_slice(&b)) : carry_wants(p, buf_slice(&b));
	if (wanted) {
		buf_clear(&b);
		base64_decode(&b, run);
		carry_add(p, &b, lo, hi, "base64");
	}
	buf_free(&b);
	return wanted;
}

static void decode_run(struct pass *p, uint64_t lo, uint64_t hi) {
	struct slice run = slice_sub(p->bytes, lo, hi);
	struct encoded at = {.lo = lo, .hi = hi};
	struct buf head = {0}, all = {0};
	bool gzip;

	rope_view_need(&p->view, lo, hi);
	base64_decode(&head, slice_sub(run, 0, SNIFF / 3 * 4 + 4));
	gzip = head.n >= 3 && head.p[0] == 0x1f && head.p[1] == 0x8b && head.p[2] == 8;
	if (carry_run(p, run, lo, hi, gzip)) {
		buf_free(&head);
		return;
	}
	if (head.n >= 3 && (gzip || is_text(buf_slice(&head)) || text_sniff(buf_slice(&head)) != TEXT_BYTES)) {
		at.decided_lo = decided_from(p, lo);
		at.decided_hi = decided_to(p, hi);
		base64_decode(&all, run);
		if (gzip && is_gzip(buf_slice(&all)))
			scan_gzip(p, buf_slice(&all), &at);
		else if (is_text(buf_slice(&all)) || text_sniff(buf_slice(&all)) != TEXT_BYTES)
			scan_text_layer(p, buf_slice(&all), &at, false);
	}
	buf_free(&head);
	buf_free(&all);
}

/* The end of the run that ends at `end`, when its lines are wrapped: full lines, whatever their indentation. */
static uint64_t unwrap(const struct pass *p, uint64_t start, uint64_t end) {
	while (end - start >= WRAP_MIN) {
		uint64_t next = next_line_right(p, end), i = run_end(p, next);

		if (next == end || i == next)
			break;
		start = next;
		end = i;
	}
	return end;
}

/* The next run at or behind s->at that holds a byte below `to`, however it began; false when there is none. A block is 64 bytes, of
 * which base64_mask() tells at once; a run may go through any number of them. */
struct run_search {
	uint64_t at, to;
	uint64_t open; /* base64 characters right before `at` */
};

static bool next_run(const struct pass *p, struct run_search *s, uint64_t *lo) {
	uint64_t n = p->bytes.n;

	for (; s->at < n && s->at - s->open < s->to; s->at += BASE64_BLOCK) {
		uint64_t left = n - s->at, mask, within;
		unsigned leading;

		rope_view_need(&p->view, s->at, s->at + BASE64_BLOCK);
		mask = base64_mask(p->bytes.p + s->at, left < BASE64_BLOCK ? (size_t)left : BASE64_BLOCK);
		leading = mask == UINT64_MAX ? BASE64_BLOCK : (unsigned)__builtin_ctzll(~mask);
		if (leading + s->open >= RUN_MIN) {
			*lo = s->at - s->open;
			return true;
		}
		within = mask & mask >> 1;
		within &= within >> 2;
		within &= within >> 4;
		within &= within >> 8;
		within &= within >> (RUN_MIN - 16); /* a bit for each place where RUN_MIN characters begin */
		if (within) {
			*lo = s->at + (unsigned)__builtin_ctzll(within);
			return *lo < s->to;
		}
		s->open = (unsigned)__builtin_clzll(~mask); /* not all of them: that would have been a run */
	}
	return false;
}

/* Finds every run of at least RUN_MIN base64 characters. */
void layer_base64_runs(struct pass *p, uint64_t from, uint64_t to) {
	struct run_search s = {.at = from, .to = to};
	uint64_t lo;

	while (next_run(p, &s, &lo)) {
		uint64_t hi = unwrap(p, lo, run_end(p, lo + RUN_MIN));

		decode_run(p, lo, hi);
		s.at = hi + 1;
		s.open = 0;
	}
}

/* One escape at s.p[*i]; appends the byte it stands for and moves *i behind it, or returns false. Only ASCII is of interest. */
static bool unescape_one(struct buf *out, struct slice s, size_t *i) {
	const uint8_t *c = s.p + *i;
	size_t left = s.n - *i;
	int byte;
	static const struct {
		const char *text;
		char means;
	} entities[] = {{"&quot;", '"'}, {"&#34;", '"'}, {"&#61;", '='}, {"&amp;", '&'}, {"&#39;", '\''},
		{"&apos;", '\''}, {"&lt;", '<'}, {"&gt;", '>'}, {"&#x3D;", '='}, {"&#x22;", '"'}, {"&#45;", '-'},
		{"&#46;", '.'}, {"&#95;", '_'}};

	if (c[0] == '%' && (byte = slice_hex_byte(s, *i + 1)) >= 0) {
		buf_add_byte(out, (uint8_t)byte);
		*i += 3;
		return true;
	}
	if (c[0] == '\\' && left >= 6 && c[1] == 'u' && c[2] == '0' && c[3] == '0' &&
		(byte = slice_hex_byte(s, *i + 4)) >= 0) {
		buf_add_byte(out, (uint8_t)byte);
		*i += 6;
		return true;
	}
	if (c[0] == '\\' && left >= 4 && c[1] == 'x' && (byte = slice_hex_byte(s, *i + 2)) >= 0) {
		buf_add_byte(out, (uint8_t)byte);
		*i += 4;
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
	uint8_t kind = pass_byte(p, mark);
	struct layer_token *t = &p->tokens[kind_of_escape(kind)];
	uint64_t lo = mark, hi = mark;

	if (mark >= t->lo && mark < t->hi)
		return t;
	while (lo > 0 && mark - lo < LAYER_TOKEN_MAX && !ends_token(kind, pass_byte(p, lo - 1)))
		lo--;
	while (hi < p->bytes.n && hi - mark < LAYER_TOKEN_MAX && !ends_token(kind, pass_byte(p, hi)))
		hi++;
	*t = (struct layer_token){.lo = lo, .hi = hi, .whole = hi - lo < LAYER_TOKEN_MAX};
	return t;
}

/* The token is decoded as a whole, so what is found does not depend on which of its marks was met. */
void layer_at_mark(struct pass *p, uint64_t at) {
	static const char *const kinds[] = {"percent", "html", "unicode-escape"};
	struct layer_token *t = &p->tokens[kind_of_escape(pass_byte(p, at))];
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
		layer_scan(p, buf_slice(&plain),
			&(struct encoded){t->lo, t->hi, t->lo ? t->lo - 1 : 0, t->hi < s.n ? t->hi + 1 : t->hi, 0},
			kinds[kind_of_escape(s.p[at])]);
	buf_free(&plain);
}

uint64_t layer_edge_left(const struct pass *p, uint64_t floor, uint64_t at) {
	at = run_start_from(p, floor, at);
	while (at > floor) { /* a wrapped run goes on in the line before */
		uint64_t end = line_end_left(p, at), start = run_start_from(p, floor, end);

		if (end == at || (start > floor && end - start < WRAP_MIN))
			return at;
		at = start;
	}
	return at;
}

uint64_t layer_edge_right(const struct pass *p, uint64_t at) {
	/* A line that used to go on in the next may not do so any more: a run that begins there is new then. */
	for (;;) {
		uint64_t next;

		at = run_end(p, at);
		next = next_line_right(p, at);
		if (next == at || next + RUN_MIN > p->bytes.n)
			return at;
		for (uint64_t i = next; i < next + RUN_MIN; i++)
			if (!is_base64(p, i))
				return at;
		at = next;
	}
}
