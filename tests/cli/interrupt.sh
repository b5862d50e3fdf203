#!/bin/bash
# Ctrl-C ends a scan with what was found so far; what is shown on a terminal, and nothing of it anywhere else.
. "$(dirname "$0")/lib.sh"
needs interrupt python3
secret=$("$expand" 3 'export T={{github:ghp_}}')

# Runs nhiscan on a standard input that gives TEXT and then stays open, and sends it SIGNAL after a second; background jobs
# of a shell ignore SIGINT, so that Python starts it.
cat >interrupt.py <<'EOF'
import signal, subprocess, sys, time
text, signals, *command = sys.argv[1:]
# A shell that was started in the background hands on an ignored SIGINT.
p = subprocess.Popen(command, preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL), stdin=subprocess.PIPE, stdout=open(".out", "wb"), stderr=open(".err", "wb"))
p.stdin.write(text.encode())
p.stdin.flush()
for name in signals.split():
    time.sleep(1)
    p.send_signal(getattr(signal, name))
try:
    sys.exit(p.wait(20) & 255)
except subprocess.TimeoutExpired:
    p.kill()
    sys.exit(99)
EOF
interrupted() { # name, exit status, text, signals, arguments
	name=$1 expected=$2 text=$3 signals=$4
	shift 4
	status=0
	python3 interrupt.py "$text" "$signals" "$NHISCAN" "$@" || status=$?
	exits "$name" "$expected"
}
interrupted interrupt_with_a_finding 1 "$secret
" SIGINT --format json -
says interrupt_is_in_the_report '"interrupted":true'
says findings_so_far_are_reported 'github-personal-access-token'
says interrupted_scan_is_incomplete '"complete":false'
cp .out r.json
holds counts_add_up "$root/tests/cli/reconcile.py" r.json
interrupted interrupt_without_a_finding 3 'nothing here
' SIGINT --format json -
interrupted termination 3 'nothing here
' SIGTERM --format json -
says termination_is_in_the_report '"interrupted":true'
interrupted interrupt_before_anything_was_read 3 '' SIGINT -
interrupted interrupt_in_text 1 "$secret
" SIGINT --format text -
says interrupt_is_told_in_text 'interrupted'
interrupted interrupt_in_sarif 1 "$secret
" SIGINT --format sarif -
cp .out r.sarif
if /usr/bin/python3 -c 'import jsonschema' 2>/dev/null; then
	holds interrupted_sarif_is_valid /usr/bin/python3 "$root/tests/golden/validate.py" r.sarif
fi
interrupted exit_zero_keeps_interrupted 3 "$secret
" SIGINT --exit-zero -

# --- a long scan of files ---
links=16
case ${BUILD:-} in *asan*) links=4 ;; esac # some five times as slow
mkdir many && for i in 1 2 3 4; do
	for k in 1 2 3 4 5 6 7 8; do echo "password = 'abc$i$k' token_$i secret_$k key: $(seq -s, 1 40)"; done
done >many/seed
for i in $(seq 1 9); do cat many/seed many/seed >many/next && mv many/next many/seed; done # 2 MB
echo "$secret" >many/a-first
for i in $(seq 1 "$links"); do ln many/seed "many/b$i" 2>/dev/null || cp many/seed "many/b$i"; done
cat >long.py <<'EOF'
import signal, subprocess, sys, time
after, *command = sys.argv[1:]
began = time.time()
p = subprocess.Popen(command, preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL), stdin=subprocess.DEVNULL, stdout=open(".out", "wb"), stderr=open(".err", "wb"))
time.sleep(float(after))
p.send_signal(signal.SIGINT)
code = p.wait(60)
print(f"{time.time() - began - float(after):.2f} s after the signal", file=open("late", "w"))
sys.exit(code & 255)
EOF
status=0
python3 long.py 1 "$NHISCAN" --threads 2 --format json many || status=$?
case $status in
1 | 3) ok long_scan_is_interrupted ;;
*) not_ok long_scan_is_interrupted "exit status $status" ;;
esac
cp .out r.json
says long_scan_says_so '"interrupted":true'
holds long_scan_counts_add_up "$root/tests/cli/reconcile.py" r.json

# --- terminals ---
needs terminals script
tty() { # output file, environment and command as one line
	TERM=xterm script -qec "$2" "$1" </dev/null >/dev/null 2>&1
}
esc=$(printf '\033')
has() { # name, file, pattern
	if grep -q -e "$3" "$2"; then ok "$1"; else not_ok "$1" "no '$3' in $2"; fi
}
hasnt() { # name, file, pattern
	if grep -q -e "$3" "$2"; then not_ok "$1" "'$3' in $2"; else ok "$1"; fi
}
tty seen "$NHISCAN --threads 1 many"
has progress_on_a_terminal seen "$esc\\[K.*documents"
tty seen "$NHISCAN --threads 1 --no-progress many"
hasnt no_progress seen "documents, "
tty seen "$NHISCAN --threads 1 --quiet many"
hasnt quiet_has_no_progress seen "documents, "
has quiet_still_reports seen 'github-personal-access-token'
tty seen "TERM=dumb $NHISCAN --threads 1 many"
hasnt dumb_terminal_has_no_escapes seen "$esc"
"$NHISCAN" --threads 1 many >.out 2>.err </dev/null
status=$?
exits long_scan_without_a_terminal 1
if [ -s .err ]; then not_ok nothing_on_standard_error_without_a_terminal "$(head -c 200 .err)"; else ok nothing_on_standard_error_without_a_terminal; fi
echo "$secret" >one
tty seen "$NHISCAN one"
has colours_on_a_terminal seen "$esc\\[[0-9;]*m"
tty seen "$NHISCAN --no-color one"
hasnt no_color seen "$esc"
tty seen "NO_COLOR=1 $NHISCAN one"
hasnt no_color_of_the_environment seen "$esc"
tty seen "NO_COLOR= $NHISCAN one"
has empty_no_color_is_unset seen "$esc\\[[0-9;]*m"
tty seen "$NHISCAN --format json one"
hasnt json_has_no_colours seen "$esc"
run one
if grep -q "$esc" .out; then not_ok no_colours_into_a_file 'escapes'; else ok no_colours_into_a_file; fi
finish
