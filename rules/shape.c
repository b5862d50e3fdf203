/* Checks by documented shape alone, where no checksum is public: UUIDs, Azure signatures, Basic, bot tokens.
 * Not here: anything that can be computed (checksum.c), placeholders in general (placeholder.c). */
#include "rules/wellformed_checks.h"

#include "core/text.h"
#include "rules/base64.h"
#include "rules/measure.h"
#include "rules/placeholder.h"

static bool is_digit(uint8_t c) {
	return c >= '0' && c <= '9';
}

static bool all_digits(struct slice s) {
	for (size_t i = 0; i < s.n; i++) {
		if (!is_digit(s.p[i]))
			return false;
	}
	return s.n > 0;
}

/* UUIDs: RFC 9562. */

/* The 32 hex digits of a UUID with or without dashes, in lower case; false when it is none. */
static bool uuid_digits(struct slice s, uint8_t out[32]) {
	size_t n = 0;
	if (s.n != 36 && s.n != 32)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		uint8_t c = s.p[i];
		if (s.n == 36 && (i == 8 || i == 13 || i == 18 || i == 23)) {
			if (c != '-')
				return false;
			continue;
		}
		if (c >= 'A' && c <= 'F')
			c |= 0x20;
		if (!is_digit(c) && !(c >= 'a' && c <= 'f'))
			return false;
		out[n++] = c;
	}
	return n == 32;
}

void check_uuid(struct slice secret, int64_t now, struct arena *a, struct judgement *j) {
	uint8_t hex[32];
	bool seen[256] = {false};
	unsigned distinct = 0;
	(void)now, (void)a;
	if (!uuid_digits(secret, hex)) {
		judge_reject(j, "not-uuid", "is not a UUID");
		return;
	}
	for (size_t i = 0; i < 32; i++) {
		distinct += !seen[hex[i]];
		seen[hex[i]] = true;
	}
	if (distinct <= 4 || memcmp(hex, "12345678", 8) == 0 || memcmp(hex, "01234567", 8) == 0) {
		judge_reject(j, "made-up-uuid", "is a UUID written by hand");
		return;
	}
	bool variant = hex[16] == '8' || hex[16] == '9' || hex[16] == 'a' || hex[16] == 'b';
	if (!variant || hex[12] < '1' || hex[12] > '8') {
		j->confidence_shift--;
		judgement_add(j, "odd-uuid", "is a UUID of no known version");
	} else if (hex[12] == '1' || hex[12] == '6') {
		j->confidence_shift--;
		judgement_add(j, "time-uuid", "is a UUID made from time and place, not from chance");
	}
}

/* Azure keys that carry a signature at a fixed place since 2021. The checksum behind it is not documented in public, so
 * the place is all that is looked at. Lengths and signatures: Microsoft's announcements of identifiable keys. */
void check_azure_identifiable(struct slice secret, int64_t now, struct arena *a, struct judgement *j) {
	static const struct {
		size_t n, at;
		const char *signature;
	} rows[] = {
		{88, 76, "+ASt"}, /* Storage */
		{88, 76, "+ABa"}, /* Batch */
		{88, 76, "+AMC"}, /* Machine Learning */
		{88, 76, "ACDb"}, /* Cosmos DB */
		{88, 76, "APIM"}, /* API Management */
		{44, 33, "+ASb"}, /* Service Bus */
		{44, 33, "+AEh"}, /* Event Hubs */
		{44, 33, "+ARm"}, /* Relay */
		{44, 33, "AIoT"}, /* IoT Hub */
		{44, 33, "AzCa"}, /* Cache for Redis */
		{56, 44, "AzFu"}, /* Functions */
		{52, 42, "AzSe"}, /* Search */
		{52, 42, "+ACR"}, /* Container Registry */
		{84, 52, "JQQJ"}, /* common annotated keys */
		{88, 52, "JQQJ"},
		{40, 3, "8Q~"}, /* Entra ID client secrets */
		{40, 3, "7Q~"},
	};
	(void)now, (void)a;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct slice want = slice_str(rows[i].signature);
		if (secret.n == rows[i].n && memcmp(secret.p + rows[i].at, want.p, want.n) == 0) {
			j->confidence_shift++;
			judgement_add(j, "azure-signature", "carries the signature of an Azure service at its place");
			return;
		}
	}
	judgement_add(j, "no-azure-signature", "carries no Azure signature: older than 2021, or another kind of key");
}

/* HTTP Basic: RFC 7617. */

static bool is_printable(struct slice s) {
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] < 0x20 || s.p[i] == 0x7f)
			return false;
	}
	return utf8_is_valid(s);
}

/* pass:word */
static bool is_keywords(struct slice v) {
	const uint8_t *colon = memchr(v.p, ':', v.n);
	size_t at = colon ? (size_t)(colon - v.p) : 0;
	struct reason why;

	return colon && value_is_keyword(slice_sub(v, 0, at), &why);
}

static bool is_only_letters(struct slice v) {
	struct shape h = shape_of(v);

	return h.digit + h.symbol == 0 && (h.other || h.word_bits < 5.2);
}

static void judge_credentials(struct slice text, struct judgement *j) {
	struct reason why = {0};
	const uint8_t *colon = text.n ? memchr(text.p, ':', text.n) : NULL;
	if (!colon || !is_printable(text)) {
		judge_reject(j, "not-basic", "does not decode to user:password");
		return;
	}
	size_t at = (size_t)(colon - text.p);
	struct slice user = slice_sub(text, 0, at), password = slice_sub(text, at + 1, text.n);
	/* Some services take a key as the user and nothing as the password. */
	bool key_as_user = password.n == 0 && user.n >= 20;
	struct slice value = key_as_user ? user : password;
	if (value.n == 0) {
		judge_reject(j, "empty-password", "decodes to a user with an empty password");
	} else if (value_is_placeholder(value, false, &why) || value_is_reference(value, &why)) {
		judge_reject(j, why.code, why.text);
	} else if (value_is_keyword(password, &why) || is_keywords(password)) {
		judge_verdict(j, VERDICT_EXAMPLE, "word-of-docs", "decodes to a password of documentation");
	} else if (slice_eq_nocase(user, password)) {
		judge_verdict(j, VERDICT_EXAMPLE, "same-words", "decodes to the same word as user and password");
	} else {
		/* A word may be what a test or a manual says. */
		if (!key_as_user && is_only_letters(value))
			j->confidence_shift--;
		judge_verdict(j, VERDICT_WELL_FORMED, "basic",
			key_as_user ? "decodes to a key as user and an empty password" : "decodes to user:password");
	}
}

void check_base64_basic(struct slice secret, int64_t now, struct arena *a, struct judgement *j) {
	struct buf text = {0};
	(void)now, (void)a;
	if (secret.n <= 4096 && (base64_decode(&text, secret, BASE64_STANDARD) ||
					(buf_clear(&text), base64_decode(&text, secret, BASE64_URL))))
		judge_credentials(buf_slice(&text), j);
	else
		judge_reject(j, "not-basic", "does not decode to user:password");
	buf_free(&text);
}

/* core.telegram.org/bots/api#authorizing-your-bot: the bot's numeric id, a colon, 35 characters. */
void check_telegram_bot(struct slice secret, int64_t now, struct arena *a, struct judgement *j) {
	const uint8_t *colon = secret.n ? memchr(secret.p, ':', secret.n) : NULL;
	size_t id = colon ? (size_t)(colon - secret.p) : 0;
	(void)now, (void)a;
	if (id < 6 || id > 12 || secret.p[0] == '0' || !all_digits(slice_sub(secret, 0, id)))
		judge_reject(j, "not-bot-token", "does not start with a bot's id");
	else if (slice_has_prefix(secret, "123456:ABC-DEF"))
		judge_verdict(j, VERDICT_EXAMPLE, "documented-example", "is the example of Telegram's documentation");
	else if (secret.n - id - 1 != 35) {
		j->confidence_shift--;
		judgement_add(j, "odd-length", "is not as long as Telegram's tokens are");
	}
}

/* discord.com/developers/docs/reference: ids are snowflakes, milliseconds since 2015 in the upper 42 bits. The part before
 * the first dot is the bot's id in base64. */
void check_discord_bot(struct slice secret, int64_t now, struct arena *a, struct judgement *j) {
	struct buf id = {0};
	uint64_t number = 0;
	const uint8_t *dot = secret.n ? memchr(secret.p, '.', secret.n) : NULL;
	size_t at = dot ? (size_t)(dot - secret.p) : 0;
	(void)a;
	if (at < 18 || at > 32 || !base64_decode(&id, slice_sub(secret, 0, at), BASE64_URL) || id.n > 19 ||
		!all_digits(buf_slice(&id))) {
		judge_reject(j, "not-bot-token", "its first part is not a Discord id in base64");
		buf_free(&id);
		return;
	}
	for (size_t i = 0; i < id.n; i++)
		number = number * 10 + (uint64_t)(id.p[i] - '0');
	int64_t made = (int64_t)((number >> 22) / 1000) + 1420070400;
	if (made > now + 86400) {
		j->confidence_shift--;
		judgement_add(j, "odd-id", "its id would be made in the future");
	} else {
		judge_verdict(j, VERDICT_WELL_FORMED, "discord-id", "its first part is a Discord id in base64");
	}
	buf_free(&id);
}

/* api.slack.com/authentication/token-types: a prefix for the kind of token, parts joined by dashes. */
void check_slack_token(struct slice secret, int64_t now, struct arena *a, struct judgement *j) {
	static const char *const prefixes[] = {
		"xoxb-", "xoxp-", "xoxa-", "xoxr-", "xoxs-", "xoxc-", "xoxd-", "xoxe-", "xoxe.xox", "xapp-", "xwfp-"};
	bool known = false;
	size_t parts = 0;
	(void)now, (void)a;
	for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++)
		known = known || slice_has_prefix(secret, prefixes[i]);
	if (!known) {
		judge_reject(j, "not-slack", "has no prefix of a Slack token");
		return;
	}
	for (size_t start = 0, i = 0; i <= secret.n; i++) {
		if (i < secret.n && secret.p[i] != '-')
			continue;
		struct slice part = slice_sub(secret, start, i);
		if (part.n >= 9 && all_digits(part) &&
			(slice_has_prefix(part, "123456789") || slice_has_prefix(part, "000000000") ||
				slice_has_prefix(part, "111111111")))
			judge_verdict(j, VERDICT_EXAMPLE, "made-up-id", "holds a number written by hand");
		parts++;
		start = i + 1;
		if (j->verdict == VERDICT_EXAMPLE)
			return;
	}
	if (parts < 2)
		judge_reject(j, "not-slack", "has no parts behind the prefix");
}
