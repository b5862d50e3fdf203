/* The engine that joins uses of one stored secret: sets pipelines, environments and crosses_trust of credentials. */
#ifndef NHISCAN_RULES_FACT_REUSE_H
#define NHISCAN_RULES_FACT_REUSE_H

#include "rules/fact_engine.h"

extern const struct fact_engine fact_reuse;

#endif
