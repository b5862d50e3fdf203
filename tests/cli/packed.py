"""What the tests of packed things share: secrets that no file holds, containers made in memory, a scan with its report, one line a check.
Imported by archives.py, images.py, papers.py and bombs.py, which are started by archives.sh."""
import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import threading
import time
import zipfile


class Suite:
    """One script: its program under test, a folder of its own, and whether anything failed."""

    def __init__(self, script):
        self.name = os.path.basename(script)
        self.program = os.path.abspath(sys.argv[1])
        self.folder = tempfile.mkdtemp(prefix=self.name.split(".")[0])
        self.failed = False
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
        p = subprocess.Popen([self.program, "--format", "json", *more, target], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
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
        return p.returncode, json.loads(out), usage.ru_utime + usage.ru_stime if wall < 60 else wall, usage.ru_maxrss, out

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
