#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs a JVM and writes down which files of the Java interface took part (docs/proof.md).

usage: run_java.py BUILD_FOLDER TEST LIBRARY JAVA [ARGUMENT ...]
A source in Java counts as run where a class of it was loaded, one in C++ where a function of it was
entered: gdb watches for that (native_witness.py). Without gdb nothing is claimed of those in C++.
Exit: the JVM's.
"""
import os
import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[2]
sys.path.insert(0, str(ROOT / "tests/platform/proof"))
from proof import Evidence  # noqa: E402

ROOM = "platform/android"
JAVA = "platform/android/java/live/onair"


def loaded(log):
    """Names of classes of ours that came out of a jar."""
    found = re.findall(r"\blive\.onair\.(\w+)(?:\$\w+)* source: (?:jrt|file):\S*onair\.jar", log)
    return set(found)


def native_sources():
    listed = re.findall(r"\bjni/\w+\.cc\b", (ROOT / "platform/android/CMakeLists.txt").read_text())
    return [f"platform/android/{name}" for name in listed]


def debugger():
    """The start of a command that watches another, or nothing where that cannot be."""
    if "LD_PRELOAD" in os.environ:  # A sanitizer, which is not for gdb.
        return []
    gdb = ["gdb", "-q", "-nx", "-batch"]
    try:
        for tool in ("nm", "addr2line"):
            subprocess.run([tool, "--version"], capture_output=True, check=True)
        tried = subprocess.run([*gdb, "-ex", "run", "--args", "true"], capture_output=True, text=True)
    except (OSError, subprocess.CalledProcessError):
        return []
    return [*gdb, "-x", str(HERE / "native_witness.py"), "--args"] if "exited normally" in tried.stdout else []


def main():
    build, test, library, java, *arguments = sys.argv[1:]
    with Evidence(build, test, ROOM) as evidence, tempfile.TemporaryDirectory() as folder:
        log = pathlib.Path(folder) / "classes"
        notes = pathlib.Path(folder) / "natives"
        watch = debugger()
        seen = {"ONAIR_LIBRARY": library, "ONAIR_FOLDER": "platform/android/jni", "ONAIR_NOTES": str(notes)}
        done = subprocess.run([*watch, java, f"-Xlog:class+load:file={log}", *arguments],
                              env={**os.environ, **seen}).returncode
        if done != 0:
            evidence.skipped("it failed")
            sys.exit(done)
        known = loaded(log.read_text())
        for path in sorted((ROOT / JAVA).glob("*.java")):
            if path.stem != "package-info":
                evidence.file(f"{JAVA}/{path.name}", "run" if path.stem in known else "written")
        if not watch:
            evidence.skipped("no gdb that may watch a program")
            return
        entered = set(notes.read_text().split())
        for path in native_sources():
            evidence.file(path, "run" if path in entered else "written")


if __name__ == "__main__":
    main()
