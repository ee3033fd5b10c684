#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# An upward edge must stop the configure step and name both rooms.
set -euo pipefail
source=$1 build=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cat >"$work/CMakeLists.txt" <<EOF
cmake_minimum_required(VERSION 3.25)
project(layering LANGUAGES CXX)
include($source/cmake/OnairLibrary.cmake)
file(WRITE \${CMAKE_CURRENT_BINARY_DIR}/high.h "")
onair_library(core/high FLOOR 6 HEADERS)
onair_library(core/low FLOOR 2 HEADERS DEPS onair::core_high)
EOF
if cmake -S "$work" -B "$work/build" >"$work/log" 2>&1; then
  echo "an upward edge was accepted"; exit 1
fi
grep -q 'layering: core/low (floor 2) may not use onair::core_high' <(tr -s ' \n' ' ' <"$work/log") ||
  { cat "$work/log"; exit 1; }
