#!/usr/bin/env python3
"""Measures precision and recall of nhiscan on labelled cases.

Cases are JSON lines: {"text": …, "path": …, "group": …, "secret": …}. `text` may hold templates ({{…}}, rules/template.h) and
marks its secret as ⟦…⟧; without marks, `secret` is the literal secret, or null when there is none. Instead of `text`, `file` and
`line` name a line of a file. A pointer list (--pointers, --repos) adds lines of public repositories, judged by hand.

A finding counts for a case when it overlaps its secret; a case with a secret has one true finding at most, and every finding that
overlaps none is a false one. Prints a table for each group and confidence, and the rules with most false findings.
With --floors FILE, exits with 1 when a measure is below its floor.
"""
import argparse
import collections
import json
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
LEVELS = ("high", "medium", "low")
OPEN, CLOSE = "\u27e6", "\u27e7"


class Case:
    def __init__(self, path, data, spans, group, only_line=None):
        self.path, self.data, self.spans, self.group = path, data, spans, group
        self.only_line = only_line  # pointer cases: what other lines hold is not judged
        self.best = None  # confidence of the best finding that overlaps a secret
        self.false = []  # (confidence, rule)


def expand(texts, tool):
    out = subprocess.run([tool, "1"], input="\0".join(texts).encode() + b"\0", stdout=subprocess.PIPE, check=True)
    return out.stdout.split(b"\0")[: len(texts)]


def unmark(data):
    """Takes the marks out; returns the bytes and the byte spans that they enclosed."""
    spans, out, at = [], b"", 0
    o, c = OPEN.encode(), CLOSE.encode()
    while True:
        i = data.find(o, at)
        if i < 0:
            return out + data[at:], spans
        j = data.index(c, i)
        out += data[at:i]
        spans.append((len(out), len(out) + j - i - len(o)))
        out += data[i + len(o) : j]
        at = j + len(c)


def load_cases(paths, tool):
    rows = []
    for p in paths:
        stream = sys.stdin if p == "-" else open(p, encoding="utf-8")
        with stream:
            rows += [(json.loads(l), os.path.dirname(p)) for l in stream if l.strip() and not l.startswith("//")]
    texts = [r.get("text", "") for r, _ in rows]
    cases = []
    for (row, folder), data in zip(rows, expand(texts, tool) if rows else []):
        if "file" in row:
            with open(os.path.join(folder, row["file"]), "rb") as f:
                whole = f.read()
            start, end = line_span(whole, row["line"])
            secret = row.get("secret")
            spans = []
            if secret:
                at = whole.find(secret.encode(), start, end)
                spans = [(at, at + len(secret.encode()))] if at >= 0 else [(start, end)]
            cases.append(Case(row.get("path", row["file"]), whole, spans, row["group"], (start, end)))
            continue
        data, spans = unmark(data)
        if not spans and row.get("secret"):
            s = row["secret"].encode()
            at = data.find(s)
            spans = [(at, at + len(s))] if at >= 0 else []
        cases.append(Case(row.get("path", "file.txt"), data, spans, row["group"]))
    return cases


def line_span(data, line):
    at = 0
    for _ in range(line - 1):
        at = data.find(b"\n", at) + 1
        if at == 0:
            return len(data), len(data)
    end = data.find(b"\n", at)
    return at, end if end >= 0 else len(data)


def find_repo(root, name):
    for p in (name.replace("/", "+") + "/repo", name, name + ".git", os.path.basename(name)):
        full = os.path.join(root, p)
        if os.path.exists(full):
            return full
    return None


def load_pointers(path, root, absent):
    cases, blobs = [], {}
    for row in open(path, encoding="utf-8"):
        if row.startswith("#") or not row.strip():
            continue
        repo, commit, file, line, judgement, group = row.rstrip("\n").split("\t")
        key = (repo, commit, file)
        if key not in blobs:
            where = find_repo(root, repo)
            got = where and subprocess.run(["git", "-C", where, "cat-file", "blob", f"{commit}:{file}"], capture_output=True)
            blobs[key] = got.stdout if got and got.returncode == 0 else None
        if blobs[key] is None:
            absent[repo] += 1
            continue
        span = line_span(blobs[key], int(line))
        cases.append(Case(file, blobs[key], [span] if judgement == "true" else [], group, span))
    return cases


def letters(n):
    """A folder's name that no masking of secrets can touch."""
    out = ""
    for _ in range(5):
        out = "bcdfghjklm"[n % 10] + out
        n //= 10
    return "q" + out


def scan(cases, binary):
    """Writes the cases down, scans them once, and hands out the findings."""
    with tempfile.TemporaryDirectory() as tmp:
        root = os.path.join(tmp, "in")
        folders = collections.OrderedDict()  # a file is written once, however many of its lines are judged
        for c in cases:
            folders.setdefault((c.path, c.data), []).append(c)
        by_name = {letters(i): members for i, members in enumerate(folders.values())}
        for name, members in by_name.items():
            c = members[0]
            full = os.path.join(root, name, c.path.lstrip("/"))
            os.makedirs(os.path.dirname(full), exist_ok=True)
            with open(full, "wb") as f:
                f.write(c.data)
        out = subprocess.run([binary, "--no-history", "--no-config", "--format", "jsonl", "--min-confidence", "low", root],
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        if out.returncode not in (0, 1):
            sys.exit("nhiscan failed: " + out.stderr.decode())
    for line in out.stdout.splitlines():
        f = json.loads(line)
        if f["type"] != "finding" or f["kind"] == "configuration":
            continue
        for s in f["sightings"]:
            for case in by_name.get(s["path"].split("/")[0], ()):
                hand_out(case, f, s)


def hand_out(case, f, s):
    start = s["offset"]
    first, _ = line_span(case.data, s["end_line"])
    end = max(first + s["end_column"] - 1, start + 1)
    level = f["confidence"]
    if case.only_line and not (start < case.only_line[1] and case.only_line[0] < end):
        return
    if any(start < b and a < end for a, b in case.spans):
        if case.best is None or LEVELS.index(level) < LEVELS.index(case.best):
            case.best = level
        return
    case.false.append((level, f["rule"]))


def measure(cases, level):
    reach = LEVELS[: LEVELS.index(level) + 1]
    positives = sum(1 for c in cases if c.spans)
    hit = sum(1 for c in cases if c.spans and c.best in reach)
    false = sum(1 for c in cases for l, _ in c.false if l in reach)
    precision = hit / (hit + false) if hit + false else None
    recall = hit / positives if positives else None
    return positives, hit, false, precision, recall


def show(x):
    return "   -" if x is None else f"{x:.3f}"


def print_table(title, cases):
    groups = collections.OrderedDict()
    for c in sorted(cases, key=lambda c: c.group):
        groups.setdefault(c.group, []).append(c)
    print(f"\n{title}: {len(cases)} cases, {sum(1 for c in cases if not c.spans)} without a secret")
    print(f"{'group':<26}{'cases':>6}{'true':>6}   " + "   ".join(f"{l:>6}: P     R  false" for l in LEVELS))
    for name, members in list(groups.items()) + [("ALL", cases)]:
        cells = []
        for l in LEVELS:
            _, _, false, p, r = measure(members, l)
            cells.append(f"{show(p):>9}{show(r):>7}{false:>6}")
        print(f"{name:<26}{len(members):>6}{sum(1 for c in members if c.spans):>6}   " + "   ".join(cells))
    worst = collections.Counter((rule, l) for c in cases for l, rule in c.false if l != "low")
    if worst:
        print("most false findings: " + ", ".join(f"{r} ({l}) {n}" for (r, l), n in worst.most_common(8)))


def check_floors(path, results):
    failed = 0
    with open(path, encoding="utf-8") as f:
        floors = json.load(f)
    for name, wanted in floors.items():
        cases = results.get(name)
        if not cases:
            continue
        for level, (p_min, r_min) in wanted.items():
            _, _, _, p, r = measure(cases, level)
            if (p or 0) < p_min or (r or 0) < r_min:
                failed += 1
                print(f"BELOW FLOOR: {name} at {level}: precision {show(p)} (floor {p_min}), recall {show(r)} (floor {r_min})")
    return failed


def list_errors(cases, level):
    reach = LEVELS[: LEVELS.index(level) + 1]
    for c in cases:
        a, b = c.only_line or (0, len(c.data))
        text = c.data[a:b][:200].decode("utf-8", "replace").strip()
        if c.spans and c.best not in reach:
            print(f"MISSED [{c.group}] {c.path}: {text}")
        for l, rule in c.false:
            if l in reach:
                print(f"FALSE  [{c.group}] {rule} {l} {c.path}: {text}")


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("cases", nargs="*", help="JSONL files; - is the standard input")
    ap.add_argument("--pointers", help="list of judged lines: repository, commit, path, line, true or false, group")
    ap.add_argument("--repos", help="folder of clones: OWNER/NAME, OWNER+NAME/repo or NAME")
    ap.add_argument("--binary", default=os.path.join(TOP, "build/nhiscan"))
    ap.add_argument("--expand", default=os.path.join(TOP, "build/tests/accuracy/expand"))
    ap.add_argument("--floors", help="JSON: set -> level -> [precision, recall]")
    ap.add_argument("--errors", choices=LEVELS, help="list what is missed and false at this confidence")
    args = ap.parse_args()
    results, absent = {}, collections.Counter()
    if args.cases:
        results["development"] = load_cases(args.cases, args.expand)
    if args.pointers and args.repos:
        results["pointers"] = load_pointers(args.pointers, args.repos, absent)
    for name, cases in results.items():
        scan(cases, args.binary)
        if args.errors:
            list_errors(cases, args.errors)
        print_table(name, cases)
    for repo, n in absent.items():
        print(f"not resolved: {n} lines of {repo}")
    return 1 if args.floors and check_floors(args.floors, results) else 0


if __name__ == "__main__":
    sys.exit(main())
