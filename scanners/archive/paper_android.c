/* Texts of Android's compiled XML and of resources.arsc (frameworks/base, ResourceTypes.h), one a line. In their own bytes a length stands before each
 * text, and where that is a letter or digit no rule sees the text begin. */
#include "core/numbers.h"
#include "core/text.h"
#include "scanners/archive/paper.h"

#define POOL_HEADER 28
#define FLAG_UTF8   (1u << 8)

/* A length of one byte, or of two when the first has its upper bit. */
static bool take_length8(struct slice *s, size_t *n) {
	bool two = s->n > 1 && (s->p[0] & 0x80);

	if (!s->n)
		return false;
	*n = two ? (size_t)(s->p[0] & 0x7f) << 8 | s->p[1] : s->p[0];
	*s = slice_sub(*s, two ? 2 : 1, s->n);
	return true;
}

/* The same in units of 16 bits. */
static bool take_length16(struct slice *s, size_t *n) {
	bool two = s->n > 3 && (s->p[1] & 0x80);

	if (s->n < 2)
		return false;
	*n = two ? (le16(s->p) & 0x7fff) << 16 | le16(s->p + 2) : le16(s->p);
	*s = slice_sub(*s, two ? 4 : 2, s->n);
	return true;
}

static void add_text(struct buf *out, struct slice s, bool utf8) {
	size_t n = 0, characters, from = out->n;

	if (utf8) {
		if (!take_length8(&s, &characters) || !take_length8(&s, &n))
			return;
		buf_add_slice(out, slice_sub(s, 0, n));
	} else {
		if (!take_length16(&s, &n))
			return;
		text_from_utf16(out, slice_sub(s, 0, n < s.n / 2 ? 2 * n : s.n), false);
	}
	for (size_t i = from; i < out->n; i++)
		if (out->p[i] == '\n' || out->p[i] == '\r')
			out->p[i] = ' ';
	buf_add_byte(out, '\n');
}

bool is_android(struct slice s) {
	size_t at;

	if (s.n < 12 + POOL_HEADER || s.p[1] != 0 || s.p[3] != 0)
		return false;
	at = s.p[0] == 3 && s.p[2] == 8 ? 8 : s.p[0] == 2 && s.p[2] == 12 ? 12 : 0;
	return at && le16(s.p + at) == 1 && le16(s.p + at + 2) == POOL_HEADER;
}

bool android_give(const struct paper *p) {
	struct slice s = p->doc->bytes;
	struct buf out = {0};
	size_t count, start;
	bool utf8;

	if (!is_android(s))
		return false;
	s = slice_sub(s, s.p[2], s.n); /* the pool is the first chunk */
	count = le32(s.p + 8);
	utf8 = (le32(s.p + 16) & FLAG_UTF8) != 0;
	start = le32(s.p + 20);
	s = slice_sub(s, 0, le32(s.p + 4));
	/* Many may name the same text: what comes out is no more than what there is, or what an account lets pass. */
	for (size_t i = 0; i < count && POOL_HEADER + 4 * i + 4 <= s.n; i++) {
		size_t at = le32(s.p + POOL_HEADER + 4 * i), before = out.n;

		if (start > s.n || at >= s.n - start)
			continue;
		add_text(&out, slice_sub(s, start + at, s.n), utf8);
		if (out.n > s.n && !account_bytes(&p->r->job->account, out.n - before))
			break;
		if (out.n > 4 * s.n + 4096)
			break;
	}
	paper_give_text(p, "strings", buf_slice(&out));
	buf_free(&out);
	return false;
}
