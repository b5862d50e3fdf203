/* Walking the graph of who can become whom. Internal to this folder. */
#ifndef NHISCAN_RULES_PRIVILEGE_CLOSURE_H
#define NHISCAN_RULES_PRIVILEGE_CLOSURE_H

#include "rules/privilege/parts.h"

#define ADMIN UINT32_MAX /* as a target: administrator of the account */

struct hop {
	const struct privilege_path *path;
	uint32_t to; /* the next one; of reach_from() the one before */
	enum answer certainty;
	const char *needs;
};

/* Who reaches administrator, and by which first hop. */
struct reaching {
	enum answer at_least;
	uint32_t round;
	uint64_t *reached;
	struct hop *hops;
	struct {
		const struct privilege_step *at; /* a whole chain, where one hop does not tell */
		size_t n;
	} * chains;
	bool without; /* as if one edge were not there */
	uint32_t without_from, without_to;
};

void reaching_new(const struct privilege *p, struct reaching *x, enum answer at_least);
void reaching_free(struct reaching *x);
/* One hop further back; false when nobody was added. */
bool reach_round(struct privilege *p, struct reaching *x);
void reach_from(struct privilege *p, uint32_t from, enum answer at_least, uint64_t *seen, struct hop *by);

/* circles.c: groups of principals that can all become one another. */
void circles_make(struct privilege *p);

#endif
