# SPDX-License-Identifier: Apache-2.0
"""Our own declarations of Apple's frameworks (declarations/), held against the real SDK (ios_types.py)."""
import re

from ios_types import js_name

MINIMUM = 15.0  # iOS; what is newer may not be used without asking.

# Words of the real headers that its declarations there do not have, each with what it is.
MACROS = {
    "dispatch_get_main_queue": "inline", "dispatch_release": "macro for -release", "nw_release": "macro for -release",
}
ARITHMETIC = re.compile(r"^(const )?(unsigned |signed )?(int|long|char|float|double|bool|BOOL|Boolean|size_t|u?int\d+_t|NSU?Integer|"
                        r"CFIndex|CFTimeInterval|CGFloat|OSStatus|OSType|CVReturn|\w+(Flags|Count|Type|Encoding|Method|Options|Bus)|dispatch_time_t|nw_interface_type_t)$")


def kind_of(declared):
    """Of a parameter: "number", "other", or None for what Foundation has its own words for."""
    if re.match(r"CF(Boolean|Number|String)Ref\b", declared):
        return None
    bare = re.sub(r"\b\w+$", "", declared).strip() or declared
    return "number" if "*" not in declared and "(^" not in declared and ARITHMETIC.match(bare) else "other"


def kind_there(text, sdk):
    return "number" if text in ("number", "boolean") or text in sdk.enums else "other"


def parameters(text):
    """Top-level parts of a C parameter list."""
    parts, depth, start = [], 0, 0
    for at, letter in enumerate(text + ","):
        depth += (letter == "(") - (letter == ")")
        if letter == "," and depth == 0:
            if text[start:at].strip() not in ("", "void"):
                parts.append(text[start:at].strip())
            start = at + 1
    return parts


def statements(text):
    """One declaration a line, without comments."""
    lines, open_one = [], ""
    for line in text.split("\n"):
        code = line.split("//")[0].strip()
        if not code:
            continue
        open_one = f"{open_one} {code}".strip()
        if code.endswith((";", "{", "}", ",")) and open_one.count("(") == open_one.count(")") or code[0] in "@#" and "(" not in code:
            lines.append(open_one)
            open_one = ""
    return "\n".join(lines)


class Checker:
    def __init__(self, sdk):
        self.sdk, self.checked, self.wrong = sdk, 0, []

    def say(self, where, what):
        self.wrong.append(f"{where}: {what}")

    def since(self, where, member):
        if member.since is not None and member.since > MINIMUM:
            self.say(where, f"is there from iOS {member.since} only")

    def header(self, text):
        """`text`: as statements() gives it."""
        of = None  # ("class", name), ("enum", name) or ("struct", name, fields)
        for line in text.split("\n"):
            code = line.strip()
            if found := re.match(r"@(interface|protocol) (\w+)(?: : (\w+)| \(\w+\))?", code):
                of = self.type(*found.groups())
            elif found := re.match(r"typedef enum (\w+) : .*\{", code):
                of = ("enum", found[1])
            elif found := re.match(r"struct (\w+) \{", code):
                of = ("struct", found[1], [])
            elif code.startswith(("@end", "}")):
                self.end(of)
                of = None
            elif of is not None:
                self.inside(of, code)
            else:
                self.plain(code)

    def type(self, keyword, name, parent):
        self.checked += 1
        real = self.sdk.types.get(name)
        if real is None:
            self.say(name, f"there is no such {keyword}")
        elif parent and parent != "NSObject" and parent not in real.parents:
            self.say(name, f"is no {parent} but {', '.join(real.parents)}")
        return ("class", name)

    def inside(self, of, code):
        if of[0] == "class":
            self.member(of[1], code)
        elif of[0] == "enum":
            if found := re.match(r"(\w+) = (-?\d+),", code):
                self.enumerator(of[1], found[1], int(found[2]))
        elif found := re.match(r"[\w ]+?\** ?(\w+)(\[\d+\])?;", code):
            of[2].append(found[1])

    def end(self, of):
        if of is None or of[0] != "struct":
            return
        self.checked += 1
        real = self.sdk.types.get(of[1]) or self.sdk.types.get("_" + of[1])
        fields = [name for _, name in real.members] if real else []
        if fields != of[2]:
            self.say(of[1], f"has the fields {fields}, not {of[2]}")

    def enumerator(self, enum, name, value):
        self.checked += 1
        real = self.sdk.enum_value(enum, name)
        if real is None:
            self.say(name, f"is no value of {enum}")
        elif real != value:
            self.say(name, f"is {real}, not {value}")

    def member(self, owner, code):
        if found := re.match(r"([+-]) \(.*?\)(\w.*);", code):
            self.method(owner, found[1] == "+", found[2])
        elif found := re.match(r"@property\((.*?)\) .*?(\w+);", code):
            self.property(owner, [word.strip() for word in found[1].split(",")], found[2])

    def method(self, owner, is_static, text):
        selector = "".join(f"{part}:" for part in re.findall(r"(\w+): ?\(", text)) or text.strip()
        self.checked += 1
        where = f"{'+' if is_static else '-'}[{owner} {selector}]"
        real = self.sdk.find(owner, is_static, js_name(selector))
        if real is None or real.kind != "method":
            return self.say(where, "there is no such method")
        self.since(where, real)
        # An error at the end is thrown there.
        count = selector.count(":")
        if len(real.arguments) not in (count, count - 1 if selector.lower().endswith("error:") else count):
            self.say(where, f"has {len(real.arguments)} arguments there")
        return None

    def property(self, owner, words, name):
        self.checked += 1
        where = f"{owner}.{name}"
        is_static = "class" in words
        real = self.sdk.find(owner, is_static, name)
        if real is None or real.kind == "method" and not is_static:
            return self.say(where, "there is no such property")
        self.since(where, real)
        if real.kind == "readonly" and "readonly" not in words:
            self.say(where, "is readonly")
        return None

    def plain(self, code):
        if found := re.match(r"extern (?:const )?[\w ]+?\*?(?: ?const )?\b(\w+);", code):
            return self.constant(found[1])
        if found := re.match(r"enum \{ (\w+) = \d+ \};", code):
            return self.constant(found[1])
        if code.startswith(("typedef", "extern", "#", "//", "@")):
            return None
        if found := re.match(r"[\w][\w \*]*?\b(\w+)\((.*)\);$", code):
            return self.function(found[1], parameters(found[2]))
        return None

    def constant(self, name):
        self.checked += 1
        real = self.sdk.constants.get(name)
        if real is None and not any(name in members for members in self.sdk.enums.values()):
            self.say(name, "there is no such constant")
        elif real is not None and real[1] is not None and real[1] > MINIMUM:
            self.say(name, f"is there from iOS {real[1]} only")

    def function(self, name, declared):
        if name in MACROS:
            return
        self.checked += 1
        real = self.sdk.functions.get(name)
        if real is None:
            return self.say(name, "there is no such function")
        self.since(name, real)
        if len(real.arguments) != len(declared):
            return self.say(name, f"has {len(real.arguments)} arguments, not {len(declared)}")
        for ours, (there, kind) in zip(declared, real.arguments):
            if kind_of(ours) not in (None, kind_there(kind, self.sdk)):
                self.say(name, f"`{ours}` is `{there}: {kind[:60]}` there")
        return None
