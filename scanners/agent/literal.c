/* Is a name that of a credential, and can a text be its value? Judged by words, since the field says what it is for; shapes of tokens are
 * for the rules for secrets. */
#include "scanners/agent/agent.h"

#define WORDS_MAX 12

struct words {
	char at[WORDS_MAX][24];
	size_t n;
};

static bool is_upper(uint8_t c) {
	return c >= 'A' && c <= 'Z';
}
static bool is_letter_or_digit(uint8_t c) {
	return is_upper(c) || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

/* API_KEY, api-key, apiKey and APIKey are "api", "key". */
static void split(struct slice name, struct words *w) {
	size_t n = 0;

	w->n = 0;
	for (size_t i = 0; i <= name.n && w->n < WORDS_MAX; i++) {
		uint8_t c = i < name.n ? name.p[i] : '_';
		bool starts =
			is_upper(c) && i &&
			(!is_upper(name.p[i - 1]) || (i + 1 < name.n && name.p[i + 1] >= 'a' && name.p[i + 1] <= 'z'));

		if ((!is_letter_or_digit(c) || starts) && n) {
			w->at[w->n++][n] = 0;
			n = 0;
		}
		if (w->n < WORDS_MAX && is_letter_or_digit(c) && n + 1 < sizeof(w->at[0]))
			w->at[w->n][n++] = (char)(is_upper(c) ? c | 0x20 : c);
	}
}

static bool is_one(const char *word, const char *const *of) {
	for (; *of; of++)
		if (strcmp(word, *of) == 0)
			return true;
	return false;
}

static bool has(const struct words *w, const char *const *of) {
	for (size_t i = 0; i < w->n; i++)
		if (is_one(w->at[i], of))
			return true;
	return false;
}

bool agent_name_is_credential(struct slice name) {
	/* always */
	static const char *const strong[] = {"token", "secret", "password", "passwd", "passphrase", "apikey", "pat",
		"authtoken", "accesstoken", "secretkey", "privatekey", "credentials", "credential", "authorization",
		"bearer", "cookie", "dsn", "accesskey", "pwd", "pass", "jwt", "webhook", NULL};
	/* when the last word, or before one of these */
	static const char *const qualifies[] = {"api", "access", "secret", "private", "auth", "service", "role",
		"master", "encryption", "signing", "account", "admin", "subscription", "license", "app", "server",
		"storage", "license", "client", "rest", "bot", "anon", NULL};
	/* names of something about a credential */
	static const char *const about[] = {"url", "uri", "path", "file", "dir", "name", "id", "limit", "max", "count",
		"timeout", "ttl", "type", "mode", "enabled", "expiry", "expires", "lifetime", "env", "var", "header",
		"budget", "endpoint", "prefix", "public", "region", "provider", "scope", "scopes", "length", "size",
		"helper", "tokens", "host", "port", "user", "username", "version", "format", "algorithm", "field",
		"source", "arn", "store", "location", "cache", "per", "min", "require", "required", "disable",
		"disabled", "enable", "use", "allow", NULL};
	struct words w;
	const char *last;

	split(name, &w);
	if (!w.n)
		return false;
	last = w.at[w.n - 1];
	if (is_one(last, about) ||
		has(&w, (const char *const[]){"public", "max", "min", "use", "enable", "disable", "tokens", NULL}))
		return strcmp(last, "url") == 0 && has(&w, (const char *const[]){"webhook", NULL});
	if (has(&w, strong))
		return true;
	if (strcmp(last, "key") != 0)
		return false;
	return w.n == 1 ? false : is_one(w.at[w.n - 2], qualifies) || is_upper(name.p[0]);
}

bool agent_name_is_admin(struct slice name) {
	static const char *const words[] = {"admin", "root", "master", "superuser", "sysadmin", "owner", NULL};
	struct words w;

	if (!agent_name_is_credential(name))
		return false;
	split(name, &w);
	for (size_t i = 0; i + 1 < w.n; i++)
		if (strcmp(w.at[i], "service") == 0 && strcmp(w.at[i + 1], "role") == 0)
			return true;
	return has(&w, words);
}

bool agent_is_personal(struct slice name, struct slice text) {
	struct words w;

	/* GitHub: ghp_ and gho_ act as a person (token formats of 2021); an App's are ghs_, a fine-grained one's github_pat_. */
	if (slice_has_prefix(text, "ghp_") || slice_has_prefix(text, "gho_"))
		return true;
	split(name, &w);
	if (has(&w, (const char *const[]){"pat", NULL}))
		return true;
	for (size_t i = 0; i + 1 < w.n; i++)
		if (strcmp(w.at[i], "personal") == 0 &&
			(!strcmp(w.at[i + 1], "access") || !strcmp(w.at[i + 1], "token")))
			return true;
	return false;
}

/* Words that people put where a secret goes. */
static bool is_for_people(struct slice text) {
	static const char *const parts[] = {"your", "<", ">", "xxx", "changeme", "change-me", "change_me", "replace",
		"placeholder", "example", "dummy", "insert", "todo", "fixme", "...", "***", "redacted", "secret-here",
		"goes here", "_here", "-here", "my-", "my_", "enter", "paste", "fake", "not-needed", "notneeded",
		"not-used", "unused", "none", "null", "undefined", "optional", "[", "]", "{", "}", "\xe2\x80\xa6"};

	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++)
		if (slice_find_nocase(text, slice_str(parts[i])) >= 0)
			return true;
	return false;
}

/* Nothing but capitals and underscores, as names of variables are, or one character again and again. */
static bool is_name_or_filler(struct slice name, struct slice text) {
	bool capitals = true, same = true;

	for (size_t i = 0; i < text.n; i++) {
		capitals &= is_upper(text.p[i]) || text.p[i] == '_';
		same &= text.p[i] == text.p[0];
	}
	return capitals || same || slice_eq_nocase(name, text);
}

static bool is_flag_or_path(struct slice text) {
	static const char *const plain[] = {"true", "false", "yes", "no", "on", "off", "default", "test", "local",
		"dev", "required", "enabled", "disabled", "auto", "oauth", "oauth2", "basic", "bearer", "string",
		"lm-studio", "ollama"};

	for (size_t i = 0; i < sizeof(plain) / sizeof(*plain); i++)
		if (slice_eq_nocase(text, slice_str(plain[i])))
			return true;
	if (text.p[0] == '/' || text.p[0] == '~' || text.p[0] == '.' || slice_has_prefix(text, "C:\\"))
		return true;
	return false;
}

bool agent_text_is_secret(struct slice name, struct slice text) {
	static const char *const chosen[] = {"password", "passwd", "passphrase", "pwd", "pass", "secret", NULL};
	bool digit = false, mixed = false;
	struct words w;

	split(name, &w);
	if (!text.n || text.n > 8192 || is_flag_or_path(text) || is_for_people(text) || is_name_or_filler(name, text))
		return false;
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] <= ' ')
			return false; /* prose */
		digit |= text.p[i] >= '0' && text.p[i] <= '9';
		mixed |= is_upper(text.p[i]) != is_upper(text.p[0]);
	}
	if (has(&w, chosen))
		return text.n >= 4;
	/* Made by machines: some length, and more than one sort of characters. */
	return text.n >= 12 && (digit || (mixed && text.n >= 20));
}
