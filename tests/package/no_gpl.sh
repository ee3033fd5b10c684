#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A build without x264 and x265 (ONAIR_GPL_CODECS=OFF): nothing in it asks for them, and it publishes by OpenH264.
# It lies beside the present build, with the same settings, so that the compiler's cache has nearly all of it.
set -euo pipefail
source=$1 build=$2 type=$3 compiler=$4
flags=$5 type_flags=$6
without="$(dirname "$build")/$(basename "$build")-no-gpl"
cmake -S "$source" -B "$without" -G Ninja -DCMAKE_CXX_COMPILER="$compiler" -DCMAKE_CXX_COMPILER_LAUNCHER=ccache \
  -DCMAKE_BUILD_TYPE="$type" -DCMAKE_CXX_FLAGS="$flags" "-DCMAKE_CXX_FLAGS_${type^^}=$type_flags" -DONAIR_WERROR=ON \
  -DONAIR_GPL_CODECS=OFF -DONAIR_BUILD_TESTS=OFF -DONAIR_BUILD_BENCH=OFF >"$without.log" 2>&1 || { cat "$without.log"; exit 1; }
cmake --build "$without" --target onair-publish onair_shared

for file in "$without/bin/onair-publish" "$without/platform/c/libonair.so"; do
  if readelf -dW "$file" | grep -E 'NEEDED.*libx26[45]'; then echo "$file links a GPL encoder"; exit 1; fi
  if nm -D --undefined-only "$file" | grep -E ' x26[45]_'; then echo "$file calls a GPL encoder"; exit 1; fi
  if grep -qE 'libx26[45]\.so' "$file"; then echo "$file would load a GPL encoder"; exit 1; fi
done
# Debian's libavcodec links them in its turn (docs/licensing.md); nothing else may.
for library in $(ldd "$without/platform/c/libonair.so" | awk '$3 ~ /^\// {print $3}'); do
  case "$library" in */libavcodec.so.*) continue ;; esac
  if readelf -dW "$library" | grep -qE 'NEEDED.*libx26[45]'; then echo "$library needs a GPL encoder"; exit 1; fi
done

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$without/bin/onair-publish" --to "file:$work/live.flv" --size 640x360 --duration 3 --quiet --report "$work/report.json"
grep -q '"encoder": *"openh264"' "$work/report.json" || { cat "$work/report.json"; exit 1; }
pictures=$(ffprobe -v error -count_frames -select_streams v -show_entries stream=nb_read_frames -of csv=p=0 "$work/live.flv")
[ "${pictures%%,*}" -ge 60 ] || { echo "FFmpeg decodes $pictures pictures of 90"; exit 1; }
status=0
"$without/bin/onair-publish" --encoder x264 --to "file:$work/x264.flv" --duration 1 --quiet 2>"$work/refused" || status=$?
[ "$status" -eq 1 ] && grep -q 'this build is without x264.*codec.unavailable' "$work/refused" || { cat "$work/refused"; exit 1; }
echo "no GPL encoder linked; $pictures pictures by OpenH264"
