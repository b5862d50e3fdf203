/* Credentials that an agent or a tool is given: in variables, headers, addresses and arguments. */
#include "scanners/agent/parts.h"

#define NOWHERE ((struct span){0})

/* Tells equal literals from different ones within one scan. The engine that joins them takes it off again; no report has it. */
static double agent_value_id(struct slice text) {
	uint64_t h = UINT64_C(14695981039346656037); /* FNV-1a */

	for (size_t i = 0; i < text.n; i++)
		h = (h ^ text.p[i]) * UINT64_C(1099511628211);
	return (double)(h >> 12);
}

struct fact *agent_credential(const struct agent *a, struct fact *owner, const char *place, struct slice name,
	const struct node *value, struct slice text) {
	struct agent_reading r = agent_read_value(a->client, text);
	struct fact *f;

	if (r.is == AGENT_NOTHING || (r.is == AGENT_LITERAL && !agent_text_is_secret(name, r.text)))
		return NULL;
	f = agent_fact(a, FACT_CREDENTIAL, name, agent_span_within(a, value, r.is == AGENT_LITERAL ? r.text : text));
	f->parent = owner;
	if (owner->kind == FACT_TOOL || owner->kind == FACT_AGENT)
		fact_set_fact(a->set, f, owner->kind == FACT_TOOL ? "tool" : "agent", owner);
	fact_set_text(a->set, f, "agent_place", slice_str(place), NOWHERE);
	fact_set_bool(a->set, f, "agent_literal", r.is == AGENT_LITERAL, f->span);
	fact_set_bool(a->set, f, "agent_default", r.is_default, f->span);
	if (r.refers.n)
		fact_set_text(a->set, f, "reference", slice_sub(r.refers, 0, 100), f->span);
	fact_set_bool(a->set, f, "admin",
		agent_name_is_admin(name) || (r.is == AGENT_LITERAL && slice_has_prefix(r.text, "sk_live_")), NOWHERE);
	fact_set_bool(a->set, f, "agent_personal",
		agent_is_personal(name, r.is == AGENT_LITERAL ? r.text : slice_of(NULL, 0)), NOWHERE);
	if (r.is == AGENT_LITERAL)
		fact_set_number(a->set, f, "value_id", agent_value_id(r.text), NOWHERE);
	agent_seal(a, f);
	return f;
}

/* AWS_PROFILE and the like lend what a person's own folder holds. */
static void lend_from_home(const struct agent *a, struct fact *owner, struct slice name, const struct node *value) {
	static const char *const paths[] = {"GOOGLE_APPLICATION_CREDENTIALS", "KUBECONFIG",
		"AWS_SHARED_CREDENTIALS_FILE", "SSH_AUTH_SOCK", "DOCKER_CONFIG", "AZURE_CONFIG_DIR", "CLOUDSDK_CONFIG"};
	struct slice text = node_text(value);
	bool lends = slice_eq(name, slice_str("AWS_PROFILE")) && text.n && text.p[0] != '$';
	struct fact *f;

	for (size_t i = 0; i < sizeof(paths) / sizeof(*paths); i++)
		lends |= slice_eq(name, slice_str(paths[i])) && agent_is_home(text);
	if (!lends)
		return;
	f = agent_fact(a, FACT_CREDENTIAL, name, value->span);
	f->parent = owner;
	if (owner->kind == FACT_TOOL || owner->kind == FACT_AGENT)
		fact_set_fact(a->set, f, owner->kind == FACT_TOOL ? "tool" : "agent", owner);
	fact_set_text(a->set, f, "agent_place", slice_str("environment"), NOWHERE);
	fact_set_bool(a->set, f, "agent_literal", false, NOWHERE);
	fact_set_bool(a->set, f, "agent_personal", true, value->span);
	agent_seal(a, f);
}

bool agent_is_home(struct slice path) {
	static const char *const homes[] = {
		"~", "$HOME", "${HOME}", "${env:HOME}", "%USERPROFILE%", "/home/", "/Users/", "/root/", "C:\\Users\\"};

	for (size_t i = 0; i < sizeof(homes) / sizeof(*homes); i++)
		if (slice_has_prefix(path, homes[i]))
			return true;
	return false;
}

/* scheme://user:password@host: the password, or nothing. */
static struct slice url_password(struct slice url) {
	ptrdiff_t at = slice_find(url, slice_str("://"));
	size_t from, colon = 0, i;

	if (at < 0)
		return slice_of(NULL, 0);
	from = (size_t)at + 3;
	for (i = from; i < url.n && !strchr("/?# \"'", url.p[i]) && url.p[i]; i++) {
		if (url.p[i] == ':' && !colon)
			colon = i;
		if (url.p[i] == '@')
			return colon ? slice_sub(url, colon + 1, i) : slice_of(NULL, 0);
	}
	return slice_of(NULL, 0);
}

static void read_query(const struct agent *a, struct fact *owner, const struct node *value, struct slice url,
	struct agent_names *names) {
	const uint8_t *q = slice_byte(url, '?');
	size_t at = q ? (size_t)(q - url.p) + 1 : url.n;

	while (at < url.n) {
		size_t end = at, eq;
		struct slice key, text;

		while (end < url.n && url.p[end] != '&' && url.p[end] != '#')
			end++;
		for (eq = at; eq < end && url.p[eq] != '=';)
			eq++;
		key = slice_sub(url, at, eq);
		text = slice_sub(url, eq + 1, end);
		if (key.n && eq < end &&
			(agent_name_is_credential(key) || slice_eq_nocase(key, slice_str("key")) ||
				slice_eq_nocase(key, slice_str("sig"))) &&
			agent_credential(a, owner, "address", key, value, text))
			agent_names_add(names, key);
		at = end + 1;
	}
}

/* Of names that nobody can have (RFC 2606, RFC 6761): what stands before and behind them is made up, too. */
static bool is_reserved(struct slice url) {
	static const char *const names[] = {
		"example.com", "example.net", "example.org", ".example", ".test", ".invalid"};
	const ptrdiff_t at = slice_find(url, slice_str("://"));
	struct slice host = at < 0 ? slice_of(NULL, 0) : slice_sub(url, (size_t)at + 3, url.n);
	size_t end = 0;

	while (end < host.n && !strchr("/?#", host.p[end]))
		end++;
	host = slice_sub(host, 0, end);
	for (size_t i = host.n; i > 0; i--)
		if (host.p[i - 1] == '@') {
			host = slice_sub(host, i, host.n);
			break;
		}
	for (end = 0; end < host.n && host.p[end] != ':';)
		end++;
	host = slice_sub(host, 0, end);
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		size_t n = strlen(names[i]);

		if (!slice_has_suffix(host, names[i]))
			continue;
		if (names[i][0] == '.' || host.n == n || (host.n > n && host.p[host.n - n - 1] == '.'))
			return true;
	}
	return false;
}

void agent_read_address(const struct agent *a, struct fact *owner, const struct node *value, struct slice url,
	struct agent_names *names) {
	struct slice password = url_password(url);

	if (is_reserved(url))
		return;
	if (password.n && agent_credential(a, owner, "address", slice_str("password"), value, password))
		agent_names_add(names, slice_str("password in the address"));
	read_query(a, owner, value, url, names);
}

void agent_read_environment(const struct agent *a, struct fact *owner, const struct node *map, const char *place,
	struct agent_names *names) {
	for (size_t i = 0; node_is(map, NODE_MAPPING) && i < map->n; i++) {
		const struct node *value = map->members[i].value;
		struct slice name = map->members[i].key->text, text = node_text(value);
		bool header = strcmp(place, "header") == 0;

		if (value->kind != NODE_STRING)
			continue;
		lend_from_home(a, owner, name, value);
		if (slice_find(text, slice_str("://")) > 0)
			agent_read_address(a, owner, value, text, names);
		else if ((agent_name_is_credential(name) ||
				 (header && slice_eq_nocase(name, slice_str("x-api-key")))) &&
			 agent_credential(a, owner, place, name, value, text))
			agent_names_add(names, name);
	}
}

/* --api-key=X, --token X, KEY=X behind -e of docker, connection strings, "Authorization: Bearer X" behind --header. */
static void read_argument(const struct agent *a, struct fact *owner, const struct node *value, struct slice text,
	struct slice before, struct agent_names *names) {
	const uint8_t *eq = slice_byte(text, '='), *colon = slice_byte(text, ':');
	size_t dashes = 0, split = eq ? (size_t)(eq - text.p) : 0;
	struct slice name, rest;

	if (slice_find(text, slice_str("://")) > 0) {
		agent_read_address(a, owner, value,
			eq && split < 40 && text.p[0] == '-' ? slice_sub(text, split + 1, text.n) : text, names);
		return;
	}
	while (dashes < text.n && text.p[dashes] == '-')
		dashes++;
	if (eq && split > dashes && memchr(text.p, ' ', split) == NULL) {
		name = slice_sub(text, dashes, split);
		rest = slice_sub(text, split + 1, text.n);
	} else if (before.n > 1 && before.p[0] == '-' && !dashes) {
		for (dashes = 0; dashes < before.n && before.p[dashes] == '-';)
			dashes++;
		name = slice_sub(before, dashes, before.n);
		rest = text;
		if (slice_eq(name, slice_str("header")) || slice_eq(name, slice_str("H"))) {
			if (!colon)
				return;
			name = slice_sub(text, 0, (size_t)(colon - text.p));
			rest = slice_sub(text, name.n + 1, text.n);
		}
	} else {
		return;
	}
	if (agent_name_is_credential(name) && agent_credential(a, owner, "argument", name, value, slice_trim(rest)))
		agent_names_add(names, name);
}

void agent_read_arguments(const struct agent *a, struct fact *owner, const struct node *const *nodes, size_t n,
	struct agent_names *names) {
	for (size_t i = 0; i < n; i++)
		read_argument(a, owner, nodes[i], node_text(nodes[i]), i ? node_text(nodes[i - 1]) : slice_of(NULL, 0),
			names);
}

void agent_names_add(struct agent_names *names, struct slice name) {
	for (size_t i = 0; i < names->n; i++)
		if (slice_eq(names->at[i], name))
			return;
	if (names->n < AGENT_NAMES_MAX)
		names->at[names->n++] = slice_sub(name, 0, 100);
}

void agent_names_set(const struct agent *a, struct fact *f, const char *attribute, const struct agent_names *names,
	struct span span) {
	if (names->n)
		fact_set_texts(a->set, f, attribute, names->at, names->n, span);
}
