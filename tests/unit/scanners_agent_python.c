/* Agents in Python sources: which call is a server or an agent, what its arguments come to, and that nothing else is taken for one. */
#include "tests/unit/agent_lab.h"

#define IMPORTS                                                                                                        \
	"import os, subprocess\nfrom agents import Agent, HostedMCPTool\nfrom agents.mcp import MCPServerStdio\n"

static struct lab *read_with(const char *imports, const char *text, const char *value) {
	struct buf b = {0};
	struct lab *l;

	buf_printf(&b, "%s%s\n", imports, text);
	l = lab_read("app.py", buf_cstr(&b), value);
	buf_free(&b);
	return l;
}

/* A literal in each place that takes a credential is found, whatever it is written with. */
static void literals_are_found_where_they_stand(void **state) {
	static const char *const rows[] = {
		"s = MCPServerStdio(params={'command': 'node', 'env': {'API_KEY': '%s'}})",
		"s = MCPServerStdio(name='x', params=MCPServerStdioParams(command='node', env={'API_KEY': '%s'}))",
		"params = {'command': 'node', 'env': {'API_KEY': '%s'}}\ns = MCPServerStdio(params=params)",
		"env: dict = {'API_KEY': '%s'}\ns = MCPServerStdio(params=dict(command='node', env=env))",
		"s = MCPServerSse(params={'url': 'https://x.org', 'headers': {'Authorization': 'Bearer %s'}})",
		"s = MCPServerSse(params={'url': 'https://x.org', 'headers': {'Authorization': 'Bearer ' '%s'}})",
		"s = MCPServerSse(params={'url': 'https://x.org', # a }\n 'headers': {'Authorization': 'Bearer ' + "
		"'%s'}})",
		"s = agents.mcp.MCPServerStreamableHttp(params={'url': u, 'headers': {'X-API-Key': r'%s'}, 't': 1 if "
		"f(x) else "
		"2})",
		"t = HostedMCPTool(tool_config={'server_label': 'l', 'server_url': 'https://x.org', 'authorization': "
		"\"\"\"%s\"\"\"})",
		"a = Agent(name='n', tools=[HostedMCPTool(tool_config={'connector_id': 'connector_x', 'authorization': "
		"'%s'})])",
		"p = StdioServerParameters(command='npx', args=['-y', 'srv', '--api-key', '%s'])",
		"t = HostedMCPTool(tool_config=cast(Mcp, {'server_label': 'l', 'server_url': 'https://x.org', "
		"'authorization': '%s'}))",
		"p = StdioServerParams(command='npx', args=['-y', 'srv'], env={'API_KEY': '%s'})",
		"p = StreamableHttpServerParams(url='https://x.org/mcp', headers={'Authorization': 'Bearer %s'})",
		"p = SSEClientParams(url='https://x.org/mcp', headers={'Authorization': 'Bearer %s'})",
		"t = MCPTools(command='npx -y srv', env={'API_KEY': '%s'})",
		"s = MCPServerHTTP(url='https://x.org/mcp', headers={'Authorization': 'Bearer %s'})",
		"c = BasicMCPClient('https://x.org/mcp', headers={'Authorization': 'Bearer %s'})",
		"c = MultiServerMCPClient({'m': {'url': 'https://x.org', 'headers': {'Authorization': 'Bearer %s'}}})",
		"o = ClaudeAgentOptions(mcp_servers={'m': {'command': 'n', 'env': {'API_KEY': '%s'}}})",
		"s = MCPServerStdio('node', args=['x'], env={'API_KEY': '%s'})",
		"s = MCPServerStdio(params={'command': 'n', 'env': {'API_KEY': os.getenv('API_KEY', '%s')}})",
		"s = MCPServerStdio(params={'command': 'n', 'env': {'API_KEY': os.environ.get('API_KEY') or '%s'}})",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct lab *l = read_with(IMPORTS, rows[i], LAB_LITERAL);
		const struct fact *c = lab_fact(l, FACT_CREDENTIAL, NULL);

		if (!lab_true(c, "agent_literal"))
			fail_msg("not found: %s", rows[i]);
		assert_true(c->span.line >= 4);
		if (slice_find(slice_sub(l->doc.bytes, c->span.start, c->span.end), slice_str(LAB_LITERAL)) < 0)
			fail_msg("not at its place: %s", rows[i]);
		lab_free(l);
	}
}

/* Taken from elsewhere, or no call at all. */
static void references_and_prose_are_none(void **state) {
	static const char *const rows[] = {
		"s = MCPServerStdio(params={'command': 'node', 'env': {'API_KEY': os.environ['API_KEY']}})",
		"s = MCPServerStdio(params={'command': 'node', 'env': {'API_KEY': settings.api_key}})",
		"s = MCPServerStdio(params={'command': 'node', 'env': {'API_KEY': get('%s')}})",
		"s = MCPServerSse(params={'url': 'https://x.org', 'headers': {'Authorization': f'Bearer {token}'}})",
		"s = MCPServerSse(params={'url': 'https://x.org', 'headers': {'X-Key': 'Bearer {}'.format(t)}})",
		"# s = MCPServerStdio(params={'command': 'node', 'env': {'API_KEY': '%s'}})",
		"'''MCPServerStdio(params={'command': 'node', 'env': {'API_KEY': '%s'}})'''",
		"def MCPServerStdio(params={'command': 'node', 'env': {'API_KEY': '%s'}}): pass",
		"s = MCPServerStdio(*args, **{'params': {'command': 'node', 'env': {'API_KEY': '%s'}}})",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct lab *l = read_with(IMPORTS, rows[i], LAB_LITERAL);

		if (lab_has_literal(l))
			fail_msg("taken for a literal: %s", rows[i]);
		lab_free(l);
	}
	/* A file that imports none of the packages is not looked into. */
	struct lab *l = read_with(
		"import os\n", "s = MCPServerStdio(params={'command': 'n', 'env': {'API_KEY': '%s'}})", LAB_LITERAL);

	assert_int_equal(l->set.all.n, 0);
	lab_free(l);
}

static void agents_own_what_stands_in_them(void **state) {
	struct lab *l = read_with(IMPORTS,
		"a = Agent(name='one', tools=[LocalShellTool(executor=e), HostedMCPTool(tool_config={'server_label': "
		"'l', "
		"'server_url': 'http://x.org', 'require_approval': 'never'})])\n"
		"b = MCPServerStdio(name='two', params={'command': 'npx', 'args': ['-y', 'srv']})",
		"");
	const struct fact *agent = lab_fact(l, FACT_AGENT, "one"), *hosted = lab_fact(l, FACT_TOOL, "l"),
			  *own = lab_fact(l, FACT_TOOL, "two");

	(void)state;
	assert_non_null(agent);
	assert_non_null(hosted);
	assert_non_null(own);
	assert_true(lab_text_is(agent, "local_shell", "LocalShellTool"));
	assert_ptr_equal(hosted->parent, agent);
	assert_true(lab_true(hosted, "approves_all"));
	assert_true(lab_text_is(hosted, "scheme", "http"));
	assert_null(own->parent);
	assert_true(lab_text_is(own, "pin", "moving"));
	lab_free(l);
}

static void programs_that_start_agents(void **state) {
	static const struct {
		const char *text;
		bool told;
	} rows[] = {
		{"subprocess.run(['claude', '-p', p, '--dangerously-skip-permissions'])", true},
		{"subprocess.run(['/usr/bin/claude', '--permission-mode=bypassPermissions'])", true},
		{"cmd = ['codex', 'exec', '--sandbox', 'danger-full-access']\nsubprocess.Popen(cmd, env=e)", true},
		{"os.system('gemini --yolo -p x')", true},
		{"await asyncio.create_subprocess_exec('claude', '-p', x, '--dangerously-skip-permissions')", true},
		{"subprocess.run(['claude', '-p', p, '--permission-mode', 'plan'])  # bypassPermissions", false},
		{"subprocess.run(['echo', '--dangerously-skip-permissions'])", false},
		{"parser.add_argument('--dangerously-skip-permissions')", false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct lab *l = read_with("import os\nimport subprocess\n", rows[i].text, "");
		const struct fact *f = lab_fact(l, FACT_AGENT, NULL);

		if ((f != NULL) != rows[i].told || (f && !lab_text_is(f, "kind", "command")))
			fail_msg("%s", rows[i].text);
		lab_free(l);
	}
}

/* Depth, width and variables that lead to themselves end soon, inside of the text. */
static void hostile_sources_end(void **state) {
	static const char *const parts[] = {
		"(", "[", "{", "f(", "{1:", "'", "\"\"\"", "f'{", "x+", "*", "a=", "x or ", "x,", "Agent(", "y=x\n"};

	(void)state;
	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++) {
		struct buf b = {0};
		struct lab *l;

		buf_add_str(&b, "x = y\ny = x\nAgent(x,");
		for (int k = 0; k < 30000; k++)
			buf_add_str(&b, parts[i]);
		l = read_with(IMPORTS, buf_cstr(&b), "");
		for (size_t k = 0; k < l->set.all.n; k++)
			assert_true(l->set.all.at[k]->span.end <= l->doc.bytes.n);
		lab_free(l);
		buf_free(&b);
	}
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(literals_are_found_where_they_stand),
		cmocka_unit_test(references_and_prose_are_none),
		cmocka_unit_test(agents_own_what_stands_in_them),
		cmocka_unit_test(programs_that_start_agents),
		cmocka_unit_test(hostile_sources_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
