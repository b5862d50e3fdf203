/* Reading one framework file, and looking entries up. The files are rules/frameworks; tools/embed-frameworks.c makes tables of them. */
#include "rules/framework.h"

#include "rules/rule.h"
#include "rules/rule_tree.h"

#include <stdlib.h>

struct framework_reading {
	struct arena *arena;
	const char *file;
	struct framework *out;
	struct error *err;
};

static int fail(const struct framework_reading *r, unsigned line, const char *what, struct slice name) {
	return error_set(r->err, ERR_USAGE, "%s:%u: %s '%.*s'", r->file, line, what, (int)(name.n < 80 ? name.n : 80),
		(const char *)name.p);
}

static ptrdiff_t entry_index(const struct framework *f, struct slice id) {
	for (size_t i = 0; i < f->nentries; i++)
		if (slice_eq(slice_str(f->entries[i].id), id))
			return (ptrdiff_t)i;
	return -1;
}

static int read_entries(struct framework_reading *r, const struct rule_node *map) {
	struct framework_entry *at;

	if (map->kind != NODE_MAP)
		return fail(r, map->line, "a mapping of ids to titles is expected in", slice_str("entries"));
	at = ARENA_NEW_N(r->arena, struct framework_entry, map->n / 2);
	for (const struct rule_node *key = map->first; key; key = key->next->next) {
		if (key->next->kind != NODE_TEXT || !key->next->text.n)
			return fail(r, key->line, "a title is expected for", key->text);
		at[r->out->nentries++] =
			(struct framework_entry){arena_str(r->arena, key->text), arena_str(r->arena, key->next->text)};
	}
	r->out->entries = at;
	return 0;
}

static int read_links(struct framework_reading *r, const struct rule_node *map, bool published) {
	struct framework_link *at;
	size_t room = r->out->nlinks;

	if (map->kind != NODE_MAP)
		return fail(r, map->line, "a mapping of risks to ids is expected",
			slice_str(published ? "published" : "suggested"));
	for (const struct rule_node *key = map->first; key; key = key->next->next)
		room += key->next->n;
	at = ARENA_NEW_N(r->arena, struct framework_link, room);
	for (size_t i = 0; i < r->out->nlinks; i++)
		at[i] = r->out->links[i];
	for (const struct rule_node *key = map->first; key; key = key->next->next) {
		unsigned risk;

		if (!nhi_parse(key->text, &risk) || key->next->kind != NODE_LIST)
			return fail(r, key->line, "a risk and a list of ids are expected at", key->text);
		for (const struct rule_node *id = key->next->first; id; id = id->next) {
			ptrdiff_t entry = entry_index(r->out, id->text);

			if (entry < 0)
				return fail(r, id->line, "the framework has no entry", id->text);
			at[r->out->nlinks++] = (struct framework_link){(uint8_t)risk, (uint16_t)entry, published};
		}
	}
	r->out->links = at;
	return 0;
}

static int read_only(struct framework_reading *r, const struct rule_node *list) {
	const char **at;
	size_t n = 0;

	if (list->kind != NODE_LIST)
		return fail(r, list->line, "a list of beginnings of rule ids is expected in", slice_str("only"));
	at = ARENA_NEW_N(r->arena, const char *, list->n + 1);
	for (const struct rule_node *item = list->first; item; item = item->next)
		at[n++] = arena_str(r->arena, item->text);
	r->out->only = at;
	return 0;
}

static int read_text(struct framework_reading *r, const struct rule_node *key) {
	const struct {
		const char *name;
		const char **to;
	} texts[] = {{"id", &r->out->id}, {"title", &r->out->title}, {"edition", &r->out->edition},
		{"publisher", &r->out->publisher}, {"source", &r->out->source}, {"note", &r->out->note}};

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		if (!slice_eq(key->text, slice_str(texts[i].name)))
			continue;
		if (key->next->kind != NODE_TEXT || !key->next->text.n)
			return fail(r, key->line, "a text is expected for", key->text);
		*texts[i].to = arena_str(r->arena, key->next->text);
		return 0;
	}
	return fail(r, key->line, "unknown key", key->text);
}

int framework_parse(struct arena *a, const char *file, struct slice yaml, struct framework *out, struct error *err) {
	struct framework_reading r = {a, file, out, err};
	struct rule_node *root = NULL;

	*out = (struct framework){0};
	if (rule_tree_read(a, file, yaml, &root, err) != 0)
		return -1;
	if (!root || root->kind != NODE_MAP)
		return fail(&r, 1, "a mapping is expected in", slice_str(file));
	for (const struct rule_node *key = root->first; key; key = key->next->next) {
		int status = 0;

		if (slice_eq(key->text, slice_str("entries")))
			status = read_entries(&r, key->next);
		else if (slice_eq(key->text, slice_str("published")) || slice_eq(key->text, slice_str("suggested")))
			status = read_links(&r, key->next, key->text.p[0] == 'p');
		else if (slice_eq(key->text, slice_str("only")))
			status = read_only(&r, key->next);
		else
			status = read_text(&r, key);
		if (status != 0)
			return -1;
	}
	if (!out->id || !out->title || !out->edition || !out->publisher || !out->source || !out->nentries)
		return fail(&r, 1, "id, title, edition, publisher, source and entries are needed in", slice_str(file));
	return 0;
}

bool framework_applies(const struct framework *f, const char *rule_id) {
	if (!f->only)
		return true;
	for (size_t i = 0; f->only[i]; i++)
		if (strncmp(f->only[i], rule_id, strlen(f->only[i])) == 0)
			return true;
	return false;
}

const struct framework *framework_find(const struct framework_list *l, const char *id) {
	for (size_t i = 0; i < l->n; i++)
		if (strcmp(l->at[i].id, id) == 0)
			return &l->at[i];
	return NULL;
}

const char *framework_title(const struct framework *f, const char *entry) {
	ptrdiff_t i = f ? entry_index(f, slice_str(entry)) : -1;

	return i < 0 ? NULL : f->entries[i].title;
}
