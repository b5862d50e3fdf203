/* Settings of the process that keep secrets in it: no core files, no reading of its memory by others. */
#ifndef NHISCAN_CMD_HARDEN_H
#define NHISCAN_CMD_HARDEN_H

/* Best effort: a system that refuses is no reason not to scan. Also ignores SIGPIPE, so that a reader that goes away
 * is a write error with a message and not a silent death. */
void harden_process(void);

#endif
