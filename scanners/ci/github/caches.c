/* Which actions bring back what other runs stored: a run that wrote to the cache of a branch decides what every later run of it, a release
 * among them, takes for its own (https://docs.github.com/actions/reference/workflows-and-actions/dependency-caching). Each row is from the
 * action's README or action.yml. */
#include "scanners/ci/github/github.h"

#include <stdlib.h>

enum habit {
	WHEN_GIVEN,   /* the input is given and is not false */
	UNLESS_FALSE, /* unless the input is false */
	UNLESS_TRUE   /* unless the input is given and is not false */
};

struct cache {
	const char *repository, *input;
	enum habit when;
	unsigned since; /* first major version that does so by itself; before it, the input must be given */
};

static const struct cache caches[] = {
	{"actions/cache", "lookup-only", UNLESS_TRUE, 0},
	{"actions/setup-go", "cache", UNLESS_FALSE, 4},
	{"actions/setup-node", "cache", WHEN_GIVEN, 0},
	{"actions/setup-node", "package-manager-cache", UNLESS_FALSE, 5},
	{"actions/setup-python", "cache", WHEN_GIVEN, 0},
	{"actions/setup-java", "cache", WHEN_GIVEN, 0},
	{"actions/setup-dotnet", "cache", WHEN_GIVEN, 0},
	{"ruby/setup-ruby", "bundler-cache", WHEN_GIVEN, 0},
	{"Swatinem/rust-cache", "lookup-only", UNLESS_TRUE, 0},
	{"actions-rust-lang/setup-rust-toolchain", "cache", UNLESS_FALSE, 0},
	{"oven-sh/setup-bun", "no-cache", UNLESS_TRUE, 0},
	{"pnpm/action-setup", "cache", WHEN_GIVEN, 0},
	{"astral-sh/setup-uv", "enable-cache", UNLESS_FALSE, 5},
	{"gradle/actions", "cache-disabled", UNLESS_TRUE, 0},
	{"gradle/gradle-build-action", "cache-disabled", UNLESS_TRUE, 0},
	{"docker/build-push-action", "cache-from", WHEN_GIVEN, 0},
	{"docker/bake-action", "cache-from", WHEN_GIVEN, 0},
	{"docker/setup-buildx-action", "cache-binary", UNLESS_FALSE, 3},
	{"jdx/mise-action", "cache", UNLESS_FALSE, 0},
	{"mlugg/setup-zig", "use-cache", UNLESS_FALSE, 0},
	{"mamba-org/setup-micromamba", "cache-environment", WHEN_GIVEN, 0},
	{"prefix-dev/setup-pixi", "cache", UNLESS_FALSE, 0},
	{"shivammathur/cache-extensions", "key", WHEN_GIVEN, 0},
	{"ramsey/composer-install", "ignore-cache", UNLESS_TRUE, 0},
	{"denoland/setup-deno", "cache", WHEN_GIVEN, 0},
	{"nix-community/cache-nix-action", "restore", UNLESS_FALSE, 0},
	{"hendrikmuhs/ccache-action", "restore", UNLESS_FALSE, 0},
	{"subosito/flutter-action", "cache", WHEN_GIVEN, 0},
	{"bazel-contrib/setup-bazel", "disk-cache", WHEN_GIVEN, 0},
};

/* Of a hash that no comment explains: as most are of these years. */
#define MAJOR_UNKNOWN 4

/* 4 of "v4.1.2"; of a hash, what the comment behind it says. */
static unsigned major_of(const struct fact *step, struct slice ref) {
	const struct slice said = fact_text(step, "version_said");
	const struct slice v = said.n ? said : ref;
	size_t at = v.n && (v.p[0] == 'v' || v.p[0] == 'V');
	unsigned n = 0;

	if (!said.n && ci_version_pin(ref) == CI_PIN_DIGEST)
		return MAJOR_UNKNOWN;
	for (; at < v.n && v.p[at] >= '0' && v.p[at] <= '9' && n < 1000; at++)
		n = n * 10 + (v.p[at] - '0');
	return n;
}

static bool restores(const struct cache *c, const struct node *with, unsigned major) {
	const struct node *v = NULL;
	bool given;

	for (size_t i = 0; node_is(with, NODE_MAPPING) && i < with->n; i++)
		if (slice_eq_nocase(with->members[i].key->text, slice_str(c->input)))
			v = with->members[i].value;
	given = v && node_text(v).n && !node_text_is(v, "false");
	if (c->when == WHEN_GIVEN || major < c->since)
		return given && c->when != UNLESS_TRUE;
	return c->when == UNLESS_FALSE ? !v || given : !given;
}

void github_know_cache(struct github *g, struct fact *step, struct slice uses, const struct node *with) {
	struct slice ref;
	const struct slice repository = github_repository_of(uses, &ref);
	const unsigned major = major_of(step, ref);

	if (slice_has_prefix(uses, "actions/cache/save@"))
		return;
	for (size_t i = 0; i < sizeof(caches) / sizeof(caches[0]); i++)
		if (slice_eq_nocase(repository, slice_str(caches[i].repository)) && restores(&caches[i], with, major))
			fact_set_text(g->ci.set, step, "restores_cache", slice_str(caches[i].input),
				fact_place(step, "uses"));
}
