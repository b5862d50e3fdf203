#!/usr/bin/env python3
"""Plants one synthetic secret in one place of a fresh repository: planted.py token SEED | plant PLACE REPOSITORY TOKEN | places.
The token exists at run time only: a GitHub personal access token of random characters with its right checksum, valid nowhere."""

import os
import random
import subprocess
import sys
import zlib

BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


def token(seed):
    """GitHub: prefix, 30 random characters, their CRC32 in base62, 6 wide (announcement of the token format, 2021)."""
    draw = random.Random(seed)
    body = "".join(draw.choice(BASE62) for _ in range(30))
    crc, tail = zlib.crc32(body.encode()), ""
    for _ in range(6):
        crc, digit = divmod(crc, 62)
        tail = BASE62[digit] + tail
    return "gh" + "p_" + body + tail


class Repository:
    def __init__(self, path):
        self.path = path
        self.clock = 1_700_000_000
        os.makedirs(path, exist_ok=True)
        self.git("init", "-q", "-b", "main", ".")
        self.git("config", "gc.auto", "0")
        self.write("README", "A small project.\n")
        self.commit("Begin")

    def git(self, *arguments, text=None, cwd=None):
        self.clock += 60
        when = f"{self.clock} +0000"
        who = {"GIT_AUTHOR_NAME": "Bench", "GIT_AUTHOR_EMAIL": "bench@example.invalid", "GIT_AUTHOR_DATE": when}
        who |= {"GIT_COMMITTER_NAME": "Bench", "GIT_COMMITTER_EMAIL": "bench@example.invalid", "GIT_COMMITTER_DATE": when}
        done = subprocess.run(["git", *arguments], cwd=cwd or self.path, env=os.environ | who, input=text, text=True, capture_output=True)
        if done.returncode:
            raise SystemExit(f"planted: git {' '.join(arguments[:2])}: {done.stderr}")
        return done.stdout.strip()

    def write(self, name, text):
        with open(os.path.join(self.path, name), "w") as file:
            file.write(text)

    def commit(self, message):
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", message)
        return self.git("rev-parse", "HEAD")


def worktree(r, line):
    r.write("README", "A small project.\n" + line)


def untracked(r, line):
    r.write("settings.py", line)


def index(r, line):
    r.write("README", line)
    r.git("add", "README")
    r.write("README", "A small project.\n")


def head(r, line):
    r.write("settings.py", line)
    r.commit("Settings")


def history(r, line):
    r.write("settings.py", line)
    r.commit("Settings")
    os.remove(os.path.join(r.path, "settings.py"))
    r.commit("Settings go")


def merge(r, line):
    r.git("checkout", "-q", "-b", "side")
    r.write("side.txt", "side\n")
    r.commit("Side")
    r.git("checkout", "-q", "main")
    r.write("main.txt", "main\n")
    r.commit("Main")
    r.git("merge", "-q", "--no-ff", "--no-commit", "side")
    r.write("README", "A small project.\n" + line)
    r.commit("Merge side")
    r.write("README", "A small project.\n")
    r.commit("As it was")


def stash_newest(r, line):
    r.write("README", line)
    r.git("stash", "push", "-q", "-m", "work")


def stash_older(r, line):
    r.write("README", line)
    r.git("stash", "push", "-q", "-m", "one")
    for text in ("other work\n", "third work\n"):
        r.write("README", text)
        r.git("stash", "push", "-q", "-m", "more")


def stash_untracked(r, line):
    r.write("settings.py", line)
    r.git("stash", "push", "-q", "--include-untracked", "-m", "work")


def reflog(r, line):
    r.write("settings.py", line)
    r.commit("Settings")
    r.git("reset", "-q", "--hard", "HEAD~1")


def unreachable(r, line):
    reflog(r, line)
    r.git("reflog", "expire", "--expire=now", "--all")
    orig = os.path.join(r.path, ".git", "ORIG_HEAD")
    if os.path.exists(orig):
        os.remove(orig)


def other_worktree(r, line):
    r.git("worktree", "add", "-q", "-b", "other", "../other")
    with open(os.path.join(r.path, "..", "other", "README"), "w") as file:
        file.write(line)
    r.git("add", "README", cwd=os.path.join(r.path, "..", "other"))
    # Staged in the other worktree only: its files are another folder, its index lies here.
    with open(os.path.join(r.path, "..", "other", "README"), "w") as file:
        file.write("A small project.\n")


def submodule(r, line):
    inner = Repository(os.path.join(r.path, "..", "inner"))
    inner.write("settings.py", line)
    inner.commit("Settings")
    os.remove(os.path.join(inner.path, "settings.py"))
    inner.commit("Settings go")
    r.git("-c", "protocol.file.allow=always", "submodule", "add", "-q", os.path.abspath(inner.path), "inner")
    r.commit("Submodule")


def tag_message(r, line):
    r.git("tag", "-a", "v1", "-m", "First\n\n" + line)


def commit_message(r, line):
    r.commit("Settings\n\n" + line)


def note(r, line):
    r.git("notes", "add", "-m", line)


def ref_name(r, line):
    r.git("branch", "try-" + line.split('"')[1])


def config(r, line):
    r.git("remote", "add", "origin", f"https://bench:{line.split(chr(34))[1]}@github.com/example/example.git")


PLACES = {
    "worktree": worktree,
    "untracked file": untracked,
    "index only": index,
    "HEAD": head,
    "history": history,
    "merge commit only": merge,
    "stash, newest": stash_newest,
    "stash, third": stash_older,
    "stash, untracked part": stash_untracked,
    "reflog only": reflog,
    "unreachable": unreachable,
    "index of another worktree": other_worktree,
    "submodule, history": submodule,
    "tag message": tag_message,
    "commit message": commit_message,
    "note": note,
    "ref name": ref_name,
    ".git/config": config,
}


def main():
    if sys.argv[1:2] == ["places"]:
        print("\n".join(PLACES))
    elif sys.argv[1:2] == ["token"] and len(sys.argv) == 3:
        print(token(sys.argv[2]))
    elif sys.argv[1:2] == ["plant"] and len(sys.argv) == 5 and sys.argv[2] in PLACES:
        PLACES[sys.argv[2]](Repository(sys.argv[3]), f'github_token = "{sys.argv[4]}"\n')
    else:
        raise SystemExit("usage: planted.py token SEED | plant PLACE REPOSITORY TOKEN | places")


if __name__ == "__main__":
    main()
