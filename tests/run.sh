#!/bin/bash
# Builds and runs every test: unit, golden and command line tests in the plain and the sanitized build, includes, man pages, fuzz
# targets for a few seconds, valgrind over the main paths. Ends with the line "N passed, N failed[, N skipped]".
#   QUICK=1         the plain build only, without fuzzing and valgrind
#   FUZZ_SECONDS=5  for each fuzz target
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1
passed=0 failed=0 skipped=0
jobs=$(nproc 2>/dev/null || echo 2)
log=$(mktemp)
work=$(mktemp -d)
trap 'rm -rf "$log" "$work"' EXIT

section() {
	printf '\n== %s\n' "$*"
}
pass() {
	passed=$((passed + ${1:-1}))
}
failure() { # what
	failed=$((failed + 1))
	printf 'FAILED: %s\n' "$*"
}
skip() { # what and why
	skipped=$((skipped + 1))
	printf 'SKIPPED: %s\n' "$*"
}

# Sums up what a cmocka program printed; one that died before its summary is one failure.
run_unit() { # program
	local status=0 p f s
	"$1" >"$log" 2>&1 || status=$?
	p=$(sed -n 's/^\[  PASSED  \] \([0-9]*\) test(s)\.*$/\1/p' "$log" | awk '{n += $1} END {print n + 0}')
	f=$(sed -n 's/^\[  FAILED  \] \([0-9]*\) test(s), listed below:.*$/\1/p' "$log" | awk '{n += $1} END {print n + 0}')
	s=$(sed -n 's/^\[  SKIPPED \] \([0-9]*\) test(s), listed below:.*$/\1/p' "$log" | awk '{n += $1} END {print n + 0}')
	passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
	printf '%-32s %4d passed' "$(basename "$1")" "$p"
	[ "$f" = 0 ] || printf ', %d failed' "$f"
	[ "$s" = 0 ] || printf ', %d skipped' "$s"
	echo
	if [ "$status" != 0 ]; then
		cat "$log"
		[ "$f" != 0 ] || failure "$1 ended with $status"
	elif [ $((p + f + s)) = 0 ]; then
		cat "$log"
		failure "$1 ran no test"
	fi
}

# A script prints "ok", "not ok" and "skip" lines, or nothing of the kind, and then its exit status is its one result.
run_script() { # script
	local status=0 p f s
	NHISCAN=$nhiscan BUILD=$build "$1" >"$log" 2>&1 </dev/null || status=$?
	p=$(grep -c '^ok ' "$log") f=$(grep -c '^not ok ' "$log") s=$(grep -c '^skip ' "$log")
	if [ $((p + f + s)) = 0 ] && [ "$status" = 0 ]; then p=1; fi
	passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
	printf '%-32s %4d passed' "${1#tests/}" "$p"
	[ "$f" = 0 ] || printf ', %d failed' "$f"
	[ "$s" = 0 ] || printf ', %d skipped' "$s"
	echo
	grep '^skip ' "$log"
	if [ "$status" != 0 ]; then
		cat "$log"
		[ "$f" != 0 ] || failure "$1 ended with $status"
	fi
}

run_build() { # name, make variables
	local name=$1
	shift
	section "$name build"
	if ! make --no-print-directory -s -j"$jobs" "$@" all unit >"$log" 2>&1; then
		cat "$log"
		failure "the $name build"
		return 1
	fi
	build=build nhiscan=$PWD/build/nhiscan
	# Properties held on random input need fewer rounds where each takes several times as long.
	[ "$#" = 0 ] || build=build-asan nhiscan=$PWD/build-asan/nhiscan NHISCAN_ROUNDS=${NHISCAN_ROUNDS:-25}
	[ "$#" = 0 ] || export NHISCAN_ROUNDS
	section "$name build: unit tests"
	local t
	for t in tests/unit/*.c; do
		run_unit "$build/${t%.c}"
	done
	section "$name build: golden and command line tests"
	for t in tests/golden/*.sh tests/cli/*.sh; do
		case $t in */lib.sh | *'*'*) continue ;; esac
		run_script "$t"
	done
}

# The main paths without an invalid access or a definite leak; their own exit status may be anything else.
under_valgrind() { # arguments of nhiscan
	local status=0
	valgrind -q --error-exitcode=99 --leak-check=full --errors-for-leak-kinds=definite \
		build/nhiscan "$@" >"$log" 2>&1 </dev/null || status=$?
	if [ "$status" = 99 ] || [ "$status" -ge 128 ]; then
		cat "$log"
		failure "valgrind: nhiscan $*"
	else
		pass
		echo "nhiscan $*: clean (exit status $status)"
	fi
}

run_valgrind() {
	section 'valgrind'
	command -v valgrind >/dev/null || {
		skip 'valgrind is not installed'
		return
	}
	mkdir "$work/repo"
	(
		cd "$work/repo" || exit
		git init -q . && printf 'user = me\npassword = %s%s\n' 'tR7#kq' '9LmZ2w' >app.conf
		git add . && git -c user.name=t -c user.email=t@example.org commit -qm one
		echo clean >app.conf && git -c user.name=t -c user.email=t@example.org commit -qam two
	)
	under_valgrind --version --json
	under_valgrind --help
	under_valgrind --no-such-option
	under_valgrind rules list
	under_valgrind scan --threads 2 "$work/repo"
	under_valgrind scan --no-history --format json "$work/repo/app.conf"
	under_valgrind scan --format sarif --range HEAD~1..HEAD "$work/repo"
	under_valgrind scan --format json --staged "$work/repo"
}

run_fuzz() {
	section "fuzz targets, ${FUZZ_SECONDS:-5} s each"
	command -v clang >/dev/null || {
		skip 'clang is not installed, so that nothing is fuzzed'
		return
	}
	local t bin
	for t in tests/fuzz/*.c; do
		bin=build-fuzz/$(basename "$t" .c)
		if ! make --no-print-directory -s -j"$jobs" "$bin" >"$log" 2>&1; then
			cat "$log"
			failure "building $bin"
		elif tests/fuzz/run.sh "${FUZZ_SECONDS:-5}" "$bin"; then
			pass
		else
			failure "$bin"
		fi
	done
}

section 'house rules'
if tools/check-includes.sh; then pass; else failure 'direction of includes'; fi
run_build plain
if [ -z "${QUICK:-}" ]; then
	run_build sanitized ASAN=1
	run_valgrind
	run_fuzz
fi

echo
printf '%d passed, %d failed' "$passed" "$failed"
[ "$skipped" = 0 ] || printf ', %d skipped' "$skipped"
echo
[ "$failed" = 0 ]
