#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""House rules that a compiler cannot check.

Fails (exit 1) on: an include against the storeys, a clock, thread, lock, socket, environment
or randomness in a pure room, a missing SPDX line, a room without its card, a source that does not
include its own header first (so that the header compiles alone).
Lists without failing: files over 300 lines, functions over 60 lines, sources of pure rooms
without a mirrored test.

usage: check_house.py [ROOT]
"""
import pathlib
import re
import sys

ROOT = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parents[2])

MAY_SEE = {
    "core": {"core"},
    "codec": {"core", "codec"},
    "beauty": {"core", "beauty"},
    "capture": {"core", "capture"},
    "transport": {"core", "transport"},
    "platform": {"core", "codec", "beauty", "capture", "transport", "platform"},
    "samples": {"core", "codec", "transport", "capture", "beauty", "platform", "samples"},
}
EXTRA = {("transport", "codec/bitstream/")}
PURE = {"core", "codec", "beauty", "capture", "transport"}
STOREYS = set(MAY_SEE)

BANNED_CALL = re.compile(
    r"\b\w*_clock::now\b"
    r"|\bstd::(thread|jthread|mutex|shared_mutex|condition_variable|async|random_device|this_thread)\b"
    r"|\b(gettimeofday|clock_gettime|getenv|rand|srand|usleep|nanosleep|time)\s*\((?!\))")
BANNED_HEADER = re.compile(
    r'#include\s*<(thread|mutex|shared_mutex|condition_variable|iostream|random|sys/socket\.h'
    r'|sys/time\.h|netinet/.*|winsock2\.h|unistd\.h|jni\.h|android/.*)>')
INCLUDE_ANY = re.compile(r'#include\s+["<]([^">]+)[">]')
INCLUDE = re.compile(r'\s*#include\s+"([^"/]+)/([^"]*)"')


def exceptions():
    """Lines 'path: pattern  # reason' that are allowed."""
    listing = ROOT / "tests/tools/house_exceptions.txt"
    allowed = []
    if listing.exists():
        for line in listing.read_text().splitlines():
            line = line.split("#")[0].strip()
            if line:
                path, pattern = line.split(":", 1)
                allowed.append((path.strip(), pattern.strip()))
    return allowed


def strip_comments(text):
    text = re.sub(r"/\*.*?\*/", lambda m: "\n" * m[0].count("\n"), text, flags=re.S)
    return [line.split("//")[0] for line in text.split("\n")]


def check_file(path, storey, allowed, errors, notes):
    rel = path.relative_to(ROOT)
    text = path.read_text(errors="replace")
    lines = text.split("\n")
    if "SPDX-License-Identifier: Apache-2.0" not in "\n".join(lines[:3]):
        errors.append((rel, 1, "no SPDX line at the top"))
    if len(lines) > 301:
        notes.append((rel, 1, f"{len(lines) - 1} lines"))
    for number, code in enumerate(strip_comments(text), 1):
        match = INCLUDE.match(code)
        if match and match[1] in STOREYS and match[1] not in MAY_SEE[storey]:
            spelled = f"{match[1]}/{match[2]}"
            if not any(storey == s and spelled.startswith(p) for s, p in EXTRA):
                errors.append((rel, number, f"{storey} may not include {spelled}"))
        if storey in PURE:
            hit = BANNED_HEADER.search(code) or BANNED_CALL.search(re.sub(r'"[^"]*"', '""', code))
            if hit and not any(str(rel) == p and pattern in code for p, pattern in allowed):
                errors.append((rel, number, f"'{hit[0].strip()}' in a pure room"))
    own = path.with_suffix(".h")
    if path.suffix == ".cc" and storey != "samples" and own.exists():
        first = next((m for m in map(INCLUDE_ANY.match, lines) if m), None)
        if not first or not str(own).endswith("/" + first[1]):
            errors.append((rel, 1, f"its first include is not {own.name}"))
    long_functions(rel, lines, notes)
    if path.suffix == ".cc" and storey in PURE:
        mirrored = ROOT / "tests" / rel.with_name(path.stem + "_test.cc")
        if not mirrored.exists():
            notes.append((rel, 1, "no mirrored test"))


def long_functions(rel, lines, notes):
    """A function body opens with '{' at the end of an unindented (or class-level) line."""
    start = None
    for number, line in enumerate(lines, 1):
        if start is None and re.match(r"^\S.*\)\s*(const|noexcept|override|\s)*\{$", line):
            start = number
        elif start is not None and line == "}":
            if number - start > 60:
                notes.append((rel, start, f"function of {number - start} lines"))
            start = None


def main():
    allowed, errors, notes = exceptions(), [], []
    for storey in sorted(STOREYS):
        for path in sorted((ROOT / storey).rglob("*")):
            if path.suffix in (".h", ".cc", ".mm"):
                check_file(path, storey, allowed, errors, notes)
        for room in sorted((ROOT / storey).glob("*/CMakeLists.txt")):
            if not (room.parent / "README.md").exists():
                errors.append((room.parent.relative_to(ROOT), 1, "a room without its card (README.md)"))
    for rel, number, what in notes:
        print(f"note: {rel}:{number}: {what}")
    for rel, number, what in errors:
        print(f"{rel}:{number}: {what}")
    print(f"house: {len(errors)} error(s), {len(notes)} note(s)")
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main())
