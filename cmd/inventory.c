/* `nhiscan inventory`: facts of exports as rows, and the format that was asked for. */
#include "report/inventory.h"

#include "cmd/commands.h"
#include "cmd/decide.h"
#include "cmd/exit.h"
#include "cmd/exports.h"
#include "cmd/power.h"
#include "cmd/version.h"

#include <stdlib.h>

static const char *text_of(struct arena *a, const struct fact *f, const char *name) {
	const struct value *v = fact_get(f, name);

	return v && !v->none && v->type == VALUE_TEXT ? arena_str(a, v->text) : NULL;
}

static struct when time_of(const struct fact *f, const char *name) {
	const struct value *v = fact_get(f, name);

	return v && v->type == VALUE_TIME ? v->when : (struct when){0};
}

static const char *trust_of(struct arena *a, const struct fact *f) {
	static const char *const names[] = {"trusted_services", "trusted_accounts", "trusted_issuers"};
	struct buf b = {0};
	const char *out;

	if (fact_truth(f, "trusts_anyone") == FACT_YES)
		buf_add_str(&b, "anyone");
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		const struct value *v = fact_get(f, names[i]);

		for (size_t k = 0; v && !v->none && k < v->texts.n; k++)
			buf_printf(
				&b, "%s%.*s", b.n ? ", " : "", (int)v->texts.at[k].n, (const char *)v->texts.at[k].p);
	}
	out = b.n ? arena_str(a, buf_slice(&b)) : NULL;
	buf_free(&b);
	return out;
}

static void fill(struct arena *a, const struct fact *f, struct inventory_row *r) {
	const struct value *refs = fact_get(f, "referred_by");

	*r = (struct inventory_row){.is_credential = f->kind == FACT_CREDENTIAL,
		.kind = text_of(a, f, "kind"),
		.name = arena_str(a, f->name),
		.provider = text_of(a, f, "provider"),
		.account = text_of(a, f, "account"),
		.created = time_of(f, "created"),
		.last_used = time_of(f, "last_used"),
		.owner = text_of(a, f, "owner"),
		.owner_source = text_of(a, f, "owner_source"),
		.environment = text_of(a, f, "environment"),
		.path = f->source ? arena_str(a, f->source->path) : NULL,
		.pointer = f->pointer.n ? arena_str(a, f->pointer) : NULL,
		.line = f->span.line,
		.column = f->span.column};
	if (!r->kind)
		r->kind = "unknown";
	if (r->is_credential) {
		const struct value *whose = fact_get(f, "identity");

		r->identity = whose && !whose->none ? arena_str(a, whose->fact->name) : NULL;
		r->expires = time_of(f, "expires");
		r->rotated = time_of(f, "rotated");
		r->active = fact_truth(f, "active") == FACT_YES	 ? INVENTORY_YES
			    : fact_truth(f, "active") == FACT_NO ? INVENTORY_NO
								 : INVENTORY_UNKNOWN;
	} else {
		r->account_name = text_of(a, f, "account_name");
		r->trust = trust_of(a, f);
		r->power = power_of(a, f).why;
	}
	if (refs && !refs->none) {
		const char **at = ARENA_NEW_N(a, const char *, refs->texts.n);

		for (size_t i = 0; i < refs->texts.n; i++)
			at[i] = arena_str(a, refs->texts.at[i]);
		r->referred_by = at;
		r->nreferred = refs->texts.n;
	}
}

static int row_cmp(const void *pa, const void *pb) {
	const struct inventory_row *a = pa, *b = pb;
	int d;

	if (a->is_credential != b->is_credential)
		return a->is_credential ? 1 : -1;
	d = strcmp(a->kind, b->kind);
	if (d)
		return d;
	d = strcmp(a->name, b->name);
	return d ? d : a->line < b->line ? -1 : a->line > b->line;
}

static int write_inventory(const struct options *o, const struct exports *e, const struct fact_set *set,
	const struct coverage *c, struct error *err) {
	struct arena a = {0};
	struct inventory_row *rows = mem_alloc_n(set->all.n + 1, sizeof(*rows));
	struct inventory inv = {
		.rows = rows, .as_of = e->as_of, .version = version_text(), .incomplete = coverage_is_incomplete(c)};
	int rc;

	for (size_t i = 0; i < set->all.n; i++)
		if (set->all.at[i]->kind == FACT_IDENTITY || set->all.at[i]->kind == FACT_CREDENTIAL)
			fill(&a, set->all.at[i], &rows[inv.n++]);
	qsort(rows, inv.n, sizeof(*rows), row_cmp);
	rc = inventory_format_find(o->inventory_format ? o->inventory_format : "table")->write(&inv, stdout, err);
	free(rows);
	arena_free(&a);
	return rc;
}

static void print_notices(struct coverage *c) {
	const struct notice *n;
	size_t count = coverage_notices(c, &n);

	for (size_t i = 0; i < count; i++) {
		struct buf b = {0};

		exit_cover(&b, slice_str(n[i].where));
		buf_add_str(&b, ": ");
		exit_cover(&b, slice_str(n[i].detail));
		fprintf(stderr, "nhiscan: %s\n", buf_cstr(&b));
		buf_free(&b);
	}
}

int cmd_inventory(const struct options *asked) {
	struct arena a = {0};
	const struct options ordered = decide_order(&a, asked), *o = &ordered;
	struct exports e = {0};
	struct fact_set set = {0};
	struct coverage *c = coverage_new();
	struct error err = {0};
	int status = EXIT_CLEAN;

	if (exports_read(&e, &o->operands, o, date_now(), c, &err) < 0)
		status = exit_with_error(&err);
	else {
		exports_settle(&e, &set);
		exports_note_limits(&e, c);
		if (write_inventory(o, &e, &set, c, &err) < 0 && !exit_reader_is_gone())
			status = exit_with_error(&err);
		else
			status = exit_after_stdout(
				coverage_is_incomplete(c) || !exports_are_there(&e) ? EXIT_INCOMPLETE : EXIT_CLEAN);
		print_notices(c);
	}
	fact_set_free(&set);
	exports_close(&e);
	coverage_free(c);
	arena_free(&a);
	return status;
}
