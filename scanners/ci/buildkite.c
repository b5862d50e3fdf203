/* Buildkite (https://buildkite.com/docs/pipelines/configure/step-types): command steps and their plugins. Agents are the owner's machines. */
#include "scanners/ci/ci.h"
#include "scanners/ci/names.h"
#include "scanners/ci/systems.h"
#include "scanners/lines.h"

#define NESTING_MAX 4
#define HOOK_MAX    1000000

/* Scripts that the agent runs around each command (https://buildkite.com/docs/agent/hooks). */
static bool is_hook(struct slice path) {
	return slice_find(path, slice_str(".buildkite/hooks/")) >= 0;
}

static bool wants(struct slice path) {
	bool yaml = path_is_yaml(path) || slice_has_suffix(path, ".json");

	return is_hook(path) ||
	       (yaml && (slice_find(path, slice_str(".buildkite/")) >= 0 || slice_has_prefix(path, "buildkite") ||
				slice_find(path, slice_str("/buildkite")) >= 0));
}

/* owner/name#version, name#version (Buildkite's own), or a URL. */
static void read_plugin(const struct ci *c, struct fact *job, const struct node *key, const struct node *options) {
	struct slice reference = node_text(key), version = {0};
	const uint8_t *hash = slice_byte(reference, '#');
	struct fact *step = ci_step(c, job, reference, key->span);
	bool own = slice_has_prefix(reference, ".") || slice_has_prefix(reference, "/");

	if (hash)
		version = slice_sub(reference, (size_t)(hash - reference.p) + 1, reference.n);
	ci_uses(c, step, "plugin", reference, own ? CI_PIN_LOCAL : ci_version_pin(version),
		!own && slice_byte(reference, '/') && !slice_has_prefix(reference, "buildkite-plugins/"), key->span);
	ci_variables(c, step, options, "plugins");
}

static void read_plugins(const struct ci *c, struct fact *job, const struct node *plugins) {
	for (size_t i = 0; node_is(plugins, NODE_SEQUENCE) && i < plugins->n; i++) {
		const struct node *p = plugins->items[i];

		if (node_is(p, NODE_MAPPING) && p->n)
			read_plugin(c, job, p->members[0].key, p->members[0].value);
		else if (node_text(p).n)
			read_plugin(c, job, p, NULL);
	}
	for (size_t i = 0; node_is(plugins, NODE_MAPPING) && i < plugins->n; i++)
		read_plugin(c, job, plugins->members[i].key, plugins->members[i].value);
}

static void read_step(const struct ci *c, struct fact *pipeline, const struct node *n) {
	const struct node *label = node_get(n, "label"), *condition = node_get(n, "if"),
			  *commands = node_get(n, "commands"), *skip = node_get(n, "skip"),
			  *paths = node_get(n, "artifact_paths");
	struct fact *job, *step;
	struct slice name = label ? node_text(label) : node_text(node_get(n, "key"));

	if (!commands)
		commands = node_get(n, "command");
	if (!commands && !node_get(n, "plugins"))
		return; /* waits, blocks, triggers */
	job = ci_job(c, pipeline, name.n ? name : slice_str("step"), label ? label->span : n->span);
	fact_set_bool(c->set, job, "self_hosted", true, n->span);
	if (slice_find(node_text(condition), slice_str("build.pull_request")) >= 0 &&
		slice_find(node_text(condition), slice_str("== null")) < 0)
		ci_trigger(c, job, "pull request", CI_LOW_TRUST, condition->span);
	if (node_text(skip).n && node_truth(skip, true))
		fact_set_bool(c->set, job, "disabled", true, skip->span);
	ci_variables(c, job, node_get(n, "env"), "env");
	step = ci_step(c, job, name, n->span);
	ci_script(c, step, commands, true);
	for (size_t i = 0; i < node_many(paths); i++)
		if (ci_path_holds_credentials(node_text(node_many_item(paths, i))))
			fact_set_text(c->set, step, "shares_files", node_text(node_many_item(paths, i)),
				node_many_item(paths, i)->span);
	read_plugins(c, job, node_get(n, "plugins"));
}

static void read_steps(const struct ci *c, struct fact *pipeline, const struct node *steps, unsigned depth) {
	for (size_t i = 0; node_is(steps, NODE_SEQUENCE) && i < steps->n && depth < NESTING_MAX; i++) {
		if (node_get(steps->items[i], "steps")) /* a group */
			read_steps(c, pipeline, node_get(steps->items[i], "steps"), depth + 1);
		else
			read_step(c, pipeline, steps->items[i]);
	}
}

static bool read_hook(const struct ci *c) {
	const struct slice text = c->in->doc->bytes;
	struct lines lines = {0};
	struct node script = {.kind = NODE_STRING, .text = text};
	struct fact *pipeline, *job;

	if (!slice_has_prefix(text, "#!") || text.n > HOOK_MAX)
		return false;
	lines_of(&lines, text);
	script.span = lines_span(&lines, 0, text.n);
	lines_free(&lines);
	pipeline = ci_pipeline(c, c->in->doc->path, script.span);
	job = ci_job(c, pipeline, slice_base_name(c->in->doc->path), script.span);
	fact_set_bool(c->set, job, "self_hosted", true, script.span);
	ci_script(c, ci_step(c, job, job->name, script.span), &script, true);
	ci_finish(c, pipeline);
	return true;
}

static bool read(const struct reader_input *in, struct fact_set *set) {
	struct map declared = {0};
	struct ci c = {in, set, "buildkite", "buildkite", &declared, NULL};
	const struct node *root = in->tree && in->tree->n ? in->tree->roots[0] : NULL;
	const struct node *steps = node_is(root, NODE_SEQUENCE) ? root : node_get(root, "steps");
	struct fact *pipeline;

	if (is_hook(in->doc->path)) {
		const bool is = read_hook(&c);

		map_free(&declared);
		return is;
	}
	if (!node_is(steps, NODE_SEQUENCE))
		return false;
	pipeline = ci_pipeline(&c, in->doc->path, node_span(root));
	ci_variables(&c, pipeline, node_get(root, "env"), "env");
	read_steps(&c, pipeline, steps, 0);
	ci_finish(&c, pipeline);
	map_free(&declared);
	return true;
}

const struct reader buildkite_reader = {"buildkite", wants, read};
