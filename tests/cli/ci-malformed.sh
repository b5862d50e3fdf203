#!/bin/sh
# Pipelines as files that are damaged, odd or huge: a result or a place in each case, within bounds of time and memory.
. "$(dirname "$0")/lib.sh"

mkdir -p repo/.github/workflows
at=repo/.github/workflows/w.yml
token='permissions: write-all'
jobs='jobs: {a: {runs-on: x, steps: [{run: make}]}}'

# scan NAME PATTERN: the JSON report holds the pattern
scan() {
	run --no-history --format json repo
	says "$1" "$2"
}

# finds NAME LINE COLUMN: where the finding is that every good form has
finds() {
	run --no-history --format oneline repo
	says "$1" "^.github/workflows/w.yml:$2:$3: high github-token-write-all"
}

printf 'on: push\n%s\n%s\n' "$token" "$jobs" >$at
finds 'a plain workflow is read' 2 14
printf '\357\273\277on: push\n%s\n%s\n' "$token" "$jobs" >$at
finds 'a byte order mark changes no place' 2 14
printf '\357\273\277%s\non: push\n%s\n' "$token" "$jobs" >$at
finds 'in its own line its three bytes are columns, as for secrets' 1 17
printf 'on: push\r\n%s\r\n%s\r\n' "$token" "$jobs" >$at
finds 'lines that end with CR LF are lines' 2 14
printf '# \303\244\342\202\254\360\237\230\200\n"on": push\n%s\n%s\n' "$token" "$jobs" >$at
finds 'wide characters before it do not shift a place' 3 14
for on in on "'on'" '"on"'; do
	printf '%s: [pull_request_target]\n%s\n%s\n' "$on" "$token" "$jobs" >$at
	run ci repo
	says "the event of $on is read, whatever YAML 1.1 takes the word for" 'started by +anyone: pull_request_target'
done
printf 'on: push\n%s\npermissions: {contents: write}\npermissions: write-all\n%s\n' 'permissions: {}' "$jobs" >$at
finds 'of keys that stand twice the last counts' 4 14
printf 'on: push\n%s\njobs:\n\ta: {runs-on: x}\n' "$token" >$at
scan 'a tab is told with its place' '"where":".github/workflows/w.yml:4:1".*a tab where YAML allows blanks only'
printf 'on: push\n%s\njobs:\n  a: {runs-on: x, steps: [\n' "$token" >$at
scan 'what is cut off is told with its place' '"where":".github/workflows/w.yml:5:1"'
printf 'on: push\n%s\njobs: {a: {runs-on: x, steps: [{run: "a\377"}]}}\n' "$token" >$at
scan 'what is not UTF-8 is told with its place' '"where":".github/workflows/w.yml:3:[0-9]+".*UTF-8'
printf 'on: push\njobs:\n  a: {runs-on: x, steps: [{run: *none}]}\n' >$at
scan 'an alias of nothing is told with its place' '"where":".github/workflows/w.yml:3:33".*an alias whose anchor was not met before'

python3 - $at <<'PY'
import sys
with open(sys.argv[1], "w") as f:
    f.write("on: push\nx0: &x0 [a,a,a,a,a,a,a,a,a,a]\n")
    for i in range(1, 12):
        f.write("x%d: &x%d [%s]\n" % (i, i, ",".join(["*x%d" % (i - 1)] * 10)))
    f.write("jobs: {a: {runs-on: x, steps: [{run: make}]}}\n")
PY
scan 'a bomb of aliases is told with its place' '"where":".github/workflows/w.yml:[0-9]+:[0-9]+".*nodes, aliases followed'

# Bounded work: the limit of the shell stands for memory, timeout for a hang.
python3 - $at <<'PY'
import sys
with open(sys.argv[1], "w") as f:
    f.write("on: push\npermissions: write-all\njobs:\n  a:\n    runs-on: x\n    steps:\n")
    line = "      - run: echo $HOME | tee \"${{ github.sha }}\" # %s\n" % ("x" * 400)
    for _ in range(50 * 1000 * 1000 // len(line)):
        f.write(line)
PY
# The sanitizer takes terabytes of addresses.
case ${BUILD:-} in *asan*) most=unlimited ;; *) most=8000000 ;; esac
holds 'a workflow of 50 MB ends within bounds' sh -c "ulimit -v $most; timeout 240 '$NHISCAN' scan --no-history --format json -o big.json repo || test \$? -eq 1 -o \$? -eq 3"
holds 'and is told of, or the limit that it met' grep -Eq 'github-token-write-all|limit|larger|nodes' big.json
rm -f $at big.json
finish
