#!/bin/sh
# Validates the golden SARIF files with Microsoft's sarif-multitool, whose rules hold GitHub's ingestion contract ("Ghas").
# It exits 0 whatever it finds, so its output file is read. Skipped without npm, and when npm can't install it (no network).
set -eu
cd "$(dirname "$0")/../.."
version=5.7.0
home=build/npm
tool=$home/node_modules/@microsoft/sarif-multitool-linux/Sarif.Multitool

[ $# -gt 0 ] || set -- testdata/golden/*.sarif
if [ ! -f "$tool" ]; then
	command -v npm >/dev/null || { echo 'skip sarif-multitool: npm is not installed'; exit 0; }
	mkdir -p "$home"
	npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$home" \
		"@microsoft/sarif-multitool-linux@$version" >"$home/install.log" 2>&1 || {
		echo "skip sarif-multitool: npm could not install it, see $home/install.log"
		exit 0
	}
fi
chmod u+x "$tool" # its install script does only this
bad=0
for f in "$@"; do
	[ -f "$f" ] || { echo "not ok sarif-multitool: $f is not there"; bad=1; continue; }
	# Azure's Advanced Security has rules of its own, which want what a build there is called.
	case $f in *azure*) kinds='Sarif;Ghas;GHAzDO' ;; *) kinds='Sarif;Ghas' ;; esac
	v=$home/$(basename "$f").validation.json
	rm -f "$v"
	# The shim of npx would pass the blanks and semicolons to a shell; the binary is called itself.
	DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 "$tool" validate "$f" --rule-kind "$kinds" --level 'Error;Warning' \
		--output "$v" --log 'ForceOverwrite;PrettyPrint' >"$home/validate.log" 2>&1 || {
		cat "$home/validate.log"
		echo "not ok sarif-multitool $f: it ended with an error"
		bad=1
		continue
	}
	python3 - "$f" "$v" <<'PY' || bad=1
import json, sys
name, path = sys.argv[1:]
run = json.load(open(path, encoding="utf-8-sig"))["runs"][0]
results = [r for r in run.get("results", []) if r.get("level", "warning") in ("error", "warning")]
trouble = [n for i in run.get("invocations", []) for n in i.get("toolExecutionNotifications", [])
           if n.get("level") == "error"]
for r in results:
    where = r["locations"][0]["physicalLocation"].get("region", {}) if r.get("locations") else {}
    print(f"{name}: {r.get('level', 'warning')} {r['ruleId']} line {where.get('startLine')}: "
          f"{r['message'].get('text') or r['message'].get('arguments')}")
for n in trouble:
    print(f"{name}: {n['message'].get('text')}")
print("not ok" if results or trouble else "ok", f"sarif-multitool {name}: {len(results)} errors and warnings")
sys.exit(bool(results or trouble))
PY
done
exit $bad
