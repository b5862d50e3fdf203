#!/bin/sh
# Times a scan of the whole history of each repository given, beside the peers' and the floors under them.
# history.sh REPOSITORY ...: git directories or clones; nothing is written to them.
. "$(dirname "$0")/lib.sh"

one() { # repository, threads
	repo=$(cd "$1" && pwd)
	gitdir=$(git -C "$repo" rev-parse --absolute-git-dir)
	bare=
	if [ "$(git -C "$repo" rev-parse --is-bare-repository)" = true ]; then bare=--bare; fi
	printf '\n### %s, %d thread%s\n\n' "$(name_of "$repo")" "$2" "$([ "$2" = 1 ] || echo s)"
	pin=$(on "$2")
	{
		row nhiscan "$pin $NHISCAN --no-config --no-worktree --no-progress --exit-zero --threads $2 --format json $repo"
		row 'git cat-file' "$pin git --git-dir=$gitdir cat-file --batch-all-objects --unordered --batch"
		row 'git log -p' "$pin git --git-dir=$gitdir log -p -U0 --full-history --all"
		if have gitleaks; then row gitleaks "$pin gitleaks git --no-banner --exit-code 0 --log-level error $repo"; fi
		if have betterleaks; then row betterleaks "$pin betterleaks git --no-banner --exit-code 0 --log-level error $repo"; fi
		if have trufflehog; then
			row trufflehog "$pin trufflehog git file://$repo $bare --no-verification --no-update --json --concurrency=$2 --log-level=-1"
		fi
		if have kingfisher; then
			row kingfisher "$pin kingfisher scan --no-validate --no-update-check --quiet --jobs $2 --git-history full $repo"
		fi
		if have titus; then row titus "$pin titus scan --git --workers $2 --output :memory: --format json $repo"; fi
		if have noseyparker; then
			row noseyparker "rm -rf $work/np; $pin noseyparker --quiet scan --progress never --jobs $2 --datastore $work/np $repo"
		fi
	} | measure --warm "find $gitdir -type f -print0 | xargs -0 cat"
}

[ $# -gt 0 ] || {
	echo "usage: history.sh REPOSITORY ..." >&2
	exit 2
}
for repository in "$@"; do
	for t in $threads; do
		one "$repository" "$t"
	done
done
absent gitleaks betterleaks trufflehog kingfisher titus noseyparker
