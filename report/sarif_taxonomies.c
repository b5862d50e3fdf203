/* The taxonomies of a SARIF log: OWASP NHI Top 10 2025 whole, CWE 4.20 as far as the rules use it; others in sarif_frameworks.c.
 * Which taxa a rule has is said by the rule. */
#include "report/sarif.h"

#include "core/memory.h"
#include "report/wording.h"

#include <stdlib.h>

#define NHI_URI "https://owasp.org/www-project-non-human-identities-top-10/2025/"
#define CWE_URI "https://cwe.mitre.org/"

static int by_number(const void *a, const void *b) {
	return (int)*(const uint16_t *)a - (int)*(const uint16_t *)b;
}

static void guid_of(char out[UUID_TEXT], const char *uri) {
	struct uuid u = uuid_of_uri(uri);
	uuid_text(&u, out);
}

void sarif_taxonomies_take(struct sarif *s) {
	char uri[128];
	size_t total = 1, n = 0;

	for (size_t i = 0; i < s->rules.n; i++)
		total += s->rules.at[i]->ncwe;
	s->cwe = mem_alloc_n(total, sizeof(*s->cwe));
	for (size_t i = 0; i < s->rules.n; i++)
		for (size_t k = 0; k < s->rules.at[i]->ncwe; k++)
			s->cwe[n++] = s->rules.at[i]->cwe[k];
	qsort(s->cwe, n, sizeof(*s->cwe), by_number);
	for (size_t i = 0; i < n; i++)
		if (i == 0 || s->cwe[i] != s->cwe[i - 1])
			s->cwe[s->ncwe++] = s->cwe[i];

	guid_of(s->taxonomy_guid[TAXONOMY_NHI], NHI_URI);
	guid_of(s->taxonomy_guid[TAXONOMY_CWE], CWE_URI);
	for (unsigned i = 0; i < NHI_COUNT; i++) {
		snprintf(uri, sizeof(uri), NHI_URI "#NHI%u", i + 1);
		guid_of(s->nhi_guid[i], uri);
	}
	s->cwe_guid = mem_alloc_n(s->ncwe + 1, sizeof(*s->cwe_guid));
	for (size_t i = 0; i < s->ncwe; i++) {
		snprintf(uri, sizeof(uri), CWE_URI "data/definitions/%u.html", s->cwe[i]);
		guid_of(s->cwe_guid[i], uri);
	}
}

void sarif_taxonomies_free(struct sarif *s) {
	free(s->cwe);
	free(s->cwe_guid);
}

static void open_taxon(struct emitter *e, const char *id, const char *guid, const char *title, const char *uri) {
	struct buf name = {0};

	wording_pascal(&name, title);
	emit_open(e, NULL, '{');
	emit_text(e, "id", id);
	emit_text(e, "guid", guid);
	emit_bytes(e, "name", buf_slice(&name));
	sarif_text_str(e, "shortDescription", title);
	emit_text(e, "helpUri", uri);
	buf_free(&name);
}

static const struct {
	const char *name, *full_name, *version, *organization, *uri, *description;
	bool whole;
} taxonomies[TAXONOMY_COUNT] = {
	[TAXONOMY_NHI] = {"OWASP-NHI-Top-10", "OWASP Non-Human Identities Top 10", "2025", "OWASP", NHI_URI,
		"OWASP Non-Human Identities Top 10, 2025 edition.", true},
	[TAXONOMY_CWE] = {"CWE", "Common Weakness Enumeration", "4.20", "MITRE", CWE_URI,
		"The MITRE Common Weakness Enumeration.", false},
};

static void open_taxonomy(struct emitter *e, const struct sarif *s, enum sarif_taxonomy t) {
	emit_open(e, NULL, '{');
	emit_text(e, "name", taxonomies[t].name);
	emit_text(e, "fullName", taxonomies[t].full_name);
	emit_text(e, "version", taxonomies[t].version);
	emit_text(e, "guid", s->taxonomy_guid[t]);
	emit_text(e, "organization", taxonomies[t].organization);
	emit_text(e, "informationUri", taxonomies[t].uri);
	sarif_text_str(e, "shortDescription", taxonomies[t].description);
	emit_boolean(e, "isComprehensive", taxonomies[t].whole);
	emit_open(e, "taxa", '[');
}

static void close_taxonomy(struct emitter *e) {
	emit_close(e, ']');
	emit_close(e, '}');
}

void sarif_taxonomies(struct emitter *e, const struct sarif *s) {
	const struct framework *cwe = framework_find(&builtin_frameworks, "cwe");
	char id[16], uri[64];

	emit_open(e, "taxonomies", '[');
	open_taxonomy(e, s, TAXONOMY_NHI);
	for (unsigned i = 0; i < NHI_COUNT; i++) {
		open_taxon(e, nhi_id(i), s->nhi_guid[i], nhi_title(i), NHI_URI);
		sarif_framework_links(e, s, i);
		emit_close(e, '}');
	}
	close_taxonomy(e);
	open_taxonomy(e, s, TAXONOMY_CWE);
	for (size_t i = 0; i < s->ncwe; i++) {
		const char *title;

		snprintf(id, sizeof(id), "CWE-%u", s->cwe[i]);
		title = framework_title(cwe, id);
		snprintf(uri, sizeof(uri), CWE_URI "data/definitions/%u.html", s->cwe[i]);
		open_taxon(e, id, s->cwe_guid[i], title ? title : id, uri);
		emit_close(e, '}');
	}
	close_taxonomy(e);
	sarif_frameworks(e, s);
	emit_close(e, ']');
}

static void add_component(struct emitter *e, const char *key, const struct sarif *s, enum sarif_taxonomy t) {
	emit_open(e, key, '{');
	emit_text(e, "name", taxonomies[t].name);
	emit_number(e, "index", t);
	emit_text(e, "guid", s->taxonomy_guid[t]);
	emit_close(e, '}');
}

void sarif_supported_taxonomies(struct emitter *e, const struct sarif *s) {
	emit_open(e, "supportedTaxonomies", '[');
	for (unsigned t = 0; t < TAXONOMY_COUNT; t++)
		add_component(e, NULL, s, (enum sarif_taxonomy)t);
	emit_close(e, ']');
}

static void add_reference(struct emitter *e, const struct sarif *s, enum sarif_taxonomy t, const char *id, size_t index,
	const char *guid, bool relationship) {
	if (relationship)
		emit_open(e, NULL, '{');
	emit_open(e, relationship ? "target" : NULL, '{');
	emit_text(e, "id", id);
	emit_number(e, "index", index);
	emit_text(e, "guid", guid);
	add_component(e, "toolComponent", s, t);
	emit_close(e, '}');
	if (relationship) {
		emit_literal(e, "kinds", "[\"superset\"]");
		emit_close(e, '}');
	}
}

void sarif_taxa_of(struct emitter *e, const struct sarif *s, const struct rule *rule, bool relationships) {
	char id[16];

	emit_open(e, relationships ? "relationships" : "taxa", '[');
	for (unsigned i = 0; i < NHI_COUNT; i++)
		if (rule->nhi & (1u << i))
			add_reference(e, s, TAXONOMY_NHI, nhi_id(i), i, s->nhi_guid[i], relationships);
	for (size_t i = 0; i < rule->ncwe; i++) {
		const uint16_t *hit = bsearch(&rule->cwe[i], s->cwe, s->ncwe, sizeof(*s->cwe), by_number);
		size_t index = hit ? (size_t)(hit - s->cwe) : 0;
		if (!hit)
			continue;
		snprintf(id, sizeof(id), "CWE-%u", *hit);
		add_reference(e, s, TAXONOMY_CWE, id, index, s->cwe_guid[index], relationships);
	}
	emit_close(e, ']');
}
