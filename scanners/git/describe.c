/* What a report says of a repository: HEAD, its branch, and where origin is. Credentials in origin's URL are taken out here;
 * that they stand in the configuration is a finding of its own. */
#include "scanners/git/git.h"
#include "scanners/git/repo_file.h"
#include "scanners/git/session.h"

#include <stdlib.h>

#define MAX_CONFIG (16u << 20)

/* "ref: refs/heads/NAME" (gitrepository-layout(5)); NULL for a detached HEAD. */
static const char *branch_of(struct git_session *s, struct arena *a) {
	static const char start[] = "ref: refs/heads/";
	const char *branch = NULL;
	struct buf head = {0};
	if (repo_file_read(s->git_dir, "HEAD", 4096, &head) && slice_has_prefix(buf_slice(&head), start))
		branch = arena_str(a, slice_trim(slice_sub(buf_slice(&head), sizeof(start) - 1, head.n)));
	buf_free(&head);
	return branch;
}

/* The last of several wins, as with git's own. */
static struct slice origin_of(struct slice config) {
	struct config_iter it = config_iter(config);
	struct config_entry e;
	struct slice url = {NULL, 0};
	while (config_next(&it, &e))
		if (slice_eq_nocase(e.section, slice_str("remote")) && slice_eq(e.subsection, slice_str("origin")) &&
			slice_eq_nocase(e.key, slice_str("url")))
			url = e.value;
	return url;
}

/* A URL without user, query and fragment, of which any may be a token; of an scp-like name the user is kept unless there
 * is a colon in it. NULL for a local path. */
static const char *without_credentials(struct slice url, struct arena *a) {
	ptrdiff_t scheme = slice_find(url, slice_str("://")), colon = slice_find(url, slice_str(":"));
	ptrdiff_t slash = slice_find(url, slice_str("/"));
	if (!url.p || memchr(url.p, 0, url.n))
		return NULL;
	if (scheme <= 0) /* host:path has its colon ahead of any slash (gitprotocol(7), "URLs") */
		return colon > 0 && (slash < 0 || colon < slash) ? arena_str(a, url) : NULL;
	size_t from = (size_t)scheme + 3, end = from, host = from, stop;
	while (end < url.n && url.p[end] != '/' && url.p[end] != '?' && url.p[end] != '#')
		if (url.p[end++] == '@')
			host = end;
	for (stop = end; stop < url.n && url.p[stop] != '?' && url.p[stop] != '#'; stop++)
		;
	return arena_printf(
		a, "%.*s%.*s", (int)from, (const char *)url.p, (int)(stop - host), (const char *)url.p + host);
}

static const char *origin_in(struct arena *a, const char *common_dir) {
	struct buf config = {0};
	const char *origin = NULL;
	if (repo_file_read(common_dir, "config", MAX_CONFIG, &config))
		origin = without_credentials(origin_of(buf_slice(&config)), a);
	buf_free(&config);
	return origin;
}

const char *git_origin(struct arena *a, const char *git_dir) {
	char *common = repo_common_dir(git_dir);
	const char *origin = origin_in(a, common);
	free(common);
	return origin;
}

static int ref_cmp(const void *pa, const void *pb) {
	const struct ref *const *a = pa, *const *b = pb;
	int d = slice_cmp((*a)->name, (*b)->name);
	return d ? d : object_id_cmp(&(*a)->id, &(*b)->id);
}

/* Entries of reflogs are no refs of their own. Hostile repositories have many: the rest is counted. */
static void describe_refs(const struct git_session *s, struct arena *a, struct description *out) {
	const struct ref **sorted = ARENA_NEW_N(a, const struct ref *, s->refs.at.n);
	struct description_ref *refs;
	char hex[OBJECT_ID_HEX_MAX];
	size_t n = 0;

	for (size_t i = 0; i < s->refs.at.n; i++)
		if (!s->refs.at.at[i].in_reflog)
			sorted[n++] = &s->refs.at.at[i];
	if (n)
		qsort(sorted, n, sizeof(*sorted), ref_cmp);
	out->refs_total = n;
	out->nrefs = n < DESCRIPTION_REFS ? n : DESCRIPTION_REFS;
	refs = ARENA_NEW_N(a, struct description_ref, out->nrefs);
	for (size_t i = 0; i < out->nrefs; i++) {
		object_id_hex(&sorted[i]->id, hex);
		refs[i] = (struct description_ref){
			slice_str(arena_str(a, sorted[i]->name)), arena_str(a, slice_str(hex))};
	}
	out->refs = refs;
}

void session_describe(void *session, struct arena *a, struct description *out) {
	struct git_session *s = session;
	char hex[OBJECT_ID_HEX_MAX];
	if (s->refs.head.n) {
		object_id_hex(&s->refs.head, hex);
		out->head = arena_str(a, slice_str(hex));
	}
	out->branch = branch_of(s, a);
	out->remote = origin_in(a, s->common_dir);
	describe_refs(s, a, out);
	if (s->has_history)
		for (size_t i = 0; i < s->history.at.n; i++)
			out->commits += s->history.at.at[i].is_present;
	out->is_shallow = s->shallow.n > 0;
	out->is_partial = s->settings.is_partial;
}
