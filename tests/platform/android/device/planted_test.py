#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The checker finds what is wrong: each case plants one mistake and names the complaint it wants.

usage: planted_test.py TYPES.d.ts FOLDER
"""
import pathlib
import shutil
import subprocess
import sys

import android_check
import class_file
from android_types import AndroidTypes

HERE = pathlib.Path(__file__).resolve().parent
HEAD = "package android.media; public class AudioRecord { private AudioRecord() {}"
STUBS = {
    "nothing": (HEAD + " public static final int STATE_INITIALIZED = 1; public void release() {} }", None),
    "a wrong value": (HEAD + " public static final int STATE_INITIALIZED = 2; }", "has the value 1, ours 2"),
    "a value that is missing": (HEAD + " public static final int STATE_INITIALIZED = Integer.parseInt(\"1\"); }",
                                "ours has none"),
    "a misspelt method": (HEAD + " public void releaze() {} }", "releaze()V: there is no such method"),
    "one parameter too many": (HEAD + " public void release(int a) {} }", "there is no such method"),
    "a parameter of another type": (HEAD + " public int read(String a, int b) { return 0; } }", "there is no such method"),
    "another answer": (HEAD + " public String release() { return null; } }", "answers void"),
    "static that is not": (HEAD + " public static void release() {} }", "there is no such method"),
    "a field that is not": (HEAD + " public static final int STATE_LOST = 1; }", "there is no such field"),
    "a class that is not": ("package android.media; public class AudioRecorder {}", "there is no such class"),
    "a wrong parent": ("package android.media; public class AudioRecord extends java.io.InputStream { private AudioRecord() {}"
                       " public int read() { return 0; } }", "is no java.io.InputStream"),
}

# Stand-ins that do not match Android, so that wrong uses compile.
LOOSE = """package android.os; public class PowerManager { public boolean isInteractive() { return true; }
  public int getCurrentThermalStatus() { return 0; } public void sing() {}
  public static class Later { public void onLater(int a) {} } }"""
USES = {
    "nothing": ("class Use { boolean a(android.os.PowerManager p) { return p.isInteractive(); } }", None),
    "a method that is not": ("class Use { void a(android.os.PowerManager p) { p.sing(); } }", "there is no such member"),
    "a method that is too new": ("class Use { int a(android.os.PowerManager p) { return p.getCurrentThermalStatus(); } }",
                                 "since API 29"),
    "a method that is new, where it may be": (
        "class Use { static class Api29 { int a(android.os.PowerManager p) { return p.getCurrentThermalStatus(); } } }", None),
    "a method that is newer than its place": (
        "class Use { static class Api28 { int a(android.os.PowerManager p) { return p.getCurrentThermalStatus(); } } }",
        "since API 29"),
    "a method of Java that is too new": ("class Use { boolean a(java.util.Optional<String> o) { return o.isPresent(); }"
                                         " java.time.Instant b() { return java.time.Instant.now(); } }", "since API 26"),
    "a class that is not": ("class Use { Object a() { return new android.os.PowerManager.Later(); } }", "there is no such class"),
}
GUARDS = {
    "a guard": ("  if (Build.VERSION.SDK_INT >= 29) Api29.ask(p);\n", None),
    "a guard of an older level": ("  if (Build.VERSION.SDK_INT >= 28) Api29.ask(p);\n", "without a look"),
    "no guard": ("  Api29.ask(p);\n", "without a look"),
    "a way out before": ("  if (Build.VERSION.SDK_INT < 29) return;\n  Api29.ask(p);\n", None),
}


def write(folder, sources):
    shutil.rmtree(folder, ignore_errors=True)
    for name, text in sources.items():
        file = folder / "src" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return folder


def compile_each(folders, path="."):
    """All in one JVM: starting one takes longer than compiling these."""
    subprocess.run(["java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", str(HERE / "CompileEach.java"), path, *map(str, folders)],
                   check=True)


def judge(what, complaints, wanted):
    fine = not complaints if wanted is None else any(wanted in text for text in complaints)
    print(f"{'ok' if fine else 'FAILED'}: {what}: {complaints or 'no complaint'}")
    return 0 if fine else 1


def main():
    api, folder = AndroidTypes(sys.argv[1]), pathlib.Path(sys.argv[2])
    stubs = [write(folder / f"stub{number}", {"AudioRecorder.java" if "AudioRecorder {" in text else "AudioRecord.java": text})
             for number, (text, _) in enumerate(STUBS.values())]
    loose = write(folder / "loose", {"android/os/PowerManager.java": LOOSE})
    compile_each(stubs + [loose])
    uses = [write(folder / f"use{number}", {"Use.java": text}) for number, (text, _) in enumerate(USES.values())]
    compile_each(uses, str(loose / "out"))
    failed = 0
    for stub, (what, (_, wanted)) in zip(stubs, STUBS.items()):
        failed += judge("a stand-in with " + what, android_check.stubs(class_file.read_all(stub / "out"), api), wanted)
    for use, (what, (_, wanted)) in zip(uses, USES.items()):
        failed += judge("a use with " + what, android_check.uses(class_file.read_all(use / "out"), api, 24)[0], wanted)
    for what, (text, wanted) in GUARDS.items():
        failed += judge("a call with " + what, android_check.guards("Use.java", text), wanted)
    print(f"{len(STUBS) + len(USES) + len(GUARDS)} cases, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
