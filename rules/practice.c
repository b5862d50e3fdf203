/* Reading practices and holding facts against their evidence. Conditions are rules/condition.h's. */
#include "rules/practice.h"

#include "rules/condition.h"
#include "rules/privilege/table.h"
#include "rules/rule.h"
#include "rules/rule_tree.h"

#include <stdlib.h>

extern const uint8_t table_practices[];
extern const size_t table_practices_size;

struct practice_evidence {
	bool against;
	enum fact_kind on;
	const char *const *readers; /* NULL-terminated; NULL: of any */
	const struct condition *when;
	const struct attribute_path *at; /* NULL: the fact's own place */
	const char *text;
};

struct reading {
	struct arena *arena;
	const char *file;
	struct error *err;
};

const char *practice_answer_name(enum practice_answer a) {
	static const char *const names[PRACTICE_ANSWER_COUNT] = {
		"not-assessed", "not-evidenced", "present", "contradicted"};

	return names[a];
}

static int fail(const struct reading *r, unsigned line, const char *what) {
	return error_set(r->err, ERR_USAGE, "%s:%u: %s", r->file, line, what);
}

static const struct rule_node *field(const struct rule_node *map, const char *name) {
	for (const struct rule_node *key = map->kind == NODE_MAP ? map->first : NULL; key; key = key->next->next)
		if (slice_eq(key->text, slice_str(name)))
			return key->next;
	return NULL;
}

static bool read_kind(struct slice name, enum fact_kind *out) {
	for (unsigned k = 0; k < FACT_KIND_COUNT; k++)
		if (slice_eq(name, slice_str(fact_kind_name((enum fact_kind)k)))) {
			*out = (enum fact_kind)k;
			return true;
		}
	return false;
}

static const char *const *read_names(const struct reading *r, const struct rule_node *list) {
	const char **at = ARENA_NEW_N(r->arena, const char *, list->n + 1);
	size_t n = 0;

	for (const struct rule_node *item = list->first; item; item = item->next)
		at[n++] = arena_str(r->arena, item->text);
	return at;
}

static int read_evidence(const struct reading *r, const struct rule_node *map, struct practice_evidence *out) {
	const struct rule_node *says = field(map, "says"), *on = field(map, "on"), *when = field(map, "when");
	const struct rule_node *at = field(map, "at"), *text = field(map, "text"), *readers = field(map, "readers");
	struct condition_error why;

	if (!says || !on || !when || !text || text->kind != NODE_TEXT || when->kind != NODE_TEXT)
		return fail(r, map->line, "says, on, when and text are needed");
	if (!slice_eq(says->text, slice_str("present")) && !slice_eq(says->text, slice_str("contradicted")))
		return fail(r, says->line, "says is present or contradicted");
	if (!read_kind(on->text, &out->on))
		return fail(r, on->line, "no such kind of facts");
	out->against = says->text.p[0] == 'c';
	if (readers && readers->kind == NODE_LIST)
		out->readers = read_names(r, readers);
	out->text = arena_str(r->arena, text->text);
	out->when = condition_parse(r->arena, out->on, when->text, &why);
	if (!out->when)
		return error_set(r->err, ERR_USAGE, "%s:%u: column %zu of the condition: %s", r->file, when->line,
			why.at + 1, why.text);
	if (at) {
		out->at = attribute_path_parse(r->arena, out->on, at->text, &why);
		if (!out->at)
			return error_set(r->err, ERR_USAGE, "%s:%u: at: %s", r->file, at->line, why.text);
	}
	return 0;
}

static int read_risks(const struct reading *r, const struct rule_node *list, uint16_t *out) {
	for (const struct rule_node *n = list && list->kind == NODE_LIST ? list->first : NULL; n; n = n->next) {
		unsigned risk;

		if (!nhi_parse(n->text, &risk))
			return fail(r, n->line, "no such risk");
		*out = (uint16_t)(*out | 1u << risk);
	}
	return *out ? 0 : fail(r, list ? list->line : 1, "nhi is needed");
}

static int read_practice(const struct reading *r, const struct rule_node *map, struct practice *out) {
	const struct rule_node *id = field(map, "id"), *title = field(map, "title"), *evidence = field(map, "evidence");
	struct practice_evidence *at;

	if (!id || !title || !evidence || evidence->kind != NODE_LIST || !evidence->n)
		return fail(r, map->line, "a practice needs id, title and evidence");
	out->id = arena_str(r->arena, id->text);
	out->title = arena_str(r->arena, title->text);
	if (read_risks(r, field(map, "nhi"), &out->nhi) != 0)
		return -1;
	at = ARENA_NEW_N(r->arena, struct practice_evidence, evidence->n);
	for (const struct rule_node *n = evidence->first; n; n = n->next)
		if (read_evidence(r, n, &at[out->nevidence++]) != 0)
			return -1;
	out->evidence = at;
	return 0;
}

int practices_parse(
	struct arena *a, const char *file, struct slice yaml, struct practice_list *out, struct error *err) {
	struct reading r = {a, file, err};
	struct rule_node *root = NULL;
	struct practice *at;

	*out = (struct practice_list){0};
	if (rule_tree_read(a, file, yaml, &root, err) != 0)
		return -1;
	if (!root || root->kind != NODE_LIST)
		return fail(&r, 1, "a list of practices is expected");
	at = ARENA_NEW_N(a, struct practice, root->n);
	for (const struct rule_node *n = root->first; n; n = n->next)
		if (read_practice(&r, n, &at[out->n++]) != 0)
			return -1;
	out->at = at;
	return 0;
}

int practices_builtin(struct arena *a, struct practice_list *out, struct error *err) {
	char *owner = NULL;
	struct slice text = table_inflate(table_practices, table_practices_size, &owner);
	int status = practices_parse(a, "rules/practices/practices.yaml", text, out, err);

	free(owner);
	return status;
}

static bool is_from(const struct practice_evidence *e, const struct fact *f) {
	for (size_t i = 0; e->readers && e->readers[i]; i++)
		if (f->reader && strcmp(e->readers[i], f->reader) == 0)
			return true;
	return !e->readers;
}

static void add_place(struct practice_result *out, const struct practice_evidence *e, const struct fact *f) {
	const struct fact *holder = f;
	const struct value *v = e->at ? attribute_path_value(e->at, f, &holder) : NULL;
	struct practice_place place = {holder, v && v->span.line ? v->span : f->span, e->text, e->against};

	uint64_t *count = e->against ? &out->contradicted : &out->present;

	if ((*count)++ < PRACTICE_PLACES_MAX)
		VEC_PUSH(&out->places, place);
}

void practice_judge(const struct practice *p, unsigned target, const struct fact_set *set, int64_t now,
	struct practice_result *out) {
	*out = (struct practice_result){.practice = p, .target = target};
	for (size_t i = 0; i < set->all.n; i++) {
		const struct fact *f = set->all.at[i];
		bool looked = false;

		if (!f->source || f->source->target != target)
			continue;
		for (size_t k = 0; k < p->nevidence; k++) {
			struct judging j = {.now = now};
			enum truth t;

			if (p->evidence[k].on != f->kind || !is_from(&p->evidence[k], f))
				continue;
			t = condition_judge(p->evidence[k].when, f, &j);
			looked |= t != TRUTH_UNKNOWN;
			if (t == TRUTH_YES)
				add_place(out, &p->evidence[k], f);
		}
		out->looked += looked;
	}
	out->answer = out->contradicted ? PRACTICE_CONTRADICTED
		      : out->present	? PRACTICE_PRESENT
		      : out->looked	? PRACTICE_NOT_EVIDENCED
					: PRACTICE_NOT_ASSESSED;
}

void practice_result_free(struct practice_result *r) {
	VEC_FREE(&r->places);
}
