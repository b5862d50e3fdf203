#!/bin/sh
# Some 3,900 accounts of which one question is asked each: every action set of the catalogue in its least permissions, one thing at a time in its way,
# administrators in odd forms, chains, groups, tags and other accounts. The right answers were written from AWS's documents beside the engine, and its
# other labelled accounts (iam_accounts.sh) were not looked at for it; iam_world.py says how an account is written.
. "$(dirname "$0")/lib.sh"
cat >run.py <<'END'
import sys

sys.path.insert(0, sys.argv[1])
sys.dont_write_bytecode = True
import iam_world

sys.exit(iam_world.run([__import__(sys.argv[3]).add_all], sys.argv[3], sys.argv[2]) > 0)
END
for set in iam_paths iam_admins iam_chains iam_training; do
	if python3 run.py "$root/tests/cli" "$NHISCAN" "$set" >.out 2>.err; then
		ok "$set: $(tail -1 .out)"
	else
		not_ok "$set" "$(tail -1 .out)"
	fi
done
finish
