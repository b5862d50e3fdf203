/* Telling such documents apart, and giving what their readers find. */
#include "scanners/archive/paper.h"

#include <zlib.h>

static bool begins(struct slice s, const char *bytes, size_t n) {
	return s.n >= n && memcmp(s.p, bytes, n) == 0;
}

static bool holds(struct slice s, size_t within, const char *text) {
	return slice_find(slice_sub(s, 0, within), slice_str(text)) >= 0;
}

/* JVM specification 4.1: magic, minor, major from 45 on. A universal Mach-O file has its number of architectures there. */
static bool is_class(struct slice s) {
	return begins(s, "\xca\xfe\xba\xbe", 4) && s.n > 10 && s.p[6] == 0 && s.p[7] >= 45;
}

/* importlib: a 16-bit magic and CR LF, then flags of which two are defined, or before 3.7 a time; then a code object. */
static bool is_pyc(struct slice s) {
	return s.n > 32 && s.p[2] == '\r' && s.p[3] == '\n' && s.p[1] >= 0x0a && s.p[1] <= 0x0f &&
	       ((s.p[16] & 0x7f) == 'c' || (s.p[12] & 0x7f) == 'c' || (s.p[8] & 0x7f) == 'c');
}

static bool is_office(struct slice s) {
	return begins(s, "<?xml", 5) &&
	       (holds(s, 4096, "schemas.openxmlformats.org") || holds(s, 4096, "urn:oasis:names:tc:opendocument"));
}

static bool is_notebook(struct slice s) {
	struct slice end = slice_sub(s, s.n > 4096 ? s.n - 4096 : 0, s.n);

	return s.n > 2 && s.p[0] == '{' && (holds(s, 4096, "\"nbformat\"") || holds(end, 4096, "\"nbformat\"")) &&
	       holds(s, s.n, "\"cells\"");
}

static bool begins_like_mail(struct slice s) {
	static const char *const first[] = {"Return-Path:", "Received:", "From:", "From ",
		"Delivered-To:", "MIME-Version:", "Date:", "To:", "Subject:", "Message-ID:", "X-",
		"Content-Type:", "DKIM-Signature:", NULL};

	for (const char *const *f = first; *f; f++)
		if (s.n > strlen(*f) && slice_eq_nocase(slice_sub(s, 0, strlen(*f)), slice_str(*f)))
			return true;
	return false;
}

/* RFC 5322: header lines first. Only mail in parts or in an encoding hides anything that its own bytes do not show. */
static bool is_mail(struct slice s) {
	static const char *const hides[] = {"content-type: multipart/", "content-transfer-encoding: quoted-printable",
		"content-transfer-encoding: base64", NULL};
	struct slice start = slice_sub(s, 0, 65536);

	if (!begins_like_mail(s))
		return false;
	for (const char *const *h = hides; *h; h++)
		if (slice_find_nocase(start, slice_str(*h)) >= 0)
			return true;
	return false;
}

/* As regedit writes it, in UTF-16 with a mark; the form of Windows 98 and NT; the same in UTF-8. */
static bool is_registry(struct slice s) {
	static const char *const marks[] = {"Windows Registry Editor Version 5.00", "REGEDIT4", NULL};

	for (const char *const *m = marks; *m; m++) {
		size_t n = strlen(*m), same = 0;

		if (begins(s, *m, n))
			return true;
		while (same < n && s.n >= 2 * n + 2 && s.p[2 + 2 * same] == (uint8_t)(*m)[same] &&
			s.p[3 + 2 * same] == 0)
			same++;
		if (same == n && s.p[0] == 0xff && s.p[1] == 0xfe)
			return true;
	}
	return false;
}

size_t paper_kind_looks_at(struct slice s) {
	if (s.n && s.p[0] == '{')
		return s.n; /* a notebook is told by its end too */
	return begins_like_mail(s) ? 65536 : 4096;
}

/* A zlib stream that begins with the header of an object, "blob 123" and a NUL (gitrepository-layout(5)). */
static bool is_loose(struct slice s) {
	static const char *const types[] = {"blob ", "tree ", "commit ", "tag ", NULL};
	uint8_t out[32];
	z_stream z = {0};
	size_t n;

	if (s.p[0] != 0x78 || ((unsigned)s.p[0] << 8 | s.p[1]) % 31 != 0 || inflateInit(&z) != Z_OK)
		return false;
	z.next_in = (Bytef *)(uintptr_t)s.p;
	z.avail_in = s.n < 256 ? (uInt)s.n : 256;
	z.next_out = out;
	z.avail_out = sizeof(out);
	inflate(&z, Z_SYNC_FLUSH);
	n = sizeof(out) - z.avail_out;
	inflateEnd(&z);
	for (const char *const *t = types; *t; t++)
		if (slice_has_prefix(slice_of(out, n), *t))
			return memchr(out, 0, n) != NULL;
	return false;
}

bool paper_is_whole(enum paper_kind k) {
	return k == PAPER_SQLITE || k == PAPER_PDF || k == PAPER_PACK || k == PAPER_BUNDLE || k == PAPER_XAR;
}

enum paper_kind paper_kind_of(struct slice s) {
	if (s.n < 16)
		return PAPER_NONE;
	switch (s.p[0]) {
	case 'S':
		if (begins(s, "SQLite format 3\0", 16))
			return PAPER_SQLITE;
		break;
	case '%':
		if (begins(s, "%PDF-", 5))
			return PAPER_PDF;
		break;
	case 'b':
		if (begins(s, "bplist00", 8))
			return PAPER_PLIST;
		break;
	case '<':
		return is_office(s) ? PAPER_OFFICE : PAPER_NONE;
	case '{':
		return is_notebook(s) ? PAPER_NOTEBOOK : PAPER_NONE;
	case 'P':
		if (begins(s, "PACK\0\0\0\2", 8) && s.n > 32)
			return PAPER_PACK;
		break;
	case '#':
		if (begins(s, "# v2 git bundle\n", 16) || begins(s, "# v3 git bundle\n", 16))
			return PAPER_BUNDLE;
		break;
	case 'x':
		if (begins(s, "xar!", 4))
			return PAPER_XAR;
		if (is_loose(s))
			return PAPER_LOOSE;
		break;
	case 2:
	case 3:
		if (is_android(s))
			return PAPER_ANDROID;
		break;
	case 0xca:
		return is_class(s) ? PAPER_CLASS : PAPER_NONE;
	case 'W':
	case 'R':
	case 0xff:
		if (is_registry(s))
			return PAPER_REGISTRY;
		break;
	default:
		break;
	}
	return is_pyc(s) ? PAPER_PYC : is_mail(s) ? PAPER_MAIL : PAPER_NONE;
}

void paper_give_text(const struct paper *p, const char *name, struct slice text) {
	struct document doc = job_document(p->doc, slice_str(name));

	if (!text.n || !account_member(&p->r->job->account))
		return;
	doc.bytes = text;
	coverage_seen(p->r->job->x->o.coverage, UNIT_MEMBER, 1);
	job_deliver(p->r, &doc);
	coverage_read(p->r->job->x->o.coverage, UNIT_MEMBER, 1, text.n);
}

void paper_give_bytes(const struct paper *p, const char *name, struct slice bytes) {
	struct stream *s;

	if (!bytes.n || !account_member(&p->r->job->account))
		return;
	s = stream_of_bytes(bytes);
	member_give(p->r, p->doc, p->depth, &(struct member){.name = slice_str(name), .size = bytes.n}, s);
	stream_close(s);
}

bool paper_read(const struct paper *p, enum paper_kind k) {
	static bool (*const readers[PAPER_COUNT])(const struct paper *) = {
		[PAPER_SQLITE] = sqlite_give,
		[PAPER_PDF] = pdf_give,
		[PAPER_CLASS] = class_give,
		[PAPER_PYC] = pyc_give,
		[PAPER_PLIST] = plist_give,
		[PAPER_OFFICE] = office_give,
		[PAPER_NOTEBOOK] = notebook_give,
		[PAPER_MAIL] = mail_give,
		[PAPER_PACK] = pack_give,
		[PAPER_BUNDLE] = bundle_give,
		[PAPER_LOOSE] = loose_give,
		[PAPER_XAR] = xar_give,
		[PAPER_REGISTRY] = registry_give,
		[PAPER_ANDROID] = android_give,
	};

	return readers[k] && readers[k](p);
}
