#!/bin/sh
# `nhiscan ci` and a whole scan over at least 5,000 workflow files, beside zizmor (offline, default persona) on the same files, as Markdown on
# stdout. BENCH_CI=dir holds repositories with their .github/workflows; without it synthetic workflows serve.
. "$(dirname "$0")/lib.sh"

files=${BENCH_CI_FILES:-5000}
corpus=$work/ci
mkdir "$corpus"
python3 - "$corpus" "$files" "${BENCH_CI:-}" <<'PY'
import os, shutil, sys

out, want, source = sys.argv[1], int(sys.argv[2]), sys.argv[3]
found = []
for top, folders, names in os.walk(source) if source else ():
    folders.sort()
    if top.endswith("/.github/workflows"):
        found += [os.path.join(top, n) for n in sorted(names) if n.endswith((".yml", ".yaml"))]
job = """
  %(name)s:
    runs-on: ubuntu-latest
    permissions: {contents: read}
    strategy: {matrix: {version: [1, 2, 3]}}
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-node@v4
        with: {node-version: "${{ matrix.version }}", cache: npm}
      - name: Build
        run: |
          npm ci
          npm run build -- --mode "$MODE" | tee build.log
          if [ -n "$TOKEN" ]; then npm publish --dry-run; fi
        env:
          MODE: ${{ github.event_name == 'push' && 'production' || 'development' }}
          TOKEN: ${{ secrets.NPM_TOKEN }}
      - run: echo "${{ needs.first.outputs.version }}" >> "$GITHUB_STEP_SUMMARY"
"""
for i in range(want):
    folder = os.path.join(out, str(i // 8), ".github", "workflows")
    os.makedirs(folder, exist_ok=True)
    path = os.path.join(folder, "w%d.yml" % i)
    if found:
        shutil.copyfile(found[i % len(found)], path)
    else:
        with open(path, "w") as f:
            f.write("name: w%d\non: [push, pull_request]\njobs:" % i)
            f.write("".join(job % {"name": "first" if k == 0 else "j%d" % k} for k in range(1 + i % 6)))
PY
printf '### Pipelines\n\n%s workflow files, %s, two processors; seconds, the least of %s runs.\n\n' "$(find "$corpus" -name '*.y*ml' | wc -l)" \
	"$(du -sh --apparent-size "$corpus" | cut -f1)" "$runs"

# The least wall time of several runs; empty when the program fails.
least() { # program and arguments
	python3 - "$runs" "$@" <<'PY'
import subprocess, sys, time

best = None
for _ in range(int(sys.argv[1])):
    start = time.monotonic()
    done = subprocess.run(sys.argv[2:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    spent = time.monotonic() - start
    if done.returncode > 1:
        sys.exit(0)
    best = spent if best is None else min(best, spent)
print("%.2f" % best)
PY
}
ratio() { awk "BEGIN { printf \"%.1f\", $1 / $2 }"; }

# shellcheck disable=SC2046
ours=$(least $(on 2) "$NHISCAN" ci "$corpus")
# shellcheck disable=SC2046
whole=$(least $(on 2) "$NHISCAN" --no-history --format json -o "$work/report.json" "$corpus")
peer=
if have zizmor; then
	# shellcheck disable=SC2046
	peer=$(runs=1 least $(on 2) zizmor --offline --no-config --format json -q --no-exit-codes "$corpus")
fi
printf '| program | seconds | times nhiscan ci |\n|---|---|---|\n'
printf '| nhiscan ci | %s | 1 |\n| nhiscan, secrets too | %s | %s |\n' "$ours" "$whole" "$(ratio "$whole" "$ours")"
if [ -n "$peer" ]; then
	printf '| zizmor | %s | %s |\n' "$peer" "$(ratio "$peer" "$ours")"
elif have zizmor; then
	printf '\nNot measured: zizmor gave up on these files.\n'
fi
absent zizmor
