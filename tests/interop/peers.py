# SPDX-License-Identifier: Apache-2.0
"""Processes of one test: ours and the peers, in a folder and on ports of their own.

Nothing outlives its Stage: each process leads a group that is killed by its id at the end,
and dies with the test even when the test is killed.
"""
import ctypes
import json
import os
import pathlib
import random
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections import namedtuple

from checks import Failed, Skipped, check

POLL_S = 0.02
Run = namedtuple("Run", "argv status stdout stderr seconds")
_libc = ctypes.CDLL(None)


def die_with_the_test():
    pr_set_pdeathsig = 1
    _libc.prctl(pr_set_pdeathsig, signal.SIGKILL)


def free_port(kind=socket.SOCK_STREAM):
    """One that nobody has, below those that the system deals out: what others open meanwhile does not get it."""
    while True:
        port = random.randrange(10_000, 32_000, 2)
        try:
            for number in (port, port + 1):
                with socket.socket(socket.AF_INET, kind) as probe:
                    probe.bind(("127.0.0.1", number))
            return port
        except OSError:
            continue


def until(what, condition, limit_s=10):
    """Waits for the condition; its first true value. Failed at the deadline."""
    deadline = time.monotonic() + limit_s
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise Failed(f"not within {limit_s} s: {what}")
        time.sleep(POLL_S)


def listens(port):
    """Whether somebody listens; asks the kernel, because some peers take one connection only."""
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        for row in pathlib.Path(table).read_text().splitlines()[1:]:
            local, state = row.split()[1], row.split()[3]
            if state == "0A" and int(local.split(":")[1], 16) == port:
                return True
    return False


def get(url, limit_s=5):
    """(status, text) of an HTTP GET; certificates are not looked at."""
    try:
        with urllib.request.urlopen(url, timeout=limit_s, context=ssl._create_unverified_context()) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()
    except OSError as error:
        raise Failed(f"GET {url}: {error}") from None


class Process:
    """A running program with its output in files."""

    def __init__(self, folder, name, argv, environment):
        self.argv = [str(part) for part in argv]
        self.name = name
        self.out, self.err = folder / f"{name}.out", folder / f"{name}.err"
        self.began = time.monotonic()
        with open(self.out, "wb") as out, open(self.err, "wb") as err:
            self.popen = subprocess.Popen(
                self.argv, stdin=subprocess.DEVNULL, stdout=out, stderr=err, cwd=folder,
                env={**os.environ, **environment}, start_new_session=True, preexec_fn=die_with_the_test)

    def is_running(self):
        return self.popen.poll() is None

    def send(self, number):
        self.popen.send_signal(number)

    def wait(self, limit_s=20):
        """The finished run; a program that does not end in time fails the test."""
        try:
            status = self.popen.wait(limit_s)
        except subprocess.TimeoutExpired:
            raise Failed(f"{self.name} did not end within {limit_s} s: {' '.join(self.argv)}\n{self.said()}") from None
        return Run(self.argv, status, self.out.read_text(errors="replace"), self.err.read_text(errors="replace"),
                   time.monotonic() - self.began)

    def done(self, limit_s=20):
        """As wait(), and the exit status must be 0."""
        run = self.wait(limit_s)
        check(run.status == 0, f"{self.name} ended with {run.status}: {' '.join(self.argv)}\n{run.stderr}")
        return run

    def stop(self, number=signal.SIGTERM, limit_s=5):
        """Signals and waits; (run, seconds that it took)."""
        began = time.monotonic()
        self.send(number)
        return self.wait(limit_s), time.monotonic() - began

    def kill(self):
        if self.is_running():
            os.killpg(self.popen.pid, signal.SIGKILL)
        self.popen.wait()

    def said(self):
        return (self.out.read_text(errors="replace") + self.err.read_text(errors="replace"))[-2000:]


class Stage:
    """Where one test plays. Use as a context."""

    def __init__(self, bin_folder):
        self.bin = pathlib.Path(bin_folder).resolve()
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="onair-interop-"))
        self.processes = []

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        if kind and not issubclass(kind, Skipped):
            for process in self.processes:
                state = "running" if process.is_running() else f"ended with {process.popen.returncode}"
                print(f"--- {process.name} ({state}): {' '.join(process.argv)}\n{process.said()}")
        for process in reversed(self.processes):
            process.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def path(self, name):
        return self.folder / name

    def start(self, name, argv, **environment):
        names = [process.name for process in self.processes]
        if name in names:
            name = f"{name}{len(names)}"
        process = Process(self.folder, name, argv, environment)
        self.processes.append(process)
        return process

    def run(self, name, argv, limit_s=20, **environment):
        return self.start(name, argv, **environment).wait(limit_s)

    def ours(self, program, *arguments):
        return [self.bin / f"onair-{program}", *arguments]

    def publisher(self, *destinations, name="publish", seconds=0, source="test", options=()):
        """Our publisher at 640x360, at once or for `seconds`; its report is `<name>.json`."""
        argv = self.ours("publish", "--input", source, "--size", "640x360", "--bitrate", "800", "--quiet",
                         "--report", self.path(f"{name}.json"), *options)
        for destination in destinations:
            argv += ["--to", destination]
        return self.start(name, argv + (["--duration", str(seconds)] if seconds else []))

    def player(self, url, name="play", seconds=3, options=("--buffer", "300")):
        argv = self.ours("play", url, "--headless", "--quiet", "--report", self.path(f"{name}.json"), *options)
        return self.start(name, argv + (["--duration", str(seconds)] if seconds else []))

    def report(self, name):
        path = self.path(f"{name}.json")
        check(path.exists(), f"{name} wrote no report")
        return json.loads(path.read_text())

    def watch(self, url, name="play", seconds=3, **more):
        """Plays to the end; the report."""
        self.player(url, name, seconds, **more).done(seconds + 10)
        return self.report(name)
