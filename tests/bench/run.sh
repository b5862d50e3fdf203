#!/bin/sh
# `make bench`: start-up, growth, places, histories, tree, pipelines, exports, in this order, as Markdown on stdout.
# BENCH_REPOS="dir dir" and BENCH_TREE=dir name what to measure on; without them a synthetic repository and its tree serve.
. "$(dirname "$0")/lib.sh"
export NHISCAN

machine
printf '\n'
versions
bad=0
repos=${BENCH_REPOS:-}
tree=${BENCH_TREE:-}
if [ -z "$repos" ]; then
	repos=$work/synthetic.git
	import "$repos" history "${BENCH_COMMITS:-3000}" 200
fi
if [ -z "$tree" ]; then
	tree=$work/tree
	mkdir "$tree"
	import "$work/tree.git" history 0 "${BENCH_FILES:-4000}"
	git --git-dir="$work/tree.git" --work-tree="$tree" checkout -qf main -- .
fi
"$here/startup.sh"
"$here/staged.sh"
"$here/growth.sh" "${BENCH_GROWTH:-1000}"
"$here/planted.sh" || bad=1
# shellcheck disable=SC2086
"$here/history.sh" $repos
"$here/tree.sh" "$tree"
if have bsdtar; then "$here/archive.sh" "$tree"; else absent bsdtar; fi
printf '\n### Cost of more rules\n\n'
"$here/rules.sh" "$tree"
"$here/ci.sh"
"$here/iam.sh"
exit $bad
