/* What `nhiscan diff` says of two sets of exports: what is new in the second, the gate for a pull request or a month. */
#include "cmd/commands.h"
#include "cmd/exit.h"
#include "cmd/exports.h"
#include "cmd/power.h"
#include "core/text.h"
#include "report/text_style.h"

#include <stdlib.h>

#define DAY 86400.0

struct side {
	struct exports exports;
	struct fact_set set;
	struct map by_name; /* identity or credential -> struct fact * */
	struct coverage *coverage;
};

static int open_side(struct side *s, const char *path, const struct options *o, struct error *err) {
	struct text_list one = {&path, 1};

	s->coverage = coverage_new();
	if (exports_read(&s->exports, &one, o, date_now(), s->coverage, err) < 0)
		return -1;
	if (!exports_are_there(&s->exports))
		return error_set(err, ERR_USAGE,
			"%s: neither a report that nhiscan saved as JSON or JSON lines nor an export is in it; "
			"`nhiscan commands aws` prints how to make exports",
			path);
	exports_settle(&s->exports, &s->set);
	exports_note_limits(&s->exports, s->coverage);
	for (size_t i = 0; i < s->set.all.n; i++) {
		struct fact *f = s->set.all.at[i];
		struct map_entry *e;
		bool added;

		if (f->kind != FACT_IDENTITY && f->kind != FACT_CREDENTIAL)
			continue;
		e = map_put(&s->by_name, f->name, &added);
		if (added)
			e->value.ptr = f;
	}
	return 0;
}

static void close_side(struct side *s) {
	fact_set_free(&s->set);
	exports_close(&s->exports);
	map_free(&s->by_name);
	if (s->coverage)
		coverage_free(s->coverage);
}

struct change {
	const char *section;
	char *text;
	bool is_risk; /* counts for the exit status */
};
typedef VEC(struct change) change_vec;

static void add(change_vec *out, const char *section, bool is_risk, struct buf *text) {
	struct change c = {section, mem_str(buf_cstr(text)), is_risk};

	VEC_PUSH(out, c);
	buf_free(text);
}

static void name(struct buf *b, const struct fact *f) {
	inert_add(b, f->name);
}

static bool is_admin(const struct fact *f) {
	return fact_truth(f, "is_admin") == FACT_YES || fact_truth(f, "reaches_admin") == FACT_YES;
}

static void admins(const struct fact *was, const struct fact *is, change_vec *out) {
	struct buf b = {0};

	if (!is_admin(is) || (was && is_admin(was)))
		return;
	name(&b, is);
	if (fact_truth(is, "is_admin") == FACT_YES)
		buf_add_str(&b, was ? ": is administrator now" : ": new, and administrator");
	else {
		buf_add_str(&b, ": can become administrator now: ");
		inert_add(&b, fact_text(is, "chain"));
	}
	add(out, "New administrators", true, &b);
}

static bool holds(const struct value *v, struct slice s) {
	for (size_t i = 0; v && !v->none && i < v->texts.n; i++)
		if (slice_eq(v->texts.at[i], s))
			return true;
	return false;
}

static void trust(const struct fact *was, const struct fact *is, change_vec *out) {
	static const char *const lists[] = {"trusted_accounts", "trusted_issuers", "trusted_services"};

	for (size_t l = 0; l < sizeof(lists) / sizeof(*lists); l++) {
		const struct value *now = fact_get(is, lists[l]), *before = was ? fact_get(was, lists[l]) : NULL;

		for (size_t i = 0; now && !now->none && i < now->texts.n; i++) {
			struct buf b = {0};

			if (holds(before, now->texts.at[i]))
				continue;
			name(&b, is);
			buf_add_str(&b, was ? ": trusts now " : ": new, trusts ");
			inert_add(&b, now->texts.at[i]);
			add(out, "New trust", l < 2, &b);
		}
	}
	if (fact_truth(is, "trusts_anyone") == FACT_YES && (!was || fact_truth(was, "trusts_anyone") != FACT_YES)) {
		struct buf b = {0};

		name(&b, is);
		buf_add_str(&b, ": anyone may take it on now");
		add(out, "New trust", true, &b);
	}
}

static bool is_key(const struct fact *f) {
	return f->kind == FACT_CREDENTIAL && slice_eq(fact_text(f, "kind"), slice_str("access-key"));
}

static void keys(const struct fact *was, const struct fact *is, change_vec *out) {
	bool on = fact_truth(is, "active") == FACT_YES;
	double age = fact_number(is, "age", -1), before = was ? fact_number(was, "age", -1) : -1;
	struct buf b = {0};

	if (!is_key(is) || !on)
		return;
	name(&b, is);
	if (!was) {
		buf_add_str(&b, ": new access key");
		add(out, "New keys", false, &b);
	} else if (fact_truth(was, "active") == FACT_NO) {
		buf_add_str(&b, ": was inactive, is active again");
		add(out, "Keys that came back", true, &b);
	} else if (age > 90 * DAY && before >= 0 && before <= 90 * DAY) {
		buf_printf(&b, ": %.0f days old now, not rotated since", age / DAY);
		add(out, "Not rotated since", true, &b);
	} else if (age > 90 * DAY && before > 90 * DAY) {
		buf_printf(&b, ": %.0f days old, was %.0f", age / DAY, before / DAY);
		add(out, "Still not rotated", false, &b);
	} else
		buf_free(&b);
}

static void owners(const struct fact *was, const struct fact *is, change_vec *out) {
	struct buf b = {0};

	if (!was || !fact_text(was, "owner").n || fact_text(is, "owner").n)
		return;
	name(&b, is);
	buf_add_str(&b, ": had the owner ");
	inert_add(&b, fact_text(was, "owner"));
	buf_add_str(&b, ", has none now");
	add(out, "Owners gone", true, &b);
}

static int change_cmp(const void *pa, const void *pb) {
	const struct change *a = pa, *b = pb;
	int d;

	if (a->is_risk != b->is_risk)
		return a->is_risk ? -1 : 1;
	d = strcmp(a->section, b->section);
	return d ? d : strcmp(a->text, b->text);
}

static void compare(const struct side *old, const struct side *new, change_vec *out) {
	for (size_t i = 0; i < new->set.all.n; i++) {
		const struct fact *is = new->set.all.at[i];
		const struct map_entry *e;

		if (is->kind != FACT_IDENTITY && is->kind != FACT_CREDENTIAL)
			continue;
		e = map_get(&old->by_name, is->name);
		const struct fact *was = e ? e->value.ptr : NULL;

		if (is->kind == FACT_IDENTITY) {
			admins(was, is, out);
			trust(was, is, out);
			owners(was, is, out);
		} else
			keys(was, is, out);
	}
	if (out->n)
		qsort(out->at, out->n, sizeof(*out->at), change_cmp);
}

static int tell(const struct side *old, const struct side *new, change_vec *changes) {
	const char *section = "";
	bool risk = false;
	char from[DATE_TEXT_MAX], to[DATE_TEXT_MAX];

	date_format(old->exports.as_of, from);
	date_format(new->exports.as_of, to);
	printf("From %.10s (%s) to %.10s (%s)\n", from, old->exports.as_of_source, to, new->exports.as_of_source);
	for (size_t i = 0; i < changes->n; i++) {
		const struct change *c = &changes->at[i];

		if (strcmp(section, c->section) != 0)
			printf("\n%s\n", c->section);
		section = c->section;
		printf("  %s\n", c->text);
		risk |= c->is_risk;
	}
	if (!changes->n)
		printf("\nNothing new.\n");
	if (coverage_is_incomplete(old->coverage) || coverage_is_incomplete(new->coverage))
		printf("\nSome export was partial or could not be read; `nhiscan iam` says which.\n");
	if (risk)
		return EXIT_FINDINGS;
	return coverage_is_incomplete(new->coverage) ? EXIT_INCOMPLETE : EXIT_CLEAN;
}

int diff_exports(const struct options *o) {
	struct side old = {0}, new = {0};
	change_vec changes = {0};
	struct error err = {0};
	int status;

	if (open_side(&old, o->operands.at[0], o, &err) < 0 || open_side(&new, o->operands.at[1], o, &err) < 0)
		status = exit_with_error(&err);
	else {
		compare(&old, &new, &changes);
		status = exit_after_stdout(tell(&old, &new, &changes));
	}
	for (size_t i = 0; i < changes.n; i++)
		free(changes.at[i].text);
	VEC_FREE(&changes);
	close_side(&old);
	close_side(&new);
	return status;
}
