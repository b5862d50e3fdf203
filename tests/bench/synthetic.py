#!/usr/bin/env python3
"""Writes deterministic streams for git fast-import: `history` (many small files edited over and over) and `growth` (one large file, one line a time).
No text here looks like a credential, and none of it is measured for what is found, only for what it costs."""

import random
import sys

WORDS = (
    "account address buffer cache channel client config connection context counter cursor default document element entry error "
    "event field filter format handler header index input interval item key length level limit line list loader manager match "
    "memory message method module name node number object offset option output package parser path pattern pointer "
    "policy port process query queue reader record request resource result route schema section select server service "
    "session size source state status stream string table target task template thread total type update user value vector "
    "version view window worker writer"
).split()
# Words that are literals of rules: about one line in thirty of real source holds one.
TELLING = ["password", "secret", "token", "api_key"]
EXTENSIONS = ["c", "go", "py", "js", "yaml", "json", "md", "java", "rb", "tf"]


def line_of(draw):
    words = draw.choices(WORDS, k=draw.randint(2, 8))
    if draw.randrange(30) == 0:
        words[-1] = draw.choice(TELLING)
    shape = draw.randrange(4)
    if shape == 0:
        return f"{' ' * 4 * draw.randrange(4)}{words[0]}_{words[-1]} = {words[1]}({draw.randrange(100000)});\n"
    if shape == 1:
        return f"{words[0]}: {'-'.join(words[1:])}\n"
    if shape == 2:
        return f"# {' '.join(words)} {draw.getrandbits(32):x}\n"
    return f"if ({words[0]}.{words[1]} != {draw.randrange(1000)}) return {words[-1]};\n"


class Stream:
    """The few commands of fast-import that are needed here; times are fixed, so ids are too."""

    def __init__(self):
        self.out = sys.stdout.buffer
        self.commits = 0

    def data(self, text):
        raw = text.encode()
        self.out.write(b"data %d\n%s\n" % (len(raw), raw))

    def commit(self, message, files):
        self.commits += 1
        when = 1_600_000_000 + 600 * self.commits
        self.out.write(b"commit refs/heads/main\n")
        self.out.write(b"committer Bench <bench@example.invalid> %d +0000\n" % when)
        self.data(message)
        for path, text in files:
            self.out.write(b"M 100644 inline %s\n" % path.encode())
            self.data(text)
        self.out.write(b"\n")


def history(commits, files):
    draw = random.Random(20250101)
    stream = Stream()
    paths = [f"{draw.choice(WORDS)}/{draw.choice(WORDS)}_{i}.{draw.choice(EXTENSIONS)}" for i in range(files)]
    contents = {path: [line_of(draw) for _ in range(draw.randint(20, 900))] for path in paths}
    stream.commit("Begin", [(path, "".join(contents[path])) for path in paths])
    for number in range(commits):
        changed = draw.sample(paths, draw.randint(1, 3))
        for path in changed:
            lines = contents[path]
            for _ in range(draw.randint(1, 6)):
                at = draw.randrange(len(lines))
                action = draw.randrange(3)
                if action == 0:
                    lines[at] = line_of(draw)
                elif action == 1:
                    lines[at:at] = [line_of(draw) for _ in range(draw.randint(1, 5))]
                elif len(lines) > 20:
                    del lines[at : at + draw.randint(1, 4)]
        stream.commit(f"Change {number}", [(path, "".join(contents[path])) for path in changed])


def growth(versions, size):
    draw = random.Random(4711)
    stream = Stream()
    lines, total = [], 0
    while total < size:
        lines.append(line_of(draw))
        total += len(lines[-1])
    stream.commit("Begin", [("large.txt", "".join(lines))])
    for number in range(versions - 1):
        lines[draw.randrange(len(lines))] = line_of(draw)
        stream.commit(f"Line {number}", [("large.txt", "".join(lines))])


if __name__ == "__main__":
    kinds = {"history": history, "growth": growth}
    if len(sys.argv) != 4 or sys.argv[1] not in kinds:
        sys.exit("usage: synthetic.py history COMMITS FILES | growth VERSIONS BYTES")
    kinds[sys.argv[1]](int(sys.argv[2]), int(sys.argv[3]))
