/* Agents in pipelines of every system: each program is known where it works by itself, at its exact place, and nowhere else. */
#include "tests/unit/agent_lab.h"

/* One job of each system that runs the command %s. */
static const struct {
	const char *system, *path, *text;
} systems[] = {
	{"github", ".github/workflows/a.yml",
		"on: [push]\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: |\n          %s\n"},
	{"gitlab", ".gitlab-ci.yml", "a:\n  script:\n    - |\n      %s\n"},
	{"azure", "azure-pipelines.yml", "trigger: [main]\nsteps:\n  - script: |\n      %s\n"},
	{"circleci", ".circleci/config.yml",
		"version: 2.1\njobs:\n  a:\n    docker: [{image: cimg/node:22.1}]\n    steps:\n      - run: |\n        "
		"  %s\n"},
	{"buildkite", ".buildkite/pipeline.yml", "steps:\n  - label: a\n    command: |\n      %s\n"},
	{"jenkins", "Jenkinsfile",
		"pipeline {\n  agent any\n  stages {\n    stage('a') {\n      steps {\n        sh '''\n          %s\n"
		"        '''\n      }\n    }\n  }\n}\n"},
	{"bitbucket", "bitbucket-pipelines.yml",
		"pipelines:\n  default:\n    - step:\n        script:\n          - |\n            %s\n"},
	{"travis", ".travis.yml", "language: node_js\nscript:\n  - |\n    %s\n"},
	{"drone", ".drone.yml",
		"kind: pipeline\ntype: docker\nname: a\nsteps:\n  - name: a\n    image: node:22\n    commands:\n      "
		"- |\n"
		"        %s\n"},
	{"woodpecker", ".woodpecker.yml", "steps:\n  a:\n    image: node:22\n    commands:\n      - |\n        %s\n"},
	{"tekton", ".tekton/a.yaml",
		"apiVersion: tekton.dev/v1\nkind: Task\nmetadata: {name: a}\nspec:\n  steps:\n    - name: a\n      "
		"image: "
		"node:22\n      script: |\n        %s\n"},
	{"appveyor", "appveyor.yml", "build_script:\n  - sh: |\n      %s\n"},
};

/* Commands that are an agent at work; `bypass` and `shell` NULL: none. */
static const struct {
	const char *command, *client, *program, *bypass, *shell;
} agents[] = {
	{"claude -p hello", "claude-code", "claude", NULL, NULL},
	{"timeout 600 claude --print hello --dangerously-skip-permissions", "claude-code", "claude",
		"--dangerously-skip-permissions", NULL},
	{"claude -p hi --permission-mode bypassPermissions", "claude-code", "claude",
		"--permission-mode bypassPermissions", NULL},
	{"claude -p hi --allowedTools=Bash,Read", "claude-code", "claude", NULL, "Bash"},
	{"npx -y @anthropic-ai/claude-code@2.0.1 -p hello", "claude-code", "@anthropic-ai/claude-code@2.0.1", NULL,
		NULL},
	{"cat prompt.md | claude", "claude-code", "claude", NULL, NULL},
	{"codex exec hello", "codex", "codex", NULL, NULL},
	{"codex exec --sandbox danger-full-access hello", "codex", "codex", "--sandbox danger-full-access", NULL},
	{"codex exec --dangerously-bypass-approvals-and-sandbox hello", "codex", "codex",
		"--dangerously-bypass-approvals-and-sandbox", NULL},
	{"gemini -p hello --yolo", "gemini", "gemini", "--yolo", NULL},
	{"gemini --approval-mode=yolo -p hello", "gemini", "gemini", "--approval-mode yolo", NULL},
	{"npx @google/gemini-cli@0.9.0 --prompt hello", "gemini", "@google/gemini-cli@0.9.0", NULL, NULL},
	{"cursor-agent -p hello --force", "cursor", "cursor-agent", "--force", NULL},
	{"aider --yes-always --message hello", "agent-cli", "aider", "--yes-always", NULL},
	{"q chat --no-interactive --trust-all-tools hello", "amazon-q", "q", "--trust-all-tools", NULL},
	{"opencode run hello", "opencode", "opencode", NULL, NULL},
	{"copilot -p hello --allow-all-tools", "copilot", "copilot", "--allow-all-tools", NULL},
	{"goose run -t hello", "goose", "goose", NULL, NULL},
	{"amp -x hello", "amp", "amp", NULL, NULL},
	{"cd src && ANTHROPIC_MODEL=x claude -p hello >out.txt", "claude-code", "claude", NULL, NULL},
	{"out=$(claude -p hello)", "claude-code", "claude", NULL, NULL},
};

static const char *const others[] = {"claude --version", "claude mcp add x y",
	"npm install -g @anthropic-ai/claude-code", "echo claude -p hello", "# claude -p hello", "codex --version",
	"gemini --help", "grep -r \"codex exec\" .", "./claude-tools -p x", "q list", "goose --version",
	"cat claude -p"};

static const struct fact *agent_of(const struct lab *l) {
	for (size_t i = 0; i < l->set.all.n; i++)
		if (l->set.all.at[i]->kind == FACT_AGENT && lab_text_is(l->set.all.at[i], "kind", "pipeline"))
			return l->set.all.at[i];
	return NULL;
}

static bool stands_at(const struct lab *l, const struct fact *f, const char *text) {
	return f->span.line && slice_eq(slice_sub(l->doc.bytes, f->span.start, f->span.end), slice_str(text));
}

static void every_system_shows_every_agent(void **unused) {
	(void)unused;
	for (size_t i = 0; i < sizeof(systems) / sizeof(*systems); i++)
		for (size_t k = 0; k < sizeof(agents) / sizeof(*agents); k++) {
			struct lab *l = lab_read(systems[i].path, systems[i].text, agents[k].command);
			const struct fact *f = agent_of(l);

			if (!f)
				fail_msg("%s: no agent in '%s'", systems[i].system, agents[k].command);
			if (!lab_text_is(f, "client", agents[k].client) || !stands_at(l, f, agents[k].program))
				fail_msg("%s: '%s' is another agent, or stands elsewhere: %u:%u", systems[i].system,
					agents[k].command, f->span.line, f->span.column);
			if (agents[k].bypass ? !lab_text_is(f, "bypass", agents[k].bypass)
					     : fact_text(f, "bypass").n != 0)
				fail_msg("%s: bypass of '%s'", systems[i].system, agents[k].command);
			if (agents[k].shell ? !lab_text_is(f, "unscoped_shell", agents[k].shell)
					    : fact_text(f, "unscoped_shell").n != 0)
				fail_msg("%s: shell of '%s'", systems[i].system, agents[k].command);
			assert_non_null(f->parent);
			assert_true(f->parent->kind == FACT_STEP && f->parent->parent->kind == FACT_JOB);
			lab_free(l);
		}
}

static void what_does_not_work_by_itself_is_no_agent(void **unused) {
	(void)unused;
	for (size_t i = 0; i < sizeof(systems) / sizeof(*systems); i++)
		for (size_t k = 0; k < sizeof(others) / sizeof(*others); k++) {
			struct lab *l = lab_read(systems[i].path, systems[i].text, others[k]);

			if (agent_of(l))
				fail_msg("%s: '%s' is called an agent", systems[i].system, others[k]);
			lab_free(l);
		}
}

static void strangers_text_in_a_prompt_is_seen(void **unused) {
	struct lab *l = lab_read(".gitlab-ci.yml", systems[1].text, "claude -p \"Review $CI_MERGE_REQUEST_TITLE\"");
	struct lab *quiet = lab_read(".gitlab-ci.yml", systems[1].text, "claude -p 'Review $CI_MERGE_REQUEST_TITLE'");

	(void)unused;
	assert_true(lab_text_is(agent_of(l), "prompt_text", "CI_MERGE_REQUEST_TITLE"));
	assert_false(fact_text(agent_of(quiet), "prompt_text").n);
	lab_free(l);
	lab_free(quiet);
}

static void what_is_installed_newest_is_noted(void **unused) {
	static const struct {
		const char *command, *what; /* NULL: nothing */
	} cases[] = {
		{"npm install -g @anthropic-ai/claude-code", "@anthropic-ai/claude-code"},
		{"npm i -g @openai/codex@latest", "@openai/codex@latest"},
		{"npm install -g @openai/codex@0.40.0", NULL},
		{"curl -fsSL https://claude.ai/install.sh | bash", "https://claude.ai/install.sh"},
		{"pip install aider-chat", "aider-chat"},
		{"npm install left-pad", NULL},
	};

	(void)unused;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct lab *l = lab_read(".gitlab-ci.yml", systems[1].text, cases[i].command);
		const struct fact *step = lab_fact(l, FACT_STEP, NULL);

		assert_non_null(step);
		if (cases[i].what ? !lab_text_is(step, "installs_agent", cases[i].what)
				  : fact_text(step, "installs_agent").n != 0)
			fail_msg("%s", cases[i].command);
		lab_free(l);
	}
}

static void lists_of_tools_open_the_shell_or_do_not(void **unused) {
	static const struct {
		const char *list, *entry;
	} cases[] = {{"Bash", "Bash"}, {"Read,Bash(*)", "Bash(*)"}, {"Read Bash(:*)", "Bash(:*)"},
		{"Bash(git status:*),Read", ""}, {"BashOutput,Read", ""}, {"Bash(a, b)", ""},
		{"\"Read\",\n\"Bash\"", "Bash"}, {"", ""}, {"mcp__github__x", ""}};

	(void)unused;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		if (!slice_eq(agent_tools_open_shell(slice_str(cases[i].list)), slice_str(cases[i].entry)))
			fail_msg("%s", cases[i].list);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_system_shows_every_agent),
		cmocka_unit_test(what_does_not_work_by_itself_is_no_agent),
		cmocka_unit_test(strangers_text_in_a_prompt_is_seen),
		cmocka_unit_test(what_is_installed_newest_is_noted),
		cmocka_unit_test(lists_of_tools_open_the_shell_or_do_not),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
