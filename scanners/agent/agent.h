/* What readers of agents' files share: one vocabulary of attributes (attributes.c), the clients and where they keep their files (client.c),
 * what is a reference and what a literal (reference.c, literal.c), and how a server is started (launcher.c). Readers say what stands
 * there; whether that is bad is for rules. Nothing named in a file is started or asked. */
#ifndef NHISCAN_SCANNERS_AGENT_AGENT_H
#define NHISCAN_SCANNERS_AGENT_AGENT_H

#include "scanners/reader.h"

extern const struct attribute agent_attributes[];
extern const struct attribute workload_attributes[];

/* A program that runs agents, and the forms in which it takes a value from elsewhere. */
struct agent_client {
	const char *name;
	bool lower_variables; /* $name in small letters is a variable, too */
	bool discovers_oauth; /* asks a remote server without credentials for OAuth by itself */
};

/* A file of a client, told by the end of its path. */
struct agent_file {
	const char *parent; /* folders right before the name, "a/b/", or NULL */
	const char *name;   /* "*.json": any of that kind */
	const char *client;
};

/* The row for `path`, NULL: none. The rows that name a folder go before those that do not. */
const struct agent_file *agent_file_of(const struct agent_file *rows, size_t n, struct slice path);
bool agent_path_ends(struct slice path, const char *parent, const char *name);
const struct agent_client *agent_client(const char *name);

/* What every fact of a file shares. */
struct agent {
	const struct reader_input *in;
	struct fact_set *set;
	const char *reader;
	const struct agent_client *client;
};

/* Facts with client, scope and example set. */
struct fact *agent_fact(const struct agent *a, enum fact_kind kind, struct slice name, struct span span);
/* What has not been said of `f` by now is known not to be so: false, or none. */
void agent_seal(const struct agent *a, struct fact *f);
/* "1h30m", "3600": seconds; -1 when it is no duration. */
double agent_seconds(struct slice text);
/* "managed", "user" or "project", by the path. */
const char *agent_scope(struct slice path);
/* In a folder or under a name for examples, documents, templates or tests. */
bool agent_path_is_example(struct slice path);

/* What a value is. */
enum agent_value {
	AGENT_NOTHING,	 /* empty, no text, or words for people to replace */
	AGENT_REFERENCE, /* taken from elsewhere */
	AGENT_LITERAL
};

struct agent_reading {
	enum agent_value is;
	bool is_default;     /* the literal stands for when the reference has no value: ${X:-literal} */
	struct slice text;   /* the literal, in the value */
	struct slice refers; /* name of the first variable, in the value */
};

/* `value` of a field that takes a credential. A scheme before it (Bearer, Basic, Token) is not part of it. */
struct agent_reading agent_read_value(const struct agent_client *c, struct slice value);

bool agent_name_is_credential(struct slice name);
bool agent_name_is_admin(struct slice name);
/* Can the text be a secret? No placeholder, no word for people. `password`: short and plain ones count. */
bool agent_text_is_secret(struct slice name, struct slice text);
/* A token of a person's account by its beginning or its name. */
bool agent_is_personal(struct slice name, struct slice text);

/* Span of `part`, which points into n's text, where the document shows it so; the whole of `n` otherwise. */
struct span agent_span_within(const struct agent *a, const struct node *n, struct slice part);

/* A credential of `owner` (a tool or an agent): a literal or a reference, at `place`; nothing when it is neither. Returns it or NULL. */
struct fact *agent_credential(const struct agent *a, struct fact *owner, const char *place, struct slice name,
	const struct node *value, struct slice text);

/* The servers of a document, under each key that may hold them. Returns how many. */
size_t agent_read_servers(const struct agent *a, struct fact *owner, const struct node *root);
/* One map (or list) of servers, which must have the shape of one. */
size_t agent_read_server_map(const struct agent *a, struct fact *owner, const struct node *map);

/* How a server is started. */
struct agent_launch {
	struct slice program; /* without folder and .exe, .cmd */
	struct slice package; /* what a launcher fetches: npm, PyPI or image name with version */
	const char *launcher; /* "npx", "uvx", "docker", …; NULL: none */
	const char *pin;      /* local, digest, version, moving, source; NULL when nothing is fetched */
	bool shell;	      /* a shell, or code in an argument */
	bool downloads;	      /* runs what it downloads */
	size_t package_at;    /* index in the arguments */
	size_t shell_at;
};

/* `args` without the program; all texts. */
struct agent_launch agent_launch(struct slice command, const struct slice *args, size_t n);

/* Splits at the version: @scope/name@1.2.3, name==1.2.3; *version is empty when there is none. */
struct slice agent_package_name(struct slice package, struct slice *version);
/* The advisory of a pinned package, or the known package that another looks like; NULL: none. */
const char *agent_advisory(struct slice package);
const char *agent_looks_like(struct slice package);

extern const struct reader agent_settings_reader;
extern const struct reader agent_text_reader;
extern const struct reader agent_framework_reader;
extern const struct reader bedrock_terraform_reader;
extern const struct reader agent_python_reader;
extern const struct reader agent_link_reader;
extern const struct reader agent_modes_reader;
extern const struct reader spire_reader;
extern const struct reader vault_reader;
extern const struct reader kubernetes_workload_reader;
extern const struct reader policy_reader;
extern const struct reader secret_file_reader;

#endif
