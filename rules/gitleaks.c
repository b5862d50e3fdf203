/* Files and tables of gitleaks' configuration: what extends what, which keys are known. Rules are made in gitleaks_rule.c, allowlists read in
 * gitleaks_allow.c. */
#include "rules/gitleaks_parse.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void gitleaks_free(struct gitleaks *g) {
	VEC_FREE(&g->rules);
	VEC_FREE(&g->allowlists);
}

void gitleaks_tell(struct gitleaks_reader *r, const char *file, unsigned line, const char *fmt, ...) {
	char text[400];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (r->cov)
		coverage_note(r->cov, "gitleaks-config", false, arena_printf(r->arena, "%s:%u", file, line), text);
}

static int name_width(struct slice key) {
	return (int)(key.n < 80 ? key.n : 80);
}

int gitleaks_wrong_kind(struct gitleaks_reader *r, const char *file, const struct toml *v, const char *what) {
	return error_set(r->err, ERR_USAGE, "%s:%u: %.*s: %s is expected", file, v->line, name_width(v->key),
		v->key.n ? (const char *)v->key.p : "", what);
}

int gitleaks_texts(
	struct gitleaks_reader *r, const char *file, const struct toml *v, const char *const **out, size_t *n) {
	const char **at;
	size_t k = 0;

	if (v->kind != TOML_ARRAY)
		return gitleaks_wrong_kind(r, file, v, "a list of texts");
	at = ARENA_NEW_N(r->arena, const char *, v->n);
	for (const struct toml *item = v->first; item; item = item->next) {
		if (item->kind != TOML_TEXT)
			return gitleaks_wrong_kind(r, file, v, "a list of texts");
		if (item->text.n)
			at[k++] = (const char *)item->text.p;
	}
	*out = at;
	*n = k;
	return 0;
}

/* A table, or each table of a list. */
typedef int table_fn(struct gitleaks_reader *r, const char *file, const struct toml *table, const char *rule);

static int each_table(
	struct gitleaks_reader *r, const char *file, const struct toml *v, const char *rule, table_fn *fn) {
	if (v->kind == TOML_TABLE)
		return fn(r, file, v, rule);
	if (v->kind != TOML_ARRAY)
		return gitleaks_wrong_kind(r, file, v, "a table");
	for (const struct toml *item = v->first; item; item = item->next) {
		if (item->kind != TOML_TABLE)
			return gitleaks_wrong_kind(r, file, v, "a list of tables");
		if (fn(r, file, item, rule) != 0)
			return -1;
	}
	return 0;
}

static void unknown(struct gitleaks_reader *r, const char *file, const struct toml *v, const char *where) {
	gitleaks_tell(r, file, v->line, "%s%.*s: not honoured: this key is not known", where, name_width(v->key),
		(const char *)v->key.p);
}

/* Rules */

static struct gitleaks_rule *rule_of(struct gitleaks_reader *r, const char *id) {
	struct gitleaks_rule fresh = {.id = id};

	for (size_t i = 0; i < r->rules.n; i++)
		if (strcmp(r->rules.at[i].id, id) == 0)
			return &r->rules.at[i];
	VEC_PUSH(&r->rules, fresh);
	return &r->rules.at[r->rules.n - 1];
}

static void append(struct given *list, struct given g) {
	for (size_t i = 0; i < GIVEN_FILES_MAX; i++)
		if (!list[i].v) {
			list[i] = g;
			return;
		}
}

static const struct rule_key {
	const char *name, *what;
	size_t at;
	enum toml_kind kind;
	bool adds; /* to what another file gave */
} rule_keys[] = {
	{"description", "a text", offsetof(struct gitleaks_rule, description), TOML_TEXT, false},
	{"regex", "a text", offsetof(struct gitleaks_rule, regex), TOML_TEXT, false},
	{"path", "a text", offsetof(struct gitleaks_rule, path), TOML_TEXT, false},
	{"entropy", "a number", offsetof(struct gitleaks_rule, entropy), TOML_NUMBER, false},
	{"secretGroup", "a number", offsetof(struct gitleaks_rule, group), TOML_NUMBER, false},
	{"skipReport", "true or false", offsetof(struct gitleaks_rule, silent), TOML_BOOL, false},
	{"keywords", "a list of texts", offsetof(struct gitleaks_rule, keywords), TOML_ARRAY, true},
	{"tags", "a list of texts", offsetof(struct gitleaks_rule, tags), TOML_ARRAY, true},
	{"required", "a list of tables", offsetof(struct gitleaks_rule, required), TOML_ARRAY, true},
};

static int read_rule_key(struct gitleaks_reader *r, const char *file, const struct toml *v, const char *id) {
	struct gitleaks_rule *g = rule_of(r, id);

	if (slice_eq(v->key, slice_str("allowlist")) || slice_eq(v->key, slice_str("allowlists")))
		return each_table(r, file, v, id, gitleaks_read_allowlist);
	for (size_t i = 0; i < sizeof(rule_keys) / sizeof(*rule_keys); i++) {
		const struct rule_key *k = &rule_keys[i];
		struct given *to = (struct given *)((char *)g + k->at);

		if (!slice_eq(v->key, slice_str(k->name)))
			continue;
		if (v->kind != k->kind)
			return gitleaks_wrong_kind(r, file, v, k->what);
		if (k->adds)
			append(to, (struct given){v, file});
		else
			*to = (struct given){v, file};
		return 0;
	}
	if (!slice_eq(v->key, slice_str("id")))
		unknown(r, file, v, "rules.");
	return 0;
}

static int read_rule(struct gitleaks_reader *r, const char *file, const struct toml *table, const char *unused) {
	const struct toml *id = toml_get(table, "id");

	(void)unused;
	if (!id || id->kind != TOML_TEXT || !id->text.n) {
		gitleaks_tell(r, file, table->line, "rules.id: not honoured: a rule without an id");
		return 0;
	}
	rule_of(r, (const char *)id->text.p)->at = (struct given){table, file};
	for (const struct toml *v = table->first; v; v = v->next)
		if (read_rule_key(r, file, v, (const char *)id->text.p) != 0)
			return -1;
	return 0;
}

/* Files */

static int read_text(struct gitleaks_reader *r, const char *file, struct slice text, unsigned depth);

static int read_file(struct gitleaks_reader *r, const char *file, unsigned depth) {
	struct buf text = {0};
	int status = file_read(file, r->trust, r->limits->max_rule_file_bytes, &text, r->err);

	if (status == 0)
		status = read_text(r, arena_str(r->arena, slice_str(file)), buf_slice(&text), depth);
	buf_free(&text);
	return status;
}

static int extend_path(struct gitleaks_reader *r, const char *file, const struct toml *v, unsigned depth) {
	if (v->kind != TOML_TEXT)
		return gitleaks_wrong_kind(r, file, v, "a text");
	if (r->trust == FILE_OF_TARGET || !r->limits)
		gitleaks_tell(r, file, v->line, "extend.path: not honoured: a target's own file leads to no other");
	else if (depth >= EXTEND_DEPTH_MAX)
		gitleaks_tell(r, file, v->line, "extend.path: not honoured: files extend each other at most %d deep",
			EXTEND_DEPTH_MAX);
	else if (read_file(r, (const char *)v->text.p, depth + 1) != 0)
		return error_context(r->err, "%s:%u: extend.path", file, v->line);
	return 0;
}

static int disable(struct gitleaks_reader *r, const char *file, const struct toml *v) {
	const char *const *ids = NULL;
	size_t n = 0;

	if (gitleaks_texts(r, file, v, &ids, &n) != 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		bool known = false;

		for (size_t k = 0; k < r->rules.n; k++)
			if (strcmp(r->rules.at[k].id, ids[i]) == 0)
				known = r->rules.at[k].disabled = true;
		if (!known)
			gitleaks_tell(r, file, v->line,
				"extend.disabledRules: not honoured: '%.80s' is no rule of the file it extends; --skip "
				"leaves "
				"out rules of nhiscan",
				ids[i]);
	}
	return 0;
}

/* What is extended is read before anything else, whatever the order in the file. */
static int read_extend(struct gitleaks_reader *r, const char *file, const struct toml *table, unsigned depth) {
	const struct toml *path = toml_get(table, "path"), *off = toml_get(table, "disabledRules");

	if (table->kind != TOML_TABLE)
		return gitleaks_wrong_kind(r, file, table, "a table");
	if (path && extend_path(r, file, path, depth) != 0)
		return -1;
	if (off && disable(r, file, off) != 0)
		return -1;
	for (const struct toml *v = table->first; v; v = v->next) {
		if (slice_eq(v->key, slice_str("useDefault"))) {
			if (v->kind == TOML_BOOL && v->truth) {
				r->defaults = true;
				gitleaks_tell(r, file, v->line,
					"extend.useDefault: nhiscan's own rules stand for those of gitleaks");
			}
		} else if (slice_eq(v->key, slice_str("url"))) {
			gitleaks_tell(r, file, v->line, "extend.url: not honoured: nothing is fetched");
		} else if (v != path && v != off) {
			unknown(r, file, v, "extend.");
		}
	}
	return 0;
}

static int read_text(struct gitleaks_reader *r, const char *file, struct slice text, unsigned depth) {
	static const char *const harmless[] = {"title", "description", "minVersion", "extend", NULL};
	const struct toml *root = toml_parse(r->arena, file, text, r->err), *extend;

	if (!root)
		return -1;
	extend = toml_get(root, "extend");
	if (extend && read_extend(r, file, extend, depth) != 0)
		return -1;
	for (const struct toml *v = root->first; v; v = v->next) {
		bool known = false;
		int status = 0;

		for (size_t i = 0; harmless[i]; i++)
			known |= slice_eq(v->key, slice_str(harmless[i]));
		if (slice_eq(v->key, slice_str("rules")))
			status = each_table(r, file, v, NULL, read_rule);
		else if (slice_eq(v->key, slice_str("allowlist")) || slice_eq(v->key, slice_str("allowlists")))
			status = each_table(r, file, v, NULL, gitleaks_read_allowlist);
		else if (!known)
			unknown(r, file, v, "");
		if (status != 0)
			return -1;
	}
	return 0;
}

static int make_rules(struct gitleaks_reader *r) {
	const struct gitleaks_rule *first = r->rules.n ? &r->rules.at[0] : NULL;

	if (r->trust == FILE_OF_TARGET) {
		if (first)
			gitleaks_tell(r, first->at.file, first->at.v->line,
				"rules: not honoured: a target's own rules are not loaded; --gitleaks-config loads "
				"them");
		return 0;
	}
	for (size_t i = 0; i < r->rules.n; i++)
		if (!r->rules.at[i].disabled && gitleaks_make_rule(r, &r->rules.at[i]) != 0)
			return -1;
	return 0;
}

int gitleaks_load(struct arena *a, const char *file, enum file_trust trust, const struct limits *lim,
	struct coverage *cov, struct gitleaks *out, struct error *err) {
	struct gitleaks_reader r = {.arena = a, .limits = lim, .trust = trust, .cov = cov, .out = out, .err = err};
	int status = read_file(&r, file, 0);

	if (status == 0)
		status = make_rules(&r);
	VEC_FREE(&r.rules);
	return status;
}

int gitleaks_parse(struct arena *a, const char *file, struct slice text, enum file_trust trust, struct coverage *cov,
	struct gitleaks *out, struct error *err) {
	struct gitleaks_reader r = {.arena = a, .trust = trust, .cov = cov, .out = out, .err = err};
	int status = read_text(&r, arena_str(a, slice_str(file)), text, 0);

	if (status == 0)
		status = make_rules(&r);
	VEC_FREE(&r.rules);
	return status;
}
