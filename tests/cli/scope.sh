#!/bin/bash
# What each way to choose reads, and nothing else: shown by the places of the findings and the counts of the JSON report.
. "$(dirname "$0")/lib.sh"
needs scope git python3
export GIT_CONFIG_GLOBAL=/dev/null GIT_AUTHOR_NAME=t GIT_AUTHOR_EMAIL=t@example.org GIT_COMMITTER_NAME=t GIT_COMMITTER_EMAIL=t@example.org
secret() { # seed
	"$expand" "$1" 'export T={{github:ghp_}}'
}
commit() { # seconds, message
	GIT_AUTHOR_DATE="$1 +0000" GIT_COMMITTER_DATE="$1 +0000" git commit -qm "$2"
}
git init -q -b main repo
cd repo || exit 1
secret 100 >first.sh && git add . && commit 1600000000 first
echo gone >first.sh && secret 200 >second.sh && git add . && commit 1700000000 second
git tag -a v2 -m 'two' && git checkout -q -b topic
secret 300 >third.sh && git add . && commit 1710000000 third
git checkout -q main && secret 400 >fourth.sh && git add . && commit 1720000000 fourth
secret 500 >staged.sh && git add staged.sh
secret 600 >untracked.sh
echo ignored.sh >.gitignore && secret 700 >ignored.sh
git remote add origin 'https://bot:hunter2hunter2@git.corp.test/team/app.git?token=x'
cd "$work" || exit 1

# reads NAME PLACES-AND-PATHS COUNTS... -- ARGUMENTS: exactly these findings ("place:path", "+" for several), these counts.
reads() {
	name=$1 expected=$2
	shift 2
	counts=()
	while [ "$1" != -- ]; do
		counts+=("$1")
		shift
	done
	shift
	status=0
	"$NHISCAN" --format json --only 'github-*' "$@" >report.json 2>.err || status=$?
	cp report.json .out
	got=$(python3 - report.json <<-'EOF'
		import json, sys
		r = json.load(open(sys.argv[1]))
		print("+".join(sorted({s["place"] + ":" + str(s["path"]) for f in r["findings"] for s in f["sightings"]})))
	EOF
	)
	if [ "$got" != "$expected" ]; then
		not_ok "$name" "$got, not $expected"
	elif ! "$root/tests/cli/reconcile.py" report.json -- "${counts[@]}" >.counts 2>&1; then
		not_ok "$name" "$(cat .counts)"
	else
		ok "$name"
	fi
}
reads no_history 'untracked:ignored.sh+untracked:untracked.sh+worktree:fourth.sh+worktree:second.sh+worktree:staged.sh' \
	blobs.seen=0 messages.seen=0 files.read=7 -- --no-history repo
reads no_worktree 'head:fourth.sh+head:second.sh+history:first.sh+history:third.sh+index:staged.sh' files.seen=0 -- --no-worktree repo
reads staged 'index:staged.sh' files.seen=0 blobs.seen=0 messages.seen=0 staged-entries.read=1 -- --staged repo
reads range 'history:third.sh' files.seen=0 blobs.read=1 messages.read=1 -- --range main..topic repo
reads range_of_main 'head:fourth.sh+head:second.sh' files.seen=0 -- --range main~2..main repo
reads since_a_tag 'head:fourth.sh+history:third.sh' files.seen=0 -- --since v2 repo
reads since_a_date 'head:fourth.sh+history:third.sh' files.seen=0 -- --since 2024-01-01 repo
reads everything 'head:fourth.sh+head:second.sh+history:first.sh+history:third.sh+index:staged.sh+untracked:ignored.sh+untracked:untracked.sh+worktree:fourth.sh+worktree:second.sh+worktree:staged.sh' -- repo
reads single_file 'file:repo/untracked.sh' files.seen=1 blobs.seen=0 -- repo/untracked.sh
run --staged --format json repo/untracked.sh
exits file_alone_has_nothing_staged 3
says file_alone_has_nothing_staged_said '"code":"not-scanned"'
git clone -q --bare "file://$work/repo" bare.git
reads bare_repository 'head:fourth.sh+head:second.sh+history:first.sh+history:third.sh' files.seen=0 -- bare.git
cp repo/second.sh other.sh && mkdir folder && mv other.sh folder/
reads several_targets 'index:staged.sh' files.seen=0 -- --staged repo folder
says target_of_which_nothing_is_read_is_named '"code":"not-scanned","where":"folder"'
reads folder_and_file 'file:other.sh+file:repo/untracked.sh' files.read=2 -- folder repo/untracked.sh
status=0
"$NHISCAN" --format json --only 'github-*' - <repo/untracked.sh >report.json 2>.err || status=$?
exits standard_input 1
holds standard_input_is_one_file "$root/tests/cli/reconcile.py" report.json -- files.seen=1 files.read=1
holds standard_input_is_its_place grep -q '"place":"stdin"' report.json
git -C repo worktree add -q ../linked topic
reads linked_worktree 'head:second.sh+head:third.sh' -- --range topic~2..topic linked

# --- what reports say of a repository ---
run --format json repo
says head_is_named "\"head\":\"$(git -C repo rev-parse HEAD)\",\"branch\":\"main\""
says origin_is_named_without_credentials '"remote":"https://git.corp.test/team/app.git"'
run --format sarif repo
says sarif_names_the_version '"versionControlProvenance":\[\{"repositoryUri":"https://git.corp.test/team/app.git","revisionId":"[0-9a-f]{40}","branch":"main"'
git -C repo checkout -q --detach
run --format json repo
says detached_head_has_no_branch '"branch":null'
git -C repo checkout -q main && git -C repo remote set-url origin 'git@git.corp.test:team/app.git'
run --format json repo
says scp_like_origin_keeps_its_user '"remote":"git@git.corp.test:team/app.git"'
git -C repo remote set-url origin /srv/git/app.git
run --format json repo
says local_origin_is_not_told '"remote":null'

# --- several reports from one scan, valid against their schemas and our own rules ---
run --format json -o r.json --format sarif -o r.sarif --format jsonl -o r.jsonl --format text repo
exits several_reports 1
says text_report_on_stdout 'github'
for python in python3 /usr/bin/python3; do
	if "$python" -c 'import jsonschema' 2>/dev/null; then
		holds reports_are_valid "$python" "$root/tests/golden/validate.py" r.json r.sarif r.jsonl
		break
	fi
done
# A folder of a repository: its files have the names that the history has for them, so that a consumer of the report finds them.
mkdir -p repo/part/deep && secret 800 >repo/part/deep/fifth.sh && secret 900 >repo/part/sixth.sh
tar -C repo/part/deep -cf repo/part/packed.tar fifth.sh
git -C repo add part/deep/fifth.sh part/packed.tar && git -C repo commit -qm part
reads folder_of_a_repository 'untracked:part/sixth.sh+worktree:part/deep/fifth.sh+worktree:part/packed.tar!/fifth.sh' -- --no-history repo/part
reads folder_and_its_history 'head:part/deep/fifth.sh+head:part/packed.tar!/fifth.sh+head:staged.sh' -- --range HEAD~1..HEAD repo/part
for t in repo/part "$work/repo/part" repo/part/; do
	run --format sarif --only 'github-*' "$t"
	cp .out sarif.json
	name=$(echo "$t" | sed "s#$work##" | tr -c 'a-z\n' _)
	holds "uri_from_the_top_$name" sh -c 'grep -q "\"uri\":\"part/deep/fifth.sh\"" sarif.json && ! grep -q "\"uri\":\"deep" sarif.json'
done
run --format oneline --no-history --only 'github-*' repo/part
says line_for_grep_is_from_the_top '^part/deep/fifth.sh:1:'
# Two folders of one repository have one history, and no name of their own before their paths.
cd repo || exit 1
run --format json -o "$work/two.json" --only 'github-*' part part/deep
cd "$work" || exit 1
holds history_is_read_once python3 - <<-'EOF'
	import json
	r = json.load(open("two.json"))
	assert [t["commits"] > 0 for t in r["run"]["targets"]] == [True, False], r["run"]["targets"]
	assert [t["prefix"] for t in r["run"]["targets"]] == ["part/", "part/deep/"]
	assert len({t["head"] for t in r["run"]["targets"]}) == 1
EOF
run merge --format sarif two.json
cp .out sarif.json
holds no_name_before_paths_of_one_repository sh -c 'grep -q "\"uri\":\"part/deep/fifth.sh\"" sarif.json && ! grep -q "\"uri\":\"part/part" sarif.json'
cp -r repo other
run --format oneline --no-history --only 'github-*' repo/part other/part
says several_repositories_are_named '^other/part/deep/fifth.sh:1:'
says several_repositories_are_named_both '^repo/part/deep/fifth.sh:1:'
run --no-worktree --format json --only 'github-*' repo/part repo/part/deep
exits history_alone_of_two_folders 1
# Lists that lie in the folder name its files as they lie there.
printf 'allow: [{rule: "*", path: deep/fifth.sh, reason: sample}]\nexclude: [sixth.sh, packed.tar]\n' >repo/part/.nhiscan.yaml
run --no-history --format json --only 'github-*' repo/part
exits list_in_the_folder 0
says list_in_the_folder_accepts '"path":"part/deep/fifth.sh"'
finish
