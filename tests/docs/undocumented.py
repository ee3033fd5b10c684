#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Prints "file:line: kind name" for each public symbol that the reference says nothing about; fails where there is one.

The comment of a small type (up to four fields, values or parts without comments, and none with one) covers these. What is
defaulted, deleted or overridden says what its like says.

usage: undocumented.py XML      the xml folder of docs/reference/make_reference.py
"""
import pathlib
import sys
import xml.etree.ElementTree

SMALL = 4
TYPES = ("class", "struct", "union", "interface", "protocol", "category")


def says(node):
    return any("".join(part.itertext()).strip() for name in ("briefdescription", "detaileddescription")
               if (part := node.find(name)) is not None)


def place(node):
    where = node.find("location")
    return f"{where.get('file')}:{where.get('line')}"


def is_plain(member):
    """Whether its name and its form say it all."""
    name, arguments = member.findtext("name"), member.findtext("argsstring") or ""
    kind = member.get("kind")
    return name.startswith(("~", "operator")) and kind == "function" or arguments.endswith(("=default", "=delete", "= default", "= delete")) or kind == "friend" or \
        member.find("reimplements") is not None or (kind == "define" and name.endswith("_H")) or name.startswith(("@", "_"))


def is_public(node):
    return node.get("prot") in ("public", "protected", None)


def silent_values(enum):
    values = enum.findall("enumvalue")
    told = [value for value in values if says(value)]
    if not told and len(values) <= SMALL and says(enum):
        return []
    return [value for value in values if not says(value)]


class Symbols:
    def __init__(self, folder):
        self.compounds, self.members = {}, {}
        for path in sorted(folder.glob("*.xml")):
            for compound in xml.etree.ElementTree.parse(path).getroot().findall("compounddef"):
                self.compounds[compound.get("id")] = compound
                for member in compound.iter("memberdef"):
                    self.members.setdefault(member.get("id"), (compound, member))

    def hidden(self):
        """Types that stand in a private part, by their ids."""
        found, grew = set(), True
        while grew:
            grew = False
            for compound in self.compounds.values():
                for inner in compound.findall("innerclass"):
                    if (inner.get("prot") == "private" or compound.get("id") in found) and inner.get("refid") not in found:
                        found.add(inner.get("refid"))
                        grew = True
        return found

    def silent(self):
        """(place, kind, name) of each public symbol without a word."""
        hidden = self.hidden()
        for compound in self.compounds.values():
            kind = compound.get("kind")
            if kind in TYPES and compound.get("id") not in hidden and is_public(compound) and not says(compound):
                yield place(compound), kind, compound.findtext("compoundname")
        for compound, member in self.members.values():
            if compound.get("id") in hidden or not is_public(member) or is_plain(member):
                continue
            owner = compound.findtext("compoundname") + "::" if compound.get("kind") in TYPES else ""
            name = owner + member.findtext("name")
            if member.get("kind") == "enum":
                for value in silent_values(member):
                    yield place(member), "value", f"{name}::{value.findtext('name')}"
            if not says(member) and not self.is_covered(compound, member):
                yield place(member), member.get("kind"), name

    @staticmethod
    def is_covered(compound, member):
        fields = [each for each in compound.iter("memberdef") if each.get("kind") == "variable" and is_public(each)]
        return compound.get("kind") in ("struct", "union") and member.get("kind") == "variable" and says(compound) and \
            len(fields) <= SMALL and not any(says(each) for each in fields)


def main():
    symbols = Symbols(pathlib.Path(sys.argv[1]))
    silent = sorted(symbols.silent(), key=lambda each: (each[0].rsplit(":", 1)[0], int(each[0].rsplit(":", 1)[1])))
    for where, kind, name in silent:
        print(f"{where}: {kind} {name} has no comment")
    print(f"{len(symbols.members)} symbols in {len(symbols.compounds)} files, types and groups; {len(silent)} without a comment")
    return 1 if silent or not symbols.members else 0


if __name__ == "__main__":
    sys.exit(main())
