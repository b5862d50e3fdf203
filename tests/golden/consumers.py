#!/usr/bin/env python3
"""What consumers of reports read, by what they document: GitHub, GitLab, DefectDojo, SonarQube for SARIF; DefectDojo for GitLab's secret report.

Usage: consumers.py SARIF... [--gitlab REPORT...]
With DEFECTDOJO=FOLDER, a checkout of django-DefectDojo, its own parsers read the files too, with stand-ins for Django; without it that part is skipped.
Sources: docs.github.com, SARIF support for code scanning; docs.gitlab.com, user/application_security/detect/sarif; docs.defectdojo.com, SARIF parser and
GitLab Secret Detection Report parser; docs.sonarsource.com, importing SARIF reports.
"""
import datetime
import gzip
import importlib
import json
import os
import pathlib
import re
import sys
import types

SECRET_CWES = {259, 321, 522, 523, 538, 540, 547, 615, 798}


def check_github(log, data):
    """Hard limits reject the file, the softer ones lose what is over them."""
    if len(gzip.compress(data, 6)) > 10_000_000:
        yield "over 10 MB compressed"
    if len(log["runs"]) > 20:
        yield "over 20 runs"
    for run in log["runs"]:
        driver = run["tool"]["driver"]
        if len(run["results"]) > 25_000 or len(driver["rules"]) > 25_000:
            yield "over 25,000 results or rules"
        for rule in driver["rules"]:
            if len(rule["properties"]["tags"]) > 10 or "security" not in rule["properties"]["tags"]:
                yield f"rule {rule['id']}: tags"
            if len(rule["name"]) > 255 or any(len(rule[k]["text"]) > 1024 for k in ("shortDescription", "fullDescription")):
                yield f"rule {rule['id']}: texts"
            if not rule["help"]["text"]:
                yield f"rule {rule['id']}: help.text is required"
            if not re.fullmatch(r"\d+\.\d", rule["properties"]["security-severity"]):
                yield f"rule {rule['id']}: security-severity is no such text"
        ids = [r["id"] for r in driver["rules"]]
        if len(ids) != len(set(ids)):
            yield "two rules of one id"
        for r in run["results"]:
            if r["ruleId"] not in ids:
                yield f"result of {r['ruleId']}: no such rule"
            if len(r["locations"]) > 1000 or len(r.get("relatedLocations", [])) > 100:
                yield "too many locations"


def check_gitlab_sarif(log, data):
    """5,000 results, 10 tags, texts of 1,024 characters; a CWE of secrets makes it secret detection, else it would be SAST."""
    for run in log["runs"]:
        rules = {r["id"]: r for r in run["tool"]["driver"]["rules"]}
        for r in run["results"]:
            rule = rules[r["ruleId"]]
            if len(r["message"]["text"]) > 1024 or len(rule.get("helpUri", "")) > 2048:
                yield f"result of {r['ruleId']}: skipped for its texts"
            if not 0 <= r["rank"] <= 100:
                yield f"result of {r['ruleId']}: rank"
            tags = {m.group(1) for t in rule["properties"]["tags"] if (m := re.fullmatch(r"cwe[-:](\d+)", t))}
            named = {m.group(1) for k in rule["relationships"] if k["target"]["toolComponent"]["name"] == "CWE"
                     and (m := re.search(r"(\d+)$", k["target"]["id"]))}
            if not tags <= named:  # ten tags have no room for every CWE
                yield f"rule {r['ruleId']}: tags say {sorted(tags)}, relationships {sorted(named)}"
            if not tags:
                yield f"rule {r['ruleId']}: no CWE that GitLab reads"


def check_sonar(log, data):
    for run in log["runs"]:
        for rule in run["tool"]["driver"]["rules"]:
            if rule["defaultConfiguration"]["level"] not in ("error", "warning", "note", "none"):
                yield f"rule {rule['id']}: level"
        for r in run["results"]:
            if not r["ruleId"] or not r["message"]["text"]:
                yield "ruleId and message.text are mandatory"


def dojo_severity(score):
    for least, name in ((9, "Critical"), (7, "High"), (4, "Medium"), (0.1, "Low")):
        if score >= least:
            return name
    return "Info"


def dojo_findings(log):
    """What DefectDojo documents that it takes of a SARIF log: one finding a location of a result of kind "fail"."""
    for run in log["runs"]:
        rules = {r["id"]: r for r in run["tool"]["driver"]["rules"]}
        for r in run["results"]:
            if r.get("kind", "fail") != "fail":
                continue
            for at in r["locations"]:
                rule = rules[r["ruleId"]]
                cwes = [int(m.group(1)) for t in r["taxa"] if t["toolComponent"]["name"] == "CWE" and (m := re.search(r"(\d+)", t["id"]))]
                prints = r.get("fingerprints") or r.get("partialFingerprints") or {}
                yield {"title": r["message"]["text"], "cwes": cwes, "severity": dojo_severity(float(rule["properties"]["security-severity"])),
                       "suppressed": bool(r.get("suppressions")), "file": at["physicalLocation"]["artifactLocation"]["uri"],
                       "line": at["physicalLocation"]["region"]["startLine"], "rule": r["ruleId"], "prints": prints}


def check_dojo(log, data):
    found = list(dojo_findings(log))
    results = [r for run in log["runs"] for r in run["results"]]
    if len(found) != len(results):
        yield f"{len(found)} findings of {len(results)} results"
    for f in found:
        if not f["cwes"]:
            yield f"{f['rule']}: no CWE"
        if not f["file"] or f["line"] < 1 or not f["title"]:
            yield f"{f['rule']}: no file, line or title"
    for run in log["runs"]:
        if run["results"] and not run["invocations"][-1].get("endTimeUtc"):
            yield "no date: endTimeUtc of the last invocation"
        if not run["tool"]["driver"]["version"]:
            yield "no version"
        for r in run["results"]:
            for fix in r.get("fixes", []):
                if not fix.get("description", {}).get("text"):
                    yield f"{r['ruleId']}: a fix without description.text ends the import"


def check_dojo_gitlab(doc, data):
    """end_time in its one form, and name, description, severity, location, id of each vulnerability."""
    datetime.datetime.strptime(doc["scan"]["end_time"], "%Y-%m-%dT%H:%M:%S")
    ids = [v["id"] for v in doc["vulnerabilities"]]
    if len(ids) != len(set(ids)):
        yield "ids are not unique"
    for v in doc["vulnerabilities"]:
        if not (v["name"] and v["description"]) or v["severity"] not in ("Critical", "High", "Medium", "Low", "Info"):
            yield f"{v['id']}: name, description or severity"
        if "start_line" in v["location"] and v["location"]["start_line"] < 1:
            yield f"{v['id']}: start_line"


class Finding:
    """Stands in for the model: keeps what the parser sets."""

    def __init__(self, **fields):
        self.cwe, self.unsaved_cwes, self.unsaved_tags, self.unique_id_from_tool, self.date = None, [], [], None, None
        self.unsaved_locations = []
        self.__dict__.update(fields)


def dojo_parsers(folder):
    """The parsers of a checkout, loaded beside stand-ins for the parts of Django and DefectDojo that they name."""
    def module(name, **members):
        m = types.ModuleType(name)
        m.__dict__.update(members)
        m.__path__ = []
        sys.modules[name] = m
        return m

    settings = types.SimpleNamespace(V3_FEATURE_LOCATIONS=False)
    module("django")
    module("django.conf", settings=settings)
    module("django.utils")
    module("django.utils.translation", gettext=lambda text: text)
    dateutil = module("dateutil")
    dateutil.parser = module("dateutil.parser", isoparse=lambda t: datetime.datetime.fromisoformat(t.replace("Z", "+00:00")))
    dojo = module("dojo")
    dojo.__path__ = [os.path.join(folder, "dojo")]
    module("dojo.models", Finding=Finding)
    tools = module("dojo.tools")
    tools.__path__ = [os.path.join(folder, "dojo", "tools")]
    module("dojo.tools.locations", LocationData=types.SimpleNamespace(code=lambda **fields: fields))
    module("dojo.tools.parser_test", ParserTest=type("ParserTest", (), {"__init__": lambda self, **fields: self.__dict__.update(fields)}))
    return (importlib.import_module("dojo.tools.sarif.parser").SarifParser(),
            importlib.import_module("dojo.tools.gitlab_secret_detection_report.parser").GitlabSecretDetectionReportParser())


def check_with_dojo(parser, path, expected):
    with open(path, encoding="utf-8") as f:
        found = parser.get_findings(f, None)
    if len(found) != len(expected):
        yield f"it makes {len(found)} findings of {len(expected)}"
    for got, want in zip(found, expected):
        if (got.severity, got.false_p, got.active) != (want["severity"], want["suppressed"], not want["suppressed"]):
            yield f"{want['rule']}: severity {got.severity}, suppressed {got.false_p}"
        if not set(want["cwes"]) <= set(got.unsaved_cwes):
            yield f"{want['rule']}: CWEs {got.unsaved_cwes}, not {want['cwes']}"
        if (got.file_path, got.line) != (want["file"], want["line"]) or got.date is None:
            yield f"{want['rule']}: at {got.file_path}:{got.line}, date {got.date}"
        if want["prints"] and not got.unique_id_from_tool:
            yield f"{want['rule']}: no id from the fingerprints"


def report(name, path, errors):
    for e in errors[:20]:
        print(f"  {path}: {e}")
    print(f"{'not ok' if errors else 'ok'} {name} {path.name}: {len(errors)} errors")
    return len(errors)


def main(arguments):
    at = arguments.index("--gitlab") if "--gitlab" in arguments else len(arguments)
    sarif, gitlab = [pathlib.Path(a) for a in arguments[:at]], [pathlib.Path(a) for a in arguments[at + 1:]]
    folder = os.environ.get("DEFECTDOJO")
    parsers = dojo_parsers(folder) if folder else None
    bad = 0
    for path in sarif:
        data = path.read_bytes()
        log = json.loads(data)
        for name, check in (("github_takes", check_github), ("gitlab_takes", check_gitlab_sarif), ("sonarqube_takes", check_sonar), ("defectdojo_takes", check_dojo)):
            bad += report(name, path, list(check(log, data)))
        if parsers:
            bad += report("defectdojo_itself_takes", path, list(check_with_dojo(parsers[0], path, list(dojo_findings(log)))))
    for path in gitlab:
        data = path.read_bytes()
        doc = json.loads(data)
        bad += report("defectdojo_takes", path, list(check_dojo_gitlab(doc, data)))
        if parsers:
            with open(path, encoding="utf-8") as f:
                found = parsers[1].get_findings(f, None)
            bad += report("defectdojo_itself_takes", path, [] if len(found) == len(doc["vulnerabilities"]) else [f"{len(found)} findings"])
    if not parsers:
        print("skip defectdojo_itself: set DEFECTDOJO to a checkout of django-DefectDojo")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
