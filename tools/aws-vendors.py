#!/usr/bin/env python3
"""Makes rules/privilege/aws-vendors.txt out of accounts.yaml of https://github.com/fwdcloudsec/known_aws_accounts (Apache-2.0).

Usage: git show HEAD:accounts.yaml | tools/aws-vendors.py DATE COMMIT > rules/privilege/aws-vendors.txt
"""
import re
import sys

date, commit = sys.argv[1:3]
name, kind, rows = "", "", {}
for line in sys.stdin:
    if m := re.match(r"- name: *['\"]?(.*?)['\"]? *$", line):
        name, kind = m[1].replace("''", "'"), ""
    elif m := re.match(r"  type: *['\"]?(\w+)", line):
        kind = m[1]
    if re.match(r"  (accounts:|-|\s)", line) and "http" not in line:
        for account in re.findall(r"\b\d{12}\b", line):
            rows.setdefault(account, "AWS " + name if kind == "aws" else name)
print("# Accounts of vendors and of AWS itself, by what they publish. From fwdcloudsec/known_aws_accounts, Apache-2.0.")
print(f"# {date} {commit}")
for account in sorted(rows):
    ascii_name = rows[account].encode("ascii", "ignore").decode().replace('"', "").replace("\\", "").strip()
    print(account, ascii_name)
