/* The format "sarif": one SARIF 2.1.0 log with one run, results streamed one a line, the worst first.
 * Its parts are in the sarif_*.c files. columnKind is left out: our columns count bytes, SARIF has no name for that. */
#include "report/sarif.h"
#include "report/formats.h"

#include <stdlib.h>

#define SARIF_SCHEMA "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

static json_t *driver(const struct sarif *s) {
	json_t *o = value_object(), *rules = value_array();
	struct buf full = {0};

	buf_printf(&full, "nhiscan %s", s->r->run->version);
	for (size_t i = 0; i < s->rules.n; i++)
		value_add(rules, sarif_rule(s, s->rules.at[i]));
	value_put(o, "name", value_text("nhiscan"));
	value_put(o, "fullName", value_bytes(buf_slice(&full)));
	value_put(o, "organization", value_text("nhiscan"));
	value_put(o, "version", value_text(s->r->run->version));
	value_put(o, "semanticVersion", value_text(s->r->run->version));
	value_put(o, "supportedTaxonomies", sarif_supported_taxonomies(s));
	value_put(o, "notifications", sarif_notification_descriptors(s));
	value_put(o, "rules", rules);
	buf_free(&full);
	return o;
}

static json_t *run_members(const struct sarif *s) {
	json_t *run = value_object(), *tool = value_object(), *invocations = value_array(), *tokens = value_array();
	json_t *provenance = sarif_provenance(s->r);

	value_put(tool, "driver", driver(s));
	value_add(invocations, sarif_invocation(s));
	value_add(tokens, value_text("[REDACTED]"));
	value_put(run, "tool", tool);
	value_put(run, "invocations", invocations);
	value_put(run, "redactionTokens", tokens);
	if (provenance)
		value_put(run, "versionControlProvenance", provenance);
	value_put(run, "taxonomies", sarif_taxonomies(s));
	value_put(run, "automationDetails", sarif_automation(s->r));
	value_put(run, "originalUriBaseIds", sarif_base_ids());
	value_put(run, "properties", sarif_run_properties(s->r));
	return run;
}

static int write_results(const struct sarif *s, FILE *out, struct error *err) {
	if (value_write_raw(out, "\"results\":[", err))
		return -1;
	for (size_t i = 0; i < s->r->nfindings; i++)
		if (value_write_raw(out, i ? ",\n" : "\n", err) ||
			value_write(out, sarif_result(s, &s->r->findings[i]), err))
			return -1;
	return value_write_raw(out, "]", err);
}

static int write_log(const struct report *r, const struct report_style *style, FILE *out, struct error *err) {
	struct sarif s = {.r = r, .result_space = uuid_of_uri("tag:nhiscan,2026:location/v1")};
	int rc = -1;

	(void)style;
	used_rules_take(&s.rules, r);
	sarif_taxonomies_take(&s);
	sarif_codes_take(&s);
	if (value_write_raw(out, "{\"$schema\":\"" SARIF_SCHEMA "\",\n\"version\":\"2.1.0\",\n\"runs\":[{\n", err) ||
		value_write_members(out, run_members(&s), err) || write_results(&s, out, err) ||
		value_write_raw(out, "}]}\n", err))
		goto out;
	rc = value_write_end(out, err);
out:
	free(s.codes);
	sarif_taxonomies_free(&s);
	used_rules_free(&s.rules);
	return rc;
}

const struct report_format report_sarif = {
	.name = "sarif",
	.media_type = "application/sarif+json",
	.help = "SARIF 2.1.0, for GitHub and GitLab code scanning and other dashboards",
	.write = write_log,
};
