"""Passwords and keys in forms that assignments do not cover: calls, tables, sentences, strings in parts; words beside accounts; tokens cut short."""

# %v is a password, %t a machine-made value
FORMS = [
    ("a.py", "ftp.login('deploy', '%v')\n"), ("A.java", 'DriverManager.getConnection(url, "app", "%v");\n'), ("a.rb", 'http.basic_auth "app", "%v"\n'),
    ("a.py", 'User.objects.create_user("bob", "bob@corp.net", "%v")\n'), ("a.cs", 'new NetworkCredential("svc", "%v");\n'), ("a.c", 'char pass[] = "%v";\n'),
    ("a.vb", 'Const dbPassword As String = "%v"\n'), ("a.r", 'db_password <- "%v"\n'), ("a.py", 'parser.add_argument("--password", default="%v")\n'),
    ("a.go", 'flag.String("password", "%v", "of the database")\n'), ("a.json", '{"passwords": ["%v"]}\n'), ("a.rst", "Password: ``%v``\n"),
    ("web.xml", "<param-name>db.password</param-name><param-value>%v</param-value>\n"), ("a.csv", "username,password,email\nbob,%v,bob@corp.net\n"),
    ("a.md", "| user | password |\n|---|---|\n| bob | %v |\n"), ("a.md", "The password is `%v`.\n"), ("a.vbs", 'oConn.Open "DSN=shop", "sa", "%v"\n'),
    ("a.sql", "INSERT INTO users (name, password) VALUES ('bob', '%v');\n"), ("a.py", 'token = ("%t"\n         "{{alnum:8}}")\n'),
    ("a.java", 'String secret = "%t"\n    + "{{alnum:8}}";\n'), ("a.java", 'Jwts.builder().signWith(SignatureAlgorithm.HS256, "%t")\n'),
    ("a.cs", 'new SymmetricSecurityKey(Encoding.UTF8.GetBytes("%t"))\n'), ("a.go", 'token.SignedString([]byte("%t"))\n'),
    ("a.properties", "basic.auth.user.info=app:%t\n"), ("a.yml", "rpcpassword: %t\n"), ("a.yml", "enrollsecret: %t\n"),
]
WORDS = [
    ("seeds.rb", "  email: 'bob@corp.net',\n  password: '%v',\n"), ("A.java", 'config.setUser("app");\nconfig.setPassword("%v");\n'),
    ("a.sh", "mysql -uroot -p%v app\n"), ("a.sql", "CREATE USER app IDENTIFIED BY '%v';\n"), ("compose.yml", "  MYSQL_PASSWORD: %v\n"),
]
WORDLIST = ["citrusblend", "porkchop", "Password12!", "baeldung", "tiger99"]
NEAR = [
    ("GITLAB_TOKEN", "glpat-{{alnum:11}}"), ("SLACK_TOKEN", "xoxb-{{digits:12}}-{{digits:12}}-{{alnum:17}}"), ("LINEAR_KEY", "lin_api_{{alnum:33}}"),
    ("VAULT_TOKEN", "HVS.{{alnum:95}}"), ("SHOP_TOKEN", "SHPAT_{{hex:32}}"), ("PULUMI_TOKEN", "pul-{{hex:31}}"), ("GROQ_KEY", "gsk_{{alnum:41}}"),
    ("SONAR_TOKEN", "squ_{{hex:33}}"), ("DOCKER_TOKEN", "dckr_pxt_{{alnum:27}}"), ("DO_TOKEN", "dop_v9_{{hex:64}}"), ("GEM_KEY", "rubygams_{{hex:48}}"),
    ("FIGMA_TOKEN", "fjgd_{{alnum:40}}"), ("MAPS_KEY", "aizasy{{alnum:33}}"), ("NVIDIA_KEY", "nvapx-{{alnum:64}}"), ("BUILDKITE", "bkua_{{hex:45}}"),
    ("CONTENTFUL", "cfpat-{{alnum:43}}"), ("BREVO_KEY", "xkeysib-{{hex:50}}-{{alnum:16}}"), ("TYPEFORM", "tfp_{{alnum:12}}"), ("STRIPE_KEY", "rk_live_{{alnum:9}}"),
    ("RESEND_KEY", "re_{{alnum:8}}_{{alnum:31}}"), ("POSTMAN_KEY", "PMAK-{{hex:24}}-{{hex:20}}"), ("READ_ME", "rdme_{{lowernum:40}}"),
]
FRAMES = [(".env", "%n=%v\n"), ("a.json", '{"%n": "%v"}\n'), ("a.http", "Authorization: Bearer %v\n"), ("a.py", '%n = "%v"\n')]


def mark(text, sign, value):
    return text.replace(sign, "\u27e6" + value + "\u27e7")


def cases(case):
    for i, (path, text) in enumerate(FORMS * 3):
        yield case("form", path, mark(mark(text, "%v", ["{{alnum:11}}", "{{password:14}}", "{{alnum:9}}4x"][i // len(FORMS)].replace("password", "alnum")), "%t", "{{alnum:24}}"))
    for i, word in enumerate(WORDLIST):
        for path, text in WORDS:
            yield case("word", path, mark(text, "%v", word.replace("!", "") if path.endswith(".sh") else word))
    for i, (name, token) in enumerate(NEAR * 2):
        path, text = FRAMES[(i + i // len(NEAR)) % len(FRAMES)]
        yield case("vendor-near-miss", path, text.replace("%n", name).replace("%v", token))
