/* Frameworks and platforms of agents: LangGraph, CrewAI, AutoGen, Copilot Studio, Dialogflow CX and Vertex AI agents, A2A cards. Keys of each
 * project's documentation; programs in a language are not read. Bedrock's
 * agents in templates are bedrock.c's. */
#include "scanners/agent/permission.h"

#define NOWHERE ((struct span){0})

static const struct agent_file files[] = {
	{NULL, "langgraph.json", "langgraph"},
	{"config/", "agents.yaml", "crewai"},
	{"config/", "agents.yml", "crewai"},
	{NULL, "OAI_CONFIG_LIST", "autogen"},
	{NULL, "OAI_CONFIG_LIST.json", "autogen"},
	{NULL, "oai_config_list.json", "autogen"},
	{".well-known/", "agent.json", "a2a"},
	{".well-known/", "agent-card.json", "a2a"},
	{NULL, "agent-card.json", "a2a"},
	{NULL, "agent.json", "vertex"},
	{NULL, "bot.yml", "copilot-studio"},
	{NULL, "bot.yaml", "copilot-studio"},
	{NULL, "bot.xml", "copilot-studio"},
	{NULL, "*.mcs.yml", "copilot-studio"},
	{NULL, "agentcore.json", "bedrock"},
	{"agents/", "openai.yaml", "openai-agents"},
	{NULL, "*.template.json", "bedrock"},
	{NULL, "template.yaml", "bedrock"},
	{NULL, "template.yml", "bedrock"},
};

#define ROWS (sizeof(files) / sizeof(*files))

/* Of a solution that was exported: botcomponents/NAME/data, YAML without saying so. */
static bool is_component(struct slice path) {
	return slice_eq(slice_base_name(path), slice_str("data")) && slice_find(path, slice_str("botcomponents/")) >= 0;
}

static bool wants(struct slice path) {
	return agent_file_of(files, ROWS, path) != NULL || is_component(path);
}

static struct fact *agent_of(const struct agent *a, struct slice name, struct span span) {
	struct fact *f = agent_fact(a, FACT_AGENT, name, span);

	fact_set_text(a->set, f, "kind", slice_str("framework"), NOWHERE);
	return f;
}

static bool is_truth(const struct node *n) {
	return n && node_truth(n, false);
}

static bool langgraph(const struct agent *a, const struct node *root) {
	const struct node *graphs = node_get(root, "graphs"), *env = node_get(root, "env"),
			  *auth = node_get(root, "auth");
	const struct node *store = node_at(root, "store.uri"), *saver = node_at(root, "checkpointer.uri");
	struct agent_names names = {0};
	struct fact *f;

	if (!graphs && !node_get(root, "dependencies"))
		return false;
	f = agent_of(a, slice_str("LangGraph"), graphs ? graphs->span : root->span);
	if (node_is(env, NODE_STRING))
		fact_set_text(a->set, f, "environment_file", slice_sub(env->text, 0, 200), env->span);
	else
		agent_read_environment(a, f, env, "environment", &names);
	for (int i = 0; i < 2; i++) {
		const struct node *uri = i ? saver : store;

		if (!node_is(uri, NODE_STRING))
			continue;
		agent_read_address(a, f, uri, node_text(uri), &names);
		agent_set_memory(a, f, node_text(uri), slice_of(NULL, 0), uri->span);
	}
	fact_set_bool(a->set, f, "authenticated", auth != NULL, auth ? auth->span : f->span);
	if (node_get(root, "http"))
		fact_set_bool(a->set, f, "everyone", !auth, node_get(root, "http")->span);
	agent_seal(a, f);
	return true;
}

static bool crewai(const struct agent *a, const struct node *root) {
	bool any = false;

	for (size_t i = 0; node_is(root, NODE_MAPPING) && i < root->n; i++) {
		const struct node *v = root->members[i].value, *runs = node_get(v, "allow_code_execution");
		const struct node *mode = node_get(v, "code_execution_mode"), *hands = node_get(v, "allow_delegation");
		struct agent_names names = {0};
		struct fact *f;

		if (!node_get(v, "role") || !node_get(v, "goal"))
			continue;
		any = true;
		f = agent_of(a, root->members[i].key->text, root->members[i].key->span);
		if (is_truth(runs))
			fact_set_text(a->set, f, "runs_code", slice_str("allow_code_execution"), runs->span);
		if (node_text_is(mode, "unsafe"))
			fact_set_bool(a->set, f, "runs_code_unsafely", true, mode->span);
		if (is_truth(hands))
			fact_set_bool(a->set, f, "delegates", true, hands->span);
		agent_read_environment(a, f, node_get(v, "llm"), "setting", &names);
		agent_read_environment(a, f, v, "setting", &names);
		agent_seal(a, f);
	}
	return any;
}

/* A list of {model, api_key, base_url}: a file made for keys. */
static bool autogen(const struct agent *a, const struct node *root) {
	struct fact *f;

	if (!node_is(root, NODE_SEQUENCE))
		return false;
	f = agent_of(a, slice_str("AutoGen"), root->span);
	for (size_t i = 0; i < root->n; i++) {
		struct agent_names names = {0};

		agent_read_environment(a, f, root->items[i], "setting", &names);
	}
	agent_seal(a, f);
	return true;
}

/* https://a2a-protocol.org: AgentCard. */
static bool card(const struct agent *a, const struct node *root) {
	const struct node *schemes = node_get(root, "securitySchemes"), *url = node_get(root, "url"),
			  *old = node_get(root, "authentication");
	const struct node *security = node_get(root, "security"), *name = node_get(root, "name");
	struct fact *f;

	if (!node_is(node_get(root, "skills"), NODE_SEQUENCE) || (!url && !node_get(root, "supportedInterfaces")) ||
		(!node_get(root, "capabilities") && !node_get(root, "protocolVersion")))
		return false;
	f = agent_of(a, node_text(name), name ? name->span : root->span);
	fact_set_text(a->set, f, "kind", slice_str("card"), NOWHERE);
	fact_set_bool(a->set, f, "authenticated",
		(schemes && schemes->n) || (security && security->n) ||
			(old && node_get(old, "schemes") && node_get(old, "schemes")->n),
		f->span);
	if (slice_has_prefix(node_text(url), "http://") && slice_find(node_text(url), slice_str("//localhost")) < 0 &&
		slice_find(node_text(url), slice_str("//127.")) < 0 &&
		slice_find(node_text(url), slice_str("//0.0.0.0")) < 0)
		fact_set_bool(a->set, f, "plain_http", true, node_span(url));
	agent_seal(a, f);
	return true;
}

/* Dialogflow CX exports its agents' webhooks with headers; Agent Engine names a service account. */
static bool vertex(const struct agent *a, const struct node *root) {
	const struct node *hook = node_get(root, "genericWebService"), *account = node_get(root, "serviceAccount");
	struct agent_names names = {0};
	struct fact *f;

	if (!hook && !node_get(root, "defaultLanguageCode"))
		return card(a, root);
	f = agent_of(a, node_text(node_get(root, "displayName")), root->span);
	agent_read_environment(a, f, node_get(hook, "requestHeaders"), "header", &names);
	(void)account;
	agent_seal(a, f);
	return true;
}

/* A tool of an agent: its connector is called as whoever uses the agent ("Invoker") or as whoever made it ("Maker"). */
static bool copilot_tool(const struct agent *a, const struct node *root) {
	const struct node *action = node_get(root, "action"), *mode = node_at(action, "connectionProperties.mode");
	const struct node *name = node_get(root, "modelDisplayName"), *operation = node_get(action, "operationId");
	struct fact *f;

	if (!action || !mode)
		return false;
	f = agent_of(a, node_text(name).n ? node_text(name) : node_text(operation), root->span);
	fact_set_bool(a->set, f, "author_credentials", node_text_is(mode, "Maker"), mode->span);
	agent_seal(a, f);
	return true;
}

/* A bot of a solution export in YAML: authenticationMode, accessControlPolicy. */
static bool copilot_studio(const struct agent *a, const struct node *root) {
	const struct node *mode = node_get(root, "authenticationMode"), *access = node_get(root, "accessControlPolicy");
	struct fact *f;

	if (!mode)
		mode = node_get(root, "authenticationmode");
	if (!access)
		access = node_get(root, "accesscontrolpolicy");
	if (!mode && !access)
		return copilot_tool(a, root);
	f = agent_of(a, node_text(node_get(root, node_get(root, "name") ? "name" : "displayName")),
		mode ? mode->span : access->span);
	fact_set_bool(a->set, f, "authenticated",
		mode && !node_text_is(mode, "None") && !node_text_is(mode, "none") && !node_text_is(mode, "1"),
		mode ? mode->span : f->span);
	fact_set_bool(a->set, f, "everyone", node_text_is(access, "Any") || node_text_is(access, "any"),
		access ? access->span : NOWHERE);
	agent_seal(a, f);
	return true;
}

/* Bots' solution files in XML: only the elements that matter are looked for. */
static bool copilot_xml(const struct agent *a) {
	static const char open[] = "<authenticationmode>";
	const struct slice s = a->in->doc->bytes;
	ptrdiff_t at = slice_find(s, slice_str(open));
	struct fact *f;
	size_t from;
	unsigned line = 1, column = 1;

	if (at < 0)
		return false;
	from = (size_t)at + strlen(open);
	for (size_t i = 0; i < from; i++) {
		column = s.p[i] == '\n' ? 1 : column + 1;
		line += s.p[i] == '\n';
	}
	f = agent_of(a, slice_str("bot"),
		(struct span){.start = from,
			.end = from + 1,
			.line = line,
			.column = column,
			.end_line = line,
			.end_column = column + 1});
	/* bot.authenticationmode of Dataverse: 0 unspecified, 1 none */
	fact_set_bool(a->set, f, "authenticated", from < s.n && s.p[from] != '1', f->span);
	agent_seal(a, f);
	return true;
}

/* Variables as a map, or as [{name, value}]. */
static void read_variables(const struct agent *a, struct fact *f, const struct node *env) {
	struct agent_names names = {0};

	agent_read_environment(a, f, env, "environment", &names);
	for (size_t i = 0; node_is(env, NODE_SEQUENCE) && i < env->n; i++) {
		const struct node *name = node_get(env->items[i], "name"), *value = node_get(env->items[i], "value");

		if (name && node_is(value, NODE_STRING) && agent_name_is_credential(node_text(name)))
			agent_credential(a, f, "environment", node_text(name), value, node_text(value));
	}
}

/* AgentCore's project file: agents or one runtime, gateways, memories, credential providers (github.com/aws/agentcore-cli). */
static void agentcore_level(const struct agent *a, struct fact *f, const struct node *level) {
	static const char *const variables[] = {"env", "envVars", "environment_variables", "environmentVariables"};
	static const char *const stores[] = {"memories", "memory"};

	for (size_t i = 0; i < sizeof(variables) / sizeof(*variables); i++)
		read_variables(a, f, node_get(level, variables[i]));
	for (size_t i = 0; i < 2; i++) {
		const struct node *m = node_get(level, stores[i]), *first = node_many_item(m, 0);
		const struct node *name = node_get(first, "id") ? node_get(first, "id") : node_get(first, "name");

		if (node_text(name).n)
			agent_set_memory(a, f, name->text, slice_of(NULL, 0), name->span);
	}
}

static bool agentcore(const struct agent *a, const struct node *root) {
	static const char *const marks[] = {
		"agents", "runtime", "runtimes", "gateways", "agentCoreGateways", "entrypoint"};
	static const char *const gates[] = {"gateways", "agentCoreGateways"};
	const struct node *agents = node_get(root, "agents"), *providers = node_get(root, "credentials");
	struct agent_names names = {0};
	struct fact *f;
	bool ours = false;

	for (size_t i = 0; i < sizeof(marks) / sizeof(*marks); i++)
		ours |= node_get(root, marks[i]) != NULL;
	if (!ours)
		return agent_read_bedrock_template(a, root);
	f = agent_of(a, slice_str("AgentCore"), root->span);
	agentcore_level(a, f, root);
	agentcore_level(a, f, node_get(root, "runtime"));
	for (size_t i = 0; node_is(agents, NODE_SEQUENCE) && i < agents->n; i++)
		agentcore_level(a, f, agents->items[i]);
	for (size_t i = 0; node_is(providers, NODE_SEQUENCE) && i < providers->n; i++)
		agent_read_environment(a, f, providers->items[i], "setting", &names);
	fact_set_bool(a->set, f, "authenticated", true, f->span);
	for (size_t k = 0; k < 2; k++) {
		const struct node *list = node_get(root, gates[k]);

		for (size_t i = 0; node_is(list, NODE_SEQUENCE) && i < list->n; i++) {
			const struct node *type = node_get(list->items[i], "authorizerType");

			if (node_text_is(type, "NONE")) {
				fact_set_bool(a->set, f, "authenticated", false, type->span);
				fact_set_bool(a->set, f, "everyone", true, type->span);
			}
		}
	}
	agent_seal(a, f);
	return true;
}

/* agents/openai.yaml beside a skill: {interface, policy, dependencies: {tools: [{type: mcp, value, transport, url}]}}
 * (developers.openai.com/codex/skills). */
static bool openai_agents(const struct agent *a, const struct node *root) {
	const struct node *tools = node_at(root, "dependencies.tools"), *name = node_at(root, "interface.display_name");
	struct fact *f;

	if (!node_get(root, "interface") && !node_get(root, "dependencies") && !node_get(root, "policy"))
		return false;
	f = agent_of(a, node_text(name).n ? node_text(name) : slice_str("OpenAI"), name ? name->span : root->span);
	agent_read_server_map(a, f, tools);
	read_variables(a, f, node_get(root, "env"));
	fact_set_bool(a->set, f, "authenticated", true, f->span);
	agent_seal(a, f);
	return true;
}

static const struct {
	const char *client;
	bool (*read)(const struct agent *a, const struct node *root);
} frameworks[] = {{"langgraph", langgraph}, {"crewai", crewai}, {"autogen", autogen}, {"a2a", card}, {"vertex", vertex},
	{"copilot-studio", copilot_studio}, {"bedrock", agentcore}, {"openai-agents", openai_agents}};

static bool read_component(const struct reader_input *in, struct fact_set *set) {
	const struct agent a = {in, set, "agent-framework", agent_client("copilot-studio")};
	const struct node_limits lim = node_limits_default();
	struct node_documents tree = {0};
	struct syntax_error err = {0};
	struct arena arena = {0};
	bool ours = slice_find(in->doc->bytes, slice_str("connectionProperties")) >= 0 &&
		    yaml_read(&arena, in->doc->bytes, &lim, &tree, &err) == 0 && tree.n &&
		    node_is(tree.roots[0], NODE_MAPPING) && copilot_tool(&a, tree.roots[0]);

	arena_free(&arena);
	return ours;
}

static bool read(const struct reader_input *in, struct fact_set *set) {
	const struct agent_file *file = agent_file_of(files, ROWS, in->doc->path);
	struct agent a = {in, set, "agent-framework", NULL};

	if (!file)
		return read_component(in, set);
	a.client = agent_client(file->client);
	if (slice_has_suffix(in->doc->path, ".xml"))
		return copilot_xml(&a);
	for (size_t k = 0; k < sizeof(frameworks) / sizeof(*frameworks); k++)
		if (strcmp(frameworks[k].client, file->client) == 0 && in->tree && in->tree->n)
			return (node_is(in->tree->roots[0], NODE_MAPPING) ||
				       node_is(in->tree->roots[0], NODE_SEQUENCE)) &&
			       frameworks[k].read(&a, in->tree->roots[0]);
	return false;
}

const struct reader agent_framework_reader = {"agent-framework", wants, read};
