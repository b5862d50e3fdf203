/* A sighting as a SARIF location (spec 3.28): a relative URI, a region with all four coordinates, and for what is not
 * in the working tree a logical location `git:<commit>:<path>`. What is said about it is in sarif_results.c. */
#include "report/sarif.h"

#include "core/text.h"
#include "report/uri.h"
#include "report/wording.h"

/* What stands before the path when several targets share one URI base: the target as it was named, or its last
 * name when it was given as an absolute path, which is nobody's business. */
static void add_target(struct buf *out, const struct report_run *run, const struct sighting *s) {
	const struct report_target *t = s->target < run->ntargets ? &run->targets[s->target] : NULL;

	if (!t || run->ntargets < 2 || slice_has_prefix(s->path, "/") || !t->name || !t->kind ||
		strcmp(t->kind, "file") == 0)
		return;
	struct slice name = slice_str(t->name);
	while (name.n > 1 && name.p[name.n - 1] == '/')
		name.n--;
	if (name.n && name.p[0] == '/') {
		size_t at = name.n;
		while (at && name.p[at - 1] != '/')
			at--;
		name = slice_sub(name, at, name.n);
	}
	buf_add_slice(out, name);
	buf_add_byte(out, '/');
}

/* Consumers want a path in every result. What has none (a message, an unreachable blob) gets one of its place and id. */
static json_t *uri_of(const struct report *r, const struct sighting *s) {
	struct buf path = {0}, uri = {0};
	const char *id = s->object ? s->object : s->commit;

	if (s->place == PLACE_STDIN) {
		buf_add_str(&path, "stdin");
	} else {
		add_target(&path, r->run, s);
		if (s->path.n == 0)
			buf_printf(&path, "%s/%s", place_name(s->place), id ? id : "unnamed");
		buf_add_slice(&path, s->path);
	}
	uri_add_path(&uri, buf_slice(&path));
	if (uri.n == 0)
		buf_add_str(&uri, "unnamed");
	json_t *v = value_bytes(buf_slice(&uri));
	buf_free(&path);
	buf_free(&uri);
	return v;
}

static unsigned at_least(unsigned n, unsigned least) {
	return n < least ? least : n;
}

static json_t *region_of(const struct sighting *s) {
	json_t *o = value_object();
	unsigned line = at_least(s->line, 1), column = at_least(s->column, 1);
	unsigned end_line = at_least(s->end_line, line);
	unsigned end_column = at_least(s->end_column, end_line == line ? column : 1);

	value_put(o, "startLine", value_number(line));
	value_put(o, "startColumn", value_number(column));
	value_put(o, "endLine", value_number(end_line));
	value_put(o, "endColumn", value_number(end_column));
	return o;
}

static json_t *logical_of(const struct sighting *s) {
	json_t *o = value_object(), *list = value_array();
	const char *id = s->commit ? s->commit : s->object;
	struct buf name = {0};

	buf_printf(&name, "git:%s", id);
	if (s->path.n) {
		buf_add_byte(&name, ':');
		text_to_utf8(&name, s->path);
	}
	value_put(o, "fullyQualifiedName", value_bytes(buf_slice(&name)));
	value_put(o, "kind", value_text("resource"));
	value_add(list, o);
	buf_free(&name);
	return list;
}

json_t *sarif_location(const struct report *r, const struct sighting *s) {
	json_t *o = value_object(), *physical = value_object(), *artifact = value_object();

	value_put(artifact, "uri", uri_of(r, s));
	value_put(artifact, "uriBaseId", value_text("SRCROOT"));
	value_put(physical, "artifactLocation", artifact);
	value_put(physical, "region", region_of(s));
	value_put(o, "physicalLocation", physical);
	if (s->commit || s->object)
		value_put(o, "logicalLocations", logical_of(s));
	return o;
}

void sarif_add_subject(struct buf *out, const struct report *r, const struct sighting *s) {
	struct buf raw = {0}, text = {0};
	enum { SHOWN = 400 }; /* bytes: the sentence around it stays whole */

	wording_subject(&raw, r->run, s);
	struct slice shown = buf_slice(&raw);
	if (shown.n > SHOWN) {
		size_t end = SHOWN;
		while (end > SHOWN - 4 && (shown.p[end] & 0xc0) == 0x80) /* not in the middle of a character */
			end--;
		shown.n = end;
	}
	text_escape(&text, shown);
	for (size_t i = 0; i < text.n; i++) {
		/* Spec 3.11.6: an unescaped bracket may begin a link. */
		if (text.p[i] == '[' || text.p[i] == ']')
			buf_add_byte(out, '\\');
		buf_add_byte(out, text.p[i]);
	}
	if (shown.n < raw.n)
		buf_add_str(out, "...");
	buf_free(&raw);
	buf_free(&text);
}
