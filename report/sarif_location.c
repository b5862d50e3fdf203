/* A sighting as a SARIF location (spec 3.28): a relative URI, a region with all four coordinates, and for what is not
 * in the working tree a logical location `git:<commit>:<path>`. What is said about it is in sarif_results.c. */
#include "report/sarif.h"

#include "core/text.h"
#include "report/uri.h"
#include "report/wording.h"

void sarif_add_base(struct buf *out, const struct report_run *run, size_t target) {
	struct slice name = wording_root(run, target);

	if (!name.n)
		return;
	if (name.p[0] == '/') {
		size_t at = name.n;
		while (at && name.p[at - 1] != '/')
			at--;
		name = slice_sub(name, at, name.n);
	}
	buf_add_slice(out, name);
	buf_add_byte(out, '/');
}

/* Consumers want a path in every result. What has none (a message, an unreachable blob) gets one of its place and id. */
void sarif_outer_uri(struct buf *uri, const struct report *r, const struct sighting *s) {
	struct buf path = {0};
	const char *id = s->object ? s->object : s->commit;
	struct slice outer = s->nsteps ? s->steps[0] : s->path;

	if (s->place == PLACE_STDIN) {
		buf_add_str(&path, "stdin");
	} else {
		if (!slice_has_prefix(outer, "/"))
			sarif_add_base(&path, r->run, s->target);
		if (outer.n == 0)
			buf_printf(&path, "%s/%s", place_name(s->place), id ? id : "unnamed");
		buf_add_slice(&path, outer);
	}
	uri_add_path(uri, buf_slice(&path));
	if (uri->n == 0)
		buf_add_str(uri, "unnamed");
	buf_free(&path);
}

static unsigned at_least(unsigned n, unsigned least) {
	return n < least ? least : n;
}

static void add_region(struct emitter *e, const struct sighting *s) {
	unsigned line = at_least(s->line, 1), column = at_least(s->column, 1);
	unsigned end_line = at_least(s->end_line, line);

	emit_open(e, "region", '{');
	emit_number(e, "startLine", line);
	emit_number(e, "startColumn", column);
	emit_number(e, "endLine", end_line);
	emit_number(e, "endColumn", at_least(s->end_column, end_line == line ? column : 1));
	emit_close(e, '}');
}

/* What a physical location can't say: the commit, and the way into archives. */
static void add_logical(struct emitter *e, const struct sighting *s) {
	struct buf name = {0};

	if (s->commit || s->object)
		buf_printf(&name, "git:%s", s->commit ? s->commit : s->object);
	if (s->path.n) {
		buf_add_str(&name, name.n ? ":" : "");
		buf_add_slice(&name, s->path);
	}
	emit_open(e, "logicalLocations", '[');
	emit_open(e, NULL, '{');
	emit_bytes(e, "fullyQualifiedName", buf_slice(&name));
	emit_text(e, "kind", "resource");
	emit_close(e, '}');
	emit_close(e, ']');
	buf_free(&name);
}

void sarif_location(struct emitter *e, const struct sarif *s, const struct sighting *at) {
	struct buf uri = {0};

	emit_open(e, "physicalLocation", '{');
	if (at->nsteps) {
		sarif_step_location(e, s, at, at->nsteps);
	} else {
		sarif_outer_uri(&uri, s->r, at);
		emit_open(e, "artifactLocation", '{');
		emit_bytes(e, "uri", buf_slice(&uri));
		emit_text(e, "uriBaseId", "SRCROOT");
		emit_close(e, '}');
	}
	add_region(e, at);
	emit_close(e, '}');
	if (at->commit || at->object || at->nsteps)
		add_logical(e, at);
	buf_free(&uri);
}

void sarif_anchor(struct emitter *e, const struct sarif *s, const struct sighting *at) {
	if (!at->nsteps) {
		sarif_location(e, s, at);
		return;
	}
	emit_open(e, "physicalLocation", '{');
	sarif_step_location(e, s, at, 1);
	emit_literal(e, "region", "{\"startLine\":1,\"startColumn\":1,\"endLine\":1,\"endColumn\":1}");
	emit_close(e, '}');
	add_logical(e, at);
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
