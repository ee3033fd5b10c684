#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs a JVM and writes down which files of the Java interface took part (docs/proof.md).

usage: run_java.py BUILD_FOLDER TEST JAVA [ARGUMENT ...]
A source in Java counts as run where a class of it was loaded, one in C++ where its object is part of
the library that was.   Exit: the JVM's.
"""
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


def main():
    build, test, java, *arguments = sys.argv[1:]
    with Evidence(build, test, ROOM) as evidence, tempfile.TemporaryDirectory() as folder:
        log = pathlib.Path(folder) / "classes"
        done = subprocess.run([java, f"-Xlog:class+load:file={log}", *arguments]).returncode
        if done != 0:
            evidence.skipped("it failed")
            sys.exit(done)
        known = loaded(log.read_text())
        for path in sorted((ROOT / JAVA).glob("*.java")):
            if path.stem != "package-info":
                evidence.file(f"{JAVA}/{path.name}", "run" if path.stem in known else "written")
        for path in native_sources():
            evidence.file(path, "run")


if __name__ == "__main__":
    main()
