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
const char *sarif_rank(enum severity severity) {
	static const char *const ranks[SEVERITY_COUNT] = {"10.0", "30.0", "55.0", "80.0", "95.0"};
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

void sarif_text(struct emitter *e, const char *key, struct slice text) {
	struct buf b = {0}, valid = {0};

	struct slice s = slice_trim(text);
	if (!utf8_is_valid(s)) {
		text_to_utf8(&valid, s);
		s = buf_slice(&valid);
	}
	size_t end = s.n < SARIF_TEXT_MAX ? s.n : cut_at(s, SARIF_TEXT_MAX - 1);
	if (end < s.n) {
		buf_add_slice(&b, slice_sub(s, 0, cut_at(s, SARIF_TEXT_MAX - 3)));
		buf_add_str(&b, "...");
	} else {
		buf_add_slice(&b, s);
		if (b.n == 0 || !strchr(".!?", b.p[b.n - 1]))
			buf_add_byte(&b, '.');
	}
	emit_open(e, key, '{');
	emit_bytes(e, "text", buf_slice(&b));
	emit_close(e, '}');
	buf_free(&b);
	buf_free(&valid);
}

void sarif_text_str(struct emitter *e, const char *key, const char *text) {
	sarif_text(e, key, slice_str(text));
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

/* The first CWE ahead of the risks, the others behind: a consumer that reads one reads the right one. GitHub wants
 * external/cwe/cwe-NNN, GitLab cwe-N. */
static void add_tags(struct emitter *e, const struct rule *rule) {
	size_t n = 2;

	emit_open(e, "tags", '[');
	emit_text(e, NULL, "security");
	if (rule->ncwe) {
		emit_printf(e, NULL, "external/cwe/cwe-%03u", rule->cwe[0]);
		emit_printf(e, NULL, "cwe-%u", rule->cwe[0]);
		n += 2;
	}
	if (rule->nhi)
		emit_text(e, NULL, "owasp-nhi");
	for (unsigned i = 0; i < NHI_COUNT && n < SARIF_TAGS_MAX; i++)
		if (rule->nhi & (1u << i)) {
			emit_text(e, NULL, nhi_id(i));
			n++;
		}
	for (size_t i = 1; i < rule->ncwe && n + 2 <= SARIF_TAGS_MAX; i++, n += 2) {
		emit_printf(e, NULL, "external/cwe/cwe-%03u", rule->cwe[i]);
		emit_printf(e, NULL, "cwe-%u", rule->cwe[i]);
	}
	emit_close(e, ']');
}

static void add_name(struct emitter *e, const struct rule *rule) {
	struct buf b = {0};
	wording_pascal(&b, rule->id);
	/* Spec 3.49.7: a name that is the id again says nothing; validators reject it (SARIF1001). */
	if (strcasecmp(buf_cstr(&b), rule->id) == 0)
		buf_add_str(&b, "Secret");
	emit_bytes(e, "name", buf_slice(&b));
	buf_free(&b);
}

static void add_full_description(struct emitter *e, const struct rule *rule) {
	struct buf b = {0};
	buf_printf(&b, "%s", rule->title);
	if (rule->service && *rule->service)
		buf_printf(&b, " (%s)", rule->service);
	buf_add_str(&b,
		rule->kind == KIND_CONFIGURATION ? ". It is how an identity or its credential is set up, not a value."
		: rule->kind == KIND_KEY_ID
			? " in a place that others can read. It is the public half of a key pair and names the "
			  "identity."
			: " in a place that others can read. Whoever reads it can act as the identity it belongs to.");
	sarif_text(e, "fullDescription", buf_slice(&b));
	buf_free(&b);
}

static void add_help(struct emitter *e, const struct rule *rule) {
	static const char any[] = "Revoke the secret where it was issued, replace it, then remove it from here.";
	const char *fix = rule->fix && *rule->fix ? rule->fix : any;
	struct buf text = {0}, markdown = {0};

	buf_add_str(&text, fix);
	buf_printf(&markdown, "**Fix.** %s", fix);
	if (rule->reference) {
		buf_printf(&text, "\nSee %s", rule->reference);
		buf_printf(&markdown, "\n\nSee <%s>.", rule->reference);
	}
	emit_open(e, "help", '{');
	emit_bytes(e, "text", buf_slice(&text));
	emit_bytes(e, "markdown", buf_slice(&markdown));
	emit_close(e, '}');
	buf_free(&text);
	buf_free(&markdown);
}

void sarif_rule(struct emitter *e, const struct sarif *s, const struct rule *rule) {
	emit_open(e, NULL, '{');
	emit_text(e, "id", rule->id);
	add_name(e, rule);
	sarif_text_str(e, "shortDescription", rule->title);
	add_full_description(e, rule);
	add_help(e, rule);
	if (rule->reference)
		emit_text(e, "helpUri", rule->reference);
	emit_open(e, "defaultConfiguration", '{');
	emit_text(e, "level", sarif_level(rule->severity));
	emit_literal(e, "rank", sarif_rank(rule->severity));
	emit_close(e, '}');
	sarif_taxa_of(e, s, rule, true);
	emit_open(e, "properties", '{');
	emit_text(e, "security-severity", sarif_security_severity(rule->severity));
	emit_text(e, "precision", precision(rule));
	add_tags(e, rule);
	emit_close(e, '}');
	emit_close(e, '}');
}
