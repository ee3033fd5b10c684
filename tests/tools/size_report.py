#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What Onair adds to an app, in bytes: by part of the package, and for whole programs.

Programs and libonair.so are stripped and linked as apps link them (--gc-sections, --as-needed);
other people's libraries, codecs among them, are not in the numbers. Parts are code and data of
their static libraries, of which a program takes what it uses.

usage: size_report.py SOURCE BUILD [--check]   --check: exit 1 where a budget is passed
"""
import argparse
import pathlib
import re
import subprocess
import sys
import tempfile

# Bytes. The first is a promise to app developers (2.5 MB); the others guard against growth that nobody meant.
BUDGETS = {
    "an app that only publishes": ("bin/onair_size_publisher", 2_500_000),
    "an app that only plays": ("bin/onair_size_player", 2_200_000),
    "libonair.so": ("platform/c/libonair.so", 3_300_000),
}
PARTS = ("core", "net", "rtmp", "webrtc", "beauty", "sdk")


def part_of(room, rules):
    return next((part for pattern, part in rules if re.match(pattern, room)), "sdk")


def part_rules(source):
    """The rules of onair_part_of(), from where they stand."""
    text = (source / "cmake/OnairLibrary.cmake").read_text()
    return [(p, part) for p, part in re.findall(r'room MATCHES "([^"]+)"\)\s*set\(part (\w+)\)', text)]


def parts(source, build):
    sums = {part: [0, 0] for part in PARTS}
    rules = part_rules(source)
    for folder in ("core", "codec", "beauty", "capture", "transport", "platform"):
        for archive in sorted((build / folder).glob("*/libonair_*.a")):
            out = subprocess.run(["size", "-t", archive], check=True, capture_output=True, text=True).stdout
            text, data, *_ = out.splitlines()[-1].split()
            total = sums[part_of(f"{folder}/{archive.parent.name}", rules)]
            total[0] += int(text) + int(data)
            total[1] += 1
    return sums


def stripped(path):
    with tempfile.TemporaryDirectory() as folder:
        copy = pathlib.Path(folder, "stripped")
        subprocess.run(["strip", "-o", copy, path.resolve()], check=True)
        return copy.stat().st_size


def main():
    parser = argparse.ArgumentParser(description="sizes of parts and programs")
    parser.add_argument("source", type=pathlib.Path)
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("--check", action="store_true")
    arguments = parser.parse_args()
    print(f"{'part':28} {'rooms':>6} {'code and data':>14}")
    for part, (size, rooms) in parts(arguments.source, arguments.build).items():
        print(f"{part:28} {rooms:6} {size:14,}")
    print(f"{'whole, stripped':28} {'bytes':>12} {'budget':>12}")
    wrong = 0
    for name, (path, budget) in BUDGETS.items():
        size = stripped(arguments.build / path)
        print(f"{name:28} {size:12,} {budget:12,}{'' if size <= budget else '  PASSED'}")
        wrong |= size > budget
    return int(wrong and arguments.check)


if __name__ == "__main__":
    sys.exit(main())
