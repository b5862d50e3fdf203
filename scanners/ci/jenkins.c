/* Jenkins: Jenkinsfiles and shared libraries by their tokens (https://www.jenkins.io/doc/book/pipeline/syntax/), and the configuration of a
 * controller as code (https://github.com/jenkinsci/configuration-as-code-plugin). */
#include "core/map.h"
#include "scanners/ci/ci.h"
#include "scanners/ci/groovy.h"
#include "scanners/ci/names.h"
#include "scanners/ci/systems.h"

struct jenkins {
	struct ci c;
	struct groovy g;
	struct fact *pipeline, *job, *step;
	struct map bound; /* variables that hold a credential */
};

static bool wants(struct slice path) {
	struct slice name = slice_base_name(path);

	return slice_has_prefix(name, "Jenkinsfile") || slice_has_suffix(name, ".jenkinsfile") ||
	       slice_has_suffix(name, ".Jenkinsfile") ||
	       (slice_has_suffix(name, ".groovy") &&
		       (slice_has_prefix(path, "vars/") || slice_find(path, slice_str("/vars/")) >= 0));
}

static const struct groovy_token *token(const struct jenkins *j, size_t i) {
	return i < j->g.n ? &j->g.at[i] : NULL;
}

static bool is_name(const struct jenkins *j, size_t i, const char *name) {
	const struct groovy_token *t = token(j, i);

	return t && t->kind == GROOVY_NAME && slice_eq(t->text, slice_str(name));
}

static bool is_mark(const struct jenkins *j, size_t i, char mark) {
	const struct groovy_token *t = token(j, i);

	return t && t->kind == GROOVY_MARK && t->mark == (uint8_t)mark;
}

static const struct groovy_token *string_at(const struct jenkins *j, size_t i) {
	const struct groovy_token *t = token(j, i);

	return t && t->kind == GROOVY_STRING ? t : NULL;
}

/* The string of a call, `name('x')` or `name 'x'`, at the token behind the name. */
static const struct groovy_token *argument(const struct jenkins *j, size_t i) {
	return string_at(j, is_mark(j, i, '(') ? i + 1 : i);
}

/* The string of a named argument, `key: 'x'`, within the brackets that open at `i`. */
static const struct groovy_token *named(const struct jenkins *j, size_t i, const char *key) {
	unsigned level = 0;

	for (; i < j->g.n; i++) {
		if (is_mark(j, i, '(') || is_mark(j, i, '['))
			level++;
		else if ((is_mark(j, i, ')') || is_mark(j, i, ']')) && (level == 0 || --level == 0))
			return NULL;
		else if (is_name(j, i, key) && is_mark(j, i + 1, ':') && string_at(j, i + 2))
			return string_at(j, i + 2);
	}
	return NULL;
}

/* A variable's name in `${NAME}`, `$NAME` or `${env.NAME}` that holds a credential; its place goes to *from and *to. */
static bool finds_bound(const struct jenkins *j, struct slice text, size_t *from, size_t *to) {
	for (size_t i = 0; i + 1 < text.n; i++) {
		size_t name = i + 1;

		if (text.p[i] != '$')
			continue;
		if (text.p[name] == '{')
			name++;
		if (slice_has_prefix(slice_sub(text, name, text.n), "env."))
			name += 4;
		*from = i;
		for (*to = name; *to < text.n && (text.p[*to] == '_' || (text.p[*to] >= '0' && text.p[*to] <= '9') ||
							 ((text.p[*to] | 0x20) >= 'a' && (text.p[*to] | 0x20) <= 'z'));
			++*to)
			;
		if (*to > name && map_get(&j->bound, slice_sub(text, name, *to)))
			return true;
	}
	return false;
}

static void read_shell(struct jenkins *j, const struct groovy_token *t, bool posix) {
	struct node script = {.kind = NODE_STRING, .quoted = true, .text = t->text, .span = t->span};
	size_t from, to;

	ci_script(&j->c, j->step, &script, posix);
	if (t->interpolates && finds_bound(j, t->text, &from, &to))
		fact_set_text(j->c.set, j->step, "interpolates", slice_sub(t->text, from, to),
			ci_span_within(j->c.in, &script, from, to));
}

/* withCredentials([string(credentialsId: 'x', variable: 'Y'), …]) and every other use of an id. */
static void read_binding(struct jenkins *j, size_t i) {
	const struct groovy_token *id = string_at(j, i + 2);

	if (id && !slice_byte(id->text, '$'))
		ci_secret(&j->c, j->step, id->text, CI_USE_ENV, id->span);
}

/* NAME = credentials('id') */
static void read_credentials_call(struct jenkins *j, size_t i) {
	const struct groovy_token *id = argument(j, i + 1);

	if (!id)
		return;
	ci_secret(&j->c, j->step == NULL ? j->job : j->step, id->text, CI_USE_ENV, id->span);
	if (i >= 2 && is_mark(j, i - 1, '=') && token(j, i - 2)->kind == GROOVY_NAME)
		map_put(&j->bound, token(j, i - 2)->text, NULL);
}

static void bind_variables(struct jenkins *j) {
	static const char *const keys[] = {"variable", "passwordVariable", "usernameVariable", "keyFileVariable",
		"secretKeyVariable", "tokenVariable", NULL};

	for (size_t i = 0; i + 2 < j->g.n; i++)
		for (size_t k = 0; keys[k]; k++)
			if (is_name(j, i, keys[k]) && is_mark(j, i + 1, ':') && string_at(j, i + 2) && k != 2) {
				map_put(&j->bound, string_at(j, i + 2)->text, NULL);
				ci_declare(&j->c, j->pipeline, string_at(j, i + 2)->text, false);
			}
}

static void read_library(struct jenkins *j, const struct groovy_token *t) {
	struct slice version = {0};
	const uint8_t *at = slice_byte(t->text, '@');
	struct fact *step = ci_step(&j->c, j->pipeline, t->text, t->span);

	if (at)
		version = slice_sub(t->text, (size_t)(at - t->text.p) + 1, t->text.n);
	ci_uses(&j->c, step, "library", t->text, ci_version_pin(version), false, t->span);
}

static void read_literal(
	struct jenkins *j, const struct groovy_token *name, const struct groovy_token *value, const char *where) {
	struct node n = {.kind = NODE_STRING};

	if (!value)
		return;
	n.text = value->text;
	n.span = value->span;
	ci_literal(&j->c, j->job, name ? name->text : slice_str("token"), &n, where);
}

/* A stage is a job: it has its own conditions. What stands around stages belongs to one named after the pipeline. */
static void begin_stage(struct jenkins *j, struct slice name, struct span span) {
	j->job = ci_job(&j->c, j->pipeline, name, span);
	fact_set_bool(j->c.set, j->job, "self_hosted", true, span);
	j->step = ci_step(&j->c, j->job, name, span);
}

/* Conditions of `when` that say who starts a stage. */
static void read_when(struct jenkins *j, size_t i) {
	if (is_name(j, i, "changeRequest") || is_name(j, i, "CHANGE_ID"))
		ci_trigger(&j->c, j->job, "change request", CI_LOW_TRUST, token(j, i)->span);
	else if (is_name(j, i, "buildingTag") || (is_name(j, i, "branch") && argument(j, i + 1)))
		ci_trigger(&j->c, j->job, "push", CI_TRUSTED, token(j, i)->span);
}

static void read_token(struct jenkins *j, size_t i) {
	static const char *const shells[] = {"sh", "bat", "powershell", "pwsh", NULL};

	for (size_t k = 0; shells[k]; k++)
		if (is_name(j, i, shells[k])) {
			const struct groovy_token *t = argument(j, i + 1);

			if (!t)
				t = named(j, i + 1, "script");
			if (t)
				read_shell(j, t, k == 0);
		}
	if (is_name(j, i, "stage") && argument(j, i + 1))
		begin_stage(j, argument(j, i + 1)->text, argument(j, i + 1)->span);
	read_when(j, i);
	if (is_name(j, i, "credentials"))
		read_credentials_call(j, i);
	if (is_name(j, i, "credentialsId") && is_mark(j, i + 1, ':'))
		read_binding(j, i);
	if (is_name(j, i, "Library") && i && is_mark(j, i - 1, '@') && argument(j, i + 1))
		read_library(j, argument(j, i + 1));
	if (is_name(j, i, "password") && is_mark(j, i + 1, '('))
		read_literal(j, named(j, i + 1, "name"), named(j, i + 1, "defaultValue"), "parameters.defaultValue");
	if (is_name(j, i, "GenericTrigger"))
		read_literal(j, NULL, named(j, i + 1, "token"), "triggers.token");
}

static bool is_pipeline(const struct jenkins *j) {
	for (size_t i = 0; i < j->g.n; i++)
		if ((is_name(j, i, "pipeline") && is_mark(j, i + 1, '{')) || is_name(j, i, "node") ||
			is_name(j, i, "stage") || is_name(j, i, "Library") || is_name(j, i, "sh") ||
			is_name(j, i, "withCredentials"))
			return true;
	return false;
}

static bool read(const struct reader_input *in, struct fact_set *set) {
	struct map declared = {0};
	struct arena arena = {0};
	struct jenkins j = {.c = {in, set, "jenkins", "jenkinsfile", &declared}};
	bool is;

	j.g = groovy_read(&arena, in->doc->bytes);
	is = is_pipeline(&j);
	if (is) {
		struct span top = {0, 0, 1, 1, 1, 1};

		j.pipeline = ci_pipeline(&j.c, in->doc->path, top);
		begin_stage(&j, slice_str("pipeline"), top);
		bind_variables(&j);
		for (size_t i = 0; i < j.g.n; i++)
			read_token(&j, i);
		ci_finish(&j.c, j.pipeline);
	}
	map_free(&j.bound);
	map_free(&declared);
	arena_free(&arena);
	return is;
}

const struct reader jenkins_reader = {"jenkinsfile", wants, read};

/* --- configuration as code --- */

static bool wants_jcasc(struct slice path) {
	bool yaml = path_is_yaml(path);

	return yaml &&
	       (slice_find_nocase(path, slice_str("jenkins")) >= 0 || slice_find_nocase(path, slice_str("casc")) >= 0);
}

static void add_authorization(
	const struct reader_input *in, struct fact_set *set, const struct node *at, const char *who) {
	struct fact *f = fact_add(set, FACT_TRUST, "jenkins-casc", in->source, at->span);
	struct slice name = slice_str(who);

	f->name = name;
	fact_set_text(set, f, "system", slice_str("jenkins"), at->span);
	fact_set_text(set, f, "kind", slice_str("authorization"), at->span);
	fact_set_bool(set, f, "authenticated", strcmp(who, "anonymous") != 0, at->span);
	fact_set_bool(set, f, "limited", false, at->span);
	fact_set_texts(set, f, "trusts", &name, 1, at->span);
}

static void read_matrix(const struct reader_input *in, struct fact_set *set, const struct node *permissions) {
	for (size_t i = 0; i < node_many(permissions); i++) {
		const struct node *p = node_many_item(permissions, i);

		if (slice_find(node_text(p), slice_str("Overall/Administer:anonymous")) >= 0)
			add_authorization(in, set, p, "anonymous");
		else if (slice_find(node_text(p), slice_str("Overall/Administer:authenticated")) >= 0)
			add_authorization(in, set, p, "authenticated");
	}
}

static bool read_jcasc(const struct reader_input *in, struct fact_set *set) {
	const struct node *root = in->tree && in->tree->n ? in->tree->roots[0] : NULL,
			  *jenkins = node_get(root, "jenkins");
	const struct node *strategy = node_get(jenkins, "authorizationStrategy"),
			  *anyone = node_get(strategy, "loggedInUsersCanDoAnything");

	if (!node_is(jenkins, NODE_MAPPING) && !node_at(root, "credentials.system"))
		return false;
	if (node_text_is(strategy, "unsecured") || node_member(strategy, "unsecured"))
		add_authorization(in, set, strategy, "anonymous");
	if (node_truth(node_get(anyone, "allowAnonymousRead"), false))
		add_authorization(in, set, node_get(anyone, "allowAnonymousRead"), "anonymous readers");
	read_matrix(in, set, node_at(strategy, "globalMatrix.permissions"));
	read_matrix(in, set, node_at(strategy, "projectMatrix.permissions"));
	return true;
}

const struct reader jcasc_reader = {"jenkins-casc", wants_jcasc, read_jcasc};
