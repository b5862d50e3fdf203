/* Base64 both ways, whole values only (RFC 4648, sections 4 and 5). Not a scanner for encoded text: that is the engine's. */
#ifndef NHISCAN_RULES_BASE64_H
#define NHISCAN_RULES_BASE64_H

#include "core/buf.h"

enum base64_alphabet { BASE64_STANDARD, BASE64_URL };

/* Appends `s` encoded. The URL form has no padding. */
void base64_encode(struct buf *out, struct slice s, enum base64_alphabet alphabet);

/* Appends `s` decoded. Padding may be left out, but not be wrong; bits beyond the last byte are not looked at.
 * False at any other character (white space too); `out` then holds what came before. */
bool base64_decode(struct buf *out, struct slice s, enum base64_alphabet alphabet);

#endif
