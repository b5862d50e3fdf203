/* Drone (https://docs.drone.io/yaml/docker/) and Woodpecker (https://woodpecker-ci.org/docs/usage/workflow-syntax), which grew from it: steps
 * are containers, plugins are images that are given settings. */
#include "core/buf.h"
#include "scanners/ci/ci.h"
#include "scanners/ci/names.h"
#include "scanners/ci/systems.h"

static bool wants_drone(struct slice path) {
	return slice_has_suffix(path, ".drone.yml") || slice_has_suffix(path, ".drone.yaml");
}

static bool wants_woodpecker(struct slice path) {
	return slice_has_suffix(path, ".woodpecker.yml") || slice_has_suffix(path, ".woodpecker.yaml") ||
	       (slice_find(path, slice_str(".woodpecker/")) >= 0 && path_is_yaml(path));
}

/* NAME: {from_secret: x}, or a literal. */
static void read_values(const struct ci *c, struct fact *step, const struct node *values, const char *where) {
	for (size_t i = 0; node_is(values, NODE_MAPPING) && i < values->n; i++) {
		const struct node *value = values->members[i].value, *from = node_get(value, "from_secret");

		if (from)
			ci_secret_as(c, step, node_text(from), node_text(values->members[i].key),
				strcmp(where, "settings") ? CI_USE_ENV : CI_USE_ARGUMENT, from->span);
		else
			ci_variable(c, step, node_text(values->members[i].key), value, where);
	}
}

/* Woodpecker's older form: secrets: [a, {source: b, target: c}]; the variable is the target, or the name in capitals. */
static void read_secret_list(const struct ci *c, struct fact *step, const struct node *secrets) {
	for (size_t i = 0; i < node_many(secrets); i++) {
		const struct node *s = node_many_item(secrets, i), *source = node_get(s, "source");
		const struct slice name = node_text(source ? source : s);
		struct buf variable = {0};

		if (!name.n)
			continue;
		buf_add_slice(&variable, node_text(node_get(s, "target")));
		for (size_t k = 0; !node_get(s, "target") && k < name.n; k++)
			buf_add_byte(&variable, name.p[k] >= 'a' && name.p[k] <= 'z' ? name.p[k] - 32 : name.p[k]);
		ci_secret_as(c, step, name, buf_slice(&variable), CI_USE_ENV, s->span);
		buf_free(&variable);
	}
}

static bool is_plugin(const struct node *step) {
	return node_get(step, "settings") != NULL;
}

static void read_plugin(const struct ci *c, struct fact *step, const struct node *image) {
	static const char *const publishing[] = {"plugins/docker", "plugins/ecr", "plugins/gcr", "plugins/npm",
		"plugins/pypi", "woodpeckerci/plugin-docker", "woodpeckerci/plugin-docker-buildx", "plugin-kaniko",
		"plugins/github-release", "plugins/gitea-release", NULL};

	for (size_t i = 0; publishing[i]; i++)
		if (slice_find(node_text(image), slice_str(publishing[i])) >= 0)
			fact_set_text(c->set, step, "publishes",
				slice_str(strstr(publishing[i], "npm")	  ? "npm"
					  : strstr(publishing[i], "pypi") ? "pypi"
									  : "image"),
				image->span);
}

/* event: [push, pull_request], or {include: […]} */
static void read_events(const struct ci *c, struct fact *job, const struct node *event) {
	if (node_is(event, NODE_MAPPING))
		event = node_get(event, "include");
	for (size_t i = 0; i < node_many(event); i++) {
		const struct node *e = node_many_item(event, i);
		bool pull = slice_has_prefix(node_text(e), "pull_request");

		ci_trigger(c, job, pull ? "pull request" : "push", pull ? CI_LOW_TRUST : CI_TRUSTED, e->span);
	}
}

static void read_triggers(const struct ci *c, struct fact *job, const struct node *when) {
	for (size_t i = 0; i < node_many(when); i++)
		read_events(c, job, node_get(node_many_item(when, i), "event"));
}

/* A step that says what starts it is a job of its own: a container with its own secrets. */
static struct fact *job_of(const struct ci *c, struct fact *job, struct slice name, const struct node *n) {
	const struct node *when = node_get(n, "when");
	bool events = false;
	struct fact *own;

	for (size_t i = 0; i < node_many(when); i++)
		events |= node_get(node_many_item(when, i), "event") != NULL;
	if (!events)
		return job;
	own = ci_job(c, (struct fact *)(uintptr_t)job->parent, name, n->span);
	fact_set_bool(c->set, own, "self_hosted", fact_true(job, "self_hosted"), fact_place(job, "self_hosted"));
	read_triggers(c, own, when);
	return own;
}

static void read_step(const struct ci *c, struct fact *job, struct slice name, const struct node *n) {
	const struct node *image = node_get(n, "image");
	struct fact *step = ci_step(c, job_of(c, job, name, n), name, n->span);
	struct slice of = node_text(image);

	if (slice_has_prefix(of, "docker.io/"))
		of = slice_sub(of, strlen("docker.io/"), of.n);
	if (of.n) {
		bool vendors = slice_has_prefix(of, "plugins/") || slice_has_prefix(of, "woodpeckerci/") ||
			       slice_has_prefix(of, "codeberg.org/woodpecker-plugins/") || !ci_image_is_third_party(of);

		ci_uses(c, step, is_plugin(n) ? "plugin" : "image", of, ci_image_pin(of), !vendors, image->span);
		if (is_plugin(n))
			read_plugin(c, step, image);
	}
	read_values(c, step, node_get(n, "environment"), "environment");
	read_values(c, step, node_get(n, "settings"), "settings");
	read_secret_list(c, step, node_get(n, "secrets"));
	ci_script(c, step, node_get(n, "commands"), true);
}

static void read_steps(const struct ci *c, struct fact *job, const struct node *steps) {
	for (size_t i = 0; node_is(steps, NODE_MAPPING) && i < steps->n; i++)
		if (node_is(steps->members[i].value, NODE_MAPPING))
			read_step(c, job, node_text(steps->members[i].key), steps->members[i].value);
	for (size_t i = 0; node_is(steps, NODE_SEQUENCE) && i < steps->n; i++)
		if (node_is(steps->items[i], NODE_MAPPING))
			read_step(c, job, node_text(node_get(steps->items[i], "name")), steps->items[i]);
}

/* Labels that name more than the kind of machine that will do. */
static bool chooses_machine(const struct node *labels) {
	for (size_t i = 0; node_is(labels, NODE_MAPPING) && i < labels->n; i++)
		if (!node_text_is(labels->members[i].key, "platform") && !node_text_is(labels->members[i].key, "repo"))
			return true;
	return false;
}

static void read_document(const struct ci *c, const struct node *root) {
	const struct node *name = node_get(root, "name"), *steps = node_get(root, "steps"),
			  *node = node_get(root, "node");
	struct fact *pipeline = ci_pipeline(c, c->in->doc->path, node_span(root));
	struct fact *job = ci_job(
		c, pipeline, name ? node_text(name) : slice_str("pipeline"), name ? name->span : node_span(root));

	read_triggers(c, job, node_get(root, "trigger"));
	read_triggers(c, job, node_get(root, "when"));
	read_values(c, pipeline, node_get(root, "environment"), "environment");
	if (node || chooses_machine(node_get(root, "labels")) || node_text_is(node_get(root, "type"), "exec") ||
		node_text_is(node_get(root, "type"), "ssh"))
		fact_set_bool(c->set, job, "self_hosted", true, root->span);
	read_steps(c, job, node_get(root, "services"));
	read_steps(c, job, steps ? steps : node_get(root, "pipeline"));
	ci_finish(c, pipeline);
}

static bool read_drone(const struct reader_input *in, struct fact_set *set) {
	struct map declared = {0};
	struct ci c = {in, set, "drone", "drone", &declared, NULL};
	bool any = false;

	for (size_t i = 0; in->tree && i < in->tree->n; i++)
		if (node_text_is(node_get(in->tree->roots[i], "kind"), "pipeline")) {
			read_document(&c, in->tree->roots[i]);
			any = true;
		}
	map_free(&declared);
	return any;
}

static bool read_woodpecker(const struct reader_input *in, struct fact_set *set) {
	struct map declared = {0};
	struct ci c = {in, set, "woodpecker", "woodpecker", &declared, NULL};
	const struct node *root = in->tree && in->tree->n ? in->tree->roots[0] : NULL;
	bool is = node_get(root, "steps") || node_get(root, "pipeline");

	if (is)
		read_document(&c, root);
	map_free(&declared);
	return is;
}

const struct reader drone_reader = {"drone", wants_drone, read_drone};
const struct reader woodpecker_reader = {"woodpecker", wants_woodpecker, read_woodpecker};
