#!/bin/sh
# Prints a CycloneDX BOM of the program: itself with its digest, and the libraries linked into it, by their Debian packages.
#   tools/make-sbom.sh PROGRAM VERSION COMMIT PKG-CONFIG-NAMES...
# The same for the same program and packages: no time, no random serial number.
set -eu
program=$1 version=$2 commit=$3
shift 3
digest=$(sha256sum "$program" | cut -d' ' -f1)
printf '{"$schema":"http://cyclonedx.org/schema/bom-1.6.schema.json","bomFormat":"CycloneDX","specVersion":"1.6","version":1,\n'
printf '"metadata":{"component":{"type":"application","bom-ref":"nhiscan","name":"nhiscan","version":"%s","licenses":[{"license":{"id":"Apache-2.0"}}],' "$version"
printf '"hashes":[{"alg":"SHA-256","content":"%s"}],"properties":[{"name":"commit","value":"%s"}]}},\n"components":[' "$digest" "$commit"
gap=
refs=
for name in "$@"; do
	libs=$(pkg-config --variable=libdir "$name" 2>/dev/null || true)
	pc=$(pkg-config --variable=pcfiledir "$name" 2>/dev/null)/$name.pc
	package=$(dpkg-query -S "$pc" 2>/dev/null | cut -d: -f1 | head -1)
	[ -n "$package" ] || { echo "make-sbom: no package holds $pc ($libs)" >&2; exit 1; }
	v=$(dpkg-query -W -f='${Version}' "$package")
	source=$(dpkg-query -W -f='${source:Package}' "$package")
	printf '%s\n{"type":"library","bom-ref":"%s","name":"%s","version":"%s","purl":"pkg:deb/debian/%s@%s?arch=%s"}' \
		"$gap" "$name" "$source" "$v" "$package" "$(printf %s "$v" | sed 's/+/%2B/g; s/:/%3A/g; s/~/%7E/g')" "$(dpkg --print-architecture)"
	refs="$refs${refs:+,}\"$name\""
	gap=,
done
printf '],\n"dependencies":[{"ref":"nhiscan","dependsOn":[%s]}]}\n' "$refs"
