#!/bin/sh
# Pipelines of every system in testdata/ci: each finding at its exact place. NHISCAN_GOLDEN_UPDATE=1 writes what is found as what is expected.
. "$(dirname "$0")/lib.sh"
needs pipelines python3
cp -r "$root/testdata/ci" pipelines && rm -f pipelines/expected.txt
run --format json --min-confidence low --only 'ci-*' --only ci-secret-low-trust --only ci-secret-shared-widely --only 'jenkins-*' --only 'gitlab-a*' pipelines
python3 - >places.txt <<'E2'
import json
for f in json.load(open(".out"))["findings"]:
    for s in f["sightings"]:
        print("%s %d:%d-%d:%d %s" % (s["path"], s["line"], s["column"], s["end_line"], s["end_column"], f["rule"]))
E2
LC_ALL=C sort -u places.txt >sorted.txt
if [ "${NHISCAN_GOLDEN_UPDATE:-}" = 1 ]; then cp sorted.txt "$root/testdata/ci/expected.txt"; fi
holds every_finding_is_where_it_should_be diff -u "$root/testdata/ci/expected.txt" sorted.txt
exits pipelines_have_findings 1
finish
