/* The engine that joins both ends of federated trust: roles that code declares, and the jobs of the same target whose identity tokens fit. */
#ifndef NHISCAN_RULES_CI_FEDERATION_H
#define NHISCAN_RULES_CI_FEDERATION_H

#include "rules/fact_engine.h"

extern const struct fact_engine ci_federation;

#endif
