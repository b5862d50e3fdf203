#!/usr/bin/env python3
"""Prints a report of N findings as JSON lines, made of the golden one: for the tests that need a large report.

Usage: many.py N
"""
import json
import pathlib
import sys

TOP = pathlib.Path(__file__).resolve().parents[2]


def main(n):
    records = [json.loads(l) for l in (TOP / "testdata/golden/report.jsonl").read_text(encoding="utf-8").splitlines()]
    findings = [r for r in records if r["type"] == "finding"]
    for r in records:
        if r["type"] == "meta":
            print(json.dumps(r, separators=(",", ":")).replace('{"type": ', '{"type":'))
    for i in range(n):
        f = dict(findings[i * len(findings) // n])
        f["id"], f["fingerprint"] = f"{i:032x}", f"{i + n:032x}"
        print(json.dumps(f, separators=(",", ":")))
    for r in records:
        if r["type"] == "summary":
            r["findings"] = n
        if r["type"] in ("rule", "coverage", "summary"):
            print(json.dumps(r, separators=(",", ":")))


main(int(sys.argv[1]))
