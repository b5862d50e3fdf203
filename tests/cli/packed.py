"""What the tests of packed things share: secrets that no file holds, containers made in memory, a scan with its report, one line a check.
Imported by archives.py, images.py, papers.py and bombs.py, which are started by archives.sh."""
import gzip
import hashlib
import io
import json
import lzma
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import threading
import time
import zipfile


# A workflow that rules speak of.
WORKFLOW = b"""on: pull_request_target
permissions: write-all
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
        with:
          ref: ${{ github.event.pull_request.head.sha }}
      - run: echo "${{ github.event.pull_request.title }}" && make
"""


class Suite:
    """One script: its program under test, a folder of its own, and whether anything failed."""

    def __init__(self, script):
        self.name = os.path.basename(script)
        self.program = os.path.abspath(sys.argv[1])
        self.folder = tempfile.mkdtemp(prefix=self.name.split(".")[0])
        self.failed = False
        self.has_time = shutil.which("time") is not None
        with open(self.program, "rb") as f:
            self.sanitized = b"__asan_" in f.read()  # slower and larger: then nothing is timed

    def secret(self, what):
        # DigitalOcean's form, made here, so that no file of this repository holds one
        return "dop_v1_" + hashlib.sha256(("%s %s" % (self.name, what)).encode()).hexdigest()

    def tail(self, what):
        """What a masked secret still shows."""
        return self.secret(what)[-4:]

    def line(self, what):
        return ("token = %s\n" % self.secret(what)).encode()

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, data):
        with open(self.path(name), "wb") as f:
            f.write(data)
        return self.path(name)

    def told(self, name, wrong):
        self.failed |= bool(wrong)
        print("not ok %s: %s" % (name, "; ".join(wrong)) if wrong else "ok %s" % name, flush=True)

    def scan(self, target, *more, data=None):
        """Exit status, report, seconds, peak memory in KiB, and the report's bytes. Seconds are those of the processors, which other
        work on the machine does not lengthen; of the clock when they are many, as of a scan that waits."""
        start = time.monotonic()
        # The peak of a process is at least that of the one it was forked from, as this one may be large: time(1) forks it again.
        argv = ["time", "-q", "-f", "%M", "-o", self.path(".peak")] if self.has_time else []
        p = subprocess.Popen([*argv, self.program, "--format", "json", *more, target], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                             stderr=subprocess.DEVNULL, cwd=self.folder)

        def feed():
            try:
                p.stdin.write(data or b"")
                p.stdin.close()
            except BrokenPipeError:
                pass

        feeder = threading.Thread(target=feed)
        feeder.start()
        out = p.stdout.read()
        feeder.join()
        _, status, usage = os.wait4(p.pid, 0)  # of this child alone
        p.returncode = os.waitstatus_to_exitcode(status)
        wall = time.monotonic() - start
        peak = usage.ru_maxrss
        if self.has_time:
            with open(self.path(".peak")) as f:
                peak = int(f.read())
        return p.returncode, json.loads(out), usage.ru_utime + usage.ru_stime if wall < 60 else wall, peak, out

    def end(self):
        shutil.rmtree(self.folder)
        sys.exit(self.failed)


def tar(files, mode="w", fmt=tarfile.PAX_FORMAT):
    """Files as (name, bytes), or (name, (type, link))."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode, format=fmt) as t:
        for name, data in files:
            info = tarfile.TarInfo(name)
            if isinstance(data, tuple):
                info.type, info.linkname = data
                data = b""
            info.size = len(data)
            t.addfile(info, io.BytesIO(data))
    return out.getvalue()


def zipped(files, method=zipfile.ZIP_DEFLATED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as z:
        for name, data in files:
            z.writestr(name, data)
    return out.getvalue()


def cpio(name, data):  # "newc"
    def entry(n, d, mode):
        n += "\0"
        head = "070701" + "".join("%08X" % v for v in (1, mode, 0, 0, 1, 0, len(d), 0, 0, 0, 0, len(n), 0))
        out = head.encode() + n.encode()
        out += b"\0" * (-len(out) % 4) + d
        return out + b"\0" * (-len(out) % 4)

    return entry(name, data, 0o100644) + entry("TRAILER!!!", b"", 0)


def rpm(name, data, pack=gzip.compress):  # a lead, two headers without entries, and the payload (the RPM file format, version 3)
    lead = b"\xed\xab\xee\xdb\x03\x00" + b"\0" * 90
    header = b"\x8e\xad\xe8\x01" + b"\0" * 12
    return lead + header + header + pack(cpio(name, data))


def deb(name, data, pack=lzma.compress):  # deb(5), ar(5)
    out = b"!<arch>\n"
    for member, content in (
        ("debian-binary", b"2.0\n"),
        ("control.tar.gz", gzip.compress(tar([("control", b"Package: x\n")]))),
        ("data.tar.xz", pack(tar([(name, data)]))),
    ):
        out += ("%-16s%-12d%-6d%-6d%-8o%-10d`\n" % (member, 0, 0, 0, 0o644, len(content))).encode()
        out += content + (b"\n" if len(content) % 2 else b"")
    return out


def seen(report):
    """Every place: the secret's tail, and the sighting."""
    return [(f["masked"][-4:], s) for f in report["findings"] for s in f["sightings"]]


class Repository:
    """A git repository whose commits are the same on every machine but for their time."""

    def __init__(self, folder, *init):
        self.folder = folder
        os.makedirs(folder, exist_ok=True)
        who = {"NAME": "A", "EMAIL": "a@example.org"}
        self.env = dict(os.environ, HOME=folder, GIT_CONFIG_NOSYSTEM="1",
                        **{"GIT_%s_%s" % (role, k): v for role in ("AUTHOR", "COMMITTER") for k, v in who.items()})
        self.git("init", "-q", "-b", "main", *init)

    def git(self, *argv):
        return subprocess.run(["git", *argv], cwd=self.folder, env=self.env, check=True, capture_output=True).stdout.decode().strip()

    def commit(self, message, files):
        for name, data in files.items():
            path = os.path.join(self.folder, name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "wb") as f:
                f.write(data)
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", message)
        return self.git("rev-parse", "HEAD")
