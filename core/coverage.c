/* Counting what was seen, read and skipped, and keeping a bounded, order-independent set of notices.
 * Printing the account is the report's work. */
#include "core/coverage.h"
#include "core/memory.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

/* Codes are static strings of the program, far fewer than this; one more is counted as dropped. */
#define CODES_MAX 64

static const char *const unit_names[UNIT_COUNT] = {
	[UNIT_FILE] = "files",
	[UNIT_BLOB] = "blobs",
	[UNIT_MESSAGE] = "messages",
	[UNIT_INDEX] = "staged-entries",
	[UNIT_META] = "metadata",
	[UNIT_MEMBER] = "members",
};

static const struct {
	const char *name, *text;
	bool incomplete;
} skips[SKIP_COUNT] = {
	[SKIP_UNREADABLE] = {"unreadable", "could not be read", true},
	[SKIP_MISSING] = {"missing", "not in this clone", true},
	[SKIP_CORRUPT] = {"corrupt", "damaged", true},
	[SKIP_TOO_LARGE] = {"too-large", "larger than the limit", true},
	[SKIP_TOO_DEEP] = {"too-deep", "in folders deeper than the limit", true},
	[SKIP_STOPPED] = {"stopped", "not reached before the scan was stopped", true},
	[SKIP_ENCRYPTED] = {"encrypted", "under a password", true},
	[SKIP_LINK_OUTSIDE] = {"link-outside", "symbolic links that leave the target", false},
	[SKIP_LINK] = {"link", "symbolic links inside the target, whose files are read where they are", false},
	[SKIP_SPECIAL] = {"special", "FIFOs, sockets and devices", false},
	[SKIP_GIT_DIR] = {"git-dir", "repository internals", false},
	[SKIP_CONFIG] = {"config", "excluded by configuration", false},
	[SKIP_DUPLICATE] = {"duplicate", "same object as one already read", false},
	[SKIP_EMPTY] = {"empty", "without content", false},
	[SKIP_CACHED] = {"cached", "read by an earlier scan that found nothing in it", false},
};

const char *unit_name(enum unit u) {
	return unit_names[u];
}

const char *skip_name(enum skip s) {
	return skips[s].name;
}

const char *skip_text(enum skip s) {
	return skips[s].text;
}

bool skip_is_incomplete(enum skip s) {
	return skips[s].incomplete;
}

struct counters {
	_Atomic uint64_t seen, read, bytes;
	_Atomic uint64_t skipped[SKIP_COUNT];
};

/* The NOTICE_MAX smallest notices of one code, sorted: which ones are kept does not depend on thread timing. */
struct kept {
	const char *code;
	struct notice at[NOTICE_MAX];
	size_t n;
};

struct coverage {
	struct counters units[UNIT_COUNT];
	_Atomic bool noted_incomplete;
	pthread_mutex_t lock; /* for all below */
	struct kept *codes[CODES_MAX];
	size_t ncodes;
	uint64_t dropped;
	struct notice *all; /* what coverage_notices() handed out last */
};

struct coverage *coverage_new(void) {
	struct coverage *c = mem_alloc(sizeof(*c));

	pthread_mutex_init(&c->lock, NULL);
	return c;
}

static void notice_free(struct notice *n) {
	free((char *)n->where);
	free((char *)n->detail);
}

void coverage_free(struct coverage *c) {
	if (!c)
		return;
	for (size_t i = 0; i < c->ncodes; i++) {
		for (size_t k = 0; k < c->codes[i]->n; k++)
			notice_free(&c->codes[i]->at[k]);
		free(c->codes[i]);
	}
	free(c->all);
	pthread_mutex_destroy(&c->lock);
	free(c);
}

static void add(_Atomic uint64_t *counter, uint64_t n) {
	atomic_fetch_add_explicit(counter, n, memory_order_relaxed);
}

void coverage_seen(struct coverage *c, enum unit u, uint64_t n) {
	add(&c->units[u].seen, n);
}

void coverage_read(struct coverage *c, enum unit u, uint64_t n, uint64_t bytes) {
	add(&c->units[u].read, n);
	add(&c->units[u].bytes, bytes);
}

void coverage_skip(struct coverage *c, enum unit u, enum skip why, const char *where, const char *detail) {
	add(&c->units[u].skipped[why], 1);
	if (where)
		coverage_note(c, skips[why].name, skips[why].incomplete, where, detail);
}

void coverage_restore(struct coverage *c, enum unit u, const struct unit_count *n) {
	add(&c->units[u].seen, n->seen);
	add(&c->units[u].read, n->read);
	add(&c->units[u].bytes, n->bytes);
	for (size_t i = 0; i < SKIP_COUNT; i++)
		add(&c->units[u].skipped[i], n->skipped[i]);
}

void coverage_restore_dropped(struct coverage *c, uint64_t n) {
	pthread_mutex_lock(&c->lock);
	c->dropped += n;
	pthread_mutex_unlock(&c->lock);
}

static int notice_cmp(const struct notice *a, const char *where, const char *detail) {
	int order = strcmp(a->where, where);

	return order ? order : strcmp(a->detail, detail);
}

/* The row of `code`, kept sorted by code; NULL when the table is full. */
static struct kept *row_of(struct coverage *c, const char *code) {
	size_t i = 0;

	while (i < c->ncodes && strcmp(c->codes[i]->code, code) < 0)
		i++;
	if (i < c->ncodes && strcmp(c->codes[i]->code, code) == 0)
		return c->codes[i];
	if (c->ncodes == CODES_MAX)
		return NULL;
	memmove(&c->codes[i + 1], &c->codes[i], (c->ncodes - i) * sizeof(c->codes[0]));
	c->ncodes++;
	c->codes[i] = mem_alloc(sizeof(*c->codes[i]));
	c->codes[i]->code = code;
	return c->codes[i];
}

static bool keep(struct kept *k, const struct notice *n) {
	size_t at = k->n;

	while (at > 0 && notice_cmp(&k->at[at - 1], n->where, n->detail) > 0)
		at--;
	if (at == NOTICE_MAX)
		return false;

	bool full = k->n == NOTICE_MAX;

	if (full)
		notice_free(&k->at[--k->n]);
	memmove(&k->at[at + 1], &k->at[at], (k->n - at) * sizeof(k->at[0]));
	k->at[at] = *n;
	k->at[at].where = mem_str(n->where);
	k->at[at].detail = mem_str(n->detail);
	k->n++;
	return !full;
}

void coverage_note(struct coverage *c, const char *code, bool incomplete, const char *where, const char *detail) {
	struct notice n = {code, where ? where : "", detail ? detail : "", incomplete};

	if (incomplete)
		atomic_store(&c->noted_incomplete, true);
	pthread_mutex_lock(&c->lock);
	struct kept *k = row_of(c, code);
	if (!k || !keep(k, &n))
		c->dropped++;
	pthread_mutex_unlock(&c->lock);
}

struct unit_count coverage_unit(const struct coverage *c, enum unit u) {
	const struct counters *from = &c->units[u];
	struct unit_count to = {
		.seen = atomic_load(&from->seen),
		.read = atomic_load(&from->read),
		.bytes = atomic_load(&from->bytes),
	};

	for (size_t i = 0; i < SKIP_COUNT; i++)
		to.skipped[i] = atomic_load(&from->skipped[i]);
	return to;
}

size_t coverage_notices(struct coverage *c, const struct notice **out) {
	size_t n = 0;

	pthread_mutex_lock(&c->lock);
	for (size_t i = 0; i < c->ncodes; i++)
		n += c->codes[i]->n;
	free(c->all);
	c->all = mem_alloc_n(n, sizeof(*c->all));
	n = 0;
	for (size_t i = 0; i < c->ncodes; i++) {
		memcpy(c->all + n, c->codes[i]->at, c->codes[i]->n * sizeof(*c->all));
		n += c->codes[i]->n;
	}
	*out = c->all;
	pthread_mutex_unlock(&c->lock);
	return n;
}

static const char *covered(const char *text, const char *(*cover)(void *ctx, const char *text), void *ctx) {
	char *to = mem_str(cover(ctx, text));

	free((char *)text);
	return to;
}

void coverage_cover(struct coverage *c, const char *(*cover)(void *ctx, const char *text), void *ctx) {
	pthread_mutex_lock(&c->lock);
	for (size_t i = 0; i < c->ncodes; i++)
		for (size_t k = 0; k < c->codes[i]->n; k++) {
			struct notice *n = &c->codes[i]->at[k];

			n->where = covered(n->where, cover, ctx);
			n->detail = covered(n->detail, cover, ctx);
		}
	pthread_mutex_unlock(&c->lock);
}

uint64_t coverage_notices_dropped(const struct coverage *c) {
	return c->dropped;
}

bool coverage_is_incomplete(const struct coverage *c) {
	if (atomic_load(&c->noted_incomplete))
		return true;
	for (size_t u = 0; u < UNIT_COUNT; u++)
		for (size_t s = 0; s < SKIP_COUNT; s++)
			if (skips[s].incomplete && atomic_load(&c->units[u].skipped[s]) > 0)
				return true;
	return false;
}

static bool reached(const struct coverage *c, enum unit u) {
	return atomic_load(&c->units[u].read) > 0 || atomic_load(&c->units[u].skipped[SKIP_CACHED]) > 0;
}

bool coverage_read_settings_alone(const struct coverage *c) {
	for (unsigned u = 0; u < UNIT_COUNT; u++)
		if (u != UNIT_META && reached(c, (enum unit)u))
			return false;
	return reached(c, UNIT_META);
}

bool coverage_read_nothing(const struct coverage *c) {
	for (unsigned u = 0; u < UNIT_COUNT; u++)
		if (reached(c, (enum unit)u))
			return false;
	return true;
}

bool coverage_reconciles(const struct coverage *c) {
	for (size_t u = 0; u < UNIT_COUNT; u++) {
		struct unit_count n = coverage_unit(c, (enum unit)u);
		uint64_t sum = n.read;

		for (size_t s = 0; s < SKIP_COUNT; s++)
			sum += n.skipped[s];
		if (sum != n.seen)
			return false;
	}
	return true;
}
