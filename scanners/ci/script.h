/* What a script of a pipeline does with identities: logs in to a cloud with a key, publishes, deploys, runs what it downloads, … Read from its
 * commands, not from patterns over its text; commands in comments, strings and here-documents do not count. */
#ifndef NHISCAN_SCANNERS_CI_SCRIPT_H
#define NHISCAN_SCANNERS_CI_SCRIPT_H

#include "scanners/ci/shell.h"

enum script_trait {
	SCRIPT_RUNS_DOWNLOADS,	  /* curl … | sh, bash <(curl …), npx -y x, pip install git+… without a pin */
	SCRIPT_DEPLOYS,		  /* detail: the tool */
	SCRIPT_PUBLISHES,	  /* detail: the registry */
	SCRIPT_TRACES,		  /* set -x, bash -x */
	SCRIPT_PASSWORD_ARGUMENT, /* docker login -p … */
	SCRIPT_STATIC_CLOUD,	  /* detail: aws, gcp, azure */
	SCRIPT_STATIC_SSH,	  /* ssh-add of a variable */
	SCRIPT_PERSONAL_LOGIN,	  /* gcloud auth login, gh auth token */
	SCRIPT_BUILD_SECRET,	  /* --build-arg TOKEN=…; detail: the name */
	SCRIPT_JOB_JWT,		  /* detail: the variable */
	SCRIPT_UNTRUSTED_TEXT,	  /* detail: the variable */
	SCRIPT_OTHER_PROJECT,	  /* the job's token on another project's URL */
	SCRIPT_LIFETIME,	  /* `number` seconds asked for */
	SCRIPT_IN_ADDRESS,	  /* a secret in a URL on a command line; detail: the variable */
	SCRIPT_TRAITS
};

struct script_mark {
	bool set;
	uint64_t start, end; /* bytes of the script */
	struct slice detail;
	double number;
};

#define SCRIPT_MORE_MAX 100

struct script_variable {
	struct slice name;
	uint64_t start, end;
};

/* A further mark of a kind that was there before. */
struct script_more {
	enum script_trait trait;
	struct script_mark mark;
};

struct script {
	struct script_mark traits[SCRIPT_TRAITS]; /* the first of each kind */
	const struct script_more *more;		  /* the others, in order; SCRIPT_MORE_MAX at most */
	size_t nmore;
	const struct script_variable *variables; /* used, in order, each name once */
	size_t nvariables;
	struct shell_script commands; /* none when it was read for variables only */
	bool cut;
};

/* `shell` false: only variables are looked for. Texts live in the arena or in `text`. */
void script_read(struct arena *a, struct slice text, bool shell, struct script *out);

#endif
