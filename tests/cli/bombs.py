"""Archives that are made to harm: each ends soon, in little memory, and the exit status says that not all was read. Damaged, encrypted and
mislabelled ones, odd names, links: what could be read is found, the rest is told. Git: archives in blobs of history.
Usage: bombs.py NHISCAN; prints one "ok" or "not ok" for each."""
import base64
import bz2
import gzip
import hashlib
import io
import json
import lzma
import os
import shutil
import sqlite3
import struct
import subprocess
import tarfile
import time
import zipfile
import zlib

import quines
from packed import WORKFLOW, Repository, Suite, seen, tar, zipped

suite = Suite(__file__)
secret, line, write, told, WORK = suite.secret, suite.line, suite.write, suite.told, suite.folder


def scan(path, *more, data=None):
    return suite.scan(path, "--threads", "2", *more, data=data)


def bomb(name, path, code, data=None):
    status, report, seconds, kib, _ = scan(path, data=data)
    codes = {n["code"] for n in report["coverage"]["notices"]}
    wrong = []
    if status != 3:
        wrong.append("exit status %d" % status)
    if code not in codes:
        wrong.append("notices %s" % sorted(codes))
    if seconds > 10 and not suite.sanitized:
        wrong.append("%.1f s" % seconds)
    if kib > 300 * 1024 and not suite.sanitized:
        wrong.append("%d KiB" % kib)
    told("bomb_" + name, wrong)


def limited(name, status, report, code, found, missed):
    """A limit that was set: what stands before it is found, what stands behind it is not, and the report says so."""
    tails = {tail for tail, _ in seen(report)} if report["findings"] else set()
    codes = [n["code"] for n in report["coverage"]["notices"]]
    wrong = [] if status == 1 and codes == [code] and not report["coverage"]["complete"] else ["exit status %d, notices %s" % (status, codes)]
    wrong += ["%s is not found" % f for f in found if secret(f)[-4:] not in tails] + ["%s is found" % f for f in missed if secret(f)[-4:] in tails]
    told(name, wrong)


def expect(name, path, status, found=(), codes=(), *more, data=None):
    got, report, _, _, out = scan(path, *more, data=data)
    tails = {f["masked"][-4:] for f in report["findings"]}
    seen = {n["code"] for n in report["coverage"]["notices"]}
    wrong = []
    if got != status:
        wrong.append("exit status %d, not %d" % (got, status))
    if report["coverage"]["complete"] != (not any(c in ("archive-damaged", "archive-encrypted", "archive-unread") for c in codes) and status != 3):
        wrong.append("complete: %s" % report["coverage"]["complete"])
    wrong += ["%s is not found" % f for f in found if secret(f)[-4:] not in tails]
    wrong += ["no notice %s among %s" % (c, sorted(seen)) for c in codes if c not in seen]
    told(name, wrong)
    return report


def zeros(n, level=9, wbits=31):
    c = zlib.compressobj(level, zlib.DEFLATED, wbits)
    block = bytes(1 << 20)
    return b"".join([c.compress(block) for _ in range(n >> 20)] + [c.flush()])


# 42.zip: five levels of sixteen, 600 MB of zeros in each of the lowest.
deepest = io.BytesIO()
with zipfile.ZipFile(deepest, "w", zipfile.ZIP_DEFLATED) as z:
    with z.open("0.dll", "w") as f:
        for _ in range(600):
            f.write(bytes(1 << 20))
data = deepest.getvalue()
for _ in range(5):
    data = zipped([("lib %x.zip" % i, data) for i in range(16)])
bomb("nested_zips", write("42.zip", data), "limit-archive-ratio")
bomb("nested_zips_on_a_pipe", "-", "limit-archive-ratio", data=data)
bomb("zeros_behind_noise_on_a_pipe", "-", "limit-archive-ratio", data=gzip.compress(os.urandom(1 << 20)) + zeros(600 << 20))
bomb("gzip_of_zeros", write("zeros.gz", zeros(600 << 20)), "limit-archive-ratio")

header = tarfile.TarInfo("f").tobuf()
many = zlib.compressobj(1, zlib.DEFLATED, 31)
with open(os.path.join(WORK, "many.tar.gz"), "wb") as f:
    for _ in range(1100):
        f.write(many.compress(header * 1000))
    f.write(many.flush())
bomb("empty_members", os.path.join(WORK, "many.tar.gz"), "limit-archive-members")
data = b"x"
for _ in range(300):
    data = gzip.compress(data, 1)
bomb("nested_gzip", write("deep.gz", data), "limit-archive-depth")
data = b"x"
for _ in range(40):
    data = zipped([("n", data)])
bomb("nested_zip", write("deep.zip", data), "limit-archive-depth")
filters = [{"id": lzma.FILTER_LZMA2, "preset": 0, "dict_size": 1 << 30}]
bomb("window_of_xz", write("window.xz", lzma.compress(bytes(1 << 20), filters=filters)), "limit-archive-memory")
# A zstd frame whose header asks for a window of 2 GiB (RFC 8878, 3.1.1.1.2).
bomb("window_of_zstd", write("window.zst", b"\x28\xb5\x2f\xfd\x00\xa8" + b"\x01\x00\x00"), "limit-archive-memory")
huge = bytearray(zipped([("a", bytes(1 << 20))], zipfile.ZIP_LZMA))
huge[36:40] = struct.pack("<I", 3 << 30)  # behind a header of 30 bytes, a name of one, version, length, and the first property
bomb("window_of_lzma_in_a_zip", write("window.zip", bytes(huge)), "too-large")
# Lists of files that are long themselves. libarchive holds that of an ISO 9660 image: too long a one is told before it is read. The directory of a zip
# passes through a window.
record = b"\x22\0" + struct.pack("<II", 90000, 0) + bytes(22) + b"\1\x41"
sector = (record * 60).ljust(2048, b"\0")
sectors = 7000
root = bytearray(b"\x22\0" + struct.pack("<I", 18) + struct.pack(">I", 18))
root += struct.pack("<I", sectors * 2048) + struct.pack(">I", sectors * 2048) + bytes(7) + b"\2" + bytes(2) + b"\1\0\0\1" + b"\1\0"
volume = bytearray(2048)
volume[0:7] = b"\1CD001\1"
volume[80:88] = struct.pack("<I", 20 + sectors) + struct.pack(">I", 20 + sectors)
volume[120:128] = b"\1\0\0\1\1\0\0\1"
volume[128:132] = b"\0\x08\x08\0"
volume[156:190] = root
volume[881] = 1
bomb("list_of_files_of_an_iso", write("list.iso", bytes(16 * 2048) + bytes(volume) + b"\xffCD001\1".ljust(2048, b"\0") + sector * sectors), "limit-archive-memory")
body = line("in a long directory")
fields = struct.pack("<HHHHHIII", 20, 0, 0, 0, 33, zlib.crc32(body), len(body), len(body))
entries = 250000
directory = b"".join(b"PK\1\2" + struct.pack("<H", 20) + fields + struct.pack("<HHHHHII", 150, 0, 0, 0, 0, 0, 0) + b"%0150d" % i for i in range(entries))
start = 31 + len(body)
data = b"PK\3\4" + fields + b"\1\0\0\0a" + body + directory + b"PK\6\6" + struct.pack("<QHHIIQQQQ", 44, 45, 45, 0, 0, entries, entries, len(directory), start)
data += b"PK\6\7" + struct.pack("<IQI", 0, start + len(directory), 1) + b"PK\5\6" + struct.pack("<HHHHIIH", 0, 0, 65535, 65535, 2**32 - 1, 2**32 - 1, 0)
status, report, seconds, kib, _ = scan(write("directory.zip", data), "--archive-members", "1000")
tails = {tail for tail, _ in seen(report)} if report["findings"] else set()
codes = [n["code"] for n in report["coverage"]["notices"]]
told("bomb_directory_of_a_zip", [] if status == 1 and codes == ["limit-archive-members"] and secret("in a long directory")[-4:] in tails and (kib < 100 * 1024 or suite.sanitized)
     else ["exit status %d, %s, %s, %d KiB" % (status, codes, sorted(tails), kib)])
pdf = b"%PDF-1.4\n" + b"".join(b"%d 0 obj\n<</Filter/FlateDecode>>\nstream\n" % i + zeros(16 << 20, 9, 15) + b"\nendstream\n" for i in range(40))
bomb("pdf_streams", write("bomb.pdf", pdf), "limit-archive-ratio")

data = tar([("a", line("within bytes")), ("b", os.urandom(3 << 20)), ("c", line("beyond bytes"))], "w:gz")
status, report, _, _, _ = scan(write("bytes.tar.gz", data), "--archive-size", "1M")
limited("limit_of_bytes", status, report, "limit-archive-bytes", ["within bytes"], ["beyond bytes"])
# A pipe that stops for longer than the limit.
data = tar([("a", line("within time")), ("b", os.urandom(3 << 20)), ("c", os.urandom(3 << 20)), ("d", line("beyond time"))], "w:gz")
p = subprocess.Popen([suite.program, "--format", "json", "--threads", "2", "--archive-time", "1", "-"], stdin=subprocess.PIPE,
                     stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=WORK)
p.stdin.write(data[:3 << 20])
p.stdin.flush()
time.sleep(2)
out, _ = p.communicate(data[3 << 20:])
limited("limit_of_time", p.returncode, json.loads(out), "limit-archive-time", ["within time"], ["beyond time"])
bomb("gzip_quine", write("quine.gz", quines.gzip_quine()), "limit-archive-depth")
bomb("zip_quine", write("quine.zip", quines.zip_quine()), "limit-archive-depth")
with open(os.path.join(WORK, "ten-million.tar.gz"), "wb") as f:
    f.write(gzip.compress(header * 1000, 9) * 10000)
bomb("ten_million_empty_members", os.path.join(WORK, "ten-million.tar.gz"), "limit-archive-members")
os.remove(os.path.join(WORK, "ten-million.tar.gz"))

# Twenty thousand members that are all the same ten megabytes (D. Fifield, "A better zip bomb", 2019).
one = zipped([("a", bytes(10 << 20))])
end = one.rindex(b"PK\5\6")
entry = one[one.rindex(b"PK\1\2"):end]
many = one[:end - len(entry)] + entry * 20000
many += struct.pack("<4sHHHHIIH", b"PK\5\6", 0, 0, 20000, 20000, len(entry) * 20000, end - len(entry), 0)
bomb("members_that_are_all_the_same", write("overlap.zip", many), "limit-archive-ratio")
bomb("zeros_in_bzip2", write("zeros.bz2", bz2.compress(bytes(600 << 20), 9)), "limit-archive-ratio")


def database(name, *statements):
    path = os.path.join(WORK, name)
    db = sqlite3.connect(path)
    for s in statements:
        db.execute(s)
    db.commit()
    db.close()
    return path


def numbers(n):
    return "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d) " % n


# A schema of ten thousand tables that are all the same pages; a table of two thousand columns is read once, not once for each.
path = database("same.db", "CREATE TABLE t (a)", numbers(100000) + "INSERT INTO t SELECT i FROM n", "PRAGMA writable_schema = ON",
                numbers(10000) + "INSERT INTO sqlite_master SELECT 'table', 't' || i, 't' || i, 2, 'CREATE TABLE t' || i || ' (a)' FROM n")
bomb("tables_that_are_all_the_same", path, "limit-archive-ratio")
columns = ", ".join("c%d" % i for i in range(1999))
path = database("wide.db", "CREATE TABLE t (%s)" % columns,
                numbers(2000) + "INSERT INTO t SELECT " + ", ".join(["i"] * 1998 + ["'token = %s'" % secret("wide")]) + " FROM n")
expect("table_of_two_thousand_columns", path, 1, ["wide"])
seconds = scan(path)[2]
told("columns_are_read_in_one_pass", [] if seconds < 10 or suite.sanitized else ["%.1f s" % seconds])

# Damage: what stands before it is found.
whole = gzip.compress(tar([(name, line("tar " + name) + os.urandom(20000)) for name in ("a", "b")]))
expect("truncated_tar_gz", write("cut.tar.gz", whole[: len(whole) * 3 // 4]), 1, ["tar a", "tar b"], ["archive-damaged"])
expect("mislabelled_text", write("text.zip", line("mislabelled")), 1, ["mislabelled"])
expect("only_looks_like_gzip", write("x.gz", b"\x1f\x8b\x08" + b"\0" * 40 + b"\n" + line("fake")), 1, ["fake"], ["archive-damaged"])
corrupt = bytearray(zipped([("a", line("zip a") * 50), ("b", os.urandom(3000))]))
corrupt[len(corrupt) // 2] ^= 0xFF
expect("corrupt_zip", write("corrupt.zip", bytes(corrupt)), 1, ["zip a"], ["archive-damaged"])
prefix = b"#!/bin/sh\nexec java -jar \"$0\"\n"
expect("zip_behind_a_script", write("app.run", prefix + zipped([("a", line("behind"))])), 1, ["behind"])
expect("several_gzip_members", write("two.gz", gzip.compress(b"x\n") + gzip.compress(line("second gz"))), 1, ["second gz"])

# Entries that are no files, odd names.
odd = [("s", (tarfile.SYMTYPE, "/etc/passwd")), ("h", (tarfile.LNKTYPE, "../x")), ("d", (tarfile.CHRTYPE, "")), ("p", (tarfile.FIFOTYPE, ""))]
odd += [(name, line("odd " + name)) for name in ("/abs/x", "../../up", "twice", "twice")]
r = expect("entries_that_are_no_files", write("odd.tar", tar(odd)), 1, ["odd /abs/x", "odd ../../up", "odd twice"], ["archive-names"])
skipped = r["coverage"]["units"]["members"]["skipped"]
told("links_and_devices_are_counted", [] if (skipped.get("link"), skipped.get("special")) == (2, 2) else [str(skipped)])
if shutil.which("7z"):
    write("plain", line("hidden"))
    for name, *how in (("locked.zip", "-tzip"), ("aes.zip", "-tzip", "-mem=AES256"), ("locked.7z",), ("header.7z", "-mhe=on")):
        subprocess.run(["7z", "a", "-bd", "-ppassword", *how, name, "plain"], cwd=WORK, capture_output=True, check=True)
    os.remove(os.path.join(WORK, "plain"))
    for name in ("locked.zip", "aes.zip", "locked.7z"):
        r = expect("encrypted_" + name, os.path.join(WORK, name), 3)
        told("encrypted_member_is_named_" + name, [] if r["coverage"]["units"]["members"]["skipped"].get("encrypted") == 1 and any(
            n["code"] == "encrypted" and n["where"].endswith(name + "!/plain") for n in r["coverage"]["notices"]) else [str(r["coverage"])])
    expect("encrypted_names", os.path.join(WORK, "header.7z"), 3, (), ["archive-encrypted"])
# Not read, and said to be so: squashfs. Text of its own, and read so: a listing of mtree. Text, whatever its name: messages in Breton.
image = b"hsqs" + bytes(24) + b"\4\0\0\0" + bytes(64) + line("uncompressed")
expect("squashfs_is_told", write("root.sqfs", image), 1, ["uncompressed"], ["archive-unread"])
expect("squashfs_in_a_zip_is_told", write("firmware.zip", zipped([("root.sqfs", image)])), 1, ["uncompressed"], ["archive-unread"])
expect("mtree_is_text", write("list.mtree", b"#mtree\n./a type=link link=" + line("mtree")), 1, ["mtree"])
expect("text_called_br", write("messages.br", "degemer mat, kenavo ar c'hentañ\n".encode() * 30 + line("breton")), 1, ["breton"])

# A member longer than a part, with secrets at its seams; a zip on a pipe; the depth of none.
long = io.BytesIO()
for i in range(9):
    long.write(b"x" * 79 + b"\n")
    long.write(line("long %d" % i))
    long.write(b"%-79d\n" % i * 100000)
report = expect("long_member", write("long.tgz", gzip.compress(long.getvalue(), 1)), 1, ["long %d" % i for i in range(9)])
lines = sorted(s["line"] for _, s in seen(report))
told("lines_of_a_long_member", [] if lines == [2 + i * 100002 for i in range(9)] else [str(lines)])
expect("zip_on_a_pipe", "-", 1, ["piped"], data=zipped([("a", os.urandom(3 << 20)), ("b", line("piped"))]))
expect("depth_of_none", write("closed.zip", zipped([("a", line("closed"))])), 0, (), (), "--archive-depth", "0")

# A configuration in an archive is judged like one on disk.
folder = os.path.join(WORK, "plain")
os.makedirs(os.path.join(folder, ".github", "workflows"))
with open(os.path.join(folder, ".github", "workflows", "ci.yml"), "wb") as f:
    f.write(WORKFLOW)
_, on_disk, _, _, _ = scan(folder)
_, packed, _, _, _ = scan(write("source.zip", zipped([(".github/workflows/ci.yml", WORKFLOW)])))
rules = [sorted(f["rule"] for f in r["findings"]) for r in (on_disk, packed)]
wrong = [] if rules[0] == rules[1] else ["on disk %s, packed %s" % tuple(rules)]
wrong += [s["path"] for _, s in seen(packed) if not s["path"].endswith("source.zip!/.github/workflows/ci.yml")]
if rules[0]:
    told("configuration_in_an_archive", wrong)
else:
    print("skip configuration_in_an_archive: no rule speaks of the workflow")

# Archives in encoded text, in versions of a file that are deltas of each other: each version tells its own. What only begins like one is
# text, and a bomb in there is one.
def in_text(data, n=400):
    lines = ["line %d %s" % (i, hashlib.sha256(b"%d" % i).hexdigest()) for i in range(n)]
    return "\n".join(lines + ["data:", "  app.tgz: " + base64.b64encode(data).decode()] + lines).encode() + b"\n"


def tar_of(name, content):
    return tar([(name, content)], "w:gz")


fake = b"\n".join(base64.b64encode(start + os.urandom(90)) for start in (b"PK\x03\x04", b"7z\xbc\xaf\x27\x1c", b"\xfd7zXZ\0", b"Rar!\x1a\x07\x00", b"\x1f\x8b\x08\0"))
expect("only_looks_like_an_archive_in_text", write("fake.txt", fake + b"\n" + line("beside")), 1, ["beside"])
bomb("zip_in_text", write("bomb.yaml", in_text(zipped([("a", bytes(200 << 20))]))), "limit-archive-ratio")
repo = Repository(os.path.join(WORK, "manifests"))
same = tar_of("app.env", line("carried"))
for i in range(3):
    repo.commit("c%d" % i, {"secret.yaml": b"# a line more\n" * i + in_text(same if i < 2 else tar_of("app.env", line("carried last")))})
repo.git("repack", "-adfq")
for n in (0, 1, 2):
    report = expect("carried_in_history_%d" % n, repo.folder, 1, ["carried", "carried last"], (), *([] if n == 0 else ["--cache", WORK + "/carried"]))
    got = sorted((tail, s["place"], s["path"], s["line"], s["column"]) for tail, s in seen(report))
    where = "secret.yaml!/base64 at line %d column 12!/app.env"
    want = sorted([(secret("carried")[-4:], "history", where % (402 + i), 1, 9) for i in range(2)] +
                  [(secret("carried last")[-4:], p, where % 404, 1, 9) for p in ("head", "worktree")])
    told("places_of_what_is_carried_%d" % n, [] if got == want else [str(got)])
    os.makedirs(WORK + "/carried", exist_ok=True)

# Archives in blobs of history, delta against each other, and of one that is gone.
repo = Repository(os.path.join(WORK, "repo"))
noise = os.urandom(200000)
for i in range(3):
    repo.commit("c%d" % i, {"dist/app.jar": zipped([("noise", noise), ("conf/app.env", line("jar %d" % i))])})
repo.git("repack", "-adfq")
report = expect("archives_in_history", repo.folder, 1, ["jar 0", "jar 1", "jar 2"])
wrong = []
for _, s in seen(report):
    if s["path"] != "dist/app.jar!/conf/app.env" or (s["line"], s["column"]) != (1, 9):
        wrong.append("%s:%d:%d" % (s["path"], s["line"], s["column"]))
places = sorted(s["place"] for _, s in seen(report))
if places != ["head", "history", "history", "worktree"]:
    wrong.append(str(places))
told("places_of_archives_in_history", wrong)
cache = os.path.join(WORK, "cache")
os.mkdir(cache)
for n in (1, 2):
    expect("cached_scan_%d" % n, repo.folder, 1, ["jar 0", "jar 1", "jar 2"], (), "--cache", cache)
suite.end()
