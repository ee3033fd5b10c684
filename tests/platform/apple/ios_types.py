# SPDX-License-Identifier: Apache-2.0
"""The iOS SDK as @nativescript/types-ios tells it, whose files are made from the real headers."""
import pathlib
import re

PACKAGE = pathlib.Path(__file__).parent / "types/node_modules/@nativescript/types-ios"
# What the files of platform/apple may come from.
FRAMEWORKS = ("AVFAudio", "AVFoundation", "CoreAudioTypes", "CoreFoundation", "CoreGraphics", "CoreMedia", "CoreVideo", "Darwin", "Dispatch",
              "Foundation", "MacTypes", "Network", "ObjectiveC", "QuartzCore", "ReplayKit", "UIKit", "VideoToolbox", "os")


class Member:
    def __init__(self, kind, is_static, arguments, since):
        self.kind, self.is_static, self.arguments, self.since = kind, is_static, arguments, since


class Type:
    def __init__(self, parents, since):
        self.parents, self.since, self.members = parents, since, {}


def arguments_of(text):
    """[(name, type)] of "a: T, b: (p: U) => V"."""
    found, depth, start = [], 0, 0
    for at, letter in enumerate(text + ","):
        if letter in "([{<":
            depth += 1
        elif letter in ")]}" or (letter == ">" and text[at - 1] != "="):
            depth -= 1
        elif letter == "," and depth == 0:
            part = text[start:at].strip()
            start = at + 1
            if part:
                name, _, kind = part.partition(":")
                found.append((name.strip().rstrip("?"), kind.strip()))
    return found


class Sdk:
    def __init__(self, folder=PACKAGE / "lib/ios/objc-x86_64"):
        self.types, self.functions, self.constants, self.enums, self.structs = {}, {}, {}, {}, {}
        self.version = re.search(r'"version": "([^"]+)"', (folder.parents[2] / "package.json").read_text())[1]
        for path in sorted(folder.glob("*.d.ts")):
            if re.search(r"objc!(\w+)\.d\.ts", path.name)[1] in FRAMEWORKS or path.name.startswith("objc!_Darwin"):
                self.read(path.read_text())
        self.selectors = self.all_selectors()

    def read(self, text):
        inside, since = None, None
        for line in text.split("\n"):
            stated = re.search(r"@since ([\d.]+)", line)
            if stated:
                since = float(".".join(stated[1].split(".")[:2]))
            code = line.strip()
            if not code or code.startswith(("*", "/")):
                continue
            if code in ("}", "};"):
                inside = None
            elif inside is None:
                inside = self.top(code, since)
            else:
                self.member(inside, code, since)
            since = None

    def top(self, code, since):
        """What the lines that follow belong to."""
        if found := re.match(r"(?:declare )?(?:abstract )?(?:class|interface) (\w+)(?:<.*?>)?(.*)\{$", code):
            parents = re.findall(r"\w+", re.sub(r"<[^>]*>", "", found[2]).replace("extends", "").replace("implements", ""))
            of = self.types.setdefault(found[1], Type([], since))
            of.parents += parents
            return of
        if found := re.match(r"declare const enum (\w+) \{", code):
            return self.enums.setdefault(found[1], {})
        if found := re.match(r"declare function (\w+)(?:<.*?>)?\((.*)\): (.*);", code):
            self.functions[found[1]] = Member("function", False, arguments_of(found[2]), since)
        elif found := re.match(r"declare (?:const|var) (\w+): ([^{]*);", code):
            self.constants[found[1]] = (found[2], since)
        elif code.endswith("{"):
            return Type([], None)  # Of no use here.
        return None

    def member(self, inside, code, since):
        if isinstance(inside, dict):
            if found := re.match(r"(\w+) = (-?\d+)", code):
                inside[found[1]] = int(found[2])
            return
        if found := re.match(r"(static )?(\w+)\??(?:<.*?>)?\((.*)\): .*;", code):
            member = Member("method", bool(found[1]), arguments_of(found[3]), since)
        elif found := re.match(r"(static )?(readonly )?(\w+)\??: (.*);", code):
            member = Member("readonly" if found[2] else "property", bool(found[1]), [("", found[4])], since)
            inside.members.setdefault((member.is_static, found[3]), member)
            return
        else:
            return
        inside.members.setdefault((member.is_static, found[2]), member)

    def find(self, name, is_static, member):
        """Of a class, its parents or protocols."""
        seen, queue = set(), [name]
        while queue:
            one = self.types.get(queue.pop(0))
            if one is None or id(one) in seen:
                continue
            seen.add(id(one))
            if (is_static, member) in one.members:
                return one.members[(is_static, member)]
            queue += one.parents
        return None

    def enum_value(self, enum, name):
        """As the SDK has it: members stand there by their full name, or without what they share with the enum's."""
        for spelling, value in self.enums.get(enum, {}).items():
            if name.endswith(spelling) and enum.startswith(name.removesuffix(spelling)):
                return value
        return None

    def knows_word(self, word):
        if word in self.constants or word in self.functions or word in self.types or f"_{word}" in self.types or word in self.enums:
            return True
        return any(self.enum_value(enum, word) is not None for enum in self.enums)

    def all_selectors(self):
        names = set()
        for one in self.types.values():
            for (_, name), member in one.members.items():
                names.add(name)
                if member.kind in ("property", "readonly"):
                    names.add("is" + name[0].upper() + name[1:])
                if member.kind == "property":
                    names.add("set" + name[0].upper() + name[1:])
        return names


def js_name(selector):
    """`a:b:` is `aB` there."""
    parts = [part for part in selector.split(":") if part]
    return parts[0] + "".join(part[0].upper() + part[1:] for part in parts[1:])
