/* From a rule of gitleaks' configuration to one of ours: its pattern over a window, the literals that wake it, its conditions.
 * What the tables say is gathered in gitleaks.c. */
#include "rules/gitleaks_parse.h"

#include "rules/load_fields.h"
#include "rules/re2.h"

#include <stdlib.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

/* Window of a pattern whose matches have no longest. */
#define BEFORE_UNBOUNDED 256
#define AFTER_UNBOUNDED	 4096
#define GROUP_MAX	 15 /* the engine reads so many groups */

static int tell(struct gitleaks_reader *r, struct given g, const struct gitleaks_rule *rule, const char *key,
	const char *why, const char *more) {
	if (!g.v)
		g = rule->at;
	gitleaks_tell(r, g.file, g.v->line, "rules.%s: not honoured: rule '%.80s' %s%s", key, rule->id, why, more);
	return 0;
}

static bool is_id(const char *id) {
	size_t n = strlen(id);

	return n <= RULE_ID_MAX && strspn(id, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.") == n;
}

/* The lists of all files, one behind the other. */
static int join_texts(struct gitleaks_reader *r, const struct given *lists, const char *const **out, size_t *n) {
	const char **all;
	size_t room = 0;

	*n = 0;
	for (size_t i = 0; i < GIVEN_FILES_MAX && lists[i].v; i++)
		room += lists[i].v->n;
	all = ARENA_NEW_N(r->arena, const char *, room);
	for (size_t i = 0; i < GIVEN_FILES_MAX && lists[i].v; i++) {
		const char *const *texts;
		size_t k;

		if (gitleaks_texts(r, lists[i].file, lists[i].v, &texts, &k) != 0)
			return -1;
		for (size_t t = 0; t < k; t++)
			all[(*n)++] = texts[t];
	}
	*out = all;
	return 0;
}

/* The engine's options, so that what compiles here compiles there. */
static bool compiles(const struct rule *rule, unsigned *groups, char why[160]) {
	int number;
	PCRE2_SIZE at;
	uint32_t count = 0, empty = 0;
	pcre2_code *code = pcre2_compile((PCRE2_SPTR)rule->pattern, PCRE2_ZERO_TERMINATED,
		PCRE2_NEVER_UTF | PCRE2_NEVER_BACKSLASH_C | PCRE2_DOLLAR_ENDONLY |
			(rule->ignore_case ? PCRE2_CASELESS : 0),
		&number, &at, NULL);

	if (!code) {
		pcre2_get_error_message(number, (PCRE2_UCHAR *)why, 160);
		return false;
	}
	pcre2_pattern_info(code, PCRE2_INFO_CAPTURECOUNT, &count);
	pcre2_pattern_info(code, PCRE2_INFO_MATCHEMPTY, &empty);
	pcre2_code_free(code);
	*groups = count;
	if (empty)
		memcpy(why, "can match nothing at all", sizeof("can match nothing at all"));
	return !empty;
}

static void set_window(struct rule *rule, const struct re2 *t) {
	uint64_t before = t->literals.before >= RE2_UNBOUNDED ? BEFORE_UNBOUNDED : t->literals.before;
	uint64_t after = t->longest >= RE2_UNBOUNDED ? AFTER_UNBOUNDED : t->longest + 1;

	rule->before = (uint32_t)(before > RULE_BEFORE_MAX ? RULE_BEFORE_MAX : before);
	rule->after = (uint32_t)(after > RULE_AFTER_MAX ? RULE_AFTER_MAX : after);
}

static void set_keywords(struct gitleaks_reader *r, const struct gitleaks_rule *g, struct rule *rule,
	const struct re2 *t, size_t nwanted) {
	const char **at = ARENA_NEW_N(r->arena, const char *, t->literals.n);
	struct given where = g->keywords[0].v ? g->keywords[0] : g->regex;

	memcpy(at, t->literals.at, t->literals.n * sizeof(*at));
	rule->keywords = at;
	rule->nkeywords = t->literals.n;
	rule->ignore_case = t->literals.nocase;
	if (!nwanted)
		tell(r, where, g, "keywords", "has none, which would be slow; it is searched for by its regex's text ",
			at[0]);
	else if (!t->literals.wanted)
		tell(r, where, g, "keywords",
			"has none that all its matches hold; it is searched for by its regex's text ", at[0]);
}

/* 1 when the rule can't be honoured, which has been told. */
static int set_pattern(struct gitleaks_reader *r, const struct gitleaks_rule *g, struct rule *rule) {
	double group = g->group.v ? g->group.v->number : 0;
	struct re2_request ask = {.use = RE2_WINDOW, .first_group = group == 0};
	struct error why = {0};
	char reason[160] = "";
	unsigned groups = 0;
	struct re2 t;

	if (group < 0 || group > GROUP_MAX || group != (double)(unsigned)group)
		return tell(r, g->group, g, "secretGroup", "has a group that is no whole number from 0 to 15", ""), 1;
	if (join_texts(r, g->keywords, &ask.wanted, &ask.nwanted) != 0)
		return -1;
	if (re2_translate(r->arena, g->regex.v->text, &ask, &t, &why) != 0)
		return tell(r, g->regex, g, "regex", "is left out: ", why.text), 1;
	if (!t.literals.n)
		return tell(r, g->regex, g, "regex", "is left out: no text of three bytes stands in all its matches",
			       ""),
		       1;
	set_keywords(r, g, rule, &t, ask.nwanted);
	rule->pattern = t.pattern;
	set_window(rule, &t);
	if (!compiles(rule, &groups, reason))
		return tell(r, g->regex, g, "regex", "is left out: ", reason), 1;
	rule->secret_group = group > 0 ? (unsigned)group : groups > 0;
	if (rule->secret_group > groups)
		return tell(r, g->group, g, "secretGroup", "is left out: its regex has fewer groups", ""), 1;
	if (t.remark)
		gitleaks_tell(r, g->regex.file, g->regex.v->line, "rules.regex: rule '%.80s': %s", g->id, t.remark);
	return 0;
}

static int set_path(struct gitleaks_reader *r, const struct gitleaks_rule *g, struct rule *rule) {
	struct error why = {0};

	if (!g->path.v || !g->path.v->text.n)
		return 0;
	rule->path_regex = regex_of_re2(r->arena, g->path.v->text, &why);
	if (!rule->path_regex)
		return tell(r, g->path, g, "path", "is left out: ", why.text), 1;
	return 0;
}

static bool whole(const struct toml *v) {
	return v->kind == TOML_NUMBER && v->number >= 0 && v->number <= 1e6 && v->number == (double)(unsigned)v->number;
}

static int read_required(
	struct gitleaks_reader *r, struct given g, const struct toml *table, struct rule_required *out) {
	*out = (struct rule_required){.lines = -1, .columns = -1};
	for (const struct toml *v = table->first; v; v = v->next) {
		bool lines = slice_eq(v->key, slice_str("withinLines"));

		if (slice_eq(v->key, slice_str("id")) && v->kind == TOML_TEXT)
			out->rule = (const char *)v->text.p;
		else if ((lines || slice_eq(v->key, slice_str("withinColumns"))) && whole(v))
			*(lines ? &out->lines : &out->columns) = (int)v->number;
		else
			return gitleaks_wrong_kind(r, g.file, v, "id, withinLines or withinColumns");
	}
	return out->rule ? 0 : gitleaks_wrong_kind(r, g.file, table, "an id");
}

static int set_required(struct gitleaks_reader *r, const struct gitleaks_rule *g, struct rule *rule) {
	struct rule_required *all;
	size_t room = 0, n = 0;

	for (size_t i = 0; i < GIVEN_FILES_MAX && g->required[i].v; i++)
		room += g->required[i].v->n;
	all = ARENA_NEW_N(r->arena, struct rule_required, room);
	for (size_t i = 0; i < GIVEN_FILES_MAX && g->required[i].v; i++)
		for (const struct toml *t = g->required[i].v->first; t; t = t->next) {
			if (t->kind != TOML_TABLE)
				return gitleaks_wrong_kind(
					r, g->required[i].file, g->required[i].v, "a list of tables");
			if (read_required(r, g->required[i], t, &all[n++]) != 0)
				return -1;
		}
	rule->required = all;
	rule->nrequired = n;
	return 0;
}

static int without_regex(struct gitleaks_reader *r, const struct gitleaks_rule *g) {
	if (g->path.v)
		return tell(r, g->path, g, "path", "has no regex: files are not reported by their names alone", "");
	if (r->defaults)
		gitleaks_tell(r, g->at.file, g->at.v->line,
			"rules: rule '%.80s' changes one of gitleaks' own: only its allowlists are taken, for findings "
			"of that "
			"id",
			g->id);
	else
		tell(r, g->at, g, "regex", "has none", "");
	return 0;
}

int gitleaks_make_rule(struct gitleaks_reader *r, const struct gitleaks_rule *g) {
	static const uint16_t cwe[] = {798};
	bool named = g->description.v && g->description.v->text.n;
	struct rule rule = {.id = g->id,
		.title = named ? (const char *)g->description.v->text.p : g->id,
		.service = "gitleaks configuration",
		.severity = SEVERITY_HIGH,
		.confidence = CONFIDENCE_HIGH,
		.kind = KIND_TOKEN,
		.nhi = 1u << 1, /* NHI2:2025, secret leakage */
		.cwe = cwe,
		.ncwe = 1,
		.raised = SEVERITY_HIGH,
		.entropy = g->entropy.v ? g->entropy.v->number : 0,
		.silent = g->silent.v && g->silent.v->truth,
		.fix = "Revoke the secret where it was issued, replace it, and take it out.",
		.reference = NULL,
		.file = g->at.file,
		.line = g->at.v->line};
	int status;

	if (!is_id(g->id))
		return tell(r, g->at, g, "id", "has an id of other than up to 64 letters, digits and -_.", "");
	if (!g->regex.v || !g->regex.v->text.n)
		return without_regex(r, g);
	if (!(rule.entropy >= 0 && rule.entropy <= RULE_ENTROPY_MAX))
		return tell(r, g->entropy, g, "entropy", "asks for an entropy beyond 0 to 8", "");
	status = set_pattern(r, g, &rule);
	if (status == 0)
		status = set_path(r, g, &rule);
	if (status == 0)
		status = set_required(r, g, &rule);
	if (status == 0)
		status = join_texts(r, g->tags, &rule.tags, &rule.ntags);
	if (status == 0)
		VEC_PUSH(&r->out->rules, rule);
	return status < 0 ? -1 : 0;
}
