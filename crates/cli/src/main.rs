//! The `lapwing` command: compiles and runs Windows programs on Linux.
//!
//! This file has the command line.  `compile/` stands before the host compiler, `run.rs` keeps
//! compiled programs, `models/` compares Winsock's models, `install.rs` lays Lapwing down for
//! others, `err` explains error codes, `layout.rs` knows where our own headers and libraries are,
//! `cache.rs` where we may write.

mod bench;
mod cache;
mod compile;
mod err;
mod install;
mod layout;
mod models;
mod run;

use clap::{CommandFactory, Parser, Subcommand};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// A failure of ours, as a sentence or two for a person; the compiler's failures are its own.
type Failure = String;

#[derive(Parser)]
#[command(
    name = "lapwing",
    version,
    about = "Compiles and runs Windows programs on Linux: handles, waits, overlapped I/O, \
             completion ports and Winsock",
    after_help = "Example:\n  lapwing run examples/c/iocp_echo_server.c -- 5150\n  \
                  lapwing cc -O2 -o server server.c",
    subcommand_required = true,
    arg_required_else_help = true
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Compile C as a Windows compiler would; every option is the host compiler's
    #[command(disable_help_flag = true, after_help = COMPILER_HELP)]
    Cc(CompilerArguments),
    /// Compile C++ as a Windows compiler would; every option is the host compiler's
    #[command(name = "c++", disable_help_flag = true, after_help = COMPILER_HELP)]
    Cxx(CompilerArguments),
    /// Compile a program into a cache, then run it
    #[command(
        after_help = RUN_HELP,
        override_usage = "lapwing run [COMPILER OPTION]... FILE... [-- ARGUMENT...]"
    )]
    Run {
        /// Source files and compiler options (such as -O2, -DNAME), then `--` and the program's
        /// own arguments
        #[arg(required = true, trailing_var_arg = true, allow_hyphen_values = true)]
        #[arg(value_name = "FILE")]
        words: Vec<OsString>,
    },
    /// Explain an error code: what it says, who reports it, what to do
    Err {
        /// A number (10054, 0xC000020D) or a name (WSAECONNRESET, ERROR_IO_PENDING)
        #[arg(required_unless_present = "page", allow_negative_numbers = true)]
        code: Vec<String>,
        /// Write docs/errors.md, with all of them
        #[arg(long, hide = true)]
        page: bool,
    },
    /// Compare the models of Winsock: an echo server for each, the same clients
    #[command(after_help = models::HELP)]
    Models(models::Options),
    /// Measure what Lapwing costs beside its peers, and how fast it is
    #[command(after_help = lapwing_bench::HELP)]
    Bench(lapwing_bench::Options),
    /// Lay down headers, libraries, a pkg-config file, a CMake package and this command
    Install {
        /// Where to: DIR/bin, DIR/include/lapwing, DIR/lib
        #[arg(long, value_name = "DIR", default_value = "/usr/local")]
        prefix: PathBuf,
    },
}

#[derive(clap::Args)]
struct CompilerArguments {
    /// The host compiler's options and files
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    arguments: Vec<OsString>,
}

const COMPILER_HELP: &str = "\
Everything is handed to the host compiler, preceded by Lapwing's headers and, when it links,
followed by Lapwing's library.  One option is ours:
  --shared   link liblapwing.so instead of liblapwing.a (`-shared`, with one dash, is the
             compiler's: it makes a shared object of your own, which uses liblapwing.so)

Header names and the suffix .cpp are found in any case; Windows library names (-lws2_32,
kernel32.lib) are left out.

Environment:
  CC, CXX                  the host compiler (default: gcc or cc, g++ or c++)
  LAPWING_CC, LAPWING_CXX  the same, where CC itself is `lapwing cc`
  LAPWING_CACHE            where links to headers and compiled programs are kept";

const RUN_HELP: &str = "\
A program is compiled once: it is found again by the content of its sources and headers, the
options, the compiler and Lapwing's library.  Without an -O option it is compiled with -O2 -g.
The cache is LAPWING_CACHE, or lapwing in XDG_CACHE_HOME or ~/.cache.";

fn main() -> ExitCode {
    let cli = Cli::parse_from(arguments(std::env::args_os().collect()));
    let result = match cli.command {
        Command::Cc(given) => compile_or_help("cc", given.arguments, compile::Language::C),
        Command::Cxx(given) => compile_or_help("c++", given.arguments, compile::Language::Cxx),
        Command::Run { words } => {
            let (files, arguments) = at_two_dashes(words);
            run::run(files, arguments)
        }
        Command::Err { page: true, .. } => {
            print!("{}", err::page());
            Ok(ExitCode::SUCCESS)
        }
        Command::Err { code, .. } => explain(&code),
        Command::Models(options) => models::run(&options),
        Command::Bench(options) => bench::run(&options),
        Command::Install { prefix } => install::install(&prefix),
    };
    match result {
        Ok(code) => code,
        Err(message) => {
            eprintln!("lapwing: error: {message}");
            ExitCode::FAILURE
        }
    }
}

/// The command line, with the names `lapwing-cc` and `lapwing-c++` spelled out: build systems that
/// want a compiler in one word are given one of these links.
fn arguments(mut given: Vec<OsString>) -> Vec<OsString> {
    let name = given.first().and_then(|name| Path::new(name).file_name()?.to_str());
    if let Some(sub) = name.and_then(|name| name.strip_prefix("lapwing-")) {
        let sub = OsString::from(sub);
        given.insert(1, sub);
    }
    given
}

/// The words before the first `--` and those behind it.
fn at_two_dashes(mut words: Vec<OsString>) -> (Vec<OsString>, Vec<OsString>) {
    let files = words.iter().position(|word| word == "--").unwrap_or(words.len());
    let arguments = words.drain(files..).skip(1).collect();
    (words, arguments)
}

fn explain(codes: &[String]) -> Result<ExitCode, Failure> {
    let texts: Vec<String> =
        codes.iter().map(|code| err::explain(code)).collect::<Result<_, _>>()?;
    print!("{}", texts.join("\n"));
    Ok(ExitCode::SUCCESS)
}

fn compile_or_help(
    name: &str,
    arguments: Vec<OsString>,
    language: compile::Language,
) -> Result<ExitCode, Failure> {
    let asks_for_help = matches!(arguments.as_slice(), [only] if only == "--help" || only == "-h");
    if !asks_for_help && !arguments.is_empty() {
        return compile::compile(language, arguments);
    }
    let mut cli = Cli::command();
    cli.build();
    let help = cli.find_subcommand_mut(name).map(|sub| sub.render_help().to_string());
    print!("{}", help.unwrap_or_default());
    Ok(if asks_for_help { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_well_formed() {
        Cli::command().debug_assert();
    }

    #[test]
    fn every_option_of_the_compiler_is_handed_on() {
        let given = ["lapwing", "cc", "-o", "x", "--shared", "-Wall", "x.c", "--version", "-h"];
        let Command::Cc(seen) = Cli::try_parse_from(given).unwrap().command else { panic!() };
        assert_eq!(seen.arguments, given[2..]);
    }

    #[test]
    fn the_program_s_arguments_follow_two_dashes() {
        let given = ["lapwing", "run", "-DX", "a.c", "b.c", "--", "--port", "--", "-h"];
        let Command::Run { words } = Cli::try_parse_from(given).unwrap().command else { panic!() };
        let (files, arguments) = at_two_dashes(words);
        assert_eq!(files, given[2..5]);
        assert_eq!(arguments, given[6..]);
    }

    #[test]
    fn a_link_named_lapwing_cc_is_the_compiler() {
        let given = ["/usr/bin/lapwing-c++", "-c", "x.cpp"].map(OsString::from).to_vec();
        assert_eq!(arguments(given)[1..], ["c++", "-c", "x.cpp"].map(OsString::from));
    }
}
