# SPDX-License-Identifier: Apache-2.0
"""What a compiled Java class declares and refers to (JVM specification, chapter 4)."""
import collections
import struct

Member = collections.namedtuple("Member", "name descriptor flags constant")
Reference = collections.namedtuple("Reference", "kind owner name descriptor")

PUBLIC, PRIVATE, PROTECTED, STATIC, SYNTHETIC = 0x1, 0x2, 0x4, 0x8, 0x1000
_KINDS = {9: "field", 10: "method", 11: "method"}
_SIZES = {3: 4, 4: 4, 5: 8, 6: 8, 7: 2, 8: 2, 9: 4, 10: 4, 11: 4, 12: 4, 15: 3, 16: 2, 17: 4, 18: 4}


class ClassFile:
    def __init__(self, data):
        self.data, self.at = data, 8
        self._pool()
        self.flags, this, parent = self._u2(), self._u2(), self._u2()
        self.name = self._class(this)
        self.parent = self._class(parent) if parent else None
        self.interfaces = [self._class(self._u2()) for _ in range(self._u2())]
        self.fields, self.methods = self._members(), self._members()
        attributes = self._attributes()
        self.source = self._text(struct.unpack(">H", attributes["SourceFile"])[0])
        self.references = sorted(self._references())
        self.classes = sorted({self._class(i).strip("[").removeprefix("L").rstrip(";")
                               for i, (tag, _) in self.pool.items() if tag == 7} - {"I", "B", "F", "J", "S", "Z", "C", "D"})

    def _u2(self):
        self.at += 2
        return struct.unpack_from(">H", self.data, self.at - 2)[0]

    def _u4(self):
        self.at += 4
        return struct.unpack_from(">I", self.data, self.at - 4)[0]

    def _take(self, size):
        self.at += size
        return self.data[self.at - size:self.at]

    def _pool(self):
        self.pool, index, count = {}, 1, self._u2()
        while index < count:
            tag = self._take(1)[0]
            self.pool[index] = (tag, self._take(self._u2() if tag == 1 else _SIZES[tag]))
            index += 2 if tag in (5, 6) else 1

    def _text(self, index):
        return self.pool[index][1].decode("utf-8", "replace")

    def _pointer(self, index, at=0):
        return struct.unpack_from(">H", self.pool[index][1], at)[0]

    def _class(self, index):
        return self._text(self._pointer(index))

    def _constant(self, index):
        tag, data = self.pool[index]
        if tag == 8:
            return self._text(self._pointer(index))
        return struct.unpack({3: ">i", 4: ">f", 5: ">q", 6: ">d"}[tag], data)[0]

    def _attributes(self):
        found = {}
        for _ in range(self._u2()):
            name = self._text(self._u2())
            found[name] = self._take(self._u4())
        return found

    def _members(self):
        members = []
        for _ in range(self._u2()):
            flags, name, descriptor = self._u2(), self._text(self._u2()), self._text(self._u2())
            attributes = self._attributes()
            constant = None
            if "ConstantValue" in attributes:
                constant = self._constant(struct.unpack(">H", attributes["ConstantValue"])[0])
            members.append(Member(name, descriptor, flags, constant))
        return members

    def _references(self):
        found = set()
        for index, (tag, _) in self.pool.items():
            if tag in _KINDS:
                pair = self._pointer(index, 2)
                found.add(Reference(_KINDS[tag], self._class(self._pointer(index)),
                                    self._text(self._pointer(pair)), self._text(self._pointer(pair, 2))))
        return found


def parameters(descriptor):
    """Types of a method's parameters, as descriptors."""
    types, at = [], 1
    while descriptor[at] != ")":
        start = at
        while descriptor[at] == "[":
            at += 1
        at = descriptor.index(";", at) + 1 if descriptor[at] == "L" else at + 1
        types.append(descriptor[start:at])
    return types


def read_all(folder):
    """Every class under a folder, by its name (a/b/C$D)."""
    classes = {}
    for path in sorted(folder.rglob("*.class")):
        found = ClassFile(path.read_bytes())
        classes[found.name] = found
    return classes
