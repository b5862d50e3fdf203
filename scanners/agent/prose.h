/* What prose for agents tells them to do with credentials. */
#ifndef NHISCAN_SCANNERS_AGENT_PROSE_H
#define NHISCAN_SCANNERS_AGENT_PROSE_H

#include "core/slice.h"

/* The first sentence, from the word that commands on, that tells to show, send or keep a credential; empty: none. Part of `text`. */
struct slice prose_reveals(struct slice text);
/* A credential whose value stands in a transcript: NAME=value, "name": "value", Authorization: Bearer value. The name, part of `text`; *value is
 * where its value stands. Empty: none. */
struct slice prose_credential(struct slice text, struct slice *value);

#endif
