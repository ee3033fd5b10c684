#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Doxygen's input filter: a header as it stands, its plain comments in Doxygen's spelling; no line moves.

A comment above a declaration is about it, one behind it too, and one above a run of fields, up to an empty line, about each field
that has none of its own. The comment at the head of a file is about the file. Comments in the bodies of functions are nobody's.
All of a file goes into the group that groups.txt names for it.

usage: read_header.py HEADER
"""
import pathlib
import re
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
LINE = re.compile(r"\s*//(?!/)")
TYPE = re.compile(r"\s*(?:template\s*<.*>\s*)?(?:typedef\s+)?(?:NS_ENUM\b|class\b|struct\b|enum\b|union\b|namespace\b|extern\b|@interface\b|@protocol\b)",
                  re.S)
# What every struct of the C interface has, by the rules in base.h.
STANDING = ((re.compile(r"\s*size_t size;"), "sizeof this struct, which the caller sets."),
            (re.compile(r"\s*\w+ reserved\w*;"), "0; room for what comes later."))


def group_of(path):
    """The last line of groups.txt whose beginning of a path fits."""
    found = None
    for line in (HERE / "groups.txt").read_text().splitlines():
        if line and not line.startswith("#"):
            place, group = line.split()
            if f"/{place}" in f"/{path}":
                found = group
    return found


def escaped(text):
    """What Doxygen would read as its own, outside of `code`."""
    parts = text.split("`")
    parts[::2] = [re.sub(r"([\\@#<>&%])", r"\\\1", part) for part in parts[::2]]
    return "`".join(parts)


def split_code(line):
    """(code, comment) of a line; the comment is None without one. Text in quotes is code."""
    for match in re.finditer(r"\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])'|//|/\*", line):
        if match[0] == "//":
            return line[:match.start()], line[match.end():]
        if match[0] == "/*":
            return line[:match.start()], line[match.end():]
    return line, None


class Comment:
    """One comment, its lines without their marks."""

    def __init__(self, first, last, column, lines):
        self.first, self.last, self.column, self.lines = first, last, column, lines

    def text(self):
        """The lines in Markdown: what stands further in behind an empty line is code."""
        out, code = [], False
        for line in self.lines:
            if line.strip().startswith(("clang-format ", "NOLINT")):
                continue  # Said to a tool.
            body = line.rstrip()
            inside = re.match(r"   +\S", body) and (code or not out or not out[-1].strip())
            code = bool(inside or (code and not body))
            out.append("   " + body if inside else escaped(body))
        return out

    def inline(self):
        """Its first paragraph in one line."""
        words = []
        for line in self.text():
            if not line.strip():
                break
            words.append(line.strip())
        return " ".join(words)


def is_macro(lines, at):
    """Whether the line is part of a macro of several."""
    return lines[at].endswith("\\") or at > 0 and lines[at - 1].endswith("\\")


def comments(lines):
    """{first line: comment}, of `//` and of `/* */`, joined over lines that belong together."""
    found, at = {}, 0
    while at < len(lines):
        code, text = split_code(lines[at])
        if text is None or is_macro(lines, at):
            at += 1
            continue
        first, column, parts = at, len(code), []
        if lines[at][column:].startswith("//"):
            parts.append(text)
            # A comment behind code goes on in the same column; one that stands alone, at any.
            while at + 1 < len(lines) and LINE.match(lines[at + 1]) and \
                    (not code.strip() or lines[at + 1].index("//") == column):
                at += 1
                parts.append(lines[at].split("//", 1)[1])
        else:
            while "*/" not in text:
                parts.append(text)
                at += 1
                text = re.sub(r"^\s*\*(?!/)", "", lines[at])
            parts.append(text.split("*/")[0])
        found[first] = Comment(first, at, column, parts)
        at += 1
    return found


def scopes(lines, found):
    """For each line, whether it lies among declarations rather than in the body of a function, and whether a declaration begins there."""
    open_, stack, told, inside = "", [], [], set()
    for comment in found.values():
        inside.update(range(comment.first + 1, comment.last + 1))
    for number, line in enumerate(lines):
        if not line.strip() or line.startswith("#"):
            open_ = ""
        told.append((all(stack), not open_.strip()))
        code = "" if number in inside or line.startswith("#") else split_code(line)[0]
        for sign in re.sub(r"\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])'", "", code) + "\n":
            if sign == "{":
                stack.append(bool(TYPE.match(open_)))
            elif sign == "}" and stack:
                stack.pop()
            open_ = "" if sign in "{};" or re.search(r"(@(end|private)|\b(public|private|protected):)$", open_) else open_ + sign
    return told


def is_field(line):
    code = split_code(line)[0].strip()
    return bool(code) and not re.match(r"([#}+-]|@end|public:|private:|protected:|friend\b|static_assert|using\b)", code) and \
        not TYPE.match(code) and (code.startswith("@property") or "std::function<" in code or
                                  not re.search(r"\w\(|\(\*|operator", re.split(r"[={]", code)[0]))


def generated(line):
    """What Doxygen would not see: the values of ErrorCode, which a macro makes, and that internal namespaces are nobody's business."""
    if line.strip() == "ONAIR_ERROR_CODES(ONAIR_ERROR_ENUM)":
        rows = re.findall(r'X\((k\w+),\s*(\d+),\s*"([^"]*)",\s*k(Yes|No),\s*"([^"]*)",\s*"([^"]*)"\)', (ROOT / "core/base/error_code.h").read_text())
        return " ".join(f"{name} = {number}, /**< `{text}`: {meaning}. To do: {action}.{' May work when tried again.' * (again == 'Yes')} */"
                        for name, number, text, again, meaning, action in rows)
    if line.split("(")[0] in ("#define ONAIR_ERROR_ENUM", "#undef ONAIR_ERROR_ENUM"):
        return ""
    if re.match(r"namespace \w*_internal \{", line):
        return f"/** \\cond */ {line}"
    if re.match(r"\}\s*// namespace \w*_internal$", line):
        return "} /** \\endcond */"
    return line


def above(line, said):
    """The line, with that comment before it."""
    return re.sub(r"^\s*", lambda blanks: f"{blanks[0]}/** {said} */ ", line, count=1)


def grouped(lines, group):
    """With all inside the file's namespace, or without one all behind its head, in the group."""
    begins = [number for number, line in enumerate(lines) if re.match(r"namespace [\w:]+ \{$", line)]
    ends = [number for number, line in enumerate(lines) if re.match(r"\}\s*/\*\*<", line) and "namespace" in line]
    begin = begins[0] if begins else next((number for number, line in enumerate(lines) if not line.strip()), None)
    end = ends[-1] if ends else len(lines) - 1
    if group and begin is not None and begin < end:
        lines[begin] += f" /** \\addtogroup {group} \\ilinebr @{{ */"
        lines[end] = "/** @} */ " + (lines[end].split("/**")[0] if ends else lines[end])
    return lines


def rewritten(path, text):
    lines = text.split("\n")
    found = comments(lines)
    among = scopes(lines, found)
    inside = {line for comment in found.values() for line in range(comment.first + 1, comment.last + 1)}
    out, covering = list(lines), None
    for number, line in enumerate(lines):
        comment, (is_among, begins) = found.get(number), among[number]
        if number in inside:
            continue
        if not line.strip():
            covering = None
        elif comment is None and line.startswith("#define") and covering and number > covering.last + 1 and not is_macro(lines, number):
            out[number] = f"{line} /**< {covering.inline()} */"
        elif comment is None and is_among and begins:
            standing = [said for pattern, said in STANDING if "platform/c/" in path and pattern.match(line)]
            if standing:
                out[number] = above(line, standing[0])
            elif covering and number > covering.last + 1 and is_field(line):
                out[number] = above(line, covering.inline())
        if comment is None or not is_among:
            continue
        told, code = comment.text(), line[:comment.column]
        if not "".join(told).strip() and number:
            continue
        following = lines[comment.last + 1].strip() if comment.last + 1 < len(lines) else ""
        if number == 0:
            told[0] = " \\file"
        elif not code.strip():
            covering = comment if is_field(following) or following.startswith(("#define", "#if")) else None
            if re.match(r"$|\}|@end|#(?!define)|/\*", following):
                continue  # It stands above no declaration.
        elif code.rstrip().endswith("{") and comment.first == comment.last:
            out[number] = above(code.rstrip(), told[0].strip())
            continue
        out[number] = f"{code}{'/**<' if code.strip() else '/**'}{told[0]}"
        told += [""] * (comment.last - comment.first + 1 - len(told))
        for at in range(comment.first + 1, comment.last + 1):
            out[at] = f" *{told[at - comment.first]}"
        out[comment.last] += " */"
    out = [line if made == line_in else made for line, line_in, made in zip(out, lines, map(generated, lines))]
    return "\n".join(grouped(out, group_of(path)))


if __name__ == "__main__":
    header = pathlib.Path(sys.argv[1]).resolve()
    if header.suffix == ".md":  # Doxygen 1.9.4 knows no links to headings of the same page.
        page = re.sub(r"\[([^]]*)\]\(#[^)]*\)", r"\1", header.read_text())
        sys.stdout.write(page.replace("](../reference/README.md)", "](modules.html)"))
        sys.exit()
    sys.stdout.write(rewritten(str(header.relative_to(ROOT) if header.is_relative_to(ROOT) else header), header.read_text()))
