#!/bin/sh
# --ci-history: pipelines as they were, each version at the commit that brought it; without it only what is in force.
. "$(dirname "$0")/lib.sh"
needs ci-history python3
commit() { # date, message
	git add -A
	GIT_AUTHOR_DATE="$1T12:00:00Z" GIT_COMMITTER_DATE="$1T12:00:00Z" git -c user.name=a -c user.email=a@example.org commit -qm "$2"
}
git init -q -b main app && cd app || exit 1
mkdir -p .github/workflows
cat >.github/workflows/ci.yml <<'E'
on: push
permissions: write-all
jobs:
  build:
    runs-on: ubuntu-latest
    steps: [{run: make}]
E
commit 2024-01-01 'all'
first=$(git rev-parse HEAD)
sed -i 's/run: make/run: make all/' .github/workflows/ci.yml
commit 2024-02-01 'again'
second=$(git rev-parse HEAD)
sed -i 's/write-all/read-all/' .github/workflows/ci.yml
cat >.travis.yml <<'E'
script: docker login -u "$DOCKER_USER" -p "$DOCKER_PASSWORD"
E
commit 2024-03-01 'less'
third=$(git rev-parse HEAD)
git rm -q .travis.yml
commit 2024-04-01 'gone'
git checkout -qb side "$first"
printf 'on: issue_comment\npermissions: write-all\njobs: {j: {runs-on: ubuntu-latest, steps: [{run: "true"}]}}\n' >.github/workflows/new.yml
commit 2024-05-01 'side'
side=$(git rev-parse HEAD)
git checkout -q main
cd .. || exit 1
rules='--only github-token-write-all --only ci-password-argument'
# shellcheck disable=SC2086
run --format json $rules app
exits what_is_in_force_is_clean 0
# shellcheck disable=SC2086
run --format json $rules --ci-history app
python3 - >places.txt <<'E'
import json
for f in json.load(open(".out"))["findings"]:
    for s in f["sightings"]:
        print(s["place"], s["path"], s["line"], (s["commit"] or {}).get("id") if isinstance(s["commit"], dict) else s["commit"], s["at_head"], f["rule"])
E
LC_ALL=C sort places.txt >sorted.txt
LC_ALL=C sort >expected.txt <<E
history .github/workflows/ci.yml 2 $first False github-token-write-all
history .github/workflows/ci.yml 2 $second False github-token-write-all
history .github/workflows/new.yml 2 $side False github-token-write-all
history .travis.yml 1 $third False ci-password-argument
E
holds each_version_is_told_with_its_commit diff -u expected.txt sorted.txt
run --format json --only github-token-write-all --ci-history app
says versions_of_one_problem_are_one_finding '"findings":2,'
# what is in force keeps its finding, and the past adds places to it
sed -i 's/read-all/write-all/' app/.github/workflows/ci.yml
run --format json --only github-token-write-all --ci-history app
python3 - >places.txt <<'E'
import json
for f in json.load(open(".out"))["findings"]:
    print([s["place"] for s in f["sightings"]])
E
LC_ALL=C sort places.txt >sorted.txt
printf "%s\n" "['history']" "['worktree', 'history', 'history']" >expected.txt
holds the_present_comes_first diff -u expected.txt sorted.txt
# a bare repository has no working tree, and a past all the same
git clone -q --bare app bare.git
run --format json --only github-token-write-all --ci-history bare.git
says a_bare_repository_has_a_past "$first"
run --ci-history --no-history app
complains no_history_has_no_past 'ci-history asks for history'
finish
