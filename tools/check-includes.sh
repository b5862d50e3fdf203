#!/bin/sh
# Holds the direction of includes: scanners -> rules -> report, all on core, opened by cmd.
#   core: core only. scanners: core, scanners. rules: core, rules, scanners/document.h, scanners/fact.h, scanners/node.h
#   and scanners/iam/aws/model.h (what readers of accounts hand to rules/privilege).
#   report: core, report, rules/finding.h, rules/framework.h. cmd: all.
set -eu
cd "$(dirname "$0")/.."
bad=0
check() { # folder, allowed pattern
	out=$(grep -rnE '^[[:space:]]*#[[:space:]]*include[[:space:]]+"' --include='*.[ch]' "$1" | grep -vE "include[[:space:]]+\"($2)" || true)
	[ -z "$out" ] || { printf 'include against the house rules (see CONTRIBUTING.md):\n%s\n' "$out" >&2; bad=1; }
}
check core 'core/'
check scanners 'core/|scanners/'
check rules 'core/|rules/|scanners/document\.h"|scanners/fact\.h"|scanners/node\.h"|scanners/iam/aws/model\.h"'
check report 'core/|report/|rules/finding\.h"|rules/framework\.h"'
exit $bad
