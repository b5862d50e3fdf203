/* `nhiscan rules list`: one line a rule for people, everything about each for machines.
 * The full text of one rule for people is in rules_explain.c. */
#include "cmd/catalogue.h"
#include "cmd/commands.h"
#include "cmd/exit.h"
#include "cmd/shown.h"

#include <jansson.h>
#include <stdio.h>

static void print_nhi(uint16_t nhi, char out[64]) {
	size_t at = 0;
	out[0] = '\0';
	for (unsigned i = 0; i < 10; i++)
		if (nhi >> i & 1)
			at += (size_t)snprintf(out + at, 64 - at, "%sNHI%u", at ? " " : "", i + 1);
}

static void list_text(const struct catalogue *c) {
	size_t width = 0;
	for (size_t i = 0; i < c->n; i++)
		if (strlen(c->rules[i].id) > width)
			width = strlen(c->rules[i].id);
	for (size_t i = 0; i < c->n; i++) {
		const struct rule *r = &c->rules[i];
		char nhi[64];
		print_nhi(r->nhi, nhi);
		printf("%-*s  %-8s  %-6s  %-9s  ", (int)width, r->id, severity_name(r->severity),
			confidence_name(r->confidence), nhi);
		shown_print(r->title);
		putchar('\n');
	}
}

static json_t *texts(const char *const *at, size_t n) {
	json_t *list = json_array();
	for (size_t i = 0; i < n; i++)
		json_array_append_new(list, json_string(at[i]));
	return list;
}

static json_t *rule_json(const struct rule *r) {
	json_t *v = json_object(), *nhi = json_array(), *cwe = json_array();
	for (unsigned i = 0; i < 10; i++)
		if (r->nhi >> i & 1)
			json_array_append_new(nhi, json_string(nhi_id(i)));
	for (size_t i = 0; i < r->ncwe; i++)
		json_array_append_new(cwe, json_sprintf("CWE-%u", r->cwe[i]));
	json_object_set_new(v, "id", json_string(r->id));
	json_object_set_new(v, "title", json_string(r->title));
	json_object_set_new(v, "service", r->service ? json_string(r->service) : json_null());
	json_object_set_new(v, "severity", json_string(severity_name(r->severity)));
	json_object_set_new(v, "confidence", json_string(confidence_name(r->confidence)));
	json_object_set_new(v, "kind", json_string(secret_kind_name(r->kind)));
	json_object_set_new(v, "nhi", nhi);
	json_object_set_new(v, "cwe", cwe);
	json_object_set_new(v, "tags", texts(r->tags, r->ntags));
	json_object_set_new(v, "keywords", texts(r->keywords, r->nkeywords));
	json_object_set_new(v, "checks", texts(r->checks, r->nchecks));
	json_object_set_new(v, "paths", texts(r->paths, r->npaths));
	json_object_set_new(v, "partners", texts(r->partners, r->npartners));
	json_object_set_new(v, "fix", r->fix ? json_string(r->fix) : json_null());
	json_object_set_new(v, "reference", r->reference ? json_string(r->reference) : json_null());
	return v;
}

static void list_json(const struct catalogue *c) {
	json_t *rules = json_array();
	for (size_t i = 0; i < c->n; i++)
		json_array_append_new(rules, rule_json(&c->rules[i]));
	json_t *v = json_pack("{s:s, s:I, s:o}", "digest", c->digest, "count", (json_int_t)c->n, "rules", rules);
	json_dumpf(v, stdout, JSON_INDENT(2));
	putchar('\n');
	json_decref(v);
}

int cmd_rules_list(const struct options *o) {
	struct arena a = {0};
	struct catalogue c;
	struct error err = {0};
	int status = EXIT_CLEAN;
	if (catalogue_open(&a, o, &o->only, &o->skip, &c, &err) < 0) {
		status = exit_with_error(&err);
		goto out;
	}
	if (o->list_format && strcmp(o->list_format, "json") == 0)
		list_json(&c);
	else
		list_text(&c);
	status = exit_after_stdout(status);
out:
	arena_free(&a);
	return status;
}
