/* The central directory, and members at their places (APPNOTE.TXT 6.3.10, .ZIP File Format Specification, section 4.3). Whatever is odd about
 * a directory is left to libarchive, which knows more of zips than this does; whatever is odd about a member is said of that member. */
#include "scanners/archive/zip.h"
#include "core/memory.h"
#include "core/numbers.h"
#include "scanners/archive/zip_data.h"

#include <stdatomic.h>
#include <stdlib.h>

#define END_BYTES      22
#define END_MOST       (END_BYTES + 65535) /* with the longest comment */
#define LOCATOR_BYTES  20
#define END64_BYTES    56
#define ENTRY_BYTES    46
#define ENTRY_MOST     (ENTRY_BYTES + 3 * (size_t)UINT16_MAX)
#define WINDOW_BYTES   ((size_t)1 << 20) /* of a directory in a file; more than one entry */
#define FLAG_ENCRYPTED 1
#define FLAG_MASKED    (1 << 13)
#define EXTRA_ZIP64    0x0001
#define EXTRA_UNICODE  0x7075 /* Info-ZIP: another name */
#define MADE_BY_UNIX   3
#define METHOD_AES     99

struct zip {
	const struct document *container;
	unsigned depth;
	const struct source *src;
	uint64_t size;	/* of the file */
	uint64_t shift; /* bytes ahead of the zip, which its offsets do not count */
	uint64_t directory, directory_end;
	struct buf window; /* of it, when it is in a file */
	uint64_t window_at;
	pthread_mutex_t lock;
	uint64_t at; /* the next entry's */
	uint64_t left;
	_Atomic uint64_t odd;
};

static bool is_mark(const uint8_t *p, const char *mark) {
	return memcmp(p, mark, 4) == 0;
}

/* What the end record says, or the one of zip64 that it points to. `end` is where it stands. */
struct end {
	uint64_t at, entries, size, offset;
};

static bool read_end64(const struct source *src, uint64_t file, struct end *e) {
	uint8_t b[END64_BYTES];
	uint64_t at;

	if (e->at < LOCATOR_BYTES || !source_read(src, e->at - LOCATOR_BYTES, b, LOCATOR_BYTES) ||
		!is_mark(b, "PK\6\7"))
		return false;
	at = le64(b + 8);
	if (at > file || !source_read(src, at, b, END64_BYTES) || !is_mark(b, "PK\6\6") || le32(b + 16) != 0)
		return false;
	*e = (struct end){at, le64(b + 32), le64(b + 40), le64(b + 48)};
	return true;
}

static bool find_end(const struct source *src, uint64_t file, struct end *e) {
	size_t n = file < END_MOST ? (size_t)file : END_MOST, at;
	struct buf tail = {0};
	bool found = false;

	if (n < END_BYTES)
		return false;
	buf_reserve(&tail, n);
	if (source_read(src, file - n, tail.p, n))
		for (at = n - END_BYTES + 1; !found && at-- > 0;) {
			const uint8_t *p = tail.p + at;

			found = p[0] == 'P' && is_mark(p, "PK\5\6") && le32(p + 4) == 0;
			if (found)
				*e = (struct end){file - n + at, le16(p + 10), le32(p + 12), le32(p + 16)};
		}
	buf_free(&tail);
	if (found && (e->entries == UINT16_MAX || e->size == UINT32_MAX || e->offset == UINT32_MAX))
		found = read_end64(src, file, e);
	return found;
}

static bool find_directory(struct zip *z) {
	struct end e;

	if (!find_end(z->src, z->size, &e) || e.size > e.at || e.offset > e.at - e.size)
		return false;
	z->shift = e.at - e.size - e.offset;
	z->directory = e.at - e.size;
	z->directory_end = e.at;
	z->left = e.entries;
	return true;
}

/* The directory from `at` on, as much as the longest entry takes or all that is left. Valid until the next call: directories of any length pass through
 * one window. */
static struct slice directory_at(struct zip *z, uint64_t at) {
	uint64_t left = z->directory_end - at;
	size_t need = left < ENTRY_MOST ? (size_t)left : ENTRY_MOST;

	if (z->src->bytes.p)
		return slice_sub(z->src->bytes, (size_t)at, (size_t)at + need);
	if (at < z->window_at || at - z->window_at > z->window.n || z->window.n - (at - z->window_at) < need) {
		size_t n = left < WINDOW_BYTES ? (size_t)left : WINDOW_BYTES;

		buf_clear(&z->window);
		buf_reserve(&z->window, n + 1);
		z->window_at = at;
		if (!source_read(z->src, at, z->window.p, n))
			return slice_of(NULL, 0);
		z->window.n = n;
	}
	return slice_sub(buf_slice(&z->window), (size_t)(at - z->window_at), (size_t)(at - z->window_at) + need);
}

/* The sizes and offset that do not fit stand in this order in an extra field, those that do are left out. */
static bool read_zip64(struct slice extra, struct zip_entry *e) {
	uint64_t *const fields[] = {&e->size, &e->packed, &e->offset};

	for (size_t i = 0; i < 3; i++) {
		if (*fields[i] != UINT32_MAX)
			continue;
		if (extra.n < 8)
			return false;
		*fields[i] = le64(extra.p);
		extra = slice_sub(extra, 8, extra.n);
	}
	return true;
}

static bool read_extras(struct slice extras, struct zip_entry *e) {
	bool wants = e->size == UINT32_MAX || e->packed == UINT32_MAX || e->offset == UINT32_MAX;

	while (extras.n >= 4) {
		size_t n = le16(extras.p + 2);
		uint32_t id = le16(extras.p);

		if (n > extras.n - 4 || id == EXTRA_UNICODE)
			return false;
		if (id == EXTRA_ZIP64 && wants) {
			if (!read_zip64(slice_sub(extras, 4, 4 + n), e))
				return false;
			wants = false;
		}
		extras = slice_sub(extras, 4 + n, extras.n);
	}
	return !wants;
}

static enum member_type type_of(struct slice name, unsigned made_by, uint32_t attributes) {
	unsigned mode = made_by == MADE_BY_UNIX ? (attributes >> 16) & 0170000 : 0;

	if ((name.n && name.p[name.n - 1] == '/') || mode == 0040000)
		return MEMBER_FOLDER;
	return mode == 0120000 ? MEMBER_LINK : mode == 0 || mode == 0100000 ? MEMBER_FILE : MEMBER_SPECIAL;
}

/* The entry at *at, which moves behind it; its name is the directory's. False: there is none that this reads. */
static bool read_entry(struct zip *z, uint64_t *at, struct zip_entry *e) {
	struct slice d = directory_at(z, *at), name;
	const uint8_t *p = d.p;
	size_t n, extra, comment;
	const uint8_t *nul;

	if (d.n < ENTRY_BYTES || !is_mark(p, "PK\1\2"))
		return false;
	n = le16(p + 28);
	extra = le16(p + 30);
	comment = le16(p + 32);
	if (d.n - ENTRY_BYTES < n + extra + comment)
		return false;
	name = slice_of(p + ENTRY_BYTES, n);
	*e = (struct zip_entry){.packed = le32(p + 20),
		.size = le32(p + 24),
		.offset = le32(p + 42),
		.crc = le32(p + 16),
		.method = le16(p + 10)};
	e->encrypted = (le16(p + 8) & FLAG_ENCRYPTED) != 0;
	if ((le16(p + 8) & FLAG_MASKED) || memchr(name.p, '\\', n) ||
		!read_extras(slice_of(p + ENTRY_BYTES + n, extra), e))
		return false;
	if (!zip_method_is_known(e->method) && !(e->method == METHOD_AES && e->encrypted))
		return false;
	e->type = type_of(name, p[5], le32(p + 38));
	nul = memchr(name.p, 0, n);
	name = nul ? slice_of(name.p, (size_t)(nul - name.p)) : name;
	while (name.n > 2 && name.p[0] == '.' && name.p[1] == '/')
		name = slice_sub(name, 2, name.n);
	e->name = name;
	e->offset += z->shift;
	*at += ENTRY_BYTES + n + extra + comment;
	return true;
}

/* As far as it may be read at all. */
static bool is_readable(struct zip *z, uint64_t most) {
	struct zip_entry e;
	uint64_t at = z->directory, n = z->left < most ? z->left : most;

	for (uint64_t i = 0; i < n; i++)
		if (!read_entry(z, &at, &e))
			return false;
	z->at = z->directory;
	return n > 0 && (n < z->left || at == z->directory_end);
}

/* `name` holds the entry's: the window moves on. */
static bool next_entry(struct zip *z, struct zip_entry *e, struct buf *name) {
	bool any;

	pthread_mutex_lock(&z->lock);
	any = z->left > 0 && read_entry(z, &z->at, e);
	z->left -= any;
	if (any && z->window.n) {
		buf_clear(name);
		buf_add_slice(name, e->name);
		e->name = buf_slice(name);
	}
	pthread_mutex_unlock(&z->lock);
	return any;
}

/* One thread's share: entries as they come. */
static void read_entries(struct reading *r, void *ctx) {
	struct zip *z = ctx;
	struct zip_reader reader = {.source = z->src, .size = z->size, .account = &r->job->account, .chain = &r->chain};
	struct buf name = {0};
	struct zip_entry e;

	while (account_goes_on(&r->job->account) && next_entry(z, &e, &name) && account_member(&r->job->account)) {
		struct member m = {.name = e.name, .type = e.type, .encrypted = e.encrypted, .size = e.size};

		z->odd += member_name_is_odd(e.name);
		if (e.type == MEMBER_FILE) {
			struct stream *data = zip_data_open(&reader, &e);

			member_give(r, z->container, z->depth, &m, data);
			stream_close(data);
		} else {
			struct document doc = job_document(z->container, e.name);

			member_pass_over(r, &doc, &m);
		}
	}
	buf_free(&name);
	zip_reader_free(&reader);
}

bool zip_read(struct reading *r, const struct document *container, unsigned depth, const struct source *src) {
	struct zip z = {
		.container = container, .depth = depth, .src = src, .size = src->bytes.p ? src->bytes.n : src->size};
	bool read = find_directory(&z) && is_readable(&z, r->job->x->o.limits->max_archive_members);

	if (read) {
		pthread_mutex_init(&z.lock, NULL);
		helpers_share(r, read_entries, &z);
		pthread_mutex_destroy(&z.lock);
		if (z.odd)
			container_tell_odd_names(r, container);
	}
	buf_free(&z.window);
	return read;
}
