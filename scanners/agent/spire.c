/* SPIRE: configuration of server, agent and OIDC provider (HCL or JSON), and registration entries. Keys and defaults are those of the project's
 * documents doc/spire_server.md, doc/spire_agent.md and support/oidc-discovery-provider/README.md. Nothing is asked of any of them. */
#include "scanners/agent/parts.h"

#define NOWHERE ((struct span){0})

static bool wants(struct slice path) {
	static const struct agent_file files[] = {{NULL, "server.conf", NULL}, {NULL, "agent.conf", NULL},
		{NULL, "oidc-discovery-provider.conf", NULL}, {NULL, "server.hcl", NULL}, {NULL, "agent.hcl", NULL},
		{"spire/", "*.conf", NULL}, {"server/", "*.conf", NULL}, {"agent/", "*.conf", NULL},
		{NULL, "entries.json", NULL}, {NULL, "registration.json", NULL}};

	return agent_file_of(files, sizeof(files) / sizeof(*files), path) != NULL ||
	       (slice_has_suffix(path, ".conf") && slice_find_nocase(path, slice_str("spire")) >= 0);
}

static bool is_true(const struct node *n) {
	return node_is(n, NODE_BOOL) ? n->boolean : node_text_is(n, "true");
}

static void set_seconds(const struct agent *a, struct fact *f, const char *attribute, const struct node *v) {
	double s = v ? agent_seconds(node_text(v)) : -1;

	if (s >= 0)
		fact_set_number(a->set, f, attribute, s, node_span(v));
}

/* plugins { KIND "name" { plugin_data { … } } }, each: the name and its data. */
static const struct node *plugin_data(const struct node *named) {
	const struct node *inner = node_is(named, NODE_MAPPING) && named->n ? named->members[0].value : NULL;

	return node_get(inner, "plugin_data");
}

static void read_node_attestors(const struct agent *a, struct fact *f, const struct node *plugins) {
	struct agent_names names = {0};
	struct span first = {0};

	for (size_t i = 0; node_is(plugins, NODE_MAPPING) && i < plugins->n; i++) {
		const struct node *named = plugins->members[i].value;

		if (!slice_eq(plugins->members[i].key->text, slice_str("NodeAttestor")) ||
			!node_is(named, NODE_MAPPING) || !named->n)
			continue;
		if (!names.n)
			first = named->members[0].key->span;
		agent_names_add(&names, named->members[0].key->text);
	}
	agent_names_set(a, f, "attestors", &names, first);
	fact_set_bool(
		a->set, f, "join_token_only", names.n == 1 && slice_eq(names.at[0], slice_str("join_token")), first);
}

/* Literals in plugins, and checks of certificates that are switched off. */
static void read_plugin(const struct agent *a, struct fact *f, const struct node *data, unsigned depth) {
	static const char *const off[] = {"insecure_skip_verify", "skip_kubelet_verification",
		"disable_spiffe_cert_validation", "insecure_skip_tls_verify", "skip_verify"};

	for (size_t i = 0; node_is(data, NODE_MAPPING) && i < data->n; i++) {
		const struct node *v = data->members[i].value;
		struct slice key = data->members[i].key->text;
		struct agent_names names = {0};

		for (size_t k = 0; k < sizeof(off) / sizeof(*off); k++)
			if (slice_eq(key, slice_str(off[k])) && is_true(v))
				fact_set_text(a->set, f, "unverified_tls", slice_str(off[k]), v->span);
		if (node_is(v, NODE_MAPPING) && depth < 6)
			read_plugin(a, f, v, depth + 1);
		else if (node_is(v, NODE_STRING) && v->quoted && slice_eq(key, slice_str("connection_string")))
			agent_read_address(a, f, v, node_text(v), &names);
		else if (node_is(v, NODE_STRING) && v->quoted && agent_name_is_credential(key))
			agent_credential(a, f, "setting", key, v, node_text(v));
	}
}

static void read_plugins(const struct agent *a, struct fact *f, const struct node *plugins) {
	for (size_t i = 0; node_is(plugins, NODE_MAPPING) && i < plugins->n; i++) {
		struct slice kind = plugins->members[i].key->text;
		const struct node *named = plugins->members[i].value;

		if (slice_eq(kind, slice_str("KeyManager")) && node_is(named, NODE_MAPPING) && named->n &&
			slice_eq(named->members[0].key->text, slice_str("disk")))
			fact_set_bool(a->set, f, "keys_on_disk", true, named->members[0].key->span);
		read_plugin(a, f, plugin_data(named), 0);
	}
}

static struct fact *trust(const struct agent *a, const char *kind, struct slice name, struct span span) {
	struct fact *f = agent_fact(a, FACT_TRUST, name, span);

	fact_set_text(a->set, f, "kind", slice_str(kind), NOWHERE);
	return f;
}

static void read_server(const struct agent *a, const struct node_member *block, const struct node *plugins) {
	const struct node *s = block->value, *ids = node_get(s, "admin_ids"), *audit = node_get(s, "audit_log_enabled");
	struct fact *f = trust(a, "spire-server", slice_str("SPIRE server"), block->key->span);

	set_seconds(a, f, "svid_ttl", node_get(s, "default_x509_svid_ttl"));
	if (!fact_get(f, "svid_ttl")) /* its name before 1.6 */
		set_seconds(a, f, "svid_ttl", node_get(s, "default_svid_ttl"));
	set_seconds(a, f, "jwt_ttl", node_get(s, "default_jwt_svid_ttl"));
	set_seconds(a, f, "agent_ttl", node_get(s, "agent_ttl"));
	set_seconds(a, f, "ca_ttl", node_get(s, "ca_ttl"));
	fact_set_bool(a->set, f, "audit_log", is_true(audit), audit ? audit->span : f->span);
	fact_set_bool(a->set, f, "prunes", node_get(s, "prune_attested_nodes_expired_for") != NULL, f->span);
	fact_set_number(a->set, f, "admin_ids", ids ? (double)ids->n : 0, ids ? ids->span : f->span);
	read_node_attestors(a, f, plugins);
	read_plugins(a, f, plugins);
	agent_seal(a, f);
}

static void read_agent(const struct agent *a, const struct node_member *block, const struct node *plugins) {
	const struct node *s = block->value, *boot = node_get(s, "insecure_bootstrap"),
			  *token = node_get(s, "join_token");
	const struct node *delegates = node_get(s, "authorized_delegates"), *socket = node_get(s, "socket_path");
	const struct node *open = node_get(s, "allow_unauthenticated_verifiers");
	struct fact *f = trust(a, "spire-agent", slice_str("SPIRE agent"), block->key->span);
	struct agent_names names = {0};

	if (is_true(boot))
		fact_set_bool(a->set, f, "insecure_bootstrap", true, boot->span);
	if (is_true(open))
		fact_set_bool(a->set, f, "open_verifiers", true, open->span);
	if (node_is(token, NODE_STRING) && token->quoted)
		agent_credential(a, f, "setting", slice_str("join_token"), token, node_text(token));
	for (size_t i = 0; node_is(delegates, NODE_SEQUENCE) && i < delegates->n; i++)
		agent_names_add(&names, node_text(delegates->items[i]));
	if (delegates)
		agent_names_set(a, f, "delegates", &names, delegates->span);
	if (slice_has_prefix(node_text(socket), "/tmp/"))
		fact_set_text(a->set, f, "shared_socket", node_text(socket), socket->span);
	read_plugins(a, f, plugins);
	if (is_true(node_at(s, "sds.disable_spiffe_cert_validation")))
		fact_set_text(a->set, f, "unverified_tls", slice_str("disable_spiffe_cert_validation"),
			node_at(s, "sds.disable_spiffe_cert_validation")->span);
	agent_seal(a, f);
}

static void read_oidc(const struct agent *a, const struct node *root) {
	const struct node *insecure = node_get(root, "allow_insecure_scheme"), *addr = node_get(root, "insecure_addr");
	struct fact *f = trust(a, "spire-oidc", slice_str("SPIRE OIDC provider"), root->span);

	if (is_true(insecure) || addr)
		fact_set_bool(a->set, f, "plain_listener", true, insecure ? insecure->span : addr->span);
	agent_seal(a, f);
}

/* Selectors, "type:value" or {type, value}. */
void spire_read_selectors(const struct agent *a, struct fact *f, const struct node *list) {
	struct agent_names names = {0};
	size_t n = 0, namespaces = 0, roots = 0;

	for (size_t i = 0; node_is(list, NODE_SEQUENCE) && i < list->n; i++) {
		struct slice text = node_text(list->items[i]), value = node_text(node_get(list->items[i], "value"));

		if (value.n)
			text = value;
		n++;
		agent_names_add(&names, text);
		namespaces += slice_has_prefix(text, "k8s:ns:") || slice_has_prefix(text, "ns:");
		roots += slice_eq(text, slice_str("unix:uid:0")) || slice_eq(text, slice_str("uid:0"));
	}
	if (list)
		agent_names_set(a, f, "selectors", &names, list->span);
	fact_set_bool(a->set, f, "lone_namespace", n == 1 && namespaces == 1, list ? list->span : f->span);
	fact_set_bool(a->set, f, "any_root", n == 1 && roots == 1, list ? list->span : f->span);
	fact_set_bool(a->set, f, "no_selectors", n == 0, list ? list->span : f->span);
}

/* {"entries": [{spiffe_id, parent_id, selectors, admin, downstream, x509_svid_ttl}]} */
static bool read_entries(const struct agent *a, const struct node *root) {
	const struct node *list = node_get(root, "entries");
	bool any = false;

	for (size_t i = 0; node_is(list, NODE_SEQUENCE) && i < list->n; i++) {
		const struct node *e = list->items[i], *id = node_get(e, "spiffe_id"), *admin = node_get(e, "admin"),
				  *down;
		const struct node *ttl = node_get(e, "x509_svid_ttl");
		struct fact *f;

		if (!id || !node_get(e, "selectors"))
			continue;
		any = true;
		f = trust(a, "spire-entry", node_is(id, NODE_MAPPING) ? node_text(node_get(id, "path")) : node_text(id),
			id->span);
		down = node_get(e, "downstream");
		if (is_true(admin))
			fact_set_bool(a->set, f, "admin", true, admin->span);
		if (is_true(down))
			fact_set_bool(a->set, f, "downstream", true, down->span);
		set_seconds(a, f, "svid_ttl", ttl ? ttl : node_get(e, "ttl"));
		spire_read_selectors(a, f, node_get(e, "selectors"));
		agent_seal(a, f);
	}
	return any;
}

static bool read_root(const struct agent *a, const struct node *root) {
	const struct node_member *server = node_member(root, "server"), *agent = node_member(root, "agent");
	const struct node *plugins = node_get(root, "plugins");
	bool known = false;

	if (server && node_is(server->value, NODE_MAPPING) && node_get(server->value, "trust_domain")) {
		read_server(a, server, plugins);
		known = true;
	}
	if (agent && node_is(agent->value, NODE_MAPPING) &&
		(node_get(agent->value, "trust_domain") || node_get(agent->value, "server_address"))) {
		read_agent(a, agent, plugins);
		known = true;
	}
	if (node_get(root, "domains") && (node_get(root, "server_api") || node_get(root, "workload_api"))) {
		read_oidc(a, root);
		known = true;
	}
	return known || read_entries(a, root);
}

bool spire_read_text(const struct agent *a) {
	const struct node_limits lim = node_limits_default();
	struct arena arena = {0};
	struct node_documents docs = {0};
	struct syntax_error err = {0};
	bool known = false;

	if (hcl_read(&arena, a->in->doc->bytes, &lim, &docs, &err) == 0 || (docs.n && docs.roots[0]->n))
		known = read_root(a, docs.roots[0]);
	arena_free(&arena);
	return known;
}

static bool read(const struct reader_input *in, struct fact_set *set) {
	struct agent a = {in, set, "spire", agent_client("spire")};
	bool known = false;

	if (!in->tree)
		return spire_read_text(&a); /* or some other program's .conf */
	for (size_t i = 0; i < in->tree->n; i++)
		known |= node_is(in->tree->roots[i], NODE_MAPPING) && read_root(&a, in->tree->roots[i]);
	return known;
}

const struct reader spire_reader = {"spire", wants, read};
