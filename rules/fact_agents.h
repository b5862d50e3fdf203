/* The engine that joins what agents share: credentials in several servers, clients and pipelines, stores of memory, service accounts. */
#ifndef NHISCAN_RULES_FACT_AGENTS_H
#define NHISCAN_RULES_FACT_AGENTS_H

#include "rules/fact_engine.h"

extern const struct fact_engine fact_agents, fact_agent_jobs;

#endif
