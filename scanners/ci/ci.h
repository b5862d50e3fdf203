/* What readers of pipelines share: one vocabulary of attributes (attributes.c) and a builder that turns what each system writes in its own
 * way into the same facts: pipelines, jobs, steps, and the credentials that they hold. Readers of a system say what stands there; whether
 * that is bad is for rules. */
#ifndef NHISCAN_SCANNERS_CI_CI_H
#define NHISCAN_SCANNERS_CI_CI_H

#include "scanners/reader.h"

extern const struct attribute ci_attributes[];

/* Who can start a job. Each level holds those before it. */
enum ci_trust {
	CI_TRUSTED,   /* who may push to the repository, a schedule, a person at a button */
	CI_LOW_TRUST, /* whoever opens a pull or merge request: its code runs */
	CI_UNTRUSTED /* anyone, with the repository's own privileges: pull_request_target, comments, webhooks without a secret */
};

/* How firmly what is used is pinned. */
enum ci_pin {
	CI_PIN_LOCAL,	/* a part of this repository */
	CI_PIN_DIGEST,	/* a hash of the content */
	CI_PIN_VERSION, /* a whole version or tag, that its owner can move */
	CI_PIN_MOVING	/* a branch, latest, a major version, nothing */
};

/* Where a job gets a secret from and through what. */
enum ci_use { CI_USE_ENV, CI_USE_ARGUMENT, CI_USE_SCRIPT, CI_USE_REGISTRY, CI_USE_FILE, CI_USE_CONTEXT };

struct ci {
	const struct reader_input *in;
	struct fact_set *set;
	const char *system; /* "gitlab", "circleci", … */
	const char *reader;
	struct map *declared;  /* variables that the pipeline itself sets, each under whom it is set for; or NULL */
	struct arena *scratch; /* for what lives as long as the reading of one document; or NULL */
};

/* Facts, each under its parent. `name` may be empty. */
struct fact *ci_pipeline(const struct ci *c, struct slice name, struct span span);
struct fact *ci_job(const struct ci *c, struct fact *pipeline, struct slice name, struct span span);
/* `job` may be the pipeline for what all of it uses: an include, an orb, a shared library. */
struct fact *ci_step(const struct ci *c, struct fact *job, struct slice name, struct span span);

/* Who can start a pipeline or job; the trigger's name as the system has it. May be said several times: the least trusted counts. */
void ci_trigger(const struct ci *c, struct fact *f, const char *trigger, enum ci_trust trust, struct span span);
/* The environment that a job runs for. */
void ci_environment(const struct ci *c, struct fact *job, struct slice name, struct span span);
/* A third party's code in a step or job. `kind` is the system's word: "action", "orb", "pipe", "plugin", "image", "include". */
void ci_uses(const struct ci *c, struct fact *f, const char *kind, struct slice reference, enum ci_pin pin,
	bool third_party, struct span span);
enum ci_pin ci_image_pin(struct slice image); /* of a container image's reference */
/* Somebody else's image: of a namespace in a public registry. Those of a registry of one's own and Docker's official ones are not. */
bool ci_image_is_third_party(struct slice image);

/* The pin of a version behind an @ or #: 40 or 64 hex digits, a whole version (1.2.3, v1.2), or what moves. */
enum ci_pin ci_version_pin(struct slice version);

/* A secret of the system's store, by name, used by a pipeline, job or step. Returns its credential. */
struct fact *ci_secret(const struct ci *c, struct fact *user, struct slice name, enum ci_use use, struct span span);
/* The same under the name that the pipeline gives it, a variable or a setting: what it is used as. */
struct fact *ci_secret_as(const struct ci *c, struct fact *user, struct slice secret, struct slice name,
	enum ci_use use, struct span span);
/* An identity token that the system mints for the job: `audience` may be empty. */
struct fact *ci_id_token(const struct ci *c, struct fact *job, struct slice audience, struct span span);
/* A value written into the pipeline under a name that is a credential's; nothing when the value is a reference or the name is none. */
void ci_literal(const struct ci *c, struct fact *user, struct slice name, const struct node *value, const char *where);
/* Neither a reference nor what people write where a value will stand. */
bool ci_text_is_value(struct slice text);
/* True for names that credentials have: *_TOKEN, *_PASSWORD, AWS_SECRET_ACCESS_KEY, … */
bool ci_name_is_secret(struct slice name);

/* A variable that is set for a pipeline, job or step and all below it: its uses are no secrets of the store. `secret`: what it is set to is
 * one, so that a step that uses the variable uses a secret. */
void ci_declare(const struct ci *c, const struct fact *user, struct slice name, bool secret);

/* A step says each thing once. Where it says it again, that is a part of the step: this returns the step, or a new step below it when the
 * attribute was set at another place before. */
struct fact *ci_part(const struct ci *c, struct fact *step, const char *attribute, struct span span);

/* Reads a step's script: its traits, and the variables of it that are secrets by name. A sequence is its lines. `shell` false: text that
 * is none (a Groovy or PowerShell script): variables only. */
void ci_script(const struct ci *c, struct fact *step, const struct node *script, bool shell);
/* The same without its variables: where a script sees secrets only under names that the pipeline gives them. */
void ci_script_traits(const struct ci *c, struct fact *step, const struct node *script, bool shell);
/* The same of one text, and the commands that it was read into: in c->scratch, which the caller has set. Empty: it is no script of a shell. */
struct shell_script ci_script_commands(const struct ci *c, struct fact *step, const struct node *script, bool shell);

/* A program's arguments, one by one, no shell around them: build arguments with secrets. */
void ci_arguments(const struct ci *c, struct fact *step, const struct node *arguments);

/* Works out what the parts come to: what reaches a job from its pipeline, whether it deploys or publishes, what its secrets meet. Call once
 * per pipeline, when all of it has been said. */
void ci_finish(const struct ci *c, struct fact *pipeline);

/* What a value of a variable or parameter says: a secret of the store by reference, a literal, or neither (then the name is declared). */
void ci_variable(const struct ci *c, struct fact *user, struct slice name, const struct node *value, const char *where);
/* A mapping of variables, each as ci_variable(). */
void ci_variables(const struct ci *c, struct fact *user, const struct node *mapping, const char *where);
/* A file name or pattern that holds credentials: .env, *.pem, .npmrc, kubeconfig, … */
bool ci_path_holds_credentials(struct slice path);

/* Where bytes [from, to) of a scalar's text stand in the document; the scalar's own span when that can't be told. */
struct span ci_span_within(const struct reader_input *in, const struct node *scalar, uint64_t from, uint64_t to);

#endif
