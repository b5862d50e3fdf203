/* Bitbucket Pipelines (https://support.atlassian.com/bitbucket-cloud/docs/bitbucket-pipelines-configuration-reference/). */
#include "scanners/ci/ci.h"
#include "scanners/ci/names.h"
#include "scanners/ci/systems.h"

#define NESTING_MAX 8

struct bitbucket {
	struct ci c;
	const struct node *root;
	struct fact *pipeline;
};

static bool wants(struct slice path) {
	return slice_has_suffix(path, "bitbucket-pipelines.yml") || slice_has_suffix(path, "bitbucket-pipelines.yaml");
}

static void read_image(const struct bitbucket *g, struct fact *job, const struct node *image) {
	const struct node *name = node_is(image, NODE_MAPPING) ? node_get(image, "name") : image;

	if (node_text(name).n)
		ci_uses(&g->c, job, "image", node_text(name), ci_image_pin(node_text(name)), true, name->span);
	ci_variable(&g->c, job, slice_str("password"), node_get(image, "password"), "image.password");
	ci_variable(&g->c, job, slice_str("secret-key"), node_at(image, "aws.secret-key"), "image.aws.secret-key");
}

/* pipe: owner/name:version, or docker://image */
static void read_pipe(const struct bitbucket *g, struct fact *job, const struct node *n) {
	const struct node *pipe = node_get(n, "pipe"), *oidc;
	struct slice reference = node_text(pipe);
	struct fact *step = ci_step(&g->c, job, reference, pipe->span);

	if (slice_has_prefix(reference, "docker://"))
		reference = slice_sub(reference, strlen("docker://"), reference.n);
	ci_uses(&g->c, step, "pipe", reference, ci_image_pin(reference), !slice_has_prefix(reference, "atlassian/"),
		pipe->span);
	ci_variables(&g->c, step, node_get(n, "variables"), "variables");
	oidc = node_at(n, "variables.AWS_OIDC_ROLE_ARN");
	if (oidc)
		fact_set_bool(g->c.set, job, "id_token", true, oidc->span);
	if (slice_find(reference, slice_str("-deploy")) >= 0 || slice_find(reference, slice_str("-run")) >= 0)
		fact_set_bool(g->c.set, step, "deploys", true, pipe->span);
}

static void read_script(const struct bitbucket *g, struct fact *job, struct fact *step, const struct node *script) {
	for (size_t i = 0; i < node_many(script); i++) {
		const struct node *n = node_many_item(script, i);

		if (node_get(n, "pipe"))
			read_pipe(g, job, n);
		else
			ci_script(&g->c, step, n, true);
	}
}

/* What starts steps, and the environment of the stage around them. */
struct start {
	const char *trigger;
	enum ci_trust trust;
	const struct node *at, *deployment;
};

static void read_step(const struct bitbucket *g, const struct node *n, const struct start *start) {
	const struct node *name = node_get(n, "name"), *deployment = node_get(n, "deployment"),
			  *image = node_get(n, "image");
	const struct node *oidc = node_get(n, "oidc"), *runs_on = node_get(n, "runs-on"),
			  *artifacts = node_get(n, "artifacts");
	struct fact *job = ci_job(&g->c, g->pipeline, name ? node_text(name) : slice_str("step"),
			    name ? name->span : n->span),
		    *step;

	ci_trigger(&g->c, job, start->trigger, start->trust, start->at->span);
	if (!deployment)
		deployment = start->deployment;
	if (node_text(deployment).n)
		ci_environment(&g->c, job, node_text(deployment), deployment->span);
	read_image(g, job, image ? image : node_get(g->root, "image"));
	for (size_t i = 0; i < node_many(runs_on); i++)
		if (slice_has_prefix(node_text(node_many_item(runs_on, i)), "self.hosted"))
			fact_set_bool(g->c.set, job, "self_hosted", true, runs_on->span);
	if (node_truth(oidc, false))
		ci_id_token(&g->c, job, (struct slice){0}, oidc->span);
	step = ci_step(&g->c, job, node_text(name), name ? name->span : n->span);
	read_script(g, job, step, node_get(n, "script"));
	read_script(g, job, step, node_get(n, "after-script"));
	if (node_is(artifacts, NODE_MAPPING))
		artifacts = node_get(artifacts, "paths");
	for (size_t i = 0; i < node_many(artifacts); i++) {
		const struct node *path = node_many_item(artifacts, i);

		if (ci_path_holds_credentials(node_text(path)))
			fact_set_text(g->c.set, step, "shares_files", node_text(path), path->span);
	}
}

/* Variables that whoever starts it by hand is asked for. */
static void read_asked(const struct bitbucket *g, const struct node *variables) {
	for (size_t i = 0; i < node_many(variables); i++)
		ci_literal(&g->c, g->pipeline, node_text(node_get(node_many_item(variables, i), "name")),
			node_get(node_many_item(variables, i), "default"), "variables.default");
}

static void read_list(const struct bitbucket *g, const struct node *list, const struct start *start, unsigned depth) {
	for (size_t i = 0; i < node_many(list) && depth < NESTING_MAX; i++) {
		const struct node *item = node_many_item(list, i), *parallel = node_get(item, "parallel"),
				  *stage = node_get(item, "stage");

		if (node_is(node_get(item, "step"), NODE_MAPPING))
			read_step(g, node_get(item, "step"), start);
		read_asked(g, node_get(item, "variables"));
		if (parallel)
			read_list(g, node_is(parallel, NODE_MAPPING) ? node_get(parallel, "steps") : parallel, start,
				depth + 1);
		if (stage) {
			const struct start within = {
				start->trigger, start->trust, start->at, node_get(stage, "deployment")};

			read_list(g, node_get(stage, "steps"), &within, depth + 1);
		}
	}
}

static bool read(const struct reader_input *in, struct fact_set *set) {
	static const struct {
		const char *key, *trigger;
		enum ci_trust trust;
	} kinds[] = {{"branches", "push", CI_TRUSTED}, {"tags", "tag", CI_TRUSTED},
		{"pull-requests", "pull request", CI_LOW_TRUST}, {"custom", "by hand", CI_TRUSTED}};
	struct map declared = {0};
	struct bitbucket g = {.c = {in, set, "bitbucket", "bitbucket-pipelines", &declared, NULL}};
	const struct node *pipelines, *standard;

	g.root = in->tree && in->tree->n ? in->tree->roots[0] : NULL;
	pipelines = node_get(g.root, "pipelines");
	if (!node_is(pipelines, NODE_MAPPING))
		return false;
	g.pipeline = ci_pipeline(&g.c, in->doc->path, node_span(g.root));
	standard = node_get(pipelines, "default");
	if (standard)
		read_list(&g, standard, &(struct start){"push", CI_TRUSTED, standard, NULL}, 0);
	for (size_t k = 0; k < sizeof(kinds) / sizeof(*kinds); k++) {
		const struct node *refs = node_get(pipelines, kinds[k].key);

		for (size_t i = 0; node_is(refs, NODE_MAPPING) && i < refs->n; i++)
			read_list(&g, refs->members[i].value,
				&(struct start){kinds[k].trigger, kinds[k].trust, refs->members[i].key, NULL}, 0);
	}
	ci_finish(&g.c, g.pipeline);
	map_free(&declared);
	return true;
}

const struct reader bitbucket_reader = {"bitbucket-pipelines", wants, read};
