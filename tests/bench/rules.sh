#!/bin/sh
# What more rules cost: the same tree scanned with folders of the first 120 rules, the first 450 and all of them, so that only their keywords
# are looked for (--only would look for all). Prints processor seconds, the least of the runs, and the ratios.
# rules.sh FOLDER
. "$(dirname "$0")/lib.sh"
[ $# = 1 ] || {
	echo "usage: rules.sh FOLDER" >&2
	exit 2
}
python3 - "$NHISCAN" "$root/rules/secrets" "$work" "$(cd "$1" && pwd)" "$runs" <<'END'
import glob, os, re, resource, subprocess, sys

binary, rules, work, tree, runs = sys.argv[1:5] + [int(sys.argv[5])]
texts = []
for name in sorted(glob.glob(os.path.join(rules, "*.yaml"))):
    with open(name, encoding="utf-8") as f:
        texts += [part for part in re.split(r"(?m)^(?=- id: )", f.read()) if part.startswith("- id: ")]


def folder(n):
    """Every n-th part of the catalogue alike: its files stand by subject, and the first ones alone would be of few services."""
    chosen = [texts[i * len(texts) // n] for i in range(n)]
    ids = {re.match(r"- id: (\S+)", t).group(1) for t in chosen}
    path = os.path.join(work, str(n))
    os.makedirs(path)
    with open(os.path.join(path, "rules.yaml"), "w", encoding="utf-8") as f:
        for t in chosen:  # partners must be there
            f.write(re.sub(r"(?m)^  partners: \[(.*)\]\n(?:  raised: .*\n)?",
                           lambda m: m.group(0) if set(re.split(r",\s*", m.group(1))) <= ids else "", t))
    return path


def seconds(path):
    best = None
    for _ in range(runs):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        done = subprocess.run([binary, "scan", "--no-config", "--no-history", "--no-progress", "--exit-zero", "--threads", "1",
                               "--no-builtin-rules", "--rules", path, "--format", "json", tree], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        if done.returncode not in (0, 3):  # 3: a file could not be read, as without rules
            sys.exit(done.stderr.decode())
        spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        best = spent if best is None else min(best, spent)
    return best


print("| rules | processor seconds | to 120 |\n|---:|---:|---:|")
base = None
for n in (120, 450, len(texts)):
    spent = seconds(folder(n))
    base = base or spent
    print(f"| {n} | {spent:.2f} | {spent / base:.2f} |", flush=True)
END
