#!/usr/bin/env python3
"""Validates reports against their schemas, and SARIF against what schemas and consumers do not say aloud.

Usage: validate.py [FILE...]; the golden files without arguments. Needs python3-jsonschema.
Sources of the limits: GitHub's and GitLab's pages on SARIF support, sections of SARIF 2.1.0 as noted.
"""
import json
import pathlib
import re
import sys

import jsonschema

TOP = pathlib.Path(__file__).resolve().parents[2]
RELATIVE = re.compile(r"^(?![/])([A-Za-z0-9._~!$&'()*+,;=@-]|%[0-9A-F]{2}|/)+$")
GUID = re.compile(r"^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$")


def load(path):
    return json.loads(path.read_text(encoding="utf-8"))


def own_schema():
    return load(TOP / "report/nhiscan-report.schema.json")


def own_validator(definition=None):
    schema = own_schema()
    if definition:
        schema = {"$schema": schema["$schema"], "$defs": schema["$defs"], "$ref": f"#/$defs/{definition}"}
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def errors_of(validator, value, name):
    for e in validator.iter_errors(value):
        yield f"{name}: {'/'.join(map(str, e.absolute_path))}: {e.message[:300]}"


def check_totals(summary, coverage, findings):
    active = [f for f in findings if f["suppressed"] is None]
    if summary["findings"] != len(findings) or summary["suppressed"] != len(findings) - len(active):
        yield "summary: findings or suppressed is wrong"
    if summary["gate"] != sum(f["counts"] for f in findings):
        yield "summary: gate is wrong"
    for key in ("severity", "confidence", "verdict", "place"):
        if sum(summary[key].values()) != len(active):
            yield f"summary: {key} does not add up"
    for name, unit in coverage["units"].items():
        if unit["seen"] != unit["read"] + sum(unit["skipped"].values()):
            yield f"coverage: {name} does not add up"


def check_json(path):
    doc = load(path)
    yield from errors_of(own_validator(), doc, path.name)
    yield from check_totals(doc["summary"], doc["coverage"], doc["findings"])
    if {r["id"] for r in doc["rules"]} != {f["rule"] for f in doc["findings"]}:
        yield "rules: not those of the findings"


def check_jsonl(path):
    validator = own_validator("record")
    records = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    for number, record in enumerate(records, 1):
        yield from errors_of(validator, record, f"{path.name}:{number}")
    kinds = [r["type"] for r in records]
    order = ["meta", "finding", "rule", "framework", "identity", "method", "coverage", "summary"]
    if kinds[0] != "meta" or kinds[-2:] != ["coverage", "summary"] or kinds != sorted(kinds, key=order.index):
        yield f"{path.name}: records are out of order: {list(dict.fromkeys(kinds))}"
    findings = [r for r in records if r["type"] == "finding"]
    if {r["id"] for r in records if r["type"] == "rule"} != {f["rule"] for f in findings}:
        yield "rules: not those of the findings"
    yield from check_totals(records[-1], records[-2], findings)


def walk(value, where=""):
    yield where, value
    if isinstance(value, dict):
        for k, v in value.items():
            yield from walk(v, f"{where}/{k}")
    elif isinstance(value, list):
        for i, v in enumerate(value):
            yield from walk(v, f"{where}/{i}")


def check_references(run):
    """Every index points at what the id names and the guids agree: no validator looks."""
    taxonomies, driver = run["taxonomies"], run["tool"]["driver"]
    for where, v in walk(run):
        if isinstance(v, dict) and "toolComponent" in v:
            component = taxonomies[v["toolComponent"]["index"]]
            taxon = component["taxa"][v["index"]]
            if (component["name"], component["guid"]) != (v["toolComponent"]["name"], v["toolComponent"]["guid"]):
                yield f"{where}: taxonomy differs from its reference"
            if (taxon["id"], taxon["guid"]) != (v["id"], v["guid"]):
                yield f"{where}: taxon differs from its reference"
        if isinstance(v, dict) and isinstance(v.get("guid"), str) and not GUID.match(v["guid"]):
            yield f"{where}: guid is not a UUID of version 5"
    for s in driver["supportedTaxonomies"]:
        if taxonomies[s["index"]]["guid"] != s["guid"] or taxonomies[s["index"]]["name"] != s["name"]:
            yield "supportedTaxonomies: differs from the taxonomy"
    for r in run["results"]:
        if driver["rules"][r["ruleIndex"]]["id"] != r["ruleId"]:
            yield f"result {r['guid']}: ruleIndex is not that of {r['ruleId']}"
    for i in run["invocations"]:
        for n in i["toolExecutionNotifications"]:
            if driver["notifications"][n["descriptor"]["index"]]["id"] != n["descriptor"]["id"]:
                yield f"notification {n['descriptor']}: wrong index"
    if len(taxonomies[0]["taxa"]) != 10:
        yield "taxonomies: OWASP NHI Top 10 is not whole"


def check_location(run, location, where):
    physical = location["physicalLocation"]
    uri, region = physical["artifactLocation"]["uri"], physical.get("region", {})
    if not RELATIVE.match(uri) or ".." in uri.split("/"):
        yield f"{where}: URI {uri!r} is not relative and percent-encoded"
    if physical["artifactLocation"].get("uriBaseId") not in run["originalUriBaseIds"]:
        yield f"{where}: unknown uriBaseId"
    corners = [region.get(k, 0) for k in ("startLine", "startColumn", "endLine", "endColumn")]
    if min(corners) < 1 or corners[2:] < corners[:2] and corners[0] == corners[2] or corners[2] < corners[0]:
        yield f"{where}: region {region}"
    if set(region) != {"startLine", "startColumn", "endLine", "endColumn"} or "contextRegion" in physical:
        yield f"{where}: a secret scanner embeds no source text"


def check_results(run):
    guids = [r["guid"] for r in run["results"]]
    if len(set(guids)) != len(guids):
        yield "results: guids are not unique"
    ranks = [r["rank"] for r in run["results"]]
    if ranks != sorted(ranks, reverse=True):
        yield "results: not the worst first"
    for n, r in enumerate(run["results"]):
        where = f"result {n}"
        if ("baselineState" in r) != ("baselineState" in run["results"][0]):
            yield f"{where}: baselineState on one result wants it on all"
        if len(r["locations"]) != 1 or len(r.get("relatedLocations", [])) > 100:
            yield f"{where}: one location, and at most 100 related ones"
        for k, location in enumerate(r["locations"] + r.get("relatedLocations", [])):
            yield from check_location(run, location, f"{where}, location {k}")
        if not r["message"]["text"].endswith((".", "!", "?")):
            yield f"{where}: the message is not a sentence"
        if r["rank"] != 10 * float(r["properties"]["security-severity"]):
            yield f"{where}: rank is not ten times security-severity"


def check_collisions(run):
    """GitLab keeps the first of what has the same rule, file and lines: each such result says how many there are."""
    same = {}
    for r in run["results"]:
        physical = r["locations"][0]["physicalLocation"]
        region = physical["region"]
        same.setdefault((r["ruleId"], physical["artifactLocation"]["uri"], region["startLine"], region["endLine"]), []).append(r)
    for key, results in same.items():
        for r in results:
            if r["properties"].get("nhiscan/sharesLines", 1) < len(results):
                yield f"{key}: {len(results)} results, and {r['guid']} does not say so"


def check_rules(run):
    for rule in run["tool"]["driver"]["rules"]:
        tags = rule["properties"]["tags"]
        if len(tags) > 10 or len(set(tags)) != len(tags) or "security" not in tags:
            yield f"rule {rule['id']}: tags {tags}"
        if not rule["help"]["text"] or not rule["help"]["markdown"]:
            yield f"rule {rule['id']}: no help"
        if not re.fullmatch(r"[A-Z][A-Za-z0-9]{0,254}", rule["name"]):
            yield f"rule {rule['id']}: name {rule['name']!r}"
        if rule["properties"]["precision"] not in ("very-high", "high", "medium", "low"):
            yield f"rule {rule['id']}: precision"
        for relation in rule["relationships"]:
            target = relation["target"]
            if target["toolComponent"]["name"] == "CWE" and not re.fullmatch(r"CWE-\d+", target["id"]):
                yield f"rule {rule['id']}: DefectDojo reads CWE-N only, not {target['id']}"


def check_texts(run):
    for where, v in walk(run):
        if isinstance(v, str) and where.rsplit("/", 1)[-1] == "text":
            if "/help/" not in where and len(v) > 1024:
                yield f"{where}: {len(v)} characters"
            if re.search(r"[\x00-\x08\x0b-\x1f\x7f\x80-\x9f\u202a-\u202e\u2066-\u2069]", v):
                yield f"{where}: control or bidi characters"
        if isinstance(v, dict) and "snippet" in v:
            yield f"{where}: a secret scanner embeds no source text"


def check_sarif(path):
    log = load(path)
    schema = load(TOP / "testdata/schema/sarif-schema-2.1.0.json")
    yield from errors_of(jsonschema.Draft4Validator(schema), log, path.name)
    if log["$schema"] != schema["id"]:
        yield "$schema: is not the schema's own id"
    for run in log["runs"]:
        for check in (check_references, check_results, check_collisions, check_rules, check_texts):
            yield from check(run)
        for provenance in run.get("versionControlProvenance", []):
            if not provenance.get("repositoryUri"):
                yield "versionControlProvenance: no repositoryUri"


CHECKS = {".json": check_json, ".jsonl": check_jsonl, ".sarif": check_sarif}


def main(arguments):
    files = [pathlib.Path(a) for a in arguments]
    if not files:
        files = sorted(p for p in (TOP / "testdata/golden").glob("report*") if p.suffix in CHECKS)
    bad = 0
    for path in files:
        found = list(CHECKS[path.suffix](path))
        bad += len(found)
        for line in found:
            print(f"  {line}")
        print(f"{'not ok' if found else 'ok'} {path}: {len(found)} errors")
    return 1 if bad or not files else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
