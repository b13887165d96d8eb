//! `lapwing cc` and `lapwing c++`: the host compiler, with Lapwing's headers before the user's
//! options and Lapwing's library behind them.
//!
//! `cl_options.rs` puts Visual C++'s options into the host's words, `command_line.rs` understands
//! what the options ask for, `host.rs` chooses the compiler, `header_case.rs` finds headers whose
//! names are spelled in another case, `entry_point.rs` where the program begins,
//! `exception_blocks.rs` what our `__try` cannot do, and `pragma_comment.rs` what clang must not
//! see; `advice.rs` adds what a compiler's message leaves unsaid.

mod advice;
mod cl_options;
mod command_line;
mod entry_point;
mod exception_blocks;
mod header_case;
mod host;
mod pragma_comment;
mod response_file;
mod source_macros;
mod source_words;
mod windows_library;

use crate::Failure;
use crate::layout::Layout;
pub use command_line::is_cxx_source;
use command_line::{CommandLine, Linking};
pub use host::Host;
use std::ffi::OsString;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::Path;
use std::process::{Command, ExitCode, ExitStatus};

/// What a Rust library needs from the system: `rustc --print native-static-libs`.  A test holds
/// this list to the compiler's answer.
pub const NATIVE_LIBRARIES: [&str; 7] = ["gcc_s", "util", "rt", "pthread", "m", "dl", "c"];

/// Which of the two compilers is meant.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Language {
    /// `lapwing cc`
    C,
    /// `lapwing c++`
    Cxx,
}

/// Runs the host compiler and ends as it ends.  Where it only links, it takes our place.
pub fn compile(language: Language, arguments: Vec<OsString>) -> Result<ExitCode, Failure> {
    let host = Host::find(language)?;
    let layout = Layout::find()?;
    let (mut command, reads_sources) = prepare(language, &host, &layout, arguments)?;
    let error = match reads_sources {
        true => match advice::run(&mut command, &layout) {
            Ok(status) => return Ok(exit_code(status)),
            Err(error) => error,
        },
        false => command.exec(),
    };
    Err(format!("{}: {error}", host.program.display()))
}

/// Runs a command made by [`command`], with our advice.
pub fn run_with_advice(command: &mut Command, layout: &Layout) -> std::io::Result<ExitStatus> {
    advice::run(command, layout)
}

/// A process's end, as a shell reads it.
pub fn exit_code(status: ExitStatus) -> ExitCode {
    let code = status.code().or(status.signal().map(|signal| 128 + signal)).unwrap_or(1);
    ExitCode::from(u8::try_from(code).unwrap_or(1))
}

/// The host compiler's whole command for the arguments given to ours.
pub fn command(
    language: Language,
    host: &Host,
    layout: &Layout,
    arguments: Vec<OsString>,
) -> Result<Command, Failure> {
    prepare(language, host, layout, arguments).map(|(command, _)| command)
}

/// The command, and whether it reads sources.
fn prepare(
    language: Language,
    host: &Host,
    layout: &Layout,
    arguments: Vec<OsString>,
) -> Result<(Command, bool), Failure> {
    let arguments = cl_options::translate(response_file::expand(arguments))?;
    let line = CommandLine::read(language == Language::Cxx, arguments)?;
    let mut command = host.command();
    let macros = entry_point::macros(&line);
    if line.preprocesses() {
        prelude(&mut command, layout, &line);
        command.args(&macros);
    }
    command.args(&line.arguments);
    if line.preprocesses() {
        // `#pragma comment(lib, "ws2_32.lib")` asks for what is linked anyway.  To clang, the last
        // word counts, and -Wall would be one.
        command.arg("-Wno-unknown-pragmas");
        let read = header_case::read(&line, layout, host)?;
        exception_blocks::check(&read.files)?;
        if let Some(list) = pragma_comment::overlay(&read.files, host)? {
            command.arg("-ivfsoverlay").arg(list);
        }
        if let Some(folder) = read.spellings {
            command.arg("-idirafter").arg(folder);
        }
    }
    if line.linking != Linking::None {
        if line.ends_with_language {
            command.args(["-x", "none"]);
        }
        command.args(entry_point::object(&line, &macros, host)?);
        libraries(&mut command, layout, &line)?;
    }
    Ok((command, line.preprocesses()))
}

/// What a Windows compiler knows before the first line: the keywords, then our headers, of which
/// the stand-ins for the C library's come first.
fn prelude(command: &mut Command, layout: &Layout, line: &CommandLine) {
    command.arg("-include").arg(layout.include.join("lapwing-cc.h"));
    command.arg("-isystem").arg(layout.include.join("crt"));
    command.arg("-isystem").arg(&layout.include);
    // A function that we lack is not declared.  Only in C, and only up to gcc 13, is that not an
    // error yet; the linker would be the first to complain.
    if line.is_all_c() {
        command.arg("-Werror=implicit-function-declaration");
    }
}

/// Lapwing behind everything of the user's.  There must be one Lapwing in a process, so a shared
/// object of the user's does not get a copy of its own: it uses liblapwing.so.
fn libraries(command: &mut Command, layout: &Layout, line: &CommandLine) -> Result<(), Failure> {
    if line.linking == Linking::SharedLapwing {
        let folder = layout.shared_object_folder()?;
        command.arg(joined("-L", &folder)).arg("-llapwing");
        command.arg(joined("-Wl,-rpath,", &folder));
        return Ok(());
    }
    command.args([layout.archive.as_os_str(), "-Wl,--gc-sections".as_ref()]);
    command.arg("-Wl,--push-state,--as-needed");
    for library in NATIVE_LIBRARIES {
        let unwinder = line.fully_static && library == "gcc_s";
        command.arg(format!("-l{}", if unwinder { "gcc_eh" } else { library }));
    }
    command.arg("-Wl,--pop-state");
    Ok(())
}

fn joined(option: &str, path: &Path) -> OsString {
    let mut argument = OsString::from(option);
    argument.push(path);
    argument
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rust says which libraries a static library of its own needs; the archive of this build was
    /// made by the same compiler.
    #[test]
    fn the_native_libraries_are_those_rustc_names() {
        let rustc = std::env::var_os("RUSTC").unwrap_or("rustc".into());
        let folder = std::env::temp_dir().join(format!("lapwing-native-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let source = folder.join("x.rs");
        std::fs::write(&source, "#[unsafe(no_mangle)] pub extern \"C\" fn x() {}").unwrap();
        let said = Command::new(rustc)
            .args(["--edition", "2024", "--crate-type", "staticlib", "--print"])
            .args(["native-static-libs", "--out-dir"])
            .args([&folder, &source])
            .output()
            .unwrap();
        std::fs::remove_dir_all(&folder).unwrap();
        let said = String::from_utf8_lossy(&said.stderr).into_owned();
        let line = said.lines().find_map(|line| line.split("native-static-libs: ").nth(1));
        let ours = NATIVE_LIBRARIES.map(|library| format!("-l{library}")).join(" ");
        assert_eq!(line, Some(ours.as_str()), "{said}");
    }
}
