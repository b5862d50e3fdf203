/* Hooks: commands that run at an agent's events, before and after its tool calls. */
#include "scanners/agent/permission.h"

static bool has(struct slice s, const char *part) {
	return slice_find(s, slice_str(part)) >= 0;
}

bool agent_command_downloads(struct slice c) {
	bool fetches = has(c, "curl ") || has(c, "wget ") || has(c, "iwr ") || has(c, "Invoke-WebRequest");

	return (fetches &&
		       (has(c, "| sh") || has(c, "|sh") || has(c, "| bash") || has(c, "|bash") || has(c, "| python") ||
			       has(c, "| node") || has(c, "iex") || has(c, "$(curl") || has(c, "<(curl"))) ||
	       has(c, "bash <(") || has(c, "sh -c \"$(curl");
}

bool agent_command_sends(struct slice c) {
	bool fetches = has(c, "curl ") || has(c, "wget ");
	bool local = has(c, "localhost") || has(c, "127.0.0.1") || has(c, "[::1]");
	bool body = has(c, " -d ") || has(c, "--data") || has(c, " -X POST") || has(c, "-XPOST") || has(c, " -F ") ||
		    has(c, "--upload-file") || has(c, " -T ") || has(c, "--post");

	return fetches && body && !local;
}

static bool looks_like_logging(struct slice c) {
	return has(c, ">>") || has(c, "log") || has(c, "audit") || has(c, "record") || has(c, "trace") ||
	       has(c, "telemetry");
}

struct hook_state {
	unsigned n;
	bool checks, logs;
};

static void read_one(
	const struct agent *a, struct fact *owner, const struct node *hook, struct slice event, struct hook_state *s) {
	const struct node *command = node_get(hook, "command"), *url = node_get(hook, "url");
	struct slice text = node_text(command);
	bool before = slice_eq(event, slice_str("PreToolUse")) || slice_has_prefix(event, "before");
	bool after = slice_eq(event, slice_str("PostToolUse")) || slice_has_prefix(event, "after");

	if (!text.n && !node_is(url, NODE_STRING))
		return;
	s->n++;
	s->checks |= before;
	s->logs |= after && looks_like_logging(text);
	if (text.n && agent_command_downloads(text))
		fact_set_text(a->set, owner, "hook_downloads", slice_sub(event, 0, 60), command->span);
	if (text.n && agent_command_sends(text))
		fact_set_text(a->set, owner, "hook_sends", slice_sub(event, 0, 60), command->span);
	if (node_is(url, NODE_STRING)) {
		struct agent_names names = {0};

		agent_read_address(a, owner, url, node_text(url), &names);
		agent_read_environment(a, owner, node_get(hook, "headers"), "header", &names);
		if (slice_has_prefix(node_text(url), "http://") &&
			slice_find(node_text(url), slice_str("//localhost")) < 0 &&
			slice_find(node_text(url), slice_str("//127.")) < 0)
			fact_set_text(a->set, owner, "hook_sends", slice_sub(event, 0, 60), url->span);
	}
}

void agent_read_hooks(const struct agent *a, struct fact *owner, const struct node *hooks) {
	struct hook_state s = {0};

	for (size_t i = 0; node_is(hooks, NODE_MAPPING) && i < hooks->n; i++) {
		struct slice event = hooks->members[i].key->text;
		const struct node *list = hooks->members[i].value;

		for (size_t k = 0; node_is(list, NODE_SEQUENCE) && k < list->n; k++) {
			const struct node *inner = node_get(list->items[k], "hooks");

			if (!inner)
				read_one(a, owner, list->items[k], event, &s);
			for (size_t m = 0; node_is(inner, NODE_SEQUENCE) && m < inner->n; m++)
				read_one(a, owner, inner->items[m], event, &s);
		}
	}
	if (!hooks)
		return;
	fact_set_number(a->set, owner, "hooks", s.n, hooks->span);
	if (s.checks)
		fact_set_bool(a->set, owner, "checks_tools", true, hooks->span);
	if (s.logs)
		fact_set_bool(a->set, owner, "logs_tools", true, hooks->span);
}
