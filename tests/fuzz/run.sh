#!/bin/sh
# Runs fuzz targets, each for so many seconds: tests/fuzz/run.sh SECONDS BINARY…
# Seeds come from testdata/fuzz/NAME; what is found goes to build-fuzz/. Fails when any target does.
set -u
cd "$(dirname "$0")/../.." || exit 1
seconds=$1
shift
bad=0
for bin in "$@"; do
	name=$(basename "$bin")
	mkdir -p "build-fuzz/corpus/$name"
	seeds=
	case $name in
	aws_policy) ;;
	aws_*) seeds=testdata/fuzz/aws_exports ;; # whole exports are read by the target of each kind
	esac
	[ ! -d "testdata/fuzz/$name" ] || seeds=testdata/fuzz/$name
	log=build-fuzz/$name.log
	# shellcheck disable=SC2086
	if "$bin" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 \
		-artifact_prefix="build-fuzz/$name-" "build-fuzz/corpus/$name" $seeds >"$log" 2>&1; then
		printf '%-24s %s runs, no crash\n' "$name" "$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")"
	else
		bad=1
		tail -60 "$log"
		echo "$name: failed; the input is build-fuzz/$name-*, the log $log" >&2
	fi
done
exit $bad
