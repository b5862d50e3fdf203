/* Reading one container: its filters, then its members one after the other. */
#include "core/memory.h"
#include "scanners/archive/filter.h"
#include "scanners/archive/job.h"
#include "scanners/archive/zip.h"

#include <libdeflate.h>
#include <stdatomic.h>
#include <stdlib.h>

#define WHOLE_MOST                                                                                                     \
	((size_t)4                                                                                                     \
		<< 20) /* bytes that are held at once, packed or not; longer ones are matched while the rest is inflated */

/* Charges what a decoder gives. */
struct counted {
	struct stream base;
	struct stream *from;
	struct account *account;
};

static int counted_next(struct stream *s, struct slice *out, struct error *err) {
	struct counted *c = (struct counted *)s;
	int more = c->from->next(c->from, out, err);

	if (more > 0 && !account_bytes(c->account, out->n))
		return error_set(err, ERR_LIMIT, "a limit was hit");
	return more;
}

static void counted_close(struct stream *s) {
	(void)s; /* its owner's */
}

/* What is wrong with a container. A limit that ends the outermost is said once, there. */
static void tell_damage(struct reading *r, const struct document *container, const struct error *err, bool encrypted) {
	if (r->job->account.hit != ACCOUNT_NONE)
		return;
	if (encrypted)
		job_note(r, container, "archive-encrypted", true, "what it holds is under a password and was not read");
	else if (err->kind == ERR_LIMIT)
		job_note(r, container, "limit-archive-memory", true, err->text);
	else
		job_note(r, container, "archive-damaged", true, err->text);
}

/* What gives nothing and may be no container at all is no damaged one. */
static bool is_doubtful(const struct reading *r, enum packed_kind k) {
	return packed_kind_is_weak(k) || r->in_text;
}

bool member_name_is_odd(struct slice name) {
	for (size_t at = 0; at < name.n;) {
		const uint8_t *slash = memchr(name.p + at, '/', name.n - at);
		size_t end = slash ? (size_t)(slash - name.p) : name.n;

		if (slice_eq(slice_sub(name, at, end), slice_str("..")))
			return true;
		at = end + 1;
	}
	return name.n > 0 && name.p[0] == '/';
}

/* What is not a file is counted and left alone. */
void member_pass_over(struct reading *r, const struct document *doc, const struct member *m) {
	if (m->type == MEMBER_FOLDER)
		return;
	coverage_seen(r->job->x->o.coverage, UNIT_MEMBER, 1);
	job_skip(r, doc, m->type == MEMBER_LINK ? SKIP_LINK : SKIP_SPECIAL, NULL);
}

void container_tell_odd_names(struct reading *r, const struct document *container) {
	job_note(r, container, "archive-names", false,
		"has members with absolute names or names that climb with ..; they are read under these names and "
		"nothing is written");
}

static bool read_members(struct reading *r, const struct document *container, unsigned depth, enum packed_kind k,
	const struct source *src) {
	struct error err = {0};
	struct layer_names *layer = k == KIND_TAR ? images_layer(r->job->x->images, container) : NULL;
	struct members *all = members_open(k, src, &r->job->account, &r->chain, &err);
	struct member m;
	uint64_t n = 0, named = 0, odd = 0;
	int more = -1;

	while (all && (more = members_next(all, &m, &err)) > 0) {
		n++;
		named += m.name.n > 0;
		if (!account_member(&r->job->account))
			break;
		odd += k != KIND_AR && member_name_is_odd(m.name); /* ar's own tables are called / and // */
		layer_add(layer, m.name);
		if (m.type == MEMBER_FILE) {
			member_give(r, container, depth, &m, members_data(all));
		} else {
			struct document doc = job_document(container, m.name);

			member_pass_over(r, &doc, &m);
		}
		if (r->job->account.hit != ACCOUNT_NONE)
			break;
	}
	/* A few bytes of a header in a text make a member without a name: that is no archive either. */
	if (more < 0 && (named > 0 || !is_doubtful(r, k)))
		tell_damage(r, container, &err, all && members_encrypted(all));
	if (odd)
		container_tell_odd_names(r, container);
	members_close(all);
	return n > 0 || more == 0;
}

/* "backup.sql.gz" holds "backup.sql"; the name in a gzip header may be anybody's, so it is not asked. */
static struct slice name_inside(const struct document *container) {
	static const char *const suffixes[] = {".gz", ".bz2", ".xz", ".lzma", ".lz", ".zst", ".lz4", ".z", ".br",
		".tgz", ".txz", ".tbz2", ".tzst", NULL};
	struct slice name = slice_base_name(container->path);

	for (const char *const *s = suffixes; *s; s++)
		if (name.n > strlen(*s) && slice_has_suffix_nocase(name, *s))
			return slice_sub(name, 0, name.n - strlen(*s));
	return slice_str("content");
}

/* A compressed stream. With a tar or its like in it the two are one container, as people see it. */
static bool read_filter(
	struct reading *r, const struct document *container, unsigned depth, enum packed_kind k, struct stream *from) {
	struct error err = {0};
	struct stream *decoded = filter_open(k, from, &r->chain, &err), *whole = NULL;
	struct counted counted = {{counted_next, counted_close, UINT64_MAX}, decoded, &r->job->account};
	struct buf head = {0};
	enum packed_kind inner;
	bool any = false;

	if (!decoded || (stream_fill(&counted.base, KIND_HEAD, &head, &err) < 0 && head.n == 0)) {
		if (!is_doubtful(r, k))
			tell_damage(r, container, &err, false);
		goto out;
	}
	inner = packed_kind_of(buf_slice(&head));
	whole = stream_with_head(&head, &counted.base);
	if (k == KIND_RPM && inner != KIND_RPM &&
		packed_kind_class(inner) == CLASS_FILTER) /* its payload: one container with what is in it */
		any = read_filter(r, container, depth, inner, whole);
	else if (packed_kind_class(inner) == CLASS_SERIAL)
		any = read_members(r, container, depth, inner, &(struct source){.stream = whole});
	else {
		member_give(r, container, depth, &(struct member){.name = name_inside(container), .size = UINT64_MAX},
			whole);
		any = true;
	}
out:
	stream_close(whole);
	stream_close(decoded);
	buf_free(&head);
	return any;
}

/* Small gzip streams are inflated at once, which takes less than half as long (RFC 1952: the last four bytes are the size). False: not this
 * way; nothing was given yet. */
static bool inflate_whole(struct reading *r, struct slice packed, struct buf *out, struct hold *hold) {
	struct libdeflate_decompressor *d;
	size_t used = 0, got = 0, size;
	bool whole = false;

	if (packed.n < 18)
		return false;
	size = packed.p[packed.n - 4] | (size_t)packed.p[packed.n - 3] << 8 | (size_t)packed.p[packed.n - 2] << 16 |
	       (size_t)packed.p[packed.n - 1] << 24;
	if (size == 0 || size > WHOLE_MOST || size / 1032 > packed.n) /* deflate can't expand further */
		return false;
	/* What stands before a limit is read. */
	if (size > r->job->x->o.limits->max_archive_bytes - r->job->account.bytes || !hold_set(hold, hold->held + size))
		return false;
	hold_touch(hold, hold->held);
	d = libdeflate_alloc_decompressor();
	buf_reserve(out, size + 1);
	whole = d &&
		libdeflate_gzip_decompress_ex(d, packed.p, packed.n, out->p, size, &used, &got) == LIBDEFLATE_SUCCESS &&
		got == size && used == packed.n; /* else there is another stream behind it */
	out->n = whole ? size : 0;
	libdeflate_free_decompressor(d);
	return whole && account_bytes(&r->job->account, size);
}

static bool read_whole_gzip(struct reading *r, const struct document *container, unsigned depth, struct slice plain) {
	enum packed_kind inner = packed_kind_of(slice_sub(plain, 0, KIND_HEAD));
	struct stream *s;

	if (packed_kind_class(inner) == CLASS_SERIAL)
		return read_members(r, container, depth, inner, &(struct source){.bytes = plain, .fd = -1});
	s = stream_of_bytes(plain);
	member_give(r, container, depth, &(struct member){.name = name_inside(container), .size = plain.n}, s);
	stream_close(s);
	return true;
}

/* True when it was read this way; *any is what container_read() returns then. */
static bool read_gzip(
	struct reading *r, const struct document *container, unsigned depth, const struct source *src, bool *any) {
	struct buf packed = {0}, plain = {0};
	struct hold hold = {.chain = &r->chain};
	bool whole = false;

	if (src->stream || (!src->bytes.p && src->size > WHOLE_MOST))
		return false;
	if (!src->bytes.p) {
		if (!hold_set(&hold, src->size))
			return false;
		hold_touch(&hold, src->size);
		buf_reserve(&packed, (size_t)src->size + 1);
		if (source_read(src, 0, packed.p, (size_t)src->size))
			packed.n = (size_t)src->size;
	}
	whole = inflate_whole(r, src->bytes.p ? src->bytes : buf_slice(&packed), &plain, &hold);
	buf_free(&packed);
	hold_set(&hold, plain.n);
	if (whole)
		*any = read_whole_gzip(r, container, depth, buf_slice(&plain));
	buf_free(&plain);
	hold_end(&hold);
	return whole;
}

bool container_read(struct reading *r, const struct document *container, unsigned depth, enum packed_kind k,
	const struct source *src) {
	struct stream *from;
	bool any;

	if (k == KIND_ZIP && !src->stream && zip_read(r, container, depth, src))
		return true;
	if (k == KIND_GZIP && read_gzip(r, container, depth, src, &any))
		return any;
	if (packed_kind_class(k) != CLASS_FILTER)
		return read_members(r, container, depth, k, src);
	from = src->stream    ? src->stream
	       : src->bytes.p ? stream_of_bytes(src->bytes)
			      : stream_of_file(src->fd, true, 0, src->size, r->job->x->o.stop);
	any = read_filter(r, container, depth, k, from);
	if (from != src->stream)
		stream_close(from);
	return any;
}
