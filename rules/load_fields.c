/* The table of a rule's fields: name, type, bounds and where the value goes. One row a field.
 * Not here: what fields demand of one another (load.c). */
#include "rules/load_fields.h"

#include "core/text.h"

#include <stdarg.h>
#include <stdio.h>

enum field_type {
	FIELD_ID,      /* slug */
	FIELD_TEXT,    /* one line for people */
	FIELD_PATTERN, /* any bytes but NUL, not empty */
	FIELD_SEVERITY,
	FIELD_CONFIDENCE,
	FIELD_KIND,
	FIELD_BOOL,
	FIELD_NUMBER,  /* uint32_t or unsigned, up to `max` */
	FIELD_ENTROPY, /* double */
	FIELD_NHI,     /* list of NHI1..NHI10 */
	FIELD_CWE,     /* list of numbers */
	FIELD_STRINGS, /* list of strings of `min`..`max` bytes */
	FIELD_CASES,   /* list of templates */
};

struct field {
	const char *name;
	enum field_type type;
	bool required;
	size_t at, count_at; /* offsets in struct rule */
	size_t min, max;
};

#define AT(member) offsetof(struct rule, member)
#define REQUIRED   true
#define OPTIONAL   false

static const struct field fields[] = {
	{"id", FIELD_ID, REQUIRED, AT(id), 0, RULE_ID_MIN, RULE_ID_MAX},
	{"title", FIELD_TEXT, REQUIRED, AT(title), 0, 1, 200},
	{"service", FIELD_TEXT, REQUIRED, AT(service), 0, 1, 100},
	{"severity", FIELD_SEVERITY, REQUIRED, AT(severity), 0, 0, 0},
	{"confidence", FIELD_CONFIDENCE, REQUIRED, AT(confidence), 0, 0, 0},
	{"kind", FIELD_KIND, REQUIRED, AT(kind), 0, 0, 0},
	{"nhi", FIELD_NHI, REQUIRED, AT(nhi), 0, 0, 0},
	{"cwe", FIELD_CWE, REQUIRED, AT(cwe), AT(ncwe), 1, UINT16_MAX},
	{"keywords", FIELD_STRINGS, REQUIRED, AT(keywords), AT(nkeywords), RULE_KEYWORD_MIN, RULE_KEYWORD_MAX},
	{"ignore_case", FIELD_BOOL, OPTIONAL, AT(ignore_case), 0, 0, 0},
	{"pattern", FIELD_PATTERN, REQUIRED, AT(pattern), 0, 1, RULE_PATTERN_MAX},
	{"secret", FIELD_NUMBER, OPTIONAL, AT(secret_group), 0, 0, 99},
	{"before", FIELD_NUMBER, OPTIONAL, AT(before), 0, 0, RULE_BEFORE_MAX},
	{"after", FIELD_NUMBER, REQUIRED, AT(after), 0, 1, RULE_AFTER_MAX},
	{"entropy", FIELD_ENTROPY, OPTIONAL, AT(entropy), 0, 0, 0},
	{"checks", FIELD_STRINGS, OPTIONAL, AT(checks), AT(nchecks), 1, 64},
	{"paths", FIELD_STRINGS, OPTIONAL, AT(paths), AT(npaths), 1, 256},
	{"partners", FIELD_STRINGS, OPTIONAL, AT(partners), AT(npartners), RULE_ID_MIN, RULE_ID_MAX},
	{"raised", FIELD_SEVERITY, OPTIONAL, AT(raised), 0, 0, 0},
	{"mask_prefix", FIELD_NUMBER, OPTIONAL, AT(mask_prefix), 0, 0, RULE_MASK_PREFIX_MAX},
	{"tags", FIELD_STRINGS, OPTIONAL, AT(tags), AT(ntags), 1, 64},
	{"fix", FIELD_TEXT, REQUIRED, AT(fix), 0, 1, RULE_TEXT_MAX},
	{"reference", FIELD_TEXT, REQUIRED, AT(reference), 0, 1, RULE_TEXT_MAX},
	{"positive", FIELD_CASES, REQUIRED, AT(positive), AT(npositive), 1, RULE_CASE_MAX},
	{"negative", FIELD_CASES, REQUIRED, AT(negative), AT(nnegative), 1, RULE_CASE_MAX},
};

#define NFIELDS (sizeof(fields) / sizeof(fields[0]))

_Static_assert(NFIELDS <= 64, "fields_seen holds one bit a field");
_Static_assert(sizeof(unsigned) == sizeof(uint32_t), "FIELD_NUMBER writes both");

int load_fail(const struct load_ctx *c, unsigned line, const char *fmt, ...) {
	char text[ERROR_TEXT_MAX];
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	return error_set(c->err, ERR_USAGE, "%s:%u: %s", c->file, line, text);
}

const char *load_show(const struct load_ctx *c, struct slice s) {
	struct buf shown = {0};
	text_escape(&shown, slice_sub(s, 0, 80));
	if (s.n > 80)
		buf_add_str(&shown, "...");
	const char *text = arena_str(c->arena, buf_slice(&shown));
	buf_free(&shown);
	return text;
}

const char *load_nearest(const struct load_ctx *c, struct slice s, const char *const *first, size_t n, size_t stride) {
	const char *best = NULL;
	unsigned best_distance = 0;
	const char *word = arena_str(c->arena, slice_sub(s, 0, 65));
	for (size_t i = 0; i < n; i++) {
		const char *candidate = *(const char *const *)((const char *)first + i * stride);
		unsigned distance = text_distance(word, candidate);
		if (!best || distance < best_distance) {
			best = candidate;
			best_distance = distance;
		}
	}
	/* Farther than a third of the word is no slip of the hand. */
	if (!best || best_distance > 1 + s.n / 3)
		return "";
	return arena_printf(c->arena, ", did you mean '%s'?", best);
}

static const struct field *field_find(struct slice name) {
	for (size_t i = 0; i < NFIELDS; i++) {
		if (slice_eq(name, slice_str(fields[i].name)))
			return &fields[i];
	}
	return NULL;
}

static int want_text(const struct load_ctx *c, const struct rule_node *v, const char *name) {
	if (v->kind != NODE_TEXT)
		return load_fail(c, v->line, "'%s' must be a single value, not a list or mapping", name);
	return 0;
}

static bool has_control(struct slice s) {
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] < 0x20 || s.p[i] == 0x7f)
			return true;
	}
	return false;
}

/* The text of a value; a block's final newline is the writing's, not the value's. */
static struct slice value_text(const struct rule_node *v) {
	struct slice s = v->text;
	while (v->block && s.n && s.p[s.n - 1] == '\n')
		s.n--;
	return s;
}

static int check_length(const struct load_ctx *c, const struct field *f, unsigned line, size_t n) {
	if (n < f->min && n == 0)
		return load_fail(c, line, "'%s' is empty", f->name);
	if (n < f->min)
		return load_fail(c, line, "'%s' needs at least %zu bytes", f->name, f->min);
	if (n > f->max)
		return load_fail(c, line, "'%s' is longer than %zu bytes", f->name, f->max);
	return 0;
}

static bool is_slug(struct slice s) {
	for (size_t i = 0; i < s.n; i++) {
		bool letter = s.p[i] >= 'a' && s.p[i] <= 'z', digit = s.p[i] >= '0' && s.p[i] <= '9';
		bool inner_dash = s.p[i] == '-' && i > 0 && i + 1 < s.n && s.p[i - 1] != '-';
		if (!letter && !digit && !inner_dash)
			return false;
	}
	return s.n > 0;
}

static int read_string(const struct load_ctx *c, const struct field *f, const struct rule_node *v, struct rule *rule) {
	struct slice s = value_text(v);
	if (check_length(c, f, v->line, s.n) != 0)
		return -1;
	if (f->type == FIELD_ID && !is_slug(s))
		return load_fail(
			c, v->line, "id '%s' is not of the form 'words-joined-by-dashes' (a-z, 0-9)", load_show(c, s));
	if (f->type == FIELD_TEXT && has_control(s))
		return load_fail(c, v->line, "'%s' must be one line without control characters", f->name);
	const char *copy = arena_str(c->arena, s);
	memcpy((char *)rule + f->at, &copy, sizeof(copy));
	return 0;
}

static bool parse_number(const struct rule_node *v, size_t max, uint32_t *out) {
	uint64_t n = 0;
	if (v->quoted || v->text.n == 0 || v->text.n > 10)
		return false;
	for (size_t i = 0; i < v->text.n; i++) {
		if (v->text.p[i] < '0' || v->text.p[i] > '9')
			return false;
		n = n * 10 + (uint64_t)(v->text.p[i] - '0');
	}
	if (n > max)
		return false;
	*out = (uint32_t)n;
	return true;
}

/* Decimal digits with one point. strtod() would follow the locale and take hexadecimal and "nan". */
static bool parse_decimal(const struct rule_node *v, double max, double *out) {
	double n = 0, scale = 1;
	bool point = false, digit = false;
	if (v->quoted || v->text.n > 12)
		return false;
	for (size_t i = 0; i < v->text.n; i++) {
		uint8_t ch = v->text.p[i];
		if (ch == '.' && !point && digit) {
			point = true;
		} else if (ch >= '0' && ch <= '9') {
			n = n * 10 + (ch - '0');
			scale = point ? scale * 10 : scale;
			digit = true;
		} else {
			return false;
		}
	}
	if (!digit || n / scale > max)
		return false;
	*out = n / scale;
	return true;
}

static int read_number(const struct load_ctx *c, const struct field *f, const struct rule_node *v, struct rule *rule) {
	uint32_t n;
	if (!parse_number(v, f->max, &n) || n < f->min)
		return load_fail(c, v->line, "'%s' must be a number from %zu to %zu, not '%s'", f->name, f->min, f->max,
			load_show(c, v->text));
	memcpy((char *)rule + f->at, &n, sizeof(n));
	return 0;
}

static int read_bool(const struct load_ctx *c, const struct field *f, const struct rule_node *v, struct rule *rule) {
	bool yes = slice_eq(v->text, slice_str("true"));
	if (v->quoted || (!yes && !slice_eq(v->text, slice_str("false"))))
		return load_fail(c, v->line, "'%s' must be true or false, not '%s'", f->name, load_show(c, v->text));
	memcpy((char *)rule + f->at, &yes, sizeof(yes));
	return 0;
}

static int read_word(const struct load_ctx *c, const struct field *f, const struct rule_node *v, struct rule *rule) {
	const char *words = "";
	bool ok = false;
	if (f->type == FIELD_SEVERITY) {
		enum severity s = SEVERITY_INFO;
		ok = severity_parse(v->text, &s);
		memcpy((char *)rule + f->at, &s, sizeof(s));
		words = "info, low, medium, high or critical";
	} else if (f->type == FIELD_CONFIDENCE) {
		enum confidence s = CONFIDENCE_LOW;
		ok = confidence_parse(v->text, &s);
		memcpy((char *)rule + f->at, &s, sizeof(s));
		words = "low, medium or high";
	} else {
		enum secret_kind s = KIND_TOKEN;
		ok = secret_kind_parse(v->text, &s);
		memcpy((char *)rule + f->at, &s, sizeof(s));
		ok = ok && s != KIND_CONFIGURATION; /* of rules over facts only */
		words = "token, password, key-id, private-key, jwt, url, hash or generic";
	}
	if (!ok)
		return load_fail(c, v->line, "'%s' must be %s, not '%s'", f->name, words, load_show(c, v->text));
	return 0;
}

/* Lists. */

static int want_list(const struct load_ctx *c, const struct field *f, const struct rule_node *v) {
	if (v->kind != NODE_LIST)
		return load_fail(c, v->line, "'%s' must be a list", f->name);
	if (v->n == 0)
		return load_fail(c, v->line, "'%s' is an empty list", f->name);
	if (v->n > RULE_LIST_MAX)
		return load_fail(c, v->line, "'%s' has more than %d entries", f->name, RULE_LIST_MAX);
	for (const struct rule_node *item = v->first; item; item = item->next) {
		if (want_text(c, item, f->name) != 0)
			return -1;
	}
	return 0;
}

static void store_list(struct rule *rule, const struct field *f, const void *list, size_t n) {
	memcpy((char *)rule + f->at, &list, sizeof(list));
	memcpy((char *)rule + f->count_at, &n, sizeof(n));
}

static int read_nhi(const struct load_ctx *c, const struct rule_node *v, struct rule *rule) {
	for (const struct rule_node *item = v->first; item; item = item->next) {
		unsigned i;

		if (!nhi_parse(item->text, &i))
			return load_fail(
				c, item->line, "'nhi' takes NHI1 to NHI10, not '%s'", load_show(c, item->text));
		rule->nhi |= (uint16_t)(1u << i);
	}
	return 0;
}

static int read_cwe(const struct load_ctx *c, const struct field *f, const struct rule_node *v, struct rule *rule) {
	uint16_t *list = ARENA_NEW_N(c->arena, uint16_t, v->n);
	size_t n = 0;
	for (const struct rule_node *item = v->first; item; item = item->next) {
		uint32_t number;
		if (!parse_number(item, f->max, &number) || number == 0)
			return load_fail(
				c, item->line, "'cwe' takes numbers such as 798, not '%s'", load_show(c, item->text));
		list[n++] = (uint16_t)number;
	}
	store_list(rule, f, list, n);
	return 0;
}

static int read_strings(const struct load_ctx *c, const struct field *f, const struct rule_node *v, struct rule *rule) {
	const char **list = ARENA_NEW_N(c->arena, const char *, v->n);
	size_t n = 0;
	for (const struct rule_node *item = v->first; item; item = item->next) {
		if (check_length(c, f, item->line, item->text.n) != 0)
			return -1;
		if (f->at != AT(keywords) && has_control(item->text))
			return load_fail(c, item->line, "'%s' holds a control character", f->name);
		for (size_t i = 0; i < n; i++) {
			if (slice_eq(item->text, slice_str(list[i])))
				return load_fail(
					c, item->line, "'%s' lists '%s' twice", f->name, load_show(c, item->text));
		}
		list[n++] = (const char *)item->text.p;
	}
	store_list(rule, f, list, n);
	return 0;
}

static int read_cases(const struct load_ctx *c, const struct field *f, const struct rule_node *v, struct rule *rule) {
	struct rule_case *list = ARENA_NEW_N(c->arena, struct rule_case, v->n);
	size_t n = 0;
	for (const struct rule_node *item = v->first; item; item = item->next) {
		if (check_length(c, f, item->line, item->text.n) != 0)
			return -1;
		list[n++] = (struct rule_case){(const char *)item->text.p, item->line};
	}
	store_list(rule, f, list, n);
	return 0;
}

static int read_field(const struct load_ctx *c, const struct field *f, const struct rule_node *v, struct rule *rule) {
	bool is_list = f->type >= FIELD_NHI;
	if ((is_list ? want_list(c, f, v) : want_text(c, v, f->name)) != 0)
		return -1;
	switch (f->type) {
	case FIELD_ID:
	case FIELD_TEXT:
	case FIELD_PATTERN:
		return read_string(c, f, v, rule);
	case FIELD_SEVERITY:
	case FIELD_CONFIDENCE:
	case FIELD_KIND:
		return read_word(c, f, v, rule);
	case FIELD_BOOL:
		return read_bool(c, f, v, rule);
	case FIELD_NUMBER:
		return read_number(c, f, v, rule);
	case FIELD_ENTROPY:
		if (!parse_decimal(v, RULE_ENTROPY_MAX, &rule->entropy))
			return load_fail(c, v->line, "'entropy' must be bits per character from 0 to 8, not '%s'",
				load_show(c, v->text));
		return 0;
	case FIELD_NHI:
		return read_nhi(c, v, rule);
	case FIELD_CWE:
		return read_cwe(c, f, v, rule);
	case FIELD_STRINGS:
		return read_strings(c, f, v, rule);
	case FIELD_CASES:
		return read_cases(c, f, v, rule);
	}
	return 0;
}

int rule_field_read(const struct load_ctx *c, struct slice name, const struct rule_node *v, struct rule *rule) {
	return read_field(c, field_find(name), v, rule);
}

int rule_fields_read(
	const struct load_ctx *c, const struct rule_node *map, struct rule *rule, struct fields_seen *seen) {
	seen->bits = 0;
	for (const struct rule_node *key = map->first; key; key = key->next->next) {
		const struct field *f = field_find(key->text);
		if (!f)
			return load_fail(c, key->line, "unknown field '%s'%s", load_show(c, key->text),
				load_nearest(c, key->text, &fields[0].name, NFIELDS, sizeof(fields[0])));
		if (read_field(c, f, key->next, rule) != 0)
			return -1;
		seen->bits |= UINT64_C(1) << (f - fields);
	}
	for (size_t i = 0; i < NFIELDS; i++) {
		if (fields[i].required && !(seen->bits & UINT64_C(1) << i))
			return load_fail(c, map->line, "rule%s%s has no '%s'", rule->id ? " " : "",
				rule->id ? rule->id : "", fields[i].name);
	}
	return 0;
}

bool rule_field_given(const struct fields_seen *seen, const char *name) {
	const struct field *f = field_find(slice_str(name));
	return f && (seen->bits & UINT64_C(1) << (f - fields)) != 0;
}

unsigned rule_field_line(const struct rule_node *map, const char *name) {
	for (const struct rule_node *key = map->first; key; key = key->next->next) {
		if (slice_eq(key->text, slice_str(name)))
			return key->line;
	}
	return map->line;
}
