#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The binary interface of libonair as text: what programs were compiled against.

Reads platform/c/include/onair, lets a C compiler tell sizes, offsets and values, and compares
with tests/golden/onair.abi: enum values, struct layouts (LP64), prototypes, and that the library
exports these functions and nothing else.

usage: c_abi.py --check LIBRARY [--cc COMPILER]    exit 0 as recorded, 1 it differs
       c_abi.py --write [--cc COMPILER]            records what there is now

A line that goes or changes breaks programs: it wants another soname. Lines may be added: functions,
enum values, struct members at the end.
"""
import argparse
import difflib
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).parents[2]
INCLUDE = ROOT / "platform/c/include"
RECORD = ROOT / "tests/golden/onair.abi"
HEADERS = ("base.h", "media.h", "publisher.h", "player.h", "preload.h")


def squeeze(text):
    return re.sub(r"\s*\*\s*", "* ", re.sub(r"\s+", " ", text)).strip()


def read_header(name):
    text = (INCLUDE / "onair" / name).read_text()
    text = re.sub(r"/\*.*?\*/", " ", text, flags=re.S)
    return re.sub(r"^\s*#.*?(?<!\\)$", "", text, flags=re.M)


def parse(text):
    """The declarations of a header, in the plain style that ours have."""
    enums = [(name, re.findall(r"(ONAIR_\w+)\s*=", body)) for name, body in re.findall(r"\benum (\w+) \{(.*?)\};", text, re.S)]
    structs = []
    for name, body in re.findall(r"typedef struct (\w+) \{(.*?)\}", text, re.S):
        members = [re.match(r"(.*?)(\w+)((?:\[\d+\])*)$", squeeze(m)).groups() for m in body.split(";") if m.strip()]
        structs.append((name, [(member, squeeze(kind) + array) for kind, member, array in members]))
    callbacks = re.findall(r"typedef ([^;{]*?)\(\*(\w+)\)\(([^;]*?)\);", text, re.S)
    functions = re.findall(r"ONAIR_API ([^;]*?)\b(onair_\w+)\(([^;]*?)\);", text, re.S)
    return enums, structs, callbacks, functions


def measure(compiler, enums, structs):
    """Runs a C program that prints what only a compiler knows; answers its lines by key."""
    lines = ["#include <onair/onair.h>", "#include <stdio.h>", "int main(void) {"]
    for _, values in enums:
        lines += [f'printf("{v}=%ld\\n", (long){v});' for v in values]
    for struct, members in structs:
        lines.append(f'printf("{struct}=%zu\\n", sizeof({struct}));')
        lines += [f'printf("{struct}.{m}=%zu %zu\\n", offsetof({struct}, {m}), sizeof((({struct}*)0)->{m}));' for m, _ in members]
    lines += ['printf("pointer=%zu\\n", sizeof(void*));', "return 0; }"]
    with tempfile.TemporaryDirectory() as folder:
        source, program = pathlib.Path(folder, "abi.c"), pathlib.Path(folder, "abi")
        source.write_text("\n".join(lines))
        subprocess.run([compiler, "-std=c99", f"-I{INCLUDE}", source, "-o", program], check=True)
        out = subprocess.run([program], check=True, capture_output=True, text=True).stdout
    return dict(line.split("=", 1) for line in out.splitlines())


def describe(compiler):
    parsed = [parse(read_header(name)) for name in HEADERS]
    enums, structs, callbacks, functions = (sum((p[i] for p in parsed), []) for i in range(4))
    known = measure(compiler, enums, structs)
    if known["pointer"] != "8":
        sys.exit("c_abi.py: layouts are recorded for 64-bit pointers")
    lines = ["# The binary interface of libonair, by tests/tools/c_abi.py --write. LP64; member: offset, bytes, type."]
    for name, values in enums:
        lines += [f"enum {name}"] + [f"  {v} = {known[v]}" for v in values]
    for name, members in structs:
        lines.append(f"struct {name}: {known[name]} bytes")
        lines += [f"  {m}: {known[f'{name}.{m}']} {kind}" for m, kind in members]
    lines += [f"callback {name}: {squeeze(result)} ({squeeze(arguments)})" for result, name, arguments in callbacks]
    lines += sorted(f"function {name}: {squeeze(result)} ({squeeze(arguments)})" for result, name, arguments in functions)
    return lines, sorted(name for _, name, _ in functions)


def exported(library):
    out = subprocess.run(["nm", "-D", "--defined-only", library], check=True, capture_output=True, text=True).stdout
    symbols = [line.split()[-1] for line in out.splitlines()]
    return sorted(s.split("@")[0] for s in symbols if not s.startswith("ONAIR_"))


def main():
    parser = argparse.ArgumentParser(description="records or checks the binary interface of libonair")
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--write", action="store_true")
    what.add_argument("--check", metavar="LIBRARY")
    parser.add_argument("--cc", default="cc")
    arguments = parser.parse_args()
    lines, functions = describe(arguments.cc)
    if arguments.write:
        RECORD.write_text("\n".join(lines) + "\n")
        return 0
    wrong = 0
    recorded = RECORD.read_text().splitlines()
    for line in difflib.unified_diff(recorded, lines, "recorded", "now", lineterm="", n=1):
        print(line)
        wrong = 1
    found = exported(arguments.check)
    for name in sorted(set(found) ^ set(functions)):
        print(f"{name}: {'declared, not exported' if name in functions else 'exported, not declared'}")
        wrong = 1
    print(f"{len(functions)} functions, {len(lines)} lines: {'differs; see the head of tests/tools/c_abi.py' if wrong else 'as recorded'}")
    return wrong


if __name__ == "__main__":
    sys.exit(main())
