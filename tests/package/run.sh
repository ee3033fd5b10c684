#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Installs the build and uses it from outside projects by find_package(onair): all of it, and parts alone.
set -euo pipefail
source=$1 build=$2 compiler=$3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cmake --install "$build" --prefix "$work/prefix" >/dev/null

project() { # name, CMake arguments...
  local name=$1 folder=$2; shift 2
  cmake -S "$source/tests/package/$folder" -B "$work/$name" -G Ninja -DCMAKE_CXX_COMPILER="$compiler" \
    -DCMAKE_PREFIX_PATH="$work/prefix" "$@" >"$work/$name.log" 2>&1 || { cat "$work/$name.log"; exit 1; }
  cmake --build "$work/$name"
}
project consumer consumer
"$work/consumer/consumer"
project protocols parts_consumer "-DPARTS=core;rtmp;webrtc" "-DUNASKED=onair::platform_sdk;onair::beauty_face;onair::onair;PkgConfig::x264"
"$work/protocols/rtmp"
"$work/protocols/webrtc"
project beauty parts_consumer "-DPARTS=beauty" "-DUNASKED=onair::transport_rtmp;OpenSSL::SSL;PkgConfig::x264"

# A part that does not exist is named.
if cmake -S "$source/tests/package/parts_consumer" -B "$work/wrong" -G Ninja -DCMAKE_PREFIX_PATH="$work/prefix" \
  -DCMAKE_CXX_COMPILER="$compiler" -DPARTS=teleport >"$work/wrong.log" 2>&1; then
  echo "find_package took a component that does not exist"; exit 1
fi
grep -q teleport "$work/wrong.log"
