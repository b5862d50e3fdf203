/* Tables of what is written in place of secrets. Words were gathered from the habits of documentation and configuration
 * files in general; nothing here knows a vendor. */
#include "rules/placeholder.h"

static bool say(struct reason *why, const char *code, const char *text) {
	why->code = code;
	why->text = text;
	return true;
}

static bool has_any(struct slice v, const char *const *words, bool fold) {
	for (; *words; words++)
		if ((fold ? slice_find_nocase : slice_find)(v, slice_str(*words)) >= 0)
			return true;
	return false;
}

static bool is_any(struct slice v, const char *const *words) {
	for (; *words; words++)
		if (slice_eq_nocase(v, slice_str(*words)))
			return true;
	return false;
}

static bool starts_any(struct slice v, const char *const *words) {
	for (; *words; words++)
		if (v.n >= strlen(*words) && slice_eq_nocase(slice_sub(v, 0, strlen(*words)), slice_str(*words)))
			return true;
	return false;
}

/* Long enough not to come about by chance in a random token. */
static const char *const sure_words[] = {"example", "placeholder", "changeme", "change-me", "change_me", "changeit",
	"redacted", "replaceme", "replace-me", "replace_me", "yourtoken", "your-", "your_", "xxxxx", "*****", ".....",
	"insert-", "insert_", "dummy", "<token", "<your", "not-a-real", "notarealkey", "not_a_real", "foobar",
	"deadbeef", "cafebabe", "notreal", "fakefake", "invalid", "removed", "sanitized", "censored", "masked",
	"sample", NULL};

static const char *const loose_words[] = {"your", "changethis", "change this", "replace", "insert", "todo", "fixme",
	"fake", "xxxx", "xxx-", "-xxx", "here>", "foo", "bar_", "lorem", "ipsum", "mock", "stub", "testtest", "hidden",
	"<pass", "<secret", "<key", "_here", "-here", "here_", "enter ", "enter_", "supersecret", "super-secret",
	"super_secret", "topsecret", "mysecret", "my-secret", "my_secret", "mypass", "my-pass", "my_pass", "mytoken",
	"my-token", "my_token", "some-", "some_", "any-", "dontuse", "do-not", "donot", "notused", "not-used", "unused",
	"ignored", "set-me", "setme", "tbd", "to-be-", "asdf", "qwerty", "blah", "password123", "passw0rd", "p@ssw0rd",
	"pa55w", "secret123", "abc123", "abcd1234", "1234abcd", "123456", "letmein", "hunter2", "-goes", "goes-",
	"generated", "anonymous", "test-token", "test_token", "test-secret", "test_secret", "test-key", "test_key",
	"testkey", "testtoken", "testsecret", "testpass", "test-pass", "test_pass", "secretkey", "secret-key",
	"secret_key", "access_token", "accesstoken", "access-token", "api_key", "apikey", "api-key", "some secret",
	"correct horse", "correcthorse", NULL};

static bool is_template(struct slice v) {
	if (v.n >= 2 && v.p[0] == '<' && v.p[v.n - 1] == '>')
		return true;
	if (v.n >= 2 && v.p[0] == '[' && v.p[v.n - 1] == ']')
		return true;
	if (v.n >= 2 && v.p[0] == '{' && v.p[v.n - 1] == '}')
		return true;
	return v.n >= 4 && v.p[0] == '_' && v.p[1] == '_' && v.p[v.n - 1] == '_';
}

static bool is_mask(struct slice v) {
	size_t filler = 0;

	for (size_t i = 0; i < v.n; i++)
		filler += v.p[i] == '*' || v.p[i] == '.' || v.p[i] == '#' || v.p[i] == '-' || v.p[i] == '_' ||
			  v.p[i] == '?' || (v.p[i] | 0x20) == 'x';
	return v.n >= 3 && filler * 10 >= v.n * 7;
}

bool value_is_placeholder(struct slice v, bool machine_made, struct reason *why) {
	if (has_any(v, sure_words, true))
		return say(why, "placeholder", "holds a word of placeholders and examples");
	if (machine_made)
		return false;
	if (is_template(v))
		return say(why, "placeholder", "is a slot to be filled in");
	if (is_mask(v))
		return say(why, "masked", "consists of filler characters");
	if (has_any(v, loose_words, true))
		return say(why, "placeholder", "holds a word of placeholders and examples");
	return false;
}

bool value_is_reference(struct slice v, struct reason *why) {
	static const char *const starts[] = {"$(", "${", "$$", "{{", "<%", "%{", "#{", "@{",
		"vault:", "secret:", "secrets.", "op://", "ssm:", "arn:aws", "aws-sm:", "gcp:secret", "azurekeyvault",
		"keyvault", "env:", "env.", "env(", "getenv", "os.environ", "os.getenv", "process.env", "system.getenv",
		"ref+", "file:", "projects/", "/run/secrets", "var.", "local.", "data.", "module.", "each.", "!ref",
		"!sub", "!getatt", "!vault", "!reference", "!importvalue", "lookup(",
		"resolve:", "{resolve:", "@microsoft.keyvault", "doppler:", "bao:", "awssecret",
		"kms:", "sops:", "import.meta.env", "config.", "settings.", "self.", "this.", "args.", "opts.",
		"options.", "params.", "props.", "cfg.", "conf.", NULL};
	static const char *const inside[] = {"${", "{{", "$(", "%(", "<%=", "#{", "}}", "secretkeyref", NULL};

	if (starts_any(v, starts))
		return say(why, "reference", "refers to a variable or a secret store");
	if (has_any(v, inside, true))
		return say(why, "reference", "is filled in from a variable");
	if (v.n >= 2 && v.p[0] == '$' && (v.p[1] == '_' || (v.p[1] | 0x20) >= 'a') && (v.p[1] | 0x20) <= 'z') {
		size_t i = 1;

		while (i < v.n && (v.p[i] == '_' || (v.p[i] >= '0' && v.p[i] <= '9') ||
					  ((v.p[i] | 0x20) >= 'a' && (v.p[i] | 0x20) <= 'z')))
			i++;
		if (i == v.n || memchr("[-:>.)", v.p[i], 6))
			return say(why, "reference", "is a variable");
	}
	if (v.n >= 3 && v.p[0] == '%' && v.p[v.n - 1] == '%')
		return say(why, "reference", "is a variable");
	if (v.n >= 3 && v.p[0] == '@' && v.p[v.n - 1] == '@')
		return say(why, "reference", "is filled in by a build");
	return false;
}

bool value_is_encrypted(struct slice v, struct reason *why) {
	static const char *const starts[] = {"enc[", "enc(", "{cipher}", "$ansible_vault", "{aes}", "{aes-",
		"encrypted:", "-----begin pgp message", "age-encryption.org", "vault:v1:", "vault:v2:", "pbkdf2",
		"{xor}", "{ssha}", "eyjtYWMi", NULL};

	if (starts_any(v, starts))
		return say(why, "encrypted", "is encrypted where it stands");
	/* Sealed secrets: base64 whose first bytes are the length of an RSA-encrypted session key, 512 (AgA, AgB). */
	if (v.n > 200 && (slice_has_prefix(v, "AgA") || slice_has_prefix(v, "AgB") || slice_has_prefix(v, "AgC")))
		return say(why, "encrypted", "has the start and length of a sealed secret");
	return false;
}

bool value_is_hash(struct slice v, struct reason *why) {
	/* crypt(3) and its kin: $id$…; LDAP: {SSHA}… */
	static const char *const starts[] = {"$1$", "$2a$", "$2b$", "$2x$", "$2y$", "$5$", "$6$", "$y$", "$7$", "$gy$",
		"$argon2", "$pbkdf2", "$scrypt", "$apr1$", "{ssha", "{sha", "{md5", "{crypt}", "{pbkdf2", "{bcrypt}",
		"{argon2", "pbkdf2_sha", "pbkdf2:sha", "scrypt:", "bcrypt_sha", "md5$", "sha1$", "sha256$",
		"scram-sha-", "sha256:", "sha512:", "sha1:", "md5:", NULL};

	if (starts_any(v, starts))
		return say(why, "hash", "is a hash, which tells the password only to who guesses it");
	return false;
}

bool value_is_keyword(struct slice v, struct reason *why) {
	static const char *const words[] = {"null", "nil", "none", "true", "false", "undefined", "yes", "no", "on",
		"off", "string", "str", "bool", "boolean", "int", "integer", "number", "float", "bytes", "byte", "char",
		"text", "object", "any", "void", "optional", "required", "default", "empty", "blank", "unknown",
		"enabled", "disabled", "auto", "static", "const", "function", "return", "self", "this", "input",
		"hidden", "varchar", "password", "passwd", "pass", "pwd", "secret", "secrets", "token", "tokens", "key",
		"keys", "apikey", "api_key", "username", "user", "login", "basic", "bearer", "oauth", "oauth2", "jwt",
		"private", "public", "nan", "n/a", "na", "tbd", "test", "foo", "bar", "baz", "value", "name", "type",
		"new", "async", "await", "raise", "throw", "credential", "credentials", "auth", "authorization",
		"passphrase", "error", "invalid", "missing", "expired", "rawstring", "securestring", "uuid", "email",
		"phone", NULL};
	static const char *const starts[] = {"optional[", "list[", "dict[", "union[", "array<", "map[", "[]byte",
		"*string", "&str", "option<", "string?", "string;", "string,", "vec<", "nonnull", "std::", "java.",
		"typing.", NULL};

	if (is_any(v, words))
		return say(why, "keyword", "is a word of code or a schema");
	if (starts_any(v, starts))
		return say(why, "type-name", "is a type");
	return false;
}

static bool is_path(struct slice v) {
	static const char *const starts[] = {"/", "./", "../", "~/", "c:\\", "d:\\", "\\\\", NULL};
	size_t slashes = 0, dots = 0;

	for (size_t i = 0; i < v.n; i++) {
		slashes += v.p[i] == '/';
		dots += v.p[i] == '.';
	}
	if (slashes >= 2 && starts_any(v, starts))
		return true;
	if (starts_any(v, starts) && (slashes >= 1 || v.p[0] != '/') && dots)
		return true;
	return slashes >= 2 && dots >= 1 && v.n < 200;
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

bool value_is_other_thing(struct slice v, const struct shape *h, struct reason *why) {
	if (slice_is_date(v))
		return say(why, "date", "is a date");
	if (slice_is_version(v))
		return say(why, "version", "is a version");
	if (slice_find(v, slice_str("://")) > 0)
		return say(why, "url", "is a URL");
	if (is_path(v) && !shape_is_random(h))
		return say(why, "path", "is a path");
	if (is_email(v))
		return say(why, "email", "is an e-mail address");
	if (has_file_ending(v) && !h->space)
		return say(why, "file-name", "ends like a file or host name");
	if (slice_has_prefix(v, "data:") || slice_has_prefix(v, "application/") || slice_has_prefix(v, "text/") ||
		slice_has_prefix(v, "urn:"))
		return say(why, "media", "is a media type or data");
	return false;
}
