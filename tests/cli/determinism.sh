#!/bin/bash
# The same input gives the same bytes: whatever the number of threads, the order in which files were made, or the run.
. "$(dirname "$0")/lib.sh"
needs determinism git python3
export SOURCE_DATE_EPOCH=1780000000 GIT_CONFIG_GLOBAL=/dev/null
export GIT_AUTHOR_NAME=t GIT_AUTHOR_EMAIL=t@example.org GIT_COMMITTER_NAME=t GIT_COMMITTER_EMAIL=t@example.org
head -c 32 /dev/urandom >key && chmod 600 key

# Ninety samples, some of them several times, so that findings have many sightings.
for i in $(seq 1 30); do
	"$expand" "$i" 'export T={{github:ghp_}}' "password = '{{password:16}}'" 'aws_secret_access_key = {{base64:40}}' \
		'DB=postgres://app:{{alnum:18}}@db.corp.test/x' 'auth: {{b64:github_token={{github:gho_}} and the rest}}' '{{pem:ec}}' >"sample-$i"
done
files() { # folder, order of numbers
	mkdir -p "$1"
	for i in $2; do
		mkdir -p "$1/d$((i % 7))"
		cat "sample-$i" >"$1/d$((i % 7))/f$i.conf"
		cat "sample-$((i / 3 + 1))" >"$1/d$((i % 7))/again$i.conf"
	done
}
history() { # folder
	git init -q "$1"
	(
		cd "$1" || exit
		for c in $(seq 1 25); do
			export GIT_AUTHOR_DATE="$((1700000000 + c / 3 * 1000)) +0000" GIT_COMMITTER_DATE="$((1700000000 + c / 2 * 1000)) +0000"
			echo "$c" >>big.txt
			cat "$work/sample-$c" >>big.txt
			cat "$work/sample-$((c % 5 + 1))" >"f$((c % 4)).conf"
			[ $((c % 6)) = 0 ] && git checkout -q -b "side$c"
			git add . && git commit -qm "commit $c $(head -1 "$work/sample-$((c % 9 + 1))")"
		done
		echo end >big.txt && git add . && git commit -qm end
		git gc -q 2>/dev/null
		cp "$work/sample-30" untracked.conf
	)
}
# What a report says of its own command line is the only thing that may differ.
report() { # output, format, threads, target
	"$NHISCAN" --fingerprint-key-file key --min-confidence low --format "$2" --threads "$3" "$4" >"$1" 2>"$work/.err"
	status=$?
	[ -s "$1" ] || not_ok "report_$1" "empty, exit status $status"
	sed -i -e 's/"--threads","[0-9]*"/"--threads","N"/' -e "s#\"$4\"#\"TARGET\"#g" "$1"
}
same() { # name, files
	if cmp "$2" "$3" >"$work/.out" 2>&1; then ok "$1"; else not_ok "$1" "$(diff "$2" "$3" | head -4 | cut -c1-300)"; fi
}
files tree "$(seq 1 29)"
files shuffled "$(seq 1 29 | shuf --random-source=sample-1)"
history repo
for format in json jsonl sarif text; do
	for target in tree repo; do
		report one $format 1 $target
		for threads in 2 3 8; do
			report many $format $threads $target
			same "${target}_as_${format}_with_${threads}_threads" one many
		done
		report again $format 8 $target
		same "${target}_as_${format}_twice" many again
	done
	report one $format 2 tree
	report other $format 2 shuffled
	sed -i 's/shuffled/tree/g' other
	same "files_made_in_another_order_as_$format" one other
done
# A repack changes how objects are stored, not what they hold.
report one json 2 repo
git -C repo repack -adfq --depth=3 --window=5
report other json 2 repo
same repacked one other
git -C repo unpack-objects -q <"$(ls repo/.git/objects/pack/*.pack)" 2>/dev/null
mkdir loose && mv repo/.git/objects/pack/* loose/ && for p in loose/*.pack; do git -C repo unpack-objects -q <"$p"; done
report other json 2 repo
same loose one other
holds there_was_something_to_compare python3 -c 'import json; assert json.load(open("one"))["summary"]["findings"] > 100'
finish
