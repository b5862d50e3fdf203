/* Kubernetes manifests, as far as they say who a workload is: service accounts, projected tokens, bindings to cloud roles, SPIFFE; and the
 * policies and webhooks that decide at run time. Field names of the Kubernetes API reference and of each project's CRDs. */
#include "scanners/agent/parts.h"

#define NOWHERE ((struct span){0})

static bool wants(struct slice path) {
	return path_is_yaml(path);
}

/* Where the pod's spec is, of each kind that runs one. */
static const struct {
	const char *kind, *spec, *labels;
} workloads[] = {
	{"Deployment", "spec.template.spec", "spec.template.metadata"},
	{"StatefulSet", "spec.template.spec", "spec.template.metadata"},
	{"DaemonSet", "spec.template.spec", "spec.template.metadata"},
	{"ReplicaSet", "spec.template.spec", "spec.template.metadata"},
	{"Job", "spec.template.spec", "spec.template.metadata"},
	{"CronJob", "spec.jobTemplate.spec.template.spec", "spec.jobTemplate.spec.template.metadata"},
	{"Pod", "spec", "metadata"},
};

static struct fact *identity(const struct agent *a, const struct node *root, const char *kind) {
	const struct node *name = node_at(root, "metadata.name"), *ns = node_at(root, "metadata.namespace");
	struct fact *f = agent_fact(a, FACT_IDENTITY, node_text(name), name ? name->span : root->span);

	fact_set_text(a->set, f, "workload", slice_str(kind), NOWHERE);
	if (ns)
		fact_set_text(a->set, f, "namespace", node_text(ns), ns->span);
	return f;
}

static void read_annotations(const struct agent *a, struct fact *f, const struct node *map) {
	static const char *const keys[] = {"eks.amazonaws.com/role-arn", "iam.gke.io/gcp-service-account",
		"azure.workload.identity/client-id", "azure.workload.identity/use", "iam.amazonaws.com/role"};

	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++) {
		const struct node *v = node_get(map, keys[i]);

		if (node_text(v).n)
			fact_set_text(a->set, f, "cloud_identity", slice_sub(node_text(v), 0, 200), v->span);
	}
}

static void read_volumes(const struct agent *a, struct fact *f, const struct node *volumes) {
	for (size_t i = 0; node_is(volumes, NODE_SEQUENCE) && i < volumes->n; i++) {
		const struct node *sources = node_at(volumes->items[i], "projected.sources");

		if (node_text_is(node_at(volumes->items[i], "csi.driver"), "csi.spiffe.io"))
			fact_set_bool(a->set, f, "spiffe", true, volumes->items[i]->span);
		for (size_t k = 0; node_is(sources, NODE_SEQUENCE) && k < sources->n; k++) {
			const struct node *token = node_get(sources->items[k], "serviceAccountToken");
			const struct node *seconds = node_get(token, "expirationSeconds"),
					  *audience = node_get(token, "audience");

			if (!token)
				continue;
			/* 3600 is the API's default */
			fact_set_number(a->set, f, "token_seconds", seconds ? agent_seconds(node_text(seconds)) : 3600,
				seconds ? seconds->span : token->span);
			if (audience)
				fact_set_text(a->set, f, "token_audience", node_text(audience), audience->span);
		}
	}
}

static void read_containers(const struct agent *a, struct fact *f, const struct node *containers) {
	for (size_t i = 0; node_is(containers, NODE_SEQUENCE) && i < containers->n; i++) {
		const struct node *env = node_get(containers->items[i], "env");

		for (size_t k = 0; node_is(env, NODE_SEQUENCE) && k < env->n; k++) {
			const struct node *name = node_get(env->items[k], "name"),
					  *value = node_get(env->items[k], "value");

			if (node_text_is(name, "SPIFFE_ENDPOINT_SOCKET"))
				fact_set_bool(a->set, f, "spiffe", true, name->span);
			if (node_text_is(name, "GOOGLE_APPLICATION_CREDENTIALS") &&
				slice_has_suffix(node_text(value), ".json"))
				fact_set_text(a->set, f, "key_file", slice_sub(node_text(value), 0, 200), value->span);
		}
	}
}

static void read_workload(const struct agent *a, const struct node *root, size_t kind) {
	const struct node *spec = node_at(root, workloads[kind].spec), *account, *mounts;
	struct fact *f;

	if (!node_is(node_get(spec, "containers"), NODE_SEQUENCE))
		return;
	account = node_get(spec, "serviceAccountName");
	if (!account)
		account = node_get(spec, "serviceAccount");
	mounts = node_get(spec, "automountServiceAccountToken");
	f = identity(a, root, workloads[kind].kind);
	if (node_text(account).n)
		fact_set_text(a->set, f, "service_account", node_text(account), account->span);
	fact_set_bool(a->set, f, "default_account", !node_text(account).n || node_text_is(account, "default"),
		account ? account->span : f->span);
	if (node_is(mounts, NODE_BOOL))
		fact_set_bool(a->set, f, "mounts_token", mounts->boolean, mounts->span);
	read_annotations(a, f, node_at(node_at(root, workloads[kind].labels), "annotations"));
	read_annotations(a, f, node_at(node_at(root, workloads[kind].labels), "labels"));
	read_volumes(a, f, node_get(spec, "volumes"));
	read_containers(a, f, node_get(spec, "containers"));
	agent_seal(a, f);
}

static void read_account(const struct agent *a, const struct node *root) {
	const struct node *mounts = node_get(root, "automountServiceAccountToken");
	struct fact *f = identity(a, root, "ServiceAccount");

	if (node_is(mounts, NODE_BOOL))
		fact_set_bool(a->set, f, "mounts_token", mounts->boolean, mounts->span);
	read_annotations(a, f, node_at(root, "metadata.annotations"));
	agent_seal(a, f);
}

static void read_secret(const struct agent *a, const struct node *root) {
	const struct node *type = node_get(root, "type"), *name = node_at(root, "metadata.name");
	struct fact *f;

	if (!node_text_is(type, "kubernetes.io/service-account-token"))
		return;
	f = agent_fact(a, FACT_CREDENTIAL, node_text(name), type->span);
	fact_set_bool(a->set, f, "never_expires", true, type->span);
	agent_seal(a, f);
}

static void read_cluster_id(const struct agent *a, const struct node *root) {
	const struct node *spec = node_get(root, "spec"), *pods = node_get(spec, "podSelector"),
			  *admin = node_get(spec, "admin");
	const struct node *down = node_get(spec, "downstream"), *ttl = node_get(spec, "ttl"),
			  *federates = node_get(spec, "federatesWith");
	const struct node *selectors = node_get(spec, "workloadSelectorTemplates"),
			  *spaces = node_get(spec, "namespaceSelector");
	const struct node *name = node_at(root, "metadata.name");
	struct fact *f = agent_fact(a, FACT_TRUST, node_text(name), name ? name->span : root->span);

	fact_set_text(a->set, f, "kind", slice_str("spire-entry"), NOWHERE);
	fact_set_bool(a->set, f, "no_selectors", !pods && !selectors && !spaces, f->span);
	fact_set_bool(a->set, f, "lone_namespace", spaces && !pods && !selectors, spaces ? spaces->span : f->span);
	if (admin && node_truth(admin, false))
		fact_set_bool(a->set, f, "admin", true, admin->span);
	if (down && node_truth(down, false))
		fact_set_bool(a->set, f, "downstream", true, down->span);
	if (ttl && agent_seconds(node_text(ttl)) >= 0)
		fact_set_number(a->set, f, "svid_ttl", agent_seconds(node_text(ttl)), ttl->span);
	if (federates)
		fact_set_number(a->set, f, "federates", (double)federates->n, federates->span);
	agent_seal(a, f);
}

static void read_policy(const struct agent *a, const struct node *root, struct slice kind) {
	const struct node *name = node_at(root, "metadata.name"),
			  *action = node_at(root, "spec.validationFailureAction");
	const struct node *enforce = node_at(root, "spec.enforcementAction"), *hooks = node_get(root, "webhooks");
	bool kyverno = slice_eq(kind, slice_str("ClusterPolicy")) || slice_eq(kind, slice_str("Policy")) ||
		       slice_eq(kind, slice_str("ValidatingPolicy"));
	struct fact *f = policy_fact(a,
		hooks	  ? "admission"
		: kyverno ? "kyverno"
			  : "gatekeeper",
		node_text(name), name ? name->span : root->span);

	if (action && slice_eq_nocase(node_text(action), slice_str("audit")))
		fact_set_bool(a->set, f, "audit_only", true, action->span);
	if (node_text_is(enforce, "dryrun") || node_text_is(enforce, "warn"))
		fact_set_bool(a->set, f, "audit_only", true, enforce->span);
	for (size_t i = 0; node_is(hooks, NODE_SEQUENCE) && i < hooks->n; i++) {
		const struct node *fails = node_get(hooks->items[i], "failurePolicy");

		if (node_text_is(fails, "Ignore"))
			fact_set_bool(a->set, f, "fails_open", true, fails->span);
	}
	agent_seal(a, f);
}

/* Where the text of a block scalar stands: its first line in the document, and how far it is moved in. */
struct block_place {
	uint64_t offset; /* of the first line */
	unsigned line, indent;
};

static bool find_block(struct slice doc, const struct node *n, struct block_place *out) {
	const uint8_t *lf = n->span.start < doc.n ? memchr(doc.p + n->span.start, '\n', doc.n - n->span.start) : NULL;
	size_t at, text = 0, blanks = 0;

	if (!n->block || !lf)
		return false;
	at = (size_t)(lf - doc.p) + 1;
	*out = (struct block_place){.offset = at, .line = n->span.line + 1};
	while (at + blanks < doc.n && doc.p[at + blanks] == ' ')
		blanks++;
	while (text < n->text.n && n->text.p[text] == ' ')
		text++;
	out->indent = blanks > text ? (unsigned)(blanks - text) : 0;
	return true;
}

/* Offset of a place of the inner text in the document; blank lines are not moved in, so lines are counted. */
static uint64_t outer_offset(struct slice doc, const struct block_place *b, unsigned line, unsigned column) {
	uint64_t at = b->offset;

	for (unsigned i = 1; i < line && at < doc.n; i++) {
		const uint8_t *lf = memchr(doc.p + at, '\n', doc.n - at);

		at = lf ? (uint64_t)(lf - doc.p) + 1 : doc.n;
	}
	at += b->indent + column - 1;
	return at < doc.n ? at : doc.n;
}

static void move_span(struct slice doc, struct span *s, const struct block_place *b, const struct span *whole) {
	if (!s->line)
		return;
	if (!b) {
		*s = *whole;
		return;
	}
	s->start = outer_offset(doc, b, s->line, s->column);
	s->end = outer_offset(doc, b, s->end_line, s->end_column);
	s->line += b->line - 1;
	s->end_line += b->line - 1;
	s->column += b->indent;
	s->end_column += b->indent;
}

/* SPIRE's configuration in a ConfigMap. */
static void read_config_map(const struct agent *a, const struct node *root) {
	const struct node *data = node_get(root, "data");

	for (size_t i = 0; node_is(data, NODE_MAPPING) && i < data->n; i++) {
		const struct node *v = data->members[i].value;
		struct document inner = *a->in->doc;
		struct reader_input in = *a->in;
		struct agent b = {&in, a->set, "spire", agent_client("spire")};
		struct block_place place;
		size_t first = a->set->all.n;
		bool block = node_is(v, NODE_STRING) && find_block(a->in->doc->bytes, v, &place);

		if (!node_is(v, NODE_STRING) || slice_find(v->text, slice_str("trust_domain")) < 0)
			continue;
		inner.bytes = v->text;
		in.doc = &inner;
		in.tree = NULL;
		spire_read_text(&b);
		for (size_t k = first; k < a->set->all.n; k++) {
			struct fact *f = a->set->all.at[k];

			move_span(a->in->doc->bytes, &f->span, block ? &place : NULL, &v->span);
			for (size_t m = 0; m < f->values.n; m++)
				move_span(a->in->doc->bytes, &f->values.at[m].value.span, block ? &place : NULL,
					&v->span);
		}
	}
}

static void read_document(const struct agent *a, const struct node *root) {
	struct slice kind = node_text(node_get(root, "kind")), api = node_text(node_get(root, "apiVersion"));

	for (size_t i = 0; i < sizeof(workloads) / sizeof(*workloads); i++)
		if (slice_eq(kind, slice_str(workloads[i].kind)) &&
			(slice_eq(api, slice_str("v1")) || slice_has_prefix(api, "apps/") ||
				slice_has_prefix(api, "batch/"))) {
			read_workload(a, root, i);
			return;
		}
	if (slice_eq(api, slice_str("v1")) && slice_eq(kind, slice_str("ServiceAccount")))
		read_account(a, root);
	else if (slice_eq(api, slice_str("v1")) && slice_eq(kind, slice_str("Secret")))
		read_secret(a, root);
	else if (slice_eq(api, slice_str("v1")) && slice_eq(kind, slice_str("ConfigMap")))
		read_config_map(a, root);
	else if (slice_has_prefix(api, "spire.spiffe.io/") && slice_eq(kind, slice_str("ClusterSPIFFEID")))
		read_cluster_id(a, root);
	else if (slice_has_prefix(api, "kyverno.io/") || slice_has_prefix(api, "policies.kyverno.io/") ||
		 slice_has_prefix(api, "templates.gatekeeper.sh/") ||
		 slice_has_prefix(api, "constraints.gatekeeper.sh/") ||
		 (slice_has_prefix(api, "admissionregistration.k8s.io/") &&
			 slice_eq(kind, slice_str("ValidatingWebhookConfiguration"))))
		read_policy(a, root, kind);
}

/* Says no even when it took something: a manifest may be another reader's too. */
static bool read(const struct reader_input *in, struct fact_set *set) {
	struct agent a = {in, set, "kubernetes-workload", agent_client("kubernetes")};

	for (size_t i = 0; in->tree && i < in->tree->n; i++) {
		const struct node *root = in->tree->roots[i], *items = node_get(root, "items");

		if (!node_is(root, NODE_MAPPING) || !node_get(root, "apiVersion"))
			continue;
		read_document(&a, root);
		for (size_t k = 0;
			node_text_is(node_get(root, "kind"), "List") && node_is(items, NODE_SEQUENCE) && k < items->n;
			k++)
			read_document(&a, items->items[k]);
	}
	return false;
}

const struct reader kubernetes_workload_reader = {"kubernetes-workload", wants, read};
