/* A finding and a rule of a saved report. The rest of it is in saved_run.c. */
#include "report/saved_json.h"

#include "core/text.h"
#include "report/counts.h"

#include <openssl/evp.h>

static const char *kind_name(unsigned i) {
	return secret_kind_name((enum secret_kind)i);
}
static const char *name_of_verdict(unsigned i) {
	return verdict_name((enum verdict)i);
}
static const char *name_of_place(unsigned i) {
	return place_name((enum place)i);
}
static const char *name_of_baseline(unsigned i) {
	return baseline_name((enum baseline_state)i);
}

static uint16_t nhi_of(const json_t *list) {
	const json_t *item;
	uint16_t bits = 0;
	size_t i;

	json_array_foreach(list, i, item) {
		for (unsigned n = 0; n < NHI_COUNT; n++)
			if (json_is_string(item) && strcmp(nhi_id(n), json_string_value(item)) == 0)
				bits = (uint16_t)(bits | 1u << n);
	}
	return bits;
}

static const uint16_t *cwe_of(struct saved *s, const json_t *list, size_t *n) {
	uint16_t *at = ARENA_NEW_N(&s->arena, uint16_t, json_array_size(list) + 1);
	const json_t *item;
	uint32_t id;
	size_t i;

	*n = 0;
	json_array_foreach(list, i, item) {
		struct slice text = slice_str(json_is_string(item) ? json_string_value(item) : "");

		if (!slice_has_prefix(text, "CWE-"))
			continue;
		text = slice_sub(text, strlen("CWE-"), text.n);
		if (slice_take_number(&text, UINT16_MAX, &id))
			at[(*n)++] = (uint16_t)id;
	}
	return at;
}

/* What a report tells of a rule's checks is whether it has any. */
static const char *const some_check[] = {"told by a report"};

/* The rule of that id, made of what a finding or the list of rules says of it. */
static struct rule *rule_of(struct saved *s, const json_t *v, const char *id_key, bool whole, struct error *err) {
	const char *id = saved_id(s, v, id_key, "-_.");
	int kind = saved_choice(v, "kind", kind_name, KIND_COUNT);
	bool added = false;

	if (!id || !*id || kind < 0) {
		saved_wrong(s, err, id ? "kind" : id_key);
		return NULL;
	}
	struct map_entry *e = map_put(&s->by_id, slice_str(id), &added);
	if (added) {
		e->value.ptr = ARENA_NEW(&s->arena, struct rule);
		VEC_PUSH(&s->rules, e->value.ptr);
	}
	struct rule *r = e->value.ptr;
	if (!added && !whole)
		return r;
	const char *title = saved_text(s, v, "title");
	*r = (struct rule){.id = id,
		.title = title ? title : id,
		.service = saved_text(s, v, "service"),
		.kind = (enum secret_kind)kind,
		.nhi = nhi_of(json_object_get(v, "nhi")),
		.fix = saved_text(s, v, "fix"),
		.reference = saved_text(s, v, "reference")};
	r->cwe = cwe_of(s, json_object_get(v, "cwe"), &r->ncwe);
	r->tags = saved_texts(s, json_object_get(v, "tags"), &r->ntags);
	const char *on = saved_id(s, v, "on", "-_");
	if (on) {
		struct rule_over_facts *facts = ARENA_NEW(&s->arena, struct rule_over_facts);
		facts->on = on;
		r->facts = facts;
	}
	r->checks = some_check;
	r->nchecks = saved_truth(v, "checked");
	int severity = saved_choice(v, "severity", saved_severity_name, SEVERITY_COUNT);
	int confidence = saved_choice(v, "confidence", saved_confidence_name, CONFIDENCE_COUNT);
	if (severity < 0 || confidence < 0) {
		saved_wrong(s, err, severity < 0 ? "severity" : "confidence");
		return NULL;
	}
	r->severity = r->raised = (enum severity)severity;
	r->confidence = (enum confidence)confidence;
	return r;
}

int saved_take_rule(struct saved *s, const json_t *v, struct error *err) {
	return rule_of(s, v, "id", true, err) ? 0 : -1;
}

/* Bytes that are not UTF-8 stand in path_bytes. */
static struct slice path_of(struct saved *s, const json_t *v) {
	const char *coded = json_string_value(json_object_get(v, "path_bytes"));
	const char *path = saved_text(s, v, "path");

	if (!coded)
		return slice_str(path ? path : "");
	size_t n = strlen(coded);
	uint8_t *bytes = arena_alloc(&s->arena, n + 1);
	int len = n < INT32_MAX ? EVP_DecodeBlock(bytes, (const uint8_t *)coded, (int)n) : -1;
	if (len < 0)
		return slice_str(path ? path : "");
	while (len > 0 && n > 0 && coded[n - 1] == '=') {
		len--;
		n--;
	}
	return slice_of(bytes, (size_t)len);
}

/* Excerpts are printed as they are: one that is not escaped already is left out. */
static void take_excerpt(struct saved *s, const json_t *v, struct sighting *to) {
	const char *text = saved_text(s, v, "excerpt");
	struct buf escaped = {0};
	size_t backslashes = 0;

	if (!text)
		return;
	text_escape(&escaped, slice_str(text));
	for (const char *c = text; *c; c++)
		backslashes += *c == '\\';
	if (escaped.n == strlen(text) + backslashes) {
		to->excerpt = text;
		to->excerpt_at = (unsigned)saved_number(v, "excerpt_at");
		to->excerpt_len = (unsigned)saved_number(v, "excerpt_length");
		if (to->excerpt_at > strlen(text) || to->excerpt_len > strlen(text) - to->excerpt_at)
			to->excerpt_at = to->excerpt_len = 0;
	}
	buf_free(&escaped);
}

/* The way through containers: each of them, then what lies in the last. */
static void take_containers(struct saved *s, const json_t *v, struct sighting *to) {
	const json_t *list = json_object_get(v, "containers"), *item;
	const char *member = saved_text(s, v, "member");
	struct slice *steps;
	size_t i;

	if (!json_is_array(list) || !member || json_array_size(list) > 64)
		return;
	steps = ARENA_NEW_N(&s->arena, struct slice, json_array_size(list) + 1);
	json_array_foreach(list, i, item) {
		const char *text = json_is_string(item) ? json_string_value(item) : "";
		steps[i] = arena_copy(&s->arena, slice_str(text));
	}
	steps[i] = slice_str(member);
	to->steps = steps;
	to->nsteps = (unsigned)i + 1;
}

static void take_history(struct saved *s, const json_t *v, struct sighting *to) {
	const json_t *author = json_object_get(v, "author"), *days = json_object_get(v, "days_exposed");

	to->object = saved_id(s, v, "object", "");
	to->commit = saved_id(s, v, "commit", "");
	to->authored = saved_when(v, "authored");
	to->last_commit = saved_id(s, v, "last_commit", "");
	to->last_authored = saved_when(v, "last_authored");
	to->days_exposed = json_is_integer(days) ? json_integer_value(days) : -1;
	to->refs = saved_texts(s, json_object_get(v, "refs"), &to->nrefs);
	to->refs_total = saved_number(v, "refs_total");
	to->at_head = saved_truth(v, "at_head");
	to->versions = (unsigned)saved_number(v, "versions");
	if (author) {
		const char *name = saved_text(s, author, "name"), *mail = saved_text(s, author, "email");
		to->author = arena_printf(&s->arena, "%s <%s>", name ? name : "", mail ? mail : "");
	}
}

static int take_sighting(struct saved *s, const json_t *v, struct sighting *to, struct error *err) {
	int place = saved_choice(v, "place", name_of_place, PLACE_COUNT);

	*to = (struct sighting){.target = (unsigned)saved_number(v, "target"), .path = path_of(s, v)};
	if (place < 0)
		return saved_wrong(s, err, "place");
	to->place = (enum place)place;
	to->layers = saved_id(s, v, "layers", " >-.,");
	to->line = (unsigned)saved_number(v, "line");
	to->column = (unsigned)saved_number(v, "column");
	to->end_line = (unsigned)saved_number(v, "end_line");
	to->end_column = (unsigned)saved_number(v, "end_column");
	to->offset = saved_number(v, "offset");
	to->suppressed = saved_text(s, v, "suppressed");
	take_containers(s, v, to);
	take_history(s, v, to);
	take_excerpt(s, v, to);
	return 0;
}

static void take_acceptance(struct saved *s, const json_t *v, struct finding *f) {
	struct acceptance *a;

	if (!json_is_object(v))
		return;
	a = ARENA_NEW(&s->arena, struct acceptance);
	*a = (struct acceptance){.source = saved_id(s, v, "source", "-"),
		.where = saved_text(s, v, "where"),
		.reason = saved_text(s, v, "reason"),
		.owner = saved_text(s, v, "owner"),
		.ticket = saved_text(s, v, "ticket"),
		.expires = saved_when(v, "expires")};
	if (!a->source)
		a->source = "unknown";
	f->accepted = a;
}

static void take_edit(struct saved *s, const json_t *v, struct finding *f) {
	const char *text = saved_text(s, v, "text");
	struct edit *e;

	if (!json_is_object(v) || !text)
		return;
	f->edit = e = ARENA_NEW(&s->arena, struct edit);
	*e = (struct edit){.line = (unsigned)saved_number(v, "line"),
		.column = (unsigned)saved_number(v, "column"),
		.end_line = (unsigned)saved_number(v, "end_line"),
		.end_column = (unsigned)saved_number(v, "end_column"),
		.offset = saved_number(v, "offset"),
		.length = saved_number(v, "length"),
		.text = text};
	if (!e->line || !e->column || e->end_line < e->line || !e->end_column) /* no region of SARIF's */
		f->edit = NULL;
}

static int take_judgement(struct saved *s, const json_t *v, struct judgement *j, struct error *err) {
	int verdict = saved_choice(v, "verdict", name_of_verdict, VERDICT_COUNT);
	const json_t *reason;
	size_t i;

	if (verdict < 0)
		return saved_wrong(s, err, "verdict");
	j->verdict = (enum verdict)verdict;
	j->expires = saved_when(v, "expires");
	json_array_foreach(json_object_get(v, "reasons"), i, reason) {
		const char *code = saved_id(s, reason, "code", "-"), *text = saved_text(s, reason, "text");
		if (code && text)
			judgement_add(j, code, text);
	}
	return 0;
}

static int take_fingerprint(
	struct saved *s, const json_t *v, const char *key, char out[FINGERPRINT_HEX + 1], struct error *err) {
	const char *hex = saved_id(s, v, key, "");

	if (!hex || strlen(hex) != FINGERPRINT_HEX)
		return saved_wrong(s, err, key);
	memcpy(out, hex, FINGERPRINT_HEX + 1);
	return 0;
}

static const struct policy *policy_of(const struct saved *s, const json_t *v) {
	const char *name = json_string_value(json_object_get(v, "policy"));
	for (size_t i = 0; name && i < s->run.npolicies; i++)
		if (strcmp(s->run.policies[i].name, name) == 0)
			return &s->run.policies[i];
	return NULL;
}

int saved_take_finding(struct saved *s, const json_t *v, struct error *err) {
	struct finding f = {.rule = rule_of(s, v, "rule", false, err)};
	int severity = saved_choice(v, "severity", saved_severity_name, SEVERITY_COUNT);
	int confidence = saved_choice(v, "confidence", saved_confidence_name, CONFIDENCE_COUNT);
	int baseline = saved_choice(v, "baseline", name_of_baseline, BASELINE_COUNT);
	const json_t *list = json_object_get(v, "sightings"), *item;
	struct sighting *sightings = ARENA_NEW_N(&s->arena, struct sighting, json_array_size(list));
	size_t i;

	if (!f.rule)
		return -1;
	if (severity < 0 || confidence < 0)
		return saved_wrong(s, err, severity < 0 ? "severity" : "confidence");
	f.severity = (enum severity)severity;
	f.confidence = (enum confidence)confidence;
	f.baseline = baseline > 0 ? (enum baseline_state)baseline : BASELINE_NONE;
	f.masked = saved_text(s, v, "masked");
	f.partner = saved_id(s, v, "partner", "-_.");
	f.suppressed = saved_text(s, v, "suppressed");
	f.more_sightings = saved_number(v, "more_sightings");
	f.policy = policy_of(s, v);
	take_acceptance(s, json_object_get(v, "accepted"), &f);
	take_edit(s, json_object_get(v, "edit"), &f);
	if (take_judgement(s, v, &f.judgement, err) < 0 ||
		take_fingerprint(s, v, "fingerprint", f.secret_fingerprint, err) < 0 ||
		take_fingerprint(s, v, "id", f.location_fingerprint, err) < 0)
		return -1;
	json_array_foreach(list, i, item) {
		if (take_sighting(s, item, &sightings[f.nsightings++], err) < 0)
			return -1;
	}
	f.sightings = sightings;
	VEC_PUSH(&s->findings, f);
	return 0;
}
