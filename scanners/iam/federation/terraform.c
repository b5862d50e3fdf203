/* Terraform: roles of AWS with the policies that say who may take them on, Google's pool providers and those bound to them, Entra's federated
 * credentials. Names: registry pages of the providers hashicorp/aws, google, azuread, azurerm. Variables and locals are followed within one file;
 * what remains stands as ${…} in its text. Whole states and plans are read in scanners/iam/aws/terraform.c. */
#include "scanners/iam/federation/terraform.h"

#include "core/text.h"

#include <stdlib.h>

typedef void resource_visit(struct terraform *t, struct slice label, const struct node *body);

/* A block may stand once or, in JSON, as a list. */
static void each_body(struct terraform *t, const struct node_member *m, resource_visit *visit) {
	for (size_t i = 0; i < node_many(m->value); i++) {
		const struct node *body = node_many_item(m->value, i);

		if (node_is(body, NODE_MAPPING))
			visit(t, m->key->text, body);
	}
}

/* All blocks of one type below `resource` or the like. */
static void each_of_type(struct terraform *t, const struct node *types, const char *type, resource_visit *visit) {
	for (size_t i = 0; node_is(types, NODE_MAPPING) && i < types->n; i++) {
		const struct node *names = types->members[i].value;

		if (!slice_eq(types->members[i].key->text, slice_str(type)) || !node_is(names, NODE_MAPPING))
			continue;
		for (size_t k = 0; k < names->n; k++)
			each_body(t, &names->members[k], visit);
	}
}

/* Every `resource "type" "name"` (or `data`, `module`) of the document. */
static void each_block(struct terraform *t, const char *word, const char *type, resource_visit *visit) {
	for (size_t i = 0; i < t->root->n; i++) {
		const struct node_member *block = &t->root->members[i];

		if (!slice_eq(block->key->text, slice_str(word)))
			continue;
		for (size_t k = 0; k < node_many(block->value); k++)
			each_of_type(t, node_many_item(block->value, k), type, visit);
	}
}

const struct node *terraform_block(const struct terraform *t, const char *word, struct slice type, struct slice name) {
	char *key = arena_str(t->f.arena, type), *label = arena_str(t->f.arena, name);

	for (size_t i = 0; i < t->root->n; i++)
		if (slice_eq(t->root->members[i].key->text, slice_str(word))) {
			const struct node *n = node_get(node_get(t->root->members[i].value, key), label);

			if (n)
				return node_many_item(n, 0);
		}
	return NULL;
}

/* aws_iam_role.NAME.arn and data.aws_iam_policy_document.NAME.json into type and name. */
bool terraform_reference(struct slice s, struct slice *type, struct slice *name) {
	const uint8_t *dot;

	s = slice_trim(s);
	if (slice_has_prefix(s, "${") && s.p[s.n - 1] == '}')
		s = slice_trim(slice_sub(s, 2, s.n - 1));
	if (slice_has_prefix(s, "data."))
		s = slice_sub(s, 5, s.n);
	dot = slice_byte(s, '.');
	if (!dot)
		return false;
	*type = slice_sub(s, 0, (size_t)(dot - s.p));
	s = slice_sub(s, type->n + 1, s.n);
	for (name->n = 0, name->p = s.p; name->n < s.n && s.p[name->n] != '.' && s.p[name->n] != '[';)
		name->n++;
	return name->n > 0;
}

/* A role with `assume_role_policy`, in one of the ways of writing one. */
static void take_role(struct terraform *t, struct slice label, const struct node *body) {
	const struct node *policy = node_get(body, "assume_role_policy");
	struct federation_trust trust = {.system = "aws", .role = terraform_name(t, body, label)};
	struct slice of, name;

	if (!policy)
		return;
	trust.span = policy->span;
	if (node_is(policy, NODE_MAPPING) || policy->block ||
		(policy->quoted && slice_find(policy->text, slice_str("{\"")) == 0)) {
		terraform_policy(t, policy, trust);
		return;
	}
	if (!terraform_reference(node_text(policy), &of, &name) || !slice_eq(of, slice_str("aws_iam_policy_document")))
		return;
	if (!terraform_block(t, "data", of, name)) { /* in another file of the module: joined there */
		struct fact *f = fact_add(t->f.set, FACT_TRUST, t->f.reader, t->f.in->source, policy->span);

		f->name = arena_copy(&t->f.set->arena, trust.role);
		fact_set_text(t->f.set, f, "system", slice_str("aws"), f->span);
		fact_set_text(t->f.set, f, "kind", slice_str("role-of-policy"), f->span);
		fact_set_text(t->f.set, f, "role", trust.role, f->span);
		fact_set_text(t->f.set, f, "policy", name, f->span);
	}
}

/* The role of this document that names the policy; empty when none does. */
static struct slice role_of_policy(struct terraform *t, struct slice policy) {
	const struct node *roles;
	struct slice type, name, found = {0};

	for (size_t i = 0; i < t->root->n; i++) {
		if (!slice_eq(t->root->members[i].key->text, slice_str("resource")))
			continue;
		roles = node_get(t->root->members[i].value, "aws_iam_role");
		for (size_t k = 0; node_is(roles, NODE_MAPPING) && k < roles->n; k++) {
			const struct node *body = node_many_item(roles->members[k].value, 0);

			if (terraform_reference(node_text(node_get(body, "assume_role_policy")), &type, &name) &&
				slice_eq(type, slice_str("aws_iam_policy_document")) && slice_eq(name, policy))
				found = terraform_name(t, body, roles->members[k].key->text);
		}
	}
	return found;
}

static void take_document(struct terraform *t, struct slice label, const struct node *body) {
	struct federation_trust trust = {.system = "aws", .role = role_of_policy(t, label), .policy = label};

	terraform_document(t, body, trust);
}

/* --- Google --- */
static struct slice oidc_issuer(struct terraform *t, const struct node *body) {
	const struct node *oidc = node_many_item(node_get(body, "oidc"), 0);

	return federation_issuer(terraform_text(t, node_get(oidc, "issuer_uri")));
}

static void add_provider_conditions(
	struct terraform *t, const struct node *body, struct federation_conditions *c, struct federation_trust *trust) {
	const struct node *condition = node_get(body, "attribute_condition");

	/* without `allowed_audiences` the provider's own name is asked for */
	federation_condition(
		&t->f, c, "StringEquals", trust->issuer, slice_str("aud"), slice_str("${provider}"), trust->span);
	if (condition && condition->kind != NODE_NULL)
		trust->unread |= !federation_cel(&t->f, c, trust->issuer, terraform_text(t, condition),
			node_get(body, "attribute_mapping"), condition->span);
}

static void take_provider(struct terraform *t, struct slice label, const struct node *body) {
	struct federation_conditions c = {0};
	struct federation_trust trust = {.system = "gcp", .issuer = oidc_issuer(t, body), .span = body->span};
	const struct node *id = node_get(body, "workload_identity_pool_provider_id");

	trust.role = id ? terraform_text(t, id) : label;
	if (node_get(body, "attribute_condition"))
		trust.span = node_get(body, "attribute_condition")->span;
	add_provider_conditions(t, body, &c, &trust);
	trust.statement = federation_statement(&t->f, &c, trust.issuer, trust.span);
	federation_add(&t->f, &trust);
}

/* The only provider of the document, which members of its pool come through. */
static const struct node *only_provider(const struct terraform *t) {
	const struct node *found = NULL;

	for (size_t i = 0; i < t->root->n; i++) {
		const struct node *all;

		if (!slice_eq(t->root->members[i].key->text, slice_str("resource")))
			continue;
		all = node_get(t->root->members[i].value, "google_iam_workload_identity_pool_provider");
		for (size_t k = 0; node_is(all, NODE_MAPPING) && k < all->n; k++) {
			if (found)
				return NULL;
			found = node_many_item(all->members[k].value, 0);
		}
	}
	return found;
}

/* principalSet://…/attribute.repository/o/r, principal://…/subject/repo:o/r:ref:…, principalSet://…/pool/ *; "" for all of the pool. */
static bool add_member(struct terraform *t, struct slice member, const struct node *provider,
	struct federation_conditions *c, const struct federation_trust *trust) {
	const ptrdiff_t subject = slice_find(member, slice_str("/subject/"));
	const ptrdiff_t attribute = slice_find(member, slice_str("/attribute."));
	struct slice rest, claim, value;
	const uint8_t *slash;
	struct slice mapped;

	if (slice_has_prefix(member, "principal://") && subject > 0) {
		federation_condition(&t->f, c, "StringEquals", trust->issuer, slice_str("sub"),
			slice_sub(member, (size_t)subject + 9, member.n), trust->span);
		return true;
	}
	if (!slice_has_prefix(member, "principalSet://"))
		return false;
	if (attribute < 0)
		return slice_has_suffix(member, "/*");
	rest = slice_sub(member, (size_t)attribute + 1, member.n);
	slash = memchr(rest.p, '/', rest.n);
	if (!slash)
		return false;
	claim = slice_sub(rest, 0, (size_t)(slash - rest.p));
	value = slice_sub(rest, claim.n + 1, rest.n);
	mapped = node_text(node_get(node_get(provider, "attribute_mapping"), arena_str(t->f.arena, claim)));
	claim = slice_has_prefix(mapped, "assertion.") ? slice_sub(mapped, 10, mapped.n)
						       : slice_sub(claim, 10, claim.n);
	federation_condition(&t->f, c, "StringEquals", trust->issuer, claim, value, trust->span);
	return true;
}

static void add_binding(struct terraform *t, const struct node *body, const struct node *member) {
	const struct node *provider = only_provider(t);
	struct federation_trust trust = {.system = "gcp", .span = member->span};
	struct federation_conditions c = {0};
	struct slice type, name;

	if (!provider)
		return;
	trust.issuer = oidc_issuer(t, provider);
	trust.role = terraform_text(t, node_get(body, "service_account_id"));
	if (terraform_reference(trust.role, &type, &name))
		trust.role = terraform_block(t, "resource", type, name)
				     ? terraform_name(t, terraform_block(t, "resource", type, name), name)
				     : name;
	add_provider_conditions(t, provider, &c, &trust);
	if (add_member(t, terraform_text(t, member), provider, &c, &trust)) {
		trust.statement = federation_statement(&t->f, &c, trust.issuer, trust.span);
		federation_add(&t->f, &trust);
	}
	VEC_FREE(&c.all);
}

static void take_binding(struct terraform *t, struct slice label, const struct node *body) {
	const struct node *member = node_get(body, "member"), *members = node_get(body, "members");

	(void)label;
	if (slice_find(node_text(node_get(body, "role")), slice_str("workloadIdentityUser")) < 0)
		return;
	if (member)
		add_binding(t, body, member);
	for (size_t i = 0; i < node_many(members); i++)
		add_binding(t, body, node_many_item(members, i));
}

/* --- Entra --- */
static void take_credential(struct terraform *t, struct slice label, const struct node *body) {
	const struct node *subject = node_get(body, "subject"),
			  *expression = node_get(body, "claims_matching_expression");
	const struct node *audiences = node_get(body, node_get(body, "audiences") ? "audiences" : "audience");
	struct federation_conditions c = {0};
	struct federation_trust trust = {.system = "azure", .span = body->span};

	trust.issuer = federation_issuer(terraform_text(t, node_get(body, "issuer")));
	trust.role = node_get(body, "display_name") ? terraform_text(t, node_get(body, "display_name"))
						    : terraform_name(t, body, label);
	for (size_t i = 0; i < node_many(audiences); i++)
		federation_condition(&t->f, &c, "StringEquals", trust.issuer, slice_str("aud"),
			terraform_text(t, node_many_item(audiences, i)), audiences->span);
	if (subject) {
		trust.span = subject->span;
		federation_condition(&t->f, &c, "StringEquals", trust.issuer, slice_str("sub"),
			terraform_text(t, subject), subject->span);
	} else if (expression) {
		trust.span = expression->span;
		trust.unread =
			!federation_entra(&t->f, &c, trust.issuer, terraform_text(t, expression), expression->span);
	}
	trust.statement = federation_statement(&t->f, &c, trust.issuer, trust.span);
	federation_add(&t->f, &trust);
}

static const struct {
	const char *word, *type;
	resource_visit *visit;
} kinds[] = {
	{"resource", "aws_iam_role", take_role},
	{"data", "aws_iam_policy_document", take_document},
	{"resource", "google_iam_workload_identity_pool_provider", take_provider},
	{"resource", "google_service_account_iam_member", take_binding},
	{"resource", "google_service_account_iam_binding", take_binding},
	{"resource", "azuread_application_federated_identity_credential", take_credential},
	{"resource", "azuread_application_flexible_federated_identity_credential", take_credential},
	{"resource", "azurerm_federated_identity_credential", take_credential},
};

static bool wants(struct slice path) {
	return slice_has_suffix(path, ".tf") || slice_has_suffix(path, ".tf.json") || slice_has_suffix(path, ".tofu");
}

/* Words without one of which there is no trust in identity tokens: most files are not parsed at all. */
static bool is_of_interest(struct slice text) {
	static const char *const words[] = {"AssumeRole", "workload_identity_pool", "workloadIdentityUser",
		"federated_identity_credential", "assume_role_policy", NULL};

	for (size_t i = 0; words[i]; i++)
		if (slice_find(text, slice_str(words[i])) >= 0)
			return true;
	return false;
}

static bool read_terraform(const struct reader_input *in, struct fact_set *set) {
	struct arena arena = {0};
	struct node_limits lim = node_limits_default();
	struct node_documents docs = {0};
	struct syntax_error err = {0};
	struct terraform t = {.f = {in, set, &arena, terraform_trust_reader.name, "terraform"}};
	const size_t before = set->all.n;

	if (!is_of_interest(in->doc->bytes))
		return false;
	if (in->tree)
		docs = *in->tree;
	else if (hcl_read(&arena, in->doc->bytes, &lim, &docs, &err) != 0)
		reader_note_unread(in->doc, in->coverage, &err);
	t.root = docs.n ? docs.roots[0] : NULL;
	for (size_t i = 0; node_is(t.root, NODE_MAPPING) && i < sizeof(kinds) / sizeof(*kinds); i++)
		each_block(&t, kinds[i].word, kinds[i].type, kinds[i].visit);
	if (t.cut)
		federation_cut(&t.f);
	aws_estate_free(&t.estate);
	arena_free(&arena);
	return set->all.n > before;
}

const struct reader terraform_trust_reader = {"terraform-trust", wants, read_terraform};
