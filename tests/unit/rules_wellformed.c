/* Offline checks, row by row: what passes, what is spoiled, what is no such thing at all. Samples are made at run time.
 * Not here: the making of samples (rules_template.c). */
#include "core/buf.h"
#include "core/memory.h"
#include "rules/base64.h"
#include "rules/template.h"
#include "rules/wellformed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>

#define NOW 1767225600 /* 2026-01-01 */

static struct judgement run(struct arena *a, const char *check, struct slice secret) {
	struct judgement j = {0};
	const struct wellformed_check *c = wellformed_find(check);
	assert_non_null(c);
	c->run(secret, NOW, a, &j);
	return j;
}

static bool has_reason(const struct judgement *j, const char *code) {
	for (size_t i = 0; i < j->nreasons; i++) {
		if (strcmp(j->reasons[i].code, code) == 0)
			return true;
	}
	return false;
}

static const char *outcome(const struct judgement *j) {
	return j->rejected ? "rejected" : verdict_name(j->verdict);
}

/* Expands `text` as a case template and compares verdict and first reason. */
static void expect(const char *check, const char *text, const char *want, const char *code) {
	struct arena a = {0};
	struct buf secret = {0};
	struct error err = {0};
	if (template_expand(&secret, slice_str(text), 5, &err) != 0)
		fail_msg("%s", err.text);
	struct judgement j = run(&a, check, buf_slice(&secret));
	if (strcmp(outcome(&j), want) != 0 || (code && !has_reason(&j, code)))
		fail_msg("%s of '%s': %s (%s), not %s (%s)", check, text, outcome(&j),
			j.nreasons ? j.reasons[0].code : "no reason", want, code ? code : "");
	buf_free(&secret);
	arena_free(&a);
}

static void table_is_complete(void **state) {
	size_t n;
	const struct wellformed_check *all = wellformed_all(&n);
	(void)state;
	for (size_t i = 0; i < n; i++) {
		assert_non_null(all[i].run);
		assert_true(strlen(all[i].text) > 10);
		assert_ptr_equal(wellformed_find(all[i].name), &all[i]);
	}
	assert_null(wellformed_find("nope"));
	assert_null(wellformed_find(""));
}

static void small_checks_row_by_row(void **state) {
	static const struct {
		const char *check, *text, *want, *code;
	} rows[] = {
		{"github-crc32", "{{github:ghp_}}", "well-formed", "crc32"},
		{"github-crc32", "ghp_{{alnum:36}}", "bad-checksum", "crc32-differs"},
		{"github-crc32", "ghp_{{alnum:35}}", "plausible", NULL},
		{"github-crc32", "{{alnum:36}}", "plausible", NULL},
		{"npm-crc32", "{{npm}}", "well-formed", "crc32"},
		{"npm-crc32", "npm_{{alnum:36}}", "bad-checksum", NULL},
		{"grafana-crc32", "{{grafana}}", "well-formed", "crc32"},
		{"grafana-crc32", "glsa_{{alnum:32}}_{{hex:8}}", "bad-checksum", NULL},
		{"grafana-crc32", "glsa_{{alnum:32}}_{{upper:8}}", "plausible", NULL},
		{"nkey", "{{nkey:SU}}", "well-formed", "crc16"},
		{"nkey", "{{nkey:SA}}", "well-formed", "crc16"},
		{"nkey", "{{nkey:U}}", "rejected", "public-nkey"},
		{"nkey", "SU{{base32:56}}", "bad-checksum", "crc16-differs"},
		{"nkey", "SU{{base32:20}}", "rejected", "not-nkey"},
		{"luhn", "4539 1488 0343 6467", "well-formed", "luhn"},
		{"luhn", "4539-1488-0343-6468", "bad-checksum", NULL},
		{"luhn", "12a", "rejected", NULL},
		{"luhn", "0", "rejected", NULL},
		{"uuid", "{{uuid}}", "plausible", NULL},
		{"uuid", "00000000-0000-0000-0000-000000000000", "rejected", "made-up-uuid"},
		{"uuid", "12345678-1234-1234-1234-123456789abc", "rejected", "made-up-uuid"},
		{"uuid", "{{hex:8}}-{{hex:4}}-1{{hex:3}}-8{{hex:3}}-{{hex:12}}", "plausible", "time-uuid"},
		{"uuid", "{{hex:8}}-{{hex:4}}-0{{hex:3}}-8{{hex:3}}-{{hex:12}}", "plausible", "odd-uuid"},
		{"uuid", "{{hex:36}}", "rejected", "not-uuid"},
		{"azure-identifiable", "{{base64:76}}+ASt{{base64:6}}==", "plausible", "azure-signature"},
		{"azure-identifiable", "{{base64:86}}==", "plausible", "no-azure-signature"},
		{"azure-identifiable", "{{alnum:3}}8Q~{{alnum:34}}", "plausible", "azure-signature"},
		{"base64-basic", "{{b64:deploy:{{password:16}}}}", "well-formed", "basic"},
		{"base64-basic", "{{b64:{{hex:32}}:}}", "well-formed", "basic"},
		{"base64-basic", "{{b64:deploy:}}", "rejected", "empty-password"},
		{"base64-basic", "{{b64:user:changeme}}", "rejected", NULL},
		{"base64-basic", "{{b64:user:<password>}}", "rejected", NULL},
		{"base64-basic", "{{b64:admin:admin}}", "example", NULL},
		{"base64-basic", "{{b64:no colon here}}", "rejected", "not-basic"},
		{"base64-basic", "not base64!", "rejected", "not-basic"},
		{"telegram-bot", "{{any:123456789:10}}:{{base64url:35}}", "plausible", NULL},
		{"telegram-bot", "{{any:123456789:10}}:{{base64url:30}}", "plausible", "odd-length"},
		{"telegram-bot", "0{{digits:9}}:{{base64url:35}}", "rejected", NULL},
		{"telegram-bot", "{{base64url:35}}", "rejected", NULL},
		{"discord-bot", "{{b64:109{{digits:15}}}}.{{base64url:6}}.{{base64url:38}}", "well-formed",
			"discord-id"},
		{"discord-bot", "{{b64:999{{digits:16}}}}.{{base64url:6}}.{{base64url:38}}", "plausible", "odd-id"},
		{"discord-bot", "{{base64url:24}}.{{base64url:6}}.{{base64url:38}}", "rejected", NULL},
		{"slack-token", "xoxb-{{digits:12}}-{{digits:12}}-{{alnum:24}}", "plausible", NULL},
		{"slack-token", "xoxb-123456789012-{{digits:12}}-{{alnum:24}}", "example", "made-up-id"},
		{"slack-token", "yyyb-{{digits:12}}", "rejected", NULL},
		/* BIP 173 and BIP 350 test vectors. */
		{"bech32", "A12UEL5L", "well-formed", "bech32"},
		{"bech32", "a12uel5l", "well-formed", "bech32"},
		{"bech32", "abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw", "well-formed", "bech32"},
		{"bech32", "A1LQFN3A", "well-formed", "bech32"},
		{"bech32", "A1G7SGD8", "bad-checksum", "bech32-differs"},
		{"bech32", "a12UEL5L", "rejected", "not-bech32"},
		{"bech32", "li1dgmt3", "rejected", "not-bech32"},
		{"bech32", "x1b4n0q5v", "rejected", "not-bech32"},
		/* The example key of the Bitcoin wiki and of every tutorial, in pieces. */
		{"base58check", "{{repeat:5Kb8kLf9zgW:1}}QnogidDA76MzPL6TsZZY36hWXMssSzNydYXYB9KF", "well-formed",
			"base58check"},
		{"base58check", "{{repeat:5Kb8kLf9zgW:1}}QnogidDA76MzPL6TsZZY36hWXMssSzNydYXYB9KG", "bad-checksum",
			NULL},
		{"base58check", "{{wif}}", "well-formed", "base58check"},
		{"bech32", "{{bech32:AGE-SECRET-KEY-}}", "well-formed", "bech32"},
		{"bech32", "{{bech32:nsec}}", "well-formed", "bech32"},
		{"base58check", "0OIl", "rejected", "not-base58"},
		{"base58check", "11", "rejected", "not-base58"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		expect(rows[i].check, rows[i].text, rows[i].want, rows[i].code);
}

/* A token with the given header and claims, its signature drawn by the template. */
static void jwt_expect(const char *header, const char *claims, const char *want, const char *code, const char *text) {
	struct arena a = {0};
	struct buf token = {0};
	base64_encode(&token, slice_str(header), BASE64_URL);
	buf_add_byte(&token, '.');
	base64_encode(&token, slice_str(claims), BASE64_URL);
	buf_add_str(&token, ".c2lnbmF0dXJl");
	struct judgement j = run(&a, "jwt", buf_slice(&token));
	if (strcmp(outcome(&j), want) != 0 || (code && !has_reason(&j, code)))
		fail_msg("jwt of %s: %s, not %s (%s)", claims, outcome(&j), want, code ? code : "");
	bool found = !text;
	for (size_t i = 0; text && i < j.nreasons; i++)
		found = found || strcmp(j.reasons[i].text, text) == 0;
	if (!found)
		fail_msg("jwt of %s: no reason says '%s'", claims, text);
	buf_free(&token);
	arena_free(&a);
}

static void jwt_claims_are_read(void **state) {
	static const char hs[] = "{\"alg\":\"HS256\"}", none[] = "{\"alg\":\"none\"}";
	(void)state;
	expect("jwt", "{{jwt}}", "well-formed", "jwt-expiry");
	expect("jwt", "{{jwt:expired}}", "expired", "jwt-expired");
	jwt_expect(hs, "{\"exp\":4102444800}", "well-formed", "jwt-expiry", "expires 2100-01-01T00:00:00Z");
	jwt_expect(hs, "{\"exp\":1577836800}", "expired", "jwt-expired", "expired 2020-01-01T00:00:00Z");
	jwt_expect(hs, "{\"exp\":4102444800.5}", "well-formed", "jwt-expiry", NULL);
	jwt_expect(hs, "{\"exp\":1e300}", "well-formed", "jwt-no-expiry", "never expires");
	jwt_expect(hs, "{\"exp\":-5}", "well-formed", "jwt-no-expiry", NULL);
	jwt_expect(hs, "{}", "well-formed", "jwt-no-expiry", NULL);
	jwt_expect(hs, "{\"exp\":4102444800,\"nbf\":4102444000}", "well-formed", "jwt-not-before",
		"is not valid before 2099-12-31T23:46:40Z");
	jwt_expect(hs, "{\"iat\":4070908800,\"exp\":4102444800}", "well-formed", "jwt-long-lived",
		"was issued for 365 days");
	jwt_expect(none, "{}", "well-formed", "jwt-alg-none", NULL);
	jwt_expect(hs, "[]", "plausible", "jwt-no-claims", NULL);
	jwt_expect("{}", "{}", "rejected", "not-jwt", NULL);
	jwt_expect("x", "{}", "rejected", "not-jwt", NULL);
	jwt_expect(hs, "{\"sub\":\"1234567890\",\"name\":\"John Doe\"}", "example", "jwt-sample", NULL);
	jwt_expect(hs, "{\"iss\":\"supabase\",\"role\":\"anon\"}", "well-formed", "jwt-public", NULL);
	expect("jwt", "a.b", "rejected", "not-jwt");
	expect("jwt", "", "rejected", "not-jwt");
}

static void jwt_tells_parties_but_no_other_values(void **state) {
	static const char hs[] = "{\"alg\":\"RS256\"}";
	(void)state;
	jwt_expect(hs, "{\"iss\":\"a\\u0007b\",\"sub\":\"s\",\"aud\":[\"x\",\"y\"]}", "well-formed", "jwt-parties",
		"issuer 'a\\x07b', subject 's', audience 'x'");
	jwt_expect(hs, "{\"iss\":\"https://u:pass@h/\",\"sub\":\"s\"}", "well-formed", "jwt-parties", "subject 's'");
	jwt_expect(hs, "{\"apikey\":\"hidden value\",\"scope\":1,\"bad name\":2}", "well-formed", "jwt-claims",
		"carries claims apikey, scope");
}

static void key_blocks_are_told_apart(void **state) {
	static const struct {
		const char *text, *want, *code;
	} rows[] = {
		{"{{pem:rsa}}", "well-formed", "private-key"},
		{"{{pem:pkcs8}}", "well-formed", "private-key"},
		{"{{pem:ec}}", "well-formed", "private-key"},
		{"{{pem:dsa}}", "well-formed", "private-key"},
		{"{{pem:openssh}}", "well-formed", "openssh-key"},
		{"{{pem:openssh-encrypted}}", "encrypted", "encrypted-key"},
		{"{{pem:encrypted}}", "encrypted", "encrypted-key"},
		{"{{pem:pgp}}", "well-formed", "pgp-key"},
		{"-----{{repeat:BEGIN:1}} RSA PRIVATE KEY-----\n-----END RSA PRIVATE KEY-----", "rejected", "no-body"},
		{"-----{{repeat:BEGIN:1}} RSA PRIVATE KEY-----\nMIIE...\n-----END RSA PRIVATE KEY-----", "rejected",
			"placeholder-key"},
		{"-----{{repeat:BEGIN:1}} PRIVATE KEY-----\n{{repeat:abcd:40}}\n-----END PRIVATE KEY-----", "rejected",
			"placeholder-key"},
		{"-----{{repeat:BEGIN:1}} PRIVATE KEY-----\nMII{{alnum:20}}\n-----END PRIVATE KEY-----", "rejected",
			"too-short"},
		{"-----{{repeat:BEGIN:1}} PRIVATE KEY-----\nMII{{alnum:61}}\nwhat is this?\n-----END", "rejected",
			"not-base64"},
		{"-----{{repeat:BEGIN:1}} PRIVATE KEY-----\nx{{base64:63}}\n{{base64:64}}\n-----END PRIVATE KEY-----",
			"rejected", "not-der"},
		{"-----{{repeat:BEGIN:1}} PUBLIC KEY-----\n{{base64:64}}\n-----END PUBLIC KEY-----", "rejected",
			"not-private"},
		{"-----{{repeat:BEGIN:1}} RSA PRIVATE KEY-----\nMIIEpAIB{{base64:56}}\n", "plausible", "cut-key"},
		{"-----{{repeat:BEGIN:1}} RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: "
		 "AES-128-CBC,{{HEX:32}}\n\n"
		 "{{base64:64}}\n{{base64:64}}\n-----END RSA PRIVATE KEY-----",
			"encrypted", "encrypted-key"},
		{"-----{{repeat:BEGIN:1}} RSA PRIVATE KEY----- Proc-Type: 4,ENCRYPTED DEK-Info: AES-128-CBC,{{HEX:32}} "
		 "{{base64:64}} {{base64:64}} -----END RSA PRIVATE KEY-----",
			"encrypted", "encrypted-key"},
		{"PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\nComment: x\nPublic-Lines: 1\n{{base64:64}}\n"
		 "Private-Lines: 1\n{{base64:44}}\nPrivate-MAC: {{hex:64}}\n",
			"well-formed", "putty-key"},
		{"PuTTY-User-Key-File-2: ssh-rsa\r\nEncryption: aes256-cbc\r\nPrivate-Lines: 1\r\n{{base64:64}}\r\n",
			"encrypted", "encrypted-key"},
		{"PuTTY-User-Key-File-2: ssh-rsa\n", "rejected", "not-putty"},
		{"", "rejected", "no-body"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		expect("pem", rows[i].text, rows[i].want, rows[i].code);
}

/* Joins the lines of `pem` by `between`. */
static void rejoin(struct buf *out, struct slice pem, const char *between) {
	buf_clear(out);
	for (size_t i = 0; i < pem.n; i++) {
		if (pem.p[i] == '\n')
			buf_add_str(out, between);
		else
			buf_add_byte(out, pem.p[i]);
	}
}

static void lines_of_a_key_may_be_joined_in_many_ways(void **state) {
	static const char *const between[] = {"\n", "\r\n", "\\n", "\\r\\n", "\\\\n", " ", "\n    ", "\\n\" +\n  \"",
		"\",\n\"", "\\\n", "\\n\\\n", "\n# ", "\n// "};
	struct buf pem = {0}, joined = {0};
	(void)state;
	assert_int_equal(template_expand(&pem, slice_str("{{pem:pkcs8}}"), 1, NULL), 0);
	for (size_t i = 0; i < sizeof(between) / sizeof(between[0]); i++) {
		struct arena a = {0};
		rejoin(&joined, buf_slice(&pem), between[i]);
		struct judgement j = run(&a, "pem", buf_slice(&joined));
		if (strcmp(outcome(&j), "well-formed") != 0)
			fail_msg("lines joined by '%s': %s", between[i], j.nreasons ? j.reasons[0].code : outcome(&j));
		assert_string_equal(j.reasons[0].text, "is a readable RSA key of 2048 bits, not encrypted");
		arena_free(&a);
	}
	buf_free(&pem);
	buf_free(&joined);
}

/* Every check on every prefix of a good sample: ends early without reading past it (ASan sees that). */
static void cut_samples_are_judged_safely(void **state) {
	static const char *const texts[] = {"{{github:ghp_}}", "{{grafana}}", "{{jwt}}", "{{nkey:SU}}", "{{uuid}}",
		"{{pem:openssh}}", "{{pem:pgp}}", "{{pem:ec}}",
		"PuTTY-User-Key-File-3: x\nEncryption: none\nPrivate-Lines: 1\n"};
	size_t n;
	const struct wellformed_check *all = wellformed_all(&n);
	(void)state;
	for (size_t t = 0; t < sizeof(texts) / sizeof(texts[0]); t++) {
		struct buf whole = {0};
		assert_int_equal(template_expand(&whole, slice_str(texts[t]), 2, NULL), 0);
		for (size_t cut = 0; cut <= whole.n; cut++) {
			uint8_t *copy = mem_alloc(cut ? cut : 1);
			memcpy(copy, whole.p, cut);
			for (size_t i = 0; i < n; i++) {
				struct arena a = {0};
				struct judgement j = {0};
				all[i].run(slice_of(copy, cut), NOW, &a, &j);
				arena_free(&a);
			}
			mem_wipe_free(copy, cut);
		}
		buf_free(&whole);
	}
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(table_is_complete),
		cmocka_unit_test(small_checks_row_by_row),
		cmocka_unit_test(jwt_claims_are_read),
		cmocka_unit_test(jwt_tells_parties_but_no_other_values),
		cmocka_unit_test(key_blocks_are_told_apart),
		cmocka_unit_test(lines_of_a_key_may_be_joined_in_many_ways),
		cmocka_unit_test(cut_samples_are_judged_safely),
	};
	return cmocka_run_group_tests_name("rules_wellformed", tests, NULL, NULL);
}
