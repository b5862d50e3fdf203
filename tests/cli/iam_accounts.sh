#!/bin/sh
# 1,390 accounts with what is true of one principal in each, in the three partitions of AWS: administrators and what looks like one, and every way to
# become one with what may stand in it. iam_lab.py says how they are written; the labels follow the documented evaluation logic.
. "$(dirname "$0")/lib.sh"
export NHISCAN
cat >run.py <<'END'
import sys

sys.path.insert(0, sys.argv[1])
sys.dont_write_bytecode = True
import iam_lab
import iam_lab_admin
import iam_lab_assume
import iam_lab_passed
import iam_lab_ways

sys.exit(iam_lab.run(sys.argv[2]) > 0)
END
for partition in aws aws-cn aws-us-gov; do
	if python3 run.py "$root/tests/cli" "$partition" >.out 2>.err; then
		ok "$(cat .out)"
	else
		not_ok "accounts of $partition" "$(grep -c '^wrong' .out) wrong"
	fi
done
finish
