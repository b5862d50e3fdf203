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

static json_t *taxon(const char *id, const char *guid, const char *title, const char *uri) {
	json_t *o = value_object();
	struct buf name = {0};

	wording_pascal(&name, title);
	value_put(o, "id", value_text(id));
	value_put(o, "guid", value_text(guid));
	value_put(o, "name", value_text(buf_cstr(&name)));
	value_put(o, "shortDescription", sarif_text_str(title));
	value_put(o, "helpUri", value_text(uri));
	buf_free(&name);
	return o;
}

static json_t *nhi_taxonomy(const struct sarif *s) {
	json_t *o = value_object(), *taxa = value_array();

	for (unsigned i = 0; i < NHI_COUNT; i++)
		value_add(taxa, taxon(nhi_id(i), s->nhi_guid[i], nhi_title(i), NHI_URI));
	value_put(o, "name", value_text("OWASP-NHI-Top-10"));
	value_put(o, "fullName", value_text("OWASP Non-Human Identities Top 10"));
	value_put(o, "version", value_text("2025"));
	value_put(o, "guid", value_text(s->taxonomy_guid[TAXONOMY_NHI]));
	value_put(o, "organization", value_text("OWASP"));
	value_put(o, "informationUri", value_text(NHI_URI));
	value_put(o, "shortDescription", sarif_text_str("OWASP Non-Human Identities Top 10, 2025 edition."));
	value_put(o, "isComprehensive", json_true());
	value_put(o, "taxa", taxa);
	return o;
}

static json_t *cwe_taxonomy(const struct sarif *s) {
	json_t *o = value_object(), *taxa = value_array();
	char id[16], uri[64];

	for (size_t i = 0; i < s->ncwe; i++) {
		const char *title = cwe_title(s->cwe[i]);
		snprintf(id, sizeof(id), "CWE-%u", s->cwe[i]);
		snprintf(uri, sizeof(uri), CWE_URI "data/definitions/%u.html", s->cwe[i]);
		value_add(taxa, taxon(id, s->cwe_guid[i], title ? title : id, uri));
	}
	value_put(o, "name", value_text("CWE"));
	value_put(o, "fullName", value_text("Common Weakness Enumeration"));
	value_put(o, "version", value_text("4.20"));
	value_put(o, "guid", value_text(s->taxonomy_guid[TAXONOMY_CWE]));
	value_put(o, "organization", value_text("MITRE"));
	value_put(o, "informationUri", value_text(CWE_URI));
	value_put(o, "shortDescription", sarif_text_str("The MITRE Common Weakness Enumeration."));
	value_put(o, "isComprehensive", json_false());
	value_put(o, "taxa", taxa);
	return o;
}

json_t *sarif_taxonomies(const struct sarif *s) {
	json_t *a = value_array();
	value_add(a, nhi_taxonomy(s));
	value_add(a, cwe_taxonomy(s));
	return a;
}

static const char *const taxonomy_names[TAXONOMY_COUNT] = {"OWASP-NHI-Top-10", "CWE"};

static json_t *component(const struct sarif *s, enum sarif_taxonomy t) {
	json_t *o = value_object();
	value_put(o, "name", value_text(taxonomy_names[t]));
	value_put(o, "index", value_number(t));
	value_put(o, "guid", value_text(s->taxonomy_guid[t]));
	return o;
}

json_t *sarif_supported_taxonomies(const struct sarif *s) {
	json_t *a = value_array();
	for (unsigned t = 0; t < TAXONOMY_COUNT; t++)
		value_add(a, component(s, (enum sarif_taxonomy)t));
	return a;
}

static void add_reference(const struct sarif *s, json_t *list, enum sarif_taxonomy t, json_t *id, size_t index,
	const char *guid, bool relationship) {
	json_t *o = value_object();

	value_put(o, "id", id);
	value_put(o, "index", value_number(index));
	value_put(o, "guid", value_text(guid));
	value_put(o, "toolComponent", component(s, t));
	if (relationship) {
		json_t *outer = value_object(), *kinds = value_array();
		value_add(kinds, value_text("superset"));
		value_put(outer, "target", o);
		value_put(outer, "kinds", kinds);
		o = outer;
	}
	value_add(list, o);
}

json_t *sarif_taxa_of(const struct sarif *s, const struct rule *rule, bool relationships) {
	json_t *a = value_array();

	for (unsigned i = 0; i < NHI_COUNT; i++)
		if (rule->nhi & (1u << i))
			add_reference(s, a, TAXONOMY_NHI, value_text(nhi_id(i)), i, s->nhi_guid[i], relationships);
	for (size_t i = 0; i < rule->ncwe; i++) {
		const uint16_t *hit = bsearch(&rule->cwe[i], s->cwe, s->ncwe, sizeof(*s->cwe), by_number);
		size_t index = hit ? (size_t)(hit - s->cwe) : 0;
		if (hit)
			add_reference(s, a, TAXONOMY_CWE, value_printf("CWE-%u", *hit), index, s->cwe_guid[index],
				relationships);
	}
	return a;
}
