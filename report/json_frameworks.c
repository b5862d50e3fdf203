/* Other frameworks in nhiscan-report/1: once for a report, linked by NHI risk, so that findings stay short. */
#include "report/frameworks.h"
#include "report/json_parts.h"

static void add_framework(struct emitter *e, const struct framework *f, unsigned risks) {
	emit_open(e, NULL, '{');
	emit_text(e, "id", f->id);
	emit_text(e, "title", f->title);
	emit_text(e, "edition", f->edition);
	emit_text(e, "publisher", f->publisher);
	emit_text(e, "source", f->source);
	emit_text(e, "note", f->note);
	emit_open(e, "links", '[');
	for (size_t i = 0; i < f->nlinks; i++) {
		if (!(risks >> f->links[i].nhi & 1))
			continue;
		emit_open(e, NULL, '{');
		emit_text(e, "nhi", nhi_id(f->links[i].nhi));
		emit_text(e, "id", f->entries[f->links[i].entry].id);
		emit_text(e, "title", f->entries[f->links[i].entry].title);
		emit_text(e, "status", f->links[i].published ? "published" : "suggested");
		emit_close(e, '}');
	}
	emit_close(e, ']');
	emit_close(e, '}');
}

void json_part_frameworks(struct emitter *e, const struct used_rules *used) {
	emit_open(e, "frameworks", '[');
	for (size_t i = 0; i < builtin_frameworks.n; i++) {
		const struct framework *f = &builtin_frameworks.at[i];
		unsigned risks = framework_risks(f, used);

		if (!risks)
			continue;
		emit_line(e);
		add_framework(e, f, risks);
	}
	emit_close(e, ']');
}
