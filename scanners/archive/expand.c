/* The sink that opens containers: which documents are one, what is passed on, what is told of trouble.
 * Reading inside is inside.c, members give.c. */
#include "scanners/archive/expand.h"
#include "core/memory.h"
#include "scanners/archive/job.h"
#include "scanners/archive/paper.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

/* The end record of a zip and the longest comment (APPNOTE 4.3.16). */
#define ZIP_TAIL 65557

void job_pass_on(struct reading *r, const struct document *doc) {
	const struct document_sink *to = r->job->x->o.to;

	to->take(to->ctx, r->worker, doc);
	if (!to->left_nothing || !to->left_nothing(to->ctx, r->worker))
		r->job->unclean = true;
	job_open_carried(r, doc);
}

static void deliver_part(void *ctx, const struct document *part) {
	job_pass_on(ctx, part);
}

void job_deliver(struct reading *r, const struct document *doc) {
	if (image_wants(doc->path))
		images_take(r->job->x->images, doc, deliver_part, r);
	if (!helpers_take(r, doc))
		job_pass_on(r, doc);
}

static void add_where(struct buf *out, const struct document *doc) {
	const struct document *outermost = doc;
	char hex[OBJECT_ID_HEX_MAX];

	while (outermost->container)
		outermost = outermost->container;
	if (!outermost->path.n && outermost->object.n) {
		object_id_hex(&outermost->object, hex);
		buf_add_str(out, hex);
	}
	document_whole_path(out, doc);
}

void job_note(struct reading *r, const struct document *doc, const char *code, bool incomplete, const char *detail) {
	struct buf where = {0};

	add_where(&where, doc);
	coverage_note(r->job->x->o.coverage, code, incomplete, buf_cstr(&where), detail);
	r->job->unclean = true;
	buf_free(&where);
}

void job_skip(struct reading *r, const struct document *doc, enum skip why, const char *detail) {
	struct buf where = {0};

	if (detail)
		add_where(&where, doc);
	coverage_skip(r->job->x->o.coverage, UNIT_MEMBER, why, detail ? buf_cstr(&where) : NULL, detail);
	if (detail)
		r->job->unclean = true;
	buf_free(&where);
}

struct document job_document(const struct document *container, struct slice name) {
	struct document doc = *container; /* place, object, commit, target */

	doc.bytes = slice_of(NULL, 0);
	doc.path = name;
	doc.container = container;
	doc.part = NULL;
	doc.cut = false;
	return doc;
}

struct reading job_reading(struct job *job, unsigned worker) {
	struct expander *x = job->x;

	/* Numbers of helpers are given out when they are free: those may not look so while they wait. */
	return (struct reading){.job = job,
		.worker = worker,
		.chain = {.budget = &x->budget,
			.busy = worker < x->o.threads ? &x->slots[worker].busy : NULL,
			.deadline = &job->account.deadline}};
}

static void open_job(struct job *job, uint64_t packed) {
	account_open(&job->account, job->x->o.limits, job->x->o.stop, packed);
	helpers_open(&job->helpers);
}

/* Says which limit ended it. */
static void close_job(struct reading *r, const struct document *doc) {
	helpers_close(r);
	if (r->job->account.hit != ACCOUNT_NONE)
		job_note(r, doc, account_code(r->job->account.hit), true, account_text(r->job->account.hit));
}

/* Reads an outermost container. False: it gave nothing, so its bytes are a document after all. */
static bool expand(
	struct expander *x, unsigned worker, const struct document *doc, enum packed_kind k, const struct source *src) {
	struct job job = {.x = x};
	struct reading r = job_reading(&job, worker);
	struct document container = *doc;
	bool any;

	locale_t before = uselocale(x->utf8);

	container.bytes = slice_of(NULL, 0);
	open_job(&job, src->bytes.p ? src->bytes.n : src->size);
	if (src->pipe)
		stream_file_count(src->pipe, &job.account.packed);
	any = container_read(&r, &container, 1, k, src);
	close_job(&r, &container);
	uselocale(before);
	x->slots[worker].last = job.unclean ? SLOT_UNCLEAN : any ? SLOT_CLEAN : SLOT_PASSED_ON;
	return any || job.account.hit != ACCOUNT_NONE;
}

static enum packed_kind kind_of(const struct expander *x, struct slice path, struct slice bytes) {
	struct slice tail = slice_sub(bytes, bytes.n > ZIP_TAIL ? bytes.n - ZIP_TAIL : 0, bytes.n);
	enum packed_kind k;

	if (x->o.limits->max_archive_depth == 0)
		return KIND_NONE;
	k = packed_kind_named(path, slice_sub(bytes, 0, KIND_HEAD));
	return k == KIND_NONE && carries_zip(bytes, tail) ? KIND_ZIP : k;
}

/* What nothing here reads is told, and its bytes are matched as they are. */
void job_tell_unread(struct reading *r, const struct document *doc, struct slice head) {
	const char *what = unread_kind_of(head);
	struct buf text = {0};

	if (!what || (doc->part && doc->part->offset))
		return;
	buf_printf(&text, "%s is not read: what it holds was not seen; unpack it and scan that", what);
	job_note(r, doc, "archive-unread", true, buf_cstr(&text));
	buf_free(&text);
}

static bool expand_bytes(struct expander *x, unsigned worker, const struct document *doc) {
	enum packed_kind k = kind_of(x, doc->path, doc->bytes);
	struct source src = {.bytes = doc->bytes, .fd = -1};

	x->slots[worker].last = SLOT_PASSED_ON;
	return k != KIND_NONE && expand(x, worker, doc, k, &src);
}

/* A document that hides its text gives it, beside its own bytes. True: they need not be matched. */
static bool read_paper(struct expander *x, unsigned worker, const struct document *doc) {
	enum paper_kind k = x->o.limits->max_archive_depth > 0 && !doc->part ? paper_kind_of(doc->bytes) : PAPER_NONE;
	struct job job = {.x = x};
	struct reading r = job_reading(&job, worker);
	locale_t before;
	bool covered;

	if (k == PAPER_NONE)
		return false;
	before = uselocale(x->utf8);
	open_job(&job, doc->bytes.n);
	covered = paper_read(&(struct paper){&r, doc, 1}, k);
	close_job(&r, doc);
	uselocale(before);
	if (x->slots[worker].last != SLOT_UNCLEAN)
		x->slots[worker].last = job.unclean ? SLOT_UNCLEAN : covered ? SLOT_CLEAN : SLOT_PASSED_ON;
	return covered;
}

/* Opens what an outermost document carries, after the sink took it. */
static void open_carried(struct expander *x, unsigned worker, const struct document *doc) {
	struct job job = {.x = x};
	struct reading r = job_reading(&job, worker);
	bool left = !x->o.to->left_nothing || !x->o.to->left_nothing(x->o.to->ctx, worker);
	struct carried_list l = {0};
	locale_t before;

	if (x->o.to->carried)
		x->o.to->carried(x->o.to->ctx, worker, &l);
	if (!l.n)
		return;
	before = uselocale(x->utf8);
	open_job(&job, doc->bytes.n);
	job_open_all(&r, doc, &l);
	close_job(&r, doc);
	uselocale(before);
	if (left || job.unclean)
		x->slots[worker].last = SLOT_UNCLEAN;
	else if (x->slots[worker].last == SLOT_PASSED_ON)
		x->slots[worker].last = SLOT_CLEAN;
}

static void pass_outermost(struct expander *x, unsigned worker, const struct document *doc) {
	x->o.to->take(x->o.to->ctx, worker, doc);
	open_carried(x, worker, doc);
}

static void tell_unread(struct expander *x, unsigned worker, const struct document *doc) {
	struct job job = {.x = x};

	if (x->o.limits->max_archive_depth == 0)
		return;
	struct reading r = job_reading(&job, worker);

	job_tell_unread(&r, doc, doc->bytes);
	if (job.unclean)
		x->slots[worker].last = SLOT_UNCLEAN;
}

static void take_now(struct expander *x, unsigned worker, const struct document *doc) {
	struct buf *tried = &x->slots[worker].tried;
	bool again = tried->n && slice_eq(buf_slice(tried), doc->path); /* what was wrong was told */

	buf_clear(tried);
	if (!again && expand_bytes(x, worker, doc))
		return;
	tell_unread(x, worker, doc);
	if (image_wants(doc->path)) {
		struct job job = {.x = x};

		struct reading r = job_reading(&job, worker);

		images_take(x->images, doc, deliver_part, &r);
		if (job.unclean)
			x->slots[worker].last = SLOT_UNCLEAN;
	}
	if (!read_paper(x, worker, doc))
		pass_outermost(x, worker, doc);
}

/* Is a version that comes in parts a container or a document that hides its text? What that is told by is put together first. */
static bool hides_in_parts(const struct expander *x, const struct document *doc, const struct version *v) {
	size_t n = doc->bytes.n;

	version_need(v, 0, KIND_NEAR);
	version_need(v, KIND_MARK, KIND_HEAD);
	if (may_carry_zip(doc->bytes))
		version_need(v, n > ZIP_TAIL ? n - ZIP_TAIL : 0, n);
	version_need(v, KIND_NEAR, paper_kind_looks_at(doc->bytes));
	return kind_of(x, doc->path, doc->bytes) != KIND_NONE || paper_kind_of(doc->bytes) != PAPER_NONE;
}

static void take(void *ctx, unsigned worker, const struct document *doc) {
	struct expander *x = ctx;

	x->slots[worker].busy = true;
	take_now(x, worker, doc);
	x->slots[worker].busy = false;
}

/* Containers are read whole: a delta says little about what they hold. */
static void *take_version(
	void *ctx, unsigned worker, const struct document *doc, const struct version *v, bool keep_state) {
	struct expander *x = ctx;
	void *state = NULL;

	x->slots[worker].busy = true;
	if (v && v->rope && hides_in_parts(x, doc, v))
		version_need(v, 0, doc->bytes.n);
	if (expand_bytes(x, worker, doc) || read_paper(x, worker, doc)) {
		state = keep_state ? &x->container_state : NULL;
	} else {
		if (v && v->base_state == &x->container_state) {
			version_need(v, 0, doc->bytes.n);
			v = NULL;
		}
		state = x->o.to->take_version(x->o.to->ctx, worker, doc, v, keep_state);
		open_carried(x, worker, doc);
	}
	x->slots[worker].busy = false;
	return state;
}

static void release(void *ctx, unsigned worker, void *state) {
	struct expander *x = ctx;

	if (state != &x->container_state)
		x->o.to->release(x->o.to->ctx, worker, state);
}

static bool left_nothing(void *ctx, unsigned worker) {
	struct expander *x = ctx;

	if (x->slots[worker].last != SLOT_PASSED_ON)
		return x->slots[worker].last == SLOT_CLEAN;
	return x->o.to->left_nothing && x->o.to->left_nothing(x->o.to->ctx, worker);
}

static void remember(void *ctx, unsigned worker, const struct object_id *id) {
	struct expander *x = ctx;

	if (x->slots[worker].last == SLOT_PASSED_ON)
		x->o.to->remember(x->o.to->ctx, worker, id);
}

static bool recall(void *ctx, const struct document *doc) {
	struct expander *x = ctx;

	return x->o.to->recall(x->o.to->ctx, doc);
}

/* A file that gave nothing comes again, as bytes. True. */
static bool try_no_more(struct expander *x, unsigned worker, const struct document *doc) {
	buf_clear(&x->slots[worker].tried);
	buf_add_slice(&x->slots[worker].tried, doc->path);
	return true;
}

/* A file too large to be read for nothing. From a pipe comes only what is met in order; a zip may be read so too. */
static bool take_file(
	void *ctx, unsigned worker, const struct document *doc, int fd, bool seekable, uint64_t size, uint64_t *bytes) {
	struct expander *x = ctx;
	struct source src = {.fd = fd, .size = size};
	struct stream *rest, *whole;
	struct buf head = {0}, tail = {0};
	enum packed_kind k = packed_kind_named(doc->path, slice_sub(doc->bytes, 0, KIND_HEAD));
	bool any;

	if (x->o.limits->max_archive_depth == 0)
		return false;
	if (k == KIND_NONE && seekable) {
		ssize_t n;

		buf_reserve(&tail, ZIP_TAIL);
		n = pread(fd, tail.p, ZIP_TAIL, size > ZIP_TAIL ? (off_t)(size - ZIP_TAIL) : 0);
		if (n > 0 && carries_zip(doc->bytes, slice_of(tail.p, (size_t)n)))
			k = KIND_ZIP;
		buf_free(&tail);
	}
	if (k == KIND_NONE || (!seekable && packed_kind_class(k) == CLASS_RANDOM && k != KIND_ZIP))
		return false;
	x->slots[worker].busy = true;
	*bytes = size;
	if (seekable && (packed_kind_class(k) == CLASS_RANDOM || k == KIND_GZIP)) { /* small gzip is read at once */
		any = expand(x, worker, doc, k, &src);
		x->slots[worker].busy = false;
		return any || !try_no_more(x, worker, doc);
	}
	rest = stream_of_file(fd, seekable, seekable ? 0 : doc->bytes.n, size, x->o.stop);
	if (!seekable)
		buf_add_slice(&head, doc->bytes);
	whole = seekable ? rest : stream_with_head(&head, rest);
	src.stream = whole;
	src.pipe = seekable ? NULL : rest;
	any = expand(x, worker, doc, k, &src);
	if (!seekable) { /* what was read can't be read again */
		stream_close(whole);
		any = true;
	}
	x->slots[worker].busy = false;
	*bytes = stream_file_position(rest);
	stream_close(rest);
	return any || !try_no_more(x, worker, doc);
}

unsigned expand_workers(unsigned threads) {
	return threads > 1 ? 2 * threads : 1;
}

struct expander *expand_open(const struct expand_options *o) {
	struct expander *x = mem_alloc(sizeof(*x));

	x->o = *o;
	x->sink = (struct document_sink){x, take, o->to->take_version ? take_version : NULL,
		o->to->release ? release : NULL, left_nothing, NULL, o->to->remember ? remember : NULL,
		o->to->recall ? recall : NULL, take_file};
	x->utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0); /* always there since glibc 2.35 */
	if (x->utf8 == (locale_t)0)
		x->utf8 = LC_GLOBAL_LOCALE;
	x->images = images_new();
	budget_open(&x->budget, &o->limits->max_archive_memory, o->threads, o->stop);
	pthread_mutex_init(&x->lock, NULL);
	x->slots = mem_alloc_n(expand_workers(o->threads), sizeof(*x->slots));
	return x;
}

const struct document_sink *expand_sink(const struct expander *x) {
	return &x->sink;
}

void expand_settle(struct expander *x) {
	images_settle(x->images);
}

bool expand_tell(const struct expander *x, unsigned target, const struct object_id *object, const struct slice *steps,
	unsigned n, struct layer_note *out) {
	return images_tell(x->images, target, object, steps, n, out);
}

void expand_close(struct expander *x) {
	if (!x)
		return;
	for (unsigned i = 0; i < expand_workers(x->o.threads); i++) {
		buf_free(&x->slots[i].piece);
		buf_free(&x->slots[i].tried);
	}
	free(x->slots);
	images_free(x->images);
	budget_close(&x->budget);
	pthread_mutex_destroy(&x->lock);
	if (x->utf8 != LC_GLOBAL_LOCALE)
		freelocale(x->utf8);
	free(x);
}
