#!/bin/sh
# A second scan with --cache reads what is new and reports what a scan without it reports, whatever happened in between.
. "$(dirname "$0")/lib.sh"
needs cache python3
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 GIT_AUTHOR_NAME=A GIT_AUTHOR_EMAIL=a@example.org GIT_COMMITTER_NAME=C \
	GIT_COMMITTER_EMAIL=c@example.org GIT_AUTHOR_DATE='@1700000000 +0000' GIT_COMMITTER_DATE='@1700000000 +0000' SOURCE_DATE_EPOCH=1800000000
head -c 32 /dev/urandom >key && chmod 600 key
secret() { printf 'dop_v1_%s' "$(printf 'cache.sh %s' "$1" | sha256sum | cut -c 1-64)"; }
cat >compare.py <<'E2'
import json, sys
a, b = (json.load(open(f)) for f in sys.argv[1:3])
for x in (a, b):
    x["summary"].pop("place", None)
if a["findings"] != b["findings"] or a["summary"] != b["summary"] or a["coverage"]["complete"] != b["coverage"]["complete"]:
    sys.exit("they differ")
E2
scan() { # report, further arguments
	report=$1
	shift
	run --no-worktree --fingerprint-key-file key --format json -o "$report" "$@" repo
}
same() { # name: the report `with` is that of a scan without a cache
	scan without
	plain=$status
	if [ "$plain" = "$cached_status" ]; then holds "$1" python3 compare.py without with; else not_ok "$1" "status $cached_status, not $plain"; fi
}
cached() { # a scan with the cache
	scan with --cache cache "$@"
	cached_status=$status
}
blobs() { # "read cached"
	python3 -c 'import json; u = json.load(open("with"))["coverage"]["units"]["blobs"]; print(u["read"], u["skipped"].get("cached", 0))'
}
is() { # name, value, expected
	if [ "$2" = "$3" ]; then ok "$1"; else not_ok "$1" "$2, not $3"; fi
}
notice() { # name, code
	holds "$1" grep -q "\"code\":\"$2\"" with
}
file() { ls cache/*.nhiscan-cache; }
found() { ls cache/*.nhiscan-found; }

git init -q -b main repo
mkdir repo/d
for i in 1 2 3 4 5 6 7 8; do
	seq "$i" 400 >repo/d/long
	echo "clean $i" >"repo/clean$i"
	[ "$i" != 4 ] || secret one >>repo/d/long
	[ "$i" != 5 ] || sed -i /dop_v1/d repo/d/long
	git -C repo add . && git -C repo commit -qm "commit $i"
done
git -C repo commit -q --allow-empty -m "message $(secret message)"
git -C repo tag -a -m "tag" v1

cached
same a_first_scan_finds_all
is a_first_scan_reads_all "$(blobs)" '16 0'
cached
same a_second_scan_finds_the_same
is a_second_scan_reads_nothing "$(blobs)" '0 16'
is only_the_owner_may_read_it "$(stat -c %a cache) $(stat -c %a "$(file)" "$(found)" | tr '\n' ' ')" '700 600 600 '
holds it_holds_no_secret sh -c "! grep -qe dop_v1 -e digitalocean cache/*"
git -C repo repack -adfq
cached
same repacked_finds_the_same
is repacked_reads_nothing_more "$(blobs)" '0 16'
echo more >>repo/d/long && secret two >>repo/d/long && echo more >repo/clean9
git -C repo add . && git -C repo commit -qm 'new'
git -C repo repack -adfq --depth=50
cached
same new_commits_are_found
is new_commits_are_what_is_read "$(blobs)" '2 16'
cached --threads 4
same threads_do_not_matter

# Another repository has some of the same objects.
mv repo other && git clone -q other repo && echo there >repo/new && git -C repo add . && git -C repo commit -qm there
cached
same one_cache_serves_several_repositories
is shared_objects_are_not_read_again "$(blobs)" '1 18'

# Everything known and clean: that is a scan that was done.
mv repo third && git init -q -b main repo && echo x >repo/x && git -C repo add . && git -C repo commit -qm x
cached && cached
is all_known_is_no_empty_scan "$cached_status $(blobs)" '0 0 1'
rm -rf repo && mv third repo

# What is not there is missed by each scan, also when the trees are known from a whole clone.
cached
object=$(git -C repo rev-parse HEAD:clean3)
git -C repo unpack-objects -q </dev/null 2>/dev/null
for pack in repo/.git/objects/pack/*.pack; do mv "$pack" moved.pack && git -C repo unpack-objects -q <moved.pack; done
rm -rf repo/.git/objects/pack repo/.git/objects/info/alternates && mkdir repo/.git/objects/pack
rm -f "repo/.git/objects/$(echo "$object" | cut -c 1-2)/$(echo "$object" | cut -c 3-)"
cached
same missing_objects_are_missed
is missing_is_incomplete "$(grep -c '"missing":1' with)" 1
cached
same missing_objects_are_missed_again
rm -rf repo && mv other repo

# Damage: never believed, never fatal.
cached
good=$(file)
cp "$good" good
for damage in 'printf X | dd of=%s bs=1 seek=100 conv=notrunc status=none' 'truncate -s -1 %s' 'truncate -s 40 %s' ': >%s' 'head -c 500 /dev/urandom >%s' \
	'printf X | dd of=%s bs=1 seek=0 conv=notrunc status=none' 'echo more >>%s'; do
	cp good "$good"
	# shellcheck disable=SC2059
	sh -c "$(printf "$damage" "$good")"
	cached
	same "damaged_is_not_believed"
	notice damaged_is_said cache-ignored
	cached
	is damaged_is_written_anew "$(blobs | cut -d ' ' -f 2)" 18
done

# The same for what was found. It is sealed under the key: without that, or with another, what has findings is read again.
rm -f cache/*
cached && cached
good_found=$(found)
cp "$good_found" good_found
for damage in 'printf X | dd of=%s bs=1 seek=100 conv=notrunc status=none' 'truncate -s -1 %s' 'truncate -s 40 %s' ': >%s' 'head -c 500 /dev/urandom >%s' \
	'printf X | dd of=%s bs=1 seek=0 conv=notrunc status=none' 'echo more >>%s'; do
	cp good_found "$good_found"
	# shellcheck disable=SC2059
	sh -c "$(printf "$damage" "$good_found")"
	cached
	same found_damaged_is_not_believed
	notice found_damaged_is_said cache-ignored
	is found_damaged_is_read_again "$(blobs)" '2 16'
	cached
	is found_damaged_is_written_anew "$(blobs)" '0 18'
done
head -c 32 /dev/urandom >other_key && chmod 600 other_key
mv key first_key && mv other_key key
cached
same another_key_finds_the_same
is another_key_reads_again "$(blobs)" '2 16'
mv key other_key && mv first_key key
cp "$good_found" good_found
for name in cache/*.nhiscan-found; do [ "$name" = "$good_found" ] || cp "$name" "$good_found"; done
cached
same found_of_another_key_is_not_believed
notice found_of_another_key_is_said cache-ignored
rm -f cache/*.nhiscan-found
run --no-worktree --cache cache --format json -o with repo
is without_a_key_nothing_is_remembered "$(blobs) $(ls cache | grep -c found)" '2 16 0'
cached

cp good "$good" && chmod 666 "$good"
cached
notice writable_by_others_is_not_believed cache-ignored
rm -f "$good" && ln -s "$work/good" "$good"
cached
notice link_is_not_followed cache-ignored
rm -f "$good" && mkdir "$good"
cached
same folder_in_its_place
rmdir "$good" 2>/dev/null
chmod 777 cache
cached
notice folder_others_can_write cache-ignored
chmod 700 cache
scan with --cache repo/.git/cache
notice cache_in_the_target_is_not_believed cache-ignored
scan with --cache /proc/nowhere
notice folder_that_cannot_be_made cache-ignored
is folder_that_cannot_be_made_changes_nothing "$status" 1

# Whatever decides what is found makes another cache.
cached && cached --decode-depth 1
is other_limits_read_all "$(blobs | cut -d ' ' -f 2)" 0
cached --skip jwt
is other_rules_read_all "$(blobs | cut -d ' ' -f 2)" 0
cached
is the_first_is_still_there "$(blobs | cut -d ' ' -f 2)" 18

# Killed at any moment, it leaves the old cache or the new one, and nothing unread as read.
rm -rf cache repo && git init -q -b main repo
python3 - <<'E2' | git -C repo fast-import --quiet
import hashlib
for n in range(1, 400):
    body = "\n".join(hashlib.sha256(f"{n // 40} {i}".encode()).hexdigest()[:9] for i in range(300)) + f"\n{n}\n"
    if n % 57 == 0:
        body += "dop_v1_" + hashlib.sha256(f"cache.sh {n}".encode()).hexdigest() + "\n"
    print(f"commit refs/heads/main\ncommitter C <c@example.org> {1700000000 + n} +0000\ndata 1\nm\nM 100644 inline f{n % 7}\ndata {len(body)}\n{body}")
E2
for delay in 0.002 0.01 0.02 0.03 0.04 0.05 0.06 0.08 0.1 0.15; do
	"$NHISCAN" --no-worktree --cache cache --fingerprint-key-file key --format json -o /dev/null repo >/dev/null 2>&1 &
	sleep $delay
	kill -9 $! 2>/dev/null
	wait $! 2>/dev/null
	if [ -f "$(file 2>/dev/null)" ]; then cp "$(file)" killed; fi
	scan with --cache cache
	cached_status=$status
	holds killed_left_nothing_damaged sh -c '! grep -q cache-ignored with'
	same killed_lost_nothing
	rm -f cache/*.nhiscan-cache cache/*.nhiscan-found
done
finish
