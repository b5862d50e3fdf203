#!/usr/bin/env python3
"""Looks for pieces of canary secrets in outputs. Usage: leaks.py CANARIES OUTPUT...

CANARIES holds one secret a line. A leak is any run of 12 bytes of one of them, as it is, in base64 or percent-encoded.
Prints what leaked where (never the secret) and ends with 1 when anything did.
"""
import base64
import sys
import urllib.parse

SHOWN = 12


def pieces(secret):
    """Every run of SHOWN bytes, and what such runs look like in base64 at each alignment."""
    for i in range(len(secret) - SHOWN + 1):
        piece = secret[i : i + SHOWN]
        yield piece
        yield urllib.parse.quote_from_bytes(piece, safe="").encode()
        for pad in range(3):
            yield base64.b64encode(b"\0" * pad + piece)[4 if pad else 0 : -4 if (pad + SHOWN) % 3 else None]
        yield piece.decode("latin-1").encode("utf-16-le")


def main():
    with open(sys.argv[1], "rb") as f:
        secrets = [line for line in f.read().splitlines() if len(line) >= SHOWN]
    if not secrets:
        sys.exit("no canaries")
    wanted = {}
    for number, secret in enumerate(secrets, 1):
        for piece in pieces(secret):
            wanted.setdefault(piece, number)
    bad = 0
    for name in sys.argv[2:]:
        with open(name, "rb") as f:
            text = f.read()
        told = set()
        for piece, number in wanted.items():
            at = text.find(piece)
            if at >= 0 and number not in told:
                told.add(number)
                line = text.count(b"\n", 0, at) + 1
                start = max(text.rfind(b"\n", 0, at) + 1, at - 60)
                print(f"{name}:{line}: canary {number} shows after {text[start:at]!r}")
                bad = 1
    sys.exit(bad)


main()
