"""Files that unpack to themselves: a gzip stream and a zip. A self-reproducing program in DEFLATE (RFC 1951), whose two instructions are
"print the next n bytes", a stored block, and "print the last n bytes again", a match; the idea is Russ Cox's ("Zip Files All The Way Down",
2010). That the checksum in the file is that of the file is a linear equation over four bytes that nobody reads."""
import struct
import zlib


class Bits:
    def __init__(self):
        self.bits = []

    def number(self, value, n):  # least significant bit first
        self.bits += [value >> i & 1 for i in range(n)]

    def code(self, value, n):  # Huffman codes: most significant first
        self.bits += [value >> i & 1 for i in range(n - 1, -1, -1)]

    def align(self):
        self.bits += [0] * (-len(self.bits) % 8)

    def bytes(self):
        assert len(self.bits) % 8 == 0
        return bytes(sum(b << i for i, b in enumerate(self.bits[at:at + 8])) for at in range(0, len(self.bits), 8))


LENGTHS = [(3, 257, 0), (4, 258, 0), (5, 259, 0), (6, 260, 0), (7, 261, 0), (8, 262, 0), (9, 263, 0), (10, 264, 0), (11, 265, 1), (13, 266, 1),
           (15, 267, 1), (17, 268, 1), (19, 269, 2), (23, 270, 2), (27, 271, 2), (31, 272, 2), (35, 273, 3), (43, 274, 3), (51, 275, 3),
           (59, 276, 3), (67, 277, 4), (83, 278, 4), (99, 279, 4), (115, 280, 4), (131, 281, 5), (163, 282, 5), (195, 283, 5), (227, 284, 5)]


def match(out, length, distance):
    base, symbol, extra = [row for row in LENGTHS if row[0] <= length][-1]
    if symbol < 280:
        out.code(symbol - 256, 7)
    else:
        out.code(symbol - 280 + 0b11000000, 8)
    out.number(length - base, extra)
    code, start, extra = 0, 1, 0  # distance codes: two for each number of extra bits, four for none
    while distance >= start + (1 << extra):
        start += 1 << extra
        code += 1
        extra = max(0, code // 2 - 1)
    out.code(code, 5)
    out.number(distance - start, extra)


def fixed_block(out, *lengths, distance=0):
    out.number(0, 1)
    out.number(1, 2)
    for n in lengths:
        match(out, n, distance)
    out.code(0, 7)


def again(n):
    """The last n bytes again, in five bytes; possible for some n only."""
    out = Bits()
    if n <= 20:
        fixed_block(out, 10, n - 10, distance=n)
    else:
        fixed_block(out, n, distance=n)
        fixed_block(out)
    assert len(out.bits) == 40, (n, len(out.bits))
    return out.bytes()


def literal(n):
    return b"\0" + struct.pack("<HH", n, n ^ 0xFFFF)


def program(prefix, suffix):
    """prefix + DEFLATE + suffix, which that DEFLATE prints; and how long it is without the two."""
    def last(n):
        out = Bits()
        fixed_block(out, n, distance=n)
        out.number(1, 1)  # the final block: stored, empty
        out.number(0, 2)
        out.align()
        return out.bytes() + b"\0\0\xff\xff" + suffix

    p = len(prefix) + 5
    tail = next(last(n) for n in range(5, 258) if len(last(n)) == n)
    l5, l20, l0, r, r20, lx = literal(5), literal(20), literal(0), again(p), again(20), literal(len(tail))
    ops = literal(p) + prefix + literal(p) + r + l5 + r + l5 + l5 + l20 + r + l5 + l5 + l20 + r20 + l20 + (r20 + l20) * 2
    ops += r20 + l20 + r20 + l0 + l0 + lx + r20 + l0 + l0 + lx + tail
    return prefix + ops + tail, len(ops + tail) - len(suffix)


def solve(make):
    """The file make(checksum, free) whose checksum is as it says."""
    def residue(crc, free):
        return zlib.crc32(make(crc, free)) ^ crc

    base = residue(0, 0)
    rows = []  # the effect of one bit of `free`, and which bits made it
    for i in range(32):
        effect, used = residue(0, 1 << i) ^ base, 1 << i
        for top, e, u in rows:
            if effect >> top & 1:
                effect, used = effect ^ e, used ^ u
        if effect:
            rows.append((effect.bit_length() - 1, effect, used))
            rows.sort(reverse=True)
    free, left = 0, base
    for top, e, u in rows:
        if left >> top & 1:
            left, free = left ^ e, free ^ u
    assert left == 0
    return make(0, free)


def gzip_quine():
    def make(crc, free, size=0):
        prefix = b"\x1f\x8b\x08\x08" + struct.pack("<I", free) + b"\0\xffr\0"
        whole, _ = program(prefix, struct.pack("<II", crc, size))
        return whole if size else make(crc, free, len(whole))

    return solve(make)


def zip_quine():
    name = b"quine.zip"

    def make(crc, free, size=0, packed=0):
        sizes = struct.pack("<III", crc, packed, size)
        extra = struct.pack("<HHI", 0x4e51, 17, free) + bytes(13)
        prefix = b"PK\3\4" + struct.pack("<HHHHH", 20, 0, 8, 0, 33) + sizes + struct.pack("<HH", len(name), len(extra)) + name + extra
        entry = b"PK\1\2" + struct.pack("<HHHHHH", 20, 20, 0, 8, 0, 33) + sizes + struct.pack("<HHHHHII", len(name), 0, 0, 0, 0, 0, 0) + name
        end = b"PK\5\6" + struct.pack("<HHHHIIH", 0, 0, 1, 1, len(entry), len(prefix) + packed, 0)
        whole, n = program(prefix, entry + end)
        return whole if size else make(crc, free, len(whole), n)

    return solve(make)
