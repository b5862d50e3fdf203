#!/bin/sh
# A secret in every place of a repository is found once, with the label, path and commit of that place.
. "$(dirname "$0")/lib.sh"
needs places python3
export HOME="$work" GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 GIT_AUTHOR_NAME=A GIT_AUTHOR_EMAIL=a@example.org \
	GIT_COMMITTER_NAME=C GIT_COMMITTER_EMAIL=c@example.org GIT_ALLOW_PROTOCOL=file
# A token of its own for each place, made here: its last four characters tell it from the others.
secret() { # place
	printf 'dop_v1_%s' "$(printf 'places.sh %s' "$1" | sha256sum | cut -c 1-64)"
}
put() { # place, file
	mkdir -p "$(dirname "$2")"
	printf 'token = %s\n' "$(secret "$1")" >"$2"
}
day=0
commit() { # message; everything
	day=$((day + 1))
	GIT_AUTHOR_DATE="@$((1700000000 + day * 86400)) +0000" GIT_COMMITTER_DATE="@$((1700000000 + day * 86400)) +0000"
	export GIT_AUTHOR_DATE GIT_COMMITTER_DATE
	git add -A && git commit -q --allow-empty -m "$1"
}

# A submodule, with a submodule of its own.
git init -q -b main inner && cd inner || exit 1
put nested-submodule deep.txt && commit inner && rm deep.txt && commit clean
cd .. && git init -q -b main lib && cd lib || exit 1
put submodule-history gone.txt && put submodule-head src/kept.txt && commit lib && rm gone.txt && commit gone
git submodule -q add "$work/inner" vendor/inner >/dev/null 2>&1 && commit "has $(secret submodule-message)"
cd .. || exit 1

git init -q -b main repo && cd repo || exit 1
printf '*.ignored\n' >.gitignore
put worktree-and-head app/head.txt && put history app/old.txt && commit one
rm app/old.txt && commit "second $(secret commit-message)"
git checkout -q -b side && echo side >side.txt && commit side && git checkout -q main && echo main >main.txt && commit main
git merge -q --no-commit side >/dev/null 2>&1 && put merge evil.txt && commit merge
rm evil.txt && commit 'without it'
put stash-older stashed.txt && git stash -q -u && put stash-newer stashed.txt && git stash -q -u
echo base >amended.txt && commit base && put reflog amended.txt && commit slip && git reset -q --hard HEAD~1
git tag -a -m "tag $(secret tag-message)" v1
git notes add -m "note $(secret note)"
git branch "feature/$(secret ref-name)"
git checkout -q --detach && git tag -m "signed $(secret merged-tag)" topic side && commit 'a merge of a tag'
# A merge of a signed tag keeps the tag in its header (`mergetag`).
git cat-file tag topic >"$work/topic" && git cat-file commit HEAD >"$work/commit"
{
	sed '/^$/,$d' "$work/commit"
	printf 'mergetag ' && sed '2,$s/^/ /' "$work/topic"
	sed -n '/^$/,$p' "$work/commit"
} >"$work/merged"
git tag merged-a-tag "$(git hash-object -t commit -w --stdin <"$work/merged")"
topic=$(git rev-parse topic)
git tag -d topic >/dev/null && rm -f ".git/objects/$(echo "$topic" | cut -c 1-2)/$(echo "$topic" | cut -c 3-)"
git checkout -q main
printf 'token = %s\n' "$(secret unreachable)" | git hash-object -w --stdin >/dev/null
git config remote.origin.url "https://x:$(secret config)@example.org/r.git"
printf 'https://x:%s@example.org\n' "$(secret credentials)" >.git/credentials
printf '#!/bin/sh\n# %s\n' "$(secret hook)" >.git/hooks/pre-push
# What git and others leave in the repository's folder: reflogs keep URLs that were pulled from, am and rerere whole contents.
git update-ref -m "pull https://x:$(secret reflog-message)@example.org/r.git: Fast-forward" refs/heads/pulled HEAD
put patch .git/rebase-apply/0001 && put rerere .git/rr-cache/0123/preimage && put lost-found .git/lost-found/other/4567
put lfs .git/lfs/objects/ab/cd/abcd && put no-index .git/index-of-a-tool/f && put draft .git/TAG_EDITMSG
git worktree add -q --detach ../other >/dev/null 2>&1
put worktree-draft .git/worktrees/other/COMMIT_EDITMSG
(cd ../other && put other-worktree-index staged-there.txt && git add . && rm staged-there.txt)
git submodule -q add "$work/lib" libs/lib >/dev/null 2>&1
git submodule -q update --init --recursive >/dev/null 2>&1
commit 'with a submodule'
put worktree app/head2.txt && git add app/head2.txt && put index staged.txt && git add staged.txt && echo other >staged.txt
put untracked notes.txt && put ignored build/x.ignored
cd .. || exit 1

run --format json repo
exits everything_was_read 1
cat >check.py <<'E2'
import hashlib, json, subprocess, sys
report = json.load(open(".out"))
def rev(name, at="repo"):
    return subprocess.run(["git", "-C", at, "rev-parse", name], capture_output=True, text=True, check=True).stdout.strip()
# place: what must be seen, as (label, path); None: any path
wanted = {
    "worktree-and-head": [("worktree", "app/head.txt"), ("head", "app/head.txt")],
    "worktree": [("worktree", "app/head2.txt"), ("index", "app/head2.txt")],
    "untracked": [("untracked", "notes.txt")],
    "ignored": [("untracked", "build/x.ignored")],
    "index": [("index", "staged.txt")],
    "other-worktree-index": [("index", "staged-there.txt")],
    "history": [("history", "app/old.txt")],
    "merge": [("merge", "evil.txt")],
    "stash-older": [("stash", "stashed.txt")],
    "stash-newer": [("stash", "stashed.txt")],
    "reflog": [("reflog", "amended.txt")],
    "unreachable": [("unreachable", "")],
    "commit-message": [("commit-message", ""), ("config", ".git/logs/HEAD"), ("config", ".git/logs/refs/heads/main")],
    "tag-message": [("tag-message", "")],
    "merged-tag": [("tag-message", "")],
    "note": [("note", None)],
    "ref-name": [("ref-name", None)],
    "config": [("config", ".git/config")],
    "credentials": [("config", ".git/credentials")],
    "hook": [("config", ".git/hooks/pre-push")],
    "reflog-message": [("config", ".git/logs/refs/heads/pulled")],
    "patch": [("config", ".git/rebase-apply/0001")],
    "rerere": [("config", ".git/rr-cache/0123/preimage")],
    "lost-found": [("config", ".git/lost-found/other/4567")],
    "lfs": [("config", ".git/lfs/objects/ab/cd/abcd")],
    "no-index": [("config", ".git/index-of-a-tool/f")],
    "draft": [("config", ".git/TAG_EDITMSG")],
    "worktree-draft": [("config", ".git/worktrees/other/COMMIT_EDITMSG")],
    "submodule-history": [("history", "libs/lib/gone.txt")],
    "submodule-head": [("worktree", "libs/lib/src/kept.txt"), ("head", "libs/lib/src/kept.txt")],
    "submodule-message": [("commit-message", "libs/lib")],
    "nested-submodule": [("history", "libs/lib/vendor/inner/deep.txt")],
}
found = {}
for f in report["findings"]:
    if f["rule"] == "digitalocean-access-token":
        found.setdefault(f["masked"][-4:], []).extend(f["sightings"])
bad = False
def check(name, good, seen):
    global bad
    print("ok" if good else "not ok", name if good else f"{name}: {seen}")
    bad |= not good
at = {}
for name, places in wanted.items():
    token = hashlib.sha256(f"places.sh {name}".encode()).hexdigest()
    seen = at[name] = found.get(token[-4:], [])
    here = [(s["place"], s["path"]) for s in seen]
    good = sorted(p for p, _ in here) == sorted(p for p, _ in places) and all(
        any(p == q and (path is None or path == x) for q, x in here) for p, path in places)
    check("found_in_" + name.replace("-", "_"), good, here)
check("first_commit_of_history", [s["commit"] for s in at["history"]] == [rev("main~4^{/^one}")], at["history"])
check("first_commit_of_a_merge", [s["commit"] for s in at["merge"]] == [rev("main^{/^merge}")], at["merge"])
check("first_commit_in_a_submodule", [s["commit"] for s in at["submodule-history"]] ==
      [rev("HEAD^{/^lib}", "lib")], at["submodule-history"])
check("tag_says_its_commit", [s["commit"] for s in at["tag-message"]] == [rev("v1^{commit}")], at["tag-message"])
check("no_secret_in_the_report", "dop_v1_" + hashlib.sha256(b"places.sh history").hexdigest() not in open(".out").read(), "")
check("coverage_is_complete", report["coverage"]["complete"], report["coverage"]["notices"])
check("nothing_is_said_to_be_unread", not report["coverage"]["notices"], report["coverage"]["notices"])
sys.exit(bad)
E2
python3 check.py || bad=1

# The same from a folder inside, and without the history: paths and labels hold.
run --format json --no-history repo/app
says folder_inside_knows_what_is_tracked '"place":"worktree"'
run --format json --no-history repo/build
says folder_inside_knows_what_is_untracked '"place":"untracked"'
printf 'garbage' >repo/.git/index
run --format json --no-history repo/build
says damaged_index_calls_nothing_untracked '"place":"worktree"'
finish
