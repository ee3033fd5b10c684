#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The reference of all that apps may use, made by Doxygen from the headers.

usage: make_reference.py OUT [--xml]     HTML in OUT/html, with Java's in OUT/html/java, or XML alone in OUT/xml
Exit: 0 made; 77 there is no Doxygen; else what Doxygen said.
"""
import pathlib
import re
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
# The C++ face is what these rooms install and what that includes; then what an app names by itself.
ROOMS = ("platform/sdk", "platform/devices", "core/api")
BESIDE = ("beauty/face/cascade_detector.h", "beauty/face/yunet_detector.h", "capture/file/file_source.h", "capture/file/image_source.h",
          "capture/synthetic/test_source.h", "platform/runtime/clock.h")
JAVA = ("platform/android/java", "platform/android/device/src")
OTHERS = ("platform/c/include", "platform/apple/include")


def installed(room):
    """The headers in its onair_library()."""
    text = (ROOT / room / "CMakeLists.txt").read_text()
    listed = re.search(rf"onair_library\({room}\b.*?\bHEADERS\b(.*?)(?:\)|\b(?:SOURCES|SMALL|DEPS|PRIVATE_DEPS)\b)", text, re.S)[1]
    return [f"{room}/{name}" for name in listed.split()]


def public_headers():
    waiting = [header for room in ROOMS for header in installed(room)] + list(BESIDE)
    found = set()
    while waiting:
        header = waiting.pop()
        if header not in found:
            found.add(header)
            included = re.findall(r'^#include "([^"]+)"', (ROOT / header).read_text(), re.M)
            waiting += [name for name in included if (ROOT / name).exists()]
    for folder in OTHERS:
        found.update(str(path.relative_to(ROOT)) for path in (ROOT / folder).rglob("*.h"))
    return sorted(found)


def run(out, headers, xml_only, root=ROOT):
    """What Doxygen says of `headers` of `root`: its exit code and its complaints."""
    shutil.rmtree(out / ("xml" if xml_only else "html"), ignore_errors=True)
    out.mkdir(parents=True, exist_ok=True)
    pages = [HERE / "main.md", HERE / "groups.dox", *sorted((ROOT / "docs/guides").glob("*.md")), ROOT / "docs/proof.md", ROOT / "docs/licensing.md"]
    inputs = [root / header for header in headers] + ([] if xml_only else pages)
    places = " ".join(f'"{root / folder}"' for folder in ("", *OTHERS))
    version = re.search(r"project\(onair VERSION (\S+)", (ROOT / "CMakeLists.txt").read_text())[1]
    config = (HERE / "Doxyfile").read_text() + f"""
PROJECT_NUMBER = {version}
OUTPUT_DIRECTORY = "{out}"
STRIP_FROM_PATH = {places}
STRIP_FROM_INC_PATH = {places}
FILTER_PATTERNS = "*.h={sys.executable} {HERE / 'read_header.py'}" "*.md={sys.executable} {HERE / 'read_header.py'}"
GENERATE_HTML = {'NO' if xml_only else 'YES'}
GENERATE_XML = {'YES' if xml_only else 'NO'}
XML_PROGRAMLISTING = NO
INPUT = {' '.join(f'"{path}"' for path in inputs)}
"""
    made = subprocess.run(["doxygen", "-"], input=config, text=True, cwd=root, stderr=subprocess.PIPE)
    return made.returncode, made.stderr


def java(out, folders=JAVA, root=ROOT):
    """What javadoc says of these classes: its exit code and its complaints."""
    shutil.rmtree(out, ignore_errors=True)
    sources = [str(path) for folder in folders for path in sorted((root / folder).rglob("*.java"))]
    stubs = ROOT / "tests/platform/android/device/stubs"  # Android's own classes, as far as they are used.
    made = subprocess.run(["javadoc", "-J-XX:TieredStopAtLevel=1", "-quiet", "-Xdoclint:all", "-Xmaxwarns", "9999", "-protected", "-encoding", "UTF-8",
                           "--release", "8", "-notimestamp", "-windowtitle", "Onair in Java", "-doctitle", "Onair in Java", "-d", str(out),
                           "-sourcepath", ":".join(map(str, (*(root / folder for folder in folders), stubs))), *sources],
                          text=True, stderr=subprocess.STDOUT, stdout=subprocess.PIPE)
    return made.returncode, made.stdout


def main():
    if shutil.which("doxygen") is None:
        print("no reference: there is no doxygen here")
        return 77
    out, xml_only = pathlib.Path(sys.argv[1]).resolve(), "--xml" in sys.argv[2:]
    failed, complaints = run(out, public_headers(), xml_only)
    sys.stderr.write(complaints)
    if not failed and not xml_only:
        if shutil.which("javadoc") is None:
            print("no reference of Java: there is no javadoc here")
        else:
            failed, complaints = java(out / "html/java")
            sys.stderr.write(complaints if failed else "")
    if not failed:
        print(out / ("xml" if xml_only else "html/index.html"))
    return failed


if __name__ == "__main__":
    sys.exit(main())
