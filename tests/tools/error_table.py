#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes what repeats core/base/error_code.h: the error table of core/base/README.md, the codes of
the C interface in platform/c/include/onair/base.h, and those of the Java and Objective-C interfaces.

  error_table.py           rewrites all between their marks
  error_table.py --check   exits with 1 when one of them is not what the header says
"""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
HEADER = ROOT / "core/base/error_code.h"
README = ROOT / "core/base/README.md"
C_HEADER = ROOT / "platform/c/include/onair/base.h"
JAVA_ENUM = ROOT / "platform/android/java/live/onair/ErrorCode.java"
APPLE_HEADER = ROOT / "platform/apple/include/Onair/ONError.h"

ROW = re.compile(r'X\((k\w+),\s*(\d+),\s*"([^"]*)",\s*k(Yes|No),\s*"([^"]*)",\s*"([^"]*)"\)')


def rows() -> list:
    text = HEADER.read_text()
    found = ROW.findall(text)
    declared = len(re.findall(r"^\s*X\(k", text, re.M))
    if len(found) != declared:
        sys.exit(f"{HEADER.name}: understood {len(found)} of {declared} rows")
    return found


def table() -> str:
    lines = ["| number | name | enum | retry | meaning | what to do |", "|---|---|---|---|---|---|"]
    for enum, number, name, retry, meaning, action in rows():
        lines.append(f"| {number} | `{name}` | `{enum}` | {retry.lower()} | {meaning} | {action} |")
    return "\n".join(lines)


def constant(enum: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", enum[1:]).upper()


def c_codes() -> str:
    lines = [f"  ONAIR_ERROR_{constant(enum)} = {number}, /* {meaning} */" for enum, number, _, _, meaning, _ in rows()]
    return "\n".join(lines[:-1] + [lines[-1].replace(", /*", " /*")])


def java_codes() -> str:
    def row(enum, number, name, retry, meaning, action):
        retryable = "true" if retry == "Yes" else "false"
        return (f"  /** {meaning[0].upper()}{meaning[1:]}. */\n"
                f'  {constant(enum)}({number}, "{name}", {retryable},\n      "{meaning}",\n      "{action}")')

    return ",\n".join(row(*columns) for columns in rows()) + ";"


def apple_codes() -> str:
    def cocoa_name(enum):
        return "ONError" + re.sub(r"Url$", "URL", enum[1:])

    return "\n".join(f"  {cocoa_name(enum)} = {number},  // {meaning}" for enum, number, _, _, meaning, _ in rows())


# Each file with the marks around what is made, and who makes it.
MADE = (
    (README, "<!-- error table: made by tests/tools/error_table.py -->", "<!-- end of error table -->", table),
    (C_HEADER, "  /* Codes: made by tests/tools/error_table.py. */", "  /* End of codes. */", c_codes),
    (JAVA_ENUM, "  // Codes: made by tests/tools/error_table.py.", "  // End of codes.", java_codes),
    (APPLE_HEADER, "  // Codes: made by tests/tools/error_table.py.", "  // End of codes.", apple_codes),
)


def main() -> int:
    old = 0
    for path, begin, end, make in MADE:
        text = path.read_text()
        head, found_begin, rest = text.partition(begin)
        _, found_end, tail = rest.partition(end)
        if not found_begin or not found_end:
            sys.exit(f"{path}: the marks of the error table are missing")
        wanted = f"{head}{begin}\n{make()}\n{end}{tail}"
        if text == wanted:
            continue
        if "--check" not in sys.argv[1:]:
            path.write_text(wanted)
            continue
        print(f"{path.relative_to(ROOT)}: the error codes are old; run tests/tools/error_table.py", file=sys.stderr)
        old = 1
    return old


if __name__ == "__main__":
    sys.exit(main())
