#!/usr/bin/env bash
# clang builds the program and the unit tests without a warning (gcc's turn is the
# sanitizer build, where a warning is an error too).
set -euo pipefail
cd "$(dirname "$0")/../.."
command -v clang >/dev/null || { echo 'no clang here'; exit 77; }
[ -e build-clang/build.ninja ] ||
    CC=clang meson setup build-clang -Dwerror=true -Doptimization=1 >/dev/null
ninja -C build-clang hindcast unit
