#!/bin/sh
# What ships beside the program: hooks, action, component, examples, Debian packaging and the bill of materials are well-formed and say what the program takes.
. "$(dirname "$0")/lib.sh"
needs packaging python3
cd "$root" || exit 1
cat >"$work/check.py" <<'PY'
"""Untrusted inputs reach scripts as variables only; other actions are pinned; subcommands and options are those of the program."""
import pathlib, re, subprocess, sys
top, program = pathlib.Path("."), sys.argv[1]
try:
    import yaml
except ImportError:
    yaml = None
bad = []
action = (top / "action.yml").read_text()
for block in re.findall(r"run: \|\n((?:        .*\n|\n)+)", action):
    if "${{" in block:
        bad.append("action.yml: an expression inside a script")
for use in re.findall(r"uses: (\S+)", action):
    if not re.fullmatch(r"[^@]+@[0-9a-f]{40}", use):
        bad.append(f"action.yml: {use} is not pinned")
component = (top / "templates/nhiscan.yml").read_text()
for line in re.findall(r"^    - (nhiscan .*)$", component, re.M):
    if "$[[" in line:
        bad.append("templates/nhiscan.yml: an input inside a script")
help_of = {}
def options_of(command):
    if command not in help_of:
        r = subprocess.run([program, "help", command], capture_output=True, text=True)
        if r.returncode:
            bad.append(f"{command} is no subcommand")
        help_of[command] = set(re.findall(r"--[a-z-]+", r.stdout))
    return help_of[command]
for name in ("action.yml", "templates/nhiscan.yml", "examples/azure-pipelines.yml", "examples/Jenkinsfile", ".pre-commit-hooks.yaml"):
    for command, rest in re.findall(r"nhiscan\"? (scan|gate|hook)\b([^\n']*)", (top / name).read_text()):
        for o in re.findall(r"(?<!\S)--[a-z][a-z-]*", rest):
            if o not in options_of(command):
                bad.append(f"{name}: {o} is no option of {command}")
if yaml:
    for name in ("action.yml", "examples/azure-pipelines.yml", ".pre-commit-hooks.yaml"):
        yaml.safe_load((top / name).read_text())
    parts = list(yaml.safe_load_all(component))
    if set(parts[0]) != {"spec"} or set(parts[1]) != {"nhiscan", "nhiscan-gate"}:
        bad.append("templates/nhiscan.yml: not a spec and two jobs")
    if yaml.safe_load((top / ".pre-commit-hooks.yaml").read_text())[0]["pass_filenames"] is not False:
        bad.append(".pre-commit-hooks.yaml: file names are passed")
print("\n".join(bad))
sys.exit(bool(bad))
PY
holds hooks_action_and_component_are_sound python3 "$work/check.py" "$NHISCAN"
if command -v dpkg-query >/dev/null && command -v pkg-config >/dev/null; then
	holds bill_of_materials_is_written sh -c "tools/make-sbom.sh '$NHISCAN' 0.1.0 abc $(make -s -f Makefile --eval='p:;@echo $(PACKAGES)' p) >'$work/a.json'"
	holds bill_of_materials_is_the_same_again sh -c "tools/make-sbom.sh '$NHISCAN' 0.1.0 abc $(make -s -f Makefile --eval='p:;@echo $(PACKAGES)' p) | cmp - '$work/a.json'"
	holds bill_of_materials_is_json python3 -c "import json; d=json.load(open('$work/a.json')); assert len(d['components'])>5 and all(c['version'] for c in d['components'])"
fi
# What the Makefile installs to build is what the package names.
make -s --eval='p:;@echo $(DEPS_BUILD)' p | tr ' ' '\n' | grep -E -- '-dev$|^wamerican$' | grep -v '^libc6-dev$' | sort >"$work/needed"
sed -n '/^Build-Depends:/,/^[A-Z]/p' debian/control | grep -oE '[a-z0-9.+-]+-dev|wamerican' | sort >"$work/named"
holds package_names_what_the_build_needs sh -c "[ -s '$work/needed' ] && [ -z \"\$(comm -23 '$work/needed' '$work/named')\" ] || { comm -23 '$work/needed' '$work/named'; exit 1; }"
if command -v dpkg-parsechangelog >/dev/null; then
	holds changelog_of_the_package_parses dpkg-parsechangelog -l debian/changelog
	holds versions_agree sh -c '[ "$(dpkg-parsechangelog -l debian/changelog -S Version)" = "$(sed -n "s/^VERSION := //p" Makefile)-1" ]'
fi
# The table of bars names tests that are there.
holds tests_of_the_bars_exist sh -c 'n=0; for t in $(sed -n "/^## What reports promise/,/^## Style/p" CONTRIBUTING.md | grep -o "tests/[a-z_/]*[a-z_-]*\.[a-z]*" | sort -u); do [ -e "$t" ] || { echo "$t is not there"; exit 1; }; n=$((n + 1)); done; [ $n -ge 15 ]'
finish
