/* What Azure Pipelines says of the build that runs us: SARIF logs carry it for Advanced Security. */
#ifndef NHISCAN_CMD_AZURE_H
#define NHISCAN_CMD_AZURE_H

#include "core/arena.h"
#include "report/report.h"

/* From the environment, in `a`; NULL when TF_BUILD is not True. */
const struct report_azure *azure_build(struct arena *a);

#endif
