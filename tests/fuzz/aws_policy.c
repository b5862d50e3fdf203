/* Any bytes as a policy document: JSON, and percent-encoded. Statements have what their grammar asks for, wherever the text is broken. */
#include "scanners/iam/aws/model.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	struct aws_estate e = {0};
	const struct aws_policy *p = aws_policy_parse(&e, slice_of(data, size), NULL);

	for (size_t i = 0; i < p->n; i++) {
		const struct aws_statement *s = &p->statements[i];

		if ((s->actions.n == 0 && !s->not_action) || (s->nwho && !s->has_who) || s->span.start > s->span.end)
			__builtin_trap();
		for (size_t k = 0; k < s->nconditions; k++)
			if (!s->conditions[k].key.p && s->conditions[k].key.n)
				__builtin_trap();
	}
	if (p->incomplete != (p->trouble != NULL))
		__builtin_trap();
	aws_estate_free(&e);
	return 0;
}
