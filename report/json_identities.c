/* What identities of exports can do, in nhiscan-report/1: an answer for each, the methods of escalation by their ids, and the shortest chain.
 * Who works that out is cmd/identity_powers.c. */
#include "report/json_parts.h"

static void add_way(struct emitter *e, const struct report_powers *p, const struct report_way *w, bool chain) {
	emit_open(e, NULL, '{');
	emit_text(e, "method", p->methods[w->method].id);
	if (chain)
		emit_text(e, "from", w->from);
	emit_text(e, "to", w->to ? w->to : "administrator");
	emit_text(e, "certainty", w->proved ? "proved" : "conditional");
	if (w->needs)
		emit_text(e, w->proved ? "after" : "needs", w->needs);
	emit_close(e, '}');
}

void json_part_identity(struct emitter *e, const struct report_powers *p, size_t i) {
	struct report_power one;

	p->get(p->ctx, i, &one);
	emit_text(e, "name", one.name);
	emit_text(e, "kind", one.kind);
	emit_text(e, "account", one.account);
	emit_text(e, "path", one.path);
	emit_text(e, "pointer", one.pointer);
	emit_text(e, "administrator", one.administrator);
	emit_text(e, "reaches_administrator", one.reaches_administrator);
	emit_text(e, "escalates", one.escalates);
	emit_open(e, "methods", '[');
	for (size_t k = 0; k < one.nways; k++)
		add_way(e, p, &one.ways[k], false);
	emit_close(e, ']');
	emit_open(e, "chain", '[');
	for (size_t k = 0; k < one.nchain; k++)
		add_way(e, p, &one.chain[k], true);
	emit_close(e, ']');
}

void json_part_method(struct emitter *e, const struct report_method *m) {
	emit_text(e, "id", m->id);
	emit_open(e, "actions", '[');
	for (const char *const *a = m->actions; *a; a++)
		emit_text(e, NULL, *a);
	emit_close(e, ']');
}

void json_part_identities(struct emitter *e, const struct report_powers *p) {
	emit_line(e);
	emit_open(e, "identities", '[');
	for (size_t i = 0; i < p->n; i++) {
		emit_line(e);
		emit_open(e, NULL, '{');
		json_part_identity(e, p, i);
		emit_close(e, '}');
	}
	emit_close(e, ']');
	emit_line(e);
	emit_open(e, "methods", '[');
	for (size_t i = 0; i < p->nmethods; i++) {
		emit_line(e);
		emit_open(e, NULL, '{');
		json_part_method(e, &p->methods[i]);
		emit_close(e, '}');
	}
	emit_close(e, ']');
}
