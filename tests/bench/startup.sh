#!/bin/sh
# Times what a run costs that has nothing to do: --version, one small file, one small repository.
# startup.sh: no arguments.
. "$(dirname "$0")/lib.sh"
mkdir "$work/small"
i=0
while [ $i -lt 40 ]; do
	i=$((i + 1))
	echo "line $i: the password and the token are read from the environment"
done >"$work/small/notes.txt"
git init -q -b main "$work/repository"
cp "$work/small/notes.txt" "$work/repository"
git -C "$work/repository" add .
git -C "$work/repository" -c user.name=Bench -c user.email=bench@example.invalid commit -qm 'One file'
echo 'another line' >>"$work/repository/notes.txt"
git -C "$work/repository" add .

printf '\n### Start-up\n\n'
{
	row 'nhiscan --version' "$NHISCAN --version"
	row 'nhiscan, one small file' "$NHISCAN --no-config $work/small/notes.txt"
	row 'nhiscan, one small repository' "$NHISCAN --no-config $work/repository"
	row 'nhiscan --staged, one small file' "$NHISCAN --no-config --staged $work/repository"
	row 'git --version' 'git --version'
	if have gitleaks; then
		row 'gitleaks version' 'gitleaks version'
		row 'gitleaks dir, one small file' "gitleaks dir --no-banner --log-level error $work/small"
	fi
	if have trufflehog; then
		row 'trufflehog --version' 'trufflehog --version'
		row 'trufflehog filesystem, one small file' "trufflehog filesystem $work/small --no-verification --no-update --log-level=-1"
	fi
	if have kingfisher; then
		row 'kingfisher --version' 'kingfisher --version'
		row 'kingfisher, one small file' "kingfisher scan --no-validate --no-update-check --quiet $work/small"
	fi
} | python3 "$here/measure.py" --unit ms --runs "${BENCH_STARTUP_RUNS:-50}" 2>/dev/null
absent gitleaks trufflehog kingfisher
