/* A whole rule as YAML for tests, with one field replaced, dropped or added. Not a test itself. */
#ifndef NHISCAN_TESTS_UNIT_RULES_SAMPLE_H
#define NHISCAN_TESTS_UNIT_RULES_SAMPLE_H

#include "core/buf.h"

static const struct {
	const char *name, *value;
} sample_fields[] = {
	{"id", "acme-token"},
	{"title", "Acme token"},
	{"service", "Acme"},
	{"severity", "high"},
	{"confidence", "medium"},
	{"kind", "token"},
	{"nhi", "[NHI2, NHI7]"},
	{"cwe", "[798]"},
	{"keywords", "[acme_]"},
	{"pattern", "'\\b(acme_[a-z0-9]{20})\\b'"},
	{"after", "64"},
	{"fix", "Revoke it."},
	{"reference", "https://docs.acme.invalid/"},
	{"positive", "['acme_{{lowernum:20}}', 'T=acme_{{lowernum:20}}']"},
	{"negative", "['acme_{{lowernum:5}}', 'acme_{{uppernum:20}}']"},
};

/* Adds a rule to `out`. `field` gets `value` instead of its own; a NULL value leaves it out; a field that is not in the
 * sample is added. The dash has a line of its own, so a rule's first field stands on its second line. */
static inline void sample_rule(struct buf *out, const char *field, const char *value) {
	bool used = false;
	buf_add_str(out, "-\n");
	for (size_t i = 0; i < sizeof(sample_fields) / sizeof(sample_fields[0]); i++) {
		bool changed = field && strcmp(field, sample_fields[i].name) == 0;
		used = used || changed;
		if (!changed || value)
			buf_printf(out, "  %s: %s\n", sample_fields[i].name, changed ? value : sample_fields[i].value);
	}
	if (field && !used)
		buf_printf(out, "  %s: %s\n", field, value);
}

#endif
