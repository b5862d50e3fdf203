/* The tree scanner's table, and how one open file becomes a document.
 * Walking folders is walk.c, reading bytes read.c, opening safely beneath.c. */
#include "scanners/tree/tree.h"
#include "core/memory.h"
#include "scanners/tree/session.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* Smaller files are read at once, whatever they are. */
#define OFFERED_FROM (1 << 20)

/* Paths in notices begin with the target, so that they can be opened from where the user stands. */
static void add_where(struct buf *b, const struct tree *t, struct slice path) {
	if (t->target->kind == TARGET_FOLDER && strcmp(t->target->name, ".") != 0) {
		buf_add_str(b, t->target->name);
		if (path.n > 0 && !slice_has_suffix(buf_slice(b), "/"))
			buf_add_byte(b, '/');
	}
	buf_add_slice(b, path);
	if (b->n == 0)
		buf_add_byte(b, '.');
}

void tree_note(struct tree *t, const char *code, bool incomplete, struct slice path, const char *detail) {
	struct buf where = {0};

	add_where(&where, t, path);
	coverage_note(t->env->coverage, code, incomplete, buf_cstr(&where), detail);
	buf_free(&where);
}

void tree_skip(struct tree *t, enum skip why, struct slice path, const char *detail) {
	struct buf where = {0};

	if (detail)
		add_where(&where, t, path);
	coverage_skip(t->env->coverage, UNIT_FILE, why, detail ? buf_cstr(&where) : NULL, detail);
	buf_free(&where);
}

static void skip_errno(struct tree *t, struct slice path, int why) {
	char text[128];

	tree_skip(t, SKIP_UNREADABLE, path, strerror_r(why, text, sizeof(text)));
}

static void note_shortened(struct tree *t, const struct read_result *r, const struct stat *st, struct slice path) {
	struct buf detail = {0};
	char text[128];

	buf_printf(&detail, "only the first %zu bytes were read", r->bytes.n);
	if (r->error) {
		buf_printf(&detail, ": %s", strerror_r(r->error, text, sizeof(text)));
		tree_note(t, skip_name(SKIP_UNREADABLE), true, path, buf_cstr(&detail));
	} else {
		if (S_ISREG(st->st_mode))
			buf_printf(&detail, " of %jd", (intmax_t)st->st_size);
		buf_printf(&detail, "; raise --max-document-size to read more");
		tree_note(t, "limit-document-bytes", true, path, buf_cstr(&detail));
	}
	buf_free(&detail);
}

static struct document document_of(const struct tree *t, struct slice path) {
	return (struct document){
		.place = t->tracked && !tracked_has(t->tracked, path) ? PLACE_UNTRACKED : t->place,
		.path = path,
		.target = t->target->index,
	};
}

static void count_read(struct tree *t, uint64_t bytes) {
	coverage_read(t->env->coverage, UNIT_FILE, 1, bytes);
	atomic_fetch_add_explicit(&t->env->progress->documents, 1, memory_order_relaxed);
	atomic_fetch_add_explicit(&t->env->progress->bytes, bytes, memory_order_relaxed);
}

static void deliver(struct tree *t, unsigned worker, const struct read_result *r, struct slice path) {
	struct document doc = document_of(t, path);

	doc.bytes = r->bytes;
	doc.cut = r->cut || r->stopped || r->error != 0;
	t->env->sink->take(t->env->sink->ctx, worker, &doc);
	count_read(t, r->bytes.n);
}

void tree_take_link(struct tree *t, unsigned worker, struct slice path, struct slice to, bool leads_out) {
	struct document doc = document_of(t, path);

	doc.bytes = to;
	doc.only_facts = true;
	doc.is_link = true;
	doc.leads_out = leads_out;
	t->env->sink->take(t->env->sink->ctx, worker, &doc);
}

/* Large files and pipes are offered with their first bytes: a container is read from where it is. True: it was taken. Else *have bytes
 * came out of a pipe and are in the worker's buffer. */
static bool offer(struct tree *t, unsigned worker, int fd, const struct stat *st, struct slice path, size_t *have) {
	const struct document_sink *sink = t->env->sink;
	struct document doc = document_of(t, path);
	bool seekable = S_ISREG(st->st_mode) && (t->place != PLACE_STDIN || lseek(fd, 0, SEEK_CUR) == 0);
	uint64_t bytes = 0;

	*have = 0;
	if (!sink->take_file || (S_ISREG(st->st_mode) && (st->st_size < OFFERED_FROM || !seekable)))
		return false;

	struct read_result r = read_start(fd, st, t->env->stop, &t->buffers[worker]);

	doc.bytes = r.bytes;
	*have = seekable ? 0 : r.bytes.n;
	if (r.bytes.n < READ_START || r.stopped || r.error)
		return false;
	if (!sink->take_file(
		    sink->ctx, worker, &doc, fd, seekable, seekable ? (uint64_t)st->st_size : UINT64_MAX, &bytes))
		return false;
	count_read(t, bytes);
	return true;
}

void tree_take(struct tree *t, unsigned worker, int fd, struct slice path) {
	const struct limits *limits = t->env->scope->limits;
	struct read_buffer *buffer = &t->buffers[worker];
	struct stat st;
	size_t have;

	if (fstat(fd, &st) != 0) {
		skip_errno(t, path, errno);
	} else if (!S_ISREG(st.st_mode) && t->place != PLACE_STDIN) {
		tree_skip(t, SKIP_SPECIAL, path, NULL);
	} else if (!offer(t, worker, fd, &st, path, &have)) {
		uint64_t held = read_budget_take(&t->budget, read_expected(&st, limits));
		struct read_result r = read_content(fd, &st, limits, t->env->stop, buffer, have);

		if (r.stopped && (t->place != PLACE_STDIN || r.bytes.n == 0)) {
			tree_skip(t, SKIP_STOPPED, path, NULL);
		} else if (r.bytes.n == 0 && !r.cut) {
			if (r.error)
				skip_errno(t, path, r.error);
			else
				tree_skip(t, SKIP_EMPTY, path, NULL);
		} else {
			if (r.stopped) /* what came of a stream so far can't be read again */
				tree_note(t, skip_name(SKIP_STOPPED), true, path, "interrupted before its end");
			else if (r.cut || r.error)
				note_shortened(t, &r, &st, path);
			deliver(t, worker, &r, path);
		}
		read_budget_return(&t->budget, buffer, held);
	}
	close(fd);
}

/* Standard input or a named file. Links are followed here: the user named it. */
static void read_single(struct tree *t) {
	struct slice path = slice_str(t->target->name);
	int fd;

	coverage_seen(t->env->coverage, UNIT_FILE, 1);
	if (t->place == PLACE_STDIN)
		fd = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3);
	else
		fd = open(t->target->name, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	while (slice_has_prefix(path, "./"))
		path = slice_sub(path, 2, path.n);
	if (fd < 0)
		skip_errno(t, path, errno);
	else
		tree_take(t, 0, fd, path);
}

static bool tree_accepts(const struct target *t, const struct scan_scope *s) {
	if (t->kind == TARGET_FOLDER)
		return s->worktree && !t->is_bare;
	return !s->staged && !s->since && !s->range; /* a file alone has neither index nor history */
}

static void tree_close(void *session) {
	struct tree *t = session;

	for (unsigned i = 0; i < t->env->scope->threads; i++)
		read_buffer_free(&t->buffers[i]);
	read_budget_destroy(&t->budget);
	if (t->root >= 0)
		close(t->root);
	tracked_free(t->tracked);
	free(t->root_path);
	free(t->buffers);
	free(t);
}

static int tree_open(const struct target *target, const struct scan_env *env, void **session, struct error *err) {
	struct tree *t = mem_alloc(sizeof(*t));

	t->target = target;
	t->env = env;
	t->root = -1;
	t->place = target->kind == TARGET_STDIN ? PLACE_STDIN : target->is_repository ? PLACE_WORKTREE : PLACE_FILE;
	t->buffers = mem_alloc_n(env->scope->threads, sizeof(*t->buffers));
	read_budget_init(&t->budget, env->scope->limits->max_document_bytes);
	if (target->kind == TARGET_FOLDER) {
		t->root = open(target->name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		t->root_path = t->root < 0 ? NULL : realpath(target->name, NULL);
		if (!t->root_path) {
			error_errno(err, "cannot open folder %s", target->name);
			tree_close(t);
			return -1;
		}
		t->beneath = beneath_at(t->root);
		if (target->is_repository && target->git_dir)
			t->tracked = tracked_load(target);
	}
	*session = t;
	return 0;
}

static int tree_read(void *session, struct error *err) {
	struct tree *t = session;

	(void)err; /* trouble with a folder or file is a skip */
	if (t->tracked)
		tracked_note_absent(t->tracked, t->target, t->env->coverage);
	if (t->target->kind == TARGET_FOLDER)
		tree_walk(t);
	else
		read_single(t);
	return 0;
}

const struct scanner tree_scanner = {
	.name = "tree",
	.accepts = tree_accepts,
	.open = tree_open,
	.read = tree_read,
	.close = tree_close,
};
