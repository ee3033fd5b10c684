#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes the error table of core/base/README.md from core/base/error_code.h.

  error_table.py           rewrites the table between its two marks
  error_table.py --check   exits with 1 when the table is not what the header says
"""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
HEADER = ROOT / "core/base/error_code.h"
README = ROOT / "core/base/README.md"
BEGIN = "<!-- error table: made by tests/tools/error_table.py -->"
END = "<!-- end of error table -->"

ROW = re.compile(r'X\((k\w+),\s*(\d+),\s*"([^"]*)",\s*k(Yes|No),\s*"([^"]*)",\s*"([^"]*)"\)')


def table() -> str:
    text = HEADER.read_text()
    rows = ROW.findall(text)
    declared = len(re.findall(r"^\s*X\(k", text, re.M))
    if len(rows) != declared:
        sys.exit(f"{HEADER.name}: understood {len(rows)} of {declared} rows")
    lines = ["| number | name | enum | retry | meaning | what to do |", "|---|---|---|---|---|---|"]
    for enum, number, name, retry, meaning, action in rows:
        lines.append(f"| {number} | `{name}` | `{enum}` | {retry.lower()} | {meaning} | {action} |")
    return "\n".join(lines)


def main() -> int:
    readme = README.read_text()
    head, begin, rest = readme.partition(BEGIN)
    _, end, tail = rest.partition(END)
    if not begin or not end:
        sys.exit(f"{README}: the marks of the error table are missing")
    wanted = f"{head}{BEGIN}\n{table()}\n{END}{tail}"
    if "--check" not in sys.argv[1:]:
        README.write_text(wanted)
        return 0
    if readme == wanted:
        return 0
    print("core/base/README.md: the error table is old; run tests/tools/error_table.py",
          file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
