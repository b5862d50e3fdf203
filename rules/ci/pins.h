/* The engine that knows pins of actions by what the repository itself pins elsewhere: a version's commit, without asking anybody. */
#ifndef NHISCAN_RULES_CI_PINS_H
#define NHISCAN_RULES_CI_PINS_H

#include "rules/fact_engine.h"

extern const struct fact_engine ci_pins;

#endif
