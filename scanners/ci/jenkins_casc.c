/* The configuration of a Jenkins controller as code (https://github.com/jenkinsci/configuration-as-code-plugin): who may do what, and credentials
 * that stand in it. */
#include "scanners/ci/ci.h"
#include "scanners/ci/names.h"
#include "scanners/ci/systems.h"

#define DEPTH_MAX 64

static bool wants_jcasc(struct slice path) {
	bool yaml = path_is_yaml(path);

	return yaml &&
	       (slice_find_nocase(path, slice_str("jenkins")) >= 0 || slice_find_nocase(path, slice_str("casc")) >= 0);
}

static void add_authorization(
	const struct reader_input *in, struct fact_set *set, const struct node *at, const char *who) {
	struct fact *f = fact_add(set, FACT_TRUST, "jenkins-casc", in->source, at->span);
	struct slice name = slice_str(who);

	f->name = name;
	fact_set_text(set, f, "system", slice_str("jenkins"), at->span);
	fact_set_text(set, f, "kind", slice_str("authorization"), at->span);
	fact_set_bool(set, f, "authenticated", strcmp(who, "anonymous") != 0, at->span);
	fact_set_bool(set, f, "limited", false, at->span);
	fact_set_texts(set, f, "trusts", &name, 1, at->span);
	fact_set_bool(set, f, "example", ci_is_example(in->doc), at->span);
}

static void read_matrix(const struct reader_input *in, struct fact_set *set, const struct node *permissions) {
	for (size_t i = 0; i < node_many(permissions); i++) {
		const struct node *p = node_many_item(permissions, i);

		if (slice_find(node_text(p), slice_str("Overall/Administer:anonymous")) >= 0)
			add_authorization(in, set, p, "anonymous");
		else if (slice_find(node_text(p), slice_str("Overall/Administer:authenticated")) >= 0)
			add_authorization(in, set, p, "authenticated");
	}
}

/* Since matrix-auth 3.2: entries: [{group: {name: x, permissions: [Overall/Administer]}}]. */
static void read_entries(const struct reader_input *in, struct fact_set *set, const struct node *entries) {
	for (size_t i = 0; i < node_many(entries); i++) {
		const struct node *e = node_many_item(entries, i);
		const struct node *who = node_is(e, NODE_MAPPING) && e->n ? e->members[0].value : NULL;
		const struct node *name = node_get(who, "name"), *permissions = node_get(who, "permissions");
		bool administers = false;

		for (size_t k = 0; k < node_many(permissions); k++)
			administers |= node_text_is(node_many_item(permissions, k), "Overall/Administer");
		if (administers && node_text_is(name, "anonymous"))
			add_authorization(in, set, name, "anonymous");
		else if (administers && node_text_is(name, "authenticated"))
			add_authorization(in, set, name, "authenticated");
	}
}

static bool holds_value(struct slice key) {
	static const char *const keys[] = {"password", "secret", "secretKey", "privateKey", "passphrase", "token",
		"apiToken", "clientSecret", "managerPasswordSecret", "secretBytes", NULL};

	for (size_t i = 0; keys[i]; i++)
		if (slice_eq(key, slice_str(keys[i])))
			return true;
	return false;
}

/* Values that stand in the file: written out, or encrypted by the controller ("{base64}"). `id`: of the credential around. */
static void read_values(
	const struct reader_input *in, struct fact_set *set, const struct node *n, struct slice id, unsigned depth) {
	if (node_text(node_get(n, "id")).n)
		id = node_text(node_get(n, "id"));
	for (size_t i = 0; node_is(n, NODE_SEQUENCE) && i < n->n && depth < DEPTH_MAX; i++)
		read_values(in, set, n->items[i], id, depth + 1);
	for (size_t i = 0; node_is(n, NODE_MAPPING) && i < n->n && depth < DEPTH_MAX; i++) {
		const struct node *value = n->members[i].value;
		const struct slice key = node_text(n->members[i].key), text = node_text(value);
		const bool stored = text.n > 20 && text.p[0] == '{' && text.p[text.n - 1] == '}';
		struct fact *f;

		read_values(in, set, value, id, depth + 1);
		if (!node_is(value, NODE_STRING) || !holds_value(key) ||
			(!stored && (!ci_text_is_value(text) || slice_find_nocase(text, key) >= 0)))
			continue;
		f = fact_add(set, FACT_CREDENTIAL, jcasc_reader.name, in->source, value->span);
		f->name = arena_copy(&set->arena, id.n ? id : key);
		fact_set_text(set, f, "system", slice_str("jenkins"), f->span);
		fact_set_text(set, f, "kind", slice_str(stored ? "stored" : "literal"), f->span);
		fact_set_bool(set, f, "literal", !stored, f->span);
		fact_set_text(set, f, "where", key, f->span);
	}
}

static bool read_jcasc(const struct reader_input *in, struct fact_set *set) {
	const struct node *root = in->tree && in->tree->n ? in->tree->roots[0] : NULL,
			  *jenkins = node_get(root, "jenkins");
	const struct node *strategy = node_get(jenkins, "authorizationStrategy"),
			  *anyone = node_get(strategy, "loggedInUsersCanDoAnything");

	if (!node_is(jenkins, NODE_MAPPING) && !node_at(root, "credentials.system"))
		return false;
	if (node_text_is(strategy, "unsecured") || node_member(strategy, "unsecured"))
		add_authorization(in, set, strategy, "anonymous");
	if (node_truth(node_get(anyone, "allowAnonymousRead"), false))
		add_authorization(in, set, node_get(anyone, "allowAnonymousRead"), "anonymous readers");
	read_matrix(in, set, node_at(strategy, "globalMatrix.permissions"));
	read_matrix(in, set, node_at(strategy, "projectMatrix.permissions"));
	read_entries(in, set, node_at(strategy, "globalMatrix.entries"));
	read_entries(in, set, node_at(strategy, "projectMatrix.entries"));
	read_values(in, set, root, slice_of(NULL, 0), 0);
	return true;
}

const struct reader jcasc_reader = {"jenkins-casc", wants_jcasc, read_jcasc};
