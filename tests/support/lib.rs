//! The harness of the tests that cross a crate or a language.
//!
//! | what | where |
//! |---|---|
//! | the `lapwing` command of this build | [`command`] |
//! | a folder for a test of the command | [`place`] |
//! | running a program, with a guard against hangs | [`program`] |
//! | the C tests below `tests/c`: finding, compiling, judging | [`c_test`] |
//! | the same under Wine, and the listed differences | [`wine`] |
//! | tests that need a tool which may be missing | [`tools`] |
//! | what the sources export and the headers declare | [`surface`] |
//! | the text of `docs/api.md` | [`api`] |
//! | thousands of clients of an echo server | [`echo_clients`] |
//! | a few that come and go in random order | [`random_clients`] |
//! | processes that use named objects | [`named_process`] |

pub mod api;
pub mod c_test;
pub mod command;
pub mod echo_clients;
pub mod guarded;
pub mod named_process;
pub mod place;
pub mod program;
pub mod random_clients;
pub mod surface;
pub mod tools;
pub mod wine;

use std::path::{Path, PathBuf};

/// The top of the source tree.
pub fn source_tree() -> PathBuf {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    tests.parent().unwrap_or(tests).to_path_buf()
}

/// `target/<profile>` of the running test.
pub fn profile_folder() -> PathBuf {
    let test = std::env::current_exe().expect("a test knows its own path");
    let deps = test.parent().expect("a test is a file in a folder");
    deps.parent().filter(|_| deps.ends_with("deps")).unwrap_or(deps).to_path_buf()
}

/// A folder for what a test writes, below `target/`; it stays, to be looked at, until next time.
pub fn scratch_folder(name: &str) -> PathBuf {
    let folder = profile_folder().join("lapwing-tests").join(name);
    std::fs::create_dir_all(&folder).expect("target/ can be written to");
    folder
}
