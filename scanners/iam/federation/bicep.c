/* Bicep: federated credentials of managed identities and applications, where issuer, subject and audiences are plain texts. Read by tokens: Bicep's
 * strings and marks are those of Groovy (Microsoft Learn, "Bicep file structure", "federatedIdentityCredentials"). No expression is worked out. */
#include "scanners/iam/federation/federation.h"

#include "scanners/ci/groovy.h"

#include <stdlib.h>

static bool is_mark(const struct groovy_token *t, uint8_t mark) {
	return t->kind == GROOVY_MARK && t->mark == mark;
}

/* The index behind the } that closes the { at or behind `from`. */
static size_t block_end(const struct groovy *g, size_t from) {
	unsigned open = 0;

	for (size_t i = from; i < g->n; i++) {
		open += is_mark(&g->at[i], '{');
		if (is_mark(&g->at[i], '}') && (open == 0 || --open == 0))
			return i + 1;
	}
	return g->n;
}

/* `name: 'text'` within [from, to). */
static const struct groovy_token *text_of(const struct groovy *g, size_t from, size_t to, const char *name) {
	for (size_t i = from; i + 2 < to; i++)
		if (g->at[i].kind == GROOVY_NAME && slice_eq(g->at[i].text, slice_str(name)) &&
			is_mark(&g->at[i + 1], ':')) {
			size_t at = i + 2;

			while (at < to && is_mark(&g->at[at], '['))
				at++;
			return at < to && g->at[at].kind == GROOVY_STRING ? &g->at[at] : NULL;
		}
	return NULL;
}

static void take_credential(const struct federation *f, const struct groovy *g, size_t from, size_t to) {
	const struct groovy_token *issuer = text_of(g, from, to, "issuer"), *subject = text_of(g, from, to, "subject");
	const struct groovy_token *audience = text_of(g, from, to, "audiences"), *name = text_of(g, from, to, "name");
	struct federation_trust t = {.system = "azure"};
	struct federation_conditions c = {0};

	if (!issuer || !subject)
		return;
	t.issuer = federation_issuer(issuer->text);
	t.role = name ? name->text : (struct slice){0};
	t.span = subject->span;
	federation_condition(f, &c, "StringEquals", t.issuer, slice_str("sub"), subject->text, subject->span);
	if (audience)
		federation_condition(f, &c, "StringEquals", t.issuer, slice_str("aud"), audience->text, audience->span);
	t.statement = federation_statement(f, &c, t.issuer, t.span);
	federation_add(f, &t);
}

static bool wants(struct slice path) {
	return slice_has_suffix(path, ".bicep");
}

static bool read_bicep(const struct reader_input *in, struct fact_set *set) {
	struct arena arena = {0};
	struct federation f = {in, set, &arena, bicep_trust_reader.name, "bicep"};
	const size_t before = set->all.n;
	struct groovy g;

	if (slice_find(in->doc->bytes, slice_str("federatedIdentityCredentials")) < 0)
		return false;
	g = groovy_read(&arena, in->doc->bytes);
	for (size_t i = 0; i < g.n; i++)
		if (g.at[i].kind == GROOVY_STRING &&
			slice_find(g.at[i].text, slice_str("/federatedIdentityCredentials@")) > 0)
			take_credential(&f, &g, i, block_end(&g, i));
	if (g.cut)
		coverage_note(in->coverage, "limit-pipeline", true, arena_str(&arena, in->doc->path),
			"is longer than what is read of a Bicep file");
	arena_free(&arena);
	return set->all.n > before;
}

const struct reader bicep_trust_reader = {"bicep-trust", wants, read_bicep};
