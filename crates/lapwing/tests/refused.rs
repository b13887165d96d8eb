//! Mistakes that do not compile; each file in `refused` makes one, and the compiler's words are
//! beside it.  (`TRYBUILD=overwrite cargo test -p lapwing --test refused` writes them anew.)
// A compiler for Windows would say the same.
#![cfg(not(windows))]

/// Another compiler says the same in other words.
const WORDS_OF: &str = "rustc 1.95.";

#[test]
fn mistakes_do_not_compile() {
    let rustc = std::env::var_os("RUSTC").unwrap_or("rustc".into());
    let version = std::process::Command::new(rustc).arg("--version").output().unwrap().stdout;
    let version = String::from_utf8_lossy(&version);
    if version.starts_with(WORDS_OF) {
        trybuild::TestCases::new().compile_fail("tests/refused/*.rs");
    } else {
        eprintln!("IGNORED: mistakes_do_not_compile ({WORDS_OF}0's words, {version})");
    }
}
