/* Follows objects/info/alternates, bounded and cycle-safe. Opens no pack and no object. */
#include "scanners/git/alternates.h"

#include "core/buf.h"
#include "core/memory.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#define DEPTH_MAX   5		      /* as link_alt_odb_entries() in git */
#define FOLDERS_MAX 1000	      /* git has no bound; real stores have a handful */
#define FILE_MAX    ((size_t)1 << 20) /* of one alternates file */

static int folder_add(struct store *s, const char *path, bool *added, struct error *err) {
	struct stat st;
	*added = false;
	if (stat(path, &st) != 0)
		return error_errno(err, "objects folder %s", path);
	if (!S_ISDIR(st.st_mode))
		return error_set(err, ERR_IO, "objects folder %s is not a folder", path);
	for (size_t i = 0; i < s->folders.n; i++)
		if (s->folders.at[i].device == (uint64_t)st.st_dev && s->folders.at[i].inode == (uint64_t)st.st_ino)
			return 0;
	if (s->folders.n == FOLDERS_MAX)
		return error_set(err, ERR_LIMIT, "more than %d alternates; %s is not read", FOLDERS_MAX, path);
	struct store_folder f = {.path = mem_str(path), .device = (uint64_t)st.st_dev, .inode = (uint64_t)st.st_ino};
	VEC_PUSH(&s->folders, f);
	*added = true;
	return 0;
}

/* One C-quoted escape: three octal digits or a letter, as quote.c of git writes them. */
static size_t unquote_one(struct slice s, size_t at, char *out) {
	static const char letters[] = "abfnrtv\\\"", values[] = "\a\b\f\n\r\t\v\\\"";
	char c = (char)s.p[at];
	const char *l = c ? strchr(letters, c) : NULL;
	if (l) {
		*out = values[l - letters];
		return 1;
	}
	unsigned v = 0, i = 0;
	for (; i < 3 && at + i < s.n && s.p[at + i] >= '0' && s.p[at + i] <= '7'; i++)
		v = v * 8 + (s.p[at + i] - '0');
	*out = (char)v;
	return i == 3 && v && v < 256 ? 3 : 0;
}

/* The path that a line names: as it is, or C-quoted. False: not a path. */
static bool line_path(struct slice line, struct buf *out) {
	buf_clear(out);
	if (line.n == 0 || line.p[0] == '#' || memchr(line.p, 0, line.n))
		return false;
	if (line.p[0] != '"') {
		buf_add_slice(out, line);
		return true;
	}
	for (size_t i = 1; i < line.n; i++) {
		char c = (char)line.p[i];
		if (c == '"')
			return i + 1 == line.n;
		if (c == '\\') {
			size_t n = i + 1 < line.n ? unquote_one(line, i + 1, &c) : 0;
			if (!n)
				return false;
			i += n;
		}
		buf_add_byte(out, (uint8_t)c);
	}
	return false;
}

static void line_follow(struct store *s, const char *folder, struct slice line) {
	struct buf path = {0}, whole = {0};
	struct error e = {0};
	bool added;
	if (line_path(line, &path)) {
		if (path.p[0] != '/')
			buf_printf(&whole, "%s/", folder);
		buf_add_slice(&whole, buf_slice(&path));
		if (folder_add(s, buf_cstr(&whole), &added, &e) != 0)
			store_problem(s, "alternate: %s", e.text);
	} else if (line.n && line.p[0] != '#') {
		store_problem(s, "a line of %s/info/alternates is not a path", folder);
	}
	buf_free(&path);
	buf_free(&whole);
}

/* Follows the file of folder number `i`; new folders are appended. */
static void folder_follow(struct store *s, size_t i) {
	char *folder = mem_str(s->folders.at[i].path); /* the array moves as it grows */
	struct buf name = {0};
	struct file_map m = {0};
	struct error e = {0};
	struct stat st;
	buf_printf(&name, "%s/info/alternates", folder);
	if (stat(buf_cstr(&name), &st) != 0) {
		if (errno != ENOENT && errno != ENOTDIR)
			store_problem(s, "can't read %s", buf_cstr(&name));
	} else if (file_map(buf_cstr(&name), &m, &e) != 0) {
		store_problem(s, "%s", e.text);
	} else if (m.bytes.n > FILE_MAX) {
		store_problem(s, "%s is larger than %zu bytes and not followed", buf_cstr(&name), FILE_MAX);
	} else {
		for (size_t at = 0; at < m.bytes.n;) {
			const uint8_t *nl = memchr(m.bytes.p + at, '\n', m.bytes.n - at);
			size_t end = nl ? (size_t)(nl - m.bytes.p) : m.bytes.n;
			line_follow(s, folder, slice_sub(m.bytes, at, end));
			at = end + 1;
		}
	}
	file_unmap(&m);
	buf_free(&name);
	free(folder);
}

int alternates_open(struct store *s, const char *objects, struct error *err) {
	bool added;
	if (folder_add(s, objects, &added, err) != 0)
		return -1;
	if (s->opt.quarantine && folder_add(s, s->opt.quarantine, &added, err) != 0)
		return -1;
	if (s->opt.skip_alternates)
		return 0;
	size_t from = 0;
	for (unsigned depth = 0; depth <= DEPTH_MAX; depth++) {
		size_t to = s->folders.n;
		if (depth == DEPTH_MAX && from < to) {
			struct stat st;
			for (size_t i = from; i < to; i++) {
				struct buf name = {0};
				buf_printf(&name, "%s/info/alternates", s->folders.at[i].path);
				if (stat(buf_cstr(&name), &st) == 0)
					store_problem(
						s, "%s is not followed: alternates nest too deeply", buf_cstr(&name));
				buf_free(&name);
			}
			break;
		}
		for (; from < to; from++)
			folder_follow(s, from);
	}
	return 0;
}
