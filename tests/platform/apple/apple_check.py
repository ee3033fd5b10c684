#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks what of platform/apple cannot run here.

  apple_check.py syntax BUILD   clang takes every file of ios/ and of the sample app, against our own declarations of
                                Apple's frameworks (declarations/) on GNUstep's Foundation
  apple_check.py oracle BUILD   every one of these declarations, every message that the sources send and every word of
                                Apple's that they use is in the real SDK's (npm's @nativescript/types-ios), from iOS 15 on;
                                and the check itself finds mistakes that are planted into the declarations
  apple_check.py ran BUILD TEST PATTERN... -- PROGRAM...
                                runs a program; where it ends well, the files of these patterns (below platform/apple)
                                ran in that test
Exit: 0 all is right; 1 something is not; 77 the npm package is not installed (tests/run does it).
Evidence for docs/proof.md goes to BUILD/proof.
"""
import pathlib
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[2]
sys.path[:0] = [str(HERE), str(ROOT / "tests/platform/proof")]
from declarations import MACROS, Checker, statements  # noqa: E402
from ios_types import PACKAGE, Sdk, js_name  # noqa: E402
from proof import Evidence  # noqa: E402

SKIPPED = 77
APPLE = ROOT / "platform/apple"
DECLARATIONS = sorted((HERE / "declarations").rglob("*.h"))
APP = ROOT / "samples/ios"


def ios_sources():
    return sorted(path for folder in (APPLE / "ios", APP) for path in folder.rglob("*") if path.suffix in (".cc", ".mm", ".m"))


def face_sources():
    """But for what is about GNUstep alone."""
    return sorted(path for path in (APPLE / "foundation").glob("*") if path.suffix in (".mm", ".m") and path.name != "first_use.mm")


def clang(path, *more):
    """The command that reads one source, and no more than that."""
    objc = sorted(pathlib.Path("/usr/lib/gcc").rglob("objc/objc.h"))[-1].parents[1]
    language = {".cc": "c++", ".mm": "objective-c++", ".m": "objective-c++"}[path.suffix]
    command = ["clang++", "-x", language, "-std=c++20", "-fsyntax-only", "-fblocks", "-fexceptions", "-fobjc-runtime=gcc",
               "-fobjc-exceptions", "-fconstant-string-class=NSConstantString", "-Wno-unused-command-line-argument",
               "-DGNUSTEP", "-DGNUSTEP_BASE_LIBRARY=1", "-DGNU_RUNTIME=1", "-D_NATIVE_OBJC_EXCEPTIONS",
               "-isystem", str(HERE / "declarations"), "-isystem", str(HERE / "gnustep"), "-isystem", str(objc),
               "-isystem", "/usr/include/GNUstep", f"-I{ROOT}", f"-I{APPLE / 'include'}"]
    if path.suffix != ".cc":
        command += ["-include", str(HERE / "declarations/Apple/Foundation.h")]
    return [*command, *more, str(path)]


# Of the table, besides what runs.
COVERED = ("platform/apple/bridge/*", "platform/apple/foundation/*", "platform/apple/policy/*", "platform/apple/ios/*",
           "platform/apple/include/Onair/*", "platform/apple/include/OnairApple/*", "platform/apple/packaging/*",
           "samples/ios/Onair/*", "samples/ios/Broadcast/*", "Package.swift")


def headers():
    """Of the same sources, which include them all."""
    return sorted(path for folder in (APPLE / "ios", APPLE / "include/OnairApple", APP) for path in folder.rglob("*.h"))


def syntax(evidence):
    bad = 0
    evidence.covers(*COVERED)
    for path in ios_sources():
        done = subprocess.run(clang(path, "-Wall", "-Wextra", "-Wno-unused-parameter", "-Werror"), capture_output=True, text=True)
        if done.returncode != 0:
            bad += 1
            print(done.stderr)
        else:
            evidence.file(path.relative_to(ROOT), "compiled")
    for path in headers() if bad == 0 else []:
        evidence.file(path.relative_to(ROOT), "compiled")
    print(f"{len(ios_sources())} files, {bad} refused")
    return 1 if bad else 0


def without_comments(text):
    text = re.sub(r"^#\w+ <.*$", "", text, flags=re.M)
    text = re.sub(r'"(\\.|[^"\\\n])*"', '""', text)
    return re.sub(r"//[^\n]*", "", re.sub(r"/\*.*?\*/", "", text, flags=re.S))


def own_selectors():
    """Of the classes, protocols and categories that are ours."""
    names = set()
    for path in [*APPLE.rglob("*.h"), *APPLE.rglob("*.mm"), *APP.rglob("*.h"), *APP.rglob("*.m")]:
        text = without_comments(path.read_text())
        for found in re.finditer(r"^[+-] \(.*?\)\s*(\w[^;{]*?)\s*(?:ON_DESIGNATED_INITIALIZER|CF_RETURNS_RETAINED)?[;{]", text, re.M | re.S):
            names.add("".join(f"{part}:" for part in re.findall(r"(\w+):\s*\(", found[1])) or found[1].strip())
        for name in re.findall(r"@property\([^)]*\)[^;]*?(\w+);", text):
            names |= {name, f"set{name[0].upper()}{name[1:]}:"}
    return names


def sent_selectors(path):
    dump = subprocess.run(clang(path, "-Xclang", "-ast-dump", "-fno-color-diagnostics"), capture_output=True, text=True)
    return set(re.findall(r"ObjCMessageExpr .*? selector=([\w:]+)", dump.stdout))


# Of GNUstep's headers and Objective-C itself, no part of the SDK's declarations there.
NO_WORDS = {"NSAutoreleasePool", "NSInteger", "NSUInteger", "NSTimeInterval", "NS_ENUM", "NS_ASSUME_NONNULL_BEGIN",
            "NS_ASSUME_NONNULL_END", "NSLog", "NSZone", "CGFloat"}
MEMORY = {"retain", "release", "autorelease", "drain", "dealloc", "retainCount", "alloc", "allocWithZone:", "init", "class"}


def typedefs():
    text = "\n".join(statements(path.read_text()) for path in DECLARATIONS)
    return set(re.findall(r"(\w+);$", "\n".join(re.findall(r"^typedef .*;$", text, re.M)), re.M)) | \
        set(re.findall(r"\(\s*[*^](\w+)\)", text)) | set(re.findall(r"^} (\w+);", text, re.M)) | \
        set(re.findall(r"#define (\w+)", text))


def own_words():
    """Types of ours that begin like some of Apple's."""
    text = "\n".join(path.read_text() for folder in (ROOT / "core", APPLE) for path in folder.rglob("*.h"))
    return set(re.findall(r"\b(?:struct|class|enum class) (\w+)", text))


def wrong_uses(sdk, path, own, types):
    """Messages and words of one source that the SDK does not have."""
    wrong = []
    if path.suffix in (".m", ".mm"):
        for selector in sorted(sent_selectors(path) - own - MEMORY):
            name = js_name(selector)
            # An error at the end is thrown there.
            if name not in sdk.selectors and name.removesuffix("Error") not in sdk.selectors:
                wrong.append(f"{path.name}: nobody answers {selector}")
    words = set(re.findall(r"\bk?(?:AV|VT|CM|CV|CF|RP|UI|CA|CG|NS|Audio)[A-Z]\w*|\b(?:nw|dispatch|os_proc)_\w+",
                           without_comments(path.read_text())))
    for word in sorted(words - types - NO_WORDS - set(MACROS)):
        if not sdk.knows_word(word):
            wrong.append(f"{path.name}: there is no {word}")
    return wrong


def checked(sdk, changed=None):
    """The declarations, one of them with `changed` (old, new) in it."""
    checker, found = Checker(sdk), changed is None
    for path in DECLARATIONS:
        text = statements(path.read_text())
        if changed and changed[0] in text:
            text, found = text.replace(*changed, 1), True
        checker.header(text)
    assert found, changed
    return checker


# Mistakes that a compiler takes, and what is right.
PLANTED = (
    ("didOutputSampleBuffer:(CMSampleBufferRef)", "didGiveSampleBuffer:(CMSampleBufferRef)"),  # A callback that never comes.
    ("+ (AVAuthorizationStatus)auth", "- (AVAuthorizationStatus)auth"),
    ("OSStatus VTCompressionSessionCompleteFrames(VTCompressionSessionRef session, CMTime completeUntilPresentationTimeStamp);",
     "OSStatus VTCompressionSessionCompleteFrames(VTCompressionSessionRef session);"),
    ("kVTCompressionPropertyKey_RealTime", "kVTCompressionPropertyKey_Realtime"),
    ("AVCaptureTorchModeOff = 0", "AVCaptureTorchModeOff = 1"),
    ("@interface AVAudioSourceNode : AVAudioNode", "@interface AVAudioSourceNode : AVAudioIONode"),
    ("@property(nonatomic, readonly) CFTimeInterval targetTimestamp;", "@property(nonatomic) CFTimeInterval targetTimestamp;"),
    ("CMTime duration;\nCMTime presentationTimeStamp;", "CMTime presentationTimeStamp;\nCMTime duration;"),
    ("int32_t width, int32_t height, CMVideoCodecType codecType, CFDictionaryRef encoder",
     "int32_t width, CFDictionaryRef height, CMVideoCodecType codecType, CFDictionaryRef encoder"),
    ("@property(nonatomic, readonly) BOOL hasTorch;", "@property(nonatomic, readonly) BOOL hasLamp;"),
    ("size_t os_proc_available_memory(void);", "size_t os_proc_free_memory(void);"),
    ("kCVPixelBufferLock_ReadOnly = 1", "kCVPixelBufferLock_ReadOnly = 2"),
    ("@interface RPBroadcastSampleHandler", "@interface RPBroadcastBufferHandler"),
    # Newer than the oldest system: iOS 16's.
    ("- (void)didMoveToWindow;", "- (void)didMoveToWindow;\n- (void)requestGeometryUpdateWithPreferences:(id)a errorHandler:(id)b;"),
)


def oracle(evidence):
    if not (PACKAGE / "package.json").exists():
        print("skipped: npm ci in tests/platform/apple/types (tests/run does it)")
        evidence.skipped("the npm package is not installed")
        return SKIPPED
    sdk = Sdk()
    checker = checked(sdk)
    missed = [f"{new.strip()[:60]} was not found wrong" for old, new in PLANTED if not checked(sdk, (old, new)).wrong]
    own, types, wrong_files = own_selectors(), typedefs() | own_words(), []
    for path in [*ios_sources(), *headers(), *face_sources()]:
        wrong = wrong_uses(sdk, path, own, types)
        wrong_files += wrong
        if not wrong and not checker.wrong and path.parent != APPLE / "foundation":
            evidence.file(path.relative_to(ROOT), "checked")
    for line in [*checker.wrong, *missed, *wrong_files]:
        print(line)
    print(f"{checker.checked} declarations against {sdk.version}: {len(checker.wrong)} wrong; {len(PLANTED) - len(missed)} of "
          f"{len(PLANTED)} planted mistakes found; {len(wrong_files)} wrong uses in {len(ios_sources()) + len(headers()) + len(face_sources())} files")
    return 1 if checker.wrong or missed or wrong_files else 0


def ran(build, test, *rest):
    end = rest.index("--")
    code = subprocess.run(rest[end + 1:]).returncode
    with Evidence(build, test, "platform/apple") as evidence:
        for path in sorted(path for pattern in rest[:end] for path in APPLE.glob(pattern)) if code == 0 else []:
            evidence.file(path.relative_to(ROOT), "run")
    return code


def main():
    which, build = sys.argv[1:3]
    if which == "ran":
        return ran(build, *sys.argv[3:])
    run = {"syntax": syntax, "oracle": oracle}[which]
    with Evidence(build, f"platform/apple/{which}", "platform/apple") as evidence:
        return run(evidence)


if __name__ == "__main__":
    sys.exit(main())
