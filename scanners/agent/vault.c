/* Vault and OpenBao: server configuration, policies, and roles as they are written to auth methods. Keys of the projects' documentation. */
#include "scanners/agent/parts.h"

#define NOWHERE ((struct span){0})

static bool wants(struct slice path) {
	bool hcl = slice_has_suffix(path, ".hcl") || slice_has_suffix(path, ".json");

	return hcl &&
	       (slice_find_nocase(path, slice_str("vault")) >= 0 ||
		       slice_find_nocase(path, slice_str("openbao")) >= 0 ||
		       slice_find_nocase(path, slice_str("polic")) >= 0 ||
		       slice_find_nocase(path, slice_str("role")) >= 0) &&
	       !slice_has_suffix(path, "package.json");
}

static bool is_true(const struct node *n) {
	return node_is(n, NODE_BOOL) ? n->boolean : node_text_is(n, "true") || node_text_is(n, "1");
}

static struct fact *trust(const struct agent *a, const char *kind, struct slice name, struct span span) {
	struct fact *f = agent_fact(a, FACT_TRUST, name, span);

	fact_set_text(a->set, f, "kind", slice_str(kind), NOWHERE);
	return f;
}

/* path "secret/x" { capabilities = ["read"] } */
static bool read_policy(const struct agent *a, const struct node *root) {
	bool any = false;

	for (size_t i = 0; i < root->n; i++) {
		const struct node *paths = root->members[i].value;

		if (!slice_eq(root->members[i].key->text, slice_str("path")) || !node_is(paths, NODE_MAPPING))
			continue;
		for (size_t k = 0; k < paths->n; k++) {
			const struct node *can = node_get(paths->members[k].value, "capabilities");
			struct slice path = paths->members[k].key->text;
			bool every = slice_eq(path, slice_str("*")) || slice_eq(path, slice_str("+/*"));
			struct fact *f;

			if (!can && !node_get(paths->members[k].value, "policy"))
				continue;
			any = true;
			f = trust(a, "vault-policy", path, paths->members[k].key->span);
			for (size_t m = 0; node_is(can, NODE_SEQUENCE) && m < can->n; m++) {
				if (node_text_is(can->items[m], "sudo"))
					fact_set_bool(a->set, f, "root_rights", true, can->items[m]->span);
				every &= !node_text_is(can->items[m], "deny");
			}
			fact_set_bool(a->set, f, "every_path", every, paths->members[k].key->span);
			agent_seal(a, f);
		}
	}
	return any;
}

static bool read_server(const struct agent *a, const struct node *root) {
	const struct node *listener = node_get(root, "listener"), *storage = node_get(root, "storage"), *off;
	struct fact *f;

	if (!listener || (!storage && !node_get(root, "seal") && !node_get(root, "api_addr")))
		return false;
	f = trust(a, "vault-server", slice_str("Vault server"), node_member(root, "listener")->key->span);
	off = node_at(listener, "tcp.tls_disable");
	if (is_true(off))
		fact_set_bool(a->set, f, "dev_mode", true, off->span);
	fact_set_bool(a->set, f, "audits", node_get(root, "audit") != NULL, f->span);
	agent_seal(a, f);
	return true;
}

/* A role of an auth method in JSON: what `vault write auth/…/role/NAME @role.json` reads. */
static bool read_role(const struct agent *a, const struct node *root) {
	static const char *const life[] = {"token_explicit_max_ttl", "token_max_ttl", "max_ttl", "token_ttl"};
	const struct node *period = node_get(root, "token_period"), *uses = node_get(root, "secret_id_num_uses");
	const struct node *found = NULL;
	struct fact *f;

	for (size_t i = 0; i < sizeof(life) / sizeof(*life) && !found; i++)
		found = node_get(root, life[i]);
	if (!found && !period && !uses)
		return false;
	if (!node_get(root, "token_policies") && !node_get(root, "policies") && !node_get(root, "bound_audiences") &&
		!uses)
		return false;
	f = trust(a, "vault-role", slice_str("Vault role"), root->span);
	if (found && agent_seconds(node_text(found)) >= 0)
		fact_set_number(a->set, f, "max_ttl", agent_seconds(node_text(found)), found->span);
	if (period && agent_seconds(node_text(period)) > 0)
		fact_set_bool(a->set, f, "periodic", true, period->span);
	if (uses && agent_seconds(node_text(uses)) >= 0)
		fact_set_number(a->set, f, "secret_id_uses", agent_seconds(node_text(uses)), uses->span);
	agent_seal(a, f);
	return true;
}

static bool read(const struct reader_input *in, struct fact_set *set) {
	struct agent a = {in, set, "vault", agent_client("vault")};
	const struct node_limits lim = node_limits_default();
	struct arena arena = {0};
	struct node_documents docs = {0};
	struct syntax_error err = {0};
	bool known = false;

	if (in->tree)
		docs = *in->tree;
	else
		hcl_read(&arena, in->doc->bytes, &lim, &docs, &err); /* what was whole is enough */
	for (size_t i = 0; i < docs.n; i++) {
		const struct node *root = docs.roots[i];

		if (node_is(root, NODE_MAPPING))
			known |= read_server(&a, root) || read_policy(&a, root) || (in->tree && read_role(&a, root));
	}
	arena_free(&arena);
	return known;
}

const struct reader vault_reader = {"vault", wants, read};
