# What the benchmarks share: programs, peers, the machine line, repositories. Sourced by the scripts beside it, not run.
# Variables of the user: NHISCAN, NHISCAN_PEERS, BENCH_REPOS, BENCH_TREE, BENCH_RUNS, BENCH_SLOW, BENCH_SLOW_RUNS, BENCH_THREADS, BENCH_WITHOUT.
# shellcheck shell=sh disable=SC2034
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
NHISCAN=${NHISCAN:-$root/build/nhiscan}
PATH=${NHISCAN_PEERS:+$NHISCAN_PEERS:}$PATH
export PATH
runs=${BENCH_RUNS:-5}
threads=${BENCH_THREADS:-1 2}
slow="--slow ${BENCH_SLOW:-0} --slow-runs ${BENCH_SLOW_RUNS:-0}"
unset GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE NO_COLOR
# The user's own git configuration must not decide what is measured.
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1

[ -x "$NHISCAN" ] || {
	echo "bench: $NHISCAN is not there; run make first" >&2
	exit 2
}
for need in git python3; do
	command -v "$need" >/dev/null || {
		echo "bench: $need is needed and not installed" >&2
		exit 2
	}
done

work=$(mktemp -d "${TMPDIR:-/tmp}/nhiscan-bench.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

# Is this program there, and not left out with BENCH_WITHOUT="name name"?
have() { # name
	case " ${BENCH_WITHOUT:-} " in *" $1 "*) return 1 ;; esac
	command -v "$1" >/dev/null 2>&1
}
absent() { # names; says which of them are not there
	missing=
	for name in "$@"; do have "$name" || missing="$missing $name"; done
	[ -z "$missing" ] || printf '\nNot measured, for not being installed or left out:%s.\n' "$missing"
}
# Confines a command to as many processors as it may have threads: the same bound for programs without an option for it.
on() { # threads
	if command -v taskset >/dev/null 2>&1; then printf 'taskset -c 0-%d' $(($1 - 1)); else printf 'env'; fi
}
processors() {
	getconf _NPROCESSORS_ONLN 2>/dev/null || echo 1
}
machine() {
	model=$(sed -n 's/^model name[[:space:]]*: //p' /proc/cpuinfo 2>/dev/null | head -1)
	printf 'Machine: %s processors, %s, load %s.\n' "$(processors)" "${model:-unknown model}" "$(cut -d' ' -f1 /proc/loadavg 2>/dev/null || echo '?')"
}
versions() {
	printf -- '- %s\n' "$("$NHISCAN" --version | head -1)" "$(git --version)"
	if have rg; then printf -- '- %s\n' "$(rg --version | head -1)"; fi
	for name in gitleaks betterleaks; do
		if have $name; then printf -- '- %s %s\n' "$name" "$(version_of $name "$($name version 2>/dev/null | tail -1)")"; fi
	done
	for name in trufflehog kingfisher noseyparker; do
		if have $name; then printf -- '- %s %s\n' "$name" "$(version_of $name "$($name --version 2>&1 | head -1)")"; fi
	done
	if have titus; then printf -- '- titus %s\n' "$(titus version 2>/dev/null | head -1)"; fi
}
# A Go program built without linker flags does not know its version; its build record does.
version_of() { # name, what it says
	case $2 in *[0-9].[0-9]*) printf '%s' "${2#"$1" }"; return ;; esac
	if command -v go >/dev/null 2>&1; then
		go version -m "$(command -v "$1")" 2>/dev/null | awk '$1 == "mod" { print $3; exit }'
	else
		printf '%s' "$2"
	fi
}
# Name a table bears: the folder's, without "repo" or ".git" that say nothing.
name_of() { # git directory or clone
	path=$(cd "$1" && pwd)
	while :; do
		case ${path##*/} in repo | .git) path=${path%/*} ;; *) break ;; esac
	done
	printf '%s' "${path##*/}" | tr + /
}
# fast-import leaves a pack that git itself would not make; repacked, it looks like one that was cloned.
import() { # new bare repository, arguments of synthetic.py
	into=$1
	shift
	git init -q --bare -b main "$into"
	python3 "$here/synthetic.py" "$@" | git --git-dir="$into" fast-import --quiet
	git --git-dir="$into" repack -adfq --depth=50 --window=10
}
measure() { # options of measure.py; commands on stdin
	# shellcheck disable=SC2086
	python3 "$here/measure.py" --runs "$runs" $slow "$@"
}
row() { # name, command
	printf '%s\t%s\n' "$1" "$2"
}
