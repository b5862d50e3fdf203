/* libarchive behind members and streams. What becomes of a member is decided in expand.c. */
#include "scanners/archive/archive.h"
#include "core/memory.h"
#include "scanners/archive/iso.h"
#include "scanners/archive/sevenzip.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

/* Formats with a directory are read here and there: a larger block would mostly be read in vain. */
#define RANDOM_BLOCK ((size_t)32 << 10)
#define RAR_WINDOW   ((uint64_t)64 << 20) /* of RAR5 libarchive refuses wider ones; PPMd of older ones rarely is */
#define HOLE_SHOWN   4096		  /* more than any match window needs to not see across */

struct members {
	struct archive *archive;
	struct archive_entry *entry;
	struct account *account;
	struct hold hold; /* of libarchive's windows */
	uint64_t given;
	const struct source *source;
	uint64_t at; /* in the file */
	uint8_t *block;
	struct error from_error; /* of the stream beneath */
	struct stream data;	 /* of the member at hand */
	uint64_t data_at;
	struct slice behind_hole;
	bool data_ended, data_doubtful, charged;
};

static const uint8_t zeros[HOLE_SHOWN];

bool source_read(const struct source *src, uint64_t at, void *out, size_t n) {
	uint8_t *to = out;

	if (src->bytes.p) {
		if (at > src->bytes.n || n > src->bytes.n - at)
			return false;
		memcpy(out, src->bytes.p + at, n);
		return true;
	}
	while (n) {
		ssize_t got = pread(src->fd, to, n, (off_t)at);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return false;
		to += got;
		at += (uint64_t)got;
		n -= (size_t)got;
	}
	return true;
}

static struct members *members_of(struct stream *s) {
	return (struct members *)(void *)((char *)s - offsetof(struct members, data));
}

static ssize_t read_stream(struct archive *a, void *ctx, const void **out) {
	struct members *m = ctx;
	struct slice block;
	int more;

	if (m->account && !account_goes_on(m->account)) {
		archive_set_error(a, EINTR, "a limit was hit");
		return -1;
	}
	more = m->source->stream->next(m->source->stream, &block, &m->from_error);
	if (more < 0) {
		archive_set_error(a, EIO, "%s", m->from_error.text);
		return -1;
	}
	*out = block.p;
	return more ? (ssize_t)block.n : 0;
}

static ssize_t read_file(struct archive *a, void *ctx, const void **out) {
	struct members *m = ctx;
	ssize_t n;

	if (!account_goes_on(m->account)) {
		archive_set_error(a, EINTR, "a limit was hit");
		return -1;
	}
	do
		n = pread(m->source->fd, m->block, RANDOM_BLOCK, (off_t)m->at);
	while (n < 0 && errno == EINTR);
	if (n < 0) {
		archive_set_error(a, errno, "cannot read the file");
		return -1;
	}
	m->at += (uint64_t)n;
	*out = m->block;
	return n;
}

static la_int64_t skip_file(struct archive *a, void *ctx, la_int64_t n) {
	struct members *m = ctx;

	(void)a;
	if (n < 0 || m->at > m->source->size || (uint64_t)n > m->source->size - m->at)
		return 0;
	m->at += (uint64_t)n;
	return n;
}

static la_int64_t seek_file(struct archive *a, void *ctx, la_int64_t offset, int whence) {
	struct members *m = ctx;
	la_int64_t from = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? (la_int64_t)m->at : (la_int64_t)m->source->size;
	la_int64_t to;

	if (__builtin_add_overflow(from, offset, &to) || to < 0) {
		archive_set_error(a, EINVAL, "a place before the file");
		return ARCHIVE_FATAL;
	}
	m->at = (uint64_t)to;
	return to;
}

static int enable(struct archive *a, enum packed_kind k) {
	switch (k) {
	case KIND_TAR:
		if (archive_read_support_format_tar(a) < ARCHIVE_WARN)
			return ARCHIVE_FATAL;
		/* What stands behind the end mark is no less there. */
		return archive_read_set_format_option(a, "tar", "read_concatenated_archives", "1");
	case KIND_CPIO:
		return archive_read_support_format_cpio(a);
	case KIND_AR:
		return archive_read_support_format_ar(a);
	case KIND_ZIP:
		return archive_read_support_format_zip(a);
	case KIND_7Z:
		return archive_read_support_format_7zip(a);
	case KIND_RAR:
		return archive_read_support_format_rar(a);
	case KIND_RAR5:
		return archive_read_support_format_rar5(a);
	case KIND_CAB:
		return archive_read_support_format_cab(a);
	case KIND_LHA:
		return archive_read_support_format_lha(a);
	case KIND_ISO:
		return archive_read_support_format_iso9660(a);
	default:
		return ARCHIVE_FATAL;
	}
}

static int open_source(struct members *m) {
	struct archive *a = m->archive;

	if (m->source->bytes.p)
		return archive_read_open_memory(a, m->source->bytes.p, m->source->bytes.n);
	archive_read_set_callback_data(a, m);
	if (m->source->stream) {
		archive_read_set_read_callback(a, read_stream);
	} else {
		m->block = mem_alloc(RANDOM_BLOCK);
		archive_read_set_read_callback(a, read_file);
		archive_read_set_skip_callback(a, skip_file);
		archive_read_set_seek_callback(a, seek_file);
	}
	return archive_read_open1(a);
}

static int set_archive_error(struct members *m, struct error *err) {
	const char *text = archive_error_string(m->archive);

	if (m->from_error.kind != ERR_NONE) {
		*err = m->from_error;
		return -1;
	}
	return error_set(err, ERR_FORMAT, "%s", text ? text : "damaged");
}

/* tar, cpio and ar store their members as they are: what comes out was counted when it went in. */
static bool expands(enum packed_kind k) {
	return k != KIND_TAR && k != KIND_CPIO && k != KIND_AR;
}

static int data_next(struct stream *s, struct slice *out, struct error *err);

static void data_close(struct stream *s) {
	(void)s; /* the members' own */
}

/* What libarchive may take for windows: of these kinds it is more than a few MiB. Not all tell before they are unpacked. */
static int hold_windows(struct members *m, enum packed_kind k, struct chain *chain, struct error *err) {
	struct sevenzip_need need = {0};
	uint64_t left = chain_left(chain);

	m->hold.chain = chain;
	if (k == KIND_7Z && !m->source->stream) {
		if (sevenzip_memory(m->source, left, &need, err) != 0)
			return -1;
	} else if (k == KIND_ISO && !m->source->stream) {
		if (iso_memory(m->source, left, &need.bytes, err) != 0)
			return -1;
		need.at_once = true;
	} else if (k == KIND_RAR5 || k == KIND_RAR) {
		need.bytes = RAR_WINDOW < left ? RAR_WINDOW : left;
	}
	hold_set(&m->hold, need.bytes);
	if (need.at_once)
		hold_touch(&m->hold, need.bytes);
	return 0;
}

struct members *members_open(
	enum packed_kind k, const struct source *src, struct account *account, struct chain *chain, struct error *err) {
	struct members *m = mem_alloc(sizeof(*m));

	m->source = src;
	m->account = account;
	m->charged = expands(k);
	m->data = (struct stream){data_next, data_close, UINT64_MAX};
	m->archive = archive_read_new();
	if (!m->archive)
		mem_exhausted();
	if (hold_windows(m, k, chain, err) != 0) {
		members_close(m);
		return NULL;
	}
	if (enable(m->archive, k) < ARCHIVE_WARN || open_source(m) < ARCHIVE_WARN) {
		set_archive_error(m, err);
		members_close(m);
		return NULL;
	}
	return m;
}

static void describe(struct members *m, struct member *out) {
	struct archive_entry *e = m->entry;
	const char *name = archive_entry_pathname(e);
	unsigned type = archive_entry_filetype(e);

	if (!name) /* not in the character set of the locale */
		name = archive_entry_pathname_utf8(e);
	while (name && name[0] == '.' && name[1] == '/' && name[2])
		name += 2;
	*out = (struct member){.name = slice_str(name), .size = UINT64_MAX};
	if (archive_entry_hardlink(e) || archive_entry_hardlink_utf8(e) || type == AE_IFLNK)
		out->type = MEMBER_LINK;
	else if (type == AE_IFDIR)
		out->type = MEMBER_FOLDER;
	else
		out->type = type == AE_IFREG || type == 0 ? MEMBER_FILE : MEMBER_SPECIAL;
	/* A hard link of cpio and pax may carry the bytes: then it is read as a file. */
	if (out->type == MEMBER_LINK && type != AE_IFLNK && archive_entry_size(e) > 0)
		out->type = MEMBER_FILE;
	if (archive_entry_size_is_set(e) && archive_entry_size(e) >= 0)
		out->size = (uint64_t)archive_entry_size(e);
	out->encrypted = archive_entry_is_data_encrypted(e) != 0;
}

int members_next(struct members *m, struct member *out, struct error *err) {
	int rc, again = 0;

	m->data_ended = m->data_doubtful = false;
	m->data_at = 0;
	m->behind_hole = slice_of(NULL, 0);
	if (!account_goes_on(m->account))
		return error_set(err, ERR_LIMIT, "a limit was hit");
	do
		rc = archive_read_next_header(m->archive, &m->entry);
	while ((rc == ARCHIVE_RETRY || rc == ARCHIVE_FAILED) && ++again < 16);
	if (rc == ARCHIVE_EOF)
		return 0;
	if (rc < ARCHIVE_WARN)
		return set_archive_error(m, err);
	describe(m, out);
	m->data.size = out->size;
	return 1;
}

static bool zip_method_is(struct members *m, const char *method) {
	const char *name = archive_format_name(m->archive);

	return name && strncmp(name, "ZIP", 3) == 0 && strstr(name, method);
}

/* libarchive takes whatever window the header of an LZMA or xz member in a zip asks for, up to 4 GB; its format's name tells the method. Whole
 * zips are read in zip.c, which bounds it. */
static bool has_unbounded_window(struct members *m) {
	return zip_method_is(m, "(lzma)") || zip_method_is(m, "(xz)");
}

static int data_next(struct stream *s, struct slice *out, struct error *err) {
	struct members *m = members_of(s);
	const void *p;
	size_t n = 0;
	la_int64_t offset = 0;
	int rc;

	if (m->behind_hole.n) {
		*out = m->behind_hole;
		m->behind_hole = slice_of(NULL, 0);
		return 1;
	}
	if (m->data_ended)
		return m->data_doubtful ? set_archive_error(m, err) : 0;
	if (m->hold.held == 0 && (zip_method_is(m, "(zstd)") || zip_method_is(m, "(ppmd"))) {
		/* zstd's window has the library's bound; PPMd takes up to 256 MiB (APPNOTE 5.10.5) and does not say: it is alone with them. */
		hold_set(&m->hold, chain_left(m->hold.chain));
		if (zip_method_is(m, "(ppmd"))
			hold_touch(&m->hold, m->hold.held);
	}
	if (has_unbounded_window(m)) {
		m->data_ended = true;
		return error_set(err, ERR_LIMIT,
			"LZMA or xz in a zip that is damaged, or read in order, is not decoded: its window has no "
			"bound");
	}
	do
		rc = archive_read_data_block(m->archive, &p, &n, &offset);
	while (rc == ARCHIVE_OK && n == 0 && account_goes_on(m->account));
	if (rc == ARCHIVE_EOF) {
		m->data_ended = true;
		return 0;
	}
	if (rc < ARCHIVE_WARN) {
		m->data_ended = true;
		return set_archive_error(m, err);
	}
	if (rc == ARCHIVE_WARN) { /* the end, with a checksum or size that does not fit */
		m->data_ended = m->data_doubtful = true;
		if (n == 0)
			return set_archive_error(m, err);
	}
	if (m->charged && !account_bytes(m->account, n))
		return error_set(err, ERR_LIMIT, "a limit was hit");
	*out = slice_of(p, n);
	if (offset > 0 && (uint64_t)offset > m->data_at &&
		m->data_at > 0) { /* a hole: nothing in it, and nothing seen across it */
		uint64_t hole = (uint64_t)offset - m->data_at;

		m->behind_hole = *out;
		*out = slice_of(zeros, hole < HOLE_SHOWN ? (size_t)hole : HOLE_SHOWN);
	}
	m->given += n;
	hold_touch(&m->hold, m->given);
	m->data_at = (uint64_t)(offset > 0 ? offset : 0) + n;
	return 1;
}

struct stream *members_data(struct members *m) {
	return &m->data;
}

bool members_encrypted(const struct members *m) {
	return archive_read_has_encrypted_entries(m->archive) > 0;
}

void members_close(struct members *m) {
	if (!m)
		return;
	archive_read_free(m->archive);
	hold_end(&m->hold);
	if (m->block)
		mem_wipe_free(m->block, RANDOM_BLOCK);
	free(m);
}

struct filtered {
	struct stream base;
	struct members *m;
	struct source source;
};

static int filtered_next(struct stream *s, struct slice *out, struct error *err) {
	struct filtered *f = (struct filtered *)s;
	const void *p;
	size_t n;
	la_int64_t offset;
	int rc = archive_read_data_block(f->m->archive, &p, &n, &offset);

	if (rc == ARCHIVE_EOF)
		return 0;
	if (rc < ARCHIVE_WARN)
		return set_archive_error(f->m, err);
	*out = slice_of(p, n);
	return 1;
}

static void filtered_close(struct stream *s) {
	struct filtered *f = (struct filtered *)s;

	members_close(f->m);
	free(f);
}

struct stream *archive_filter_open(enum packed_kind k, struct stream *from, struct error *err) {
	struct filtered *f = mem_alloc(sizeof(*f));

	f->base = (struct stream){filtered_next, filtered_close, UINT64_MAX};
	f->source.stream = from;
	f->m = mem_alloc(sizeof(*f->m));
	f->m->source = &f->source;
	f->m->archive = archive_read_new();
	if (!f->m->archive)
		mem_exhausted();
	if ((k == KIND_RPM ? archive_read_support_filter_rpm(f->m->archive)
			   : archive_read_support_filter_compress(f->m->archive)) < ARCHIVE_WARN ||
		archive_read_support_format_raw(f->m->archive) < ARCHIVE_WARN || open_source(f->m) < ARCHIVE_WARN ||
		archive_read_next_header(f->m->archive, &f->m->entry) < ARCHIVE_WARN) {
		set_archive_error(f->m, err);
		filtered_close(&f->base);
		return NULL;
	}
	return &f->base;
}
