/* What makes a value that passed more sure than its rule is: a vendor named beside it whose tokens have its form, or a strength that
 * nothing but a machine draws under a name of nothing but secrets. */
#include "rules/judge_parts.h"

#include "rules/base64.h"
#include "rules/bytes.h"
#include "rules/context.h"
#include "rules/engine.h"
#include "rules/telling_service.h"

/* Of so many bits and bytes: 32 hex digits, 24 letters and digits. */
#define STRONG_BITS  100
#define STRONG_BYTES 24

static const char *told_beside(const struct matched *m, struct slice value) {
	size_t from = m->start > JUDGE_CONTEXT ? m->start - JUDGE_CONTEXT : 0;
	const char *service = service_told(m->services, value, slice_sub(m->text, from, m->start));

	return service ? service : service_told(m->services, value, slice_sub(m->text, m->end, m->end + JUDGE_CONTEXT));
}

/* As in a Kubernetes Secret. */
static const char *told_encoded(const struct matched *m) {
	struct buf plain = {0};
	const char *service = NULL;

	if (m->value.n % 4 == 0 && m->value.n <= 512 && base64_decode(&plain, m->value, BASE64_STANDARD) &&
		slice_is_text(buf_slice(&plain)))
		service = told_beside(m, slice_trim(buf_slice(&plain)));
	buf_free(&plain);
	return service;
}

/* Rules that take any argument of a call: only a vendor named beside it makes it a token. */
#define TAG_VENDOR_BESIDE "vendor-beside"

static bool has_tag(const struct rule *r, const char *tag) {
	for (size_t i = 0; i < r->ntags; i++)
		if (strcmp(r->tags[i], tag) == 0)
			return true;
	return false;
}

/* "api key: …" is named by two words, the pattern began in the first. */
static bool is_named_by_words(const struct matched *m) {
	return m->text.p + m->match_start < m->name.p;
}

/* Half of what vendors call simply "key" is the public half of a pair. */
static bool is_bare_key(struct slice name) {
	return name.n <= 3 || slice_eq_nocase(name, slice_str("app_key")) || slice_eq_nocase(name, slice_str("appkey"));
}

/* What base64, its variants and the secrets of Entra ID are made of. */
static bool is_of_token(struct slice v) {
	for (size_t i = 0; i < v.n; i++)
		if (!byte_is_name(v.p[i]) && !strchr("+/=~", v.p[i]))
			return false;
	return true;
}

/* Is the value plainly what is named: assigned, or handed to what sets it? */
static bool is_given(const struct matched *m) {
	switch (m->joint) {
	case JOINT_ASSIGNS:
	case JOINT_TAG:
		return true;
	case JOINT_NONE: /* process.env.API_TOKEN || "…" */
	case JOINT_BLANK:
		return m->quoted;
	case JOINT_COMMA:
		return m->name_quoted && matched_call_sets(m);
	default:
		return false;
	}
}

/* Under the name of a token of something: LEONARDO_API_KEY. */
static bool is_drawn_uuid(struct slice v, struct slice name) {
	return slice_is_uuid(v) && v.p[14] == '4' && name.n >= 11;
}

static bool is_strong(const struct matched *m, const struct shape *h) {
	if (m->rule->kind != KIND_GENERIC || m->name.n < 8 || !is_given(m))
		return false;
	if (is_drawn_uuid(m->value, m->name))
		return true;
	if (!shape_is_random(h) || shape_bits(h) < STRONG_BITS || slice_has_prefix(m->value, "eyJ") ||
		value_may_begin_as_token(m->prefixes, m->value))
		return false;
	if (h->all_hex)
		return h->n >= 32;
	return h->n >= STRONG_BYTES && h->upper && h->lower && h->digit && is_of_token(m->value);
}

/* An OpenPGP fingerprint, a number of a chain, a name in code without quotes, a UUID that a sentence names. */
static bool is_other(const struct matched *m, const struct shape *h) {
	return (h->all_hex && h->n == 40 && h->upper) || slice_has_prefix(m->value, "0x") ||
	       (!m->quoted && m->value.n < 40 && h->digit < 3 && value_is_expression(m->value, h)) ||
	       (m->joint == JOINT_BLANK && slice_is_uuid(m->value));
}

/* Nothing spoke against the value, or only that addresses hold UUIDs of any kind. */
static bool is_open(const struct judgement *j) {
	if (j->confidence_shift == -1)
		for (size_t i = 0; i < j->nreasons; i++)
			if (strcmp(j->reasons[i].code, "query") == 0)
				return true;
	return j->confidence_shift == 0;
}

void weigh_strength(
	const struct matched *m, const struct shape *h, enum named told, struct arena *a, struct judgement *j) {
	bool sent = m->rule->kind == KIND_PASSWORD || rule_takes_any(m->rule);
	bool needs_vendor = has_tag(m->rule, TAG_VENDOR_BESIDE);
	const char *service;

	if (!sent || m->rule->confidence != CONFIDENCE_MEDIUM)
		return;
	if (is_other(m, h) || !is_open(j) || j->verdict != VERDICT_PLAUSIBLE || told == NAMED_PASSWORD ||
		(!shape_is_random(h) && !slice_is_uuid(m->value))) {
		if (needs_vendor)
			judged_reject(j, "not-random", "does not look random");
		return;
	}
	if (m->rule->kind == KIND_GENERIC && told == NAMED_KEY && is_bare_key(m->name) && !is_named_by_words(m))
		return;
	service = told_beside(m, m->value);
	if (!service && needs_vendor) {
		judged_reject(j, "no-vendor", "stands where no vendor of such tokens is named");
		return;
	}
	if (!service)
		service = told_encoded(m);
	if (service)
		judged_shift(j, 1, REASON_VENDOR,
			arena_printf(a, "has the form of a token of %s, which is named beside it", service));
	else if (told == NAMED_TOKEN && j->confidence_shift == 0 && is_strong(m, h))
		judged_shift(j, 1, REASON_STRONG, "is as strong as only machines draw it, under a secret's name");
}
