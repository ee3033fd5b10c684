#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Makes the Debian packages of a build and lets dpkg install them into a private folder, by this machine's list of
# installed packages: their dependencies are judged for real. Then programs in C and C++ are built against what was
# installed, and run; then the packages are removed again.
#
# usage: deb.sh SOURCE BUILD C-COMPILER CXX-COMPILER
#   ONAIR_CLEAN_ROOT=1  also installs them by apt in a fresh Debian (debootstrap; minutes, hundreds of megabytes) and
#                       builds and runs the program in C there
# Exit: 0 fine, 77 not possible here (not root, or no dpkg)
set -euo pipefail
source=$1 build=$2 cc=$3 cxx=$4
[ "$(id -u)" = 0 ] || { echo "skipped: dpkg wants root"; exit 77; }
for program in dpkg dpkg-shlibdeps cpack; do
  command -v "$program" >/dev/null || { echo "skipped: no $program"; exit 77; }
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
say() { printf '%s\n' "- $*"; }
run() { local out; out=$("$@") || { echo "failed: $* ($out)"; exit 1; }; say "$out"; }

(cd "$build" && cpack -G DEB -B "$work/deb" >"$work/cpack.log" 2>&1) || { cat "$work/cpack.log"; exit 1; }
debs=("$work"/deb/*.deb)
for deb in "${debs[@]}"; do say "$(basename "$deb"): $(($(stat -c %s "$deb") / 1024)) KiB"; done
[ ${#debs[@]} -eq 4 ] || { echo "four packages were wanted"; exit 1; }
dpkg-deb -f "$work"/deb/libonair0_*.deb Depends | grep -q libavcodec || { echo "libonair0 does not say what it needs"; exit 1; }
if dpkg-deb -f "$work"/deb/libonair0_*.deb Depends | grep -q 'libsdl2\|libavdevice'; then
  echo "libonair0 wants devices that it does not use"; exit 1
fi

# dpkg's own list, a copy; files go under root/.
root=$work/root
mkdir "$root"
cp -r /var/lib/dpkg "$work/admin"
rm -f "$work"/admin/lock*
private_dpkg() { dpkg --admindir="$work/admin" --instdir="$root" --no-triggers --force-script-chrootless --log=/dev/null "$@"; }
private_dpkg -i "${debs[@]}" >"$work/dpkg.log" 2>&1 || { cat "$work/dpkg.log"; exit 1; }
[ "$(private_dpkg -s libonair0 | grep ^Status)" = "Status: install ok installed" ]
export LD_LIBRARY_PATH=$root/usr/lib

# In C by pkg-config, in C by CMake, in C++ by CMake.
run "$root/usr/bin/onair-publish" --version
flags=$(PKG_CONFIG_PATH=$root/usr/lib/pkgconfig pkg-config --cflags --libs onair)
"$cc" -std=c99 -Wall -Wextra -Werror -pedantic "$source/tests/package/c_consumer/hello.c" -o "$work/hello" $flags
is_flv() { [ "$(head -c 3 "$1")" = FLV ] && [ "$(stat -c %s "$1")" -gt 1000 ]; }
run "$work/hello" "$work/one.flv"
is_flv "$work/one.flv"
project() { # folder, variables...
  local name=$1; shift
  cmake -S "$source/tests/package/$name" -B "$work/$name" -G Ninja -DCMAKE_PREFIX_PATH="$root/usr" "$@" \
    >"$work/$name.log" 2>&1 || { cat "$work/$name.log"; exit 1; }
  cmake --build "$work/$name" >"$work/$name.log" 2>&1 || { cat "$work/$name.log"; exit 1; }
}
project c_consumer -DCMAKE_C_COMPILER="$cc"
run "$work/c_consumer/c_consumer" "$work/two.flv"
is_flv "$work/two.flv"
project consumer -DCMAKE_CXX_COMPILER="$cxx"
run "$work/consumer/consumer"

private_dpkg -r onair-tools libonair-cpp-dev libonair-dev libonair0 >"$work/dpkg.log" 2>&1 || { cat "$work/dpkg.log"; exit 1; }
[ -z "$(find "$root" -name '*onair*' -not -type d)" ] || { find "$root" -name '*onair*'; exit 1; }
say "removed without a trace"

[ -n "${ONAIR_CLEAN_ROOT:-}" ] || { say "not asked for: a fresh Debian (ONAIR_CLEAN_ROOT=1)"; exit 0; }
unset LD_LIBRARY_PATH
clean=$work/clean
debootstrap --variant=minbase bookworm "$clean" >"$work/bootstrap.log" 2>&1 || { tail "$work/bootstrap.log"; exit 1; }
mkdir "$clean/onair"
cp "$work"/deb/libonair0_*.deb "$work"/deb/libonair-dev_*.deb "$source/tests/package/c_consumer/hello.c" "$clean/onair"
chroot "$clean" sh -ec 'export DEBIAN_FRONTEND=noninteractive; apt-get update -qq
  apt-get install -y -qq --no-install-recommends -o DPkg::Options::=--force-unsafe-io /onair/*.deb gcc libc6-dev pkg-config
  cc -std=c99 /onair/hello.c -o /onair/hello $(pkg-config --cflags --libs onair)
  /onair/hello /onair/three.flv' >"$work/clean.log" 2>&1 || { tail -n 30 "$work/clean.log"; exit 1; }
is_flv "$clean/onair/three.flv"
say "a fresh Debian: $(tail -n 1 "$work/clean.log")"
