#!/bin/bash
# The same report, byte for byte, whatever the number of threads, the order in which files lie in their folder, and the order in which inputs are named: for
# every format of every command that makes reports. The scan's own share of that with a history: determinism.sh; with other inputs: formats.sh.
. "$(dirname "$0")/lib.sh"
needs same git "$expand"
formats='text json jsonl sarif oneline csv junit gitlab github markdown ocsf oscal cyclonedx html baseline'
export SOURCE_DATE_EPOCH=1767225600 GIT_CONFIG_NOSYSTEM=1 HOME="$work" GIT_AUTHOR_NAME=t GIT_AUTHOR_EMAIL=t@example.org GIT_COMMITTER_NAME=t GIT_COMMITTER_EMAIL=t@example.org
export GIT_AUTHOR_DATE='2025-01-02T03:04:05Z' GIT_COMMITTER_DATE='2025-01-02T03:04:05Z'
head -c 32 /dev/urandom >key && chmod 600 key

# One folder made twice, its files in another order, so that the folder lists them otherwise.
mkdir first second && cp -r "$root/testdata/ci" first/pipelines && cp -r "$root/testdata/iam/shop" first/exports
for i in 1 2 3 4 5 6 7 8 9; do
	mkdir -p "first/app/d$((i % 3))"
	"$expand" $((i % 6)) 'export T={{github:ghp_}}' "password = '{{password:16}}'" 'auth: {{b64:github_token={{github:gho_}} and the rest}}' >"first/app/d$((i % 3))/f$i.conf"
done
printf '{"mcpServers": {"x": {"command": "npx", "args": ["-y", "srv"], "env": {"TOKEN": "%s"}}}}\n' "$("$expand" 6 '{{github:ghp_}}')" >first/app/.mcp.json
tar -C first -czf first/app/box.tgz app/d1
(cd first && find . -type f | sort -r) | while read -r f; do
	mkdir -p "second/$(dirname "$f")" && cp -p "first/$f" "second/$f"
done
holds folders_list_their_files_in_another_order sh -c '[ "$(ls -U first/app/d0 first/pipelines first/pipelines/gitlab)" != "$(ls -U second/app/d0 second/pipelines second/pipelines/gitlab)" ] || [ "$(stat -f -c %T .)" = xfs ]'

# Every format of one run, in a folder of its own, so that names on the command line can be the same.
all_formats() { # where the reports go, folder that holds the inputs, command and its arguments
	local to=$1 from=$2 out=()
	shift 2
	mkdir -p out
	for f in $formats; do out+=(--format "$f" -o "../out/r.$f"); done
	(cd "$from" && "$NHISCAN" "$@" --fingerprint-key-file ../key "${out[@]}" >../out/stdout 2>../out/stderr)
	sed -i 's/--threads\(","\| \|","\)[0-9]*/--threads\1N/g' out/*
	mv out "$to"
}
same() { # name, two folders
	for f in "$2"/*; do
		f=$(basename "$f")
		if cmp -s "$2/$f" "$3/$f"; then ok "$1_$f"; else not_ok "$1_$f" "$(diff "$2/$f" "$3/$f" | head -4 | cut -c1-300)"; fi
	done
}
all_formats one first scan --min-confidence low --threads 1 app pipelines exports
for threads in 2 8; do
	all_formats "many$threads" first scan --min-confidence low --threads $threads app pipelines exports
	same "scan_with_${threads}_threads" one "many$threads"
done
all_formats other second scan --min-confidence low --threads 2 app pipelines exports
same scan_of_files_in_another_order one other
all_formats iam first iam exports
all_formats iam-other second iam exports
same iam_of_files_in_another_order iam iam-other
holds iam_has_findings sh -c '[ "$(wc -l <iam/r.oneline)" -ge 3 ] && grep -q admin iam/stdout'

# What the commands with formats of their own print; on one processor they have one thread.
printed() { # file, folder that holds the inputs, command and its arguments
	local to=$1 from=$2
	shift 2
	(cd "$from" && "$@" >"$work/$to" 2>"$work/$to.err")
	[ -s "$to" ] || not_ok "$to" "printed nothing: $(head -2 "$to.err")"
}
print_same() { # name, files
	if cmp -s "$2" "$3" && cmp -s "$2.err" "$3.err"; then ok "$1"; else not_ok "$1" "$(diff "$2" "$3" | head -4 | cut -c1-300)"; fi
}
one_processor=(env)
command -v taskset >/dev/null && one_processor=(taskset -c 0)
commands() { # name, command and its arguments
	local name=$1
	shift
	printed many first "$NHISCAN" "$@"
	printed single first "${one_processor[@]}" "$NHISCAN" "$@"
	printed moved second "$NHISCAN" "$@"
	print_same "${name}_on_one_processor" many single
	print_same "${name}_of_files_in_another_order" many moved
}
for f in text json; do commands "ci_as_$f" ci --format $f pipelines; done
for f in text json; do commands "practices_as_$f" practices --format $f app pipelines; done
for f in table json csv cyclonedx; do commands "inventory_as_$f" inventory --format $f exports; done
# Exports named one by one, in either order.
for f in table json csv cyclonedx; do
	printed many first "$NHISCAN" inventory --format $f exports/authorization-details.json exports/credential-report.csv exports/secrets.json
	printed moved first "$NHISCAN" inventory --format $f exports/secrets.json exports/credential-report.csv exports/authorization-details.json
	print_same "inventory_of_exports_named_in_another_order_as_$f" many moved
done
for c in ci practices; do
	printed many first "$NHISCAN" $c --format json app pipelines/gitlab pipelines/tekton
	printed moved first "$NHISCAN" $c --format json pipelines/tekton pipelines/gitlab app
	print_same "${c}_of_targets_named_in_another_order" many moved
done
all_formats named first iam exports/authorization-details.json exports/credential-report.csv exports/secrets.json
all_formats named-other first iam exports/secrets.json exports/credential-report.csv exports/authorization-details.json
same iam_of_exports_named_in_another_order named named-other
# Reports of shards, joined in either order.
for t in app pipelines exports; do (cd first && "$NHISCAN" --fingerprint-key-file ../key --min-confidence low --format json -o ../$t.json $t 2>/dev/null); done
for f in $formats; do
	printed many . "$NHISCAN" merge --format "$f" app.json pipelines.json exports.json
	printed moved . "$NHISCAN" merge --format "$f" exports.json app.json pipelines.json
	print_same "merge_in_another_order_as_$f" many moved
done
finish
