#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Every header of the C interface compiles alone and without a warning, as C99, C11 and C++, by gcc and clang.
# usage: headers.sh SOURCE-FOLDER
set -euo pipefail
include=$1/platform/c/include
count=0
for compiler in gcc clang; do
  for standard in c99 c11 c++11 c++20; do
    [[ $standard == c++* ]] && language=c++ || language=c
    for header in "$include"/onair/*.h; do
      printf '#include "onair/%s"\nint used;\n' "$(basename "$header")" |
        "$compiler" -x "$language" -std="$standard" -Wall -Wextra -Werror -pedantic -fsyntax-only -I"$include" -
      count=$((count + 1))
    done
  done
done
echo "$count compilations"
