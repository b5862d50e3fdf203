/* Commit and tag objects taken apart. Every line is searched within the object; nothing is trusted to be in place.
 * Which commits to read is not decided here. */
#include "scanners/git/commit.h"

bool object_id_parse(struct slice s, unsigned id_bytes, struct object_id *out) {
	struct object_id o = {.n = (uint8_t)id_bytes};
	if (id_bytes > sizeof(o.id) || s.n < 2 * (size_t)id_bytes)
		return false;
	for (unsigned i = 0; i < id_bytes; i++) {
		int byte = slice_hex_byte(s, 2 * i);
		if (byte < 0)
			return false;
		o.id[i] = (uint8_t)byte;
	}
	*out = o;
	return true;
}

/* Cuts the next line (without its LF) off `rest`. */
static struct slice take_line(struct slice *rest) {
	const uint8_t *lf = rest->n ? memchr(rest->p, '\n', rest->n) : NULL;
	struct slice line = lf ? slice_sub(*rest, 0, (size_t)(lf - rest->p)) : *rest;
	*rest = slice_sub(*rest, line.n + (lf ? 1 : 0), rest->n);
	return line;
}

/* "key <hex>" as a whole line. */
static bool id_line(struct slice line, const char *key, unsigned id_bytes, struct object_id *out) {
	size_t n = strlen(key);
	return slice_has_prefix(line, key) && line.n == n + 2 * (size_t)id_bytes &&
	       object_id_parse(slice_sub(line, n, line.n), id_bytes, out);
}

/* The seconds in "author A U Thor <a@example> 1700000000 +0100". Found from the end, since names may hold any byte. */
static struct when line_date(struct slice line) {
	struct when unknown = {WHEN_UNKNOWN, 0};
	size_t end = line.n;
	while (end > 0 && line.p[end - 1] != '>')
		end--;
	struct slice rest = slice_trim(slice_sub(line, end, line.n));
	size_t i = 0;
	bool negative = rest.n > 0 && rest.p[0] == '-';
	int64_t t = 0;
	for (i = negative; i < rest.n && rest.p[i] >= '0' && rest.p[i] <= '9'; i++)
		if (__builtin_mul_overflow(t, (int64_t)10, &t) || __builtin_add_overflow(t, rest.p[i] - '0', &t))
			return unknown;
	if (end == 0 || i == (size_t)negative || (i < rest.n && rest.p[i] != ' '))
		return unknown;
	return when_at(negative ? -t : t);
}

/* What stands between the key and the date. */
static struct slice line_person(struct slice line) {
	size_t end = line.n, start = 0;
	while (end > 0 && line.p[end - 1] != '>')
		end--;
	while (start < end && line.p[start++] != ' ')
		;
	return slice_sub(line, start, end);
}

int commit_parse(struct slice bytes, unsigned id_bytes, struct commit_view *out, struct error *err) {
	struct commit_view c = {0};
	struct slice rest = bytes;
	if (!id_line(take_line(&rest), "tree ", id_bytes, &c.tree))
		return error_set(err, ERR_FORMAT, "a commit does not start with its tree");
	c.parents.p = rest.p;
	for (;;) {
		struct slice next = rest;
		struct object_id ignored;
		if (!slice_has_prefix(rest, "parent "))
			break;
		if (!id_line(take_line(&next), "parent ", id_bytes, &ignored))
			return error_set(err, ERR_FORMAT, "parent %zu of a commit has no valid id", c.nparents + 1);
		if (next.p != rest.p + 8 + 2 * (size_t)id_bytes)
			return error_set(err, ERR_FORMAT, "a commit ends within its parents");
		c.nparents++;
		rest = next;
	}
	c.parents.n = (size_t)(rest.p - c.parents.p);
	bool have_author = false, have_committer = false;
	while (rest.n > 0) {
		struct slice line = take_line(&rest);
		if (line.n == 0) {
			c.message = rest;
			break;
		}
		if (!have_author && slice_has_prefix(line, "author ")) {
			c.authored = line_date(line);
			c.author = line_person(line);
			have_author = true;
		} else if (!have_committer && slice_has_prefix(line, "committer ")) {
			c.committed = line_date(line);
			have_committer = true;
		}
	}
	c.headers = slice_sub(bytes, 0, c.message.p ? (size_t)(c.message.p - bytes.p) : bytes.n);
	*out = c;
	return 0;
}

void commit_merged_tags(const struct commit_view *c, struct buf *out) {
	struct slice rest = c->headers;
	bool in_tag = false, in_message = false;
	/* Seldom there at all: one look tells. */
	if (slice_find(rest, slice_str("\nmergetag ")) < 0)
		return;
	while (rest.n > 0) {
		struct slice line = take_line(&rest);
		if (line.n == 0 || line.p[0] != ' ') {
			in_tag = slice_has_prefix(line, "mergetag ");
			in_message = false;
		} else if (in_message) {
			buf_add_slice(out, slice_sub(line, 1, line.n));
			buf_add_byte(out, '\n');
		} else if (in_tag && line.n == 1) {
			in_message = true;
		}
	}
}

struct object_id commit_parent(const struct commit_view *c, unsigned id_bytes, size_t i) {
	struct object_id o = {0};
	size_t line = 8 + 2 * (size_t)id_bytes; /* "parent " and LF */
	if (i < c->nparents)
		object_id_parse(slice_sub(c->parents, i * line + 7, c->parents.n), id_bytes, &o);
	return o;
}

int tag_parse(struct slice bytes, unsigned id_bytes, struct tag_view *out, struct error *err) {
	struct tag_view t = {0};
	struct slice rest = bytes;
	if (!id_line(take_line(&rest), "object ", id_bytes, &t.object))
		return error_set(err, ERR_FORMAT, "a tag does not start with its object");
	struct slice type = take_line(&rest);
	if (!slice_has_prefix(type, "type "))
		return error_set(err, ERR_FORMAT, "a tag has no type");
	t.type = slice_sub(type, 5, type.n);
	while (rest.n > 0) {
		struct slice line = take_line(&rest);
		if (line.n == 0) {
			t.message = rest;
			break;
		}
		if (slice_has_prefix(line, "tagger "))
			t.tagged = line_date(line);
	}
	*out = t;
	return 0;
}
