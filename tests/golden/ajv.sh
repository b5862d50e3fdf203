#!/bin/sh
# Validates the golden SARIF files, or those named, with ajv against the OASIS schema (draft-04): a second opinion beside python3-jsonschema in validate.sh.
# Skipped without npm, and when npm can't install it (no network).
set -eu
cd "$(dirname "$0")/../.."
home=build/npm
[ $# -gt 0 ] || set -- testdata/golden/*.sarif
command -v node >/dev/null && command -v npm >/dev/null || { echo 'skip ajv: node and npm are not installed'; exit 0; }
if [ ! -d $home/node_modules/ajv-draft-04 ] || [ ! -d $home/node_modules/ajv-formats ]; then
	mkdir -p "$home"
	npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$home" ajv@8 ajv-draft-04@1 ajv-formats@3 >"$home/ajv.log" 2>&1 || {
		echo "skip ajv: npm could not install it, see $home/ajv.log"
		exit 0
	}
fi
NODE_PATH=$home/node_modules exec node - testdata/schema/sarif-schema-2.1.0.json "$@" <<'JS'
const fs = require("fs");
const Ajv = require("ajv-draft-04");
const [schema, ...files] = process.argv.slice(2);
const ajv = new Ajv({ strict: false, allErrors: true });
require("ajv-formats")(ajv);
const validate = ajv.compile(JSON.parse(fs.readFileSync(schema, "utf8")));
for (const file of files) {
  const good = validate(JSON.parse(fs.readFileSync(file, "utf8")));
  const errors = good ? [] : validate.errors;
  for (const e of errors.slice(0, 20)) console.log(`${file}: ${e.instancePath}: ${e.message}`);
  console.log(`${good ? "ok" : "not ok"} ajv ${file}: ${errors.length} errors`);
  if (!good) process.exitCode = 1;
}
JS
