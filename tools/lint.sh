#!/bin/bash
# Everything that reads the sources without running them. A tool that is not installed is named and passed over.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1
bad=0
jobs=$(nproc 2>/dev/null || echo 2)
mapfile -t sources < <(git ls-files '*.c')
mapfile -t headers < <(git ls-files '*.h')
mapfile -t scripts < <(git ls-files '*.sh' .ci/run)
mapfile -t pages < <(git ls-files 'man/*.[1-9]')
flags="-I. -Ibuild/gen -D_GNU_SOURCE -std=c11 -pthread -DNHISCAN_VERSION=\"0\" -DNHISCAN_COMMIT=\"0\""
flags="$flags $(pkg-config --cflags libdeflate libhs libpcre2-8 yaml-0.1 jansson libcrypto libxxhash)"

has() { # tool
	command -v "$1" >/dev/null && return
	printf '*** %s is not installed: its step is SKIPPED ***\n' "$1"
	return 1
}
step() { # name, command…
	local name=$1
	shift
	if "$@"; then
		echo "$name: clean"
	else
		bad=1
		echo "$name: FAILED"
	fi
}
# Small functions are looked into however deep the calls are: what node_is() rules out is ruled out. A recursive descent takes for ever
# that way, so it is looked into less deep.
tidy_one() { # flags, file
	local depth out status
	for depth in 40 5; do
		status=0
		# shellcheck disable=SC2086
		out=$(timeout $((depth == 40 ? 90 : 600)) clang-tidy --quiet "$2" -- $1 -Xclang -analyzer-inline-max-stack-depth -Xclang $depth 2>/dev/null) || status=$?
		[ "$status" = 124 ] || break
	done
	[ "$status" = 0 ] && return
	printf '%s\n' "${out:-$2: no answer from clang-tidy, status $status}"
	return 1
}
export -f tidy_one
tidy() {
	printf '%s\0' "${sources[@]}" | xargs -0 -n 1 -P "$jobs" bash -c 'tidy_one "$@"' tidy "$flags"
}
# readdir_r is deprecated in glibc; a DIR is never shared between threads here.
# nullPointerRedundantCheck takes what a loop or an earlier return rules out for possible; clang-tidy follows the paths and has the say on NULL.
check_code() {
	cppcheck --quiet --error-exitcode=1 --std=c11 --enable=warning,performance,portability -j "$jobs" -I. -D_GNU_SOURCE \
		-DNHISCAN_VERSION='"0"' -DNHISCAN_COMMIT='"0"' --inline-suppr --suppress=missingIncludeSystem \
		--suppress=unknownMacro --suppress=readdirCalled --suppress=nullPointerRedundantCheck --suppress=normalCheckLevelMaxBranches --library=posix "${sources[@]}"
}
pages_clean() {
	local said
	# pages that refer to each other are not installed yet; mandoc's own status counts those too
	said=$(mandoc -Tlint -W style "${pages[@]}" 2>/dev/null | grep -v 'referenced manual not found')
	[ -z "$said" ] && return
	printf '%s\n' "$said"
	return 1
}
scripts_parse() {
	local s rc=0
	for s in "${scripts[@]}"; do
		case $(head -n 1 "$s") in
		*bash*) bash -n "$s" || rc=1 ;;
		*) sh -n "$s" || rc=1 ;;
		esac
	done
	return $rc
}

step 'direction of includes' tools/check-includes.sh
step 'scripts' scripts_parse
has clang-format && step clang-format clang-format --dry-run -Werror "${sources[@]}" "${headers[@]}"
has mandoc && [ "${#pages[@]}" != 0 ] && step 'man pages' pages_clean
has cppcheck && step cppcheck check_code
has clang-tidy && step clang-tidy tidy
exit $bad
