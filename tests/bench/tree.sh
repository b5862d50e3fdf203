#!/bin/sh
# Times a scan of a tree of files beside ripgrep over the same literals and files, and the peers; then how cost grows with rules.
# tree.sh FOLDER
. "$(dirname "$0")/lib.sh"
[ $# = 1 ] || {
	echo "usage: tree.sh FOLDER" >&2
	exit 2
}
tree=$(cd "$1" && pwd)

# Every keyword of every rule, one a line, for rg -f.
"$NHISCAN" rules list --format json >"$work/rules.json"
python3 - "$work/rules.json" "$work/literals" <<'END'
import json, sys
rules = json.load(open(sys.argv[1]))["rules"]
words = sorted({word for rule in rules for word in rule["keywords"] if "\n" not in word})
open(sys.argv[2], "w").write("".join(word + "\n" for word in words))
END

# --only arguments that leave about so many rules: well-known services and the generic rules, then the others by name.
only() { # number of rules
	python3 - "$work/rules.json" "$1" <<'END'
import json, sys
rules, wanted = json.load(open(sys.argv[1]))["rules"], int(sys.argv[2])
first = ["Generic", "Cryptographic keys", "HTTP", "AWS", "Azure", "Google", "Google Cloud", "GitHub", "GitLab", "Slack", "Stripe", "npm",
         "PyPI", "OpenAI", "Anthropic", "PostgreSQL", "MySQL", "MongoDB", "Redis", "Kubernetes", "HashiCorp Vault", "Datadog", "Twilio"]
services = {rule["service"] for rule in rules if rule["service"]}
order = [s for s in first if s in services] + sorted(services - set(first))
ids = [rule["id"] for service in order for rule in rules if rule["service"] == service][:wanted]
print(" ".join(f"--only {name}" for name in ids))
END
}

scan="$NHISCAN scan --no-config --no-history --no-progress --exit-zero --format json"
files=$(find "$tree" -type f | wc -l)
bytes=$(find "$tree" -type f -printf '%s\n' | awk '{ s += $1 } END { printf "%d", s / 1e6 }')
printf '\n%s files, %s MB, %s literals.\n' "$files" "$bytes" "$(wc -l <"$work/literals")"
for t in $threads; do
	printf '\n### Tree, %d thread%s\n\n' "$t" "$([ "$t" = 1 ] || echo s)"
	pin=$(on "$t")
	{
		row nhiscan "$pin $scan --threads $t $tree"
		if have rg; then row 'rg -c -F -f' "$pin rg -c -a --no-config --no-ignore --hidden -j $t -F -f $work/literals $tree"; fi
		row 'find, cat' "find $tree -type f -print0 | $pin xargs -0 cat"
		if have gitleaks; then row 'gitleaks dir' "$pin gitleaks dir --no-banner --exit-code 0 --log-level error $tree"; fi
		if have betterleaks; then row 'betterleaks dir' "$pin betterleaks dir --no-banner --exit-code 0 --log-level error $tree"; fi
		if have trufflehog; then
			row 'trufflehog filesystem' "$pin trufflehog filesystem $tree --no-verification --no-update --json --concurrency=$t --log-level=-1"
		fi
		if have kingfisher; then
			row kingfisher "$pin kingfisher scan --no-validate --no-update-check --quiet --jobs $t --git-history none $tree"
		fi
		if have titus; then row titus "$pin titus scan --workers $t --output :memory: --format json $tree"; fi
		if have noseyparker; then
			row noseyparker "rm -rf $work/np; $pin noseyparker --quiet scan --progress never --jobs $t --datastore $work/np $tree"
		fi
	} | measure --warm "find $tree -type f -print0 | xargs -0 cat"
done
absent rg gitleaks betterleaks trufflehog kingfisher titus noseyparker

printf '\n### Number of rules, 1 thread\n\n'
pin=$(on 1)
{
	row 'all rules' "$pin $scan --threads 1 $tree"
	row '450 rules' "$pin $scan --threads 1 $(only 450) $tree"
	row '120 rules' "$pin $scan --threads 1 $(only 120) $tree"
	row '120, none generic' "$pin $scan --threads 1 $(only 120) --skip Generic $tree"
} | measure
