/* The walk: one thread lists folders, workers open and read the files found, in batches.
 * Nothing is sorted and nothing is looked at twice: the kind of an entry comes with its name from getdents64(2). */
#include "core/memory.h"
#include "core/vec.h"
#include "scanners/read_facts.h"
#include "scanners/tree/session.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define BATCH_FILES   64
#define BATCH_SHARED  8 /* workers that may take files of one batch: a folder of few big files keeps them all busy */
#define LISTING_BYTES ((size_t)64 << 10)

/* Files to read. It is queued once for each of `holders`; they take files from it until none is left. */
struct batch {
	_Atomic unsigned next, holders;
	unsigned n;
	size_t at[BATCH_FILES + 1]; /* where each path begins in `paths`, each with a NUL behind it */
	/* A symbolic link that somebody wants to know of: behind its path stands where it leads, each with a NUL. */
	enum { NO_LINK, LINK_WITHIN, LINK_OUT } link[BATCH_FILES];
	struct buf paths;
};

/* A folder still to list. */
struct pending {
	char *path; /* relative to the target, "" for the target */
	uint32_t depth;
};

struct walk {
	struct tree *t;
	struct pool *pool;
	unsigned holders;
	struct batch *batch; /* being filled, or NULL */
	VEC(struct pending) todo;
	struct pending folder; /* being listed */
	int fd;		       /* of it */
	struct buf path;       /* of the entry at hand */
	uint64_t seen;	       /* entries not yet told to the coverage */
	char *listing;	       /* LISTING_BYTES */
};

static void read_batch(void *ctx, unsigned worker, void *item) {
	struct tree *t = ctx;
	struct batch *b = item;
	unsigned i;

	while ((i = atomic_fetch_add(&b->next, 1)) < b->n) {
		struct slice path = slice_sub(buf_slice(&b->paths), b->at[i], b->at[i + 1] - 1);

		if (stop_requested(t->env->stop)) {
			tree_skip(t, SKIP_STOPPED, path, NULL);
			continue;
		}

		if (b->link[i] != NO_LINK) {
			size_t n = strlen((const char *)path.p);

			tree_take_link(t, worker, slice_sub(path, 0, n), slice_sub(path, n + 1, path.n),
				b->link[i] == LINK_OUT);
			continue;
		}

		int fd = beneath_open(&t->beneath, (const char *)path.p, O_RDONLY);
		char text[128];

		if (fd >= 0)
			tree_take(t, worker, fd, path);
		else if (errno == ELOOP) /* became a link since it was listed */
			tree_skip(t, SKIP_LINK, path, NULL);
		else if (errno == ENXIO || errno == ENODEV) /* became a socket or device */
			tree_skip(t, SKIP_SPECIAL, path, NULL);
		else
			tree_skip(t, SKIP_UNREADABLE, path,
				errno == ENOENT ? "disappeared during the scan"
						: strerror_r(errno, text, sizeof(text)));
	}
	if (atomic_fetch_sub(&b->holders, 1) == 1) {
		buf_free(&b->paths);
		free(b);
	}
}

static void send_batch(struct walk *w) {
	struct batch *b = w->batch;

	if (!b)
		return;
	w->batch = NULL;
	atomic_store(&b->holders, w->holders);
	for (unsigned i = 0; i < w->holders; i++)
		pool_put(w->pool, b);
}

static struct batch *batch_of(struct walk *w) {
	if (!w->batch)
		w->batch = mem_alloc(sizeof(*w->batch));
	return w->batch;
}

static void end_entry(struct walk *w) {
	struct batch *b = w->batch;

	b->at[++b->n] = b->paths.n;
	if (b->n == BATCH_FILES)
		send_batch(w);
}

static void add_file(struct walk *w) {
	buf_add(&batch_of(w)->paths, buf_cstr(&w->path), w->path.n + 1);
	end_entry(w);
}

static void skip_entry(struct walk *w, enum skip why, const char *detail) {
	tree_skip(w->t, why, buf_slice(&w->path), detail);
}

static void add_link(struct walk *w, const char *name) {
	char to[PATH_MAX];
	ssize_t n = readlinkat(w->fd, name, to, sizeof(to));
	bool inside = n > 0 && beneath_holds_link(&w->t->beneath, w->t->root_path, slice_str(w->folder.path),
				       slice_of(to, (size_t)n));

	skip_entry(w, inside ? SKIP_LINK : SKIP_LINK_OUTSIDE, NULL);
	if (n > 0 && facts_wanted_of_link(buf_slice(&w->path))) {
		struct batch *b = batch_of(w);

		buf_add(&b->paths, buf_cstr(&w->path), w->path.n + 1);
		buf_add(&b->paths, to, (size_t)n);
		buf_add_byte(&b->paths, 0);
		b->link[b->n] = inside ? LINK_WITHIN : LINK_OUT;
		end_entry(w);
	}
}

/* Repository internals are read as history. By convention such a folder is called `.git` or `name.git`; HEAD and
 * objects in it tell it from others of that name. */
static bool is_repository_dir(const struct walk *w, const char *name) {
	char path[NAME_MAX + 16];

	if (!slice_has_suffix(slice_str(name), ".git"))
		return false;
	snprintf(path, sizeof(path), "%s/HEAD", name);
	if (faccessat(w->fd, path, F_OK, AT_SYMLINK_NOFOLLOW) != 0)
		return false;
	snprintf(path, sizeof(path), "%s/objects", name);
	return faccessat(w->fd, path, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

/* A `.git` file of a submodule names a folder below the repository's `modules`, which the git scanner reads. */
static bool is_submodule_of_target(const struct walk *w, const char *name) {
	const struct target *t = w->t->target;
	char text[PATH_MAX + 16], link[64], folder[PATH_MAX], real[PATH_MAX];
	struct buf modules = {0};
	bool is = false;
	ssize_t n = -1;
	int fd = t->git_dir && w->t->env->scope->history ? openat(w->fd, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC) : -1;

	if (fd >= 0) {
		n = read(fd, text, sizeof(text) - 1);
		close(fd);
	}
	if (n <= 8 || strncmp(text, "gitdir: ", 8) != 0)
		return false;
	text[n] = 0;
	text[8 + strcspn(text + 8, "\n")] = 0;
	snprintf(link, sizeof(link), "/proc/self/fd/%d", w->fd);
	ssize_t k = text[8] == '/' ? 0 : readlink(link, folder, sizeof(folder) - 1);
	if (k < 0)
		return false;
	buf_add(&modules, folder, (size_t)k);
	buf_printf(&modules, "%s%s", k ? "/" : "", text + 8);
	if (realpath(buf_cstr(&modules), real)) {
		buf_clear(&modules);
		buf_printf(&modules, "%s/modules/", t->git_dir);
		is = slice_has_prefix(slice_str(real), buf_cstr(&modules));
	}
	buf_free(&modules);
	return is;
}

/* History inside the target that is not the target's own stays unread, which is worth saying. */
static void note_nested(struct walk *w, const char *name) {
	if (w->t->target->is_repository && is_submodule_of_target(w, name))
		return;
	if (!w->t->target->is_repository || !slice_eq(buf_slice(&w->path), slice_str(".git")))
		tree_note(w->t, "nested-repository", false, buf_slice(&w->path),
			"a repository inside the target; name it as a target of its own to read its history");
}

/* True when the folder will be listed, and then its entries are counted in its place. */
static bool add_folder(struct walk *w, const char *name) {
	if (is_repository_dir(w, name)) {
		skip_entry(w, SKIP_GIT_DIR, NULL);
		note_nested(w, name);
		return false;
	}
	if (w->folder.depth >= w->t->env->scope->limits->max_tree_depth) {
		skip_entry(w, SKIP_TOO_DEEP, "deeper than the limit max-tree-depth");
		return false;
	}
	VEC_PUSH(&w->todo, ((struct pending){mem_str(buf_cstr(&w->path)), w->folder.depth + 1}));
	return true;
}

static unsigned char kind_of(const struct walk *w, const struct dirent64 *e) {
	struct stat st;

	if (e->d_type != DT_UNKNOWN)
		return e->d_type;
	if (fstatat(w->fd, e->d_name, &st, AT_SYMLINK_NOFOLLOW) != 0)
		return DT_REG; /* opening it says what is wrong */
	return (unsigned char)IFTODT(st.st_mode);
}

static void add_entry(struct walk *w, const struct dirent64 *e) {
	const struct glob_list *exclude = w->t->env->scope->exclude;
	const char *name = e->d_name;
	bool listed = false;

	if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
		return;

	unsigned char kind = kind_of(w, e);

	buf_clear(&w->path);
	buf_add_str(&w->path, w->folder.path);
	if (w->path.n > 0)
		buf_add_byte(&w->path, '/');
	buf_add_str(&w->path, name);
	if (exclude && glob_list_match(exclude, buf_slice(&w->path), kind == DT_DIR) == GLOB_IGNORED) {
		skip_entry(w, SKIP_CONFIG, NULL);
	} else if (kind == DT_REG) {
		if (strcmp(name, ".git") == 0)
			note_nested(w, name);
		add_file(w);
	} else if (kind == DT_DIR) {
		listed = add_folder(w, name);
	} else if (kind == DT_LNK) {
		add_link(w, name);
	} else {
		skip_entry(w, SKIP_SPECIAL, NULL);
	}
	w->seen += !listed;
}

/* The folder itself is counted only when it, or the rest of it, stays unread. */
static void skip_folder(struct walk *w, enum skip why, const char *detail) {
	w->seen++;
	tree_skip(w->t, why, slice_str(w->folder.path), detail);
}

static void list_folder(struct walk *w) {
	char text[128];
	ssize_t n = -1;

	w->fd = beneath_open(&w->t->beneath, *w->folder.path ? w->folder.path : ".", O_RDONLY | O_DIRECTORY);
	if (w->fd < 0 && (errno == ELOOP || errno == ENOTDIR)) { /* became something else since it was listed */
		skip_folder(w, SKIP_LINK, NULL);
		return;
	}
	while (w->fd >= 0 && (n = getdents64(w->fd, w->listing, LISTING_BYTES)) > 0) {
		for (ssize_t at = 0; at < n;) {
			const struct dirent64 *e = (const struct dirent64 *)(const void *)(w->listing + at);

			at += e->d_reclen;
			add_entry(w, e);
		}
		if (stop_requested(w->t->env->stop))
			break;
	}
	if (n < 0)
		skip_folder(w, SKIP_UNREADABLE,
			errno == ENOENT ? "disappeared during the scan" : strerror_r(errno, text, sizeof(text)));
	else if (n > 0)
		skip_folder(w, SKIP_STOPPED, NULL);
	if (w->fd >= 0)
		close(w->fd);
}

void tree_walk(struct tree *t) {
	unsigned threads = t->env->scope->threads;
	struct walk w = {.t = t, .holders = threads < BATCH_SHARED ? threads : BATCH_SHARED};

	w.listing = mem_alloc(LISTING_BYTES);
	w.pool = pool_new(threads, read_batch, t);
	VEC_PUSH(&w.todo, ((struct pending){mem_str(""), 0}));
	while (w.todo.n > 0) {
		w.folder = w.todo.at[--w.todo.n];
		if (stop_requested(t->env->stop))
			skip_folder(&w, SKIP_STOPPED, NULL);
		else
			list_folder(&w);
		coverage_seen(t->env->coverage, UNIT_FILE, w.seen);
		w.seen = 0;
		free(w.folder.path);
	}
	send_batch(&w);
	pool_finish(w.pool);
	VEC_FREE(&w.todo);
	buf_free(&w.path);
	free(w.listing);
}
