/* Agents of Amazon Bedrock as code declares them: AWS::Bedrock::Agent of CloudFormation, aws_bedrockagent_agent of Terraform, each with the role that it
 * runs as when the same document declares that too. Only what the role's policies say in plain words is looked at; what an account really grants,
 * exports tell (rules/privilege). */
#include "scanners/agent/permission.h"

#define NOWHERE ((struct span){0})

/* What a role of an agent must not have on everything. */
static const struct {
	const char *action;
	bool anywhere; /* told whatever its resource is */
} broad[] = {{"*", true}, {"bedrock:*", true}, {"iam:*", true}, {"lambda:*", false}, {"lambda:InvokeFunction", false},
	{"iam:PassRole", false}, {"sts:AssumeRole", false}, {"secretsmanager:GetSecretValue", false}};

static const struct node *either(const struct node *n, const char *one, const char *other) {
	const struct node *v = node_get(n, one);

	return v ? v : node_get(n, other);
}

static bool holds_text(const struct node *list, const char *text) {
	for (size_t i = 0; i < node_many(list); i++)
		if (node_text_is(node_many_item(list, i), text))
			return true;
	return false;
}

/* Statements as IAM writes them, and as the blocks of aws_iam_policy_document do. */
static void take_statements(
	const struct agent *a, const struct node *statements, struct agent_names *may, struct span *at) {
	for (size_t i = 0; i < node_many(statements); i++) {
		const struct node *s = node_many_item(statements, i), *actions = either(s, "Action", "actions");
		const struct node *resources = either(s, "Resource", "resources"),
				  *effect = either(s, "Effect", "effect");
		bool everything = holds_text(resources, "*");

		if (node_text_is(effect, "Deny"))
			continue;
		for (size_t k = 0; k < sizeof(broad) / sizeof(*broad); k++) {
			if (!holds_text(actions, broad[k].action) || (!broad[k].anywhere && !everything))
				continue;
			if (!may->n)
				*at = actions->span;
			agent_names_add(may, slice_str(arena_printf(&a->set->arena, "%s%s", broad[k].action,
						     everything ? " on everything" : "")));
		}
	}
}

/* Does a condition pin down for which account or agent the service asks? */
static bool asks_for_source(const struct node *n, unsigned depth) {
	static const char *const keys[] = {"aws:SourceAccount", "aws:SourceArn", "aws:SourceOrgID"};

	for (size_t i = 0; depth < 8 && node_is(n, NODE_MAPPING) && i < n->n; i++) {
		for (size_t k = 0; k < 3; k++)
			if (slice_eq_nocase(n->members[i].key->text, slice_str(keys[k])) ||
				(slice_eq(n->members[i].key->text, slice_str("variable")) &&
					slice_eq_nocase(node_text(n->members[i].value), slice_str(keys[k]))))
				return true;
		if (asks_for_source(n->members[i].value, depth + 1))
			return true;
	}
	for (size_t i = 0; depth < 8 && node_is(n, NODE_SEQUENCE) && i < n->n; i++)
		if (asks_for_source(n->items[i], depth + 1))
			return true;
	return false;
}

static bool trusts_bedrock(const struct node *s) {
	const struct node *who = either(s, "Principal", "principals");

	if (holds_text(node_get(who, "Service"), "bedrock.amazonaws.com"))
		return true;
	for (size_t i = 0; i < node_many(who); i++)
		if (holds_text(node_get(node_many_item(who, i), "identifiers"), "bedrock.amazonaws.com"))
			return true;
	return false;
}

/* The service takes the role on for whoever's agent names it. */
static void take_trust(const struct agent *a, struct fact *f, const struct node *statements) {
	for (size_t i = 0; i < node_many(statements); i++) {
		const struct node *s = node_many_item(statements, i);

		if (trusts_bedrock(s))
			fact_set_bool(a->set, f, "role_for_anyone",
				!asks_for_source(either(s, "Condition", "condition"), 0), s->span);
	}
}

/* The resource that Ref, Fn::GetAtt or Fn::Sub names; empty: none of this template. */
static struct slice template_name(const struct node *n) {
	const struct node *arg = n;
	struct slice s;
	size_t to;

	if (node_is(n, NODE_MAPPING) && n->n == 1)
		arg = n->members[0].value;
	s = node_text(node_is(arg, NODE_SEQUENCE) ? node_item(arg, 0) : arg);
	if (slice_has_prefix(s, "${"))
		s = slice_sub(s, 2, s.n);
	for (to = 0; to < s.n && s.p[to] != '.' && s.p[to] != '}';)
		to++;
	return slice_sub(s, 0, to);
}

static const struct node *resource_of(const struct node *root, struct slice name) {
	const struct node *resources = node_get(root, "Resources");

	for (size_t i = 0; name.n && node_is(resources, NODE_MAPPING) && i < resources->n; i++)
		if (slice_eq(resources->members[i].key->text, name))
			return resources->members[i].value;
	return NULL;
}

static void take_managed(const struct node *list, struct agent_names *may, struct span *at) {
	static const char *const wide[] = {
		"AdministratorAccess", "PowerUserAccess", "IAMFullAccess", "AmazonBedrockFullAccess"};

	for (size_t i = 0; i < node_many(list); i++)
		for (size_t k = 0; k < sizeof(wide) / sizeof(*wide); k++)
			if (slice_has_suffix(node_text(node_many_item(list, i)), wide[k])) {
				if (!may->n)
					*at = node_many_item(list, i)->span;
				agent_names_add(may, slice_str(wide[k]));
			}
}

static void take_template_role(const struct agent *a, struct fact *f, const struct node *root, const struct node *arn) {
	const struct slice name = template_name(arn);
	const struct node *role = resource_of(root, name), *resources = node_get(root, "Resources"), *policies;
	struct agent_names may = {0};
	struct span at = {0};

	if (!role || !node_text_is(node_get(role, "Type"), "AWS::IAM::Role"))
		return;
	policies = node_at(role, "Properties.Policies");
	for (size_t i = 0; i < node_many(policies); i++)
		take_statements(a, node_at(node_many_item(policies, i), "PolicyDocument.Statement"), &may, &at);
	take_managed(node_at(role, "Properties.ManagedPolicyArns"), &may, &at);
	for (size_t i = 0; i < resources->n; i++) { /* policies that say whose they are */
		const struct node *p = resources->members[i].value, *roles = node_at(p, "Properties.Roles");

		if (!slice_has_prefix(node_text(node_get(p, "Type")), "AWS::IAM::"))
			continue;
		for (size_t k = 0; node_is(roles, NODE_SEQUENCE) && k < roles->n; k++)
			if (slice_eq(template_name(roles->items[k]), name))
				take_statements(a, node_at(p, "Properties.PolicyDocument.Statement"), &may, &at);
	}
	take_trust(a, f, node_at(role, "Properties.AssumeRolePolicyDocument.Statement"));
	agent_names_set(a, f, "role_may", &may, at);
}

/* Functions of an action group that change something by their names and are run without asking: RequireConfirmation is DISABLED unless said otherwise
 * (CloudFormation, AWS::Bedrock::Agent Function). */
static void unconfirmed(const struct node *group, struct agent_names *names, struct span *first) {
	const struct node *functions = node_at(group, "FunctionSchema.Functions");

	for (size_t i = 0; node_is(functions, NODE_SEQUENCE) && i < functions->n; i++) {
		const struct node *name = node_get(functions->items[i], "Name");

		if (!node_is(name, NODE_STRING) || !agent_tool_changes(name->text) ||
			node_text_is(node_get(functions->items[i], "RequireConfirmation"), "ENABLED"))
			continue;
		if (!names->n)
			*first = name->span;
		agent_names_add(names, name->text);
	}
}

/* AWS::Bedrock::Agent of a CloudFormation template. */
bool agent_read_bedrock_template(const struct agent *a, const struct node *root) {
	const struct node *resources = node_get(root, "Resources");
	bool any = false;

	for (size_t i = 0; node_is(resources, NODE_MAPPING) && i < resources->n; i++) {
		const struct node *v = resources->members[i].value, *groups = node_at(v, "Properties.ActionGroups");
		struct agent_names asks_nobody = {0};
		struct span where = {0};
		struct fact *f;

		if (!node_text_is(node_get(v, "Type"), "AWS::Bedrock::Agent"))
			continue;
		any = true;
		f = agent_fact(a, FACT_AGENT, resources->members[i].key->text, resources->members[i].key->span);
		fact_set_text(a->set, f, "kind", slice_str("framework"), NOWHERE);
		take_template_role(a, f, root, node_at(v, "Properties.AgentResourceRoleArn"));
		fact_set_bool(a->set, f, "authenticated", true, f->span);
		if (!node_at(v, "Properties.GuardrailConfiguration"))
			fact_set_bool(a->set, f, "no_guardrail", true, f->span);
		for (size_t k = 0; node_is(groups, NODE_SEQUENCE) && k < groups->n; k++) {
			if (node_text_is(
				    node_get(groups->items[k], "ParentActionGroupSignature"), "AMAZON.CodeInterpreter"))
				fact_set_text(a->set, f, "runs_code", slice_str("AMAZON.CodeInterpreter"),
					groups->items[k]->span);
			unconfirmed(groups->items[k], &asks_nobody, &where);
		}
		agent_names_set(a, f, "unconfirmed", &asks_nobody, where);
		agent_seal(a, f);
	}
	return any;
}

/* --- Terraform --- */

/* "aws_iam_role.NAME.arn" names NAME of that type. */
static struct slice reference_to(const struct node *n, const char *type) {
	struct slice s = slice_trim(node_text(n));
	size_t to = 0;

	if (slice_has_prefix(s, "${"))
		s = slice_trim(slice_sub(s, 2, s.n));
	if (slice_has_prefix(s, "data."))
		s = slice_sub(s, 5, s.n);
	if (!slice_has_prefix(s, type) || s.n <= strlen(type) || s.p[strlen(type)] != '.')
		return slice_of(NULL, 0);
	s = slice_sub(s, strlen(type) + 1, s.n);
	while (to < s.n && s.p[to] != '.' && s.p[to] != '[' && s.p[to] != '}')
		to++;
	return slice_sub(s, 0, to);
}

/* A block `word "type" "label"` of the document. */
struct block {
	struct slice label;
	const struct node *body;
};
#define BLOCKS_MAX 256

static size_t blocks_of(const struct node *root, const char *word, const char *type, struct block *out) {
	size_t n = 0;

	for (size_t i = 0; i < root->n; i++) {
		if (!slice_eq(root->members[i].key->text, slice_str(word)))
			continue;
		for (size_t k = 0; k < node_many(root->members[i].value); k++) {
			const struct node *of = node_get(node_many_item(root->members[i].value, k), type);

			for (size_t m = 0; node_is(of, NODE_MAPPING) && m < of->n && n < BLOCKS_MAX; m++)
				out[n++] = (struct block){
					of->members[m].key->text, node_many_item(of->members[m].value, 0)};
		}
	}
	return n;
}

/* The statements of jsonencode({…}), or of the aws_iam_policy_document that is named. */
static const struct node *statements_of(const struct node *root, const struct node *policy) {
	const struct slice name = reference_to(policy, "aws_iam_policy_document");
	struct block documents[BLOCKS_MAX];
	size_t n;

	if (node_is(policy, NODE_MAPPING))
		return node_get(policy, "Statement");
	if (!name.n)
		return NULL;
	n = blocks_of(root, "data", "aws_iam_policy_document", documents);
	for (size_t i = 0; i < n; i++)
		if (slice_eq(documents[i].label, name))
			return node_get(documents[i].body, "statement");
	return NULL;
}

static void take_terraform_role(const struct agent *a, struct fact *f, const struct node *root, struct slice name) {
	struct block blocks[BLOCKS_MAX];
	struct agent_names may = {0};
	struct span at = {0};
	size_t n = blocks_of(root, "resource", "aws_iam_role", blocks);

	for (size_t i = 0; i < n; i++)
		if (slice_eq(blocks[i].label, name))
			take_trust(a, f, statements_of(root, node_get(blocks[i].body, "assume_role_policy")));
	n = blocks_of(root, "resource", "aws_iam_role_policy", blocks);
	for (size_t i = 0; i < n; i++)
		if (slice_eq(reference_to(node_get(blocks[i].body, "role"), "aws_iam_role"), name))
			take_statements(a, statements_of(root, node_get(blocks[i].body, "policy")), &may, &at);
	n = blocks_of(root, "resource", "aws_iam_role_policy_attachment", blocks);
	for (size_t i = 0; i < n; i++)
		if (slice_eq(reference_to(node_get(blocks[i].body, "role"), "aws_iam_role"), name))
			take_managed(node_get(blocks[i].body, "policy_arn"), &may, &at);
	agent_names_set(a, f, "role_may", &may, at);
}

static void take_terraform(const struct agent *a, const struct node *root) {
	struct block agents[BLOCKS_MAX];
	const size_t n = blocks_of(root, "resource", "aws_bedrockagent_agent", agents);

	for (size_t i = 0; i < n; i++) {
		const struct node *body = agents[i].body, *arn = node_get(body, "agent_resource_role_arn");
		struct fact *f;

		if (!node_is(body, NODE_MAPPING))
			continue;
		f = agent_fact(a, FACT_AGENT, agents[i].label, body->span);
		fact_set_text(a->set, f, "kind", slice_str("framework"), NOWHERE);
		fact_set_bool(a->set, f, "authenticated", true, f->span);
		if (!node_get(body, "guardrail_configuration"))
			fact_set_bool(a->set, f, "no_guardrail", true, f->span);
		take_terraform_role(a, f, root, reference_to(arn, "aws_iam_role"));
		agent_seal(a, f);
	}
}

static bool wants(struct slice path) {
	return slice_has_suffix(path, ".tf") || slice_has_suffix(path, ".tf.json") || slice_has_suffix(path, ".tofu");
}

/* Takes a part of the document, and leaves it to the readers behind. */
static bool read(const struct reader_input *in, struct fact_set *set) {
	const struct agent a = {in, set, "agent-framework", agent_client("bedrock")};
	const struct node_limits lim = node_limits_default();
	struct node_documents docs = {0};
	struct syntax_error err = {0};
	struct arena arena = {0};

	if (slice_find(in->doc->bytes, slice_str("aws_bedrockagent_agent")) < 0)
		return false;
	if (in->tree)
		docs = *in->tree;
	else if (hcl_read(&arena, in->doc->bytes, &lim, &docs, &err) != 0)
		reader_note_unread(in->doc, in->coverage, &err);
	if (docs.n && node_is(docs.roots[0], NODE_MAPPING))
		take_terraform(&a, docs.roots[0]);
	arena_free(&arena);
	return false;
}

const struct reader bedrock_terraform_reader = {"bedrock-terraform", wants, read};
