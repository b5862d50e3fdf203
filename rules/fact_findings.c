/* Verdicts of rules over facts made into findings. Deciding is in fact_judge.c; findings of secrets are made in assemble.c. */
#include "rules/fact_findings.h"

#include "core/text.h"
#include "rules/accept.h"
#include "rules/fact_edit.h"
#include "rules/fact_literals.h"
#include "rules/inline_mark.h"

#include <inttypes.h>
#include <stdlib.h>

#define ALSO_MAX 20 /* further places of one finding that are listed */

/* What stays the same when lines move: the names down to the fact. */
static void name_chain(const struct fact *f, struct buf *out) {
	if (f->parent && f->kind != FACT_CREDENTIAL) /* a credential is the same whoever uses it */
		name_chain(f->parent, out);
	buf_printf(out, "/%s:", fact_kind_name(f->kind));
	buf_add_slice(out, f->name);
}

/* `doubles` counts how often the same came before: two steps of one name are two findings. */
static void fingerprints(
	const struct fact_telling *t, const struct fact_verdict *v, struct map *doubles, struct finding *f) {
	struct buf name = {0}, key = {0};
	struct slice parts[3];

	name_chain(v->fact, &name);
	buf_add_str(&key, v->rule->id);
	buf_add_byte(&key, 0);
	buf_add_slice(&key, v->fact->source ? v->fact->source->path : (struct slice){0});
	buf_add_byte(&key, 0);
	buf_add_slice(&key, buf_slice(&name));

	const uint64_t before = map_put(doubles, buf_slice(&key), NULL)->value.num++;

	if (before)
		buf_printf(&name, "#%llu", (unsigned long long)before + 1);
	parts[0] = slice_str(v->rule->id);
	parts[1] = buf_slice(&name);
	fingerprint_hex(t->key, "nhiscan/fact/v1", parts, 2, f->secret_fingerprint);
	parts[1] = slice_str(f->secret_fingerprint);
	parts[2] = f->sightings[0].path;
	fingerprint_hex(t->key, "nhiscan/location/v1", parts, 3, f->location_fingerprint);
	buf_free(&name);
	buf_free(&key);
}

/* Bounds of the line that holds `at`, cut to EXCERPT_MAX bytes around it. */
static struct slice line_around(struct slice text, uint64_t at, uint64_t *from) {
	size_t start = at, end = at;

	while (start > 0 && text.p[start - 1] != '\n' && at - start < EXCERPT_MAX / 2)
		start--;
	while (end < text.n && text.p[end] != '\n' && text.p[end] != '\r' && end - start < EXCERPT_MAX)
		end++;
	*from = start;
	return slice_sub(text, start, end);
}

/* The line, every secret in it masked; the mark under the place only when nothing had to be masked. */
static void show_excerpt(
	const struct fact_telling *t, struct slice text, const struct span *span, bool is_secret, struct sighting *s) {
	uint64_t from;
	struct buf b = {0};

	if (span->start >= text.n)
		return;

	const struct slice line = line_around(text, span->start, &from);
	size_t at = span->start - from;
	const struct slice masked =
		is_secret ? masker_line(t->masker, t->arena, line, &at, span->end - span->start, "[value]")
			  : masker_text(t->masker, t->arena, line);
	const size_t end = span->end > from + line.n ? line.n : span->end - from;

	if (!is_secret && slice_eq(line, masked)) {
		text_escape(&b, slice_sub(line, 0, at));
		s->excerpt_at = (unsigned)b.n;
		text_escape(&b, slice_sub(line, at, end));
		s->excerpt_len = (unsigned)(b.n - s->excerpt_at);
		text_escape(&b, slice_sub(line, end, line.n));
	} else {
		text_escape(&b, masked);
	}
	s->excerpt = arena_str(t->arena, buf_slice(&b));
	buf_free(&b);
}

/* A mark on the line, or alone on the line above. */
static const char *marked(
	const struct fact_telling *t, const struct rule *r, struct slice text, const struct span *span) {
	const uint8_t *lf;
	uint64_t end;

	if (span->start >= text.n)
		return NULL;
	lf = memchr(text.p + span->start, '\n', text.n - span->start);
	end = lf ? (uint64_t)(lf - text.p) : text.n;

	const char *mark = inline_mark_find(t->arena, text, span->start, span->end < end ? span->end : end, r->id);

	if (!mark)
		return NULL;
	return arena_printf(
		t->arena, "inline %s", arena_str(t->arena, masker_text(t->masker, t->arena, slice_str(mark))));
}

static void add_path(const struct fact_source *s, struct buf *out) {
	if (s->container) {
		add_path(s->container, out);
		buf_add_str(out, "!/");
	}
	buf_add_slice(out, s->path);
}

/* Why a list accepts the finding at its first place, or NULL. There is no value whose hash could be listed. */
static const char *listed(
	const struct fact_telling *t, const struct rule *r, const struct fact_source *s, const struct span *at) {
	static const struct appraisal nothing = {0};
	struct buf path = {0};
	struct harvested h = {.what = &nothing,
		.target = s->target,
		.place = s->place,
		.commit = s->commit,
		.line = at->line,
		.column = at->column};
	const char *why;

	if (!t->accept)
		return NULL;
	add_path(s, &path);
	h.path = buf_slice(&path);
	why = accept_ask(t->accept, t->arena, r, &h);
	buf_free(&path);
	return why ? arena_str(t->arena, masker_text(t->masker, t->arena, slice_str(why))) : NULL;
}

/* The path, with those of the containers that it lies in. */
static void show_path(const struct fact_telling *t, const struct fact_source *src, struct sighting *s) {
	struct slice *steps;
	struct buf path = {0};
	unsigned n = 0, i;

	for (const struct fact_source *f = src; f; f = f->container)
		n++;
	i = n;
	steps = ARENA_NEW_N(t->arena, struct slice, n);
	for (const struct fact_source *f = src; f; f = f->container)
		steps[--i] = arena_copy(t->arena, masker_text(t->masker, t->arena, f->path));
	for (; i < n; i++) {
		buf_add_str(&path, i ? "!/" : "");
		buf_add_slice(&path, steps[i]);
	}
	s->path = arena_copy(t->arena, buf_slice(&path));
	if (n > 1) {
		s->steps = steps;
		s->nsteps = n;
	}
	buf_free(&path);
}

static void make_sighting(
	const struct fact_telling *t, const struct fact *of, const struct span *span, struct sighting *s) {
	const struct fact_source *src = of->source;
	char hex[OBJECT_ID_HEX_MAX];

	*s = (struct sighting){.line = span->line,
		.column = span->column,
		.end_line = span->end_line,
		.end_column = span->end_column,
		.offset = span->start,
		.days_exposed = -1,
		.versions = 1};
	if (!src)
		return;
	s->target = src->target;
	s->place = src->place;
	s->at_head = src->at_head;
	show_path(t, src, s);
	if (src->object.n) {
		object_id_hex(&src->object, hex);
		s->object = arena_str(t->arena, slice_str(hex));
	}
	if (src->commit.n) {
		object_id_hex(&src->commit, hex);
		s->commit = arena_str(t->arena, slice_str(hex));
		s->authored = src->authored;
	}
	show_excerpt(t, src->text, span, fact_is_literal(of), s);
}

static bool same_place(const struct sighting *a, const struct sighting *b) {
	return a->target == b->target && a->place == b->place && a->line == b->line && a->column == b->column &&
	       slice_eq(a->path, b->path) && slice_eq(slice_str(a->commit), slice_str(b->commit));
}

/* The place, and the facts that `also` names, each place once. */
static void make_sightings(const struct fact_telling *t, const struct fact_verdict *v, struct finding *f) {
	const struct fact *holder = v->fact;
	const struct span at = fact_judge_at(t->judge, v, &holder);
	const struct value *also = fact_judge_also(t->judge, v);
	const size_t nalso = !also ? 0 : also->type == VALUE_FACT ? 1 : also->facts.n;
	struct sighting *s = ARENA_NEW_N(t->arena, struct sighting, 1 + (nalso < ALSO_MAX ? nalso : ALSO_MAX));

	make_sighting(t, holder, &at, &s[0]);
	s[0].suppressed = holder->source ? marked(t, v->rule, holder->source->text, &at) : NULL;
	if (!s[0].suppressed && holder->source)
		s[0].suppressed = listed(t, v->rule, holder->source, &at);
	f->nsightings = 1;
	for (size_t i = 0; i < nalso; i++) {
		const struct fact *other = also->type == VALUE_FACT ? also->fact : also->facts.at[i];
		struct sighting one;
		bool known = false;

		make_sighting(t, other, &other->span, &one);
		one.suppressed = s[0].suppressed; /* they are places of one finding, which stands at the first */
		for (size_t k = 0; k < f->nsightings; k++)
			known |= same_place(&one, &s[k]);
		if (known)
			continue;
		if (f->nsightings <= ALSO_MAX)
			s[f->nsightings++] = one;
		else
			f->more_sightings++;
	}
	finding_settle_suppression(t->arena, f, s);
}

/* Does it only show or test something, itself or what it is a part of? Its values are as real there as anywhere. */
static bool is_example(const struct fact *f) {
	if (fact_is_literal(f) || (f->kind == FACT_CREDENTIAL && !f->parent))
		return false;
	for (; f; f = f->parent)
		if (fact_true(f, "example"))
			return true;
	return false;
}

static void make_finding(const struct fact_telling *t, const struct fact_verdict *v, struct finding *f) {
	struct buf message = {0};

	memset(f, 0, sizeof(*f));
	f->rule = v->rule;
	f->severity = v->severity;
	if (f->severity > SEVERITY_LOW && is_example(v->fact))
		f->severity = SEVERITY_LOW;
	f->confidence = v->rule->confidence;
	f->masked = "";
	f->judgement.verdict = VERDICT_CONFIGURED;
	fact_judge_tell(t->judge, v, &message);
	while (message.n && message.p[message.n - 1] == '.') /* a clause: whoever tells it ends the sentence */
		message.n--;
	judgement_add(
		&f->judgement, "condition", arena_str(t->arena, masker_text(t->masker, t->arena, buf_slice(&message))));
	buf_free(&message);
	if (v->fact->pointer.n) {
		const struct slice masked = masker_text(t->masker, t->arena, v->fact->pointer);

		judgement_add(&f->judgement, "json-pointer",
			arena_printf(t->arena, "JSON pointer %.*s", (int)masked.n, (const char *)masked.p));
	}
	make_sightings(t, v, f);
	f->edit = fact_edit_make(t->arena, t->judge, v);
}

/* Adds the places of one finding to another that says the same of the same credential. */
static void join(struct arena *a, struct finding *to, const struct finding *from) {
	struct sighting *all = ARENA_NEW_N(a, struct sighting, to->nsightings + from->nsightings);
	size_t n = to->nsightings;

	memcpy(all, to->sightings, n * sizeof(*all));
	for (size_t i = 0; i < from->nsightings; i++) {
		bool known = false;

		for (size_t k = 0; k < n; k++)
			known |= same_place(&from->sightings[i], &all[k]);
		if (!known && n <= ALSO_MAX)
			all[n++] = from->sightings[i];
		else
			to->more_sightings += !known;
	}
	to->more_sightings += from->more_sightings;
	to->nsightings = n;
	finding_settle_suppression(a, to, all);
}

/* Where the same was said before: of a credential of this name in this file, or of another thing at this very place, such as the lines that
 * several jobs take from one template. */
static struct map_entry *said_before(
	struct map *said, const struct fact_verdict *v, const struct finding *f, bool *added) {
	const struct fact_source *src = v->fact->source;
	struct buf key = {0};
	struct map_entry *e = NULL;

	if (src) {
		buf_printf(&key, "%s %u %d ", v->rule->id, src->target, (int)v->severity);
		if (v->fact->kind == FACT_CREDENTIAL) {
			buf_add_slice(&key, src->path);
			buf_add_byte(&key, 0);
			buf_add_slice(&key, v->fact->name);
		} else {
			buf_add_slice(&key, f->sightings[0].path);
			buf_printf(&key, "%c%u %" PRIu64, 0, (unsigned)f->sightings[0].place, f->sightings[0].offset);
		}
		buf_add_byte(&key, 0);
		buf_add_str(&key, f->judgement.reasons[0].text);
		e = map_put(said, buf_slice(&key), added);
	}
	buf_free(&key);
	return e;
}

/* What a rule says of a thing of this name in this file, in whichever version: a past version adds its place to the finding. */
static struct map_entry *said_of(struct map *versions, const struct fact_verdict *v, bool *added) {
	const struct fact_source *src = v->fact->source;
	struct buf key = {0};
	struct map_entry *e = NULL;

	if (src && !src->container) {
		buf_printf(&key, "%s %u ", v->rule->id, src->target);
		buf_add_slice(&key, src->path);
		buf_add_byte(&key, 0);
		name_chain(v->fact, &key);
		e = map_put(versions, buf_slice(&key), added);
	}
	buf_free(&key);
	return e;
}

void fact_findings_make(
	const struct fact_telling *t, const fact_verdict_vec *verdicts, finding_vec *out, uint64_t *withheld) {
	struct map doubles = {0}, said = {0}, versions = {0};

	for (size_t i = 0; i < verdicts->n; i++) {
		const struct fact_verdict *v = &verdicts->at[i];
		struct map_entry *before, *version;
		struct finding f;
		bool first = true, first_version = true;

		if (v->undecided)
			continue;
		/* A rule for secrets knows more of the value than its field's name says. */
		if (v->rule->ncwe && v->rule->cwe[0] == 798 && v->fact->source && fact_is_literal(v->fact) &&
			fact_literal_is_told(v->fact, out->at, out->n))
			continue;
		if (v->rule->confidence < t->min_confidence) {
			++*withheld;
			continue;
		}
		make_finding(t, v, &f);
		version = said_of(&versions, v, &first_version);
		if (version && !first_version && fact_is_past(v->fact)) {
			join(t->arena, &out->at[version->value.num], &f);
			continue;
		}
		if (version && first_version)
			version->value.num = out->n;
		before = said_before(&said, v, &f, &first);
		if (!first) {
			join(t->arena, &out->at[before->value.num], &f);
			if (version && first_version)
				version->value.num = before->value.num;
			continue;
		}
		if (before)
			before->value.num = out->n;
		fingerprints(t, v, &doubles, &f);
		VEC_PUSH(out, f);
	}
	map_free(&doubles);
	map_free(&said);
	map_free(&versions);
}

/* Rules that wanted one attribute, and for how many facts. */
struct wanting {
	const struct attribute *attribute;
	uint64_t facts;
	VEC(const struct rule *) rules;
};

static void add_rule(struct wanting *w, const struct rule *r) {
	for (size_t i = 0; i < w->rules.n; i++)
		if (w->rules.at[i] == r)
			return;
	VEC_PUSH(&w->rules, r);
}

static void note(struct arena *a, const struct wanting *w, struct coverage *cov) {
	struct buf rules = {0};

	for (size_t i = 0; i < w->rules.n; i++)
		buf_printf(&rules, "%s%s", i ? ", " : "", w->rules.at[i]->id);
	coverage_note(cov, "undecided", false,
		arena_printf(a, "%s.%s", fact_kind_name(w->attribute->on), w->attribute->name),
		arena_printf(a, "not known here: %s; %llu time%s %s could not decide", w->attribute->help,
			(unsigned long long)w->facts, w->facts == 1 ? "" : "s", buf_cstr(&rules)));
	buf_free(&rules);
}

#define SPOKEN_FACTS_MAX 500 /* of one reader that are looked at */

/* The only table that declares the attribute, by index; -1 when there are several. */
static ptrdiff_t only_table(const struct attribute *of) {
	ptrdiff_t found = -1;

	for (size_t t = 0; fact_attributes[t]; t++)
		for (const struct attribute *a = fact_attributes[t]; a->name; a++)
			if (a->on == of->on && strcmp(a->name, of->name) == 0) {
				if (found >= 0 && found != (ptrdiff_t)t)
					return -1;
				found = (ptrdiff_t)t;
			}
	return found;
}

/* Which tables a reader speaks of: those with an attribute of their own on one of its facts. A bit each. */
struct spoken {
	struct map readers; /* to bits; looked-at facts above bit 40 */
	struct map tables;  /* of attributes, index + 1 */
};

static uint64_t table_bit(struct spoken *s, const struct attribute *a) {
	bool added;
	struct map_entry *e = map_put(&s->tables, slice_of(&a, sizeof(a)), &added);

	if (added)
		e->value.num = (uint64_t)(only_table(a) + 1);
	return e->value.num && e->value.num < 40 ? UINT64_C(1) << e->value.num : 0;
}

static void listen(struct spoken *s, const struct fact_set *set) {
	for (size_t i = 0; i < set->all.n; i++) {
		const struct fact *f = set->all.at[i];
		struct map_entry *e = map_put(&s->readers, slice_str(f->reader), NULL);

		if (e->value.num >> 40 >= SPOKEN_FACTS_MAX)
			continue;
		e->value.num += UINT64_C(1) << 40;
		for (size_t k = 0; k < f->values.n; k++)
			e->value.num |= table_bit(s, f->values.at[k].attribute);
	}
}

static bool speaks_of(struct spoken *s, const struct fact *f, const struct attribute *a) {
	const struct map_entry *e = map_get(&s->readers, slice_str(f->reader));
	const uint64_t bit = table_bit(s, a);

	return !bit || !e || (e->value.num & bit);
}

void fact_findings_note_undecided(
	struct arena *a, const struct fact_set *set, const fact_verdict_vec *verdicts, struct coverage *cov) {
	VEC(struct wanting) all = {0};
	struct spoken spoken = {0};
	bool any = false;

	for (size_t i = 0; i < verdicts->n; i++)
		any |= verdicts->at[i].undecided;
	if (any)
		listen(&spoken, set);

	for (size_t i = 0; i < verdicts->n; i++) {
		const struct fact_verdict *v = &verdicts->at[i];
		size_t k = 0;

		if (!v->undecided || !v->unknown || !speaks_of(&spoken, v->fact, v->unknown))
			continue;
		while (k < all.n && all.at[k].attribute != v->unknown)
			k++;
		if (k == all.n)
			VEC_PUSH(&all, ((struct wanting){.attribute = v->unknown}));
		all.at[k].facts++;
		add_rule(&all.at[k], v->rule);
	}
	for (size_t k = 0; k < all.n; k++) {
		note(a, &all.at[k], cov);
		VEC_FREE(&all.at[k].rules);
	}
	VEC_FREE(&all);
	map_free(&spoken.readers);
	map_free(&spoken.tables);
}
