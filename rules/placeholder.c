/* Tables of what is written in place of secrets. Words were gathered from the habits of documentation and configuration
 * files in general; of vendors, only the example keys they publish are known, each by a piece from its middle. */
#include "rules/placeholder.h"

#include "rules/words.h"

static bool say(struct reason *why, const char *code, const char *text) {
	why->code = code;
	why->text = text;
	return true;
}

/* Long enough not to come about by chance in a random token. */
static const struct words sure_words = {{
	['*'] = WORDS("*****"),
	/* MD5 of password, 123456 and admin, by a piece each. */
	['4'] = WORDS("49ba59abbe56e0", "4s62bznfxxszlcro"),
	['5'] = WORDS("57a5a743894a0e", "5aa765d61d8327"),
	['-'] = WORDS("-example"),
	['.'] = WORDS("....."),
	['0'] = WORDS("0123456789abcdef"),
	['1'] = WORDS("123e4567-e89b-12d3"),
	['<'] = WORDS("<token", "<your"),
	['_'] = WORDS("_9.b5f-4.1jq"),
	['a'] = WORDS("akiaiosfodnn7"),
	['c'] = WORDS("cafebabe", "censored", "change-me", "change_me", "changeit", "changeme"),
	['d'] = WORDS("deadbeef", "dummy"),
	['e'] = WORDS("ed26-11e3-ac10", "example"),
	['f'] = WORDS("fakefake", "foobar", "fsufq2uvercz4i6tq", "fsufq2uverczz"),
	['h'] = WORDS("hqlyjwdarjtt1z"),
	['i'] = WORDS("i44qh8dhbexample", "insert-", "insert_", "invalid"),
	['j'] = WORDS("jbswy3dpehpk3p"),
	['k'] = WORDS("kjovbii2hlwgh4"),
	['m'] = WORDS("masked"),
	['n'] = WORDS("nonexist", "not-a-real", "not-valid", "not_a_real", "not_valid", "notarealkey", "notavalid",
		"notreal"),
	['p'] = WORDS("placeholder"),
	['r'] = WORDS("randomchars", "redacted", "removed", "replace-me", "replace_me", "replaceme"),
	['s'] = WORDS("sample", "sanitized"),
	['t'] = WORDS("truncated"),
	['w'] = WORDS("wjalrxutnfemi"),
	['x'] = WORDS("xactaaaaagg-vfi1", "xactaaaaajcz", "xxxxx"),
	['z'] = WORDS("zcagrsa3f0mz"),
	['y'] = WORDS("your-", "your_", "yourtoken"),
	['o'] = WORDS("opensesame", "open sesame"),
}};

static const struct words loose_words = {{
	['$'] = WORDS("$encrypted"),
	['('] = WORDS("(none)"),
	['-'] = WORDS("-----", "-goes", "-here", "-or-", "-xxx"),
	['1'] = WORDS("123456", "1234abcd"),
	['<'] = WORDS("<key", "<pass", "<secret"),
	['_'] = WORDS("_here", "_or_"),
	['a'] = WORDS("abc123", "abcd1234", "access-token", "access_token", "accesstoken", "anonymous", "any-",
		"api-key", "api_key", "apikey", "asdf", "another_pass", "anotherpass", "anypass", "app-pass",
		"app_pass"),
	['b'] = WORDS("bar_", "blah", "bogus", "badpass", "bad_pass", "bad-pass", "baduser"),
	['c'] = WORDS("change this", "change-it", "change_it", "changethis", "correct horse", "correcthorse"),
	['d'] = WORDS("do-not", "donot", "dontuse", "db_pass", "db-pass", "demo_pass", "demopass"),
	['e'] = WORDS("encrypted$", "enter ", "enter_"),
	['f'] = WORDS("fake", "fixme", "foo", "fill_me", "fill-me", "fillme", "fill me"),
	['g'] = WORDS("generated", "goes-"),
	['h'] = WORDS("here>", "here_", "hidden", "hunter2"),
	['i'] = WORDS("ignored", "insecure", "insert", "ipsum"),
	['k'] = WORDS("keyboard cat", "keyboardcat"),
	['l'] = WORDS("letmein", "lorem"),
	['m'] = WORDS("mock", "my-pass", "my-secret", "my-token", "my_new", "my_pass", "my_secret", "my_token",
		"mypass", "mypw", "mysecret", "mysecretpass", "mytoken", "my-user", "my_user", "myuser"),
	['n'] = WORDS("newpassword", "no-pass", "no-secret", "no_pass", "nonsense", "nopass", "not-a-secret", "not-set",
		"not-used", "not_a_secret", "not_set", "notasecret", "notsecure", "notset", "notused", "newpass",
		"new_pass", "new-pass"),
	['o'] = WORDS("oldpassword", "oldpass", "old_pass"),
	['p'] = WORDS("pa$$w", "p@ssw0rd", "pa55w", "pass_here", "passw0rd", "password123", "password_here",
		"passwordhere", "plainpass"),
	['q'] = WORDS("qwerty"),
	['r'] = WORDS("replace", "randompass", "random-pass", "random_pass"),
	['s'] = WORDS("secret-key", "secret-value", "secret123", "secret_here", "secret_key", "secret_value",
		"secretkey", "secretvalue", "sekret-", "set-me", "sk_live_123", "sk_test_123", "setme", "shhh",
		"some secret", "some-", "some_", "ssshh", "stub", "super-secret", "super_secret", "supersecret",
		"somepass", "somesecret", "something", "secure-pass", "strong-pass", "strong_pass", "secure-pass",
		"secure_pass"),
	['t'] = WORDS("tbd", "test-key", "test-pass", "test-secret", "test-token", "test_key", "test_pass",
		"test_secret", "test_token", "testkey", "testpass", "testsecret", "testtest", "testtoken",
		"thepassword", "this-is", "this_is", "thisis", "thisisa", "to-be-", "todo", "token-value",
		"token_value", "tokenvalue", "topsecret"),
	['u'] = WORDS("undefined", "unused", "user-pass", "user_pass", "userpass"),
	['v'] = WORDS("very-long", "very-secret", "very-strong", "very_long", "very_secret", "very_strong", "verylong",
		"verysecret", "verystrong"),
	['w'] = WORDS("whatever", "wrong"),
	['x'] = WORDS("xxx-", "xxxx", "xyzzy"),
	['y'] = WORDS("your", "yourkey", "yourpass", "youtoken"),
	['!'] = WORDS("!!!"),
}};

/* Passwords that anybody tries first. They open real doors, so under a password's name they are doubted, not dismissed. */
static const struct words weak_words = {{
	['1'] = WORDS("12345"),
	['f'] = WORDS("foobared"),
	['a'] = WORDS("abc123"),
	['h'] = WORDS("hunter2"),
	['l'] = WORDS("letmein"),
	['p'] = WORDS("p@ssw0rd", "pa55w", "passw0rd", "password123"),
	['q'] = WORDS("qwerty"),
	['s'] = WORDS("secret123", "secret1234", "securepass", "strongpass", "supersecret"),
	['t'] = WORDS("topsecret"),
}};

static const struct words reference_starts = {{
	['!'] = WORDS("!getatt", "!importvalue", "!ref", "!reference", "!sub", "!vault"),
	['#'] = WORDS("#{"),
	['$'] = WORDS("$::", "$$", "$(", "$_", "${"),
	['%'] = WORDS("%(", "%{"),
	['/'] = WORDS("/run/secrets"),
	[':'] = WORDS("::"),
	['<'] = WORDS("<%", "<?"),
	['@'] = WORDS("@microsoft.keyvault", "@{"),
	['a'] = WORDS("akv:", "args.", "arn:aws", "aws-sm:", "awssecret", "azurekeyvault", "azurerm_"),
	['b'] = WORDS("bao:"),
	['c'] = WORDS("cfg.", "conf.", "config.", "config[", "context.", "cred.", "credentials.", "ctx."),
	['d'] = WORDS("data.", "digitalocean_", "doppler:"),
	['e'] = WORDS("each.", "env(", "env.", "env:", "env[", "environ[", "event."),
	['f'] = WORDS("file:"),
	['g'] = WORDS("gcp:secret", "getenv", "github."),
	['h'] = WORDS("hcloud_"),
	['i'] = WORDS("import.meta.env", "input.", "inputs."),
	['k'] = WORDS("keyvault", "kms:", "kubernetes_"),
	['l'] = WORDS("local.", "lookup("),
	['m'] = WORDS("matrix.", "module."),
	['n'] = WORDS("needs."),
	['o'] = WORDS("op://", "options.", "opts.", "os.environ", "os.getenv", "outputs."),
	['p'] = WORDS("parameters(", "params.", "paramstore:", "process.env", "projects/", "props."),
	['r'] = WORDS("ref+", "req.", "request.", "resolve:", "response."),
	['s'] = WORDS("secret:", "secrets.", "secretsmanager:", "self.", "settings.", "sops:", "spring.",
		"ssm-secure:", "ssm:", "steps.", "system.", "system.getenv"),
	['t'] = WORDS("terraform.", "this."),
	['v'] = WORDS("var.", "variables(", "vault.", "vault:"),
	['{'] = WORDS("{$", "{%", "{resolve:", "{{"),
	['.'] = WORDS(".values"),
	['-'] = WORDS("--"),
}};

static const struct words reference_parts = {{
	['"'] = WORDS("\" +", "\" .", "\" + "),
	['#'] = WORDS("#{"),
	['$'] = WORDS("${"),
	['\''] = WORDS("' +", "' ."),
	['+'] = WORDS("+ \"", "+ '"),
	['.'] = WORDS(". $"),
	['/'] = WORDS("/aws4_request"),
	['%'] = WORDS("%2faws4_request"),
	['<'] = WORDS("<%=", "<?="),
	['('] = WORDS("('", "(\"", "(?:", "(?=", "(?!", "(?<"),
	['['] = WORDS("[^", "[a-z", "[0-9", "[-1]", "[*]", "[0]"),
	['\\'] = WORDS("\\w", "\\d", "\\s", "\\(", "\\p{"),
	['s'] = WORDS("secretkeyref"),
	['{'] = WORDS("{$", "{0}", "{1}", "{{"),
	['}'] = WORDS("}}"),
}};

static const struct words encrypted_starts = {{
	['$'] = WORDS("$ansible_vault"),
	['-'] = WORDS("-----begin pgp message"),
	['a'] = WORDS("age-encryption.org"),
	['e'] = WORDS("ej[1:", "enc(", "enc[", "encrypted:", "eyjtywmi"),
	['p'] = WORDS("pbkdf2"),
	['v'] = WORDS("vault:v1:", "vault:v2:"),
	['{'] = WORDS("{aes-", "{aes}", "{cipher}", "{ssha}", "{xor}"),
}};

/* crypt(3) and its kin: $id$…; LDAP: {SSHA}… */
static const struct words hash_starts = {{
	['$'] = WORDS("$1$", "$2a$", "$2b$", "$2x$", "$2y$", "$5$", "$6$", "$7$", "$apr1$", "$argon2", "$gy$",
		"$pbkdf2", "$scrypt", "$y$"),
	['b'] = WORDS("bcrypt_sha"),
	['h'] = WORDS("hash:"),
	['m'] = WORDS("md5$", "md5:"),
	['p'] = WORDS("pbkdf2:sha", "pbkdf2_sha"),
	['s'] = WORDS("scram-sha-", "scrypt:", "sha1$", "sha1:", "sha256$", "sha256:", "sha512:"),
	['{'] = WORDS("{argon2", "{bcrypt}", "{crypt}", "{md5", "{pbkdf2", "{sha", "{ssha"),
}};

static const struct words keywords = {{
	['a'] = WORDS("ascii", "aes256", "always", "any", "api_key", "apikey", "append", "array", "async", "auth",
		"authorization", "auto", "await"),
	['b'] = WORDS("bar", "basic", "baz", "bcrypt", "bearer", "blank", "body", "bool", "boolean", "byte", "bytes"),
	['c'] = WORDS("case", "changeme", "char", "class", "const", "cookie", "credential", "credentials"),
	['d'] = WORDS("def", "default", "deprecated", "dict", "digest", "disabled"),
	['e'] = WORDS("ecdsa", "ed25519", "else", "email", "empty", "enabled", "error", "es256", "experimental",
		"expired", "export"),
	['f'] = WORDS("failed", "failure", "false", "final", "float", "foo", "for", "form", "from", "function"),
	['h'] = WORDS("header", "hidden", "hs256"),
	['i'] = WORDS("if", "import", "include", "inherit", "input", "int", "integer", "interface", "invalid"),
	['j'] = WORDS("json", "jwt"),
	['k'] = WORDS("kerberos", "key", "keys"),
	['l'] = WORDS("latin1", "latin-1", "lambda", "ldap", "let", "list", "localhost", "login", "lookup"),
	['m'] = WORDS("map", "md5", "missing"),
	['n'] = WORDS(
		"n/a", "na", "name", "nan", "never", "never_expire", "new", "nil", "no", "none", "null", "number"),
	['o'] = WORDS("oauth", "oauth2", "object", "off", "oidc", "omit", "omitempty", "on", "on_create", "optional"),
	['p'] = WORDS("pass", "passphrase", "passwd", "password", "pending", "phone", "plain", "plaintext", "printf",
		"private", "public", "pwd"),
	['q'] = WORDS("query"),
	['r'] = WORDS("raise", "rawstring", "required", "return", "rs256", "rsa"),
	['s'] = WORDS("saml", "secret", "secretref", "secrets", "securestring", "self", "sha256", "sha512", "static",
		"str", "string", "struct", "success", "switch"),
	['t'] = WORDS("tbd", "test", "text", "this", "throw", "token", "tokens", "true", "tuple", "type"),
	['u'] = WORDS("utf-8", "utf8", "undefined", "unknown", "unset", "user", "username", "uuid"),
	['v'] = WORDS("value", "var", "varchar", "void"),
	['w'] = WORDS("while"),
	['x'] = WORDS("x509", "xml"),
	['y'] = WORDS("yaml", "yes"),
}};

static const struct words type_starts = {{
	['&'] = WORDS("&str"),
	['*'] = WORDS("*string"),
	['['] = WORDS("[]byte"),
	['a'] = WORDS("a128cbc", "a128gcm", "a128kw", "a192cbc", "a192gcm", "a192kw", "a256cbc", "a256gcm", "a256kw",
		"aes/", "aes-", "aes_", "array<"),
	['d'] = WORDS("desede", "des/", "dict["),
	['e'] = WORDS("ecdh-es"),
	['j'] = WORDS("java."),
	['l'] = WORDS("list["),
	['m'] = WORDS("map["),
	['n'] = WORDS("nonnull"),
	['p'] = WORDS("pbes2-"),
	['o'] = WORDS("option<", "optional["),
	['s'] = WORDS("string!", "std::", "string,", "string;", "string?"),
	['t'] = WORDS("typing."),
	['u'] = WORDS("union["),
	['v'] = WORDS("vec<"),
	['r'] = WORDS("rsa/", "rsa-", "rs256"),
	['h'] = WORDS("hmacsha", "hmac-sha"),
	['b'] = WORDS("boolean!"),
	['i'] = WORDS("int!", "id!"),
	['f'] = WORDS("float!"),
}};

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
	if (words_within(&sure_words, v))
		return say(why, "placeholder", "holds a word of placeholders and examples");
	if (machine_made)
		return false;
	if (is_template(v))
		return say(why, "placeholder", "is a slot to be filled in");
	if (is_mask(v))
		return say(why, "masked", "consists of filler characters");
	if (words_within(&loose_words, v))
		return say(why, "placeholder", "holds a word of placeholders and examples");
	return false;
}

/* p@ss(word), pa$$w0rd: the word itself, with signs for letters or between them. */
static bool spells_password(struct slice v) {
	static const char word[] = "password";
	size_t at = 0;

	for (size_t i = 0; i < v.n; i++) {
		uint8_t c = v.p[i] | 0x20;

		c = v.p[i] == '@' || v.p[i] == '4'   ? 'a'
		    : v.p[i] == '0'		     ? 'o'
		    : v.p[i] == '$' || v.p[i] == '5' ? 's'
						     : c;
		if (c < 'a' || c > 'z')
			continue;
		if (at == sizeof(word) - 1 || c != (uint8_t)word[at++])
			return false;
	}
	return at == sizeof(word) - 1 && (v.p[0] | 0x20) == 'p';
}

bool value_is_weak_password(struct slice v) {
	return v.n < 20 &&
	       (words_within(&weak_words, v) || slice_eq(v, slice_str("secret")) || slice_eq(v, slice_str("1234")) ||
		       (spells_password(v) && !slice_eq_nocase(v, slice_str("password"))));
}

static bool is_alnum(uint8_t c) {
	return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}

/* %s, %d, %v, {} standing by themselves: filled in when the program runs. */
static bool is_format(struct slice v) {
	size_t hole_end = 0;

	for (size_t i = 0; i + 1 < v.n; i++) {
		bool hole = (v.p[i] == '%' && memchr("sdv", v.p[i + 1], 3)) || (v.p[i] == '{' && v.p[i + 1] == '}');

		if (hole && (i == hole_end || !is_alnum(v.p[i - 1])) && (i + 2 == v.n || !is_alnum(v.p[i + 2])))
			return true;
		if (hole)
			hole_end = i + 2;
	}
	return false;
}

/* $( in a long value that never closes is chance. */
static bool has_substitution(struct slice v) {
	for (size_t i = 0; i + 1 < v.n; i++)
		if ((v.p[i] == '$' || v.p[i] == '%') && v.p[i + 1] == '(' &&
			(v.n - i < 16 || memchr(v.p + i, ')', v.n - i)))
			return true;
	return false;
}

/* The dots stand in the first third or so of what a token would need, with a few letters or digits at either side. */
bool value_is_elided(struct slice v) {
	ptrdiff_t dots = slice_find(v, slice_str("..."));
	size_t behind;

	if (dots < 3)
		dots = slice_find(v, slice_str("\xe2\x80\xa6"));
	if (dots < 3 || v.n > 40 || !is_alnum(v.p[dots - 1]))
		return false;
	behind = (size_t)dots + 3;
	while (behind < v.n && v.p[behind] == '.')
		behind++;
	for (size_t i = behind; i < v.n; i++)
		if (!is_alnum(v.p[i]) && v.p[i] != '-' && v.p[i] != '_' && v.p[i] != '=')
			return false;
	return v.n - behind <= 12;
}

bool value_is_reference(struct slice v, struct reason *why) {
	if (words_begin(&reference_starts, v))
		return say(why, "reference", "refers to a variable or a secret store");
	if (words_within(&reference_parts, v) || has_substitution(v) || is_format(v))
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
	if (words_begin(&encrypted_starts, v))
		return say(why, "encrypted", "is encrypted where it stands");
	/* Sealed secrets: base64 whose first bytes are the length of an RSA-encrypted session key, 512 (AgA, AgB). */
	if (v.n > 200 && (slice_has_prefix(v, "AgA") || slice_has_prefix(v, "AgB") || slice_has_prefix(v, "AgC")))
		return say(why, "encrypted", "has the start and length of a sealed secret");
	return false;
}

static bool is_hex(struct slice v) {
	for (size_t i = 0; i < v.n; i++)
		if (hex_value(v.p[i]) < 0)
			return false;
	return true;
}

/* Spring Security's former {salt}digest: hex behind the brace, as long as a digest. */
static bool is_salted(struct slice v) {
	const uint8_t *brace = v.n && v.p[0] == '{' ? memchr(v.p, '}', v.n) : NULL;
	size_t n = brace ? v.n - (size_t)(brace - v.p) - 1 : 0;

	return (n == 32 || n == 40 || n == 64 || n == 128) && is_hex(slice_sub(v, v.n - n, v.n));
}

/* $id$parameters$…$…: the modular format of crypt(3), whoever's id it is. */
static bool is_modular(struct slice v) {
	size_t dollars = 0, first = 0;

	for (size_t i = 0; i < v.n; i++) {
		dollars += v.p[i] == '$';
		if (dollars == 2 && !first)
			first = i;
	}
	return v.n > 24 && v.p[0] == '$' && dollars >= 4 && first > 1 && first < 16;
}

/* MySQL: * and SHA-1 of SHA-1. SQL Server: 0x01 or 0x02, 00, salt and digest. */
static bool is_database_hash(struct slice v) {
	size_t from = v.n == 41 && v.p[0] == '*' ? 1 : 0;

	if (v.n >= 54 && (slice_has_prefix(v, "0x0100") || slice_has_prefix(v, "0x0200")))
		from = 2;
	return from > 0 && is_hex(slice_sub(v, from, v.n));
}

/* md5 and 32 hex digits: how PostgreSQL keeps a password. */
static bool is_postgres_md5(struct slice v) {
	if (v.n != 35 || !slice_has_prefix(v, "md5"))
		return false;
	for (size_t i = 3; i < v.n; i++)
		if (!((v.p[i] >= '0' && v.p[i] <= '9') || (v.p[i] >= 'a' && v.p[i] <= 'f')))
			return false;
	return true;
}

/* image-sha256:9f86…: a digest that says so, whatever stands ahead. */
static bool is_named_digest(struct slice v) {
	static const char *const names[] = {"sha1:", "sha256:", "sha512:", "md5:", NULL};

	for (size_t i = 0; names[i]; i++) {
		ptrdiff_t at = slice_find_nocase(slice_sub(v, 0, 40), slice_str(names[i]));
		size_t from = at < 0 ? 0 : (size_t)at + strlen(names[i]), to = from;

		while (to < v.n && slice_hex_byte(v, to) >= 0)
			to += 2;
		if (at >= 0 && to - from >= 32)
			return true;
	}
	return false;
}

bool value_is_hash(struct slice v, struct reason *why) {
	if (is_named_digest(v))
		return say(why, "hash", "is a digest");
	if (words_begin(&hash_starts, v) || is_salted(v) || is_modular(v) || is_postgres_md5(v) || is_database_hash(v))
		return say(why, "hash", "is a hash, which tells the password only to who guesses it");
	return false;
}

bool value_is_keyword(struct slice v, struct reason *why) {
	if (words_equal(&keywords, v))
		return say(why, "keyword", "is a word of code or a schema");
	if (words_begin(&type_starts, v))
		return say(why, "type-name", "is a type");
	return false;
}
