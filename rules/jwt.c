/* JSON Web Tokens: header, claims, expiry (RFC 7519, RFC 7515, RFC 7516).
 * Not here: verifying signatures, which needs the key. */
#include "rules/wellformed_checks.h"

#include "core/text.h"
#include "rules/base64.h"

#include <jansson.h>

#define JWT_PART_MAX   65536
#define JWT_SHOWN_MAX  80
#define JWT_CLAIMS_MAX 10
#define SECONDS_DAY    86400
/* 9999-12-31T23:59:59Z; what lies beyond never comes. */
#define JWT_TIME_MAX 253402300799.0

/* Cuts at dots; returns the number of parts, at most 6. */
static size_t split_parts(struct slice s, struct slice parts[6]) {
	size_t n = 0, start = 0;
	for (size_t i = 0; i <= s.n && n < 6; i++) {
		if (i < s.n && s.p[i] != '.')
			continue;
		parts[n++] = slice_sub(s, start, i);
		start = i + 1;
	}
	return n;
}

/* A JSON object from a base64url part, or NULL. */
static json_t *decode_object(struct slice part) {
	struct buf text = {0};
	json_t *object = NULL;
	if (part.n > 0 && part.n <= JWT_PART_MAX && base64_decode(&text, part, BASE64_URL) && text.n > 0)
		object = json_loadb((const char *)text.p, text.n, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, NULL);
	buf_free(&text);
	if (object && !json_is_object(object)) {
		json_decref(object);
		object = NULL;
	}
	return object;
}

/* A URL may carry a password; then nothing of it is shown. */
static bool may_show(struct slice s) {
	return s.n > 0 && !(slice_find(s, slice_str("://")) >= 0 && memchr(s.p, '@', s.n)) && utf8_is_valid(s);
}

/* Adds ", NAME 'value'" for a text claim, cut and escaped. */
static void add_claim(struct buf *out, const char *name, const json_t *value) {
	if (json_is_array(value))
		value = json_array_get(value, 0);
	if (!json_is_string(value))
		return;
	struct slice text = slice_of(json_string_value(value), json_string_length(value));
	if (!may_show(text))
		return;
	size_t shown = text.n < JWT_SHOWN_MAX ? text.n : JWT_SHOWN_MAX;
	buf_printf(out, "%s%s '", out->n ? ", " : "", name);
	text_escape(out, slice_sub(text, 0, shown));
	buf_add_str(out, shown < text.n ? "...'" : "'");
}

static void tell_parties(const json_t *claims, struct arena *a, struct judgement *j) {
	struct buf text = {0};
	add_claim(&text, "issuer", json_object_get(claims, "iss"));
	add_claim(&text, "subject", json_object_get(claims, "sub"));
	add_claim(&text, "audience", json_object_get(claims, "aud"));
	if (text.n)
		judgement_add(j, "jwt-parties", arena_str(a, buf_slice(&text)));
	buf_free(&text);
}

static bool is_plain_name(const char *s) {
	size_t n = strlen(s);
	for (size_t i = 0; i < n; i++) {
		bool alnum =
			(s[i] >= 'a' && s[i] <= 'z') || (s[i] >= 'A' && s[i] <= 'Z') || (s[i] >= '0' && s[i] <= '9');
		if (!alnum && !strchr("_-.:/", s[i]))
			return false;
	}
	return n > 0 && n <= 40;
}

/* Names of the other claims, never their values. */
static void tell_claims(json_t *claims, struct arena *a, struct judgement *j) {
	static const char *const told[] = {"iss", "sub", "aud", "exp", "iat", "nbf", "jti", NULL};
	struct buf text = {0};
	unsigned n = 0;
	const char *name;
	json_t *value;
	json_object_foreach(claims, name, value) {
		bool known = false;
		(void)value;
		for (size_t i = 0; told[i]; i++)
			known = known || strcmp(name, told[i]) == 0;
		if (known || !is_plain_name(name) || n == JWT_CLAIMS_MAX)
			continue;
		buf_printf(&text, "%s%s", n ? ", " : "carries claims ", name);
		n++;
	}
	if (n)
		judgement_add(j, "jwt-claims", arena_str(a, buf_slice(&text)));
	buf_free(&text);
}

static bool time_claim(const json_t *claims, const char *name, double *out) {
	const json_t *value = json_object_get(claims, name);
	if (!json_is_number(value))
		return false;
	*out = json_number_value(value);
	return *out >= 0;
}

static void judge_times(const json_t *claims, int64_t now, struct arena *a, struct judgement *j) {
	double exp, iat, nbf;
	char date[DATE_TEXT_MAX];
	if (!time_claim(claims, "exp", &exp) || exp > JWT_TIME_MAX) {
		j->expires.state = WHEN_NEVER;
		judge_verdict(j, VERDICT_WELL_FORMED, "jwt-no-expiry", "never expires");
		return;
	}
	j->expires = when_at((int64_t)exp);
	date_format((int64_t)exp, date);
	if ((int64_t)exp <= now)
		judge_verdict(j, VERDICT_EXPIRED, "jwt-expired", arena_printf(a, "expired %s", date));
	else
		judge_verdict(j, VERDICT_WELL_FORMED, "jwt-expiry", arena_printf(a, "expires %s", date));
	if (time_claim(claims, "nbf", &nbf) && nbf <= JWT_TIME_MAX && (int64_t)nbf > now) {
		date_format((int64_t)nbf, date);
		judgement_add(j, "jwt-not-before", arena_printf(a, "is not valid before %s", date));
	}
	if (time_claim(claims, "iat", &iat) && iat < exp && exp - iat >= 90.0 * SECONDS_DAY)
		judgement_add(j, "jwt-long-lived",
			arena_printf(a, "was issued for %lld days", (long long)((exp - iat) / SECONDS_DAY)));
}

static bool claim_is(const json_t *claims, const char *name, const char *want) {
	const char *value = json_string_value(json_object_get(claims, name));
	return value && strcmp(value, want) == 0;
}

static void judge_claims(json_t *claims, int64_t now, struct arena *a, struct judgement *j) {
	/* The token jwt.io shows everybody. */
	if (claim_is(claims, "sub", "1234567890") && claim_is(claims, "name", "John Doe")) {
		judge_verdict(j, VERDICT_EXAMPLE, "jwt-sample", "is the sample token of jwt.io");
		return;
	}
	judge_times(claims, now, a, j);
	tell_parties(claims, a, j);
	tell_claims(claims, a, j);
	/* Supabase documents the anonymous key as public; the service role's is not. */
	if (claim_is(claims, "iss", "supabase") && claim_is(claims, "role", "anon")) {
		j->confidence_shift -= 2;
		judgement_add(j, "jwt-public", "is a key for anonymous use, made to be public");
	}
}

static void judge_header(const json_t *header, struct judgement *j) {
	const char *alg = json_string_value(json_object_get(header, "alg"));
	if (alg && slice_eq_nocase(slice_str(alg), slice_str("none")))
		judgement_add(j, "jwt-alg-none", "is not signed (alg none): whoever can read it can forge another");
	else if (alg && strncmp(alg, "HS", 2) == 0)
		judgement_add(j, "jwt-symmetric", "is signed with a shared secret (HMAC)");
}

void check_jwt(struct slice secret, int64_t now, struct arena *a, struct judgement *j) {
	struct slice parts[6];
	size_t n = split_parts(secret, parts);
	json_t *header = n == 3 || n == 5 ? decode_object(parts[0]) : NULL;
	json_t *claims = NULL;
	if (!header || !json_is_string(json_object_get(header, "alg"))) {
		judge_reject(j, "not-jwt", "its header is not that of a JSON Web Token");
		goto out;
	}
	if (n == 5) {
		judgement_add(j, "jwe", "is an encrypted token (JWE), usable as it stands");
		goto out;
	}
	judge_header(header, j);
	claims = decode_object(parts[1]);
	if (claims) {
		judge_claims(claims, now, a, j);
	} else {
		j->confidence_shift--;
		judgement_add(j, "jwt-no-claims", "its payload is not JSON");
	}
out:
	json_decref(claims);
	json_decref(header);
}
