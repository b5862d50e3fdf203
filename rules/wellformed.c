/* The table of offline checks by name.
 * Not here: the checks themselves, one file for each family (checksum.c, jwt.c, pem.c, …). */
#include "rules/wellformed.h"

#include "rules/wellformed_checks.h"

#include <string.h>

static const struct wellformed_check checks[] = {
	{"github-crc32", "GitHub tokens end in six base62 digits of the CRC32 of the 30 random characters",
		check_github_crc32},
	{"npm-crc32", "npm tokens end in six base62 digits of the CRC32 of the 30 random characters", check_npm_crc32},
	{"grafana-crc32", "Grafana tokens end in the CRC32 of all before it, in hexadecimal", check_grafana_crc32},
	{"jwt", "JSON Web Token: header and claims are JSON; algorithm, issuer and expiry are read", check_jwt},
	{"pem", "private key block: kind, type and size, encrypted or not (PEM, OpenSSH, PGP, PuTTY)", check_pem},
	{"nkey", "NATS nkey seed: base32 with role and CRC16", check_nkey},
	{"base58check", "base58 with a double SHA-256 checksum, such as a Bitcoin private key", check_base58check},
	{"bech32", "bech32 with its checksum, such as age and nostr secret keys", check_bech32},
	{"luhn", "digits that pass the Luhn check", check_luhn},
	{"uuid", "UUID with a known version and variant, not made of one digit", check_uuid},
	{"azure-identifiable", "Azure key that carries a service signature at its fixed place",
		check_azure_identifiable},
	{"base64-basic", "base64 that holds user:password", check_base64_basic},
	{"telegram-bot", "Telegram bot token: numeric bot id, colon, 35 characters", check_telegram_bot},
	{"discord-bot", "Discord bot token: the first part is a user id in base64", check_discord_bot},
	{"slack-token", "Slack token: prefix of a known kind, parts of the documented form", check_slack_token},
};

const struct wellformed_check *wellformed_all(size_t *n) {
	*n = sizeof(checks) / sizeof(checks[0]);
	return checks;
}

const struct wellformed_check *wellformed_find(const char *name) {
	for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]); i++) {
		if (strcmp(checks[i].name, name) == 0)
			return &checks[i];
	}
	return NULL;
}

void judge_reject(struct judgement *j, const char *code, const char *text) {
	j->rejected = true;
	judgement_add(j, code, text);
}

void judge_verdict(struct judgement *j, enum verdict v, const char *code, const char *text) {
	j->verdict = v;
	judgement_add(j, code, text);
}
