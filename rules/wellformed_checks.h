/* The functions behind the table of wellformed.c. Each is total: any bytes, bounded time, no over-read.
 * Only wellformed.c and the files of the checks include this; the engine goes by name through wellformed.h. */
#ifndef NHISCAN_RULES_WELLFORMED_CHECKS_H
#define NHISCAN_RULES_WELLFORMED_CHECKS_H

#include "rules/wellformed.h"

/* checksum.c */
wellformed_fn check_github_crc32, check_npm_crc32, check_grafana_crc32, check_nkey, check_luhn;
/* basecheck.c */
wellformed_fn check_base58check, check_bech32;
/* shape.c */
wellformed_fn check_uuid, check_azure_identifiable, check_base64_basic, check_telegram_bot, check_discord_bot,
	check_slack_token;
wellformed_fn check_jwt; /* jwt.c */
wellformed_fn check_pem; /* pem.c */

/* Ends a check: the value is not a secret, and why. */
void judge_reject(struct judgement *j, const char *code, const char *text);
/* Ends a check: the verdict, and why. */
void judge_verdict(struct judgement *j, enum verdict v, const char *code, const char *text);

#endif
