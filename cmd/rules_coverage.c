/* `nhiscan rules coverage`: how many rules there are for each service, of which kinds, for which NHI ids.
 * The rules one by one are in rules_list.c. */
#include "cmd/catalogue.h"
#include "cmd/commands.h"
#include "cmd/exit.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#define NHI_COUNT 10

struct covered {
	const char *service; /* NULL: of all */
	size_t rules, kinds[KIND_COUNT], nhi[NHI_COUNT];
};

struct coverage_table {
	struct covered *rows; /* by service */
	size_t n;
	struct covered all;
};

static void count(struct covered *c, const struct rule *r) {
	c->rules++;
	c->kinds[r->kind]++;
	for (unsigned i = 0; i < NHI_COUNT; i++)
		c->nhi[i] += r->nhi >> i & 1;
}

static int row_cmp(const void *pa, const void *pb) {
	const struct covered *a = pa, *b = pb;

	return strcmp(a->service, b->service);
}

static void make_table(struct arena *a, const struct catalogue *c, struct coverage_table *t) {
	struct map services = {0};

	*t = (struct coverage_table){.rows = ARENA_NEW_N(a, struct covered, c->n)};
	for (size_t i = 0; i < c->n; i++) {
		const struct rule *r = &c->rules[i];
		const char *service = r->service ? r->service : "";
		bool added;
		struct map_entry *e = map_put(&services, slice_str(service), &added);

		if (added) {
			e->value.num = t->n;
			t->rows[t->n++].service = service;
		}
		count(&t->rows[e->value.num], r);
		count(&t->all, r);
	}
	map_free(&services);
	if (t->n)
		qsort(t->rows, t->n, sizeof(*t->rows), row_cmp);
}

/* "NHI2 NHI7", with numbers "NHI2 12, NHI7 3". */
static void tell_nhi(struct buf *b, const struct covered *c, bool numbers) {
	for (size_t k = 0; k < NHI_COUNT; k++) {
		if (!c->nhi[k])
			continue;
		buf_printf(b, "%sNHI%zu", !b->n ? "" : numbers ? ", " : " ", k + 1);
		if (numbers)
			buf_printf(b, " %zu", c->nhi[k]);
	}
}

static void tell_kinds(struct buf *b, const struct covered *c) {
	for (int k = 0; k < KIND_COUNT; k++)
		if (c->kinds[k])
			buf_printf(b, "%s%s %zu", b->n ? ", " : "", secret_kind_name((enum secret_kind)k), c->kinds[k]);
}

#define NHI_WIDTH 19 /* four of them */

static void print_table(const struct coverage_table *t) {
	int width = 7;
	struct buf nhi = {0}, kinds = {0};

	for (size_t i = 0; i < t->n; i++)
		if ((int)strlen(t->rows[i].service) > width)
			width = (int)strlen(t->rows[i].service);
	printf("%-*s  rules  %-*s  kinds\n", width, "service", NHI_WIDTH, "NHI ids");
	for (size_t i = 0; i < t->n; i++) {
		buf_clear(&nhi);
		buf_clear(&kinds);
		tell_nhi(&nhi, &t->rows[i], false);
		tell_kinds(&kinds, &t->rows[i]);
		printf("%-*s  %5zu  %-*s  %s\n", width, t->rows[i].service, t->rows[i].rules, NHI_WIDTH, buf_cstr(&nhi),
			buf_cstr(&kinds));
	}
	buf_clear(&nhi);
	buf_clear(&kinds);
	tell_nhi(&nhi, &t->all, true);
	tell_kinds(&kinds, &t->all);
	printf("\n%zu rules for %zu services\n%s\n%s\n", t->all.rules, t->n, buf_cstr(&nhi), buf_cstr(&kinds));
	buf_free(&nhi);
	buf_free(&kinds);
}

static json_t *row_json(const struct covered *c) {
	json_t *v = json_object(), *kinds = json_object(), *nhi = json_object();

	for (int k = 0; k < KIND_COUNT; k++)
		if (c->kinds[k])
			json_object_set_new(
				kinds, secret_kind_name((enum secret_kind)k), json_integer((json_int_t)c->kinds[k]));
	for (unsigned k = 0; k < NHI_COUNT; k++)
		if (c->nhi[k])
			json_object_set_new(nhi, nhi_id(k), json_integer((json_int_t)c->nhi[k]));
	if (c->service)
		json_object_set_new(v, "service", json_string(c->service));
	json_object_set_new(v, "rules", json_integer((json_int_t)c->rules));
	json_object_set_new(v, "kinds", kinds);
	json_object_set_new(v, "nhi", nhi);
	return v;
}

static void print_json(const struct catalogue *c, const struct coverage_table *t) {
	json_t *rows = json_array(), *v;

	for (size_t i = 0; i < t->n; i++)
		json_array_append_new(rows, row_json(&t->rows[i]));
	v = json_pack("{s:s, s:o, s:o}", "digest", c->digest, "all", row_json(&t->all), "services", rows);
	json_dumpf(v, stdout, JSON_INDENT(2));
	putchar('\n');
	json_decref(v);
}

int cmd_rules_coverage(const struct options *o) {
	struct arena a = {0};
	struct catalogue c;
	struct coverage_table t;
	struct error err = {0};
	int status = EXIT_CLEAN;

	if (catalogue_open(&a, o, &o->only, &o->skip, &c, &err) < 0) {
		status = exit_with_error(&err);
		goto out;
	}
	make_table(&a, &c, &t);
	if (o->list_format && strcmp(o->list_format, "json") == 0)
		print_json(&c, &t);
	else
		print_table(&t);
	status = exit_after_stdout(status);
out:
	arena_free(&a);
	return status;
}
