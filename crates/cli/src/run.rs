//! `lapwing run`: compiles into a cache, then becomes the program.
//!
//! What a program was compiled from is what the preprocessor puts out: so it is asked every time,
//! and a change in any header is seen; only when its answer, the options, the compiler or
//! Lapwing's library are new is anything compiled.

use crate::Failure;
use crate::cache;
use crate::compile::{self, Host, Language};
use crate::layout::Layout;
use std::ffi::OsString;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, ExitStatus, Stdio};

/// So many programs stay in the cache; each holds the library and takes megabytes.
const KEPT: usize = 64;

/// Compiles `files` (sources and options of the compiler) and becomes the program, which is given
/// `arguments`.  Returns only if the compiler fails, with its exit code, or if we do.
pub fn run(files: Vec<OsString>, arguments: Vec<OsString>) -> Result<ExitCode, Failure> {
    let program = match program(files)? {
        Ok(program) => program,
        Err(status) => return Ok(compile::exit_code(status)),
    };
    let error = Command::new(&program).args(arguments).exec();
    Err(format!("{}: {error}", program.display()))
}

/// The program that `files` (sources and options of the compiler) make, compiled if it is not in
/// the cache.  The compiler's own failure comes back as its status; it has said why.
pub fn program(files: Vec<OsString>) -> Result<Result<PathBuf, ExitStatus>, Failure> {
    let is_cxx = files.iter().any(|file| compile::is_cxx_source(Path::new(file)));
    let language = if is_cxx { Language::Cxx } else { Language::C };
    let host = Host::find(language)?;
    let layout = Layout::find()?;
    let options = with_defaults(files);

    let mut preprocessor = compile::command(language, &host, &layout, with(&options, &["-E"]))?;
    let text = preprocessor
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| format!("{}: {error}", host.program.display()))?;
    if !text.status.success() {
        return Ok(Err(text.status));
    }
    let program = program_path(&host, &layout, &options, &text.stdout)?;
    if !program.exists() {
        let status = build(language, &host, &layout, &options, &program)?;
        if !status.success() {
            return Ok(Err(status));
        }
    }
    Ok(Ok(program))
}

/// A program to be looked at while it runs: optimised, with line numbers, unless told otherwise.
fn with_defaults(files: Vec<OsString>) -> Vec<OsString> {
    let chosen = files.iter().any(|file| file.as_bytes().starts_with(b"-O"));
    let defaults: &[&str] = if chosen { &[] } else { &["-O2", "-g"] };
    defaults.iter().map(OsString::from).chain(files).collect()
}

fn with(options: &[OsString], more: &[&str]) -> Vec<OsString> {
    more.iter().map(OsString::from).chain(options.iter().cloned()).collect()
}

/// The program's place in the cache, under a name that `ps` and `gdb` show.
fn program_path(
    host: &Host,
    layout: &Layout,
    options: &[OsString],
    text: &[u8],
) -> Result<PathBuf, Failure> {
    let mut key = cache::Key::default();
    key.add(env!("CARGO_PKG_VERSION").as_bytes());
    key.add_file(&host.program);
    host.words.iter().chain(options).for_each(|word| key.add(word.as_bytes()));
    key.add_file(&layout.archive);
    key.add_file(&layout.shared_object);
    key.add(text);
    let source = options.iter().find(|word| !word.as_bytes().starts_with(b"-"));
    let name =
        source.and_then(|source| Path::new(source).file_stem()).unwrap_or("program".as_ref());
    Ok(cache::folder("programs")?.join(key.name()).join(name))
}

/// Compiles to a temporary name, which becomes the program only when the compiler has succeeded.
fn build(
    language: Language,
    host: &Host,
    layout: &Layout,
    options: &[OsString],
    program: &Path,
) -> Result<ExitStatus, Failure> {
    let folder = program.parent().unwrap_or(program);
    std::fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let temporary = cache::temporary_name(program);
    let mut words = options.to_vec();
    words.extend(["-o".into(), temporary.clone().into_os_string()]);
    let mut command = compile::command(language, host, layout, words)?;
    let status = compile::run_with_advice(&mut command, layout)
        .map_err(|error| format!("{}: {error}", host.program.display()))?;
    if status.success() {
        std::fs::rename(&temporary, program)
            .map_err(|error| format!("{}: {error}", program.display()))?;
        if let Some(programs) = folder.parent() {
            cache::tidy(programs);
            cache::keep_newest(programs, KEPT);
        }
    }
    Ok(status)
}
