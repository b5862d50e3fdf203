/* The taxonomies of a SARIF log: OWASP NHI Top 10 2025 whole, CWE 4.20 as far as the rules use it.
 * Which taxa a rule has is said by the rule. */
#include "report/sarif.h"

#include "core/memory.h"
#include "report/wording.h"

#include <stdlib.h>

#define NHI_URI "https://owasp.org/www-project-non-human-identities-top-10/2025/"
#define CWE_URI "https://cwe.mitre.org/"

/* Titles as MITRE's CWE list 4.20 has them. */
static const struct {
	uint16_t id;
	const char *title;
} cwe_titles[] = {
	{200, "Exposure of Sensitive Information to an Unauthorized Actor"},
	{250, "Execution with Unnecessary Privileges"},
	{256, "Plaintext Storage of a Password"},
	{257, "Storing Passwords in a Recoverable Format"},
	{259, "Use of Hard-coded Password"},
	{260, "Password in Configuration File"},
	{261, "Weak Encoding for Password"},
	{269, "Improper Privilege Management"},
	{284, "Improper Access Control"},
	{287, "Improper Authentication"},
	{295, "Improper Certificate Validation"},
	{306, "Missing Authentication for Critical Function"},
	{311, "Missing Encryption of Sensitive Data"},
	{312, "Cleartext Storage of Sensitive Information"},
	{313, "Cleartext Storage in a File or on Disk"},
	{319, "Cleartext Transmission of Sensitive Information"},
	{321, "Use of Hard-coded Cryptographic Key"},
	{326, "Inadequate Encryption Strength"},
	{327, "Use of a Broken or Risky Cryptographic Algorithm"},
	{328, "Use of Weak Hash"},
	{521, "Weak Password Requirements"},
	{522, "Insufficiently Protected Credentials"},
	{523, "Unprotected Transport of Credentials"},
	{526, "Cleartext Storage of Sensitive Information in an Environment Variable"},
	{532, "Insertion of Sensitive Information into Log File"},
	{538, "Insertion of Sensitive Information into Externally-Accessible File or Directory"},
	{540, "Inclusion of Sensitive Information in Source Code"},
	{547, "Use of Hard-coded, Security-relevant Constants"},
	{598, "Use of GET Request Method With Sensitive Query Strings"},
	{613, "Insufficient Session Expiration"},
	{615, "Inclusion of Sensitive Information in Source Code Comments"},
	{668, "Exposure of Resource to Wrong Sphere"},
	{732, "Incorrect Permission Assignment for Critical Resource"},
	{798, "Use of Hard-coded Credentials"},
	{836, "Use of Password Hash Instead of Password for Authentication"},
	{916, "Use of Password Hash With Insufficient Computational Effort"},
	{1391, "Use of Weak Credentials"},
	{1392, "Use of Default Credentials"},
	{1393, "Use of Default Password"},
};

static const char *cwe_title(uint16_t id) {
	for (size_t i = 0; i < sizeof(cwe_titles) / sizeof(*cwe_titles); i++)
		if (cwe_titles[i].id == id)
			return cwe_titles[i].title;
	return NULL;
}

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

static void add_taxon(struct emitter *e, const char *id, const char *guid, const char *title, const char *uri) {
	struct buf name = {0};

	wording_pascal(&name, title);
	emit_open(e, NULL, '{');
	emit_text(e, "id", id);
	emit_text(e, "guid", guid);
	emit_bytes(e, "name", buf_slice(&name));
	sarif_text_str(e, "shortDescription", title);
	emit_text(e, "helpUri", uri);
	emit_close(e, '}');
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
	char id[16], uri[64];

	emit_open(e, "taxonomies", '[');
	open_taxonomy(e, s, TAXONOMY_NHI);
	for (unsigned i = 0; i < NHI_COUNT; i++)
		add_taxon(e, nhi_id(i), s->nhi_guid[i], nhi_title(i), NHI_URI);
	close_taxonomy(e);
	open_taxonomy(e, s, TAXONOMY_CWE);
	for (size_t i = 0; i < s->ncwe; i++) {
		const char *title = cwe_title(s->cwe[i]);
		snprintf(id, sizeof(id), "CWE-%u", s->cwe[i]);
		snprintf(uri, sizeof(uri), CWE_URI "data/definitions/%u.html", s->cwe[i]);
		add_taxon(e, id, s->cwe_guid[i], title ? title : id, uri);
	}
	close_taxonomy(e);
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
