#!/bin/sh
# Every command of README.md's tutorial and CI sections is run, in order, in a repository that has what they name. None may be wrong usage.
. "$(dirname "$0")/lib.sh"
needs readme git
export HOME="$work/home" GIT_CONFIG_NOSYSTEM=1 GIT_AUTHOR_NAME=t GIT_AUTHOR_EMAIL=t@example.org GIT_COMMITTER_NAME=t GIT_COMMITTER_EMAIL=t@example.org
mkdir -p "$HOME" bin repo/src
ln -s "$NHISCAN" bin/nhiscan
printf '#!/bin/sh\necho harmless log\n' >bin/kubectl && chmod +x bin/kubectl
PATH="$work/bin:$PATH"
export PATH

# The repository that the tutorial is about: a remote, a branch, a secret, and the files that the commands name.
cd repo || exit 1
git init -q . && git checkout -q -b main
echo 'int main(void) { return 0; }' >src/main.c
printf 'url = "postgres://app:%s%s@db.internal.corp:5432/app"\n' pwZq7Rw2K x9Lm4Tn8 >app.env
printf '[extend]\nuseDefault = false\n\n[allowlist]\ndescription = "none"\npaths = ["never"]\n' >.gitleaks.toml
printf '{"version": "1.4.0", "plugins_used": [], "results": {}}\n' >.secrets.baseline
git add -A && git commit -q -m one
git update-ref refs/remotes/origin/main HEAD
echo more >src/more.txt && git add -A && git commit -q -m two
tar -czf release.tar.gz src && cp release.tar.gz app.jar
mkdir -p exports last-month today my-rules
cp -r "$root"/testdata/iam/shop/. exports/
cp -r exports/. last-month/ && cp -r exports/. today/

# Lines of ```sh blocks between two headings.
commands() {
	awk '/^## Ten minutes/ { on = 1 } /^## Rules/ { on = 0 } /^```sh/ && on { in_sh = 1; next } /^```/ { in_sh = 0 } in_sh { print }' "$root/README.md"
}
commands >"$work/commands"
holds there_are_commands sh -c "[ \$(wc -l <'$work/commands') -ge 20 ]"
n=0
while IFS= read -r line; do
	[ -n "$line" ] || continue
	n=$((n + 1))
	rm -f revoke.sh
	status=0
	sh -c "$line" >"$work/.out" 2>"$work/.err" </dev/null || status=$?
	case $status in
	0 | 1) ok "line_$n" ;;
	3) if grep -q . "$work/.out" || [ ! -s "$work/.err" ]; then ok "line_$n (incomplete)"; else not_ok "line_$n: $line" "status 3"; fi ;;
	*) not_ok "line_$n: $line" "status $status" ;;
	esac
done <"$work/commands"
finish
