//! The C tests, `tests/c/<dll>/<fact>.c`: one behaviour each, checked by the program itself through
//! `check.h`.
//!
//! A line `// test: WORDS` among the first of a file changes how it is run:
//! `guard SECONDS` (a hang is assumed after that; 60 if not given), `long` (only with
//! `-- --ignored`), `options OPTION...` (for both compilers), `arguments WORD...`,
//! `raw` (it makes packets by hand, as the administrator may), `mounts` (it mounts a disk in a
//! namespace of its own, as the administrator may), `engines` (it runs once more without
//! io_uring), `native REASON` (not for Wine at all).

use crate::program::{self, Outcome};
use crate::tools;
use crate::{command, scratch_folder, source_tree};
use rustix::net::{AddressFamily, SocketType, ipproto, socket};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// One C or C++ file.
#[derive(Clone, Debug)]
pub struct CTest {
    /// Path below `tests/c`, such as `kernel32/post.c`: the test's name; for an example, below the
    /// source tree.
    pub name: String,
    /// The file.
    pub source: PathBuf,
    /// When it is taken to hang.
    pub guard: Duration,
    /// It takes minutes.
    pub long: bool,
    /// It runs with io_uring and without.
    pub engines: bool,
    /// It needs raw sockets.
    pub raw: bool,
    /// It needs a namespace to mount something in.
    pub mounts: bool,
    /// Why Wine cannot run it, if so.
    pub native_only: Option<String>,
    options: Vec<String>,
    arguments: Vec<String>,
}

fn may_mount() -> bool {
    Command::new("unshare").args(["--mount", "true"]).status().is_ok_and(|status| status.success())
}

/// All C tests, by name.
pub fn all() -> Vec<CTest> {
    let home = source_tree().join("tests/c");
    let mut sources = Vec::new();
    find(&home, &mut sources);
    sources.sort();
    sources.iter().map(|source| CTest::read(&home, source)).collect()
}

fn find(folder: &Path, sources: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        match path.extension().and_then(|suffix| suffix.to_str()) {
            Some("c" | "cpp") => sources.push(path),
            None if path.is_dir() => find(&path, sources),
            _ => {}
        }
    }
}

impl CTest {
    /// A program of `examples/c`, which prints what it does and checks nothing.
    pub fn example(file: &str) -> CTest {
        let home = source_tree();
        CTest::read(&home, &home.join("examples/c").join(file))
    }

    fn read(home: &Path, source: &Path) -> CTest {
        let name = source.strip_prefix(home).unwrap_or(source).display().to_string();
        let mut test = CTest {
            name,
            source: source.to_path_buf(),
            guard: Duration::from_secs(60),
            long: false,
            engines: false,
            raw: false,
            mounts: false,
            native_only: None,
            options: Vec::new(),
            arguments: Vec::new(),
        };
        let text = std::fs::read_to_string(source).unwrap_or_default();
        for line in text.lines().take(30).filter_map(|line| line.strip_prefix("// test: ")) {
            test.apply(line);
        }
        test
    }

    fn apply(&mut self, line: &str) {
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        let words = || rest.split_whitespace().map(String::from);
        match word {
            "guard" => self.guard = Duration::from_secs(rest.trim().parse().expect("seconds")),
            "long" => self.long = true,
            "engines" => self.engines = true,
            "raw" => self.raw = true,
            "mounts" => self.mounts = true,
            "options" => self.options.extend(words()),
            "arguments" => self.arguments.extend(words()),
            "native" => self.native_only = Some(rest.to_string()),
            _ => panic!("{}: `// test: {line}` is not understood", self.name),
        }
    }

    /// What this machine lacks to run it: it is C++ and there is only gcc, or it makes packets by
    /// hand, or mounts, and the user may not.
    pub fn lacks(&self) -> Option<&'static str> {
        let compilers = ["g++", "c++", "clang++"];
        let may_make_packets =
            || socket(AddressFamily::INET, SocketType::RAW, Some(ipproto::RAW)).is_ok();
        if self.is_cxx() && tools::missing(&compilers).len() == compilers.len() {
            Some("a C++ compiler")
        } else if self.raw && !may_make_packets() {
            Some("the right to raw sockets")
        } else if self.mounts && !may_mount() {
            Some("the right to mount")
        } else {
            None
        }
    }

    fn is_cxx(&self) -> bool {
        self.source.extension().is_some_and(|suffix| suffix == "cpp")
    }

    /// Where the test's program goes, in a folder for the kind of build.
    fn program(&self, build: &str, suffix: &str) -> PathBuf {
        let name = self.name.replace(['/', '.'], "-");
        scratch_folder(build).join(format!("{name}{suffix}"))
    }

    /// Compiles with `lapwing cc` and runs.
    pub fn run_natively(&self) -> Result<Outcome, String> {
        let mut compiler = command::compiler(self.is_cxx());
        self.compile(&mut compiler, &self.program("native", ""), &[])?;
        self.run_compiled(&[])
    }

    /// Runs once more what [`CTest::run_natively`] has compiled, as where io_uring is forbidden.
    pub fn run_without_io_uring(&self) -> Result<Outcome, String> {
        self.run_compiled(&[("LAPWING_IO_URING", "0")])
    }

    fn run_compiled(&self, environment: &[(&str, &str)]) -> Result<Outcome, String> {
        // Names between processes are the test's own: another run may be under way beside it.
        let names = scratch_folder("runtime").join(self.name.replace(['/', '.'], "-"));
        std::fs::create_dir_all(&names).map_err(|error| error.to_string())?;
        let mut command = Command::new(self.program("native", ""));
        command.args(&self.arguments).env("XDG_RUNTIME_DIR", &names);
        command.envs(environment.iter().copied());
        Ok(program::run(&mut command, self.guard))
    }

    /// Compiles with mingw-w64 and runs under Wine.
    pub fn run_under_wine(&self, wine: &crate::wine::Wine) -> Result<Outcome, String> {
        let program = self.program("windows", ".exe");
        let mut compiler = Command::new(match self.is_cxx() {
            true => "x86_64-w64-mingw32-g++",
            false => "x86_64-w64-mingw32-gcc",
        });
        compiler.args(["-g", "-D_WIN32_WINNT=0x0A00", "-D__USE_MINGW_ANSI_STDIO=1", "-static"]);
        let libraries = [
            "-lsynchronization",
            "-lmswsock",
            "-lws2_32",
            "-lntdll",
            "-ladvapi32",
            "-lbcrypt",
            "-lgdi32",
        ];
        self.compile(&mut compiler, &program, &libraries)?;
        let mut command = wine.command();
        Ok(program::run(command.arg(&program).args(&self.arguments), self.guard))
    }

    /// Removes the programs of a test that has passed: hundreds of them fill a small disk.
    pub fn clean_up(&self) {
        for program in [self.program("native", ""), self.program("windows", ".exe")] {
            let _ = std::fs::remove_file(program);
        }
    }

    fn compile(
        &self,
        compiler: &mut Command,
        program: &Path,
        libraries: &[&str],
    ) -> Result<(), String> {
        compiler.arg("-I").arg(source_tree().join("tests/c")).args(&self.options);
        compiler.arg("-o").arg(program).arg(&self.source).args(libraries);
        let outcome = program::run(compiler, Duration::from_secs(300));
        outcome.success().map(drop).map_err(|report| format!("does not compile: {report}"))
    }

    /// Passed is: it ended with 0 and its last line counts at least one check and no failed one.
    pub fn judge(&self, outcome: &Outcome) -> Result<(), String> {
        let last = outcome.stdout.lines().last().unwrap_or("");
        let count = last.strip_suffix(" checks, 0 failed").and_then(|count| count.parse().ok());
        match (outcome.code, count) {
            (Some(0), Some(1u64..)) => Ok(()),
            _ => Err(outcome.report()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(stdout: &str, code: Option<i32>) -> Outcome {
        Outcome { stdout: stdout.into(), stderr: String::new(), code, ended: String::new() }
    }

    fn example() -> CTest {
        CTest::read(Path::new("/x"), Path::new("/x/kernel32/y.c"))
    }

    #[test]
    fn a_program_without_checks_has_not_passed() {
        let test = example();
        assert_eq!(test.name, "kernel32/y.c");
        assert!(test.judge(&outcome("ok\n3 checks, 0 failed\n", Some(0))).is_ok());
        assert!(test.judge(&outcome("ok\n3 checks, 0 failed\n", None)).is_err());
        assert!(test.judge(&outcome("0 checks, 0 failed\n", Some(0))).is_err());
        assert!(test.judge(&outcome("3 checks, 1 failed\n", Some(0))).is_err());
        assert!(test.judge(&outcome("", Some(0))).is_err());
    }

    #[test]
    fn the_lines_of_a_test_are_understood() {
        let mut test = example();
        ["guard 5", "long", "options -DX -O2", "native Wine has no AF_VSOCK"]
            .iter()
            .for_each(|line| test.apply(line));
        assert_eq!(test.guard, Duration::from_secs(5));
        assert!(test.long);
        assert_eq!(test.options, ["-DX", "-O2"]);
        assert_eq!(test.native_only.as_deref(), Some("Wine has no AF_VSOCK"));
    }
}
