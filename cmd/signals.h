/* Ctrl-C and SIGTERM: the first asks the scan to end with what it has, the second ends the process at once. */
#ifndef NHISCAN_CMD_SIGNALS_H
#define NHISCAN_CMD_SIGNALS_H

#include "core/pool.h"

/* From now on SIGINT and SIGTERM set `stop`, which must live until the process ends; a second one exits with 128 + its number.
 * A signal that was ignored when the program started (nohup, a background job) stays ignored. */
void signals_install(struct stop_flag *stop);

#endif
