/* Inside of the readers of agents' files: what agents may do unasked. */
#ifndef NHISCAN_SCANNERS_AGENT_PERMISSION_H
#define NHISCAN_SCANNERS_AGENT_PERMISSION_H

#include "scanners/agent/parts.h"

enum agent_class {
	AGENT_CLASS_NONE, /* scoped, or nothing of weight */
	AGENT_CLASS_EVERYTHING,
	AGENT_CLASS_SHELL,
	AGENT_CLASS_CLOUD,
	AGENT_CLASS_INTERPRETER,
	AGENT_CLASS_WRITE,
	AGENT_CLASS_WEB,
	AGENT_CLASS_NETWORK, /* programs that fetch from and send to any address */
	AGENT_CLASS_COUNT
};

enum agent_class agent_class_of(struct slice entry);

/* One grant for each class that the list opens, at its first entry. */
void agent_read_grants(const struct agent *a, struct fact *owner, const struct node *allow, const struct node *deny);

/* A pattern of files that credentials are in: .env, ~/.aws/. */
bool agent_opens_credentials(struct slice pattern);

/* {allow, deny, ask} */
void agent_read_permissions(const struct agent *a, struct fact *owner, const struct node *permissions);

/* What a command of a hook does: runs what it downloads, or sends somewhere. */
bool agent_command_downloads(struct slice command);
bool agent_command_sends(struct slice command);

/* {Event: [{hooks: [{type, command, url}]}]}, of Claude Code, Codex and Cursor. */
void agent_read_hooks(const struct agent *a, struct fact *owner, const struct node *hooks);

/* Described as one that only looks: "review", "read-only", and no word of changing. */
bool agent_text_only_reads(struct slice text);

/* An address of the model or the login that a file of a project sets. */
void agent_read_endpoint(const struct agent *a, struct fact *owner, struct slice name, const struct node *value);

/* Settings of one client, when `root` has any: what is found hangs on `owner`. */
void claude_read_plugins(const struct agent *a, struct fact *owner, const struct node *root);
void claude_read_settings(const struct agent *a, struct fact *owner, const struct node *root);
void codex_read_settings(const struct agent *a, struct fact *owner, const struct node *root);
void gemini_read_settings(const struct agent *a, struct fact *owner, const struct node *root);
void vscode_read_settings(const struct agent *a, struct fact *owner, const struct node *root);
void cursor_read_settings(const struct agent *a, struct fact *owner, const struct node *root);
void opencode_read_settings(const struct agent *a, struct fact *owner, const struct node *root);
void goose_read_settings(const struct agent *a, struct fact *owner, const struct node *root);
void zed_read_settings(const struct agent *a, struct fact *owner, const struct node *root);
void tool_list_read_settings(const struct agent *a, struct fact *owner, const struct node *root);

#endif
