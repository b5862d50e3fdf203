"""Documents as programs write them, each with a secret in a place of its own: rows of databases in UTF-16 and without row numbers, rows that were deleted or
are still in the log; mail inside mail; streams of PDF behind several filters; classes, bytecode, property lists, resources of packages.
Usage: papers_written.py NHISCAN; prints one "ok" or "not ok" for each. Started by archive-documents.sh."""
import base64
import email.mime.application
import email.mime.message
import email.mime.multipart
import email.mime.text
import os
import plistlib
import py_compile
import quopri
import shutil
import sqlite3
import struct
import subprocess
import zlib

from packed import Suite, seen, zipped

suite = Suite(__file__)


def check(name, target, where, *secrets):
    status, report, _, _, _ = suite.scan(target)
    found = {}
    for tail, steps in seen(report) if report["findings"] else []:
        found.setdefault(tail, []).append(str(steps))
    wrong = [] if status == 1 else ["exit status %d, %s" % (status, report["coverage"]["notices"])]
    for s in secrets:
        places = found.get(suite.tail(s), [])
        if not places:
            wrong.append("%s is not found" % s)
        elif where and not any(where in p for p in places):
            wrong.append("%s is not at %s but at %s" % (s, where, places))
    suite.told("written_" + name, wrong)


def line(name):
    return suite.line(name).decode()


def database(name, *statements, keep=False):
    path = suite.path(name)
    db = sqlite3.connect(path, isolation_level=None)
    for s in statements:
        db.execute(s[0], s[1:]) if isinstance(s, tuple) else db.execute(s)
    if keep:
        return db
    db.close()
    return path


# SQLite
check("sqlite_utf16", database("utf16.db", "PRAGMA encoding='UTF-16le'", "CREATE TABLE t (id INTEGER PRIMARY KEY, token TEXT)",
                               ("INSERT INTO t (token) VALUES (?)", suite.secret("utf16"))), "t/token", "utf16")
check("sqlite_without_rowid", database("norowid.db", "CREATE TABLE t (k TEXT PRIMARY KEY, token TEXT) WITHOUT ROWID",
                                       ("INSERT INTO t VALUES (?, ?)", "k", suite.secret("norowid"))), "t/token", "norowid")
check("sqlite_view_and_trigger", database("view.db", "CREATE TABLE t (a)", "CREATE VIEW v AS SELECT '%s' AS token" % suite.secret("view")), None, "view")
check("sqlite_blob", database("blob.db", "CREATE TABLE t (data BLOB)", ("INSERT INTO t VALUES (?)", zipped([("in", suite.line("blob"))]))), "t/data", "blob")
check("sqlite_deleted_row", database("deleted.db", "PRAGMA secure_delete=OFF", "CREATE TABLE t (token TEXT)", ("INSERT INTO t VALUES (?)", line("deleted") + "x" * 9000),
                                     "DELETE FROM t"), None, "deleted")
open_db = database("wal.db", "PRAGMA journal_mode=WAL", "CREATE TABLE t (token TEXT)", "PRAGMA wal_checkpoint", ("INSERT INTO t VALUES (?)", line("wal")), keep=True)
os.mkdir(suite.path("wal"))
for end in ("", "-wal"):
    shutil.copy(suite.path("wal.db" + end), suite.path("wal/wal.db" + end))
open_db.close()
check("sqlite_log", suite.path("wal"), "wal.db-wal", "wal")

# Mail
inner = email.mime.multipart.MIMEMultipart()
inner["Subject"] = "inner"
attached = email.mime.application.MIMEApplication(zipped([("keys.txt", suite.line("mail zip"))]), "zip")
attached.add_header("Content-Disposition", "attachment", filename="keys.zip")
inner.attach(attached)
outer = email.mime.multipart.MIMEMultipart("mixed")
outer["From"], outer["Subject"] = "a@example.com", "outer"
alternative = email.mime.multipart.MIMEMultipart("alternative")
alternative.attach(email.mime.text.MIMEText(line("mail base64"), "plain", "utf-8"))
html = email.mime.text.MIMEText("x", "html")
html.set_payload(quopri.encodestring(b"<p>" + b"a" * 40 + b" " + suite.line("mail quoted") + b"</p>").decode())
del html["Content-Transfer-Encoding"]
html["Content-Transfer-Encoding"] = "quoted-printable"
alternative.attach(html)
outer.attach(alternative)
outer.attach(email.mime.message.MIMEMessage(inner))
check("mail_in_mail", suite.write("outer.eml", outer.as_bytes()), None, "mail zip", "mail base64", "mail quoted")
check("mailbox", suite.write("box.mbox", b"From a@example.com Mon Jan  1 00:00:00 2024\nFrom: a@example.com\nSubject: one\n\nnothing\n\n" +
                             b"From b@example.com Mon Jan  1 00:00:00 2024\n" + outer.as_bytes().replace(b"outer", b"again") + b"\n"), None, "mail zip", "mail base64")


# PDF
def pdf(*objects):
    out = b"%PDF-1.7\n"
    for i, (head, body) in enumerate(objects, 1):
        out += b"%d 0 obj\n<<%s/Length %d>>\nstream\n%s\nendstream\nendobj\n" % (i, head, len(body), body)
    return out + b"trailer<<>>\n%%EOF\n"


def shown(name):
    return b"BT /F1 12 Tf (token = %s) Tj ET" % suite.secret(name).encode()


def kerned(name):
    s = suite.secret(name)
    return b"BT [(token = %s) -20 (%s) 10 (%s)] TJ ET" % (s[:20].encode(), s[20:50].encode(), s[50:].encode())


a85 = lambda data: base64.a85encode(zlib.compress(data)) + b"~>"
check("pdf_flate", suite.write("flate.pdf", pdf((b"/Filter/FlateDecode", zlib.compress(shown("flate"))))), None, "flate")
check("pdf_two_filters", suite.write("two.pdf", pdf((b"/Filter[/ASCII85Decode/FlateDecode]", a85(shown("a85"))))), None, "a85")
check("pdf_hex_filter", suite.write("hex.pdf", pdf((b"/Filter/ASCIIHexDecode", shown("hexfilter").hex().encode() + b">"))), None, "hexfilter")
check("pdf_hex_string", suite.write("hexs.pdf", pdf((b"/Filter/FlateDecode", zlib.compress(b"BT <" + ("token = " + suite.secret("hexs")).encode().hex().encode() + b"> Tj ET")))), None, "hexs")
check("pdf_kerned", suite.write("kerned.pdf", pdf((b"/Filter/FlateDecode", zlib.compress(kerned("kerned"))))), None, "kerned")
check("pdf_object_stream", suite.write("objstm.pdf", pdf((b"/Type/ObjStm/N 1/First 4/Filter/FlateDecode", zlib.compress(b"9 0 <</Title(token = %s)>>" % suite.secret("objstm").encode())))), None, "objstm")
check("pdf_utf16_title", suite.write("title.pdf", b"%PDF-1.4\n1 0 obj\n<</Title<FEFF" + ("token = " + suite.secret("title")).encode("utf-16be").hex().upper().encode() + b">>>\nendobj\n%%EOF\n"), None, "title")
check("pdf_utf16_string", suite.write("utf16.pdf", b"%PDF-1.4\n1 0 obj\n<</Title(\xfe\xff" + ("token = " + suite.secret("utf16 title")).encode("utf-16be") + b")>>\nendobj\n%%EOF\n"), None, "utf16 title")

# Code
with open(suite.path("m.py"), "w") as f:
    f.write("TOKEN = %r\nBYTES = %r\ndef f():\n    return {'password': %r}\n" % (suite.secret("pyc"), suite.secret("pyc bytes").encode(), suite.secret("pyc inner")))
check("pyc", py_compile.compile(suite.path("m.py"), suite.path("only.pyc")), None, "pyc", "pyc bytes", "pyc inner")
if shutil.which("javac"):
    os.mkdir(suite.path("j"))
    with open(suite.path("j/A.java"), "w") as f:
        f.write('class A { static final String T = "%s"; @Deprecated String u(String x) { return "token = " + x + "%s"; } }' % (suite.secret("class"), suite.secret("class concat")))
    subprocess.run(["javac", "-d", suite.path("j"), suite.path("j/A.java")], check=True, capture_output=True)
    os.remove(suite.path("j/A.java"))
    check("class", suite.path("j/A.class"), None, "class", "class concat")

# Property lists
for form, name in ((plistlib.FMT_BINARY, "binary"), (plistlib.FMT_XML, "xml")):
    check("plist_" + name, suite.write(name + ".plist", plistlib.dumps({"a": {"token": suite.secret("plist " + name)}, "unicode": "\u00e9 token = " + suite.secret("plist wide " + name),
                                                                          "data": suite.line("plist data " + name)}, fmt=form)), None,
          "plist " + name, "plist wide " + name, "plist data " + name)


# Packages' resources: string pools of Android (ResourceTypes.h), in UTF-8 and UTF-16; a Chrome extension (CRX 3).
def pool(text, utf8):
    if utf8:
        s = bytes([len(text), len(text)]) + text.encode() + b"\0"
    else:
        s = struct.pack("<H", len(text)) + text.encode("utf-16le") + b"\0\0"
    return struct.pack("<HHIIIIII", 1, 28, 32 + len(s), 1, 0, 256 if utf8 else 0, 32, 0) + struct.pack("<I", 0) + s


def xml(text, utf8):
    p = pool(text, utf8)
    return struct.pack("<HHI", 3, 8, 8 + len(p)) + p


def arsc(text, utf8):
    p = pool(text, utf8)
    return struct.pack("<HHII", 2, 12, 12 + len(p), 1) + p


check("apk", suite.write("app.apk", zipped([("AndroidManifest.xml", xml(suite.secret("manifest"), False)), ("res/xml/a.xml", xml(suite.secret("xml8"), True)),
                                            ("resources.arsc", arsc(suite.secret("arsc"), True)), ("b/resources.arsc", arsc(suite.secret("arsc16"), False))])),
      None, "manifest", "xml8", "arsc", "arsc16")
check("crx", suite.write("x.crx", b"Cr24" + struct.pack("<II", 3, 5) + b"proto" + zipped([("background.js", suite.line("crx"))])), "background.js", "crx")
raise SystemExit(suite.failed)
