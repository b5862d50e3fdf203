/* What runs with a role: answers of lambda, ecs, ec2 and others, and items of AWS Config, which repeat those and the objects of IAM with small
 * first letters. */
#include "scanners/iam/aws/reading.h"

#include <stdlib.h>

/* Where each service says what it is and which role it has. Source: the API references of the services. */
static const struct carrier_shape {
	const char *service, *arn, *role, *sub; /* `sub`: member of `role` when that is an object */
} carriers[] = {
	{"lambda", "FunctionArn", "Role", NULL},
	{"ecs", "TaskDefinitionArn", "TaskRoleArn", NULL},
	{"ecs", "TaskDefinitionArn", "ExecutionRoleArn", NULL},
	{"ec2", "InstanceId", "IamInstanceProfile", "Arn"},
	{"codebuild", "Arn", "ServiceRole", NULL},
	{"sagemaker", "NotebookInstanceArn", "RoleArn", NULL},
	{"states", "StateMachineArn", "RoleArn", NULL},
	{"cloudformation", "StackId", "RoleARN", NULL},
	{"glue", "EndpointName", "RoleArn", NULL},
	{"eks", "AssociationArn", "RoleArn", NULL},
};

/* Both "RoleArn" and "roleArn": the APIs do not agree. */
static const struct node *member(const struct node *n, const char *name) {
	char small[32];
	const struct node *v = node_get(n, name);

	if (v || strlen(name) >= sizeof(small))
		return v;
	memcpy(small, name, strlen(name) + 1);
	small[0] = (char)(small[0] | 0x20);
	return node_get(n, small);
}

static void carrier_add(struct aws_reading *r, const char *service, struct slice arn, struct slice role,
	const struct node *n, struct slice pointer) {
	struct aws_estate *e = &r->inv->estate;
	struct aws_carrier c = {slice_str(service), aws_keep(r, arn), aws_keep(r, role), aws_place_of(r, n, pointer)};
	struct aws_reference ref;

	for (size_t i = 0; i < e->carriers.n; i++)
		if (slice_eq(e->carriers.at[i].arn, arn) && slice_eq(e->carriers.at[i].role, role))
			return;
	VEC_PUSH(&e->carriers, c);
	if (slice_find(role, slice_str(":role/")) < 0)
		return;
	ref = (struct aws_reference){
		slice_str(arena_printf(&e->arena, "%s %.*s", service, (int)arn.n, (const char *)arn.p)), c.place};
	VEC_PUSH(&aws_person_of(r->inv, role)->references, ref);
}

static bool read_carrier(struct aws_reading *r, const struct node *n, struct slice pointer) {
	bool any = false;

	for (size_t i = 0; i < sizeof(carriers) / sizeof(*carriers); i++) {
		const struct node *role = member(n, carriers[i].role);
		struct slice arn = node_text(member(n, carriers[i].arn));

		if (role && carriers[i].sub)
			role = member(role, carriers[i].sub);
		if (!arn.n || !node_is(role, NODE_STRING) || !role->text.n)
			continue;
		carrier_add(r, carriers[i].service, arn, role->text, n, pointer);
		any = true;
	}
	return any;
}

/* In place: the tree was read for us alone. */
static void capitalize(struct arena *a, const struct node *n) {
	for (size_t i = 0; i < n->n; i++) {
		if (n->kind == NODE_SEQUENCE)
			capitalize(a, n->items[i]);
		else if (n->kind == NODE_MAPPING) {
			struct node *key = (struct node *)n->members[i].key;

			key->text = arena_copy(a, key->text);
			if (key->text.n && key->text.p[0] >= 'a' && key->text.p[0] <= 'z')
				((uint8_t *)key->text.p)[0] -= 'a' - 'A';
			capitalize(a, n->members[i].value);
		}
	}
}

static bool read_item(struct aws_reading *r, const struct node *n, struct slice pointer) {
	const struct node *what = node_get(n, "configuration");
	struct slice type = aws_text(n, "resourceType"), account = aws_text(n, "awsAccountId");
	struct node_documents docs = {0};
	struct node_limits lim = node_limits_default();
	struct syntax_error err = {0};

	if (slice_find(type, slice_str("AWS::")) != 0)
		return false;
	if (!account.n)
		account = aws_text(n, "accountId");
	if (account.n == 12)
		r->account = aws_keep(r, account);
	if (node_is(what, NODE_STRING)) {
		const struct node *text = what;

		if (json_read(r->scratch, text->text, false, &lim, &docs, &err) < 0 || docs.n != 1) {
			aws_trouble(r, "export-damaged", true, n->span.line, "configuration of this item is no JSON");
			return true;
		}
		what = docs.roots[0];
		json_move(what, text->span);
	}
	if (!node_is(what, NODE_MAPPING))
		return true;
	capitalize(r->scratch, what);
	aws_read_node(r, what, aws_pointer(r->scratch, pointer, "configuration"), 20);
	if (slice_find(type, slice_str("AWS::IAM::")) == 0)
		r->inv->exports[AWS_EXPORT_DETAILS]++;
	return true;
}

const struct aws_shape aws_shapes_workload[] = {
	{"config-item", AWS_EXPORT_WORKLOADS, {"resourceType", "configuration"}, read_item},
	{"function", AWS_EXPORT_WORKLOADS, {"FunctionArn", "Role"}, read_carrier},
	{"task", AWS_EXPORT_WORKLOADS, {"taskDefinitionArn", "containerDefinitions"}, read_carrier},
	{"task", AWS_EXPORT_WORKLOADS, {"TaskDefinitionArn"}, read_carrier},
	{"instance", AWS_EXPORT_WORKLOADS, {"InstanceId", "IamInstanceProfile"}, read_carrier},
	{"project", AWS_EXPORT_WORKLOADS, {"arn", "serviceRole"}, read_carrier},
	{"project", AWS_EXPORT_WORKLOADS, {"Arn", "ServiceRole"}, read_carrier},
	{"notebook", AWS_EXPORT_WORKLOADS, {"NotebookInstanceArn", "RoleArn"}, read_carrier},
	{"state-machine", AWS_EXPORT_WORKLOADS, {"stateMachineArn", "roleArn"}, read_carrier},
	{"state-machine", AWS_EXPORT_WORKLOADS, {"StateMachineArn", "RoleArn"}, read_carrier},
	{"stack", AWS_EXPORT_WORKLOADS, {"StackId", "RoleARN"}, read_carrier},
	{"endpoint", AWS_EXPORT_WORKLOADS, {"EndpointName", "RoleArn"}, read_carrier},
	{"pod-identity", AWS_EXPORT_WORKLOADS, {"associationArn", "roleArn"}, read_carrier},
	{0},
};
