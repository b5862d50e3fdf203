/* Google Cloud Build (https://cloud.google.com/build/docs/build-config-file-schema) and AppVeyor (https://www.appveyor.com/docs/appveyor-yml/). */
#include "scanners/ci/ci.h"
#include "scanners/ci/names.h"
#include "scanners/ci/systems.h"

static bool wants_cloudbuild(struct slice path) {
	bool ends = path_is_yaml(path) || slice_has_suffix(path, ".json");

	return ends && slice_find(path, slice_str("cloudbuild")) >= 0;
}

/* env: [NAME=value] */
static void read_pairs(const struct ci *c, struct fact *user, const struct node *env) {
	for (size_t i = 0; i < node_many(env); i++) {
		const struct node *e = node_many_item(env, i);
		struct slice text = node_text(e);
		const uint8_t *equals = slice_byte(text, '=');
		size_t at = equals ? (size_t)(equals - text.p) : text.n;

		if (equals && at + 1 < text.n)
			ci_variable(c, user, slice_sub(text, 0, at),
				&(struct node){.kind = NODE_STRING,
					.text = slice_sub(text, at + 1, text.n),
					.span = ci_span_within(c->in, e, at + 1, text.n)},
				"env");
	}
}

static void read_build_step(const struct ci *c, struct fact *job, const struct node *n) {
	const struct node *name = node_get(n, "name"), *id = node_get(n, "id"), *secrets = node_get(n, "secretEnv");
	const struct node *args = node_get(n, "args"), *last;
	struct fact *step = ci_step(c, job, id ? node_text(id) : node_text(name), n->span);

	if (node_text(name).n && !ci_text_is_reference(node_text(name)))
		ci_uses(c, step, "builder", node_text(name), ci_image_pin(node_text(name)),
			ci_image_is_third_party(node_text(name)) &&
				!slice_has_prefix(node_text(name), "google/cloud-sdk"),
			name->span);
	for (size_t i = 0; i < node_many(secrets); i++)
		ci_secret_as(c, step, node_text(node_many_item(secrets, i)), node_text(node_many_item(secrets, i)),
			CI_USE_ENV, node_many_item(secrets, i)->span);
	read_pairs(c, step, node_get(n, "env"));
	ci_arguments(c, step, args);
	ci_script(c, step, node_get(n, "script"), true);
	last = node_is(args, NODE_SEQUENCE) && args->n ? args->items[args->n - 1] : NULL;
	if (last && (node_text_is(node_get(n, "entrypoint"), "bash") || node_text_is(node_get(n, "entrypoint"), "sh")))
		ci_script(c, step, last, true);
	if (slice_find(node_text(name), slice_str("/kubectl")) >= 0 ||
		slice_find(node_text(name), slice_str("/gke-deploy")) >= 0)
		fact_set_bool(c->set, step, "deploys", true, name->span);
}

/* A path of what a build hands on. */
static void share(const struct ci *c, struct fact *job, const struct node *path) {
	if (ci_path_holds_credentials(node_text(path)))
		fact_set_text(c->set, ci_step(c, job, slice_str("artifacts"), path->span), "shares_files",
			node_text(path), path->span);
}

static bool read_cloudbuild(const struct reader_input *in, struct fact_set *set) {
	struct map declared = {0};
	struct ci c = {in, set, "cloud-build", "cloud-build", &declared, NULL};
	const struct node *root = in->tree && in->tree->n ? in->tree->roots[0] : NULL, *steps = node_get(root, "steps"),
			  *account, *images, *paths;
	struct fact *pipeline, *job;

	if (!node_is(steps, NODE_SEQUENCE) || !node_get(node_item(steps, 0), "name"))
		return false;
	pipeline = ci_pipeline(&c, in->doc->path, node_span(root));
	job = ci_job(&c, pipeline, slice_str("build"), steps->span);
	account = node_get(root, "serviceAccount");
	if (node_text(account).n)
		fact_set_text(set, job, "service_account", account->text, account->span);
	images = node_get(root, "images");
	if (node_many(images))
		fact_set_bool(set, job, "publishes", true, images->span);
	ci_variables(&c, pipeline, node_get(root, "substitutions"), "substitutions");
	read_pairs(&c, pipeline, node_at(root, "options.env"));
	for (size_t i = 0; i < steps->n; i++)
		read_build_step(&c, job, steps->items[i]);
	paths = node_at(root, "artifacts.objects.paths");
	for (size_t i = 0; i < node_many(paths); i++)
		share(&c, job, node_many_item(paths, i));
	ci_finish(&c, pipeline);
	map_free(&declared);
	return true;
}

static bool wants_appveyor(struct slice path) {
	return slice_has_suffix(path, "appveyor.yml") || slice_has_suffix(path, "appveyor.yaml");
}

static void read_values(const struct ci *c, struct fact *user, const struct node *values, const char *where) {
	for (size_t i = 0; node_is(values, NODE_MAPPING) && i < values->n; i++) {
		struct slice name = node_text(values->members[i].key);

		if (node_get(values->members[i].value, "secure"))
			ci_secret(c, user, name, CI_USE_ENV, values->members[i].value->span);
		else
			ci_variable(c, user, name, values->members[i].value, where);
	}
}

/* Scripts are a line, or {ps | cmd | sh: line}. */
static void read_lines(const struct ci *c, struct fact *step, const struct node *lines) {
	for (size_t i = 0; i < node_many(lines); i++) {
		const struct node *line = node_many_item(lines, i);

		if (node_is(line, NODE_MAPPING))
			for (size_t k = 0; k < line->n; k++)
				ci_script(c, step, line->members[k].value, !node_text_is(line->members[k].key, "ps"));
		else
			ci_script(c, step, line, true);
	}
}

static void read_environment(const struct ci *c, struct fact *job, const struct node *environment) {
	const struct node *matrix = node_get(environment, "matrix");

	read_values(
		c, job, node_get(environment, "global") ? node_get(environment, "global") : environment, "environment");
	for (size_t i = 0; node_is(matrix, NODE_SEQUENCE) && i < matrix->n; i++)
		read_values(c, job, matrix->items[i], "environment.matrix");
}

/* One configuration: the file's, one of a list, or what `for` has for some branches. */
static void read_build(const struct ci *c, const struct node *root) {
	static const char *const phases[] = {"init", "install", "before_build", "build_script", "after_build",
		"before_test", "test_script", "after_test", "before_deploy", "deploy_script", "after_deploy",
		"on_success", "on_failure", "on_finish", NULL};
	const struct node *deploy = node_get(root, "deploy"), *artifacts = node_get(root, "artifacts");
	struct fact *pipeline = ci_pipeline(c, c->in->doc->path, node_span(root));
	struct fact *job = ci_job(c, pipeline, slice_str("build"), node_span(root));
	struct fact *step = ci_step(c, job, slice_str("build"), node_span(root));

	read_environment(c, job, node_get(root, "environment"));
	for (size_t i = 0; phases[i]; i++)
		read_lines(c, step, node_get(root, phases[i]));
	for (size_t i = 0; i < node_many(deploy); i++) {
		const struct node *d = node_many_item(deploy, i), *provider = node_get(d, "provider");

		if (provider) {
			struct fact *s = ci_step(c, job, node_text(provider), provider->span);

			fact_set_bool(c->set, s, "deploys", true, provider->span);
			read_values(c, s, d, "deploy");
		}
	}
	for (size_t i = 0; i < node_many(artifacts); i++)
		share(c, job, node_get(node_many_item(artifacts, i), "path"));
	ci_finish(c, pipeline);
}

static bool read_appveyor(const struct reader_input *in, struct fact_set *set) {
	struct map declared = {0};
	struct ci c = {in, set, "appveyor", "appveyor", &declared, NULL};
	const struct node *root = in->tree && in->tree->n ? in->tree->roots[0] : NULL, *some = node_get(root, "for");
	bool any = node_is(root, NODE_MAPPING);

	if (any)
		read_build(&c, root);
	for (size_t i = 0; node_is(root, NODE_SEQUENCE) && i < root->n; i++)
		if (node_is(root->items[i], NODE_MAPPING)) {
			read_build(&c, root->items[i]);
			any = true;
		}
	for (size_t i = 0; node_is(some, NODE_SEQUENCE) && i < some->n; i++)
		read_build(&c, some->items[i]);
	map_free(&declared);
	return any;
}

const struct reader cloudbuild_reader = {"cloud-build", wants_cloudbuild, read_cloudbuild};
const struct reader appveyor_reader = {"appveyor", wants_appveyor, read_appveyor};
