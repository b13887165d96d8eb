#!/usr/bin/env bash
# Programs of tests/programs under ThreadSanitizer, smaller than in tests/stress.rs.
#
# The library and the programs are instrumented, the Rust compiler's own runtime is linked, and
# clang compiles the programs.  Std is as it was shipped (its sources are not part of every
# toolchain), so:
#   - `--cfg tsan` keeps our locks to the part of std's Mutex that is compiled with us;
#   - ThreadSanitizer knows no fences, and with one ends every Arc and Weak: their ends are
#     suppressed; so is what a OnceLock publishes, whose store is in the part of std as shipped.
set -euo pipefail
cd "$(dirname "$0")/.."
triple=x86_64-unknown-linux-gnu
target=$PWD/target/tsan
cargo build --quiet -p lapwing-cli
RUSTC_BOOTSTRAP=1 \
    RUSTFLAGS='-Zsanitizer=thread -Cunsafe-allow-abi-mismatch=sanitizer --cfg tsan' \
    cargo build --quiet -p lapwing-win32 --target "$triple" --target-dir "$target"
runtime=$(rustc --print sysroot)/lib/rustlib/$triple/lib
# The last has such an end inlined.
printf 'race:%s\n' drop_slow alloc::sync::Weak 'Worker>::know' \
    'OnceLock*initialize' >"$target/suppressions"
export TSAN_OPTIONS="suppressions=$target/suppressions history_size=4"

run() {
    local name=$1
    shift
    CC=clang target/debug/lapwing cc -O1 -g -fsanitize=thread -c -o "$target/$name.o" \
        "tests/programs/$name.c"
    clang -g -o "$target/$name" "$target/$name.o" "$target/$triple/debug/liblapwing_win32.a" \
        -Wl,--whole-archive "$runtime"/librustc-*_rt.tsan.a -Wl,--no-whole-archive \
        -Wl,--export-dynamic -lstdc++ -lm -ldl -lpthread
    timeout 600 "$target/$name" "$@"
}

run packets 8 200000
run closing 5
run soak 1 1500
