"""Planted secrets: every kind of container, nested 1 to 4 deep, with the secret as text, UTF-16 and base64; each must be found at its
line and column under its path. Containers are made here, with Python's own modules and the tools that are installed.
Usage: archives.py NHISCAN; prints one "ok" or "not ok" for each kind."""
import base64
import lzma
import os
import shutil
import struct
import subprocess
import tarfile
import tempfile
import zipfile
import bz2
import gzip
import zlib

import packed
from packed import Suite, cpio, deb, rpm, zipped

suite = Suite(__file__)
secret, WORK = suite.secret, suite.folder
FORMS = ("text", "utf-16", "base64")


def document(name, form):
    line = "token = " + secret(name) + "\n"
    head = "first line\nsecond line\n"
    if form == "utf-16":
        return (head + line).encode("utf-16")
    if form == "base64":
        return (head + "data: " + base64.b64encode(line.encode()).decode() + "\n").encode()
    return (head + line).encode()


def run(*argv, cwd, data=None):
    return subprocess.run(argv, cwd=cwd, input=data, check=True, capture_output=True).stdout


def in_folder(name, data, make):
    folder = tempfile.mkdtemp(dir=WORK)
    path = os.path.join(folder, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as f:
        f.write(data)
    out = make(folder)
    shutil.rmtree(folder)
    return out


def tar(name, data, fmt=tarfile.PAX_FORMAT):
    return packed.tar([(name, data)], fmt=fmt)


def zips(method):
    return lambda name, data: zipped([("META-INF/MANIFEST.MF", "Manifest-Version: 1.0\n"), (name, data)], method)


def tool(*argv, out, stdin=False):
    """Runs a tool in a folder that holds the member; its output is a file there, or its standard output."""

    def make(name, data):
        def inside(folder):
            args = [a.replace("{}", name) for a in argv]
            got = run(*args, cwd=folder, data=(name + "\n").encode() if stdin else None)
            if out is None:
                return got
            with open(os.path.join(folder, out), "rb") as f:
                return f.read()

        return in_folder(name, data, inside)

    return make


def ar(name, data):  # ar(5); names of up to 15 characters
    head = "%-16s%-12d%-6d%-6d%-8o%-10d`\n" % (os.path.basename(name) + "/", 0, 0, 0, 0o644, len(data))
    return b"!<arch>\n" + head.encode() + data + (b"\n" if len(data) % 2 else b"")


def vint(n):
    return bytes([n]) if n < 128 else bytes([n & 127 | 128]) + vint(n >> 7)


def rar5(name, data):  # the RAR 5.0 technote; stored, since no free program packs more
    def block(body):
        sized = vint(len(body)) + body
        return struct.pack("<I", zlib.crc32(sized)) + sized

    file = b"\2\2" + vint(len(data)) + b"\4" + vint(len(data)) + vint(0o100644) + struct.pack("<I", zlib.crc32(data)) + b"\0\1" + vint(len(name)) + name.encode()
    return b"Rar!\x1a\7\1\0" + block(b"\1\0\0") + block(file) + data + block(b"\5\0\0")


def rar4(name, data):  # the same of older ones: unrar's technote.txt
    def block(kind, flags, body):
        rest = struct.pack("<BHH", kind, flags, 7 + len(body)) + body
        return struct.pack("<H", zlib.crc32(rest) & 0xffff) + rest

    file = struct.pack("<IIBIIBBHI", len(data), len(data), 3, zlib.crc32(data), 33 << 16, 20, 0x30, len(name), 0o100644) + name.encode()
    return b"Rar!\x1a\7\0" + block(0x73, 0, bytes(6)) + block(0x74, 0x8000, file) + data + block(0x7b, 0x4000, b"")


def lzip(data):  # the lzip format: a header, an LZMA stream with an end mark, checksum and sizes (lzip manual, "File format")
    filters = [{"id": lzma.FILTER_LZMA1, "dict_size": 1 << 20, "lc": 3, "lp": 0, "pb": 2}]
    stream = lzma.compress(data, format=lzma.FORMAT_RAW, filters=filters)
    return b"LZIP\x01\x14" + stream + struct.pack("<IQQ", zlib.crc32(data), len(data), len(stream) + 26)


def crc16(data):  # CRC-16/ARC
    crc = 0
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0xA001 if crc & 1 else 0)
    return crc


def lha(name, data):  # a header of level 0, stored ("-lh0-"): nothing that Debian has packs tighter
    head = b"-lh0-" + struct.pack("<IIIBB", len(data), len(data), 0, 0x20, 0) + bytes([len(name)]) + name.encode()
    head += struct.pack("<H", crc16(data))
    return bytes([len(head), sum(head) & 0xFF]) + head + data + b"\0"


def built_rpm(name, data):
    """A package as rpmbuild makes it: signature, header, payload in the compression of its configuration."""

    def inside(folder):
        with open(os.path.join(folder, "x.spec"), "w") as f:
            f.write("Name: x\nVersion: 1\nRelease: 1\nSummary: x\nLicense: x\nBuildArch: noarch\n%%description\nx\n"
                    "%%install\nmkdir -p %%{buildroot}/$(dirname %s)\ncp %s/%s %%{buildroot}/%s\n%%files\n/%s\n"
                    % (name, folder, name, name, name))
        run("rpmbuild", "-bb", "--quiet", "--define", "_topdir " + os.path.join(folder, "top"), "--define", "__os_install_post %{nil}",
            "--define", "_build_id_links none", "x.spec", cwd=folder)
        with open(os.path.join(folder, "top", "RPMS", "noarch", "x-1-1.noarch.rpm"), "rb") as f:
            return f.read()

    return in_folder(name, data, inside)


# kind: (how to make one, does it keep the member's name, program needed)
KINDS = {
    "zip": (zips(zipfile.ZIP_DEFLATED), True, None),
    "zip-stored": (zips(zipfile.ZIP_STORED), True, None),
    "zip-bzip2": (zips(zipfile.ZIP_BZIP2), True, None),
    "zip-lzma": (zips(zipfile.ZIP_LZMA), True, None),
    "tar": (tar, True, None),
    "tar-gnu": (lambda n, d: tar(n, d, tarfile.GNU_FORMAT), True, None),
    "tar-v7": (lambda n, d: tar(n, d, tarfile.USTAR_FORMAT), True, None),
    "tar.gz": (lambda n, d: gzip.compress(tar(n, d)), True, None),
    "tar.bz2": (lambda n, d: bz2.compress(tar(n, d)), True, None),
    "tar.xz": (lambda n, d: lzma.compress(tar(n, d)), True, None),
    "tar.lzma": (lambda n, d: lzma.compress(tar(n, d), format=lzma.FORMAT_ALONE), True, None),
    "tar.zst": (lambda n, d: run("zstd", "-qc", cwd=WORK, data=tar(n, d)), True, "zstd"),
    "tar.lz4": (lambda n, d: run("lz4", "-qc", cwd=WORK, data=tar(n, d)), True, "lz4"),
    "tar.Z": (tool("bsdtar", "-cZf", "out", "{}", out="out"), True, "bsdtar"),
    "tar.lz": (lambda n, d: lzip(tar(n, d)), True, None),
    "tar.lz-tool": (lambda n, d: run("lzip", "-c", cwd=WORK, data=tar(n, d)), True, "lzip"),
    "tar.br": (lambda n, d: run("brotli", "-c", cwd=WORK, data=tar(n, d)), True, "brotli"),
    "br": (lambda n, d: run("brotli", "-c", cwd=WORK, data=d), False, "brotli"),
    "lz": (lambda n, d: lzip(d), False, None),
    "gz": (lambda n, d: gzip.compress(d), False, None),
    "xz": (lambda n, d: lzma.compress(d), False, None),
    "bz2": (lambda n, d: bz2.compress(d), False, None),
    "zst": (lambda n, d: run("zstd", "-qc", cwd=WORK, data=d), False, "zstd"),
    "7z": (tool("7z", "a", "-bd", "out.7z", "{}", out="out.7z"), True, "7z"),
    "7z-ppmd": (tool("7z", "a", "-bd", "-m0=PPMd:mem=24m", "out.7z", "{}", out="out.7z"), True, "7z"),
    "zip-ppmd": (tool("7z", "a", "-bd", "-tzip", "-mm=PPMd", "out.zip", "{}", out="out.zip"), True, "7z"),
    "7z-bcj-deflate": (tool("7z", "a", "-bd", "-m0=BCJ", "-m1=Deflate", "out.7z", "{}", out="out.7z"), True, "7z"),
    "rar5": (rar5, True, None),
    "rar": (rar4, True, None),
    "cpio": (cpio, True, None),
    "cpio-odc": (tool("bsdtar", "-cf", "out", "--format=cpio", "{}", out="out"), True, "bsdtar"),
    "ar": (ar, "base", None),
    "deb": (deb, "data.tar.xz!/", None),
    "rpm": (rpm, True, None),
    "rpm-xz": (lambda n, d: rpm(n, d, lzma.compress), True, None),
    "rpm-zst": (lambda n, d: rpm(n, d, lambda c: run("zstd", "-qc", cwd=WORK, data=c)), True, "zstd"),
    "rpm-built": (built_rpm, True, "rpmbuild"),
    "lha": (lha, True, None),
    "iso": (tool("genisoimage", "-quiet", "-R", "-o", "out", "{}", out="out"), "base", "genisoimage"),
    "xar": (tool("bsdtar", "-cf", "out", "--format=xar", "{}", out="out"), True, "bsdtar"),
    "cab": (tool("gcab", "-c", "out", "{}", out="out"), True, "gcab"),
    "cab-mszip": (tool("gcab", "-cz", "out", "{}", out="out"), True, "gcab"),
}


# Told by two bytes, which much encoded text begins with; told by its 17th sector; told by a name.
NOT_IN_TEXT = ("tar.Z", "iso", "br", "tar.br")
ENDINGS = {"br": ".br", "tar.br": ".br"}
IN_TEXT_DEPTH = 3  # a package is two containers, and the text is one more: four deep would be beyond the limit of eight


def plant(kind, depth, form, folder, what=None):
    """Writes one file; returns its name, the path the secret must have, and the secret."""
    make, keeps, _ = KINDS[kind]
    what = what or "%s-%d-%s" % (kind, depth, form)
    name, data, steps = "etc/app.conf", document(what, form), []
    for level in range(depth):
        data = make(name, data)
        steps.insert(0, name if keeps is True else os.path.basename(name) if keeps == "base" else keeps + name if keeps else None)
        name = "l%d" % level + ENDINGS.get(kind, ".bin")
    outer = what + ENDINGS.get(kind, ".bin")
    # a compressed file names nothing: what is inside is called "content"
    if kind == "br":  # known by its name, which says what is inside
        outer = what + ".br" * depth
        names = [what + ".br" * level for level in range(depth - 1, -1, -1)]
    else:
        names = ["content"] * depth
    path = "!/".join([outer] + [name if step is None else step for name, step in zip(names, steps)])
    with open(os.path.join(folder, outer), "wb") as f:
        f.write(data)
    return path, what


def plant_in_text(kind, depth, form, folder):
    """The same in base64 in the text of a manifest: the place of the encoded text is a step of the path."""
    make, keeps, _ = KINDS[kind]
    what = "%s-%d-%s-in-text" % (kind, depth, form)
    path, _ = plant(kind, depth, form, folder, what)
    steps = path.split("!/")
    file = os.path.join(folder, steps[0])
    with open(file, "rb") as f:
        data = f.read()
    os.remove(file)
    with open(os.path.join(folder, what + ".yaml"), "wb") as f:
        f.write(b"kind: Secret\ndata:\n  app: " + base64.b64encode(data) + b"\n")
    if kind == "gz" and depth == 1:
        return what + ".yaml", what  # one text in gzip is a layer
    return "!/".join([what + ".yaml", "base64 at line 3 column 8"] + steps[1:]), what


def crowd():
    """Members that carry archives in base64, each of many members: documents are handed out while more come from within them."""
    outer, names = {}, []
    for i in range(6):
        inner = {}
        for k in range(80):
            names.append("crowd-%d-%d" % (i, k))
            inner["%d.txt" % k] = document(names[-1], "text")
        outer["%d.yaml" % i] = b"kind: Secret\ndata:\n  app: " + base64.b64encode(zipped(inner.items())) + b"\n"
    os.mkdir(suite.path("crowd"))
    suite.write("crowd/all.zip", zipped(outer.items()))
    status, report = suite.scan(suite.path("crowd"), "--threads", "4")[:2]
    found = {tail for tail, _ in packed.seen(report)} if status == 1 else set()
    suite.told("crowd", [n for n in names if suite.tail(n) not in found][:3])


def main():
    folder = os.path.join(WORK, "planted")
    os.mkdir(folder)
    expected = {}
    kinds = []
    for kind, (_, _, program) in KINDS.items():
        if program and not shutil.which(program):
            print("skip %s: %s is not installed" % (kind, program))
            continue
        kinds.append(kind)
        for depth in (1, 2, 3, 4):
            for form in FORMS:
                path, what = plant(kind, depth, form, folder)
                expected[what] = (kind, path, secret(what)[-4:], form)
                if kind not in NOT_IN_TEXT and depth <= IN_TEXT_DEPTH:
                    path, what = plant_in_text(kind, depth, form, folder)
                    expected[what] = (kind, path, secret(what)[-4:], form)
    report = suite.scan(folder)[1]
    seen = {}
    for tail, s in packed.seen(report):
        seen.setdefault(s["path"], []).append((tail, s["line"], s["column"], s["layers"], s))
    for kind in kinds:
        wrong = []
        for what, (of, path, tail, form) in expected.items():
            if of != kind:
                continue
            line = [x for x in seen.get(path, []) if x[0] == tail and x[1] == 3]
            if path.endswith(".yaml"):  # where the encoded text stands
                line = [x for x in line if x[2] == 8 and x[3] and x[3].startswith("base64 > gzip")]
            elif form == "utf-16":
                line = [x for x in line if x[3] and x[3].startswith("utf-16")]
            else:
                line = [x for x in line if x[2] == (7 if form == "base64" else 9)]
            if not line or line[0][4].get("containers", []) + [line[0][4].get("member", path)] != path.split("!/"):
                near = [p for p in seen if p.startswith(what + ".")]
                wrong.append("%s (expected %s, seen %s)" % (what, path, [(p, seen[p][0][:4]) for p in near]))
        suite.told("matrix_" + kind, wrong[:3])
    crowd()
    if suite.failed:
        for n in report["coverage"]["notices"][:20]:
            print("# %s %s %s" % (n["code"], n["where"], n["detail"]))
    suite.end()


if __name__ == "__main__":
    main()
