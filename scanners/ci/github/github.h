/* GitHub Actions, and Gitea's and Forgejo's, which are written alike: workflows, actions, Dependabot. Inside of the folder; the reader is
 * github_reader. */
#ifndef NHISCAN_SCANNERS_CI_GITHUB_GITHUB_H
#define NHISCAN_SCANNERS_CI_GITHUB_GITHUB_H

#include "scanners/ci/ci.h"
#include "scanners/ci/expression.h"

extern const struct reader github_reader;
extern const struct attribute github_attributes[];

#define GITHUB_PARSED 64

/* One document under way. */
struct github {
	struct ci ci;
	struct arena *arena; /* for expressions and lists, freed with the document */
	struct fact *pipeline;
	const struct node *env[3];    /* of the workflow, the job, the step: where `env.X` leads */
	const struct node *defaults;  /* of the workflow */
	const struct node *inputs[2]; /* that one who starts it by hand and one who calls it may give; NULL: none */
	bool in_action;		      /* a composite action: what calls it decides about trust */
	bool runs_strangers;	      /* and a step that may have run them */
	bool holds_strangers; /* the job has fetched files of a stranger's: their code, an artifact of another run */
	bool fixed_branches;  /* `workflow_run` names the branches it waits for: their names are nobody's choice */
	/* Expressions of texts asked about before: a script and the variables around it are looked at by one question after the other. */
	struct github_parsed {
		struct slice text;
		const struct embedded *all;
		size_t n;
	} parsed[GITHUB_PARSED];
};

/* expressions_find(), remembered for the document. `text` must stay as long as that. */
size_t github_expressions(struct github *g, struct slice text, const struct embedded **out);

/* trust.c: who can start a run with an event, and whether an `if` lets them in. */
struct github_event {
	const char *name;
	enum ci_trust trust;
};
/* The event's trust; `types` of the event narrow it: what only collaborators can cause is trusted less or more. */
enum ci_trust github_event_trust(struct slice event, const struct node *types);
/* May a run that `event` starts get past `condition` (NULL: none)? `stranger`: started by somebody without any right to the repository;
 * otherwise by one who may push branches. */
bool github_lets_in(const struct expression *condition, struct slice event, bool stranger);
/* The condition of an `if`, in braces or bare; NULL when there is none or it is not understood. */
const struct expression *github_condition(struct arena *a, const struct node *node);
/* Is an `if` a text around an expression, which is never empty and so always true? */
bool github_is_void_condition(struct arena *a, const struct node *node);
/* The part of a condition that trusts a bot's name, or NULL: `github.actor == 'dependabot[bot]'`. */
const struct expression *github_bot_gate(const struct expression *condition);
/* Is the condition, when it lets somebody in, a test of who they are? (author_association, a list of names, a label, a permission) */
bool github_is_guard(const struct expression *condition);
/* Does a path (github.event.issue.title) hold what a stranger wrote? */
bool github_is_untrusted_path(struct slice path);
/* … and does checking it out bring a stranger's code? */
bool github_is_untrusted_ref(struct slice path);

/* secrets.c: what a text hands to whoever reads it. */
void github_take_secrets(struct github *g, struct fact *user, const struct node *text, enum ci_use use);
/* A mapping of variables or inputs. `where` names it for literals. */
void github_take_values(
	struct github *g, struct fact *user, const struct node *mapping, enum ci_use use, const char *where);
/* The first part of a text that a stranger wrote: its path; empty when there is none. *span is the expression's. */
struct slice github_untrusted_part(struct github *g, const struct node *text, bool ref, struct span *span);

/* permissions.c */
void github_take_permissions(
	struct github *g, struct fact *job, const struct node *of_workflow, const struct node *of_job);

/* needs.c: what a job's token may write to and none of its steps does. When all of the pipeline has been read. */
void github_find_unused(struct github *g);

/* workflow.c: a bound that was hit, which makes the scan incomplete. */
void github_note_limit(struct github *g, const char *what);

/* steps.c */
void github_take_steps(struct github *g, struct fact *job, const struct node *steps, const struct node *job_node);
/* "owner/name/path@ref": the repository "owner/name" and the ref. */
struct slice github_repository_of(struct slice uses, struct slice *ref);
/* A `uses` of a step or job. */
void github_take_uses(struct github *g, struct fact *step, const struct node *uses, const char *kind);

/* scripts.c: a `run`, and what actions evaluate of their inputs. `job` is NULL in an action. */
void github_take_run(struct github *g, struct fact *step, const struct node *node, const struct node *job);
void github_take_evaluated(
	struct github *g, struct fact *step, struct slice repository, const struct node *job, const struct node *with);

/* caches.c: whether an action brings back what other runs stored. */
void github_know_cache(struct github *g, struct fact *step, struct slice uses, const struct node *with);

/* sums.c: what the steps of a file come to for the file as a whole. When all of it has been read. */
void github_sum_up(struct github *g, const struct node *on);

/* agents.c: the agent that a step runs, and where what the agents of a job say goes in the steps behind them. */
void github_take_agent(struct github *g, struct fact *job, struct fact *step, const struct node *node);
void github_follow_agents(struct github *g, const struct fact *job, const struct node *steps);

/* actions.c: what well-known actions do with identities. */
void github_know_action(
	struct github *g, struct fact *step, struct slice repository, const struct node *with, struct slice ref);

/* workflow.c, action.c, dependabot.c: each says whether the document is its own. */
bool github_read_workflow(struct github *g, const struct node *root);
bool github_read_action(struct github *g, const struct node *root);
bool github_read_dependabot(struct github *g, const struct node *root);

#endif
