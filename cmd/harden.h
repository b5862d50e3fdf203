/* Settings of the process that keep secrets in it: no core files, no reading of its memory by others. */
#ifndef NHISCAN_CMD_HARDEN_H
#define NHISCAN_CMD_HARDEN_H

/* Best effort: a system that refuses is no reason not to scan. Also ignores SIGPIPE, so that a reader that goes away
 * does not end a scan whose other reports are still to be written, nor hide what it found. */
void harden_process(void);

#endif
