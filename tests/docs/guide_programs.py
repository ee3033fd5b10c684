#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every program in the guides compiles: blocks marked `cpp` and `c` with a main() of their own, `java` and `objc` with a class.

Java is compiled against our classes and the stand-ins for Android's, Objective-C against our headers and the stand-ins for Apple's,
which other tests hold against the real ones (tests/platform/android/device, tests/platform/apple).

usage: guide_programs.py SOURCE CXX CC
"""
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "platform/apple"))
import apple_check  # noqa: E402

NATIVE = {
    "cpp": ("c++", ["-std=c++20"]),
    "c": ("c", ["-std=c99", "-pedantic"]),
}
JAVA_SOURCES = ("platform/android/java", "platform/android/device/src", "tests/platform/android/device/stubs")


def blocks(text):
    """(line, language, program) of each fenced program."""
    for match in re.finditer(r"^```(cpp|c|java|objc)\n(.*?)^```$", text, re.M | re.S):
        yield text[:match.start()].count("\n") + 2, match[1], match[2]


def compile_native(source, compiler, language, guide, line, program):
    name, flags = NATIVE[language]
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        file.write(f'#line {line} "{guide}"\n{program}')
        file.flush()
        return subprocess.run([compiler, "-x", name, *flags, "-Wall", "-Wextra", "-Werror", "-fsyntax-only", f"-I{source}",
                               f"-I{source}/platform/c/include", file.name], capture_output=True, text=True)


def compile_objc(guide, line, program):
    with tempfile.NamedTemporaryFile("w", suffix=".m") as file:
        file.write(f'#line {line} "{guide}"\n{program}')
        file.flush()
        return subprocess.run(apple_check.clang(pathlib.Path(file.name), "-Wall", "-Wextra", "-Wno-unused-parameter", "-Werror"),
                              capture_output=True, text=True)


def compile_java(source, programs):
    """All at once: javac reads what they use of ours, and that takes longer than they do."""
    with tempfile.TemporaryDirectory() as folder:
        files = []
        for guide, line, program in programs:
            name = re.search(r"^(?:public )?(?:final )?class (\w+)", program, re.M)[1]
            # As many empty lines above it as in the guide, so that what javac says has the guide's line.
            path = pathlib.Path(folder, guide.stem, f"{name}.java")
            path.parent.mkdir(exist_ok=True)
            path.write_text("\n" * (line - 1) + program)
            files.append(str(path))
        return subprocess.run(["javac", "-J-XX:TieredStopAtLevel=1", "-J-XX:+UseSerialGC", "--release", "8", "-encoding", "UTF-8", "-Werror",
                               "-Xlint:all,-options,-serial,-static", "-proc:none", "-implicit:none", "-d", f"{folder}/out", "-sourcepath",
                               ":".join(str(source / part) for part in JAVA_SOURCES), *files], capture_output=True, text=True)


def missing():
    """What cannot be compiled here: {language: why}."""
    found = {}
    if shutil.which("javac") is None:
        found["java"] = "no javac"
    if shutil.which("clang++") is None or not list(pathlib.Path("/usr/lib/gcc").rglob("objc/objc.h")) or \
            not pathlib.Path("/usr/include/GNUstep").exists():
        found["objc"] = "no clang with GNUstep"
    return found


def main():
    source, compilers = pathlib.Path(sys.argv[1]), {"cpp": sys.argv[2], "c": sys.argv[3]}
    absent, wrong, counts, java = missing(), 0, {}, []
    for guide in sorted((source / "docs/guides").glob("*.md")):
        for line, language, program in blocks(guide.read_text()):
            counts[language] = counts.get(language, 0) + 1
            if language in absent:
                continue
            if language == "java":
                java.append((guide, line, program))
                continue
            run = compile_objc(guide, line, program) if language == "objc" else \
                compile_native(source, compilers[language], language, guide, line, program)
            if run.returncode:
                wrong += 1
                print(run.stderr)
    if java and (run := compile_java(source, java)).returncode:
        wrong += 1
        print(run.stderr)
    for language, why in absent.items():
        print(f"skipped: {counts.get(language, 0)} programs in {language}: {why}")
    print(f"programs: {counts}; {wrong} do not compile")
    return 1 if wrong or not counts else 0


if __name__ == "__main__":
    sys.exit(main())
