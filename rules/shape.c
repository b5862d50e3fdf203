/* Checks by documented shape alone, where no checksum is public.
 * Not here: anything that can be computed (checksum.c). */
#include "rules/wellformed_checks.h"

void check_uuid(struct slice secret, int64_t now, struct arena *a, struct judgement *j) {
	(void)secret, (void)now, (void)a, (void)j;
}

void check_azure_identifiable(struct slice secret, int64_t now, struct arena *a, struct judgement *j) {
	(void)secret, (void)now, (void)a, (void)j;
}

void check_base64_basic(struct slice secret, int64_t now, struct arena *a, struct judgement *j) {
	(void)secret, (void)now, (void)a, (void)j;
}

void check_telegram_bot(struct slice secret, int64_t now, struct arena *a, struct judgement *j) {
	(void)secret, (void)now, (void)a, (void)j;
}

void check_discord_bot(struct slice secret, int64_t now, struct arena *a, struct judgement *j) {
	(void)secret, (void)now, (void)a, (void)j;
}

void check_slack_token(struct slice secret, int64_t now, struct arena *a, struct judgement *j) {
	(void)secret, (void)now, (void)a, (void)j;
}
