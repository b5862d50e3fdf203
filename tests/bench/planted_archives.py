#!/usr/bin/env python3
"""Who finds a secret in which kind of archive: planted_archives.py NHISCAN PEER=PROGRAM… prints a table. The matrix is that of tests/cli/archives.py,
every kind 1 to 4 deep with the secret as text, UTF-16 and base64, and 1 to 3 deep in base64 in a manifest; tokens are those of planted.py, of a
form that every peer knows, one each. A peer has found one when its output holds it; nhiscan masks, so its places are looked at."""
import json
import os
import shutil
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..", "cli")]
import archives  # noqa: E402
import planted  # noqa: E402

# Each with everything switched on that opens and decodes, and everything off that asks the network.
PEERS = {
    "gitleaks": ["dir", "--no-banner", "--exit-code", "0", "--log-level", "error", "--max-archive-depth", "8", "--max-decode-depth", "5", "-f", "json",
                 "-r", "-", "{}"],
    "trufflehog": ["filesystem", "{}", "--no-verification", "--no-update", "--json", "--log-level=-1", "--archive-max-depth=8"],
    "kingfisher": ["scan", "--no-validate", "--no-update-check", "--quiet", "--format", "json", "{}"],
}


def main():
    peers = dict(a.split("=", 1) for a in sys.argv[2:])
    archives.secret = planted.token
    # Under the names that such files have: some peers go by these. nhiscan's own test calls all of them .bin.
    archives.ENDINGS = {kind: "." + kind.split("-")[0] for kind in archives.KINDS}
    folder = os.path.join(archives.WORK, "planted")
    os.mkdir(folder)
    cells = {}  # kind: [(file, token)]
    for kind, (_, _, program) in archives.KINDS.items():
        if program and not shutil.which(program):
            continue
        for depth in (1, 2, 3, 4):
            for form in archives.FORMS:
                path, what = archives.plant(kind, depth, form, folder)
                cells.setdefault(kind, []).append((path.split("!/")[0], planted.token(what)))
                if kind not in archives.NOT_IN_TEXT and depth <= archives.IN_TEXT_DEPTH:
                    path, what = archives.plant_in_text(kind, depth, form, folder)
                    cells.setdefault(kind + ", in text", []).append((path.split("!/")[0], planted.token(what)))
    found = {}
    start = time.monotonic()
    out = subprocess.run([archives.suite.program, "--no-config", "--format", "json", folder], capture_output=True).stdout
    seconds = {"nhiscan": time.monotonic() - start}
    seen = {(s["path"].split("!/")[0], tail) for tail, s in archives.packed.seen(json.loads(out))}
    found["nhiscan"] = {t for of in cells.values() for f, t in of if (f, t[-4:]) in seen}
    for name, program in peers.items():
        start = time.monotonic()
        argv = [a.replace("{}", folder) for a in PEERS[name]]
        out = subprocess.run([program, *argv], capture_output=True, timeout=1200).stdout.decode(errors="replace")
        seconds[name] = time.monotonic() - start
        found[name] = {t for of in cells.values() for _, t in of if t in out}
    print("| kind | planted | %s |\n|---|--:|%s" % (" | ".join(found), "--:|" * len(found)))
    for kind, of in cells.items():
        print("| %s | %d | %s |" % (kind, len(of), " | ".join(str(sum(t in f for _, t in of)) for f in found.values())))
    total = sum(len(of) for of in cells.values())
    print("| **all** | %d | %s |" % (total, " | ".join(str(len(f)) for f in found.values())))
    print("| seconds |  | %s |" % " | ".join("%.0f" % seconds[n] for n in found))
    archives.suite.end()


main()
