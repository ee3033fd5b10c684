#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""How far each file of a platform that is not this one was proved, as a table that tests make.

A test that proves something about files writes lines of JSON to
    <build folder>/proof/<name of the test, / as _>.jsonl
by Evidence below or by hand:
    {"room": R, "covers": ["folder/**/*.java", ...]}   which files of the checkout the room answers for
    {"room": R, "file": "path", "level": L, "by": "name of the test"}
    {"room": R, "skipped": "name of the test", "why": "..."}   its lines are missing, and why
The highest level of a file counts. A covered file without a line is "written": nobody looked.

usage: proof.py --evidence DIR [--check | --write | --print] [--page FILE]
  --check  docs/proof.md says what the evidence says: exit 0; it does not: 1; it may, but tests were
           skipped or have not run in this build folder, so that of their rooms it cannot be told: 77
"""
import argparse
import collections
import glob
import json
import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[3]
PAGE = ROOT / "docs/proof.md"
SKIPPED = 77

# From strongest to weakest.
LEVELS = {
    "run": "ran here in a test that looked at the results",
    "rehearsed": "ran here against fakes of ours in the place of the vendor's classes, which prove what we do and not what the "
                 "vendor does",
    "checked": "compiled against our own stand-ins for the vendor's SDK, and each of the vendor's declarations that it "
               "uses was compared with declarations made from the real SDK; it has not run",
    "compiled": "a compiler took it, against our own stand-ins for the vendor's SDK; it has not run",
    "written": "nothing here has looked at it",
}
RANK = {level: -number for number, level in enumerate(LEVELS)}

HEAD = """# What was proved, and how far

Made by `tests/platform/proof/proof.py` from what the tests of a build wrote down; a test holds this page true. Nothing here
ran on a phone. Levels, strongest first:

"""


class Evidence:
    """What one test has to say; written when the `with` block ends well."""

    def __init__(self, build, test, room):
        self.path = pathlib.Path(build) / "proof" / (test.replace("/", "_") + ".jsonl")
        self.test, self.room, self.lines = test, room, []

    def covers(self, *patterns):
        self.lines.append({"room": self.room, "covers": list(patterns)})

    def file(self, path, level):
        assert level in LEVELS, level
        self.lines.append({"room": self.room, "file": str(path), "level": level, "by": self.test})

    def skipped(self, why):
        self.lines.append({"room": self.room, "skipped": self.test, "why": why})

    def __enter__(self):
        self.path.unlink(missing_ok=True)
        return self

    def __exit__(self, kind, *_):
        if kind is not None and not issubclass(kind, SystemExit):
            return
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.write_text("".join(json.dumps(line) + "\n" for line in self.lines))


def tracked_files():
    listed = subprocess.run(["git", "-C", str(ROOT), "ls-files"], capture_output=True, text=True)
    if listed.returncode == 0:
        return [pathlib.PurePath(line) for line in listed.stdout.splitlines() if (ROOT / line).exists()]
    return [path.relative_to(ROOT) for path in ROOT.rglob("*") if path.is_file()]


def matches(path, pattern):
    """The whole path, as Git reads a pattern: `**/` stands for any folders, also for none."""
    parts = re.split(r"(\*\*/|\*)", pattern)
    spelled = "".join({"**/": "(?:.*/)?", "*": "[^/]*"}.get(part, re.escape(part)) for part in parts)
    return re.fullmatch(spelled, str(path)) is not None


class Rooms:
    def __init__(self, evidence):
        self.levels = collections.defaultdict(dict)   # room -> file -> level
        self.by = collections.defaultdict(set)        # file -> tests, of its highest level
        self.skips, self.covers = [], collections.defaultdict(list)
        for name in sorted(glob.glob(os.path.join(evidence, "*.jsonl"))):
            for line in pathlib.Path(name).read_text().splitlines():
                self.take(json.loads(line))
        self.fill_covered()

    def take(self, line):
        room = line["room"]
        if "covers" in line:
            self.covers[room] += line["covers"]
        elif "skipped" in line:
            self.skips.append((room, line["skipped"], line["why"]))
        elif (ROOT / line["file"]).exists():
            path, level = line["file"], line["level"]
            before = self.levels[room].get(path)
            if before is None or RANK[level] > RANK[before]:
                self.levels[room][path], self.by[path] = level, {line["by"]}
            elif level == before:
                self.by[path].add(line["by"])

    def fill_covered(self):
        files = tracked_files()
        for room, patterns in self.covers.items():
            for path in files:
                if any(matches(path, pattern) for pattern in patterns):
                    self.levels[room].setdefault(str(path), "written")

    def page(self):
        text = HEAD + "".join(f"- **{level}**: {meaning}.\n" for level, meaning in LEVELS.items())
        for room in sorted(self.levels):
            files = self.levels[room]
            counts = collections.Counter(files.values())
            said = ", ".join(f"{counts[level]} {level}" for level in LEVELS if counts[level])
            text += f"\n## {room}\n\n{said}.\n\n| file | proved | by the test |\n|---|---|---|\n"
            for path in sorted(files, key=lambda name: (-RANK[files[name]], name)):
                text += f"| `{path}` | {files[path]} | {', '.join(sorted(self.by.get(path, [])))} |\n"
        return text


def page_levels(text):
    """file -> (level, room), as the page says."""
    found, room = {}, ""
    for line in text.splitlines():
        if line.startswith("## "):
            room = line[3:]
        elif line.startswith("| `"):
            cell = line.split("|")
            found[cell[1].strip().strip("`")] = cell[2].strip(), room
    return found


def check(rooms, path):
    page = path.read_text() if path.exists() else ""
    if page == rooms.page():
        print(f"{path.name} is true: {len(page_levels(page))} files")
        return 0
    listed = page_levels(page)
    says = {path: level for path, (level, _) in listed.items()}
    found = {path: level for files in rooms.levels.values() for path, level in files.items()}
    unknown = [path for path in says if path not in found and (ROOT / path).exists()]
    too_low = [path for path in says if path in found and RANK[found[path]] < RANK.get(says[path], 0)]
    too_high = [path for path in found if path not in says or RANK[found[path]] > RANK.get(says[path], -9)]
    excused = {room for room, _, _ in rooms.skips} | {listed[path][1] for path in unknown}
    lies = too_high + [path for path in too_low if listed[path][1] not in excused]
    if excused and not lies:
        for room, test, why in rooms.skips:
            print(f"skipped: {test}: {why}")
        if unknown:
            print(f"skipped: no evidence in this build folder about {len(unknown)} files, such as {unknown[0]}")
        return SKIPPED
    for path in sorted(set(lies)):
        print(f"{path}: the page says {says.get(path, 'nothing')}, the tests say {found[path]}")
    print("docs/proof.md is not what the tests say; run proof.py --write after them and look at the difference")
    return 1


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--evidence", required=True)
    parser.add_argument("--page", type=pathlib.Path, default=PAGE)
    parser.add_argument("--check", dest="do", action="store_const", const="check")
    parser.add_argument("--write", dest="do", action="store_const", const="write")
    parser.add_argument("--print", dest="do", action="store_const", const="print")
    options = parser.parse_args()
    rooms = Rooms(options.evidence)
    if options.do == "check":
        return check(rooms, options.page)
    if options.do == "write":
        if rooms.skips:
            print("not written: " + "; ".join(f"{test} was skipped ({why})" for _, test, why in rooms.skips))
            return 1
        options.page.write_text(rooms.page())
    else:
        print(rooms.page(), end="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
