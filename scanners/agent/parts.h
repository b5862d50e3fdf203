/* Inside of the readers of agents' files: lists of names, and what tools and agents are given. */
#ifndef NHISCAN_SCANNERS_AGENT_PARTS_H
#define NHISCAN_SCANNERS_AGENT_PARTS_H

#include "scanners/agent/agent.h"

/* More than so many of anything is not told one by one. */
#define AGENT_NAMES_MAX 40

struct agent_names {
	struct slice at[AGENT_NAMES_MAX];
	size_t n;
};

void agent_names_add(struct agent_names *names, struct slice name);
/* Sets a list attribute; nothing when the list is empty. */
void agent_names_set(const struct agent *a, struct fact *f, const char *attribute, const struct agent_names *names,
	struct span span);

/* Credentials in each; their names go to `names`. */
void agent_read_environment(const struct agent *a, struct fact *owner, const struct node *map, const char *place,
	struct agent_names *names);
void agent_read_address(const struct agent *a, struct fact *owner, const struct node *value, struct slice url,
	struct agent_names *names);
void agent_read_arguments(const struct agent *a, struct fact *owner, const struct node *const *nodes, size_t n,
	struct agent_names *names);

/* Sets where a server keeps what agents remember; and the same for a place that a framework names. `part` of it, or empty. */
void agent_read_memory(const struct agent *a, struct fact *f, const struct node *environment,
	const struct node *const *args, size_t n);
void agent_set_memory(const struct agent *a, struct fact *f, struct slice text, struct slice part, struct span span);

/* Sets what a known server brings. After its package and host are set. */
void agent_set_capabilities(const struct agent *a, struct fact *f);

/* Is `s` one of the `n` words? */
bool agent_is_one(struct slice s, const char *const *of, size_t n);

/* A tool that changes something, by the words of its name. */
bool agent_tool_changes(struct slice tool);

/* bedrock.c: AWS::Bedrock::Agent of a CloudFormation template. */
bool agent_read_bedrock_template(const struct agent *a, const struct node *root);

/* Begins at a person's folder. */
bool agent_is_home(struct slice path);

/* A map of servers by its shape: entries that name a command or an address. */
bool agent_is_server(const struct node *entry);

/* Evidence of policy as code, not sealed. */
struct fact *policy_fact(const struct agent *a, const char *engine, struct slice name, struct span span);
/* Server's or agent's configuration in HCL: the document's bytes. */
bool spire_read_text(const struct agent *a);
/* Sets selectors, lone_namespace, any_root and no_selectors of a registration entry. */
void spire_read_selectors(const struct agent *a, struct fact *f, const struct node *list);

#endif
