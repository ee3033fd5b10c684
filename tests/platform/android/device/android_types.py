# SPDX-License-Identifier: Apache-2.0
"""Android's API as npm's @nativescript/types-android tells it: TypeScript declarations that were
made from the real android.jar, with values of constants and the API level since which each is there.

What they do not tell: which number type a `number` is, and what methods throw.
"""
import collections
import re

Declared = collections.namedtuple("Declared", "name is_static parameters type since")  # A field has no parameters (None).

_BLOCK = re.compile(r"^\s*(?:declare |export )*(module|namespace|(?:abstract )?class|interface) ([\w.$]+)(.*)\{\s*\}?\s*$")
_MEMBER = re.compile(r"^\s*(?:public |protected )?(static )?(?:abstract )?(?:readonly )?([\w$]+)\??(?:<[^(]*>)?(\(|:)(.*)$")
_SINCE = re.compile(r"@since (\d+)")


class AndroidTypes:
    def __init__(self, path):
        self.classes = {}
        with open(path, encoding="utf-8") as lines:
            self._read(lines)

    def _read(self, lines):
        blocks, since = [], 0
        for line in lines:
            text = line.strip()
            if text.startswith(("/**", "*")):
                found = _SINCE.search(text)
                since = int(found[1]) if found else since
                continue
            block = _BLOCK.match(line)
            if block:
                self._open(blocks, block, since)
                if text.endswith("}"):
                    blocks.pop()
            elif text in ("}", "};"):
                if blocks:
                    blocks.pop()
            elif blocks and blocks[-1][1]:
                self._member(blocks[-1][1], line, since)
            since = 0

    def _open(self, blocks, block, since):
        kind, name, rest = block[1], block[2], block[3]
        full = ".".join([outer for outer, _ in blocks] + [name])
        entry = None
        if kind not in ("module", "namespace"):
            entry = self.classes.setdefault(full, Class(full, since))
            entry.parents += _parents(rest)
        blocks.append((name, entry))

    def _member(self, entry, line, since):
        found = _MEMBER.match(line)
        if not found:
            return
        is_static, name, mark, rest = bool(found[1]), found[2], found[3], found[4]
        if mark == ":":
            entry.members.append(Declared(name, is_static, None, rest.strip().rstrip(";"), since))
            return
        parts, end = _split(rest)
        kind = rest[end + 1:].lstrip(": ").rstrip("; ")
        types = [part.split(":", 1)[1].strip() for part in parts]
        entry.members.append(Declared(name, is_static, types, kind, since))

    def find(self, name):
        """Class a/b/C$D, None where there is none."""
        return self.classes.get(name.replace("/", ".").replace("$", "."))

    def ancestors(self, name, seen=None):
        """The class itself and all that it extends and implements."""
        seen = seen if seen is not None else set()
        entry = self.find(name)
        if entry is None or entry.name in seen:
            return []
        seen.add(entry.name)
        found = [entry]
        for parent in entry.parents:
            found += self.ancestors(parent, seen)
        return found

    def members(self, name):
        return [member for entry in self.ancestors(name) for member in entry.members]


class Class:
    def __init__(self, name, since):
        self.name, self.since, self.parents, self.members = name, since, [], []


def _parents(rest):
    """Names behind `extends` and `implements`, without type arguments."""
    flat, depth = "", 0
    for letter in rest:
        depth += letter == "<"
        flat += letter if depth == 0 else ""
        depth -= letter == ">"
    return [word.strip() for part in re.split(r"\b(?:extends|implements)\b", flat)[1:] for word in part.split(",") if word.strip()]


def _split(text):
    """Parameters up to the closing parenthesis, and where that is."""
    parts, depth, begin = [], 0, 0
    for at, letter in enumerate(text):
        if letter == ")" and depth == 0:
            last = text[begin:at].strip()
            return parts + ([last] if last else []), at
        if letter in "(<{[":
            depth += 1
        elif letter in ")}]" or (letter == ">" and text[at - 1] != "="):
            depth -= 1
        elif letter == "," and depth == 0:
            parts.append(text[begin:at].strip())
            begin = at + 1
    return parts, len(text)


_NUMBERS = set("BSIJFD")
_ALIASES = {"java.lang.String": "string", "java.lang.CharSequence": "string", "java.lang.Object": "any",
            "java.lang.Boolean": "boolean"}


def java_kind(descriptor):
    if descriptor.startswith("["):
        return "array"
    if descriptor in _NUMBERS:
        return "number"
    if descriptor in ("Z", "V", "C"):
        return {"Z": "boolean", "V": "void", "C": "string"}[descriptor]
    name = descriptor[1:-1].replace("/", ".").replace("$", ".")
    return _ALIASES.get(name, name)


def declared_kind(text):
    text = text.replace("| null", "").replace("| undefined", "").strip()
    if text.startswith("androidNative.Array"):
        return "array"
    if re.fullmatch(r"-?[\d.]+(?:e[+-]?\d+)?", text):
        return "number"
    if text.startswith('"'):
        return "string"
    text = re.sub(r"<.*>", "", text).strip()
    return _ALIASES.get(text, text)


def same_kind(descriptor, text):
    ours, theirs = java_kind(descriptor), declared_kind(text)
    is_type_variable = bool(re.fullmatch(r"[A-Z][A-Z0-9]{0,3}|any", theirs))
    return ours == theirs or is_type_variable or ours == "any" and "." in theirs and theirs.startswith("java.")
