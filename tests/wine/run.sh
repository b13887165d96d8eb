#!/usr/bin/env bash
# Runs a Rust program that was built for Windows: cargo's runner for x86_64-pc-windows-gnu.
#   CARGO_TARGET_X86_64_PC_WINDOWS_GNU_RUNNER=$PWD/tests/wine/run.sh cargo test --target ...
# The prefix lies below target/; the first run makes it and puts in what Wine 8 lacks.
set -euo pipefail
home=$(cd "$(dirname "$0")" && pwd)
target=${CARGO_TARGET_DIR:-$home/../../target}
mkdir -p "$target"
export WINEPREFIX=$(cd "$target" && pwd)/wine-rust WINEDEBUG=-all WINEDLLOVERRIDES=mscoree,mshtml=
unset DISPLAY
(
    flock 9
    library=$WINEPREFIX/drive_c/windows/system32/bcryptprimitives.dll
    if [ ! -e "$library" ]; then
        wine wineboot --init >/dev/null 2>&1
        x86_64-w64-mingw32-gcc -shared -O2 -o "$library" "$home/prng.c" -ladvapi32
    fi
) 9>"$target/wine-rust.lock"
exec wine "$@"
