/* Travis CI (https://docs.travis-ci.com/user/build-stages/ and its reference): one job a matrix entry, deployments as steps. */
#include "scanners/ci/ci.h"
#include "scanners/ci/names.h"
#include "scanners/ci/systems.h"

static bool wants(struct slice path) {
	return slice_has_suffix(path, ".travis.yml") || slice_has_suffix(path, ".travis.yaml");
}

/* `secure:` is encrypted for the repository: a secret of the store, named by where it stands. */
static void read_value(
	const struct ci *c, struct fact *user, struct slice name, const struct node *value, const char *where) {
	if (node_get(value, "secure"))
		ci_secret(c, user, name, CI_USE_ENV, value->span);
	else
		ci_variable(c, user, name, value, where);
}

/* A=b C="d" in one line, as env entries are written. */
static void read_line(const struct ci *c, struct fact *user, const struct node *line) {
	struct slice s = node_text(line);

	for (size_t i = 0; i < s.n;) {
		size_t from = i, equals, to;

		while (i < s.n && s.p[i] != '=' && s.p[i] != ' ')
			i++;
		equals = i;
		if (i < s.n && s.p[i] == '=') {
			uint8_t quote = i + 1 < s.n && (s.p[i + 1] == '"' || s.p[i + 1] == '\'') ? s.p[i + 1] : ' ';

			for (i += quote == ' ' ? 1 : 2; i < s.n && s.p[i] != quote; i++)
				;
			to = i;
			if (quote != ' ' && i < s.n)
				i++; /* the place has the quotes, the text has not */
			ci_variable(c, user, slice_sub(s, from, equals),
				&(struct node){.kind = NODE_STRING,
					.span = ci_span_within(c->in, line, equals + 1, i),
					.text = slice_sub(s, equals + (quote == ' ' ? 1 : 2), to)},
				"env");
		}
		i++;
	}
}

static void read_env(const struct ci *c, struct fact *user, const struct node *env) {
	for (size_t i = 0; i < node_many(env); i++) {
		const struct node *e = node_many_item(env, i);

		if (node_is(e, NODE_STRING))
			read_line(c, user, e);
		else if (node_get(e, "secure"))
			ci_secret(c, user, slice_str("encrypted variable"), CI_USE_ENV, e->span);
		else
			for (size_t k = 0; node_is(e, NODE_MAPPING) && k < e->n; k++)
				read_value(c, user, node_text(e->members[k].key), e->members[k].value, "env");
	}
}

static void read_deploy(const struct ci *c, struct fact *job, const struct node *deploy) {
	static const char *const registries[] = {"npm", "pypi", "rubygems", "cargo", "releases", "bintray", NULL};
	static const char *const published[] = {"npm", "pypi", "rubygems", "crates.io", "release", "bintray"};

	for (size_t i = 0; i < node_many(deploy); i++) {
		const struct node *d = node_many_item(deploy, i), *provider = node_get(d, "provider");
		struct fact *step;
		bool publishes = false;

		if (!provider)
			continue;
		step = ci_step(c, job, node_text(provider), provider->span);
		for (size_t k = 0; registries[k]; k++)
			if (node_text_is(provider, registries[k])) {
				fact_set_text(c->set, step, "publishes", slice_str(published[k]), provider->span);
				publishes = true;
			}
		if (!publishes)
			fact_set_bool(c->set, step, "deploys", true, provider->span);
		if (node_text_is(provider, "script"))
			ci_script(c, step, node_get(d, "script"), true);
		for (size_t k = 0; k < d->n; k++)
			if (ci_name_is_secret(node_text(d->members[k].key)))
				read_value(c, step, node_text(d->members[k].key), d->members[k].value, "deploy");
	}
}

static void read_job(
	const struct ci *c, struct fact *pipeline, const struct node *root, const struct node *n, struct slice name) {
	static const char *const phases[] = {"before_install", "install", "before_script", "script", "after_success",
		"after_failure", "before_deploy", "after_deploy", "after_script", NULL};
	struct fact *job = ci_job(c, pipeline, name, n->span), *step = ci_step(c, job, name, n->span);

	read_env(c, job, node_get(n, "env"));
	for (size_t i = 0; phases[i]; i++) {
		const struct node *own = node_get(n, phases[i]);

		ci_script(c, step, own ? own : node_get(root, phases[i]), true);
	}
	read_deploy(c, job, node_get(n, "deploy"));
	if (n != root)
		read_deploy(c, job, node_get(root, "deploy"));
}

static bool read(const struct reader_input *in, struct fact_set *set) {
	struct map declared = {0};
	struct ci c = {in, set, "travis", "travis", &declared, NULL};
	const struct node *root = in->tree && in->tree->n ? in->tree->roots[0] : NULL, *jobs, *env;
	struct fact *pipeline;

	if (!node_is(root, NODE_MAPPING))
		return false;
	jobs = node_get(root, "jobs") ? node_get(root, "jobs") : node_get(root, "matrix");
	if (node_is(jobs, NODE_MAPPING))
		jobs = node_get(jobs, "include");
	pipeline = ci_pipeline(&c, in->doc->path, node_span(root));
	env = node_get(root, "env");
	read_env(&c, pipeline, node_is(env, NODE_MAPPING) && node_get(env, "global") ? node_get(env, "global") : NULL);
	if (!node_is(jobs, NODE_SEQUENCE) || !jobs->n)
		read_job(&c, pipeline, root, root, slice_str("job"));
	for (size_t i = 0; node_is(jobs, NODE_SEQUENCE) && i < jobs->n; i++) {
		const struct node *n = jobs->items[i],
				  *stage = node_get(n, "name") ? node_get(n, "name") : node_get(n, "stage");

		read_job(&c, pipeline, root, n, stage ? node_text(stage) : slice_str("job"));
	}
	ci_finish(&c, pipeline);
	map_free(&declared);
	return true;
}

const struct reader travis_reader = {"travis", wants, read};
