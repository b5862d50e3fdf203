/* The version and commit that this binary was built from. */
#ifndef NHISCAN_CMD_VERSION_H
#define NHISCAN_CMD_VERSION_H

const char *version_text(void);	  /* "0.1.0" */
const char *version_commit(void); /* 12 hex digits or "unknown" */

#endif
