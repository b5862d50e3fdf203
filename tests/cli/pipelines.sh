#!/bin/sh
# Pipelines of every system in testdata/ci/SYSTEM/CASE, each case a repository of its own: each finding at its exact place, as
# testdata/ci/SYSTEM/expected.txt has it. NHISCAN_GOLDEN_UPDATE=1 writes what is found as what is expected. Cases whose names begin with
# "clean" have none, at the settings that people start with.
. "$(dirname "$0")/lib.sh"
needs pipelines python3
cp -r "$root/testdata/ci" pipelines && rm -f pipelines/*/expected.txt
# shellcheck disable=SC2086
run --format json --min-confidence low --only 'ci-*' --only ci-secret-low-trust --only ci-secret-shared-widely --only 'jenkins-*' \
	--only 'gitlab-*' --only 'github-*' --only 'dependabot-*' pipelines/*/*/
python3 - pipelines <<'E2'
import collections, json, os, sys

found = collections.defaultdict(set)
report = json.load(open(".out"))
for f in report["findings"]:
    for s in f["sightings"]:
        case = os.path.relpath(report["run"]["targets"][s["target"]]["name"], "pipelines")
        system, _, rest = os.path.join(case, s["path"]).partition(os.sep)
        found[system].add("%s %d:%d-%d:%d %s" % (rest, s["line"], s["column"], s["end_line"], s["end_column"], f["rule"]))
for system in sorted(os.listdir("pipelines")):
    with open(system + ".txt", "w") as out:
        out.writelines(line + "\n" for line in sorted(found[system]))
E2
many='appveyor argo azure bitbucket buildkite circleci cloudbuild drone gitlab jenkins pre-commit tekton travis woodpecker'
for system in pipelines/*; do
	system=$(basename "$system")
	if [ "${NHISCAN_GOLDEN_UPDATE:-}" = 1 ]; then cp "$system.txt" "$root/testdata/ci/$system/expected.txt"; fi
	holds "every_finding_of_${system}_is_where_it_should_be" diff -u "$root/testdata/ci/$system/expected.txt" "$system.txt"
	case " $many " in *" $system "*) ;; *) continue ;; esac
	holds "${system}_has_eight_configurations" test "$(find "pipelines/$system" -mindepth 1 -maxdepth 1 | wc -l)" -ge 8
	holds "${system}_has_a_clean_one" test -n "$(find "pipelines/$system" -maxdepth 1 -name 'clean*')"
done
run --format json pipelines/*/*/
exits pipelines_have_findings 1
run --format json pipelines/*/clean*/
says clean_pipelines_have_none '"findings": ?\[\]'
finish
