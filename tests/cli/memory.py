"""What is unpacked at the same time shares one budget of memory: wide windows one after the other or one inside another, alone and beside each
other, in every container that has them. Peak memory is measured; what is too wide is told before it is taken.
Usage: memory.py NHISCAN; prints one "ok" or "not ok" for each."""
import bz2
import gzip
import io
import lzma
import os
import shutil
import struct
import subprocess
import zipfile
import zlib

from packed import Suite, deb, rpm, seen, tar, zipped

suite = Suite(__file__)
MIB = 1 << 20
MOST, MOST_OF_A_BOMB = 200 * 1024, 300 * 1024  # KiB


def filled(name, size):
    """Noise, so that no limit of expansion is hit; a secret; much that fills a window; another secret."""
    middle = b"x" * 79 + b"\n"
    return os.urandom(2 * MIB) + b"\n" + suite.line(name + " first") + middle * (size // 80) + suite.line(name + " last")


def check(name, target, expected=(), codes=(), most=MOST, more=(), threads=2):
    status, report, _, kib, _ = suite.scan(target, "--threads", str(threads), *more)
    tails = {tail for tail, _ in seen(report)} if report["findings"] else set()
    told = [n["code"] for n in report["coverage"]["notices"]]
    wrong = ["%s is not found" % e for e in expected if suite.tail(e) not in tails]
    if status != (3 if codes and not expected else 1):
        wrong.append("exit status %d" % status)
    if report["coverage"]["complete"] == bool(codes):
        wrong.append("complete: %s" % report["coverage"]["complete"])
    if told != list(codes):
        wrong.append("notices %s" % [(n["code"], n["detail"]) for n in report["coverage"]["notices"]])
    if kib > most and not suite.sanitized:
        wrong.append("%d KiB, more than %d" % (kib, most))
    suite.told("memory_of_" + name, wrong)


def xz(data, dictionary, preset=0):
    return lzma.compress(data, filters=[{"id": lzma.FILTER_LZMA2, "preset": preset, "dict_size": dictionary}])


def alone(data, dictionary):
    return lzma.compress(data, format=lzma.FORMAT_ALONE, filters=[{"id": lzma.FILTER_LZMA1, "preset": 0, "dict_size": dictionary}])


def piped(data, *argv):
    return subprocess.run(argv, input=data, capture_output=True, check=True).stdout


def both(name):
    return [name + " first", name + " last"]


def folder(name, *files):
    os.mkdir(suite.path(name))
    for i, data in enumerate(files):
        suite.write("%s/%d.bin" % (name, i), data)
    return suite.path(name)


# A 7z archive of one file (7zFormat.txt): signature, packed streams, header; `bits` is the property of LZMA2, as wide as it says or not.
def number(n):
    return bytes([n]) if n < 0x80 else b"\xff" + struct.pack("<Q", n)


def coder_of(method, properties):
    return bytes([0x20 | len(method)]) + method + number(len(properties)) + properties


def streams_of(at, packed, coder, size, crc, substreams=b""):
    return (b"\6" + number(at) + number(1) + b"\x09" + number(packed) + b"\0" + b"\7\x0b\1\0\1" + coder + b"\x0c" + number(size) +
            b"\x0a\1" + struct.pack("<I", crc) + b"\0" + substreams + b"\0")


def sevenzip(data, method=b"\x21", properties=None, packed=None, header_properties=None, files=1):
    filters = [{"id": lzma.FILTER_LZMA2, "preset": 0, "dict_size": 64 * MIB}]
    packed = lzma.compress(data, lzma.FORMAT_RAW, filters=filters) if packed is None else packed
    coder = coder_of(method, properties or bytes([28]))  # 28: 64 MiB
    name = "t\0".encode("utf-16le")
    header = b"\1\4" + streams_of(0, len(packed), coder, len(data), zlib.crc32(data), b"\x08\0") + b"\5" + number(files)
    header += b"\x11" + number(len(name) + 1) + b"\0" + name + b"\0\0"
    if header_properties:  # packed, too
        small = [{"id": lzma.FILTER_LZMA1, "preset": 0, "dict_size": 4096}]
        body = lzma.compress(header, lzma.FORMAT_RAW, filters=small)
        encoded = b"\x17" + streams_of(len(packed), len(body), coder_of(b"\3\1\1", header_properties), len(header), zlib.crc32(header))
        packed, header = packed + body, encoded
    start = struct.pack("<QQI", len(packed), len(header), zlib.crc32(header))
    return b"7z\xbc\xaf\x27\x1c\0\4" + struct.pack("<I", zlib.crc32(start)) + start + packed + header


one = filled("one", 80 * MIB)
wide_xz = xz(one, 64 * MIB)
long = filled("long", 150 * MIB)
check("two_xz_of_64_MiB", folder("xz", wide_xz, wide_xz), both("one"))
check("xz_in_xz", suite.write("two.xz", xz(tar([("a.xz", wide_xz), ("b", one)]), 64 * MIB)), both("one"))
check("lzma", folder("lzma", alone(one, 64 * MIB), wide_xz), both("one"))
if shutil.which("zstd"):
    wide_zstd = piped(long, "zstd", "-q", "-1", "--long=27", "-c")
    check("two_zstd_of_128_MiB", folder("zstd", wide_zstd, wide_zstd), both("long"))
    check("zstd_beside_xz", folder("mixed", wide_zstd, wide_xz, wide_xz), both("long") + both("one"))
    check("zips_in_zstd", suite.write("zips.tar.zst", piped(tar([("%d.zip" % i, zipped([("a", os.urandom(20 * MIB)), ("b", suite.line("zips"))])) for i in range(3)] +
                                                                [("long", long)]), "zstd", "-q", "-1", "--long=27", "-c")), ["zips"] + both("long"))
    # Together more than a chain may hold: what is inside is told, what is around it is read to its end.
    check("xz_in_zstd", suite.write("deep.tar.zst", piped(tar([("a.xz", wide_xz), ("b", long)]), "zstd", "-q", "-1", "--long=27", "-c")),
          both("long"), ["limit-archive-memory"])
if shutil.which("brotli"):
    wide_brotli = piped(one, "brotli", "-q", "1", "-w", "24", "-c")
    os.mkdir(suite.path("br"))
    for n in "ab":
        suite.write("br/%s.br" % n, wide_brotli)
    check("brotli", suite.path("br"), both("one"))
if shutil.which("lz4"):
    check("lz4", folder("lz4", *[piped(one, "lz4", "-q", "-B7", "-c")] * 2), both("one"))
check("bzip2", folder("bz2", *[bz2.compress(one[: 12 * MIB] + suite.line("one last"))] * 2), both("one"))
check("gzip", folder("gz", *[gzip.compress(one, 1)] * 2), both("one"))
check("rpm", folder("rpm", rpm("t", one, lambda data: xz(data, 64 * MIB)), wide_xz), both("one"))
check("deb", folder("deb", deb("t", one, lambda data: xz(data, 64 * MIB)), wide_xz), both("one"))

# Eight threads share what two have: what they may touch without asking, parts of long members, copies on their way to helpers.
usual = xz(one, 8 * MIB)
check("8_threads_xz_of_8_MiB", folder("usual8", *[usual] * 16), both("one"), threads=8)
check("8_threads_xz_of_64_MiB", folder("wide8", *[wide_xz] * 8), both("one"), threads=8)
check("8_threads_gzip", folder("gz8", *[gzip.compress(one[: 31 * MIB], 1)] * 16), ["one first"], threads=8)
check("8_threads_tar", folder("tar8", *[tar([("a", one), ("b", one)])] * 6), both("one"), threads=8)
if shutil.which("lz4"):
    check("8_threads_lz4", folder("lz48", *[piped(one, "lz4", "-q", "-B7", "-c")] * 16), both("one"), threads=8)
if shutil.which("zstd"):
    check("8_threads_zstd_of_128_MiB", folder("zstd8", *[wide_zstd] * 4, *[usual] * 4), both("one") + both("long"), threads=8)

# Zips: LZMA with 64 MiB, members that two threads read; xz and zstd, which Python does not write, by the method in both headers (APPNOTE 4.4.5).
def zip_of(method, packed, n=2):
    head = struct.pack("<HHHHHIIIHH", 20, 0, method, 0, 33, zlib.crc32(one), len(packed), len(one), 1, 0)
    out, directory = b"", b""
    for i in range(n):
        directory += b"PK\1\2" + struct.pack("<H", 20) + head + struct.pack("<HHHII", 0, 0, 0, 0, len(out)) + b"%d" % i
        out += b"PK\3\4" + head + b"%d" % i + packed
    return out + directory + struct.pack("<4sHHHHIIH", b"PK\5\6", 0, 0, n, n, len(directory), len(out), 0)


raw = {"id": lzma.FILTER_LZMA1, "preset": 0, "dict_size": 64 * MIB}
lzma_in_zip = b"\x10\2\5\0" + bytes([93]) + struct.pack("<I", 64 * MIB) + lzma.compress(one, lzma.FORMAT_RAW, filters=[raw])
check("zip_with_lzma", suite.write("lzma.zip", zip_of(14, lzma_in_zip)), both("one"))
check("zip_with_xz", suite.write("xz.zip", zip_of(95, wide_xz)), both("one"))
check("zip_with_bzip2", suite.write("bzip2.zip", zip_of(12, bz2.compress(one, 9))), both("one"))
if shutil.which("zstd"):
    check("zip_with_zstd", suite.write("zstd.zip", zip_of(93, piped(one, "zstd", "-q", "-1", "--long=27", "-c"))), both("one"))

# 7z: within the limit, and bombs.
check("two_7z_of_64_MiB", folder("7z", sevenzip(one), sevenzip(one)), both("one"))
properties = bytes([93]) + struct.pack("<I", 4096)
check("7z_with_a_packed_header", suite.write("packed.7z", sevenzip(one, header_properties=properties)), both("one"))
limit = ["limit-archive-memory"]
check("7z_of_512_MiB", suite.write("512.7z", sevenzip(one, properties=bytes([34]))), (), limit)
check("7z_of_512_MiB_with_a_packed_header", suite.write("packed512.7z", sevenzip(one, properties=bytes([34]), header_properties=properties)), (), limit)
wide = bytes([93]) + struct.pack("<I", 512 * MIB)
check("7z_whose_header_wants_512_MiB", suite.write("header512.7z", sevenzip(one, header_properties=wide)), (), limit)
check("7z_of_LZMA_with_512_MiB", suite.write("lzma512.7z", sevenzip(one, b"\3\1\1", wide, b"x")), (), limit)
check("7z_of_PPMd_with_512_MiB", suite.write("ppmd.7z", sevenzip(one, b"\3\4\1", b"\6" + struct.pack("<I", 512 * MIB), b"x")), (), limit)
check("7z_of_many_files", suite.write("files.7z", sevenzip(one, files=90000000)), (), limit)
check("7z_that_may_have_more", suite.write("more.7z", sevenzip(one, properties=bytes([34]))), both("one"), (), MOST_OF_A_BOMB,
      ("--archive-memory", "600M"))
suite.end()
