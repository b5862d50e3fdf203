/* The builder that readers of pipelines share: it makes the facts. What they come to together is worked out in finish.c. */
#include "scanners/ci/ci.h"

#include "core/buf.h"
#include "scanners/agent/pipeline.h"
#include "scanners/ci/names.h"
#include "scanners/ci/script.h"

#include <inttypes.h>
#include <stdlib.h>

static struct fact *add(
	const struct ci *c, enum fact_kind kind, struct fact *parent, struct slice name, struct span span) {
	struct fact *f = fact_add(c->set, kind, c->reader, c->in->source, span);

	f->name = arena_copy(&c->set->arena, name);
	f->parent = parent;
	fact_set_text(c->set, f, "system", slice_str(c->system), span);
	return f;
}

static const struct span nowhere;

/* What is not said is not so: nothing of these is unknown once a pipeline has been read. */
static void not_yet(struct fact_set *set, struct fact *f, const char *const *names) {
	for (size_t i = 0; names[i]; i++)
		fact_set_bool(set, f, names[i], false, nowhere);
}

static void fill_pipeline(struct fact_set *set, struct fact *f) {
	static const char *const no[] = {"low_trust", "untrusted", "debugs", "example", NULL};

	not_yet(set, f, no);
	fact_set_texts(set, f, "triggers", NULL, 0, nowhere);
	fact_set_texts(set, f, "secrets", NULL, 0, nowhere);
}

struct fact *ci_pipeline(const struct ci *c, struct slice name, struct span span) {
	struct fact *f = add(c, FACT_PIPELINE, NULL, name, span);

	fact_rest_on(c->set, f, fill_pipeline);
	if (ci_is_example(c->in->doc))
		fact_set_bool(c->set, f, "example", true, nowhere);
	return f;
}

static void fill_job(struct fact_set *set, struct fact *f) {
	static const char *const no[] = {"low_trust", "untrusted", "production", "deploys", "publishes", "release",
		"id_token", "self_hosted", "image_moves", "disabled", "example", NULL};
	static const char *const lists[] = {"triggers", "secrets", "audiences", "third_parties", NULL};

	not_yet(set, f, no);
	for (size_t i = 0; lists[i]; i++)
		fact_set_texts(set, f, lists[i], NULL, 0, nowhere);
	fact_set_none(set, f, "environment", nowhere);
	fact_set_number(set, f, "contexts", 0, nowhere);
}

struct fact *ci_job(const struct ci *c, struct fact *pipeline, struct slice name, struct span span) {
	struct fact *f = add(c, FACT_JOB, pipeline, name, span);

	fact_rest_on(c->set, f, fill_job);
	fact_set_fact(c->set, f, "pipeline", pipeline);
	if (ci_is_example(c->in->doc))
		fact_set_bool(c->set, f, "example", true, nowhere);
	return f;
}

static void fill_step(struct fact_set *set, struct fact *f) {
	static const char *const no[] = {"third_party", "runs_downloads", "deploys", "publishes_with_token", "traces",
		"password_argument", "static_ssh", "personal_login", "other_project", NULL};
	static const char *const none[] = {"uses", "uses_kind", "pin", "publishes", "static_cloud", "build_secret",
		"job_jwt", "untrusted_text", "shares_files", "interpolates", "token_lifetime", "secret_in_address",
		"job_identity", NULL};

	not_yet(set, f, no);
	for (size_t i = 0; none[i]; i++)
		fact_set_none(set, f, none[i], nowhere);
	fact_set_texts(set, f, "secrets", NULL, 0, nowhere);
	fact_set_texts(set, f, "expands_secrets", NULL, 0, nowhere);
}

struct fact *ci_step(const struct ci *c, struct fact *job, struct slice name, struct span span) {
	struct fact *f = add(c, FACT_STEP, job, name, span);

	fact_rest_on(c->set, f, fill_step);
	if (job->kind == FACT_JOB)
		fact_set_fact(c->set, f, "job", job);
	return f;
}

/* Adds to a list of texts; a text that is there stays once. */
static void add_text(const struct ci *c, struct fact *f, const char *attribute, struct slice text, struct span span) {
	const struct value *v = fact_get(f, attribute);
	VEC(struct slice) all = {0};

	for (size_t i = 0; v && i < v->texts.n; i++) {
		if (slice_eq(v->texts.at[i], text)) {
			VEC_FREE(&all);
			return;
		}
		VEC_PUSH(&all, v->texts.at[i]);
	}
	VEC_PUSH(&all, text);
	fact_set_texts(c->set, f, attribute, all.at, all.n, v && v->span.line ? v->span : span);
	VEC_FREE(&all);
}

void ci_trigger(const struct ci *c, struct fact *f, const char *trigger, enum ci_trust trust, struct span span) {
	add_text(c, f, "triggers", slice_str(trigger), span);
	if (trust >= CI_LOW_TRUST)
		fact_set_bool(c->set, f, "low_trust", true, span);
	if (trust >= CI_UNTRUSTED)
		fact_set_bool(c->set, f, "untrusted", true, span);
}

void ci_environment(const struct ci *c, struct fact *job, struct slice name, struct span span) {
	fact_set_text(c->set, job, "environment", name, span);
	fact_set_bool(c->set, job, "production", ci_name_is_production(name), span);
}

void ci_uses(const struct ci *c, struct fact *f, const char *kind, struct slice reference, enum ci_pin pin,
	bool third_party, struct span span) {
	static const char *const pins[] = {"local", "digest", "version", "moving"};

	if (f->kind == FACT_JOB) {
		fact_set_text(c->set, f, "image", reference, span);
		fact_set_bool(c->set, f, "image_moves", pin == CI_PIN_MOVING, span);
		return;
	}
	fact_set_text(c->set, f, "uses", reference, span);
	fact_set_text(c->set, f, "uses_kind", slice_str(kind), span);
	fact_set_text(c->set, f, "pin", slice_str(pins[pin]), span);
	fact_set_bool(c->set, f, "third_party", third_party, span);
}

enum ci_pin ci_image_pin(struct slice image) {
	struct slice name = slice_base_name(image);

	if (slice_find(image, slice_str("@sha256:")) >= 0)
		return CI_PIN_DIGEST;
	if (!slice_byte(name, ':') || slice_has_suffix(name, ":latest"))
		return CI_PIN_MOVING;
	return CI_PIN_VERSION;
}

bool ci_image_is_third_party(struct slice image) {
	static const char *const registries[] = {"docker.io/", "index.docker.io/", "ghcr.io/", "quay.io/",
		"codeberg.org/", "gcr.io/", "public.ecr.aws/", NULL};
	const uint8_t *slash = slice_byte(image, '/');
	size_t first = slash ? (size_t)(slash - image.p) : 0;

	for (size_t i = 0; registries[i]; i++)
		if (slice_has_prefix(image, registries[i]))
			return !slice_has_prefix(image, "docker.io/library/") &&
			       !slice_has_prefix(image, "gcr.io/cloud-builders/") &&
			       !slice_has_prefix(image, "gcr.io/google.com/");
	return slash && !memchr(image.p, '.', first) && !memchr(image.p, ':', first) && !slice_byte(image, '$');
}

static bool is_hex(struct slice s) {
	for (size_t i = 0; i < s.n; i++)
		if (!((s.p[i] >= '0' && s.p[i] <= '9') || ((s.p[i] | 0x20) >= 'a' && (s.p[i] | 0x20) <= 'f')))
			return false;
	return true;
}

enum ci_pin ci_version_pin(struct slice version) {
	size_t dots = 0, digits = 0;

	if ((version.n == 40 || version.n == 64) && is_hex(version))
		return CI_PIN_DIGEST;
	if (version.n && (version.p[0] | 0x20) == 'v')
		version = slice_sub(version, 1, version.n);
	if (!version.n || version.p[0] < '0' || version.p[0] > '9')
		return CI_PIN_MOVING;
	for (size_t i = 0; i < version.n; i++) {
		dots += version.p[i] == '.';
		digits += version.p[i] >= '0' && version.p[i] <= '9';
	}
	return dots >= 2 && digits > dots ? CI_PIN_VERSION : CI_PIN_MOVING;
}

static void fill_credential(struct fact_set *set, struct fact *f) {
	static const char *const no[] = {"literal", "personal", "static_key", "given_to_moving", "meets_download",
		"low_trust", "untrusted", "release", "crosses_trust", NULL};

	not_yet(set, f, no);
	fact_set_none(set, f, "given_to", nowhere);
	fact_set_none(set, f, "provider", nowhere);
	fact_set_none(set, f, "limited_for", nowhere);
}

static struct fact *credential(
	const struct ci *c, struct fact *user, struct slice name, const char *kind, const char *use, struct span span) {
	static const char *const scopes[FACT_KIND_COUNT] = {
		[FACT_PIPELINE] = "pipeline", [FACT_JOB] = "job", [FACT_STEP] = "step"};
	struct fact *f = add(c, FACT_CREDENTIAL, user, name, span);
	const char *provider = ci_name_provider(name);

	fact_rest_on(c->set, f, fill_credential);
	fact_set_text(c->set, f, "kind", slice_str(kind), span);
	fact_set_text(c->set, f, "use", slice_str(use), span);
	fact_set_text(c->set, f, "scope", slice_str(scopes[user->kind]), span);
	if (provider)
		fact_set_text(c->set, f, "provider", slice_str(provider), span);
	if (user->kind == FACT_STEP) {
		fact_set_fact(c->set, f, "step", user);
		if (user->parent->kind == FACT_JOB)
			fact_set_fact(c->set, f, "job", user->parent);
	} else if (user->kind == FACT_JOB) {
		fact_set_fact(c->set, f, "job", user);
	}
	return f;
}

struct fact *ci_secret(const struct ci *c, struct fact *user, struct slice name, enum ci_use use, struct span span) {
	static const char *const uses[] = {"environment", "argument", "script", "registry", "file", "context"};
	const bool identifier = ci_name_is_identifier(name);
	struct fact *f = credential(c, user, name, identifier ? "identifier" : "secret", uses[use], span);

	if (!identifier)
		add_text(c, user, "secrets", name, span);
	fact_set_bool(c->set, f, "personal", ci_name_is_personal(name), span);
	fact_set_bool(c->set, f, "static_key", ci_name_is_cloud_key(name), span);
	return f;
}

struct fact *ci_id_token(const struct ci *c, struct fact *job, struct slice audience, struct span span) {
	struct fact *f = credential(c, job, slice_str("identity token"), "id-token", "environment", span);

	fact_set_bool(c->set, job, "id_token", true, span);
	if (audience.n)
		add_text(c, job, "audiences", audience, span);
	return f;
}

void ci_literal(const struct ci *c, struct fact *user, struct slice name, const struct node *value, const char *where) {
	struct fact *f;

	if (!node_is(value, NODE_STRING) || !ci_name_is_secret(name) || !ci_text_is_value(value->text))
		return;
	f = credential(c, user, name, "literal", "environment", value->span);
	fact_set_bool(c->set, f, "literal", true, value->span);
	fact_set_text(c->set, f, "where", slice_str(where), value->span);
}

/* What each trait of a script is called, and of what type it is. `alone`: it says something by itself, so that each place of it counts. */
static const struct {
	enum script_trait trait;
	const char *attribute;
	enum value_type type;
	bool alone;
} traits[] = {{SCRIPT_RUNS_DOWNLOADS, "runs_downloads", VALUE_BOOL, false},
	{SCRIPT_DEPLOYS, "deploys", VALUE_BOOL, false}, {SCRIPT_PUBLISHES, "publishes", VALUE_TEXT, false},
	{SCRIPT_TRACES, "traces", VALUE_BOOL, false}, {SCRIPT_PASSWORD_ARGUMENT, "password_argument", VALUE_BOOL, true},
	{SCRIPT_STATIC_CLOUD, "static_cloud", VALUE_TEXT, true}, {SCRIPT_STATIC_SSH, "static_ssh", VALUE_BOOL, true},
	{SCRIPT_PERSONAL_LOGIN, "personal_login", VALUE_BOOL, true},
	{SCRIPT_BUILD_SECRET, "build_secret", VALUE_TEXT, true}, {SCRIPT_JOB_JWT, "job_jwt", VALUE_TEXT, true},
	{SCRIPT_UNTRUSTED_TEXT, "untrusted_text", VALUE_TEXT, true},
	{SCRIPT_OTHER_PROJECT, "other_project", VALUE_BOOL, true},
	{SCRIPT_LIFETIME, "token_lifetime", VALUE_NUMBER, false},
	{SCRIPT_IN_ADDRESS, "secret_in_address", VALUE_TEXT, true}};

/* Was it said of the fact, at another place than this? */
static bool said_elsewhere(const struct fact *f, const char *attribute, struct span span) {
	const struct value *v = fact_get(f, attribute);

	return v && !v->none && v->span.line && v->span.start != span.start && (v->type != VALUE_BOOL || v->boolean);
}

struct fact *ci_part(const struct ci *c, struct fact *step, const char *attribute, struct span span) {
	return said_elsewhere(step, attribute, span) ? ci_step(c, step, step->name, span) : step;
}

static void set_trait(const struct ci *c, struct fact *step, const struct node *text, size_t which,
	const struct script_mark *m, bool more) {
	const char *name = traits[which].attribute;
	const struct span span = ci_span_within(c->in, text, m->start, m->end);

	more |= said_elsewhere(step, name, span);
	if (more && !traits[which].alone)
		return;
	if (more && step->kind == FACT_STEP)
		step = ci_step(c, step, step->name, span);
	if (traits[which].type == VALUE_BOOL)
		fact_set_bool(c->set, step, name, true, span);
	else if (traits[which].type == VALUE_NUMBER)
		fact_set_number(c->set, step, name, m->number, span);
	else
		fact_set_text(c->set, step, name, m->detail, span);
}

static void set_traits(const struct ci *c, struct fact *step, const struct node *text, const struct script *s) {
	for (size_t i = 0; i < sizeof(traits) / sizeof(*traits); i++) {
		if (s->traits[traits[i].trait].set)
			set_trait(c, step, text, i, &s->traits[traits[i].trait], false);
		for (size_t k = 0; k < s->nmore; k++)
			if (s->more[k].trait == traits[i].trait)
				set_trait(c, step, text, i, &s->more[k].mark, true);
	}
}

void ci_arguments(const struct ci *c, struct fact *step, const struct node *arguments) {
	for (size_t i = 0; node_is(arguments, NODE_SEQUENCE) && i < arguments->n; i++) {
		const struct node *n = arguments->items[i];
		struct slice arg = node_text(n);
		const uint8_t *equals;

		if (slice_has_prefix(arg, "--build-arg="))
			arg = slice_sub(arg, strlen("--build-arg="), arg.n);
		else if (!i || !node_text_is(arguments->items[i - 1], "--build-arg"))
			continue;
		equals = slice_byte(arg, '=');
		arg = slice_sub(arg, 0, equals ? (size_t)(equals - arg.p) : arg.n);
		if (ci_name_is_secret(arg))
			fact_set_text(c->set, ci_part(c, step, "build_secret", n->span), "build_secret", arg, n->span);
	}
}

/* A variable of a fact, among the declared ones. */
static struct slice declared_key(struct buf *b, const struct fact *user, struct slice name) {
	buf_clear(b);
	buf_printf(b, "%" PRIu64 " ", user->order);
	buf_add_slice(b, name);
	return buf_slice(b);
}

void ci_declare(const struct ci *c, const struct fact *user, struct slice name, bool secret) {
	struct buf key = {0};

	if (!c->declared)
		return;
	map_put(c->declared, declared_key(&key, user, name), NULL)->value.num = secret;
	buf_free(&key);
}

/* The nearest declaration of a variable, at a step or above; NULL when there is none. */
static const struct map_entry *declared(const struct ci *c, const struct fact **user, struct slice name) {
	const struct map_entry *e = NULL;
	struct buf key = {0};

	while (c->declared && c->declared->n && *user) {
		e = map_get(c->declared, declared_key(&key, *user, name));
		if (e)
			break;
		*user = (*user)->parent;
	}
	buf_free(&key);
	return e;
}

/* A variable that a script expands: a secret, by its name or by what it was set to. `told`: secrets come from the variables alone. */
static void use_variable(
	const struct ci *c, struct fact *step, const struct node *n, const struct script_variable *v, bool told) {
	const struct fact *by = step;
	const struct map_entry *set = declared(c, &by, v->name);
	const bool secret = set ? set->value.num : ci_name_is_secret(v->name) && !ci_name_is_of_job(v->name);
	struct span span;

	if (!secret)
		return;
	span = ci_span_within(c->in, n, v->start, v->end);
	if (told || fact_get(step, "secrets")->texts.n)
		add_text(c, step, "expands_secrets", v->name, span);
	if (!told)
		return;
	if (!set)
		ci_secret(c, step, v->name, CI_USE_SCRIPT, span);
	else if (by != step) /* what a step itself is given, it has been told of */
		add_text(c, step, "secrets", v->name, span);
}

#define SCRIPT_NESTING 8

static void read_text(const struct ci *c, struct fact *step, const struct node *n, bool shell, bool variables,
	struct arena *arena, struct shell_script *commands) {
	struct script s;

	script_read(arena, n->text, shell, &s);
	*commands = s.commands;
	set_traits(c, step, n, &s);
	if (step->kind == FACT_STEP && step->parent && step->parent->kind == FACT_JOB)
		agent_read_script(&(struct agent_pipeline){.in = c->in,
					  .set = c->set,
					  .job = (struct fact *)(uintptr_t)step->parent,
					  .step = step},
			n, shell ? &s.commands : NULL);
	for (size_t i = 0; i < s.nvariables; i++)
		use_variable(c, step, n, &s.variables[i], variables);
}

static void read_script(
	const struct ci *c, struct fact *step, const struct node *n, bool shell, bool variables, unsigned depth) {
	struct arena own = {0};
	struct shell_script commands;

	for (size_t i = 0; node_is(n, NODE_SEQUENCE) && i < n->n && depth < SCRIPT_NESTING; i++)
		read_script(c, step, n->items[i], shell, variables, depth + 1);
	if (node_is(n, NODE_STRING))
		read_text(c, step, n, shell, variables, c->scratch ? c->scratch : &own, &commands);
	arena_free(&own);
}

void ci_script(const struct ci *c, struct fact *step, const struct node *script, bool shell) {
	read_script(c, step, script, shell, true, 0);
}

void ci_script_traits(const struct ci *c, struct fact *step, const struct node *script, bool shell) {
	read_script(c, step, script, shell, false, 0);
}

struct shell_script ci_script_commands(const struct ci *c, struct fact *step, const struct node *script, bool shell) {
	struct shell_script commands = {0};

	read_text(c, step, script, shell, false, c->scratch, &commands);
	return commands;
}

/* The name in `$NAME`, `${NAME}` or `$(NAME)`, when the whole value is that. */
static struct slice referenced(struct slice value) {
	size_t from = 1, to = value.n;

	if (value.n < 2 || value.p[0] != '$')
		return (struct slice){0};
	if (value.p[1] == '{' || value.p[1] == '(') {
		from = 2;
		to--;
	}
	for (size_t i = from; i < to; i++) {
		uint8_t b = value.p[i];

		if (b != '_' && b != '.' && b != '-' && !(b >= '0' && b <= '9') &&
			!((b | 0x20) >= 'a' && (b | 0x20) <= 'z'))
			return (struct slice){0};
	}
	return slice_sub(value, from, to);
}

struct fact *ci_secret_as(const struct ci *c, struct fact *user, struct slice secret, struct slice name,
	enum ci_use use, struct span span) {
	struct fact *f = ci_secret(c, user, secret, use, span);

	if (ci_name_is_cloud_key(name)) { /* whatever the store calls it, that is what it is used as */
		fact_set_bool(c->set, f, "static_key", true, span);
		fact_set_text(c->set, f, "provider", slice_str(ci_name_provider(name)), span);
	}
	ci_declare(c, user, name, true);
	return f;
}

/* A variable that the system itself sets, and that is no secret by its name. */
static bool is_predefined(struct slice name) {
	static const char *const prefixes[] = {"CI_", "GITLAB_", "BITBUCKET_", "BUILDKITE_", "CIRCLE_", "Build.",
		"System.", "Agent.", "Pipeline.", "DRONE_", "TRAVIS_", "APPVEYOR_", NULL};

	for (size_t i = 0; prefixes[i]; i++)
		if (slice_has_prefix(name, prefixes[i]))
			return true;
	return false;
}

/* `name: $of`: a secret of the store, when one of the names says so and the pipeline does not set `of` to something else. */
static bool refers_to_secret(const struct ci *c, const struct fact *user, struct slice name, struct slice of) {
	const struct map_entry *set;

	if (ci_name_is_of_job(of) ||
		(!ci_name_is_secret(of) &&
			(!ci_name_is_secret(name) || ci_name_is_identifier(of) || is_predefined(of))))
		return false;
	set = declared(c, &user, of);
	return !set || set->value.num;
}

/* What pulls an image is no variable of what runs in it. */
static bool is_of_image(const char *where) {
	return strncmp(where, "image", 5) == 0 || strstr(where, "auth");
}

void ci_variable(
	const struct ci *c, struct fact *user, struct slice name, const struct node *value, const char *where) {
	const struct slice of = referenced(node_text(value));

	if (of.n && refers_to_secret(c, user, name, of)) {
		ci_secret_as(c, user, of, name,
			is_of_image(where)	  ? CI_USE_REGISTRY
			: user->kind == FACT_STEP ? CI_USE_ARGUMENT
						  : CI_USE_ENV,
			value->span);
		return;
	}
	if (node_is(value, NODE_STRING))
		ci_literal(c, user, name, value, where);
	ci_declare(c, user, name, false);
}

void ci_variables(const struct ci *c, struct fact *user, const struct node *mapping, const char *where) {
	for (size_t i = 0; node_is(mapping, NODE_MAPPING) && i < mapping->n; i++)
		ci_variable(c, user, node_text(mapping->members[i].key), mapping->members[i].value, where);
}
