#!/bin/sh
# A range that is named wrongly is a mistake of the command line, never a scan that looks clean.
. "$(dirname "$0")/lib.sh"
needs revisions git "$expand"
git_() { git -C repo -c user.name=t -c user.email=t@example.org -c init.defaultBranch=main -c commit.gpgsign=false "$@"; }
mkdir repo plain
git_ init -q .
echo one >repo/a && git_ add . && git_ commit -qm one
echo two >repo/a && git_ commit -qam two
echo text >plain/a

run --range nosuch..HEAD repo
complains range_with_an_unknown_start "repo: revision .nosuch.: no ref or commit is named"
run --range HEAD..nosuch repo
complains range_with_an_unknown_end "repo: revision .nosuch.: no ref or commit is named"
run --range HEAD~9..HEAD repo
complains range_beyond_the_first_commit 'no such parent'
run --range HEAD repo
complains range_without_dots 'not of the form A\.\.B'
run --since nosuch repo
complains since_an_unknown_revision 'no ref or commit is named'
run --since 0123456789012345678901234567890123456789 repo
complains since_a_commit_that_is_not_here 'not in this clone'
run --range a..b plain
exits range_outside_a_repository 3
run --staged plain
exits staged_outside_a_repository 3
run --range HEAD~1..HEAD repo
exits a_good_range 0
run --since HEAD~1 repo
exits a_good_since 0
run --since 2020-01-01 repo
exits since_a_date 0
run --staged repo
exits an_empty_stage 0

# Messages of tags belong to what was made since, and to the end of a range.
tag=$("$expand" 5 '{{github:ghp_}}')
GIT_COMMITTER_DATE='2001-01-01T00:00:00Z' git_ tag -a -m 'old and harmless' old HEAD~1
git_ tag -a -m "made now $tag" now HEAD~1
run --range HEAD~1..now repo
exits tag_at_the_end_of_a_range 1
says tags_message_is_told 'message of tag'
run --range now..HEAD repo
exits tag_at_the_start_of_a_range 0
run --since 7d --format json repo
exits tag_made_since 1
says older_tags_are_left_out '"messages":\{"seen":3,'
run --since HEAD~1 --no-worktree repo
exits tag_made_since_a_commit 1
finish
