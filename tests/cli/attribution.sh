#!/bin/sh
# Where secrets of a history come from, held against git itself on random histories: first and last commit, path, refs, days, author.
. "$(dirname "$0")/lib.sh"
needs attribution python3
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 SOURCE_DATE_EPOCH=1800000000
cat >make.py <<'E2'
# Writes a history for git fast-import: random parents, files that come, move, go and come back.
import hashlib, random, sys
seed = int(sys.argv[1])
r = random.Random(seed)
secrets = [hashlib.sha256(f"{seed} {i}".encode()).hexdigest() for i in range(40)]
names = ["a", "b/c", "b/d/e", "f/g", "f/h", "z"]
out = sys.stdout.buffer
state, tips = {}, []
for n in range(1, 61):
    parents = []
    if tips and r.random() < 0.97:
        parents = r.sample(range(max(1, n - 6), n), min(n - 1, r.choice([1, 1, 1, 2, 3])))
    files = dict(state[parents[0]]) if parents else {}
    for p in parents[1:]:
        for k, v in state[p].items():
            files.setdefault(k, v)
    for _ in range(r.choice([0, 1, 1, 2])):
        path = r.choice(names)
        if r.random() < 0.4:
            files.pop(path, None)
        else:
            files[path] = r.choice(secrets)
    state[n] = files
    tips.append(n)
    at = 1700000000 + n * 86400 * 3 + r.randint(-90000, 90000)
    branch = r.choice(["refs/heads/main", "refs/heads/x/y", "refs/heads/side"])
    text = f"commit refs/heads/tmp\nmark :{n}\nauthor Author {n % 7} <a{n % 7}@example.org> {at} +0000\n" \
           f"committer C <c@example.org> {at + 60} +0000\ndata 1\nm\n"
    text += "".join(f"{'from' if i == 0 else 'merge'} :{p}\n" for i, p in enumerate(parents)) + "deleteall\n"
    for path, secret in sorted(files.items()):
        data = f"# {secret[:3]}\ntoken = dop_v1_{secret}\n"
        text += f"M 100644 inline {path}\ndata {len(data)}\n{data}\n"
    if not parents:
        text = "reset refs/heads/tmp\n" + text
    out.write(text.encode())
for i, name in enumerate(["heads/main", "heads/side", "heads/x/y", "remotes/origin/main", "tags/v1", "tags/v2"] +
                         [f"heads/b{i}" for i in range(8)] + ["notes/odd"]):
    out.write(f"reset refs/{name}\nfrom :{60 - i * 2 if i else 60}\n\n".encode())
E2
cat >check.py <<'E2'
import json, os, subprocess, sys
report = json.load(open("report.json"))
now = int(os.environ["SOURCE_DATE_EPOCH"])
def git(*a):
    return subprocess.run(["git", "-C", "repo", *a], capture_output=True, text=True, check=True).stdout.split("\n")[:-1]
holds, author, date, parents = {}, {}, {}, {}
for line in git("log", "--all", "--format=%H|%at|%an|%ae|%P"):
    c, at, name, mail, ps = line.split("|")
    date[c], author[c], parents[c] = int(at), {"name": name, "email": mail}, ps.split()
    for entry in git("ls-tree", "-r", c):
        meta, path = entry.split("\t")
        holds.setdefault(meta.split()[2], {}).setdefault(c, set()).add(path)
def up(c):
    seen, todo = set(), [c]
    while todo:
        for p in parents[todo.pop()]:
            if p not in seen:
                seen.add(p)
                todo.append(p)
    return seen
above = {c: up(c) for c in parents}
head = git("rev-parse", "HEAD")[0]
of_head = above[head] | {head}
rank = lambda n: next((i for i, k in enumerate(["refs/heads/", "refs/remotes/", "refs/tags/"]) if n.startswith(k)), 3)
checked = 0
for f in report["findings"]:
    for s in f["sightings"]:
        if s["place"] not in ("head", "history", "merge"):
            continue
        where, c, last = holds[s["object"]], s["commit"], s["last_commit"]
        what = (f["masked"], s)
        assert s["versions"] == 1, what
        assert c in where and not above[c] & set(where), what
        assert s["at_head"] == (head in where) == (s["place"] == "head"), what
        assert s["path"] == min(where[head if s["at_head"] else c]), what
        assert (s["place"] == "merge") == (len(parents[c]) > 1 and not s["at_head"]), what
        assert last == head if s["at_head"] else last in where and not any(last in above[x] for x in where), what
        refs = sorted(git("for-each-ref", "--format=%(refname)", "--contains", c), key=lambda n: (rank(n), n))
        assert s["refs"] == refs[:10] and s["refs_total"] == len(refs), (what, refs)
        assert s.get("author") == author[c], what
        first, days = date[c], s["days_exposed"]
        if s["at_head"]:
            assert days == (now - first) // 86400, what
        elif of_head & set(where):
            ends = [date[x] for x in of_head if x not in where and any(p in where for p in parents[x])]
            assert days in [max(0, (e - first) // 86400) for e in ends], (what, ends)
        else:
            assert days is None, what
        checked += 1
assert checked > 5, checked
E2
for seed in 1 2 3 4 5 6; do
	rm -rf repo && git init -q -b main repo && python3 make.py $seed | git -C repo fast-import --quiet --force
	git -C repo update-ref -d refs/heads/tmp
	[ $((seed % 2)) = 0 ] || git -C repo repack -adfq --depth=5
	[ $((seed % 3)) != 0 ] || git -C repo commit-graph write --reachable 2>/dev/null
	run --no-worktree --format json --with-authors -o report.json repo
	holds "history_${seed}_is_as_git_says" python3 check.py
done
run --no-worktree --format json -o report.json repo
holds without_being_asked_no_author_is_named sh -c '! grep -q example.org report.json'
finish
