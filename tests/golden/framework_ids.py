#!/usr/bin/env python3
"""Every id of a framework that a report prints is in the framework's data file, with its edition and whether the link was published.

Usage: framework_ids.py FOLDER; the folder holds report.json, .sarif, .oscal, .ocsf and .html of one scan.
"""
import json
import pathlib
import re
import sys

TOP = pathlib.Path(__file__).resolve().parents[2]
LINE = re.compile(r"^(?:  '([^']+)'|  \"([^\"]+)\"|  ([A-Za-z0-9.:_ &-]+)): ")


def frameworks(folder):
    """What the data files say, read without a YAML library: they keep to one form."""
    known = {}
    for path in sorted(folder.glob("*.yaml")):
        entries, published, part = {}, set(), ""
        head = {}
        for line in path.read_text(encoding="utf-8").splitlines():
            if line and line[0] not in " #-":
                part, _, value = line.partition(":")
                head[part] = value.strip().strip("'")
            elif part == "entries" and (m := LINE.match(line)):
                entries[next(g for g in m.groups() if g)] = line
            elif part == "published" and (m := re.match(r"  (NHI\d+): \[(.*)\]", line)):
                for i in re.findall(r"'([^']*)'|\"([^\"]*)\"|([^,\s][^,]*)", m.group(2)):
                    published.add((m.group(1), next(x for x in i if x).strip()))
        known[head["id"]] = (head["edition"], entries, published)
    return known


def check_json(folder, known):
    doc = json.loads((folder / "report.json").read_text())
    n = 0
    for f in doc["frameworks"]:
        edition, entries, published = known[f["id"]]
        if f["edition"] != edition:
            yield f"{f['id']}: edition {f['edition']}, not {edition}"
        for link in f["links"]:
            n += 1
            if link["id"] not in entries:
                yield f"{f['id']}: {link['id']} is no entry"
            if (link["status"] == "published") != ((link["nhi"].split(":")[0], link["id"]) in published):
                yield f"{f['id']}: {link['nhi']} to {link['id']} is told as {link['status']}"
    if n < 100:
        yield f"only {n} links"


def check_sarif(folder, known):
    run = json.loads((folder / "report.sarif").read_text())["runs"][0]
    own = {"OWASP-NHI-Top-10": "owasp-nhi", "CWE": "cwe"}
    for t in run["taxonomies"]:
        name = own.get(t["name"], t["name"])
        edition, entries, _ = known[name]
        if t["version"] != edition:
            yield f"{name}: version {t['version']}, not {edition}"
        for taxon in t["taxa"]:
            if taxon["id"] not in entries and not (name == "owasp-nhi" and taxon["id"].split(":")[0] in entries):
                yield f"{name}: taxon {taxon['id']} is no entry"


def check_oscal(folder, known):
    entries = known["nist-800-53"][1]
    have = {re.sub(r"\((\d+)\)", r".\1", e).lower() for e in entries}
    text = (folder / "report.oscal").read_text()
    ids = set(re.findall(r'"control-id":"([^"]+)"', text)) | {i[:-4] for i in re.findall(r'"target-id":"([^"]+)"', text)}
    if not ids:
        yield "no control"
    for i in sorted(ids - have):
        yield f"control {i} is no entry"


def check_texts(folder, known):
    """The formats of lines: whatever looks like a CWE or a risk exists."""
    for name in ("report.ocsf", "report.html", "report.csv", "report.gitlab", "report.junit.xml", "report.md"):
        text = (folder / name).read_text(encoding="utf-8")
        for cwe in sorted(set(re.findall(r"CWE-\d+", text)) - set(known["cwe"][1])):
            yield f"{name}: {cwe} is no entry"
        for risk in set(re.findall(r"NHI(\d+):2025", text)):
            if not 1 <= int(risk) <= 10:
                yield f"{name}: NHI{risk}:2025"


def check_rules(folder, known):
    """Also of rules that this scan had no finding of."""
    used = set()
    for path in (TOP / "rules").rglob("*.yaml"):
        for numbers in re.findall(r"^ *cwe: \[([0-9, ]+)\]", path.read_text(encoding="utf-8"), re.M):
            used |= {f"CWE-{n.strip()}" for n in numbers.split(",")}
    if len(used) < 20:
        yield f"only {len(used)} weaknesses"
    for cwe in sorted(used - set(known["cwe"][1])):
        yield f"{cwe} of a rule is no entry"


def main(folder):
    known = frameworks(TOP / "rules/frameworks")
    bad = 0
    for name, check in (("rules", check_rules), ("json", check_json), ("sarif", check_sarif), ("oscal", check_oscal), ("texts", check_texts)):
        errors = list(check(pathlib.Path(folder), known))
        for e in errors[:20]:
            print(f"  {e}")
        print(f"{'not ok' if errors else 'ok'} framework_ids_{name}: {len(errors)} errors")
        bad += len(errors)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
