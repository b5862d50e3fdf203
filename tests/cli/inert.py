#!/usr/bin/env python3
"""Untrusted text in every field that a scan shows, and what each format may make of it.

Usage: inert.py plant FOLDER KIND SECRETS   makes a repository, rules and a baseline with one kind of hostile text in every field
       inert.py check KIND WHAT:FORMAT:FILE...   says "ok KIND_WHAT", or what is not inert in a file of that format
KINDS below is the table; `check` knows what each format's readers take for more than text.
"""
import csv
import html.parser
import io
import json
import os
import pathlib
import re
import subprocess
import sys
import xml.etree.ElementTree

MARK = "zq7mark"  # in every payload, so that what carries it can be found
KINDS = {
    "control": f"{MARK}\x1b[31m\x07\x9b1m\x7f\x0b",
    "command": f"{MARK}\n::error file=x::boom\n::add-mask::x\r\n##vso[task.setvariable variable=x]y\n##[section]z",
    "markdown": f"{MARK} | x | **b** [l](javascript:alert(1)) ![i](https://evil.test/i) `c` <!-- ~~s~~ @team #1",
    "html": f"{MARK}<img src=x onerror=alert(1)><script>alert(1)<!-- \"'&lt;&#60; style=\"x\"",
    "formula": f"=HYPERLINK(\"https://evil.test?{MARK}\",\"x\")",
    "formula-plus": f"+{MARK}|' /C calc'!A0",
    "formula-at": f"@SUM({MARK})",
    "bidi": f"{MARK}\u202egnp.\u2066x\u2069\u200b\u2028y\u2029\ufeff\u00ad",
    "newline": f"{MARK}\r\nsecond line\n\nfourth\ttab\x85nel",
    "quoting": f"{MARK}\"',;\\\"]}}]]><a>--%0A%3A%3Ax\\u000a${{x}}$(x)`x`%s%n",
}
# Of Unicode, what turns text around, hides it or breaks its line.
INVISIBLE = re.compile("[\u202a-\u202e\u2066-\u2069\u200b-\u200f\u2028\u2029\ufeff\u00ad\u061c]")
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def one_line(text):
    return re.sub(r"[\n\r\u2028\u2029\x85]", " ", text)


def plant(folder, kind, secrets):
    """Returns nothing; leaves repo/, rules.yaml, baseline, export/ behind."""
    text = KINDS[kind]
    top = pathlib.Path(folder)
    repo = top / "repo"
    repo.mkdir(parents=True)
    token = iter(pathlib.Path(secrets).read_text().split())
    env = dict(os.environ, GIT_CONFIG_NOSYSTEM="1", HOME=folder)

    def git(*words, **more):
        subprocess.run(["git", "-C", str(repo), *words], check=True, capture_output=True, env=env, **more)

    def write(name, data):
        path = os.fsencode(str(repo)) + b"/" + name
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as f:
            f.write(data)

    raw = text.encode("utf-8", "surrogateescape").replace(b"/", b"_").replace(b"\0", b"")
    git("init", "-q", "-b", "main")
    # Control characters and line ends are kept by git in neither of these.
    plain = "".join(c for c in one_line(text) if c.isprintable() or c in "\u202e\x1b")
    git("config", "user.name", re.sub("[<>\n]", "", plain) or "x")
    git("config", "user.email", re.sub(r"[<>\s]", "", plain)[:60] + "@example.org")
    write(raw[:200] + b".conf", b"token = " + next(token).encode() + b" " + text.encode() + b"\n")
    write(raw[:100] + b"/inner.conf", b"token = " + next(token).encode() + b"\n")
    write(b".github/workflows/ci.yml", ("on: pull_request_target\npermissions: write-all\njobs:\n  " + json.dumps(text) + ":\n    name: " + json.dumps(text) +
          "\n    runs-on: self-hosted\n    steps:\n      - name: " + json.dumps(text) +
          "\n        uses: actions/checkout@v4\n        with: {ref: '${{ github.head_ref }}'}\n      - run: 'echo ${{ github.event.pull_request.title }}'\n").encode())
    write(b".mcp.json", json.dumps({"mcpServers": {text: {"command": "npx", "args": ["-y", text], "env": {"TOKEN" + text: next(token)}}}}).encode())
    import tarfile
    with tarfile.open(os.fsencode(str(repo)) + b"/box.tar", "w") as t:
        data = b"token = " + next(token).encode() + b"\n"
        info = tarfile.TarInfo(text.replace("/", "_")[:90] + ".conf")
        info.size = len(data)
        t.addfile(info, io.BytesIO(data))
    write(b"own.conf", b"acme_k3y_0123456789abcdef0123\n")
    write(b"accepted.conf", b"token = " + next(token).encode() + b"\n")
    git("add", "-A")
    git("commit", "-q", "--cleanup=verbatim", "-F", "-", input=(text + "\n\npassword for it: token=" + next(token) + " " + text).encode())
    git("remote", "add", "origin", "https://git.example.org/" + re.sub(r"\s", "", plain))
    branch = re.sub(r"[\x00-\x20\x7f~^:?*\[\\]|\.\.|@\{|//|\.lock", "", plain).strip("./-") or "b"
    try:
        git("checkout", "-q", "-b", "topic/" + branch)
    except subprocess.CalledProcessError:
        git("checkout", "-q", "-b", "topic/" + re.sub(r"[^\w|=+@<>\"'&-]", "", branch))
    write(b"gone.conf", b"token = " + next(token).encode() + b"\n")
    git("add", "-A")
    git("commit", "-q", "-m", "two")
    git("tag", "-a", "v1", "-m", text + " token=" + next(token))
    git("notes", "add", "-m", text + " token=" + next(token))
    (repo / "gone.conf").unlink()
    git("commit", "-q", "-a", "-m", "three")
    os.symlink("/nowhere/" + raw.decode("utf-8", "surrogateescape")[:100], str(repo / "link"))
    os.mkfifo(os.fsencode(str(repo)) + b"/fifo-" + raw[:100])
    # What the user's own files say is read by people who did not write them.
    quoted = json.dumps(text)
    (repo / ".nhiscan.yaml").write_text(f"allow:\n  - {{rule: '*', path: accepted.conf, reason: {quoted}, owner: {quoted}, ticket: {quoted}, expires: 2999-01-01}}\n"
                                        f"  - {{rule: 'github-*', path: {json.dumps(one_line(text))}, reason: {quoted}, expires: 2020-01-01}}\n"
                                        f"policy:\n  - {{path: own.conf, environment: {json.dumps(one_line(text))}, fail_on: info}}\n")
    line = CONTROL.sub(" ", one_line(text)).replace("\t", " ")  # a rule with control characters is refused
    (top / "rules.yaml").write_text(f"""- id: acme-key
  title: {json.dumps(line)}
  service: {json.dumps(line)}
  severity: high
  confidence: high
  kind: token
  nhi: [NHI2]
  cwe: [798]
  keywords: [acme_k3y_]
  pattern: '\\b(acme_k3y_[a-z0-9]{{20}})\\b'
  after: 64
  fix: {json.dumps(line)}
  reference: https://docs.acme.invalid/
  positive: ['acme_k3y_{{{{lowernum:20}}}}', 'T=acme_k3y_{{{{lowernum:20}}}}']
  negative: ['acme_k3y_{{{{lowernum:5}}}}', 'acme_k3y_']
""")
    (top / "export").mkdir()
    user = "".join(c for c in one_line(text) if c.isprintable())[:60]
    (top / "export/details.json").write_text(json.dumps({
        "UserDetailList": [{"Path": "/", "UserName": text, "UserId": "AIDAEXAMPLE", "Arn": "arn:aws:iam::111122223333:user/" + user, "CreateDate": "2020-01-01T00:00:00Z",
                            "UserPolicyList": [{"PolicyName": text, "PolicyDocument": {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}}],
                            "GroupList": [], "AttachedManagedPolicies": [], "Tags": [{"Key": "Owner", "Value": text}]}],
        "GroupDetailList": [], "RoleDetailList": [], "Policies": []}))


class Html(html.parser.HTMLParser):
    """Collects tags, attributes and text."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.tags, self.attributes, self.text = [], [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data):
        self.text.append(data)


def lines_of(text):
    for number, line in enumerate(text.split("\n"), 1):
        if line.lstrip().startswith("::"):
            yield f"line {number} begins a workflow command: {line[:80]!r}"
        if "##vso[" in line or "##[" in line:
            yield f"line {number} holds a command of a runner: {line[:80]!r}"


def bare(text):
    for found in CONTROL.finditer(text):
        yield f"control character {found.group()!r} after {text[max(0, found.start() - 40):found.start()]!r}"
    for found in INVISIBLE.finditer(text):
        yield f"invisible character {found.group()!r} after {text[max(0, found.start() - 40):found.start()]!r}"


def strings(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for k, v in value.items():
            yield k
            yield from strings(v)
    elif isinstance(value, list):
        for v in value:
            yield from strings(v)


def check_text(text):
    yield from bare(text)


def check_ascii_json(text):
    try:
        text.encode("ascii")
    except UnicodeEncodeError as e:
        yield f"not ASCII: {e}"
    yield from bare(text)


def whole_json(text):
    yield from check_ascii_json(text)
    json.loads(text)


def json_lines(text):
    yield from check_ascii_json(text)
    for line in text.splitlines():
        json.loads(line)


def check_csv(text):
    yield from bare(text.replace("\r\n", "\n"))
    rows = list(csv.reader(io.StringIO(text, newline="")))
    if len({len(r) for r in rows}) != 1:
        yield f"rows of different length: {sorted({len(r) for r in rows})}"
    for row in rows[1:]:
        for cell in row:
            if re.match(r"\s*[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]", cell):
                yield f"a formula: {cell[:60]!r}"
            if "\n" in cell or "\r" in cell:
                yield f"a line end in a cell: {cell[:60]!r}"


def check_junit(text):
    yield from bare(text)
    tree = xml.etree.ElementTree.fromstring(text)
    known = {"testsuites", "testsuite", "testcase", "failure", "skipped", "properties", "property", "system-out", "system-err", "error"}
    for element in tree.iter():
        if element.tag not in known:
            yield f"element {element.tag}"
        for value in list(element.attrib.values()) + [element.text or ""]:
            yield from bare(value)


def check_markdown(text):
    yield from bare(text)
    allowed = re.compile(r"</?(?:details|summary|code|br|sub|sup|b|strong|em|table|tr|td|th|thead|tbody)\s*/?>")
    for number, line in enumerate(text.split("\n"), 1):
        if "<" in allowed.sub("", line):
            yield f"line {number}: a tag: {line[:120]!r}"
        if MARK not in line:
            continue
        for what, pattern in (("a link", r"\]\("), ("an image", r"!\["), ("emphasis", r"\*\*b\*\*|~~s~~"), ("code", r"`c`"), ("a mention", r"(?<![\w&])@team")):
            if re.search(pattern, line):
                yield f"line {number}: {what}: {line[:160]!r}"
    table = None
    for number, line in enumerate(text.split("\n"), 1):
        columns = line.count("|") if line.startswith("|") else None
        if columns is not None and table is not None and columns != table:
            yield f"line {number}: {columns} bars, not {table}: {line[:160]!r}"
        table = columns


def check_github(text):
    yield from bare(text)
    for number, line in enumerate(text.split("\n"), 1):
        if not line:
            continue
        m = re.fullmatch(r"::(?:error|warning|notice)(?: ([^:]*))?::(.*)", line)
        if not m:
            yield f"line {number} is no annotation: {line[:120]!r}"
            continue
        for pair in (m.group(1) or "").split(","):
            if pair and not re.match(r"(?:file|line|endLine|col|endColumn|title)=", pair):
                yield f"line {number}: property {pair[:60]!r}"


def check_html(text):
    yield from bare(text)
    page = Html()
    page.feed(text)
    for tag in page.tags:
        if tag in ("img", "iframe", "object", "embed", "base", "form", "a!") or tag.startswith("!"):
            yield f"element {tag}"
    if page.tags.count("script") > 2 or page.tags.count("style") > 2:
        yield f"{page.tags.count('script')} scripts, {page.tags.count('style')} styles"
    for name, value in page.attributes:
        if name.startswith("on") or (name in ("href", "src") and re.match(r"\s*(?:javascript|data):", value or "", re.I)):
            yield f"attribute {name}={value!r}"


CHECKS = {"text": check_text, "oneline": check_text, "baseline": check_text, "json": whole_json, "jsonl": json_lines, "sarif": whole_json, "gitlab": whole_json,
          "ocsf": json_lines, "oscal": whole_json, "cyclonedx": whole_json, "csv": check_csv, "junit": check_junit, "markdown": check_markdown, "github": check_github,
          "html": check_html, "stderr": check_text, "table": check_text}


def check(kind, what, name, path):
    """One line for the harness of the command line's tests."""
    try:
        text = pathlib.Path(path).read_bytes().decode("utf-8")
        problems = list(CHECKS[name](text)) + ([] if name == "github" else list(lines_of(text)))
        if not text:
            problems = ["empty"]
    except (OSError, ValueError, xml.etree.ElementTree.ParseError) as e:
        problems = [f"{type(e).__name__}: {e}"]
    print(f"not ok {kind}_{what}: {'; '.join(problems[:4])}" if problems else f"ok {kind}_{what}")
    return bool(problems)


def main(words):
    if words[0] == "kinds":
        print("\n".join(KINDS))
        return 0
    if words[0] == "plant":
        plant(*words[1:])
        return 0
    return 1 if sum([check(words[1], *triple.split(":", 2)) for triple in words[2:]]) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
