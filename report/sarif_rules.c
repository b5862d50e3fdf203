/* Rules as SARIF reporting descriptors (spec 3.49), with the properties GitHub, GitLab and DefectDojo read,
 * and the severity scale that rules and results share. Results are in sarif_results.c. */
#include "report/sarif.h"

#include "core/text.h"
#include "report/wording.h"

#include <strings.h>

const char *sarif_level(enum severity severity) {
	static const char *const levels[SEVERITY_COUNT] = {"note", "note", "warning", "error", "error"};
	return levels[severity];
}

/* GitHub: above 9.0 critical, from 7.0 high, from 4.0 medium, from 0.1 low. GitLab: the same times ten, 10-39.9 low. */
const char *sarif_security_severity(enum severity severity) {
	static const char *const scores[SEVERITY_COUNT] = {"1.0", "3.0", "5.5", "8.0", "9.5"};
	return scores[severity];
}

/* GitLab reads `rank` before anything else, as severity from 0 to 100. */
double sarif_rank(enum severity severity) {
	static const double ranks[SEVERITY_COUNT] = {10, 30, 55, 80, 95};
	return ranks[severity];
}

/* Bytes of `s` that hold at most `max` characters. */
static size_t cut_at(struct slice s, size_t max) {
	size_t at = 0;
	for (size_t n = 0; at < s.n && n < max; n++) {
		size_t len = utf8_sequence(slice_sub(s, at, s.n));
		at += len ? len : 1;
	}
	return at;
}

json_t *sarif_text(struct slice text) {
	json_t *o = value_object();
	struct buf b = {0}, valid = {0};

	text_to_utf8(&valid, slice_trim(text));
	struct slice s = buf_slice(&valid);
	size_t end = cut_at(s, SARIF_TEXT_MAX - 1);
	if (end < s.n) {
		buf_add_slice(&b, slice_sub(s, 0, cut_at(s, SARIF_TEXT_MAX - 3)));
		buf_add_str(&b, "...");
	} else {
		buf_add_slice(&b, s);
		if (b.n == 0 || !strchr(".!?", b.p[b.n - 1]))
			buf_add_byte(&b, '.');
	}
	value_put(o, "text", value_bytes(buf_slice(&b)));
	buf_free(&b);
	buf_free(&valid);
	return o;
}

json_t *sarif_text_str(const char *text) {
	return sarif_text(slice_str(text));
}

/* Precision is what GitHub calls confidence. Very high where an offline check (checksum, structure) backs the pattern. */
static const char *precision(const struct rule *rule) {
	switch (rule->confidence) {
	case CONFIDENCE_HIGH:
		return rule->nchecks ? "very-high" : "high";
	case CONFIDENCE_MEDIUM:
		return "medium";
	case CONFIDENCE_LOW:
		break;
	}
	return "low";
}

static void add_tag(json_t *tags, json_t *tag) {
	if (json_array_size(tags) < SARIF_TAGS_MAX)
		value_add(tags, tag);
	else
		json_decref(tag);
}

/* The first CWE ahead of the risks, the others behind: a consumer that reads one reads the right one. GitHub wants
 * external/cwe/cwe-NNN, GitLab cwe-N. */
static json_t *tags_of(const struct rule *rule) {
	json_t *tags = value_array();

	add_tag(tags, value_text("security"));
	if (rule->ncwe) {
		add_tag(tags, value_printf("external/cwe/cwe-%03u", rule->cwe[0]));
		add_tag(tags, value_printf("cwe-%u", rule->cwe[0]));
	}
	if (rule->nhi)
		add_tag(tags, value_text("owasp-nhi"));
	for (unsigned i = 0; i < NHI_COUNT; i++)
		if (rule->nhi & (1u << i))
			add_tag(tags, value_text(nhi_id(i)));
	for (size_t i = 1; i < rule->ncwe; i++) {
		add_tag(tags, value_printf("external/cwe/cwe-%03u", rule->cwe[i]));
		add_tag(tags, value_printf("cwe-%u", rule->cwe[i]));
	}
	return tags;
}

static json_t *name_of(const struct rule *rule) {
	struct buf b = {0};
	wording_pascal(&b, rule->id);
	/* Spec 3.49.7: a name that is the id again says nothing; validators reject it (SARIF1001). */
	if (strcasecmp(buf_cstr(&b), rule->id) == 0)
		buf_add_str(&b, "Secret");
	json_t *v = value_bytes(buf_slice(&b));
	buf_free(&b);
	return v;
}

static json_t *full_description(const struct rule *rule) {
	struct buf b = {0};
	buf_printf(&b, "%s", rule->title);
	if (rule->service && *rule->service)
		buf_printf(&b, " (%s)", rule->service);
	buf_add_str(&b,
		rule->kind == KIND_KEY_ID
			? " in a place that others can read. It is the public half of a key pair and names the "
			  "identity."
			: " in a place that others can read. Whoever reads it can act as the identity it belongs to.");
	json_t *v = sarif_text(buf_slice(&b));
	buf_free(&b);
	return v;
}

static json_t *help_of(const struct rule *rule) {
	static const char any[] = "Revoke the secret where it was issued, replace it, then remove it from here.";
	const char *fix = rule->fix && *rule->fix ? rule->fix : any;
	json_t *o = value_object();
	struct buf text = {0}, markdown = {0};

	buf_add_str(&text, fix);
	buf_printf(&markdown, "**Fix.** %s", fix);
	if (rule->reference) {
		buf_printf(&text, "\nSee %s", rule->reference);
		buf_printf(&markdown, "\n\nSee <%s>.", rule->reference);
	}
	value_put(o, "text", value_bytes(buf_slice(&text)));
	value_put(o, "markdown", value_bytes(buf_slice(&markdown)));
	buf_free(&text);
	buf_free(&markdown);
	return o;
}

json_t *sarif_rule(const struct sarif *s, const struct rule *rule) {
	json_t *o = value_object(), *configuration = value_object(), *properties = value_object();

	value_put(configuration, "level", value_text(sarif_level(rule->severity)));
	value_put(configuration, "rank", json_real(sarif_rank(rule->severity)));
	value_put(properties, "security-severity", value_text(sarif_security_severity(rule->severity)));
	value_put(properties, "precision", value_text(precision(rule)));
	value_put(properties, "tags", tags_of(rule));

	value_put(o, "id", value_text(rule->id));
	value_put(o, "name", name_of(rule));
	value_put(o, "shortDescription", sarif_text_str(rule->title));
	value_put(o, "fullDescription", full_description(rule));
	value_put(o, "help", help_of(rule));
	if (rule->reference)
		value_put(o, "helpUri", value_text(rule->reference));
	value_put(o, "defaultConfiguration", configuration);
	value_put(o, "relationships", sarif_taxa_of(s, rule, true));
	value_put(o, "properties", properties);
	return o;
}
