#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Compiles the bridge as for Android, against Android's own jni.h (Debian's
# android-libnativehelper-dev), without making code; and sees that this check can fail.
# usage: dialect.sh SOURCE_DIR      Exit: 0 fine, 1 not, 77 no such header.
set -euo pipefail
cd "$1"
headers=/usr/include/android/nativehelper
[ -f $headers/jni.h ] || { echo "skipped: no $headers/jni.h"; exit 77; }

compile() { # arguments behind the flags
  g++ -std=c++20 -fsyntax-only -Wall -Wextra -Werror -D__ANDROID__ -DONAIR_JNI_VERSION='"0"' -I. -isystem $headers "$@"
}
export -f compile
export headers
printf '%s\n' platform/android/jni/*.cc | xargs -P "$(nproc)" -I{} bash -c 'compile {}' ||
  { echo "the bridge is not in Android's dialect"; exit 1; }

# The JDK's dialect must be refused, or this proves nothing.
if compile -U__ANDROID__ platform/android/jni/jvm.cc 2>/dev/null; then
  echo "the JDK's AttachCurrentThreadAsDaemon passed against Android's header"
  exit 1
fi
echo "the bridge speaks Android's dialect"
