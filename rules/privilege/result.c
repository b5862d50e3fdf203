/* What is told of the sets of actions of each principal: how many, whole services, passing any role. */
#include "rules/privilege/parts.h"

#include <stdlib.h>

void services_make(struct privilege *p) {
	const struct actions *a = &p->actions;

	for (uint32_t from = 0, to; from < a->known; from = to) {
		const uint8_t *colon = memchr(a->names[from].p, ':', a->names[from].n);
		struct slice service = slice_of(a->names[from].p, (size_t)(colon - a->names[from].p) + 1);

		for (to = from; to < a->known && a->names[to].n > service.n &&
				slice_eq(slice_sub(a->names[to], 0, service.n), service);)
			to++;
		VEC_PUSH(&p->services, ((struct service){slice_sub(service, 0, service.n - 1), from, to}));
	}
}

static bool all_of(const uint64_t *bits, uint32_t from, uint32_t to) {
	while (from < to) {
		if (from % 64 == 0 && to - from >= 64) {
			if (bits[from / 64] != ~UINT64_C(0))
				return false;
			from += 64;
		} else {
			if (!bit_has(bits, from))
				return false;
			from++;
		}
	}
	return true;
}

/* Services of which every action is surely held on every resource. */
static void wildcards(struct privilege *p, struct subject *s) {
	VEC(struct slice) found = {0};

	for (size_t i = 0; i < p->services.n; i++)
		if (all_of(s->sure, p->services.at[i].from, p->services.at[i].to))
			VEC_PUSH(&found, p->services.at[i].name);
	s->result.wildcards.at = ARENA_NEW_N(&p->arena, struct slice, found.n);
	s->result.wildcards.n = found.n;
	if (found.n)
		memcpy((void *)s->result.wildcards.at, found.at, found.n * sizeof(*found.at));
	VEC_FREE(&found);
}

void subject_tell(struct privilege *p, struct subject *s) {
	size_t pass = key_index("iam:PassRole");
	struct request r;

	s->result.actions = bits_count(s->sure, p->words);
	s->result.possible = bits_count(s->possible, p->words);
	s->result.complete = s->result.actions >= p->actions.known;
	s->result.missing = s->missing;
	wildcards(p, s);
	if (key_has(s->keys, pass) && bit_has(s->sure, p->key_action[pass])) {
		struct buf any = {0};

		request_on(p, NULL, &r);
		r.account = s->p->account;
		r.resource = fill_in(s, slice_str("arn:P:iam::A:role/any"), &any);
		s->result.passes_any_role = evaluate(p, s, p->key_action[pass], &r) == ANSWER_YES;
		buf_free(&any);
	}
	free(s->sure);
	s->sure = NULL;
}
