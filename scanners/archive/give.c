/* One member: opened when it is a container, else given as a document, in parts when it is long. */
#include "core/memory.h"
#include "core/text.h"
#include "scanners/archive/job.h"
#include "scanners/archive/paper.h"

#include <stdatomic.h>

/* Parts overlap by this, half of it on either side of where one hands over to the next. Windows of rules are far narrower. */
#define OVERLAP	   ((size_t)512 << 10)
#define FILL_STEP  ((size_t)1 << 20)
#define BLOCK_MOST ((size_t)256 << 10) /* that a stream gives at once, mostly */
/* Longer members are given in parts: large enough for any export, and the same for any number of threads, since what has parts is no export. */
#define PIECE_MOST   ((size_t)24 << 20)
#define BINARY_PIECE ((size_t)4 << 20) /* of what is no text, and so no export */
#define NUL_WITHIN   ((size_t)4 << 10)
#define PIECE_KEPT   ((size_t)1 << 20) /* what a worker keeps of its buffer between members */

static enum skip why_not(const struct reading *r, const struct member *m, const struct error *err) {
	return m->encrypted				? SKIP_ENCRYPTED
	       : r->job->account.hit == ACCOUNT_STOPPED ? SKIP_STOPPED
	       : err->kind == ERR_LIMIT			? SKIP_TOO_LARGE
							: SKIP_CORRUPT;
}

static void skip_member(
	struct reading *r, const struct document *doc, const struct member *m, const struct error *err) {
	/* A limit that ends the whole container is said once. */
	job_skip(r, doc, why_not(r, m, err), r->job->account.hit != ACCOUNT_NONE ? NULL : err->text);
}

static void note_end(struct reading *r, const struct document *doc, const struct error *err, uint64_t bytes) {
	struct buf text = {0};

	if (r->job->account.hit == ACCOUNT_NONE) {
		buf_printf(&text, "only the first %llu bytes were read: %s", (unsigned long long)bytes, err->text);
		job_note(r, doc, err->kind == ERR_LIMIT ? "limit-archive-memory" : "archive-damaged", true,
			buf_cstr(&text));
	}
	buf_free(&text);
}

static void count_read(struct reading *r, uint64_t bytes) {
	coverage_read(r->job->x->o.coverage, UNIT_MEMBER, 1, bytes);
}

/* Forgets what the next part does not need. */
static void move_on(struct buf *b, struct part *part) {
	size_t drop = (b->n - OVERLAP) & ~(size_t)1; /* UTF-16 stays in step */
	struct slice dropped = slice_of(b->p, drop);
	const uint8_t *last = memrchr(dropped.p, '\n', dropped.n);

	if (last) {
		part->line += (unsigned)text_count_lf(dropped);
		part->column = (unsigned)(drop - (size_t)(last - b->p) - 1);
	} else {
		part->column += (unsigned)drop;
	}
	part->offset += drop;
	part->from = OVERLAP / 2;
	memmove(b->p, b->p + drop, b->n - drop);
	b->n -= drop;
}

/* What a document hides; `b`, when it is given, has its bytes and is the worker's. True: its own bytes need not be matched. */
static bool give_paper(struct reading *r, struct document *doc, unsigned depth, struct buf *b) {
	enum paper_kind k = paper_kind_of(doc->bytes);
	struct buf own = {0};
	bool covered;

	if (k == PAPER_NONE || depth >= r->job->x->o.limits->max_archive_depth)
		return false;
	if (b) { /* members in it go through the worker's buffer */
		own = *b;
		*b = (struct buf){0};
	}
	covered = paper_read(&(struct paper){r, doc, depth + 1}, k);
	if (b) {
		buf_free(b);
		*b = own;
	}
	return covered;
}

/* What must be whole in memory may have so much of it. */
static uint64_t whole_most(const struct reading *r) {
	uint64_t half = r->job->x->o.limits->max_archive_memory / 2, left = chain_left(&r->chain);

	return left < half ? left : half;
}

/* Doubling ends here: the last step is no larger than what is to come. */
static void make_room(struct buf *b, uint64_t size, uint64_t most) {
	uint64_t all = size < most ? size : most;

	if (all > b->n && (size != UINT64_MAX || b->cap >= most / 4))
		buf_reserve(b, (size_t)(all - b->n) + BLOCK_MOST);
}

/* As stream_fill(), counting what it takes of memory. */
static int fill_held(struct hold *h, struct stream *data, uint64_t most, struct buf *b, struct error *err) {
	int more = 1;

	while (more > 0 && b->n < most) {
		size_t next = b->n + FILL_STEP < most ? b->n + FILL_STEP : (size_t)most;

		make_room(b, data->size, most);
		more = stream_fill(data, next, b, err);
		hold_touch(h, b->n);
	}
	return more;
}

/* How long a part is of what begins with `head`. */
static uint64_t piece_of(struct slice head) {
	bool marked =
		head.n > 1 && ((head.p[0] == 0xff && head.p[1] == 0xfe) || (head.p[0] == 0xfe && head.p[1] == 0xff));
	struct slice start = slice_sub(head, 0, NUL_WITHIN);
	bool binary = start.n && memchr(start.p, 0, start.n) && !marked; /* UTF-16 is text */

	return binary && paper_kind_of(head) == PAPER_NONE ? BINARY_PIECE : PIECE_MOST;
}

/* Gives a document that begins with what is in `b`, and goes on in `data` when `more` says so. */
static void give_parts(struct reading *r, struct document *doc, unsigned depth, struct buf *b, struct stream *data,
	int more, struct error *err) {
	const struct limits *lim = r->job->x->o.limits;
	bool whole = depth < lim->max_archive_depth && paper_is_whole(paper_kind_of(buf_slice(b)));
	uint64_t most = whole ? whole_most(r) : piece_of(buf_slice(b));
	struct hold hold = {.chain = &r->chain};
	struct part part = {0};

	if (more > 0 || b->n > FILL_STEP) {
		uint64_t longest = data->size < most ? data->size : most, all = b->n > longest ? b->n : longest;

		hold_set(&hold, all < chain_left(&r->chain) ? all : chain_left(&r->chain));
		hold_touch(&hold, b->n);
	}
	for (;;) {
		if (more > 0)
			more = fill_held(&hold, data, most, b, err);
		if (more > 0 && whole) {
			job_note(r, doc, "limit-archive-memory", true,
				"a document of this format must fit into memory; its bytes were matched as they are, "
				"raise "
				"--archive-memory to read it");
			whole = false;
			most = BINARY_PIECE;
		}
		if (part.offset + b->n > lim->max_document_bytes) {
			b->n = (size_t)(lim->max_document_bytes - part.offset);
			doc->cut = true;
			more = 0;
			job_note(r, doc, "limit-document-bytes", true,
				"only its start was read; raise --max-document-size to read more");
		}
		part.to = more > 0 ? b->n - OVERLAP / 2 : b->n;
		doc->bytes = buf_slice(b);
		if (!part.offset)
			job_tell_unread(r, doc, doc->bytes);
		doc->part = more > 0 || part.offset ? &part : NULL;
		doc->cut |= more < 0;
		if (doc->part || !give_paper(r, doc, depth, b))
			job_deliver(r, doc);
		if (more <= 0)
			break;
		move_on(b, &part);
	}
	hold_end(&hold);
	doc->part = NULL;
	if (more < 0)
		note_end(r, doc, err, part.offset + b->n);
	count_read(r, part.offset + b->n);
}

/* Kinds that are read here and there must be in memory; a zip can be read in order too, if less surely. */
static bool load_random(struct reading *r, enum packed_kind k, const struct document *doc, struct stream *data,
	struct buf *b, struct source *src, struct hold *hold) {
	uint64_t most = whole_most(r);
	struct error err = {0};
	int more;

	hold_set(hold, most);
	more = fill_held(hold, data, most, b, &err);
	hold_set(hold, b->n);
	if (more == 0 || (more < 0 && b->n > 0 && err.kind != ERR_LIMIT)) {
		src->bytes = buf_slice(b);
		return true;
	}
	if (more > 0 && k == KIND_ZIP)
		return true; /* as a stream */
	if (r->job->account.hit == ACCOUNT_NONE)
		job_note(r, doc, "limit-archive-memory", true,
			"an inner archive of this format must fit into memory; raise --archive-memory to read it");
	return false;
}

/* A member that is a container, of which `b` holds the start. False: it was not opened, and `b` holds all that was read. */
static bool open_inner(struct reading *r, struct document *doc, unsigned depth, enum packed_kind k, struct buf *b,
	struct stream *data, int more) {
	struct source src = {.fd = -1};
	struct stream *whole = NULL;
	struct buf own = {0};
	struct hold hold = {.chain = &r->chain};
	bool opened = false;

	if (depth >= r->job->x->o.limits->max_archive_depth) {
		job_note(r, doc, "limit-archive-depth", true,
			"a container deeper than the limit was not opened; raise --archive-depth to open it");
		return false;
	}
	if (packed_kind_class(k) == CLASS_RANDOM && more > 0 && !load_random(r, k, doc, data, b, &src, &hold))
		goto out;
	/* Members in it are given through the worker's buffer: what is in there now moves out. */
	own = *b;
	*b = (struct buf){0};
	if (more == 0)
		src.bytes = buf_slice(&own);
	if (!src.bytes.p)
		src.stream = whole = stream_with_head(&own, data);
	opened = container_read(r, doc, depth + 1, k, &src);
	if (!opened && src.bytes.p) {
		buf_free(b);
		*b = own; /* it only looked like one */
		goto out;
	}
	stream_close(whole);
	buf_free(&own);
	count_read(r, data->size == UINT64_MAX ? 0 : data->size);
	opened = true;
out:
	hold_end(&hold);
	return opened;
}

/* All of it stands in one block: nothing is copied. */
static void give_block(struct reading *r, struct document *doc, unsigned depth, struct slice block) {
	enum packed_kind k = packed_kind_named(doc->path, slice_sub(block, 0, KIND_HEAD));
	struct source src = {.bytes = block, .fd = -1};

	if (k != KIND_NONE && depth >= r->job->x->o.limits->max_archive_depth)
		job_note(r, doc, "limit-archive-depth", true,
			"a container deeper than the limit was not opened; raise --archive-depth to open it");
	else if (k != KIND_NONE && container_read(r, doc, depth + 1, k, &src)) {
		count_read(r, block.n);
		return;
	}
	doc->bytes = block;
	job_tell_unread(r, doc, block);
	if (!give_paper(r, doc, depth, NULL))
		job_deliver(r, doc);
	count_read(r, block.n);
}

void member_give(struct reading *r, const struct document *container, unsigned depth, const struct member *m,
	struct stream *data) {
	struct document doc = job_document(container, m->name);
	struct buf *b = &r->job->x->slots[r->worker].piece;
	struct error err = {0};
	struct slice block;
	enum packed_kind k;
	int more;

	coverage_seen(r->job->x->o.coverage, UNIT_MEMBER, 1);
	more = data->next(data, &block, &err);
	if (more < 0) {
		skip_member(r, &doc, m, &err);
		return;
	}
	if (more == 0) {
		job_skip(r, &doc, SKIP_EMPTY, NULL);
		return;
	}
	if (block.n == data->size && block.n <= PIECE_MOST) {
		give_block(r, &doc, depth, block);
		if (data->next(data, &block, &err) < 0)
			note_end(r, &doc, &err, data->size);
		return;
	}
	buf_clear(b);
	buf_add_slice(b, block);
	more = stream_fill(data, KIND_HEAD, b, &err);
	k = packed_kind_named(doc.path, slice_sub(buf_slice(b), 0, KIND_HEAD));
	if (k == KIND_NONE || !open_inner(r, &doc, depth, k, b, data, more))
		give_parts(r, &doc, depth, b, data, more, &err);
	if (b->cap > PIECE_KEPT)
		buf_free(b);
	else
		buf_clear(b);
}
