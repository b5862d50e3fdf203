/* The engine that joins pipelines of one repository: callers with what they call, runs with those that start them, steps with one another. */
#ifndef NHISCAN_RULES_CI_JOIN_H
#define NHISCAN_RULES_CI_JOIN_H

#include "rules/fact_engine.h"

extern const struct fact_engine ci_join;

#endif
