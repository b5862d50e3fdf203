/* Fuzzes patterns against patterns and conditions: what two patterns have in common fits both, containment agrees with it, and any condition block has an answer. */
#include "rules/privilege/condition.h"
#include "rules/privilege/wild.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void patterns(struct slice a, struct slice b) {
	struct buf both = {0}, example = {0};
	bool meet = wild_meet(a, b, &both);

	if (meet) {
		wild_example(buf_slice(&both), "q", &example);
		if (!wild_match(a, buf_slice(&example)) || !wild_match(b, buf_slice(&example)))
			abort();
	}
	if (meet != wild_meet(b, a, NULL) || (wild_covers(a, b) && !meet) || !wild_covers(a, a))
		abort();
	buf_free(&both);
	buf_free(&example);
}

static void conditions(struct slice text) {
	struct aws_estate e = {0};
	struct aws_principal *who = aws_principal_of(&e, slice_str("arn:aws:iam::111122223333:user/me"));
	const struct aws_policy *p = aws_policy_parse(&e, text, NULL);

	for (size_t i = 0; i < p->n; i++) {
		struct request r = {.estate = &e, .who = who, .account = who->account, .as_of = 1767225600};
		struct buf out = {0};
		bool chosen = false;

		if (conditions_hold(&p->statements[i], p->variables, &r, &chosen) > ANSWER_YES)
			abort();
		for (size_t k = 0; k < p->statements[i].resources.n; k++)
			variables_resolve(p->statements[i].resources.at[k], &r, &out);
		buf_free(&out);
	}
	aws_estate_free(&e);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	if (size == 0)
		return 0;
	if (data[0] == '{') {
		conditions(slice_of(data, size));
		return 0;
	}
	if (size < 400)
		patterns(slice_of(data + 1, data[0] % size),
			slice_of(data + 1 + data[0] % size, size - 1 - data[0] % size));
	return 0;
}
