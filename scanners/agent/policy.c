/* Policy as code, as evidence that it is there: OPA, Gatekeeper, Kyverno, Cedar, OpenFGA, admission webhooks. Whether a policy does any good is
 * not read out of it; whether it only reports, or lets requests pass when it can't be asked, is. */
#include "scanners/agent/parts.h"

#define NOWHERE ((struct span){0})

static const struct {
	const char *suffix, *engine;
} languages[] = {{".rego", "rego"}, {".cedar", "cedar"}, {".cedarschema", "cedar"}, {".fga", "openfga"}};

/* Who answers for which files: a list of owners, or a catalogue of components. */
static bool names_owners(struct slice path) {
	return agent_path_ends(path, NULL, "CODEOWNERS") || agent_path_ends(path, NULL, "catalog-info.yaml");
}

static bool wants(struct slice path) {
	if (names_owners(path))
		return true;
	for (size_t i = 0; i < sizeof(languages) / sizeof(*languages); i++)
		if (slice_has_suffix(path, languages[i].suffix))
			return true;
	return false;
}

struct fact *policy_fact(const struct agent *a, const char *engine, struct slice name, struct span span) {
	struct fact *f = agent_fact(a, FACT_TRUST, name, span);

	fact_set_text(a->set, f, "kind", slice_str("policy"), NOWHERE);
	fact_set_text(a->set, f, "policy_engine", slice_str(engine), span);
	return f;
}

static bool read(const struct reader_input *in, struct fact_set *set) {
	const struct span first = {.line = 1, .column = 1, .end_line = 1, .end_column = 1};
	struct agent a = {in, set, "policy", agent_client("policy")};

	if (names_owners(in->doc->path)) {
		struct fact *f = agent_fact(&a, FACT_TRUST, slice_str("owners"), first);

		fact_set_text(set, f, "kind", slice_str("ownership"), first);
		agent_seal(&a, f);
		return true;
	}
	for (size_t i = 0; i < sizeof(languages) / sizeof(*languages); i++)
		if (slice_has_suffix(in->doc->path, languages[i].suffix)) {
			agent_seal(&a, policy_fact(&a, languages[i].engine, slice_str(languages[i].engine), first));
			return true;
		}
	return false;
}

const struct reader policy_reader = {"policy", wants, read};
