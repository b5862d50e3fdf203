/* GitLab CI (https://docs.gitlab.com/ci/yaml/): jobs with what `extends`, `default` and `!reference` bring from the same file. What other files
 * bring by `include` is named as a part of the pipeline, not followed. */
#include "scanners/ci/ci.h"
#include "scanners/ci/dotenv.h"
#include "scanners/ci/names.h"
#include "scanners/ci/systems.h"

#define EXTENDS_MAX   11 /* GitLab's own bound */
#define REFERENCE_MAX 10

struct gitlab {
	struct ci c;
	const struct node *root;
	struct fact *pipeline;
	bool merge_requests; /* workflow: rules let merge requests in */
};

static bool is_named(struct slice path) {
	return slice_has_suffix(path, ".gitlab-ci.yml") || slice_has_suffix(path, ".gitlab-ci.yaml") ||
	       (slice_find(path, slice_str(".gitlab/ci/")) >= 0 && path_is_yaml(path));
}

/* What `include: local` names has no name of its own: these are the usual folders, and looks_like_jobs() has the last word. */
static bool wants(struct slice path) {
	return is_named(path) ||
	       (path_is_yaml(path) &&
		       (slice_find(path, slice_str("gitlab-ci")) >= 0 || slice_has_prefix(path, ".gitlab/") ||
			       slice_has_prefix(path, "ci/") || slice_find(path, slice_str("/ci/")) >= 0));
}

static bool is_global(struct slice key) {
	static const char *const names[] = {"default", "include", "stages", "types", "variables", "workflow", "image",
		"services", "cache", "before_script", "after_script", "spec", NULL};

	for (size_t i = 0; names[i]; i++)
		if (slice_eq(key, slice_str(names[i])))
			return true;
	return false;
}

static bool is_job(const struct node_member *m) {
	static const char *const fields[] = {"script", "trigger", "extends", "run", NULL};

	if (!node_is(m->value, NODE_MAPPING) || is_global(node_text(m->key)))
		return false;
	for (size_t i = 0; fields[i]; i++)
		if (node_get(m->value, fields[i]))
			return true;
	return false;
}

static bool is_debug_switch(const struct node_member *m) {
	return (node_text_is(m->key, "CI_DEBUG_TRACE") || node_text_is(m->key, "CI_DEBUG_SERVICES")) &&
	       node_truth(m->value, false);
}

/* A file that says by nothing but its content that it belongs to a pipeline: every part is a global or a job or the template of one, and
 * a job has what only GitLab's jobs have. */
static bool looks_like_jobs(const struct node *root) {
	static const char *const own[] = {
		"stage", "rules", "only", "except", "needs", "before_script", "extends", "id_tokens", NULL};
	bool any = false;

	for (size_t i = 0; i < root->n; i++) {
		const struct node_member *m = &root->members[i];

		if (!is_global(node_text(m->key)) && !node_is(m->value, NODE_MAPPING) &&
			!slice_has_prefix(node_text(m->key), "."))
			return false;
		for (size_t k = 0; is_job(m) && own[k]; k++)
			any |= node_get(m->value, own[k]) != NULL;
	}
	return any;
}

/* A field of a job, its own or of what it extends; the last of several templates wins. */
static const struct node *inherited(const struct gitlab *g, const struct node *job, const char *field, unsigned depth) {
	const struct node *own = node_get(job, field), *parents = node_get(job, "extends");

	if (own || depth >= EXTENDS_MAX)
		return own;
	for (size_t i = node_many(parents); i-- > 0;) {
		struct slice name = node_text(node_many_item(parents, i));

		for (size_t k = 0; k < g->root->n; k++)
			if (name.n && slice_eq(node_text(g->root->members[k].key), name)) {
				const struct node *found = inherited(g, g->root->members[k].value, field, depth + 1);

				if (found)
					return found;
			}
	}
	return NULL;
}

#define VARIABLES_MAX 1000

/* Variables of a job and of what it extends, which GitLab merges key by key: the nearest counts. */
static void read_variables(
	const struct gitlab *g, struct fact *job, const struct node *n, struct map *seen, unsigned depth) {
	const struct node *own = node_get(n, "variables"), *parents = node_get(n, "extends");

	for (size_t i = 0; node_is(own, NODE_MAPPING) && i < own->n && seen->n < VARIABLES_MAX; i++) {
		const struct node_member *m = &own->members[i];
		bool added;

		map_put(seen, node_text(m->key), &added);
		if (!added)
			continue;
		if (is_debug_switch(m))
			fact_set_bool(g->c.set, g->pipeline, "debugs", true, m->value->span);
		ci_variable(&g->c, job, node_text(m->key),
			node_is(m->value, NODE_MAPPING) ? node_get(m->value, "value") : m->value, "variables");
	}
	for (size_t i = node_many(parents); i-- > 0 && depth < EXTENDS_MAX;)
		read_variables(g, job, node_get_text(g->root, node_text(node_many_item(parents, i))), seen, depth + 1);
}

/* A field of a job, of its templates, of `default`, or at the top of the file. */
static const struct node *field_of(const struct gitlab *g, const struct node *job, const char *field) {
	const struct node *found = inherited(g, job, field, 0);

	if (!found)
		found = node_get(node_get(g->root, "default"), field);
	return found ? found : node_get(g->root, field);
}

static void read_script(const struct gitlab *g, struct fact *step, const struct node *n, unsigned depth) {
	if (n && n->tag && strcmp(n->tag, "!reference") == 0) { /* !reference [job, script] */
		const struct node *to = g->root;

		for (size_t i = 0; i < node_many(n) && to; i++)
			to = node_get_text(to, node_text(node_item(n, i)));
		if (to && depth < REFERENCE_MAX)
			read_script(g, step, to, depth + 1);
		return;
	}
	if (node_is(n, NODE_SEQUENCE) && depth < REFERENCE_MAX)
		for (size_t i = 0; i < n->n; i++)
			read_script(g, step, n->items[i], depth + 1);
	if (node_is(n, NODE_STRING))
		ci_script(&g->c, step, n, true);
}

static bool speaks_of_merge_requests(struct slice condition) {
	return slice_find(condition, slice_str("merge_request_event")) >= 0 ||
	       slice_find(condition, slice_str("CI_MERGE_REQUEST")) >= 0 ||
	       slice_find(condition, slice_str("external_pull_request_event")) >= 0;
}

/* The rule that lets merge requests in; NULL when none does. */
static const struct node *rule_for_merge_requests(const struct node *rules) {
	for (size_t i = 0; i < node_many(rules); i++) {
		const struct node *rule = node_many_item(rules, i), *condition = node_get(rule, "if");

		if (speaks_of_merge_requests(node_text(condition)) && !node_text_is(node_get(rule, "when"), "never") &&
			slice_find(node_text(condition), slice_str("!= \"merge_request_event\"")) < 0 &&
			slice_find(node_text(condition), slice_str("!= 'merge_request_event'")) < 0)
			return condition;
	}
	return NULL;
}

static bool never_runs(const struct node *rules, const struct node *when) {
	size_t n = node_many(rules);

	for (size_t i = 0; i < n; i++)
		if (!node_text_is(node_get(node_many_item(rules, i), "when"), "never"))
			return false;
	return n || node_text_is(when, "never");
}

static void read_triggers(const struct gitlab *g, struct fact *job, const struct node *n) {
	const struct node *rules = inherited(g, n, "rules", 0), *only = inherited(g, n, "only", 0), *at;
	const struct node *when = inherited(g, n, "when", 0);

	if (node_is(only, NODE_MAPPING))
		only = node_get(only, "refs");
	for (size_t i = 0; i < node_many(only); i++) {
		const struct node *ref = node_many_item(only, i);
		bool merge = node_text_is(ref, "merge_requests") || node_text_is(ref, "external_pull_requests");

		ci_trigger(&g->c, job, merge ? "merge request" : "push", merge ? CI_LOW_TRUST : CI_TRUSTED, ref->span);
	}
	at = rule_for_merge_requests(rules);
	if (at)
		ci_trigger(&g->c, job, "merge request", CI_LOW_TRUST, at->span);
	else if (rules)
		ci_trigger(&g->c, job, "push", CI_TRUSTED, rules->span);
	else if (!only && !g->merge_requests)
		ci_trigger(&g->c, job, "push", CI_TRUSTED, n->span);
	if (never_runs(rules, when))
		fact_set_bool(g->c.set, job, "disabled", true, rules ? rules->span : when->span);
}

static void read_tokens(const struct gitlab *g, struct fact *job, const struct node *n) {
	const struct node *tokens = field_of(g, n, "id_tokens"), *secrets = inherited(g, n, "secrets", 0);

	for (size_t i = 0; node_is(tokens, NODE_MAPPING) && i < tokens->n; i++) {
		const struct node *aud = node_get(tokens->members[i].value, "aud");

		ci_declare(&g->c, job, node_text(tokens->members[i].key), false);
		for (size_t k = 0; k < node_many(aud) || k == 0; k++)
			ci_id_token(&g->c, job, node_text(node_many_item(aud, k)), tokens->members[i].key->span);
	}
	for (size_t i = 0; node_is(secrets, NODE_MAPPING) && i < secrets->n; i++) {
		struct slice name = node_text(secrets->members[i].key);

		ci_secret(&g->c, job, name, CI_USE_ENV, secrets->members[i].key->span);
		ci_declare(&g->c, job, name, true);
	}
}

/* Does a script, or one that it refers to, write a secret to the file? */
static bool writes_secret(const struct gitlab *g, const struct node *n, struct slice path, unsigned depth) {
	struct arena arena = {0};
	bool found = false;

	if (n && n->tag && strcmp(n->tag, "!reference") == 0) {
		const struct node *to = g->root;

		for (size_t i = 0; i < node_many(n) && to; i++)
			to = node_get_text(to, node_text(node_item(n, i)));
		return to && depth < REFERENCE_MAX && writes_secret(g, to, path, depth + 1);
	}
	for (size_t i = 0; node_is(n, NODE_SEQUENCE) && depth < REFERENCE_MAX && i < n->n && !found; i++)
		found = writes_secret(g, n->items[i], path, depth + 1);
	if (node_is(n, NODE_STRING) && slice_find(n->text, path) >= 0) {
		const struct shell_script script = shell_read(&arena, n->text);

		found = dotenv_gets_secret(&script, path);
	}
	arena_free(&arena);
	return found;
}

/* Variables for later jobs: whoever may see the job's artifacts may read the file
 * (https://docs.gitlab.com/ci/yaml/artifacts_reports/#artifactsreportsdotenv). */
static void read_dotenv(const struct gitlab *g, struct fact *step, const struct node *job, const struct node *files) {
	static const char *const scripts[] = {"before_script", "script", "after_script", NULL};

	for (size_t i = 0; i < node_many(files); i++) {
		const struct node *file = node_many_item(files, i);
		const struct slice path = node_text(file);

		for (size_t k = 0; path.n && scripts[k]; k++)
			if (writes_secret(g, field_of(g, job, scripts[k]),
				    slice_has_prefix(path, "./") ? slice_sub(path, 2, path.n) : path, 0))
				fact_set_text(g->c.set, step, "shares_files", path, file->span);
	}
}

static void read_artifacts(const struct gitlab *g, struct fact *step, const struct node *artifacts) {
	const struct node *paths = node_get(artifacts, "paths"), *untracked = node_get(artifacts, "untracked");

	for (size_t i = 0; i < node_many(paths); i++) {
		const struct node *path = node_many_item(paths, i);

		if (ci_path_holds_credentials(node_text(path)))
			fact_set_text(g->c.set, step, "shares_files", node_text(path), path->span);
	}
	if (node_truth(untracked, false))
		fact_set_text(g->c.set, step, "shares_files", slice_str("untracked files"), untracked->span);
}

static void read_runner(const struct gitlab *g, struct fact *job, const struct node *n) {
	const struct node *tags = field_of(g, n, "tags"), *image = field_of(g, n, "image");
	const struct node *name = node_is(image, NODE_MAPPING) ? node_get(image, "name") : image;

	for (size_t i = 0; i < node_many(tags); i++) {
		struct slice tag = node_text(node_many_item(tags, i));

		if (tag.n && !slice_has_prefix(tag, "saas-") && !slice_has_prefix(tag, "gitlab-org") && tag.p[0] != '$')
			fact_set_bool(g->c.set, job, "self_hosted", true, node_many_item(tags, i)->span);
	}
	if (node_is(name, NODE_STRING) && name->text.n && !slice_byte(name->text, '$'))
		ci_uses(&g->c, job, "image", name->text, ci_image_pin(name->text), true, name->span);
}

static void read_job(const struct gitlab *g, const struct node_member *m) {
	const struct node *n = m->value, *environment = inherited(g, n, "environment", 0);
	const struct node *name = node_is(environment, NODE_MAPPING) ? node_get(environment, "name") : environment;
	struct fact *job = ci_job(&g->c, g->pipeline, node_text(m->key), m->key->span), *step;
	struct map seen = {0};
	static const char *const scripts[] = {"before_script", "script", "after_script", NULL};

	read_triggers(g, job, n);
	if (node_text(name).n && !node_text_is(node_get(environment, "action"), "stop"))
		ci_environment(&g->c, job, node_text(name), name->span);
	read_tokens(g, job, n);
	read_variables(g, job, n, &seen, 0);
	map_free(&seen);
	read_runner(g, job, n);
	step = ci_step(&g->c, job, node_text(m->key), m->key->span);
	for (size_t i = 0; scripts[i]; i++)
		read_script(g, step, field_of(g, n, scripts[i]), 0);
	read_artifacts(g, step, inherited(g, n, "artifacts", 0));
	read_dotenv(g, step, n, node_at(inherited(g, n, "artifacts", 0), "reports.dotenv"));
}

static void add_include(const struct gitlab *g, const char *kind, const struct node *entry, const struct node *what,
	enum ci_pin pin, bool third_party) {
	struct fact *step = ci_step(&g->c, g->pipeline, node_text(what), what->span);

	ci_uses(&g->c, step, kind, node_text(what), pin, third_party, what->span);
	ci_variables(&g->c, step, node_get(entry, "inputs"), "inputs");
}

static enum ci_pin component_pin(struct slice reference) {
	for (size_t i = reference.n; i-- > 0;)
		if (reference.p[i] == '@')
			return ci_version_pin(slice_sub(reference, i + 1, reference.n));
	return CI_PIN_MOVING;
}

static bool is_own_component(struct slice reference) {
	return slice_find(reference, slice_str("CI_SERVER")) >= 0 ||
	       slice_find(reference, slice_str("CI_PROJECT")) >= 0;
}

static void read_includes(const struct gitlab *g, const struct node *include) {
	for (size_t i = 0; i < node_many(include); i++) {
		const struct node *n = node_many_item(include, i), *remote = node_get(n, "remote"),
				  *project = node_get(n, "project");
		const struct node *component = node_get(n, "component"), *ref = node_get(n, "ref");

		if (node_is(n, NODE_STRING) && slice_has_prefix(n->text, "http"))
			add_include(g, "include", NULL, n, CI_PIN_MOVING, true);
		if (node_is(remote, NODE_STRING))
			add_include(g, "include", n, remote, node_get(n, "integrity") ? CI_PIN_DIGEST : CI_PIN_MOVING,
				true);
		if (node_is(project, NODE_STRING))
			add_include(
				g, "project", n, project, ref ? ci_version_pin(node_text(ref)) : CI_PIN_MOVING, false);
		if (node_is(component, NODE_STRING))
			add_include(g, "component", n, component, component_pin(component->text),
				!is_own_component(component->text));
	}
}

static void read_globals(struct gitlab *g) {
	const struct node *variables = node_get(g->root, "variables"), *at;

	for (size_t i = 0; node_is(variables, NODE_MAPPING) && i < variables->n; i++) {
		const struct node *value = variables->members[i].value;

		if (is_debug_switch(&variables->members[i]))
			fact_set_bool(g->c.set, g->pipeline, "debugs", true, value->span);
		ci_variable(&g->c, g->pipeline, node_text(variables->members[i].key),
			node_is(value, NODE_MAPPING) ? node_get(value, "value") : value, "variables");
	}
	at = rule_for_merge_requests(node_at(g->root, "workflow.rules"));
	if (at) {
		g->merge_requests = true;
		ci_trigger(&g->c, g->pipeline, "merge request", CI_LOW_TRUST, at->span);
	}
	read_includes(g, node_get(g->root, "include"));
}

static bool read(const struct reader_input *in, struct fact_set *set) {
	struct map declared = {0};
	struct gitlab g = {.c = {in, set, "gitlab", "gitlab-ci", &declared, NULL}};
	size_t jobs = 0;

	if (!in->tree || !in->tree->n)
		return false;
	g.root = in->tree->roots[in->tree->n - 1]; /* behind a header with `spec:` */
	for (size_t i = 0; node_is(g.root, NODE_MAPPING) && i < g.root->n; i++)
		jobs += is_job(&g.root->members[i]);
	if (is_named(in->doc->path) ? !jobs && !node_get(g.root, "include") : !jobs || !looks_like_jobs(g.root))
		return false;
	g.pipeline = ci_pipeline(&g.c, in->doc->path, node_span(g.root));
	read_globals(&g);
	for (size_t i = 0; i < g.root->n; i++)
		if (is_job(&g.root->members[i]) && !slice_has_prefix(node_text(g.root->members[i].key), "."))
			read_job(&g, &g.root->members[i]);
	ci_finish(&g.c, g.pipeline);
	map_free(&declared);
	return true;
}

const struct reader gitlab_reader = {"gitlab-ci", wants, read};

/* --- the agent for Kubernetes: who may use the cluster from a pipeline (https://docs.gitlab.com/user/clusters/agent/ci_cd_workflow/) --- */

static bool wants_agent(struct slice path) {
	return slice_find(path, slice_str(".gitlab/agents/")) >= 0 &&
	       (slice_has_suffix(path, "/config.yaml") || slice_has_suffix(path, "/config.yml"));
}

/* Impersonation narrows, except as the agent itself. */
static bool is_limited(const struct node *entry) {
	const struct node *as = node_get(entry, "access_as"), *environments = node_get(entry, "environments");
	bool wide = !environments;

	for (size_t i = 0; i < node_many(environments); i++)
		wide |= node_text_is(node_many_item(environments, i), "*");
	return (as && !node_get(as, "agent")) ||
	       (!wide && node_truth(node_get(entry, "protected_branches_only"), false));
}

static bool read_agent(const struct reader_input *in, struct fact_set *set) {
	static const char *const lists[] = {"ci_access.projects", "ci_access.groups", NULL};
	const struct node *root = in->tree && in->tree->n ? in->tree->roots[0] : NULL;

	if (!node_get(root, "ci_access") && !node_get(root, "user_access"))
		return false;
	for (size_t l = 0; lists[l]; l++) {
		const struct node *list = node_at(root, lists[l]);

		for (size_t i = 0; i < node_many(list); i++) {
			const struct node *entry = node_many_item(list, i), *id = node_get(entry, "id");
			struct fact *f =
				fact_add(set, FACT_TRUST, "gitlab-agent", in->source, id ? id->span : entry->span);
			struct slice who = node_text(id);

			f->name = arena_copy(&set->arena, who);
			fact_set_text(set, f, "system", slice_str("gitlab"), f->span);
			fact_set_text(set, f, "kind", slice_str("agent-access"), f->span);
			fact_set_bool(set, f, "authenticated", true, f->span);
			fact_set_bool(set, f, "limited", is_limited(entry), f->span);
			fact_set_texts(set, f, "trusts", &who, 1, f->span);
		}
	}
	return true;
}

const struct reader gitlab_agent_reader = {"gitlab-agent", wants_agent, read_agent};
