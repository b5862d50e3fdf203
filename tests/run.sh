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

# Where a test's output goes; its exit status stands beside it.
output_of() { # test
	printf '%s/%s' "$work" "${1//\//_}"
}
record() { # test, command…
	local name=$1 status=0
	shift
	"$@" >"$(output_of "$name")" 2>&1 </dev/null || status=$?
	echo "$status" >"$(output_of "$name").status"
}
execute_unit() {
	record "$1" "$build/${1%.c}"
}
execute_script() {
	record "$1" env NHISCAN="$nhiscan" BUILD="$build" "$1"
}
execute_fuzz() {
	record "$1" tests/fuzz/run.sh "${FUZZ_SECONDS:-5}" "build-fuzz/$(basename "$1" .c)"
}
# In a shell of its own, so that it waits for nothing else. Tests write to folders of their own, so that they can run side by side.
execute_all() ( # how many at once, function, tests…
	local most=$1 execute=$2 running=0 t
	shift 2
	for t; do
		[ "$running" -lt "$most" ] || { wait -n; running=$((running - 1)); }
		"$execute" "$t" &
		running=$((running + 1))
	done
	wait
)

# Adds up what a test printed: with counts of its own, or one result when it counts nothing.
account() { # test, name, passed, failed, skipped
	local output status p=$3 f=$4 s=$5
	output=$(output_of "$1") status=$(cat "$(output_of "$1").status")
	passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
	printf '%-32s %4d passed' "$2" "$p"
	[ "$f" = 0 ] || printf ', %d failed' "$f"
	[ "$s" = 0 ] || printf ', %d skipped' "$s"
	echo
	grep '^skip ' "$output"
	if [ "$status" != 0 ]; then
		cat "$output"
		[ "$f" != 0 ] || failure "$1 ended with $status"
	fi
}
# Of a cmocka program; one that died before its summary is one failure.
account_unit() { # test
	local o p f s
	o=$(output_of "$1")
	p=$(sed -n 's/^\[  PASSED  \] \([0-9]*\) test(s)\.*$/\1/p' "$o" | awk '{n += $1} END {print n + 0}')
	f=$(sed -n 's/^\[  FAILED  \] \([0-9]*\) test(s), listed below:.*$/\1/p' "$o" | awk '{n += $1} END {print n + 0}')
	s=$(sed -n 's/^\[  SKIPPED \] \([0-9]*\) test(s), listed below:.*$/\1/p' "$o" | awk '{n += $1} END {print n + 0}')
	account "$1" "$(basename "$1" .c)" "$p" "$f" "$s"
	if [ $((p + f + s)) = 0 ] && [ "$(cat "$o.status")" = 0 ]; then
		cat "$o"
		failure "$1 ran no test"
	fi
}
# A script prints "ok", "not ok" and "skip" lines, or nothing of the kind, and then its exit status is its one result.
account_script() { # test
	local o p f s
	o=$(output_of "$1")
	p=$(grep -c '^ok ' "$o") f=$(grep -c '^not ok ' "$o") s=$(grep -c '^skip ' "$o")
	if [ $((p + f + s)) = 0 ] && [ "$(cat "$o.status")" = 0 ]; then p=1; fi
	account "$1" "${1#tests/}" "$p" "$f" "$s"
}

# Builds while something else runs; the next one that needs it waits with `built`.
start_build() { # name, make variables and targets
	local name=$1
	shift
	make --no-print-directory -s -j"$jobs" "$@" >"$work/build-$name.log" 2>&1 &
	builder=$!
}
built() { # name
	wait "$builder" && return
	cat "$work/build-$1.log"
	failure "the $1 build"
	return 1
}

run_tests() { # name
	local t golden=() cli=()
	section "$1 build: unit tests"
	execute_all "$jobs" execute_unit tests/unit/*.c
	for t in tests/unit/*.c; do
		account_unit "$t"
	done
	section "$1 build: golden and command line tests"
	for t in tests/golden/*.sh tests/cli/*.sh; do
		case $t in
		*/lib.sh | *'*'*) ;;
		tests/golden/*) golden+=("$t") ;;
		*) cli+=("$t") ;;
		esac
	done
	# Golden tests one after the other: they share the validators that npm installs.
	execute_all 1 execute_script "${golden[@]}" &
	local lane=$!
	execute_all "$((jobs > 1 ? jobs - 1 : 1))" execute_script "${cli[@]}"
	wait "$lane"
	for t in "${golden[@]}" "${cli[@]}"; do
		account_script "$t"
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
	built fuzz || return
	local t
	execute_all "$jobs" execute_fuzz tests/fuzz/*.c
	for t in tests/fuzz/*.c; do
		cat "$(output_of "$t")"
		if [ "$(cat "$(output_of "$t").status")" = 0 ]; then pass; else failure "$t"; fi
	done
}
fuzz_targets() {
	local t
	for t in tests/fuzz/*.c; do
		echo "build-fuzz/$(basename "$t" .c)"
	done
}

section 'house rules'
if tools/check-includes.sh; then pass; else failure 'direction of includes'; fi
section 'plain build'
start_build plain all unit
if built plain; then
	# Tests leave room for a build beside them.
	[ -n "${QUICK:-}" ] || start_build sanitized ASAN=1 all unit
	build=build nhiscan=$PWD/build/nhiscan
	run_tests plain
	if [ -z "${QUICK:-}" ]; then
		if built sanitized; then
			# shellcheck disable=SC2046
			! command -v clang >/dev/null || start_build fuzz $(fuzz_targets)
			# Properties held on random input need fewer rounds where each takes several times as long.
			export NHISCAN_ROUNDS=${NHISCAN_ROUNDS:-25}
			build=build-asan nhiscan=$PWD/build-asan/nhiscan
			run_tests sanitized
			run_fuzz
		fi
		run_valgrind
	fi
fi

echo
printf '%d passed, %d failed' "$passed" "$failed"
[ "$skipped" = 0 ] || printf ', %d skipped' "$skipped"
echo
[ "$failed" = 0 ]
