/* Other frameworks in a SARIF log: one taxonomy each, with the taxa that the risks of this log lead to, and the links as relationships of the
 * NHI taxa (spec 3.49.15: a descriptor may be related to those of other components). Rules and results carry none of them: their tags
 * stay short. */
#include "report/frameworks.h"
#include "report/sarif.h"

#include "report/wording.h"

static void guid(char out[UUID_TEXT], const struct framework *f, const char *entry) {
	char uri[300];
	struct uuid u;

	snprintf(uri, sizeof(uri), "urn:nhiscan:framework:%s%s%s", f->id, entry ? ":" : "", entry ? entry : "");
	u = uuid_of_uri(uri);
	uuid_text(&u, out);
}

static void add_taxon(struct emitter *e, const struct framework *f, const struct framework_entry *entry) {
	struct buf name = {0};
	char text[UUID_TEXT];

	guid(text, f, entry->id);
	wording_pascal(&name, entry->title);
	emit_open(e, NULL, '{');
	emit_text(e, "id", entry->id);
	emit_text(e, "guid", text);
	emit_bytes(e, "name", buf_slice(&name));
	sarif_text_str(e, "shortDescription", entry->title);
	emit_close(e, '}');
	buf_free(&name);
}

void sarif_frameworks(struct emitter *e, const struct sarif *s) {
	for (size_t i = 0; i < builtin_frameworks.n; i++) {
		const struct framework *f = &builtin_frameworks.at[i];
		unsigned risks = framework_risks(f, &s->rules);
		char text[UUID_TEXT];

		if (!risks)
			continue;
		guid(text, f, NULL);
		emit_open(e, NULL, '{');
		emit_text(e, "name", f->id);
		emit_text(e, "fullName", f->title);
		emit_text(e, "version", f->edition);
		emit_text(e, "guid", text);
		emit_text(e, "organization", f->publisher);
		emit_text(e, "informationUri", f->source);
		sarif_text_str(e, "shortDescription", f->note ? f->note : f->title);
		emit_boolean(e, "isComprehensive", false);
		emit_open(e, "taxa", '[');
		for (size_t k = 0; k < f->nentries; k++)
			if (framework_entry_is_linked(f, k, risks))
				add_taxon(e, f, &f->entries[k]);
		emit_close(e, ']');
		emit_close(e, '}');
	}
}

static void add_link(struct emitter *e, const struct framework *f, size_t taxonomy, const struct framework_link *link,
	unsigned risks) {
	const char *id = f->entries[link->entry].id;
	char text[UUID_TEXT];
	size_t index = 0;

	for (size_t k = 0; k < link->entry; k++)
		index += framework_entry_is_linked(f, k, risks);
	emit_open(e, NULL, '{');
	emit_open(e, "target", '{');
	emit_text(e, "id", id);
	emit_number(e, "index", index);
	guid(text, f, id);
	emit_text(e, "guid", text);
	emit_open(e, "toolComponent", '{');
	emit_text(e, "name", f->id);
	emit_number(e, "index", taxonomy);
	guid(text, f, NULL);
	emit_text(e, "guid", text);
	emit_close(e, '}');
	emit_close(e, '}');
	emit_literal(e, "kinds", "[\"relevant\"]");
	sarif_text_str(
		e, "description", link->published ? "Published by the framework's owner" : "Suggested by nhiscan");
	emit_close(e, '}');
}

void sarif_framework_links(struct emitter *e, const struct sarif *s, unsigned risk) {
	size_t taxonomy = TAXONOMY_COUNT;
	bool open = false;

	for (size_t i = 0; i < builtin_frameworks.n; i++) {
		const struct framework *f = &builtin_frameworks.at[i];
		unsigned risks = framework_risks(f, &s->rules);

		if (!risks)
			continue;
		for (size_t k = 0; (risks >> risk & 1) && k < f->nlinks; k++) {
			if (f->links[k].nhi != risk)
				continue;
			if (!open)
				emit_open(e, "relationships", '[');
			open = true;
			add_link(e, f, taxonomy, &f->links[k], risks);
		}
		taxonomy++;
	}
	if (open)
		emit_close(e, ']');
}
