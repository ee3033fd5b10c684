#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Every header of the face compiles alone and without a warning, by clang and gcc, as Objective-C and Objective-C++.
# usage: headers.sh SOURCE-FOLDER
set -euo pipefail
include=$1/platform/apple/include
compat=$(mktemp -d)
trap 'rm -rf "$compat"' EXIT
mkdir "$compat/objc"
echo '#include <Block.h>' >"$compat/objc/blocks_runtime.h"
objc=$(dirname "$(dirname "$(find /usr/lib/gcc -name objc.h | sort -V | tail -n 1)")")
gnustep=(-isystem "$objc" -isystem /usr/include/GNUstep -DGNUSTEP -DGNUSTEP_BASE_LIBRARY=1 -DGNU_RUNTIME=1
  -D_NATIVE_OBJC_EXCEPTIONS -fexceptions -fobjc-exceptions -fconstant-string-class=NSConstantString)
compilers=(clang)
# Debian's gobjc++; without it gcc takes no Objective-C.
if echo | gcc -x objective-c++ -fsyntax-only - 2>/dev/null; then compilers+=(gcc); else echo "no gobjc++: clang alone"; fi
count=0
for compiler in "${compilers[@]}"; do
  own=()
  [ "$compiler" = gcc ] || own=(-fobjc-runtime=gcc -fblocks -isystem "$compat")
  for language in objective-c objective-c++; do
    [ $language = objective-c ] && standard=gnu99 || standard=gnu++11
    for header in "$include"/Onair/*.h; do
      printf '#import <Onair/%s>\n' "$(basename "$header")" |
        "$compiler" -x $language -std=$standard -Wall -Wextra -Werror "${own[@]}" "${gnustep[@]}" -fsyntax-only -I"$include" -
      count=$((count + 1))
    done
  done
done
echo "$count compilations"
