"""Documents that hide their text: each holds a secret that its own bytes do not show, alone and in a zip. Made here.
Usage: papers.py NHISCAN; prints one "ok" or "not ok" for each."""
import base64
import io
import json
import os
import plistlib
import py_compile
import shutil
import sqlite3
import struct
import tarfile
import zipfile
import zlib

from packed import Repository, Suite, seen as places_of, tar, zipped

suite = Suite(__file__)
secret, WORK = suite.secret, suite.folder


def halves(name):
    s = secret(name)
    return s[:20], s[20:]


def docx():
    a, b = halves("docx")
    xml = ('<?xml version="1.0"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>'
           "<w:p><w:r><w:t>first</w:t></w:r></w:p><w:p><w:r><w:t>token: %s</w:t></w:r><w:r><w:t>%s</w:t></w:r></w:p>"
           "</w:body></w:document>" % (a, b))
    return zipped([("[Content_Types].xml", "<Types/>"), ("word/document.xml", xml)])


def odt():
    a, b = halves("odt")
    xml = ('<?xml version="1.0"?><office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0">'
           "<text:p>first</text:p><text:p>token: %s<text:span>%s</text:span></text:p></office:document-content>" % (a, b))
    return zipped([("mimetype", "application/vnd.oasis.opendocument.text"), ("content.xml", xml)])


def pdf(flate):
    a, b = halves("pdf")
    content = ("BT /F1 12 Tf 72 720 Td (first) Tj 0 -14 Td [(token: %s) -20 (%s)] TJ ET" % (a, b)).encode()
    if flate:
        content = zlib.compress(content)
    return (b"%%PDF-1.4\n1 0 obj\n<< /Length %d /Filter /FlateDecode >>\nstream\n" % len(content)) + content + b"\nendstream\nendobj\n"


def sqlite():
    path = os.path.join(WORK, "x.db")
    db = sqlite3.connect(path)
    db.execute("PRAGMA encoding = 'UTF-16le'")  # so that its own bytes show nothing to a pattern
    db.execute("CREATE TABLE accounts (id INTEGER, token TEXT)")
    db.execute("INSERT INTO accounts VALUES (1, 'none')")
    db.execute("INSERT INTO accounts VALUES (2, ?)", (secret("sqlite"),))
    db.commit()
    db.close()
    with open(path, "rb") as f:
        return f.read()


def java_class():
    s = secret("class").encode()
    pool = b"\x01" + struct.pack(">H", 5) + b"first" + b"\x05" + b"\0" * 8 + b"\x01" + struct.pack(">H", len(s)) + s
    return b"\xca\xfe\xba\xbe\0\0\0\x37" + struct.pack(">H", 5) + pool + b"\0\x21" + b"\0" * 16


def pyc():
    path = os.path.join(WORK, "m.py")
    with open(path, "w") as f:
        f.write("TOKEN = '%s'\n" % secret("pyc"))
    with open(py_compile.compile(path, cfile=path + "c"), "rb") as f:
        return f.read()


def bplist():
    return plistlib.dumps({"name": "ä", "token": "ä " + secret("plist")}, fmt=plistlib.FMT_BINARY)  # a text beyond ASCII is UTF-16


def notebook():
    a, b = halves("notebook")
    return json.dumps({"cells": [{"cell_type": "code", "source": ["import os\n", "TOKEN = '%s" % a, b + "'\n"],
                                  "outputs": [{"output_type": "stream", "text": ["token = ", secret("output")[:30], secret("output")[30:]]}]}],
                       "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()


def mail():
    packed = base64.encodebytes(zipped([("deploy/.env", "x=1\ntoken=%s\n" % secret("mail"))])).decode()
    return ("From: a@example.org\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"b1\"\r\n\r\n--b1\r\n"
            "Content-Type: text/plain\r\n\r\nsee the file\r\n--b1\r\nContent-Type: application/zip\r\n"
            "Content-Disposition: attachment; filename=\"app.zip\"\r\nContent-Transfer-Encoding: base64\r\n\r\n%s\r\n--b1--\r\n" % packed).encode()


def repository(packed):
    """A repository's folder in a tar: a secret that HEAD does not hold any more, and one in a message."""
    repo = Repository(os.path.join(WORK, "repo" + str(packed)))
    filler = "".join("line %d\n" % i for i in range(500))
    for n, text in enumerate(("x=1\ntoken=%s\n" % secret("git"), "x=1\n", "x=2\n")):
        repo.commit("message %d %s" % (n, secret("message") if n == 1 else ""), {"app.env": (text + filler).encode()})
    if packed:
        repo.git("repack", "-adfq")
    repo.git("bundle", "create", "-q", os.path.join(WORK, "all.bundle"), "--all")
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as t:
        t.add(os.path.join(repo.folder, ".git"), "src/.git")
    with open(os.path.join(WORK, "all.bundle"), "rb") as f:
        return out.getvalue(), f.read()


CASES = [
    ("docx", docx(), "docx", "word/document.xml!/text", 2, 8),
    ("odt", odt(), "odt", "content.xml!/text", 2, 8),
    ("pdf", pdf(True), "pdf", "stream 1", 2, 8),
    ("sqlite", sqlite(), "sqlite", "accounts/token", 2, 9),
    ("class", java_class(), "class", "constants", 2, 1),
    ("pyc", pyc(), "pyc", "strings", None, 1),
    ("plist", bplist(), "plist", "strings", None, None),
    ("notebook", notebook(), "notebook", "cell 1", 2, 10),
    ("notebook_output", notebook(), "output", "output of cell 1", 1, 9),
    ("mail", mail(), "mail", "app.zip!/deploy/.env", 2, 7),
]
folder = os.path.join(WORK, "in")
os.mkdir(folder)
for name, data, *_ in CASES:
    for target, content in ((name + ".bin", data), (name + ".zip", zipped([("a/" + name + ".bin", data)]))):
        with open(os.path.join(folder, target), "wb") as f:
            f.write(content)
report = suite.scan(folder)[1]
seen = {(f["masked"][-4:], s["path"], s["line"], s["column"]) for f in report["findings"] for s in f["sightings"]}
for name, _, which, member, line, column in CASES:
    wrong = []
    for path in ("%s.bin!/%s" % (name, member), "%s.zip!/a/%s.bin!/%s" % (name, name, member)):
        hits = [x for x in seen if x[0] == secret(which)[-4:] and x[1] == path and line in (None, x[2]) and column in (None, x[3])]
        if not hits:
            wrong.append("%s: seen %s" % (path, [x for x in seen if x[1].startswith(path.split("!/")[0] + "!/")]))
    suite.told("paper_" + name, wrong)
for name, packed in (("loose", False), ("packed", True)):
    archive, bundle = repository(packed)
    with tarfile.open(fileobj=io.BytesIO(archive)) as t:
        members = [(m.name, t.extractfile(m).read()) for m in t if m.isfile()]
    config = json.dumps({"architecture": "amd64", "os": "linux", "rootfs": {"type": "layers", "diff_ids": []}, "history": [{"created_by": "COPY . /"}]}).encode()
    image = tar([("manifest.json", b'[{"Config":"config.json","RepoTags":["a:1"],"Layers":["layer.tar"]}]'), ("config.json", config), ("layer.tar", tar(members))])
    for kind, data in (("tar", archive), ("bundle", bundle), ("zip", zipped(members)), ("image", image)):
        suite.write(name + "." + kind, data)
        got = suite.scan(name + "." + kind)[1]
        paths = {f["masked"][-4:]: [(s["path"], s["line"], s["column"]) for s in f["sightings"]] for f in got["findings"]}
        wrong = []
        hits = paths.get(secret("git")[-4:], [])
        if not any(p.startswith(name + "." + kind) and (l, c) == (2, 7) and ("!/blob " in p) for p, l, c in hits):
            wrong.append("blob: %s" % hits)
        if (packed or kind == "bundle") and not any(p.endswith("/app.env") for p, _, _ in hits):
            wrong.append("no name: %s" % hits)
        if not any("!/commit " in p for p, _, _ in paths.get(secret("message")[-4:], [])):
            wrong.append("message: %s" % paths.get(secret("message")[-4:]))
        if not got["coverage"]["complete"]:
            wrong.append(str(got["coverage"]["notices"]))
        suite.told("repository_%s_%s" % (name, kind), wrong)
# Where in a history a blob of a pack belongs: first and last commit, its path; ids of both kinds. Without an archive around it git says the same.
for kind in ("sha1", "sha256"):
    repo = Repository(os.path.join(WORK, "history-" + kind), "--object-format=" + kind)
    kept = {"conf/deep/app.env": ("x=1\ntoken=%s\n" % secret("origin " + kind)).encode()}
    commits = [repo.commit("0", {"README": b"none\n"}), repo.commit("1", kept), repo.commit("2 " + secret("told " + kind), {"other": b"y\n"}),
               repo.commit("3", {"conf/deep/app.env": b"x=1\n"})]
    repo.git("repack", "-adfq")
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as t:
        t.add(os.path.join(repo.folder, ".git"), "src/.git")
    suite.write(kind + ".tgz", out.getvalue())
    repo.git("bundle", "create", "-q", os.path.join(WORK, kind + ".bundle"), "--all")
    shutil.rmtree(os.path.join(repo.folder, ".git", "objects"))
    for name in (kind + ".tgz", kind + ".bundle"):
        got = suite.scan(name)[1]
        wrong = []
        for what, want in (("origin", ("/conf/deep/app.env", 2, 7, commits[1], commits[2])), ("told", (None, 1, 3, commits[2], commits[2]))):
            places = [s for tail, s in places_of(got) if tail == suite.tail(what + " " + kind)]
            if not any((s["line"], s["column"], s.get("commit"), s.get("last_commit")) == want[1:] and (want[0] is None or s["path"].endswith(want[0]))
                       for s in places):
                wrong.append("%s: %s, wanted %s" % (what, places, want))
        if not got["coverage"]["complete"]:
            wrong.append(str(got["coverage"]["notices"]))
        suite.told("history_in_%s" % name, wrong)
# The first bytes of an archive in a text are no damaged archive: nothing is there to be read. An archive that breaks off behind a member is one.
whole = base64.b64encode(zipped([("a.env", os.urandom(3000)), ("b.env", b"x" * 3000)], zipfile.ZIP_STORED)).decode()
for name, text, complete in (("begun", "UEsDBB" + "Q" + "A" * 71 + "0001", True), ("broken", whole[:6000], False)):
    suite.write(name + ".py", ('data = "%s"\n' % text).encode())
    got = suite.scan(name + ".py")[1]["coverage"]
    suite.told("archive_in_text_" + name, [] if got["complete"] == complete else [str(got["notices"])])
if report["coverage"]["notices"]:
    print("# %s" % report["coverage"]["notices"][:5])
suite.end()
