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
    told = []
    for i in range(n):
        f = dict(findings[i * len(findings) // n])
        f["id"], f["fingerprint"] = f"{i:032x}", f"{i + n:032x}"
        told.append(f)
        print(json.dumps(f, separators=(",", ":")))
    for r in records:
        if r["type"] == "summary":
            count(r, told)
        if r["type"] in ("rule", "coverage", "summary"):
            print(json.dumps(r, separators=(",", ":")))


def count(summary, findings):
    """A summary that does not fit its findings is taken for a changed one."""
    shown = [f for f in findings if f["suppressed"] is None]
    summary.pop("integrity", None)  # as of a release that had none
    summary["findings"] = len(findings)
    summary["suppressed"] = len(findings) - len(shown)
    summary["gate"] = sum(f["counts"] for f in findings)
    for part in ("severity", "confidence", "verdict"):
        summary[part] = {k: sum(f[part] == k for f in shown) for k in summary[part]}
    summary["nhi"] = {k: sum(k in f["nhi"] for f in shown) for k in summary["nhi"]}


main(int(sys.argv[1]))
