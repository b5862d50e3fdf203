/* The tree scanner on folders made to break it: links, loops, FIFOs, holes, odd names, depth, changes meanwhile.
 * What a target is, is tested in scanners_target.c. */
#include "core/map.h"
#include "core/memory.h"
#include "scanners/tree/beneath.h"
#include "scanners/tree/tree.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

/* A temporary folder with the target `t` and, beside it, `outside`. */
struct place_on_disk {
	char top[32], root[40];
	int fd; /* of root */
};

static int make_folders(void **state) {
	struct place_on_disk *d = mem_alloc(sizeof(*d));
	char outside[48];

	strcpy(d->top, "/tmp/nhiscan-tree-XXXXXX");
	assert_non_null(mkdtemp(d->top));
	assert_int_equal(chmod(d->top, 0755), 0);
	snprintf(d->root, sizeof(d->root), "%s/t", d->top);
	snprintf(outside, sizeof(outside), "%s/outside", d->top);
	assert_int_equal(mkdir(d->root, 0755), 0);
	assert_int_equal(mkdir(outside, 0755), 0);
	d->fd = open(d->root, O_RDONLY | O_DIRECTORY);
	*state = d;
	return 0;
}

static int remove_folders(void **state) {
	struct place_on_disk *d = *state;
	char command[64];

	snprintf(command, sizeof(command), "rm -rf -- %s", d->top);
	close(d->fd);
	free(d);
	return system(command);
}

static void put(const struct place_on_disk *d, const char *path, const char *text) {
	int fd = openat(d->fd, path, O_WRONLY | O_CREAT | O_TRUNC, 0644);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
}

static void put_at(int fd, off_t at, const char *text) {
	assert_int_equal(pwrite(fd, text, strlen(text), at), strlen(text));
}

static void put_folder(const struct place_on_disk *d, const char *path) {
	assert_int_equal(mkdirat(d->fd, path, 0755), 0);
}

static void put_link(const struct place_on_disk *d, const char *path, const char *to) {
	assert_int_equal(symlinkat(to, d->fd, path), 0);
}

/* One scan and what came of it. */
struct scan {
	struct limits limits;
	struct scan_scope scope;
	struct target target;
	struct stop_flag stop;
	struct progress progress;
	struct coverage *coverage;
	pthread_mutex_t lock;
	struct map docs; /* path -> copy of the bytes, a struct slice in `memory` */
	struct arena memory;
	_Atomic int busy[8], overlaps, cut, stop_after;
	enum place place; /* of the last document */
};

static void take(void *ctx, unsigned worker, const struct document *doc) {
	struct scan *s = ctx;

	assert_true(worker < s->scope.threads);
	atomic_fetch_add(&s->overlaps, atomic_fetch_add(&s->busy[worker], 1));
	pthread_mutex_lock(&s->lock);
	bool added;
	struct map_entry *e = map_put(&s->docs, doc->path, &added);
	struct slice *copy = ARENA_NEW(&s->memory, struct slice);
	*copy = arena_copy(&s->memory, doc->bytes);
	e->value.ptr = copy;
	assert_true(added);
	s->cut += doc->cut;
	s->place = doc->place;
	pthread_mutex_unlock(&s->lock);
	if (s->stop_after > 0 && atomic_fetch_sub(&s->stop_after, 1) == 1)
		stop_request(&s->stop);
	atomic_fetch_sub(&s->busy[worker], 1);
}

static void prepare(struct scan *s, const char *name, enum target_kind kind) {
	*s = (struct scan){.limits = limits_default(), .target = {.name = name, .kind = kind}};
	s->scope = (struct scan_scope){.worktree = true, .threads = 2};
	s->coverage = coverage_new();
	pthread_mutex_init(&s->lock, NULL);
}

static void run(struct scan *s) {
	struct document_sink sink = {.ctx = s, .take = take};
	struct scan_env env = {&s->scope, s->coverage, &s->stop, &s->progress, &sink};
	struct error err = {0};
	void *session;

	s->scope.limits = &s->limits;
	assert_true(tree_scanner.accepts(&s->target, &s->scope));
	assert_int_equal(tree_scanner.open(&s->target, &env, &session, &err), 0);
	assert_int_equal(tree_scanner.read(session, &err), 0);
	tree_scanner.close(session);
	assert_true(coverage_reconciles(s->coverage));
	assert_int_equal(s->overlaps, 0);
	assert_int_equal(s->docs.n, coverage_unit(s->coverage, UNIT_FILE).read);
	assert_int_equal(s->docs.n, s->progress.documents);
}

static void discard(struct scan *s) {
	coverage_free(s->coverage);
	map_free(&s->docs);
	arena_free(&s->memory);
	pthread_mutex_destroy(&s->lock);
}

static uint64_t skipped(const struct scan *s, enum skip why) {
	return coverage_unit(s->coverage, UNIT_FILE).skipped[why];
}

static void assert_doc(const struct scan *s, const char *path, const char *text) {
	struct map_entry *e = map_get(&s->docs, slice_str(path));

	if (!e)
		fail_msg("%s was not read", path);
	else
		assert_true(slice_eq(*(struct slice *)e->value.ptr, slice_str(text)));
}

static bool has_notice(struct scan *s, const char *code, const char *where_end) {
	const struct notice *n;
	size_t count = coverage_notices(s->coverage, &n);

	for (size_t i = 0; i < count; i++)
		if (strcmp(n[i].code, code) == 0 && slice_has_suffix(slice_str(n[i].where), where_end))
			return true;
	return false;
}

static void ordinary_and_odd_names_are_read(void **state) {
	struct place_on_disk *d = *state;
	struct scan s;

	put(d, "a", "1");
	put_folder(d, "sub");
	put(d, "sub/new\nline", "2");
	put(d, "sub/\xff\xfe", "3");
	put(d, ".hidden", "4");
	put(d, ".gitignore", "ignored\n");
	put(d, "ignored", "secrets hide here");
	put(d, "empty", "");
	put_folder(d, "nothing");
	prepare(&s, d->root, TARGET_FOLDER);
	run(&s);
	assert_int_equal(s.docs.n, 6);
	assert_doc(&s, "a", "1");
	assert_doc(&s, "sub/new\nline", "2");
	assert_doc(&s, "sub/\xff\xfe", "3");
	assert_doc(&s, ".hidden", "4");
	assert_doc(&s, "ignored", "secrets hide here");
	assert_int_equal(skipped(&s, SKIP_EMPTY), 1);
	assert_int_equal(coverage_unit(s.coverage, UNIT_FILE).seen, 7);
	assert_false(coverage_is_incomplete(s.coverage));
	assert_int_equal(s.place, PLACE_FILE);
	assert_int_equal(s.progress.bytes, coverage_unit(s.coverage, UNIT_FILE).bytes);
	discard(&s);
}

static void links_are_never_followed(void **state) {
	struct place_on_disk *d = *state;
	char absolute[64];
	struct scan s;

	put(d, "real", "1");
	put_folder(d, "sub");
	put(d, "sub/x", "2");
	put(d, "../outside/secret", "3");
	put_link(d, "to-file", "real");
	put_link(d, "to-folder", "sub");
	put_link(d, "dangling", "sub/none");
	put_link(d, "to-self", "to-self");
	put_link(d, "ping", "pong");
	put_link(d, "pong", "ping");
	put_link(d, "sub/loop", "..");
	put_link(d, "sub/round", "../../t/real");
	put_link(d, "sub/chain", "../to-folder/x");
	snprintf(absolute, sizeof(absolute), "%s/sub/../real", d->root);
	put_link(d, "absolute", absolute);
	put_link(d, "out-file", "../outside/secret");
	put_link(d, "out-folder", "../outside");
	put_link(d, "sub/out", "../../outside/none");
	put_link(d, "out-absolute", "/etc/passwd");
	put_link(d, "hop", "out-folder/secret");
	snprintf(absolute, sizeof(absolute), "%s-not", d->root);
	put_link(d, "out-similar", absolute);
	prepare(&s, d->root, TARGET_FOLDER);
	run(&s);
	assert_int_equal(s.docs.n, 2);
	assert_int_equal(skipped(&s, SKIP_LINK), 10);
	assert_int_equal(skipped(&s, SKIP_LINK_OUTSIDE), 6);
	assert_false(coverage_is_incomplete(s.coverage));
	discard(&s);
}

static void special_files_do_not_block(void **state) {
	struct place_on_disk *d = *state;
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int s_fd = socket(AF_UNIX, SOCK_STREAM, 0);
	struct scan s;

	put(d, "a", "1");
	assert_int_equal(mkfifoat(d->fd, "fifo", 0644), 0);
	snprintf(address.sun_path, sizeof(address.sun_path), "%s/socket", d->root);
	assert_int_equal(bind(s_fd, (struct sockaddr *)&address, sizeof(address)), 0);
	prepare(&s, d->root, TARGET_FOLDER);
	run(&s);
	assert_int_equal(s.docs.n, 1);
	assert_int_equal(skipped(&s, SKIP_SPECIAL), 2);
	discard(&s);
	close(s_fd);
}

static void holes_cost_nothing_and_lose_nothing(void **state) {
	struct place_on_disk *d = *state;
	int fd = openat(d->fd, "sparse", O_RDWR | O_CREAT, 0644);
	struct scan s;

	put_at(fd, (off_t)9 << 30, "behind the hole");
	put_at(fd, 0, "front");
	assert_int_equal(ftruncate(fd, (off_t)10 << 30), 0);
	close(fd);
	fd = openat(d->fd, "all-hole", O_RDWR | O_CREAT, 0644);
	assert_int_equal(ftruncate(fd, (off_t)10 << 30), 0);
	close(fd);
	prepare(&s, d->root, TARGET_FOLDER);
	run(&s);
	assert_int_equal(s.docs.n, 1);
	assert_int_equal(skipped(&s, SKIP_EMPTY), 1);
	struct slice bytes = *(struct slice *)s.docs.entries[0].value.ptr;
	assert_true(bytes.n < 1 << 20);
	assert_true(slice_has_prefix(bytes, "front"));
	ptrdiff_t at = slice_find(bytes, slice_str("behind the hole"));
	assert_true(at > 4096);
	for (ptrdiff_t i = 5; i < at; i++)
		assert_int_equal(bytes.p[i], 0);
	assert_false(coverage_is_incomplete(s.coverage));
	discard(&s);
}

static void files_over_the_limit_are_cut_and_said_so(void **state) {
	struct place_on_disk *d = *state;
	static const struct {
		uint64_t limit;
		size_t n;
		int cut;
	} rows[] = {{5, 5, 0}, {4, 4, 1}, {1, 1, 1}, {6, 5, 0}};
	int fd = openat(d->fd, "sparse", O_RDWR | O_CREAT, 0644);
	struct scan s;

	put(d, "five", "12345");
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char name[64];

		snprintf(name, sizeof(name), "%s/five", d->root);
		prepare(&s, name, TARGET_FILE);
		s.limits.max_document_bytes = rows[i].limit;
		run(&s);
		assert_int_equal(s.cut, rows[i].cut);
		assert_int_equal(coverage_unit(s.coverage, UNIT_FILE).bytes, rows[i].n);
		assert_int_equal(has_notice(&s, "limit-document-bytes", "/five"), rows[i].cut);
		assert_int_equal(coverage_is_incomplete(s.coverage), rows[i].cut);
		discard(&s);
	}
	for (int i = 0; i < 64; i++) /* extents of a block each */
		put_at(fd, (off_t)i << 20, "data");
	close(fd);
	prepare(&s, d->root, TARGET_FOLDER);
	s.limits.max_document_bytes = 100000;
	run(&s);
	assert_int_equal(s.cut, 1);
	assert_int_equal(coverage_unit(s.coverage, UNIT_FILE).bytes, 100000 + 5);
	assert_true(has_notice(&s, "limit-document-bytes", "/sparse"));
	discard(&s);
}

/* Sizes around every buffer and read boundary, compared byte by byte. */
static void big_files_arrive_whole(void **state) {
	struct place_on_disk *d = *state;
	static const size_t sizes[] = {
		1, 4095, 4096, 65536, 1 << 20, (4 << 20) + 1, (17 << 20) + 3, (64 << 20) - 1, 64 << 20, (65 << 20) + 7};
	const size_t files = sizeof(sizes) / sizeof(sizes[0]);
	uint8_t *bytes = mem_alloc(66 << 20);
	char name[32];
	struct scan s;

	for (size_t i = 0; i < 66 << 20; i++)
		bytes[i] = (uint8_t)(i * 2654435761u >> 13);
	for (size_t i = 0; i < files; i++) {
		snprintf(name, sizeof(name), "%zu", sizes[i]);
		int fd = openat(d->fd, name, O_WRONLY | O_CREAT, 0644);
		assert_int_equal(write(fd, bytes, sizes[i]), sizes[i]);
		close(fd);
	}
	prepare(&s, d->root, TARGET_FOLDER);
	s.limits.max_document_bytes = 70 << 20; /* two big files don't fit into the budget at once */
	run(&s);
	assert_int_equal(s.docs.n, files);
	for (size_t i = 0; i < files; i++) {
		snprintf(name, sizeof(name), "%zu", sizes[i]);
		struct map_entry *e = map_get(&s.docs, slice_str(name));
		assert_non_null(e);
		assert_true(slice_eq(*(struct slice *)e->value.ptr, slice_of(bytes, sizes[i])));
	}
	assert_int_equal(s.cut, 0);
	discard(&s);
	free(bytes);
}

/* Runs `f` as nobody, since root reads everything. */
static void as_nobody(struct place_on_disk *d, void (*f)(struct place_on_disk *d)) {
	int status = 0;
	pid_t child = fork();

	if (child == 0) {
		if (getuid() == 0 && (setgid(65534) != 0 || setuid(65534) != 0))
			_exit(77);
		f(d);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

static void require(bool claim, int code) {
	if (!claim)
		_exit(code);
}

static void scan_unreadable(struct place_on_disk *d) {
	struct scan s;

	prepare(&s, d->root, TARGET_FOLDER);
	run(&s);
	require(s.docs.n == 2, 1);
	require(skipped(&s, SKIP_UNREADABLE) == 2, 2);
	require(has_notice(&s, "unreadable", "/t/closed"), 3);
	require(has_notice(&s, "unreadable", "/t/closed-folder"), 4);
	require(coverage_is_incomplete(s.coverage), 5);
	discard(&s);
}

static void unreadable_files_and_folders_do_not_end_the_scan(void **state) {
	struct place_on_disk *d = *state;

	put(d, "a", "1");
	put(d, "z", "2");
	put(d, "closed", "3");
	put_folder(d, "closed-folder");
	put(d, "closed-folder/x", "4");
	assert_int_equal(fchmodat(d->fd, "closed", 0, 0), 0);
	assert_int_equal(fchmodat(d->fd, "closed-folder", 0, 0), 0);
	as_nobody(d, scan_unreadable);
}

/* `depth` folders inside each other, each with a file `f`; the path grows beyond PATH_MAX. */
static void put_deep(struct place_on_disk *d, int depth, const char *name) {
	int at = dup(d->fd);

	for (int i = 0; i < depth; i++) {
		assert_int_equal(mkdirat(at, name, 0755), 0);
		int next = openat(at, name, O_RDONLY | O_DIRECTORY);
		assert_true(next >= 0);
		close(at);
		at = next;
		int fd = openat(at, "f", O_WRONLY | O_CREAT, 0644);
		assert_int_equal(write(fd, "x", 1), 1);
		close(fd);
	}
	close(at);
}

static void depth_is_bounded_and_said_so(void **state) {
	struct place_on_disk *d = *state;
	char name[101];
	struct scan s;

	memset(name, 'd', 100);
	name[100] = 0;
	put_deep(d, 260, name);
	prepare(&s, d->root, TARGET_FOLDER);
	run(&s);
	assert_int_equal(s.docs.n, 256);
	assert_int_equal(skipped(&s, SKIP_TOO_DEEP), 1);
	assert_true(coverage_is_incomplete(s.coverage));
	discard(&s);
	prepare(&s, d->root, TARGET_FOLDER);
	s.limits.max_tree_depth = 1000;
	run(&s);
	assert_int_equal(s.docs.n, 260);
	assert_false(coverage_is_incomplete(s.coverage));
	discard(&s);
}

static void exclusion_is_counted_once_for_each_file_and_folder(void **state) {
	struct place_on_disk *d = *state;
	struct arena a = {0};
	struct scan s;

	put(d, "a.log", "1");
	put(d, "a.txt", "2");
	put_folder(d, "vendor");
	put(d, "vendor/x", "3");
	put(d, "vendor/y", "4");
	put_folder(d, "src");
	put(d, "src/vendor", "5");
	put(d, "src/keep.log", "6");
	prepare(&s, d->root, TARGET_FOLDER);
	s.scope.exclude = glob_list_parse(&a, slice_str("*.log\n!keep.log\nvendor/\n"));
	run(&s);
	assert_int_equal(s.docs.n, 3);
	assert_doc(&s, "a.txt", "2");
	assert_doc(&s, "src/vendor", "5");
	assert_doc(&s, "src/keep.log", "6");
	assert_int_equal(skipped(&s, SKIP_CONFIG), 2);
	assert_int_equal(coverage_unit(s.coverage, UNIT_FILE).seen, 5);
	discard(&s);
	arena_free(&a);
}

static void repository_internals_are_left_to_history(void **state) {
	struct place_on_disk *d = *state;
	static const char *const repositories[] = {".git", "lib/.git", "mirror.git"};
	char path[64];
	struct scan s;

	put_folder(d, "lib");
	for (size_t i = 0; i < 3; i++) {
		put_folder(d, repositories[i]);
		snprintf(path, sizeof(path), "%s/HEAD", repositories[i]);
		put(d, path, "ref: refs/heads/main\n");
		snprintf(path, sizeof(path), "%s/objects", repositories[i]);
		put_folder(d, path);
	}
	put_folder(d, "fake.git");
	put(d, "fake.git/HEAD", "no repository");
	put_folder(d, "module");
	put(d, "module/.git", "gitdir: ../.git/modules/module\n");
	prepare(&s, d->root, TARGET_FOLDER);
	s.target.is_repository = true;
	run(&s);
	assert_int_equal(s.place, PLACE_WORKTREE);
	assert_int_equal(s.docs.n, 2);
	assert_int_equal(skipped(&s, SKIP_GIT_DIR), 3);
	assert_false(has_notice(&s, "nested-repository", "/t/.git"));
	assert_true(has_notice(&s, "nested-repository", "/t/lib/.git"));
	assert_true(has_notice(&s, "nested-repository", "/t/mirror.git"));
	assert_true(has_notice(&s, "nested-repository", "/t/module/.git"));
	assert_false(coverage_is_incomplete(s.coverage));
	discard(&s);
}

static void threads_do_not_show(void **state) {
	struct place_on_disk *d = *state;
	char path[64], text[64];
	struct scan one, four;

	for (int i = 0; i < 2000; i++) {
		snprintf(path, sizeof(path), "d%d", i / 150);
		if (i % 150 == 0)
			put_folder(d, path);
		snprintf(path, sizeof(path), "d%d/%d", i / 150, i);
		snprintf(text, sizeof(text), "%.*s", i % 50, "a text of which each file has a part, some of them none");
		put(d, path, text);
	}
	prepare(&one, d->root, TARGET_FOLDER);
	one.scope.threads = 1;
	run(&one);
	prepare(&four, d->root, TARGET_FOLDER);
	four.scope.threads = 4;
	run(&four);
	assert_int_equal(one.docs.n, four.docs.n);
	assert_int_equal(one.docs.n, 1960);
	for (size_t i = 0; i < one.docs.n; i++) {
		struct map_entry *e = map_get(&four.docs, one.docs.entries[i].key);

		assert_non_null(e);
		assert_true(slice_eq(*(struct slice *)e->value.ptr, *(struct slice *)one.docs.entries[i].value.ptr));
	}
	discard(&one);
	discard(&four);
}

static void stopping_leaves_counts_that_add_up(void **state) {
	struct place_on_disk *d = *state;
	char path[64];
	struct scan s;

	for (int i = 0; i < 1000; i++) {
		snprintf(path, sizeof(path), "d%d", i / 10);
		if (i % 10 == 0)
			put_folder(d, path);
		snprintf(path, sizeof(path), "d%d/%d", i / 10, i);
		put(d, path, "x");
	}
	prepare(&s, d->root, TARGET_FOLDER);
	s.stop_after = 5;
	run(&s);
	assert_true(s.docs.n >= 5 && s.docs.n < 1000);
	assert_true(skipped(&s, SKIP_STOPPED) > 0);
	assert_true(coverage_is_incomplete(s.coverage));
	discard(&s);
}

struct swapping {
	struct place_on_disk *d;
	_Atomic bool done;
};

/* Swaps a folder for a link to the outside and back, as fast as it can. */
static void *swap(void *arg) {
	struct swapping *w = arg;

	while (!w->done) {
		renameat2(w->d->fd, "victim", w->d->fd, "link", RENAME_EXCHANGE);
		renameat2(w->d->fd, "f0", w->d->fd, "link-file", RENAME_EXCHANGE);
	}
	return NULL;
}

static void a_tree_that_changes_never_leads_outside(void **state) {
	struct place_on_disk *d = *state;
	struct swapping w = {.d = d};
	pthread_t thread;
	char path[64];

	put_folder(d, "victim");
	for (int i = 0; i < 50; i++) {
		snprintf(path, sizeof(path), "f%d", i);
		put(d, path, "inside");
		snprintf(path, sizeof(path), "victim/f%d", i);
		put(d, path, "inside");
		snprintf(path, sizeof(path), "../outside/f%d", i);
		put(d, path, "OUTSIDE");
	}
	put_link(d, "link", "../outside");
	put_link(d, "link-file", "../outside/f0");
	assert_int_equal(pthread_create(&thread, NULL, swap, &w), 0);
	for (int round = 0; round < 200; round++) {
		struct scan s;

		prepare(&s, d->root, TARGET_FOLDER);
		run(&s);
		for (size_t i = 0; i < s.docs.n; i++)
			assert_true(slice_eq(*(struct slice *)s.docs.entries[i].value.ptr, slice_str("inside")));
		discard(&s);
	}
	w.done = true;
	pthread_join(thread, NULL);
}

/* Kernels without openat2(), and paths beyond PATH_MAX, take this way. */
static void stepwise_opening_equals_openat2(void **state) {
	struct place_on_disk *d = *state;
	struct beneath b = beneath_at(d->fd), stepwise = {d->fd, false};
	static const char *const paths[] = {
		"a", "sub/x", "sub", ".", "none", "sub/none", "a/x", "link", "to-sub/x", "fifo"};

	put(d, "a", "1");
	put_folder(d, "sub");
	put(d, "sub/x", "2");
	put_link(d, "link", "a");
	put_link(d, "to-sub", "sub");
	assert_int_equal(mkfifoat(d->fd, "fifo", 0644), 0);
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		int x = beneath_open(&b, paths[i], O_RDONLY), y = beneath_open(&stepwise, paths[i], O_RDONLY);
		struct stat sx, sy;

		assert_int_equal(x >= 0, y >= 0);
		assert_int_equal(x >= 0, i < 4 || i == 9);
		if (x >= 0) {
			assert_int_equal(fstat(x, &sx) | fstat(y, &sy), 0);
			assert_int_equal(sx.st_ino, sy.st_ino);
			close(x);
			close(y);
		}
	}
}

/* Gives the scan `text` as standard input, through a pipe. */
static void run_stdin(struct scan *s, const char *text, size_t n) {
	int ends[2], before = dup(STDIN_FILENO);
	pid_t child;

	assert_int_equal(pipe(ends), 0);
	child = fork();
	if (child == 0) {
		close(ends[0]);
		while (n > 0) {
			ssize_t written = write(ends[1], text, n < 1000 ? n : 1000);

			if (written < 0)
				break;
			text += written;
			n -= (size_t)written;
		}
		_exit(0);
	}
	close(ends[1]);
	assert_true(fcntl(ends[0], F_SETFL, O_NONBLOCK) == 0); /* as left by whoever shares it */
	dup2(ends[0], STDIN_FILENO);
	close(ends[0]);
	run(s);
	dup2(before, STDIN_FILENO);
	close(before);
	waitpid(child, NULL, 0);
}

static void standard_input_is_one_document(void **state) {
	size_t n = 1000000;
	char *text = mem_alloc(n + 1);
	struct scan s;

	(void)state;
	for (size_t i = 0; i < n; i++)
		text[i] = (char)('a' + i % 23);
	prepare(&s, "-", TARGET_STDIN);
	run_stdin(&s, text, n);
	assert_doc(&s, "-", text);
	assert_int_equal(s.place, PLACE_STDIN);
	discard(&s);
	prepare(&s, "-", TARGET_STDIN);
	run_stdin(&s, "", 0);
	assert_int_equal(skipped(&s, SKIP_EMPTY), 1);
	assert_true(coverage_read_nothing(s.coverage));
	discard(&s);
	prepare(&s, "-", TARGET_STDIN);
	s.limits.max_document_bytes = 1000;
	run_stdin(&s, text, n);
	assert_int_equal(s.cut, 1);
	assert_int_equal(coverage_unit(s.coverage, UNIT_FILE).bytes, 1000);
	discard(&s);
	free(text);
}

static void a_named_file_keeps_its_name(void **state) {
	struct place_on_disk *d = *state;
	struct scan s;
	char missing[64];
	int here = open(".", O_RDONLY | O_DIRECTORY);

	put(d, "named", "1");
	assert_int_equal(fchdir(d->fd), 0);
	prepare(&s, "./named", TARGET_FILE);
	run(&s);
	assert_int_equal(fchdir(here), 0);
	close(here);
	assert_doc(&s, "named", "1");
	discard(&s);
	snprintf(missing, sizeof(missing), "%s/gone", d->root);
	prepare(&s, missing, TARGET_FILE);
	run(&s);
	assert_int_equal(skipped(&s, SKIP_UNREADABLE), 1);
	assert_true(has_notice(&s, "unreadable", "/gone"));
	discard(&s);
	prepare(&s, "/proc/self/status", TARGET_FILE); /* content without a size */
	run(&s);
	assert_int_equal(s.docs.n, 1);
	discard(&s);
}

static void a_folder_that_is_gone_is_an_error(void **state) {
	struct scan s;
	struct scan_env env = {&s.scope, NULL, &s.stop, &s.progress, NULL};
	struct error err = {0};
	void *session;

	(void)state;
	prepare(&s, "/nonexistent/folder", TARGET_FOLDER);
	s.scope.limits = &s.limits;
	assert_int_equal(tree_scanner.open(&s.target, &env, &session, &err), -1);
	assert_int_equal(err.kind, ERR_IO);
	s.scope.worktree = false;
	assert_false(tree_scanner.accepts(&s.target, &s.scope));
	discard(&s);
}

#define ON_DISK(f) cmocka_unit_test_setup_teardown(f, make_folders, remove_folders)

int main(void) {
	const struct CMUnitTest tests[] = {
		ON_DISK(ordinary_and_odd_names_are_read),
		ON_DISK(links_are_never_followed),
		ON_DISK(special_files_do_not_block),
		ON_DISK(holes_cost_nothing_and_lose_nothing),
		ON_DISK(files_over_the_limit_are_cut_and_said_so),
		ON_DISK(big_files_arrive_whole),
		ON_DISK(unreadable_files_and_folders_do_not_end_the_scan),
		ON_DISK(depth_is_bounded_and_said_so),
		ON_DISK(exclusion_is_counted_once_for_each_file_and_folder),
		ON_DISK(repository_internals_are_left_to_history),
		ON_DISK(threads_do_not_show),
		ON_DISK(stopping_leaves_counts_that_add_up),
		ON_DISK(a_tree_that_changes_never_leads_outside),
		ON_DISK(stepwise_opening_equals_openat2),
		ON_DISK(a_named_file_keeps_its_name),
		cmocka_unit_test(standard_input_is_one_document),
		cmocka_unit_test(a_folder_that_is_gone_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
