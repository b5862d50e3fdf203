# A tiny harness for tests of the command line: sourced by tests/cli/*.sh, not run.
# NHISCAN is the program under test. Each check prints "ok NAME" or "not ok NAME" with what was seen; call `finish` last.
set -u
root=$(cd "$(dirname "$0")/../.." && pwd)
NHISCAN=${NHISCAN:-$root/build/nhiscan}
expand=$(dirname "$NHISCAN")/expand-template # SEED TEXT: fills in the holes of a rule's sample; built by `make check`
[ -x "$NHISCAN" ] || {
	echo "not ok: $NHISCAN is not there; run make first"
	exit 1
}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
bad=0
unset NO_COLOR SOURCE_DATE_EPOCH

# Runs nhiscan; leaves $status, $work.out and $work.err behind.
run() {
	status=0
	"$NHISCAN" "$@" >"$work/.out" 2>"$work/.err" || status=$?
}
ok() { # name
	echo "ok $1"
}
not_ok() { # name, what was seen
	echo "not ok $1: $2"
	sed 's/^/# out: /' "$work/.out" | cut -c1-400 | head -20
	sed 's/^/# err: /' "$work/.err" | cut -c1-400 | head -20
	bad=1
}
skip() { # name, why
	echo "skip $1: $2"
}
needs() { # name, program…: without one of them the script ends here, skipped
	name=$1
	shift
	for program; do
		command -v "$program" >/dev/null || {
			skip "$name" "$program is not there"
			finish
		}
	done
}
exits() { # name, status expected; of the last run
	if [ "$status" = "$2" ]; then ok "$1"; else not_ok "$1" "exit status $status, not $2"; fi
}
says() { # name, extended regular expression expected on stdout
	if grep -Eq -e "$2" "$work/.out"; then ok "$1"; else not_ok "$1" "no '$2' on stdout"; fi
}
complains() { # name, extended regular expression expected on stderr; exit status 2
	if [ "$status" = 2 ] && grep -Eq -e "$2" "$work/.err"; then
		ok "$1"
	else
		not_ok "$1" "status $status, or no '$2' on stderr"
	fi
}
holds() { # name, command…
	name=$1
	shift
	if "$@" >"$work/.out" 2>"$work/.err"; then ok "$name"; else not_ok "$name" "'$*' failed"; fi
}
finish() {
	exit $bad
}
