#!/usr/bin/env python3
"""Writes the development set of labelled cases as JSON lines: idioms of configuration, code and documentation, each with several
kinds of values. Secrets are templates (rules/template.h) marked as ⟦…⟧. The same cases come out every time.
"""
import itertools
import json

import forms
import negatives
import vendors

HUMAN = ["{{password:12}}", "{{alnum:10}}", "{{lower:9}}", "{{lowernum:8}}", "{{alnum:16}}", "{{any:abcdefghijkmnpqrstuvwxyz:7}}{{digits:2}}",
         "{{upper:1}}{{lower:7}}{{digits:2}}!", "{{word:11}}", "{{any:bcdfghjklmnpqrstvwxz:6}}{{digits:1}}", "{{password:20}}"]
MACHINE = ["{{alnum:32}}", "{{hex:32}}", "{{hex:40}}", "{{base64:43}}=", "{{base64url:43}}", "{{alnum:40}}", "{{hex:64}}", "{{lowernum:25}}",
           "{{uppernum:20}}", "{{alnum:20}}", "{{word:24}}", "{{base64:86}}=="]

PASSWORD_NAMES = ["password", "db_password", "DB_PASSWORD", "dbPassword", "passwd", "userPassword", "admin_pass", "MYSQL_ROOT_PASSWORD",
                  "rootPassword", "SMTP_PASSWORD", "ftp_pwd", "keystorePassword", "LDAP_BIND_PASSWORD", "redis_password", "adminPwd"]
SECRET_NAMES = ["client_secret", "CLIENT_SECRET", "clientSecret", "app_secret", "JWT_SECRET", "jwtSecret", "webhookSecret", "session_secret",
                "SECRET_TOKEN", "cookieSecret", "oauth_secret", "consumerSecret"]
TOKEN_NAMES = ["api_key", "API_KEY", "apiKey", "access_token", "ACCESS_TOKEN", "accessToken", "auth_token", "authToken", "bot_token",
               "refresh_token", "apikey", "x_api_token"]
KEY_NAMES = ["encryption_key", "ENCRYPTION_KEY", "signingKey", "private_key", "secretKey", "SECRET_KEY", "master_key", "aes_key",
             "access_key", "account_key", "hmacKey", "authKey"]

# (path, line); %n is the name, %v the marked value.
CONFIG = [
    (".env", "APP_ENV=production\n%n=%v\nPORT=8080\n"),
    (".env.production", '%n="%v"\n'),
    ("deploy/.env", "export %n='%v'\n"),
    ("config/application.yml", "app:\n  db:\n    user: svc\n    %n: %v\n"),
    ("config/settings.yaml", 'service:\n  %n: "%v"\n  retries: 3\n'),
    ("values.yaml", "auth:\n  enabled: true\n  %n: '%v'\n"),
    ("src/main/resources/application.properties", "server.port=8080\nspring.x.%n=%v\n"),
    ("conf/app.properties", "%n = %v\n"),
    ("conf/app.ini", "[database]\nhost = 10.0.4.7\n%n = %v\n"),
    ("config.toml", '[server]\n%n = "%v"\n'),
    ("config.json", '{\n  "host": "10.0.4.7",\n  "%n": "%v"\n}\n'),
    ("appsettings.json", '{"Service": {"%n": "%v", "Timeout": 30}}\n'),
    ("docker-compose.yml", "services:\n  app:\n    environment:\n      %n: %v\n"),
    ("docker-compose.yml", "services:\n  app:\n    environment:\n      - %n=%v\n      - TZ=UTC\n"),
    ("k8s/deploy.yaml", "        env:\n        - name: %n\n          value: %v\n"),
    ("k8s/secret.yaml", 'kind: Secret\nstringData:\n  %n: "%v"\n'),
    ("main.tf", 'resource "x_y" "z" {\n  %n = "%v"\n}\n'),
    ("terraform.tfvars", '%n = "%v"\n'),
    ("group_vars/all.yml", "---\n%n: %v\n"),
    ("web.config", '<appSettings>\n  <add key="%n" value="%v" />\n</appSettings>\n'),
    ("context.xml", '<bean>\n  <property name="%n" value="%v"/>\n</bean>\n'),
    ("settings.xml", "<config>\n  <%n>%v</%n>\n</config>\n"),
    ("Dockerfile", "FROM debian:12\nENV %n=%v\n"),
    ("Dockerfile", "FROM debian:12\nENV %n %v\n"),
    (".github/workflows/ci.yml", "    env:\n      %n: %v\n"),
    ("Jenkinsfile", "environment {\n  %n = '%v'\n}\n"),
    ("scripts/start.sh", "#!/bin/sh\n%n=%v\nrun --quiet\n"),
    ("scripts/start.sh", '#!/bin/sh\nexport %n="%v"\n'),
    ("setup.ps1", '$%n = "%v"\n'),
    ("notes.txt", "staging host: 10.0.4.7\n%n: %v\n"),
]
CODE = [
    ("app/settings.py", "%n = '%v'\n"),
    ("app/settings.py", "DATABASES = {'default': {'USER': 'svc', '%n': '%v'}}\n"),
    ("app/client.py", 'client = Client(user="svc", %n="%v")\n'),
    ("app/client.py", 'def connect(host, %n: str = "%v"):\n    pass\n'),
    ("src/config.js", "module.exports = {\n  %n: '%v',\n};\n"),
    ("src/api.ts", 'const %n: string = "%v";\n'),
    ("src/api.ts", "const %n = process.env.X || '%v';\n"),
    ("src/Main.java", 'private static final String %n = "%v";\n'),
    ("src/Main.java", 'props.setProperty("%n", "%v");\n'),
    ("src/Main.kt", 'val %n = "%v"\n'),
    ("cmd/main.go", '\t%n := "%v"\n'),
    ("cmd/main.go", 'cfg := Config{\n\t%n: "%v",\n}\n'),
    ("lib/client.rb", "  config.%n = '%v'\n"),
    ("lib/client.rb", "  :%n => '%v',\n"),
    ("config.php", "'%n' => '%v',\n"),
    ("config.php", "define('%n', '%v');\n"),
    ("config.php", '$%n = "%v";\n'),
    ("Startup.cs", 'var %n = "%v";\n'),
    ("Startup.cs", 'config["%n"] = "%v";\n'),
    ("src/main.rs", 'const %n: &str = "%v";\n'),
    ("App.swift", 'let %n = "%v"\n'),
    ("lib/main.dart", "final %n = '%v';\n"),
    ("db/seed.sql", "SET @%n = '%v';\n"),
    ("tests/test_login.py", "    %n = '%v'\n"),
    ("README.md", "```\n%n=%v\n```\n"),
    ("src/x.cpp", 'std::string %n = "%v";\n'),
    ("src/x.c", '#define %n "%v"\n'),
    ("build.gradle", '%n "%v"\n'),
    ("data.json", '{"body": "{\\"%n\\": \\"%v\\"}"}\n'),
]
URLS = ["postgres://svc:%v@db-1.internal.corp:5432/app", "postgresql://svc:%v@10.3.4.5/app", "mysql://root:%v@mysql-prod:3306/app",
        "mongodb://admin:%v@mongo-0.mongo:27017/admin", "mongodb+srv://svc:%v@cluster0.ab1cd.mongodb.net/x", "redis://:%v@cache-1:6379/0",
        "rediss://svc:%v@redis.corp.net:6380", "amqp://svc:%v@rabbit.corp.net:5672/vh", "https://deploy:%v@git.corp.net/team/app.git",
        "http://admin:%v@10.0.4.7:8080/api", "ftp://files:%v@ftp.corp.net/in", "smtp://mailer:%v@smtp.corp.net:587",
        "ldap://cn=svc:%v@ldap.corp.net", "sftp://files:%v@sftp.corp.net", "clickhouse://svc:%v@ch.corp.net:9000/x", "nats://svc:%v@nats.corp.net:4222",
        "https://x-token:%v@registry.corp.net/simple"]
URL_LINES = [("docker-compose.yml", "      DATABASE_URL: %u\n"), (".env", "DATABASE_URL=%u\n"), ("app.py", "url = '%u'\n"),
             ("config.yml", 'broker: "%u"\n'), ("run.sh", "client --url %u\n")]
STRINGS = [("appsettings.json", '"Default": "Server=10.0.4.7;Database=app;User Id=svc;Password=%v;"\n'),
           ("web.config", '<add name="Db" connectionString="Data Source=sql1;Initial Catalog=app;User ID=svc;Password=%v" />\n'),
           ("app.properties", "url=jdbc:mysql://10.0.4.7:3306/app?user=svc&password=%v\n"),
           ("app.properties", "url=jdbc:sqlserver://10.0.4.7:1433;databaseName=app;user=sa;password=%v;\n"),
           ("db.py", 'conn = psycopg2.connect("host=10.0.4.7 dbname=app user=svc password=%v")\n'),
           ("db.py", "conn = pymysql.connect(host='10.0.4.7', user='svc', passwd='%v', db='app')\n"),
           ("main.go", 'db, err := sql.Open("mysql", "svc:%v@tcp(10.0.4.7:3306)/app")\n'),
           ("Db.java", 'DriverManager.getConnection("jdbc:oracle:thin:@10.0.4.7:1521:xe", "svc", "%v");\n'),
           ("db.php", "$link = mysqli_connect('10.0.4.7', 'svc', '%v', 'app');\n"),
           ("db.php", "new PDO('mysql:host=10.0.4.7;dbname=app', 'svc', '%v');\n"),
           ("Mail.java", 'return new PasswordAuthentication("mailer", "%v");\n'),
           ("Http.java", 'new UsernamePasswordCredentials("svc", "%v")\n'),
           ("get.py", "requests.get(url, auth=('svc', '%v'))\n"),
           ("create.sql", "CREATE USER 'svc'@'%' IDENTIFIED BY '%v';\n"),
           ("create.sql", "ALTER ROLE svc WITH PASSWORD '%v';\n")]
FLAGS = ["mysql -h 10.0.4.7 -u svc -p%v app", "mysqldump --user=svc --password=%v app > x.sql", "sshpass -p %v ssh root@10.0.4.7",
         "sshpass -p '%v' scp a b:", "curl -u svc:%v https://ci.corp.net/job", "curl --user 'svc:%v' -X POST https://api.corp.net/v1",
         "redis-cli -h cache -a %v ping", "docker login -u svc --password %v registry.corp.net", "PGPASSWORD=%v psql -h db -U svc app",
         "keytool -genkey -storepass %v -alias a", "openssl rsa -passin pass:%v -in k -out l", "htpasswd -bc /etc/x/users svc %v",
         "deploy --env prod --api-token %v", "az login --service-principal -u 1 --password %v --tenant t", "net use x: /user:svc --password %v",
         "vault login --token %v", "app --db-password=%v start", "rabbitmqctl add_user svc %v"]
HEADERS = [("req.http", "Authorization: Basic %b\n", "basic"), ("a.sh", 'curl -H "Authorization: Basic %b" https://api.corp.net\n', "basic"),
           ("a.js", "headers: { 'Authorization': 'Basic %b' }\n", "basic"), ("a.py", "headers['Authorization'] = 'Basic %b'\n", "basic"),
           ("req.http", "Authorization: Bearer %v\n", "bearer"), ("a.sh", "curl -H 'Authorization: Bearer %v' https://api.corp.net\n", "bearer"),
           ("a.js", 'headers: { Authorization: "Bearer %v" }\n', "bearer"), ("a.py", 'h = {"Authorization": "Bearer %v"}\n', "bearer"),
           ("a.sh", "curl -H 'X-Api-Key: %v' https://api.corp.net\n", "apikey"), ("a.py", "h = {'X-Auth-Token': '%v'}\n", "apikey"),
           ("req.http", "Authorization: Token %v\n", "bearer")]
PROVIDER = [("github", "⟦{{github:ghp_}}⟧"), ("npm", "//registry.npmjs.org/:_authToken=⟦{{npm}}⟧"), ("grafana", "⟦{{grafana}}⟧"),
            ("stripe", "⟦sk_live_{{alnum:24}}⟧"), ("sendgrid", "⟦SG.{{base64url:22}}.{{base64url:43}}⟧"), ("google", "⟦AIza{{base64url:35}}⟧"),
            ("aws", "aws_access_key_id = ⟦AKIA{{any:ABCDEFGHIJKLMNOPQRSTUVWXYZ234567:16}}⟧\naws_secret_access_key = ⟦{{base64:40}}⟧"),
            ("slack", "⟦xoxb-{{digits:12}}-{{digits:12}}-{{alnum:24}}⟧"), ("gitlab", "⟦glpat-{{alnum:20}}⟧"), ("digitalocean", "⟦dop_v1_{{hex:64}}⟧"),
            ("shopify", "⟦shpat_{{hex:32}}⟧"), ("mailgun", "mailgun_key = ⟦key-{{hex:32}}⟧"), ("pypi", "⟦pypi-AgEIcHlwaS5vcmc{{base64url:80}}⟧"),
            ("telegram", "⟦{{digits:10}}:AA{{base64url:33}}⟧"), ("databricks", "DATABRICKS_TOKEN=⟦dapi{{hex:32}}⟧"), ("age", "⟦{{bech32:AGE-SECRET-KEY-}}⟧"),
            ("huggingface", "⟦hf_{{alnum:34}}⟧"), ("doppler", "⟦dp.pt.{{alnum:43}}⟧")]
PEM = ["rsa", "pkcs8", "ec", "openssh", "dsa", "pgp"]


def case(group, path, text):
    return {"group": group, "path": path, "text": text}


def fill(line, name, value):
    return line.replace("%n", name).replace("%v", "\u27e6" + value + "\u27e7")


def assignments():
    sets = [("password", PASSWORD_NAMES, HUMAN, 260), ("secret", SECRET_NAMES, MACHINE, 150), ("token", TOKEN_NAMES, MACHINE, 150),
            ("key", KEY_NAMES, MACHINE, 120)]
    for group, names, values, count in sets:
        idioms = CONFIG + CODE
        for i in range(count):
            path, line = idioms[i % len(idioms)]
            name = names[(i * 7 + i // len(idioms)) % len(names)]
            value = values[(i * 3 + i // len(idioms)) % len(values)]
            if "tag" in path or ("<%n>" in line and not name.replace("_", "").isalnum()):
                continue
            yield case(group, path, fill(line, name, value))


def positives():
    yield from assignments()
    for i, (url, (path, line)) in enumerate(itertools.product(URLS, URL_LINES)):
        value = HUMAN[i % len(HUMAN)].replace("!", "")
        yield case("url", path, line.replace("%u", url.replace("%v", "\u27e6" + value.replace("password", "alnum") + "\u27e7")))
    for i, (path, line) in enumerate(STRINGS * 4):
        yield case("connection", path, fill(line, "", HUMAN[(i * 3) % len(HUMAN)]))
    for i, line in enumerate(FLAGS * 4):
        yield case("flag", "run.sh" if i % 2 else "docs/ops.md", fill(line, "", HUMAN[(i * 7 + i // 18) % len(HUMAN)].replace("!", "")) + "\n")
    for i, (path, line, kind) in enumerate(HEADERS * 6):
        if kind == "basic":
            text = line.replace("%b", "\u27e6{{b64:svc:" + HUMAN[i % len(HUMAN)] + "}}\u27e7")
        else:
            text = fill(line, "", MACHINE[i % len(MACHINE)])
        yield case("header-" + kind, path, text)
    for i, (name, text) in enumerate(PROVIDER * 4):
        frames = [("app.py", "KEY = '%s'\n"), (".env", "X_CREDENTIAL=%s\n"), ("notes.md", "use `%s` for staging\n"), ("c.json", '{"t": "%s"}\n')]
        path, frame = frames[(i // len(PROVIDER)) % 4]
        yield case("provider", path, text + "\n" if "=" in text else frame % text)
    for i, kind in enumerate(PEM * 4):
        block = "\u27e6{{pem:%s}}\u27e7" % kind
        yield case("pem", ["id_rsa", "certs/server.key", "tests/data/key.pem", "conf/k.txt"][i // len(PEM)], block + "\n")
    for i in range(12):
        yield case("jwt", ["a.http", "a.py", "a.env", "a.json"][i % 4],
                   ["Cookie: session=%s\n", "token = '%s'\n", "SERVICE_JWT=%s\n", '{"jwt": "%s"}\n'][i % 4] % "\u27e6{{jwt}}\u27e7")
        yield case("nkey", "user.creds" if i % 2 else "nats.conf", ["seed: %s\n", "------BEGIN USER NKEY SEED------\n%s\n------END USER NKEY SEED------\n"][i % 2] % ("\u27e6{{nkey:S%s}}\u27e7" % "UAO"[i % 3]))
        yield case("otp", "a.env", ["TOTP_SECRET=%s\n", "otp_secret: %s\n", "otpauth://totp/Corp:svc?secret=%s&issuer=Corp\n"][i % 3]
                   % ("\u27e6{{base32:%d}}\u27e7" % (16 if i % 2 else 32)))
        yield case("jwk", "jwks.json", '{"kty":"%s","crv":"%s","x":"{{base64url:43}}","d":"\u27e6{{base64url:43}}\u27e7"}\n'
                   % (("EC", "P-256") if i % 2 else ("OKP", "Ed25519")))


def main():
    for c in itertools.chain(positives(), vendors.cases(case), forms.cases(case), negatives.cases(case)):
        print(json.dumps(c, ensure_ascii=False))


if __name__ == "__main__":
    main()
