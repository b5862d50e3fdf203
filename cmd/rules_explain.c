/* `nhiscan rules explain RULE`: all about one rule, for people.
 * What a rule makes of a given text is in rules_test.c. */
#include "cmd/catalogue.h"
#include "cmd/commands.h"
#include "cmd/exit.h"
#include "cmd/nearest.h"
#include "cmd/shown.h"
#include "rules/framework.h"
#include "rules/wellformed.h"

#include <stdio.h>

#define LABEL 14
#define WIDTH 80

static void print_label(const char *label) {
	printf("%-*s", LABEL, label);
}

/* Words of `text` from column LABEL on, wrapped. */
static void print_words(const char *label, const char *text) {
	struct buf shown = {0};
	size_t at = LABEL;

	if (!text || !*text)
		return;
	shown_add(&shown, text);
	text = buf_cstr(&shown);
	print_label(label);
	while (*text) {
		size_t n = strcspn(text, " \n");
		if (at > LABEL && at + 1 + n > WIDTH) {
			printf("\n%*s", LABEL, "");
			at = LABEL;
		} else if (at > LABEL) {
			putchar(' ');
			at++;
		}
		fwrite(text, 1, n, stdout);
		at += n;
		text += n;
		text += strspn(text, " \n");
	}
	putchar('\n');
	buf_free(&shown);
}

static void print_list(const char *label, const char *const *at, size_t n) {
	struct buf b = {0};
	for (size_t i = 0; i < n; i++)
		buf_printf(&b, "%s%s", i ? ", " : "", at[i]);
	print_words(label, buf_cstr(&b));
	buf_free(&b);
}

static void print_frameworks(const struct rule *r) {
	const char *label = "NHI Top 10";
	for (unsigned i = 0; i < 10; i++) {
		if (!(r->nhi >> i & 1))
			continue;
		print_label(label);
		printf("%s %s\n", nhi_id(i), nhi_title(i));
		label = "";
	}
	if (r->ncwe > 0)
		print_label("CWE");
	for (size_t i = 0; i < r->ncwe; i++)
		printf("%sCWE-%u", i ? ", " : "", r->cwe[i]);
	if (r->ncwe > 0)
		putchar('\n');
}

/* Ids of `f` that the rule's risks lead to, each once; false when there are none. */
static bool add_links(struct buf *out, const struct framework *f, uint16_t nhi, bool published) {
	size_t before = out->n;

	for (size_t i = 0; i < f->nlinks; i++) {
		bool seen = !(nhi >> f->links[i].nhi & 1) || f->links[i].published != published;

		for (size_t k = 0; k < i && !seen; k++)
			seen = f->links[k].entry == f->links[i].entry && f->links[k].published == published &&
			       (nhi >> f->links[k].nhi & 1);
		if (!seen)
			buf_printf(out, "%s%s", out->n > before ? ", " : "", f->entries[f->links[i].entry].id);
	}
	return out->n > before;
}

/* What other frameworks say about the risks of the rule. */
static void print_mapping(const struct rule *r) {
	const char *label = "Maps to";

	for (size_t i = 0; i < builtin_frameworks.n; i++) {
		const struct framework *f = &builtin_frameworks.at[i];

		for (int published = 1; published >= 0 && framework_applies(f, r->id); published--) {
			struct buf ids = {0}, b = {0};

			if (add_links(&ids, f, r->nhi, published)) {
				buf_printf(&b, "%s %s (%s): %s", f->title, f->edition,
					published ? "published" : "suggested", buf_cstr(&ids));
				print_words(label, buf_cstr(&b));
				label = "";
			}
			buf_free(&ids);
			buf_free(&b);
		}
	}
}

static void print_matching(const struct rule *r) {
	print_list("Keywords", r->keywords, r->nkeywords);
	print_label("Pattern");
	shown_print(r->pattern); /* never wrapped: it must be fit to be copied */
	putchar('\n');
	print_label("");
	printf("%s; ", r->ignore_case ? "case ignored" : "case matters");
	if (r->secret_group)
		printf("the secret is group %u", r->secret_group);
	else
		printf("the secret is the whole match");
	printf("\n%*slooks from %u bytes before a keyword to %u behind\n", LABEL, "", r->before, r->after);
	if (r->entropy > 0) {
		print_label("Entropy");
		printf("at least %.1f bits a character\n", r->entropy);
	}
	const char *label = "Checks";
	for (size_t i = 0; i < r->nchecks; i++) {
		const struct wellformed_check *check = wellformed_find(r->checks[i]);
		struct buf b = {0};
		buf_printf(&b, "%s: %s", r->checks[i], check ? check->text : "not known here");
		print_words(label, buf_cstr(&b));
		buf_free(&b);
		label = "";
	}
	print_list("Only paths", r->paths, r->npaths);
	if (r->npartners > 0) {
		struct buf b = {0};
		buf_printf(&b, "%s when one of these is near:", severity_name(r->raised));
		for (size_t i = 0; i < r->npartners; i++)
			buf_printf(&b, "%s %s", i ? "," : "", r->partners[i]);
		print_words("Raised to", buf_cstr(&b));
		buf_free(&b);
	}
}

static void print_condition(const struct rule *r) {
	const struct rule_over_facts *f = r->facts;
	struct buf b = {0};

	print_words("About", f->on);
	print_words("When", f->when);
	for (size_t i = 0; i < f->nraises; i++) {
		buf_clear(&b);
		buf_printf(&b, "%s when %s", severity_name(f->raises[i].to), f->raises[i].when);
		print_words(i ? "" : "Raised to", buf_cstr(&b));
	}
	print_words("Says", f->message);
	if (f->off)
		print_words("Off", "unless --only names it");
	buf_free(&b);
}

static void explain(const struct rule *r) {
	printf("%s: ", r->id);
	shown_print(r->title);
	printf("\n\n");
	print_words("Service", r->service);
	print_words("Severity", severity_name(r->severity));
	print_words("Confidence", confidence_name(r->confidence));
	print_words("Kind", secret_kind_name(r->kind));
	print_frameworks(r);
	print_list("Tags", r->tags, r->ntags);
	putchar('\n');
	if (r->facts)
		print_condition(r);
	else
		print_matching(r);
	putchar('\n');
	print_words("What to do", r->fix);
	print_words("Reference", r->reference);
	putchar('\n');
	print_mapping(r);
	putchar('\n');
	if (r->file) {
		print_label("Written in");
		shown_print(r->file);
		printf(":%u\n", r->line);
	}
}

int cmd_rules_explain(const struct options *o) {
	struct arena a = {0};
	struct catalogue c;
	struct error err = {0};
	const char *id = o->operands.at[0];
	int status = EXIT_CLEAN;
	if (catalogue_open(&a, o, &o->only, &o->skip, &c, &err) < 0) {
		status = exit_with_error(&err);
		goto out;
	}
	ptrdiff_t at = catalogue_find(&c, slice_str(id));
	if (at < 0) {
		struct nearest n = nearest_to(id);
		for (size_t i = 0; i < c.n; i++)
			nearest_offer(&n, c.rules[i].id);
		if (n.word)
			error_set(&err, ERR_USAGE, "there is no rule '%s'; did you mean '%s'?", id, n.word);
		else
			error_set(&err, ERR_USAGE, "there is no rule '%s'; 'nhiscan rules list' lists them", id);
		status = exit_with_error(&err);
		goto out;
	}
	explain(&c.rules[at]);
	status = exit_after_stdout(status);
out:
	arena_free(&a);
	return status;
}
