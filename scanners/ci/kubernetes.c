/* Pipelines that are Kubernetes objects: Tekton (https://tekton.dev/docs/pipelines/) and Argo Workflows and Events
 * (https://argo-workflows.readthedocs.io/, https://argoproj.github.io/argo-events/). */
#include "scanners/ci/ci.h"
#include "scanners/ci/names.h"
#include "scanners/ci/systems.h"

static bool wants(struct slice path) {
	return path_is_yaml(path);
}

/* env: [{name, value | valueFrom: {secretKeyRef: {name, key}}}] */
static void read_env(const struct ci *c, struct fact *step, const struct node *container) {
	const struct node *env = node_get(container, "env"), *from = node_get(container, "envFrom");

	for (size_t i = 0; i < node_many(env); i++) {
		const struct node *e = node_many_item(env, i), *ref = node_at(e, "valueFrom.secretKeyRef.name");

		if (node_text(ref).n)
			ci_secret_as(c, step, ref->text, node_text(node_get(e, "name")), CI_USE_ENV, ref->span);
		else
			ci_variable(c, step, node_text(node_get(e, "name")), node_get(e, "value"), "env");
	}
	for (size_t i = 0; i < node_many(from); i++) {
		const struct node *ref = node_at(node_many_item(from, i), "secretRef.name");

		if (node_text(ref).n)
			ci_secret(c, step, ref->text, CI_USE_ENV, ref->span);
	}
}

static void read_container(const struct ci *c, struct fact *job, struct slice name, const struct node *n) {
	const struct node *image = node_get(n, "image"),
			  *script = node_get(n, "script") ? node_get(n, "script") : node_get(n, "source");
	const struct node *args = node_get(n, "args"), *last;
	struct fact *step = ci_step(c, job, name, n->span);

	if (node_text(image).n && !ci_text_is_reference(image->text))
		ci_uses(c, step, "image", image->text, ci_image_pin(image->text), ci_image_is_third_party(image->text),
			image->span);
	read_env(c, step, n);
	ci_script(c, step, script, true);
	ci_arguments(c, step, args);
	last = node_is(args, NODE_SEQUENCE) && args->n ? args->items[args->n - 1] : NULL;
	if (last && node_is(node_get(n, "command"), NODE_SEQUENCE)) /* command: [sh, -c], args: [script] */
		ci_script(c, step, last, true);
}

static void read_containers(const struct ci *c, struct fact *job, const struct node *list) {
	for (size_t i = 0; node_is(list, NODE_SEQUENCE) && i < list->n; i++)
		read_container(c, job, node_text(node_get(list->items[i], "name")), list->items[i]);
}

/* Secrets mounted as files: volumes of a pod, workspaces of a run. */
static void read_mounts(const struct ci *c, struct fact *job, const struct node *list) {
	for (size_t i = 0; i < node_many(list); i++) {
		const struct node *name = node_at(node_many_item(list, i), "secret.secretName");

		if (node_text(name).n)
			ci_secret(c, job, name->text, CI_USE_FILE, name->span);
	}
}

/* Parameters written into the object: default, value. */
static void read_parameters(const struct ci *c, struct fact *user, const struct node *list, const char *field) {
	for (size_t i = 0; i < node_many(list); i++)
		ci_literal(c, user, node_text(node_get(node_many_item(list, i), "name")),
			node_get(node_many_item(list, i), field), field);
}

static void read_account(const struct ci *c, struct fact *job, const struct node *account, struct span span) {
	if (node_text(account).n && !node_text_is(account, "default"))
		fact_set_text(c->set, job, "service_account", account->text, account->span);
	else
		fact_set_none(c->set, job, "service_account", account ? account->span : span);
}

static struct fact *object(const struct ci *c, const struct node *root, struct fact **pipeline) {
	const struct node *name = node_at(root, "metadata.name"), *kind = node_get(root, "kind");

	if (!name)
		name = node_at(root, "metadata.generateName");
	*pipeline = ci_pipeline(c, c->in->doc->path, node_span(root));
	return ci_job(c, *pipeline, name ? node_text(name) : node_text(kind), name ? name->span : node_span(root));
}

/* Pipelines as Code: annotations say what starts a run. */
static void read_annotations(const struct ci *c, struct fact *job, const struct node *root) {
	const struct node *a = node_at(root, "metadata.annotations");

	for (size_t i = 0; node_is(a, NODE_MAPPING) && i < a->n; i++) {
		struct slice key = node_text(a->members[i].key);
		bool event = slice_has_suffix(key, "/on-event") || slice_has_suffix(key, "/on-cel-expression");

		if (event && slice_find(node_text(a->members[i].value), slice_str("pull_request")) >= 0)
			ci_trigger(c, job, "pull request", CI_LOW_TRUST, a->members[i].value->span);
		else if (event)
			ci_trigger(c, job, "push", CI_TRUSTED, a->members[i].value->span);
	}
}

static void read_task(const struct ci *c, struct fact *job, const struct node *spec) {
	const struct node *shared = node_get(spec, "stepTemplate");

	read_parameters(c, job, node_get(spec, "params"), "default");
	if (shared)
		read_env(c, job, shared);
	read_mounts(c, job, node_get(spec, "volumes"));
	read_containers(c, job, node_get(spec, "sidecars"));
	read_containers(c, job, node_get(spec, "steps"));
}

static void read_tasks(const struct ci *c, struct fact *job, const struct node *tasks) {
	for (size_t i = 0; node_is(tasks, NODE_SEQUENCE) && i < tasks->n; i++) {
		read_parameters(c, job, node_get(tasks->items[i], "params"), "value");
		read_task(c, job, node_get(tasks->items[i], "taskSpec"));
	}
}

/* An interceptor that is none of Tekton's own: it may well demand a secret. */
static bool is_own_interceptor(const struct node *n) {
	static const char *const known[] = {"github", "gitlab", "bitbucket", "slack", "cel", NULL};
	const struct node *name = node_at(n, "ref.name");

	for (size_t i = 0; known[i]; i++)
		if (node_text_is(name, known[i]))
			return false;
	return name || node_get(n, "webhook");
}

static void read_listener(const struct ci *c, const struct node *root) {
	const struct node *triggers = node_at(root, "spec.triggers");

	for (size_t i = 0; i < node_many(triggers); i++) {
		const struct node *t = node_many_item(triggers, i), *interceptors = node_get(t, "interceptors"),
				  *name = node_get(t, "name");
		struct fact *f = fact_add(c->set, FACT_TRUST, c->reader, c->in->source, name ? name->span : t->span);
		bool secret = false;

		if (node_get(t, "triggerRef"))
			secret = true; /* told elsewhere */
		for (size_t k = 0; k < node_many(interceptors); k++) {
			const struct node *n = node_many_item(interceptors, k), *params = node_get(n, "params");

			secret |= node_at(n, "github.secretRef") || node_at(n, "gitlab.secretRef") ||
				  node_at(n, "bitbucket.secretRef");
			secret |= is_own_interceptor(n); /* what it demands is told elsewhere */
			for (size_t p = 0; p < node_many(params); p++)
				secret |= node_text_is(node_get(node_many_item(params, p), "name"), "secretRef");
		}
		f->name = arena_copy(&c->set->arena, node_text(name ? name : node_at(root, "metadata.name")));
		fact_set_text(c->set, f, "system", slice_str(c->system), f->span);
		fact_set_text(c->set, f, "kind", slice_str("webhook"), f->span);
		fact_set_bool(c->set, f, "authenticated", secret, f->span);
		fact_set_bool(c->set, f, "example", ci_is_example(c->in->doc), f->span);
	}
}

static void read_tekton_object(const struct ci *c, const struct node *root) {
	static const char *const lists[] = {"tasks", "finally", "pipelineSpec.tasks", "pipelineSpec.finally", NULL};
	struct slice kind = node_text(node_get(root, "kind"));
	const struct node *spec = node_get(root, "spec"), *embedded, *account;
	bool run = slice_has_suffix(kind, "Run");
	struct fact *pipeline, *job;

	if (slice_eq(kind, slice_str("EventListener"))) {
		read_listener(c, root);
		return;
	}
	if (slice_eq(kind, slice_str("TriggerTemplate"))) { /* what a trigger makes: runs */
		const struct node *made = node_get(spec, "resourcetemplates");

		for (size_t i = 0; i < node_many(made); i++)
			if (!node_text_is(node_get(node_many_item(made, i), "kind"), "TriggerTemplate"))
				read_tekton_object(c, node_many_item(made, i));
		return;
	}
	if (!run && !slice_eq(kind, slice_str("Task")) && !slice_eq(kind, slice_str("ClusterTask")) &&
		!slice_eq(kind, slice_str("Pipeline")))
		return;
	job = object(c, root, &pipeline);
	read_annotations(c, job, root);
	account = node_at(spec, "taskRunTemplate.serviceAccountName");
	if (run)
		read_account(c, job, account ? account : node_get(spec, "serviceAccountName"),
			spec ? spec->span : root->span);
	read_task(c, job, spec);
	read_parameters(c, job, node_get(spec, "params"), run ? "value" : "default");
	embedded = node_get(spec, "taskSpec");
	if (embedded)
		read_task(c, job, embedded);
	read_mounts(c, job, node_get(spec, "workspaces"));
	for (size_t i = 0; lists[i]; i++)
		read_tasks(c, job, node_at(spec, lists[i]));
	ci_finish(c, pipeline);
}

static void read_webhooks(const struct ci *c, const struct node *webhooks, const char *proof) {
	for (size_t i = 0; node_is(webhooks, NODE_MAPPING) && i < webhooks->n; i++) {
		struct fact *f = fact_add(c->set, FACT_TRUST, c->reader, c->in->source, webhooks->members[i].key->span);

		f->name = arena_copy(&c->set->arena, node_text(webhooks->members[i].key));
		fact_set_text(c->set, f, "system", slice_str(c->system), f->span);
		fact_set_text(c->set, f, "kind", slice_str("webhook"), f->span);
		fact_set_bool(c->set, f, "authenticated", node_get(webhooks->members[i].value, proof) != NULL, f->span);
		fact_set_bool(c->set, f, "example", ci_is_example(c->in->doc), f->span);
	}
}

static void read_event_source(const struct ci *c, const struct node *root) {
	/* Each kind with what proves who calls (https://argoproj.github.io/argo-events/eventsources/setup/intro/). */
	static const char *const kinds[][2] = {{"webhook", "authSecret"}, {"github", "webhookSecret"},
		{"gitlab", "secretToken"}, {"slack", "signingSecret"}};

	for (size_t k = 0; k < sizeof(kinds) / sizeof(*kinds); k++)
		read_webhooks(c, node_get(node_get(root, "spec"), kinds[k][0]), kinds[k][1]);
}

static void read_parameters_of(const struct ci *c, struct fact *job, const struct node *list) {
	for (size_t i = 0; i < node_many(list); i++)
		read_parameters(c, job, node_at(node_many_item(list, i), "arguments.parameters"), "value");
}

static void read_template(const struct ci *c, struct fact *job, const struct node *t) {
	const struct node *body = node_get(t, "container") ? node_get(t, "container") : node_get(t, "script"),
			  *steps = node_get(t, "steps"), *artifacts = node_at(t, "outputs.artifacts");

	read_parameters(c, job, node_at(t, "inputs.parameters"), "value");
	read_parameters(c, job, node_at(t, "inputs.parameters"), "default");
	read_parameters_of(c, job, node_at(t, "dag.tasks"));
	for (size_t i = 0; i < node_many(steps); i++) /* groups that run at once, one after the other */
		read_parameters_of(c, job, node_many_item(steps, i));
	read_containers(c, job, node_get(t, "initContainers"));
	read_containers(c, job, node_get(t, "sidecars"));
	read_containers(c, job, node_at(t, "containerSet.containers"));
	read_mounts(c, job, node_get(t, "volumes"));
	if (body)
		read_container(c, job, node_text(node_get(t, "name")), body);
	for (size_t i = 0; i < node_many(artifacts); i++) {
		const struct node *path = node_get(node_many_item(artifacts, i), "path");

		if (ci_path_holds_credentials(node_text(path)))
			fact_set_text(c->set, ci_step(c, job, node_text(node_get(t, "name")), t->span), "shares_files",
				node_text(path), path->span);
	}
}

static void read_argo_object(const struct ci *c, const struct node *root);

/* What a sensor makes when an event comes. */
static void read_sensor(const struct ci *c, const struct node *root) {
	static const char *const made[] = {
		"template.argoWorkflow.source.resource", "template.k8s.source.resource", NULL};
	const struct node *triggers = node_at(root, "spec.triggers");

	for (size_t i = 0; i < node_many(triggers); i++)
		for (size_t k = 0; made[k]; k++) {
			const struct node *object = node_at(node_many_item(triggers, i), made[k]);

			if (object && !node_text_is(node_get(object, "kind"), "Sensor"))
				read_argo_object(c, object);
		}
}

static void read_argo_object(const struct ci *c, const struct node *root) {
	static const char *const kinds[] = {
		"Workflow", "WorkflowTemplate", "ClusterWorkflowTemplate", "CronWorkflow", NULL};
	struct slice kind = node_text(node_get(root, "kind"));
	const struct node *spec = node_get(root, "spec"), *templates;
	struct fact *pipeline, *job;
	bool is = false;

	if (slice_eq(kind, slice_str("EventSource")))
		read_event_source(c, root);
	if (slice_eq(kind, slice_str("Sensor")))
		read_sensor(c, root);
	for (size_t i = 0; kinds[i]; i++)
		is |= slice_eq(kind, slice_str(kinds[i]));
	if (!is)
		return;
	if (node_get(spec, "workflowSpec"))
		spec = node_get(spec, "workflowSpec");
	job = object(c, root, &pipeline);
	if (!node_get(spec, "workflowTemplateRef"))
		read_account(c, job, node_get(spec, "serviceAccountName"), spec ? spec->span : root->span);
	read_parameters(c, job, node_at(spec, "arguments.parameters"), "value");
	templates = node_get(spec, "templates");
	read_mounts(c, job, node_get(spec, "volumes"));
	for (size_t i = 0; node_is(templates, NODE_SEQUENCE) && i < templates->n; i++)
		read_template(c, job, templates->items[i]);
	ci_finish(c, pipeline);
}

/* Runs `each` over the objects whose apiVersion begins with one of `groups`. */
static bool read_objects(const struct reader_input *in, struct fact_set *set, const char *system,
	const char *const *groups, void (*each)(const struct ci *, const struct node *)) {
	struct map declared = {0};
	struct ci c = {in, set, system, system, &declared, NULL};
	bool any = false;

	for (size_t i = 0; in->tree && i < in->tree->n; i++)
		for (size_t g = 0; groups[g]; g++)
			if (slice_has_prefix(node_text(node_get(in->tree->roots[i], "apiVersion")), groups[g])) {
				each(&c, in->tree->roots[i]);
				any = true;
			}
	map_free(&declared);
	return any;
}

static bool read_tekton(const struct reader_input *in, struct fact_set *set) {
	static const char *const groups[] = {"tekton.dev/", "triggers.tekton.dev/", NULL};

	return read_objects(in, set, "tekton", groups, read_tekton_object);
}

static bool read_argo(const struct reader_input *in, struct fact_set *set) {
	static const char *const groups[] = {"argoproj.io/", NULL};

	return read_objects(in, set, "argo", groups, read_argo_object);
}

const struct reader tekton_reader = {"tekton", wants, read_tekton};
const struct reader argo_reader = {"argo", wants, read_argo};
