#!/bin/bash
# Ids of secrets: one for the same secret however it is encoded, another one with another key, and without a key only good inside one report.
. "$(dirname "$0")/lib.sh"
needs fingerprints python3 "$expand"
for k in key other; do head -c 32 /dev/urandom >$k && chmod 600 $k; done
mkdir in
secret=$("$expand" 11 '{{github:ghp_}}')
printf 'token=%s\n' "$secret" >in/plain.env
printf 'auth: %s\n' "$(printf 'github_token=%s and the rest' "$secret" | base64 -w0)" >in/base64.yaml
printf 'next=https%%3A%%2F%%2Fh.example%%2F%%3Ftoken%%3D%s%%26x\n' "$(printf %s "$secret" | sed 's/_/%5F/')" >in/percent.txt
printf 'token = "%s"\n' "$secret" | iconv -t UTF-16 >in/wide.ini
printf '{"data": {"token": "%s"}}\n' "$(printf %s "$secret" | base64 -w0)" >in/kubernetes.json
scan() { # report, arguments
	local out=$1
	shift
	"$NHISCAN" scan --no-history --min-confidence low --format json -o "$out" "$@" in >.out 2>.err
}
scan one.json --fingerprint-key-file key
scan again.json --fingerprint-key-file key
scan other.json --fingerprint-key-file other
scan none.json
scan none2.json
cat >check.py <<'E'
import json, sys
docs = {n: json.load(open(n + ".json")) for n in ("one", "again", "other", "none", "none2")}
prints = {n: {f["fingerprint"] for f in d["findings"] if f["rule"].startswith("github-")} for n, d in docs.items()}
places = {s["path"] for f in docs["one"]["findings"] if f["rule"].startswith("github-") for s in f["sightings"]}
scope = {n: d["run"]["fingerprint"]["scope"] for n, d in docs.items()}
checks = {
    "one_id_for_all_encodings": len(prints["one"]) == 1 and places == {"plain.env", "base64.yaml", "percent.txt", "wide.ini", "kubernetes.json"},
    "the_same_key_gives_the_same_id": prints["one"] == prints["again"],
    "another_key_gives_another_id": len(prints["other"]) == 1 and not prints["one"] & prints["other"],
    "the_key_is_told_by_its_id": docs["one"]["run"]["fingerprint"]["key_id"] != docs["other"]["run"]["fingerprint"]["key_id"],
    "without_a_key_the_scope_is_the_run": scope["none"] == "run" and scope["one"] == "key",
    "without_a_key_each_run_has_its_own": not prints["none"] & prints["none2"] and len(prints["none"]) == 1,
}
for name, good in checks.items():
    print("ok" if good else "not ok", name, "" if good else f": {prints} {sorted(places)} {scope}")
sys.exit(not all(checks.values()))
E
python3 check.py || bad=1
finish
