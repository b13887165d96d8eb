//! One compilation each: every header alone, the headers' own warnings, what must be refused, the
//! names in the object file, and the parts that are code: exception blocks, interlocked operations,
//! what Microsoft's C library has beside the standard.

use crate::compiler::{Compiler, compile, refusal};
use crate::names;
use lapwing_tests::program;
use lapwing_tests::source_tree;
use libtest_mimic::{Failed, Trial};
use std::process::Command;
use std::time::Duration;

pub fn trials() -> Vec<Trial> {
    let mut trials = Vec::new();
    for by in Compiler::all() {
        let [oldest, usual, ..] = by.language.standards() else { unreachable!() };
        // The languages change little here between the oldest standard and the newest.
        let old_or_usual = by.standard == *oldest || by.standard == *usual;
        let often = old_or_usual && !by.program.starts_with("clang");
        trials.push(by.trial_often(often, "alone", alone));
        trials.push(by.trial_often(often, "alone_with_unicode", alone_with_unicode));
        trials.push(by.trial("every_word_of_a_program", every_word));
        trials.push(by.trial("exception_blocks", |by| runs(by, "seh")));
        trials.push(by.trial("interlocked", |by| runs(by, "interlocked")));
        trials.push(by.trial("c_library", |by| runs(by, "crt")));
        trials.push(by.trial("a_function_we_lack", a_function_we_lack));
        if by.standard == *usual {
            trials.push(by.trial("alone_without_the_prelude", alone_without_the_prelude));
            trials.push(by.trial("no_warning_inside", no_warning_inside));
            trials.push(by.trial("symbols", symbols));
            trials.push(by.trial("a_linux_socket_header_first", a_linux_header_first));
            trials.push(by.trial("without_the_stand_ins", without_the_stand_ins));
        }
    }
    trials
}

/// One source for each header that a program may include, twice.
fn alone(by: Compiler) -> Result<(), Failed> {
    let sources = sources(by, "alone", "#define WIN32_LEAN_AND_MEAN\n");
    compile(by.command().args(["-pedantic", "-fsyntax-only"]).args(&sources))
}

fn alone_with_unicode(by: Compiler) -> Result<(), Failed> {
    let sources = sources(by, "unicode", "#define UNICODE\n#define _UNICODE\n");
    compile(by.command().arg("-fsyntax-only").args(sources))
}

/// A build that only has the folders on its path: the headers bring the prelude themselves.
fn alone_without_the_prelude(by: Compiler) -> Result<(), Failed> {
    let sources = sources(by, "bare", "");
    compile(by.bare_command().arg("-fsyntax-only").args(sources))
}

fn sources(by: Compiler, test: &str, head: &str) -> Vec<std::path::PathBuf> {
    let headers = names::headers_for_programs();
    assert!(headers.len() > 50, "{headers:?}");
    let source = |header: &String| {
        let text = format!("{head}#include <{header}>\n#include <{header}>\nint unit;\n");
        by.write(test, &header.replace('.', "-"), &text)
    };
    headers.iter().map(source).collect()
}

/// The words and macros of Windows sources, in one program.
fn every_word(by: Compiler) -> Result<(), Failed> {
    let source = by.write("words", "words", "#include \"words.inc\"\n");
    let mut command = by.command();
    // There clang takes the word that `__declspec(thread)` stands for as the program's own.
    if (by.program, by.standard) != ("clang", "c99") {
        command.arg("-pedantic");
    }
    compile(command.arg("-fsyntax-only").arg(source))
}

/// Compiles a program that calls no function of the library and runs it: 0 is success.
fn runs(by: Compiler, name: &str) -> Result<(), Failed> {
    let source = by.write(name, name, &format!("#include \"{name}.inc\"\n"));
    let binary = by.place(name).join(name);
    compile(by.command().arg("-pedantic").arg(source).arg("-o").arg(&binary))?;
    let outcome = program::run(&mut Command::new(&binary), Duration::from_secs(60));
    match outcome.code {
        Some(0) => Ok(()),
        _ => Err(outcome.report().into()),
    }
}

/// Only functions that exist are declared, so a call to another one is an error where it is
/// written, in the compiler's ordinary words.
fn a_function_we_lack(by: Compiler) -> Result<(), Failed> {
    let text =
        "#include <windows.h>\nint main(void) { return CreateToolhelp32Snapshot(0, 0) == 0; }";
    let source = by.write("lack", "lack", text);
    let mut command = Command::new(by.program);
    // As a program is compiled by default: no warning is asked for.
    let include = source_tree().join("include");
    command.arg(format!("-std={}", by.standard)).args(["-include", "lapwing-cc.h"]);
    command.arg("-isystem").arg(include.join("crt")).arg("-isystem").arg(&include);
    let said = refusal(command.arg("-fsyntax-only").arg(source));
    let said = said.ok_or("it was accepted")?;
    let words = ["implicit", "undeclared", "not declared"];
    let ordinary = said.contains("CreateToolhelp32Snapshot")
        && said.contains("error")
        && words.iter().any(|word| said.contains(word));
    if ordinary { Ok(()) } else { Err(said.into()) }
}

/// Compilers do not show warnings of system headers; here they must, and none may be of ours.
fn no_warning_inside(by: Compiler) -> Result<(), Failed> {
    let mut text = String::from("#define WIN32_NO_STATUS\n");
    for header in names::headers_for_programs() {
        text += &format!("#include <{header}>\n");
    }
    let source = by.write("warnings", "all", &(text + "int unit;\n"));
    let mut command = by.command();
    command.args(["-Wno-error", "-Wsystem-headers", "-fsyntax-only"]);
    command.env("LC_ALL", "C").arg(source);
    let output = command.output().map_err(|error| error.to_string())?;
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let include = format!("{}/", source_tree().join("include").display());
    let ours = |line: &&str| line.starts_with(&include) && line.contains("warning:");
    let ours: Vec<&str> = said.lines().filter(ours).collect();
    if ours.is_empty() && output.status.success() { Ok(()) } else { Err(ours.join("\n").into()) }
}

/// What the object file of a program asks the linker for: our names, never glibc's.
fn symbols(by: Compiler) -> Result<(), Failed> {
    let source = by.write("symbols", "body", "#include <winsock2.h>\n#include \"body.inc\"\n");
    let object = by.place("symbols").join("body.o");
    compile(
        by.command().args(["-O2", "-D_FORTIFY_SOURCE=2", "-c"]).arg(source).arg("-o").arg(&object),
    )?;
    let nm = Command::new("nm").args(["-u", "--format=posix"]).arg(&object).output();
    let text = String::from_utf8_lossy(&nm.map_err(|error| error.to_string())?.stdout).into_owned();
    let asked: Vec<&str> = text.lines().filter_map(|line| line.split(' ').next()).collect();
    for wanted in ["lapwing_socket", "lapwing_select_lp64", "lapwing_gethostname", "WSARecv"] {
        if !asked.contains(&wanted) {
            return Err(format!("{wanted} is not asked for: {asked:?}").into());
        }
    }
    for glibcs in ["socket", "bind", "select", "send", "htonl", "gethostname"] {
        if asked.contains(&glibcs) {
            return Err(format!("glibc's {glibcs} is asked for").into());
        }
    }
    Ok(())
}

/// One source speaks Windows or Linux; both at once is refused in words, not by a flood of errors.
fn a_linux_header_first(by: Compiler) -> Result<(), Failed> {
    for header in ["sys/socket.h", "netdb.h", "arpa/inet.h", "netinet/in.h", "poll.h"] {
        let text = format!("#include <{header}>\n#include <winsock2.h>\nint unit;\n");
        let source = by.write("linux", "linux", &text);
        let said = refusal(by.command().arg("-fsyntax-only").arg(source));
        let said = said.ok_or(format!("{header} was accepted"))?;
        if !said.contains("speaks Windows or Linux, not both") {
            return Err(said.into());
        }
    }
    Ok(())
}

/// Without `include/crt` on the path the sets of `select` would be glibc's.
fn without_the_stand_ins(by: Compiler) -> Result<(), Failed> {
    let source = by.write("path", "path", "#include <winsock2.h>\nint unit;\n");
    let mut command = Command::new(by.program);
    command.arg("-isystem").arg(source_tree().join("include")).arg("-fsyntax-only").arg(source);
    let said = refusal(&mut command).ok_or("it was accepted")?;
    match said.contains("put Lapwing's include/crt before the system's headers") {
        true => Ok(()),
        false => Err(said.into()),
    }
}
