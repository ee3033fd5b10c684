#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every program in the guides compiles: blocks marked `cpp` and `c` with a main() of their own.

usage: guide_programs.py SOURCE CXX CC
"""
import pathlib
import re
import subprocess
import sys
import tempfile

LANGUAGES = {
    "cpp": ("c++", ["-std=c++20"]),
    "c": ("c", ["-std=c99", "-pedantic"]),
}


def blocks(text):
    """(line, language, program) of each fenced program."""
    for match in re.finditer(r"^```(cpp|c)\n(.*?)^```$", text, re.M | re.S):
        yield text[:match.start()].count("\n") + 2, match[1], match[2]


def main():
    source, cxx, cc = pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[3]
    wrong = count = 0
    for guide in sorted((source / "docs/guides").glob("*.md")):
        for line, language, program in blocks(guide.read_text()):
            name, flags = LANGUAGES[language]
            compiler = cxx if language == "cpp" else cc
            with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
                file.write(f'#line {line} "{guide}"\n{program}')
                file.flush()
                run = subprocess.run([compiler, "-x", name, *flags, "-Wall", "-Wextra", "-Werror", "-fsyntax-only", f"-I{source}",
                                      f"-I{source}/platform/c/include", file.name], capture_output=True, text=True)
            count += 1
            if run.returncode:
                wrong += 1
                print(run.stderr)
    print(f"{count} programs, {wrong} do not compile")
    return 1 if wrong or count == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
