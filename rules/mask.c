/* Masking. The masker holds the found secrets as one Vectorscan literal database, so that masking a text costs one pass
 * however many secrets there are. */
#include "rules/mask.h"

#include "core/buf.h"
#include "core/map.h"
#include "rules/measure.h"
#include "rules/resolve.h"

#include <hs.h>
#include <stdlib.h>

/* Shorter values would blank out ordinary words everywhere. They are still masked where they were found. */
#define MASKED_MIN 6

/* Bits of a character of a random token, taken low (hex), for the 80-bit rule. */
#define BITS_PER_CHARACTER 4
#define HIDDEN_BITS	   80

/* Texts that are remembered as having nothing to mask. */
#define CLEAN_MAX	4096
#define CLEAN_BYTES_MAX 256

static const char *length_class(size_t n) {
	if (n < 8)
		return "under 8 characters";
	if (n < 16)
		return "8 to 15 characters";
	if (n < 32)
		return "16 to 31 characters";
	if (n < 64)
		return "32 to 63 characters";
	return "64 characters or more";
}

const char *mask_value(struct arena *a, const struct rule *r, struct slice value) {
	size_t prefix = r->mask_prefix < value.n ? r->mask_prefix : 0;

	if (r->kind == KIND_KEY_ID)
		return arena_str(a, value);
	if (r->kind == KIND_TOKEN && prefix) {
		size_t hidden = value.n - prefix;
		bool tail = hidden >= 4 + HIDDEN_BITS / BITS_PER_CHARACTER;

		return arena_printf(a, "%.*s%s%.*s", (int)prefix, (const char *)value.p, MASK_FILLER, tail ? 4 : 0,
			(const char *)value.p + value.n - 4);
	}
	if (r->kind == KIND_PRIVATE_KEY)
		return "[private key]";
	if (r->kind == KIND_JWT)
		return "[JSON Web Token]";
	return arena_printf(a, "[%s, %s]", r->kind == KIND_PASSWORD || r->kind == KIND_URL ? "password" : "secret",
		length_class(value.n));
}

bool mask_is_word(struct slice value) {
	struct shape h = shape_of(value);

	/* rabbitmq, argocd: passwords of development setups are named for the product, whose name is in every path. */
	if (h.lower == h.n && h.n < 10)
		return true;
	return h.lower + h.upper == h.n && h.n < 16 && h.word_bits > 0 && h.word_bits < 5.2;
}

struct span {
	size_t from, to;
};

struct masker {
	struct matcher *matcher;
	hs_database_t *db;
	hs_scratch_t *scratch;
	const struct slice *secrets;
	VEC(struct slice) odd;	/* secrets that the database can't hold */
	VEC(struct span) spans; /* of the text under way */
	struct map clean;	/* short texts without a secret: paths and titles come again and again */
	candidate_vec found;
};

static int compile_secrets(struct masker *m, const struct slice *secrets, size_t n, struct error *err) {
	const char **text = mem_alloc_n(n + 1, sizeof(*text));
	unsigned *flags = mem_alloc_n(n + 1, sizeof(*flags)), *ids = mem_alloc_n(n + 1, sizeof(*ids)), used = 0;
	size_t *lengths = mem_alloc_n(n + 1, sizeof(*lengths));
	hs_compile_error_t *why = NULL;
	int rc = 0;

	for (size_t i = 0; i < n; i++) {
		if (secrets[i].n < MASKED_MIN)
			continue;
		if (secrets[i].p[0] == 0) { /* Vectorscan takes a literal that starts with NUL for an empty one */
			VEC_PUSH(&m->odd, secrets[i]);
			continue;
		}
		text[used] = (const char *)secrets[i].p;
		/* The first bytes are enough to find a long one: the rest is compared when it is masked. */
		lengths[used] = secrets[i].n > 64 ? 64 : secrets[i].n;
		ids[used++] = (unsigned)i;
	}
	if (used && hs_compile_lit_multi(text, flags, ids, lengths, used, HS_MODE_BLOCK, NULL, &m->db, &why) !=
			    HS_SUCCESS) {
		rc = error_set(err, ERR_IO, "can't prepare masking: %s", why ? why->message : "unknown reason");
		hs_free_compile_error(why);
	}
	if (rc == 0 && m->db && hs_alloc_scratch(m->db, &m->scratch) != HS_SUCCESS)
		rc = error_set(err, ERR_IO, "no memory for masking");
	free(text);
	free(flags);
	free(ids);
	free(lengths);
	return rc;
}

struct masker *masker_open(struct engine *e, const struct slice *secrets, size_t n, struct error *err) {
	struct masker *m = mem_alloc(sizeof(*m));

	m->secrets = secrets;
	m->matcher = matcher_open(e, err);
	if (!m->matcher || compile_secrets(m, secrets, n, err) != 0) {
		masker_close(m);
		return NULL;
	}
	return m;
}

void masker_close(struct masker *m) {
	if (!m)
		return;
	matcher_close(m->matcher);
	hs_free_scratch(m->scratch);
	hs_free_database(m->db);
	VEC_FREE(&m->odd);
	VEC_FREE(&m->spans);
	map_free(&m->clean);
	VEC_FREE(&m->found);
	free(m);
}

static int on_secret(unsigned id, unsigned long long from, unsigned long long to, unsigned flags, void *ctx) {
	struct masker *m = ctx;
	size_t n = m->secrets[id].n, head = n > 64 ? 64 : n;
	struct span s = {.from = to - head, .to = to - head + n};

	(void)from;
	(void)flags;
	VEC_PUSH(&m->spans, s);
	return 0;
}

static int span_cmp(const void *pa, const void *pb) {
	const struct span *a = pa, *b = pb;

	return a->from != b->from ? (a->from < b->from ? -1 : 1) : a->to != b->to ? (a->to < b->to ? -1 : 1) : 0;
}

static void find_odd(struct masker *m, struct slice text) {
	for (size_t i = 0; i < m->odd.n; i++) {
		ptrdiff_t at;

		for (size_t from = 0; (at = slice_find(slice_sub(text, from, text.n), m->odd.at[i])) >= 0;) {
			struct span s = {from + (size_t)at, from + (size_t)at + m->odd.at[i].n};

			VEC_PUSH(&m->spans, s);
			from = s.to;
		}
	}
}

/* Spans of secrets in `text`, sorted, clipped. */
static void find_spans(struct masker *m, struct slice text) {
	struct match_input in = {.bytes = text};
	const struct catalogue *c = matcher_catalogue(m->matcher);

	m->spans.n = 0;
	m->found.n = 0;
	if (m->db && text.n)
		hs_scan(m->db, (const char *)text.p, (unsigned)text.n, 0, m->scratch, on_secret, m);
	find_odd(m, text);
	matcher_scan(m->matcher, &in, &m->found);
	candidates_resolve(c, &m->found);
	for (size_t i = 0; i < m->found.n; i++) {
		struct span s = {m->found.at[i].start, m->found.at[i].end};

		if (c->rules[m->found.at[i].what->rule].kind != KIND_KEY_ID)
			VEC_PUSH(&m->spans, s);
	}
	if (m->spans.n > 1)
		qsort(m->spans.at, m->spans.n, sizeof(*m->spans.at), span_cmp);
}

/* Appends text[from, to) with the spans in it filled. */
static void fill(struct masker *m, struct buf *out, struct slice text, size_t from, size_t to) {
	for (size_t i = 0; i < m->spans.n && from < to; i++) {
		struct span s = m->spans.at[i];

		if (s.to <= from || s.from >= to)
			continue;
		if (s.from > from)
			buf_add_slice(out, slice_sub(text, from, s.from));
		buf_add_str(out, MASK_FILLER);
		from = s.to;
	}
	if (from < to)
		buf_add_slice(out, slice_sub(text, from, to));
}

struct slice masker_text(struct masker *m, struct arena *a, struct slice text) {
	struct buf out = {0};
	struct slice kept;

	if (text.n <= CLEAN_BYTES_MAX && map_get(&m->clean, text))
		return text;
	find_spans(m, text);
	if (!m->spans.n) {
		if (text.n <= CLEAN_BYTES_MAX && m->clean.n < CLEAN_MAX)
			map_put(&m->clean, text, NULL);
		return text;
	}
	fill(m, &out, text, 0, text.n);
	kept = arena_copy(a, buf_slice(&out));
	buf_free(&out);
	return kept;
}

static bool is_token_char(uint8_t c) {
	return c > 0x20 && c != '"' && c != '\'' && c != '`' && c != '<' && c != '>' && c != ',' && c != ';';
}

struct slice masker_line(
	struct masker *m, struct arena *a, struct slice line, size_t *at, size_t n, const char *shown) {
	size_t from = 0, to = line.n, end = *at + n < line.n ? *at + n : line.n;
	struct buf out = {0};
	struct slice kept;

	find_spans(m, line);
	/* A line that was cut may start or end inside another secret: leave out what touches the edge. */
	if (line.n + 1 >= EXCERPT_MAX || *at >= EXCERPT_MAX / 2) {
		while (from < *at && is_token_char(line.p[from]))
			from++;
		while (to > end && is_token_char(line.p[to - 1]))
			to--;
	}
	if (from > *at)
		from = *at;
	fill(m, &out, line, from, *at);
	*at = out.n;
	buf_add_str(&out, shown);
	if (end < to)
		fill(m, &out, line, end, to);
	kept = arena_copy(a, buf_slice(&out));
	buf_free(&out);
	return kept;
}
