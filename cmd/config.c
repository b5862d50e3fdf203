/* `.nhiscan.yaml` as text turned into struct config: fields, types, trust, errors with file and line.
 * Finding and reading the file, and what its entries then do, are in config_use.c. */
#include "cmd/config.h"

#include "cmd/nearest.h"
#include "core/buf.h"
#include "core/date.h"
#include "core/vec.h"
#include "rules/rule_tree.h"

#include <stdlib.h>

/* The command line's defaults: what a target's own file may not weaken. */
#define DEFAULT_FAIL_ON		SEVERITY_LOW
#define DEFAULT_GATE_CONFIDENCE CONFIDENCE_HIGH
#define DEFAULT_MIN_CONFIDENCE	CONFIDENCE_MEDIUM

#define LIST_MAX    10000 /* entries of one list; a real file has tens */
#define SECONDS_DAY 86400

struct reading {
	struct arena *a;
	const char *file;
	enum config_trust trust;
	int64_t now;
	struct config *out;
	VEC(struct config_notice) notices;
	struct error *err;
};

typedef int field_fn(struct reading *r, const char *name, const struct rule_node *value);

struct field {
	const char *name;
	field_fn *read;
};

/* -1 with "FILE:LINE: text" in r->err. A macro, so that compilers and checkers see the -1. */
#define FAIL(r, line, fmt, ...) (error_set((r)->err, ERR_USAGE, "%s:%u: " fmt, (r)->file, (line), ##__VA_ARGS__), -1)

static void notice(struct reading *r, const char *code, unsigned line, const char *detail) {
	struct config_notice n = {code, arena_printf(r->a, "%s:%u", r->file, line), detail};
	VEC_PUSH(&r->notices, n);
}

static int read_text(struct reading *r, const char *name, const struct rule_node *value, const char **out) {
	if (value->kind != NODE_TEXT)
		return FAIL(r, value->line, "%s: text is expected here", name);
	if (value->text.n == 0)
		return FAIL(r, value->line, "%s: is empty", name);
	*out = (const char *)value->text.p; /* NUL-terminated, see rule_tree.h */
	return 0;
}

static int read_list(struct reading *r, const char *name, const struct rule_node *value, struct text_list *out) {
	if (value->kind != NODE_LIST)
		return FAIL(r, value->line, "%s: a list is expected here, such as [one, two]", name);
	if (value->n > LIST_MAX)
		return FAIL(r, value->line, "%s: more than %d entries", name, LIST_MAX);
	const char **at = ARENA_NEW_N(r->a, const char *, value->n);
	size_t n = 0;
	for (const struct rule_node *item = value->first; item; item = item->next)
		if (read_text(r, name, item, &at[n++]) < 0)
			return -1;
	*out = (struct text_list){at, n};
	return 0;
}

static int read_exclude(struct reading *r, const char *name, const struct rule_node *value) {
	if (read_list(r, name, value, &r->out->exclude) < 0)
		return -1;
	struct buf lines = {0};
	int rc = 0;
	const struct rule_node *item = value->first;
	for (size_t i = 0; i < r->out->exclude.n && rc == 0; i++, item = item->next) {
		const char *pattern = r->out->exclude.at[i];
		if (strchr(pattern, '\n'))
			rc = FAIL(r, item->line, "%s: a pattern is one line", name);
		buf_printf(&lines, "%s\n", pattern);
	}
	if (rc == 0)
		r->out->exclude_globs = glob_list_parse(r->a, arena_copy(r->a, buf_slice(&lines)));
	buf_free(&lines);
	return rc;
}

static void notice_narrowing(
	struct reading *r, const char *name, const struct rule_node *value, const struct text_list *l) {
	if (r->trust == CONFIG_OF_USER || l->n == 0)
		return;
	struct buf b = {0};
	buf_printf(&b, "the target's configuration chooses rules (%s:", name);
	for (size_t i = 0; i < l->n && b.n < 300; i++)
		buf_printf(&b, " %s", l->at[i]);
	buf_add_str(&b, ")");
	notice(r, "config-narrows", value->line, arena_str(r->a, buf_slice(&b)));
	buf_free(&b);
}

static int read_only(struct reading *r, const char *name, const struct rule_node *value) {
	if (read_list(r, name, value, &r->out->only) < 0)
		return -1;
	notice_narrowing(r, name, value, &r->out->only);
	return 0;
}

static int read_skip(struct reading *r, const char *name, const struct rule_node *value) {
	if (read_list(r, name, value, &r->out->skip) < 0)
		return -1;
	notice_narrowing(r, name, value, &r->out->skip);
	return 0;
}

static void notice_ignored(struct reading *r, const char *name, const struct rule_node *value) {
	notice(r, "config-ignored", value->line,
		arena_printf(r->a,
			"'%s: %s' would weaken the gate, which the target's own configuration may not; the command "
			"line and "
			"--config may",
			name, (const char *)value->text.p));
}

static int read_fail_on(struct reading *r, const char *name, const struct rule_node *value) {
	struct option_severity s = {.given = true};
	const char *text;
	if (read_text(r, name, value, &text) < 0)
		return -1;
	s.none = strcmp(text, "none") == 0;
	if (!s.none && !severity_parse(value->text, &s.value))
		return FAIL(
			r, value->line, "%s: '%s' is not one of info, low, medium, high, critical, none", name, text);
	if (r->trust == CONFIG_OF_TARGET && (s.none || s.value > DEFAULT_FAIL_ON))
		notice_ignored(r, name, value);
	else
		r->out->fail_on = s;
	return 0;
}

static int read_confidence(struct reading *r, const char *name, const struct rule_node *value, enum confidence most,
	struct option_confidence *out) {
	struct option_confidence c = {.given = true};
	const char *text;
	if (read_text(r, name, value, &text) < 0)
		return -1;
	if (!confidence_parse(value->text, &c.value))
		return FAIL(r, value->line, "%s: '%s' is not one of low, medium, high", name, text);
	if (r->trust == CONFIG_OF_TARGET && c.value > most)
		notice_ignored(r, name, value);
	else
		*out = c;
	return 0;
}

static int read_gate_confidence(struct reading *r, const char *name, const struct rule_node *value) {
	return read_confidence(r, name, value, DEFAULT_GATE_CONFIDENCE, &r->out->gate_confidence);
}

static int read_min_confidence(struct reading *r, const char *name, const struct rule_node *value) {
	return read_confidence(r, name, value, DEFAULT_MIN_CONFIDENCE, &r->out->min_confidence);
}

static int read_key_file(struct reading *r, const char *name, const struct rule_node *value) {
	if (r->trust == CONFIG_OF_TARGET)
		return FAIL(r, value->line,
			"%s: not accepted from the target's own configuration, since whoever writes the target could "
			"choose a "
			"key they know and find the secrets out from their fingerprints; use --fingerprint-key-file or "
			"--config",
			name);
	return read_text(r, name, value, &r->out->fingerprint_key_file);
}

/* "2026-12-31": the entry holds through that day, in UTC. */
static int read_expiry(struct reading *r, const struct rule_node *value, struct allow *out) {
	const char *text;
	int64_t day;
	if (read_text(r, "expires", value, &text) < 0)
		return -1;
	if (value->text.n != 10 || text[4] != '-' || !date_parse(value->text, r->now, &day))
		return FAIL(r, value->line, "expires: '%s' is not a date such as 2026-12-31", text);
	out->until = day + SECONDS_DAY;
	return 0;
}

static int read_allow_path(struct reading *r, const struct rule_node *value, struct allow *out) {
	if (read_text(r, "path", value, &out->path) < 0)
		return -1;
	if (strchr(out->path, '\n') || out->path[0] == '!')
		return FAIL(r, value->line, "path: one pattern that says what to accept is expected");
	out->glob = glob_list_parse(r->a, value->text);
	return 0;
}

static int unknown(struct reading *r, const struct rule_node *key, const char *const *known, size_t n) {
	const char *name = (const char *)key->text.p;
	struct nearest near = nearest_to(name);
	for (size_t i = 0; i < n; i++)
		nearest_offer(&near, known[i]);
	if (near.word)
		return FAIL(r, key->line, "unknown field '%s'; did you mean '%s'?", name, near.word);
	return FAIL(r, key->line, "unknown field '%s'", name);
}

static int read_allow_field(struct reading *r, const struct rule_node *key, struct allow *out) {
	static const char *const known[] = {"rule", "path", "reason", "owner", "ticket", "expires"};
	const struct rule_node *value = key->next;
	if (slice_eq(key->text, slice_str("rule")))
		return read_text(r, "rule", value, &out->rule);
	if (slice_eq(key->text, slice_str("path")))
		return read_allow_path(r, value, out);
	if (slice_eq(key->text, slice_str("reason")))
		return read_text(r, "reason", value, &out->reason);
	if (slice_eq(key->text, slice_str("owner")))
		return read_text(r, "owner", value, &out->owner);
	if (slice_eq(key->text, slice_str("ticket")))
		return read_text(r, "ticket", value, &out->ticket);
	if (slice_eq(key->text, slice_str("expires")))
		return read_expiry(r, value, out);
	return unknown(r, key, known, sizeof(known) / sizeof(*known));
}

static int read_allow_entry(struct reading *r, const struct rule_node *entry, struct allow *out) {
	if (entry->kind != NODE_MAP)
		return FAIL(r, entry->line,
			"allow: each entry has the fields rule, path, reason and, as needed, owner, ticket, expires");
	out->line = entry->line;
	out->until = INT64_MAX;
	out->used = ARENA_NEW(r->a, bool);
	for (const struct rule_node *key = entry->first; key; key = key->next->next)
		if (read_allow_field(r, key, out) < 0)
			return -1;
	if (!out->reason)
		return FAIL(r, entry->line, "allow: an entry needs a reason, which the report shows");
	if (!out->rule)
		return FAIL(r, entry->line, "allow: an entry needs a rule; '*' stands for every rule");
	if (out->rule[strspn(out->rule, "*?")] == 0 && !out->path)
		return FAIL(
			r, entry->line, "allow: rule '%s' needs a path, or everything would be accepted", out->rule);
	if (out->until <= r->now)
		notice(r, "suppression-expired", entry->line,
			arena_printf(
				r->a, "the entry for rule %s has expired and accepts nothing any more", out->rule));
	return 0;
}

static int read_allow(struct reading *r, const char *name, const struct rule_node *value) {
	if (value->kind != NODE_LIST)
		return FAIL(r, value->line, "%s: a list of entries is expected here", name);
	if (value->n > LIST_MAX)
		return FAIL(r, value->line, "%s: more than %d entries", name, LIST_MAX);
	struct allow *at = ARENA_NEW_N(r->a, struct allow, value->n);
	size_t n = 0;
	for (const struct rule_node *entry = value->first; entry; entry = entry->next)
		if (read_allow_entry(r, entry, &at[n++]) < 0)
			return -1;
	r->out->allow = at;
	r->out->nallow = n;
	return 0;
}

static int read_policy_field(
	struct reading *r, const struct rule_node *key, struct config_policy *out, const char **path) {
	static const char *const known[] = {"path", "environment", "fail_on", "gate_confidence"};
	const struct rule_node *value = key->next;
	const char *text;

	if (slice_eq(key->text, slice_str("path"))) {
		struct allow entry = {.path = NULL};
		if (read_allow_path(r, value, &entry) < 0)
			return -1;
		*path = entry.path;
		out->glob = entry.glob;
		return 0;
	}
	if (slice_eq(key->text, slice_str("environment")))
		return read_text(r, "environment", value, &out->gate.name);
	if (slice_eq(key->text, slice_str("fail_on"))) {
		if (read_text(r, "fail_on", value, &text) < 0)
			return -1;
		out->gate.fail_on_none = strcmp(text, "none") == 0;
		if (!out->gate.fail_on_none && !severity_parse(value->text, &out->gate.fail_on))
			return FAIL(r, value->line,
				"fail_on: '%s' is not one of info, low, medium, high, critical, none", text);
		out->tells_severity = true;
		return 0;
	}
	if (slice_eq(key->text, slice_str("gate_confidence"))) {
		if (read_text(r, "gate_confidence", value, &text) < 0)
			return -1;
		if (!confidence_parse(value->text, &out->gate.confidence))
			return FAIL(r, value->line, "gate_confidence: '%s' is not one of low, medium, high", text);
		out->tells_confidence = true;
		return 0;
	}
	return unknown(r, key, known, sizeof(known) / sizeof(*known));
}

/* One entry; *kept says whether it holds: a target's own file may be stricter for some paths, never laxer. */
static int read_policy(struct reading *r, const struct rule_node *entry, struct config_policy *out, bool *kept) {
	const char *path = NULL;

	if (entry->kind != NODE_MAP)
		return FAIL(r, entry->line,
			"policy: each entry has the fields path, fail_on and, as needed, environment, gate_confidence");
	*out = (struct config_policy){.gate = {.fail_on = DEFAULT_FAIL_ON, .confidence = DEFAULT_GATE_CONFIDENCE}};
	for (const struct rule_node *key = entry->first; key; key = key->next->next)
		if (read_policy_field(r, key, out, &path) < 0)
			return -1;
	if (!path)
		return FAIL(r, entry->line, "policy: an entry needs a path");
	if (!out->gate.name)
		out->gate.name = path;
	*kept = r->trust == CONFIG_OF_USER || (!out->gate.fail_on_none && out->gate.fail_on <= DEFAULT_FAIL_ON);
	if (!*kept)
		notice(r, "config-ignored", entry->line,
			arena_printf(r->a,
				"the policy for %s would weaken the gate, which the target's own configuration may "
				"not; "
				"--config may",
				path));
	return 0;
}

static int read_policies(struct reading *r, const char *name, const struct rule_node *value) {
	if (value->kind != NODE_LIST)
		return FAIL(r, value->line, "%s: a list of entries is expected here", name);
	if (value->n > LIST_MAX)
		return FAIL(r, value->line, "%s: more than %d entries", name, LIST_MAX);
	struct config_policy *at = ARENA_NEW_N(r->a, struct config_policy, value->n);
	size_t n = 0;
	for (const struct rule_node *entry = value->first; entry; entry = entry->next) {
		bool kept = false;
		if (read_policy(r, entry, &at[n], &kept) < 0)
			return -1;
		n += kept;
	}
	r->out->policies = at;
	r->out->npolicies = n;
	return 0;
}

/* A target's own file may lower a limit, which the report tells; to raise one would make others pay for what it holds. */
static void take_limit(struct reading *r, size_t i, const struct rule_node *value, uint64_t n) {
	const struct limits defaults = limits_default();
	uint64_t usual = limit_field_get(i, &defaults);
	const char *name = limit_field_name(i), *text = (const char *)value->text.p;

	if (r->trust == CONFIG_OF_TARGET && n > usual) {
		notice(r, "config-ignored", value->line,
			arena_printf(r->a,
				"'%s: %s' would raise a limit, which the target's own configuration may not; the "
				"command line and --config may",
				name, text));
		return;
	}
	if (r->trust == CONFIG_OF_TARGET && n < usual)
		notice(r, "config-narrows", value->line,
			arena_printf(r->a, "the target's configuration lowers a limit (%s: %s)", name, text));
	r->out->limits[i] = (struct option_number){true, n};
	r->out->sets_limits = true;
}

static int read_limits(struct reading *r, const char *name, const struct rule_node *value) {
	const char *known[LIMIT_FIELDS];

	for (size_t i = 0; i < LIMIT_FIELDS; i++)
		known[i] = limit_field_name(i);
	if (value->kind != NODE_MAP)
		return FAIL(r, value->line, "%s: fields such as 'archive_depth: 4' are expected here", name);
	for (const struct rule_node *key = value->first; key; key = key->next->next) {
		struct error why = {0};
		const char *text;
		uint64_t n;
		size_t i = 0;

		while (i < LIMIT_FIELDS && !slice_eq(key->text, slice_str(known[i])))
			i++;
		if (i == LIMIT_FIELDS)
			return unknown(r, key, known, LIMIT_FIELDS);
		if (read_text(r, known[i], key->next, &text) < 0)
			return -1;
		if (limit_field_parse(i, text, &n, &why) < 0)
			return FAIL(r, key->next->line, "%s: %s", known[i], why.text);
		take_limit(r, i, key->next, n);
	}
	return 0;
}

static int read_field(struct reading *r, const struct rule_node *key) {
	static const struct field fields[] = {
		{"exclude", read_exclude},
		{"only", read_only},
		{"skip", read_skip},
		{"fail_on", read_fail_on},
		{"gate_confidence", read_gate_confidence},
		{"min_confidence", read_min_confidence},
		{"allow", read_allow},
		{"policy", read_policies},
		{"limits", read_limits},
		{"fingerprint_key_file", read_key_file},
	};
	enum { N = sizeof(fields) / sizeof(*fields) };
	const char *known[N];
	for (size_t i = 0; i < N; i++) {
		if (slice_eq(key->text, slice_str(fields[i].name)))
			return fields[i].read(r, fields[i].name, key->next);
		known[i] = fields[i].name;
	}
	return unknown(r, key, known, N);
}

int config_parse(struct arena *a, const char *file, struct slice yaml, enum config_trust trust, int64_t now,
	struct config *out, struct error *err) {
	struct reading r = {.a = a, .file = file, .trust = trust, .now = now, .out = out, .err = err};
	struct rule_node *root = NULL;
	memset(out, 0, sizeof(*out));
	out->file = file;
	out->is_of_target = trust == CONFIG_OF_TARGET;
	if (rule_tree_read(a, file, yaml, &root, err) < 0)
		return -1;
	if (!root)
		return 0;
	int rc = 0;
	if (root->kind != NODE_MAP)
		rc = FAIL(&r, root->line, "fields such as 'exclude:' are expected here");
	for (const struct rule_node *key = rc == 0 ? root->first : NULL; key && rc == 0; key = key->next->next)
		rc = read_field(&r, key);
	struct config_notice *kept = ARENA_NEW_N(a, struct config_notice, r.notices.n);
	if (r.notices.n > 0)
		memcpy(kept, r.notices.at, r.notices.n * sizeof(*kept));
	out->notices = kept;
	out->nnotices = r.notices.n;
	VEC_FREE(&r.notices);
	return rc;
}
