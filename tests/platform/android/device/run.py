#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The Android-only Java side, as far as it can be proved without Android.

usage: run.py CASE BUILD_FOLDER
  compile       stand-ins, base classes, device classes, sample app and tests, each without a warning
  machines      what touches no Android class, run on this machine's JVM by JUnit
  rehearsal     what does, run against fakes of Android: they prove what we do, not what Android does
  declarations  stand-ins and every use of Android held against declarations made from android.jar
  checker       the same checker with planted mistakes
  shaders       what the graphics classes draw with, on this machine's OpenGL ES
  package       the AAR: its content, its manifest, and that it is the same each time
Each case writes what it proved for tests/platform/proof. Exit 77: skipped, and it said why.
"""
import pathlib
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
import zipfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[3]
sys.path.insert(0, str(HERE.parents[1] / "proof"))
sys.path.insert(0, str(HERE))

import android_check  # noqa: E402
import class_file  # noqa: E402
from android_types import AndroidTypes  # noqa: E402
from proof import SKIPPED, Evidence  # noqa: E402

DEVICE = ROOT / "platform/android/device"
BASE = ROOT / "platform/android/java"
SAMPLE = ROOT / "samples/android"
SOURCES = {
    "stubs": [HERE / "stubs"],
    "base": [BASE],
    "device": [DEVICE / "src"],
    "sample": [SAMPLE / "app/src/main/java"],
    "tests": [HERE / "live"],
    "fakes": [HERE / "fakes"],
    "rehearsal": [HERE / "rehearsal"],
}
TYPES = HERE / "types/node_modules/@nativescript/types-android/lib/android/android-platform-21-37-merged.d.ts"
JARS = ["/usr/share/java/junit4.jar", "/usr/share/java/hamcrest-all.jar", "/usr/share/java/hamcrest.jar"]
LOWEST = 24  # minSdk
ROOM = "platform/android/device"
ANDROID_NAME = "{http://schemas.android.com/apk/res/android}name"


class Case:
    def __init__(self, name, build):
        self.test = f"{ROOM}/{name}"
        self.build = pathlib.Path(build)
        self.classes = self.build / "android-device"

    def evidence(self):
        return Evidence(self.build, self.test, ROOM)

    def skip(self, evidence, why):
        print("skipped:", why)
        evidence.skipped(why)
        sys.exit(SKIPPED)

    def folder(self, part):
        return self.classes / part

    def compiled(self, part):
        found = class_file.read_all(self.folder(part))
        if not found:
            sys.exit(f"{part} is not compiled: run the case compile first")
        return found


def java_files(part):
    return sorted(path for folder in SOURCES[part] if folder.exists() for path in folder.rglob("*.java"))


def source_of(part, name, compiled):
    """The file that a class was compiled from, as the checkout names it."""
    wanted = pathlib.PurePosixPath(name).parent / compiled.source
    for folder in SOURCES[part]:
        for root in (folder, folder.parent):
            if (root / wanted).exists():
                return (root / wanted).relative_to(ROOT)
    sys.exit(f"{name}: no source {wanted}")


def javac(case, part, path, lint):
    out = case.folder(part)
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    files = java_files(part)
    if not files:
        return []
    subprocess.run(["javac", "-J-XX:TieredStopAtLevel=1", "-J-XX:+UseSerialGC", "--release", "8", "-encoding", "UTF-8", "-Werror", f"-Xlint:{lint}", "-cp", ":".join(map(str, path)) or ".",
                    "-d", str(out), *map(str, files)], check=True)
    return files


def compile_all(case):
    ours = "all,-options"
    with case.evidence() as evidence:
        evidence.covers("platform/android/device/**/*.java", "platform/android/device/AndroidManifest.xml",
                        "platform/android/device/consumer-rules.pro", "platform/android/device/make-aar", "samples/android/**/*.java",
                        "samples/android/**/*.xml", "samples/android/**/*.gradle")
        stubs, base, device = case.folder("stubs"), case.folder("base"), case.folder("device")
        javac(case, "stubs", [], "all,-options,-serial")
        javac(case, "base", [], "none")  # Its own test looks at its warnings.
        for part in ("device", "sample"):
            for path in javac(case, part, [stubs, base, device], ours):
                evidence.file(path.relative_to(ROOT), "compiled")
        if pathlib.Path(JARS[0]).exists():
            javac(case, "tests", [base, device, *JARS], ours)
            # Fakes reach what is static for all, and stand in the place of one class of ours.
            javac(case, "fakes", [stubs, base, device], "all,-options,-serial,-static")
            javac(case, "rehearsal", [case.folder("fakes"), stubs, base, device, case.folder("tests"), *JARS], ours)
    counts = {part: len(java_files(part)) for part in SOURCES}
    print("compiled for Java 8 without a warning:", counts)


def touches_android(found):
    """Constants of Android's do not count: the compiler has copied them."""
    return any(used.owner.startswith("android/") or "Landroid/" in used.descriptor for used in found.references) or \
        any("Landroid/" in member.descriptor for member in found.fields + found.methods)


def machines(case):
    with case.evidence() as evidence:
        if not pathlib.Path(JARS[0]).exists():
            case.skip(evidence, "no junit4")
        # No stand-ins on the path: what would touch Android cannot run, and is not counted.
        loaded = junit(case, "tests", "Test", ["base", "device", "tests"])
        for name, found in case.compiled("device").items():
            if "$" not in name and name in loaded and not touches_android(found):
                evidence.file(source_of("device", name, found), "run")


def rehearsal(case):
    with case.evidence() as evidence:
        if not pathlib.Path(JARS[0]).exists():
            case.skip(evidence, "no junit4")
        loaded = junit(case, "rehearsal", "Rehearsal", ["fakes", "rehearsal", "tests", "base", "device", "stubs"])
        for name, found in case.compiled("device").items():
            if "$" not in name and name in loaded and touches_android(found):
                evidence.file(source_of("device", name, found), "rehearsed")


def junit(case, part, ending, path):
    """Runs a part's tests; answers which classes of ours the JVM loaded for them."""
    tests = [name.replace("/", ".") for name in case.compiled(part) if name.endswith(ending)]
    log = case.classes / f"loaded-{part}.log"
    classes = ":".join([str(case.folder(folder)) for folder in path] + JARS)
    ran = subprocess.run(["java", "-ea", f"-Donair.manifest={DEVICE / 'AndroidManifest.xml'}", f"-Xlog:class+load:file={log}", "-cp", classes, "org.junit.runner.JUnitCore", *tests],
                         capture_output=True, text=True)
    print("\n".join(line for line in ran.stdout.splitlines() if not re.match(r"\tat (org\.junit|java\.base|jdk)", line)))
    if ran.returncode != 0:
        sys.exit(1)
    found = re.findall(r"\] (live\.onair\.device\.[\w.$]+) source: file:\S*/device/$", log.read_text(), re.M)
    return {name.replace(".", "/") for name in found}


def declarations(case):
    with case.evidence() as evidence:
        if not TYPES.exists():
            case.skip(evidence, "npm's @nativescript/types-android is not installed (tests/run does it where the network is)")
        api = AndroidTypes(TYPES)
        stubs = case.compiled("stubs")
        wrong = android_check.stubs(stubs, api)
        if java_files("fakes"):
            wrong += android_check.fakes(case.compiled("fakes"), api)
        members = sum(len(found.fields) + len(found.methods) for found in stubs.values())
        print(f"{len(api.classes)} classes of Android and Java; {len(stubs)} stand-ins with {members} members")
        for part in ("device", "sample"):
            wrong += uses_of(case, part, api, evidence)
        wrong += manifest(case, api, evidence)
        for complaint in wrong:
            print("WRONG:", complaint)
        if wrong:
            sys.exit(1)


def uses_of(case, part, api, evidence):
    """A file is checked when nothing in all its classes is complained of."""
    if not java_files(part):
        return []
    classes, by_file, count = case.compiled(part), {}, 0
    for name, found in classes.items():
        complaints, uses = android_check.uses({name: found}, api, LOWEST)
        count += uses
        by_file.setdefault(source_of(part, name, found), []).extend(complaints)
    for path in by_file:
        by_file[path] += android_check.guards(path, (ROOT / path).read_text())
        if not by_file[path]:
            evidence.file(path, "checked")
    print(f"{part}: {count} uses of Android and Java, {len(by_file)} files")
    return [complaint for complaints in by_file.values() for complaint in complaints]


def manifests():
    found = [DEVICE / "AndroidManifest.xml", SAMPLE / "app/src/main/AndroidManifest.xml"]
    return [path for path in found if path.exists()]


def manifest(case, api, evidence):
    """Permissions are Android's, classes are ours, and the service's types are those that it asks for."""
    wrong = []
    permissions = {member.type.strip('"') for member in api.find("android/Manifest$permission").members if member.parameters is None}
    ours = {name.replace("/", ".") for part in ("device", "sample") if java_files(part) for name in case.compiled(part)}
    for path in manifests():
        before = len(wrong)
        root = ElementTree.parse(path).getroot()
        package = root.get("package") or "live.onair.sample"
        for item in root.iter("uses-permission"):
            if item.get(ANDROID_NAME) not in permissions:
                wrong.append(f"{path.name}: there is no permission {item.get(ANDROID_NAME)}")
        for kind in ("activity", "service", "application"):
            for item in root.iter(kind):
                name = item.get(ANDROID_NAME)
                full = package + name if name and name.startswith(".") else name
                if full is not None and full not in ours:
                    wrong.append(f"{path.name}: there is no class {full}")
        if len(wrong) == before:
            evidence.file(path.relative_to(ROOT), "checked")
    return wrong


def checker(case):
    if not TYPES.exists():
        print("skipped: npm's @nativescript/types-android is not installed")
        sys.exit(SKIPPED)
    sys.exit(subprocess.run([sys.executable, str(HERE / "planted_test.py"), str(TYPES), str(case.folder("planted"))]).returncode)


def shaders(case):
    sys.exit(subprocess.run([sys.executable, str(HERE / "shaders_test.py"), str(case.folder("device"))]).returncode)


def package(case):
    with case.evidence() as evidence:
        parts = [case.folder("base"), case.folder("device")]
        aars = [case.classes / "onair.aar", case.classes / "again.aar"]
        for aar in aars:
            subprocess.run([sys.executable, str(DEVICE / "make-aar"), str(aar), *map(str, parts)], check=True)
        assert aars[0].read_bytes() == aars[1].read_bytes(), "two runs gave different bytes"
        with zipfile.ZipFile(aars[0]) as aar:
            assert sorted(aar.namelist()) == ["AndroidManifest.xml", "R.txt", "classes.jar", "proguard.txt"], aar.namelist()
            with zipfile.ZipFile(aar.open("classes.jar")) as jar:
                names = jar.namelist()
        wanted = {f"{name}.class" for part in ("base", "device") for name in case.compiled(part)}
        assert set(names) == wanted, set(names) ^ wanted
        assert not any(name.startswith("android/") for name in names), "a stand-in is in the package"
        evidence.file("platform/android/device/make-aar", "run")
        refuse_small_pages(case, parts)
        proguard(case, aars[0])
    print(f"{len(names)} classes")
    print("not run: no Android tool has read the package; Debian's aapt knows API 29, older than the service's types")


def refuse_small_pages(case, parts):
    """A library that phones with 16 KiB pages would not load is not packed."""
    elf = bytearray(64 + 56)
    elf[:5] = b"\x7fELF\x02"
    elf[32:40] = (64).to_bytes(8, "little")
    elf[54:58] = (56).to_bytes(2, "little") + (1).to_bytes(2, "little")
    elf[64:68] = (1).to_bytes(4, "little")
    library = case.classes / "libonair_jni.so"
    for alignment, fine in ((4096, False), (16384, True)):
        elf[112:120] = alignment.to_bytes(8, "little")
        library.write_bytes(elf)
        ran = subprocess.run([sys.executable, str(DEVICE / "make-aar"), str(case.classes / "native.aar"), *map(str, parts),
                              "--native", f"arm64-v8a={library}"], capture_output=True, text=True)
        assert (ran.returncode == 0) == fine, ran.stdout + ran.stderr
    with zipfile.ZipFile(case.classes / "native.aar") as aar:
        assert "jni/arm64-v8a/libonair_jni.so" in aar.namelist()


def proguard(case, aar):
    """Classes that the rules name are there."""
    rules = zipfile.ZipFile(aar).read("proguard.txt").decode()
    known = {name.replace("/", ".") for part in ("base", "device") for name in case.compiled(part)}
    for name in re.findall(r"\b(live\.onair\.(?:device\.)?[A-Z]\w+)", rules):
        assert name in known, f"the rules name {name}, which is not there"


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    cases = {"compile": compile_all, "machines": machines, "rehearsal": rehearsal, "declarations": declarations, "checker": checker, "shaders": shaders, "package": package}
    cases[sys.argv[1]](Case(sys.argv[1], sys.argv[2]))


if __name__ == "__main__":
    main()
