/* The reader of GitHub Actions and of those who read the same files. What each document holds is in its own file. */
#include "scanners/ci/github/github.h"

static struct slice folder_of(struct slice path) {
	size_t n = path.n;

	while (n > 0 && path.p[n - 1] != '/')
		n--;
	return slice_sub(path, 0, n);
}

static bool in_folder(struct slice path, const char *folder) {
	const struct slice of = folder_of(path);

	return slice_has_suffix(of, folder) && (of.n == strlen(folder) || of.p[of.n - strlen(folder) - 1] == '/');
}

static const char *system_of(struct slice path) {
	if (in_folder(path, ".gitea/workflows/"))
		return "gitea";
	return in_folder(path, ".forgejo/workflows/") ? "forgejo" : "github";
}

static bool is_workflow(struct slice path) {
	return in_folder(path, ".github/workflows/") || in_folder(path, ".gitea/workflows/") ||
	       in_folder(path, ".forgejo/workflows/");
}

static bool named(struct slice path, const char *name) {
	const struct slice base = slice_sub(path, folder_of(path).n, path.n);
	const size_t n = strlen(name);

	return base.n > n && slice_eq(slice_sub(base, 0, n), slice_str(name)) && base.p[n] == '.';
}

/* A file named on the command line, or standard input, may be anything: its content says. */
static bool is_alone(struct slice path) {
	return folder_of(path).n == 0;
}

static bool wants(struct slice path) {
	const bool unnamed = !path.n || slice_eq(path, slice_str("-"));

	if (!path_is_yaml(path) && !unnamed)
		return false;
	return is_workflow(path) || named(path, "action") || is_alone(path) ||
	       (in_folder(path, ".github/") && named(path, "dependabot"));
}

/* A workflow has an event it starts on and jobs that run somewhere; a CircleCI configuration has jobs too. */
static bool has_jobs(const struct node *root) {
	const struct node *jobs = node_get(root, "jobs");

	for (size_t i = 0; node_is(jobs, NODE_MAPPING) && i < jobs->n; i++)
		if (node_get(jobs->members[i].value, "runs-on") || node_get(jobs->members[i].value, "uses"))
			return true;
	return false;
}

static bool read(const struct reader_input *in, struct fact_set *set) {
	struct arena arena = {0};
	struct github g = {.ci = {.in = in,
				   .set = set,
				   .system = system_of(in->doc->path),
				   .reader = "github-actions",
				   .scratch = &arena},
		.arena = &arena};
	const struct slice path = in->doc->path;
	const struct node *root = in->tree && in->tree->n ? in->tree->roots[0] : NULL;
	bool known = false;

	if (!node_is(root, NODE_MAPPING))
		goto out;
	/* the folder decides: a workflow may be called action.yml */
	if (is_workflow(path) || has_jobs(root))
		known = github_read_workflow(&g, root);
	if (!known && !is_workflow(path) && (named(path, "action") || is_alone(path)))
		known = github_read_action(&g, root);
	if (!known && (named(path, "dependabot") || is_alone(path)))
		known = github_read_dependabot(&g, root);
out:
	arena_free(&arena);
	return known;
}

const struct reader github_reader = {"github-actions", wants, read};
