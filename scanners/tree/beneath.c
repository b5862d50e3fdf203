/* Opening below a folder and judging symbolic links by hand, without following them.
 * Reading what was opened is read.c's work. */
#include "scanners/tree/beneath.h"
#include "core/buf.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>

#define OPEN_FLAGS (O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC | O_LARGEFILE)

/* MAXSYMLINKS of path_resolution(7) */
#define LINKS_MAX 40

static int call_openat2(int root, const char *path, int flags) {
	struct open_how how = {
		.flags = (uint64_t)(unsigned)(flags | OPEN_FLAGS),
		.resolve = RESOLVE_NO_SYMLINKS | RESOLVE_BENEATH,
	};

	return (int)syscall(SYS_openat2, root, path, &how, sizeof(how));
}

struct beneath beneath_at(int root) {
	/* Not O_PATH: openat2(2) refuses it together with the flags added here. */
	int probe = call_openat2(root, ".", O_RDONLY | O_DIRECTORY);

	if (probe >= 0)
		close(probe);
	return (struct beneath){root, probe >= 0};
}

/* Name by name: for kernels without openat2() and for paths longer than PATH_MAX. */
static int open_stepwise(const struct beneath *b, const char *path, int flags) {
	char name[NAME_MAX + 1];
	int at = b->root;

	for (;;) {
		size_t n = strcspn(path, "/");
		bool last = path[n] == 0;

		if (n > NAME_MAX) {
			if (at != b->root)
				close(at);
			errno = ENAMETOOLONG;
			return -1;
		}
		memcpy(name, path, n);
		name[n] = 0;

		int next = openat(at, name, (last ? flags : O_PATH | O_DIRECTORY) | OPEN_FLAGS);
		int why = errno;

		if (at != b->root)
			close(at);
		errno = why;
		if (next < 0 || last)
			return next;
		at = next;
		path += n + 1;
	}
}

int beneath_open(const struct beneath *b, const char *path, int flags) {
	if (b->has_openat2) {
		int fd = call_openat2(b->root, path, flags);

		if (fd >= 0 || errno != ENAMETOOLONG)
			return fd;
	}
	return open_stepwise(b, path, flags);
}

/* A path being resolved: the names so far, below the root, and the text still to go. */
struct course {
	struct buf at, todo;
	size_t pos; /* in todo */
};

/* Takes the next name; false when none is left. Valid until the course changes. */
static bool take_name(struct course *c, struct slice *name) {
	while (c->pos < c->todo.n && c->todo.p[c->pos] == '/')
		c->pos++;

	size_t from = c->pos;

	while (c->pos < c->todo.n && c->todo.p[c->pos] != '/')
		c->pos++;
	*name = slice_sub(buf_slice(&c->todo), from, c->pos);
	return name->n > 0;
}

/* Goes to the parent; false at the top. */
static bool pop_name(struct buf *at) {
	if (at->n == 0)
		return false;

	const uint8_t *slash = memrchr(at->p, '/', at->n);

	at->n = slash ? (size_t)(slash - at->p) : 0;
	return true;
}

static void push_name(struct buf *at, struct slice name) {
	if (at->n > 0)
		buf_add_byte(at, '/');
	buf_add_slice(at, name);
}

/* Puts `text` in front of what is still to go. */
static void insert_text(struct course *c, struct slice text) {
	struct buf b = {0};

	buf_add_slice(&b, text);
	buf_add_byte(&b, '/');
	buf_add_slice(&b, slice_sub(buf_slice(&c->todo), c->pos, c->todo.n));
	buf_free(&c->todo);
	c->todo = b;
	c->pos = 0;
}

/* What is still to go is an absolute path: turns it, by its text, into a way from the root. False: it is elsewhere. */
static bool restart_at_root(struct course *c, const char *root_path) {
	struct slice root = slice_str(root_path + 1), name; /* without the first '/', as `plain` */
	struct buf plain = {0};

	while (take_name(c, &name)) {
		if (slice_eq(name, slice_str("..")))
			pop_name(&plain);
		else if (!slice_eq(name, slice_str(".")))
			push_name(&plain, name);
	}

	bool inside = root.n == 0 || (plain.n >= root.n && memcmp(plain.p, root.p, root.n) == 0 &&
					     (plain.n == root.n || plain.p[root.n] == '/'));

	buf_clear(&c->at);
	buf_clear(&c->todo);
	c->pos = 0;
	if (inside)
		buf_add_slice(&c->todo, slice_sub(buf_slice(&plain), root.n, plain.n));
	buf_free(&plain);
	return inside;
}

/* `..` at the root: only a path that names the root again comes back. */
static bool climb_above_root(struct course *c, const char *root_path) {
	insert_text(c, slice_str(".."));
	insert_text(c, slice_str(root_path));
	return restart_at_root(c, root_path);
}

bool beneath_holds_link(const struct beneath *b, const char *root_path, struct slice folder, struct slice to) {
	struct course c = {0};
	struct slice name;
	char text[PATH_MAX];
	bool inside = true;
	unsigned links = 1;

	push_name(&c.at, folder);
	insert_text(&c, to);
	if (slice_has_prefix(to, "/"))
		inside = restart_at_root(&c, root_path);
	while (inside && take_name(&c, &name)) {
		if (slice_eq(name, slice_str(".")))
			continue;
		if (slice_eq(name, slice_str(".."))) {
			inside = pop_name(&c.at) || climb_above_root(&c, root_path);
			continue;
		}
		push_name(&c.at, name);

		ssize_t n = readlinkat(b->root, buf_cstr(&c.at), text, sizeof(text));

		if (n <= 0)
			continue; /* not a link, or nothing there */
		if (++links > LINKS_MAX)
			break; /* a loop of links leads nowhere */
		pop_name(&c.at);
		insert_text(&c, slice_of(text, (size_t)n));
		if (text[0] == '/')
			inside = restart_at_root(&c, root_path);
	}
	buf_free(&c.at);
	buf_free(&c.todo);
	return inside;
}
