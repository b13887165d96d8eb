//! Every order in which a program may include headers.
//!
//! glibc's own headers bring other meanings of Winsock's names, and some of them come in through
//! `<stdlib.h>` or `<thread>`, before or after ours.  The usual run takes all orders by the usual
//! compiler in C, and a sample by the others; the ignored tests take all in C and, since a C++
//! compilation takes half a second, all by the usual standard and every fifth by the others.

use crate::compiler::{Compiler, Language, compile};
use libtest_mimic::{Failed, Trial};
use std::path::PathBuf;

/// One of each kind: harmless, those that draw in the clashing names, and ours.
const C_HEADERS: [&str; 5] = ["stdio.h", "stdlib.h", "string.h", "winsock2.h", "windows.h"];
const CXX_HEADERS: [&str; 5] = ["iostream", "stdlib.h", "thread", "winsock2.h", "ws2tcpip.h"];

/// What a test of one order compiles.
const BODY: &str = "#include \"body.inc\"\n";

/// Headers of Linux that a program may include beside Winsock: all but those of its sockets.
const SYSTEM_HEADERS: &str = "\
    assert complex ctype dirent dlfcn endian errno execinfo fcntl fenv float fnmatch ftw \
    getopt glob iconv immintrin inttypes iso646 langinfo limits locale malloc math memory \
    pthread pwd regex sched semaphore setjmp signal spawn stdarg stdbool stddef stdint \
    strings sys/epoll sys/eventfd sys/file sys/ioctl sys/mman sys/param sys/resource \
    sys/select sys/stat sys/statvfs sys/syscall sys/time sys/timeb sys/timerfd sys/times \
    sys/types sys/uio sys/utsname sys/wait syslog termios threads time ucontext unistd utime \
    wchar wctype";

pub fn trials() -> Vec<Trial> {
    let mut trials = Vec::new();
    for by in Compiler::all() {
        let usual = by.standard == Compiler::usual(by.language).standard;
        let of_gcc = !by.program.starts_with("clang");
        let (sample, all) = match by.language {
            Language::C => (if usual && of_gcc { 1 } else { 12 }, 1),
            Language::Cxx => (if usual && of_gcc { 12 } else { 40 }, if usual { 1 } else { 5 }),
        };
        trials.push(by.trial("orders::sample", move |by| in_orders(by, sample)));
        trials.push(by.trial_often(false, "orders::all", move |by| in_orders(by, all)));
        trials.push(by.trial("orders::chosen_set_size", chosen_set_size));
        if usual {
            let name = "orders::system_headers";
            trials.push(by.trial_often(of_gcc, name, beside_system_headers));
        }
        if by.language == Language::Cxx {
            let name = "orders::standard_library";
            trials.push(by.trial_often(usual && of_gcc, name, around_standard_library));
        }
    }
    trials
}

/// Compiles every `step`-th order of the language's headers.
fn in_orders(compiler: Compiler, step: usize) -> Result<(), Failed> {
    let headers = match compiler.language {
        Language::C => C_HEADERS,
        Language::Cxx => CXX_HEADERS,
    };
    let orders = permutations(&headers);
    assert_eq!(orders.len(), 120);
    // The last order of a sample is the reverse of the first: ours before the system's.
    let chosen = orders.iter().rev().step_by(step);
    let sources: Vec<PathBuf> = chosen
        .enumerate()
        .map(|(index, order)| {
            let includes: String = order.iter().map(|h| format!("#include <{h}>\n")).collect();
            compiler.write(&format!("orders-{step}"), &format!("order-{index}"), &(includes + BODY))
        })
        .collect();
    compile(compiler.command().arg("-fsyntax-only").args(sources))
}

fn permutations<'a>(items: &[&'a str]) -> Vec<Vec<&'a str>> {
    if items.is_empty() {
        return vec![Vec::new()];
    }
    let mut all = Vec::new();
    for (index, first) in items.iter().enumerate() {
        let mut rest = items.to_vec();
        rest.remove(index);
        for order in permutations(&rest) {
            all.push([vec![*first], order].concat());
        }
    }
    all
}

/// A program chooses the size of its sets before any header, as on Windows.
fn chosen_set_size(compiler: Compiler) -> Result<(), Failed> {
    let orders = [
        "#include <winsock2.h>\n#include <stdlib.h>\n",
        "#include <stdlib.h>\n#include <winsock2.h>\n",
    ];
    let sources = orders.iter().enumerate().map(|(index, order)| {
        let text = format!("#define FD_SETSIZE 2048\n#define CHOSEN 2048\n{order}{BODY}");
        compiler.write("set-size", &format!("size-{index}"), &text)
    });
    compile(compiler.command().arg("-fsyntax-only").args(sources))
}

/// Each of the system's headers before and after ours; Winsock's meaning of a name wins.
fn beside_system_headers(compiler: Compiler) -> Result<(), Failed> {
    let ours = "#include <winsock2.h>\n#include <ws2tcpip.h>\n";
    let facts =
        "C_ASSERT(FIONBIO == 0x8004667e && sizeof(fd_set) == 520 && sizeof(u_long) == 4);\n";
    let mut sources = Vec::new();
    for header in SYSTEM_HEADERS.split_whitespace() {
        let system = format!("#include <{header}.h>\n");
        let name = header.replace('/', "-");
        let before = format!("{system}{ours}{facts}");
        let after = format!("{ours}{system}{facts}");
        sources.push(compiler.write("system", &format!("{name}-before"), &before));
        sources.push(compiler.write("system", &format!("{name}-after"), &after));
    }
    compile(compiler.command().arg("-fsyntax-only").args(sources))
}

/// All of C++'s library before and after ours, and ours inside `extern "C"`, as old programs do it.
fn around_standard_library(compiler: Compiler) -> Result<(), Failed> {
    let ours = "#include <winsock2.h>\n#include <ws2tcpip.h>\n#include <mswsock.h>\n";
    let library = "#include <bits/stdc++.h>\n#include <experimental/filesystem>\n";
    let texts = [
        format!("{library}{ours}{BODY}"),
        format!("{ours}{library}{BODY}"),
        format!("extern \"C\" {{\n{ours}}}\n{library}{BODY}"),
    ];
    let sources = texts
        .iter()
        .enumerate()
        .map(|(index, text)| compiler.write("library", &format!("library-{index}"), text));
    compile(compiler.command().arg("-fsyntax-only").args(sources))
}
