/* How much an identity can do, how open it is and how neglected, each as a number with its reasons: what ranks identities. Works on facts alone. */
#ifndef NHISCAN_CMD_POWER_H
#define NHISCAN_CMD_POWER_H

#include "scanners/fact.h"

enum fact_answer { FACT_UNKNOWN, FACT_NO, FACT_YES };
enum fact_answer fact_truth(const struct fact *f, const char *name);
/* A number attribute; `unknown` when it is not known. */
double fact_number(const struct fact *f, const char *name, double unknown);

struct factor {
	unsigned points; /* 1 to 10; 0: it can do nothing */
	const char *why; /* in the arena */
};

struct factor power_of(struct arena *a, const struct fact *identity);
/* `credentials` are those of the identity. */
struct factor exposure_of(
	struct arena *a, const struct fact *identity, const struct fact *const *credentials, size_t n);
struct factor neglect_of(struct arena *a, const struct fact *identity, const struct fact *const *credentials, size_t n);

#endif
