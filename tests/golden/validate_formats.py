#!/usr/bin/env python3
"""Validates the reports in formats of others: CycloneDX, OSCAL, OCSF, GitLab, JUnit, CSV, GitHub, Markdown.

Usage: validate_formats.py [FILE...]; the golden files without arguments. Needs python3-jsonschema.
GitLab publishes its schema only in a package: what its documentation requires is checked here by hand.
"""
import csv
import io
import json
import os
import pathlib
import re
import sys
import warnings
import xml.etree.ElementTree

import jsonschema

warnings.filterwarnings("ignore", category=DeprecationWarning)
TOP = pathlib.Path(__file__).resolve().parents[2]
SCHEMA = TOP / "testdata/schema"
UUID = re.compile(r"^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$")


def load(path):
    return json.loads(path.read_text(encoding="utf-8"))


def errors_of(validator, value):
    for e in validator.iter_errors(value):
        yield f"{'/'.join(map(str, e.absolute_path))}: {e.message[:300]}"


def check_cyclonedx(path):
    schema = load(SCHEMA / "cyclonedx-bom-1.7.schema.json")
    store = {f"http://cyclonedx.org/schema/{n}.schema.json": load(SCHEMA / f"cyclonedx-{n}.schema.json")
             for n in ("spdx", "jsf-0.82", "cryptography-defs")}
    resolver = jsonschema.RefResolver(schema["$id"], schema, store=store)
    doc = load(path)
    yield from errors_of(jsonschema.Draft7Validator(schema, resolver=resolver), doc)
    refs = [c["bom-ref"] for c in doc["components"]]
    if len(refs) != len(set(refs)):
        yield "bom-refs are not unique"
    for c in doc["components"]:
        if "value" in c["cryptoProperties"]["relatedCryptoMaterialProperties"]:
            yield f"{c['bom-ref']}: a value is filled in"


def translated(value):
    """The schema's patterns as Python understands them: no \\p{L}."""
    if isinstance(value, dict):
        return {k: translated(v) for k, v in value.items()}
    if isinstance(value, list):
        return [translated(v) for v in value]
    return value.replace("\\p{L}", "[A-Za-z]").replace("\\p{N}", "[0-9]") if isinstance(value, str) else value


def check_oscal(path):
    doc = load(path)
    # The oldest whose readers are about, that which the report names, and the newest; another one by OSCAL_SCHEMA=FILE.
    schemas = sorted(SCHEMA.glob("oscal-assessment-results-*.schema.json"))
    if not any(f"-{doc['assessment-results']['metadata']['oscal-version']}." in s.name for s in schemas):
        yield "no schema of the version that it names"
    for name in schemas + [pathlib.Path(n) for n in [os.environ.get("OSCAL_SCHEMA")] if n]:
        schema = translated(load(name))
        if "oscal-ar-schema" not in schema["$id"]:
            yield f"{name}: not a schema of assessment results"
        for e in errors_of(jsonschema.Draft7Validator(schema), doc):
            yield f"{schema['$id']}: {e}"
    results = doc["assessment-results"]
    seen = {o["uuid"] for r in results["results"] for o in r.get("observations", [])}
    for r in results["results"]:
        for f in r.get("findings", []):
            for o in f.get("related-observations", []):
                if o["observation-uuid"] not in seen:
                    yield f"{f['title']}: refers to no observation"
    href = results["import-ap"]["href"]
    if href.startswith("#") and href[1:] not in {b["uuid"] for b in results["back-matter"]["resources"]}:
        yield "import-ap refers to nothing"


OCSF_OF = {"metadata": "metadata", "product": "product", "finding_info": "finding_info", "analytic": "analytic",
           "data_security": "data_security", "file": "file", "resources": "resource_details", "tags": "key_value_object",
           "remediation": "remediation", "compliance": "compliance", "user": "user", "policy": "policy",
           "permission_analysis_results": "permission_analysis_result"}
OCSF_TYPES = {"integer_t": int, "long_t": int, "timestamp_t": int, "string_t": str, "boolean_t": bool}


def check_object(table, known, value, where):
    for k, a in known["attributes"].items():
        if a.get("requirement") == "required" and k not in value:
            yield f"{where}: {k} is missing"
    for any_of in known["constraints"].get("at_least_one", []) and [known["constraints"]["at_least_one"]]:
        if not any(k in value for k in any_of):
            yield f"{where}: none of {any_of}"
    for k, v in value.items():
        a = known["attributes"].get(k)
        if k == "unmapped":
            continue
        if a is None:
            yield f"{where}: {k} is no attribute of it"
            continue
        for item in v if a.get("array") else [v]:
            if a.get("enum") and str(item) not in a["enum"]:
                yield f"{where}.{k}: {item} is not one of {a['enum']}"
            wanted = OCSF_TYPES.get(a.get("type"))
            if wanted and not isinstance(item, wanted):
                yield f"{where}.{k}: {item!r} is no {a['type']}"
            if isinstance(item, dict) and k in OCSF_OF:
                yield from check_object(table, table["objects"][OCSF_OF[k]], item, f"{where}.{k}")


def check_ocsf(path):
    table = load(SCHEMA / "ocsf-findings.json")
    for n, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        event = json.loads(line)
        known = table["classes"].get(str(event["class_uid"]))
        if known is None:
            yield f"line {n}: class {event['class_uid']}"
            continue
        yield from check_object(table, known, event, f"line {n}")
        if event["type_uid"] != event["class_uid"] * 100 + event["activity_id"]:
            yield f"line {n}: type_uid"


def check_gitlab(path):
    """https://docs.gitlab.com/ee/development/integrations/secure.html#report"""
    doc = load(path)
    if not re.fullmatch(r"15\.\d+\.\d+", doc["version"]):
        yield f"version {doc['version']}"
    scan = doc["scan"]
    if scan["type"] != "secret_detection" or scan["status"] not in ("success", "failure"):
        yield "scan: type or status"
    for key in ("start_time", "end_time"):
        if not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", scan[key]):
            yield f"scan: {key} {scan[key]}"
    for key in ("analyzer", "scanner"):
        tool = scan[key]
        if not all(tool.get(k) for k in ("id", "name", "version")) or not tool["vendor"]["name"]:
            yield f"scan: {key}"
    for m in scan["messages"]:
        if m["level"] not in ("info", "warn", "fatal") or not m["value"]:
            yield f"scan: message {m}"
    if len(doc["vulnerabilities"]) > 5000:
        yield "more than 5,000 vulnerabilities"
    for v in doc["vulnerabilities"]:
        where = v.get("id", "?")
        if not UUID.match(v["id"]) or not v["identifiers"] or len(v["name"]) > 255:
            yield f"{where}: id, identifiers or name"
        if v["severity"] not in ("Info", "Unknown", "Low", "Medium", "High", "Critical"):
            yield f"{where}: severity {v['severity']}"
        if not v["location"]["commit"]["sha"] or "raw_source_code_extract" in v:
            yield f"{where}: commit, or source text"
        for i in v["identifiers"]:
            if not (i["type"] and i["name"] and i["value"]):
                yield f"{where}: identifier {i}"


def check_junit(path):
    root = xml.etree.ElementTree.parse(path).getroot()
    if root.tag != "testsuites":
        yield f"root is {root.tag}"
    for suite in root:
        cases = suite.findall("testcase")
        if int(suite.get("tests")) != len(cases):
            yield "tests is not the number of cases"
        if int(suite.get("failures")) != sum(c.find("failure") is not None for c in cases):
            yield "failures is not the number of failed cases"
        if int(suite.get("errors")) != sum(c.find("error") is not None for c in cases):
            yield "errors is not the number of cases with errors"
        for c in cases:
            if not c.get("name") or not c.get("classname"):
                yield "a case without a name"
            float(c.get("time"))
        names = [c.get("name") for c in cases]
        if len(names) != len(set(names)):
            yield "cases are not unique"


def check_csv(path):
    text = path.read_bytes().decode("utf-8")
    if text.replace("\r\n", "").count("\n") or text.replace("\r\n", "").count("\r"):
        yield "a line end that is not CRLF"
    rows = list(csv.reader(io.StringIO(text, newline="")))
    if rows[0][:3] != ["id", "fingerprint", "rule"]:
        yield "no header"
    for n, row in enumerate(rows):
        if len(row) != len(rows[0]):
            yield f"row {n}: {len(row)} cells"
        for cell in row:
            if cell.lstrip(" ")[:1] in tuple("=+-@\t\r\uff1d\uff0b\uff0d\uff20"):
                yield f"row {n}: a formula: {cell}"


def check_github(path):
    command = re.compile(r"::(error|warning|notice)( [a-zA-Z]+=[^:,\n]*(,[a-zA-Z]+=[^:,\n]*)*)?::[^\n]+")
    for line in path.read_text(encoding="utf-8").splitlines():
        if not command.fullmatch(line):
            yield f"not a workflow command: {line}"


def check_markdown(path):
    data = path.read_bytes()
    if len(data) >= 1 << 20:
        yield f"{len(data)} bytes: over the limit of a step summary"


CHECKS = {"report.cyclonedx": check_cyclonedx, "report.oscal": check_oscal, "report.ocsf": check_ocsf,
          "report.gitlab": check_gitlab, "report.junit.xml": check_junit, "report.csv": check_csv,
          "report.github": check_github, "report.md": check_markdown}


def main(arguments):
    files = [pathlib.Path(a) for a in arguments] or [TOP / "testdata/golden" / n for n in CHECKS]
    bad = False
    for path in files:
        check = CHECKS.get(path.name)
        if not check:
            print(f"not ok {path}: no check for this name")
            bad = True
            continue
        errors = list(check(path))
        for e in errors[:20]:
            print(f"{path.name}: {e}")
        print("not ok" if errors else "ok", f"{path.name}: {len(errors)} errors")
        bad = bad or bool(errors)
    return bad


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
