/* Documents to readers. Which readers there are, readers.c lists; what they understand is theirs. */
#include "scanners/read_facts.h"

#include <stdio.h>

/* The text of a document is kept for excerpts when it is no larger than this. */
#define KEPT_TEXT_MAX ((size_t)1 << 20)

enum syntax { SYNTAX_NONE, SYNTAX_YAML, SYNTAX_JSON, SYNTAX_TOML };

static enum syntax syntax_of(const struct document *doc) {
	static const struct {
		const char *suffix;
		enum syntax syntax;
	} names[] = {{".yaml", SYNTAX_YAML}, {".yml", SYNTAX_YAML}, {".json", SYNTAX_JSON}, {".jsonc", SYNTAX_JSON},
		{".json5", SYNTAX_JSON}, {".toml", SYNTAX_TOML}, {"roomodes", SYNTAX_YAML},
		{"kilocodemodes", SYNTAX_YAML}};
	const struct slice text = slice_trim(slice_sub(doc->bytes, 0, 4096));

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (slice_has_suffix_nocase(doc->path, names[i].suffix))
			/* .roomodes may be either */
			return names[i].suffix[0] != '.' && text.n && text.p[0] == '{' ? SYNTAX_JSON : names[i].syntax;
	if (text.n && (text.p[0] == '{' || text.p[0] == '['))
		return SYNTAX_JSON;
	/* What has no name can only be judged by its content, and most that is configuration is YAML. */
	return doc->place == PLACE_STDIN ? SYNTAX_YAML : SYNTAX_NONE;
}

bool facts_wanted(struct slice path) {
	for (size_t i = 0; readers[i]; i++)
		if (readers[i]->wants(path))
			return true;
	return false;
}

/* In a copy of somebody else's repository: what runs there does not run here. */
static bool is_copied(struct slice path) {
	static const char *const folders[] = {"vendor/", "node_modules/", "third_party/", NULL};

	for (size_t i = 0; folders[i]; i++)
		for (ptrdiff_t at = slice_find(path, slice_str(folders[i])); at >= 0;) {
			struct slice rest = slice_sub(path, (size_t)at + 1, path.n);
			const ptrdiff_t next = slice_find(rest, slice_str(folders[i]));

			if (at == 0 || path.p[at - 1] == '/')
				return true;
			at = next < 0 ? -1 : at + 1 + next;
		}
	return false;
}

bool pipelines_wanted(struct slice path) {
	for (size_t i = 0; pipeline_readers[i]; i++)
		if (pipeline_readers[i]->wants(path))
			return !is_copied(path);
	return false;
}

bool facts_wanted_of_link(struct slice path) {
	for (size_t i = 0; link_readers[i]; i++)
		if (link_readers[i]->wants(path))
			return true;
	return false;
}

static bool reads_pipelines(const struct reader *r) {
	for (size_t i = 0; pipeline_readers[i]; i++)
		if (pipeline_readers[i] == r)
			return true;
	return false;
}

/* By its path and by the text it needs. */
static bool is_wanted(const struct reader *r, const struct document *doc) {
	if (!r->wants(doc->path) || (reads_pipelines(r) && is_copied(doc->path)))
		return false;
	for (size_t i = 0; reader_needs[i].reader; i++)
		if (reader_needs[i].reader == r && slice_find(doc->bytes, slice_str(reader_needs[i].text)) < 0)
			return false;
	return true;
}

static const struct reader *const *readers_of(const struct document *doc) {
	return doc->is_link ? link_readers : readers;
}

static bool anybody_wants(const struct document *doc) {
	const struct reader *const *list = readers_of(doc);

	for (size_t i = 0; list[i]; i++)
		if (is_wanted(list[i], doc))
			return true;
	return false;
}

/* A template of a configuration (Helm, Jinja) is no configuration yet: that it can't be read is no news. */
static bool is_template(struct slice text) {
	for (size_t i = 0; i + 1 < text.n; i++)
		if (text.p[i] == '{' && (text.p[i + 1] == '{' || text.p[i + 1] == '%') &&
			(i == 0 || text.p[i - 1] != '$'))
			return true;
	return false;
}

static int parse(const struct document *doc, enum syntax syntax, struct arena *a, struct node_documents *tree,
	struct syntax_error *err) {
	const struct node_limits lim = node_limits_default();

	switch (syntax) {
	case SYNTAX_YAML:
		return yaml_read(a, doc->bytes, &lim, tree, err);
	case SYNTAX_JSON:
		return json_read(a, doc->bytes, true, &lim, tree, err);
	case SYNTAX_TOML:
		return toml_read(a, doc->bytes, &lim, tree, err);
	case SYNTAX_NONE:
		break;
	}
	return 0;
}

struct fact_source *fact_source_of(struct arena *a, const struct document *doc) {
	struct fact_source *s = ARENA_NEW(a, struct fact_source);

	s->place = doc->place;
	s->target = doc->target;
	s->path = arena_copy(a, doc->path);
	s->object = doc->object;
	s->commit = doc->commit;
	s->authored = doc->authored;
	s->at_head = doc->at_head;
	s->container = doc->container ? fact_source_of(a, doc->container) : NULL;
	return s;
}

void reader_note_unread(const struct document *doc, struct coverage *coverage, const struct syntax_error *err) {
	struct arena a = {0};

	coverage_note(coverage, "unread-configuration", false,
		arena_printf(&a, "%s:%u:%u", arena_str(&a, doc->path), err->line, err->column),
		arena_printf(&a, "the rest of it is not understood: %s", err->text));
	arena_free(&a);
}

/* Does a reader want it for its name, rather than every file of its syntax? Only then is it news that it can't be read. */
static bool is_wanted_by_name(struct slice path) {
	static const char *const any[] = {"a/b/zz.yaml", "a/b/zz.yml", "a/b/zz.json", "a/b/zz.toml", NULL};

	for (size_t i = 0; readers[i]; i++) {
		bool generic = false;

		if (!readers[i]->wants(path))
			continue;
		for (size_t k = 0; any[k]; k++)
			generic |= readers[i]->wants(slice_str(any[k]));
		if (!generic)
			return true;
	}
	return false;
}

bool facts_read(const struct document *doc, const struct limits *limits, struct coverage *coverage,
	struct arena *scratch, struct fact_set *set) {
	const enum syntax syntax = doc->is_link ? SYNTAX_NONE : syntax_of(doc);
	const struct reader *const *list = readers_of(doc);
	struct node_documents tree = {0};
	struct syntax_error err = {0};
	struct reader_input in = {.doc = doc, .limits = limits, .coverage = coverage};
	const size_t before = set->all.n;
	bool known = false, failed;

	if (!anybody_wants(doc))
		return false;
	arena_reset(scratch);
	failed = parse(doc, syntax, scratch, &tree, &err) != 0;
	in.tree = syntax == SYNTAX_NONE ? NULL : &tree;

	struct fact_source *source = fact_source_of(&set->arena, doc);

	in.source = source;
	for (size_t i = 0; list[i] && !known; i++)
		known = is_wanted(list[i], doc) && list[i]->read(&in, set);
	if (failed && doc->place != PLACE_STDIN &&
		(known || (is_wanted_by_name(doc->path) && !is_template(doc->bytes))))
		reader_note_unread(doc, coverage, &err);
	if (set->all.n > before && doc->bytes.n <= KEPT_TEXT_MAX)
		source->text = arena_copy(&set->arena, doc->bytes);
	/* some readers take their part of a document and leave it to others */
	return known || set->all.n > before;
}
