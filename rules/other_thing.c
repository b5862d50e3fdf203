/* Values that are recognisably something else than a secret: paths, addresses, file names, rules of validation, names of settings.
 * Values that stand for a secret are in placeholder.c. */
#include "rules/placeholder.h"

#include "rules/words.h"

static const struct words path_starts = {{
	['.'] = WORDS("../", "./"),
	['/'] = WORDS("/"),
	['\\'] = WORDS("\\\\"),
	['c'] = WORDS("c:\\"),
	['d'] = WORDS("d:\\"),
	['~'] = WORDS("~/"),
}};

/* minisign's: "Ed", the number of the key and the key, 42 bytes (jedisct1.github.io/minisign), so 56 characters from RW on.
 * The length and name of the algorithm that an SSH public key begins with (RFC 4253), and how public keys of RSA, of the
 * NIST curves and of Ed25519 begin in DER (RFC 5280, SubjectPublicKeyInfo). */
static const struct words public_starts = {{
	/* A strong name of .NET: PUBLICKEYBLOB of an RSA key. */
	['0'] = WORDS("002400000480000094000000060200000024000052534131"),
	['a'] = WORDS("aaaab3nzac1yc2e", "aaaac3nzac1lzdi1nte5", "aaaae2vjzhnhlxnoytitbmlzd"),
	['m'] = WORDS("mcowbqydk2vwayea", "mfkwewyhkozizj0caq", "mfwwdqyjkozihvcnaqebbqadswa", "mhyweayhkozizj0caq",
		"miibojanbgkqhkig9w0baqefaaocay8a", "migfma0gcsqgsib3dqebaquaa4gn", "migbmbagbyqgsm49ageg",
		"miibijanbgkqhkig9w0baqefaaocaq8a", "miiciijanbgkqhkig9w0baqefaaocag8a"),
}};

static bool say(struct reason *why, const char *code, const char *text) {
	why->code = code;
	why->text = text;
	return true;
}

static bool is_alnum(uint8_t c) {
	return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}

static bool is_path(struct slice v) {
	size_t slashes = 0, dots = 0;

	for (size_t i = 0; i < v.n; i++) {
		slashes += v.p[i] == '/';
		dots += v.p[i] == '.';
	}
	if (slashes >= 2 && words_begin(&path_starts, v))
		return true;
	if (words_begin(&path_starts, v) && (slashes >= 1 || v.p[0] != '/') && dots)
		return true;
	return slashes >= 2 && dots >= 1 && v.n < 200;
}

/* Deep and with an ending: a path, however its parts are named. */
static bool is_deep_path(struct slice v) {
	size_t slashes = 0, end = v.n;

	for (size_t i = 0; i < v.n; i++) {
		slashes += v.p[i] == '/';
		if (v.p[i] == '+' || v.p[i] == '=')
			return false;
	}
	while (end > 0 && is_alnum(v.p[end - 1]))
		end--;
	return slashes >= 3 && end > 0 && v.p[end - 1] == '.' && v.n - end >= 2 && v.n - end <= 8;
}

/* 0x and 40 hex digits: an account of Ethereum, which everybody may know. */
static bool is_chain_address(struct slice v) {
	if (v.n != 42 || v.p[0] != '0' || (v.p[1] | 0x20) != 'x')
		return false;
	for (size_t i = 2; i < v.n; i++)
		if (!((v.p[i] >= '0' && v.p[i] <= '9') || ((v.p[i] | 0x20) >= 'a' && (v.p[i] | 0x20) <= 'f')))
			return false;
	return true;
}

static bool has_file_ending(struct slice v) {
	static const char *const ends[] = {".json", ".yaml", ".yml", ".txt", ".pem", ".key", ".crt", ".cer", ".pfx",
		".p12", ".jks", ".conf", ".cfg", ".ini", ".xml", ".html", ".htm", ".js", ".ts", ".py", ".go", ".java",
		".rb", ".php", ".sh", ".md", ".css", ".png", ".svg", ".jpg", ".properties", ".env", ".toml", ".sql",
		".log", ".csv", ".keystore", ".pub", ".asc", ".gpg", ".tpl", ".vue", ".com", ".org", ".net", ".io",
		".dev", ".local", ".internal", ".cs", ".cpp", ".exe", ".dll", ".zip", ".gz", ".tgz", ".jar", NULL};

	for (size_t i = 0; ends[i]; i++)
		if (slice_has_suffix_nocase(v, ends[i]))
			return true;
	return false;
}

static bool is_email(struct slice v) {
	ptrdiff_t at = slice_find(v, slice_str("@"));

	return at > 0 && v.n > (size_t)at + 3 && slice_find(slice_sub(v, (size_t)at, v.n), slice_str(".")) > 0 &&
	       slice_find(slice_sub(v, (size_t)at + 1, v.n), slice_str("@")) < 0 && has_file_ending(v);
}

/* required|string|max:255: rules that a value must satisfy. */
static bool is_validation(struct slice v) {
	size_t pipes = 0;

	for (size_t i = 0; i < v.n; i++) {
		pipes += v.p[i] == '|';
		if (v.p[i] != '|' && v.p[i] != ':' && v.p[i] != '_' && v.p[i] != ',' && !is_alnum(v.p[i]))
			return false;
	}
	return pipes >= 1 && (slice_has_prefix(v, "required|") || slice_has_prefix(v, "nullable|") || pipes >= 2);
}

/* .tls.keyPassword, spring.datasource.password: the name of a setting. */
static bool is_setting_name(struct slice v) {
	static const char *const last[] = {"password", "passwd", "secret", "token", "key", NULL};
	bool dot = false;
	size_t digits = 0;

	for (size_t i = 0; i < v.n; i++) {
		dot |= v.p[i] == '.';
		if (v.p[i] != '.' && v.p[i] != '-' && v.p[i] != '_' && !is_alnum(v.p[i]))
			return false;
		digits += v.p[i] >= '0' && v.p[i] <= '9';
	}
	for (size_t i = 0; dot && digits < 3 && last[i]; i++)
		if (slice_has_suffix_nocase(v, last[i]))
			return true;
	return false;
}

/* 1*SAFE, 1*255(: a rule of a grammar (ABNF, RFC 5234). */
static bool is_grammar(struct slice v) {
	size_t i = 0;

	while (i < v.n && v.p[i] >= '0' && v.p[i] <= '9')
		i++;
	if (!i || i + 3 > v.n || v.p[i++] != '*')
		return false;
	while (i < v.n && ((v.p[i] >= 'A' && v.p[i] <= 'Z') || v.p[i] == '-'))
		i++;
	return i == v.n;
}

/* realm="a", nonce="b": pairs of names and values. */
static bool is_pairs(struct slice v) {
	size_t pairs = 0;

	for (size_t i = 1; i + 2 < v.n; i++)
		pairs += v.p[i] == '=' && is_alnum(v.p[i - 1]) &&
			 (v.p[i + 1] == '"' || (v.p[i + 1] == '\\' && v.p[i + 2] == '"'));
	return pairs >= 2;
}

/* /force_password_change: an address within a site. */
static bool is_route(struct slice v) {
	for (size_t i = 1; i < v.n; i++)
		if (v.p[i] != '-' && v.p[i] != '_' && v.p[i] != '/' && v.p[i] != '.' &&
			!((v.p[i] | 0x20) >= 'a' && (v.p[i] | 0x20) <= 'z'))
			return false;
	return v.n > 3 && v.p[0] == '/';
}

/* KEY/20250101/region/service/aws4_request: whom a signature is by, and for what. */
static bool is_scope(struct slice v) {
	for (size_t i = 0; i + 9 < v.n; i++) {
		size_t k = i + 1;

		while (v.p[i] == '/' && k < v.n && v.p[k] >= '0' && v.p[k] <= '9')
			k++;
		if (k == i + 9 && v.p[k] == '/')
			return true;
	}
	return false;
}

/* DOMAIN\user: who signs in. */
static bool is_domain_user(struct slice v) {
	size_t parts = 0;

	for (size_t i = 0; i < v.n; i++) {
		parts += v.p[i] == '\\' && i > 0 && v.p[i - 1] != '\\' && i + 1 < v.n;
		if (!is_alnum(v.p[i]) && v.p[i] != '\\' && v.p[i] != '.' && v.p[i] != '-' && v.p[i] != '_')
			return false;
	}
	return parts == 1;
}

/* namespace/name:key: a part of a Secret, as plugins for configuration read it. */
static bool is_store_place(struct slice v, const struct shape *h) {
	const uint8_t *slash = memchr(v.p, '/', v.n), *colon = memchr(v.p, ':', v.n);

	return slash && colon && slash < colon && slash > v.p && colon + 1 < v.p + v.n && slash[1] != '/' &&
	       h->upper == 0 && !shape_is_random(h);
}

/* .signup-confirm, #login: elements of a page. */
static bool is_selector(struct slice v, const struct shape *h) {
	size_t i = 1;

	while (i < v.n && ((v.p[i] >= 'a' && v.p[i] <= 'z') || v.p[i] == '-' || v.p[i] == '_'))
		i++;
	return v.n > 4 && (v.p[0] == '.' || v.p[0] == '#') && h->digit == 0 && i > 4 &&
	       (i == v.n || v.p[i] == '{' || v.p[i] == ' ');
}

bool value_is_other_thing(struct slice v, const struct shape *h, struct reason *why) {
	if (is_scope(v))
		return say(why, "scope", "tells what a signature is for");
	if (is_domain_user(v))
		return say(why, "account", "names who signs in");
	if (is_selector(v, h))
		return say(why, "selector", "names an element of a page");
	if (is_store_place(v, h))
		return say(why, "path", "is a place in a store");
	if (slice_is_date(v))
		return say(why, "date", "is a date");
	if (slice_is_version(v) || (v.n > 2 && memchr("^~", v.p[0], 2) && slice_is_version(slice_sub(v, 1, v.n))))
		return say(why, "version", "is a version");
	if (slice_find(v, slice_str("://")) > 0)
		return say(why, "url", "is a URL");
	if (is_grammar(v))
		return say(why, "pattern", "is a rule of a grammar");
	if (is_pairs(v))
		return say(why, "structure", "is several names with values");
	if (is_validation(v))
		return say(why, "pattern", "is a list of rules that a value must satisfy");
	if (is_setting_name(v))
		return say(why, "setting", "is the name of a setting");
	if (words_begin(&public_starts, v) || (v.n == 56 && slice_has_prefix(v, "RW") && h->all_base64))
		return say(why, "public-key", "is a public key");
	if (is_chain_address(v))
		return say(why, "address", "is an address of a blockchain");
	if ((is_path(v) && !shape_is_random(h)) || is_route(v) || is_deep_path(v))
		return say(why, "path", "is a path");
	if (is_email(v))
		return say(why, "email", "is an e-mail address");
	if (has_file_ending(v) && !h->space)
		return say(why, "file-name", "ends like a file or host name");
	if (v.n >= 2 && v.p[0] == '^' && v.p[v.n - 1] == '$')
		return say(why, "pattern", "is a regular expression");
	if ((v.p[0] == '{' || v.p[0] == '[') && memchr(v.p, '"', v.n))
		return say(why, "structure", "is structured text, not a value");
	if (slice_has_prefix(v, "data:") || slice_has_prefix(v, "application/") || slice_has_prefix(v, "text/") ||
		slice_has_prefix(v, "urn:"))
		return say(why, "media", "is a media type or data");
	return false;
}
