/* Reuse: the same credential, by its name in one store of one target, in the hands of several. Who those are, readers have said; here it is
 * only joined: for how many, for which environments, across which trust. */
#include "rules/fact_reuse.h"

#include "core/buf.h"
#include "core/map.h"

#include <stdlib.h>

struct use {
	VEC(struct fact *) facts;
	struct map files, environments;
	const struct fact *low_trust,
		*release; /* the first job of each kind; the credential itself when it is of no one job */
	bool several;	  /* there is more than one of them */
};

static void note_job(struct use *u, const struct fact **first, const struct fact *f) {
	const struct value *v = fact_get(f, "job");
	const struct fact *job = v && !v->none && v->fact ? v->fact : f;

	if (!*first)
		*first = job;
	u->several |= *first != job;
}

/* One store of one target: what it calls the same is the same. */
static struct slice key_of(struct buf *b, const struct fact *f) {
	const struct value *system = fact_get(f, "system");

	buf_clear(b);
	buf_printf(b, "%u %d ", f->source->target, system && !system->none);
	if (system && !system->none)
		buf_add_slice(b, system->text);
	buf_add_byte(b, 0);
	for (size_t i = 0; i < f->name.n; i++) { /* names of secrets are the same in either case */
		uint8_t c = f->name.p[i];

		buf_add_byte(b, c >= 'a' && c <= 'z' ? (uint8_t)(c - 'a' + 'A') : c);
	}
	return buf_slice(b);
}

static bool is_stored_secret(const struct fact *f) {
	const struct value *kind = f->kind == FACT_CREDENTIAL ? fact_get(f, "kind") : NULL;

	return kind && slice_eq(kind->text, slice_str("secret")) && f->source && f->name.n;
}

static void add_use(struct use *u, struct fact *f) {
	const struct value *environment = fact_get(f, "environment");

	VEC_PUSH(&u->facts, f);
	map_put(&u->files, f->source->path, NULL);
	if (environment && !environment->none)
		map_put(&u->environments, environment->text, NULL);
	if (fact_true(f, "low_trust"))
		note_job(u, &u->low_trust, f);
	if (fact_true(f, "release"))
		note_job(u, &u->release, f);
}

static void tell(struct fact_set *set, const struct use *u) {
	for (size_t i = 0; i < u->facts.n; i++) {
		struct fact *f = u->facts.at[i];

		fact_set_number(set, f, "pipelines", (double)u->files.n, f->span);
		fact_set_number(set, f, "environments", (double)u->environments.n, f->span);
		/* Told where strangers' code gets it; the releasing side keeps its secret. One job that is both crosses nothing: it is
		 * told of as what it is. */
		fact_set_bool(set, f, "crosses_trust",
			u->low_trust && u->release && fact_true(f, "low_trust") &&
				(u->several || u->low_trust != u->release || u->low_trust->kind != FACT_JOB),
			f->span);
	}
}

static void run(struct fact_set *set, int64_t now) {
	struct map by_name = {0};
	VEC(struct use) uses = {0};
	struct buf key = {0};

	(void)now;
	for (size_t i = 0; i < set->all.n; i++) {
		struct map_entry *e;
		bool added;

		if (!is_stored_secret(set->all.at[i]))
			continue;
		if (fact_is_past(set->all.at[i])) { /* who has it now is asked, not who ever had */
			fact_set_number(set, set->all.at[i], "pipelines", 1, set->all.at[i]->span);
			fact_set_number(set, set->all.at[i], "environments", 0, set->all.at[i]->span);
			continue;
		}
		e = map_put(&by_name, key_of(&key, set->all.at[i]), &added);
		if (added) {
			e->value.num = uses.n;
			VEC_PUSH(&uses, (struct use){0});
		}
		add_use(&uses.at[e->value.num], set->all.at[i]);
	}
	for (size_t i = 0; i < uses.n; i++) {
		tell(set, &uses.at[i]);
		VEC_FREE(&uses.at[i].facts);
		map_free(&uses.at[i].files);
		map_free(&uses.at[i].environments);
	}
	VEC_FREE(&uses);
	map_free(&by_name);
	buf_free(&key);
}

const struct fact_engine fact_reuse = {"reuse", run};
