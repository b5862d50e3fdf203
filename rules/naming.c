/* Splitting an identifier into words and looking them up in small tables. */
#include "rules/naming.h"

#define WORDS_MAX 16
#define WORD_MAX  24

struct words {
	char at[WORDS_MAX][WORD_MAX];
	size_t n;
};

static bool is_lower(uint8_t c) {
	return c >= 'a' && c <= 'z';
}

static bool is_upper(uint8_t c) {
	return c >= 'A' && c <= 'Z';
}

/* "dbPassword_v2" -> db password v; digits end a word and are dropped. */
static void split(struct slice name, struct words *w) {
	size_t len = 0;

	w->n = 0;
	for (size_t i = 0; i <= name.n; i++) {
		uint8_t c = i < name.n ? name.p[i] : '_';
		bool letter = is_lower(c) || is_upper(c);
		bool starts = i > 0 && i < name.n && is_upper(c) &&
			      (is_lower(name.p[i - 1]) ||
				      (is_upper(name.p[i - 1]) && i + 1 < name.n && is_lower(name.p[i + 1])));

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

static bool listed(const char *word, const char *const *list) {
	for (; *list; list++)
		if (strcmp(word, *list) == 0)
			return true;
	return false;
}

static const char *const password_words[] = {"password", "passwd", "pwd", "pass", "passphrase", "passwort", "passcode",
	"pword", "pw", "dbpassword", "dbpass", "dbpwd", "dbpasswd", "userpass", "userpassword", "userpwd",
	"adminpassword", "adminpass", "rootpassword", "rootpw", "mypassword", "newpassword", "oldpassword", "sshpass",
	"requirepass", "masterauth", "storepass", "keypass", "storepassword", "keypassword", "ssopassword",
	"sshpassword", "ftppass", "mysqlpassword", "pgpassword", "loginpassword", "basicpassword", "authpassword",
	"bindpw", "rootpwd", "motdepasse", "contrasena", "senha", "parola", "haslo", "wachtwoord", "passwords",
	"bindpassword", "smtppassword", "encpassword", NULL};
static const char *const token_words[] = {"secret", "token", "apikey", "apitoken", "apisecret", "credential",
	"credentials", "secretkey", "accesskey", "accesstoken", "authtoken", "authkey", "appsecret", "appkey",
	"clientsecret", "privatekey", "signingkey", "encryptionkey", "masterkey", "sharedkey", "accountkey", "secrets",
	"tokens", "licensekey", "jwtsecret", "sessionsecret", "cookiesecret", "refreshtoken", "bearertoken", "bottoken",
	"usertoken", "secrettoken", "secretaccesskey", "passkey", "bearer", "apitokens", "apikeys", "authsecret",
	"hmackey", "consumerkey", "consumersecret", "oauthtoken", "oauthsecret", "xoxb", "webhooksecret", NULL};
/* What makes a plain "key" a secret one. */
static const char *const key_kinds[] = {"api", "access", "secret", "private", "auth", "encryption", "encrypt",
	"signing", "sign", "signature", "master", "shared", "account", "app", "application", "client", "consumer",
	"license", "licence", "service", "storage", "hmac", "jwt", "session", "cookie", "crypt", "crypto", "decrypt",
	"decryption", "cipher", "aes", "rsa", "ssh", "deploy", "admin", "server", "bot", "webhook", "integration",
	"write", "read", "sdk", "subscription", "functions", "host", "root", "instrumentation", "ingest", "project",
	"authentication", "authorization", "security", "preshared", "psk", NULL};
/* Last words that turn a name into one about a secret. */
static const char *const about_last[] = {"duration", "name", "names", "id", "ids", "type", "types", "url", "uri",
	"endpoint", "path", "file", "filename", "dir", "directory", "folder", "field", "fields", "label", "length",
	"len", "min", "max", "size", "count", "number", "num", "policy", "policies", "regex", "regexp", "pattern",
	"prefix", "suffix", "expiry", "expires", "expiration", "expire", "ttl", "lifetime", "timeout", "age", "date",
	"time", "at", "header", "headers", "hint", "message", "msg", "error", "errors", "text", "title", "description",
	"desc", "selector", "input", "prompt", "placeholder", "ref", "reference", "arn", "version", "status", "state",
	"valid", "validator", "validation", "required", "enabled", "disabled", "option", "options", "format",
	"algorithm", "alg", "algo", "encoding", "issuer", "audience", "scope", "scopes", "column", "col", "index",
	"idx", "param", "params", "parameter", "env", "var", "variable", "key", "manager", "provider", "service",
	"store", "storage", "source", "strategy", "handler", "generator", "factory", "class", "symbol", "mode", "mask",
	"visible", "visibility", "button", "form", "page", "link", "reset", "changed", "strength", "usage", "limit",
	"rate", "cost", "budget", "iterations", "rounds", "attr", "attribute", "property", "kind", "list", "set", "map",
	"table", "model", "schema", "config", "settings", "interval", "location", "alias", "template", "mount",
	"request", "response", "event", "action", "method", "callback", "function", "func", "fn", "view", "screen",
	"icon", "color", "position", "offset", "start", "end", "line", "balance", "address", "contract", "decimals",
	"supply", "price", "namespace", "tag", "tags", "role", "group", "owner", "user", "username", "email", "domain",
	"host", "port", "region", "question", "answer", "reuse", "history", "delimiter", "separator", "buffer",
	"stream", "reader", "writer", "parser", "lexer", "kinds", "example", "comment", "help", "doc", "docs", "test",
	"tests", NULL};
static const char *const about_first[] = {"existing", "websocket", "identifier", "result", "sealed", "idempotence",
	"change", "has", "is", "no", "num", "max", "min", "show", "hide", "enable", "disable", "allow", "require",
	"requires", "use", "uses", "with", "without", "should", "can", "invalid", "missing", "wrong", "bad",
	"incorrect", "forgot", "reset", "confirm", "validate", "check", "next", "page", "continuation", "design",
	"authenticity", "csrf", "xsrf", "lex", "syntax", "eof", "sync", "cancellation", "cancel", "public", "pub",
	"verify", "empty", "expired", "parse", "tokenize", "sort", "partition", "primary", "foreign", "cache", "row",
	"idempotency", "translation", "locale", "i18n", "publishable", "site", "anon", "end", "start", "current",
	"delimiter", "pad", "unk", "bos", "eos", "cls", "sep", "mask", NULL};
static const char *const hash_words[] = {"sha", "md", "hash", "hashed", "digest", "md5", "sha1", "sha256", "sha512",
	"bcrypt", "crypt", "crypted", "fingerprint", "checksum", "salt", "hashes", "thumbprint", NULL};

enum named name_tells(struct slice name) {
	struct words w;
	enum named told = NAMED_NOTHING;
	size_t at = 0;

	split(name, &w);
	for (size_t i = 0; i < w.n; i++) {
		enum named t = NAMED_NOTHING;

		if (listed(w.at[i], password_words))
			t = NAMED_PASSWORD;
		else if (listed(w.at[i], token_words))
			t = NAMED_TOKEN;
		else if (strcmp(w.at[i], "key") == 0 || strcmp(w.at[i], "keys") == 0)
			t = i > 0 && listed(w.at[i - 1], key_kinds) ? NAMED_TOKEN : NAMED_KEY;
		if (t > NAMED_KEY || (t == NAMED_KEY && told == NAMED_NOTHING)) {
			told = t;
			at = i;
		}
	}
	if (told == NAMED_NOTHING)
		return told;
	for (size_t i = 0; i < w.n; i++)
		if (listed(w.at[i], hash_words))
			return NAMED_HASH;
	for (size_t i = 0; i < at; i++)
		if (listed(w.at[i], about_first) ||
			(strcmp(w.at[i], "client") == 0 && strcmp(w.at[i + 1], "request") == 0))
			return NAMED_ABOUT;
	if (w.n && at + 1 < w.n && listed(w.at[w.n - 1], about_last))
		return NAMED_ABOUT;
	return told;
}

bool name_asks(struct slice name) {
	static const char *const questions[] = {"get", "has", "find", "fetch", "load", "read", "lookup", "contains",
		"remove", "delete", "create", "generate", "parse", "is", "check", "list", "describe", "exists",
		"require", "prompt", "ask", "label", "username", "user", "matches", "strip", "lstrip", "rstrip", "trim",
		"replace", "split", "equals", "startswith", "endswith", "compare", "includes", "indexof", "test",
		"warn", "error", "log", NULL};
	const uint8_t *dot = memrchr(name.p, '.', name.n);
	struct words w;

	split(dot ? slice_sub(name, (size_t)(dot - name.p) + 1, name.n) : name, &w);
	for (size_t i = 0; i < w.n && i < 2; i++)
		if (listed(w.at[i], questions))
			return true;
	return false;
}
