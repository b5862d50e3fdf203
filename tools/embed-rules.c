/* Build tool: reads folders of rule files and prints C source that defines `builtin_catalogue` as constant tables.
 * Not part of the program; cases stay out of the binary. Usage: embed-rules FOLDER... > catalogue.c */
#include "core/buf.h"
#include "core/map.h"
#include "rules/load.h"

#include <stdio.h>
#include <stdlib.h>

/* Lists already printed, keyed by their initialiser, so that equal lists are one table. */
struct tables {
	struct map seen;
	size_t nfacts;
};

/* A C string literal. Octal escapes have three digits and so end by themselves; `?` is escaped against trigraphs. */
static void add_literal(struct buf *out, const char *s) {
	buf_add_byte(out, '"');
	for (; *s; s++) {
		uint8_t c = (uint8_t)*s;
		if (c == '"' || c == '\\' || c == '?')
			buf_printf(out, "\\%c", c);
		else if (c >= 0x20 && c < 0x7f)
			buf_add_byte(out, c);
		else
			buf_printf(out, "\\%03o", c);
	}
	buf_add_byte(out, '"');
}

/* Prints the table unless an equal one is out already; returns its number. */
static size_t table(struct tables *t, const char *type, struct buf *initialiser) {
	bool added;
	struct map_entry *entry = map_put(&t->seen, buf_slice(initialiser), &added);
	if (added) {
		entry->value.num = t->seen.n - 1;
		printf("static const %stable_%zu[] = {%s};\n", type, t->seen.n - 1, buf_cstr(initialiser));
	}
	size_t number = (size_t)entry->value.num;
	buf_free(initialiser);
	return number;
}

static void add_strings(
	struct tables *t, struct buf *out, const char *field, const char *count, const char *const *list, size_t n) {
	struct buf items = {0};
	if (n == 0)
		return;
	for (size_t i = 0; i < n; i++) {
		if (i)
			buf_add_str(&items, ", ");
		add_literal(&items, list[i]);
	}
	buf_printf(out, " .%s = table_%zu, .%s = %zu,", field, table(t, "char *const ", &items), count, n);
}

static void add_numbers(struct tables *t, struct buf *out, const uint16_t *list, size_t n) {
	struct buf items = {0};
	if (n == 0)
		return;
	for (size_t i = 0; i < n; i++)
		buf_printf(&items, "%s%u", i ? ", " : "", list[i]);
	buf_printf(out, " .cwe = table_%zu, .ncwe = %zu,", table(t, "uint16_t ", &items), n);
}

static void add_text(struct buf *out, const char *field, const char *s) {
	buf_printf(out, " .%s = ", field);
	add_literal(out, s);
	buf_add_byte(out, ',');
}

static void add_edits(struct buf *out, const struct rule_over_facts *f, size_t number) {
	for (size_t i = 0; i < f->nedits; i++) {
		if (!f->edits[i].nof)
			continue;
		buf_printf(out, "static const char *const edit_%zu_%zu[] = {", number, i);
		for (size_t k = 0; k < f->edits[i].nof; k++) {
			buf_add_str(out, k ? ", " : "");
			add_literal(out, f->edits[i].of[k]);
		}
		buf_add_str(out, "};\n");
	}
	if (f->nedits)
		buf_printf(out, "static const struct rule_edit edits_%zu[] = {", number);
	for (size_t i = 0; i < f->nedits; i++) {
		const struct rule_edit *e = &f->edits[i];

		buf_add_byte(out, '{');
		if (e->replace)
			add_text(out, "replace", e->replace);
		if (e->value)
			add_text(out, "value", e->value);
		if (e->before)
			add_text(out, "before", e->before);
		if (e->after)
			add_text(out, "after", e->after);
		if (e->at)
			add_text(out, "at", e->at);
		if (e->nof)
			buf_printf(out, " .of = edit_%zu_%zu, .nof = %zu,", number, i, e->nof);
		buf_printf(out, " .line = %u}, ", e->line);
	}
	if (f->nedits)
		buf_add_str(out, "};\n");
}

/* Prints what a rule over facts says as tables of its own; returns its number. */
static size_t add_facts(const struct rule_over_facts *f, size_t number) {
	struct buf out = {0};
	if (f->nraises)
		buf_printf(&out, "static const struct rule_raise raises_%zu[] = {", number);
	for (size_t i = 0; i < f->nraises; i++) {
		buf_add_str(&out, i ? ", {" : "{");
		add_literal(&out, f->raises[i].when);
		buf_printf(&out, ", %d, %u, %u}", (int)f->raises[i].to, f->raises[i].line, f->raises[i].column);
	}
	if (f->nraises)
		buf_add_str(&out, "};\n");
	add_edits(&out, f, number);
	buf_printf(&out, "static const struct rule_over_facts facts_%zu = {", number);
	add_text(&out, "on", f->on);
	add_text(&out, "when", f->when);
	if (f->at)
		add_text(&out, "at", f->at);
	if (f->also)
		add_text(&out, "also", f->also);
	add_text(&out, "message", f->message);
	if (f->nraises)
		buf_printf(&out, " .raises = raises_%zu, .nraises = %zu,", number, f->nraises);
	if (f->nedits)
		buf_printf(&out, " .edits = edits_%zu, .nedits = %zu,", number, f->nedits);
	buf_printf(&out,
		" .off = %d, .when_line = %u, .when_column = %u, .message_line = %u, .at_line = %u, .also_line = %u};",
		(int)f->off, f->when_line, f->when_column, f->message_line, f->at_line, f->also_line);
	puts(buf_cstr(&out));
	buf_free(&out);
	return number;
}

static void add_rule(struct tables *t, struct buf *out, const struct rule *r) {
	buf_add_str(out, "\t{");
	add_text(out, "id", r->id);
	add_text(out, "title", r->title);
	add_text(out, "service", r->service);
	buf_printf(out, " .severity = %d, .confidence = %d, .kind = %d, .nhi = %u,", (int)r->severity,
		(int)r->confidence, (int)r->kind, r->nhi);
	add_numbers(t, out, r->cwe, r->ncwe);
	add_strings(t, out, "keywords", "nkeywords", r->keywords, r->nkeywords);
	if (r->pattern)
		add_text(out, "pattern", r->pattern);
	buf_printf(out, " .ignore_case = %d, .secret_group = %u, .before = %u, .after = %u, .entropy = %.17g,",
		(int)r->ignore_case, r->secret_group, r->before, r->after, r->entropy);
	add_strings(t, out, "checks", "nchecks", r->checks, r->nchecks);
	add_strings(t, out, "paths", "npaths", r->paths, r->npaths);
	add_strings(t, out, "partners", "npartners", r->partners, r->npartners);
	buf_printf(out, " .raised = %d, .mask_prefix = %u,", (int)r->raised, r->mask_prefix);
	add_strings(t, out, "tags", "ntags", r->tags, r->ntags);
	add_text(out, "fix", r->fix);
	add_text(out, "reference", r->reference);
	add_text(out, "file", r->file);
	if (r->facts)
		buf_printf(out, " .facts = &facts_%zu,", add_facts(r->facts, t->nfacts++));
	buf_printf(out, " .line = %u},\n", r->line);
}

static void print_catalogue(const struct catalogue *c) {
	struct tables t = {0};
	struct buf rules = {0};
	printf("/* Generated by embed-rules; do not edit. */\n#include \"rules/rule.h\"\n\n");
	for (size_t i = 0; i < c->n; i++)
		add_rule(&t, &rules, &c->rules[i]);
	printf("\nstatic const struct rule rules[] = {\n%s};\n", buf_cstr(&rules));
	printf("\nconst struct catalogue builtin_catalogue = {rules, %zu, \"%s\"};\n", c->n, c->digest);
	buf_free(&rules);
	map_free(&t.seen);
}

int main(int argc, char **argv) {
	struct arena arena = {0};
	struct error err = {0};
	struct limits lim = limits_default();
	struct catalogue none = {0}, all;
	rule_vec rules = {0};
	int status = EXIT_FAILURE;
	if (argc < 2) {
		fprintf(stderr, "usage: embed-rules FOLDER...\n");
		return 2;
	}
	for (int i = 1; i < argc; i++)
		if (rules_load_path(&arena, argv[i], &lim, &rules, &err) != 0)
			goto out;
	catalogue_merge(&arena, &none, &rules, &all);
	if (catalogue_check_partners(&all, &err) != 0)
		goto out;
	if (all.n == 0) {
		error_set(&err, ERR_USAGE, "no rule in %s", argv[1]);
		goto out;
	}
	print_catalogue(&all);
	if (fflush(stdout) == 0 && !ferror(stdout))
		status = EXIT_SUCCESS;
	else
		error_errno(&err, "cannot write the catalogue");
out:
	if (status != EXIT_SUCCESS)
		fprintf(stderr, "embed-rules: %s\n", err.text);
	VEC_FREE(&rules);
	arena_free(&arena);
	return status;
}
