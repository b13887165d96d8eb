//! Mistakes that do not compile; each file in `refused` makes one, and the compiler's words are
//! beside it.  (`TRYBUILD=overwrite cargo test -p lapwing --test refused` writes them anew.)

use libtest_mimic::{Arguments, Trial};
use std::process::{Command, ExitCode};

/// Another compiler says the same in other words.
const WORDS_OF: &str = "rustc 1.95.";

fn main() -> ExitCode {
    let rustc = std::env::var_os("RUSTC").unwrap_or("rustc".into());
    let version = Command::new(rustc).arg("--version").output().map(|output| output.stdout);
    // A compiler for Windows would say the same, but there is none under Wine.
    let is_known = version.is_ok_and(|version| version.starts_with(WORDS_OF.as_bytes()));
    let name = match is_known {
        true => "mistakes_do_not_compile".to_owned(),
        false => format!("mistakes_do_not_compile: needs {WORDS_OF}0, whose words are compared"),
    };
    let trial = Trial::test(name, || {
        trybuild::TestCases::new().compile_fail("tests/refused/*.rs");
        Ok(())
    });
    let trial = trial.with_ignored_flag(!is_known);
    libtest_mimic::run(&Arguments::from_args(), vec![trial]).exit_code()
}
