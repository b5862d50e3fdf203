#!/bin/bash
# Hostile and broken input: each ends quickly with the right exit status, names the place, and its counts add up.
. "$(dirname "$0")/lib.sh"
needs bad_input git python3
export GIT_CONFIG_GLOBAL=/dev/null GIT_AUTHOR_NAME=t GIT_AUTHOR_EMAIL=t@example.org GIT_COMMITTER_NAME=t GIT_COMMITTER_EMAIL=t@example.org
reports=0
token=$("$expand" 3 '{{github:ghp_}}')
one_token="export T=$token"

# Scans with a text report on stdout and a JSON report aside, whose counts must add up.
scan() { # name, exit status, extended regular expression that stdout or stderr must hold, arguments
	local name=$1 expected=$2 pattern=$3 report
	shift 3
	reports=$((reports + 1))
	report=$work/report-$reports.json
	status=0
	timeout 60 "$NHISCAN" --format json -o "$report" --format text "$@" >.out 2>.err </dev/null || status=$?
	if ! [[ $status =~ ^${expected}$ ]]; then
		not_ok "$name" "exit status $status, not $expected"
	elif ! cat .out .err | grep -Eq -e "$pattern"; then
		not_ok "$name" "no '$pattern'"
	elif [ "$expected" != 2 ] && [ -e "$report" ] && ! "$root/tests/cli/reconcile.py" "$report" >.err; then
		not_ok "$name" "counts do not add up"
	else
		ok "$name"
	fi
}
counted() { # name, expectations: of the last report
	name=$1
	shift
	holds "$name" "$root/tests/cli/reconcile.py" "$work/report-$reports.json" -- "$@"
}
# A repository of three commits with a token that is gone again, packed.
make_repository() { # folder
	git init -q "$1"
	(
		cd "$1" || exit
		for i in 1 2 3; do
			seq 1 200 | sed "s/^/line $i of /" >file
			[ $i = 2 ] && echo "$one_token" >>file
			git add . && git commit -qm "commit $i"
		done
		git repack -adq
	)
}

# --- targets ---
scan missing_target 3 'absent: no such file or folder; check the path' absent
mkdir plain && echo "$one_token" >plain/file
scan missing_target_among_others 3 'absent: no such file' plain absent
mkdir empty
scan empty_folder 3 'nothing' empty
scan device_as_target 3 '/dev/null is a device' /dev/null
mkfifo pipe
scan fifo_as_target 3 'pipe is a FIFO' pipe
ln -s loop-b loop-a && ln -s loop-a loop-b
scan loop_as_target 3 'loop of symbolic links' loop-a
scan empty_name 3 'the empty name' ''
: >nothing
scan empty_file 3 'nothing' nothing
run - </dev/null
exits empty_stdin 3

# --- trees ---
mkdir -p loop/a/b && ln -s ../.. loop/a/b/up && ln -s b loop/a/self && ln -s nowhere loop/dangling && echo x >loop/file
scan loop_of_links 0 . loop
counted loop_of_links_is_counted files.read=1 files.seen=4
mkdir outside && ln -s /etc/passwd outside/passwd && ln -s /etc outside/etc && echo x >outside/file
scan links_that_leave_the_target 0 . outside
counted links_that_leave_are_counted files.read=1 files.skipped.link-outside=2
mkdir special && mkfifo special/pipe && echo "$one_token" >special/file
python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind("special/socket")'
mknod special/device c 1 5 2>/dev/null || mkfifo special/device # /dev/zero
scan special_files 1 . special
counted special_files_are_counted files.read=1 files.skipped.special=3
mkdir sparse && truncate -s 10G sparse/file && echo "$one_token" >sparse/other
scan sparse_file_of_10_gb 1 . sparse
# A file that is named is hashed for the evidence too, holes and all: smaller.
truncate -s 2G sparse/data && echo "$one_token" | dd of=sparse/data bs=1 seek=1000000000 conv=notrunc 2>/dev/null
scan sparse_file_with_data 1 . sparse/data
mkdir names
python3 - "$one_token" <<-'EOF'
	import os, sys
	for name in (b"latin-\xe9\xff", b"line\nbreak", b"esc\x1b[31mred", b"tab\there", b"\xe2\x80\xaebidi", b"-dash", b" ", b"back\\slash", b"q\"uote"):
	    with open(b"names/" + name, "w") as f:
	        f.write(sys.argv[1] + "\n")
EOF
scan strange_names 1 'back\\\\slash' names
cp .out .text
counted strange_names_are_all_read files.read=9
holds no_control_character_gets_through python3 -c 'import sys
text = open(sys.argv[1], "rb").read().decode()
sys.exit(any(c < " " and c != "\n" or c in "\x7f\u202e" for c in text))' .text
deep=deep/$(printf 'd/%.0s' $(seq 1 400))
mkdir -p "$deep" && echo x >deep/file && echo "$one_token" >"$deep/file"
scan nested_folders_beyond_the_limit 3 'too-deep|deeper than the limit' deep
python3 - <<-'EOF'
	import os
	os.mkdir("deeper"); os.chdir("deeper"); open("file", "w").write("x\n")
	for i in range(3000):
	    os.mkdir("d" * 20); os.chdir("d" * 20)
EOF
scan path_longer_than_the_system_allows 3 'deeper than the limit' deeper
mkdir binary
python3 - "$one_token" <<-'EOF'
	import os, sys, zipfile
	r = bytes((i * 7919 ^ i >> 3) & 255 for i in range(1 << 20))
	open("binary/blob", "wb").write(r + b"\0" + sys.argv[1].encode() + b"\0" + r)
	with zipfile.ZipFile("binary/archive.zip", "w", zipfile.ZIP_STORED) as z:
	    z.writestr("env", sys.argv[1])
	open("binary/cut.zip", "wb").write(b"PK\3\4" + b"\xff" * 500)
	open("binary/nul", "wb").write(b"\0" * 300000)
	open("binary/bom", "wb").write(b"\xff\xfe" + b"\xd8" * 1001)
	open("binary/odd", "wb").write(("\ufeff" + sys.argv[1]).encode("utf-16-le") + b"\x00")
EOF
scan binary_files 1 'binary/blob|blob' binary
counted binary_files_are_read files.read=6
python3 - "$one_token" <<-'EOF'
	import sys
	with open("line", "w") as f:
	    for i in range(100):
	        f.write("x = 12345, y = 'abcdefgh'; " * 38836)
	    f.write(sys.argv[1])
EOF
scan line_of_100_mb 1 . line
head -c 20000000 /dev/zero | tr '\0' 'A' >base64 && echo >>base64
scan one_run_of_base64 0 . base64
for i in $(seq 1 20000); do echo 'password=password='; done >repeated
scan keywords_without_end 3 'max_matches_per_document' repeated
scan a_file_over_the_limit 3 'too-large|limit' --max-document-size 1k line

# --- what may not be read ---
if [ "$(id -u)" = 0 ] && command -v setpriv >/dev/null; then
	mkdir locked && echo x >locked/file && echo x >locked/open && chmod 0 locked/file && mkdir -m 0 locked/folder
	chmod 755 "$work"
	as_nobody="setpriv --reuid 65534 --regid 65534 --clear-groups"
	$as_nobody "$NHISCAN" --format text locked >.out 2>.err
	status=$?
	exits unreadable_file_makes_the_scan_incomplete 3
	says unreadable_file_is_named 'locked/file|file.*Permission denied'
	$as_nobody "$NHISCAN" --format json locked >locked.json 2>.err
	holds unreadable_is_counted "$root/tests/cli/reconcile.py" locked.json -- files.read=1 files.skipped.unreadable=2
	mkdir -m 0 shut
	$as_nobody "$NHISCAN" shut >.out 2>.err
	status=$?
	exits unreadable_folder_as_target 3
	cp -r plain readonly && chmod 500 readonly && chown -R 65534 readonly
	$as_nobody "$NHISCAN" readonly >.out 2>.err
	status=$?
	exits read_only_target 1
fi

# --- repositories ---
make_repository good
scan repository 1 . --no-worktree good
cp -r good no-commits && rm -rf no-commits/.git no-commits/file && git init -q no-commits
scan repository_without_commits 3 'empty-repository: no-commits' no-commits
echo "$one_token" >no-commits/file
scan repository_without_commits_but_files 1 . no-commits
mkdir broken-link && echo 'gitdir: /nowhere/at/all' >broken-link/.git && echo "$one_token" >broken-link/file
scan broken_git_file 1 'nowhere' broken-link
mkdir broken-file && echo 'garbage' >broken-file/.git && echo x >broken-file/file
scan git_file_that_is_none 0 . broken-file
damage() { # name, python over the bytes `b` of the first file that matches; then what matches
	rm -rf "$1" && cp -r good "$1"
	python3 - "$1" "$2" "$3" <<-'EOF'
		import glob, os, sys
		name = glob.glob(sys.argv[1] + "/.git/" + sys.argv[3])[0]
		os.chmod(name, 0o644)
		b = bytearray(open(name, "rb").read())
		exec(sys.argv[2])
		open(name, "wb").write(b)
	EOF
}
pack='objects/pack/*.pack' idx='objects/pack/*.idx'
damage pack-head 'b[0:4] = b"JUNK"' "$pack"
scan pack_with_a_bad_head '[13]' 'pack' pack-head
for what in 'b[len(b)//2] ^= 0xff' 'b[20] ^= 0xff' 'del b[len(b)//2:]' 'del b[100:]' 'del b[12:]' 'del b[:]' 'b[8:12] = b"\xff\xff\xff\xff"' 'b[12] = 0x60' 'b[12] = 0x7f'; do
	damage bad-pack "$what" "$pack"
	scan "pack_with_${what//[^a-z0-9]/_}" '[13]' 'corrupt|damaged|missing|inflate|pack|checksum|incomplete' bad-pack
done
for what in 'b[0:4] = b"JUNK"' 'b[8+40:8+48] = b"\xff"*8' 'del b[len(b)//2:]' 'del b[:]' 'b[-60:-40] = b"\xff"*20' 'b[1032+20] ^= 0xff'; do
	damage bad-idx "$what" "$idx"
	scan "idx_with_${what//[^a-z0-9]/_}" '[13]' 'corrupt|damaged|missing|idx|index|pack|incomplete' bad-idx
done
damage bad-index 'b[20:60] = b"\xff"*40' index
scan staged_index_damaged '[13]' 'index' --staged bad-index
damage bad-index 'del b[30:]' index
scan index_cut '[13]' . bad-index
damage bad-head 'b[:] = b"ref: refs/heads/../../../../etc/passwd"' HEAD
scan head_that_leaves_the_repository '[13]' . bad-head
damage bad-config 'b[:] = b"[core]\n\trepositoryformatversion = 99\n[extensions]\n\tobjectformat = md5\n"' config
scan unknown_object_format '[13]' 'object format' bad-config
cp -r good no-objects && rm -rf no-objects/.git/objects/pack
scan repository_without_objects 3 'missing|not in this clone' --no-worktree no-objects
git clone -q --depth 1 "file://$work/good" shallow 2>/dev/null
scan shallow_clone '[03]' 'history ends early' shallow
git -C good config uploadpack.allowFilter true
git clone -q --bare --filter=blob:none "file://$work/good" partial 2>/dev/null
scan partial_clone 3 'not in this clone|missing' partial
counted partial_clone_counts_what_it_lacks blobs.skipped.missing=3
cp -r good loose-junk && mkdir -p loose-junk/.git/objects/aa && echo junk >loose-junk/.git/objects/aa/$(printf 'b%.0s' $(seq 38))
scan loose_object_that_is_junk '[13]' 'corrupt|damaged|aabbb' loose-junk
cp -r good alternates && echo "/proc/self/root/nowhere" >alternates/.git/objects/info/alternates
scan alternates_that_are_not_there '[13]' 'alternate|nowhere' alternates
mkdir -p good/.git/hooks && printf '#!/bin/sh\ntouch %s/ran\n' "$work" >good/.git/hooks/post-checkout && chmod +x good/.git/hooks/post-checkout
git -C good config core.fsmonitor "touch $work/ran"
git -C good config core.pager "touch $work/ran"
scan hostile_configuration 1 . good
holds nothing_of_the_repository_runs test ! -e ran
scan range_of_unknown_revision 2 'nosuch' --range nosuch..HEAD good
scan range_of_no_repository '[123]' . --range a..b plain
scan since_of_nonsense 2 'nonsense' --since nonsense good

# --- configuration and rules ---
mkdir conf && echo x >conf/file
config() { # name, exit status, pattern, content
	printf '%s' "$4" >conf/.nhiscan.yaml
	scan "$1" "$2" "$3" conf
}
config config_unknown_field 2 '.nhiscan.yaml:1: .*excluded.*exclude' 'excluded: []'
config config_not_yaml 2 '.nhiscan.yaml:[12]' 'a: [b'
config config_empty 0 . ''
config config_scalar 2 '.nhiscan.yaml:1' 'hello'
bomb='a: &a [x,x,x,x,x,x,x,x,x]
b: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]
c: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]
d: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]
e: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d]
f: &f [*e,*e,*e,*e,*e,*e,*e,*e,*e]
g: &g [*f,*f,*f,*f,*f,*f,*f,*f,*f]
'
config config_bomb_of_aliases 2 '.nhiscan.yaml:[0-9]+' "$bomb"
config config_deeply_nested 2 '.nhiscan.yaml:[0-9]+' "$(printf '[%.0s' $(seq 1 100000))"
config config_binary 2 '.nhiscan.yaml' "$(printf '\001\002\377\376')"
rm conf/.nhiscan.yaml && ln -s /etc/passwd conf/.nhiscan.yaml
scan config_that_is_a_link 2 'symbolic link' conf
rm conf/.nhiscan.yaml && mkfifo conf/.nhiscan.yaml
scan config_that_is_a_fifo 2 'not a regular file' conf
rm conf/.nhiscan.yaml
rule() { # name, pattern, content
	printf '%s' "$3" >rule.yaml
	scan "$1" 2 "$2" --rules rule.yaml conf
}
rule rule_with_unknown_field 'rule.yaml:2: .*patern.*pattern' '- id: acme-token
  patern: y
'
rule rule_without_pattern 'rule.yaml:[0-9]+' '- id: x-y
  title: X
'
rule rule_bomb_of_aliases 'rule.yaml:[0-9]+' "$bomb"
rule rule_not_yaml 'rule.yaml:[0-9]+' '- {'
rule rule_deeply_nested 'rule.yaml:[0-9]+' "$(printf -- '- %.0s' $(seq 1 50000))"
scan rules_that_are_missing 2 'absent.yaml' --rules absent.yaml conf
scan rules_that_are_a_device 2 '/dev/zero' --rules /dev/zero conf
write_rule() { # pattern
	cat >rule.yaml <<-EOF
		- id: acme-token
		  title: Acme token
		  service: Acme
		  severity: high
		  confidence: high
		  kind: token
		  nhi: [NHI2]
		  cwe: [798]
		  keywords: [acme_]
		  pattern: '$1'
		  after: 4000
		  fix: Revoke it.
		  reference: https://docs.acme.invalid/
		  positive: ['acme_{{lowernum:20}}', 'T=acme_{{lowernum:20}}']
		  negative: ['acme_', 'acme']
	EOF
}
write_rule '(acme_('
scan rule_with_a_bad_pattern 2 'rule.yaml:[0-9]+: .*pattern' --rules rule.yaml conf
write_rule '(acme_(x+x+)+[yz])'
mkdir -p slow && { for i in $(seq 1 50); do printf 'acme_%s\n' "$(printf 'x%.0s' $(seq 1 3000))"; done; } >slow/file
began=$(date +%s)
scan catastrophic_pattern '[23]' 'step limit|backtrack|rule.yaml' --rules rule.yaml --no-builtin-rules slow
if [ $(($(date +%s) - began)) -le 10 ]; then ok catastrophic_pattern_ends_quickly; else not_ok catastrophic_pattern_ends_quickly "$(($(date +%s) - began)) s"; fi

# --- outputs ---
scan output_into_a_missing_folder 2 'folder cannot be written' -o absent/x.json plain
"$NHISCAN" --format json plain >/dev/full 2>.err
status=$?
exits full_standard_output 3
finish
