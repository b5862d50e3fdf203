#!/bin/sh
# How long a commit waits for the hook: three staged files in a repository of many commits, beside what git itself needs to start and to name them, and beside the
# staged runs of other scanners where they are installed. Milliseconds, medians; "x" are ratios to nhiscan's.
#   COMMITS=100000 BENCH_RUNS=11 NHISCAN_PEERS=/opt/peers tests/bench/staged.sh
. "$(dirname "$0")/lib.sh"
commits=${COMMITS:-100000} runs=${BENCH_RUNS:-11}
export HOME="$work"
git init -q "$work/r"
cd "$work/r"
awk -v n="$commits" 'BEGIN {
	for (i = 1; i <= n; i++) {
		m = "commit " i
		printf "commit refs/heads/main\ncommitter t <t@example.org> %d +0000\ndata %d\n%s\nM 100644 inline dir%d/file%d.txt\ndata %d\n%s\n\n", 1000000000 + i * 60, length(m), m, i % 100, i % 2000, length(m), m
	}
}' | git fast-import --quiet --force
git checkout -q -f main
for i in 1 2 3; do printf 'int value_%d = %d;\n' $i $i >"new$i.c"; done
git add new1.c new2.c new3.c
machine
echo "$commits commits, three staged files."
{
	row 'nhiscan hook pre-commit' "$NHISCAN hook pre-commit"
	row 'git --version' 'git --version'
	row 'git diff --cached --name-only' 'git diff --cached --name-only'
	for peer in gitleaks betterleaks; do
		if have $peer; then row "$peer git --staged" "$peer git --staged --no-banner ."; fi
	done
} | measure --unit ms
absent gitleaks betterleaks
