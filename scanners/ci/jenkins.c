/* Jenkins: Jenkinsfiles and shared libraries by their tokens (https://www.jenkins.io/doc/book/pipeline/syntax/). The configuration of a controller
 * is read in jenkins_casc.c and jenkins_xml.c. */
#include "core/buf.h"
#include "core/map.h"
#include "scanners/ci/ci.h"
#include "scanners/ci/groovy.h"
#include "scanners/ci/names.h"
#include "scanners/ci/script_table.h"
#include "scanners/ci/systems.h"

#define STAGES_MAX 32 /* within each other */

struct jenkins {
	struct ci c;
	struct groovy g;
	struct fact *pipeline, *job, *step; /* no job: outside of all stages */
	struct fact *outer;		    /* the job of what stands there, when something does */
	struct map bound;		    /* variables that hold a credential */
	size_t depth;			    /* of braces */
	struct {
		size_t depth;
		struct fact *job, *step;
	} around[STAGES_MAX]; /* what the stage at hand stands in */
	size_t naround;
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

static bool is_one_of(struct slice s, const char *const *names) {
	for (size_t i = 0; names[i]; i++)
		if (slice_eq(s, slice_str(names[i])))
			return true;
	return false;
}

/* A variable's name in `${NAME}`, `$NAME`, `${env.NAME}` or `${params.NAME}`, from *to on: one of `of`, or one that holds a credential. Its place
 * goes to *from and *to. */
static bool finds_variable(
	const struct jenkins *j, struct slice text, const char *const *of, size_t *from, size_t *to) {
	for (size_t i = *to; i + 1 < text.n; i++) {
		size_t name = i + 1;
		struct slice found;

		if (text.p[i] != '$')
			continue;
		if (text.p[name] == '{')
			name++;
		if (slice_has_prefix(slice_sub(text, name, text.n), "env."))
			name += 4;
		else if (slice_has_prefix(slice_sub(text, name, text.n), "params."))
			name += 7;
		*from = i;
		for (*to = name; *to < text.n && (text.p[*to] == '_' || (text.p[*to] >= '0' && text.p[*to] <= '9') ||
							 ((text.p[*to] | 0x20) >= 'a' && (text.p[*to] | 0x20) <= 'z'));
			++*to)
			;
		found = slice_sub(text, name, *to);
		*to += *to < text.n && text.p[*from + 1] == '{' && text.p[*to] == '}';
		if (found.n && (of ? is_one_of(found, of) : map_get(&j->bound, found) != NULL))
			return true;
	}
	return false;
}

/* What stands outside of stages belongs to a job that is named after the pipeline. */
static struct fact *step_of(struct jenkins *j) {
	if (j->step)
		return j->step;
	if (!j->outer) {
		const struct span top = {0, 0, 1, 1, 1, 1};

		j->outer = ci_job(&j->c, j->pipeline, slice_str("pipeline"), top);
		fact_set_bool(j->c.set, j->outer, "self_hosted", true, top);
	}
	j->job = j->outer;
	return j->step = ci_step(&j->c, j->outer, slice_str("pipeline"), j->outer->span);
}

/* What Groovy puts into a script before a shell reads it: credentials, and the text of strangers. */
static void find_put_in(struct jenkins *j, const struct groovy_token *t, const struct node *script) {
	size_t from = 0, to = 0;

	while (finds_variable(j, t->text, NULL, &from, &to)) {
		const struct span span = ci_span_within(j->c.in, script, from, to);

		fact_set_text(j->c.set, ci_part(&j->c, step_of(j), "interpolates", span), "interpolates",
			slice_sub(t->text, from, to), span);
	}
	to = 0;
	while (finds_variable(j, t->text, script_untrusted_variables, &from, &to)) {
		const struct span span = ci_span_within(j->c.in, script, from, to);

		fact_set_text(j->c.set, ci_part(&j->c, step_of(j), "untrusted_text", span), "untrusted_text",
			slice_sub(t->text, from, to), span);
	}
}

static void read_shell(struct jenkins *j, const struct groovy_token *t, bool posix) {
	struct node script = {.kind = NODE_STRING, .quoted = true, .text = t->text, .span = t->span};

	ci_script(&j->c, step_of(j), &script, posix);
	if (t->interpolates)
		find_put_in(j, t, &script);
}

/* The bracket around the argument at `i`; 0 when there is none near. */
static size_t bracket_around(const struct jenkins *j, size_t i) {
	unsigned level = 0;

	for (size_t k = i; k-- > 0 && i - k < 200;) {
		if (is_mark(j, k, ')') || is_mark(j, k, ']'))
			level++;
		else if ((is_mark(j, k, '(') || is_mark(j, k, '[')) && level-- == 0)
			return k;
	}
	return 0;
}

static const char *const value_keys[] = {
	"variable", "passwordVariable", "secretKeyVariable", "tokenVariable", "passphraseVariable", NULL};

/* withCredentials([string(credentialsId: 'x', variable: 'Y'), …]) and every other use of an id. */
static void read_binding(struct jenkins *j, size_t i) {
	const struct groovy_token *id = string_at(j, i + 2), *variable = NULL;
	const size_t open = bracket_around(j, i);
	struct slice name = {0};

	if (!id || slice_byte(id->text, '$'))
		return;
	for (size_t k = 0; open && value_keys[k] && !variable; k++) {
		variable = named(j, open, value_keys[k]);
		if (variable)
			name = k == 2 ? slice_str("AWS_SECRET_ACCESS_KEY") : variable->text;
	}
	ci_secret_as(&j->c, step_of(j), id->text, name, CI_USE_ENV, id->span);
}

/* What a credential is bound to whose id the file does not tell. */
static void read_key_variable(struct jenkins *j, size_t i) {
	const struct groovy_token *name = string_at(j, i + 2);
	const size_t open = bracket_around(j, i);

	if (name && open && !named(j, open, "credentialsId"))
		ci_secret_as(&j->c, step_of(j), name->text, slice_str("AWS_SECRET_ACCESS_KEY"), CI_USE_ENV, name->span);
}

static void bind(struct jenkins *j, struct slice name, const char *end) {
	struct buf b = {0};

	buf_add_slice(&b, name);
	buf_add_str(&b, end);
	map_put(&j->bound, buf_slice(&b), NULL);
	ci_declare(&j->c, j->pipeline, buf_slice(&b), false);
	buf_free(&b);
}

/* NAME = credentials('id'): of a name and a password it also sets NAME_PSW and NAME_USR. */
static void read_credentials_call(struct jenkins *j, size_t i) {
	const struct groovy_token *id = argument(j, i + 1);
	struct slice name = {0};

	if (!id)
		return;
	if (i >= 2 && is_mark(j, i - 1, '=') && token(j, i - 2)->kind == GROOVY_NAME)
		name = token(j, i - 2)->text;
	ci_secret_as(&j->c, j->step ? j->step : j->pipeline, id->text, name, CI_USE_ENV, id->span);
	if (name.n) {
		bind(j, name, "");
		bind(j, name, "_PSW");
	}
}

/* Variables that hold the value of a credential, not the path of a file with it or a name of a user. */
static void bind_variables(struct jenkins *j) {
	for (size_t i = 0; i + 2 < j->g.n; i++) {
		const struct groovy_token *value = is_mark(j, i + 1, ':') ? string_at(j, i + 2) : NULL;
		const size_t open = value ? bracket_around(j, i) : 0;

		for (size_t k = 0; value && value_keys[k]; k++)
			if (is_name(j, i, value_keys[k]) && !(open && is_name(j, open - 1, "file")))
				bind(j, value->text, "");
			else if (is_name(j, i, value_keys[k]))
				ci_declare(&j->c, j->pipeline, value->text, false);
		if (value && is_name(j, i, "name") && open && is_name(j, open - 1, "password"))
			bind(j, value->text, "");
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
	ci_literal(&j->c, j->job ? j->job : j->pipeline, name ? name->text : slice_str("token"), &n, where);
}

/* NAME = 'value', in an environment or anywhere. */
static void read_assignment(struct jenkins *j, size_t i) {
	const struct groovy_token *name = token(j, i);

	if (name->kind == GROOVY_NAME && is_mark(j, i + 1, '=') && string_at(j, i + 2))
		read_literal(j, name, string_at(j, i + 2), "assignment");
}

/* archiveArtifacts and stash: patterns, separated by commas. */
static void read_sharing(struct jenkins *j, size_t i) {
	const struct groovy_token *t = argument(j, i + 1);
	struct node script = {.kind = NODE_STRING, .quoted = true};

	if (!t)
		t = named(j, i + 1, is_name(j, i, "stash") ? "includes" : "artifacts");
	if (!t)
		return;
	script.text = t->text;
	script.span = t->span;
	for (size_t from = 0; from < t->text.n;) {
		size_t to = from;

		while (to < t->text.n && t->text.p[to] != ',' && t->text.p[to] != ' ')
			to++;
		if (to > from && ci_path_holds_credentials(slice_sub(t->text, from, to)))
			fact_set_text(j->c.set, step_of(j), "shares_files", slice_sub(t->text, from, to),
				ci_span_within(j->c.in, &script, from, to));
		from = to + 1;
	}
}

/* A stage is a job: it has its own conditions. What stands around stages belongs to one named after the pipeline. */
static void begin_stage(struct jenkins *j, size_t i) {
	const struct slice name = argument(j, i + 1)->text;
	const struct span span = argument(j, i + 1)->span;
	const size_t body = i + (is_mark(j, i + 1, '(') ? 4 : 2);

	if (is_mark(j, body, '{') && j->naround < STAGES_MAX) {
		j->around[j->naround].depth = j->depth;
		j->around[j->naround].job = j->job;
		j->around[j->naround++].step = j->step;
	}
	j->job = ci_job(&j->c, j->pipeline, name, span);
	fact_set_bool(j->c.set, j->job, "self_hosted", true, span);
	j->step = ci_step(&j->c, j->job, name, span);
}

static void follow_braces(struct jenkins *j, size_t i) {
	if (is_mark(j, i, '{'))
		j->depth++;
	else if (is_mark(j, i, '}') && j->depth)
		j->depth--;
	else
		return;
	while (is_mark(j, i, '}') && j->naround && j->depth <= j->around[j->naround - 1].depth) {
		j->naround--;
		j->job = j->around[j->naround].job;
		j->step = j->around[j->naround].step;
	}
}

/* Conditions of `when` that say who starts a stage. */
static void read_when(struct jenkins *j, size_t i) {
	if (!j->job)
		return;
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
		begin_stage(j, i);
	read_when(j, i);
	if (is_name(j, i, "credentials"))
		read_credentials_call(j, i);
	if (is_name(j, i, "credentialsId") && is_mark(j, i + 1, ':'))
		read_binding(j, i);
	if (is_name(j, i, "secretKeyVariable") && is_mark(j, i + 1, ':'))
		read_key_variable(j, i);
	if (is_name(j, i, "withRegistry") && is_mark(j, i + 1, '(') && is_mark(j, i + 3, ',') && string_at(j, i + 4))
		ci_secret(&j->c, step_of(j), string_at(j, i + 4)->text, CI_USE_REGISTRY, string_at(j, i + 4)->span);
	if (is_name(j, i, "archiveArtifacts") || is_name(j, i, "stash"))
		read_sharing(j, i);
	read_assignment(j, i);
	if (is_name(j, i, "Library") && i && is_mark(j, i - 1, '@') && argument(j, i + 1))
		read_library(j, argument(j, i + 1));
	for (size_t k = i + 3; is_name(j, i, "Library") && is_mark(j, i + 2, '[') && string_at(j, k); k += 2)
		read_library(j, string_at(j, k));
	if (is_mark(j, i + 1, '(') && named(j, i + 1, "defaultValue") &&
		(is_name(j, i, "password") || is_name(j, i, "string") || is_name(j, i, "text")))
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
	struct jenkins j = {.c = {in, set, "jenkins", "jenkinsfile", &declared, NULL}};
	bool is;

	j.g = groovy_read(&arena, in->doc->bytes);
	is = is_pipeline(&j);
	if (is) {
		struct span top = {0, 0, 1, 1, 1, 1};

		j.pipeline = ci_pipeline(&j.c, in->doc->path, top);
		bind_variables(&j);
		for (size_t i = 0; i < j.g.n; i++) {
			follow_braces(&j, i);
			read_token(&j, i);
		}
		ci_finish(&j.c, j.pipeline);
	}
	map_free(&j.bound);
	map_free(&declared);
	arena_free(&arena);
	return is;
}

const struct reader jenkins_reader = {"jenkinsfile", wants, read};
