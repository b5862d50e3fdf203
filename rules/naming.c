/* Splitting an identifier into words and looking them up in small tables. */
#include "rules/naming.h"

#include "rules/words.h"

#define WORDS_MAX 16
#define WORD_MAX  24

struct pieces {
	char at[WORDS_MAX][WORD_MAX];
	size_t n;
};

static bool is_lower(uint8_t c) {
	return c >= 'a' && c <= 'z';
}

static bool is_upper(uint8_t c) {
	return c >= 'A' && c <= 'Z';
}

/* Does a whole word of secrets in small letters begin here? Then the capitals ahead are all an acronym's: wgDBpassword, APIkey. */
static bool secret_word_at(struct slice name, size_t i) {
	static const char *const words[] = {"key", "pass", "passwd", "password", "pwd", "secret", "token"};
	size_t end = i;

	while (end < name.n && is_lower(name.p[end]))
		end++;
	for (size_t k = 0; k < sizeof(words) / sizeof(*words); k++)
		if (slice_eq(slice_sub(name, i, end), slice_str(words[k])))
			return true;
	return false;
}

/* Does a word begin at this letter, although one stands ahead of it? dbPassword, HTTPToken, DBpassword. */
static bool word_starts(struct slice name, size_t i) {
	const bool behind_upper = is_upper(name.p[i - 1]);

	if (is_upper(name.p[i]))
		return is_lower(name.p[i - 1]) ||
		       (behind_upper && i + 1 < name.n && is_lower(name.p[i + 1]) && !secret_word_at(name, i + 1));
	return i > 1 && behind_upper && is_upper(name.p[i - 2]) && secret_word_at(name, i);
}

/* "dbPassword_v2" -> db password v; digits end a word and are dropped. */
static void split(struct slice name, struct pieces *w) {
	size_t len = 0;

	w->n = 0;
	for (size_t i = 0; i <= name.n; i++) {
		uint8_t c = i < name.n ? name.p[i] : '_';
		bool letter = is_lower(c) || is_upper(c);
		bool starts = letter && i > 0 && word_starts(name, i);

		if (len && (!letter || starts)) {
			w->at[w->n++][len] = 0;
			len = 0;
			if (w->n == WORDS_MAX)
				return;
		}
		if (letter && len < WORD_MAX - 1)
			w->at[w->n][len++] = (char)(c | 0x20);
	}
}

static bool listed(const char *word, const struct words *list) {
	return words_equal(list, slice_str(word));
}

static const struct words password_words = {{
	['a'] = WORDS("adminpass", "adminpassword", "authpassword"),
	['b'] = WORDS("basicpassword", "bindpassword", "bindpw"),
	['c'] = WORDS("contrasena"),
	['d'] = WORDS("dbpass", "dbpasswd", "dbpassword", "dbpwd"),
	['e'] = WORDS("encpassword"),
	['f'] = WORDS("ftppass"),
	['h'] = WORDS("haslo"),
	['k'] = WORDS("keypass", "keypassword"),
	['l'] = WORDS("loginpassword"),
	['m'] = WORDS("mailpass", "masterauth", "motdepasse", "mypassword", "mysqlpass", "mysqlpassword"),
	['n'] = WORDS("newpassword"),
	['o'] = WORDS("oldpassword"),
	['p'] = WORDS("parola", "pass", "passcode", "passphrase", "passwd", "password", "passwords", "passwort",
		"pgpassword", "pw", "pwd", "pword"),
	['r'] = WORDS("redispass", "requirepass", "rootpass", "rootpassword", "rootpw", "rootpwd"),
	['s'] = WORDS("senha", "smtppass", "smtppassword", "sqlpass", "sshpass", "sshpassword", "ssopassword",
		"storepass", "storepassword"),
	['u'] = WORDS("userpass", "userpassword", "userpwd"),
	['w'] = WORDS("wachtwoord", "wifipass"),
}};
static const struct words token_words = {{
	['a'] = WORDS("accesskey", "accesstoken", "accountkey", "apikey", "apikeys", "apisecret", "apitoken",
		"apitokens", "appkey", "appsecret", "authkey", "authsecret", "authtoken"),
	['b'] = WORDS("bearer", "bearertoken", "bottoken"),
	['c'] = WORDS("clientsecret", "consumerkey", "consumersecret", "cookiesecret", "credential", "credentials"),
	['e'] = WORDS("encryptionkey"),
	['h'] = WORDS("hmackey"),
	['j'] = WORDS("jwtsecret"),
	['l'] = WORDS("licensekey"),
	['m'] = WORDS("masterkey"),
	['o'] = WORDS("oauthsecret", "oauthtoken"),
	['p'] = WORDS("passkey", "privatekey"),
	['r'] = WORDS("refreshtoken"),
	['s'] = WORDS("secret", "secretaccesskey", "secretkey", "secrets", "secrettoken", "sessionsecret", "sharedkey",
		"signingkey"),
	['t'] = WORDS("token", "tokens"),
	['u'] = WORDS("usertoken"),
	['w'] = WORDS("webhooksecret"),
	['x'] = WORDS("xoxb"),
}};
/* What makes a plain "key" a secret one. */
static const struct words key_kinds = {{
	['a'] = WORDS("access", "account", "admin", "aes", "api", "app", "application", "auth", "authentication",
		"authorization"),
	['b'] = WORDS("bot"),
	['c'] = WORDS("cipher", "client", "consumer", "cookie", "crypt", "crypto"),
	['d'] = WORDS("decrypt", "decryption", "deploy", "des", "desede"),
	['e'] = WORDS("encrypt", "encryption"),
	['f'] = WORDS("functions"),
	['h'] = WORDS("hmac", "host"),
	['i'] = WORDS("ingest", "instrumentation", "integration"),
	['j'] = WORDS("jwt"),
	['l'] = WORDS("licence", "license"),
	['m'] = WORDS("master"),
	['p'] = WORDS("preshared", "private", "project", "psk"),
	['r'] = WORDS("read", "root", "rsa"),
	['s'] = WORDS("sdk", "secret", "security", "server", "service", "session", "shared", "sign", "signature",
		"signing", "ssh", "storage", "subscription"),
	['w'] = WORDS("webhook", "write"),
}};
/* Last words that turn a name into one about a secret. */
static const struct words about_last = {{
	['a'] = WORDS("action", "address", "age", "alg", "algo", "algorithm", "alias", "answer", "arn", "at", "attr",
		"attribute", "audience", "attrs", "attributes", "add", "alphabet"),
	['b'] = WORDS("balance", "budget", "buffer", "button", "broker"),
	['c'] = WORDS("callback", "changed", "class", "col", "color", "column", "comment", "config", "connector",
		"contract", "cost", "count", "checker", "characters", "chars", "charset"),
	['d'] = WORDS("date", "decimals", "delimiter", "desc", "description", "dir", "directory", "disabled", "doc",
		"docs", "domain", "duration"),
	['e'] = WORDS("email", "enabled", "enc", "encoding", "end", "endpoint", "env", "error", "errors", "event",
		"example", "expression", "expiration", "expire", "expires", "expiry", "encoder", "encryptor"),
	['f'] = WORDS(
		"factory", "field", "fields", "file", "filename", "fn", "folder", "form", "format", "func", "function"),
	['g'] = WORDS("generator", "group"),
	['h'] = WORDS("handler", "header", "headers", "help", "hint", "history", "host", "hasher", "hashers"),
	['i'] = WORDS("icon", "id", "ids", "idx", "index", "input", "interval", "issuer", "iterations"),
	['k'] = WORDS("key", "kind", "kinds"),
	['l'] = WORDS("label", "len", "length", "lexer", "lifetime", "limit", "line", "link", "list", "location"),
	['m'] = WORDS("manager", "map", "mask", "max", "message", "method", "min", "mode", "model", "mount", "msg",
		"maps", "mismatch"),
	['n'] = WORDS("name", "names", "namespace", "num", "number"),
	['o'] = WORDS("offset", "option", "options", "owner"),
	['p'] = WORDS("page", "param", "parameter", "params", "parser", "path", "pattern", "placeholder", "policies",
		"policy", "port", "position", "prefix", "price", "principal", "principals", "prompt", "property",
		"provider", "printable"),
	['q'] = WORDS("question"),
	['r'] = WORDS("rate", "reader", "ref", "reference", "regex", "regexp", "region", "request", "required", "reset",
		"response", "reuse", "role", "rounds"),
	['s'] = WORDS("schema", "scope", "scopes", "screen", "selector", "separator", "service", "set", "signature",
		"settings", "size", "source", "start", "state", "subject", "status", "storage", "store", "strategy",
		"stream", "strength", "suffix", "supply", "symbol", "scheme", "schemes"),
	['t'] = WORDS("table", "tag", "tags", "template", "test", "tests", "text", "time", "timeout", "title", "ttl",
		"type", "types"),
	['u'] = WORDS("uri", "url", "usage", "user", "username"),
	['v'] = WORDS("valid", "validation", "validator", "validators", "var", "variable", "version", "view",
		"visibility", "visible", "verifier"),
	['w'] = WORDS("warning", "writer"),
}};
static const struct words about_first = {{
	['a'] = WORDS("allow", "authenticity"),
	['b'] = WORDS("bad"),
	['c'] = WORDS("can", "cancel", "cancellation", "change", "check", "csrf"),
	['d'] = WORDS("delimiter", "disable", "disabled"),
	['e'] = WORDS("empty", "enable", "encrypted", "existing", "expired"),
	['f'] = WORDS("fastcgi", "for", "forgot"),
	['h'] = WORDS("has", "hide"),
	['i'] = WORDS("incorrect", "invalid", "is"),
	['m'] = WORDS("mask", "max", "min", "missing"),
	['n'] = WORDS("no", "num"),
	['p'] = WORDS("parse", "print"),
	['r'] = WORDS("require", "requires", "reset", "run"),
	['s'] = WORDS("sealed", "should", "show"),
	['u'] = WORDS("use", "uses", "uwsgi"),
	['v'] = WORDS("validate", "verify"),
	['w'] = WORDS("with", "without", "wrapped", "wrong"),
	['x'] = WORDS("xsrf"),
	['g'] = WORDS("grpc"),
}};
/* The same for keys and tokens only: a cache has a password, but its keys open nothing. */
static const struct words about_first_of_keys = {{
	['a'] = WORDS("anon"),
	['b'] = WORDS("bos"),
	['c'] = WORDS("cache", "cls", "confirm", "continuation", "current"),
	['d'] = WORDS("design"),
	['e'] = WORDS("end", "eof", "eos"),
	['f'] = WORDS("foreign"),
	['i'] = WORDS("i18n", "idempotence", "idempotency", "identifier"),
	['l'] = WORDS("lex", "locale"),
	['n'] = WORDS("next"),
	['p'] = WORDS("pad", "page", "partition", "prev", "previous", "primary", "pub", "public", "publishable"),
	['r'] = WORDS("result", "row"),
	['s'] = WORDS("sep", "site", "sort", "start", "stored", "sync", "syntax"),
	['t'] = WORDS("tokenize", "translation"),
	['u'] = WORDS("unk"),
	['w'] = WORDS("website", "websocket"),
}};
/* What a plain "key" finds instead of opening: no word for secrets stands beside it. */
static const struct words about_first_of_plain_keys = {{
	['b'] = WORDS("bucket"),
	['d'] = WORDS("dict", "document"),
	['e'] = WORDS("event"),
	['g'] = WORDS("group"),
	['h'] = WORDS("hash"),
	['i'] = WORDS("image", "index", "item"),
	['j'] = WORDS("job"),
	['l'] = WORDS("label", "lang", "locale", "lookup"),
	['m'] = WORDS("map", "message"),
	['n'] = WORDS("node"),
	['o'] = WORDS("object", "order"),
	['p'] = WORDS("product"),
	['q'] = WORDS("query"),
	['r'] = WORDS("record", "registry"),
	['s'] = WORDS("search", "sheet", "spreadsheet"),
	['t'] = WORDS("table", "tenant"),
	['u'] = WORDS("unique"),
	['w'] = WORDS("word"),
}};

/* Two words that are about something else only together. */
static bool is_pair(const char *a, const char *b) {
	static const char *const pairs[][2] = {{"client", "request"}, {"proxy", "pass"}, {"postman", "token"},
		{"web", "socket"}, {"pass", "through"}, {"pass", "thru"}};

	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
		if (strcmp(a, pairs[i][0]) == 0 && strcmp(b, pairs[i][1]) == 0)
			return true;
	return false;
}

static const struct words hash_words = {{
	['b'] = WORDS("bcrypt"),
	['c'] = WORDS("checksum", "crypt", "crypted"),
	['d'] = WORDS("digest"),
	['f'] = WORDS("fingerprint"),
	['h'] = WORDS("hash", "hashed", "hashes"),
	['m'] = WORDS("md", "md5"),
	['s'] = WORDS("salt", "sha", "sha1", "sha256", "sha512"),
	['t'] = WORDS("thumbprint"),
}};

/* enrollsecret, rpcpassword: a word for secrets at the end of another word; resetpassword asks for none. */
static enum named tells_at_end(const char *word) {
	static const struct {
		const char *end;
		enum named told;
	} ends[] = {{"password", NAMED_PASSWORD}, {"passwd", NAMED_PASSWORD}, {"passphrase", NAMED_PASSWORD},
		{"apikey", NAMED_TOKEN}, {"secretkey", NAMED_TOKEN}, {"secret", NAMED_TOKEN}};
	struct slice w = slice_str(word);

	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		size_t n = strlen(ends[i].end);

		if (w.n < n + 2 || !slice_has_suffix(w, ends[i].end))
			continue;
		return words_begin(&about_first, slice_sub(w, 0, w.n - n)) ? NAMED_NOTHING : ends[i].told;
	}
	return NAMED_NOTHING;
}

/* What is mixed into a hash or cipher: a salt or pepper, believed as tokens are; a nonce, seed or start value, which are a key's
 * kin: many other things are called so. */
static enum named tells_mixed_in(const char *word) {
	if (strcmp(word, "salt") == 0 || strcmp(word, "pepper") == 0)
		return NAMED_TOKEN;
	return strcmp(word, "nonce") == 0 || strcmp(word, "seed") == 0 || strcmp(word, "iv") == 0 ? NAMED_KEY
												  : NAMED_NOTHING;
}

/* wpa2-pre-shared-key: chosen by people, as passwords are. */
static bool is_preshared(const struct pieces *w, size_t key) {
	return key > 0 &&
	       (strcmp(w->at[key - 1], "preshared") == 0 ||
		       (key > 1 && strcmp(w->at[key - 1], "shared") == 0 && strcmp(w->at[key - 2], "pre") == 0));
}

enum named name_tells(struct slice name) {
	struct pieces w;
	enum named told = NAMED_NOTHING;
	size_t at = 0;

	split(name, &w);
	for (size_t i = 0; i < w.n; i++) {
		enum named t = NAMED_NOTHING;

		if (listed(w.at[i], &password_words))
			t = NAMED_PASSWORD;
		else if (listed(w.at[i], &token_words))
			t = NAMED_TOKEN;
		else if (strcmp(w.at[i], "key") == 0 || strcmp(w.at[i], "keys") == 0)
			t = is_preshared(&w, i)			       ? NAMED_PASSWORD
			    : i > 0 && listed(w.at[i - 1], &key_kinds) ? NAMED_TOKEN
								       : NAMED_KEY;
		else
			t = tells_at_end(w.at[i]);
		if (t > NAMED_KEY || (t == NAMED_KEY && told == NAMED_NOTHING)) {
			told = t;
			at = i;
		}
	}
	if (w.n && told != NAMED_PASSWORD && tells_mixed_in(w.at[w.n - 1]) != NAMED_NOTHING)
		return tells_mixed_in(w.at[w.n - 1]);
	if (told == NAMED_NOTHING)
		return told;
	for (size_t i = 0; i < w.n; i++)
		if (listed(w.at[i], &hash_words))
			return NAMED_HASH;
	for (size_t i = 0; i < at; i++)
		if (listed(w.at[i], &about_first) ||
			(told != NAMED_PASSWORD && listed(w.at[i], &about_first_of_keys)) ||
			(told == NAMED_KEY && listed(w.at[i], &about_first_of_plain_keys)) ||
			is_pair(w.at[i], w.at[i + 1]))
			return NAMED_ABOUT;
	if (w.n && at + 1 < w.n && listed(w.at[w.n - 1], &about_last))
		return NAMED_ABOUT;
	return told;
}

/* Words for where and as whom one signs in. */
static const struct words account_words = {{
	['a'] = WORDS("account", "address", "addr"),
	['d'] = WORDS("database", "datasource", "db", "dbname", "dn", "driver"),
	['e'] = WORDS("email", "endpoint"),
	['h'] = WORDS("host", "hostname"),
	['j'] = WORDS("jdbc"),
	['l'] = WORDS("login"),
	['p'] = WORDS("port", "principal"),
	['s'] = WORDS("server"),
	['u'] = WORDS("uid", "uri", "url", "user", "username", "usr"),
}};

bool name_is_account(struct slice name) {
	struct pieces w;

	split(name, &w);
	for (size_t i = 0; i < w.n; i++)
		if (listed(w.at[i], &account_words))
			return name_tells(name) != NAMED_PASSWORD;
	return false;
}

bool value_is_password_word(struct slice v) {
	return words_equal(&password_words, v);
}

/* First words of calls whose argument is looked for, compared or asked about. */
static const struct words questions = {{
	['a'] = WORDS("ask"),
	['c'] = WORDS("check", "compare", "contains", "create"),
	['d'] = WORDS("delete", "describe"),
	['e'] = WORDS("endswith", "equals", "error", "exists"),
	['f'] = WORDS("fetch", "find"),
	['g'] = WORDS("generate", "get"),
	['h'] = WORDS("has"),
	['i'] = WORDS("includes", "indexof", "is"),
	['l'] = WORDS("label", "list", "load", "log", "lookup", "lstrip"),
	['m'] = WORDS("matches"),
	['p'] = WORDS("parse", "prompt"),
	['r'] = WORDS("read", "remove", "replace", "require", "rstrip"),
	['s'] = WORDS("split", "startswith", "strip"),
	['t'] = WORDS("test", "trim"),
	['u'] = WORDS("user", "username"),
	['w'] = WORDS("warn"),
}};

bool name_asks(struct slice name) {
	const uint8_t *dot = memrchr(name.p, '.', name.n);
	struct pieces w;

	split(dot ? slice_sub(name, (size_t)(dot - name.p) + 1, name.n) : name, &w);
	for (size_t i = 0; i < w.n && i < 2; i++)
		if (listed(w.at[i], &questions))
			return true;
	return false;
}

/* First words of methods that give their object, or what it makes, the value. */
static const struct words setters = {{
	['a'] = WORDS("add"),
	['b'] = WORDS("build", "builder"),
	['c'] = WORDS("create"),
	['d'] = WORDS("default"),
	['e'] = WORDS("encode", "encrypt", "enter"),
	['f'] = WORDS("fill", "from"),
	['h'] = WORDS("hash"),
	['i'] = WORDS("init", "input"),
	['n'] = WORDS("new"),
	['o'] = WORDS("of"),
	['p'] = WORDS("plain", "put"),
	['s'] = WORDS("send", "set", "store"),
	['t'] = WORDS("text", "type"),
	['u'] = WORDS("update"),
	['v'] = WORDS("val", "value"),
	['w'] = WORDS("with", "write"),
}};

bool name_is_method(struct slice name) {
	const uint8_t *dot = memrchr(name.p, '.', name.n);
	struct slice last = dot ? slice_sub(name, (size_t)(dot - name.p) + 1, name.n) : name;
	struct pieces w;

	if (!dot || name_tells(last) != NAMED_NOTHING)
		return false;
	split(last, &w);
	return w.n && !listed(w.at[0], &setters);
}
