#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The reference of docs/reference: every public symbol has a comment, whoever forgets one is told where, and no line moves on the way.

usage: reference_test.py public|planted|reading|java|planted_java
  public   of all that apps may use; also what Doxygen cannot make sense of
  planted  of headers in which comments are missing on purpose: these are found, and nothing else
  reading  what the filter makes of comments, and that each public header keeps its lines
  java     of Java's: a comment on every class, method, field and constant, and no other complaint of javadoc's; for the devices, whose
           comments are in whole sentences, those for want of @param, @return and @throws aside
  planted_java  of a class in which comments are missing on purpose
Exit: 77 without Doxygen or javadoc.
"""
import pathlib
import re
import shutil
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path[:0] = [str(HERE), str(ROOT / "docs/reference")]
import make_reference  # noqa: E402
import read_header  # noqa: E402
import undocumented  # noqa: E402

PLANTED = {
    "core/plain.h": """\
// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace onair {

// What a thing is.
struct Thing {
  // Pixels.
  int width = 0;
  int height = 0;

  int depth = 0;
  int age = 0;  // Seconds.
  int weight = 0;
  bool IsHeavy() const { return weight > 1; }
  ~Thing() = default;
  Thing operator+(Thing other) const;
  void Lift();  // Blocks.
  // Once.
  void Throw();
  void Drop();

 private:
  int hidden_ = 0;
};

struct Bare {
  int inside = 0;  // Said.
};

// Two sides, of which neither needs a word.
struct Pair {
  int left = 0;
  int right = 0;
};

// One for each way.
enum class Way { kUp = 1, kDown = 2 };
// One for each state.
enum class State {
  kNew = 1,  // Just made.
  kOld = 2,
};
enum class Kind { kOne = 1 };

void Loose();

using Word = int;

}  // namespace onair
""",
    "platform/c/include/onair/plain.h": """\
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ONAIR_PLAIN_H
#define ONAIR_PLAIN_H

#ifdef __cplusplus
extern "C" {
#endif

/* Said of both. */
#define ONAIR_ONE 1
#define ONAIR_TWO 2

#define ONAIR_THREE 3

/* A thing in C. */
typedef struct onair_thing {
  size_t size;
  int32_t width; /* Pixels. */
  int32_t height;
  int32_t reserved;
} onair_thing;

int onair_thing_lift(onair_thing* thing);

#ifdef __cplusplus
}
#endif
#endif
""",
    "platform/apple/include/Onair/ONPlain.h": """\
// SPDX-License-Identifier: Apache-2.0
#import <Foundation/Foundation.h>

typedef NS_ENUM(NSInteger, ONWay) { ONWayUp = 1 };

// A thing.
@interface ONThing : NSObject {
 @private
  int _hidden;
}
@property(nonatomic, readonly) NSInteger width;  // Pixels.
@property(nonatomic, readonly) NSInteger height;
// Blocks.
- (void)lift;
- (void)dropAt:(NSInteger)place
         error:(NSError**)error;
@end
""",
}
FOUND = {
    "core/plain.h": {"variable onair::Thing::depth", "variable onair::Thing::weight", "function onair::Thing::IsHeavy", "function onair::Thing::Drop",
                "struct onair::Bare", "value State::kOld", "value Kind::kOne", "enum Kind", "function Loose", "typedef Word"},
    "onair/plain.h": {"define ONAIR_THREE", "variable onair_thing::height", "function onair_thing_lift"},
    "Onair/ONPlain.h": {"value ONWay::ONWayUp", "enum ONWay", "property ONThing::height", "function ONThing::dropAt:error:"},
}

PLANTED_JAVA = """\
package live.onair;

/** What a thing is. */
public final class Thing {
  /** Pixels. */
  public int width;
  public int height;
  int hidden;
  /** Which way. */
  public enum Way { UP, DOWN }
  public enum Bare { ONE }
  /** How it is. */
  public enum State {
    /** Just made. */
    NEW,
    OLD
  }
  /** Lifts it. */
  public int lift(int high) {
    return high;
  }
  public void drop() {}
  private void hide() {}
}
"""
# The line of each complaint and what it is of.
FOUND_JAVA = [(7, "no comment"), (11, "no comment"), (16, "no comment"),
              (19, "no @param for high"), (19, "no @return"), (22, "no comment")]

# A header's lines and what Doxygen gets of them.
READ = (
    ("// Above.\nint a;\nint b;\n\nint c;", "/** Above. */\nint a;\n/** Above. */ int b;\n\nint c;"),
    ("int a;  // Behind,\n        // and on.\nint b;", "int a;  /**< Behind,\n * and on. */\nint b;"),
    ("// Above.\nvoid A();\nvoid B();", "/** Above. */\nvoid A();\nvoid B();"),
    ("void A() {\n  // Why.\n  B();  // How.\n}", "void A() {\n  // Why.\n  B();  // How.\n}"),
    ("struct A {  // What.\n  int b;\n};", "/** What. */ struct A {\n  int b;\n};"),
    ('const char* kUrl = "http://a";', 'const char* kUrl = "http://a";'),
    ("// Of `a<b>`, @b, <c> and 5 %.\nint a;", "/** Of `a<b>`, \\@b, \\<c\\> and 5 \\%. */\nint a;"),
    ("// So:\n//\n//   A b;\nint a;", "/** So:\n *\n *      A b; */\nint a;"),
    ("/* In C,\n * twice. */\nint a;", "/** In C,\n * twice. */\nint a;"),
    ("// NOLINT: said to a tool\nint a;", "// NOLINT: said to a tool\nint a;"),
    ("// Alone.\n\nint a;", "// Alone.\n\nint a;"),
    ("// Of both.\n#define A 1\n#define B 2", "/** Of both. */\n#define A 1\n#define B 2 /**< Of both. */"),
)


def complaints(root, headers):
    """(what Doxygen said, the symbols without a comment) of these headers."""
    with tempfile.TemporaryDirectory() as folder:
        failed, said = make_reference.run(pathlib.Path(folder), headers, True, root)
        symbols = undocumented.Symbols(pathlib.Path(folder, "xml"))
        return said if failed or said else "", len(symbols.members), list(symbols.silent())


def public():
    said, count, silent = complaints(ROOT, make_reference.public_headers())
    for where, kind, name in sorted(silent):
        print(f"{where}: {kind} {name} has no comment")
    print(said, end="")
    print(f"{count} public symbols, {len(silent)} without a comment")
    return not said and not silent and count > 1500


def planted():
    with tempfile.TemporaryDirectory() as folder:
        for name, text in PLANTED.items():
            path = pathlib.Path(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        said, _, silent = complaints(pathlib.Path(folder), list(PLANTED))
    wanted = {(file, symbol) for file, symbols in FOUND.items() for symbol in symbols}
    found = {(where.rsplit(":", 1)[0], f"{kind} {name}") for where, kind, name in silent}
    for file, symbol in sorted(wanted - found):
        print(f"{file}: {symbol} has no comment, and nobody said so")
    for file, symbol in sorted(found - wanted):
        print(f"{file}: {symbol} has one, and was told of")
    print(said, end="")
    return not said and wanted == found


def java_complaints(folders, root):
    """(path, line, what) of each complaint. A constant on its enum's own line has that one's comment."""
    with tempfile.TemporaryDirectory() as folder:
        failed, said = make_reference.java(pathlib.Path(folder), folders, root)
    lines, found = said.split("\n"), []
    for number, line in enumerate(lines):
        if match := re.match(r"(.*\.java):(\d+): (?:warning|error): (.*)", line):
            source, caret = lines[number + 1], lines[number + 2].find("^")
            is_constant = re.search(r"\benum \w+ \{", source) and caret > source.index("{")
            is_plain = match[3].startswith("use of default constructor")  # Newer javadocs say so.
            if not is_plain and not (match[3] == "no comment" and is_constant):
                found.append((pathlib.Path(match[1]), int(match[2]), match[3]))
    return failed, said, found


def java():
    failed, said, found = java_complaints(make_reference.JAVA, ROOT)
    device, own = ROOT / make_reference.JAVA[1], [ROOT / folder for folder in make_reference.JAVA]
    wrong = [f"{path.relative_to(ROOT)}:{line}: {what}" for path, line, what in found if any(place in path.parents for place in own) and
             not (device in path.parents and re.match(r"no @(param|return|throws)\b", what))]
    print("\n".join(wrong) if wrong or not failed else said)
    print(f"Java: {len(wrong)} complaints")
    return not wrong and not failed


def planted_java():
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder, "live/onair/Thing.java")
        path.parent.mkdir(parents=True)
        path.write_text(PLANTED_JAVA)
        _, said, found = java_complaints(["."], pathlib.Path(folder))
    found = sorted((line, what) for _, line, what in found)
    if found != FOUND_JAVA:
        print(f"{said}\nfound {found}\ninstead of {FOUND_JAVA}")
    return found == FOUND_JAVA


def reading():
    good = True
    for text, wanted in READ:
        # Behind a head, as in a header.
        got = read_header.rewritten("nowhere.h", "// SPDX\n\n" + text).split("\n", 2)[2]
        if got != wanted:
            good = False
            print(f"of\n{text}\nbecame\n{got}\ninstead of\n{wanted}\n")
    for header in make_reference.public_headers():
        text = (ROOT / header).read_text()
        got = read_header.rewritten(header, text)
        if got.count("\n") != text.count("\n"):
            good = False
            print(f"{header}: {text.count(chr(10))} lines became {got.count(chr(10))}")
        if read_header.group_of(header) is None:
            good = False
            print(f"{header}: docs/reference/groups.txt names no group for it")
    return good


def main():
    case = sys.argv[1]
    needs = {"public": "doxygen", "planted": "doxygen", "java": "javadoc", "planted_java": "javadoc"}.get(case)
    if needs and shutil.which(needs) is None:
        print(f"skipped: there is no {needs} here")
        return 77
    cases = {"public": public, "planted": planted, "reading": reading, "java": java, "planted_java": planted_java}
    return 0 if cases[case]() else 1


if __name__ == "__main__":
    sys.exit(main())
