/* Files of credentials that lie where an agent works: it is only noted that there is one. What stands in it, the rules for secrets tell. */
#include "scanners/agent/parts.h"

static const struct agent_file files[] = {
	{NULL, ".env", "policy"},
	{NULL, ".env.local", "policy"},
	{NULL, ".env.production", "policy"},
	{NULL, ".env.development", "policy"},
	{NULL, ".env.staging", "policy"},
	{NULL, "id_rsa", "policy"},
	{NULL, "id_ed25519", "policy"},
	{".aws/", "credentials", "policy"},
};

static bool wants(struct slice path) {
	return agent_file_of(files, sizeof(files) / sizeof(*files), path) != NULL;
}

/* NAME=value in lines: is one of the names a credential's, with a value of its own? */
static bool has_credential(struct slice text) {
	size_t from = 0;

	for (size_t i = 0; i <= text.n; i++) {
		struct slice line, name, value;
		const uint8_t *eq;

		if (i < text.n && text.p[i] != '\n')
			continue;
		line = slice_trim(slice_sub(text, from, i));
		from = i + 1;
		if (slice_has_prefix(line, "export "))
			line = slice_trim(slice_sub(line, 7, line.n));
		eq = line.n && line.p[0] != '#' ? slice_byte(line, '=') : NULL;
		if (!eq)
			continue;
		name = slice_trim(slice_of(line.p, (size_t)(eq - line.p)));
		value = slice_trim(slice_sub(line, (size_t)(eq - line.p) + 1, line.n));
		if (value.n > 2 && (value.p[0] == '"' || value.p[0] == '\''))
			value = slice_sub(value, 1, value.n - 1);
		if (agent_name_is_credential(name) &&
			agent_read_value(agent_client("mcp"), value).is == AGENT_LITERAL &&
			agent_text_is_secret(name, value))
			return true;
	}
	return false;
}

static bool read(const struct reader_input *in, struct fact_set *set) {
	const struct span first = {.line = 1, .column = 1, .end_line = 1, .end_column = 1};
	const bool settings = slice_find(slice_base_name(in->doc->path), slice_str(".env")) >= 0;
	struct agent a = {in, set, "secret-file", agent_client("policy")};
	struct fact *f;

	if (settings ? !has_credential(in->doc->bytes)
		     : slice_find(in->doc->bytes, slice_str("PRIVATE KEY")) < 0 &&
				slice_find(in->doc->bytes, slice_str("aws_secret_access_key")) < 0)
		return true; /* it is read; there is nothing to keep anybody from */
	f = agent_fact(&a, FACT_TRUST, in->doc->path, first);
	fact_set_text(set, f, "kind", slice_str("credential-file"), first);
	agent_seal(&a, f);
	return true;
}

const struct reader secret_file_reader = {"secret-file", wants, read};
