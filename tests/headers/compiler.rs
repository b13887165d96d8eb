//! The compilers that the headers are tried with, and how they are called.

use lapwing_tests::{scratch_folder, source_tree, tools};
use libtest_mimic::{Failed, Trial};
use std::path::PathBuf;
use std::process::Command;

/// A language of the headers' users.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    C,
    Cxx,
}

impl Language {
    /// The file suffix by which compilers tell it.
    pub fn suffix(self) -> &'static str {
        match self {
            Language::C => "c",
            Language::Cxx => "cpp",
        }
    }

    /// The host's compilers: gcc always, clang where it is installed.
    pub fn compilers(self) -> [&'static str; 2] {
        match self {
            Language::C => ["gcc", "clang"],
            Language::Cxx => ["g++", "clang++"],
        }
    }

    /// The standards, from the oldest that the headers promise to the newest; the second is the
    /// one that most programs are compiled with.
    pub fn standards(self) -> &'static [&'static str] {
        match self {
            Language::C => &["c99", "gnu17", "c11", "c2x"],
            Language::Cxx => &["c++11", "c++17", "c++14", "c++20", "c++2b"],
        }
    }
}

/// One way to call one compiler.
#[derive(Clone, Copy, Debug)]
pub struct Compiler {
    pub program: &'static str,
    pub language: Language,
    pub standard: &'static str,
}

impl Compiler {
    /// Every compiler with every standard.
    pub fn all() -> Vec<Compiler> {
        let mut all = Vec::new();
        for language in [Language::C, Language::Cxx] {
            for program in language.compilers() {
                let standards = language.standards().iter();
                all.extend(standards.map(|standard| Compiler { program, language, standard }));
            }
        }
        all
    }

    /// Says, once for each, which of the compilers are not installed.
    pub fn name_the_missing() {
        let all = [Language::C, Language::Cxx].map(Language::compilers).concat();
        for program in tools::missing(&all) {
            eprintln!("IGNORED: every test of the headers by {program} (missing here)");
        }
    }

    /// gcc or g++ with the standard that most programs are compiled with.
    pub fn usual(language: Language) -> Compiler {
        let standard = language.standards()[1];
        Compiler { program: language.compilers()[0], language, standard }
    }

    /// A test by this compiler, ignored where it is not installed.
    pub fn trial(
        self,
        subject: &str,
        test: impl FnOnce(Compiler) -> Result<(), Failed> + Send + 'static,
    ) -> Trial {
        self.trial_often(true, subject, test)
    }

    /// The same for a test that the usual run leaves out unless it is to be run `often`.
    pub fn trial_often(
        self,
        often: bool,
        subject: &str,
        test: impl FnOnce(Compiler) -> Result<(), Failed> + Send + 'static,
    ) -> Trial {
        let missing = !tools::missing(&[self.program]).is_empty();
        let name = format!("{subject}::{}::{}", self.program, self.standard);
        let run = move || match missing {
            true => Err(format!("missing here: {}", self.program).into()),
            false => test(self),
        };
        Trial::test(name, run).with_ignored_flag(missing || !often)
    }

    /// The command with our headers, as `lapwing cc` calls it, and every warning an error.
    pub fn command(self) -> Command {
        let mut command = self.bare_command();
        command.args(["-include", "lapwing-cc.h"]);
        command
    }

    /// The same without the prelude: a build that only has our folders on its path.
    pub fn bare_command(self) -> Command {
        let include = source_tree().join("include");
        let mut command = Command::new(self.program);
        command.arg(format!("-std={}", self.standard)).args(["-Wall", "-Wextra", "-Werror"]);
        // `lapwing cc` says it too: every Windows source has `#pragma comment` and `warning`.
        command.arg("-Wno-unknown-pragmas");
        command.arg("-isystem").arg(include.join("crt")).arg("-isystem").arg(&include);
        command.arg("-I").arg(source_tree().join("tests/headers/programs"));
        command
    }

    /// Where this compiler's files of a test go.
    pub fn place(self, test: &str) -> PathBuf {
        scratch_folder(&format!("headers/{test}/{}-{}", self.program, self.standard))
    }

    /// Writes a source for this compiler.
    pub fn write(self, test: &str, name: &str, text: &str) -> PathBuf {
        let path = self.place(test).join(format!("{name}.{}", self.language.suffix()));
        std::fs::write(&path, text).expect("target/ can be written to");
        path
    }
}

/// Runs a compilation.  The failure has the command and what the compiler said.
pub fn compile(command: &mut Command) -> Result<(), Failed> {
    match refusal(command) {
        None => Ok(()),
        Some(text) => Err(text.into()),
    }
}

/// What the compiler said against a compilation; none if it did not refuse.
pub fn refusal(command: &mut Command) -> Option<String> {
    command.env("LC_ALL", "C");
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let said = String::from_utf8_lossy(&output.stderr);
    let first: Vec<&str> = said.lines().take(40).collect();
    (!output.status.success()).then(|| format!("{command:?}\n{}", first.join("\n")))
}
