#!/bin/sh
# The git hooks: what is committed, pushed and received is read, they say what they read, and they stop what has findings.
. "$(dirname "$0")/lib.sh"
needs hooks git "$expand"
export GIT_CONFIG_NOSYSTEM=1 HOME="$work" GIT_AUTHOR_NAME=t GIT_AUTHOR_EMAIL=t@example.org GIT_COMMITTER_NAME=t GIT_COMMITTER_EMAIL=t@example.org
letters='Zq7Rw2Kx9Lm4Tn8Vb3Hd6Fg1Jc5PsYuEaQ'
secret() { # number
	printf 'url = "postgres://app:pw%s%s@db.internal.corp:5432/app"\n' "$1" "$(printf %s "$letters" | cut -c"$1"-$(($1 + 13)))"
}
hook() { # repository, name
	printf '#!/bin/sh\nexec "%s" hook %s "$@"\n' "$NHISCAN" "$2" >"$1/hooks/$2"
	chmod +x "$1/hooks/$2"
}
try() { # command…: leaves $status, .out, .err
	status=0
	"$@" >"$work/.out" 2>"$work/.err" || status=$?
}
told() { # name, expression expected on stderr
	if grep -Eq -e "$2" "$work/.err"; then ok "$1"; else not_ok "$1" "no '$2' on stderr"; fi
}

git init -q --bare server.git
git init -q client
cd client || exit 1
git checkout -q -b main
git remote add origin ../server.git
hook .git pre-commit

echo 'harmless' >a.txt && git add a.txt
try git commit -q -m one
exits clean_commit_passes 0
told commit_says_what_it_read 'nhiscan pre-commit: read 1 of 1 staged files; 0 findings that count'
secret 1 >b.conf && git add b.conf
try git commit -q -m two
exits commit_with_a_secret_stops 1
told commit_counts_findings 'read 1 of 1 staged files; 1 finding that counts'
try git commit -q --allow-empty -m 'nothing, and b.conf stays staged' -- a.txt
git reset -q
try git commit -q --allow-empty -m empty
exits empty_commit_passes 0
told empty_commit_says_so 'nhiscan pre-commit: '

# `git commit -a` and `git commit PATH` commit from an index of their own, which git names to the hook.
secret 1 >a.txt
try git commit -q -a -m 'all that is tracked'
exits commit_of_all_with_a_secret_stops 1
told commit_of_all_is_read 'nhiscan pre-commit: read 1 of 1 staged files; 1 finding that counts'
try git commit -q -m 'one file' a.txt
exits commit_of_a_path_with_a_secret_stops 1
told commit_of_a_path_is_read 'nhiscan pre-commit: read 1 of 1 staged files; 1 finding that counts'
printf '#!/bin/sh\nexec "%s" --staged --quiet\n' "$NHISCAN" >.git/hooks/pre-commit
try git commit -q -a -m 'all that is tracked'
exits scan_of_what_is_staged_knows_it_too 1
hook .git pre-commit
git checkout -q a.txt
echo changed >>a.txt
try git commit -q -a -m 'all that is tracked'
exits commit_of_all_without_a_secret_passes 0
told commit_of_all_says_so 'read 1 of 1 staged files; 0 findings'
# The index of one repository is not taken for that of another.
git init -q ../elsewhere && secret 2 >../elsewhere/e.conf && git -C ../elsewhere add e.conf
try env GIT_INDEX_FILE=.git/index "$NHISCAN" --staged ../elsewhere
exits index_of_another_repository_is_not_taken 1
# In a linked worktree, whose index and HEAD are its own; there the hook may start below the top.
git worktree add -q ../linked -b linked 2>/dev/null
cd ../linked || exit 1
secret 3 >w.conf && git add w.conf
try git commit -q -m worktree
exits commit_in_a_worktree_with_a_secret_stops 1
told commit_in_a_worktree_is_read 'read 1 of 1 staged files; 1 finding that counts'
git reset -q && rm w.conf && mkdir -p x && secret 4 >a.txt
cd x || exit 1
try git commit -q -a -m 'all, from a folder'
exits commit_of_all_in_a_worktree_stops 1
git checkout -q ../a.txt && echo fine >fine && git add fine
try git commit -q -m 'from a folder'
exits clean_commit_in_a_worktree_passes 0
# What ends a merge with conflicts is read whole.
cd .. && git checkout -q -b theirs && secret 5 >theirs.conf && echo theirs >a.txt && git add -A && git commit -q --no-verify -m theirs
git checkout -q linked && echo ours >a.txt && git commit -q -a --no-verify -m ours
git merge -q theirs >/dev/null 2>&1
echo both >a.txt && git add a.txt
try git commit -q -m merged
exits merge_that_brings_a_secret_stops 1
told merge_is_read 'read 2 of 2 staged files; 1 finding that counts'
git merge --abort
cd ../client || exit 1
git worktree remove -f ../linked && git branch -q -D linked theirs && rm -rf ../elsewhere

# pre-push: only what the remote does not have
hook .git pre-push
try git push -q origin main
exits clean_push_passes 0
told push_says_what_it_read 'nhiscan pre-push: refs/heads/main: read [0-9]+ of [0-9]+ blobs, [0-9]+ of [0-9]+ messages; 0 findings'
git add b.conf && git commit -q --no-verify -m secret
try git push -q origin main
exits push_with_a_secret_stops 1
told push_names_the_ref 'refs/heads/main: .*1 finding that counts'
git push -q --no-verify origin main
echo more >c.txt && git add c.txt && git commit -q --no-verify -m more
try git push -q origin main
exits what_the_remote_has_is_not_read_again 0
git checkout -q -b topic && echo topic >d.txt && git add d.txt && git commit -q --no-verify -m topic
try git push -q origin topic
exits new_branch_is_compared_with_the_remote 0
told new_branch_reads_what_is_new 'refs/heads/topic: read 1 of 1 blobs, 1 of 1 messages'
try git push -q origin :topic
exits deletion_passes 0
told deletion_says_so 'a ref is deleted'

# A message of a tag and the name of a ref are pushed too; nothing of them is printed.
canary=$("$expand" 77 '{{github:ghp_}}')
git tag -a -m "release $canary" v1 origin/main
try git push -q origin v1
exits secret_in_a_tags_message_stops 1
says tags_message_is_named '^message of tag .*github-personal-access-token'
git tag -a -m 'release two' v2 origin/main && git tag -a -m 'tag of a tag' v3 v2
try git push -q origin v3
exits harmless_tags_pass 0
told both_tags_are_read 'refs/tags/v3: read 2 of 2 messages'
try git push -q origin "HEAD:refs/heads/$canary"
exits secret_in_a_branchs_name_stops 1
cp ../.out ../said && grep '^nhiscan' ../.err >>../said
holds branchs_name_is_masked sh -c "! grep -q '$canary' ../said && grep -q 'refs/heads/[*][*]' ../said"
git tag -d v1 >/dev/null

# Merging what the remote has pushes nothing of it again; overwriting what was never fetched reads what the remote is not known to have.
git checkout -q -b merging main~1 && echo merging >g.txt && git add g.txt && git commit -q --no-verify -m merging
git push -q --no-verify origin merging && git merge -q --no-edit main && echo >>g.txt && git commit -q --no-verify -am after
try git push -q origin merging
exits merged_commits_of_the_remote_are_not_read_again 0
git clone -q ../server.git ../second && (cd ../second && git checkout -q merging && echo theirs >h.txt && git add h.txt && git commit -q -m theirs && git push -q origin merging)
secret 9 >i.conf && git add i.conf && git commit -q --no-verify -m 'secret four'
try git push -q --force origin merging
exits unknown_commits_of_the_remote_are_no_excuse 1
says what_is_pushed_is_read 'i.conf:1:'
git reset -q --hard HEAD~1
try git push -q --force origin merging
exits overwriting_what_was_not_fetched_passes 0
git checkout -q topic

# pre-receive: objects in quarantine
rm .git/hooks/pre-push
hook ../server.git pre-receive
try git push -q origin topic
exits clean_push_is_received 0
told receiver_says_what_it_read 'nhiscan pre-receive: refs/heads/topic: read 1 of 1 blobs, 1 of 1 messages'
secret 5 >e.conf && git add e.conf && git commit -q --no-verify -m 'secret two'
try git push -q origin topic
exits secret_is_not_received 1
told receiver_tells_the_place 'e.conf:1:'
holds nothing_was_taken sh -c '[ "$(git -C ../server.git rev-parse topic)" != "$(git rev-parse HEAD)" ]'
git checkout -q main && git checkout -q -b another && secret 7 >f.conf && git add f.conf && git commit -q --no-verify -m 'secret three'
try git push -q origin another
exits secret_on_a_new_branch_is_not_received 1
told only_what_is_new_is_read 'refs/heads/another: read [12] of [12] blobs'

# Input that git would not give
try sh -c "echo nonsense | '$NHISCAN' hook pre-push"
exits wrong_input_is_refused 2
try sh -c "printf '' | '$NHISCAN' hook pre-receive"
exits no_ref_is_fine 0
told no_ref_is_said 'no ref: nothing to read'
run hook post-commit
complains unknown_hook_is_named 'not one of pre-commit, pre-push, pre-receive'
finish
