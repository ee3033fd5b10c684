# SPDX-License-Identifier: Apache-2.0
"""Holds our stand-ins for Android's classes, and every use of Android and Java in our compiled
classes, against android_types. Each function answers a list of complaints; empty is good.

A use of what is newer than the lowest system we support may only stand in a nested class that is
named for it, ApiN (29, 31 ...): such a class is not loaded, and its references are not resolved,
before somebody calls it, and calls of ApiN stand behind a look at the system's level (guards()).
"""
import re

from class_file import PRIVATE, PUBLIC, PROTECTED, STATIC, SYNTHETIC, parameters
from android_types import declared_kind, same_kind

_PLATFORM = ("android/", "java/", "javax/", "dalvik/")
# What javac makes of lambdas and of text that is put together; the dexer takes it apart again.
_DESUGARED = {"java/lang/invoke/LambdaMetafactory", "java/lang/invoke/MethodHandles",
              "java/lang/invoke/MethodHandles$Lookup", "java/lang/invoke/StringConcatFactory"}


def _fits(descriptor, declared):
    ours = parameters(descriptor)
    if declared.parameters is None or len(ours) != len(declared.parameters):
        return False
    return all(same_kind(kind, text) for kind, text in zip(ours, declared.parameters))


def _result(descriptor):
    return descriptor[descriptor.index(")") + 1:]


def _dotted(name):
    return name.replace("/", ".").replace("$", ".")


# Stand-ins.

def stubs(classes, api):
    complaints = []
    for name, ours in sorted(classes.items()):
        real = api.find(name)
        if real is None:
            complaints.append(f"{_dotted(name)}: there is no such class")
            continue
        ancestors = {entry.name for entry in api.ancestors(name)}
        for parent in [ours.parent] + ours.interfaces:
            if parent and _dotted(parent) not in ancestors | {"java.lang.Object", "java.lang.Enum"}:
                complaints.append(f"{_dotted(name)}: is no {_dotted(parent)}")
        for field in _visible(ours.fields):
            complaints += _stub_field(name, field, api)
        for method in _visible(ours.methods):
            complaints += _stub_method(name, method, api)
    return complaints


def fakes(classes, api):
    """What fakes have of Android's is as Android has it; how they are made and asked is theirs."""
    complaints = []
    for name, ours in sorted(classes.items()):
        if not name.startswith("android/") or "/Fake" in name or re.search(r"\$\d", name):
            continue
        if api.find(name) is None:
            complaints.append(f"{_dotted(name)}: there is no such class")
            continue
        for method in _visible(ours.methods):
            if method.name != "<init>" and not method.name.startswith("fake"):
                complaints += _stub_method(name, method, api)
    return complaints


def _visible(members):
    return [m for m in members if m.flags & (PUBLIC | PROTECTED) and not m.flags & (PRIVATE | SYNTHETIC)
            and m.name != "<clinit>"]


def _stub_field(name, field, api):
    where = f"{_dotted(name)}.{field.name}"
    found = [m for m in api.members(name) if m.name == field.name and m.parameters is None
             and m.is_static == bool(field.flags & STATIC)]
    if not found:
        return [f"{where}: there is no such field"]
    if not any(same_kind(field.descriptor, m.type) for m in found):
        return [f"{where}: is of type {found[0].type}"]
    literal = re.fullmatch(r'-?\d+|".*"', found[0].type)
    if literal and field.constant is None:
        return [f"{where}: has the value {literal[0]}, ours has none"]
    if literal and literal[0].strip('"') != str(field.constant):
        return [f"{where}: has the value {literal[0]}, ours {field.constant}"]
    return []


def _stub_method(name, method, api):
    is_constructor = method.name == "<init>"
    where = f"{_dotted(name)}.{'constructor' if is_constructor else method.name}{method.descriptor}"
    pool = api.find(name).members if is_constructor else api.members(name)
    wanted = "constructor" if is_constructor else method.name
    named = [m for m in pool if m.name == wanted and m.parameters is not None
             and (is_constructor or m.is_static == bool(method.flags & STATIC))]
    fitting = [m for m in named if _fits(method.descriptor, m)]
    if not fitting:
        return [f"{where}: there is no such method" + (f", but {named[0].parameters}" if named else "")]
    if not is_constructor and not any(same_kind(_result(method.descriptor), m.type) for m in fitting):
        return [f"{where}: answers {fitting[0].type}"]
    return []


# Uses.

def uses(classes, api, lowest, own=("live/onair/",)):
    complaints, count = [], 0
    for name, ours in sorted(classes.items()):
        allowed = max([lowest] + [int(level) for level in re.findall(r"\$Api(\d+)(?=\$|$)", name)])
        for used in ours.classes:
            if used.startswith(_PLATFORM) and used not in _DESUGARED:
                complaints += _class_use(name, used, api, allowed)
        for used in ours.references:
            if not used.owner.startswith(_PLATFORM) or used.owner in _DESUGARED:
                continue
            count += 1
            complaints += _member_use(name, used, api, allowed)
        for method in ours.methods:
            complaints += _override(name, ours, method, api, allowed)
    return sorted(set(complaints)), count


def _class_use(name, used, api, allowed):
    real = api.find(used)
    if real is None:
        return [f"{_dotted(name)} uses {_dotted(used)}: there is no such class"]
    if real.since > allowed:
        return [f"{_dotted(name)} uses {_dotted(used)}, which is there since API {real.since}"]
    return []


def _member_use(name, used, api, allowed):
    where = f"{_dotted(name)} uses {_dotted(used.owner)}.{used.name}{used.descriptor if used.kind == 'method' else ''}"
    if api.find(used.owner) is None:
        return []  # The class was complained of.
    if used.kind == "field":
        fitting = [m for m in api.members(used.owner) if m.name == used.name and m.parameters is None]
    elif used.name == "<init>":
        fitting = [m for m in api.find(used.owner).members if m.name == "constructor" and _fits(used.descriptor, m)]
    else:
        fitting = [m for m in api.members(used.owner) + api.members("java/lang/Object")
                   if m.name == used.name and m.parameters is not None and _fits(used.descriptor, m)]
    if not fitting:
        return [] if _of_enum(used, api) else [f"{where}: there is no such member"]
    since = max(min(m.since for m in fitting), api.find(used.owner).since)
    return [f"{where}, which is there since API {since}"] if since > allowed else []


def _of_enum(used, api):
    """values(), valueOf() and so on, which every enum has."""
    return used.owner == "java/lang/Enum" or any("Enum" in parent for parent in api.find(used.owner).parents)


def _override(name, ours, method, api, allowed):
    """A method with the name of one that the system calls has its very parameters."""
    if method.flags & (PRIVATE | STATIC) or method.name.startswith("<"):
        return []
    named = [m for parent in [ours.parent] + ours.interfaces if parent and parent.startswith("android/")
             for m in api.members(parent) if m.name == method.name and m.parameters is not None]
    if not named or any(_fits(method.descriptor, m) for m in named):
        return []
    return [f"{_dotted(name)}.{method.name}{method.descriptor}: the system calls it with {named[0].parameters}"]


# Guards, in the source text.

def guards(path, text):
    """Where ApiN is called without SDK_INT having been looked at shortly before."""
    complaints, lines = [], text.split("\n")
    inside = None
    for number, line in enumerate(lines, 1):
        opened = re.match(r"( *)(?:private |static |final )+class Api(\d+)", line)
        if opened:
            inside = opened[1]
        elif inside is not None and line.startswith(inside + "}"):
            inside = None
        for level in re.findall(r"\bApi(\d+)\.", line):
            if inside is not None:
                continue
            near = "\n".join(lines[max(0, number - 12):number])
            seen = [int(n) for n in re.findall(r"SDK_INT (?:>=|<) (\d+)", near)]
            if not any(n >= int(level) for n in seen):
                complaints.append(f"{path}:{number}: Api{level} without a look at SDK_INT before it")
    return complaints
