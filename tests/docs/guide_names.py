#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every name of ours in the guides is there: `Class.member` in Java, `ONWord` and `-[ONClass selector:]` in Objective-C, links to files.

usage: guide_names.py SOURCE
"""
import pathlib
import re
import sys

JAVA = ("platform/android/java/live/onair", "platform/android/device/src/live/onair/device")


def without_comments(text):
    return re.sub(r"//[^\n]*|/\*.*?\*/", "", text, flags=re.S)


def java_classes(source):
    return {path.stem: without_comments(path.read_text()) for folder in JAVA for path in (source / folder).glob("*.java")}


def objc_classes(source):
    """{class: the declarations of all its interfaces, categories and those of its base class, which is ours}."""
    found, bases = {}, {}
    for path in (source / "platform/apple/include").rglob("*.h"):
        for match in re.finditer(r"^@(?:interface|protocol) (ON\w+)(?: : (\w+))?(.*?)^@end", without_comments(path.read_text()), re.M | re.S):
            found[match[1]] = found.get(match[1], "") + match[3]
            bases[match[1]] = match[2] or bases.get(match[1])
    return {name: text + found.get(bases[name] or "", "") for name, text in found.items()}


def selectors(declarations):
    """With + or - before them."""
    names = set()
    for match in re.finditer(r"^([+-]) \(.*?\)\s*(\w[^;{]*?)\s*(?:ON_DESIGNATED_INITIALIZER|CF_RETURNS_RETAINED)?[;{]", declarations, re.M | re.S):
        parts = re.findall(r"(\w+):\s*\(", match[2])
        names.add(match[1] + ("".join(f"{part}:" for part in parts) or match[2].strip()))
    return names


def wrong_java(words, classes):
    for word in words:
        match = re.match(r"([A-Z]\w+)((?:\.\w+)+)(?:\(.*\))?$", word)
        if not match or match[1] not in classes:
            continue
        for member in match[2].strip(".").split("."):
            if not re.search(rf"\b{member}\b", classes[match[1]]):
                yield f"{word}: {match[1]} has no {member}"


def wrong_objc(words, classes, headers):
    protocols = set().union(*(selectors(text) for name, text in classes.items() if name.endswith("Delegate")))
    for word in words:
        if match := re.match(r"([+-])\[(ON\w+) ([\w:]+)\]$", word):
            if match[1] + match[3] not in selectors(classes.get(match[2], "")):
                yield f"{word}: {match[2]} does not answer it"
        elif re.match(r"-(publisher|player):", word):
            if word not in protocols:
                yield f"{word}: no delegate has it"
        else:
            for name in re.findall(r"\bON[A-Z]\w+", word):
                if not re.search(rf"\b{name}\b", headers):
                    yield f"{word}: there is no {name}"


def wrong_links(guide, prose):
    anchors = {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in re.findall(r"^#+ (.*)$", prose, re.M)}
    for target in re.findall(r"\]\(([^)]+)\)", prose):
        path, _, anchor = target.partition("#")
        if path and not (guide.parent / path).exists() or not path and anchor not in anchors:
            yield f"{target}: there is no such place"


def main():
    source = pathlib.Path(sys.argv[1])
    java, objc = java_classes(source), objc_classes(source)
    headers = "\n".join(path.read_text() for path in (source / "platform/apple/include").rglob("*.h"))
    complaints, count = [], 0
    for guide in sorted((source / "docs/guides").glob("*.md")):
        prose = re.sub(r"^```.*?^```$", "", guide.read_text(), flags=re.M | re.S)
        words = re.findall(r"`([^`\n]+)`", prose)
        count += len(words)
        wrong = (*wrong_java(words, java), *wrong_objc(words, objc, headers), *wrong_links(guide, prose))
        complaints += [f"{guide.name}: {text}" for text in wrong]
    for complaint in complaints:
        print(complaint)
    print(f"{count} names, {len(java)} classes in Java, {len(objc)} in Objective-C; {len(complaints)} wrong")
    return 1 if complaints or not (count and java and objc) else 0


if __name__ == "__main__":
    sys.exit(main())
