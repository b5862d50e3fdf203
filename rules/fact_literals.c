/* Literals in facts. That a credential is one, readers say: `literal` of pipelines, `agent_literal` of agents. */
#include "rules/fact_literals.h"

bool fact_is_literal(const struct fact *f) {
	static const char *const names[] = {"literal", "agent_literal"};

	for (size_t i = 0; f->kind == FACT_CREDENTIAL && i < 2; i++) {
		const struct value *v = fact_get(f, names[i]);

		if (v && !v->none && v->boolean)
			return true;
	}
	return false;
}

void fact_literals(const struct fact_set *set, slice_vec *out) {
	for (size_t i = 0; i < set->all.n; i++) {
		const struct fact *f = set->all.at[i];
		struct slice s;

		if (!f->source || !f->source->text.n || !f->span.line || !fact_is_literal(f))
			continue;
		s = slice_trim(slice_sub(f->source->text, f->span.start, f->span.end));
		if (s.n > 2 && (s.p[0] == '"' || s.p[0] == '\'') && s.p[s.n - 1] == s.p[0])
			s = slice_sub(s, 1, s.n - 1);
		if (s.n)
			VEC_PUSH(out, s);
	}
}

bool fact_literal_is_told(const struct fact *f, const struct finding *findings, size_t n) {
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < findings[i].nsightings && !findings[i].rule->facts; k++) {
			const struct sighting *s = &findings[i].sightings[k];

			if (s->target == f->source->target && s->line == f->span.line && s->offset < f->span.end &&
				s->column < f->span.end_column + (f->span.end_line - f->span.line) * 10000 &&
				s->end_column > f->span.column && slice_eq(s->path, f->source->path))
				return true;
		}
	return false;
}
