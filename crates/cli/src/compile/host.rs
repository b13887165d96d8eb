//! Which compiler of the host does the work.

use super::Language;
use crate::Failure;
use std::ffi::OsString;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Set for the compiler that we start: a compiler that comes back to us would do so for ever.
const STARTED_BY_US: &str = "LAPWING_STARTED_COMPILER";

/// The host's compiler.
pub struct Host {
    /// The program, with its path.
    pub program: PathBuf,
    /// What stands behind it in `CC`: `ccache gcc` has one such word.
    pub words: Vec<OsString>,
}

impl Host {
    /// The compiler that `LAPWING_CC` or `CC` names (`LAPWING_CXX`, `CXX`), else the first of the
    /// usual names that is on the path.  `CC='lapwing cc'`, by which a build was told to use us,
    /// says nothing about the compiler behind us.
    pub fn find(language: Language) -> Result<Host, Failure> {
        let (variables, usual) = match language {
            Language::C => (["LAPWING_CC", "CC"], ["gcc", "cc", "clang"]),
            Language::Cxx => (["LAPWING_CXX", "CXX"], ["g++", "c++", "clang++"]),
        };
        if std::env::var_os(STARTED_BY_US).is_some() {
            return Err(format!(
                "the compiler that {} or {} names leads back to lapwing; \
                 set {} to the host's compiler, such as {}",
                variables[0], variables[1], variables[0], usual[0]
            ));
        }
        for variable in variables {
            let value = std::env::var(variable).unwrap_or_default();
            let mut words = value.split_whitespace();
            let Some(program) = words.next() else { continue };
            if value.split_whitespace().any(is_lapwing) {
                continue;
            }
            let program = on_path(program)
                .ok_or_else(|| format!("{variable} is `{value}`: no program `{program}`"))?;
            return Ok(Host { program, words: words.map(OsString::from).collect() });
        }
        let program = usual.iter().find_map(|name| on_path(name));
        let program = program.ok_or_else(|| none_installed(language, usual))?;
        Ok(Host { program, words: Vec::new() })
    }

    /// A command that starts the compiler.
    pub fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.args(&self.words).env(STARTED_BY_US, "1");
        command
    }
}

fn none_installed(language: Language, usual: [&str; 3]) -> Failure {
    let (what, variable) = match language {
        Language::C => ("C", "CC"),
        Language::Cxx => ("C++", "CXX"),
    };
    let [first, second, third] = usual;
    format!(
        "no {what} compiler: none of {first}, {second} and {third} is on the PATH.\n\
         Install one (Debian, Ubuntu: apt install {first}; Fedora: dnf install gcc-c++; \
         Alpine: apk add build-base), or name yours in {variable}."
    )
}

fn is_lapwing(word: &str) -> bool {
    let name = Path::new(word).file_name().unwrap_or_default().to_string_lossy();
    name == "lapwing" || name.starts_with("lapwing-")
}

/// The program's path, if it can be started: as given when it has a slash, else on the `PATH`.
fn on_path(program: &str) -> Option<PathBuf> {
    let runs = |path: &PathBuf| {
        std::fs::metadata(path)
            .is_ok_and(|file| file.is_file() && file.permissions().mode() & 0o111 != 0)
    };
    if program.contains('/') {
        return Some(PathBuf::from(program)).filter(runs);
    }
    let path = std::env::var_os("PATH").unwrap_or("/usr/bin:/bin".into());
    std::env::split_paths(&path).map(|folder| folder.join(program)).find(runs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn we_know_ourselves_in_any_place() {
        assert!(is_lapwing("lapwing"));
        assert!(is_lapwing("../target/debug/lapwing"));
        assert!(is_lapwing("/usr/bin/lapwing-c++"));
        assert!(!is_lapwing("/opt/lapwing/bin/gcc"));
    }

    #[test]
    fn a_program_is_looked_for_on_the_path() {
        assert!(on_path("sh").is_some_and(|path| path.is_absolute()));
        assert_eq!(on_path("/bin/sh"), Some(PathBuf::from("/bin/sh")));
        assert_eq!(on_path("no-such-compiler"), None);
        assert_eq!(on_path("/etc/passwd"), None);
    }

    #[test]
    fn without_a_compiler_the_message_says_what_to_install() {
        let said = none_installed(Language::Cxx, ["g++", "c++", "clang++"]);
        assert!(said.contains("apt install g++") && said.contains("CXX"), "{said}");
    }
}
