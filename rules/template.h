/* Case templates: rule cases hold no token-like text; {{…}} parts are expanded at test time. Deterministic by seed.
 *
 *   {{hex:N}} {{HEX:N}} {{alnum:N}} {{lower:N}} {{upper:N}} {{digits:N}} {{lowernum:N}} {{uppernum:N}}
 *   {{base32:N}} (A-Z2-7) {{base64:N}} (A-Za-z0-9+/) {{base64url:N}} (A-Za-z0-9_-) {{base58:N}} {{word:N}} (A-Za-z0-9_)
 *   {{any:CHARS:N}} (N of the listed characters) {{uuid}} {{password:N}} (letters of both cases, digits and one of !#%+*, strong)
 *   {{github:PREFIX}} (PREFIX + 30 alnum + 6 of CRC32 base62) {{npm}} {{grafana}} {{jwt}} {{jwt:expired}}
 *   {{pem:rsa}} {{pem:pkcs8}} {{pem:ec}} {{pem:openssh}} {{pem:openssh-encrypted}} {{pem:pgp}} {{pem:encrypted}} {{pem:dsa}}
 *   (well-formed armour with its own newlines, true structure, synthetic numbers)
 *   {{bytes:HEX}} (these bytes)
 *   {{nkey:PREFIX}} {{bech32:PREFIX}} (PREFIX, 1, 32 bytes, checksum) {{wif}} (Bitcoin private key, compressed)
 *   {{b64:TEXT}} (base64 of the expanded rest; may hold other templates) {{repeat:TEXT:N}}
 *
 * `{{` not followed by a letter is plain text, so that `${{ secrets.X }}` and `{{ .Values.x }}` can stand in a case. Braces inside
 * of TEXT must match. Random text is drawn so that it has high entropy, mixes the classes of its charset, and holds no dictionary word. */
#ifndef NHISCAN_RULES_TEMPLATE_H
#define NHISCAN_RULES_TEMPLATE_H

#include "core/buf.h"
#include "core/error.h"

/* Appends the expansion of `text` to `out`. Unknown or malformed template: ERR_USAGE with its place. Same seed, same bytes. */
int template_expand(struct buf *out, struct slice text, uint64_t seed, struct error *err);

#endif
