/* Names to commits. Ambiguity is an error, never a guess: a scan of the wrong range would look clean.
 * Listing ranges is in revision_list.c. */
#include "scanners/git/revision.h"

#include "scanners/git/commit.h"

#include <stdlib.h>

#define MIN_HEX	 4
#define MAX_TAGS 64

/* How git completes a short name (gitrevisions(7), "<refname>"). */
static const char *const completions[] = {
	"%.*s", "refs/%.*s", "refs/tags/%.*s", "refs/heads/%.*s", "refs/remotes/%.*s", "refs/remotes/%.*s/HEAD"};

static bool find_ref(const struct revision_source *src, struct slice name, struct object_id *out) {
	struct buf full = {0};
	bool found = false;
	if (slice_eq(name, slice_str("@")))
		name = slice_str("HEAD");
	for (size_t i = 0; i < sizeof(completions) / sizeof(*completions) && !found && name.n > 0 && name.n < 65536;
		i++) {
		const char *mark = strstr(completions[i], "%.*s");
		buf_clear(&full);
		buf_add(&full, completions[i], (size_t)(mark - completions[i]));
		buf_add_slice(&full, name);
		buf_add_str(&full, mark + 4);
		found = refs_find(src->refs, buf_slice(&full), out);
	}
	buf_free(&full);
	return found;
}

bool revision_is_ref(const struct revision_source *src, struct slice name) {
	struct object_id id;
	return find_ref(src, name, &id);
}

struct prefix_search {
	const char *hex;
	size_t n;
	unsigned found;
	struct object_id id;
};

static bool match_prefix(void *ctx, const struct object_id *id) {
	struct prefix_search *p = ctx;
	char hex[OBJECT_ID_HEX_MAX];
	object_id_hex(id, hex);
	if (memcmp(hex, p->hex, p->n) == 0) {
		p->id = *id;
		p->found++;
	}
	return p->found < 2;
}

static int find_hex(const struct revision_source *src, struct slice name, struct object_id *out, struct error *err) {
	unsigned id_bytes = store_id_bytes(src->store);
	struct prefix_search p = {.n = name.n};
	char hex[OBJECT_ID_HEX_MAX] = {0};
	for (size_t i = 0; i < name.n && i < sizeof(hex) - 1; i++) {
		uint8_t c = name.p[i] >= 'A' && name.p[i] <= 'F' ? name.p[i] + 32 : name.p[i];
		if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f')))
			return error_set(
				err, ERR_USAGE, "no ref or commit is named `%.*s`", (int)name.n, (const char *)name.p);
		hex[i] = (char)c;
	}
	if (name.n < MIN_HEX || name.n > 2 * (size_t)id_bytes)
		return error_set(err, ERR_USAGE, "no ref or commit is named `%.*s`", (int)name.n, (const char *)name.p);
	if (name.n == 2 * (size_t)id_bytes) {
		object_id_parse(name, id_bytes, out);
		return 0;
	}
	p.hex = hex;
	store_each(src->store, match_prefix, &p);
	if (p.found == 1) {
		*out = p.id;
		return 0;
	}
	return error_set(
		err, ERR_USAGE, p.found ? "`%s` is short for more than one object" : "no object is named `%s`", hex);
}

/* Follows tags to a commit and, when `view` is asked for, reads it. `bytes` holds what the view points into. */
static int peel(const struct revision_source *src, struct object_id *id, struct buf *bytes, struct commit_view *view,
	struct error *err) {
	unsigned id_bytes = store_id_bytes(src->store);
	char hex[OBJECT_ID_HEX_MAX];
	for (int hop = 0; hop < MAX_TAGS; hop++) {
		enum object_type type;
		struct tag_view tag;
		struct error why = {0};
		object_id_hex(id, hex);
		enum trouble t = store_read(src->reader, id, &type, bytes, &why);
		if (t != TROUBLE_NONE)
			return t == TROUBLE_MISSING ? error_set(err, ERR_USAGE,
							      "object %s is not in this clone; check the name, or "
							      "fetch more history",
							      hex)
						    : error_set(err, ERR_FORMAT, "object %s can't be read: %s (%s)",
							      hex, trouble_name(t), why.text);
		if (type == OBJECT_COMMIT)
			return commit_parse(buf_slice(bytes), id_bytes, view, err);
		if (type != OBJECT_TAG || tag_parse(buf_slice(bytes), id_bytes, &tag, err) != 0)
			return error_set(err, ERR_USAGE, "object %s is no commit", hex);
		*id = tag.object;
	}
	return error_set(err, ERR_FORMAT, "a chain of tags does not end");
}

bool revision_peel(const struct revision_source *src, struct object_id *id) {
	struct buf bytes = {0};
	struct commit_view view;
	bool ok = peel(src, id, &bytes, &view, NULL) == 0;
	buf_free(&bytes);
	return ok;
}

bool revision_object(const struct revision_source *src, struct slice name, struct object_id *out) {
	struct error err = {0};

	name = slice_trim(name);
	return find_ref(src, name, out) || find_hex(src, name, out, &err) == 0;
}

void revision_each_tag(const struct revision_source *src, struct object_id id, revision_tag_fn *tag, void *ctx) {
	unsigned id_bytes = store_id_bytes(src->store);
	struct buf bytes = {0};

	for (int hop = 0; hop < MAX_TAGS; hop++) {
		enum object_type type = OBJECT_NONE;
		struct tag_view view;
		struct error why = {0};
		if (store_read(src->reader, &id, &type, &bytes, &why) != TROUBLE_NONE || type != OBJECT_TAG)
			break;
		tag(ctx, &id, buf_slice(&bytes));
		if (tag_parse(buf_slice(&bytes), id_bytes, &view, &why) != 0)
			break;
		id = view.object;
	}
	buf_free(&bytes);
}

/* One suffix at the front of `s`: "~3", "^2", "^{}". Cuts it off. */
static int apply_suffix(const struct revision_source *src, struct slice *s, struct object_id *id, struct error *err) {
	bool ancestor = s->p[0] == '~';
	struct buf bytes = {0};
	struct commit_view view = {0};
	unsigned id_bytes = store_id_bytes(src->store);
	uint64_t n = 0;
	size_t i = 1;
	int rc = 0;
	if (!ancestor && i < s->n && s->p[i] == '{') {
		const uint8_t *close = memchr(s->p, '}', s->n);
		struct slice what = close ? slice_sub(*s, 2, (size_t)(close - s->p)) : (struct slice){NULL, 0};
		if (!close || (what.n > 0 && !slice_eq(what, slice_str("commit"))))
			return error_set(err, ERR_USAGE, "`%.*s` is not understood", (int)s->n, (const char *)s->p);
		*s = slice_sub(*s, what.n + 3, s->n);
		return 0; /* every name is taken to its commit in the end */
	}
	for (; i < s->n && s->p[i] >= '0' && s->p[i] <= '9' && n < UINT32_MAX; i++)
		n = n * 10 + (uint64_t)(s->p[i] - '0');
	if (i == 1)
		n = 1;
	*s = slice_sub(*s, i, s->n);
	for (uint64_t step = 0; step < (ancestor ? n : 1) && rc == 0; step++) {
		size_t parent = ancestor ? 0 : (size_t)n - 1;
		rc = peel(src, id, &bytes, &view, err);
		if (rc != 0 || (!ancestor && n == 0))
			continue;
		if (parent >= view.nparents)
			rc = error_set(err, ERR_USAGE, "a commit on the way has no such parent");
		else
			*id = commit_parent(&view, id_bytes, parent);
	}
	buf_free(&bytes);
	return rc;
}

int revision_resolve(const struct revision_source *src, struct slice name, struct object_id *out, struct error *err) {
	struct slice rest = slice_trim(name);
	struct buf bytes = {0};
	struct commit_view view;
	size_t base = 0;
	while (base < rest.n && rest.p[base] != '~' && rest.p[base] != '^')
		base++;
	struct slice first = slice_sub(rest, 0, base);
	rest = slice_sub(rest, base, rest.n);
	int rc = find_ref(src, first, out) ? 0 : find_hex(src, first, out, err);
	while (rc == 0 && rest.n > 0) {
		if (rest.p[0] != '~' && rest.p[0] != '^')
			rc = error_set(err, ERR_USAGE, "`%.*s` is not understood", (int)rest.n, (const char *)rest.p);
		else
			rc = apply_suffix(src, &rest, out, err);
	}
	if (rc == 0)
		rc = peel(src, out, &bytes, &view, err);
	buf_free(&bytes);
	return rc == 0 ? 0 : error_context(err, "revision `%.*s`", (int)name.n, (const char *)name.p);
}
