/* Asking the lists of accepted findings, and saying which of their entries accepted nothing. Reading them is in accept_parse.c, gitleaks'
 * allowlists in allowlist.c. */
#include "rules/accept_parse.h"

#include "rules/allowlist.h"

#include <openssl/evp.h>
#include <stdlib.h>

struct accept *accept_new(void) {
	return mem_alloc(sizeof(struct accept));
}

void accept_free(struct accept *l) {
	if (!l)
		return;
	VEC_FREE(&l->entries);
	VEC_FREE(&l->patterns);
	VEC_FREE(&l->allowlists);
	map_free(&l->by_path);
	arena_free(&l->arena);
	free(l);
}

void accept_add(struct accept *l, const struct accept_entry *e) {
	VEC_PUSH(&l->entries, *e);
	if (e->kind == ACCEPT_PATHS) {
		VEC_PUSH(&l->patterns, l->entries.n - 1);
	} else {
		struct map_entry *first = map_put(&l->by_path, e->path, NULL);

		l->entries.at[l->entries.n - 1].next = first->value.num;
		first->value.num = l->entries.n;
	}
}

void accept_add_allowlist(struct accept *l, const struct allowlist *w, const char *rule, int target) {
	VEC_PUSH(&l->allowlists, ((struct accept_allowlist){w, rule, target, 0}));
}

static bool holds_for(int target, const struct harvested *h) {
	return target == ACCEPT_EVERYWHERE || (unsigned)target == h->target;
}

static bool is_commit(const char *hex, const struct object_id *o) {
	char text[OBJECT_ID_HEX_MAX] = "";

	if (o->n)
		object_id_hex(o, text);
	return strcmp(hex, text) == 0;
}

static bool has_hash(const struct accept_entry *e, struct slice value) {
	uint8_t sum[EVP_MAX_MD_SIZE];
	unsigned n = 0;

	/* SHA-1 because detect-secrets uses it. */
	return EVP_Digest(value.p, value.n, sum, &n, EVP_sha1(), NULL) == 1 && n == sizeof(e->sha1) &&
	       memcmp(sum, e->sha1, n) == 0;
}

static const char *listed(struct arena *a, const struct accept_entry *e, const char *by) {
	return arena_printf(a, "listed in %s:%u, by %s%s", e->file, e->line, by,
		e->is_real ? "; audited there as a real secret" : "");
}

/* Rule ids of a fingerprint with a line are another tool's names: the line decides. */
static const char *ask_place(
	const struct accept_entry *e, struct arena *a, const struct rule *r, const struct harvested *h) {
	if (e->commit && !is_commit(e->commit, &h->commit))
		return NULL;
	if (e->at_line)
		return e->at_line == h->line ? listed(a, e, e->commit ? "commit, file and line" : "file and line")
					     : NULL;
	return strcmp(e->rule, r->id) == 0 ? listed(a, e, e->commit ? "commit, file and rule" : "file and rule") : NULL;
}

static const char *ask_entry(
	const struct accept_entry *e, struct arena *a, const struct rule *r, const struct harvested *h) {
	if (!holds_for(e->target, h))
		return NULL;
	switch (e->kind) {
	case ACCEPT_PLACE:
		return ask_place(e, a, r, h);
	case ACCEPT_HASH:
		return has_hash(e, h->what->value) || has_hash(e, slice_trim(h->what->value))
			       ? listed(a, e, "file and hash of the secret")
			       : NULL;
	default:
		return regex_found(e->paths, h->path) ? arena_printf(a, "path excluded by %s:%u", e->file, e->line)
						      : NULL;
	}
}

static void take(struct accept_entry *e, const char *why, const char **first) {
	e->used |= why != NULL;
	if (!*first)
		*first = why;
}

const char *accept_ask(struct accept *l, struct arena *a, const struct rule *r, const struct harvested *h) {
	const struct map_entry *m = h->path.n ? map_get(&l->by_path, h->path) : NULL;
	const char *first = NULL;

	for (size_t i = m ? m->value.num : 0; i; i = l->entries.at[i - 1].next)
		take(&l->entries.at[i - 1], ask_entry(&l->entries.at[i - 1], a, r, h), &first);
	for (size_t i = 0; h->path.n && i < l->patterns.n; i++) {
		struct accept_entry *e = &l->entries.at[l->patterns.at[i]];

		take(e, ask_entry(e, a, r, h), &first);
	}
	for (size_t i = 0; i < l->allowlists.n; i++) {
		struct accept_allowlist *w = &l->allowlists.at[i];

		if (!holds_for(w->target, h) || (w->rule && strcmp(w->rule, r->id) != 0) ||
			!allowlist_accepts(w->list, r->id, h))
			continue;
		w->accepted++;
		if (!first)
			first = arena_printf(a, "gitleaks allowlist: %s", w->list->description);
	}
	return first;
}

uint64_t accept_allowed(const struct accept *l, int target) {
	uint64_t n = 0;

	for (size_t i = 0; i < l->allowlists.n; i++)
		if (l->allowlists.at[i].target == target)
			n += l->allowlists.at[i].accepted;
	return n;
}

void accept_tell_unused(const struct accept *l, bool history_was_read, struct coverage *cov) {
	for (size_t i = 0; i < l->entries.n; i++) {
		const struct accept_entry *e = &l->entries.at[i];
		struct arena scratch = {0};

		if (e->used || (e->commit && !history_was_read))
			continue;
		coverage_note(cov, "suppression-unused", false, arena_printf(&scratch, "%s:%u", e->file, e->line),
			"this entry accepts no finding of this scan");
		arena_free(&scratch);
	}
}
