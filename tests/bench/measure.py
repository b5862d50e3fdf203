#!/usr/bin/env python3
"""Runs commands in turn, several rounds, and prints a Markdown table of medians: wall time, CPU time, peak memory, ratios.
Knows nothing of scanners: the scripts beside it say what to run. Lines on stdin: NAME <tab> COMMAND."""

import argparse
import os
import shlex
import statistics
import sys
import tempfile
import time

SHELL_CHARACTERS = set("|;<>&$()*?'\"`")


def arguments_of(command):
    """A plain command is started directly, so that no shell is measured with it."""
    if SHELL_CHARACTERS & set(command):
        return ["/bin/sh", "-c", command]
    return shlex.split(command)


def run(command, want_memory):
    """Returns (wall, cpu, peak KiB, status). CPU includes every descendant that was waited for; the peak is that of the largest process."""
    argv = arguments_of(command)
    report = None
    if want_memory and os.path.exists("/usr/bin/time"):
        # A child of this process would inherit its peak; one of time(1) starts from next to nothing.
        report = tempfile.NamedTemporaryFile(mode="r", prefix="bench-time-")
        argv = ["/usr/bin/time", "-f", "%M", "-o", report.name] + argv
    null = [(os.POSIX_SPAWN_OPEN, fd, "/dev/null", mode, 0) for fd, mode in ((0, os.O_RDONLY), (1, os.O_WRONLY), (2, os.O_WRONLY))]
    started = time.monotonic()
    pid = os.posix_spawnp(argv[0], argv, os.environ, file_actions=null)
    _, status, usage = os.wait4(pid, 0)
    wall = time.monotonic() - started
    peak = usage.ru_maxrss
    if report:
        lines = report.read().split("\n")
        numbers = [line for line in lines if line.isdigit()]
        peak = int(numbers[-1]) if numbers else peak
        report.close()
    return wall, usage.ru_utime + usage.ru_stime, peak, os.waitstatus_to_exitcode(status)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--slow", type=float, default=0, help="a command whose first run takes longer than this many seconds ...")
    parser.add_argument("--slow-runs", type=int, default=0, help="... is run only this often")
    parser.add_argument("--warm", default="", help="command run once before, unmeasured")
    parser.add_argument("--unit", choices=["s", "ms"], default="s", help="ms: small commands, no memory column")
    options = parser.parse_args()

    commands = [line.rstrip("\n").split("\t", 1) for line in sys.stdin if "\t" in line]
    if not commands:
        sys.exit("measure: no commands on stdin")
    if options.warm:
        run(options.warm, False)
    seen = {name: [] for name, _ in commands}
    for _ in range(options.runs):
        for name, command in commands:
            before = seen[name]
            if before and options.slow and options.slow_runs and before[0][0] > options.slow and len(before) >= options.slow_runs:
                continue
            before.append(run(command, options.unit == "s"))
            print(f"# {name}: {before[-1][0]:.3f} s", file=sys.stderr)

    milliseconds = options.unit == "ms"
    medians = {name: [statistics.median(sample[i] for sample in samples) for i in range(3)] for name, samples in seen.items()}
    first_wall, first_cpu, _ = medians[commands[0][0]]
    if milliseconds:
        print(f"| command | wall ms | lowest | CPU ms | it ÷ {commands[0][0]}: wall | CPU | runs | exit |\n|---|--:|--:|--:|--:|--:|--:|--:|")
    else:
        print(f"| command | wall s | CPU s | peak MB | {commands[0][0]} ÷ it: wall | CPU | runs | exit |")
        print("|---|--:|--:|--:|--:|--:|--:|--:|")
    for name, samples in seen.items():
        wall, cpu, peak = medians[name]
        statuses = ",".join(str(s) for s in sorted({sample[3] for sample in samples}))
        if milliseconds:
            lowest = min(sample[0] for sample in samples)
            ratios = f"{wall / max(first_wall, 1e-6):.1f} | {cpu / max(first_cpu, 1e-6):.1f}"
            print(f"| {name} | {wall * 1e3:.2f} | {lowest * 1e3:.2f} | {cpu * 1e3:.2f} | {ratios} | {len(samples)} | {statuses} |")
        else:
            ratios = f"{first_wall / max(wall, 1e-6):.2f} | {first_cpu / max(cpu, 1e-6):.2f}"
            print(f"| {name} | {wall:.2f} | {cpu:.2f} | {peak / 1024:.0f} | {ratios} | {len(samples)} | {statuses} |")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
