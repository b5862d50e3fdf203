/* Policy as code, as evidence that it is there: OPA, Gatekeeper, Kyverno, Cedar, OpenFGA, admission webhooks. Whether a policy does any good is
 * not read out of it; whether it only reports, or lets requests pass when it can't be asked, is. */
#include "scanners/agent/parts.h"

#define NOWHERE ((struct span){0})

static const struct {
	const char *suffix, *engine;
} languages[] = {{".rego", "rego"}, {".cedar", "cedar"}, {".cedarschema", "cedar"}, {".fga", "openfga"}};

static bool wants(struct slice path) {
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
	struct agent a = {in, set, "policy", agent_client("policy")};

	for (size_t i = 0; i < sizeof(languages) / sizeof(*languages); i++)
		if (slice_has_suffix(in->doc->path, languages[i].suffix)) {
			agent_seal(&a, policy_fact(&a, languages[i].engine, slice_str(languages[i].engine),
					       (struct span){.line = 1, .column = 1, .end_line = 1, .end_column = 1}));
			return true;
		}
	return false;
}

const struct reader policy_reader = {"policy", wants, read};
