/* What the files of the privilege engine share. Internal to this folder. */
#ifndef NHISCAN_RULES_PRIVILEGE_PARTS_H
#define NHISCAN_RULES_PRIVILEGE_PARTS_H

#include "rules/privilege/actions.h"
#include "rules/privilege/condition.h"
#include "rules/privilege/privilege.h"

/* How a path of the catalogue works: what its target is and what must be true of it. */
enum how {
	ADD_TO_GROUP,	    /* a user puts itself into a group */
	WIDEN_GROUP,	    /* writes the policies of a group */
	WIDEN_ROLE,	    /* … of a role */
	WIDEN_USER,	    /* … of a user */
	WIDEN_POLICY,	    /* writes a customer-managed policy */
	DEFAULT_VERSION,    /* brings back another version of one */
	DROP_USER_BOUNDARY, /* takes its own boundary off */
	DROP_ROLE_BOUNDARY, /* takes it off a role that it can take on */
	CREATE_KEY,	    /* becomes a user */
	ROTATE_KEY,
	CREATE_LOGIN,
	UPDATE_LOGIN,
	SET_TRUST,	   /* becomes a role by writing its trust policy */
	ASSUME,		   /* becomes a role that trusts it */
	PASS,		   /* gives a role to something it makes */
	EXISTING,	   /* takes over something that carries a role */
	SSO,		   /* writes a permission set */
	DROP_OWN_BOUNDARY, /* a role takes its boundary off, or either puts a wide one in its place */
	SHED_DENIAL,	   /* takes away the policy that denies */
	MAKE_NEW,	   /* makes a principal that nothing holds back, and takes it on */
	COMBINED	   /* of two of the above: named when both lead to the same principal */
};

/* Actions that the catalogue names, as bits: the first filter before anything is evaluated. */
#define KEY_WORDS 4

struct key_action {
	const char *name;
	/* Of actions on things other than IAM's: patterns, P partition, A account. One call needs all that blanks part, and of what '|' parts one. */
	const char *resources;
};

struct stmt {
	const struct aws_statement *s;
	const struct action_set *actions;
	uint64_t keys[KEY_WORDS];
	uint32_t id;
	bool allow, variables;
	bool all_resources; /* Resource "*", or none */
	bool personal;	    /* hangs on who asks */
	bool one_of_a_kind; /* in a way that a single answer does not tell: variables */
	bool trivial;	    /* no condition */
	bool never;	    /* its conditions exclude each other */
	bool tags;	    /* its conditions ask for tags of principals */
	bool broad;	    /* all resources but for few: enough for sets of what is surely held */
};

struct stmts {
	const struct stmt **at;
	size_t n;
};

/* One level of service control policies: the root, a unit or the account. What any of its policies allows, it allows. */
struct guard {
	struct slice account;
	VEC(struct stmts) levels;
	VEC(const struct stmt *) resource_control; /* RCP denials over the resources of the account */
	uint32_t id;
	bool incomplete; /* a policy of it is not in the exports */
};

enum boundary { BOUNDARY_NONE, BOUNDARY_KNOWN, BOUNDARY_UNKNOWN };

/* A set of targets shared by all principals whose statements on the actions of a path are the same. */
struct edge_set {
	const struct privilege_path *path;
	bool widens;		  /* the targets are made administrators, not taken on */
	uint64_t *proved, *maybe; /* principals; `maybe` holds `proved` too */
	const char *needs;	  /* of those that are only in `maybe` */
	bool any, any_proved;
	const char *after;   /* what some of them need done first, a clause, or NULL */
	uint32_t round, met; /* of closure.c: in that round, the first target that reaches administrator */
};

/* An edge of one principal alone. */
struct pair {
	const struct privilege_path *path;
	uint32_t to;
	bool widens;
	enum answer certainty;
	const char *needs;
};

/* An account's principals by kind, as numbers of subjects. */
struct home {
	struct slice account;
	VEC(uint32_t) of[AWS_KIND_COUNT];
};

/* Who holds a managed policy, by itself or by a group. */
struct holders {
	VEC(uint32_t) who;
};

/* The actions of one service in the table. */
struct service {
	struct slice name;
	uint32_t from, to;
};

/* A principal made ready for evaluation. */
struct subject {
	struct aws_principal *p;
	const struct home *home;
	struct stmts own, fence; /* identity policies; permissions boundary */
	enum boundary boundary;
	const struct guard *guard; /* NULL: none holds for it */
	uint64_t *sure, *possible; /* actions on every resource proved; on any resource possible */
	uint64_t keys[KEY_WORDS];  /* of `possible` */
	enum answer admin,
		can_be_admin; /* can_be_admin: nothing that stays would hold it back once its policies are wide open */
	struct aws_texts missing;
	struct privilege_identity result;
	VEC(struct edge_set *) edges;
	VEC(struct pair) pairs;
	bool joining;	     /* a user as it would be in one group more */
	bool service_linked; /* of AWS itself: nobody can pass or take it on */
	VEC(struct privilege_step) steps;
};

struct privilege {
	struct aws_estate *estate;
	struct privilege_options options;
	struct actions actions;
	struct managed_table *managed;
	struct arena arena;
	struct map statements; /* content -> struct stmt * */
	struct map set_keys;   /* pointer of a set of actions -> its key actions as bits */
	struct map policies;   /* pointer of a document -> struct stmts * */
	struct map guards;     /* account -> struct guard * */
	struct map names;      /* account, kind and name -> struct aws_principal * */
	struct map homes;      /* account -> struct home * */
	struct map holders;    /* ARN of a policy -> struct holders * */
	VEC(struct service) services;
	struct map groups; /* account/name -> struct aws_principal * */
	struct map
		builtin; /* ARN of a managed policy not in the exports -> const struct aws_policy *, from the table */
	struct map resource_rules; /* ARN -> struct stmts * */
	struct map edge_sets;
	struct map account_trusts; /* account -> what assume.c knows of it */
	uint32_t nstatements;
	struct subject *subjects; /* by principal's index; groups too */
	size_t n;
	size_t words;	   /* of sets of actions */
	size_t node_words; /* of sets of principals */
	uint64_t *writing; /* actions that write or manage permissions */
	size_t nwriting;
	uint64_t *permissions; /* IAM's own permission management */
	size_t npermissions;
	VEC(struct privilege_trust) trusts;
	VEC(struct privilege_cut) cuts;
	/* Working space. */
	uint64_t *scratch, *empty; /* sets of principals: two to fill, one that stays empty */
	uint32_t *queue;	   /* of principals, of walks from one on */
	uint64_t *sets;		   /* six sets of actions, for one subject at a time */
	uint8_t *key_by_action;	   /* of each action of the table: its key, or KEY_OF_NONE */
	struct buf text;
	uint32_t key_action[KEY_WORDS * 64]; /* key -> index in the table */
	struct path_keys *path_keys;
	struct map meetings;	/* two patterns -> where they meet */
	struct map key_answers; /* statements on a key action -> its answer, see edges.c */
	uint32_t round;
	struct map passing;	     /* statements on iam:PassRole and a service -> roles that can be passed to it */
	struct map trusting;	     /* account and service -> roles that trust it */
	bool asks_for_tags;	     /* some condition asks for tags of principals */
	bool tagged;		     /* an answer since this was cleared rests on a tag that is set first */
	struct map account_policies; /* of attach.c: account -> its managed policies */
	bool account_policies_known;
	size_t budget; /* of walks from one principal on, in words */
	struct privilege_limits limits;
	uint64_t *reach_yes, *reach_maybe; /* principals that reach administrator */
};

/* The actions of a path as keys. */
#define PATH_ACTIONS_MAX 8
struct path_keys {
	uint64_t mask[KEY_WORDS];
	uint64_t decides[KEY_WORDS]; /* and others whose statements decide about its targets */
	uint8_t key[PATH_ACTIONS_MAX];
	size_t n;
};

/* Some roles, each with how surely. */
struct some {
	VEC(uint32_t) who;
	VEC(uint8_t) sure;
};

extern const struct key_action key_actions[];
extern const size_t nkey_actions;
#define KEY_NONE    SIZE_MAX
#define KEY_OF_NONE 0xff
size_t key_index(const char *action);
static inline bool key_has(const uint64_t *keys, size_t k) {
	return keys[k / 64] >> (k % 64) & 1;
}

/* statement.c: documents into statements, each content once. */
const struct stmts *policy_stmts(struct privilege *p, const struct aws_policy *policy);
void learn_policy(struct privilege *p, const struct aws_policy *policy);
/* The document of a managed policy, from the exports or the table; NULL when nobody knows it. */
const struct aws_policy *managed_document(struct privilege *p, struct slice arn);

/* subject.c */
void subjects_make(struct privilege *p);
/* The subject as it would be with other identity policies, or without its boundary; its sets and `admin` are worked out. To be freed. */
void subject_variant(
	struct privilege *p, const struct subject *of, const struct stmts *own, bool no_boundary, struct subject *out);
/* result.c: what is told of the sets of a subject; they are not needed afterwards, but for `possible`. */
void subject_tell(struct privilege *p, struct subject *s);
void homes_free(struct privilege *p);
void services_make(struct privilege *p);
size_t bits_common(const uint64_t *a, const uint64_t *b, size_t words);
/* The group of a user by its name; NULL when it is not in the exports. */
struct aws_principal *group_of(const struct privilege *p, const struct aws_principal *user, struct slice name);
/* By its name, which is unique for one kind in an account. */
const struct aws_principal *principal_named(const struct privilege *p, struct slice account, enum aws_kind kind,
	struct slice name, char *space, size_t cap);
void subject_free(struct subject *s);
void subject_judge(struct privilege *p, struct subject *s);
/* `b` holds something that `a` does not. */
bool subject_has_more(const struct privilege *p, const struct subject *b, const struct subject *a);

/* guard.c */
const struct guard *guard_of(struct privilege *p, struct slice account);

/* evaluate.c: the decision for one request. `r` has its resource, target and the like; who, account and action are filled here. */
enum answer evaluate(struct privilege *p, const struct subject *s, uint32_t action, struct request *r);
/* What identity policies, boundary and guardrails say of `action`: is it denied, do they allow it? */
struct verdict {
	enum answer denied, allowed, fenced; /* fenced: what boundary and guardrails leave */
};
struct verdict weigh(struct privilege *p, const struct subject *s, uint32_t action, struct request *r);
/* On some resource that fits `pattern`. */
enum answer evaluate_some(struct privilege *p, const struct subject *s, uint32_t action, struct slice pattern);
/* Several actions on one and the same resource that fits `pattern`; `ask` says what else holds of each request, and whether the resource will do. */
typedef enum answer (*resource_answer)(
	struct privilege *p, const struct subject *s, struct slice resource, const void *x);
enum answer evaluate_together(struct privilege *p, const struct subject *s, const uint32_t *actions, size_t n,
	struct slice pattern, resource_answer ask, const void *x);
/* An action on an IAM principal. Whoever attaches policies picks one that makes an administrator. */
enum answer act_on(
	struct privilege *p, const struct subject *s, const char *action, const struct aws_principal *target);
enum answer act_by(struct privilege *p, const struct subject *s, size_t key, const struct aws_principal *target);
/* attach.c: the best that attaching a policy to `target` may give, when it is one that makes an administrator. */
enum answer attach_any(struct privilege *p, const struct subject *s, size_t key, const struct aws_principal *target);
/* … to itself, when only some policies may be attached: is one among them that makes an administrator, with what it holds, or just more? */
struct attached {
	enum answer admin, more;
};
struct attached attach_to_itself(struct privilege *p, const struct subject *s, size_t key);
void account_policies_free(struct privilege *p);
/* "arn:P:lambda:*:A:function:*" with the partition and account of the subject. */
struct slice fill_in(const struct subject *s, struct slice template, struct buf *out);
/* A key action on the resources it is for. */
enum answer evaluate_key(struct privilege *p, const struct subject *s, size_t key);
/* … of several key actions that are asked on the same pattern of things, on one of them. */
enum answer evaluate_keys(struct privilege *p, const struct subject *s, const size_t *keys, size_t n);
enum answer statements_say(
	const struct stmts *list, uint32_t action, const struct request *r, bool allow, bool *chosen);
enum answer conditions_of(const struct stmt *st, const struct request *r, bool *chosen);
void request_on(const struct privilege *p, const struct aws_principal *target, struct request *r);

/* Is the principal one of those that the statement is for? `direct`: it is named itself, or anybody. */
enum answer who_is(const struct aws_statement *s, const struct aws_principal *p, bool *direct);

#define AFTER_TAG "setting a tag that it asks for"
/* tags.c: lets conditions of the request count on tags that `s` may set first. */
void let_tag(struct privilege *p, const struct subject *s, struct request *r);
bool may_tag_itself(const struct privilege *p, const struct subject *s);
/* The actions on tags, among those that decide about principals. */
void add_tag_keys(uint64_t *keys);

/* trust.c: may `who` take on the role, by its trust policy alone? */
struct trusted {
	enum answer direct;    /* named itself: in its own account no policy of its own is needed */
	enum answer delegated; /* its account is named: its own policies must allow it too */
	bool denied;
};
struct trusted trust_of(struct privilege *p, const struct aws_principal *role, const struct aws_principal *who);
bool trust_is_personal(const struct aws_principal *role);
/* Roles of an account that trust one service, worked out once. */
const struct some *roles_trusting(struct privilege *p, const struct home *home, struct slice service);
void somes_free(struct map *m);
bool next_service(const char **list, struct slice partition, char *out, size_t cap);
void trusts_make(struct privilege *p);

/* oidc.c: what the conditions of a trust policy ask of one claim. */
struct asked {
	bool any, positive;
	bool absent_passes; /* ForAllValues: and …IfExists hold for a token without the claim */
	bool literal_star;  /* StringEquals with a star: it stands for itself */
	VEC(struct slice) patterns;
};
/* The claim `claim` of the issuer `host`: condition keys "host:claim". VEC_FREE its patterns. */
void ask_claim(
	struct arena *arena, const struct aws_statement *s, struct slice host, const char *claim, struct asked *a);
void weak_trust(struct privilege_trust *t, enum answer open, const char *text);
/* federation.c: SAML and certificates. */
void saml_judge(struct privilege *p, struct privilege_trust *t);
bool is_roles_anywhere(const struct privilege_trust *t);
void anywhere_judge(struct privilege *p, struct privilege_trust *t);

/* share.c: all that decides about the actions in `keys` on given targets, as bytes. */
void signature(const struct privilege *p, const struct subject *s, const uint64_t *keys, struct buf *key);
/* Sets of targets of every path that `s` is near, and its own steps. */
void follow_paths(struct privilege *p, struct subject *s);
/* edges.c */
enum aws_kind kind_wanted(enum how how);
void fill_principal(struct privilege *p, const struct subject *s, struct edge_set *e, uint32_t i);
void edges_fill(struct privilege *p, const struct subject *s, struct edge_set *e);
void edges_make(struct privilege *p);
/* Actions of the path other than passing the role, on what they are for. */
enum answer path_others(struct privilege *p, const struct subject *s, const struct privilege_path *path);
/* An action on a customer-managed policy; NO for those of AWS. */
enum answer on_policy(struct privilege *p, const struct subject *s, const char *action, const struct aws_managed *m);
/* assume.c */
void fill_assumed(struct privilege *p, const struct subject *s, struct edge_set *e);
void trust_pairs(struct privilege *p);
enum answer when_named(struct privilege *p, const struct subject *s, const struct subject *role);
void account_trusts_free(struct privilege *p);
/* own.c */
void own_steps(struct privilege *p, struct subject *s, const struct privilege_path *path);
void own_step(struct subject *s, const struct privilege_path *path, enum answer a, const char *needs);
/* The statements of two lists, one after the other. */
struct stmts stmts_joined(struct privilege *p, const struct stmts *a, const struct stmts *b);
/* What a user can do once it has joined a group. */
void join_groups(struct privilege *p, struct subject *s);
/* shed.c */
void shed_boundary(struct privilege *p, struct subject *s, const struct privilege_path *path);
void shed_denial(struct privilege *p, struct subject *s, const struct privilege_path *path);
void make_new(struct privilege *p, struct subject *s, const struct privilege_path *path);
/* closure.c, steps.c */
void closure_make(struct privilege *p);
void steps_make(struct privilege *p);
/* Roles that lose their boundary: before closure_make(), since it makes steps to administrator. */
void steps_unbind(struct privilege *p);
/* cuts.c is asked through privilege_cuts(). */

static inline enum answer answer_min(enum answer a, enum answer b) {
	return a < b ? a : b;
}
static inline enum answer answer_max(enum answer a, enum answer b) {
	return a > b ? a : b;
}

#endif
