#!/bin/sh
# Repositories made to harm whoever reads them: each is survived, what is wrong is named, the rest is read, and nothing is run.
. "$(dirname "$0")/lib.sh"
needs hostile-repos python3
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 GIT_AUTHOR_NAME=A GIT_AUTHOR_EMAIL=a@example.org GIT_COMMITTER_NAME=C \
	GIT_COMMITTER_EMAIL=c@example.org
secret=dop_v1_$(printf 'hostile-repos.sh' | sha256sum | cut -c 1-64)
export secret
git init -q -b main plain
printf 'token = %s\n' "$secret" >plain/good.txt
git -C plain add . && git -C plain commit -qm good

cat >craft.py <<'E2'
# craft.py KIND REPO: puts what is wrong into a copy of the plain repository. Formats: gitformat-pack(5).
import hashlib, os, struct, sys, zlib


def four_gigabytes(head):
    """A zlib stream of `head` and 4 GiB of zeros. After a full flush the same input gives the same output: one block is repeated."""
    z = zlib.compressobj(9, zlib.DEFLATED, -15)
    raw = z.compress(head) + z.flush(zlib.Z_FULL_FLUSH)
    raw += (z.compress(bytes(1 << 20)) + z.flush(zlib.Z_FULL_FLUSH)) * 4096 + z.flush()
    # Adler-32 (RFC 1950): zeros leave the first sum as it is, and add it to the second.
    first, second = zlib.adler32(head) & 0xFFFF, zlib.adler32(head) >> 16
    return b"\x78\xda" + raw + struct.pack(">HH", (second + (4 << 30) * first) % 65521, first)

kind, repo = sys.argv[1:3]
objects = os.path.join(repo, ".git", "objects")
def header(type_, size):
    out, first = bytearray(), (type_ << 4) | (size & 15)
    size >>= 4
    while size:
        out.append(first | 0x80)
        first, size = size & 127, size >> 7
    out.append(first)
    return bytes(out)
def varint(n):
    out = bytearray()
    while n > 127:
        out.append(n & 127 | 128)
        n >>= 7
    return bytes(out + bytes([n]))
def offset(n):
    out = bytearray([n & 127])
    n >>= 7
    while n:
        n -= 1
        out.insert(0, 128 | n & 127)
        n >>= 7
    return bytes(out)
def object_id(type_, data):
    return hashlib.sha1(type_ + b" %d\0" % len(data) + data).digest()
def fake(n):
    return hashlib.sha1(b"fake %d" % n).digest()
class Pack:
    def __init__(self):
        self.data, self.rows = bytearray(b"PACK" + struct.pack(">II", 2, 0)), []
    def add(self, id_, type_, body, size=None, base=b"", raw=None):
        at = len(self.data)
        self.data += header(type_, len(body) if size is None else size) + base + (zlib.compress(body) if raw is None else raw)
        self.rows.append((id_, at))
        return at
    def write(self, count=None, bad_sum=False, offsets=None, fanout=None):
        self.data[8:12] = struct.pack(">I", len(self.rows) if count is None else count)
        sum_ = b"x" * 20 if bad_sum else hashlib.sha1(self.data).digest()
        name = os.path.join(objects, "pack", "pack-" + hashlib.sha1(self.data).hexdigest())
        os.makedirs(os.path.dirname(name), exist_ok=True)
        open(name + ".pack", "wb").write(bytes(self.data) + sum_)
        rows = sorted(self.rows)
        if offsets:
            rows = [(i, offsets) for i, _ in rows]
        counts = [sum(1 for i, _ in rows if i[0] <= n) for n in range(256)] if fanout is None else fanout
        idx = b"\377tOc" + struct.pack(">I", 2) + b"".join(struct.pack(">I", c & 0xffffffff) for c in counts)
        idx += b"".join(i for i, _ in rows) + b"\0\0\0\0" * len(rows)
        idx += b"".join(struct.pack(">I", o) for _, o in rows) + sum_
        open(name + ".idx", "wb").write(idx + hashlib.sha1(idx).digest())
        return name
def loose(id_, raw):
    folder = os.path.join(objects, id_.hex()[:2])
    os.makedirs(folder, exist_ok=True)
    open(os.path.join(folder, id_.hex()[2:]), "wb").write(raw)
def point(ref, id_):
    path = os.path.join(repo, ".git", "refs", ref)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    open(path, "w").write(id_.hex() + "\n")
p = Pack()
base = b"base of it all, long enough to be copied from\n" * 4
named = fake(1)  # the object that is wrong
def with_delta(delta, size=None):
    at = p.add(object_id(b"blob", base), 3, base)
    p.add(named, 6, delta, size, offset(len(p.data) - at))
    p.write()
if kind == "copy-beyond-the-base":
    with_delta(varint(len(base)) + varint(100) + bytes([0x80 | 0x01 | 0x10, 250, 100]))
elif kind == "copy-of-2-to-the-32":
    with_delta(varint(len(base)) + varint(100) + bytes([0xff, 255, 255, 255, 255, 255, 255, 255]))
elif kind == "delta-longer-than-it-says":
    with_delta(varint(len(base)) + varint(3) + bytes([0x80 | 0x10, 100]))
elif kind == "delta-shorter-than-it-says":
    with_delta(varint(len(base)) + varint(1 << 20) + bytes([0x80 | 0x10, 100]))
elif kind == "delta-of-another-base":
    with_delta(varint(7) + varint(5) + bytes([0x80 | 0x10, 5]))
elif kind == "delta-that-ends-within":
    with_delta(varint(len(base)) + varint(90) + bytes([90]) + b"only a few")
elif kind == "delta-with-a-reserved-byte":
    with_delta(varint(len(base)) + varint(1) + b"\0")
elif kind == "delta-without-end-of-size":
    with_delta(b"\xff" * 40)
elif kind == "delta-that-makes-a-terabyte":
    with_delta(varint(len(base)) + varint(1 << 40) + bytes([0x80 | 0x10, 100]) * 1000)
elif kind == "size-that-overflows":
    p.add(named, 3, b"", raw=b"\xff" * 30)
    p.write()
elif kind == "declared-as-an-exabyte":
    p.add(named, 3, b"small", size=1 << 60)
    p.write()
elif kind == "zeros-of-four-gigabytes":
    p.add(named, 3, b"", size=4 << 30, raw=four_gigabytes(b""))
    p.write()
elif kind == "more-than-declared":
    p.add(named, 3, b"x" * 100000, size=10)
    p.write()
elif kind == "not-zlib":
    p.add(named, 3, b"", size=50, raw=b"\xde\xad\xbe\xef" * 20)
    p.write()
elif kind == "unknown-type":
    p.add(named, 5, b"of the future")
    p.write()
elif kind == "delta-of-itself":
    p.add(named, 7, varint(1) + varint(1) + b"\1a", base=named)
    p.write()
elif kind == "ring-of-deltas":
    for n in range(1000):
        p.add(fake(n), 7, varint(1) + varint(1) + b"\1a", base=fake((n + 1) % 1000))
    p.write()
elif kind == "delta-ahead-of-the-pack":
    p.add(named, 6, varint(1) + varint(1) + b"\1a", base=offset(1 << 40))
    p.write()
elif kind == "delta-of-nothing":
    p.add(named, 7, varint(1) + varint(1) + b"\1a", base=b"\x11" * 20)
    p.write()
elif kind == "chain-of-30000-deltas":
    at, data = p.add(object_id(b"blob", base), 3, base), base
    for n in range(30000):
        new = b"%d\n" % n
        delta = varint(len(data)) + varint(len(base) + len(new)) + bytes([0x80 | 0x10, len(base)]) + bytes([len(new)]) + new
        data = base + new
        at = p.add(object_id(b"blob", data), 6, delta, base=offset(len(p.data) - at))
    at = p.add(named, 6, varint(3) + b"\x01\x01a", base=offset(len(p.data) - at))
    p.write()
elif kind == "offsets-beyond-the-pack":
    p.add(named, 3, b"x")
    p.write(offsets=0x7ffffff0)
elif kind == "offset-into-the-header":
    p.add(named, 3, b"x")
    p.write(offsets=3)
elif kind == "fanout-that-falls":
    p.add(named, 3, b"x")
    p.write(fanout=[9 - n for n in range(256)])
elif kind == "fanout-of-four-billion":
    p.add(named, 3, b"x")
    p.write(fanout=[0xfffffff0] * 256)
elif kind in ("pack-cut", "index-cut", "pack-empty", "index-garbage"):
    for n in range(50):
        data = hashlib.sha512(b"%d" % n).digest() * 4
        p.add(object_id(b"blob", data), 3, data)
    name = p.write()
    if kind == "pack-cut":
        os.truncate(name + ".pack", os.path.getsize(name + ".pack") // 2)
    elif kind == "pack-empty":
        os.truncate(name + ".pack", 0)
    elif kind == "index-cut":
        os.truncate(name + ".idx", 1100)
    else:
        open(name + ".idx", "wb").write(os.urandom(5000))
elif kind == "pack-without-objects-it-counts":
    p.add(object_id(b"blob", b"x"), 3, b"x")
    p.write(count=4000000000)
elif kind == "midx-garbage":
    os.makedirs(os.path.join(objects, "pack"), exist_ok=True)
    open(os.path.join(objects, "pack", "multi-pack-index"), "wb").write(b"MIDX\1\1\4\0\0\0\0\1" + os.urandom(4000))
elif kind == "loose-garbage":
    loose(named, os.urandom(100))
elif kind == "loose-declared-as-an-exabyte":
    loose(named, zlib.compress(b"blob 1152921504606846976\0small"))
elif kind == "loose-zeros-of-four-gigabytes":
    loose(named, four_gigabytes(b"blob 4294967296\0"))
elif kind == "tree-in-itself":
    tree = b"40000 again\0" + named + b"100644 f\0" + object_id(b"blob", b"token = %s\n" % os.environb[b"secret"])
    loose(named, zlib.compress(b"tree %d\0" % len(tree) + tree))
    commit = b"tree " + named.hex().encode() + b"\nauthor A <a> 1 +0000\ncommitter A <a> 1 +0000\n\nm\n"
    loose(object_id(b"commit", commit), zlib.compress(b"commit %d\0" % len(commit) + commit))
    point("heads/odd", object_id(b"commit", commit))
elif kind == "commits-in-a-ring":
    empty = object_id(b"tree", b"")
    loose(empty, zlib.compress(b"tree 0\0"))
    for n in range(100):
        commit = b"tree %s\nparent %s\nparent %s\nauthor A <a> 1 +0000\ncommitter A <a> 1 +0000\n\nm\n" % (
            empty.hex().encode(), fake((n + 1) % 100).hex().encode(), fake((n * 7) % 100).hex().encode())
        loose(fake(n), zlib.compress(b"commit %d\0" % len(commit) + commit))
    point("heads/odd", fake(0))
elif kind == "tags-in-a-ring":
    for n in range(3):
        tag = b"object %s\ntype tag\ntag t\ntagger A <a> 1 +0000\n\nm\n" % fake((n + 1) % 3).hex().encode()
        loose(fake(n), zlib.compress(b"tag %d\0" % len(tag) + tag))
    point("tags/odd", fake(0))
elif kind == "folders-1000-deep":
    id_ = object_id(b"blob", b"token = %s\n" % os.environb[b"secret"])
    mode = b"100644"
    for n in range(1000):
        tree = mode + b" d\0" + id_
        id_, mode = object_id(b"tree", tree), b"40000"
        loose(id_, zlib.compress(b"tree %d\0" % len(tree) + tree))
    commit = b"tree " + id_.hex().encode() + b"\nauthor A <a> 1 +0000\ncommitter A <a> 1 +0000\n\nm\n"
    loose(object_id(b"commit", commit), zlib.compress(b"commit %d\0" % len(commit) + commit))
    point("heads/odd", object_id(b"commit", commit))
elif kind == "tree-garbage":
    tree = b"100644 no end of the name" + b"x" * 60
    loose(object_id(b"tree", tree), zlib.compress(b"tree %d\0" % len(tree) + tree))
    commit = b"tree " + object_id(b"tree", tree).hex().encode() + b"\nauthor A <a> 1 +0000\ncommitter A <a> 1 +0000\n\nm\n"
    loose(object_id(b"commit", commit), zlib.compress(b"commit %d\0" % len(commit) + commit))
    point("heads/odd", object_id(b"commit", commit))
elif kind == "alternates-in-a-ring":
    os.makedirs(os.path.join(objects, "info"), exist_ok=True)
    open(os.path.join(objects, "info", "alternates"), "w").write("../objects\n../../.git/objects\n/nowhere\n" + "x/../" * 2000 + "\n")
elif kind == "submodule-in-itself":
    os.makedirs(os.path.join(repo, ".git", "modules"))
    os.symlink("../..", os.path.join(repo, ".git", "modules", "again"))
    inner = os.path.join(repo, ".git", "modules", "odd")
    os.makedirs(os.path.join(inner, "refs"))
    os.symlink("../../objects", os.path.join(inner, "objects"))
    open(os.path.join(inner, "HEAD"), "w").write("ref: refs/heads/main\n")
elif kind == "fifos-everywhere":
    for name in ("packed-refs", "shallow", "refs/heads/fifo", "logs/HEAD", "config.worktree", "objects/info/alternates",
                 "objects/pack/multi-pack-index", "objects/pack/pack-0.pack", "objects/pack/pack-0.idx", "credentials", "hooks/fifo"):
        path = os.path.join(repo, ".git", name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        if os.path.exists(path):
            os.unlink(path)
        os.mkfifo(path)
else:
    sys.exit("no such kind")
E2
# kind, whether something is wrong that the report must say ("whole": nothing is lost), what a notice must name
hostile() {
	kind=$1 expected=$2 named=${3:-}
	rm -rf repo && cp -r plain repo && python3 craft.py "$kind" repo || not_ok "$kind" 'it could not be made'
	rm -rf cache
	for mode in '' '--cache cache' '--cache cache'; do
		status=0
		# shellcheck disable=SC2086
		timeout 60 "$NHISCAN" --no-worktree --threads 2 --format json $mode repo >"$work/.out" 2>"$work/.err" || status=$?
		case $status in
		1 | 3) ;;
		*) not_ok "$kind$mode" "exit status $status" && return ;;
		esac
	done
	if ! python3 - "$expected" "$named" "$secret" <<'E2'; then not_ok "$kind" 'the report is not as it should be'; else ok "$kind"; fi
import json, sys
expected, named, secret = sys.argv[1:]
r = json.load(open(".out"))
c = r["coverage"]
assert any(f["masked"].endswith(secret[-4:]) for f in r["findings"]), "the good blob is not found"
assert secret not in open(".out").read()
assert c["complete"] == (expected == "whole"), c
assert not named or any(named in n["where"] or named in n["detail"] for n in c["notices"]), c["notices"]
for u in c["units"].values():
    assert u["seen"] == u["read"] + sum(u["skipped"].values()), u
E2
}
one=$(printf 'fake 1' | sha1sum | cut -c 1-40)
for kind in copy-beyond-the-base copy-of-2-to-the-32 delta-longer-than-it-says delta-shorter-than-it-says delta-of-another-base \
	delta-that-ends-within delta-with-a-reserved-byte delta-without-end-of-size delta-that-makes-a-terabyte size-that-overflows \
	declared-as-an-exabyte zeros-of-four-gigabytes more-than-declared not-zlib unknown-type delta-of-itself \
	delta-ahead-of-the-pack delta-of-nothing chain-of-30000-deltas offsets-beyond-the-pack offset-into-the-header loose-garbage \
	loose-declared-as-an-exabyte loose-zeros-of-four-gigabytes; do
	hostile $kind broken "$one"
done
for kind in ring-of-deltas fanout-that-falls fanout-of-four-billion pack-cut index-cut pack-empty index-garbage midx-garbage tree-garbage alternates-in-a-ring; do
	hostile $kind broken
done
for kind in tree-in-itself commits-in-a-ring tags-in-a-ring submodule-in-itself; do
	hostile $kind whole
done
for kind in folders-1000-deep pack-without-objects-it-counts fifos-everywhere; do
	hostile $kind broken
done

# Everything that git would run, configured to leave a trace.
rm -rf repo && cp -r plain repo
printf '#!/bin/sh\ntouch %s/ran\n' "$work" >run.sh && chmod +x run.sh
for hook in applypatch-msg commit-msg fsmonitor-watchman post-applypatch post-checkout post-commit post-index-change post-merge post-receive \
	post-rewrite post-update pre-applypatch pre-auto-gc pre-commit pre-merge-commit pre-push pre-rebase pre-receive prepare-commit-msg \
	proc-receive push-to-checkout query-watchman reference-transaction sendemail-validate update; do
	cp run.sh "repo/.git/hooks/$hook"
done
cat >>repo/.git/config <<E2
[core]
	fsmonitor = $work/run.sh
	pager = $work/run.sh
	editor = $work/run.sh
	sshCommand = $work/run.sh
	gitProxy = $work/run.sh
	askPass = $work/run.sh
	alternateRefsCommand = $work/run.sh
	hooksPath = $work/repo/.git/hooks
	attributesFile = $work/repo/.gitattributes
	untrackedCache = true
[extensions]
	partialClone = origin
[remote "origin"]
	url = ext::$work/run.sh
	promisor = true
	uploadpack = $work/run.sh
	vcs = ext
[remote "two"]
	url = ssh://-oProxyCommand=$work/run.sh/x
[filter "evil"]
	clean = $work/run.sh
	smudge = $work/run.sh
	process = $work/run.sh
	required = true
[diff "evil"]
	textconv = $work/run.sh
	command = $work/run.sh
[merge "evil"]
	driver = $work/run.sh
[credential]
	helper = !$work/run.sh
[gpg]
	program = $work/run.sh
[uploadpack]
	packObjectsHook = $work/run.sh
[alias]
	status = !$work/run.sh
	log = !$work/run.sh
[include]
	path = $work/run.sh
[protocol "ext"]
	allow = always
E2
printf '* filter=evil diff=evil merge=evil\n' | tee repo/.gitattributes >repo/.git/info/attributes
echo changed >>repo/good.txt
rm -f ran
for mode in '' '--no-worktree' '--no-history' '--staged' '--since 2000-01-01' '--range HEAD..HEAD' '--cache cache'; do
	# shellcheck disable=SC2086
	run $mode --format json repo
	name=$(echo "$mode" | tr -c 'a-z0-9\n' _)
	if [ -e ran ]; then not_ok "nothing_is_run_$name" 'a command of the repository was run' && rm -f ran; else ok "nothing_is_run_$name"; fi
	case $status in
	0 | 1 | 3) ;;
	*) not_ok "nothing_is_run_$name" "exit status $status" ;;
	esac
done
if command -v strace >/dev/null; then
	strace -f -qq -e trace=execve,execveat,connect,fork,vfork -o trace "$NHISCAN" repo >/dev/null 2>&1
	holds no_program_is_started_and_nothing_connected_to test "$(grep -Ec 'execve(at)?\(|connect\(|v?fork\(' trace)" = 1
else
	skip no_program_is_started_and_nothing_connected_to 'strace is not installed'
fi
finish
