/* Values that stand for a secret instead of being one: placeholders, documentation examples, masks, references to stores
 * and variables, type names. Each test gives the code and text of its reason, or NULL. Pure functions. */
#ifndef NHISCAN_RULES_PLACEHOLDER_H
#define NHISCAN_RULES_PLACEHOLDER_H

#include "rules/measure.h"
#include "rules/verdict.h"

/* "changeme", "your-api-key", "<token>", "xxxx", "****"; for any kind of secret. `machine_made`: a token of known shape, in which
 * short words can come about by chance, so only long and unmistakable ones count. */
bool value_is_placeholder(struct slice v, bool machine_made, struct reason *why);

/* ${VAR}, {{ .Values.x }}, $(cmd), %VAR%, vault:…, op://…, secretKeyRef, arn:aws:secretsmanager, ENC[…], !vault, env("X"). */
bool value_is_elided(struct slice v); /* 8c49e11f...1ef7: its middle is left out */
bool value_is_reference(struct slice v, struct reason *why);

/* Encrypted where it stands: ENC[AES256_GCM,…] (SOPS), $ANSIBLE_VAULT, {cipher}…, AgB… (sealed secrets). */
bool value_is_encrypted(struct slice v, struct reason *why);

/* A hashed password: $2b$…, {SSHA}…; rules for hashes report these. */
bool value_is_hash(struct slice v, struct reason *why);

/* null, none, true, undefined, string, str, Optional[str], … : what code and schemas write in place of a value. */
bool value_is_keyword(struct slice v, struct reason *why);

/* Paths, URLs, file names, e-mail addresses, host names, MIME types, dates, versions, numbers, format strings. */
bool value_is_other_thing(struct slice v, const struct shape *h, struct reason *why);

/* Is it one of the few passwords that everybody knows, as 123456? value_is_placeholder() is true of most of them. */
bool value_is_weak_password(struct slice v);

#endif
