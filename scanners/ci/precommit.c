/* pre-commit (https://pre-commit.com/#plugins): hooks of other repositories that run on the machines of those who commit. */
#include "scanners/ci/ci.h"
#include "scanners/ci/systems.h"

static bool wants(struct slice path) {
	return slice_has_suffix(path, ".pre-commit-config.yaml") || slice_has_suffix(path, ".pre-commit-config.yml");
}

/* A tag is a version whatever its form here: pre-commit keeps what it fetched first. Names of branches are not. */
static enum ci_pin pin_of(struct slice rev) {
	static const char *const branches[] = {"main", "master", "HEAD", "develop", "dev", "stable", NULL};
	enum ci_pin pin = ci_version_pin(rev);

	if (pin != CI_PIN_MOVING)
		return pin;
	for (size_t i = 0; branches[i]; i++)
		if (slice_eq(rev, slice_str(branches[i])))
			return CI_PIN_MOVING;
	return rev.n ? CI_PIN_VERSION : CI_PIN_MOVING;
}

static bool read(const struct reader_input *in, struct fact_set *set) {
	struct ci c = {in, set, "pre-commit", "pre-commit", NULL, NULL};
	const struct node *root = in->tree && in->tree->n ? in->tree->roots[0] : NULL, *repos = node_get(root, "repos");
	struct fact *pipeline, *job;

	if (node_is(root, NODE_SEQUENCE)) /* as before 1.0 */
		repos = root;
	if (!node_is(repos, NODE_SEQUENCE) || !node_get(node_item(repos, 0), "repo"))
		return false;
	pipeline = ci_pipeline(&c, in->doc->path, node_span(root));
	job = ci_job(&c, pipeline, slice_str("hooks"), repos->span);
	for (size_t i = 0; i < repos->n; i++) {
		const struct node *repo = node_get(repos->items[i], "repo"), *rev = node_get(repos->items[i], "rev");
		struct fact *step;

		if (!rev)
			rev = node_get(repos->items[i], "sha");
		if (!node_text(repo).n || node_text_is(repo, "local") || node_text_is(repo, "meta"))
			continue;
		step = ci_step(&c, job, node_text(repo), repo->span);
		ci_uses(&c, step, "hook", node_text(repo), pin_of(node_text(rev)),
			!slice_has_prefix(node_text(repo), "https://github.com/pre-commit/"),
			rev ? rev->span : repo->span);
	}
	ci_finish(&c, pipeline);
	return true;
}

const struct reader precommit_reader = {"pre-commit", wants, read};
