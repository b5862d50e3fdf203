#!/usr/bin/env python3
"""Checks that the counts of JSON reports add up. Usage: reconcile.py REPORT... [-- UNIT.COUNT=N...]

For every unit: seen == read + what was skipped. With expectations, "files.read=3" or "blobs.skipped.missing=1" of the last report.
"""
import json
import sys


def main():
    args = sys.argv[1:]
    wanted = []
    if "--" in args:
        at = args.index("--")
        args, wanted = args[:at], args[at + 1 :]
    report, bad = None, 0
    for name in args:
        with open(name, encoding="utf-8") as f:
            report = json.load(f)
        for unit, counts in report["coverage"]["units"].items():
            if counts["seen"] != counts["read"] + sum(counts["skipped"].values()):
                print(f"{name}: {unit}: {counts}")
                bad = 1
    for want in wanted:
        path, value = want.split("=")
        at = report["coverage"]["units"]
        for key in path.split("."):
            at = at.get(key, 0) if isinstance(at, dict) else at
        if at != int(value):
            print(f"{path} is {at}, not {value}: {json.dumps(report['coverage']['units'])}")
            bad = 1
    sys.exit(bad)


main()
