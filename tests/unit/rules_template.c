/* Case templates: determinism, charsets, checksums against an independent CRC32, key blocks that OpenSSL reads.
 * Not here: the checks of such values (rules_wellformed.c). */
#include "rules/base64.h"
#include "rules/template.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

static void expand(struct buf *out, const char *text, uint64_t seed) {
	struct error err = {0};
	buf_clear(out);
	if (template_expand(out, slice_str(text), seed, &err) != 0)
		fail_msg("%s", err.text);
}

static void same_seed_gives_same_bytes(void **state) {
	static const char *const texts[] = {"{{alnum:40}}-{{hex:8}}", "{{github:ghp_}}", "{{npm}}", "{{grafana}}",
		"{{jwt}}", "{{jwt:expired}}", "{{uuid}}", "{{password:16}}", "{{nkey:SU}}", "{{wif}}",
		"{{bech32:nsec}}", "{{pem:rsa}}", "{{pem:pkcs8}}", "{{pem:ec}}", "{{pem:dsa}}", "{{pem:openssh}}",
		"{{pem:openssh-encrypted}}", "{{pem:pgp}}", "{{pem:encrypted}}", "{{b64:u:{{alnum:12}}}}",
		"{{repeat:{{hex:4}}:3}}", "{{any:ab-:9}}"};
	struct buf a = {0}, b = {0}, c = {0};
	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		expand(&a, texts[i], 7);
		expand(&b, texts[i], 7);
		expand(&c, texts[i], 8);
		assert_true(slice_eq(buf_slice(&a), buf_slice(&b)));
		assert_false(slice_eq(buf_slice(&a), buf_slice(&c)));
	}
	buf_free(&a);
	buf_free(&b);
	buf_free(&c);
}

static void drawn_text_keeps_its_charset_and_length(void **state) {
	static const struct {
		const char *text, *chars;
		size_t n;
	} rows[] = {
		{"{{hex:32}}", "0123456789abcdef", 32},
		{"{{HEX:32}}", "0123456789ABCDEF", 32},
		{"{{digits:12}}", "0123456789", 12},
		{"{{lower:24}}", "abcdefghijklmnopqrstuvwxyz", 24},
		{"{{upper:24}}", "ABCDEFGHIJKLMNOPQRSTUVWXYZ", 24},
		{"{{base32:26}}", "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 26},
		{"{{any:xyz!:10}}", "xyz!", 10},
		{"{{any:a:b:10}}", "a:b", 10},
	};
	struct buf out = {0};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		for (uint64_t seed = 0; seed < 50; seed++) {
			expand(&out, rows[i].text, seed);
			assert_int_equal(out.n, rows[i].n);
			for (size_t k = 0; k < out.n; k++)
				assert_non_null(memchr(rows[i].chars, out.p[k], strlen(rows[i].chars)));
		}
	}
	buf_free(&out);
}

static void drawn_text_mixes_classes_and_has_no_words(void **state) {
	struct buf out = {0};
	(void)state;
	for (uint64_t seed = 0; seed < 200; seed++) {
		unsigned lower = 0, upper = 0, digit = 0, letters = 0;
		bool vowel = false;
		expand(&out, "{{alnum:36}}", seed);
		for (size_t k = 0; k < out.n; k++) {
			uint8_t c = out.p[k];
			lower += c >= 'a' && c <= 'z';
			upper += c >= 'A' && c <= 'Z';
			digit += c >= '0' && c <= '9';
			letters = c > '9' ? letters + 1 : 0;
			vowel = letters && (vowel || memchr("aeiouAEIOU", c, 10));
			assert_true(letters < 4 || !memchr("aeiouAEIOU", c, 10));
		}
		assert_true(lower && upper && digit);
	}
	buf_free(&out);
}

static void plain_text_stays(void **state) {
	static const char *const texts[] = {"", "no template", "${{ secrets.TOKEN }}", "{{ .Values.x }}", "{{.x}}",
		"a {{{ b", "{\"a\":{\"b\":1}}", "}}"};
	struct buf out = {0};
	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		expand(&out, texts[i], 1);
		assert_true(slice_eq(buf_slice(&out), slice_str(texts[i])));
	}
	buf_free(&out);
}

static void malformed_templates_are_refused(void **state) {
	static const char *const texts[] = {"{{nope}}", "{{hex}}", "{{hex:}}", "{{hex:0}}", "{{hex:70000}}",
		"{{hex:-1}}", "{{hex:4x}}", "{{any::4}}", "{{any:4}}", "{{github:}}", "{{nkey:Q}}", "{{bech32:}}",
		"{{wif:x}}", "{{pem:x}}", "{{jwt:x}}", "{{hex:4", "{{b64:{{hex:4}}",
		"{{repeat:a:99999}}{{repeat:{{repeat:{{repeat:a:60000}}:60000}}:60000}}", "{{uuid:4}}"};
	struct buf out = {0};
	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct error err = {0};
		assert_int_equal(template_expand(&out, slice_str(texts[i]), 1, &err), -1);
		assert_int_equal(err.kind, ERR_USAGE);
		assert_non_null(strstr(err.text, "template '{{"));
		assert_int_equal(out.n, 0);
	}
	buf_free(&out);
}

static void nested_templates_and_braces_match(void **state) {
	struct buf out = {0}, plain = {0};
	(void)state;
	expand(&out, "{{b64:{\"a\":{{digits:10}}}}}!", 3);
	assert_true(base64_decode(&plain, slice_sub(buf_slice(&out), 0, out.n - 1), BASE64_STANDARD));
	assert_int_equal(plain.n, 16);
	assert_memory_equal(plain.p, "{\"a\":", 5);
	assert_int_equal(plain.p[15], '}');
	expand(&out, "{{repeat:ab:3}}", 1);
	assert_true(slice_eq(buf_slice(&out), slice_str("ababab")));
	buf_free(&out);
	buf_free(&plain);
}

/* Bit by bit, apart from the library the program uses. */
static uint32_t crc32_slow(const uint8_t *p, size_t n) {
	uint32_t crc = UINT32_MAX;
	for (size_t i = 0; i < n; i++) {
		crc ^= p[i];
		for (int bit = 0; bit < 8; bit++)
			crc = crc & 1 ? crc >> 1 ^ 0xedb88320 : crc >> 1;
	}
	return ~crc;
}

static void checksummed_tokens_round_trip(void **state) {
	static const char digits[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
	struct buf out = {0};
	(void)state;
	for (uint64_t seed = 0; seed < 100; seed++) {
		uint64_t value = 0;
		expand(&out, seed % 2 ? "{{github:gho_}}" : "{{npm}}", seed);
		assert_int_equal(out.n, 40);
		for (size_t i = 34; i < 40; i++)
			value = value * 62 + (uint64_t)((const char *)memchr(digits, out.p[i], 62) - digits);
		assert_int_equal(value, crc32_slow(out.p + 4, 30));
		expand(&out, "{{grafana}}", seed);
		assert_int_equal(out.n, 46);
		uint32_t crc = crc32_slow(out.p, 37);
		char text[9];
		snprintf(text, sizeof(text), "%02x%02x%02x%02x", crc & 255, crc >> 8 & 255, crc >> 16 & 255, crc >> 24);
		assert_memory_equal(out.p + 38, text, 8);
	}
	buf_free(&out);
}

static void key_blocks_are_read_by_openssl(void **state) {
	static const struct {
		const char *text;
		int type, bits;
	} rows[] = {{"{{pem:rsa}}", EVP_PKEY_RSA, 2048}, {"{{pem:pkcs8}}", EVP_PKEY_RSA, 2048},
		{"{{pem:ec}}", EVP_PKEY_EC, 256}, {"{{pem:dsa}}", EVP_PKEY_DSA, 1024}};
	struct buf out = {0};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		expand(&out, rows[i].text, i);
		BIO *bio = BIO_new_mem_buf(out.p, (int)out.n);
		EVP_PKEY *key = PEM_read_bio_PrivateKey(bio, NULL, NULL, NULL);
		if (!key)
			fail_msg("%s is not read by OpenSSL", rows[i].text);
		assert_int_equal(EVP_PKEY_base_id(key), rows[i].type);
		assert_int_equal(EVP_PKEY_bits(key), rows[i].bits);
		EVP_PKEY_free(key);
		BIO_free(bio);
	}
	buf_free(&out);
}

static void base64_round_trips(void **state) {
	struct buf text = {0}, back = {0};
	uint8_t bytes[64];
	(void)state;
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)(i * 37 + 250);
	for (size_t n = 0; n <= sizeof(bytes); n++) {
		for (int url = 0; url < 2; url++) {
			buf_clear(&text);
			buf_clear(&back);
			base64_encode(&text, slice_of(bytes, n), url ? BASE64_URL : BASE64_STANDARD);
			assert_true(base64_decode(&back, buf_slice(&text), url ? BASE64_URL : BASE64_STANDARD));
			assert_true(slice_eq(buf_slice(&back), slice_of(bytes, n)));
		}
	}
	assert_false(base64_decode(&back, slice_str("A"), BASE64_STANDARD));
	assert_false(base64_decode(&back, slice_str("AA=A"), BASE64_STANDARD));
	assert_false(base64_decode(&back, slice_str("===="), BASE64_STANDARD));
	assert_false(base64_decode(&back, slice_str("ab-_"), BASE64_STANDARD));
	buf_free(&text);
	buf_free(&back);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(same_seed_gives_same_bytes),
		cmocka_unit_test(drawn_text_keeps_its_charset_and_length),
		cmocka_unit_test(drawn_text_mixes_classes_and_has_no_words),
		cmocka_unit_test(plain_text_stays),
		cmocka_unit_test(malformed_templates_are_refused),
		cmocka_unit_test(nested_templates_and_braces_match),
		cmocka_unit_test(checksummed_tokens_round_trip),
		cmocka_unit_test(key_blocks_are_read_by_openssl),
		cmocka_unit_test(base64_round_trips),
	};
	return cmocka_run_group_tests_name("rules_template", tests, NULL, NULL);
}
