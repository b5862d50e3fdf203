/* Files and folders of exports: opened with care, mapped when large, inflated when gzip. What is in them is collect.c's. */
#include "core/file.h"
#include "core/mapped.h"
#include "core/vec.h"
#include "scanners/iam/aws/reading.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <libdeflate.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FOLDERS_DEEP = 24, GROW_FROM = 1 << 16 };
#define INFLATED_MAX   ((size_t)4 << 30)
#define INFLATED_RATIO 1032 /* deflate cannot do better (zlib's technical details) */

struct walk {
	enum place place;
	const char *shown; /* NULL: the path itself */
	bool known;	   /* the last file held an export */
	struct aws_inventory *inv;
	const struct aws_collect *options;
	struct coverage *coverage;
	unsigned target;
};

static void skip(struct walk *w, enum skip why, const char *path, const char *detail) {
	coverage_skip(w->coverage, UNIT_FILE, why, path, detail);
}

static const struct fact_source *source_of(struct walk *w, const char *path) {
	struct fact_source *s = ARENA_NEW(&w->inv->estate.arena, struct fact_source);

	s->place = w->place;
	s->target = w->target;
	s->path = arena_copy(&w->inv->estate.arena, slice_str(w->shown ? w->shown : path));
	return s;
}

static bool is_gzip(struct slice s) {
	return s.n > 18 && s.p[0] == 0x1f && s.p[1] == 0x8b && s.p[2] == 8;
}

/* All members of a gzip file (RFC 1952), up to INFLATED_MAX. False when it is damaged or larger; what was inflated before is in `out`. */
static bool inflate(struct slice s, struct buf *out) {
	struct libdeflate_decompressor *d = libdeflate_alloc_decompressor();
	enum libdeflate_result rc = d ? LIBDEFLATE_SUCCESS : LIBDEFLATE_BAD_DATA;
	size_t room = GROW_FROM;

	while (rc == LIBDEFLATE_SUCCESS && is_gzip(s)) {
		size_t used = 0, got = 0;

		if (room > INFLATED_MAX || out->n + room > INFLATED_MAX) {
			rc = LIBDEFLATE_INSUFFICIENT_SPACE;
			break;
		}
		buf_reserve(out, room);
		rc = libdeflate_gzip_decompress_ex(d, s.p, s.n, out->p + out->n, room, &used, &got);
		if (rc == LIBDEFLATE_INSUFFICIENT_SPACE && room / INFLATED_RATIO <= s.n) {
			room *= 4;
			rc = LIBDEFLATE_SUCCESS;
			continue;
		}
		if (rc == LIBDEFLATE_SUCCESS) {
			out->n += got;
			s = slice_sub(s, used, s.n);
		}
	}
	libdeflate_free_decompressor(d);
	return rc == LIBDEFLATE_SUCCESS;
}

static void read_bytes(struct walk *w, const char *path, struct slice bytes, int64_t changed, bool named) {
	const struct fact_source *source = source_of(w, path);
	struct buf inflated = {0};
	bool known;

	coverage_read(w->coverage, UNIT_FILE, 1, bytes.n);
	if (is_gzip(bytes)) {
		if (!inflate(bytes, &inflated))
			coverage_note(w->coverage, "export-damaged", true, path,
				"the gzip file is cut, damaged or larger than 4 GiB inflated; what could be inflated "
				"was read");
		bytes = buf_slice(&inflated);
	}
	w->known = known = aws_collect_bytes(w->inv, w->options, bytes, source, w->coverage);
	if (known && changed)
		w->inv->newest_file = aws_later(w->inv->newest_file, when_at(changed));
	if (!known)
		coverage_note(w->coverage, "export-not-recognised", named, path,
			"holds nothing that an AWS export holds; `nhiscan commands aws` prints the commands whose "
			"answers are read");
	buf_free(&inflated);
}

/* Up to here a file is copied, so that it may change while it is read; above, it is mapped, and
 * what another process cuts off meanwhile reads as zeros. */
#define COPIED_MAX ((off_t)64 << 20)

static void read_large(struct walk *w, const char *path, int fd, const struct stat *st, bool named) {
	struct mapped m;

	if (!mapped_open(&m, fd, (size_t)st->st_size)) {
		skip(w, SKIP_UNREADABLE, path, "cannot be mapped into memory");
		return;
	}
	read_bytes(w, path, m.bytes, st->st_mtime, named);
	if (mapped_was_cut(&m))
		coverage_note(w->coverage, "export-cut", true, path,
			"the file was cut short while it was read; what stood before is read, run again when nothing "
			"writes it");
	mapped_close(&m);
}

static void read_file(struct walk *w, const char *path, bool named) {
	struct buf b = {0};
	struct error err = {0};
	struct stat st;
	int fd;

	coverage_seen(w->coverage, UNIT_FILE, 1);
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK | (named ? 0 : O_NOFOLLOW));
	if (fd < 0 || fstat(fd, &st) < 0)
		skip(w, SKIP_UNREADABLE, path, strerror(errno));
	else if (S_ISREG(st.st_mode) && (uint64_t)st.st_size > w->options->max_file_bytes)
		skip(w, SKIP_TOO_LARGE, path, "larger than an export may be");
	else if (S_ISREG(st.st_mode) && st.st_size > COPIED_MAX)
		read_large(w, path, fd, &st, named);
	else if (S_ISREG(st.st_mode) && st.st_size == 0)
		skip(w, SKIP_EMPTY, path, "");
	else if (!S_ISREG(st.st_mode) && !S_ISFIFO(st.st_mode) && !S_ISCHR(st.st_mode))
		skip(w, SKIP_SPECIAL, path, "not a file");
	else if (file_read(path, named ? FILE_OF_USER : FILE_OF_TARGET, w->options->max_file_bytes, &b, &err) < 0)
		skip(w, SKIP_UNREADABLE, path, err.text);
	else
		read_bytes(w, path, buf_slice(&b), S_ISREG(st.st_mode) ? st.st_mtime : 0, named);
	if (fd >= 0)
		close(fd);
	buf_free(&b);
}

static int name_cmp(const void *a, const void *b) {
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void read_folder(struct walk *w, const char *path, unsigned depth) {
	DIR *d = opendir(path);
	struct dirent *e;
	VEC(char *) names = {0};

	if (!d) {
		coverage_note(w->coverage, "unreadable-folder", true, path, strerror(errno));
		return;
	}
	while ((e = readdir(d)))
		if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0 && strcmp(e->d_name, ".git") != 0)
			VEC_PUSH(&names, mem_str(e->d_name));
	closedir(d);
	if (names.n)
		qsort(names.at, names.n, sizeof(*names.at), name_cmp);
	for (size_t i = 0; i < names.n; i++) {
		struct buf b = {0};
		struct stat st;

		buf_printf(&b, "%s%s%s", path, path[0] && path[strlen(path) - 1] == '/' ? "" : "/", names.at[i]);
		if (lstat(buf_cstr(&b), &st) < 0)
			coverage_note(w->coverage, "unreadable", true, buf_cstr(&b), strerror(errno));
		else if (S_ISDIR(st.st_mode) && depth < FOLDERS_DEEP)
			read_folder(w, buf_cstr(&b), depth + 1);
		else if (S_ISDIR(st.st_mode))
			coverage_note(w->coverage, "folder-too-deep", true, buf_cstr(&b), "not read further");
		else if (S_ISREG(st.st_mode))
			read_file(w, buf_cstr(&b), false);
		buf_free(&b);
		free(names.at[i]);
	}
	VEC_FREE(&names);
}

int aws_collect_path(struct aws_inventory *inv, const struct aws_collect *o, const char *path, unsigned target,
	struct coverage *c, struct error *err) {
	struct walk w = {.place = PLACE_FILE, .inv = inv, .options = o, .coverage = c, .target = target};
	struct stat st;

	if (strcmp(path, "-") == 0) {
		read_file(&w, "/dev/stdin", true);
		return 0;
	}
	if (stat(path, &st) < 0)
		return error_errno(err, "%s", path);
	if (S_ISDIR(st.st_mode))
		read_folder(&w, path, 0);
	else
		read_file(&w, path, true);
	return 0;
}

bool aws_collect_file(struct aws_inventory *inv, const struct aws_collect *o, const char *path, const char *shown,
	enum place place, unsigned target, struct coverage *c) {
	struct walk w = {.place = place, .shown = shown, .inv = inv, .options = o, .coverage = c, .target = target};

	read_file(&w, path, false);
	return w.known;
}

/* A key of each export that stands near the beginning. */
bool aws_may_be_export(struct slice path, struct slice bytes) {
	static const char *const names[] = {".json", ".jsonl", ".csv", ".tfstate", ".txt", ".log"};
	static const char *const keys[] = {"user,arn,user_creation_time", "\"UserDetailList\"", "\"RoleDetailList\"",
		"\"AccessKeyMetadata\"", "\"AccessKeyId\"", "\"AccessKeyLastUsed\"", "\"ServicesLastAccessed\"",
		"\"SecretList\"", "\"findingType\"", "\"terraform_version\"", "\"configurationItems\"",
		"\"PolicySummary\"", "\"trustAnchors\"", "\"ReportFormat\""};
	struct slice first = slice_sub(bytes, 0, 4096);
	bool named = false;

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		named |= slice_has_suffix_nocase(path, names[i]);
	for (size_t i = 0; named && i < sizeof(keys) / sizeof(*keys); i++)
		if (slice_find(first, slice_str(keys[i])) >= 0)
			return true;
	return false;
}
