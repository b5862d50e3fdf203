#!/usr/bin/env python3
"""The nine blocks of evidence that an auditor asks of a report, in every format that can carry them.

Usage: evidence.py FOLDER HEAD ACCOUNT; the folder holds report.* of one scan of a repository whose HEAD is HEAD and of exports of ACCOUNT.
What a report must say is taken from its JSON; man nhiscan-report(5), EVIDENCE, says which format carries what.
"""
import html
import json
import pathlib
import re
import sys

WHOLE = ("json", "jsonl", "sarif", "html", "oscal", "junit.xml", "md", "cyclonedx", "gitlab")
BLOCKS = {name: WHOLE for name in ("program", "question", "scope", "coverage", "thresholds", "acceptances", "assessed", "integrity")}
BLOCKS["findings"] = WHOLE + ("csv", "ocsf")
BLOCKS["run"] = ("ocsf",)
NO_IDS = ("junit.xml", "md", "gitlab")  # told by rule there, or by an id made of ours
NO_INTEGRITY = ("json", "jsonl", "sarif", "html")  # their own manual says it; the bytes are what is verified


def wanted(doc, head, account):
    """Texts of each block."""
    tool, run = doc["tool"], doc["run"]
    repository = next(t for t in run["targets"] if t["head"] == head)
    accepted = next(f for f in doc["findings"] if f["suppressed"])
    notice = doc["coverage"]["notices"][0] if doc["coverage"]["notices"] else None
    rule = next(f["rule"] for f in doc["findings"] if f["counts"] and f["fingerprint"] and f["masked"])
    return {
        "program": [tool["version"], tool["build"], tool["sha256"], run["rules_digest"], run["configuration"].split("sha256:")[1][:64]],
        "question": ["--min-confidence", run["run_id"], run["exit"]["reason"]],
        "scope": [head, "refs/heads/", str(repository["commits"]), account, run["exports"]["as_of"][:10], "2025-12-30"],
        "coverage": [str(doc["coverage"]["units"]["blobs"]["seen"]), str(doc["coverage"]["units"]["members"]["seen"])] + ([notice["code"]] if notice else []),
        "thresholds": [run["gate"]["fail_on"], run["gate"]["confidence"], run["min_confidence"]],
        "findings": [rule],
        "acceptances": [accepted["accepted"]["owner"], accepted["accepted"]["ticket"], accepted["accepted"]["expires"][:10]],
        "assessed": ["NHI10:2025", "not-assessed" if any(a["state"] == "not-assessed" for a in doc["summary"]["assessed"]) else "findings"],
        "integrity": ["verify-report"],
        "run": [run["run_id"], run["rules_digest"], run["exit"]["reason"]],
    }, repository


def main(folder, head, account):
    folder = pathlib.Path(folder)
    doc = json.loads((folder / "report.json").read_text())
    texts, repository = wanted(doc, head, account)
    first = next(f for f in doc["findings"] if f["masked"])
    bad = 0
    if repository["commits"] < 3 or repository["refs_total"] < 2 or not repository["refs"]:
        print(f"not ok evidence_scope_is_known: {repository}")
        bad = 1
    for block, formats in BLOCKS.items():
        for name in formats:
            text = html.unescape((folder / f"report.{name}").read_text(encoding="utf-8"))
            missing = [t for t in texts[block] if t not in text]
            if block == "integrity" and name in NO_INTEGRITY:
                missing = []
            if block == "findings" and name not in NO_IDS and first["fingerprint"] not in text and first["id"] not in text:
                missing.append("id of a finding")
            print(f"{'not ok' if missing else 'ok'} evidence_{block}_in_{name}{': no ' if missing else ''}{', '.join(missing)}")
            bad |= bool(missing)
    return bad


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:4]))
